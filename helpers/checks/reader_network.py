"""The reader of the question-answering lesson in NumPy, as its check computes it; how a learner's network is run."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from helpers import nn
from helpers.checks.encoder_networks import with_drawn_weights
from helpers.checks.transformer_classes import drawing, embedded, float64, layer_weights, through_encoder_layer

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
            tables = {"tokens": vocabulary_size, "segments": 3}
            dropout, (start, end) = with_drawn_weights("reader", network, tables, [IDS, SEGMENTS], units=2)
        return {"dropout": dropout, "start": start, "end": end}

    return run
