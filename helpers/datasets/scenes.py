"""Street scenes with the boxes of their objects, a class for every pixel and attributes, all of one description.

The detector of Course 4 learns from the boxes, the segmentation network from the masks, and the multi-task network of
Course 3 from the attributes.
"""

from dataclasses import dataclass, field
from numbers import Integral, Real

import numpy as np

from helpers.datasets import scene_objects as objects
from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.scene_cast import cast, paint_thing
from helpers.datasets.scene_painting import Canvas, blank
from helpers.datasets.scene_streets import (
    LIGHTS,
    MASK_CLASSES,
    WEATHERS,
    Street,
    between,
    paint_backdrop,
    paint_ground,
    paint_rain,
    pick,
)

__all__ = ["ATTRIBUTES", "LIGHTS", "MASK_CLASSES", "OBJECT_CLASSES", "WEATHERS", "Scenes", "scenes", "street_scenes"]

OBJECT_CLASSES = ("car", "truck", "pedestrian", "traffic_light", "stop_sign")
ATTRIBUTES = (*OBJECT_CLASSES, "red_light", "night", "rain", "fog")


@dataclass(frozen=True, eq=False)
class Scenes:
    """Street scenes; arrays are read-only: work on a copy.

    Attributes
    ----------
    images : ndarray, shape (m, H, W, 3), uint8
    boxes : tuple of m ndarrays, shape (k, 4), float64
        x1, y1, x2, y2 in pixels of each scene's k objects, far to near; pixel (row, column) covers x from column to
        column + 1 and y from row to row + 1.
    box_classes : tuple of m ndarrays, shape (k,), int64
        Indices into OBJECT_CLASSES.
    masks : ndarray, shape (m, H, W), uint8
        Indices into MASK_CLASSES.
    attributes : ndarray, shape (m, len(ATTRIBUTES)), bool
    weather, light : ndarray, shape (m,), str
        Of WEATHERS and of LIGHTS.
    """

    images: np.ndarray = field(repr=False)
    boxes: tuple[np.ndarray, ...] = field(repr=False)
    box_classes: tuple[np.ndarray, ...] = field(repr=False)
    masks: np.ndarray = field(repr=False)
    attributes: np.ndarray = field(repr=False)
    weather: np.ndarray = field(repr=False)
    light: np.ndarray = field(repr=False)

    def __post_init__(self) -> None:
        """Lock the arrays."""
        for array in (
            self.images,
            self.masks,
            self.attributes,
            self.weather,
            self.light,
            *self.boxes,
            *self.box_classes,
        ):
            array.setflags(write=False)

    def __len__(self) -> int:
        """How many scenes there are."""
        return len(self.images)


def street_scenes(
    count: int,
    seed: int = 0,
    *,
    size: tuple[int, int] = (96, 128),
    weather: str | None = None,
    light: str | None = None,
    noise: float = 0.02,
) -> Scenes:
    """Street scenes, the same for a seed on every machine; the first ones stay the same when `count` grows.

    Parameters
    ----------
    count : int
    seed : int
    size : (int, int)
        Height and width in pixels, at least 16 each.
    weather : {"clear", "rain", "fog"}, optional
        The weather of all scenes; left out, each has its own. The same seed gives the same streets in any weather.
    light : {"day", "dusk", "night"}, optional
        The same for the light.
    noise : float
        Standard deviation of each pixel's noise, 1 is the range from black to white.

    Returns
    -------
    Scenes

    Raises
    ------
    DataError
        Where an argument is out of its range.
    """
    _refuse_bad_arguments(count, seed, size, noise)
    for name, value, known in (("weather", weather, WEATHERS), ("light", light, LIGHTS)):
        if value is not None and value not in known:
            raise DataError(f"street_scenes: {name}={value!r}, expected one of {', '.join(known)}, or None for all")
    height, width = size
    images, masks = np.zeros((count, height, width, 3), np.uint8), np.zeros((count, height, width), np.uint8)
    attributes = np.zeros((count, len(ATTRIBUTES)), bool)
    boxes, labels, streets = [], [], []
    for index in range(count):
        random = np.random.RandomState([seed, index])
        street = _lay_street(random, height, width, weather, light)
        canvas, things = _paint_scene(random, street)
        images[index], masks[index] = _with_noise(random, canvas.image, noise), canvas.classes
        visible = _visible(canvas, things)
        boxes.append(np.array([box for _, box in visible]).reshape(-1, 4))
        labels.append(np.array([OBJECT_CLASSES.index(kind.label) for kind, _ in visible], np.int64))
        attributes[index] = _attributes(street, [kind for kind, _ in visible])
        streets.append(street)
    weathers, lights = (np.array([getattr(street, name) for street in streets]) for name in ("weather", "light"))
    return Scenes(images, tuple(boxes), tuple(labels), masks, attributes, weathers, lights)


