"""Exercises of course 5, week 4: named entities. The network is compared with its computation in NumPy."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from helpers.checks import named_entity_variants as variants
from helpers.checks import tagger_network
from helpers.checks.encoder_networks import EncoderLesson
from helpers.checks.engine import Case, Mistake, case
from helpers.checks.tagger_network import cased_masks, label, run_network
from helpers.text import pieces as text_pieces
from helpers.text import tagging
from helpers.text.tagging import IGNORED

lesson = EncoderLesson("Named entities", {"tagger": run_network}, {"head_masks", "masked_loss"})
check = lesson.check

_LABELS = {
    "two entities": "O B-person I-person O B-place O",
    "two of one kind side by side": "B-place B-place I-place O",
    "an I- that begins an entity": "O I-work I-work O I-person",
    "an I- of another kind": "B-person I-place I-place O",
    "a hole in the middle": "B-work I-work O I-work",
    "an entity at the end": "O O B-date I-date",
    "none": "O O O",
}


def _span_cases(rng: np.random.Generator) -> Iterator[Case]:
    for what, labels in _LABELS.items():
        yield case(labels.split(), label=what)
    yield case([], label="no label at all")


@lesson.exercise(
    _span_cases,
    Mistake("an I- that follows none of its kind begins an entity", partial(variants.spans, only_b=True)),
    Mistake("an entity goes on only where the word just before belongs to it", partial(variants.spans, hole=True)),
    Mistake("end is the place after the last word", partial(variants.spans, last=1)),
    Mistake("an entity may end with the sentence", partial(variants.spans, cut=True)),
    Mistake(
        "a B- always begins an entity, also right after one of its kind",
        lambda labels: variants.spans([one.replace("B-", "I-") for one in labels]),
    ),
)
def entity_spans(labels: Sequence[str]) -> list[tuple[str, int, int]]:
    """(kind, start, end) of each entity, the end exclusive."""
    return [tuple(one) for one in tagging.entities(labels)]


_A, _B, _C, _D = ("person", 0, 2), ("place", 4, 5), ("person", 0, 1), ("work", 3, 6)


def _score_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case([[_A, _B], [_C]], [[_A], [_C, _D]], label="2 of 3 found, one proposed too many")
    yield case([[_A, _B, _D]], [[_C, _B]], label="a person of whom half was found")
    yield case([[_A], []], [[], [_A]], label="the right entity in the wrong sentence")
    yield case([[_A], [_B]], [[], []], label="nothing proposed")
    yield case([[], []], [[_A], []], label="nothing to find")
    yield case([[_A], [_A], [_B, _D]], [[_A], [_A], [("work", 4, 5)]], label="the same entity in two sentences")


def _swapped(true, predicted):
    precision, recall, f1 = precision_recall_f1(true, predicted)
    return recall, precision, f1


def _mean_of_both(true, predicted):
    precision, recall, _ = precision_recall_f1(true, predicted)
    return precision, recall, (precision + recall) / 2


@lesson.exercise(
    _score_cases,
    Mistake("precision divides by what was proposed, recall by what there is", _swapped),
    Mistake("F1 is the harmonic mean, 2 · P · R / (P + R)", _mean_of_both),
    Mistake("an entity is right only in its own sentence: compare those", partial(variants.rates, pool=True)),
    Mistake("both ends must be right: half an entity is none", partial(variants.rates, touch=True)),
    Mistake("the kind must be right too", partial(variants.rates, places=True)),
    Mistake("add the counts up over all sentences, then divide once", partial(variants.rates, mean=True)),
)
def precision_recall_f1(true: Sequence[list], predicted: Sequence[list]) -> tuple[float, float, float]:
    """Precision, recall and F1 of entities over all sentences; 0 where the divisor is 0."""
    right = sum(len({*a} & {*b}) for a, b in zip(true, predicted, strict=True))
    return tagging.score(sum(map(len, true)), sum(map(len, predicted)), right)[:3]


_VOCABULARY = frozenset((*"abelnoprs", *(f"##{one}" for one in "abeilnors"), "par", "##is", "##lin", "##ol", "ro"))
_VOCABULARY |= {"ros", "rose", "##es"}


def _piece_cases(rng: np.random.Generator) -> Iterator[Case]:
    for word in ("Paris", "rose", "Roses", "ROLIN", "a", "Paros", "parx", "xo", "Berlin"):
        yield case(word, _VOCABULARY, label=repr(word))
    yield case("lol", {"l", "##o", "##l", "##ol"}, label="'lol' and another vocabulary")


@lesson.exercise(
    _piece_cases,
    Mistake("the vocabulary is lower-case: word.lower()", partial(variants.pieces, lower=False)),
    Mistake("the longest piece that fits, not the shortest", partial(variants.pieces, ends="shortest")),
    Mistake("a piece that goes on with a word begins with ##", partial(variants.pieces, mark="")),
    Mistake("where no piece fits, the whole word is ['<unk>']", partial(variants.pieces, unknown="each")),
)
def word_pieces(word: str, vocabulary: Collection[str]) -> list[str]:
    """Longest matching pieces from left to right, or ["<unk>"]."""
    return text_pieces.word_pieces(word, vocabulary)


def _align_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case([0, 3, 4], [["in"], ["par", "##is"], ["x"]], label="3 words, one of 2 pieces")
    yield case([5, 0, 6], [["a", "##b", "##c"], ["d"], ["e", "##f"]], label="3 words of 3, 1 and 2 pieces")
    yield case([2], [["<unk>"]], label="one word of one piece")


@lesson.exercise(
    _align_cases,
    Mistake("only the first piece has the label: the others get -1", partial(variants.aligned, rest=int)),
    Mistake(
        "0 is a label like any other (O): pieces that do not count get -1",
        partial(variants.aligned, rest=lambda _: 0),
    ),
    Mistake("the first piece of a word has its label, not the last", partial(variants.aligned, last=True)),
    Mistake("a label for each piece, not for each word", lambda labels, pieces: list(labels)),
)
def align_labels(labels: Sequence[int], pieces: Sequence[list[str]]) -> list[int]:
    """The word's label for its first piece, -1 for the others."""
    return tagging.align_labels(labels, pieces)


