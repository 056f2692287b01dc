"""From thousands of boxes to a few: drop those of low score, then those that a better one overlaps."""

import numpy as np

from helpers.boxes.overlap import checked_boxes, checked_scores, pairwise_iou

_BLOCK = 128


def filter_boxes(
    boxes: np.ndarray, confidence: np.ndarray, probabilities: np.ndarray, threshold: float = 0.6
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes whose best class has a score, confidence · probability, of at least a threshold.

    Parameters
    ----------
    boxes : ndarray, shape (..., 4)
    confidence : ndarray, shape (..., 1)
        That there is an object.
    probabilities : ndarray, shape (..., classes)
        Of each class, if there is one.
    threshold : float

    Returns
    -------
    scores : ndarray, shape (k,)
    boxes : ndarray, shape (k, 4)
    classes : ndarray of int, shape (k,)

    Raises
    ------
    ValueError
        Where the leading axes differ or a number is NaN.
    """
    arrays = {"boxes": boxes, "confidence": confidence, "probabilities": probabilities}
    if len({np.shape(array)[:-1] for array in arrays.values()}) != 1 or np.shape(confidence)[-1] != 1:
        shapes = ", ".join(f"{name} {np.shape(array)}" for name, array in arrays.items())
        raise ValueError(f"expected boxes (..., 4), confidence (..., 1), probabilities (..., classes), not {shapes}")
    scores = confidence * probabilities
    if np.isnan(scores).any():
        raise ValueError("confidence · probabilities has a value that is not a number (NaN)")
    best = scores.max(axis=-1)
    good = best >= threshold
    return best[good], boxes[good], scores.argmax(axis=-1)[good]


def non_max_suppression(
    boxes: np.ndarray,
    scores: np.ndarray,
    classes: np.ndarray | None = None,
    *,
    iou_threshold: float = 0.5,
    max_boxes: int | None = None,
) -> np.ndarray:
    """Indices of the boxes that no better one overlaps by more than a threshold, best first.

    Parameters
    ----------
    boxes : ndarray, shape (n, 4)
    scores : ndarray, shape (n,)
        Of equal scores the earlier box counts as the better one.
    classes : ndarray of int, shape (n,), optional
        A box then suppresses boxes of its own class only.
    iou_threshold : float
        From 0 to 1.
    max_boxes : int, optional
        Keep that many at most, over all classes.

    Returns
    -------
    ndarray of int, shape (k,)
        Empty where there are no boxes.

    Raises
    ------
    ValueError
        Where boxes are not boxes, scores or classes do not fit them, or the threshold is out of its range.
    """
    boxes = checked_boxes(boxes)
    order = np.argsort(-checked_scores(scores, len(boxes)), kind="stable")
    if not 0 <= iou_threshold <= 1:
        raise ValueError(f"iou_threshold is {iou_threshold}, expected a number from 0 to 1")
    if classes is not None:
        if np.shape(classes) != (len(boxes),):
            raise ValueError(f"classes has the shape {np.shape(classes)}, expected ({len(boxes)},): one per box")
        boxes = _apart(boxes, np.unique(classes, return_inverse=True)[1])
    return order[_survivors(boxes[order], iou_threshold, max_boxes)]


def _apart(boxes: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Boxes with those of each class moved to a place of their own, so that classes never overlap."""
    reach = np.ptp(boxes) + 1 if len(boxes) else 0
    return boxes + (classes * reach)[:, None]


def _survivors(boxes: np.ndarray, iou_threshold: float, max_boxes: int | None) -> np.ndarray:
    """Indices of the boxes, best first, that remain; a block of candidates at a time."""
    candidates, kept = np.arange(len(boxes)), []
    while len(candidates) and (max_boxes is None or len(kept) < max_boxes):
        block, candidates = candidates[:_BLOCK], candidates[_BLOCK:]
        suppresses = pairwise_iou(boxes[block], boxes[block]) > iou_threshold
        alive = np.ones(len(block), dtype=bool)
        for row in range(len(block)):
            if alive[row]:
                alive[row + 1 :] &= ~suppresses[row, row + 1 :]
        kept.extend(block[alive])
        candidates = candidates[~(pairwise_iou(boxes[block[alive]], boxes[candidates]) > iou_threshold).any(axis=0)]
    return np.array(kept[:max_boxes], dtype=int)


def soft_non_max_suppression(
    boxes: np.ndarray, scores: np.ndarray, *, sigma: float = 0.5, score_threshold: float = 0.001
) -> tuple[np.ndarray, np.ndarray]:
    """Let each box lower its neighbours' scores instead of removing them: score · exp(-iou² / σ) (Bodla et al. 2017).

    Parameters
    ----------
    boxes : ndarray, shape (n, 4)
    scores : ndarray, shape (n,)
    sigma : float
        Above 0; the smaller, the harder.
    score_threshold : float
        Boxes whose score falls to it or below are dropped.

    Returns
    -------
    indices : ndarray of int, shape (k,)
        Best first.
    scores : ndarray, shape (k,)
        What is left of their scores.

    Raises
    ------
    ValueError
        Where boxes are not boxes, scores do not fit them, or sigma is not above 0.
    """
    boxes = checked_boxes(boxes)
    left = checked_scores(scores, len(boxes)).copy()
    if not sigma > 0:
        raise ValueError(f"sigma is {sigma}, expected a number above 0")
    order = []
    waiting = left > score_threshold
    while waiting.any():
        best = int(np.argmax(np.where(waiting, left, -np.inf)))
        order.append(best)
        waiting[best] = False
        overlap = pairwise_iou(boxes[[best]], boxes)[0]
        left = np.where(waiting, left * np.exp(-(overlap**2) / sigma), left)
        waiting &= left > score_threshold
    return np.array(order, dtype=int), left[order]
