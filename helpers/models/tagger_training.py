"""How taggers learn: sentences as arrays of pieces, training, labels of words again; and the stored weights."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np

from helpers.datasets.conll import OUTSIDE, Annotated, label_names
from helpers.datasets.entities import KINDS, annotated_sentences, entity_sentences
from helpers.models.tagger import masked_loss, tagger
from helpers.models.training import compile_warmed_up, in_float32
from helpers.reproducibility import seed_everything
from helpers.text.pieces import SHAPES, learn_pieces, shape, word_pieces
from helpers.text.tagging import Sentences, accuracy, align_labels, entity_scores, first_pieces, pad_and_mask
from helpers.text.vocabulary import Vocabulary, pad


@dataclass(frozen=True)
class Encoded:
    """Sentences as a tagger reads them.

    Attributes
    ----------
    pieces, shapes, words, labels : ndarray of int64, shape (m, T)
        Ids of pieces and of shapes, and the place of a piece's word in its sentence from 1; 0 for padding. Labels are
        IGNORED for padding and for pieces that go on with a word.
    mask : ndarray of float64, shape (m, T)
        1 where a piece stands.
    first : list of lists of int
        Where the first piece of each word stands; T or more where it was cut off.
    """

    pieces: np.ndarray
    shapes: np.ndarray
    words: np.ndarray
    labels: np.ndarray
    mask: np.ndarray
    first: list[list[int]]

    @property
    def inputs(self) -> list[np.ndarray]:
        """What the network reads."""
        return [self.pieces, self.shapes, self.words]

    @property
    def cut(self) -> int:
        """How many words were cut off, over all sentences."""
        return sum(place >= self.pieces.shape[1] for places in self.first for place in places)


@dataclass(frozen=True)
class Tagging:
    """What turns sentences into arrays and probabilities into labels.

    Attributes
    ----------
    vocabulary : Vocabulary
        Of pieces, "<pad>" first.
    labels : tuple of str
        All labels; an id is a place.
    length : int
        T, the greatest number of pieces.
    """

    vocabulary: Vocabulary
    labels: tuple[str, ...]
    length: int

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """T, and how many pieces, shapes and labels there are: what `tagger` asks for first."""
        return self.length, len(self.vocabulary), len(SHAPES), len(self.labels)

    def encode(self, words: Sentences, labels: Sentences | None = None) -> Encoded:
        """Sentences as arrays; what does not fit into T pieces is cut off and counted by `Encoded.cut`.

        Raises
        ------
        ValueError
            A sentence is empty, has another number of labels than of words, or a label is unknown.
        """
        if not all(map(len, words)):
            raise ValueError("encode: a sentence is empty, expected at least one word")
        labels = [[OUTSIDE] * len(sentence) for sentence in words] if labels is None else labels
        pieces = [[word_pieces(word, self.vocabulary) for word in sentence] for sentence in words]
        aligned = [align_labels(self._ids(one), its) for one, its in zip(labels, pieces, strict=True)]
        ids = [self.vocabulary.encode(piece for word in sentence for piece in word) for sentence in pieces]
        padded, targets, mask = pad_and_mask(ids, aligned, self.length)
        places, shapes = zip(*map(_places_and_shapes, words, pieces), strict=True)
        extras = pad(shapes, 0, self.length), pad(places, 0, self.length)
        return Encoded(padded, *extras, targets, mask, [first_pieces(one) for one in pieces])

    def _ids(self, labels: Sequence[str]) -> list[int]:
        if unknown := set(labels) - set(self.labels):
            raise ValueError(f"encode: label {min(unknown)!r} is unknown, expected one of {', '.join(self.labels)}")
        return [self.labels.index(label) for label in labels]

    def decode(self, probabilities: np.ndarray, encoded: Encoded) -> list[list[str]]:
        """Label of each word: the most probable of its first piece, "O" for a word that was cut off."""
        best = np.argmax(probabilities, axis=-1)
        return [
            [self.labels[row[place]] if place < self.length else OUTSIDE for place in places]
            for row, places in zip(best, encoded.first, strict=True)
        ]


def _places_and_shapes(words: Sequence[str], pieces: Sequence[Sequence[str]]) -> tuple[list[int], list[int]]:
    """For each piece, the place of its word from 1, and the id of the word's shape."""
    pairs = [(i, SHAPES.index(shape(w))) for i, w in enumerate(words, start=1) for _ in pieces[i - 1]]
    return [place for place, _ in pairs], [form for _, form in pairs]


