"""Convolution forward and backward against a tf.function and against the loops that the course teaches, in float32.

A shape is (batch, side, channels, filters, kernel, stride). The growth of the cost is an exponent fitted to 3 sizes.
"""

import numpy as np
import pytest

from helpers import nn
from tests.benchmarks.timing import compare, median_seconds

SHAPES = [
    (64, 28, 1, 8, 5, 1),
    (64, 28, 8, 16, 3, 1),
    (64, 14, 16, 32, 3, 1),
    (64, 14, 32, 32, 5, 1),
    (32, 32, 3, 16, 3, 1),
    (32, 32, 16, 16, 3, 1),
    (32, 32, 3, 32, 5, 1),
    (32, 32, 32, 32, 3, 2),
    (16, 32, 32, 64, 3, 1),
    (16, 32, 64, 64, 3, 1),
]
GROWTH = {
    "batch": [(m, 32, 16, 16, 3, 1) for m in (8, 16, 32)],
    "side": [(8, side, 16, 16, 3, 1) for side in (18, 34, 66)],
    "channels": [(8, 32, channels, channels, 3, 1) for channels in (32, 64, 128)],
}


def problem(m, side, channels, filters, kernel, stride):
    """Images, kernels, biases and the gradient of the result."""
    rng = np.random.default_rng(0)
    results = (side - kernel) // stride + 1
    shapes = (m, side, side, channels), (kernel, kernel, channels, filters), (filters,), (m, results, results, filters)
    return [rng.standard_normal(shape, dtype=np.float32) for shape in shapes]


def ours(x, W, b, dz, stride):
    z, cache = nn.conv2d_forward(x, W, b, stride)
    return z, nn.conv2d_backward(dz, cache)


def loops(x, W, b, dz, stride):
    """The taught loops: a window at a time."""
    kernel = W.shape[0]
    z, dx, dW, db = np.zeros_like(dz), np.zeros_like(x), np.zeros_like(W), np.zeros_like(b)
    for place in np.ndindex(*dz.shape):
        n, i, j, c = place
        rows, columns = (slice(stride * k, stride * k + kernel) for k in (i, j))
        window = x[n, rows, columns]
        z[place] = np.sum(window * W[..., c]) + b[c]
        dx[n, rows, columns] += W[..., c] * dz[place]
        dW[..., c] += window * dz[place]
        db[c] += dz[place]
    return z, (dx, dW, db)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_convolution_against_tensorflow(benchmark, shape):
    tf = pytest.importorskip("tensorflow")
    arrays = problem(*shape)
    x, W, b, dz = map(tf.constant, arrays)

    @tf.function
    def theirs():
        with tf.GradientTape() as tape:
            tape.watch([x, W, b])
            z = tf.nn.conv2d(x, W, shape[-1], "VALID") + b
        return z, tape.gradient(z, [x, W, b], dz)

    compare(benchmark, lambda: ours(*arrays, shape[-1]), theirs, repeats=24)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_convolution_of_an_image_against_the_taught_loops(benchmark, shape):
    batch, one = problem(*shape), problem(1, *shape[1:])
    compare(benchmark, lambda: ours(*batch, shape[-1]), lambda: loops(*one, shape[-1]), repeats=1)
    benchmark.extra_info["ratio"] /= shape[0]


@pytest.mark.parametrize("dimension", GROWTH)
def test_growth_of_the_cost(benchmark, dimension):
    sizes = [shape[("batch", "side", "channels").index(dimension)] for shape in GROWTH[dimension]]
    if dimension == "side":
        sizes = [size - 2 for size in sizes]  # windows a side
    problems = [(*problem(*shape), shape[-1]) for shape in GROWTH[dimension]]
    seconds = [median_seconds(lambda arrays=arrays: ours(*arrays), 15, 3) for arrays in problems]
    benchmark.pedantic(lambda: ours(*problems[0]), rounds=3)
    benchmark.extra_info["exponent"] = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