def _padding_cases(rng: np.random.Generator) -> Iterator[Case]:
    ids, labels = [[7, 8, 9], [4], [5, 6, 7, 8, 9, 3]], [[0, 2, -1], [3], [1, -1, -1, 0, 0, 5]]
    yield case(ids, labels, 4, label="3 sentences and length 4, which one exceeds")
    yield case(ids, labels, 6, label="3 sentences and length 6")
    yield case(ids[:1], labels[:1], 3, label="a sentence that just fits")
    yield case(ids[:1], labels[:1], 5, label="one sentence and length 5")


@lesson.exercise(
    _padding_cases,
    Mistake("the label of padding is -1: 0 is O", partial(variants.padded, fill=0)),
    Mistake("padding stands on the right", partial(variants.padded, left=True)),
    Mistake("the mask is 1 where a piece stands, 0 for padding", partial(variants.padded, turned=True)),
    Mistake("a sentence that is too long keeps its beginning", partial(variants.padded, tail=True)),
    Mistake("the mask marks pieces, also those whose label does not count", partial(variants.padded, count=True)),
)
def pad_and_mask(
    ids: Sequence[list[int]], labels: Sequence[list[int]], length: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ids padded with 0, labels with -1, and the mask, (m, length) each."""
    return tagging.pad_and_mask(ids, labels, length)


def _head_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(tagger_network.WORDS, label="2 sentences of 5 and 3 words")
    yield case(np.array([[1, 1, 1, 0]]), label="a single word of three pieces")
    yield case(np.array([[1, 2, 3]]), label="three words of one piece")


@lesson.exercise(
    _head_cases,
    Mistake("nobody looks at padding, where words is 0", partial(tagger_network.head_masks, padding=False)),
    Mistake("where nothing is to be seen, a piece sees itself", partial(tagger_network.head_masks, itself=False)),
    Mistake(
        "rows look, columns are looked at",
        partial(tagger_network.head_masks, turned=True),
    ),
    Mistake("the axis of the heads comes second", lambda words: np.moveaxis(head_masks(words), 1, 0)),
)
def head_masks(words: np.ndarray) -> np.ndarray:
    """Masks (m, 4, T, T): the word before, the word after, all before, all after."""
    return tagger_network.head_masks(np.asarray(words))


def _tagger_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(6, 9, 5, 7, cased_masks, 0, 4, 6, label="no layer")
    yield case(5, 12, 6, 3, cased_masks, 1, 8, label="1 layer, embedding_dim 8")
    yield case(6, 9, 5, 7, cased_masks, 2, 4, 6, 0.3, label="2 layers, embedding_dim 4")
    yield case(6, 10, 5, 4, cased_masks, label="the default sizes")


@lesson.exercise(
    _tagger_cases,
    Mistake("add the vectors of the shapes", partial(label, shaped=False)),
    Mistake("multiply by √embedding_dim, so that places do not drown the pieces", partial(label, scale=False)),
    Mistake("add the encoding of the positions", partial(label, encode=False)),
    Mistake("hand masks(words) to each layer", partial(label, masked=False)),
    Mistake("x goes through every layer, one after the other", partial(label, used=1)),
    Mistake("a softmax turns the scores into probabilities", partial(label, last=False)),
    Mistake("hand dropout_rate to each layer", partial(label, rate=0.1)),
)
def tagger(
    length: int,
    n_pieces: int,
    n_shapes: int,
    n_labels: int,
    masks: Callable,
    num_layers: int = 2,
    embedding_dim: int = 32,
    fully_connected_dim: int = 64,
    dropout_rate: float = 0.1,
) -> Any:
    """Pieces, shapes and places of words → probabilities of the labels."""
    sizes = num_layers, embedding_dim, fully_connected_dim, dropout_rate
    return label(length, n_pieces, n_shapes, n_labels, masks, *sizes)


def _loss_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m, T, L in ((2, 4, 3), (3, 6, 5)):
        probabilities = rng.dirichlet(np.ones(L) * 2, (m, T))
        labels = rng.integers(0, L, (m, T))
        labels[0, 1:], labels[1, -1] = IGNORED, IGNORED
        yield case(labels, probabilities, label=f"{m} sentences of {T} pieces, {L} labels")
    yield case(np.array([[1, 0]]), np.array([[[0.3, 0.7], [0.9, 0.1]]]), label="pieces that all count")


def _counted(labels, probabilities):
    return np.prod(variants.losses(labels, probabilities), axis=0)


def _rowwise(labels, probabilities):
    each, counted = variants.losses(labels, probabilities)
    return np.mean((each * counted).sum(axis=1) / counted.sum(axis=1))


@lesson.exercise(
    _loss_cases,
    Mistake("leave out pieces whose label is -1", lambda a, b: np.mean(variants.losses(a, b)[0])),
    Mistake(
        "divide by the number of pieces that count, not by all",
        lambda a, b: np.mean(_counted(a, b)),
    ),
    Mistake("a mean, not a sum", lambda a, b: np.sum(_counted(a, b))),
    Mistake("one mean over all pieces that count, not a mean of the means of sentences", _rowwise),
)
def masked_loss(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Mean -ln p of the right label over the pieces whose label is not -1."""
    each, counted = variants.losses(np.asarray(labels), np.asarray(probabilities))
    return np.mean(each[counted])
