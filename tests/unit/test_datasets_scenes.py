"""Street scenes: the same for a seed, and images, boxes, masks and attributes that tell one story."""

import hashlib

import numpy as np
import pytest

from helpers.datasets import DataError, load
from helpers.datasets.scene_painting import add_glow, blank, paint_grid, paint_shape
from helpers.datasets.scenes import ATTRIBUTES, LIGHTS, MASK_CLASSES, OBJECT_CLASSES, WEATHERS, street_scenes

MASK_OF = dict(zip(OBJECT_CLASSES, ("vehicle", "vehicle", "pedestrian", "sign", "sign"), strict=True))
WHITE = np.array([255.0, 255.0, 255.0])


@pytest.fixture(scope="module")
def many():
    return street_scenes(160, seed=1, size=(48, 64))


def painted(kind, corners, size=(20, 20)):
    """Share of each pixel that a shape covers."""
    canvas = blank(*size)
    paint_shape(canvas, kind, corners, WHITE)
    return canvas.image[..., 0] / 255


def test_scenes_are_the_same_to_the_bit_on_every_machine():
    scenes = street_scenes(6, seed=3, size=(48, 64))
    digest = hashlib.sha256(scenes.images.tobytes() + scenes.masks.tobytes() + np.concatenate(scenes.boxes).tobytes())
    assert digest.hexdigest()[:16] == "f88e9926a3f9b4d2"


def test_the_first_scenes_stay_the_same_when_more_are_made_and_others_come_with_another_seed():
    few, more, other = street_scenes(2, seed=7), street_scenes(3, seed=7), street_scenes(2, seed=8)
    np.testing.assert_array_equal(few.images, more.images[:2])
    np.testing.assert_array_equal(few.boxes[1], more.boxes[1])
    assert not np.array_equal(few.images, other.images)


@pytest.mark.parametrize("size", [(32, 32), (48, 64), (96, 128), (128, 128), (61, 47)])
def test_all_arrays_have_the_size_that_was_asked_for(size):
    scenes = street_scenes(3, size=size)
    assert scenes.images.shape == (3, *size, 3)
    assert scenes.images.dtype == scenes.masks.dtype == np.uint8
    assert scenes.masks.shape == (3, *size)
    assert scenes.attributes.shape == (3, len(ATTRIBUTES))
    assert len(scenes) == len(scenes.boxes) == len(scenes.box_classes) == 3
    assert all(boxes.shape == (len(labels), 4) for boxes, labels in zip(scenes.boxes, scenes.box_classes, strict=True))


def test_boxes_lie_in_the_picture_with_their_corners_in_order(many):
    boxes = np.concatenate(many.boxes)
    assert (boxes[:, :2] < boxes[:, 2:]).all()
    assert boxes.min() >= 0
    assert (boxes <= [64, 48, 64, 48]).all()


def test_a_box_holds_its_class_in_the_mask():
    scenes = street_scenes(40, seed=2)
    for boxes, labels, mask in zip(scenes.boxes, scenes.box_classes, scenes.masks, strict=True):
        for (x1, y1, x2, y2), label in zip(np.rint(boxes).astype(int), labels, strict=True):
            inside = mask[y1:y2, x1:x2] == MASK_CLASSES.index(MASK_OF[OBJECT_CLASSES[label]])
            assert inside.mean() > 0.2


def test_vehicles_in_the_mask_are_near_a_box_unless_they_are_hidden(many):
    vehicle, grid = MASK_CLASSES.index("vehicle"), np.indices((48, 64))[::-1] + 0.5
    outside = total = 0
    for boxes, mask in zip(many.boxes, many.masks, strict=True):
        x, y = grid[:, mask == vehicle]
        held = [(x > x1 - 1) & (x < x2 + 1) & (y > y1 - 1) & (y < y2 + 1) for x1, y1, x2, y2 in boxes]
        outside += (~np.any(held, axis=0)).sum() if held else x.size
        total += x.size
    assert outside / total < 0.03


def test_an_attribute_says_whether_a_box_of_its_class_is_there(many):
    for labels, row in zip(many.box_classes, many.attributes, strict=True):
        assert [label in labels for label in range(len(OBJECT_CLASSES))] == row[: len(OBJECT_CLASSES)].tolist()
    red, light = (many.attributes[:, ATTRIBUTES.index(name)] for name in ("red_light", "traffic_light"))
    assert light[red].all()
    np.testing.assert_array_equal(many.attributes[:, ATTRIBUTES.index("fog")], many.weather == "fog")
    np.testing.assert_array_equal(many.attributes[:, ATTRIBUTES.index("night")], many.light == "night")


