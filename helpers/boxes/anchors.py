"""Anchors, the shapes that a detector starts from, and the codes of boxes relative to them."""

import numpy as np


def shape_iou(sizes1: np.ndarray, sizes2: np.ndarray) -> np.ndarray:
    """Intersection over union (n, m) of boxes laid on a common corner, of which sizes (n, 2) and (m, 2) are known."""
    shared = np.minimum(sizes1[:, None], sizes2[None]).prod(axis=2)
    return shared / (sizes1.prod(axis=1)[:, None] + sizes2.prod(axis=1) - shared)


def anchors_by_k_means(sizes: np.ndarray, count: int, *, seed: int = 0, iterations: int = 100) -> np.ndarray:
    """Anchors: the centres of k-means with 1 - IoU for the distance (Redmon and Farhadi 2017, YOLOv2).

    Parameters
    ----------
    sizes : ndarray, shape (n, 2)
        Width and height of boxes, above 0.
    count : int
        How many anchors, from 1 to the number of different sizes.
    seed : int
        Of the choice of the first centres.
    iterations : int
        At most.

    Returns
    -------
    ndarray, shape (count, 2)
        From the smallest area to the largest.

    Raises
    ------
    ValueError
        Where sizes are not above 0 or there are fewer different ones than anchors.
    """
    sizes = np.asarray(sizes, dtype=float)
    if sizes.ndim != 2 or sizes.shape[1] != 2 or not (np.isfinite(sizes) & (sizes > 0)).all():
        raise ValueError(f"sizes has the shape {sizes.shape}, expected (n, 2): widths and heights above 0")
    different = np.unique(sizes, axis=0)
    if not 1 <= count <= len(different):
        raise ValueError(f"count is {count}, expected 1 to {len(different)}, the number of different sizes")
    anchors = different[np.random.RandomState(seed).permutation(len(different))[:count]]
    anchors = refine_anchors(sizes, anchors, iterations)
    return anchors[np.argsort(anchors.prod(axis=1), kind="stable")]


def refine_anchors(sizes: np.ndarray, anchors: np.ndarray, iterations: int = 10) -> np.ndarray:
    """Anchors (k, 2) after some rounds of k-means: each becomes the mean of the sizes (n, 2) that it overlaps best.

    An anchor that no size is nearest to stays where it is.
    """
    for _ in range(iterations):
        nearest = shape_iou(sizes, anchors).argmax(axis=1)
        groups = [sizes[nearest == k] for k in range(len(anchors))]
        moved = np.array([g.mean(axis=0) if len(g) else a for g, a in zip(groups, anchors, strict=True)])
        if np.array_equal(moved, anchors):
            break
        anchors = moved
    return anchors


def encode_boxes(boxes: np.ndarray, anchors: np.ndarray, cells: np.ndarray, stride: float) -> np.ndarray:
    """Code of boxes: where their middle is inside its cell, and the logarithm of their size in anchors.

    (x, y) = middle / stride - cell, between 0 and 1; (w, h) = log(size / anchor).

    Parameters
    ----------
    boxes : ndarray, shape (..., 4)
        Pixels, of an area above 0.
    anchors : ndarray, shape (..., 2)
        Width and height of each box's anchor, pixels.
    cells : ndarray, shape (..., 2)
        Column and row of the cell that each box's middle is in.
    stride : float
        Pixels per cell.

    Returns
    -------
    ndarray, shape (..., 4)
    """
    boxes = np.asarray(boxes, dtype=float)
    size = boxes[..., 2:] - boxes[..., :2]
    if not (size > 0).all():
        raise ValueError("boxes has one of no area or with its corners out of order, which has no code")
    middle = (boxes[..., :2] + boxes[..., 2:]) / 2
    return np.concatenate([middle / stride - cells, np.log(size / anchors)], axis=-1)


def decode_boxes(codes: np.ndarray, anchors: np.ndarray, cells: np.ndarray, stride: float) -> np.ndarray:
    """Boxes (..., 4) of codes (..., 4): the inverse of `encode_boxes`."""
    middle, size = (codes[..., :2] + cells) * stride, np.exp(codes[..., 2:]) * anchors
    return np.concatenate([middle - size / 2, middle + size / 2], axis=-1)
