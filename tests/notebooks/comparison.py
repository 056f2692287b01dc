"""What a cell printed and drew, compared with what is stored: words exactly, numbers within tolerance, figures by tile.

The figure threshold of 0.4 grey levels (0 to 255) was measured with matplotlib 3.11 on line plots, scatter plots over a
filled contour, bars and images, of 4 × 3 to 12 × 4 and 10 × 8 inches at 100 dots an inch:

| worst tile of a 12 × 12 grid | grey levels |
| --- | --- |
| data changed by 1e-9 / 1e-6 / 1e-4 of itself, lines and scatter | 0.000 / at most 0.008 / at most 0.19 |
| the same, images of 16 × 16 and 4 × 4 cells (a cell may step to the next colour) | 0.000 / 0.000 / 0.33 |
| one letter of the title of a 10 × 8, 6.4 × 4.8, 4 × 3 inch figure | 0.50, 1.2, 2.5 |
| one of 300 points gone, small or large | 0.88, 0.90 |
| faint grid lines added | 1.3 |
| another axis label, another title | 6.2, 8.9 |
| one of four lines gone: faint and 0.5 points thin, or 1.5 points | at least 5.0, 14 |
| labels of the points shuffled | 13 |
| line colours swapped, another colour map | 35, at least 53 |
| data shuffled | 102 |
"""

import base64
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageFilter

Output = Mapping[str, Any]

# The sign belongs to the number, except after a letter or digit (`3-4` is a range). Padding goes with the number,
# because its width follows the digits. `W1`, `layer.3` and the full stop of a sentence are text.
NUMBER = re.compile(
    r"[ \t]*(?<![\w.])([-+−]?(?:(?:\d+\.(?=[eE][-+]?\d)|\d+\.\d+|\d+|\.\d+)(?:[eE][-+]?\d+)?|(?i:nan|inf)(?!\w)))[ \t]*"
)
TOKEN = "\x00"
GRID = 12
BLUR = 1.5
SIZE_MARGIN = 3
FLIPPABLE = Decimal("0.01")
RANDOM_TYPES = {"application/vnd.jupyter.widget-view+json"}


@dataclass(frozen=True)
class Tolerance:
    """How far outputs may lie apart.

    `rtol` matters where numbers are printed in full: float64 training agrees to 10 digits between BLAS kernels and
    numbers of threads, so 1e-8 leaves room for a hundredfold. `atol` is for rounding noise around zero. `figure` is the
    mean difference, in grey levels, of the worst tile.
    """

    rtol: float = 1e-8
    atol: float = 1e-12
    figure: float = 0.4

    def overridden(self, metadata: Mapping[str, Any]) -> "Tolerance":
        """Return this tolerance with the values of `metadata["nbval"]` in their place.

        Raises
        ------
        ValueError
            When a key is not `rtol`, `atol` or `figure`, or its value is not a number ≥ 0.
        """
        values = dict(metadata.get("nbval", {}))
        known = [field.name for field in fields(self)]
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"metadata nbval: unknown key {name!r}, expected one of {', '.join(known)}")
            if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
                raise ValueError(f"metadata nbval: {name} is {value!r}, expected a number ≥ 0")
        return replace(self, **values)


def compare_outputs(expected: Sequence[Output], got: Sequence[Output], tolerance: Tolerance) -> list[str]:
    """Return one message for each difference between two lists of cell outputs; none when they agree."""
    expected, got = merge_streams(expected), merge_streams(got)
    kinds, got_kinds = [_kind(output) for output in expected], [_kind(output) for output in got]
    if kinds != got_kinds:
        return [f"expected outputs: {'; '.join(kinds) or 'none'}\n     got outputs: {'; '.join(got_kinds) or 'none'}"]
    messages = []
    for position, (kind, old, new) in enumerate(zip(kinds, expected, got, strict=True), start=1):
        parts, new_parts = _parts(old), _parts(new)
        differences = [compare_part(name, parts[name], new_parts[name], tolerance) for name in parts]
        messages += [f"output {position} ({kind}): {difference}" for difference in differences if difference]
    return messages


def merge_streams(outputs: Sequence[Output]) -> list[Output]:
    """Join the chunks of each stream where its first chunk stands: where a stream is cut depends on the clock."""
    merged: list[Output] = []
    streams: dict[str, dict] = {}
    for output in outputs:
        if output["output_type"] != "stream":
            merged.append(output)
        elif output["name"] in streams:
            streams[output["name"]]["text"] += output["text"]
        else:
            streams[output["name"]] = dict(output)
            merged.append(streams[output["name"]])
    return merged


def _parts(output: Output) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return {output["name"]: output["text"]}
    if output["output_type"] == "error":
        return {"error": f"{output['ename']}: {output['evalue']}"}
    return {name: output["data"][name] for name in sorted(output["data"]) if name not in RANDOM_TYPES}


def _kind(output: Output) -> str:
    prefix = "result " if output["output_type"] == "execute_result" else ""
    return prefix + ", ".join(_parts(output))


