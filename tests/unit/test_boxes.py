"""Boxes against tf.image and against slow references that follow the definitions word by word."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import boxes as bx
from helpers.boxes import Detections, Truth


def random_boxes(count, seed=0, side=40.0):
    """Boxes of about ten objects, so that many overlap."""
    rng = np.random.default_rng(seed)
    corner, size = rng.uniform(0, side, (count, 2)), rng.uniform(4, 20, (count, 2))
    return np.concatenate([corner, corner + size], axis=1)


def slow_iou(a, b):
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def slow_suppression(boxes, scores, classes, threshold):
    kept = []
    for i in sorted(range(len(boxes)), key=lambda i: -scores[i]):
        if all(classes[i] != classes[k] or slow_iou(boxes[i], boxes[k]) <= threshold for k in kept):
            kept.append(i)
    return kept


def slow_average_precision(detections, truths, label, threshold):
    """Each detection in the order of its score over all images, then the area below the staircase."""
    rows = [
        (score, image, box)
        for image, found in enumerate(detections)
        for box, score, name in zip(*found, strict=True)
        if name == label
    ]
    free = [[box for box, name in zip(*truth, strict=True) if name == label] for truth in truths]
    objects, hits, points = sum(map(len, free)), 0, []
    for seen, (_, image, box) in enumerate(sorted(rows, key=lambda row: -row[0]), start=1):
        overlaps = [slow_iou(box, other) for other in free[image]]
        if overlaps and max(overlaps) >= threshold:
            free[image].pop(int(np.argmax(overlaps)))
            hits += 1
        points.append((hits / objects, hits / seen))
    area, recall = 0.0, 0.0
    for level in sorted({r for r, _ in points}):
        area += (level - recall) * max(p for r, p in points if r >= level)
        recall = level
    return area


def random_detections(seed, images=6, classes=3):
    """Truths, and detections that are mostly shifted truths of the right class."""
    rng = np.random.default_rng(seed)
    truths, detections = [], []
    for _ in range(images):
        there = random_boxes(rng.integers(1, 6), rng.integers(1000))
        names = rng.integers(0, classes, len(there))
        found = np.repeat(there, 2, axis=0) + rng.normal(0, 1.2, (2 * len(there), 1))
        guesses = np.where(rng.random(2 * len(there)) < 0.8, np.repeat(names, 2), 0)
        truths.append(Truth(there, names))
        detections.append(Detections(found, rng.random(len(found)), guesses))
    return detections, truths


def test_iou_of_the_course_example():
    assert bx.iou((2, 1, 4, 3), (1, 2, 3, 4)) == pytest.approx(1 / 7)


@pytest.mark.parametrize(
    ("other", "value"),
    [((0, 0, 2, 2), 1), ((2, 0, 4, 2), 0), ((5, 5, 6, 6), 0), ((0, 0, 1, 2), 0.5), ((1, 1, 1, 1), 0)],
)
def test_iou_of_boxes_that_are_equal_touch_are_apart_or_hold_one_another(other, value):
    assert bx.iou((0, 0, 2, 2), other) == value


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6))
def test_iou_is_symmetric_between_0_and_1_and_does_not_depend_on_place_or_scale(seed):
    a, b = random_boxes(5, seed), random_boxes(4, seed + 1)
    matrix = bx.iou_matrix(a, b)
    assert ((matrix >= 0) & (matrix <= 1)).all()
    np.testing.assert_allclose(matrix, bx.iou_matrix(b, a).T)
    np.testing.assert_allclose(matrix, bx.iou_matrix(3 * a + 7, 3 * b + 7), atol=1e-12)
    np.testing.assert_allclose(matrix, [[slow_iou(p, q) for q in b] for p in a], atol=1e-12)


def test_two_boxes_without_area_do_not_overlap():
    assert bx.iou((1, 1, 1, 1), (1, 1, 1, 1)) == 0


def test_boxes_are_filtered_by_confidence_times_the_probability_of_their_best_class():
    boxes = np.arange(24.0).reshape(1, 3, 2, 4)
    confidence = np.array([[[0.9], [0.2]], [[0.5], [1.0]], [[1.0], [0.8]]])[None]
    probabilities = np.array([[[0.1, 0.9], [1, 0]], [[0.9, 0.1], [0.6, 0.4]], [[0.5, 0.5], [0, 1]]])[None]
    scores, kept, classes = bx.filter_boxes(boxes, confidence, probabilities)
    np.testing.assert_allclose(scores, [0.81, 0.6, 0.8])
    np.testing.assert_array_equal(kept, boxes[0, [0, 1, 2], [0, 1, 1]])
    assert classes.tolist() == [1, 0, 1]
    with pytest.raises(ValueError, match="confidence"):
        bx.filter_boxes(boxes, confidence[..., 0], probabilities)
    with pytest.raises(ValueError, match="NaN"):
        bx.filter_boxes(boxes, confidence * np.nan, probabilities)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("count", [1, 30, 500])
def test_non_max_suppression_keeps_what_tensorflow_keeps(count, threshold):
    tf = pytest.importorskip("tensorflow")
    boxes, scores = random_boxes(count, count), np.random.default_rng(count).random(count)
    expected = tf.image.non_max_suppression(boxes.astype("float32"), scores.astype("float32"), count, threshold)
    np.testing.assert_array_equal(bx.non_max_suppression(boxes, scores, iou_threshold=threshold), expected)


def test_non_max_suppression_per_class_keeps_what_the_loops_keep():
    boxes, rng = random_boxes(300, 3) - 20, np.random.default_rng(4)
    scores, classes = rng.random(300), rng.choice([-1, 2, 7], 300)
    kept = bx.non_max_suppression(boxes, scores, classes, iou_threshold=0.4)
    assert kept.tolist() == slow_suppression(boxes, scores, classes, 0.4)
    few = bx.non_max_suppression(boxes, scores, classes, iou_threshold=0.4, max_boxes=5)
    assert few.tolist() == kept[:5].tolist()


def test_of_equal_scores_the_earlier_box_is_kept():
    boxes = [[0, 0, 10, 10], [0, 0, 10, 9], [50, 50, 60, 60]]
    assert bx.non_max_suppression(boxes, [0.5, 0.5, 0.5]).tolist() == [0, 2]


@pytest.mark.parametrize("suppress", [bx.non_max_suppression, lambda *a: bx.soft_non_max_suppression(*a)[0]])
def test_no_boxes_at_all_leave_none(suppress):
    assert suppress([], []).tolist() == []
    assert suppress(np.zeros((0, 4)), np.zeros(0)).dtype.kind == "i"


def test_soft_suppression_is_what_tensorflow_computes():
    tf = pytest.importorskip("tensorflow")
    boxes, scores = random_boxes(60, 5), np.random.default_rng(6).random(60)
    kept, left = bx.soft_non_max_suppression(boxes, scores, sigma=0.5, score_threshold=0.05)
    # TensorFlow divides by 2 sigma, the paper by sigma
    expected, expected_left = tf.image.non_max_suppression_with_scores(
        boxes.astype("float32"), scores.astype("float32"), 60, 1.0, 0.05, soft_nms_sigma=0.25
    )
    np.testing.assert_array_equal(kept, expected)
    np.testing.assert_allclose(left, expected_left, rtol=1e-5)


def test_soft_suppression_with_a_tiny_sigma_removes_every_overlap():
    boxes, scores = random_boxes(80, 7), np.random.default_rng(8).random(80)
    kept, _ = bx.soft_non_max_suppression(boxes, scores, sigma=1e-9)
    assert kept.tolist() == bx.non_max_suppression(boxes, scores, iou_threshold=0.0).tolist()


def test_anchors_find_the_shapes_that_boxes_are_spread_around():
    rng = np.random.default_rng(0)
    shapes = np.array([[4.0, 9.0], [30.0, 12.0], [40.0, 44.0]])
    sizes = np.repeat(shapes, 60, axis=0) * rng.uniform(0.9, 1.1, (180, 2))
    found = [bx.anchors_by_k_means(sizes, 3, seed=seed) for seed in range(10)]
    best = max(found, key=lambda anchors: bx.shape_iou(sizes, anchors).max(axis=1).mean())
    np.testing.assert_allclose(best, shapes, rtol=0.04)
    np.testing.assert_allclose(bx.anchors_by_k_means(sizes, 1)[0], sizes.mean(axis=0))


def test_an_anchor_that_no_size_is_nearest_to_stays_where_it_is():
    sizes = np.array([[2.0, 2], [4, 4]])
    np.testing.assert_array_equal(bx.refine_anchors(sizes, np.array([[3.0, 3], [99, 1]])), [[3, 3], [99, 1]])


def test_more_anchors_overlap_better():
    sizes = np.random.default_rng(1).lognormal(2, 0.6, (300, 2))
    overlap = [bx.shape_iou(sizes, bx.anchors_by_k_means(sizes, k)).max(axis=1).mean() for k in (1, 3, 9)]
    assert overlap[0] < overlap[1] < overlap[2] < 1


def test_shape_iou_is_that_of_boxes_on_a_common_corner():
    sizes = np.random.default_rng(2).uniform(1, 9, (5, 2))
    laid = np.concatenate([np.zeros((5, 2)), sizes], axis=1)
    np.testing.assert_allclose(bx.shape_iou(sizes, sizes[:3]), bx.iou_matrix(laid, laid[:3]))


def test_a_code_turns_back_into_its_box():
    boxes = random_boxes(50, 9)
    cells = np.floor((boxes[:, :2] + boxes[:, 2:]) / 2 / 8)
    anchors = np.random.default_rng(3).uniform(4, 20, (50, 2))
    codes = bx.encode_boxes(boxes, anchors, cells, 8)
    assert ((codes[:, :2] >= 0) & (codes[:, :2] < 1)).all()
    np.testing.assert_allclose(bx.decode_boxes(codes, anchors, cells, 8), boxes)
    np.testing.assert_allclose(bx.encode_boxes([8.0, 0, 24, 8], [16, 4], [1, 0], 16), [0, 0.25, 0, np.log(2)])


@pytest.mark.parametrize("threshold", [0.5, 0.75])
@pytest.mark.parametrize("seed", range(4))
def test_average_precision_is_that_of_the_slow_reference(seed, threshold):
    detections, truths = random_detections(seed)
    expected = [slow_average_precision(detections, truths, label, threshold) for label in range(3)]
    np.testing.assert_allclose(bx.average_precisions(detections, truths, 3, threshold), expected)
    several = bx.mean_average_precision(detections, truths, 3, (threshold, 0.6))
    other = [slow_average_precision(detections, truths, label, 0.6) for label in range(3)]
    assert several == pytest.approx(np.mean([expected, other]))


def test_perfect_detections_have_a_mean_average_precision_of_1_at_every_threshold():
    _, truths = random_detections(1)
    perfect = [Detections(truth.boxes, np.full(len(truth.boxes), 0.9), truth.classes) for truth in truths]
    assert bx.mean_average_precision(perfect, truths, 3, bx.COCO_THRESHOLDS) == 1
    assert bx.COCO_THRESHOLDS[0] == 0.5
    assert bx.COCO_THRESHOLDS[-1] == 0.95


def test_a_second_detection_of_an_object_is_a_false_one():
    box = np.array([[0, 0, 4, 4]])
    hits = bx.match_detections(np.repeat(box, 2, axis=0), np.array([0.6, 0.9]), box)
    assert hits.tolist() == [False, True]
    precision, recall = bx.precision_recall(hits, [0.6, 0.9], 2)
    assert precision.tolist() == [1, 0.5]
    assert recall.tolist() == [0.5, 0.5]


def test_images_without_detections_or_objects_count_as_they_should():
    none, box = np.zeros((0, 4)), np.array([[0.0, 0, 4, 4]])
    nothing, something = Detections(none, np.zeros(0), np.zeros(0, int)), Detections(box, np.ones(1), np.zeros(1, int))
    empty, one = Truth(none, np.zeros(0, int)), Truth(box, np.zeros(1, int))
    assert bx.mean_average_precision([nothing], [one], 1) == 0
    assert bx.mean_average_precision([something], [one], 4) == 1
    assert bx.mean_average_precision([something, something], [empty, one], 1) == 0.5
    assert np.isnan(bx.mean_average_precision([something], [empty], 1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bx.iou((0, 0, 1), (0, 0, 1, 1)), r"boxes1 has the shape \(1, 3\), expected \(n, 4\)"),
        (lambda: bx.iou((3, 0, 1, 1), (0, 0, 1, 1)), "boxes1 has corners out of order"),
        (lambda: bx.iou((0, 0, 1, 1), (0, 0, np.nan, 1)), "boxes2 has numbers that are not finite"),
        (lambda: bx.non_max_suppression([[0, 0, 1, 1]], [np.nan]), "scores has a value that is not a number"),
        (lambda: bx.non_max_suppression([[0, 0, 1, 1]], [0.5, 0.5]), r"scores has the shape \(2,\), expected \(1,\)"),
        (lambda: bx.non_max_suppression([[0, 0, 1, 1]], [0.5], [1, 2]), r"classes has the shape \(2,\)"),
        (lambda: bx.non_max_suppression([[0, 0, 1, 1]], [0.5], iou_threshold=2), "iou_threshold is 2"),
        (lambda: bx.soft_non_max_suppression([[0, 0, 1, 1]], [0.5], sigma=0), "sigma is 0"),
        (lambda: bx.anchors_by_k_means([[1, 2], [1, 2]], 2), "count is 2, expected 1 to 1"),
        (lambda: bx.anchors_by_k_means([[1, 0]], 1), "widths and heights above 0"),
        (lambda: bx.encode_boxes([3, 3, 3, 5], [1, 1], [0, 0], 8), "no area"),
        (lambda: bx.mean_average_precision([], [Truth([], [])], 1), "detections is of 0 images, truths of 1"),
    ],
)
def test_bad_input_is_refused_with_its_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
