"""Exercises of course 5, week 4: question answering. The network is compared with its computation in NumPy."""

import functools
import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from helpers.checks.encoder_networks import EncoderLesson
from helpers.checks.engine import Case, Mistake, case
from helpers.checks.reader_network import read, run_network, span_softmax
from helpers.datasets.stories import story_questions
from helpers.text import spans

lesson = EncoderLesson("Question answering", {"reader": run_network}, {"span_probabilities"})
check = lesson.check


def _story_cases(rng: np.random.Generator) -> Iterator[Case]:
    for q in story_questions(6, seed=5):
        story = {"sentences": q.context, "question": q.question, "answer": q.references[0]}
        yield case(story, label=f"a question of the kind '{q.kind}'")
    twice = {"sentences": "Anna went to the attic. Emil went to the attic.", "question": "", "answer": "the attic"}
    yield case(twice, label="an answer of two words that stands twice")


def _where(story: Mapping[str, str], find: Callable = str.find, last: int = 0) -> dict[str, int]:
    start = find(story["sentences"], story["answer"])
    return {"str_idx": start, "end_idx": start + len(story["answer"]) - last}


def _in_words(story: Mapping[str, str]) -> dict[str, int]:
    before = story["sentences"][: _where(story)["str_idx"]].split()
    return {"str_idx": len(before), "end_idx": len(before) + len(story["answer"].split())}


@lesson.exercise(
    _story_cases,
    Mistake("the first occurrence: str.find, not str.rfind", functools.partial(_where, find=str.rfind)),
    Mistake("end_idx is one past the last character of the answer", functools.partial(_where, last=1)),
    Mistake("count characters, not words", _in_words),
)
def get_start_end_idx(story: Mapping[str, str]) -> dict[str, int]:
    """Where the answer first occurs in the sentences: its first character, and the one after its last."""
    return _where(story)


_TEXT = "Ada's mother, Lady Byron, paid £1,200 in Izmir."


def _offset_cases(rng: np.random.Generator) -> Iterator[Case]:
    _, offsets = spans.tokenize_with_offsets(_TEXT)
    for answer in ("mother", "Lady Byron", "£1,200", "Ada", "200 in", "yron, pa", "."):
        start = _TEXT.index(answer)
        yield case(offsets, start, start + len(answer), label=f"{answer!r} in {_TEXT!r}")


def _span(offsets: np.ndarray, start: int, end: int, *, grow: int = 0, whole: bool = False) -> tuple[int, int]:
    before, after = (0, 1) if whole else (1, 0)
    inside = (offsets[:, before] >= start + (not whole)) & (offsets[:, after] <= end - (not whole))
    found = np.flatnonzero(inside) if inside.any() else np.array([0])
    return int(found[0]), int(found[-1]) + grow


@lesson.exercise(
    _offset_cases,
    Mistake("last is the last token of the answer itself, not the one after it", functools.partial(_span, grow=1)),
    Mistake("a token of which only a part lies in the span belongs to it", functools.partial(_span, whole=True)),
    Mistake(
        "end is one past the answer: a token that begins there is not of it",
        lambda offsets, start, end: _span(offsets, start, end + 1),
    ),
    Mistake(
        "a token that ends where the answer starts is not of it: its end is one past its last character",
        lambda offsets, start, end: _span(offsets, start - 1, end),
    ),
)
def token_span(offsets: np.ndarray, start: int, end: int) -> tuple[int, int]:
    """First and last token that share a character with start … end − 1."""
    return spans.token_span(offsets, start, end)


def _text_cases(rng: np.random.Generator) -> Iterator[Case]:
    for text in (
        "The Kitchen.",
        "the U.S. Army",
        "A theatre\tin  another town",
        "an owl and a cat",
        "well-known",
        "an",
        "(1,200)",
    ):
        yield case(text, label=repr(text))


def _normal(text: str, *, lower=True, mark="", article=r"\b(a|an|the)\b", gap=" ", joined=True) -> str:
    text = text.lower() if lower else text
    text = "".join(mark if c in string.punctuation else c for c in text)
    text = re.sub(article, gap, text)
    return " ".join(text.split()) if joined else text


def _normal_mistake(**changed: Any) -> Callable:
    return lambda text: _normal(text, **changed)


