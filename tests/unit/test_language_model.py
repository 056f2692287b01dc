"""The language model of RNN, GRU and LSTM: gradients, padding, single steps, and the taught single sequence."""

import numpy as np
import pytest

from helpers import nn
from helpers.nn import language_model as lm

KINDS = list(lm.LAYERS)


def batch(rng, V=5, m=3, T=4):
    """One-hot inputs, the first a column of zeros, and targets with an end in the second row."""
    targets = rng.integers(0, V, (m, T))
    targets[1, 2:] = -1
    X = np.zeros((V, m, T))
    X[rng.integers(0, V, (m, T - 1)), np.arange(m)[:, None], np.arange(1, T)] = 1
    return X, targets


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_the_slopes_of_the_cost(kind):
    rng = np.random.default_rng(0)
    X, targets = batch(rng)
    parameters = lm.initialize_language_model(kind, 5, 3, rng)
    parameters = {name: value + 0.1 * rng.standard_normal(value.shape) for name, value in parameters.items()}
    scale = 1 / np.sum(targets >= 0)
    _, cache = lm.language_model_forward(kind, X, targets, parameters)
    gradients = lm.language_model_backward(cache, scale)

    def cost(p):
        return float(lm.language_model_forward(kind, X, targets, p)[0].sum() * scale)

    assert nn.check_gradients(cost, parameters, gradients) < 1e-7


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_behind_the_end_of_a_row_changes_nothing(kind):
    rng = np.random.default_rng(1)
    X, targets = batch(rng)
    parameters = lm.initialize_language_model(kind, 5, 3, rng)
    losses, _ = lm.language_model_forward(kind, X, targets, parameters)
    alone, _ = lm.language_model_forward(kind, X[:, [1], :2], targets[[1], :2], parameters)
    np.testing.assert_allclose(losses[1], [*alone[0], 0, 0])


@pytest.mark.parametrize("kind", KINDS)
def test_one_step_at_a_time_gives_the_same_probabilities(kind):
    rng = np.random.default_rng(2)
    X, targets = batch(rng)
    targets = np.abs(targets)
    parameters = lm.initialize_language_model(kind, 5, 3, rng)
    losses, _ = lm.language_model_forward(kind, X, targets, parameters)
    state = None
    for t in range(X.shape[2]):
        probabilities, state = lm.language_model_step(kind, X[:, :, t], state, parameters)
        np.testing.assert_allclose(-np.log(probabilities[targets[:, t], np.arange(3)]), losses[:, t])


def test_losses_stay_finite_where_a_probability_underflows():
    parameters = lm.initialize_language_model("rnn", 3, 2, np.random.default_rng(0))
    parameters["by"] = np.array([[0.0], [2000.0], [0.0]])
    losses, cache = lm.language_model_forward("rnn", np.zeros((3, 1, 1)), np.array([[0]]), parameters)
    assert losses[0, 0] == pytest.approx(2000)
    assert all(np.isfinite(value).all() for value in lm.language_model_backward(cache).values())


def test_a_single_sequence_follows_the_taught_formulas():
    rng = np.random.default_rng(3)
    parameters = lm.initialize_sequence_model(4, 5, 5)
    parameters = {name: 50 * value + 0.1 for name, value in parameters.items()}
    X, Y, a = [None, 2, 4], [2, 4, 0], rng.standard_normal((4, 1))
    loss, cache = lm.sequence_forward(X, Y, a, parameters)
    gradients, activations = lm.sequence_backward(cache)
    expected = 0.0
    for t in range(3):
        x = np.zeros((5, 1)) if X[t] is None else np.eye(5)[:, [X[t]]]
        a = np.tanh(parameters["Wax"] @ x + parameters["Waa"] @ a + parameters["b"])
        np.testing.assert_allclose(activations[:, [t]], a)
        expected -= np.log(nn.softmax(parameters["Wya"] @ a + parameters["by"])[Y[t], 0])
    assert loss == pytest.approx(expected)
    assert {name: value.shape for name, value in gradients.items()} == {
        f"d{name}": value.shape for name, value in parameters.items()
    }


def test_an_lstm_starts_with_open_forget_gates():
    parameters = lm.initialize_language_model("lstm", 5, 3, np.random.default_rng(0))
    assert np.all(parameters["bf"] == 1) and np.all(parameters["bi"] == 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda X, y, p: lm.language_model_forward("mlp", X, y, p), "kind is 'mlp', expected one of rnn, gru, lstm"),
        (lambda X, y, p: lm.language_model_forward("rnn", X, y[:, 1:], p), r"targets must be ids \(m, T\)"),
        (lambda X, y, p: lm.language_model_forward("rnn", X, y + 9, p), "lie in 8"),
        (lambda X, y, p: lm.initialize_language_model("", 5, 3, np.random.default_rng(0)), "kind is ''"),
    ],
)
def test_bad_input_is_named(call, message):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=message):
        call(*batch(rng), lm.initialize_language_model("rnn", 5, 3, rng))
