"""How a trained transformer writes, token after token: with a cache of keys and values, or all anew at each step.

The decoder runs in NumPy here: for a single position, calling the layers of Keras costs far more than computing.
"""

from typing import NamedTuple

import numpy as np
from keras import ops

from helpers import nn
from helpers.models.transformer import Transformer, create_padding_mask
from helpers.nn import attention
from helpers.text.decoding import State, Step, greedy_decode


class _Layer(NamedTuple):
    """Weights of a layer of the decoder: two attentions, the network, three normalizations with their ε."""

    own: list[np.ndarray]
    source: list[np.ndarray]
    network: list[np.ndarray]
    norms: list[tuple]


class _Decoder(NamedTuple):
    """Weights of a decoder: layers, embedding times √d, encoding of positions, and the softmax's kernel and bias."""

    layers: list[_Layer]
    embedding: np.ndarray
    positions: np.ndarray
    final: list[np.ndarray]


def _decoder(model: Transformer) -> _Decoder:
    layers = []
    for layer in model.decoder.dec_layers:
        norms = [(*norm.get_weights(), norm.epsilon) for norm in (layer.layernorm1, layer.layernorm2, layer.layernorm3)]
        layers.append(_Layer(layer.mha1.get_weights(), layer.mha2.get_weights(), layer.ffn.get_weights(), norms))
    embedding = model.decoder.embedding.get_weights()[0] * np.sqrt(model.decoder.embedding_dim)
    positions = ops.convert_to_numpy(model.decoder.pos_encoding)[0].astype(embedding.dtype)
    return _Decoder(layers, embedding.astype(positions.dtype), positions, model.final_layer.get_weights())


