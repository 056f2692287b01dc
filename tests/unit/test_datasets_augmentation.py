"""Data augmentation: images are moved, turned, bent and made noisy by as much as was asked, and by nothing else."""

import numpy as np
import pytest
from scipy import ndimage

from helpers.datasets import load
from helpers.datasets.augmentation import add_noise, elastic, flip, rotate, shift

CHANGES = {
    "shift": (shift, {"max_pixels": 2}, {"max_pixels": 0}),
    "rotate": (rotate, {"max_degrees": 15}, {"max_degrees": 0}),
    "elastic": (elastic, {"strength": 34}, {"strength": 0}),
    "flip": (flip, {"probability": 0.5}, {"probability": 0}),
    "add_noise": (add_noise, {"standard_deviation": 0.1}, {"standard_deviation": 0}),
}
every_change = pytest.mark.parametrize(("change", "some", "none"), CHANGES.values(), ids=CHANGES)
MOVES = [shift, rotate, elastic]


class Greatest(np.random.RandomState):
    """A random generator that draws the greatest value allowed, every time."""

    def uniform(self, low=0.0, high=1.0, size=None):
        return np.full(size, np.nextafter(high, low))


def pictures(*shape, dtype=np.float64, seed=0):
    """Random pictures with values in [0, 1], or 0 to 255 for uint8."""
    random = np.random.default_rng(seed)
    return random.integers(0, 256, shape, np.uint8) if dtype == np.uint8 else random.random(shape).astype(dtype)


def dot(row, column, size=9):
    """A batch of one black picture with a single white pixel."""
    image = np.zeros((1, size, size))
    image[0, row, column] = 1
    return image


@every_change
@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(7, 12, 10), (7, 12, 10, 1), (7, 12, 10, 3), (0, 12, 10)])
def test_shape_dtype_and_input_stay_as_they_are(change, some, none, dtype, shape):
    images = pictures(*shape, dtype=dtype)
    before = images.copy()
    images.setflags(write=False)
    changed = change(images, np.random.default_rng(0), **some)
    assert changed.shape == shape and changed.dtype == dtype and changed.flags.writeable
    assert np.array_equal(images, before) and not np.shares_memory(changed, images)


@every_change
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_zero_strength_changes_nothing(change, some, none, dtype):
    images = pictures(5, 12, 9, 3, dtype=dtype)
    assert np.array_equal(change(images, np.random.default_rng(0), **none), images)


@every_change
@pytest.mark.parametrize("source", [np.random.default_rng, np.random.RandomState])
def test_a_seed_gives_the_same_images_again_and_another_seed_others(change, some, none, source):
    images = pictures(20, 12, 12)
    first, again, other = (change(images, source(seed), **some) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other) and not np.array_equal(first, images)


@every_change
def test_the_global_random_state_is_left_alone(change, some, none):
    np.random.seed(3)
    expected = np.random.rand()
    np.random.seed(3)
    change(pictures(3, 8, 8), np.random.default_rng(0), **some)
    assert np.random.rand() == expected


@every_change
def test_images_keep_their_places_so_that_labels_stay_true(change, some, none):
    """Picture i is black but for a wide square of i + 1 tenths, whose middle stays covered."""
    images = np.zeros((9, 30, 30))
    images[:, 3:27, 3:27] = np.arange(1, 10)[:, None, None] / 10
    changed = change(images, np.random.default_rng(0), **some)
    assert np.array_equal(np.rint(10 * changed[:, 7:23, 7:23].mean(axis=(1, 2))), np.arange(1, 10))


@every_change
@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3, 5), (0, 16)])
def test_values_stay_in_the_range_of_the_images(change, some, none, low, high):
    images = low + (high - low) * pictures(9, 12, 12)
    if change is add_noise:
        some = {"standard_deviation": high - low}
    changed = change(images, np.random.default_rng(0), **some)
    least, greatest = (0, 1) if high == 1 else (images.min(), images.max())
    assert min(least, 0) <= changed.min() and changed.max() <= greatest
    assert changed.min() < (low + high) / 2 < changed.max()


