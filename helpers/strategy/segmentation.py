"""How well a class for every pixel agrees with the truth: all from the confusion matrix of the pixels.

`helpers.strategy.metrics.confusion_matrix(masks.ravel(), predicted.ravel(), classes)` counts it: truth in rows.
"""

import numpy as np


def pixel_accuracy(confusion: np.ndarray) -> float:
    """Share of pixels whose class is right: the trace over the sum.

    Parameters
    ----------
    confusion : counts (classes, classes), truth in rows

    Raises
    ------
    ValueError
        It is not square, or holds no or negative counts; so for all functions here.
    """
    counts = _counts("pixel_accuracy", confusion)
    return float(np.trace(counts) / counts.sum())


def class_iou(confusion: np.ndarray) -> np.ndarray:
    """Intersection over union TP / (TP + FP + FN) of each class, floats (classes,); NaN of one that is nowhere.

    Parameters
    ----------
    confusion : counts (classes, classes), truth in rows

    Everingham et al., "The Pascal Visual Object Classes Challenge", 2015.
    """
    counts = _counts("class_iou", confusion)
    both = np.diag(counts)
    return _shares(both, counts.sum(axis=0) + counts.sum(axis=1) - both)


def mean_iou(confusion: np.ndarray) -> float:
    """Mean of `class_iou` over the classes that are somewhere, in truth or prediction."""
    return float(np.nanmean(class_iou(confusion)))


def class_dice(confusion: np.ndarray) -> np.ndarray:
    """Dice coefficient 2 TP / (2 TP + FP + FN) = 2 IoU / (1 + IoU) of each class; NaN of one that is nowhere.

    L. R. Dice, 1945; the F1 score of the pixels.
    """
    counts = _counts("class_dice", confusion)
    return _shares(2 * np.diag(counts), counts.sum(axis=0) + counts.sum(axis=1))


def near_boundary(mask: np.ndarray, radius: int = 1) -> np.ndarray:
    """Pixels that have one of another class at most `radius` rows and `radius` columns away: bool, shape of the mask.

    Parameters
    ----------
    mask : ints (height, width) or (m, height, width), the class of each pixel
    radius : at least 0; beyond the picture's edge there is nothing

    Raises
    ------
    ValueError
        The mask has another number of axes, or the radius is negative.
    """
    mask = np.asarray(mask)
    if mask.ndim not in (2, 3) or radius < 0:
        raise ValueError(f"near_boundary: needs a mask of 2 or 3 axes and radius >= 0, not {mask.shape} and {radius}")
    low = high = mask
    for axis in (-2, -1):
        low, high = _extreme(np.minimum, low, radius, axis), _extreme(np.maximum, high, radius, axis)
    return low != high


def _extreme(choose: np.ufunc, values: np.ndarray, radius: int, axis: int) -> np.ndarray:
    """The least or greatest value at most `radius` steps away along an axis."""
    values = np.moveaxis(values, axis, 0)
    found = values.copy()
    for step in range(1, min(radius, len(values) - 1) + 1):
        found[step:] = choose(found[step:], values[:-step])
        found[:-step] = choose(found[:-step], values[step:])
    return np.moveaxis(found, 0, axis)


def _shares(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)


def _counts(where: str, confusion: np.ndarray) -> np.ndarray:
    """The matrix, after it was found to be one of counts."""
    counts = np.asarray(confusion)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ValueError(f"{where}: confusion has shape {counts.shape} but must be square (classes, classes)")
    if not np.isfinite(counts).all() or counts.min() < 0 or not counts.any():
        raise ValueError(f"{where}: confusion must hold counts, none negative and not all 0")
    return counts
