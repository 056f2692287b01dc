"""Costs: the mean loss over the m examples of a batch, and their gradients."""

import numpy as np

from helpers.nn.activations import sigmoid, softmax
from helpers.nn.validation import require_floats, require_matrix, require_same_shape


def binary_cross_entropy(A: np.ndarray, Y: np.ndarray) -> float:
    """−mean(y log a + (1 − y) log(1 − a)); infinite where a certain prediction is wrong.

    Parameters
    ----------
    A : floats (1, m), probabilities of class 1
    Y : (1, m), labels 0 or 1

    Raises
    ------
    ValueError
        The shapes differ, or a probability lies outside [0, 1].
    """
    _require_probabilities("binary_cross_entropy", A, Y)
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = np.where(Y > 0, Y * np.log(A), 0) + np.where(Y < 1, (1 - Y) * np.log(1 - A), 0)
    return -float(np.mean(loss))


def binary_cross_entropy_backward(A: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """dA = (a − y) / (a (1 − a) m), the gradient of `binary_cross_entropy`; same arguments."""
    _require_probabilities("binary_cross_entropy_backward", A, Y)
    return (A - Y) / (A * (1 - A) * A.size)


def sigmoid_cross_entropy(Z: np.ndarray, Y: np.ndarray) -> float:
    """`binary_cross_entropy(sigmoid(Z), Y)` from logits: 1/m Σ max(z, 0) − z y + log(1 + e^−|z|), finite at any z.

    Z and Y are (1, m), or (tasks, m): then the sum goes over all tasks.
    """
    _require_logits("sigmoid_cross_entropy", Z, Y)
    return float(np.sum(np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))) / Z.shape[1])


def sigmoid_cross_entropy_backward(Z: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """dZ = (σ(z) − y) / m for logits and labels (1, m) or (tasks, m)."""
    _require_logits("sigmoid_cross_entropy_backward", Z, Y)
    return (sigmoid(Z) - Y) / Z.shape[1]


def masked_sigmoid_cross_entropy(Z: np.ndarray, Y: np.ndarray) -> float:
    """1/m Σ over examples and labelled tasks of max(z, 0) − z y + log(1 + e^−|z|): a missing label costs nothing.

    Parameters
    ----------
    Z : floats (tasks, m), logits of yes-or-no questions
    Y : floats (tasks, m), labels 0 or 1, or nan where a label is missing

    Raises
    ------
    ValueError
        The shapes differ.

    Caruana, Multitask learning, 1997.
    """
    _require_logits("masked_sigmoid_cross_entropy", Z, Y)
    losses = np.maximum(Z, 0) - Z * Y + np.log1p(np.exp(-np.abs(Z)))
    return float(np.sum(losses, where=~np.isnan(Y)) / Z.shape[1])


def masked_sigmoid_cross_entropy_backward(Z: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """dZ = (σ(z) − y) / m where there is a label and 0 where it is nan; arguments as the cost's."""
    _require_logits("masked_sigmoid_cross_entropy_backward", Z, Y)
    return np.where(np.isnan(Y), 0, sigmoid(Z) - Y) / Z.shape[1]


def softmax_cross_entropy(Z: np.ndarray, Y: np.ndarray) -> float:
    """−mean over examples of Σ y log softmax(z), from logits (classes, m) and one-hot labels of the same shape."""
    _require_logits("softmax_cross_entropy", Z, Y)
    shifted = Z - Z.max(axis=0)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=0)) * Y.sum(axis=0) - (shifted * Y).sum(axis=0)))


def softmax_cross_entropy_backward(Z: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """dZ = (softmax(z) − y) / m for logits and one-hot labels (classes, m)."""
    _require_logits("softmax_cross_entropy_backward", Z, Y)
    return (softmax(Z) - Y) / Z.shape[1]


def _require_logits(where: str, Z: np.ndarray, Y: np.ndarray) -> None:
    require_matrix(where, "Z", Z)
    require_same_shape(where, "Z", Z, "Y", Y)


def _require_probabilities(where: str, A: np.ndarray, Y: np.ndarray) -> None:
    require_floats(where, "A", A)
    require_same_shape(where, "A", A, "Y", Y)
    if A.size and not (A.min() >= 0 and A.max() <= 1):
        raise ValueError(f"{where}: A must hold probabilities in [0, 1] but spans [{A.min():.4g}, {A.max():.4g}]")
