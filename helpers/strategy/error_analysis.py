"""Error analysis: tags on examples, the table of mistakes by tag, ceilings, and what to work on next.

Images are (m, height, width), ink bright on a dark ground; tags and mistakes are booleans (m,). A ceiling says how
much work on a tag can gain at most: the error that remains when all its mistakes vanish (A. Ng, Machine Learning
Yearning, 2018).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

EIGHT_NEIGHBOURS = np.ones((3, 3), dtype=int)


def contrasts(images: np.ndarray) -> np.ndarray:
    """The brightest value minus the darkest of each image, floats (m,), in the unit of the images."""
    _require_images("contrasts", images)
    values = images.reshape(len(images), -1).astype(float)
    return values.max(axis=1) - values.min(axis=1)


def centres(images: np.ndarray) -> np.ndarray:
    """Centre of mass of each image, floats (m, 2): row and column in pixels, counted from 0.

    Raises
    ------
    ValueError
        `images` is no batch of images, or one of them holds no ink.
    """
    weights, rows, columns = _ink("centres", images)
    return np.stack([(weights * rows).sum(axis=(1, 2)), (weights * columns).sum(axis=(1, 2))], axis=1)


def slants(images: np.ndarray) -> np.ndarray:
    """How far each image leans to the right: columns for each row upwards, floats (m,); 1 is 45 degrees.

    −μ11 / μ20, where μ11 is the covariance of row and column and μ20 the variance of the row under the ink. Shearing
    by it leaves rows and columns uncorrelated. Needs ink on two rows at least; refused as in `centres`.
    """
    weights, rows, columns = _ink("slants", images)
    centre = centres(images)[:, :, None, None]
    row_offset, column_offset = rows - centre[:, 0], columns - centre[:, 1]
    covariance = (weights * row_offset * column_offset).sum(axis=(1, 2))
    variance = (weights * row_offset**2).sum(axis=(1, 2))
    if not variance.all():
        raise ValueError(f"slants: image {int(np.argmin(variance))} has ink on one row only and cannot lean")
    return -covariance / variance


def stroke_widths(images: np.ndarray) -> np.ndarray:
    """2 · area / perimeter of the ink, floats (m,), in pixels: about the width of a long stroke.

    Ink is what exceeds half of the image's own maximum; refused as in `centres`.
    """
    _ink("stroke_widths", images)
    ink = np.pad(_is_ink(images, 0.5), [(0, 0), (1, 1), (1, 1)])
    edges = sum((ink != np.roll(ink, 1, axis)).sum(axis=(1, 2)) for axis in (1, 2))
    return 2 * ink.sum(axis=(1, 2)) / edges


def pieces(images: np.ndarray) -> np.ndarray:
    """Connected pieces of ink in each image, ints (m,): above a fifth of its maximum, neighbours also diagonal."""
    _ink("pieces", images)
    return np.array([ndimage.label(one, EIGHT_NEIGHBOURS)[1] for one in _is_ink(images, 0.2)])


@dataclass(frozen=True)
class TagRow:
    """One line of the table.

    Attributes
    ----------
    tag : its name
    examples, mistakes : how many carry the tag, and how many of those are wrong
    share : mistakes with the tag, of all mistakes
    ceiling : the error that remains if all mistakes with the tag vanish
    fair_error : the error that remains if examples with the tag become as good as those without
    """

    tag: str
    examples: int
    mistakes: int
    share: float
    ceiling: float
    fair_error: float


def ceiling(tag: np.ndarray, mistakes: np.ndarray) -> float:
    """The error that remains if all mistakes with the tag vanish: the share of examples wrong and without it."""
    _require_booleans("ceiling", tag=tag, mistakes=mistakes)
    return float(np.mean(mistakes & ~tag))


def fair_error(tag: np.ndarray, mistakes: np.ndarray) -> float:
    """The error that remains if examples with the tag become as good as the others: the error among the others.

    The full error where every example carries the tag.
    """
    _require_booleans("fair_error", tag=tag, mistakes=mistakes)
    return float(np.mean(mistakes if tag.all() else mistakes[~tag]))


def tag_table(tags: Mapping[str, np.ndarray], mistakes: np.ndarray) -> list[TagRow]:
    """A row for each tag, the one with the most mistakes first; tags may overlap, so shares need not add up to 1.

    Raises
    ------
    ValueError
        A tag or `mistakes` is no array of booleans (m,), the lengths differ, or there is no mistake to explain.
    """
    _require_booleans("tag_table", mistakes=mistakes, **tags)
    if not mistakes.any():
        raise ValueError("tag_table: mistakes holds no mistake, so there is nothing to explain")
    rows = [
        TagRow(
            name,
            examples=int(tag.sum()),
            mistakes=int((tag & mistakes).sum()),
            share=float((tag & mistakes).sum() / mistakes.sum()),
            ceiling=ceiling(tag, mistakes),
            fair_error=fair_error(tag, mistakes),
        )
        for name, tag in tags.items()
    ]
    return sorted(rows, key=lambda row: -row.mistakes)


def confused_pairs(labels: np.ndarray, predictions: np.ndarray) -> list[tuple[tuple[int, int], int]]:
    """((smaller class, larger class), mistakes between them in both directions), the most frequent pair first."""
    if np.ndim(labels) != 1 or np.shape(labels) != np.shape(predictions):
        raise ValueError(
            f"confused_pairs: labels {np.shape(labels)} and predictions {np.shape(predictions)} must both be (m,)"
        )
    wrong = np.flatnonzero(labels != predictions)
    ordered = np.sort(np.stack([labels[wrong], predictions[wrong]], axis=1), axis=1)
    found, counts = np.unique(ordered, axis=0, return_counts=True)
    best_first = np.argsort(-counts, kind="stable")
    return [((int(found[i, 0]), int(found[i, 1])), int(counts[i])) for i in best_first]


def priorities(ceilings: Mapping[str, float], efforts: Mapping[str, float], error: float) -> list[str]:
    """Tags in the order in which to work on them: greatest (error − ceiling) / effort first; ties keep their order.

    Parameters
    ----------
    ceilings : the error that remains, by tag
    efforts : the work that each tag asks for, above 0, for example in days
    error : the error now

    Raises
    ------
    ValueError
        The tags differ, an effort is not above 0, or a ceiling is below 0 or above the error.
    """
    if set(ceilings) != set(efforts):
        raise ValueError(f"priorities: ceilings are for {sorted(ceilings)} but efforts for {sorted(efforts)}")
    for tag, remaining in ceilings.items():
        if not efforts[tag] > 0:
            raise ValueError(f"priorities: the effort of {tag!r} is {efforts[tag]!r} but must be above 0")
        if not 0 <= remaining <= error:
            raise ValueError(f"priorities: the ceiling of {tag!r} is {remaining!r} but must lie from 0 to {error!r}")
    return sorted(ceilings, key=lambda tag: -(error - ceilings[tag]) / efforts[tag])


def _ink(where: str, images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The images with a sum of 1 each, and the row and the column of every pixel."""
    _require_images(where, images)
    totals = images.sum(axis=(1, 2), dtype=float)
    if not (totals > 0).all() or images.min() < 0:
        raise ValueError(f"{where}: image {int(np.argmin(totals))} must hold ink, values of 0 and above")
    rows, columns = np.indices(images.shape[1:])
    return images / totals[:, None, None], rows, columns


def _is_ink(images: np.ndarray, share: float) -> np.ndarray:
    return images > share * images.max(axis=(1, 2), keepdims=True).astype(float)


def _require_images(where: str, images: np.ndarray) -> None:
    if np.ndim(images) != 3 or not np.size(images):
        raise ValueError(f"{where}: images has shape {np.shape(images)} but must be (m, height, width), m at least 1")


def _require_booleans(where: str, **arrays: np.ndarray) -> None:
    lengths = set()
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray) or array.dtype != bool or array.ndim != 1 or not array.size:
            came = f"{getattr(array, 'dtype', type(array).__name__)} of shape {np.shape(array)}"
            raise ValueError(f"{where}: {name} is {came} but must be an array of booleans (m,)")
        lengths.add(len(array))
    if len(lengths) > 1:
        sizes = ", ".join(f"{name} {len(array)}" for name, array in arrays.items())
        raise ValueError(f"{where}: all arrays need one length, but they have {sizes}")
