"""The fully connected layer."""

import numpy as np

from helpers.nn.validation import require_matrix

Cache = tuple[np.ndarray, np.ndarray]


def dense_forward(A_prev: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, Cache]:
    """Z = W A_prev + b.

    Parameters
    ----------
    A_prev : floats (n_prev, m)
    W : floats (n, n_prev)
    b : floats (n, 1)

    Returns
    -------
    Z : floats (n, m)
    cache : what `dense_backward` needs

    Raises
    ------
    ValueError
        The shapes do not fit together.
    """
    require_matrix("dense_forward", "A_prev", A_prev)
    require_matrix("dense_forward", "W", W)
    if A_prev.shape[0] != W.shape[1]:
        raise ValueError(f"dense_forward: A_prev has {A_prev.shape[0]} features but W expects {W.shape[1]}")
    if b.shape != (W.shape[0], 1):
        raise ValueError(f"dense_forward: b has shape {b.shape} but W asks for {(W.shape[0], 1)}")
    Z = W @ A_prev
    Z += b
    return Z, (A_prev, W)


def dense_backward(dZ: np.ndarray, cache: Cache, *, to_input: bool = True) -> tuple[np.ndarray | None, ...]:
    """dW = dZ A_prevᵀ, db = Σ dZ over examples, dA_prev = Wᵀ dZ.

    Parameters
    ----------
    dZ : floats (n, m)
    cache : from `dense_forward`
    to_input : False leaves out dA_prev (None is returned), which the first layer of a network never needs

    Returns
    -------
    dA_prev (n_prev, m) or None, dW (n, n_prev), db (n, 1)
    """
    A_prev, W = cache
    require_matrix("dense_backward", "dZ", dZ)
    if dZ.shape != (W.shape[0], A_prev.shape[1]):
        raise ValueError(f"dense_backward: dZ has shape {dZ.shape} but Z had {(W.shape[0], A_prev.shape[1])}")
    return W.T @ dZ if to_input else None, dZ @ A_prev.T, dZ.sum(axis=1, keepdims=True)
