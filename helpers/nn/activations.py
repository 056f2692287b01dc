"""Activation functions and their gradients, element by element but for softmax."""

import numpy as np

from helpers.nn.validation import require_same_shape


def sigmoid(Z: np.ndarray) -> np.ndarray:
    """σ(z) = 1 / (1 + e^−z), without overflow at any z.

    Parameters
    ----------
    Z : array of any shape, or a number

    Returns
    -------
    array of the shape of Z, in [0, 1]
    """
    decay = np.exp(-np.abs(Z))
    return np.where(np.asarray(Z) >= 0, 1, decay) / (1 + decay)


def sigmoid_backward(dA: np.ndarray, A: np.ndarray) -> np.ndarray:
    """dZ = dA · A (1 − A), with A = σ(Z); arrays of one shape, else `ValueError`."""
    require_same_shape("sigmoid_backward", "dA", dA, "A", A)
    return dA * A * (1 - A)


def tanh(Z: np.ndarray) -> np.ndarray:
    """tanh(z) = (e^z − e^−z) / (e^z + e^−z); Z of any shape."""
    return np.tanh(Z)


def tanh_backward(dA: np.ndarray, A: np.ndarray) -> np.ndarray:
    """dZ = dA · (1 − A²), with A = tanh(Z); arrays of one shape, else `ValueError`."""
    require_same_shape("tanh_backward", "dA", dA, "A", A)
    return dA * (1 - A * A)


def relu(Z: np.ndarray) -> np.ndarray:
    """max(0, z); Z of any shape (Nair and Hinton, 2010)."""
    return np.maximum(Z, 0)


def relu_backward(dA: np.ndarray, A: np.ndarray) -> np.ndarray:
    """dZ = dA where A = relu(Z) is positive and 0 elsewhere; arrays of one shape, else `ValueError`."""
    require_same_shape("relu_backward", "dA", dA, "A", A)
    return dA * (A > 0)


def softmax(Z: np.ndarray, axis: int = 0) -> np.ndarray:
    """e^z / Σ e^z along `axis`, without overflow at any z.

    Parameters
    ----------
    Z : array of any shape
    axis : the axis of the classes; 0 in the column layout (classes, examples)

    Returns
    -------
    array of the shape of Z whose sums along `axis` are 1
    """
    powers = np.exp(Z - np.max(Z, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)
