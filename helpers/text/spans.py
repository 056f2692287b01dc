"""Answers as spans of a text: tokens with their places, the best span of scores, and SQuAD's exact match and F1.

The measures are those of SQuAD's official evaluation (Rajpurkar et al., 2016; for questions without answer, 2018).
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

_TOKEN = re.compile(r"\w+|[^\w\s]")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def tokenize_with_offsets(text: str) -> tuple[list[str], np.ndarray]:
    """Lower-case words and punctuation marks of a text, and where each stands in it.

    Unlike `vocabulary.tokenize` it cuts at apostrophes: the answer may be what stands before one.

    Returns
    -------
    tokens : list of n str
    offsets : ndarray of int, shape (n, 2)
        The first character of each token, and the one after its last.
    """
    found = list(_TOKEN.finditer(text))
    return [match[0].lower() for match in found], np.array([match.span() for match in found], int).reshape(-1, 2)


def token_span(offsets: np.ndarray, start: int, end: int) -> tuple[int, int]:
    """The first and the last token that share a character with `start` … `end` − 1.

    Parameters
    ----------
    offsets : ndarray, shape (n, 2)
        As `tokenize_with_offsets` gives them.
    start, end : int

    Raises
    ------
    ValueError
        No token does.
    """
    inside = np.flatnonzero((offsets[:, 1] > start) & (offsets[:, 0] < end))
    if not len(inside):
        raise ValueError(f"token_span: no token lies in the characters {start} to {end}")
    return int(inside[0]), int(inside[-1])


def span_text(text: str, offsets: np.ndarray, first: int, last: int) -> str:
    """The characters from token `first` to token `last`, as they stand in the text."""
    return text[offsets[first, 0] : offsets[last, 1]]


def normalize_answer(text: str) -> str:
    """Lower case, no ASCII punctuation, no article, single spaces: "The U.S.  Army" → "us army"."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def exact_match(prediction: str, references: Sequence[str]) -> float:
    """1.0 where an answer equals one of its references after normalization, else 0.0.

    A question without references has no answer: then the empty text is right.
    """
    return _best(lambda predicted, right: float(predicted == right), prediction, references)


def token_f1(prediction: str, references: Sequence[str]) -> float:
    """F1 = 2 P R / (P + R) of the words that an answer shares with its reference; the best of several references.

    P and R are shares of the answer's and of the reference's words, each counted as often as it occurs in both. Where
    either is empty after normalization, 1.0 if both are, as in SQuAD 2.0.
    """
    return _best(_overlap, prediction, references)


def _best(measure: Callable[[str, str], float], prediction: str, references: Sequence[str]) -> float:
    if isinstance(references, str):
        raise ValueError(f"references is the text {references[:20]!r}, expected a list of texts")
    predicted = normalize_answer(prediction)
    return max(measure(predicted, normalize_answer(reference)) for reference in references or ("",))


def _overlap(predicted: str, right: str) -> float:
    ours, theirs = Counter(predicted.split()), Counter(right.split())
    if not ours or not theirs:
        return float(ours == theirs)
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())


def best_span(
    start_scores: np.ndarray, end_scores: np.ndarray, maximum_length: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The spans (s, e), s ≤ e < s + maximum_length, of which start_scores[s] + end_scores[e] is largest.

    Of equally good ones the first: smallest s, then smallest e. Positions that may not be chosen have the score −inf.

    Parameters
    ----------
    start_scores, end_scores : ndarray, shapes (…, T)
        Logarithms of probabilities, or logits.
    maximum_length : int, optional
        In tokens.

    Returns
    -------
    first, last : ndarrays of int, shape (…)

    Raises
    ------
    ValueError
        The shapes differ, there is no position, or the length is below 1.
    """
    start, end = np.asarray(start_scores), np.asarray(end_scores)
    if start.shape != end.shape or not start.ndim or not start.shape[-1]:
        raise ValueError(f"best_span: shapes {start.shape} and {end.shape}, expected the same (…, T), T at least 1")
    length = start.shape[-1]
    if maximum_length is not None and maximum_length < 1:
        raise ValueError(f"best_span: maximum_length is {maximum_length}, expected 1 or more")
    reach = length if maximum_length is None else maximum_length
    allowed = np.triu(np.ones((length, length), bool)) & np.tril(np.ones((length, length), bool), reach - 1)
    scores = np.where(allowed, start[..., :, None] + end[..., None, :], -np.inf)
    best = scores.reshape(*start.shape[:-1], -1).argmax(axis=-1)
    return best // length, best % length