def test_every_attribute_is_balanced_enough_to_learn():
    share = street_scenes(300, seed=4, size=(24, 32)).attributes.mean(axis=0)
    assert ((share > 0.2) & (share < 0.75)).all(), dict(zip(ATTRIBUTES, share, strict=True))


def test_a_condition_that_is_given_holds_for_all_scenes_and_leaves_their_things_where_they_are():
    day, night = (street_scenes(5, seed=5, light=light, weather="clear", noise=0) for light in ("day", "night"))
    assert set(night.light) == {"night"}
    assert set(night.weather) == {"clear"}
    np.testing.assert_array_equal(np.concatenate(day.box_classes), np.concatenate(night.box_classes))
    np.testing.assert_array_equal(np.concatenate(day.boxes), np.concatenate(night.boxes))
    assert night.images.mean() < 0.6 * day.images.mean()


def test_mixed_scenes_come_in_every_light_and_weather(many):
    assert set(many.light) == set(LIGHTS)
    assert set(many.weather) == set(WEATHERS)


def test_noise_has_the_standard_deviation_that_was_asked_for():
    clean, noisy = (street_scenes(2, seed=6, noise=noise).images.astype(float) for noise in (0, 0.04))
    middle = (clean > 60) & (clean < 195)
    assert (noisy - clean)[middle].std() == pytest.approx(0.04 * 255, rel=0.02)
    assert abs((noisy - clean)[middle].mean()) < 0.2


def test_arrays_are_read_only(many):
    with pytest.raises(ValueError, match="read-only"):
        many.images[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        many.boxes[0][:] = 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"count": 0}, "count=0, expected an integer of at least 1"),
        ({"count": 2.5}, r"count=2\.5"),
        ({"seed": -1}, "seed=-1"),
        ({"size": (8, 64)}, r"size=\(8, 64\), expected \(height, width\)"),
        ({"size": 64}, "size=64"),
        ({"noise": -0.1}, r"noise=-0\.1, expected a number from 0 to 1"),
        ({"noise": np.nan}, "noise=nan"),
        ({"weather": "snow"}, "weather='snow', expected one of clear, rain, fog"),
        ({"light": "noon"}, "light='noon'"),
    ],
)
def test_bad_arguments_are_refused_by_name(arguments, message):
    with pytest.raises(DataError, match=message):
        street_scenes(**{"count": 1} | arguments)


def test_scenes_load_by_name_with_their_weather_for_labels():
    data = load("scenes", count=10)
    assert data.x_train.shape == (10, 96, 128, 3)
    assert [WEATHERS[label] for label in data.y_test] == street_scenes(2, seed=1).weather.tolist()
    assert data.class_names == WEATHERS
    assert not np.array_equal(data.x_train[:2], data.x_test)


def test_a_rectangle_covers_its_exact_share_of_every_pixel():
    share = painted("trapezoid", (2.25, 5.5, 3.5, 8.75, 3.5, 8.75))
    assert share.sum() == pytest.approx(3.25 * 5.25)
    assert share[3, 5] == pytest.approx(1)
    assert share[2, 3] == pytest.approx(0.75 * 0.5)


@pytest.mark.parametrize(
    ("kind", "corners", "area"),
    [
        ("ellipse", (2, 18, 4, 16, 4, 16), np.pi * 8 * 6),
        ("trapezoid", (2, 18, 8, 12, 4, 16), 16 * 8),
        ("rounded", (2, 18, 4, 16, 4, 16), 0.927 * 16 * 12),
    ],
)
def test_a_shape_covers_its_area(kind, corners, area):
    assert painted(kind, corners).sum() == pytest.approx(area, rel=0.01)


def test_a_shape_beyond_the_picture_is_cut_off():
    assert painted("ellipse", (-30, -5, 0, 10, 0, 10)).sum() == 0
    assert painted("trapezoid", (-5, 30, -5, 10, -5, 10)).sum() == pytest.approx(200)


def test_a_grid_of_windows_fills_its_share_of_the_wall():
    canvas = blank(40, 60)
    paint_grid(canvas, (3.5, 2.25, 51.5, 37.5), np.full((4, 5, 3), 255.0), (0.6, 0.5))
    assert canvas.image[..., 0].sum() / 255 == pytest.approx(48 * 35.25 * 0.6 * 0.5)


def test_a_glow_falls_off_to_nothing_at_its_radius():
    canvas = blank(21, 21)
    add_glow(canvas, 10.5, 10.5, 6, WHITE)
    assert canvas.image[10, 10, 0] == 255
    assert canvas.image[10, 13, 0] == pytest.approx(255 * (1 - 0.25) ** 2)
    assert canvas.image[10, 17:].sum() == 0
