"""What stands in a street, as shapes in its own box: x and y go from 0 to 1, y downwards.

A shape is (kind, paint, top, bottom, left at the top, right at the top, left at the bottom, right at the bottom); a
rectangle, an ellipse and a rounded box need two ends only. Paint is a name that the street mixes a colour for.
"""

from typing import NamedTuple


class Shape(NamedTuple):
    """A part of an object; ends are left and right at its top, then left and right at its bottom."""

    kind: str
    paint: str
    top: float
    bottom: float
    ends: tuple[float, float, float, float]


def _box(paint: str, top: float, bottom: float, left: float, right: float) -> Shape:
    return Shape("trapezoid", paint, top, bottom, (left, right, left, right))


def _slope(paint: str, top: float, bottom: float, *ends: float) -> Shape:
    return Shape("trapezoid", paint, top, bottom, ends)


def _oval(paint: str, top: float, bottom: float, left: float, right: float) -> Shape:
    return Shape("ellipse", paint, top, bottom, (left, right, left, right))


def _round(paint: str, top: float, bottom: float, left: float, right: float) -> Shape:
    return Shape("rounded", paint, top, bottom, (left, right, left, right))


class Kind(NamedTuple):
    """Class of an object, its size and its box's height above the ground in metres, its shapes from back to front."""

    label: str
    width: float
    height: float
    lift: float
    shapes: tuple[Shape, ...]


_CAR_END = (
    _oval("shadow", 0.88, 1.06, -0.06, 1.06),
    _box("tyre", 0.74, 1.0, 0.05, 0.25),
    _box("tyre", 0.74, 1.0, 0.75, 0.95),
    _slope("body", 0.0, 0.46, 0.24, 0.76, 0.1, 0.9),
    _slope("glass", 0.07, 0.4, 0.28, 0.72, 0.17, 0.83),
    _slope("shine", 0.07, 0.4, 0.34, 0.44, 0.25, 0.37),
    _round("body", 0.37, 0.9, 0.0, 1.0),
    _box("trim", 0.74, 0.84, 0.02, 0.98),
    _box("plate", 0.62, 0.72, 0.38, 0.62),
)
CAR_REAR = Kind(
    "car", 1.9, 1.5, 0.0, (*_CAR_END, _round("tail", 0.47, 0.62, 0.04, 0.22), _round("tail", 0.47, 0.62, 0.78, 0.96))
)
CAR_FRONT = Kind(
    "car",
    1.9,
    1.5,
    0.0,
    (
        *_CAR_END,
        _box("trim", 0.54, 0.66, 0.3, 0.7),
        _oval("head", 0.48, 0.65, 0.06, 0.24),
        _oval("head", 0.48, 0.65, 0.76, 0.94),
    ),
)
CAR_SIDE = Kind(
    "car",
    4.0,
    1.45,
    0.0,
    (
        _oval("shadow", 0.86, 1.08, -0.02, 1.02),
        _slope("body", 0.0, 0.5, 0.32, 0.68, 0.16, 0.88),
        _slope("glass", 0.08, 0.44, 0.345, 0.49, 0.24, 0.49),
        _slope("glass", 0.08, 0.44, 0.52, 0.66, 0.52, 0.79),
        _round("body", 0.38, 0.86, 0.0, 1.0),
        _oval("tyre", 0.6, 1.0, 0.12, 0.29),
        _oval("tyre", 0.6, 1.0, 0.71, 0.88),
        _oval("plate", 0.71, 0.89, 0.165, 0.245),
        _oval("plate", 0.71, 0.89, 0.755, 0.835),
        _oval("head", 0.46, 0.6, 0.0, 0.05),
        _oval("tail", 0.46, 0.6, 0.95, 1.0),
    ),
)
TRUCK_REAR = Kind(
    "truck",
    2.5,
    3.1,
    0.0,
    (
        _oval("shadow", 0.94, 1.03, -0.05, 1.05),
        _box("tyre", 0.84, 1.0, 0.07, 0.28),
        _box("tyre", 0.84, 1.0, 0.72, 0.93),
        _box("body", 0.0, 0.86, 0.0, 1.0),
        _box("shine", 0.0, 0.05, 0.0, 1.0),
        _box("trim", 0.08, 0.8, 0.49, 0.51),
        _box("trim", 0.8, 0.9, 0.0, 1.0),
        _box("plate", 0.4, 0.5, 0.42, 0.46),
        _box("plate", 0.4, 0.5, 0.54, 0.58),
        _box("tail", 0.81, 0.88, 0.04, 0.18),
        _box("tail", 0.81, 0.88, 0.82, 0.96),
    ),
)
TRUCK_FRONT = Kind(
    "truck",
    2.5,
    3.1,
    0.0,
    (
        _oval("shadow", 0.94, 1.03, -0.05, 1.05),
        _box("tyre", 0.84, 1.0, 0.07, 0.28),
        _box("tyre", 0.84, 1.0, 0.72, 0.93),
        _box("panel", 0.0, 0.7, 0.0, 1.0),
        _round("body", 0.12, 0.95, 0.03, 0.97),
        _slope("glass", 0.24, 0.52, 0.12, 0.88, 0.1, 0.9),
        _slope("shine", 0.24, 0.52, 0.22, 0.34, 0.15, 0.27),
        _box("trim", 0.6, 0.76, 0.3, 0.7),
        _oval("head", 0.74, 0.83, 0.08, 0.24),
        _oval("head", 0.74, 0.83, 0.76, 0.92),
    ),
)
TRUCK_SIDE = Kind(
    "truck",
    5.8,
    3.0,
    0.0,
    (
        _oval("shadow", 0.92, 1.05, -0.01, 1.01),
        _box("trim", 0.78, 0.88, 0.04, 1.0),
        _box("panel", 0.0, 0.8, 0.27, 1.0),
        _box("shine", 0.0, 0.06, 0.27, 1.0),
        _box("body", 0.3, 0.5, 0.27, 1.0),
        _round("body", 0.22, 0.88, 0.0, 0.25),
        _slope("glass", 0.3, 0.53, 0.05, 0.2, 0.03, 0.2),
        _oval("tyre", 0.74, 1.0, 0.08, 0.22),
        _oval("tyre", 0.74, 1.0, 0.62, 0.76),
        _oval("tyre", 0.74, 1.0, 0.79, 0.93),
        _oval("head", 0.68, 0.76, 0.0, 0.04),
    ),
)
_UPPER_BODY = (
    _round("shirt", 0.145, 0.55, 0.2, 0.8),
    _oval("hair", 0.0, 0.12, 0.26, 0.74),
    _oval("skin", 0.03, 0.17, 0.28, 0.72),
)
STANDING = Kind(
    "pedestrian",
    0.6,
    1.75,
    0.0,
    (
        _oval("shadow", 0.97, 1.02, -0.1, 1.1),
        _slope("trousers", 0.5, 0.97, 0.22, 0.5, 0.26, 0.46),
        _slope("trousers", 0.5, 0.97, 0.5, 0.78, 0.54, 0.74),
        _box("tyre", 0.96, 1.0, 0.18, 0.47),
        _box("tyre", 0.96, 1.0, 0.53, 0.82),
        _slope("shirt", 0.18, 0.5, 0.1, 0.26, 0.02, 0.16),
        _slope("shirt", 0.18, 0.5, 0.74, 0.9, 0.84, 0.98),
        _oval("skin", 0.48, 0.54, 0.0, 0.15),
        _oval("skin", 0.48, 0.54, 0.85, 1.0),
        *_UPPER_BODY,
    ),
)
WALKING = Kind(
    "pedestrian",
    0.75,
    1.75,
    0.0,
    (
        _oval("shadow", 0.97, 1.02, -0.1, 1.1),
        _slope("trousers", 0.5, 0.96, 0.3, 0.6, 0.06, 0.26),
        _slope("trousers", 0.5, 0.96, 0.42, 0.7, 0.72, 0.92),
        _box("tyre", 0.95, 1.0, 0.0, 0.25),
        _box("tyre", 0.95, 1.0, 0.72, 1.0),
        _slope("shirt", 0.2, 0.5, 0.24, 0.42, 0.1, 0.24),
        *_UPPER_BODY,
        _slope("sleeve", 0.2, 0.48, 0.52, 0.7, 0.78, 0.92),
        _oval("skin", 0.46, 0.52, 0.78, 0.94),
    ),
)
_HOUSING = (_round("housing", 0.0, 1.0, 0.0, 1.0),)


