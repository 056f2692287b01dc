"""Attention in NumPy: encodings of positions, masks, scaled dot products, several heads (Vaswani et al., 2017).

A mask is 1 where a position may be seen and 0 elsewhere.
"""

from collections.abc import Sequence

import numpy as np

from helpers.nn.activations import softmax

HIDDEN = -1e9  # added to the score of what may not be seen


def get_angles(positions: np.ndarray, k: np.ndarray, d: int) -> np.ndarray:
    """Angles position / 10000^(2⌊k/2⌋ / d), (n, d), of positions (n, 1) and columns k (1, d)."""
    return positions / 10000 ** (2 * (k // 2) / d)


def positional_encoding(positions: int, d: int) -> np.ndarray:
    """Sine of the angles in even columns, cosine in odd ones, (1, positions, d)."""
    angles = get_angles(np.arange(positions)[:, None], np.arange(d)[None], d)
    return np.where(np.arange(d) % 2 == 0, np.sin(angles), np.cos(angles))[None]


def scaled_dot_product_attention(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """softmax(q kᵀ / √d_k + (1 - mask) · -10⁹) v, (…, T, d_v), and the softmax itself, (…, T, S).

    Parameters
    ----------
    q : ndarray, shape (…, T, d_k)
    k : ndarray, shape (…, S, d_k)
    v : ndarray, shape (…, S, d_v)
    mask : ndarray that broadcasts to (…, T, S), optional

    Raises
    ------
    ValueError
        Where q and k are of different d_k, or k and v have different S.
    """
    if q.shape[-1] != k.shape[-1] or k.shape[-2] != v.shape[-2]:
        shapes = f"q {q.shape}, k {k.shape}, v {v.shape}"
        raise ValueError(f"attention: {shapes}; expected (…, T, d_k), (…, S, d_k), (…, S, d_v)")
    scores = q @ k.swapaxes(-1, -2) / np.sqrt(k.shape[-1])
    if mask is not None:
        scores = scores + (1 - np.asarray(mask)) * HIDDEN
    weights = softmax(scores, axis=-1)
    return weights @ v, weights


def to_heads(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Queries, keys or values (m, heads, T, size) of x (m, T, d); kernel (d, heads, size), bias (heads, size)."""
    m, T, d = x.shape
    return (x @ kernel.reshape(d, -1) + bias.ravel()).reshape(m, T, *bias.shape).swapaxes(1, 2)


def from_heads(found: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """What the heads found, (m, heads, T, size), mixed to (m, T, d); kernel (heads, size, d), bias (d,)."""
    m, heads, T, size = found.shape
    return found.swapaxes(1, 2).reshape(m, T, heads * size) @ kernel.reshape(heads * size, -1) + bias


def multi_head_attention(
    query: np.ndarray, value: np.ndarray, weights: Sequence[np.ndarray], mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Attention in several heads: each has its own queries, keys and values, and the results are mixed linearly.

    Parameters
    ----------
    query : ndarray, shape (m, T, d)
    value : ndarray, shape (m, S, d)
        Keys are made from it as well.
    weights : sequence of 8 ndarrays
        Kernel (d, heads, size) and bias (heads, size) for query, key and value; then the mixing kernel (heads, size, d)
        and bias (d,): what `get_weights` of `keras.layers.MultiHeadAttention` returns.
    mask : ndarray that broadcasts to (m, T, S), optional

    Returns
    -------
    output : ndarray, shape (m, T, d)
    attention_weights : ndarray, shape (m, heads, T, S)
    """
    projected = (to_heads(x, *weights[i : i + 2]) for x, i in ((query, 0), (value, 2), (value, 4)))
    found, scores = scaled_dot_product_attention(*projected, None if mask is None else np.asarray(mask)[:, None])
    return from_heads(found, *weights[6:]), scores


def layer_normalization(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, epsilon: float = 1e-6) -> np.ndarray:
    """γ (x - μ) / √(σ² + ε) + β, mean and variance over the last axis (Ba, Kiros and Hinton, 2016)."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return gamma * centred / np.sqrt(x.var(axis=-1, keepdims=True) + epsilon) + beta