@lesson.exercise(
    _text_cases,
    Mistake("lower case first", _normal_mistake(lower=False)),
    Mistake("punctuation vanishes, without a space in its place", _normal_mistake(mark=" ")),
    Mistake("articles go only as whole words: theatre stays", _normal_mistake(article="(an|a|the)", gap="")),
    Mistake("articles are to go: a, an, the", _normal_mistake(article="(?!)")),
    Mistake("single spaces, none at the ends: split and join", _normal_mistake(joined=False)),
)
def normalize_answer(text: str) -> str:
    """Lower case, no ASCII punctuation, no articles, single spaces."""
    return spans.normalize_answer(text)


def _answer_cases(rng: np.random.Generator) -> Iterator[Case]:
    for prediction, references in (
        ("the Kitchen", ["kitchen."]),
        ("kitchen and attic", ["kitchen"]),
        ("old stone bridge", ["stone bridge over the Rhine"]),
        ("old stone bridge", ["bridge", "the stone bridge"]),
        ("stone bridge", ["old bridge", "Stone bridge.", "bridge"]),
        ("stone bridge", ["the stone bridge", "bridge"]),
        ("red red rose", ["red rose red wine"]),
        ("attic", ["cellar", "garden"]),
        ("the", ["cellar"]),
    ):
        yield case(prediction, references, label=f"{prediction!r} for {references}")


def _over(combine: Callable, measure: Callable, normal: Callable = spans.normalize_answer) -> Callable:
    """A measure of two texts, over several references."""
    return lambda prediction, references: float(combine([measure(normal(prediction), normal(r)) for r in references]))


def _equal(a: str, b: str) -> float:
    return float(a == b)


@lesson.exercise(
    _answer_cases,
    Mistake("normalize both texts before you compare", _over(max, _equal, str)),
    Mistake("one right reference is enough: the best of all, not the first", _over(lambda s: s[0], _equal)),
    Mistake("one right reference is enough: the best of all, not their mean", _over(np.mean, _equal)),
    Mistake("one right reference is enough: it need not match all", _over(min, _equal)),
    Mistake("the whole answer must be equal: a part of it is no match", _over(max, lambda a, b: float(b in a))),
)
def exact_match(prediction: str, references: Sequence[str]) -> float:
    """1.0 where the prediction equals a reference after normalization, else 0.0."""
    return spans.exact_match(prediction, references)


def _words(a: str, b: str, *, beta: str = "f1", collect: Callable = list) -> float:
    ours, theirs = collect(a.split()), collect(b.split())
    common = sum(min(list(ours).count(word), list(theirs).count(word)) for word in {*ours} & {*theirs})
    sizes = {"f1": (len(ours) + len(theirs)) / 2, "precision": len(ours), "recall": len(theirs), "half": common or 1}
    return common / sizes[beta] if beta != "half" else common / (len(ours) + len(theirs))


@lesson.exercise(
    _answer_cases,
    Mistake(
        "F1 is the harmonic mean: this is the precision alone", _over(max, functools.partial(_words, beta="precision"))
    ),
    Mistake("F1 is the harmonic mean: this is the recall alone", _over(max, functools.partial(_words, beta="recall"))),
    Mistake("2 P R / (P + R): the 2 is missing", _over(max, functools.partial(_words, beta="half"))),
    Mistake(
        "a word counts as often as it occurs in both: counts, not sets",
        _over(max, functools.partial(_words, collect=set)),
    ),
    Mistake("the best of the references counts, not the first", _over(lambda s: s[0], _words)),
    Mistake("the best of the references counts, not their mean", _over(np.mean, _words)),
    Mistake("normalize both texts before you split them", _over(max, _words, str)),
)
def token_f1(prediction: str, references: Sequence[str]) -> float:
    """2 P R / (P + R) over the words of both, the best of the references; 0.0 where no word is shared."""
    return spans.token_f1(prediction, references)


def _score_cases(rng: np.random.Generator) -> Iterator[Case]:
    for T, masked, longest in ((6, 2, 6), (9, 3, 2), (9, 0, 4), (12, 5, 1), (12, 4, 3), (3, 2, 3)):
        allowed = np.arange(T) >= masked
        scores = rng.standard_normal((2, T)) + np.where(allowed, 0, 2)
        yield case(*scores, allowed, longest, label=f"{T} tokens, {masked} of the question, spans up to {longest}")
    start, end = np.array([3, 0.1, 0.2, 0.3, 0, 0.4]), np.array([0.5, 0.2, 1, 0.1, 0, 3])
    yield case(start, end, np.ones(6, bool), 2, label="the best start and the best end far apart")
    start, end = np.array([0.0, 0.1, 2.0, 0.3]), np.array([0.0, 1.5, 0.2, 0.4])
    yield case(start, end, np.ones(4, bool), 4, label="an end that is likeliest before the likeliest start")


