"""Recurrent layers forward and backward against a tf.function and the taught steps: float32, T 50, batch 32."""

import numpy as np
import pytest

from helpers import nn
from tests.benchmarks.timing import compare

N_X, M, T = 32, 32, 50
LAYERS = {
    "rnn": (nn.rnn_forward, nn.rnn_backward, "SimpleRNN"),
    "gru": (nn.gru_forward, nn.gru_backward, "GRU"),
    "lstm": (nn.lstm_forward, nn.lstm_backward, "LSTM"),
}
GATES = {"gru": "urc", "lstm": "fioc"}


def problem(name, n_a):
    """The sequence, the first state, the parameters and the gradient of the result."""
    rng = np.random.default_rng(0)
    shapes = {"Wax": (n_a, N_X), "Waa": (n_a, n_a), "ba": (n_a, 1)}
    if name in GATES:
        shapes = {f"W{gate}": (n_a, n_a + N_X) for gate in GATES[name]} | {f"b{gate}": (n_a, 1) for gate in GATES[name]}
    parameters = {key: rng.standard_normal(shape, dtype=np.float32) / 8 for key, shape in shapes.items()}
    x, a0, da = (rng.standard_normal(shape, dtype=np.float32) for shape in ((N_X, M, T), (n_a, M), (n_a, M, T)))
    return x, a0, parameters, da


def step(name, x, a0, parameters, da):
    forward, backward, _ = LAYERS[name]
    return backward(da, forward(x, a0, parameters)[-1])


@pytest.mark.parametrize("n_a", [64, 128])
@pytest.mark.parametrize("name", LAYERS)
def test_recurrent_layer_against_tensorflow(benchmark, name, n_a):
    keras, tf = pytest.importorskip("keras"), pytest.importorskip("tensorflow")
    arrays = problem(name, n_a)
    options = {"reset_after": False} if name == "gru" else {}
    layer = getattr(keras.layers, LAYERS[name][2])(n_a, return_sequences=True, **options)
    x, da = (tf.constant(np.ascontiguousarray(value.transpose(1, 2, 0))) for value in (arrays[0], arrays[3]))
    layer.build(x.shape)

    @tf.function
    def theirs():
        with tf.GradientTape() as tape:
            tape.watch(x)
            a = layer(x)
        return tape.gradient(a, [x, *(weight.value for weight in layer.trainable_weights)], da)

    compare(benchmark, lambda: step(name, *arrays), theirs, repeats=24)


@pytest.mark.parametrize("n_a", [64, 128])
@pytest.mark.parametrize("name", ["rnn", "lstm"])
def test_recurrent_layer_against_the_taught_steps(benchmark, name, n_a):
    arrays = problem(name, n_a)
    taught = {"rnn": taught_rnn, "lstm": taught_lstm}[name]
    compare(benchmark, lambda: step(name, *arrays), lambda: taught(*arrays), repeats=12)


def taught_rnn(x, a0, parameters, da):
    """A step at a time, its weights' gradients added up."""
    Wax, Waa, ba = (parameters[name] for name in ("Wax", "Waa", "ba"))
    states = [a0]
    for t in range(T):
        states.append(np.tanh(Wax @ x[:, :, t] + Waa @ states[-1] + ba))
    dx, carried = np.zeros_like(x), np.zeros_like(a0)
    gradients = {name: np.zeros_like(value) for name, value in parameters.items()}
    for t in reversed(range(T)):
        dz = (1 - states[t + 1] ** 2) * (da[:, :, t] + carried)
        dx[:, :, t], carried = Wax.T @ dz, Waa.T @ dz
        gradients["Wax"] += dz @ x[:, :, t].T
        gradients["Waa"] += dz @ states[t].T
        gradients["ba"] += dz.sum(axis=1, keepdims=True)
    return dx, carried, gradients


def taught_lstm(x, a0, parameters, da):
    """A step and a gate at a time, a⟨t−1⟩ and x⟨t⟩ stacked for each."""
    a, c, caches = a0, np.zeros_like(a0), []
    for t in range(T):
        both = np.concatenate([a, x[:, :, t]])
        forget, write, output = (nn.sigmoid(parameters[f"W{g}"] @ both + parameters[f"b{g}"]) for g in "fio")
        candidate = np.tanh(parameters["Wc"] @ both + parameters["bc"])
        caches.append((c, both, forget, write, output, candidate))
        c = forget * c + write * candidate
        a = output * np.tanh(c)
    dx, da_next, dc_next = np.zeros_like(x), np.zeros_like(a), np.zeros_like(c)
    gradients = {name: np.zeros_like(value) for name, value in parameters.items()}
    for t in reversed(range(T)):
        c_before, both, forget, write, output, candidate = caches[t]
        squashed = np.tanh(forget * c_before + write * candidate)
        da_t = da[:, :, t] + da_next
        dc = dc_next + da_t * output * (1 - squashed**2)
        dz = {
            "f": dc * c_before * forget * (1 - forget),
            "i": dc * candidate * write * (1 - write),
            "o": da_t * squashed * output * (1 - output),
            "c": dc * write * (1 - candidate**2),
        }
        dboth = sum(parameters[f"W{gate}"].T @ d for gate, d in dz.items())
        for gate, d in dz.items():
            gradients[f"W{gate}"] += d @ both.T
            gradients[f"b{gate}"] += d.sum(axis=1, keepdims=True)
        da_next, dx[:, :, t], dc_next = dboth[: len(a)], dboth[len(a) :], dc * forget
    return dx, da_next, gradients
