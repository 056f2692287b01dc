"""One number to steer by: what a model gets wrong, at which price, how surely, and which candidate to take.

Labels and predictions are integers (m,), an example an entry; for a detector 1 is what it looks for, and 0 the rest.
"""

from collections.abc import Sequence

import numpy as np
from scipy import stats


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray, classes: int) -> np.ndarray:
    """Counts (classes, classes), int64: in row i and column j the examples of class i that were called j.

    Parameters
    ----------
    labels, predictions : ints (m,) from 0 to classes − 1
    classes : at least 1

    Raises
    ------
    ValueError
        The lengths differ, or a class is out of range.
    """
    _require_classes("confusion_matrix", classes, labels=labels, predictions=predictions)
    places = np.asarray(labels, dtype=np.int64) * classes + np.asarray(predictions)  # bytes would overflow
    counts = np.bincount(places, minlength=classes**2)
    return counts.reshape(classes, classes)


def precision_recall(labels: np.ndarray, predictions: np.ndarray) -> tuple[float, float]:
    """TP / (TP + FP), the share of right alarms, and TP / (TP + FN), the share found; 0 where there is none to share.

    Parameters
    ----------
    labels, predictions : 0 or 1, (m,)

    Raises
    ------
    ValueError
        The lengths differ, or an entry is neither 0 nor 1.
    """
    _require_classes("precision_recall", 2, labels=labels, predictions=predictions)
    found = int(np.sum((np.asarray(labels) == 1) & (np.asarray(predictions) == 1)))
    called, there = int(np.sum(predictions)), int(np.sum(labels))
    return (found / called if called else 0.0), (found / there if there else 0.0)


def f_beta(precision: float, recall: float, beta: float = 1.0) -> float:
    """(1 + β²) P R / (β² P + R): one number in which recall counts β times as much as precision; 0 where both are 0.

    Parameters
    ----------
    precision, recall : in [0, 1]
    beta : above 0; 1 gives the harmonic mean of both

    Raises
    ------
    ValueError
        An argument is out of range.

    C. J. van Rijsbergen, 1979.
    """
    for name, value in (("precision", precision), ("recall", recall)):
        if not 0 <= value <= 1:
            raise ValueError(f"f_beta: {name} is {value!r} but must lie between 0 and 1")
    if not (np.isfinite(beta) and beta > 0):
        raise ValueError(f"f_beta: beta is {beta!r} but must be a positive number")
    total = beta**2 * precision + recall
    return (1 + beta**2) * precision * recall / total if total else 0.0


