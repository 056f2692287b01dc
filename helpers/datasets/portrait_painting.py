"""Paint faces: a person's traits and the conditions of a shot become pixels.

A picture reaches from -1 to 1 across and down. Shapes are ellipses and half planes whose edges are a pixel wide; sums,
products, quotients and square roots are all that is used: they are rounded alike on every machine.
"""

from collections.abc import Mapping

import numpy as np

Values = Mapping[str, np.ndarray]

TRAITS = {
    "face_width": (0.44, 0.58),
    "face_height": (0.6, 0.74),
    "jaw": (0.05, 0.5),
    "skin": (0, 1),
    "redness": (-1, 1),
    "eye_spacing": (0.36, 0.5),
    "eye_height": (-0.14, 0.02),
    "eye_width": (0.085, 0.13),
    "eye_opening": (0.04, 0.075),
    "iris": (0, 1),
    "brow_gap": (0.1, 0.17),
    "brow_thickness": (0.015, 0.05),
    "brow_slope": (-0.12, 0.2),
    "nose_length": (0.16, 0.3),
    "nose_width": (0.06, 0.13),
    "mouth_height": (0.36, 0.48),
    "mouth_width": (0.14, 0.24),
    "lips": (0.03, 0.065),
    "lip_colour": (0, 1),
    "hair": (0, 1),
    "hair_length": (-0.3, 0.9),
    "hair_volume": (0.03, 0.16),
    "hair_line": (-0.56, -0.3),
    "hair_part": (-0.4, 0.4),
    "hair_arch": (-0.3, 0.9),
    "bald": (0, 1),
    "beard": (0, 1),
    "glasses": (0, 1),
    "glasses_size": (0.12, 0.17),
    "glasses_colour": (0, 1),
}

CONDITIONS = {
    "turn": (-0.3, 0.3),
    "nod": (-0.12, 0.12),
    "tilt": (-0.1, 0.1),
    "size": (0.88, 1.1),
    "shift_x": (-0.1, 0.1),
    "shift_y": (-0.08, 0.08),
    "light": (0.68, 1.15),
    "light_x": (-0.4, 0.4),
    "light_y": (-0.2, 0.2),
    "warmth": (-0.09, 0.09),
    "smile": (-0.3, 1.3),
    "mouth_open": (-0.8, 1),
    "blink": (-2.5, 1.1),
    "brow_raise": (-0.02, 0.05),
    "gaze": (-1, 1),
    "bare": (0, 1),
    "cover": (0, 1),
    "cover_x": (-0.6, 0.6),
    "cover_y": (-0.5, 0.6),
    "cover_size": (0.16, 0.3),
    "cover_red": (20, 235),
    "cover_green": (20, 235),
    "cover_blue": (20, 235),
    "wall_red": (70, 205),
    "wall_green": (70, 205),
    "wall_blue": (70, 205),
    "coat_red": (20, 220),
    "coat_green": (20, 220),
    "coat_blue": (20, 220),
}

_SKIN = ((92, 58, 42), (150, 100, 72), (205, 152, 118), (236, 194, 166))
_HAIR = ((24, 20, 20), (66, 42, 28), (126, 74, 38), (168, 70, 30), (214, 174, 98), (178, 176, 176))
_IRIS = ((60, 36, 22), (110, 76, 38), (70, 110, 62), (72, 122, 168), (110, 130, 140))
_LIPS = ((128, 66, 60), (186, 96, 92), (206, 70, 84))
_FRAMES = ((22, 22, 26), (120, 50, 30), (150, 150, 160), (40, 60, 130))
_WHITE, _DARK = np.array([244.0, 244.0, 244.0]), np.array([24.0, 14.0, 14.0])


