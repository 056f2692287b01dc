"""Networks of the translation lesson, as its checks build them. Keras is imported inside the functions."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from helpers.text.decoding import State, Step


class SharedLayers(NamedTuple):
    """The layers that every step of the taught network shares, by their taught names."""

    repeator: Any
    concatenator: Any
    densor1: Any
    densor2: Any
    activator: Any
    dotor: Any
    post_activation_LSTM_cell: Any
    output_layer: Any


class Anew:
    """An argument of a case that is made when the case is copied: Keras layers are not to be copied."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make

    def __deepcopy__(self, memo: dict) -> Any:
        """What is made."""
        return self.make()


def shared_layers(Tx: int, n_s: int, machine_vocab_size: int) -> SharedLayers:
    """The taught layers."""
    from keras import layers

    return SharedLayers(
        layers.RepeatVector(Tx),
        layers.Concatenate(axis=-1),
        layers.Dense(10, activation="tanh"),
        layers.Dense(1, activation="relu"),
        layers.Softmax(axis=1),
        layers.Dot(axes=1),
        layers.LSTM(n_s, return_state=True, unroll=True),
        layers.Dense(machine_vocab_size, activation="softmax"),
    )


def trained_layers(Tx: int, n: int, n_s: int, seed: int) -> Anew:
    """Layers for a of n columns and n_s states, whose dense layers have fixed random weights."""

    def make() -> SharedLayers:
        shared, draw = shared_layers(Tx, n_s, 4), np.random.RandomState(seed)
        for layer, inputs, units in ((shared.densor1, n + n_s, 10), (shared.densor2, 10, 1)):
            layer.build((None, Tx, inputs))
            layer.set_weights([draw.standard_normal((inputs, units)), draw.uniform(0, 1, units)])
        return shared

    return Anew(make)


def attention_step(a: Any, s_prev: Any, shared: Any, *, swapped: bool = False, weigh: bool = True) -> Any:
    """The taught step, or one that differs from it in one point."""
    s = shared.repeator(s_prev)
    joined = shared.concatenator([s, a] if swapped else [a, s])
    energies = shared.densor2(shared.densor1(joined))
    return shared.dotor([shared.activator(energies) if weigh else energies, a])


def unrolled(
    Tx: int,
    Ty: int,
    n_a: int,
    n_s: int,
    human_vocab_size: int,
    machine_vocab_size: int,
    *,
    pass_s: bool = True,
    pass_c: bool = True,
    look_again: bool = True,
    both_ways: bool = True,
) -> Any:
    """The taught network, or one that differs from it in one point."""
    import keras
    from keras import layers

    X, s0, c0 = (keras.Input(shape) for shape in ((Tx, human_vocab_size), (n_s,), (n_s,)))
    shared = shared_layers(Tx, n_s, machine_vocab_size)
    reader = layers.LSTM(n_a if both_ways else 2 * n_a, return_sequences=True)
    a = layers.Bidirectional(reader)(X) if both_ways else reader(X)
    s, c, outputs = s0, c0, []
    for _ in range(Ty):
        context = attention_step(a, s if look_again else s0, shared)
        state = [s if pass_s else s0, c if pass_c else c0]
        s, _, c = shared.post_activation_LSTM_cell(context, initial_state=state)
        outputs.append(shared.output_layer(s))
    return keras.Model([X, s0, c0], outputs)


def toy_step(V: int, n: int, seed: int) -> Step:
    """A small recurrent network with fixed weights: from symbols (k,) and states (k, n) to ln p (k, V) and states."""
    draw = np.random.RandomState(seed)
    W, E, U = (draw.standard_normal(shape) for shape in ((n, n), (V + 1, n), (n, V)))

    def step(previous: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        h, count = state
        h = np.tanh(h @ W + E[previous] + 0.1 * count[:, None])
        logits = 2 * h @ U
        return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)), (h, count + 1)

    return step


def toy_state(rng: np.random.Generator, k: int, n: int) -> State:
    """States of k sequences for `toy_step`."""
    return rng.standard_normal((k, n)), np.zeros(k)
