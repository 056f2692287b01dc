"""Triplets of embeddings: an anchor, a positive of the same class, a negative of another; which of them to learn from.

After Schroff, Kalenichenko and Philbin, *FaceNet: a unified embedding for face recognition and clustering*, 2015.
"""

import numpy as np


def squared_distances(embeddings: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances between all rows: D_ij = ‖x_i‖² + ‖x_j‖² - 2 x_i·x_j, never below 0.

    Parameters
    ----------
    embeddings : ndarray, shape (m, n)

    Returns
    -------
    ndarray, shape (m, m), float64

    Raises
    ------
    ValueError
        Where there are not two axes.
    """
    embeddings = np.asarray(embeddings, dtype=float)
    if embeddings.ndim != 2:
        raise ValueError(f"squared_distances: embeddings has shape {embeddings.shape}, expected (m, n)")
    squares = np.sum(embeddings**2, axis=1)
    return np.maximum(squares[:, None] + squares - 2 * embeddings @ embeddings.T, 0)


def triplet_loss(anchor: np.ndarray, positive: np.ndarray, negative: np.ndarray, alpha: float = 0.2) -> float:
    """Loss Σ max(‖a - p‖² - ‖a - n‖² + alpha, 0) over all triplets.

    Parameters
    ----------
    anchor, positive, negative : ndarray, shape (m, n)
    alpha : float
        The margin, in units of squared distance.
    """
    nearer = np.sum((anchor - positive) ** 2, axis=-1) - np.sum((anchor - negative) ** 2, axis=-1)
    return float(np.sum(np.maximum(nearer + alpha, 0)))


def positive_pairs(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Anchors and positives, indices (k,): all ordered pairs of two different examples of one class."""
    labels = np.asarray(labels)
    return np.nonzero((labels[:, None] == labels) & ~np.eye(len(labels), dtype=bool))


def semi_hard_negatives(
    distances: np.ndarray, labels: np.ndarray, anchors: np.ndarray, positives: np.ndarray
) -> np.ndarray:
    """For each pair the nearest negative that is farther from the anchor than the positive; else the farthest one.

    Parameters
    ----------
    distances : ndarray, shape (m, m)
    labels : ndarray of int, shape (m,)
    anchors, positives : ndarray of int, shape (k,)

    Returns
    -------
    ndarray of int, shape (k,)

    Raises
    ------
    ValueError
        Where some anchor has no negative at all, or the shapes do not fit.
    """
    to_negatives = _distances_to_negatives(distances, labels, anchors)
    farther = to_negatives > np.asarray(distances)[anchors, positives][:, None]
    beyond = np.where(farther & np.isfinite(to_negatives), to_negatives, np.inf)
    farthest = np.where(np.isfinite(to_negatives), to_negatives, -np.inf).argmax(axis=1)
    return np.where(np.isfinite(beyond).any(axis=1), beyond.argmin(axis=1), farthest)


def hardest_negatives(distances: np.ndarray, labels: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """For each anchor (k,) the nearest example of another class."""
    return _distances_to_negatives(distances, labels, anchors).argmin(axis=1)


def random_negatives(labels: np.ndarray, anchors: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    """For each anchor (k,) any example of another class, all equally likely."""
    labels = np.asarray(labels)
    others = labels[anchors][:, None] != labels
    return np.where(others, random.random_sample(others.shape), -1).argmax(axis=1)


def _distances_to_negatives(distances: np.ndarray, labels: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Distances (k, m) from the anchors to all examples; infinite to those of their own class."""
    distances, labels = np.asarray(distances, dtype=float), np.asarray(labels)
    if distances.shape != (len(labels), len(labels)):
        raise ValueError(f"triplets: distances has shape {distances.shape}, expected {(len(labels),) * 2} for labels")
    others = labels[anchors][:, None] != labels
    if not others.any(axis=1).all():
        raise ValueError("triplets: labels has one class only, so there are no negatives: expected two or more")
    return np.where(others, distances[anchors], np.inf)
