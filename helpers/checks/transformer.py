"""Exercises of course 5, week 4: the transformer. Layers are compared with their computation in NumPy."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.checks.transformer_classes import (
    decoder,
    decoder_layer,
    encoder,
    encoder_layer,
    float64,
    in_numpy,
    run_class,
    transformer,
)
from helpers.nn import attention

CALLS = {
    "EncoderLayer": (("x", "training", "mask"), "dropout_ffn"),
    "Encoder": (("x", "training", "mask"), "dropout"),
    "DecoderLayer": (("x", "enc_output", "training", "look_ahead_mask", "padding_mask"), "dropout_ffn"),
    "Decoder": (("x", "enc_output", "training", "look_ahead_mask", "padding_mask"), "dropout"),
    "Transformer": (("inputs", "training", "enc_padding_mask", "look_ahead_mask", "dec_padding_mask"), None),
}


class TransformerLesson(Lesson):
    """A lesson with classes to write; they are made and called, in float64, and what they answer is compared."""

    def check(self, function: Callable | type) -> None:
        """As `Lesson.check`."""
        name = getattr(function, "__name__", "")
        if isinstance(function, type) and name in CALLS:
            super().check(run_class(function, *CALLS[name]))
        else:
            super().check(_in_numpy(function))


def _in_numpy(function: Callable) -> Callable:
    @functools.wraps(function)
    def run(*args, **kwargs):
        with float64():
            result = in_numpy(function(*args, **kwargs))
        if getattr(function, "__name__", "") == "positional_encoding" and isinstance(result, np.ndarray):
            return result.astype(np.float32)  # as exact as the course asks for
        return result

    return run


lesson = TransformerLesson("the transformer")
check = lesson.check


def _angle_cases(rng: np.random.Generator) -> Iterator[Case]:
    for positions, d in ((4, 8), (3, 5), (12, 2)):
        yield case(np.arange(positions)[:, None], np.arange(d)[None], d, label=f"{positions} positions, d = {d}")
    yield case(np.array([[2.0], [7.0]]), np.array([[3, 5, 2]]), 16, label="some positions and some columns")


@lesson.exercise(
    _angle_cases,
    Mistake("columns 2i and 2i + 1 share a frequency: k // 2", lambda pos, k, d: pos / 10000 ** (2 * k / d)),
    Mistake("the exponent is 2i / d: the 2 is missing", lambda pos, k, d: pos / 10000 ** (k // 2 / d)),
    Mistake("divide the position by the power", lambda pos, k, d: pos * 10000 ** (2 * (k // 2) / d)),
)
def get_angles(pos: np.ndarray, k: np.ndarray, d: int) -> np.ndarray:
    """Angles pos / 10000^(2⌊k/2⌋ / d), (n, d), for positions (n, 1) and columns (1, d)."""
    return attention.get_angles(pos, k, d)


def _encoding_cases(rng: np.random.Generator) -> Iterator[Case]:
    for positions, d in ((6, 8), (3, 16), (9, 4)):
        yield case(positions, d, label=f"{positions} positions, d = {d}")


def _encoded(positions: int, d: int, even: Callable, odd: Callable) -> np.ndarray:
    angles = attention.get_angles(np.arange(positions)[:, None], np.arange(d)[None], d)
    return np.where(np.arange(d) % 2 == 0, even(angles), odd(angles))[None].astype(np.float32)


@lesson.exercise(
    _encoding_cases,
    Mistake(
        "sine in the even columns, 0, 2, 4 …; cosine in the odd ones",
        functools.partial(_encoded, even=np.cos, odd=np.sin),
    ),
    Mistake("an axis for the batch is missing in front: [np.newaxis]", lambda p, d: positional_encoding(p, d)[0]),
    Mistake(
        "sine and cosine are still to be applied",
        functools.partial(_encoded, even=np.abs, odd=np.abs),
    ),
)
def positional_encoding(positions: int, d: int) -> np.ndarray:
    """Sine of the angles in even columns, cosine in odd ones, float32 (1, positions, d)."""
    return attention.positional_encoding(positions, d).astype(np.float32)


def _token_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([[7, 6, 0, 0, 0], [1, 2, 3, 0, 0], [3, 1, 1, 4, 5]]), label="3 sequences")
    yield case(np.array([[2, 9]]), label="a sequence without padding")


def _padding(ids: np.ndarray) -> np.ndarray:
    return (ids != 0).astype(float)[:, None, :]


@lesson.exercise(
    _token_cases,
    Mistake("1 stands for what is kept: here the padding is kept", lambda ids: 1 - _padding(ids)),
    Mistake("add an axis in the middle: (n, 1, m)", lambda ids: _padding(ids)[:, 0]),
    Mistake("a mask is of numbers: cast the comparison to floats", lambda ids: _padding(ids).astype(bool)),
)
def create_padding_mask(decoder_token_ids: np.ndarray) -> np.ndarray:
    """Floats (n, 1, m): 0 where the id is 0, 1 elsewhere."""
    return _padding(decoder_token_ids)


def _triangle(length: int, band: Callable = np.tril) -> np.ndarray:
    return band(np.ones((1, length, length)))


@lesson.exercise(
    lambda rng: iter([case(1, label="length 1"), case(5, label="length 5")]),
    Mistake("a position sees itself and those before it, not those after it", lambda n: _triangle(n, np.triu)),
    Mistake("a position may see itself: the diagonal holds ones", lambda n: _triangle(n) - np.eye(n)),
    Mistake("an axis for the batch is missing in front", lambda n: _triangle(n)[0]),
)
def create_look_ahead_mask(sequence_length: int) -> np.ndarray:
    """Floats (1, n, n), ones on and below the diagonal."""
    return _triangle(sequence_length)


def _attention_cases(rng: np.random.Generator) -> Iterator[Case]:
    draw = rng.standard_normal
    yield case(draw((3, 4)), draw((5, 4)), draw((5, 2)), None, label="no mask")
    mask = np.array([[1.0, 1, 0, 1], [1, 0, 1, 0], [1, 1, 1, 1]])
    yield case(3 * draw((3, 2)), 3 * draw((4, 2)), draw((4, 6)), mask, label="a mask")
    triangle = np.tril(np.ones((1, 1, 4, 4)))
    yield case(draw((2, 3, 4, 8)), draw((2, 3, 4, 8)), draw((2, 3, 4, 8)), triangle, label="batch, heads and mask")


def _attend(
    q: np.ndarray,
    k: np.ndarray,
    v: np.ndarray,
    mask: Any,
    *,
    scale: Any = None,
    masked: bool = True,
    flip: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    if mask is not None:
        mask = (1 - mask if flip else mask) if masked else None
    factor = 1 if scale is None else np.sqrt(k.shape[-1]) / scale(k)
    return attention.scaled_dot_product_attention(q * factor, k, v, mask)


def _soft_over_queries(q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: Any) -> tuple[np.ndarray, np.ndarray]:
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(k.shape[-1]) + (0 if mask is None else (1 - mask) * attention.HIDDEN)
    powers = np.exp(scores - scores.max(axis=-2, keepdims=True))
    weights = powers / powers.sum(axis=-2, keepdims=True)
    return weights @ v, weights


@lesson.exercise(
    _attention_cases,
    Mistake("divide the scores by √d_k", functools.partial(_attend, scale=lambda k: 1)),
    Mistake("by the root of d_k, not by d_k", functools.partial(_attend, scale=lambda k: k.shape[-1])),
    Mistake("d_k is the last axis of k, its features", functools.partial(_attend, scale=lambda k: k.shape[-2] ** 0.5)),
    Mistake("the mask is not used", functools.partial(_attend, masked=False)),
    Mistake("1 is keep: (1 - mask) · -1e9 is added", functools.partial(_attend, flip=True)),
    Mistake("the softmax runs over the keys, the last axis: each query's weights sum to 1", _soft_over_queries),
)
def scaled_dot_product_attention(q: Any, k: Any, v: Any, mask: Any) -> tuple[np.ndarray, np.ndarray]:
    """softmax(q kᵀ / √d_k + (1 - mask) · -10⁹) v, and the softmax itself."""
    return _attend(q, k, v, mask)


def _head_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m, T, S, d, heads, size in ((2, 3, 5, 4, 2, 4), (1, 4, 3, 6, 3, 2)):
        shapes = [(d, heads, size), (heads, size)] * 3 + [(heads, size, d), (d,)]
        weights = [rng.standard_normal(shape) for shape in shapes]
        mask = np.ones((m, 1, S))
        mask[0, 0, S - 2 :] = 0
        yield case(
            rng.standard_normal((m, T, d)),
            rng.standard_normal((m, S, d)),
            weights,
            mask,
            label=f"{heads} heads of size {size}, T, S, d = {T}, {S}, {d}",
        )


def _exchanged(query: Any, value: Any, weights: list, mask: Any) -> tuple[np.ndarray, np.ndarray]:
    q, k, v, o = (weights[i : i + 2] for i in (0, 2, 4, 6))
    return attention.multi_head_attention(query, value, [*q, *v, *k, *o], mask)


@lesson.exercise(
    _head_cases,
    Mistake("keys are made with Wk, values with Wv: they are exchanged", _exchanged),
    Mistake(
        "the bias of the output is missing: + bo",
        lambda query, value, weights, mask: (
            multi_head_attention(query, value, weights, mask)[0] - weights[7],
            multi_head_attention(query, value, weights, mask)[1],
        ),
    ),
)
def multi_head_attention(query: Any, value: Any, weights: list, mask: Any) -> tuple[np.ndarray, np.ndarray]:
    """Attention in several heads, (m, T, d), and its weights (m, heads, T, S)."""
    return attention.multi_head_attention(query, value, weights, mask)


SOURCE = np.array([[3, 1, 4, 1, 5], [2, 6, 5, 0, 0]])
TARGET = np.array([[1, 6, 2], [1, 3, 0]])
SEEN = np.array([[[1.0, 1, 1, 0, 0]], [[1, 1, 1, 1, 1]]])
EPSILON = 0.03  # large enough to show


def _changed(compute: Callable, **changed: Any) -> Callable:
    """A wrong answer: the computation with one point changed, or without some of its masks."""
    hidden = changed.pop("without", ())
    return lambda *sizes, inputs: compute(*sizes, inputs=inputs | dict.fromkeys(hidden), **changed)


def _encoder_layer_cases(rng: np.random.Generator) -> Iterator[Case]:
    for sizes, m in (((4, 2, 6, 0.2, EPSILON), 2), ((16, 1, 5), 1)):
        inputs = {"x": rng.standard_normal((m, 5, sizes[0])), "training": False, "mask": SEEN[:m]}
        yield case(*sizes, inputs=inputs, label=f"embedding_dim {sizes[0]}, num_heads {sizes[1]}")


@lesson.exercise(
    _encoder_layer_cases,
    Mistake("add x to what attention found, then normalize", _changed(encoder_layer, skip=False)),
    Mistake("the second sum takes what the first normalization gave, not x", _changed(encoder_layer, last_skip="x")),
    Mistake("the network has a residual connection of its own", _changed(encoder_layer, last_skip="none")),
    Mistake("the mask goes into the attention", _changed(encoder_layer, without=["mask"])),
    Mistake("dropout_ffn acts on what the network gives, before the sum", _changed(encoder_layer, drop=False)),
)
def EncoderLayer(
    embedding_dim: int,
    num_heads: int,
    fully_connected_dim: int,
    dropout_rate: float = 0.1,
    layernorm_eps: float = 1e-6,
    *,
    inputs: dict,
) -> dict:
    """Self-attention and a network for each position, each with residual connection and normalization."""
    return encoder_layer(embedding_dim, num_heads, fully_connected_dim, dropout_rate, layernorm_eps, inputs=inputs)


def _encoder_cases(rng: np.random.Generator) -> Iterator[Case]:
    inputs = {"x": SOURCE, "training": False, "mask": _padding(SOURCE)}
    unmasked = inputs | {"x": SOURCE[1:, ::-1].copy(), "mask": None}
    yield case(1, 4, 1, 3, 9, 6, inputs=unmasked, label="1 layer, no mask")
    yield case(2, 4, 2, 6, 7, 8, 0.2, EPSILON, inputs=inputs, label="2 layers")


@lesson.exercise(
    _encoder_cases,
    Mistake("scale the embedding by √embedding_dim", _changed(encoder, scale=False)),
    Mistake("add the encoding of the positions", _changed(encoder, encode=False)),
    Mistake("x goes through every layer, one after the other", _changed(encoder, used=1)),
    Mistake("hand the mask to each layer", _changed(encoder, without=["mask"])),
    Mistake("dropout acts on what goes into the first layer", _changed(encoder, drop=False)),
)
def Encoder(
    num_layers: int,
    embedding_dim: int,
    num_heads: int,
    fully_connected_dim: int,
    input_vocab_size: int,
    maximum_position_encoding: int,
    dropout_rate: float = 0.1,
    layernorm_eps: float = 1e-6,
    *,
    inputs: dict,
) -> dict:
    """Embedding, encoding of positions, dropout, then the layers."""
    sizes = (num_layers, embedding_dim, num_heads, fully_connected_dim, input_vocab_size, maximum_position_encoding)
    return encoder(*sizes, dropout_rate, layernorm_eps, inputs=inputs)


def _masks() -> dict[str, np.ndarray]:
    return {"training": False, "look_ahead_mask": _triangle(3), "padding_mask": SEEN}


def _decoder_layer_cases(rng: np.random.Generator) -> Iterator[Case]:
    for sizes, m in (((4, 2, 6, 0.2, EPSILON), 2), ((16, 1, 5), 1)):
        x, encoded = rng.standard_normal((m, 3, sizes[0])), rng.standard_normal((m, 5, sizes[0]))
        inputs = {"x": x, "enc_output": encoded, **_masks(), "padding_mask": SEEN[:m]}
        yield case(*sizes, inputs=inputs, label=f"embedding_dim {sizes[0]}, num_heads {sizes[1]}")


@lesson.exercise(
    _decoder_layer_cases,
    Mistake("block 2 asks with what block 1 gave, normalized, not with x", _changed(decoder_layer, query="x")),
    Mistake("each block has its residual connection, the network too", _changed(decoder_layer, last_skip=False)),
    Mistake("block 1 must not see what comes later", _changed(decoder_layer, without=["look_ahead_mask"])),
    Mistake("block 2 must not see the padding of the source", _changed(decoder_layer, without=["padding_mask"])),
    Mistake("dropout_ffn acts on what the network gives, before the sum", _changed(decoder_layer, drop=False)),
)
def DecoderLayer(
    embedding_dim: int,
    num_heads: int,
    fully_connected_dim: int,
    dropout_rate: float = 0.1,
    layernorm_eps: float = 1e-6,
    *,
    inputs: dict,
) -> dict:
    """Masked self-attention, attention to the encoder's output, and a network for each position."""
    return decoder_layer(embedding_dim, num_heads, fully_connected_dim, dropout_rate, layernorm_eps, inputs=inputs)