def _keys_and_values(x: np.ndarray, weights: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return attention.to_heads(x, *weights[2:4]), attention.to_heads(x, *weights[4:6])


def _through(
    layer: _Layer, x: np.ndarray, own: tuple, source: tuple, masks: tuple
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """New positions (m, n, d) through a layer, given keys and values of those before; the same with those of x."""
    own = tuple(np.concatenate(pair, axis=2) for pair in zip(own, _keys_and_values(x, layer.own), strict=True))
    for weights, offered, mask, norm in zip((layer.own, layer.source), (own, source), masks, layer.norms, strict=False):
        queries = attention.to_heads(x, *weights[:2])
        found, _ = attention.scaled_dot_product_attention(queries, *offered, mask)
        x = attention.layer_normalization(x + attention.from_heads(found, *weights[6:]), *norm)
    W1, b1, W2, b2 = layer.network
    return attention.layer_normalization(x + nn.relu(x @ W1 + b1) @ W2 + b2, *layer.norms[2]), own


def _advance(decoder: _Decoder, tokens: np.ndarray, fixed: State, cache: State) -> tuple[np.ndarray, State]:
    """ln p of the token after the last of new tokens (m, n), and the cache with them.

    `fixed` holds the source's mask, then its keys and values for each layer; `cache` those of the tokens before.
    """
    before, n = cache[0].shape[2], tokens.shape[1]
    causal = np.tri(n, before + n, before) if n > 1 else None
    x, grown = decoder.embedding[tokens] + decoder.positions[before : before + n], []
    for number, layer in enumerate(decoder.layers):
        both = slice(2 * number, 2 * number + 2)
        x, own = _through(layer, x, cache[both], fixed[1:][both], (causal, fixed[0][:, None]))
        grown += own
    probabilities = nn.softmax(x[:, -1] @ decoder.final[0] + decoder.final[1], axis=-1)
    return np.log(np.maximum(probabilities, np.finfo(probabilities.dtype).tiny)), tuple(grown)


def _begin(model: Transformer, source: np.ndarray) -> tuple[_Decoder, State, State]:
    """The decoder's weights; mask, keys and values of the source (m, S); an empty cache."""
    mask, decoder = create_padding_mask(source), _decoder(model)
    encoded = ops.convert_to_numpy(model.encoder(source, training=False, mask=mask))
    fixed = [part for layer in decoder.layers for part in _keys_and_values(encoded, layer.source)]
    empty = [part for layer in decoder.layers for part in _keys_and_values(encoded[:, :0], layer.own)]
    return decoder, (ops.convert_to_numpy(mask), *fixed), tuple(empty)


def without_cache(model: Transformer, source: np.ndarray) -> tuple[Step, State]:
    """A step that runs the decoder over all that is written so far, and the state to begin with; for `greedy_decode`.

    The state holds the tokens so far, (m, t), and what is known of the source (m, S), ids with 0 for padding.
    """
    decoder, fixed, empty = _begin(model, source)

    def step(previous: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        tokens = np.concatenate([state[0], previous[:, None]], axis=1)
        nothing = [np.zeros((len(tokens), *part.shape[1:]), part.dtype) for part in empty]
        return _advance(decoder, tokens, state[1:], nothing)[0], (tokens, *state[1:])

    return step, (np.zeros((len(source), 0), dtype=np.int64), *fixed)


def with_cache(model: Transformer, source: np.ndarray) -> tuple[Step, State]:
    """A step that runs the decoder at the newest position only, and the state to begin with; for `greedy_decode`.

    Causal attention makes this possible: keys and values of a position depend on nothing that comes after it. The state
    holds those of the tokens so far beside what is known of the source (m, S), ids with 0 for padding.
    """
    decoder, fixed, empty = _begin(model, source)

    def step(previous: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        fixed_now, cache = state[: len(fixed)], state[len(fixed) :]
        log_p, cache = _advance(decoder, previous[:, None], fixed_now, cache)
        return log_p, (*fixed_now, *cache)

    return step, (*fixed, *empty)


def translate(
    model: Transformer, source: np.ndarray, start: int, length: int, end: int | None = None, *, cache: bool = True
) -> np.ndarray:
    """The most probable token at each step, fed back, for m sources side by side.

    Parameters
    ----------
    model : Transformer
        Or another with its attributes.
    source : ndarray of int, shape (m, S)
        Ids, 0 for padding.
    start : int
        The id that stands before the first token.
    length : int
        Tokens to write, at most as many as the decoder has positions.
    end : int, optional
        The id that ends a translation: what is written after it becomes 0.
    cache : bool
        Whether keys and values are kept. The answer is the same.

    Returns
    -------
    ndarray of int64, shape (m, length)

    Raises
    ------
    ValueError
        Where the source is no matrix of ids that the encoder has, or the length is not in its range.
    """
    source = np.asarray(source)
    if source.ndim != 2 or not np.issubdtype(source.dtype, np.integer):
        raise ValueError(f"translate: source is {source.dtype} of shape {source.shape}, expected integers (m, S)")
    vocabulary, longest = model.encoder.embedding.input_dim, model.encoder.pos_encoding.shape[1]
    if source.shape[1] > longest or (source.size and not 0 <= source.min() <= source.max() < vocabulary):
        raise ValueError(
            f"translate: source {source.shape}, expected S <= {longest} and ids from 0 to {vocabulary - 1}"
        )
    if not 1 <= length <= model.decoder.pos_encoding.shape[1]:
        raise ValueError(f"translate: length is {length}, expected 1 to {model.decoder.pos_encoding.shape[1]}")
    step, state = (with_cache if cache else without_cache)(model, source)
    written, _ = greedy_decode(step, state, length, start)
    return written if end is None else until(written, end)


def until(written: np.ndarray, end: int) -> np.ndarray:
    """Tokens (m, T) with 0 after the first `end` of each row."""
    ended = np.cumsum(written == end, axis=1) - (written == end) > 0
    return np.where(ended, 0, written)


def multiply_adds(model: Transformer, source_length: int, length: int, *, cache: bool = True) -> int:
    """How many multiplications with an addition the decoder needs to write so many tokens for one source.

    Counted are the products with weights and those of attention, as `translate` does them.
    """
    d, layers, classes = model.decoder.embedding_dim, model.decoder.dec_layers, model.final_layer.units
    inner = layers[0].mha1.num_heads * layers[0].mha1.key_dim
    hidden = layers[0].ffn.layers[0].units
    total = len(layers) * 2 * source_length * d * inner  # keys and values of the source, once
    for t in range(1, length + 1):
        positions = 1 if cache else t
        weights = 6 * d * inner + 2 * d * hidden
        products = 2 * (t + source_length) * inner
        total += len(layers) * positions * (weights + products) + classes * d
    return total
