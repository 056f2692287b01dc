"""How much boxes overlap, and the refusal of what is no box."""

from collections.abc import Sequence

import numpy as np


def iou(box1: Sequence[float], box2: Sequence[float]) -> float:
    """Intersection over union of two boxes, |A ∩ B| / |A ∪ B|: 0 where they are apart, 1 where they are the same.

    Raises
    ------
    ValueError
        Where a box is not four finite numbers with its corners in order.
    """
    return iou_matrix(np.reshape(box1, (1, -1)), np.reshape(box2, (1, -1))).item()


def iou_matrix(boxes1: np.ndarray, boxes2: np.ndarray) -> np.ndarray:
    """Intersection over union of each box with each other one.

    Parameters
    ----------
    boxes1 : ndarray, shape (n, 4)
    boxes2 : ndarray, shape (m, 4)

    Returns
    -------
    ndarray, shape (n, m)
        Float; 0 between two boxes without area.

    Raises
    ------
    ValueError
        Where boxes are not of that shape, not finite, or have their corners out of order.
    """
    return pairwise_iou(*(checked_boxes(boxes, name) for boxes, name in ((boxes1, "boxes1"), (boxes2, "boxes2"))))


def pairwise_iou(boxes1: np.ndarray, boxes2: np.ndarray) -> np.ndarray:
    """The matrix of boxes that were checked before."""
    one, other = boxes1.T[:, :, None], boxes2.T[:, None, :]
    width = np.minimum(one[2], other[2]) - np.maximum(one[0], other[0])
    height = np.minimum(one[3], other[3]) - np.maximum(one[1], other[1])
    shared = np.maximum(width, 0) * np.maximum(height, 0)
    union = _area(one) + _area(other) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def _area(corners: np.ndarray) -> np.ndarray:
    return (corners[2] - corners[0]) * (corners[3] - corners[1])


def checked_boxes(boxes: np.ndarray, name: str = "boxes") -> np.ndarray:
    """Boxes (n, 4) as float; none at all may come as an empty list."""
    boxes = np.asarray(boxes, dtype=float)
    if boxes.size == 0:
        return boxes.reshape(0, 4)
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError(f"{name} has the shape {boxes.shape}, expected (n, 4): x1, y1, x2, y2 of each box")
    if not np.isfinite(boxes).all():
        raise ValueError(f"{name} has numbers that are not finite: {boxes[~np.isfinite(boxes).all(axis=1)][0]}")
    inverted = (boxes[:, :2] > boxes[:, 2:]).any(axis=1)
    if inverted.any():
        raise ValueError(f"{name} has corners out of order: {boxes[inverted][0]}, expected x1 <= x2 and y1 <= y2")
    return boxes


def checked_scores(scores: np.ndarray, count: int) -> np.ndarray:
    """Scores (count,) as float."""
    scores = np.asarray(scores, dtype=float)
    if scores.shape != (count,):
        raise ValueError(f"scores has the shape {scores.shape}, expected ({count},): one per box")
    if np.isnan(scores).any():
        raise ValueError("scores has a value that is not a number (NaN)")
    return scores
