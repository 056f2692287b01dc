"""Recurrent layers: values and gradients equal to Keras in float64, numerical gradients, refused input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import nn

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")
SIZES = {"n_x": st.integers(1, 4), "n_a": st.integers(1, 5), "m": st.integers(1, 4), "T": st.integers(1, 6)}


def random(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def gated(gates, n_a, n_x):
    weights = {f"W{gate}": random(k, n_a, n_a + n_x) for k, gate in enumerate(gates)}
    return weights | {f"b{gate}": random(10 + k, n_a, 1) for k, gate in enumerate(gates)}


def keras_gradients(layer, weights, x, states, da):
    """Sequence, gradient of x and the first states, and of the layer's weights, for Σ a · da."""
    inputs = [tf.Variable(value) for value in (x.T.transpose(1, 0, 2), *(state.T for state in states))]
    layer.build(inputs[0].shape)
    layer.set_weights(weights)
    with tf.GradientTape() as tape:
        a = layer(inputs[0], initial_state=inputs[1:])
        total = tf.reduce_sum(a * da.T.transpose(1, 0, 2))
    variables = [*inputs, *(weight.value for weight in layer.trainable_weights)]
    dx, *rest = (gradient.numpy() for gradient in tape.gradient(total, variables))
    return a.numpy().transpose(2, 0, 1), dx.transpose(2, 0, 1), [d.T for d in rest[: len(states)]], rest[len(states) :]


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-10, atol=1e-10)


@settings(max_examples=25)
@given(**SIZES)
def test_the_rnn_and_its_gradients_equal_keras(n_x, n_a, m, T):
    x, a0, da = random(0, n_x, m, T), random(1, n_a, m), random(2, n_a, m, T)
    parameters = {"Wax": random(3, n_a, n_x), "Waa": random(4, n_a, n_a), "ba": random(5, n_a, 1)}
    layer = keras.layers.SimpleRNN(n_a, return_sequences=True, dtype="float64")
    weights = [parameters["Wax"].T, parameters["Waa"].T, parameters["ba"][:, 0]]
    expected, dx, (da0,), (dWax, dWaa, dba) = keras_gradients(layer, weights, x, [a0], da)
    a, cache = nn.rnn_forward(x, a0, parameters)
    close(a, expected)
    gradients = nn.rnn_backward(da, cache)
    oracle = {"dx": dx, "da0": da0, "dWax": dWax.T, "dWaa": dWaa.T, "dba": dba[:, None]}
    assert set(gradients) == set(oracle)
    for name, value in oracle.items():
        close(gradients[name], value)


@settings(max_examples=25)
@given(**SIZES)
def test_the_lstm_and_its_gradients_equal_keras(n_x, n_a, m, T):
    x, a0, c0, da = random(20, n_x, m, T), random(21, n_a, m), random(22, n_a, m), random(23, n_a, m, T)
    parameters = gated("fioc", n_a, n_x)
    layer = keras.layers.LSTM(n_a, return_sequences=True, dtype="float64")
    fused = np.vstack([parameters[f"W{gate}"] for gate in "ifco"])
    biases = np.concatenate([parameters[f"b{gate}"][:, 0] for gate in "ifco"])
    weights = [fused[:, n_a:].T, fused[:, :n_a].T, biases]
    expected, dx, (da0, dc0), (dWx, dWa, db) = keras_gradients(layer, weights, x, [a0, c0], da)
    a, _, cache = nn.lstm_forward(x, a0, parameters, c0)
    close(a, expected)
    oracle = {"dx": dx, "da0": da0, "dc0": dc0} | split(np.vstack([dWa, dWx]).T, db, "ifco")
    gradients = nn.lstm_backward(da, cache)
    assert set(gradients) == set(oracle)
    for name, value in oracle.items():
        close(gradients[name], value)


