"""A recurrent layer and a softmax that predict the next token: RNN, GRU or LSTM, over batches of sequences.

Inputs are one-hot (V, m, T), as in `helpers.nn.recurrent`; targets are ids (m, T), −1 where a row has ended already.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from helpers.nn.activations import softmax
from helpers.nn.optimizers import Parameters
from helpers.nn.recurrent import (
    GRU_GATES,
    LSTM_GATES,
    gru_backward,
    gru_forward,
    lstm_backward,
    lstm_forward,
    rnn_backward,
    rnn_forward,
)

State = tuple[np.ndarray, ...]


class Layer(NamedTuple):
    """A kind of recurrent layer: the gates whose weights act on [a; x], and its two passes."""

    gates: str
    forward: Callable
    backward: Callable


LAYERS = {
    "rnn": Layer("", rnn_forward, rnn_backward),
    "gru": Layer(GRU_GATES, gru_forward, gru_backward),
    "lstm": Layer(LSTM_GATES, lstm_forward, lstm_backward),
}


def initialize_language_model(kind: str, vocab_size: int, n_a: int, rng: np.random.Generator) -> Parameters:
    """Normal weights of variance 1 / inputs and zero biases, but 1 for an LSTM's forget gate (Gers et al., 2000).

    Parameters
    ----------
    kind : "rnn", "gru" or "lstm"
    vocab_size, n_a : V, and the number of hidden units

    Returns
    -------
    the layer's parameters, as `helpers.nn.recurrent` names them, and "Wya" (V, n_a), "by" (V, 1)

    Raises
    ------
    ValueError
        There is no such kind.
    """
    gates = _layer("initialize_language_model", kind).gates
    shapes = {f"W{gate}": (n_a, n_a + vocab_size) for gate in gates} or {"Wax": (n_a, vocab_size), "Waa": (n_a, n_a)}
    fan_in = n_a if kind != "rnn" else n_a + 1  # one input of a one-hot column is 1, all others 0
    parameters = {name: rng.standard_normal(shape) / np.sqrt(fan_in) for name, shape in shapes.items()}
    parameters |= {f"b{gate}": np.full((n_a, 1), float(gate == "f")) for gate in gates or "a"}
    return parameters | {"Wya": rng.standard_normal((vocab_size, n_a)) / np.sqrt(n_a), "by": np.zeros((vocab_size, 1))}


def language_model_forward(
    kind: str, X: np.ndarray, targets: np.ndarray, parameters: Parameters, a0: np.ndarray | None = None
) -> tuple[np.ndarray, tuple]:
    """−ln softmax(Wya a⟨t⟩ + by)[target] for every token.

    Parameters
    ----------
    kind : "rnn", "gru" or "lstm"
    X : floats (V, m, T), one-hot columns, or zeros where nothing came before
    targets : ints (m, T), the token that follows each input; −1 for none
    a0 : floats (n_a, m); zero where it is not given

    Returns
    -------
    losses in nats (m, T), 0 where there is no target, and the cache for `language_model_backward`

    Raises
    ------
    ValueError
        There is no such kind, shapes do not fit, or a target lies outside −1 … V − 1.
    """
    layer = _layer("language_model_forward", kind)
    if targets.shape != X.shape[1:] or not -1 <= targets.min() <= targets.max() < len(X):
        raise ValueError(
            f"language_model_forward: X has shape {X.shape}, so targets must be ids (m, T) = {X.shape[1:]} in "
            f"−1 … {len(X) - 1}, but they have shape {targets.shape} and lie in {targets.min()} … {targets.max()}"
        )
    a0 = np.zeros((parameters["Wya"].shape[1], X.shape[1])) if a0 is None else a0
    a, *_, cache = layer.forward(X, a0, parameters)
    logits = a.T @ parameters["Wya"].T + parameters["by"].T  # (T, m, V)
    logits -= logits.max(axis=2, keepdims=True)
    probabilities = np.exp(logits)
    sums = probabilities.sum(axis=2, keepdims=True)
    there = targets.T >= 0
    chosen = np.take_along_axis(logits, np.where(there, targets.T, 0)[..., None], axis=2)
    losses = np.where(there, (np.log(sums) - chosen)[..., 0], 0.0)
    return losses.T, (layer, cache, a, probabilities / sums, targets, parameters)


def language_model_backward(cache: tuple, scale: float = 1.0) -> Parameters:
    """Gradients of scale · Σ losses by the names of the parameters, from the cache of `language_model_forward`."""
    layer, layer_cache, a, probabilities, targets, parameters = cache
    dlogits = probabilities.copy()
    there = targets.T >= 0
    steps, rows = np.nonzero(there)
    dlogits[steps, rows, targets.T[there]] -= 1
    dlogits *= scale * there[..., None]
    gradients = layer.backward((dlogits @ parameters["Wya"]).T, layer_cache)
    flat = dlogits.reshape(-1, dlogits.shape[2])
    gradients |= {"dWya": flat.T @ a.T.reshape(len(flat), -1), "dby": flat.sum(axis=0)[:, None]}
    return {name: gradients[f"d{name}"] for name in parameters}


def language_model_step(
    kind: str, x: np.ndarray, state: State | None, parameters: Parameters
) -> tuple[np.ndarray, State]:
    """Probabilities (V, m) of the next token, and the state after one input x (V, m); the state before, or None."""
    layer = _layer("language_model_step", kind)
    if state is None:
        state = (np.zeros((parameters["Wya"].shape[1], x.shape[1])),)
    a, *c, _ = layer.forward(x[:, :, None], state[0], parameters, *state[1:])
    state = tuple(values[:, :, 0] for values in (a, *c))
    return softmax(parameters["Wya"] @ state[0] + parameters["by"]), state


def initialize_sequence_model(n_a: int, n_x: int, n_y: int) -> Parameters:
    """Weights "Wax" (n_a, n_x), "Waa" (n_a, n_a), "Wya" (n_y, n_a), 0.01 · normal from seed 1; "b" and "by" zero."""
    rng = np.random.RandomState(1)
    shapes = {"Wax": (n_a, n_x), "Waa": (n_a, n_a), "Wya": (n_y, n_a)}
    parameters = {name: 0.01 * rng.standard_normal(shape) for name, shape in shapes.items()}
    return parameters | {"b": np.zeros((n_a, 1)), "by": np.zeros((n_y, 1))}


def sequence_forward(
    X: Sequence[int | None], Y: Sequence[int], a_prev: np.ndarray, parameters: Parameters
) -> tuple[float, tuple]:
    """Loss of one sequence by a plain RNN, summed over its tokens.

    Parameters
    ----------
    X : T ids, None for the column of zeros that a sequence starts from
    Y : T ids, each the token that follows
    a_prev : floats (n_a, 1)
    parameters : "Wax", "Waa", "Wya", "b" and "by", as taught

    Returns
    -------
    the loss, and the cache for `sequence_backward`
    """
    x = np.zeros((parameters["Wax"].shape[1], 1, len(X)))
    given = [t for t, i in enumerate(X) if i is not None]
    x[[X[t] for t in given], 0, given] = 1
    named = {"ba" if name == "b" else name: value for name, value in parameters.items()}
    losses, cache = language_model_forward("rnn", x, np.array([Y]), named, a_prev)
    return float(losses.sum()), cache


def sequence_backward(cache: tuple) -> tuple[Parameters, np.ndarray]:
    """The gradients "dWax", "dWaa", "dWya", "db" and "dby" of the summed loss, and all activations (n_a, T)."""
    gradients = language_model_backward(cache)
    return {f"d{'b' if name == 'ba' else name}": value for name, value in gradients.items()}, cache[2][:, 0]


def _layer(where: str, kind: str) -> Layer:
    if kind not in LAYERS:
        raise ValueError(f"{where}: kind is {kind!r}, expected one of {', '.join(LAYERS)}")
    return LAYERS[kind]