def _decoder_cases(rng: np.random.Generator) -> Iterator[Case]:
    inputs = {"x": TARGET[1:, ::-1].copy(), "enc_output": rng.standard_normal((1, 2, 4)), **_masks()}
    inputs |= {"look_ahead_mask": None, "padding_mask": None}
    yield case(1, 4, 1, 3, 9, 6, inputs=inputs, label="1 layer, no masks")
    inputs = {"x": TARGET, "enc_output": rng.standard_normal((2, 5, 4)), **_masks()}
    yield case(2, 4, 2, 6, 7, 8, 0.2, EPSILON, inputs=inputs, label="2 layers")


@lesson.exercise(
    _decoder_cases,
    Mistake("scale the embedding by √embedding_dim", _changed(decoder, scale=False)),
    Mistake("add the encoding of the positions", _changed(decoder, encode=False)),
    Mistake("hand the look-ahead mask to each layer", _changed(decoder, without=["look_ahead_mask"])),
    Mistake("hand the padding mask to each layer", _changed(decoder, without=["padding_mask"])),
    Mistake("the names count layers from 1: decoder_layer1_block1_self_att", _changed(decoder, first=0)),
)
def Decoder(
    num_layers: int,
    embedding_dim: int,
    num_heads: int,
    fully_connected_dim: int,
    target_vocab_size: int,
    maximum_position_encoding: int,
    dropout_rate: float = 0.1,
    layernorm_eps: float = 1e-6,
    *,
    inputs: dict,
) -> dict:
    """Embedding, encoding of positions, dropout, then the layers, whose weights of attention are returned by name."""
    sizes = (num_layers, embedding_dim, num_heads, fully_connected_dim, target_vocab_size, maximum_position_encoding)
    return decoder(*sizes, dropout_rate, layernorm_eps, inputs=inputs)


