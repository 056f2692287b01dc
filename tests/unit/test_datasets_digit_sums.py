"""Pictures of two digits and their sum."""

import numpy as np
import pytest

from helpers.datasets import DataError, load
from helpers.datasets.digit_sums import INK, cut_out, digit_pairs, small_digits


@pytest.fixture(scope="module")
def digits():
    source = load("mnist_5k")
    return small_digits(source.x_train), source.y_train


def test_a_small_digit_is_the_mean_of_two_by_two_pixels(digits):
    image = load("mnist_5k").x_train[7].astype(float)
    by_hand = [[image[4 + 2 * r : 6 + 2 * r, 4 + 2 * c : 6 + 2 * c].mean() for c in range(10)] for r in range(10)]
    assert np.array_equal(digits[0][7], np.floor(by_hand))


def test_digits_that_do_not_overlap_stand_whole_at_their_places(digits):
    pairs = digit_pairs(*digits, 60, seed=3)
    known = {(image.tobytes(), int(label)) for image, label in zip(*digits, strict=True)}
    for image, pair, starts in zip(pairs.images, pairs.digits, pairs.starts, strict=True):
        if starts[1] - starts[0] >= 10:
            for label, start in zip(pair, starts, strict=True):
                assert (image[:, start : start + 10].tobytes(), label) in known
    assert pairs.images.shape == (60, 10, 22) and pairs.images.dtype == np.uint8
    assert np.array_equal(pairs.sums, pairs.digits[:, 0] + pairs.digits[:, 1])


def test_where_digits_meet_the_brighter_pixel_is_kept(digits):
    flat = np.stack([np.full((10, 10), 50, np.uint8), np.full((10, 10), 200, np.uint8)])
    pairs = digit_pairs(flat, np.array([1, 2]), 40, seed=0, overlap=4)
    for image, pair, (left, right) in zip(pairs.images, pairs.digits, pairs.starts, strict=True):
        expected = np.zeros((10, 22))
        expected[:, left : left + 10] = 50 if pair[0] == 1 else 200
        other = 50 if pair[1] == 1 else 200
        expected[:, right : right + 10] = np.maximum(expected[:, right : right + 10], other)
        assert np.array_equal(image, expected)


@pytest.mark.parametrize("overlap", [0, 1, 4, 8])
def test_places_overlap_as_asked_and_stay_inside(digits, overlap):
    starts = digit_pairs(*digits, 500, seed=1, overlap=overlap).starts
    distance = starts[:, 1] - starts[:, 0]
    assert set(distance) == set(range(10 - overlap - 2, 10 - overlap + 3))
    assert starts.min() >= 0 and starts.max() + 10 <= 22


def test_the_same_seed_gives_the_same_pictures_and_another_one_others(digits):
    first, again, other = (digit_pairs(*digits, 20, seed=seed).images for seed in (5, 5, 6))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    with pytest.raises(ValueError, match="read-only"):
        first[...] = 0


def test_cut_out_takes_the_columns_asked_for_and_centres_their_ink():
    image = np.zeros((1, 10, 22), np.uint8)
    image[0, 2:5, 3:7], image[0, 4, 15] = 100, 250
    left = cut_out(image, np.array([0]), np.array([11]))[0]
    assert np.array_equal(np.flatnonzero(left.any(axis=0)), [3, 4, 5, 6]) and left.max() == 100
    right = cut_out(image, np.array([11]), np.array([22]))[0]
    assert right[4, 5] == 250 and np.count_nonzero(right) == 1
    assert not cut_out(image, np.array([8]), np.array([8])).any()


def test_cut_out_keeps_all_of_a_digit_that_stands_alone(digits):
    alone = np.pad(digits[0][:50], [(0, 0), (0, 0), (6, 6)])
    cut = cut_out(alone, np.zeros(50, int), np.full(50, 22))
    ink = np.where(alone > INK, alone, 0).sum(axis=(1, 2), dtype=int)
    assert np.array_equal(np.where(cut > INK, cut, 0).sum(axis=(1, 2), dtype=int), ink)


def test_the_data_set_keeps_training_and_test_digits_apart():
    sums = load("digit_sums", count=40, seed=2, overlap=4)
    assert sums.x_train.shape == (40, 10, 22) and sums.x_test.shape == (10, 10, 22)
    source = load("mnist_5k")
    expected = digit_pairs(small_digits(source.x_test), source.y_test, 10, 3, 4)
    assert np.array_equal(sums.x_test, expected.images) and np.array_equal(sums.y_test, expected.sums)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"count": 0}, "count=0, expected an integer of at least 1"),
        ({"count": 2.5}, "count=2.5"),
        ({"overlap": 9}, "overlap=9, expected an integer from 0 to 8"),
        ({"overlap": -1}, "overlap=-1"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(DataError, match=message):
        load("digit_sums", **options)


def test_arrays_of_another_shape_are_refused(digits):
    with pytest.raises(DataError, match=r"expected \(m, 28, 28\)"):
        small_digits(digits[0])
    with pytest.raises(DataError, match=r"expected \(5, 10, 10\)"):
        digit_pairs(digits[0], digits[1][:5], 3)
    with pytest.raises(DataError, match=r"expected \(4,\)"):
        cut_out(np.zeros((4, 10, 22), np.uint8), np.zeros(3, int), np.zeros(4, int))
