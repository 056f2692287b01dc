"""Labels of words and labels of pieces; entities in a sequence of labels, and how many of them were found.

A label is "O", or "B-" or "I-" and a kind. An entity counts as found only with its kind and both its ends right (CoNLL
2003, Tjong Kim Sang and De Meulder).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from helpers.text.vocabulary import pad

IGNORED = -1  # the label of a piece that does not count: it goes on with a word, or is padding
OUTSIDE = "O"
Sentences = Sequence[Sequence[str]]


class Entity(NamedTuple):
    """Words start … end - 1 of a sentence, and what they name."""

    kind: str
    start: int
    end: int


class Score(NamedTuple):
    """How many entities there are, how many were proposed, and how many of those are right."""

    precision: float
    recall: float
    f1: float
    entities: int
    proposed: int
    right: int


def align_labels(labels: Sequence[int], pieces: Sequence[Sequence]) -> list[int]:
    """A label for each piece: the word's for its first piece, IGNORED for the others.

    Parameters
    ----------
    labels : the label of each word, ids
    pieces : the pieces of each word

    Raises
    ------
    ValueError
        There are other numbers of labels and words, or a word has no piece.
    """
    if len(labels) != len(pieces):
        raise ValueError(f"align_labels: {len(labels)} labels for {len(pieces)} words, expected one for each")
    if not all(pieces):
        raise ValueError("align_labels: a word has no piece, expected at least one")
    return [
        aligned for label, one in zip(labels, pieces, strict=True) for aligned in (label, *[IGNORED] * len(one[1:]))
    ]


def first_pieces(pieces: Sequence[Sequence]) -> list[int]:
    """Where the first piece of each word stands, which tells the word's label."""
    return np.cumsum([0, *map(len, pieces)])[:-1].tolist()


def pad_and_mask(
    ids: Sequence[Sequence[int]], labels: Sequence[Sequence[int]], length: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of one length: filled up on the right, or cut there.

    Parameters
    ----------
    ids : of the pieces of each sentence
    labels : of the same pieces
    length : T, at least 1

    Returns
    -------
    ids : int64 (m, T), 0 for padding
    labels : int64 (m, T), IGNORED for padding
    mask : float64 (m, T), 1 where a piece stands and 0 for padding

    Raises
    ------
    ValueError
        `length` is below 1, or a sentence is empty or has another number of labels than of pieces.
    """
    if length < 1:
        raise ValueError(f"pad_and_mask: length is {length}, expected 1 or more")
    for number, (one, its_labels) in enumerate(zip(ids, labels, strict=True)):
        if not len(one) or len(one) != len(its_labels):
            raise ValueError(f"pad_and_mask: sentence {number} has {len(one)} pieces and {len(its_labels)} labels")
    mask = np.arange(length) < np.array([len(one) for one in ids])[:, np.newaxis]
    return pad(ids, 0, length), pad(labels, IGNORED, length), mask.astype(np.float64)


def entities(labels: Sequence[str]) -> list[Entity]:
    """Entities of a sentence, in their order.

    One begins with a "B-", and also with an "I-" that follows none of its own kind; it ends before the next that does
    not go on with it.

    Raises
    ------
    ValueError
        A label is neither "O" nor "B-" or "I-" and a kind.
    """
    found: list[Entity] = []
    for place, label in enumerate(labels):
        begin, _, kind = label.partition("-")
        if label == OUTSIDE:
            continue
        if begin not in ("B", "I") or not kind:
            raise ValueError(f"entities: label {place} is {label!r}, expected O, or B- or I- and a kind")
        if begin == "I" and found and found[-1].end == place and found[-1].kind == kind:
            found[-1] = found[-1]._replace(end=place + 1)
        else:
            found.append(Entity(kind, place, place + 1))
    return found


def marked(words: Sequence[str], labels: Sequence[str]) -> str:
    """A sentence with its entities in brackets, each with its kind: "[Anna Bauer: person] smiled ."."""
    shown = list(words)
    for kind, start, end in entities(labels):
        shown[start] = f"[{shown[start]}"
        shown[end - 1] = f"{shown[end - 1]}: {kind}]"
    return " ".join(shown)


def score(entities: int, proposed: int, right: int) -> Score:
    """Precision right ÷ proposed, recall right ÷ entities, and F1 of both; 0 where the divisor is 0."""
    ratio = right / proposed if proposed else 0.0, right / entities if entities else 0.0
    f1 = 2 * right / (entities + proposed) if right else 0.0
    return Score(*ratio, f1, entities, proposed, right)


def entity_scores(true: Sentences, predicted: Sentences) -> dict[str, Score]:
    """Scores of each kind that occurs, by alphabet, then of "all" together (the micro average).

    Parameters
    ----------
    true, predicted : the labels of each sentence

    Raises
    ------
    ValueError
        There is no sentence, or a sentence has another number of predictions than of labels, or a label is none.
    """
    if not len(true) or len(true) != len(predicted):
        raise ValueError(
            f"entity_scores: {len(true)} labelled sentences, {len(predicted)} predicted; expected the same"
        )
    counts: Mapping[str, Counter] = {"entities": Counter(), "proposed": Counter(), "right": Counter()}
    for number, (wanted, given) in enumerate(zip(true, predicted, strict=True)):
        if len(wanted) != len(given):
            raise ValueError(f"entity_scores: sentence {number} has {len(wanted)} labels, {len(given)} predictions")
        parts = set(entities(wanted)), set(entities(given))
        for name, part in zip(counts, (*parts, parts[0] & parts[1]), strict=True):
            counts[name].update(entity.kind for entity in part)
    kinds = sorted(counts["entities"] | counts["proposed"])
    scores = {kind: score(*(counts[name][kind] for name in counts)) for kind in kinds}
    return scores | {"all": score(*(count.total() for count in counts.values()))}


def accuracy(true: Sentences, predicted: Sentences) -> float:
    """Share of words whose label is right.

    Raises
    ------
    ValueError
        There is no word.
    """
    right = [a == b for rows in zip(true, predicted, strict=True) for a, b in zip(*rows, strict=True)]
    if not right:
        raise ValueError("accuracy: there is no word")
    return sum(right) / len(right)


class MostFrequentLabel:
    """Each word gets the label that it had most often, words never met "O": what can be had without reading."""

    def __init__(self, words: Sentences, labels: Sentences) -> None:
        counts: dict[str, Counter] = {}
        for sentence, its_labels in zip(words, labels, strict=True):
            for word, label in zip(sentence, its_labels, strict=True):
                counts.setdefault(word, Counter())[label] += 1
        self.best = {word: max(sorted(count), key=count.get) for word, count in counts.items()}

    def predict(self, words: Sentences) -> list[list[str]]:
        """Labels for the words of each sentence."""
        return [[self.best.get(word, OUTSIDE) for word in sentence] for sentence in words]