def _best(start: np.ndarray, end: np.ndarray, allowed: np.ndarray, longest: int, **changed: bool) -> tuple[int, int]:
    if not changed.get("hide", True):
        allowed = np.ones(len(start), bool)
    start, end = np.where(allowed, start, -np.inf), np.where(allowed, end, -np.inf)
    if changed.get("apart"):
        return int(start.argmax()), int(end.argmax())
    if changed.get("greedy"):
        first = int(start.argmax())
        return first, first + int(end[first : first + longest].argmax())
    first, last = spans.best_span(start, end, None if changed.get("endless") else longest + changed.get("longer", 0))
    return int(first), int(last)


def _best_mistake(**changed: Any) -> Callable:
    return lambda start_scores, end_scores, allowed, maximum_length: _best(
        start_scores, end_scores, allowed, maximum_length, **changed
    )


@lesson.exercise(
    _score_cases,
    Mistake("the two are chosen together: the end may not come before the start", _best_mistake(apart=True)),
    Mistake("the best start may have no good end: compare sums over all pairs", _best_mistake(greedy=True)),
    Mistake("positions of the question are not allowed: give them −∞", _best_mistake(hide=False)),
    Mistake("a span has at most maximum_length tokens", _best_mistake(endless=True)),
    Mistake("a span from s to e has e − s + 1 tokens", _best_mistake(longer=1)),
)
def best_span(
    start_scores: np.ndarray, end_scores: np.ndarray, allowed: np.ndarray, maximum_length: int
) -> tuple[int, int]:
    """The allowed s ≤ e, at most maximum_length tokens, with the largest sum of scores."""
    return _best(start_scores, end_scores, allowed, maximum_length)


def _logit_cases(rng: np.random.Generator) -> Iterator[Case]:
    segments = np.array([[0, 0, 0, 1, 1, 2, 0], [0, 0, 2, 1, 1, 1, 1]])
    yield case(rng.standard_normal((2, 7, 2)), segments, label="2 questions, 7 tokens")
    yield case(5 * rng.standard_normal((1, 7, 2)), segments[:1], label="1 question")


@lesson.exercise(
    _logit_cases,
    Mistake("the answer stands in the text: hide segment 0", functools.partial(span_softmax, hide=False)),
    Mistake("segments 1 and 2 are both text", functools.partial(span_softmax, text=(1,))),
    Mistake("the softmax runs over the positions, not over begin and end", functools.partial(span_softmax, axis=-1)),
    Mistake("first the begin, then the end", lambda logits, segments: span_softmax(logits, segments)[::-1]),
)
def span_probabilities(logits: Any, segments: Any) -> tuple[np.ndarray, np.ndarray]:
    """Softmax over the positions of the text, of each of the two logits."""
    return span_softmax(logits, segments)


def _network_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(7, 6, 1, 8, 1, 5, label="1 layer, embedding_dim 8")
    yield case(9, 6, 2, 4, 2, 6, label="2 layers, embedding_dim 4")
    yield case(11, 6, label="the sizes of the defaults")


def _network_mistake(**changed: Any) -> Callable:
    return lambda vocabulary_size, length, num_layers=3, embedding_dim=48, num_heads=2, fully_connected_dim=96: read(
        vocabulary_size, length, num_layers, embedding_dim, num_heads, fully_connected_dim, **changed
    )


@lesson.exercise(
    _network_cases,
    Mistake("scale the vectors of the tokens by √embedding_dim", _network_mistake(scale=False)),
    Mistake("add the encoding of the positions", _network_mistake(encode=False)),
    Mistake("add the vectors of the segments", _network_mistake(mark=False)),
    Mistake("hand the padding mask to each layer", _network_mistake(masked=False)),
    Mistake("x goes through every layer, one after the other", _network_mistake(used=1)),
    Mistake("the last step is span_probabilities", _network_mistake(last=False)),
)
def reader(
    vocabulary_size: int,
    length: int,
    num_layers: int = 3,
    embedding_dim: int = 48,
    num_heads: int = 2,
    fully_connected_dim: int = 96,
) -> dict[str, Any]:
    """Embeddings, encoder layers, two logits a position, softmax over the text."""
    return read(vocabulary_size, length, num_layers, embedding_dim, num_heads, fully_connected_dim)
