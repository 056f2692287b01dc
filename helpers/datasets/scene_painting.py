"""Paint anti-aliased shapes on a picture, its classes and the owners of its pixels at the same time.

A shape is a stack of horizontal spans, and a pixel takes the share of its area that the spans cover. Sums, products and
square roots are all that is used: they are rounded alike on every machine, so the pictures are the same to the bit.
"""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

SUBROWS = 3
NOTHING = -1


@dataclass(frozen=True)
class Canvas:
    """A picture in the making.

    Attributes
    ----------
    image : ndarray, shape (H, W, 3), float64
        Colours, 0 to 255.
    classes : ndarray, shape (H, W), uint8
        What each pixel shows, a class of the mask.
    owners : ndarray, shape (H, W), int64
        Which object each pixel shows; -1 is none.
    """

    image: np.ndarray
    classes: np.ndarray
    owners: np.ndarray


def blank(height: int, width: int) -> Canvas:
    """Canvas without any paint."""
    shape = (height, width)
    return Canvas(np.zeros((*shape, 3)), np.zeros(shape, np.uint8), np.full(shape, NOTHING))


def subrows(first: int, last: int) -> np.ndarray:
    """Heights (SUBROWS × rows,) of the middles of the thin rows that pixel rows first to last - 1 are sampled at."""
    return first + (np.arange((last - first) * SUBROWS) + 0.5) / SUBROWS


def paint_spans(
    canvas: Canvas,
    first: int,
    left: np.ndarray,
    right: np.ndarray,
    colour: np.ndarray,
    *,
    weight: np.ndarray | None = None,
    opacity: float = 1.0,
    mask: int = NOTHING,
    owner: int = NOTHING,
) -> None:
    """Paint the spans from left to right, pixels, of SUBROWS thin rows per pixel row.

    Parameters
    ----------
    canvas : Canvas
    first : int
        The first pixel row; from there on rows are taken as long as there are spans, all inside the picture.
    left, right : ndarray, shape (SUBROWS × rows,)
        Spans whose right end is not beyond their left one are empty.
    colour : ndarray, shape (3,) or (rows, 1, 3)
    weight : ndarray, shape (SUBROWS × rows,), optional
        Share of each thin row's height that counts.
    opacity : float
    mask, owner : int
        Class and object of pixels that are covered by a half or more; -1 leaves them as they are.
    """
    width = canvas.classes.shape[1]
    start, stop = max(floor(left.min()), 0), min(ceil(right.max()), width)
    if start >= stop:
        return
    columns = np.arange(start, stop, dtype=float)
    covered = np.minimum(columns + 1, right[:, None]) - np.maximum(columns, left[:, None])
    np.maximum(covered, 0, out=covered)
    if weight is not None:
        covered *= weight[:, None]
    share = (covered[::SUBROWS] + covered[1::SUBROWS] + covered[2::SUBROWS]) / SUBROWS
    window = np.s_[first : first + len(share), start:stop]
    pixels = canvas.image[window]
    pixels += (share * opacity)[..., None] * (colour - pixels)
    for plane, value in ((canvas.classes, mask), (canvas.owners, owner)):
        if value != NOTHING:
            plane[window][share >= 0.5] = value


def paint_shape(canvas: Canvas, kind: str, corners: tuple[float, ...], colour: np.ndarray, **how) -> None:
    """Paint a trapezoid, an ellipse or a rounded box.

    Parameters
    ----------
    canvas : Canvas
    kind : {"trapezoid", "ellipse", "rounded"}
        An ellipse and a rounded box fill the rectangle of the first two ends.
    corners : (top, bottom, left at the top, right at the top, left at the bottom, right at the bottom)
        Pixels; may reach beyond the picture.
    colour : ndarray, shape (3,)
    **how
        opacity, mask and owner of `paint_spans`.
    """
    top, bottom, *ends = corners
    first, last = max(floor(top), 0), min(ceil(bottom), len(canvas.classes))
    if first >= last:
        return
    rows = subrows(first, last)
    half = 0.5 / SUBROWS
    weight = np.maximum(np.minimum(rows + half, bottom) - np.maximum(rows - half, top), 0) * SUBROWS
    left, right = _ends(kind, np.minimum(np.maximum((rows - top) / (bottom - top), 0), 1), *ends)
    paint_spans(canvas, first, left, right, colour, weight=weight, **how)