@pytest.mark.parametrize("change", MOVES)
def test_channels_move_together(change):
    gray = pictures(4, 12, 12)
    colour = np.stack([gray, gray / 2, gray / 4], axis=-1)
    argument = {shift: 3, rotate: 40, elastic: 60.0}[change]
    one, three = (change(images, np.random.default_rng(5), argument) for images in (gray, colour))
    for channel, factor in enumerate((1, 2, 4)):
        assert np.allclose(three[..., channel] * factor, one)


def test_a_shift_by_a_known_amount_moves_the_mass_exactly():
    assert np.array_equal(shift(dot(2, 3), Greatest(), max_pixels=2), dot(4, 5))
    images = pictures(3, 9, 9, dtype=np.uint8)
    moved = shift(images, Greatest(), max_pixels=2)
    assert np.array_equal(moved[:, 2:, 2:], images[:, :-2, :-2])
    assert not moved[:, :2].any() and not moved[:, :, :2].any()


def test_shifts_are_whole_pixels_as_often_one_way_as_the_other_and_never_too_far():
    moved = shift(np.repeat(dot(4, 4), 2000, axis=0), np.random.default_rng(0), max_pixels=2)
    assert np.array_equal(np.unique(moved), [0, 1]) and (moved.sum(axis=(1, 2)) == 1).all()
    for axis in (1, 2):
        places = np.bincount(moved.argmax(axis=axis).max(axis=1), minlength=9)
        assert places[:2].sum() == places[7:].sum() == 0
        assert (np.abs(places[2:7] - 400) < 100).all()


def test_the_edge_can_fill_what_comes_in_from_outside():
    image = np.full((1, 9, 9), 0.7)
    for change, argument in ((shift, 3), (rotate, 45), (elastic, 100.0)):
        assert np.allclose(change(image, Greatest(), argument, outside="edge"), 0.7)
    assert shift(image, Greatest(), 3, outside="zeros").min() == 0


@pytest.mark.parametrize("shape", [(2, 9, 9), (2, 8, 8, 3)])
def test_ninety_degrees_are_a_quarter_turn_counterclockwise(shape):
    images = pictures(*shape)
    assert np.allclose(rotate(images, Greatest(), max_degrees=90), np.rot90(images, axes=(1, 2)), atol=1e-9)
    whole = pictures(*shape, dtype=np.uint8)
    assert np.array_equal(rotate(whole, Greatest(), max_degrees=180), whole[:, ::-1, ::-1])


def test_angles_go_both_ways_and_never_too_far():
    """A pixel right of the centre tells the angle by where its mass went."""
    turned = rotate(np.repeat(dot(20, 35, size=41), 300, axis=0), np.random.default_rng(0), max_degrees=30)
    rows, columns = np.array([ndimage.center_of_mass(image) for image in turned]).T
    angles = np.degrees(np.arctan2(20 - rows, columns - 20))
    assert -31 < angles.min() < -27 and 27 < angles.max() < 31 and abs(angles.mean()) < 4


def test_elastic_bends_a_line_smoothly_and_by_about_as_much_as_simard():
    """Each column of a ramp reads off how far its pixels moved: 34 · 0.577 / (2 √π · 4) = 1.4 pixels."""
    ramp = np.repeat(np.arange(60.0)[None, None], 60, axis=1).repeat(20, axis=0)
    moved = (elastic(ramp, np.random.default_rng(0)) - ramp)[:, 15:45, 15:45]
    assert 1.1 < moved.std() < 1.7
    assert np.abs(np.diff(moved, axis=1)).max() < 1.5
    assert (elastic(ramp, np.random.default_rng(0), strength=68) - ramp)[:, 15:45, 15:45].std() > 1.7 * moved.std()
    assert (elastic(ramp, np.random.default_rng(0), smoothness=8) - ramp)[:, 15:45, 15:45].std() < 0.7 * moved.std()


def test_a_flip_mirrors_left_for_right_as_often_as_asked():
    images = pictures(1000, 5, 6, 3)
    assert np.array_equal(flip(images, np.random.default_rng(0), probability=1), images[:, :, ::-1])
    flipped = flip(images, np.random.default_rng(0), probability=0.3)
    mirrored = (flipped == images[:, :, ::-1]).all(axis=(1, 2, 3))
    assert 250 < mirrored.sum() < 350
    assert np.array_equal(flipped[~mirrored], images[~mirrored])


