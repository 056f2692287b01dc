"""How a model that gives the next symbol's probabilities writes a whole sequence: greedily, or by beam search."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

State = tuple[np.ndarray, ...]
Step = Callable[[np.ndarray, State], tuple[np.ndarray, State]]


class Hypothesis(NamedTuple):
    """A sequence that beam search found.

    Attributes
    ----------
    symbols : tuple of int
        Without the start, with the end symbol if it was reached.
    log_probability : float
        Sum of ln p of its symbols.
    score : float
        The same divided by the length penalty: what hypotheses are ranked by.
    """

    symbols: tuple[int, ...]
    log_probability: float
    score: float


def greedy_decode(step: Step, state: State, length: int, start: int) -> tuple[np.ndarray, np.ndarray]:
    """The most probable symbol at each step, fed back, for m sequences side by side.

    Parameters
    ----------
    step : takes the symbols before, ints (m,), and the state; returns ln p (m, V) and the next state
    state : arrays whose first axis is m
    length : T, symbols to write
    start : the id that stands before the first

    Returns
    -------
    symbols : int64 (m, T)
    log_probabilities : float64 (m,), the sum of ln p of each sequence

    Raises
    ------
    ValueError
        `length` is below 1, or the state empty.
    """
    _require("greedy_decode", state, length)
    m = len(state[0])
    symbols = np.full((m, length + 1), start, dtype=np.int64)
    total = np.zeros(m)
    for t in range(length):
        log_p, state = step(symbols[:, t], state)
        symbols[:, t + 1] = np.argmax(log_p, axis=1)
        total += np.max(log_p, axis=1)
    return symbols[:, 1:], total


def beam_search(
    step: Step,
    state: State,
    length: int,
    start: int,
    width: int = 3,
    end: int | None = None,
    alpha: float = 0.0,
) -> list[Hypothesis]:
    """The best hypotheses found when `width` of them are kept at every step, best first.

    A hypothesis is finished when it wrote the end symbol or `length` symbols; finished ones are kept beside the beam,
    and the search ends when `length` is reached or nothing is left open. Score: ln P(y) / T^α, with T symbols (α = 0:
    none; α = 1: the mean; 0.7 is the taught value), applied only to finished ones.

    Parameters
    ----------
    step, start : as for `greedy_decode`
    state : arrays whose first axis is 1: one source sequence
    length : at most so many symbols
    width : B, hypotheses kept open at each step; 1 is greedy
    end : the id that ends a sequence, or None where all have `length` symbols
    alpha : exponent of the length

    Returns
    -------
    list of Hypothesis
        The finished ones, `width` at most.

    Raises
    ------
    ValueError
        `length` or `width` is below 1, `alpha` negative, or the state is not that of one sequence.
    """
    _require("beam_search", state, length)
    if width < 1 or alpha < 0 or len(state[0]) != 1:
        came = f"width is {width}, alpha {alpha}, sequences in the state {len(state[0])}"
        raise ValueError(f"beam_search: {came}; expected 1 or more, 0 or more, and 1")
    beam, totals, finished = np.full((1, 1), start, dtype=np.int64), np.zeros(1), []
    for _ in range(length):
        log_p, state = step(beam[:, -1], state)
        scores = totals[:, None] + log_p
        best = np.argsort(-scores, axis=None, kind="stable")[:width]
        parents, symbols = np.unravel_index(best, scores.shape)
        beam = np.concatenate([beam[parents], symbols[:, None]], axis=1)
        totals, state = scores[parents, symbols], tuple(part[parents] for part in state)
        done = (symbols == end) if end is not None else np.zeros(len(symbols), dtype=bool)
        finished += _hypotheses(beam[done], totals[done], alpha)
        beam, totals, state = beam[~done], totals[~done], tuple(part[~done] for part in state)
        if not len(beam):
            break
    finished += _hypotheses(beam, totals, alpha)
    return sorted(finished, key=lambda one: -one.score)[:width]


def _hypotheses(beam: np.ndarray, totals: np.ndarray, alpha: float) -> list[Hypothesis]:
    penalty = (beam.shape[1] - 1) ** alpha
    rows = zip(beam[:, 1:].tolist(), totals.tolist(), strict=True)
    return [Hypothesis(tuple(row), total, total / penalty) for row, total in rows if np.isfinite(total)]


def _require(where: str, state: State, length: int) -> None:
    if length < 1 or not state:
        raise ValueError(f"{where}: length is {length} and the state has {len(state)} arrays, expected 1 or more")