def paint_shots(person: Mapping[str, float], shots: Values, size: int) -> np.ndarray:
    """Pictures of one person.

    Parameters
    ----------
    person : mapping
        A number for each of TRAITS.
    shots : mapping
        For each of CONDITIONS its values, shape (m, 1, 1).
    size : int
        Pixels across and down.

    Returns
    -------
    ndarray, shape (m, size, size, 3), float64
        Colours without noise, not yet cut off at 0 and 255.
    """
    middles = (np.arange(size) + 0.5) * 2 / size - 1
    x, y, pixel = middles[None, None, :], middles[None, :, None], 2 / size
    image = np.empty((len(shots["turn"]), size, size, 3))
    image[:] = _colour(shots, "wall") * (1 - 0.12 * y[..., None])
    face = _Face(person, shots, *_upright(shots, x, y), pixel)
    colours = _colours(person)
    _paint_behind(image, face, colours)
    _paint_head(image, face, colours)
    _paint_features(image, face, colours)
    _paint_glasses(image, face, colours)
    _paint_cover(image, face, x, y)
    light = shots["light"] * (1 + shots["light_x"] * x + shots["light_y"] * y)
    warmth = 1 + shots["warmth"][..., None] * np.array([1.0, 0.1, -1.0])
    return image * light[..., None] * warmth


