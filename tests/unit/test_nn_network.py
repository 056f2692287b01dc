"""The L-layer network of helpers.nn: gradients, training, and agreement with Keras step for step."""

import numpy as np
import pytest

from helpers import nn

NETWORKS = [("relu", "sigmoid", (4, 5, 3, 1)), ("tanh", "sigmoid", (2, 4, 1)), ("sigmoid", "softmax", (3, 4, 4, 3))]


def problem(layer_dims, m=6, seed=0):
    rng = np.random.default_rng(seed)
    parameters = nn.initialize_network(layer_dims, rng)
    parameters = {name: value + 0.1 * rng.standard_normal(value.shape) for name, value in parameters.items()}
    labels = rng.integers(0, max(layer_dims[-1], 2), m)
    Y = np.eye(layer_dims[-1])[:, labels] if layer_dims[-1] > 1 else labels.reshape(1, m).astype(float)
    return rng.standard_normal((layer_dims[0], m)), Y, parameters


@pytest.mark.parametrize(("hidden", "output", "layer_dims"), NETWORKS)
def test_every_gradient_equals_the_slope_of_the_cost(hidden, output, layer_dims):
    X, Y, parameters = problem(layer_dims)
    Z, caches = nn.network_forward(X, parameters, hidden)
    gradients = nn.network_backward(Z, Y, caches, hidden, output)
    assert gradients.keys() == parameters.keys()
    for name, value in parameters.items():
        for index in np.ndindex(value.shape):
            costs = []
            for step in (1e-6, -1e-6):
                moved = {**parameters, name: value.copy()}
                moved[name][index] += step
                costs.append(nn.network_cost(nn.network_forward(X, moved, hidden)[0], Y, output))
            assert gradients[name][index] == pytest.approx((costs[0] - costs[1]) / 2e-6, abs=2e-9), (name, index)


@pytest.mark.parametrize(("hidden", "output", "layer_dims"), NETWORKS)
def test_ten_steps_of_training_equal_keras(hidden, output, layer_dims):
    keras = pytest.importorskip("keras")
    X, Y, parameters = problem(layer_dims)
    activations = [hidden] * (len(layer_dims) - 2) + [output]
    model = keras.Sequential([keras.Input((layer_dims[0],), dtype="float64")])
    for units, activation in zip(layer_dims[1:], activations, strict=True):
        model.add(keras.layers.Dense(units, activation=activation, dtype="float64"))
    model.set_weights(
        [v for i in range(1, len(layer_dims)) for v in (parameters[f"W{i}"].T, parameters[f"b{i}"][:, 0])]
    )
    loss = keras.losses.BinaryCrossentropy() if output == "sigmoid" else keras.losses.CategoricalCrossentropy()
    model.compile(keras.optimizers.SGD(0.3), loss)
    for _ in range(10):
        model.train_on_batch(X.T, Y.T)
    trained, costs = nn.train(X, Y, parameters, 0.3, 10, hidden, output)
    assert costs[-1] < costs[0]
    for layer, (kernel, bias) in enumerate(zip(*[iter(model.get_weights())] * 2, strict=True), start=1):
        np.testing.assert_allclose(trained[f"W{layer}"], kernel.T, rtol=3e-7, atol=1e-8)
        np.testing.assert_allclose(trained[f"b{layer}"][:, 0], bias, rtol=3e-7, atol=1e-8)


def test_training_leaves_its_parameters_and_predicts_probabilities():
    X, Y, parameters = problem((3, 4, 4, 3), m=30)
    before = {name: value.copy() for name, value in parameters.items()}
    trained, costs = nn.train(X, Y, parameters, 0.5, 200, output="softmax")
    for name, value in before.items():
        np.testing.assert_array_equal(parameters[name], value)
    assert len(costs) == 200
    assert costs[-1] < 0.5 * costs[0]
    np.testing.assert_allclose(nn.predict(X, trained, output="softmax").sum(axis=0), 1, rtol=1e-12)


def test_a_network_keeps_float32():
    X, Y, parameters = problem((4, 5, 3, 1))
    low = {name: value.astype(np.float32) for name, value in parameters.items()}
    trained, _ = nn.train(X.astype(np.float32), Y.astype(np.float32), low, 0.1, 2)
    assert {value.dtype for value in trained.values()} == {np.dtype(np.float32)}


REFUSED = {
    "layer_dims is [3] but must be two or more": lambda: nn.initialize_network([3], np.random.default_rng(0)),
    "layer_dims is [3, 0]": lambda: nn.initialize_network([3, 0], np.random.default_rng(0)),
    "hidden is 'gelu' but must be one of 'relu'": lambda: nn.network_forward(*problem((2, 1))[::2], hidden="gelu"),
    "output is 'linear' but must be one of": lambda: nn.network_cost(np.ones((1, 2)), np.ones((1, 2)), "linear"),
    "but must be W1, b1, …, WL, bL": lambda: nn.network_forward(np.ones((2, 2)), {"W1": np.ones((1, 2))}),
    "X is a list but must be a NumPy array": lambda: nn.train([[1.0]], np.ones((1, 1)), {}, 0.1, 1),
}


@pytest.mark.parametrize("message", REFUSED)
def test_bad_input_is_refused_with_a_message_that_names_it(message):
    with pytest.raises((ValueError, TypeError)) as refused:
        REFUSED[message]()
    assert message in str(refused.value)