def _transformer_cases(rng: np.random.Generator) -> Iterator[Case]:
    masks = {"enc_padding_mask": SEEN[::-1], "look_ahead_mask": _triangle(3), "dec_padding_mask": SEEN}
    inputs = {"inputs": (SOURCE, TARGET), "training": False, **masks}
    yield case(1, 4, 1, 3, 9, 7, 5, 3, inputs=inputs | {"enc_padding_mask": None}, label="1 layer")
    yield case(2, 4, 2, 6, 7, 8, 9, 10, 0.2, EPSILON, inputs=inputs, label="2 layers")


@lesson.exercise(
    _transformer_cases,
    Mistake("the encoder gets enc_padding_mask", _changed(transformer, without=["enc_padding_mask"])),
    Mistake("the decoder gets dec_padding_mask", _changed(transformer, without=["dec_padding_mask"])),
    Mistake("the decoder gets look_ahead_mask", _changed(transformer, without=["look_ahead_mask"])),
    Mistake("final_layer turns the decoder's output into probabilities", _changed(transformer, final=False)),
)
def Transformer(
    num_layers: int,
    embedding_dim: int,
    num_heads: int,
    fully_connected_dim: int,
    input_vocab_size: int,
    target_vocab_size: int,
    max_positional_encoding_input: int,
    max_positional_encoding_target: int,
    dropout_rate: float = 0.1,
    layernorm_eps: float = 1e-6,
    *,
    inputs: dict,
) -> dict:
    """Encoder, decoder and a softmax over the target's vocabulary."""
    sizes = (num_layers, embedding_dim, num_heads, fully_connected_dim, input_vocab_size, target_vocab_size)
    lengths = (max_positional_encoding_input, max_positional_encoding_target)
    return transformer(*sizes, *lengths, dropout_rate, layernorm_eps, inputs=inputs)