@settings(max_examples=25)
@given(**SIZES)
def test_the_gru_and_its_gradients_equal_keras(n_x, n_a, m, T):
    """Keras' update gate keeps the old state where the course's takes the new: its weights have the other sign."""
    x, a0, da = random(20, n_x, m, T), random(21, n_a, m), random(23, n_a, m, T)
    parameters = gated("urc", n_a, n_x)
    sign = {"u": -1, "r": 1, "c": 1}
    layer = keras.layers.GRU(n_a, return_sequences=True, reset_after=False, dtype="float64")
    fused = np.vstack([sign[gate] * parameters[f"W{gate}"] for gate in "urc"])
    biases = np.concatenate([sign[gate] * parameters[f"b{gate}"][:, 0] for gate in "urc"])
    weights = [fused[:, n_a:].T, fused[:, :n_a].T, biases]
    expected, dx, (da0,), (dWx, dWa, db) = keras_gradients(layer, weights, x, [a0], da)
    a, cache = nn.gru_forward(x, a0, parameters)
    close(a, expected)
    gradients = nn.gru_backward(da, cache)
    parts = split(np.vstack([dWa, dWx]).T, db, "urc")
    oracle = {"dx": dx, "da0": da0} | {name: sign[name[-1]] * value for name, value in parts.items()}
    assert set(gradients) == set(oracle)
    for name, value in oracle.items():
        close(gradients[name], value)


def split(dW, db, gates):
    rows = zip(gates, np.split(dW, len(gates)), np.split(db, len(gates)), strict=True)
    return {f"d{name}{gate}": value for gate, w, b in rows for name, value in (("W", w), ("b", b[:, None]))}


LAYERS = {
    "rnn": (nn.rnn_forward, lambda n: {"Wax": random(0, n, 2), "Waa": random(1, n, n), "ba": random(2, n, 1)}),
    "gru": (nn.gru_forward, lambda n: gated("urc", n, 2)),
    "lstm": (nn.lstm_forward, lambda n: gated("fioc", n, 2)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_sequence_cut_in_two_goes_on_where_it_stopped(name):
    forward, make = LAYERS[name]
    x, a0, parameters = random(5, 2, 3, 7), random(6, 4, 3), make(4)
    whole = forward(x, a0, parameters)
    first = forward(x[:, :, :4], a0, parameters)
    memory = [first[1][:, :, -1]] if name == "lstm" else []
    close(forward(x[:, :, 4:], first[0][:, :, -1], parameters, *memory)[0], whole[0][:, :, 4:])


@pytest.mark.parametrize("name", LAYERS)
def test_float32_stays_float32_and_huge_sums_do_not_overflow(name):
    forward, make = LAYERS[name]
    parameters = {key: (1e3 * value).astype(np.float32) for key, value in make(4).items()}
    with np.errstate(over="raise"):
        a = forward(random(5, 2, 3, 7).astype(np.float32), np.zeros((4, 3), np.float32), parameters)[0]
    assert a.dtype == np.float32
    assert np.isfinite(a).all()


def test_backward_changes_neither_the_gradient_nor_the_cache():
    x, da = random(0, 2, 3, 5), random(1, 4, 3, 5)
    for order in ("C", "F"):
        given = np.array(da, order=order)
        _, cache = nn.rnn_forward(x, np.zeros((4, 3)), LAYERS["rnn"][1](4))
        first = nn.rnn_backward(given, cache)
        np.testing.assert_array_equal(given, da)
        close(nn.rnn_backward(given, cache)["dWax"], first["dWax"])


x, a0, weights = random(0, 2, 3, 5), random(1, 4, 3), gated("fioc", 4, 2)
REFUSED = {
    "lstm_forward: x has shape (2, 3) and a0 (4, 3), expected": lambda: nn.lstm_forward(x[:, :, 0], a0, weights),
    "rnn_forward: x has shape (2, 3, 5) and a0 (4, 2)": lambda: nn.rnn_forward(x, a0[:, :2], LAYERS["rnn"][1](4)),
    "lstm_forward: Wo has shape (4, 5) but x and a0 ask for (4, 6)": lambda: nn.lstm_forward(
        x, a0, weights | {"Wo": weights["Wo"][:, 1:]}
    ),
    "gru_forward: br has shape (4,) but": lambda: nn.gru_forward(x, a0, gated("urc", 4, 2) | {"br": np.zeros(4)}),
    "x has dtype int64": lambda: nn.lstm_forward(x.astype(int), a0, weights),
    "lstm_backward: da has shape (4, 3) but a had (4, 3, 5)": lambda: nn.lstm_backward(
        a0, nn.lstm_forward(x, a0, weights)[-1]
    ),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_does_not_fit_is_refused_by_name(message):
    with pytest.raises((TypeError, ValueError)) as refused:
        REFUSED[message]()
    assert message in str(refused.value)
