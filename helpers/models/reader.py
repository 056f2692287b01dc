"""A small transformer that reads a question and a text, and points at where the answer begins and ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import keras
import numpy as np
from keras import layers, ops

from helpers.datasets.questions import Question
from helpers.models.training import compile_warmed_up
from helpers.models.transformer import EncoderLayer, create_padding_mask, multi_head_attention, positional_encoding
from helpers.text.spans import best_span, span_text, token_span, tokenize_with_offsets
from helpers.text.vocabulary import Vocabulary, pad, word_vocabulary

PAD, UNKNOWN, SEPARATOR = "<pad>", "<unk>", "<sep>"
HIDDEN = -1e9
SEGMENTS = 3


class Pages(NamedTuple):
    """Questions and their texts as arrays, T tokens each: question, separator, text, padding.

    Attributes
    ----------
    ids : ndarray of int, shape (m, T)
    segments : ndarray of int, shape (m, T)
        1 for tokens of the text, 2 for those of them that stand in the question too, 0 for all others.
    spans : ndarray of int, shape (m, 2)
        Positions of the first and the last token of the first answer; 0, 0 where there is none, or it was cut off.
    """

    ids: np.ndarray
    segments: np.ndarray
    spans: np.ndarray


@dataclass(frozen=True)
class Desk:
    """What turns questions into arrays, and positions back into text.

    Attributes
    ----------
    vocabulary : Vocabulary
        With "<pad>", "<unk>" and "<sep>" first.
    length : int
        T. What does not fit is cut off at the end of the text.
    """

    vocabulary: Vocabulary
    length: int

    def lay_out(self, questions: Sequence[Question]) -> Pages:
        """Questions as arrays.

        Raises
        ------
        ValueError
            A question leaves no room for its text.
        """
        rows = [self._page(question) for question in questions]
        ids, segments, spans = zip(*rows, strict=True)
        return Pages(pad(ids, 0, self.length), pad(segments, 0, self.length), np.array(spans))

    def _page(self, question: Question) -> tuple[list[int], list[int], tuple[int, int]]:
        asked, _ = tokenize_with_offsets(question.question)
        words, offsets = tokenize_with_offsets(question.context)
        first = len(asked) + 1
        if first >= self.length:
            raise ValueError(
                f"question {question.name} has {len(asked)} tokens; with its text it must fit {self.length}"
            )
        segments = [0] * first + [1 + (word in asked) for word in words]
        span = (0, 0)
        if question.answers:
            text, start = question.answers[0]
            span = tuple(first + place for place in token_span(offsets, start, start + len(text)))
        return self.vocabulary.encode([*asked, SEPARATOR, *words]), segments, span if span[1] < self.length else (0, 0)

    def read_off(self, questions: Sequence[Question], first: np.ndarray, last: np.ndarray) -> list[str]:
        """The texts between two positions, both included, of each question."""
        texts = []
        for question, *span in zip(questions, first.tolist(), last.tolist(), strict=True):
            before = len(tokenize_with_offsets(question.question)[0]) + 1
            _, offsets = tokenize_with_offsets(question.context)
            texts.append(span_text(question.context, offsets, *(place - before for place in span)))
        return texts


def desk_for(questions: Sequence[Question], length: int, minimum_count: int = 1) -> Desk:
    """A desk whose vocabulary has the words of these questions and texts that occur often enough."""
    texts = dict.fromkeys(text for q in questions for text in (q.context, q.question))
    words = [tokenize_with_offsets(text)[0] for text in texts]
    return Desk(word_vocabulary(words, [PAD, UNKNOWN, SEPARATOR], UNKNOWN, minimum_count), length)


def span_probabilities(logits: object, segments: object) -> tuple[object, object]:
    """Softmax of each of two logits (m, T, 2) over the positions of the text: (m, T) twice; 0 elsewhere."""
    hidden = ops.cast(ops.equal(segments, 0), logits.dtype) * HIDDEN
    return tuple(ops.softmax(logits[..., which] + hidden, axis=-1) for which in (0, 1))


def reader(
    vocabulary_size: int,
    length: int,
    num_layers: int = 3,
    embedding_dim: int = 48,
    num_heads: int = 2,
    fully_connected_dim: int = 96,
) -> keras.Model:
    """Network from ids and segments, (m, T) each, to where the answer begins and where it ends: (m, T) each.

    Vectors of token and segment and the encoding of the position are added; then come layers of the encoder.
    """
    ids, segments = (keras.Input((length,), dtype="int32", name=name) for name in ("ids", "segments"))
    x = layers.Embedding(vocabulary_size, embedding_dim)(ids) * embedding_dim**0.5
    x = x + layers.Embedding(SEGMENTS, embedding_dim)(segments) + positional_encoding(length, embedding_dim)
    mask = create_padding_mask(ids)
    for _ in range(num_layers):
        x = EncoderLayer(embedding_dim, num_heads, fully_connected_dim, dropout_rate=0)(x, mask=mask)
    return keras.Model([ids, segments], list(span_probabilities(layers.Dense(2)(x), segments)), name="reader")


def compile_for_training(model: keras.Model, learning_rate: float, steps: int) -> None:
    """Adam on the sum of the cross-entropies of begin and end; the rate rises for a tenth of the steps, then falls."""
    compile_warmed_up(model, ["sparse_categorical_crossentropy"] * 2, learning_rate, steps)


def fit(
    model: keras.Model, pages: Pages, *, epochs: int, batch_size: int = 32, learning_rate: float = 2e-3
) -> list[float]:
    """Train on answers that were not cut off, and return the mean loss of each epoch, in nats."""
    kept = pages.spans[:, 1] > 0
    ids, segments, spans = (part[kept] for part in pages)
    compile_for_training(model, learning_rate, steps=-(-len(ids) // batch_size) * epochs)
    return fit_on(model, Pages(ids, segments, spans), epochs, batch_size)


def fit_on(model: keras.Model, pages: Pages, epochs: int, batch_size: int) -> list[float]:
    """Go on training a compiled model; mean loss of each epoch, in nats."""
    data = [pages.ids, pages.segments], [pages.spans[:, 0], pages.spans[:, 1]]
    return model.fit(*data, batch_size=batch_size, epochs=epochs, verbose=0).history["loss"]


def probabilities(model: keras.Model, pages: Pages, batch_size: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """That the answer begins and that it ends at each position, (m, T) each."""
    inputs = [
        (pages.ids[i : i + batch_size], pages.segments[i : i + batch_size])
        for i in range(0, len(pages.ids), batch_size)
    ]
    # called, not by `predict`: that would trace each new network, which takes longer than a few batches
    outputs = [model([ops.convert_to_tensor(part) for part in one], training=False) for one in inputs]
    return tuple(np.concatenate([np.asarray(output[which]) for output in outputs]) for which in (0, 1))


def scores(model: keras.Model, pages: Pages) -> list[np.ndarray]:
    """Logarithms of `probabilities`; −∞ outside the text."""
    with np.errstate(divide="ignore"):
        return [np.where(pages.segments > 0, np.log(p), -np.inf) for p in probabilities(model, pages)]


def answers(
    model: keras.Model, desk: Desk, questions: Sequence[Question], maximum_length: int | None = None
) -> list[str]:
    """The text of the likeliest span of each question's text."""
    return desk.read_off(questions, *best_span(*scores(model, desk.lay_out(questions)), maximum_length))


def attention_maps(model: keras.Model, pages: Pages) -> np.ndarray:
    """Weights of attention (layers, m, heads, T, T): row t says where position t looks, in each layer and head."""
    encoders = [layer for layer in model.layers if isinstance(layer, EncoderLayer)]
    x, mask = keras.Model(model.inputs, encoders[0].input)([pages.ids, pages.segments])
    maps = []
    for layer in encoders:
        maps.append(np.asarray(multi_head_attention(layer.mha, x, x, mask)[1]))
        x = layer(x, mask=mask)
    return np.stack(maps)