@pytest.mark.parametrize(("dtype", "middle", "deviation"), [(np.float64, 0.5, 0.05), (np.uint8, 128, 12.0)])
def test_noise_has_the_stated_standard_deviation_and_no_bias(dtype, middle, deviation):
    images = np.full((50, 20, 20), middle, dtype)
    noise = add_noise(images, np.random.default_rng(0), deviation).astype(float) - middle
    assert abs(noise.std() / deviation - 1) < 0.02 and abs(noise.mean()) < deviation / 30


def test_noise_on_black_and_white_stays_between_0_and_255():
    images = np.zeros((2, 30, 30), np.uint8)
    images[1] = 255
    noisy = add_noise(images, np.random.default_rng(0), 40)
    assert 10 < noisy[0].mean() < 25 and 230 < noisy[1].mean() < 245  # nothing wrapped around


def test_augmented_digits_are_still_the_digits():
    digits = load("mnist_5k")
    means = np.stack([digits.x_train[digits.y_train == digit].mean(axis=0) for digit in range(10)])
    rng = np.random.default_rng(0)
    augmented = add_noise(elastic(rotate(shift(digits.x_test, rng, 1), rng, 10), rng, 20), rng, 10)
    nearest = ((augmented[:, None] - means) ** 2).sum(axis=(2, 3)).argmin(axis=1)
    assert augmented.dtype == np.uint8 and (nearest == digits.y_test).mean() > 0.6


GOOD = {"images": np.zeros((2, 8, 8)), "rng": np.random.default_rng(0)}
COLOUR = np.zeros((64, 64, 3))


@every_change
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"images": [[0, 1]]}, "images must be an array .* got list"),
        ({"images": np.zeros((5, 784))}, r"images must be .* got shape \(5, 784\)"),
        ({"images": COLOUR}, r"got shape \(64, 64, 3\): give one colour image as image\[None\]"),
        ({"images": np.zeros((2, 0, 8))}, r"got shape \(2, 0, 8\)"),
        ({"images": np.zeros((2, 8, 8), np.int64)}, "of uint8 or float, got int64"),
        ({"images": np.full((2, 8, 8), np.nan)}, "images must be finite"),
        ({"rng": 3}, "rng is 3, expected a random generator"),
        ({"rng": np.random}, "rng is <module .*, expected a random generator"),
    ],
)
def test_what_is_no_batch_and_no_random_generator_is_refused_by_name(change, some, none, wrong, message):
    with pytest.raises(ValueError, match=message) as refusal:
        change(**(GOOD | wrong), **some)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        (shift, {"max_pixels": 8}, "max_pixels is 8, expected an integer from 0 to 7 for these images"),
        (shift, {"max_pixels": -1}, "max_pixels is -1"),
        (shift, {"max_pixels": 1.5}, "max_pixels is 1.5, expected an integer"),
        (shift, {"max_pixels": 1, "outside": "wrap"}, "outside is 'wrap', expected 'zeros' or 'edge'"),
        (rotate, {"max_degrees": 181}, "max_degrees is 181, expected a number from 0 to 180"),
        (rotate, {"max_degrees": -5}, "max_degrees is -5"),
        (rotate, {"max_degrees": "10"}, "max_degrees is '10'"),
        (rotate, {"max_degrees": 5, "outside": None}, "outside is None"),
        (elastic, {"strength": -1}, "strength is -1, expected a finite number of at least 0"),
        (elastic, {"strength": np.inf}, "strength is inf"),
        (elastic, {"smoothness": 0}, "smoothness is 0, expected a number above 0"),
        (elastic, {"smoothness": np.nan}, "smoothness is nan"),
        (flip, {"probability": 1.2}, "probability is 1.2, expected a number from 0 to 1"),
        (add_noise, {"standard_deviation": -0.1}, "standard_deviation is -0.1"),
    ],
)
def test_a_strength_out_of_its_range_is_refused_by_name(change, arguments, message):
    with pytest.raises(ValueError, match=message):
        change(**GOOD, **arguments)
