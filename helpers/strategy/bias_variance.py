"""Which gap to work on: Bayes or human error → training → training-dev → dev → test error, with intervals.

The step from one error to the next has a name and remedies of its own. Every error but a computed one is measured on a
set of examples, so every gap has noise; the bootstrap says how much, and a gap within its noise is not acted on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

import numpy as np

Measured = Sequence[bool] | np.ndarray


class Gap(Enum):
    """The steps of the table, each with its name."""

    AVOIDABLE_BIAS = "avoidable bias"
    VARIANCE = "variance"
    DATA_MISMATCH = "data mismatch"
    DEV_OVERFITTING = "overfitting to the dev set"


REMEDIES = {
    Gap.AVOIDABLE_BIAS: ("a bigger network", "longer training or a better optimizer", "another architecture"),
    Gap.VARIANCE: ("more training data", "regularization", "data augmentation", "another architecture"),
    Gap.DATA_MISMATCH: ("training data more like the dev set", "synthesis of such data"),
    Gap.DEV_OVERFITTING: ("a larger dev set",),
}


@dataclass(frozen=True)
class Level:
    """One error with its interval; `size` is the number of examples, None for an error that is known."""

    name: str
    error: float
    low: float
    high: float
    size: int | None


@dataclass(frozen=True)
class GapEstimate:
    """One gap with its interval, all as shares; `largest_in` is the share of resamples where it exceeds the others."""

    gap: Gap
    size: float
    low: float
    high: float
    largest_in: float

    @property
    def certain(self) -> bool:
        """Whether the whole interval lies above 0."""
        return self.low > 0


@dataclass(frozen=True)
class BiasVarianceTable:
    """The errors from best possible to test, and the gaps between them; `print` shows it."""

    levels: tuple[Level, ...]
    gaps: tuple[GapEstimate, ...]
    confidence: float

    @property
    def largest(self) -> GapEstimate | None:
        """The largest of the gaps that are certain, None where all are within their noise."""
        return max((gap for gap in self.gaps if gap.certain), key=lambda gap: gap.size, default=None)

    @property
    def what_to_try(self) -> tuple[str, ...]:
        """Remedies for the largest gap; none where no gap is certain."""
        return REMEDIES[self.largest.gap] if self.largest else ()

    def __str__(self) -> str:
        """A row for each error and each gap, and what follows."""
        return "\n".join([*map(_level_row, self.levels), *map(_gap_row, self.gaps), self._advice()])

    def _advice(self) -> str:
        if self.largest is None:
            return "→ no gap stands out of its noise: measure on more examples before acting"
        return f"→ {self.largest.gap.value}: try {', '.join(self.what_to_try)}"


def bias_variance_table(
    best: float | Measured,
    train: Measured,
    dev: Measured,
    *,
    training_dev: Measured | None = None,
    test: Measured | None = None,
    best_name: str | None = None,
    confidence: float = 0.95,
    resamples: int = 4000,
    seed: int = 0,
) -> BiasVarianceTable:
    """The table of errors and gaps, with percentile intervals of the bootstrap (Efron, 1979).

    Parameters
    ----------
    best : the error taken for the best possible; a float in [0, 1] if it is known, such as a computed Bayes error, else
        for each example that humans answered whether they were wrong
    train, dev, training_dev, test : for each example of the set whether the model was wrong, booleans (m,). With
        `training_dev`, examples of the training distribution kept out of training, variance and mismatch are told apart
    best_name : what the first row is called; left out, "Bayes" for a known error and "human" for a measured one
    confidence : of the intervals, between 0 and 1
    resamples : how often each set is drawn again from itself, independently of the others
    seed : of those draws

    Raises
    ------
    ValueError
        An error is no share, a set is empty, not one-dimensional or not made of booleans, or an option is out of range.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"bias_variance_table: confidence is {confidence!r} but must lie between 0 and 1")
    if not isinstance(resamples, int) or resamples < 100:
        raise ValueError(f"bias_variance_table: resamples is {resamples!r} but must be an integer of at least 100")
    rng = np.random.default_rng(seed)
    first = best_name or ("Bayes" if np.isscalar(best) else "human")
    sets = {first: best, "train": train, "training-dev": training_dev, "dev": dev, "test": test}
    sets = {name: value for name, value in sets.items() if value is not None}
    drawn = {name: _draw(name, value, resamples, rng) for name, value in sets.items()}
    tails = [50 * (1 - confidence), 50 * (1 + confidence)]
    levels = [
        Level(name, float(np.mean(value)), *map(float, np.percentile(drawn[name], tails)), _size(value))
        for name, value in sets.items()
    ]
    return BiasVarianceTable(tuple(levels), _gaps(levels, drawn, tails), confidence)