def precision_recall_curve(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision and recall at every bar that a detector could set: it calls what scores at least the bar.

    Parameters
    ----------
    labels : 0 or 1, (m,), with at least one 1
    scores : floats (m,), the higher the surer

    Returns
    -------
    precision, recall, bars : floats (k,), one for each different score, the highest bar first; recall never falls

    Raises
    ------
    ValueError
        The lengths differ, a label is neither 0 nor 1 or none is 1, or a score is not finite.
    """
    _require_classes("precision_recall_curve", 2, labels=labels)
    _require_length("precision_recall_curve", len(labels), scores=scores)
    if not np.any(labels):
        raise ValueError("precision_recall_curve: no label is 1, so there is no recall")
    order = np.argsort(-np.asarray(scores, dtype=float), kind="stable")
    ranked = np.asarray(scores, dtype=float)[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    found = np.cumsum(np.asarray(labels)[order])[last]
    return found / (last + 1), found / found[-1], ranked[last]


def cost_weighted_error(labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray) -> float:
    """Σ w [prediction ≠ label] / Σ w: the share of the total weight that lies on wrong answers.

    Parameters
    ----------
    labels, predictions : (m,)
    weights : floats (m,), not negative and not all 0; the price of a wrong answer on each example

    Raises
    ------
    ValueError
        The lengths differ, or the weights are no prices.
    """
    _require_length("cost_weighted_error", len(labels), predictions=predictions, weights=weights)
    weights = np.asarray(weights, dtype=float)
    if weights.min() < 0 or not weights.any():
        raise ValueError("cost_weighted_error: weights must not be negative, and not all be 0")
    return float(weights @ (np.asarray(predictions) != labels) / weights.sum())


def choose_satisficing(optimizing: np.ndarray, satisficing: np.ndarray, limits: Sequence[float]) -> int | None:
    """The candidate of the lowest optimizing metric among those that keep every limit; None where none does.

    Parameters
    ----------
    optimizing : floats (k,), lower is better; of equals the first wins
    satisficing : floats (k, s), a row for each candidate; good enough up to the limit
    limits : s numbers

    Returns
    -------
    index from 0 to k − 1, or None

    Raises
    ------
    ValueError
        The shapes do not fit, or a metric is not finite.
    """
    optimizing, satisficing = np.asarray(optimizing, dtype=float), np.asarray(satisficing, dtype=float)
    if satisficing.shape != (len(optimizing), len(limits)):
        expected = (len(optimizing), len(limits))
        raise ValueError(f"choose_satisficing: satisficing has shape {satisficing.shape} but must have {expected}")
    if not (np.isfinite(optimizing).all() and np.isfinite(satisficing).all()):
        raise ValueError("choose_satisficing: a metric is not finite")
    eligible = np.all(satisficing <= np.asarray(limits, dtype=float), axis=1)
    return int(np.argmin(np.where(eligible, optimizing, np.inf))) if eligible.any() else None


def multiply_adds(layer_dims: Sequence[int]) -> int:
    """Multiplications (each with its addition) for one example in dense layers of these sizes: Σ n_prev · n.

    Parameters
    ----------
    layer_dims : two or more positive ints, the input first

    Raises
    ------
    ValueError
        There are fewer than two layers, or a size is not a positive integer.
    """
    if len(layer_dims) < 2 or not all(isinstance(n, int | np.integer) and n > 0 for n in layer_dims):
        raise ValueError(f"multiply_adds: layer_dims is {layer_dims!r} but must be two or more positive integers")
    return int(np.dot(layer_dims[:-1], layer_dims[1:]))


def paired_effect(before: np.ndarray, after: np.ndarray, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """How far a change moved each measurement, run by run: mean of after − before, and half the width of its interval.

    The half width is t · s / √runs with Student's t of runs − 1 degrees of freedom (Student, 1908).

    Parameters
    ----------
    before, after : floats (runs, k), a row for each seed, at least two; the same seed in the same row
    confidence : between 0 and 1

    Returns
    -------
    mean and half width, floats (k,) each

    Raises
    ------
    ValueError
        The shapes differ or are not (runs, k), there are fewer than two runs, or confidence is out of range.
    """
    before, after = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if before.shape != after.shape or before.ndim != 2 or len(before) < 2:
        shapes = f"{before.shape} and {after.shape}"
        raise ValueError(f"paired_effect: before and after have shapes {shapes} but need the same (runs ≥ 2, k)")
    if not 0 < confidence < 1:
        raise ValueError(f"paired_effect: confidence is {confidence!r} but must lie between 0 and 1")
    change, runs = after - before, len(before)
    t = stats.t.ppf((1 + confidence) / 2, runs - 1)
    return change.mean(axis=0), t * change.std(axis=0, ddof=1) / np.sqrt(runs)


def bootstrap_interval(values: np.ndarray, picks: np.ndarray, confidence: float = 0.95) -> tuple[float, float]:
    """The percentile interval of a mean over samples that were drawn again from themselves.

    Parameters
    ----------
    values : (m,), such as 1 where an example is wrong, or the difference of two models on it
    picks : ints (resamples, m) from 0 to m − 1, each row the examples of one resample, drawn with replacement
    confidence : between 0 and 1

    Raises
    ------
    ValueError
        `picks` does not have m columns or points outside `values`, or confidence is out of range.

    B. Efron, 1979.
    """
    values, picks = np.asarray(values, dtype=float), np.asarray(picks)
    if picks.ndim != 2 or picks.shape[1] != len(values):
        raise ValueError(f"bootstrap_interval: picks has shape {picks.shape} but needs {len(values)} columns")
    if picks.min() < 0 or picks.max() >= len(values):
        raise ValueError(f"bootstrap_interval: picks must lie between 0 and {len(values) - 1}")
    if not 0 < confidence < 1:
        raise ValueError(f"bootstrap_interval: confidence is {confidence!r} but must lie between 0 and 1")
    low, high = np.quantile(values[picks].mean(axis=1), [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _require_classes(where: str, classes: int, **arrays: np.ndarray) -> None:
    _require_length(where, len(next(iter(arrays.values()))), **arrays)
    for name, value in arrays.items():
        value = np.asarray(value)
        if value.dtype.kind not in "iub" or not (value.min() >= 0 and value.max() < classes):
            raise ValueError(f"{where}: {name} must hold integers from 0 to {classes - 1}")


def _require_length(where: str, length: int, **arrays: np.ndarray) -> None:
    """Refuse arrays that are not vectors of `length` finite numbers (`ValueError`), and an empty set of examples."""
    if not length:
        raise ValueError(f"{where}: there is no example")
    for name, value in arrays.items():
        if np.shape(value) != (length,):
            raise ValueError(f"{where}: {name} has shape {np.shape(value)} but must be a vector of {length} entries")
        if not np.isfinite(value).all():
            raise ValueError(f"{where}: {name} is not finite everywhere")
