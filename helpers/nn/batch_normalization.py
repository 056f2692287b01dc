"""Batch normalization of the rows of a layer's sums (Ioffe and Szegedy, 2015)."""

from typing import NamedTuple

import numpy as np

from helpers.nn.validation import require_matrix


class RunningAverages(NamedTuple):
    """Mean and variance (n, 1) of each feature, averaged over the batches seen so far."""

    mean: np.ndarray
    variance: np.ndarray


def initialize_running_averages(n: int, dtype: type = np.float64) -> RunningAverages:
    """Mean 0 and variance 1 for n features, as before the first batch."""
    return RunningAverages(np.zeros((n, 1), dtype), np.ones((n, 1), dtype))


def batch_norm_forward(
    Z: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    running: RunningAverages,
    *,
    training: bool,
    momentum: float = 0.99,
    epsilon: float = 1e-3,
) -> tuple[np.ndarray, RunningAverages, tuple]:
    """γ (Z − μ) / √(σ² + ε) + β, with μ and σ² of the batch in training and the running averages otherwise.

    Parameters
    ----------
    Z : floats (n, m)
    gamma, beta : floats (n, 1)
    running : the averages so far; in training new ones are returned: momentum · old + (1 − momentum) · batch

    Returns
    -------
    the normalized sums (n, m), the running averages, and the cache for `batch_norm_backward`
    """
    _require_columns("batch_norm_forward", Z, gamma=gamma, beta=beta, mean=running.mean, variance=running.variance)
    mean = Z.mean(axis=1, keepdims=True) if training else running.mean
    normalized = Z - mean
    variance = _row_products(normalized, normalized) / Z.shape[1] if training else running.variance
    scale = 1 / np.sqrt(variance + epsilon)
    normalized *= scale
    if training:
        pairs = zip(running, (mean, variance), strict=True)
        running = RunningAverages(*(momentum * old + (1 - momentum) * new for old, new in pairs))
    return gamma * normalized + beta, running, (normalized, scale, gamma)


def batch_norm_backward(dY: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """dZ (n, m), dγ (n, 1) and dβ (n, 1) from the gradient dY (n, m) of a training step's output.

    dβ = Σ dY, dγ = Σ dY · Ẑ, dZ = γ/√(σ² + ε) · (dY − (dβ + Ẑ dγ)/m), sums over the m examples.
    """
    normalized, scale, gamma = cache
    _require_columns("batch_norm_backward", dY, gamma=gamma)
    dbeta, dgamma = dY.sum(axis=1, keepdims=True), _row_products(dY, normalized)
    dZ = normalized * (-dgamma / dY.shape[1])
    dZ += dY
    dZ -= dbeta / dY.shape[1]
    dZ *= gamma * scale
    return dZ, dgamma, dbeta


def _row_products(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Σ a b along each row of two matrices (n, m): a column (n, 1)."""
    return np.einsum("nm,nm->n", A, B)[:, None]


def _require_columns(where: str, Z: np.ndarray, **columns: np.ndarray) -> None:
    require_matrix(where, "Z", Z)
    for name, column in columns.items():
        if column.shape != (len(Z), 1):
            raise ValueError(f"{where}: {name} has shape {column.shape} but Z {Z.shape} asks for {(len(Z), 1)}")
