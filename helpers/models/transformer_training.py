"""How a transformer learns to translate: tokens as arrays, a network that makes its masks, the loss, exact match."""

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from keras import ops

from helpers.models.training import compile_warmed_up
from helpers.models.transformer import Transformer, create_look_ahead_mask, create_padding_mask
from helpers.models.transformer_decoding import translate
from helpers.text.vocabulary import Vocabulary, pad, word_vocabulary

PAD, START, END = "<pad>", "<start>", "<end>"
Texts = Sequence[list[str]]


@dataclass(frozen=True)
class Task:
    """What turns texts of two languages, lists of tokens, into arrays of ids and back.

    Attributes
    ----------
    source, target : Vocabulary
        Both with "<pad>" first, id 0; the target then with "<start>" and "<end>".
    source_length, target_length : int
        S and T, the lengths of the arrays; the target's with "<start>" or "<end>".
    """

    source: Vocabulary
    target: Vocabulary
    source_length: int
    target_length: int

    def encode_source(self, texts: Texts) -> np.ndarray:
        """Ids (m, S), 0 for padding.

        Raises
        ------
        ValueError
            Where a text is longer than S, or a token has no id.
        """
        return pad(_fitting(map(self.source.encode, texts), self.source_length), 0, self.source_length)

    def encode_target(self, texts: Texts) -> tuple[np.ndarray, np.ndarray]:
        """Ids (m, T) that the decoder reads, "<start>" first, and those that it is to answer, "<end>" last.

        Raises
        ------
        ValueError
            Where a text is longer than T - 1, or a token has no id.
        """
        ids, (start, end) = list(map(self.target.encode, texts)), self.target.encode([START, END])
        rows = [[start, *one] for one in ids], [[*one, end] for one in ids]
        return tuple(pad(_fitting(part, self.target_length), 0, self.target_length) for part in rows)

    def decode_target(self, ids: np.ndarray) -> list[list[str]]:
        """Tokens of ids (m, T), up to the first "<end>" or "<pad>"."""
        rows = map(self.target.decode, ids)
        return [row[: min((row.index(token) for token in (END, PAD) if token in row), default=None)] for row in rows]


def _fitting(rows: Sequence[list[int]], length: int) -> list[list[int]]:
    rows = list(rows)
    if (longest := max(map(len, rows), default=0)) > length:
        raise ValueError(f"encode: a text takes {longest} ids, but this task has room for {length}")
    return rows


def task_of(source: Texts, target: Texts) -> Task:
    """The task of translating texts like these: vocabularies and lengths as they need."""
    words = word_vocabulary(source, [PAD]), word_vocabulary(target, [PAD, START, END])
    return Task(*words, max(map(len, source)), 1 + max(map(len, target)))


def trainable(model: Transformer, source_length: int, target_length: int, *, look_ahead: bool = True) -> keras.Model:
    """A network from ids [(m, S), (m, T)] to probabilities (m, T, V), which makes the masks by itself.

    Parameters
    ----------
    model : Transformer
        Or another of its call signature; the network has its weights.
    source_length, target_length : int
        S and T.
    look_ahead : bool
        Whether later tokens are hidden from the decoder. They must be: without, it learns to copy.
    """
    source = keras.Input((source_length,), dtype="int32")
    target = keras.Input((target_length,), dtype="int32")
    padding = create_padding_mask(source)
    causal = create_look_ahead_mask(target_length)
    seen = causal if look_ahead else ops.ones_like(causal)
    masks = {"enc_padding_mask": padding, "look_ahead_mask": seen, "dec_padding_mask": padding}
    probabilities, _ = model((source, target), **masks)
    return keras.Model([source, target], probabilities)


def masked_loss(answer: object, probabilities: object) -> object:
    """Mean cross-entropy, in nats, over the tokens of the answer (m, T) that are no padding."""
    losses = ops.cast(keras.losses.sparse_categorical_crossentropy(answer, probabilities), probabilities.dtype)
    counted = ops.cast(ops.not_equal(answer, 0), probabilities.dtype)
    return ops.sum(losses * counted) / ops.sum(counted)


def fit(
    network: keras.Model,
    source: np.ndarray,
    target: np.ndarray,
    answer: np.ndarray,
    *,
    epochs: int,
    batch_size: int = 64,
    learning_rate: float = 3e-3,
) -> list[float]:
    """Train what `trainable` gives, by Adam on a cosine schedule that rises first; mean loss of each epoch, in nats.

    Parameters
    ----------
    network : keras.Model
    source, target, answer : ndarray of int, shapes (m, S), (m, T) and (m, T)
        As `Task` makes them.
    epochs, batch_size : int
    learning_rate : float
        The peak, reached after a tenth of the steps.
    """
    steps = -(-len(source) // batch_size) * epochs
    compile_warmed_up(network, masked_loss, learning_rate, steps)
    return network.fit([source, target], answer, batch_size=batch_size, epochs=epochs, verbose=0).history["loss"]


def translations(model: Transformer, task: Task, texts: Texts) -> list[list[str]]:
    """What a trained model writes for texts of the source language, token after token."""
    start, end = task.target.encode([START, END])
    return task.decode_target(translate(model, task.encode_source(texts), start, task.target_length, end))
