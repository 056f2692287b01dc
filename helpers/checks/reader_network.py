"""The reader of the question-answering lesson in NumPy, as its check computes it; how a learner's network is run."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from helpers import nn
from helpers.checks.outcomes import CheckFailed
from helpers.checks.transformer_classes import (
    drawing,
    embedded,
    float64,
    in_numpy,
    layer_weights,
    through_encoder_layer,
)

IDS = np.array([[3, 4, 1, 5, 6, 5], [5, 1, 4, 3, 0, 0]])
SEGMENTS = np.array([[0, 0, 0, 1, 1, 2], [0, 0, 1, 2, 0, 0]])
HIDDEN = -1e9


def span_softmax(logits: Any, segments: Any, *, hide: bool = True, text: tuple = (1, 2), axis: int = 1) -> tuple:
    """Begin and end (m, T) of logits (m, T, 2), or what differs from them in one point."""
    shown = np.isin(segments, text)[..., None] if hide else True
    found = nn.softmax(np.where(shown, logits, HIDDEN), axis=axis)
    return found[..., 0], found[..., 1]


def read(
    words: int,
    length: int,
    count: int,
    d: int,
    heads: int,
    hidden: int,
    *,
    mark: bool = True,
    masked: bool = True,
    used: int | None = None,
    last: bool = True,
    **changed: bool,
) -> dict[str, Any]:
    """What `run_network` finds for the taught network, or for one that differs from it in one point."""
    draw = drawing()
    tables = draw((words, d)), draw((3, d))
    layers = [layer_weights(draw, d, heads, hidden, 1) for _ in range(count)]
    x = embedded(IDS, tables[0], length, **changed) + tables[1][SEGMENTS] * mark
    for weights in layers[:used]:
        x = through_encoder_layer(x, (IDS != 0)[:, None].astype(float) if masked else None, weights, 1e-6)
    logits = x @ draw((d, 2)) + draw((2,))
    start, end = span_softmax(logits, SEGMENTS) if last else (logits[..., 0], logits[..., 1])
    return {"dropout": [0] * count, "start": start, "end": end}


def run_network(build: Callable) -> Callable:
    """A function that builds a network, gives its layers drawn weights, and lets it read `IDS` and `SEGMENTS`."""

    @functools.wraps(build)
    def run(vocabulary_size, *sizes, **named):
        with float64():
            network = build(vocabulary_size, *sizes, **named)
            if isinstance(network, dict):  # what `read` computed, which needs no running
                return network
            if not hasattr(network, "layers"):
                raise CheckFailed(f"reader returned {type(network).__name__}, expected a keras.Model")
            draw, layers = drawing(), _layers(network, vocabulary_size)
            for layer in layers:
                layer.set_weights([draw(weight.shape) for weight in layer.get_weights()])
            start, end = in_numpy(network([IDS, SEGMENTS]))
        return {"dropout": [layer.dropout_ffn.rate for layer in layers[2:-1]], "start": start, "end": end}

    return run


def _layers(network: Any, words: int) -> list[Any]:
    """Layers with weights in the order of `read`, however the network was put together."""
    kinds = {name: [] for name in ("Embedding", "EncoderLayer", "Dense")}
    for layer in network.layers:
        if layer.weights:
            kinds.setdefault(type(layer).__name__, []).append(layer)
    tables = sorted(kinds.pop("Embedding"), key=lambda layer: layer.input_dim != words)
    encoders, heads = kinds.pop("EncoderLayer"), kinds.pop("Dense")
    rows = [table.input_dim for table in tables]
    if rows != [words, 3] or [head.units for head in heads] != [2] or kinds:
        found = ", ".join(type(layer).__name__ for layer in network.layers if layer.weights) or "none"
        raise CheckFailed(
            f"reader has the layers {found}: expected an Embedding of {words} tokens, one of 3 segments, EncoderLayers "
            "and a Dense of 2 units"
        )
    return [*tables, *encoders, *heads]