def compare_part(name: str, expected: Any, got: Any, tolerance: Tolerance) -> str | None:
    """Compare one representation of an output, `name` being its MIME type or stream; None when they agree."""
    if expected == got:
        return None
    if name in ("image/png", "image/jpeg"):
        return compare_figures(base64.b64decode(expected), base64.b64decode(got), tolerance)
    if isinstance(expected, str) and isinstance(got, str):
        return compare_text(expected, got, tolerance)
    return f"expected {expected!r}, got {got!r}"


def compare_text(expected: str, got: str, tolerance: Tolerance) -> str | None:
    """Compare the words exactly and the numbers within tolerance; None when they agree."""
    template, got_template = NUMBER.sub(TOKEN, expected), NUMBER.sub(TOKEN, got)
    if template != got_template:
        return _text_difference(expected, got)
    pairs = zip(NUMBER.finditer(expected), NUMBER.findall(got), strict=True)
    wrong = [(match, new) for match, new in pairs if not numbers_agree(match[1], new, tolerance)]
    if not wrong:
        return None
    match, new = wrong[0]
    line = expected.count("\n", 0, match.start(1)) + 1
    others = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return f"line {line}: expected {match[1]}, got {new}: {_distance(match[1], new, tolerance)}{others}"


def _text_difference(expected: str, got: str) -> str:
    lines, got_lines = expected.splitlines(), got.splitlines()
    for number, (old, new) in enumerate(zip(lines, got_lines, strict=False), start=1):
        if NUMBER.sub(TOKEN, old) != NUMBER.sub(TOKEN, new):
            return f"line {number}: expected {old!r}, got {new!r}"
    return f"expected {len(lines)} lines, got {len(got_lines)}; the first {min(len(lines), len(got_lines))} agree"


def _value(number: str) -> Decimal:
    return Decimal(number.replace("−", "-"))


def _is_whole(number: str) -> bool:
    return number.lstrip("+-−").isdigit()


def _allowed(expected: str, got: str, tolerance: Tolerance) -> Decimal:
    size = abs(_value(expected))
    # Rounding may flip the last digit; with other numbers of digits, zeros were trimmed: the finer one counts.
    # Less than three digits get no such room, because then 0.5 would pass for 0.6.
    unit = min(Decimal(1).scaleb(_value(number).as_tuple().exponent) for number in (expected, got))
    flip = unit if unit <= FLIPPABLE * size else Decimal(0)
    return max(Decimal(str(tolerance.atol)), Decimal(str(tolerance.rtol)) * size, flip)


def numbers_agree(expected: str, got: str, tolerance: Tolerance) -> bool:
    """Tell whether two printed numbers agree.

    Whole numbers agree exactly, and only with whole numbers; nan and inf with themselves; all others within
    max(atol, rtol · |expected|, one unit of the last printed digit where three digits or more are printed).
    """
    old, new = _value(expected), _value(got)
    if not (old.is_finite() and new.is_finite()):
        return str(old) == str(new)
    if _is_whole(expected) or _is_whole(got):
        return old == new and _is_whole(expected) == _is_whole(got)
    return abs(new - old) <= _allowed(expected, got, tolerance)


def _distance(expected: str, got: str, tolerance: Tolerance) -> str:
    old, new = _value(expected), _value(got)
    if not (old.is_finite() and new.is_finite()):
        return "not the same number"
    if _is_whole(expected) or _is_whole(got):
        return f"differs by {new - old}, whole numbers must be equal"
    return f"differs by {new - old:.3g}, allowed {_allowed(expected, got, tolerance):.3g}"


def compare_figures(expected: bytes, got: bytes, tolerance: Tolerance) -> str | None:
    """Compare two encoded images; None when the worst tile differs by no more than `tolerance.figure`."""
    old, new = _decoded(expected), _decoded(got)
    if max(abs(old.width - new.width), abs(old.height - new.height)) > SIZE_MARGIN:
        return f"figure: expected {old.width} × {old.height} pixels, got {new.width} × {new.height}"
    tiles = tile_distances(old, new)
    row, column = np.unravel_index(tiles.argmax(), tiles.shape)
    if tiles.max() <= tolerance.figure:
        return None
    where = f"row {row + 1}, column {column + 1} of {tiles.shape[0]} × {tiles.shape[1]}"
    return f"figure: the worst tile ({where}) differs by {tiles.max():.3g} grey levels, allowed {tolerance.figure:g}"


def _decoded(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def tile_distances(expected: Image.Image, got: Image.Image) -> np.ndarray:
    """Return the mean absolute difference of each tile after a slight blur, cropped to the common size.

    Returns
    -------
    ndarray, float64, shape (12, 12)
        Grey levels from 0 to 255, fewer rows or columns for images below 12 pixels.
    """
    size = min(expected.width, got.width), min(expected.height, got.height)
    blurred = [image.crop((0, 0, *size)).filter(ImageFilter.GaussianBlur(BLUR)) for image in (expected, got)]
    difference = np.asarray(ImageChops.difference(*blurred), dtype=np.float64).mean(axis=2)
    rows = np.array_split(difference, min(GRID, size[1]), axis=0)
    return np.array([[tile.mean() for tile in np.array_split(row, min(GRID, size[0]), axis=1)] for row in rows])
