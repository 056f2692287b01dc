"""Splits for a target distribution, a camera that draws anew for each image, and synthesis on recorded surfaces."""

import re

import numpy as np
import pytest
from scipy import ndimage

from helpers.strategy import camera, mismatch

CHANGES = (
    camera.uneven_light,
    camera.shadow,
    camera.blur,
    camera.perspective,
    camera.sensor_noise,
    mismatch.photograph_digits,
)


def random_generator(seed=0):
    return np.random.default_rng(seed)


def strokes(m=6, height=28, width=28):
    """Smooth drawings (m, height, width) in [0, 1], all different."""
    noise = ndimage.gaussian_filter(random_generator(7).standard_normal((m, height, width)), (0, 2, 2))
    return np.clip(0.5 + noise / noise.std(), 0, 1)


def test_shuffling_all_gives_the_dev_set_the_shares_of_the_heap():
    split = mismatch.split_shuffled(np.arange(900), np.arange(1000, 1100), 400, 100, random_generator())
    assert [len(part) for part in split] == [500, 400, 100]
    assert sorted(np.concatenate(split)) == [*range(900), *range(1000, 1100)]
    assert 0.05 < np.mean(split.dev >= 1000) < 0.15


def test_a_split_for_the_target_judges_on_target_examples_only_and_loses_none():
    split = mismatch.split_for_target(np.arange(50), np.arange(100, 120), 8, 5)
    assert list(split.dev) == list(range(100, 108))
    assert list(split.test) == list(range(108, 113))
    assert list(split.train) == [*range(50), *range(113, 120)]


def test_a_training_dev_set_is_drawn_from_the_training_set_and_leaves_it():
    train = np.arange(1000) ** 2
    rest, training_dev = mismatch.carve_training_dev(train, 300, random_generator())
    assert len(training_dev) == 300
    assert sorted(np.concatenate([rest, training_dev])) == list(train)
    assert 300 < np.median(np.sqrt(training_dev)) < 700
    again = mismatch.carve_training_dev(train, 300, random_generator())
    assert np.array_equal(training_dev, again[1])
    assert not np.array_equal(training_dev, mismatch.carve_training_dev(train, 300, random_generator(1))[1])


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_keeps_shape_and_range_and_comes_back_with_its_seed(change):
    images = strokes(height=20)
    before = images.copy()
    changed = change(images, random_generator(3))
    assert changed.shape == images.shape
    assert changed.min() >= 0 and changed.max() <= 1
    assert np.array_equal(images, before)
    assert np.array_equal(changed, change(images, random_generator(3)))
    assert not np.array_equal(changed, change(images, random_generator(4)))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_equal_images_are_changed_each_in_its_own_way(change):
    first, second = change(np.repeat(strokes(1), 2, axis=0), random_generator())
    assert np.abs(first - second).max() > 0.005


