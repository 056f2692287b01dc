"""Wrong labels: planted to study their harm, and found again by probabilities that never saw the label.

Labels are ints (m,) from 0; probabilities are (m, classes), a row for each example. The finder is confident learning
(C. G. Northcutt, L. Jiang and I. L. Chuang, Confident learning: estimating uncertainty in dataset labels, 2021).
"""

from collections.abc import Callable

import numpy as np

FitPredict = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def random_wrong_labels(labels: np.ndarray, rate: float, classes: int, rng: np.random.Generator) -> np.ndarray:
    """A copy in which a share `rate` of the labels, chosen at random, is one of the other classes, all equally likely.

    Raises
    ------
    ValueError
        `labels` are not ints from 0 to classes − 1, or `rate` is not in [0, 1].
    """
    _require_labels("random_wrong_labels", labels, classes)
    _require_rate("random_wrong_labels", rate)
    wrong = labels.copy()
    chosen = rng.permutation(len(labels))[: round(rate * len(labels))]
    wrong[chosen] = (wrong[chosen] + rng.integers(1, classes, len(chosen))) % classes
    return wrong


def systematic_wrong_labels(
    labels: np.ndarray, rate: float, mapping: dict[int, int], rng: np.random.Generator
) -> np.ndarray:
    """A copy in which a share `rate` of each class that `mapping` names gets the label that it is mapped to.

    {4: 9, 9: 4} is an annotator who confuses two classes, {7: 1} one who always reads one class as the other.
    Refused as in `random_wrong_labels`.
    """
    _require_labels("systematic_wrong_labels", labels, int(np.max(labels, initial=0)) + 1)
    _require_rate("systematic_wrong_labels", rate)
    wrong = labels.copy()
    for true, given in mapping.items():
        members = rng.permutation(np.flatnonzero(labels == true))
        wrong[members[: round(rate * len(members))]] = given
    return wrong


def fold_numbers(m: int, folds: int, rng: np.random.Generator) -> np.ndarray:
    """The fold of each of m examples, ints (m,) from 0 to folds − 1, shuffled, of sizes that differ by 1 at most."""
    if not 2 <= folds <= m:
        raise ValueError(f"fold_numbers: folds is {folds!r} but must lie from 2 to the number of examples, {m}")
    return rng.permutation(np.arange(m) % folds)


def out_of_fold_probabilities(
    X: np.ndarray, labels: np.ndarray, fold: np.ndarray, fit_predict: FitPredict
) -> np.ndarray:
    """Probabilities (m, classes) in which every example is judged by a model that was not trained on it.

    Parameters
    ----------
    X : (m, …), an example along axis 0
    labels : ints (m,)
    fold : ints (m,), the number of each example's fold
    fit_predict : takes examples, their labels and held-out examples; returns probabilities (held out, classes)

    Raises
    ------
    ValueError
        The lengths differ, or there are fewer than two folds.
    """
    if not len(X) == len(labels) == len(fold):
        raise ValueError(f"out_of_fold_probabilities: X, labels, fold hold {len(X)}, {len(labels)}, {len(fold)} rows")
    numbers = np.unique(fold)
    if len(numbers) < 2:
        raise ValueError(f"out_of_fold_probabilities: fold holds {len(numbers)} fold but two or more are needed")
    parts = {n: np.asarray(fit_predict(X[fold != n], labels[fold != n], X[fold == n])) for n in numbers}
    probabilities = np.empty((len(X), parts[numbers[0]].shape[1]))
    for number, part in parts.items():
        probabilities[fold == number] = part
    return probabilities


def self_confidence(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The probability of each example's own label, floats (m,)."""
    _require_probabilities("self_confidence", probabilities, labels)
    return probabilities[np.arange(len(labels)), labels]


def class_thresholds(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """t_j = mean of p_j over the examples labelled j, floats (classes,): how sure of j the model is where j is said."""
    _require_probabilities("class_thresholds", probabilities, labels)
    counts = np.bincount(labels, minlength=probabilities.shape[1])
    if not counts.all():
        raise ValueError(f"class_thresholds: no example is labelled {int(np.argmin(counts))}; each class needs one")
    return np.bincount(labels, self_confidence(probabilities, labels)) / counts


def confident_joint(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """C[i, j]: examples labelled i that are confidently j, ints (classes, classes).

    An example is confidently j where p_j ≥ t_j; where several classes reach their threshold, the most probable of them
    counts, the first of equals; where none does, the example counts nowhere (Northcutt et al., 2021, equation 1).
    """
    reached = probabilities >= class_thresholds(probabilities, labels)
    confident = np.where(reached, probabilities, -1).argmax(axis=1)
    joint = np.zeros((probabilities.shape[1],) * 2, dtype=int)
    counted = reached.any(axis=1)
    np.add.at(joint, (labels[counted], confident[counted]), 1)
    return joint


def estimated_wrong_labels(probabilities: np.ndarray, labels: np.ndarray) -> int:
    """How many labels are wrong: off the diagonal of the confident joint, each row scaled to its number of labels."""
    joint = confident_joint(probabilities, labels)
    counted, labelled = joint.sum(axis=1), np.bincount(labels, minlength=len(joint))
    off_diagonal = counted - np.diag(joint)
    shares = np.divide(off_diagonal, counted, out=np.zeros(len(joint)), where=counted > 0)
    return round(float(np.sum(shares * labelled)))


def likely_wrong_labels(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Indices of the labels to doubt, the most doubtful first: as many as estimated, of lowest self-confidence.

    Equal confidences keep the order of the examples. The same arguments, and refused, as in `class_thresholds`.
    """
    order = np.argsort(self_confidence(probabilities, labels), kind="stable")
    return order[: estimated_wrong_labels(probabilities, labels)]


def _require_probabilities(where: str, probabilities: np.ndarray, labels: np.ndarray) -> None:
    if np.ndim(probabilities) != 2 or np.shape(labels) != (len(probabilities),):
        raise ValueError(
            f"{where}: probabilities {np.shape(probabilities)} must be (m, classes), and labels {np.shape(labels)} (m,)"
        )
    _require_labels(where, labels, probabilities.shape[1])
    if not (np.min(probabilities) >= 0 and np.allclose(probabilities.sum(axis=1), 1)):
        raise ValueError(f"{where}: each row of probabilities must be 0 or above and add up to 1")


def _require_labels(where: str, labels: np.ndarray, classes: int) -> None:
    labels = np.asarray(labels)
    if labels.ndim != 1 or not labels.size or labels.dtype.kind not in "iu":
        raise ValueError(f"{where}: labels are {labels.dtype} of shape {labels.shape} but must be ints (m,)")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"{where}: labels span {labels.min()} to {labels.max()} but must lie from 0 to {classes - 1}")


def _require_rate(where: str, rate: float) -> None:
    if not 0 <= rate <= 1:
        raise ValueError(f"{where}: rate is {rate!r} but must lie from 0 to 1")
