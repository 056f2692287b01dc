"""One training step of helpers.nn against Keras `train_on_batch`, as a ratio of medians within one run."""

import numpy as np
import pytest

from helpers import nn
from tests.benchmarks.timing import compare

NETWORKS = [((784, 256, 128, 10), m) for m in (64, 128, 256, 512)] + [((12288, 20, 7, 5, 1), 209)]


def problem(layer_dims, m):
    rng = np.random.default_rng(0)
    parameters = nn.initialize_network(layer_dims, rng)
    X = rng.standard_normal((layer_dims[0], m), dtype=np.float32)
    labels = rng.integers(0, max(layer_dims[-1], 2), m)
    Y = np.eye(layer_dims[-1])[:, labels] if layer_dims[-1] > 1 else labels.reshape(1, m)
    return X, Y.astype(np.float32), {name: value.astype(np.float32) for name, value in parameters.items()}


def keras_step(layer_dims, X, Y, output):
    keras = pytest.importorskip("keras")
    layers = [keras.layers.Dense(units, activation="relu") for units in layer_dims[1:-1]]
    model = keras.Sequential([keras.Input((layer_dims[0],)), *layers, keras.layers.Dense(layer_dims[-1], output)])
    loss = "binary_crossentropy" if output == "sigmoid" else "categorical_crossentropy"
    model.compile(keras.optimizers.SGD(0.01), loss)
    examples, labels = np.ascontiguousarray(X.T), np.ascontiguousarray(Y.T)
    return lambda: model.train_on_batch(examples, labels)


@pytest.mark.parametrize(("layer_dims", "m"), NETWORKS, ids=[f"{dims}, m = {m}" for dims, m in NETWORKS])
def test_training_step(benchmark, layer_dims, m):
    X, Y, parameters = problem(layer_dims, m)
    output = "softmax" if layer_dims[-1] > 1 else "sigmoid"
    step = keras_step(layer_dims, X, Y, output)
    compare(benchmark, lambda: nn.train(X, Y, parameters, 0.01, 1, "relu", output), step)