def _ends(
    kind: str, down: np.ndarray, left_top: float, right_top: float, left_bottom: float, right_bottom: float
) -> tuple[np.ndarray, np.ndarray]:
    """Left and right end of a shape's spans; `down` goes from 0 at its top to 1 at its bottom."""
    if kind == "trapezoid":
        return left_top + (left_bottom - left_top) * down, right_top + (right_bottom - right_top) * down
    square = (2 * down - 1) * (2 * down - 1)
    reach = np.sqrt(1 - square) if kind == "ellipse" else np.sqrt(np.sqrt(1 - square * square))
    middle, radius = (left_top + right_top) / 2, (right_top - left_top) / 2
    return middle - radius * reach, middle + radius * reach


def paint_grid(
    canvas: Canvas, box: tuple[float, float, float, float], colours: np.ndarray, filled: tuple[float, float]
) -> None:
    """Paint a grid of windows on a wall.

    Parameters
    ----------
    canvas : Canvas
    box : (left, top, right, bottom)
        The wall, pixels.
    colours : ndarray, shape (floors, columns, 3)
        One per window.
    filled : (float, float)
        Share of each cell's height and width that its window takes.
    """
    left, top, right, bottom = box
    rows, row_cells = _stripes(top, bottom, colours.shape[0], filled[0], canvas.classes.shape[0])
    columns, column_cells = _stripes(left, right, colours.shape[1], filled[1], canvas.classes.shape[1])
    if not len(row_cells) or not len(column_cells):
        return
    first_row, first_column = row_cells[0][0], column_cells[0][0]
    window = np.s_[first_row : first_row + len(rows), first_column : first_column + len(columns)]
    share = rows[:, None] * columns
    pixels = canvas.image[window]
    pixels += share[..., None] * (colours[row_cells[:, 1]][:, column_cells[:, 1]] - pixels)


def _stripes(start: float, stop: float, cells: int, filled: float, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Share of each pixel that the stripes in the cells of [start, stop] cover; rows of (pixel, its cell)."""
    first, last = max(floor(start), 0), min(ceil(stop), limit)
    pixels = np.arange(first, last)
    pitch = (stop - start) / cells

    def painted_until(place: np.ndarray) -> np.ndarray:
        """Length of the stripes before a place, in cells."""
        place = np.clip(place, 0, cells)
        return np.floor(place) * filled + np.clip(place - np.floor(place) - (1 - filled) / 2, 0, filled)

    share = (painted_until((pixels + 1 - start) / pitch) - painted_until((pixels - start) / pitch)) * pitch
    cell = np.clip(np.floor((pixels + 0.5 - start) / pitch), 0, cells - 1).astype(int)
    return np.clip(share, 0, 1), np.column_stack([pixels, cell])


def add_glow(canvas: Canvas, x: float, y: float, radius: float, colour: np.ndarray) -> None:
    """Add light that falls off from a place: colour · (1 - (d / radius)²)² at a distance d below the radius."""
    height, width = canvas.classes.shape
    top, bottom = max(int(y - radius), 0), min(int(y + radius) + 1, height)
    left, right = max(int(x - radius), 0), min(int(x + radius) + 1, width)
    if top >= bottom or left >= right:
        return
    down, across = np.arange(top, bottom) + 0.5 - y, np.arange(left, right) + 0.5 - x
    down, across = down / radius, across / radius
    fall = np.maximum(1 - (down * down)[:, None] - across * across, 0)
    canvas.image[top:bottom, left:right] += (fall * fall)[..., None] * colour