class _Face:
    """A person in some shots: where the parts of the face are, after turning and nodding the head."""

    def __init__(self, person: Mapping[str, float], shots: Values, x: np.ndarray, y: np.ndarray, pixel: float) -> None:
        self.person, self.shots, self.x, self.y, self.pixel = person, shots, x, y, pixel
        self.cosine, self.sine = _rotation(shots["turn"])
        self.width, self.height = person["face_width"], person["face_height"]

    def turned(self, x: float, y: float, stands_out: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where a place of the face is seen, and how wide things there are seen; a head is round."""
        across, down = x / self.width, y / self.height
        depth = np.sqrt(max(1 - across * across - 0.5 * down * down, 0.1)) * 0.8
        seen = self.width * (across * self.cosine + (depth + stands_out) * self.sine)
        narrow = np.maximum(self.cosine - self.sine * across / depth, 0.35)
        return seen, y + self.shots["nod"] * (1 + stands_out), narrow

    def oval(self, x: np.ndarray, y: np.ndarray, width: np.ndarray, height: np.ndarray, slope: float = 0) -> np.ndarray:
        """Share of each pixel inside an ellipse around (x, y); `slope` bends it down to the right."""
        across = self.x - x
        return _inside_ellipse(across, self.y - y - slope * across, width, height, self.pixel)

    def below(self, distance: np.ndarray) -> np.ndarray:
        """Share of each pixel where a distance is negative."""
        return np.clip(0.5 - distance / self.pixel, 0, 1)

    @property
    def eyes(self) -> tuple[tuple[int, np.ndarray, np.ndarray, np.ndarray], ...]:
        """Side, place and narrowness of both eyes."""
        spacing, height = self.person["eye_spacing"] / 2, self.person["eye_height"]
        return tuple((side, *self.turned(side * spacing, height)) for side in (-1, 1))


def _upright(shots: Values, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of pixels as seen from the face: moved, scaled and tilted back."""
    cosine, sine = _rotation(shots["tilt"])
    across, down = (x - shots["shift_x"]) / shots["size"], (y - 0.06 - shots["shift_y"]) / shots["size"]
    return cosine * across + sine * down, cosine * down - sine * across


def _rotation(half_tangent: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cosine and sine of an angle, from the tangent of its half."""
    square = half_tangent * half_tangent
    return (1 - square) / (1 + square), 2 * half_tangent / (1 + square)


def _inside_ellipse(x: np.ndarray, y: np.ndarray, width: np.ndarray, height: np.ndarray, pixel: float) -> np.ndarray:
    """Share of each pixel inside the ellipse of half axes width and height around the origin, to first order."""
    across, down = x / width, y / height
    level = across * across + down * down - 1
    slope_x, slope_y = across / width, down / height
    steepness = 2 * np.sqrt(slope_x * slope_x + slope_y * slope_y) + 1e-9
    thin = np.minimum(2 * np.minimum(width, height) / pixel, 1)
    return np.clip(0.5 - level / steepness / pixel, 0, 1) * thin


def _lay(image: np.ndarray, share: np.ndarray, colour: np.ndarray) -> None:
    image += share[..., None] * (colour - image)


def _colour(shots: Values, name: str) -> np.ndarray:
    """Colour of each shot, shape (m, 1, 1, 3)."""
    return np.stack([shots[f"{name}_{part}"] for part in ("red", "green", "blue")], axis=-1)


def _ramp(colours: tuple[tuple[int, int, int], ...], place: float) -> np.ndarray:
    """Colour at a place from 0 to 1 along a row of colours."""
    steps = place * (len(colours) - 1)
    first = min(int(steps), len(colours) - 2)
    start, stop = (np.array(colours[i], dtype=float) for i in (first, first + 1))
    return start + (steps - first) * (stop - start)


def _colours(person: Mapping[str, float]) -> dict[str, np.ndarray]:
    skin = _ramp(_SKIN, person["skin"]) + person["redness"] * np.array([10.0, -5.0, -5.0])
    return {
        "skin": skin,
        "shade": 0.78 * skin,
        "hair": _ramp(_HAIR, person["hair"]),
        "iris": _ramp(_IRIS, person["iris"]),
        "lips": 0.35 * skin + 0.65 * _ramp(_LIPS, person["lip_colour"]),
        "frame": _ramp(_FRAMES, person["glasses_colour"]),
    }


def _paint_behind(image: np.ndarray, face: _Face, colours: Mapping[str, np.ndarray]) -> None:
    """Coat, hair that falls behind the face, neck."""
    person, width, height = face.person, face.width, face.height
    if person["hair_length"] > 0 and person["bald"] < 0.88:
        volume, length = width + person["hair_volume"], height * 0.75 + person["hair_length"] * 0.6
        _lay(image, face.oval(0, length - height * 1.0, volume * 1.06, length), 0.8 * colours["hair"])
    _lay(image, face.oval(0, height * 0.95, width * 0.5, 0.42), colours["shade"])
    _lay(image, face.oval(0, 1.42, 0.95, 0.55), _colour(face.shots, "coat"))


def _paint_head(image: np.ndarray, face: _Face, colours: Mapping[str, np.ndarray]) -> None:
    """Ears, face, beard, hair above the forehead."""
    person, width, height = face.person, face.width, face.height
    for side in (-1, 1):
        ear = width * (side * face.cosine - 0.25 * face.sine)
        _lay(image, face.oval(ear, 0.02 + face.shots["nod"] * 0.3, 0.08, 0.13), colours["shade"])
    narrowed = width * (1 - person["jaw"] * np.clip(face.y / height, 0, 1) ** 2)
    inside = _inside_ellipse(face.x, face.y, narrowed, height, face.pixel)
    _lay(image, inside, colours["skin"])
    if person["beard"] > 0.72:
        x, y, _ = face.turned(0, person["mouth_height"])
        chin = inside * face.below(y - 0.09 + 0.5 * (face.x - x) ** 2 - face.y) * (1 - face.oval(x, y, 0.16, 0.07))
        _lay(image, chin * (0.45 + 1.6 * (person["beard"] - 0.72)), colours["hair"])
    if person["bald"] < 0.88:
        volume = person["hair_volume"]
        cap = face.oval(0, -0.05, width + 0.6 * volume, height + volume)
        x, line, _ = face.turned(person["hair_part"] * width, person["hair_line"])
        across = face.x - x
        sides = face.below(face.y - 0.1 * (person["hair_length"] > 0)) * face.below(0.94 * width - np.abs(face.x))
        fringe = face.below(face.y - line - person["hair_arch"] * across * across)
        _lay(image, cap * np.maximum(fringe, sides), colours["hair"])


def _paint_features(image: np.ndarray, face: _Face, colours: Mapping[str, np.ndarray]) -> None:
    """Eyes, brows, nose and mouth."""
    person, shots = face.person, face.shots
    opening = person["eye_opening"] * np.clip(1 - shots["blink"], 0.12, 1)
    for side, x, y, narrow in face.eyes:
        width = person["eye_width"] * narrow
        _lay(image, face.oval(x, y, width * 1.15, opening * 1.3), colours["shade"])
        eye = face.oval(x, y, width, opening)
        _lay(image, eye, _WHITE)
        middle, iris = x + 0.3 * width * shots["gaze"], 0.055
        _lay(image, eye * face.oval(middle, y, iris, iris), colours["iris"])
        _lay(image, eye * face.oval(middle, y, 0.45 * iris, 0.45 * iris), _DARK)
        brow = y - person["brow_gap"] - shots["brow_raise"]
        slope = side * person["brow_slope"]
        share = face.oval(x, brow, 1.35 * width, person["brow_thickness"], slope)
        _lay(image, share, 0.75 * colours["hair"])
    tip, base, narrow = face.turned(0, person["eye_height"] + person["nose_length"], stands_out=0.3)
    _lay(image, face.oval(tip, base, person["nose_width"] * narrow, 0.035), colours["shade"])
    _lay(image, 0.5 * face.oval(tip - 0.03, base - 0.1, 0.03, 0.1), 1.12 * colours["skin"])
    _paint_mouth(image, face, colours["lips"])


def _paint_mouth(image: np.ndarray, face: _Face, lips: np.ndarray) -> None:
    person, smile = face.person, face.shots["smile"]
    x, y, narrow = face.turned(0, person["mouth_height"], stands_out=0.1)
    width = person["mouth_width"] * narrow * (1 + 0.15 * smile)
    across = face.x - x
    bent = face.y - y + smile * (1.2 * across * across - 0.02)
    opened = np.maximum(face.shots["mouth_open"], 0) * 0.06
    _lay(image, _inside_ellipse(across, bent, width, person["lips"] + opened, face.pixel), lips)
    _lay(image, _inside_ellipse(across, bent, 0.85 * width, 0.012 + 0.8 * opened, face.pixel), 0.3 * lips + 10)


def _paint_glasses(image: np.ndarray, face: _Face, colours: Mapping[str, np.ndarray]) -> None:
    """Glasses of those who own some, unless they took them off; sunglasses on whoever wears them today."""
    person, shots = face.person, face.shots
    sun = (shots["cover"] < 0.05) * 1.0
    worn = np.maximum((person["glasses"] > 0.62) * (shots["bare"] > 0.15) * 1.0, sun)
    size = person["glasses_size"]
    for _, x, y, narrow in face.eyes:
        outer = face.oval(x, y, (size + 0.02) * narrow, size * 0.85)
        lens = face.oval(x, y, (size - 0.03) * narrow, size * 0.85 - 0.045)
        _lay(image, worn * np.maximum(outer - lens, 0), colours["frame"])
        _lay(image, sun * lens, _DARK + 16)
    (_, left, y, _), (_, right, _, _) = face.eyes
    bridge = face.below(np.abs(face.y - y) - 0.02) * face.below(np.abs(face.x - (left + right) / 2) - 0.07)
    _lay(image, worn * bridge, colours["frame"])


def _paint_cover(image: np.ndarray, face: _Face, x: np.ndarray, y: np.ndarray) -> None:
    """Something before the face, a scarf around the chin, or a cap."""
    shots = face.shots
    colour, cover = _colour(shots, "cover"), shots["cover"]
    thing = _inside_ellipse(
        x - shots["cover_x"], y - shots["cover_y"], shots["cover_size"], 1.2 * shots["cover_size"], face.pixel
    )
    _lay(image, ((cover > 0.05) & (cover < 0.15)) * thing, colour)
    scarf = face.below(0.44 - face.y) * face.oval(0, 0.8, 0.62, 0.45)
    _lay(image, ((cover > 0.15) & (cover < 0.2)) * scarf, colour)
    cap = np.maximum(
        face.oval(0, -0.42, face.width + 0.1, 0.42) * face.below(face.y + 0.38),
        face.below(np.abs(face.y + 0.37) - 0.04) * face.below(np.abs(face.x) - face.width - 0.12),
    )
    _lay(image, ((cover > 0.2) & (cover < 0.25)) * cap, colour)