def scenes(seed: int = 0, count: int = 200) -> Dataset:
    """Street scenes labelled with their weather, (96, 128, 3) uint8: `count` to train on, a fifth as many to test on.

    Boxes, masks and attributes come with `street_scenes`.

    Raises
    ------
    DataError
        Where seed or count is out of its range.
    """
    train, test = street_scenes(count, seed), street_scenes(max(count // 5, 1), seed + 1)
    y_train, y_test = (np.array([WEATHERS.index(name) for name in half.weather]) for half in (train, test))
    note = (
        f"scenes: {len(train)} + {len(test)} street scenes, 96×128, labelled with their weather, "
        f"seeds {seed} and {seed + 1}; made here, no licence needed."
    )
    return Dataset("scenes", "offline", train.images, y_train, test.images, y_test, WEATHERS, note)


def _refuse_bad_arguments(count: int, seed: int, size: tuple[int, int], noise: float) -> None:
    """Refuse a count, seed, size or noise that no scenes can be made with."""
    if not isinstance(count, Integral) or count < 1:
        raise DataError(f"street_scenes: count={count!r}, expected an integer of at least 1")
    if not isinstance(seed, Integral) or not 0 <= seed < 2**32:
        raise DataError(f"street_scenes: seed={seed!r}, expected an integer from 0 to 2³² - 1")
    if not (
        isinstance(size, tuple | list) and len(size) == 2 and all(isinstance(n, Integral) and n >= 16 for n in size)
    ):
        raise DataError(f"street_scenes: size={size!r}, expected (height, width), integers of at least 16")
    if not isinstance(noise, Real) or not 0 <= noise <= 1:
        raise DataError(f"street_scenes: noise={noise!r}, expected a number from 0 to 1")


def _lay_street(
    random: np.random.RandomState, height: int, width: int, weather: str | None, light: str | None
) -> Street:
    """A street; light and weather are drawn even where they are given, so that the rest stays the same."""
    drawn_light, drawn_weather = pick(random, (*LIGHTS, *LIGHTS, "day", "night")), pick(random, WEATHERS)
    horizon, vanishing = between(random, 0.4, 0.48) * height, between(random, 0.42, 0.58) * width
    return Street(height, width, horizon, vanishing, 0.15 * width, light or drawn_light, weather or drawn_weather)


def _paint_scene(random: np.random.RandomState, street: Street) -> tuple[Canvas, list]:
    """Canvas and its things: (kind, box, pixels it took when it was painted)."""
    canvas = blank(street.height, street.width)
    paint_backdrop(canvas, street, random)
    paint_ground(canvas, street, random)
    things = []
    for kind, metres, nearness in cast(random):
        box = paint_thing(canvas, street, random, kind, metres, nearness, owner=len(things))
        things.append((kind, box, np.count_nonzero(canvas.owners == len(things))))
    if street.weather == "rain":
        paint_rain(canvas, random)
    return canvas, things


def _with_noise(random: np.random.RandomState, image: np.ndarray, noise: float) -> np.ndarray:
    """Image as uint8 with noise of a standard deviation: the sum of four bytes, near enough to a normal one."""
    deviates = random.randint(0, 256, (4, *image.shape), dtype=np.uint8).sum(axis=0, dtype=np.int64) - 510
    return np.rint(np.clip(image + deviates * (noise * 255 / 147.8), 0, 255)).astype(np.uint8)


def _visible(canvas: Canvas, things: list) -> list[tuple[objects.Kind, np.ndarray]]:
    """Kinds and boxes, cut to the picture, of objects of which at least 45 % is in the picture and not hidden."""
    height, width = canvas.classes.shape
    kept = []
    for owner, (kind, box, painted) in enumerate(things):
        cut = np.clip(box, 0, (width, height, width, height))
        inside = (cut[2] - cut[0]) * (cut[3] - cut[1]) / ((box[2] - box[0]) * (box[3] - box[1]))
        if kind.label in OBJECT_CLASSES and painted:
            hidden = 1 - np.count_nonzero(canvas.owners == owner) / painted
            if inside * (1 - hidden) >= 0.45:
                kept.append((kind, cut))
    return kept


def _attributes(street: Street, kinds: list[objects.Kind]) -> np.ndarray:
    """Row of attributes of a scene."""
    present = {kind.label for kind in kinds} | {street.light, street.weather}
    if objects.TRAFFIC_LIGHTS["red"] in kinds:
        present.add("red_light")
    return np.array([name in present for name in ATTRIBUTES])
