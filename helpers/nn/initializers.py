"""Initial weights of a layer. `rng` is a `numpy.random.Generator` or the older `RandomState`."""

import numpy as np

from helpers.nn.validation import require_positive

Rng = np.random.Generator | np.random.RandomState


def normal(n: int, n_prev: int, rng: Rng, scale: float = 0.01) -> np.ndarray:
    """Weights (n, n_prev) drawn from N(0, scale²); `scale` must be positive."""
    require_positive("normal", "scale", scale)
    return rng.standard_normal((n, n_prev)) * scale


def scaled_normal(n: int, n_prev: int, rng: Rng) -> np.ndarray:
    """Weights (n, n_prev) drawn from N(0, 1/n_prev): a layer keeps the variance of its input (LeCun et al., 1998)."""
    return normal(n, n_prev, rng, scale=n_prev**-0.5)


def he_normal(n: int, n_prev: int, rng: Rng) -> np.ndarray:
    """Weights (n, n_prev) drawn from N(0, 2/n_prev), which keeps the variance through ReLU (He et al., 2015)."""
    return normal(n, n_prev, rng, scale=(2 / n_prev) ** 0.5)


def xavier_normal(n: int, n_prev: int, rng: Rng) -> np.ndarray:
    """Weights (n, n_prev) drawn from N(0, 2/(n + n_prev)), a compromise for both passes (Glorot and Bengio, 2010)."""
    return normal(n, n_prev, rng, scale=(2 / (n + n_prev)) ** 0.5)


def zeros(n: int, n_prev: int, rng: Rng) -> np.ndarray:
    """Weights (n, n_prev) of zeros, with which all units of a layer stay alike."""
    return np.zeros((n, n_prev))
