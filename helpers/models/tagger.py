"""A transformer that labels the pieces of words: heads that look at neighbours, at what precedes and what follows."""

from collections.abc import Callable

import keras
import numpy as np
from keras import layers, ops

from helpers.models.transformer import EncoderLayer, Tensor, positional_encoding
from helpers.text.tagging import IGNORED

HEADS = ("word before", "word after", "all before", "all after")
WORD_DROPOUT = 0.15  # share of pieces whose vector is hidden in training, so that the sentence has to do without


def head_masks(words: Tensor) -> Tensor:
    """Masks (m, 4, T, T), 1 where a head may look, of the place of each piece's word (m, T): from 1, 0 for padding.

    The heads see the word before, the word after, all words before and all words after; a piece for which nothing is
    there sees itself.
    """
    distance = words[:, None, :] - words[:, :, None]  # of the word looked at from the word that looks
    looks = [ops.equal(distance, -1), ops.equal(distance, 1), ops.less(distance, 0), ops.greater(distance, 0)]
    seen = ops.logical_and(ops.stack(looks, axis=1), ops.greater(words, 0)[:, None, None, :])
    itself = ops.eye(words.shape[1], dtype="bool")
    return ops.cast(ops.where(ops.any(seen, axis=-1, keepdims=True), seen, itself), keras.config.floatx())


def all_masks(words: Tensor) -> Tensor:
    """Masks (m, 4, T, T) by which every head sees every piece that is no padding."""
    seen = ops.cast(ops.greater(words, 0), keras.config.floatx())[:, None, None, :]
    return ops.repeat(ops.repeat(seen, len(HEADS), axis=1), words.shape[1], axis=2)


def tagger(
    length: int,
    n_pieces: int,
    n_shapes: int,
    n_labels: int,
    masks: Callable[[Tensor], Tensor] = head_masks,
    num_layers: int = 2,
    embedding_dim: int = 32,
    fully_connected_dim: int = 64,
    dropout_rate: float = 0.1,
) -> keras.Model:
    """Ids of pieces, of shapes, and places of words, (m, T) each, to probabilities (m, T, n_labels).

    Parameters
    ----------
    length : int
        T.
    n_pieces, n_shapes, n_labels : int
        How many there are of each.
    masks : callable
        Makes what each of the four heads may see of the places of words.
    num_layers, embedding_dim, fully_connected_dim, dropout_rate
        Of the encoder; without layers, each piece is labelled by itself.
    """
    pieces, shapes, words = (keras.Input((length,), dtype="int32", name=n) for n in ("pieces", "shapes", "words"))
    x = layers.Embedding(n_pieces, embedding_dim)(pieces)
    x = layers.Dropout(WORD_DROPOUT, noise_shape=(None, length, 1))(x)
    x = (x + layers.Embedding(n_shapes, embedding_dim)(shapes)) * embedding_dim**0.5
    x = x + positional_encoding(length, embedding_dim)
    mask = masks(words)
    for _ in range(num_layers):
        x = EncoderLayer(embedding_dim, len(HEADS), fully_connected_dim, dropout_rate)(x, mask=mask)
    return keras.Model([pieces, shapes, words], layers.Dense(n_labels, activation="softmax")(x), name="tagger")


def masked_loss(labels: Tensor, probabilities: Tensor) -> Tensor:
    """Mean cross-entropy, in nats, over the pieces whose label is not IGNORED.

    Parameters
    ----------
    labels : (m, T), ids or IGNORED
    probabilities : (m, T, L)
    """
    return keras.losses.SparseCategoricalCrossentropy(ignore_class=IGNORED)(labels, probabilities)


def attention_of(network: keras.Model, inputs: list[np.ndarray], layer: int = -1) -> np.ndarray:
    """Weights of attention (m, heads, T, T) in one of the layers of a `tagger`: who looks (T) at whom (T).

    Parameters
    ----------
    network : keras.Model
    inputs : pieces, shapes and places of words, (m, T) each
    layer : int
        Its number, from 0, or from the end.
    """
    encoder = [one for one in network.layers if isinstance(one, EncoderLayer)][layer]
    before, mask = encoder._inbound_nodes[0].input_tensors
    x, seen = keras.Model(network.inputs, [before, mask])(inputs)
    _, weights = encoder.mha(x, x, attention_mask=seen, return_attention_scores=True)
    return weights.numpy()
