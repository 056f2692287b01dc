"""One step of an optimizer and of batch normalization against Keras, in float32, for small and large arrays."""

import numpy as np
import pytest

from helpers import nn
from tests.benchmarks.timing import compare

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

SIZES = [(10**5, 60), (10**7, 12)]
PAIRS = {
    "momentum": (lambda: nn.momentum(0.01), lambda: keras.optimizers.SGD(0.01, momentum=0.9)),
    "adam": (lambda: nn.adam(0.01), lambda: keras.optimizers.Adam(0.01)),
}


@pytest.mark.parametrize(("size", "repeats"), SIZES, ids=[f"{size:.0e} parameters" for size, _ in SIZES])
@pytest.mark.parametrize("name", PAIRS)
def test_optimizer_step(benchmark, name, size, repeats):
    value, gradient = np.random.default_rng(0).standard_normal((2, size), dtype=np.float32)
    ours, theirs = (make() for make in PAIRS[name])
    parameters, gradients = {"W1": value}, {"W1": gradient}
    state = ours.initialize(parameters)
    variable, tensor = keras.Variable(value), tf.constant(gradient)
    theirs.build([variable])
    step = tf.function(lambda: theirs.apply([tensor], [variable]))
    compare(benchmark, lambda: ours.update(parameters, gradients, state), step, repeats)


@pytest.mark.parametrize(("size", "repeats"), SIZES, ids=[f"{size:.0e} entries" for size, _ in SIZES])
def test_batch_normalization_step(benchmark, size, repeats):
    features, m = 100, size // 100
    Z, dY = np.random.default_rng(0).standard_normal((2, features, m), dtype=np.float32)
    gamma, beta = np.ones((features, 1), np.float32), np.zeros((features, 1), np.float32)
    running = nn.initialize_running_averages(features, np.float32)
    layer = keras.layers.BatchNormalization()
    x, dy = tf.constant(np.ascontiguousarray(Z.T)), tf.constant(np.ascontiguousarray(dY.T))
    layer.build(x.shape)

    def ours():
        _, _, cache = nn.batch_norm_forward(Z, gamma, beta, running, training=True)
        nn.batch_norm_backward(dY, cache)

    @tf.function
    def theirs():
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
        return tape.gradient(y, [x, layer.gamma, layer.beta], dy)

    compare(benchmark, ours, theirs, repeats)
