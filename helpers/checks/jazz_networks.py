"""Networks of the jazz lesson, as its checks build them. Keras is imported inside the functions.

Keras layers and networks are made anew for each call from a `Given`, since they are not to be copied.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.checks.keras_models import is_network


@dataclass(frozen=True)
class Given:
    """An argument that `make` makes anew for each call."""

    make: Callable[[], Any]


def with_layers(function: Callable) -> Callable:
    """The function with its `Given` arguments made, and of the same signature."""

    @functools.wraps(function)
    def made(*args, **kwargs):
        args = [one.make() if isinstance(one, Given) else one for one in args]
        result = function(*args, **kwargs)
        if not is_network(result):
            return result
        held = [sum(layer is one for layer in result.layers) for one in args if getattr(one, "units", None)]
        return {"model": result, "how often LSTM_cell and densor are layers of the model": held}

    return made


def lstm(n_a: int) -> Given:
    """The taught LSTM layer, which returns its state."""

    def make() -> Any:
        import keras

        return keras.layers.LSTM(n_a, return_state=True, unroll=True)  # compiles sooner

    return Given(make)


def dense(n_values: int) -> Given:
    """The taught softmax layer."""

    def make() -> Any:
        import keras

        return keras.layers.Dense(n_values, activation="softmax")

    return Given(make)


def reshape(n_values: int) -> Given:
    """A layer that makes a vector a sequence of one step."""

    def make() -> Any:
        import keras

        return keras.layers.Reshape((1, n_values))

    return Given(make)


def unrolled_model(
    Tx: int,
    LSTM_cell: Any,
    densor: Any,
    reshaper: Any,
    *,
    pass_a: bool = True,
    pass_c: bool = True,
    first: bool = False,
) -> Any:
    """The taught model, or one that differs from it in one point."""
    import keras

    X, a0, c0 = (keras.Input(shape) for shape in ((Tx, densor.units), (LSTM_cell.units,), (LSTM_cell.units,)))
    a, c, outputs = a0, c0, []
    for t in range(Tx):
        new_a, _, new_c = LSTM_cell(reshaper(X[:, 0 if first else t, :]), initial_state=[a, c])
        outputs.append(densor(new_a))
        a, c = new_a if pass_a else a0, new_c if pass_c else c0
    return keras.Model([X, a0, c0], outputs)


def inference_model_of(
    LSTM_cell: Any, densor: Any, Ty: int, *, feed: str = "one-hot", keep_state: bool = True, dim: int = 1
) -> Any:
    """The taught model, or one that differs from it in one point."""
    import keras
    from keras import ops

    n_values = densor.units
    x0, a0, c0 = (keras.Input(shape) for shape in ((1, n_values), (LSTM_cell.units,), (LSTM_cell.units,)))
    x, a, c, outputs = x0, a0, c0, []
    for _ in range(Ty):
        new_a, _, new_c = LSTM_cell(x, initial_state=[a, c])
        p = densor(new_a)
        outputs.append(p)
        a, c = (new_a, new_c) if keep_state else (a0, c0)
        fed = {"one-hot": lambda p=p: ops.one_hot(ops.argmax(p, axis=-1), n_values), "p": lambda p=p: p}
        x = x0 if feed == "first" else keras.layers.RepeatVector(1)(fed[feed]())
    return keras.Model([x0, a0, c0], outputs)


def generator(Ty: int, n_a: int, n_values: int) -> Given:
    """An inference model with fixed random weights."""

    def make() -> Any:
        cell, densor = lstm(n_a).make(), dense(n_values).make()
        model = inference_model_of(cell, densor, Ty)
        draws = np.random.RandomState(Ty)
        lively = [3 * draws.standard_normal(weight.shape) * (len(weight.shape) > 1) for weight in model.weights]
        model.set_weights(lively)  # without biases, which would drown out the state
        return model

    return Given(make)


def step_function(n_values: int, n_a: int) -> Callable:
    """A small recurrent network: step(x, a, c) gives p, a, c."""
    draws = np.random.RandomState(n_values)
    Wx, Wa, Wc, V = (2 * draws.standard_normal(s) for s in ((n_values, n_a), (n_a, n_a), (n_a, n_a), (n_a, n_values)))

    def step(x: np.ndarray, a: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        c = np.tanh(c @ Wc + x @ Wx + 0.5)
        a = np.tanh(a @ Wa + c)
        powers = np.exp(a @ V)
        return powers / powers.sum(axis=1, keepdims=True), a, c

    return step
