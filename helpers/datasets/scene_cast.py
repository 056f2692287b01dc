"""Who and what is in a street: cars, trucks, people, lights and signs, where they stand and how they are painted."""

import numpy as np

from helpers.datasets import scene_objects as objects
from helpers.datasets.scene_painting import NOTHING, Canvas, add_glow, paint_shape
from helpers.datasets.scene_streets import MASK_CLASSES, ROAD, Street, between, pick, seen

_MASK_OF = {
    "car": "vehicle",
    "truck": "vehicle",
    "traffic_light": "sign",
    "stop_sign": "sign",
    "pedestrian": "pedestrian",
}
_FIXED_PAINT = {
    "tyre": (34, 34, 38),
    "glass": (74, 96, 116),
    "shine": (132, 156, 174),
    "trim": (62, 62, 68),
    "panel": (226, 224, 218),
    "plate": (236, 236, 230),
    "pole": (104, 106, 112),
    "housing": (42, 44, 48),
    "unlit": (78, 76, 70),
    "stop": (206, 24, 34),
    "letters": (246, 240, 236),
    "bark": (96, 72, 54),
    "shadow": (30, 32, 38),
}
_SHINING = {
    "tail": (232, 40, 32),
    "head": (255, 244, 206),
    "red": (255, 50, 36),
    "amber": (255, 186, 40),
    "green": (60, 236, 132),
    "lamp": (255, 228, 164),
}
_CHOICES = {
    "body": (
        (190, 44, 40),
        (40, 82, 160),
        (226, 226, 226),
        (74, 78, 88),
        (226, 170, 48),
        (62, 128, 84),
        (150, 156, 166),
    ),
    "shirt": ((214, 70, 60), (58, 110, 190), (236, 226, 206), (240, 186, 60), (84, 150, 104), (130, 84, 150)),
    "trousers": ((58, 70, 112), (84, 78, 72), (128, 110, 86), (52, 52, 62)),
    "skin": ((242, 206, 178), (222, 174, 138), (166, 116, 82), (104, 70, 50)),
    "hair": ((44, 34, 30), (96, 64, 40), (198, 160, 96), (150, 146, 142)),
    "leaves": ((64, 118, 62), (88, 134, 60), (172, 122, 52)),
}


def cast(random: np.random.RandomState) -> list[tuple[objects.Kind, float, float]]:
    """What stands in a street, (kind, metres from its middle, nearness), far to near."""
    things = [(objects.TREE, pick(random, (-1, 1)) * between(random, 5.8, 8), between(random, 0.2, 0.5)) for _ in "ab"]
    things.append((objects.LAMP_POST, -ROAD - 1.0, between(random, 0.3, 0.6)))
    if random.random_sample() < 0.55:
        kind = objects.TRAFFIC_LIGHTS[pick(random, ("red", "red", "red", "amber", "green", "green"))]
        things.append((kind, pick(random, (-1, 1, 1)) * (ROAD + 0.7), between(random, 0.34, 0.62)))
    if random.random_sample() < 0.5:
        things.append(
            (objects.STOP_SIGN, pick(random, (-1, 1, 1)) * (ROAD + between(random, 0.5, 1)), between(random, 0.36, 0.7))
        )
    for near in (0.28, 0.5, 0.76):
        things.extend(_traffic(random, near))
    for _ in range(3 if random.random_sample() < 0.62 else 0):
        if random.random_sample() < 0.7:
            nearness = between(random, 0.3, 0.9)
            reach = min(4.9, 2.7 / nearness)
            kind = pick(random, (objects.STANDING, objects.WALKING, objects.WALKING))
            things.append((kind, between(random, -reach, reach), nearness))
    return sorted(things, key=lambda thing: thing[2])


def _traffic(random: np.random.RandomState, nearness: float) -> list[tuple[objects.Kind, float, float]]:
    """Cars and trucks at about a nearness: in the two lanes, or one that crosses."""
    nearness = nearness * between(random, 0.85, 1.15)
    chance, crossing = random.random_sample(), random.random_sample() < 0.3 and nearness < 0.62
    if chance > 0.52:
        return []
    truck = random.random_sample() < 0.42
    if crossing:
        kind = objects.TRUCK_SIDE if truck else objects.CAR_SIDE
        return [(kind, between(random, -3, 3), nearness)]
    oncoming = random.random_sample() < 0.5
    kinds = (objects.CAR_REAR, objects.TRUCK_REAR, objects.CAR_FRONT, objects.TRUCK_FRONT)
    return [(kinds[2 * oncoming + truck], (-1 if oncoming else 1) * between(random, 1.3, 1.9), nearness)]


def paint_thing(
    canvas: Canvas,
    street: Street,
    random: np.random.RandomState,
    kind: objects.Kind,
    metres: float,
    nearness: float,
    owner: int,
) -> tuple[float, float, float, float]:
    """Paint an object and return its box."""
    unit = nearness * street.scale
    wide, tall = kind.width * unit, kind.height * unit
    left, top = street.across(metres, nearness) - wide / 2, street.ground(nearness) - kind.lift * unit - tall
    mirrored = random.random_sample() < 0.5
    colours = _mix(random, street, nearness)
    mask = MASK_CLASSES.index(_MASK_OF.get(kind.label, kind.label))
    for shape in kind.shapes:
        ends = tuple(1 - shape.ends[n] for n in (1, 0, 3, 2)) if mirrored else shape.ends
        corners = (top + shape.top * tall, top + shape.bottom * tall, *(left + end * wide for end in ends))
        colour = colours[shape.paint]
        if shape.paint == "shadow":
            paint_shape(canvas, shape.kind, corners, colour, opacity=0.45)
            continue
        paint_shape(canvas, shape.kind, corners, colour, mask=mask, owner=NOTHING if shape.paint == "pole" else owner)
        if shape.paint in _SHINING and street.light != "day":
            strength = 0.4 if street.light == "night" else 0.2
            add_glow(
                canvas, (corners[2] + corners[3]) / 2, (corners[0] + corners[1]) / 2, 0.9 * unit, strength * colour
            )
    return left, top, left + wide, top + tall


def _mix(random: np.random.RandomState, street: Street, nearness: float) -> dict[str, np.ndarray]:
    """Every paint's colour for one object, as it is seen where it stands."""
    chosen = {name: np.array(pick(random, colours), dtype=float) for name, colours in _CHOICES.items()}
    chosen |= {"sleeve": chosen["shirt"] * 0.82, "light leaves": chosen["leaves"] * 1.18} | _FIXED_PAINT
    dim, bright = np.stack(list(chosen.values())), np.stack(list(_SHINING.values()))
    shown = (*seen(street, dim, nearness), *seen(street, bright, nearness, shines=True))
    return dict(zip((*chosen, *_SHINING), shown, strict=True))