def _lamps(lit: str) -> tuple[Shape, ...]:
    """The lamps of a traffic light from the top, one of them lit."""
    tops = {"red": 0.07, "amber": 0.38, "green": 0.69}
    return tuple(_oval(c if c == lit else "unlit", top, top + 0.25, 0.2, 0.8) for c, top in tops.items())


_LIGHT_POLE = (_box("pole", 1.0, 2.3, 0.42, 0.58),)
TRAFFIC_LIGHTS = {
    lit: Kind("traffic_light", 0.95, 2.2, 2.8, (*_LIGHT_POLE, *_HOUSING, *_lamps(lit)))
    for lit in ("red", "amber", "green")
}


def _octagon(paint: str, inset: float) -> tuple[Shape, ...]:
    """A regular octagon as three slices, `inset` from the box."""
    low, high, cut = inset, 1 - inset, 0.293 * (1 - 2 * inset)
    return (
        _slope(paint, low, low + cut, low + cut, high - cut, low, high),
        _box(paint, low + cut, high - cut, low, high),
        _slope(paint, high - cut, high, low, high, low + cut, high - cut),
    )


STOP_SIGN = Kind(
    "stop_sign",
    1.35,
    1.35,
    2.0,
    (
        _box("pole", 0.9, 2.5, 0.45, 0.55),
        *_octagon("plate", 0.0),
        *_octagon("stop", 0.07),
        *(_box("letters", 0.38, 0.62, left, left + 0.1) for left in (0.2, 0.37, 0.54, 0.71)),
    ),
)
TREE = Kind(
    "vegetation",
    2.6,
    4.6,
    0.0,
    (
        _oval("shadow", 0.97, 1.03, 0.1, 0.9),
        _slope("bark", 0.5, 1.0, 0.45, 0.55, 0.42, 0.58),
        _oval("leaves", 0.2, 0.7, 0.0, 0.6),
        _oval("leaves", 0.22, 0.72, 0.4, 1.0),
        _oval("leaves", 0.0, 0.58, 0.14, 0.86),
        _oval("light leaves", 0.06, 0.36, 0.26, 0.62),
        _oval("light leaves", 0.3, 0.5, 0.6, 0.86),
    ),
)
LAMP_POST = Kind(
    "sign",
    1.0,
    5.2,
    0.0,
    (_box("pole", 0.03, 1.0, 0.46, 0.54), _box("pole", 0.02, 0.05, 0.46, 0.95), _round("lamp", 0.04, 0.09, 0.6, 1.0)),
)
