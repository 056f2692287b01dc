"""Tags, ceilings and priorities, against scikit-image, scikit-learn and counts by hand."""

import numpy as np
import pytest
from skimage import measure
from sklearn.metrics import confusion_matrix

from helpers.strategy import error_analysis

MISTAKES = np.array([True, True, True, True, False, False, False, False, False, False])
FAINT = np.array([True, True, True, False, True, False, False, False, False, False])
SLANTED = np.array([False, False, True, False, True, True, True, True, True, True])


def drawn(*rows):
    """An image of '#' for ink, (1, height, width)."""
    return np.array([[[200.0 * (mark == "#") for mark in row] for row in rows]])


def random_images(m=6):
    return np.random.default_rng(0).random((m, 9, 7)) ** 4


def test_centres_and_slants_equal_the_moments_of_scikit_image():
    images = random_images()
    for i, image in enumerate(images):
        centre = measure.centroid(image)
        moments = measure.moments_central(image, center=tuple(centre), order=2)
        np.testing.assert_allclose(error_analysis.centres(images)[i], centre)
        assert error_analysis.slants(images)[i] == pytest.approx(-moments[1, 1] / moments[2, 0])


def test_a_stroke_that_leans_right_by_45_degrees_has_slant_one_and_its_mirror_image_minus_one():
    leaning = np.eye(8)[None, ::-1]
    assert error_analysis.slants(leaning) == pytest.approx(1)
    assert error_analysis.slants(leaning[:, :, ::-1]) == pytest.approx(-1)


def test_slant_and_width_do_not_depend_on_how_bright_the_ink_is():
    images = random_images()
    for measured in (error_analysis.slants, error_analysis.stroke_widths, error_analysis.pieces):
        np.testing.assert_allclose(measured(images), measured(0.1 * images))
    np.testing.assert_allclose(error_analysis.contrasts(0.1 * images), 0.1 * error_analysis.contrasts(images))


def test_bytes_are_measured_without_overflow():
    image = drawn("#.", ".#").astype(np.uint8)
    np.testing.assert_allclose(error_analysis.centres(image), [[0.5, 0.5]])
    assert error_analysis.contrasts(image) == 200


@pytest.mark.parametrize("width", [1, 2, 4])
def test_a_long_bar_has_about_its_own_width(width):
    bar = np.pad(np.ones((1, 60, width)), [(0, 0), (0, 0), (3, 3)])
    assert error_analysis.stroke_widths(bar)[0] == pytest.approx(width, rel=0.07)


def test_pieces_are_those_that_scikit_image_labels():
    images = random_images()
    expected = [measure.label(image > 0.2 * image.max(), connectivity=2).max() for image in images]
    assert error_analysis.pieces(images).tolist() == expected
    assert error_analysis.pieces(drawn("#..", ".#.", "...", "..#")).tolist() == [2]


def test_a_ceiling_is_the_error_when_the_tags_mistakes_are_right():
    assert error_analysis.ceiling(FAINT, MISTAKES) == pytest.approx(0.1)
    assert error_analysis.ceiling(~MISTAKES, MISTAKES) == pytest.approx(MISTAKES.mean())
    assert error_analysis.ceiling(MISTAKES, MISTAKES) == 0


def test_the_fair_error_is_that_of_examples_without_the_tag():
    assert error_analysis.fair_error(SLANTED, MISTAKES) == pytest.approx(1)
    assert error_analysis.fair_error(FAINT, MISTAKES) == pytest.approx(1 / 6)
    assert error_analysis.fair_error(np.ones(10, dtype=bool), MISTAKES) == pytest.approx(0.4)


def test_the_table_counts_overlapping_tags_and_puts_most_mistakes_first():
    first, second = error_analysis.tag_table({"slanted": SLANTED, "faint": FAINT}, MISTAKES)
    assert (first.tag, first.examples, first.mistakes, first.share) == ("faint", 4, 3, 0.75)
    assert (second.tag, second.examples, second.mistakes, second.share) == ("slanted", 7, 1, 0.25)
    assert first.ceiling == pytest.approx(0.1)
    assert second.fair_error == pytest.approx(1)


def test_confused_pairs_equal_the_confusion_matrix_of_scikit_learn():
    rng = np.random.default_rng(1)
    labels, predictions = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
    matrix = confusion_matrix(labels, predictions)
    pairs = error_analysis.confused_pairs(labels, predictions)
    assert {pair: matrix[pair] + matrix[pair[::-1]] for pair, _ in pairs} == dict(pairs)
    assert [count for _, count in pairs] == sorted((count for _, count in pairs), reverse=True)
    assert sum(count for _, count in pairs) == np.sum(labels != predictions)


def test_priorities_weigh_the_gain_against_the_effort():
    ceilings = {"faint": 0.04, "slanted": 0.08, "broken": 0.09}
    days = {"faint": 4, "slanted": 1, "broken": 1}
    assert error_analysis.priorities(ceilings, days, 0.1) == ["slanted", "faint", "broken"]
    assert error_analysis.priorities(ceilings, dict.fromkeys(days, 1), 0.1) == ["faint", "slanted", "broken"]


REFUSED = {
    "centres: images has shape (3, 3) but must be (m, height, width)": lambda: error_analysis.centres(np.ones((3, 3))),
    "slants: image 1 must hold ink": lambda: error_analysis.slants(np.stack([np.eye(3), np.zeros((3, 3))])),
    "slants: image 0 has ink on one row only": lambda: error_analysis.slants(drawn("...", ".##")),
    "ceiling: tag is int64 of shape (2,) but must be an array of booleans": lambda: error_analysis.ceiling(
        np.array([1, 0], dtype=np.int64), np.array([True, False])
    ),
    "all arrays need one length, but they have mistakes 10, faint 3": lambda: error_analysis.tag_table(
        {"faint": FAINT[:3]}, MISTAKES
    ),
    "mistakes holds no mistake": lambda: error_analysis.tag_table({"faint": FAINT}, ~FAINT & FAINT),
    "labels (3,) and predictions (2,) must both be (m,)": lambda: error_analysis.confused_pairs(
        np.zeros(3), np.zeros(2)
    ),
    "ceilings are for ['a'] but efforts for ['b']": lambda: error_analysis.priorities({"a": 0.1}, {"b": 1}, 0.2),
    "the effort of 'a' is 0 but must be above 0": lambda: error_analysis.priorities({"a": 0.1}, {"a": 0}, 0.2),
    "the ceiling of 'a' is 0.3 but must lie from 0 to 0.2": lambda: error_analysis.priorities(
        {"a": 0.3}, {"a": 1}, 0.2
    ),
}


@pytest.mark.parametrize("message", REFUSED)
def test_bad_input_is_refused_with_a_message_that_names_it(message):
    with pytest.raises(ValueError) as refused:
        REFUSED[message]()
    assert message in str(refused.value)
