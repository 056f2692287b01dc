"""The street that objects stand in: where its ground lies, its light and weather, sky, houses and road."""

from typing import NamedTuple

import numpy as np

from helpers.datasets.scene_painting import Canvas, add_glow, paint_grid, paint_shape, paint_spans, subrows

MASK_CLASSES = ("sky", "building", "vegetation", "sidewalk", "road", "lane_mark", "vehicle", "pedestrian", "sign")
LIGHTS = ("day", "dusk", "night")
WEATHERS = ("clear", "rain", "fog")
ROAD, SIDEWALK = 3.2, 5.6  # half widths, metres
_SKY = {  # at the top and at the horizon
    "day": ((88, 150, 214), (206, 226, 238)),
    "dusk": ((92, 84, 138), (250, 178, 120)),
    "night": ((14, 18, 44), (52, 56, 92)),
}
_TINT = {"day": (1.0, 1.0, 1.0), "dusk": (0.84, 0.68, 0.66), "night": (0.42, 0.45, 0.6)}
_MIST = {"day": (206, 212, 216), "dusk": (188, 166, 164), "night": (56, 62, 82)}
_WALLS = ((186, 120, 96), (212, 186, 148), (150, 156, 168), (196, 170, 160), (142, 112, 104), (224, 214, 196))


class Street(NamedTuple):
    """Where the ground lies, and what light and air do to colours.

    Attributes
    ----------
    height, width : int
        Pixels.
    horizon, vanishing : float
        The point that the road runs to, pixels from the top and from the left.
    scale : float
        Pixels per metre at the bottom of the picture. Elsewhere it is as much times the nearness, which grows from 0 at
        the horizon to 1 at the bottom.
    light, weather : str
    """

    height: int
    width: int
    horizon: float
    vanishing: float
    scale: float
    light: str
    weather: str

    def ground(self, nearness: float) -> float:
        """Height in the picture of the ground at a nearness."""
        return self.horizon + nearness * (self.height - self.horizon)

    def across(self, metres: float, nearness: float) -> float:
        """Place in the picture of what stands some metres right of the road's middle."""
        return self.vanishing + metres * nearness * self.scale


def between(random: np.random.RandomState, low: float, high: float) -> float:
    """A number from low to high, alike on every machine."""
    return low + (high - low) * random.random_sample()


def pick(random: np.random.RandomState, choices: tuple):
    """One of the choices, all equally likely."""
    return choices[int(random.random_sample() * len(choices))]


def seen(street: Street, colour, nearness, *, shines: bool = False) -> np.ndarray:
    """Colour as it looks in the street's light through its air; `shines` keeps the light from dimming it.

    Parameters
    ----------
    street : Street
    colour : array-like, shape (..., 3)
    nearness : float or ndarray, shape (..., 1)
    shines : bool

    Returns
    -------
    ndarray, shape (..., 3)
    """
    colour = np.asarray(colour, dtype=float)
    lit = colour if shines else colour * _TINT[street.light]
    mist = np.array(_MIST[street.light], dtype=float)
    thickness = {"clear": 0.1, "rain": 0.4, "fog": 1.25}[street.weather] * (0.5 if shines else 1.0)
    share = thickness / (thickness + 0.06 + 3.5 * np.asarray(nearness))
    return lit + share * (mist - lit)


def paint_backdrop(canvas: Canvas, street: Street, random: np.random.RandomState) -> None:
    """Paint sky, clouds or stars, and houses whose rows lead to the end of the road."""
    top, low = (np.array(colour, dtype=float) for colour in _SKY[street.light])
    mist = np.array(_MIST[street.light], dtype=float)
    dull = {"clear": 0.0, "rain": 0.65, "fog": 0.85}[street.weather]
    down = np.clip((np.arange(street.height) + 0.5) / street.horizon, 0, 1)[:, None, None]
    sky = top + down * (low - top)
    canvas.image[:] = sky + dull * (mist - sky)
    canvas.classes[:] = MASK_CLASSES.index("sky")
    (_paint_stars if street.light == "night" else _paint_clouds)(canvas, street, random)
    for side in (-1, 1):
        for rank in range(4):
            _paint_house(canvas, street, random, side, rank)


def _paint_clouds(canvas: Canvas, street: Street, random: np.random.RandomState) -> None:
    """Three clouds, and the sun of a clear sky."""
    white = np.array(_SKY[street.light][1], dtype=float) * 0.5 + 122
    x, y = between(random, 0.1, 0.9) * street.width, between(random, 0.2, 0.7) * street.horizon
    if street.weather == "clear":
        add_glow(canvas, x, y, 0.3 * street.width, np.array([70.0, 60.0, 36.0]))
    for _ in range(3):
        x, y = between(random, 0, 1) * street.width, between(random, 0.1, 0.6) * street.horizon
        for _ in range(3):
            wide, flat = between(random, 0.08, 0.2) * street.width, between(random, 0.02, 0.06) * street.width
            left, upper = (
                x + between(random, -0.1, 0.1) * street.width - wide / 2,
                y + between(random, -0.3, 0.3) * flat,
            )
            corners = (upper, upper + flat, left, left + wide, left, left + wide)
            paint_shape(canvas, "ellipse", corners, white, opacity=0.4 if street.weather == "clear" else 0.12)