def tagging_of(words: Sentences, labels: Sequence[str], size: int, length: int) -> Tagging:
    """A task with these labels, and a vocabulary of `size` pieces that is learnt from the words."""
    return Tagging(learn_pieces((word for sentence in words for word in sentence), size), tuple(labels), length)


def fit(
    network: keras.Model,
    encoded: Encoded,
    loss: object = masked_loss,
    *,
    epochs: int,
    batch_size: int = 16,
    learning_rate: float = 3e-3,
    verbose: int = 0,
) -> list[float]:
    """Train by Adam on a cosine schedule that rises first; the mean loss of each epoch, in nats.

    Parameters
    ----------
    network : keras.Model
    encoded : Encoded
        With labels.
    loss : a function of labels (m, T) and probabilities (m, T, L)
    epochs, batch_size : int
    learning_rate : float
        The peak, reached after a tenth of the steps.
    verbose : int
        What `fit` prints: 0 nothing, 2 a line an epoch.
    """
    steps = -(-len(encoded.pieces) // batch_size) * epochs
    compile_warmed_up(network, loss, learning_rate, steps)
    options = {"batch_size": batch_size, "epochs": epochs, "verbose": verbose}
    return network.fit(encoded.inputs, encoded.labels, **options).history["loss"]


def predict(network: keras.Model, task: Tagging, words: Sentences) -> list[list[str]]:
    """Labels of the words of sentences."""
    encoded = task.encode(words)
    return task.decode(probabilities(network, encoded), encoded)


def probabilities(network: keras.Model, encoded: Encoded, batch_size: int = 200) -> np.ndarray:
    """What a network answers, (m, T, L); `network.predict` would warn where several networks take turns."""
    starts = range(0, len(encoded.pieces), batch_size)
    batches = ([part[start : start + batch_size] for part in encoded.inputs] for start in starts)
    return np.concatenate([network(batch, training=False).numpy() for batch in batches])


@dataclass(frozen=True)
class Training:
    """Everything that decides the stored weights but the sentences."""

    count: int = 16_000
    pieces: int = 500
    length: int = 40
    epochs: int = 5
    batch_size: int = 16
    learning_rate: float = 3e-3
    seed: int = 1


TRAINING = Training()
MORE, MORE_SEED = 4000, 999  # sentences on which chance weighs less


def entity_task(train: Annotated, training: Training = TRAINING) -> Tagging:
    """The task of the stored weights; `train` must be the sentences that they were trained on."""
    return tagging_of(train.words, label_names(KINDS), training.pieces, training.length)


def train_named_entities(data: Path | None = None, epochs: int | None = None) -> tuple[keras.Model, dict[str, object]]:
    """The network of weights `named_entities` and its card's facts; it makes its sentences, so `data` stays None."""
    if data is not None:
        raise ValueError(f"named_entities makes its own sentences, but data is {data}: leave it out")
    training = replace(TRAINING, epochs=epochs or TRAINING.epochs)
    parts = entity_sentences("entities", training.count)
    task = entity_task(parts["train"], training)
    with in_float32():
        seed_everything(training.seed)
        network = tagger(*task.sizes)
        steps = {"epochs": training.epochs, "batch_size": training.batch_size, "learning_rate": training.learning_rate}
        losses = fit(network, task.encode(parts["train"].words, parts["train"].labels), **steps, verbose=2)
        bare = tagger(*task.sizes)  # without what the optimizer remembers
        bare.set_weights(network.get_weights())
        accuracies = judge(bare, task, parts["test"])
    return bare, {
        "network": "pieces, shapes and places of 40 pieces, two encoder layers of four masked heads, 11 labels",
        "data": f"{training.count} sentences of helpers/datasets/entities.py, seed 0; test: its test part",
        "licence": "MIT, like the workbook",
        "recipe": asdict(training),
        "losses": [round(loss, 4) for loss in losses],
        "accuracy": accuracies,
    }


def judge(network: keras.Model, task: Tagging, test: Annotated) -> dict[str, object]:
    """F1 of each kind and of all on the test, accuracy over words, F1 on more sentences like it and of another hand."""
    found = predict(network, task, test.words)
    further = (annotated_sentences(MORE, MORE_SEED, templates, "test") for templates in ("test", "elsewhere"))
    more, elsewhere = (entity_scores(one.labels, predict(network, task, one.words))["all"].f1 for one in further)
    return {
        "entity F1": {kind: round(one.f1, 4) for kind, one in entity_scores(test.labels, found).items()},
        "word accuracy": round(accuracy(test.labels, found), 4),
        f"entity F1 on {MORE} more test sentences": round(more, 4),
        f"entity F1 on {MORE} sentences of another hand": round(elsewhere, 4),
    }