@pytest.mark.parametrize(
    ("change", "nothing"),
    [
        (camera.uneven_light, {"strength": 0}),
        (camera.shadow, {"depth": 0}),
        (camera.blur, {"least": 0.1, "most": 0.1}),
        (camera.perspective, {"max_degrees": 0, "tilt": 0, "max_shift": 0}),
        (camera.sensor_noise, {"standard_deviation": 0}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_change_of_no_strength_changes_nothing(change, nothing):
    assert change(strokes(), random_generator(), **nothing) == pytest.approx(strokes(), abs=1e-12)


def test_light_and_shadow_take_light_away_up_to_their_strength():
    for darken, most in ((camera.uneven_light, 0.6), (camera.shadow, 0.6)):
        share = darken(np.ones((400, 28, 28)), random_generator(), most)
        assert 0.4 <= share.min() < 0.45
        assert 0.95 < share.max() <= 1


def test_light_falls_in_every_direction():
    share = camera.uneven_light(np.ones((400, 9, 9)), random_generator(), 1)
    darker_below, darker_right = share[:, 0, 4] > share[:, 8, 4], share[:, 4, 0] > share[:, 4, 8]
    assert np.bincount(2 * darker_below + darker_right).min() > 60


def test_blur_agrees_with_scipy_inside_the_image():
    images = strokes(3, 30, 40)
    expected = ndimage.gaussian_filter(images, (0, 1.2, 1.2), truncate=10)
    blurred = camera.blur(images, random_generator(), 1.2, 1.2)
    assert blurred[:, 8:-8, 8:-8] == pytest.approx(expected[:, 8:-8, 8:-8], abs=1e-9)


def test_perspective_turns_as_scipy_does():
    images = strokes(5)
    turned = camera.perspective(images, random_generator(2), max_degrees=30, tilt=0, max_shift=0)
    angles = np.rad2deg(np.deg2rad(random_generator(2).uniform(-30, 30, 5)))
    expected = [
        ndimage.rotate(image, angle, reshape=False, order=1, mode="grid-constant")
        for image, angle in zip(images, angles, strict=True)
    ]
    assert turned == pytest.approx(np.array(expected), abs=1e-9)


def test_perspective_moves_down_and_right_by_its_draw():
    point = np.zeros((200, 15, 15))
    point[:, 7, 7] = 1
    moved = camera.perspective(point, random_generator(), 0, 0, 3)
    rows, columns = (np.einsum(f"mrc,{axis}->m", moved, np.arange(15)) - 7 for axis in "rc")
    assert moved.sum(axis=(1, 2)) == pytest.approx(1)
    for shift in (rows, columns):
        assert -3 <= shift.min() < -2.5 and 2.5 < shift.max() <= 3
    assert abs(np.corrcoef(rows, columns)[0, 1]) < 0.3


def test_a_tilted_square_is_wider_at_its_near_edge():
    square = np.zeros((300, 41, 41))
    square[:, 10:31, 10:31] = 1
    seen = camera.perspective(square, random_generator(), 0, 0.3, 0)
    top, bottom = seen[:, 15].sum(axis=1), seen[:, 25].sum(axis=1)
    assert np.mean(top > bottom + 0.3) > 0.3 and np.mean(bottom > top + 0.3) > 0.3


def test_noise_has_the_standard_deviation_asked_for():
    noisy = camera.sensor_noise(np.full((20, 30, 30), 0.5), random_generator(), 0.04)
    assert np.std(noisy) == pytest.approx(0.04, rel=0.05)


def test_surfaces_differ_in_brightness_grain_and_ruling():
    clips = camera.paper_clips(300, 32, random_generator())
    assert clips.shape == (300, 32, 32)
    assert clips.min() >= 0 and clips.max() <= 1
    assert np.std(clips.mean(axis=(1, 2))) > 0.05
    rough = np.abs(np.diff(clips, axis=2)).mean(axis=(1, 2))
    assert np.percentile(rough, 90) > 3 * np.percentile(rough, 10)
    assert np.array_equal(clips, camera.paper_clips(300, 32, random_generator()))


def test_synthesis_agrees_with_a_loop():
    rng = random_generator(5)
    digits, clips, ink = rng.random((4, 5, 6)), rng.random((3, 9, 8)), rng.random(4)
    which, corners = np.array([0, 2, 1, 2]), np.array([[0, 0], [4, 2], [1, 0], [3, 1]])
    expected = np.empty_like(digits)
    for i, (top, left) in enumerate(corners):
        background = clips[which[i], top : top + 5, left : left + 6]
        expected[i] = (1 - digits[i]) * background + digits[i] * ink[i] * background
    assert mismatch.synthesize(digits, clips, which, corners, ink) == pytest.approx(expected, abs=1e-15)


def test_random_synthesis_uses_every_clip_and_every_corner():
    clips = np.arange(12).reshape(3, 2, 2) / 20
    pages = mismatch.synthesize_at_random(np.zeros((500, 1, 1)), clips, random_generator())
    assert np.bincount(np.rint(pages.ravel() * 20).astype(int), minlength=12).min() > 15


def test_photographs_are_dark_ink_on_light_paper():
    digits = np.zeros((100, 28, 28))
    digits[:, 8:20, 12:16] = 1
    photographs = mismatch.photograph_digits(digits, random_generator())
    inside, outside = photographs[:, 12:16, 13:15].mean(axis=(1, 2)), photographs[:, :, :4].mean(axis=(1, 2))
    assert np.mean(inside < outside) > 0.9


def test_no_image_is_no_error():
    none = np.zeros((0, 28, 28))
    for change in CHANGES:
        assert change(none, random_generator()).shape == (0, 28, 28)
    assert mismatch.synthesize_at_random(none, strokes(), random_generator()).shape == (0, 28, 28)


REFUSED = {
    "images is int64 (2, 3, 3) but must be an array of floats (m, height, width)": lambda: camera.blur(
        np.ones((2, 3, 3), int), random_generator()
    ),
    "images is float64 (3, 3)": lambda: camera.shadow(np.ones((3, 3)), random_generator()),
    "images is list": lambda: camera.shadow([0.5], random_generator()),
    "images spans [0, 255] but must lie in [0, 1]": lambda: mismatch.photograph_digits(
        255 * np.eye(3)[None], random_generator()
    ),
    "uneven_light: strength is 1.5 but must be a number from 0 to 1": lambda: camera.uneven_light(
        strokes(), random_generator(), 1.5
    ),
    "shadow: depth is nan": lambda: camera.shadow(strokes(), random_generator(), np.nan),
    "blur: most is 0.2 but must be a number from 0.5": lambda: camera.blur(strokes(), random_generator(), 0.5, 0.2),
    "perspective: tilt is 0.7": lambda: camera.perspective(strokes(), random_generator(), 5, 0.7),
    "perspective: max_shift is -1": lambda: camera.perspective(strokes(), random_generator(), 5, 0.1, -1),
    "sensor_noise: standard_deviation is 'much'": lambda: camera.sensor_noise(strokes(), random_generator(), "much"),
    "paper_clips: count is 0": lambda: camera.paper_clips(0, 28, random_generator()),
    "paper_clips: size is 2.5": lambda: camera.paper_clips(3, 2.5, random_generator()),
    "split_shuffled: dev + test = 12 but there are 10 examples": lambda: mismatch.split_shuffled(
        np.arange(6), np.arange(4), 7, 5, random_generator()
    ),
    "split_for_target: dev + test = 5 but there are 4 target examples": lambda: mismatch.split_for_target(
        np.arange(6), np.arange(4), 3, 2
    ),
    "split_for_target: test is -1": lambda: mismatch.split_for_target(np.arange(6), np.arange(4), 3, -1),
    "carve_training_dev: size = 7 but there are 6 examples for training": lambda: mismatch.carve_training_dev(
        np.arange(6), 7, random_generator()
    ),
    "which has shape (2,) but must be (6,) for 6 digits": lambda: mismatch.synthesize(
        strokes(), strokes(), np.zeros(2, int), np.zeros((6, 2), int), np.zeros(6)
    ),
    "a cut reaches beyond the 6 clips of 28 × 28 pixels": lambda: mismatch.synthesize(
        strokes(), strokes(), np.zeros(6, int), np.ones((6, 2), int), np.zeros(6)
    ),
    "clips has shape (6, 20, 20) but must hold a cut of (28, 28) pixels": lambda: mismatch.synthesize_at_random(
        strokes(), strokes(6, 20, 20), random_generator()
    ),
}


@pytest.mark.parametrize("message", REFUSED)
def test_bad_input_is_refused_with_what_came_and_what_was_expected(message):
    with pytest.raises(ValueError, match=re.escape(message)):
        REFUSED[message]()
