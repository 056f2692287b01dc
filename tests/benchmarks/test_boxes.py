"""Non-max suppression against tf.image and against the loops that the course teaches; its growth over three sizes."""

import numpy as np
import pytest

from helpers.boxes import iou, non_max_suppression
from tests.benchmarks.timing import compare, median_seconds

COUNTS = {100: 60, 1_000: 40, 10_000: 6}


def problem(count):
    """Boxes (count, 4) float32 around one object for every ten of them, and their scores."""
    rng = np.random.default_rng(0)
    objects = rng.integers(0, max(count // 10, 1), count)
    corner, size = rng.uniform(0, 1000, (count, 2))[objects], rng.uniform(20, 60, (count, 2))[objects]
    corner, size = corner + rng.normal(0, 3, (count, 2)), size * rng.uniform(0.8, 1.2, (count, 2))
    return np.concatenate([corner, corner + size], axis=1).astype(np.float32), rng.random(count, dtype=np.float32)


def loops(boxes, scores):
    """The taught loops: the best box that is left, then each other one against it."""
    left, kept = list(np.argsort(-scores)), []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [other for other in left if iou(boxes[best], boxes[other]) <= 0.5]
    return kept


@pytest.mark.parametrize("count", COUNTS)
def test_suppression_against_tensorflow(benchmark, count):
    tf = pytest.importorskip("tensorflow")
    boxes, scores = problem(count)
    tensors = tf.constant(boxes), tf.constant(scores)
    compare(
        benchmark,
        lambda: non_max_suppression(boxes, scores),
        lambda: tf.image.non_max_suppression(*tensors, count, 0.5),
        COUNTS[count],
    )


@pytest.mark.parametrize("count", [100, 1_000])
def test_suppression_against_the_taught_loops(benchmark, count):
    boxes, scores = problem(count)
    compare(benchmark, lambda: non_max_suppression(boxes, scores), lambda: loops(boxes, scores), repeats=1)


def test_growth_of_the_cost(benchmark):
    problems = [problem(count) for count in COUNTS]
    seconds = [
        median_seconds(lambda p=p: non_max_suppression(*p), n, 2) for p, n in zip(problems, (60, 20, 3), strict=True)
    ]
    benchmark.pedantic(lambda: non_max_suppression(*problems[0]), rounds=3)
    benchmark.extra_info["exponent"] = float(np.polyfit(np.log(list(COUNTS)), np.log(seconds), 1)[0])
