"""Exercises of course 4, week 3: object detection with YOLO."""

from collections.abc import Iterator, Sequence

import numpy as np

from helpers import boxes as bx
from helpers.checks.engine import Case, Lesson, Mistake, case

lesson = Lesson("object detection with YOLO")
check = lesson.check


def _random_boxes(rng: np.random.Generator, count: int, side: float = 30.0) -> np.ndarray:
    corner, size = rng.uniform(0, side, (count, 2)), rng.uniform(5, 15, (count, 2))
    return np.concatenate([corner, corner + size], axis=1)


def _iou_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case((2, 1, 4, 3), (1, 2, 3, 4), label="two boxes that share a corner of area 1")
    yield case((0, 0, 2, 3), (0, 0, 2, 3), label="a box and itself")
    yield case((1, 1, 2, 2), (3, 4, 5, 6), label="boxes that are apart both ways")
    yield case((0, 0, 4, 4), (1, 10, 3, 12), label="boxes one above the other")
    yield case((0, 0, 4, 4), (9, 1, 12, 3), label="boxes side by side")
    yield case((0, 0, 2, 2), (2, 0, 4, 2), label="boxes that touch")
    yield case((0.0, 0.0, 10.0, 8.0), (2.0, 3.0, 5.0, 4.0), label="a box inside another")
    yield case(*_random_boxes(rng, 2, 6.0), label="two random boxes")
    yield case((3, 1, 5, 9), (0.5, 4, 7.5, 6), label="boxes that cross")


def _negative_sides(box1, box2):
    shared = (min(box1[2], box2[2]) - max(box1[0], box2[0])) * (min(box1[3], box2[3]) - max(box1[1], box2[1]))
    areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (box1, box2)]
    return float(shared / (sum(areas) - shared))


def _shared_twice(box1, box2):
    overlap = bx.iou(box1, box2)
    return overlap / (1 + overlap)


@lesson.exercise(
    _iou_cases,
    Mistake("boxes that are apart have a negative width or height: take max(…, 0) of each", _negative_sides),
    Mistake("the union is area 1 + area 2 − intersection: the shared part counts once", _shared_twice),
)
def iou(box1: Sequence[float], box2: Sequence[float]) -> float:
    """Intersection over union of two boxes (x1, y1, x2, y2)."""
    return bx.iou(box1, box2)


