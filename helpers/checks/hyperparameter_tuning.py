"""Exercises of course 2, week 3: where to look for hyperparameters, and how to spend a budget of trials."""

import itertools
from collections.abc import Iterator

import numpy as np

from helpers.checks.engine import Case, Lesson, Mistake, case

lesson = Lesson("hyperparameter tuning")
check = lesson.check


def _range_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(1e-4, 1.0, 6, np.random.RandomState(1), label="a rate between 0.0001 and 1")
    yield case(0.5, 8.0, 3, np.random.RandomState(2), label="a range between 0.5 and 8")
    yield case(1e-3, 1e-1, 1, np.random.RandomState(3), label="a single value")


def _linear(low, high, size, rng):
    return rng.uniform(low, high, size)


def _exponent(low, high, size, rng):
    return rng.uniform(np.log10(low), np.log10(high), size)


@lesson.exercise(
    _range_cases,
    Mistake("this is uniform on the linear scale: draw the exponent, between log10(low) and log10(high)", _linear),
    Mistake("these are the exponents: raise 10 to them", _exponent),
)
def sample_log_uniform(low: float, high: float, size: int, rng: np.random.RandomState) -> np.ndarray:
    """`size` numbers between low and high, uniform in the exponent: 10^r with one r drawn by rng.uniform a number."""
    return 10 ** rng.uniform(np.log10(low), np.log10(high), size)


def _decay_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(0.9, 0.999, 6, np.random.RandomState(1), label="β between 0.9 and 0.999")
    yield case(0.5, 0.99, 4, np.random.RandomState(2), label="β between 0.5 and 0.99")


@lesson.exercise(
    _decay_cases,
    Mistake("1 − β is what should be uniform in the exponent, not β", lambda *given: sample_log_uniform(*given)),
    Mistake("these are values of 1 − β: subtract them from 1", lambda *given: 1 - sample_decay(*given)),
)
def sample_decay(low: float, high: float, size: int, rng: np.random.RandomState) -> np.ndarray:
    """`size` decay rates β between low and high, with 1 − β uniform in the exponent."""
    return 1 - sample_log_uniform(1 - high, 1 - low, size, rng)


def _grid_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case({"learning_rate": [0.1, 0.2, 0.4], "units": [8, 16]}, label="3 rates and 2 sizes")
    yield case({"a": [1], "b": [2, 3], "c": [4, 5]}, label="three hyperparameters")
    yield case({"a": [1.5, 2.5]}, label="one hyperparameter")


@lesson.exercise(
    _grid_cases,
    Mistake(
        "every value meets every other, not only the one at the same place",
        lambda values: [dict(zip(values, point, strict=True)) for point in zip(*values.values(), strict=False)],
    ),
)
def grid_points(values: dict[str, list]) -> list[dict]:
    """All combinations as dictionaries, the last hyperparameter changing fastest."""
    return [dict(zip(values, point, strict=True)) for point in itertools.product(*values.values())]


def _survivor_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([0.5, 0.9, 0.2, 0.7, 0.8, 0.1]), 2, label="6 scores, factor 2")
    yield case(np.array([0.3, 0.4, 0.35, 0.1, 0.2, 0.9, 0.6, 0.5, 0.8]), 3, label="9 scores, factor 3")
    yield case(np.array([0.3, 0.9, 0.8]), 2, label="3 scores, factor 2: one is kept")
    yield case(np.array([0.4]), 2, label="a single candidate, which is kept")


def _worst(scores, factor):
    return np.argsort(scores, kind="stable")[: max(1, len(scores) // factor)]


@lesson.exercise(
    _survivor_cases,
    Mistake("these are the worst: a high score is good", _worst),
    Mistake("at least one candidate is kept", lambda scores, factor: np.argsort(-scores)[: len(scores) // factor]),
)
def survivors(scores: np.ndarray, factor: int) -> np.ndarray:
    """Indices of the best 1/factor of the candidates (rounded down, at least one), the highest score first."""
    return np.argsort(-scores, kind="stable")[: max(1, len(scores) // factor)]
