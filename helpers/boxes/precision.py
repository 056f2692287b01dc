"""How good a detector is: precision, recall, and the mean average precision."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from helpers.boxes.overlap import checked_boxes, checked_scores, iou_matrix

COCO_THRESHOLDS = tuple(np.arange(50, 100, 5) / 100)


class Detections(NamedTuple):
    """What a detector found in one image: boxes (k, 4), scores (k,) and classes (k,) int."""

    boxes: np.ndarray
    scores: np.ndarray
    classes: np.ndarray


class Truth(NamedTuple):
    """What is in one image: boxes (k, 4) and classes (k,) int."""

    boxes: np.ndarray
    classes: np.ndarray


def match_detections(
    boxes: np.ndarray, scores: np.ndarray, truths: np.ndarray, iou_threshold: float = 0.5
) -> np.ndarray:
    """Which detections (k,) hit an object: best first, each takes the free object that it overlaps most.

    Parameters
    ----------
    boxes : ndarray, shape (k, 4)
    scores : ndarray, shape (k,)
    truths : ndarray, shape (n, 4)
        Objects of the same class in the same image.
    iou_threshold : float
        The overlap that a hit needs.

    Returns
    -------
    ndarray of bool, shape (k,)
    """
    overlap = iou_matrix(boxes, truths)
    hits = np.zeros(len(overlap), dtype=bool)
    if not overlap.size:
        return hits
    for index in np.argsort(-checked_scores(scores, len(overlap)), kind="stable"):
        best = int(overlap[index].argmax())
        if overlap[index, best] >= iou_threshold:
            hits[index] = True
            overlap[:, best] = -1
    return hits


def precision_recall(hits: np.ndarray, scores: np.ndarray, objects: int) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall (k,) each of the best 1, 2, … k detections, where there are so many objects."""
    hits = np.asarray(hits)[np.argsort(-np.asarray(scores), kind="stable")]
    found = np.cumsum(hits)
    return found / np.arange(1, len(hits) + 1), found / max(objects, 1)


def average_precision(hits: np.ndarray, scores: np.ndarray, objects: int) -> float:
    """Area under the best precision at each recall or a higher one, over recall; NaN where there are no objects."""
    if objects == 0:
        return float("nan")
    precision, recall = precision_recall(hits, scores, objects)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(recall, prepend=0) * envelope))


def average_precisions(
    detections: Sequence[Detections], truths: Sequence[Truth], classes: int, iou_threshold: float = 0.5
) -> np.ndarray:
    """Average precision (classes,) of each class over all images; NaN for a class without objects.

    Raises
    ------
    ValueError
        Where there are not as many images of detections as of truths.
    """
    if len(detections) != len(truths):
        raise ValueError(f"detections is of {len(detections)} images, truths of {len(truths)}: expected the same ones")
    return np.array([_class_precision(detections, truths, label, iou_threshold) for label in range(classes)])


def _class_precision(detections: Sequence[Detections], truths: Sequence[Truth], label: int, threshold: float) -> float:
    """Average precision of one class."""
    hits, scores, objects = [], [], 0
    for found, truth in zip(detections, truths, strict=True):
        mine, there = np.asarray(found.classes) == label, np.asarray(truth.classes) == label
        boxes, score = checked_boxes(found.boxes)[mine], np.asarray(found.scores, dtype=float)[mine]
        hits.append(match_detections(boxes, score, checked_boxes(truth.boxes)[there], threshold))
        scores.append(score)
        objects += int(there.sum())
    if not hits:
        return float("nan")
    return average_precision(np.concatenate(hits), np.concatenate(scores), objects)


def mean_average_precision(
    detections: Sequence[Detections],
    truths: Sequence[Truth],
    classes: int,
    iou_thresholds: Sequence[float] = (0.5,),
) -> float:
    """Mean of the average precisions over classes and thresholds: mAP@0.5, or mAP@0.5:0.95 with COCO_THRESHOLDS.

    Parameters
    ----------
    detections : sequence of Detections
        One per image.
    truths : sequence of Truth
        Of the same images.
    classes : int
        How many there are; those without an object do not count.
    iou_thresholds : sequence of float

    Returns
    -------
    float
        NaN where there are no objects at all.
    """
    values = np.array([average_precisions(detections, truths, classes, threshold) for threshold in iou_thresholds])
    return float(np.nanmean(values)) if not np.isnan(values).all() else float("nan")