def _filter_cases(rng: np.random.Generator) -> Iterator[Case]:
    def answers(*shape: int, classes: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        corners = rng.standard_normal((*shape, 4))
        return corners, rng.uniform(0.2, 1, (*shape, 1)), rng.dirichlet(np.full(classes, 0.3), shape)

    yield case(*answers(3, 4, 2), label="a grid of 3×4 cells with 2 anchors")
    yield case(*answers(3, 3, 5), 0.2, label="the threshold 0.2")
    yield case(*answers(2, 2, 1, classes=1), threshold=0.5, label="a single class")
    yield case(*answers(2, 2, 2), 0.9999, label="a threshold that nothing reaches")
    exact = np.array([[[[0.75, 0.25]]]])
    yield case(np.zeros((1, 1, 1, 4)), np.array([[[[0.8]]]]), exact, 0.8 * 0.75, label="a score equal to the threshold")


def _confidence_alone(boxes, box_confidence, box_class_probs, threshold=0.6):
    good = box_confidence[..., 0] >= threshold
    scores = (box_confidence * box_class_probs).max(axis=-1)
    return scores[good], boxes[good], box_class_probs.argmax(axis=-1)[good]


def _probability_alone(boxes, box_confidence, box_class_probs, threshold=0.6):
    return bx.filter_boxes(boxes, np.ones_like(box_confidence), box_class_probs, threshold)


@lesson.exercise(
    _filter_cases,
    Mistake("compare the scores with the threshold, not the confidence alone", _confidence_alone),
    Mistake("a score is confidence · class probability, not the probability alone", _probability_alone),
)
def yolo_filter_boxes(
    boxes: np.ndarray, box_confidence: np.ndarray, box_class_probs: np.ndarray, threshold: float = 0.6
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores (k,), boxes (k, 4) and classes (k,) of the boxes whose score reaches the threshold."""
    return bx.filter_boxes(boxes, box_confidence, box_class_probs, threshold)


def _found(rng: np.random.Generator, count: int, classes: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return rng.random(count), _random_boxes(rng, count), rng.integers(0, classes, count)


def _suppression_cases(rng: np.random.Generator) -> Iterator[Case]:
    same = np.array([[0.0, 0, 10, 10], [0, 0, 10, 9], [1, 0, 10, 10], [50, 50, 60, 60]])
    yield case(np.array([0.6, 0.9, 0.7, 0.8]), same, np.zeros(4, int), label="three boxes on one object")
    yield case(np.array([0.6, 0.9, 0.7, 0.8]), same, np.array([0, 1, 0, 1]), label="boxes of two classes on one object")
    yield case(*_found(rng, 40, 3), max_boxes=100, label="40 boxes of three classes")
    yield case(*_found(rng, 40, 1), 5, 0.3, label="max_boxes=5")
    yield case(*_found(rng, 40, 2), max_boxes=12, iou_threshold=0.1, label="iou_threshold=0.1, max_boxes=12")
    yield case(*_found(rng, 30, 4), label="the default of ten boxes")
    yield case(np.array([0.5, 0.5, 0.5]), same[:3], np.array([2, 2, 2]), label="equal scores: the earlier box counts")
    half = np.array([[0.0, 0, 2, 2], [0, 0, 2, 1]])
    yield case(np.array([0.9, 0.8]), half, np.zeros(2, int), label="an overlap equal to the threshold: both stay")
    yield case(np.zeros(0), np.zeros((0, 4)), np.zeros(0, int), label="no boxes at all")
    apart = np.array([[0.0, 0, 1, 1], [5, 5, 6, 6], [8, 0, 9, 1]])
    yield case(np.array([0.3, 0.4, 0.2]), apart, np.array([3, 0, 3]), 2, 0.0, label="boxes apart and max_boxes=2")


def _agnostic(scores, boxes, classes, max_boxes=10, iou_threshold=0.5):
    kept = bx.non_max_suppression(boxes, scores, iou_threshold=iou_threshold, max_boxes=max_boxes)
    return scores[kept], boxes[kept], classes[kept]


def _unbounded(scores, boxes, classes, max_boxes=10, iou_threshold=0.5):
    kept = bx.non_max_suppression(boxes, scores, classes, iou_threshold=iou_threshold)
    return scores[kept], boxes[kept], classes[kept]


def _unsorted(scores, boxes, classes, max_boxes=10, iou_threshold=0.5):
    kept = bx.non_max_suppression(boxes, scores, classes, iou_threshold=iou_threshold, max_boxes=max_boxes)
    kept = kept[np.argsort(classes[kept], kind="stable")]
    return scores[kept], boxes[kept], classes[kept]


@lesson.exercise(
    _suppression_cases,
    Mistake("a box suppresses boxes of its own class only", _agnostic),
    Mistake("at most max_boxes boxes stay, over all classes, the best ones", _unbounded),
    Mistake("the result is sorted by score over all classes, best first", _unsorted),
)
def yolo_non_max_suppression(
    scores: np.ndarray, boxes: np.ndarray, classes: np.ndarray, max_boxes: int = 10, iou_threshold: float = 0.5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, boxes and classes that are left, best first."""
    kept = bx.non_max_suppression(boxes, scores, classes, iou_threshold=iou_threshold, max_boxes=max_boxes)
    return scores[kept], boxes[kept], classes[kept]


def _eval_cases(rng: np.random.Generator) -> Iterator[Case]:
    def outputs(rows: int, columns: int, anchors: int, classes: int) -> tuple[np.ndarray, ...]:
        shape = (rows, columns, anchors)
        return (
            rng.uniform(0.1, 0.9, (*shape, 2)),
            rng.uniform(0.1, 0.4, (*shape, 2)),
            rng.uniform(0.4, 1, (*shape, 1)),
            rng.dirichlet(np.full(classes, 0.2), shape),
        )

    yield case(outputs(5, 5, 3, 4), label="random outputs and the default picture of 720×1280")
    yield case(outputs(4, 6, 2, 3), (96, 128), label="a picture of 96×128")
    yield case(outputs(6, 6, 3, 2), (100, 50), 4, 0.3, 0.2, label="max_boxes=4, score_threshold=0.3, iou_threshold=0.2")
    yield case(outputs(6, 6, 4, 2), (60, 80), 50, label="max_boxes=50")
    yield case(outputs(3, 3, 2, 3), score_threshold=1.0, label="a threshold that nothing reaches")


def _corners(xy: np.ndarray, wh: np.ndarray, flip: bool = True) -> np.ndarray:
    corners = np.concatenate([xy - wh / 2, xy + wh / 2], axis=-1)
    return corners[..., [1, 0, 3, 2]] if flip else corners


def _evaluated(outputs, corners, scale, max_boxes, score_threshold, iou_threshold):
    found = yolo_filter_boxes(corners * scale, *outputs[2:], score_threshold)
    return yolo_non_max_suppression(*found, max_boxes, iou_threshold)


def _x_first(yolo_outputs, image_shape=(720, 1280), max_boxes=10, score_threshold=0.6, iou_threshold=0.5):
    height, width = image_shape
    corners = _corners(*yolo_outputs[:2], flip=False)
    scale = np.array([width, height, width, height])
    return _evaluated(yolo_outputs, corners, scale, max_boxes, score_threshold, iou_threshold)


def _not_scaled(yolo_outputs, image_shape=(720, 1280), max_boxes=10, score_threshold=0.6, iou_threshold=0.5):
    return _evaluated(yolo_outputs, _corners(*yolo_outputs[:2]), 1, max_boxes, score_threshold, iou_threshold)


def _whole_sizes(yolo_outputs, image_shape=(720, 1280), max_boxes=10, score_threshold=0.6, iou_threshold=0.5):
    xy, wh, *rest = yolo_outputs
    return yolo_eval((xy, 2 * wh, *rest), image_shape, max_boxes, score_threshold, iou_threshold)


@lesson.exercise(
    _eval_cases,
    Mistake("the corners are (y1, x1, y2, x2): y comes first here", _x_first),
    Mistake("outputs are fractions of the picture: multiply by height, width, height, width", _not_scaled),
    Mistake("half of the size lies on each side of the middle", _whole_sizes),
)
def yolo_eval(
    yolo_outputs: tuple[np.ndarray, ...],
    image_shape: tuple[float, float] = (720, 1280),
    max_boxes: int = 10,
    score_threshold: float = 0.6,
    iou_threshold: float = 0.5,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, boxes (y1, x1, y2, x2) in pixels and classes of what is in the picture."""
    scale = np.tile(image_shape, 2)
    corners = _corners(*yolo_outputs[:2])
    return _evaluated(yolo_outputs, corners, scale, max_boxes, score_threshold, iou_threshold)


def _anchor_cases(rng: np.random.Generator) -> Iterator[Case]:
    sizes = rng.lognormal(2, 0.6, (30, 2))
    yield case(sizes, sizes[:3], label="30 boxes and three anchors")
    yield case(sizes, sizes[4:9], 1, label="a single round")
    yield case(sizes[:, ::-1].copy(), sizes[[7]], 3, label="one anchor: the mean size")
    yield case(
        np.array([[2.0, 2], [4, 4], [40, 3]]), np.array([[3.0, 3], [90, 90], [20, 9]]), 2, label="an idle anchor"
    )


def _euclidean(sizes, anchors, iterations=10):
    for _ in range(iterations):
        nearest = ((sizes[:, None] - anchors) ** 2).sum(axis=2).argmin(axis=1)
        chosen = [sizes[nearest == k] for k in range(len(anchors))]
        anchors = np.array([c.mean(axis=0) if len(c) else a for c, a in zip(chosen, anchors, strict=True)])
    return anchors


def _one_round(sizes, anchors, iterations=10):
    return bx.refine_anchors(sizes, anchors, 1)


@lesson.exercise(
    _anchor_cases,
    Mistake("the nearest anchor is the one of the highest IoU, not of the shortest distance", _euclidean),
    Mistake("repeat assignment and mean `iterations` times", _one_round),
)
def refine_anchors(sizes: np.ndarray, anchors: np.ndarray, iterations: int = 10) -> np.ndarray:
    """Anchors (k, 2) after rounds of k-means with the IoU of shapes."""
    return bx.refine_anchors(sizes, anchors, iterations)


def _precision_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([True, False, True]), np.array([0.9, 0.8, 0.7]), 2, label="two hits around a false one")
    yield case(np.array([False, True, True]), np.array([0.2, 0.9, 0.5]), 4, label="detections that are not sorted")
    yield case(np.array([True, True]), np.array([0.9, 0.8]), 2, label="perfect detections")
    yield case(rng.random(20) < 0.5, rng.random(20), 13, label="20 random detections of 13 objects")
    yield case(np.array([False, False]), np.array([0.5, 0.4]), 3, label="no hit at all")
    yield case(np.zeros(0, bool), np.zeros(0), 3, label="no detections")


def _raw_area(hits, scores, objects):
    precision, recall = bx.precision_recall(hits, scores, objects)
    return float(np.sum(np.diff(recall, prepend=0) * precision))


def _mean_precision_of_hits(hits, scores, objects):
    return average_precision(hits, scores, max(int(np.sum(hits)), 1))


@lesson.exercise(
    _precision_cases,
    Mistake("use the best precision at this recall or a higher one", _raw_area),
    Mistake("recall is out of all objects, found or not: divide by `objects`", _mean_precision_of_hits),
)
def average_precision(hits: np.ndarray, scores: np.ndarray, objects: int) -> float:
    """Area under the best precision at each recall or a higher one."""
    return bx.average_precision(hits, scores, objects)
