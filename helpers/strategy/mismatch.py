"""Training on one distribution, judged on another: splits, simulated photographs, and synthesis of training data.

Images are floats (m, height, width) in [0, 1]; random functions draw from a `numpy.random.Generator`.
"""

from numbers import Integral
from typing import NamedTuple

import numpy as np

from helpers.strategy import camera
from helpers.strategy.camera import require_images


class Split(NamedTuple):
    """Three sets without a common member: arrays of indices, or of whatever was split."""

    train: np.ndarray
    dev: np.ndarray
    test: np.ndarray


def split_shuffled(source: np.ndarray, target: np.ndarray, dev: int, test: int, rng: np.random.Generator) -> Split:
    """Both distributions in one heap, shuffled and cut: the dev and test set are mostly source where it is large.

    Parameters
    ----------
    source, target : ndarray, shapes (m_s,) and (m_t,)
        The examples of each distribution, such as their indices.
    dev, test : int
        Sizes of these sets; the training set gets the rest.

    Raises
    ------
    ValueError
        A size is not a whole number from 0, or more is asked for than there is.
    """
    heap = np.concatenate([source, target])
    _require_sizes("split_shuffled", len(heap), "examples", dev=dev, test=test)
    heap = rng.permutation(heap)
    return Split(heap[dev + test :], heap[:dev], heap[dev : dev + test])


def split_for_target(source: np.ndarray, target: np.ndarray, dev: int, test: int) -> Split:
    """The dev set is the beginning of `target`, the test set comes next; all of `source` and the rest are trained on.

    Parameters
    ----------
    source, target : ndarray, shapes (m_s,) and (m_t,)
        The examples of each distribution, such as their indices, in random order.
    dev, test : int
        Sizes of these sets; the training set gets all others.

    Raises
    ------
    ValueError
        A size is not a whole number from 0, or more is asked for than the target has.
    """
    _require_sizes("split_for_target", len(target), "target examples", dev=dev, test=test)
    return Split(np.concatenate([source, target[dev + test :]]), target[:dev], target[dev : dev + test])


def carve_training_dev(train: np.ndarray, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What is left to train on, and the training-dev set: `size` members of `train`, drawn at random.

    No member is drawn twice. The training-dev set has the distribution of the training set but is not trained on
    (Ng, Machine Learning Yearning, 2018, chapter 40).

    Raises
    ------
    ValueError
        `size` is not a whole number from 0 to the length of `train`.
    """
    _require_sizes("carve_training_dev", len(train), "examples for training", size=size)
    order = rng.permutation(len(train))
    return train[order[size:]], train[order[:size]]


def synthesize(
    digits: np.ndarray, clips: np.ndarray, which: np.ndarray, corners: np.ndarray, ink: np.ndarray
) -> np.ndarray:
    """Clean drawings on cuts of recorded surfaces: out = background · (1 − (1 − ink) · digit).

    Parameters
    ----------
    digits : ndarray of float, shape (m, height, width), ink 1 and paper 0
    clips : ndarray of float, shape (count, at least height, at least width), brightness in [0, 1]
    which : ndarray of int, shape (m,)
        The clip of each digit.
    corners : ndarray of int, shape (m, 2)
        Row and column of the clip where the cut begins.
    ink : ndarray of float, shape (m,)
        Share of the light that the ink of each digit lets through, in [0, 1].

    Returns
    -------
    ndarray of float64, shape (m, height, width), brightness in [0, 1]: dark ink on light paper

    Raises
    ------
    ValueError
        An array has another shape, or a cut reaches beyond its clip.
    """
    require_images("synthesize", digits)
    require_images("synthesize", clips, "clips")
    (m, height, width), (count, rows, columns) = digits.shape, clips.shape
    for name, array, shape in (("which", which, (m,)), ("corners", corners, (m, 2)), ("ink", ink, (m,))):
        if np.shape(array) != shape:
            raise ValueError(f"synthesize: {name} has shape {np.shape(array)} but must be {shape} for {m} digits")
    cuts, furthest = np.column_stack([which, corners]), (count - 1, rows - height, columns - width)
    if np.any(cuts < 0) or np.any(cuts > furthest):
        raise ValueError(f"synthesize: a cut reaches beyond the {count} clips of {rows} × {columns} pixels")
    down, right = (corners[:, axis, None] + np.arange(side) for axis, side in enumerate((height, width)))
    backgrounds = clips[which[:, None, None], down[:, :, None], right[:, None, :]]
    return backgrounds * (1 - (1 - np.reshape(ink, (m, 1, 1))) * digits)


def synthesize_at_random(digits: np.ndarray, clips: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """`synthesize` with a random clip, cut and ink (10 to 50 % of the light) for every digit.

    Raises
    ------
    ValueError
        Either is not an array of images in [0, 1], or the clips are smaller than the digits.
    """
    require_images("synthesize_at_random", digits)
    require_images("synthesize_at_random", clips, "clips")
    spare = np.subtract(clips.shape[1:], digits.shape[1:])
    if not len(clips) or spare.min() < 0:
        shape = digits.shape[1:]
        raise ValueError(f"synthesize_at_random: clips has shape {clips.shape} but must hold a cut of {shape} pixels")
    m = len(digits)
    which, corners = rng.integers(len(clips), size=m), rng.integers(spare + 1, size=(m, 2))
    return synthesize(digits, clips, which, corners, rng.uniform(0.1, 0.5, m))


def photograph_digits(digits: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What a phone makes of digits (m, height, width), 1 where there is ink: brightness in [0, 1], each one different.

    Perspective, a surface of its own for every digit, uneven light, a shadow, blur and noise, in this order.
    """
    require_images("photograph_digits", digits)
    m, size = len(digits), max(digits.shape[1:])
    surfaces, ink = camera.paper_clips(max(m, 1), size, rng), rng.uniform(0.1, 0.5, m)
    pages = synthesize(camera.perspective(digits, rng), surfaces, np.arange(m), np.zeros((m, 2), int), ink)
    lit = camera.shadow(camera.uneven_light(pages, rng), rng)
    return camera.sensor_noise(camera.blur(lit, rng), rng)


def _require_sizes(where: str, there: int, what: str, **sizes: int) -> None:
    for name, value in sizes.items():
        if not isinstance(value, Integral) or value < 0:
            raise ValueError(f"{where}: {name} is {value!r} but must be a whole number of at least 0")
    if sum(sizes.values()) > there:
        raise ValueError(f"{where}: {' + '.join(sizes)} = {sum(sizes.values())} but there are {there} {what}")
