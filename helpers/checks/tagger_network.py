"""The tagger of the named-entity lesson in NumPy, as its check computes it; and how a learner's network is run."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from helpers import nn
from helpers.checks.encoder_networks import with_drawn_weights
from helpers.checks.transformer_classes import drawing, embedded, float64, fully_connected, layer_weights
from helpers.nn import attention

PIECES = np.array([[3, 8, 1, 5, 6, 5], [5, 2, 4, 7, 0, 0]])
SHAPES = np.array([[1, 2, 2, 1, 3, 4], [2, 1, 1, 3, 0, 0]])
WORDS = np.array([[1, 2, 2, 3, 4, 5], [1, 2, 2, 3, 0, 0]])
HEADS = 4
EPSILON = 1e-6


def head_masks(words: np.ndarray, *, padding: bool = True, itself: bool = True, turned: bool = False) -> np.ndarray:
    """Masks (m, 4, T, T) of places (m, T), or what differs from them in one point."""
    distance = (words[:, None, :] - words[:, :, None]) * (-1 if turned else 1)
    seen = np.stack([distance == -1, distance == 1, distance < 0, distance > 0], axis=1)
    seen &= (words > 0)[:, None, None, :] | (not padding)
    nothing = ~seen.any(axis=-1, keepdims=True) & itself
    return np.where(nothing, np.eye(words.shape[1], dtype=bool), seen).astype(float)


def cased_masks(words: Any) -> Any:
    """Masks for the cases, of arrays or of what a Keras network computes with: a piece of an even place sees few."""
    if isinstance(words, np.ndarray):
        return np.repeat((words[:, None, None, :] > words[:, None, :, None] - 2) * 1.0, HEADS, axis=1)
    from keras import config, ops

    seen = ops.greater(words[:, None, None, :], words[:, None, :, None] - 2)
    return ops.repeat(ops.cast(seen, config.floatx()), HEADS, axis=1)


def label(
    length: int,
    n_pieces: int,
    n_shapes: int,
    n_labels: int,
    masks: Callable,
    num_layers: int = 2,
    embedding_dim: int = 32,
    fully_connected_dim: int = 64,
    dropout_rate: float = 0.1,
    *,
    shaped: bool = True,
    masked: bool = True,
    used: int | None = None,
    last: bool = True,
    rate: float | None = None,
    **changed: bool,
) -> dict[str, Any]:
    """What `run_network` finds for the taught network, or for one that differs from it in one point."""
    draw = drawing()
    tables = draw((n_pieces, embedding_dim)), draw((n_shapes, embedding_dim))
    layers = [layer_weights(draw, embedding_dim, HEADS, fully_connected_dim, 1) for _ in range(num_layers)]
    x = embedded(PIECES[:, :length], tables[0], length, **changed)
    x = x + embedded(SHAPES[:, :length], tables[1], length, **changed | {"encode": False}) * shaped
    mask = masks(WORDS[:, :length]) if masked else None
    for weights in layers[:used]:
        x = _through_layer(x, mask, weights)
    logits = x @ draw((embedding_dim, n_labels)) + draw((n_labels,))
    rates = [dropout_rate if rate is None else rate] * num_layers
    return {"dropout": rates, "probabilities": nn.softmax(logits, axis=-1) if last else logits}


def _through_layer(x: np.ndarray, mask: np.ndarray | None, weights: dict[str, list]) -> np.ndarray:
    """The taught layer with a mask of its own for each head."""
    own = weights["attention"][0]
    heads = (attention.to_heads(x, *own[i : i + 2]) for i in (0, 2, 4))
    found = attention.from_heads(attention.scaled_dot_product_attention(*heads, mask)[0], *own[6:])
    x = attention.layer_normalization(x + found, *weights["norms"][0], EPSILON)
    return attention.layer_normalization(x + fully_connected(x, weights["ffn"]), *weights["norms"][1], EPSILON)


def run_network(build: Callable) -> Callable:
    """A function that builds a network, gives its layers drawn weights, and lets it read the arrays above."""

    @functools.wraps(build)
    def run(length, n_pieces, n_shapes, *rest, **named):
        with float64():
            network = build(length, n_pieces, n_shapes, *rest, **named)
            if isinstance(network, dict):  # the reference, or a known mistake: computed in NumPy already
                return network
            inputs = [part[:, :length] for part in (PIECES, SHAPES, WORDS)]
            tables = {"pieces": n_pieces, "shapes": n_shapes}
            dropout, probabilities = with_drawn_weights("tagger", network, tables, inputs)
        return {"dropout": dropout, "probabilities": probabilities}

    return run