def resampled_errors(wrong: Measured, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Errors (resamples,) of sets drawn from `wrong` (m,) with replacement, each as large as it.

    The number of wrong ones in such a set is binomial, so it is drawn at once.
    """
    wrong = _booleans("resampled_errors", "wrong", wrong)
    return rng.binomial(len(wrong), wrong.mean(), resamples) / len(wrong)


def error_interval(
    wrong: Measured, confidence: float = 0.95, resamples: int = 4000, seed: int = 0
) -> tuple[float, float]:
    """Percentile interval of the error on a set, by bootstrap; `wrong` (m,) says of each example if it is wrong."""
    tails = [50 * (1 - confidence), 50 * (1 + confidence)]
    low, high = np.percentile(resampled_errors(wrong, resamples, np.random.default_rng(seed)), tails)
    return float(low), float(high)


def _draw(name: str, value: float | Measured, resamples: int, rng: np.random.Generator) -> np.ndarray:
    if not np.isscalar(value):
        return resampled_errors(_booleans("bias_variance_table", name, value), resamples, rng)
    if isinstance(value, str) or not 0 <= value <= 1:
        raise ValueError(f"bias_variance_table: best is {value!r} but must be an error between 0 and 1")
    return np.full(resamples, float(value))


def _gaps(levels: list[Level], drawn: dict[str, np.ndarray], tails: list[float]) -> tuple[GapEstimate, ...]:
    names = [level.name for level in levels]
    kinds = {"train": Gap.AVOIDABLE_BIAS, "training-dev": Gap.VARIANCE, "test": Gap.DEV_OVERFITTING}
    kinds["dev"] = Gap.DATA_MISMATCH if "training-dev" in names else Gap.VARIANCE
    gaps = np.array([drawn[after] - drawn[before] for before, after in pairwise(names)])
    winners = np.bincount(gaps.argmax(axis=0), minlength=len(gaps)) / gaps.shape[1]
    return tuple(
        GapEstimate(
            kinds[after.name], after.error - before.error, *map(float, np.percentile(gap, tails)), float(winner)
        )
        for (before, after), gap, winner in zip(pairwise(levels), gaps, winners, strict=True)
    )


def _size(value: float | Measured) -> int | None:
    return None if np.isscalar(value) else len(value)


def _booleans(where: str, name: str, value: Measured) -> np.ndarray:
    array = np.asarray(value)
    if array.ndim != 1 or not array.size or array.dtype != bool:
        came = f"{array.dtype} of shape {array.shape}"
        raise ValueError(f"{where}: {name} is {came} but must say of each example whether it is wrong: booleans (m,)")
    return array


def _level_row(level: Level) -> str:
    if level.size is None:
        return f"{level.name:26s} {100 * level.error:6.2f} %"
    interval = f"{100 * level.low:6.2f} to {100 * level.high:5.2f}"
    return f"{level.name:26s} {100 * level.error:6.2f} %  {interval}  ({level.size} examples)"


def _gap_row(gap: GapEstimate) -> str:
    interval = f"{100 * gap.low:6.2f} to {100 * gap.high:5.2f}"
    verdict = f"largest in {100 * gap.largest_in:.0f} % of resamples" if gap.certain else "within noise"
    return f"  {gap.gap.value:24s} {100 * gap.size:6.2f}    {interval}  {verdict}"
