"""How good a translation is: exact match, and BLEU."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Tokens = Sequence[str]


class Bleu(NamedTuple):
    """BLEU and what it is made of.

    Attributes
    ----------
    score : float
        0 to 1.
    precisions : tuple of float
        Modified n-gram precisions, n = 1, 2, …
    brevity_penalty : float
        1 where candidates are at least as long as their references, else e^(1 − r / c).
    """

    score: float
    precisions: tuple[float, ...]
    brevity_penalty: float


def ngrams(tokens: Tokens, n: int) -> Counter:
    """How often each n-gram, a tuple of n neighbours, occurs.

    Raises
    ------
    ValueError
        n is below 1.
    """
    if n < 1:
        raise ValueError(f"ngrams: n is {n}, expected 1 or more")
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def clipped_matches(candidate: Tokens, references: Sequence[Tokens], n: int) -> tuple[int, int]:
    """n-grams of a candidate that count as right, and all: each at most as often as in any single reference."""
    counts, most = ngrams(candidate, n), Counter()
    for reference in references:
        most |= ngrams(reference, n)
    return sum((counts & most).values()), sum(counts.values())


def bleu(candidates: Sequence[Tokens], references: Sequence[Sequence[Tokens]], max_n: int = 4) -> Bleu:
    """BLEU of a corpus: BP · exp(mean of ln p_n), n = 1 … max_n (Papineni, Roukos, Ward and Zhu, 2002).

    p_n = clipped matches ÷ n-grams, both summed over all candidates; r, for each candidate, is the length of the
    reference nearest to it, of two equally near the shorter. Without smoothing: where a p_n is 0, so is BLEU.

    Parameters
    ----------
    candidates : m lists of tokens
    references : for each candidate, one or more lists of tokens
    max_n : longest n-gram

    Returns
    -------
    Bleu

    Raises
    ------
    ValueError
        There is no candidate, not as many lists of references, or a candidate without a reference.
    """
    if not candidates or len(candidates) != len(references) or not all(references) or max_n < 1:
        came = f"{len(candidates)} candidates, {len(references)} lists of references, max_n {max_n}"
        raise ValueError(f"bleu: {came}; expected as many, at least one, with at least one reference each")
    pairs = list(zip(candidates, references, strict=True))
    matches = np.array([[clipped_matches(*pair, n) for pair in pairs] for n in range(1, max_n + 1)]).sum(axis=1)
    precisions = matches[:, 0] / np.maximum(matches[:, 1], 1)
    lengths = sum(len(candidate) for candidate in candidates)
    nearest = sum(min((abs(len(r) - len(c)), len(r)) for r in refs)[1] for c, refs in pairs)
    penalty = 1.0 if lengths >= nearest else float(np.exp(1 - nearest / lengths)) if lengths else 0.0
    with np.errstate(divide="ignore"):
        score = float(penalty * np.exp(np.log(precisions).mean()))
    return Bleu(score, tuple(precisions.tolist()), penalty)


def exact_match(candidates: Sequence, references: Sequence) -> float:
    """Share of candidates that equal their reference in every symbol: lists of strings, or rows of ids.

    Raises
    ------
    ValueError
        There is none, or not as many of both.
    """
    if not len(candidates) or len(candidates) != len(references):
        came = f"{len(candidates)} candidates and {len(references)} references"
        raise ValueError(f"exact_match: {came}, expected as many, at least one")
    return float(np.mean([np.array_equal(*pair) for pair in zip(candidates, references, strict=True)]))