def _paint_stars(canvas: Canvas, street: Street, random: np.random.RandomState) -> None:
    """Moon and stars, where the air lets them through."""
    strength = {"clear": 1.0, "rain": 0.15, "fog": 0.1}[street.weather]
    radius = 0.03 * street.width
    x, y = between(random, 0.1, 0.9) * street.width, between(random, 0.1, 0.4) * street.horizon
    add_glow(canvas, x, y, 5 * radius, strength * np.array([50.0, 50.0, 60.0]))
    corners = (y - radius, y + radius, x - radius, x + radius, x - radius, x + radius)
    paint_shape(canvas, "ellipse", corners, np.array([236.0, 232.0, 214.0]), opacity=strength)
    for _ in range(14):
        x, y = between(random, 0, 1) * street.width, between(random, 0, 0.8) * street.horizon
        add_glow(canvas, x, y, 1.3, strength * between(random, 60, 170) * np.ones(3))


def _paint_house(canvas: Canvas, street: Street, random: np.random.RandomState, side: int, rank: int) -> None:
    """A house on the left (-1) or right (1); rank 0 is the farthest, and nearer ones hide it."""
    nearness = 0.1 + 0.11 * rank
    inner = street.across(side * (SIDEWALK + between(random, 0.3, 1.6)), nearness)
    outer = street.across(side * 16, nearness) if rank < 3 else side * 3.0 * street.width
    rise = between(random, 5, 11) * nearness * street.scale
    base, left, right = street.ground(nearness), min(inner, outer), max(inner, outer)
    wall = np.array(pick(random, _WALLS), dtype=float) * between(random, 0.8, 1.1)
    right = min(right, left + 9 * nearness * street.scale) if side > 0 else right
    left = max(left, right - 9 * nearness * street.scale) if side < 0 else left
    corners = (base - rise, base, left, right, left, right)
    paint_shape(canvas, "trapezoid", corners, seen(street, wall, nearness), mask=MASK_CLASSES.index("building"))
    roof = (base - rise, base - 0.95 * rise, left, right, left, right)
    paint_shape(canvas, "trapezoid", roof, seen(street, 0.7 * wall, nearness))
    floors, columns = 3 + int(between(random, 0, 4)), 3 + int(between(random, 0, 4))
    lit = random.random_sample((floors, columns, 1)) < {"day": 0.0, "dusk": 0.3, "night": 0.45}[street.light]
    panes = seen(street, 0.35 * wall + (22, 34, 48), nearness)
    colours = np.where(lit, seen(street, (252, 212, 128), nearness, shines=True), panes)
    paint_grid(canvas, (left, base - 0.93 * rise, right, base - 0.1 * rise), colours, (0.6, 0.5))


def paint_ground(canvas: Canvas, street: Street, random: np.random.RandomState) -> None:
    """Paint grass, sidewalks and the road with its marks, in perspective."""
    first = int(np.ceil(street.horizon))
    nearness = (subrows(first, street.height) - street.horizon) / (street.height - street.horizon)
    mid = nearness[1::3, None, None]
    wet = 0.78 if street.weather == "rain" else 1.0
    grass = np.array(pick(random, ((104, 142, 74), (122, 148, 84), (150, 140, 110))), dtype=float)
    asphalt = between(random, 84, 112) * np.array([1.0, 1.0, 1.04]) * wet
    paving = between(random, 160, 184) * np.array([1.0, 0.97, 0.92]) * wet

    def band(start: float, end: float, colour, mask: str, weight: np.ndarray | None = None) -> None:
        """A band from start to end, metres from the middle, along the street."""
        ends = (street.vanishing + metres * nearness * street.scale for metres in (start, end))
        shade = seen(street, np.asarray(colour) * (0.88 + 0.12 * mid), mid)
        paint_spans(canvas, first, *ends, shade, weight=weight, mask=MASK_CLASSES.index(mask))

    band(-1e4, 1e4, grass, "vegetation")
    band(-SIDEWALK, SIDEWALK, paving, "sidewalk")
    band(-ROAD - 0.2, ROAD + 0.2, paving * 0.72, "sidewalk")
    band(-ROAD, ROAD, asphalt, "road")
    paint = np.array([232.0, 230.0, 220.0])
    distance = 1 / nearness + between(random, 0, 2)
    band(-0.13, 0.13, paint, "lane_mark", ((distance * 1.1) % 1 < 0.55).astype(float))
    for edge in (-1, 1):
        band(edge * (ROAD - 0.3) - 0.08, edge * (ROAD - 0.3) + 0.08, paint, "lane_mark")
    if random.random_sample() < 0.3:
        where = between(random, 0.3, 0.6)
        crossing = ((nearness > where) & (nearness < 1.3 * where)).astype(float)
        band(-ROAD + 0.1, ROAD - 0.1, asphalt, "road", crossing)
        for stripe in range(6):
            band(-2.85 + stripe, -2.15 + stripe, paint, "lane_mark", crossing)


def paint_rain(canvas: Canvas, random: np.random.RandomState) -> None:
    """Streaks of rain over the whole picture."""
    height, width = canvas.classes.shape
    length = max(height // 12, 3)
    drops = random.random_sample((height + length, width + length)) < 0.012
    streaks = np.zeros((height, width))
    for step in range(length):
        start = step // 3
        streaks = np.maximum(streaks, drops[step : step + height, start : start + width] * ((step + 1) / length))
    canvas.image[:] += (0.3 * streaks)[..., None] * (215 - canvas.image)
