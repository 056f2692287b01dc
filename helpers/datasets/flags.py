"""Signal flags in fog: a task of which everything is known, its Bayes error included.

A flag is a pattern of 8×8 dark and light squares, a product of Walsh functions: half of it dark, any two
orthogonal. A flag may be flown with its colours exchanged, which means the same. Fog adds Gaussian noise to every
square. So each class is a mixture of two Gaussians, at +d and at −d along its own pattern, and the best possible answer
and its error can be worked out: no network, and no human, can do better.
"""

from collections.abc import Iterator

import numpy as np

from helpers.datasets.dataset import DataError, Dataset

SIZE = 8
CLASS_NAMES = ("bars", "stripes", "quarters", "checks", "corners", "band")
WALSH = ((2, 0), (0, 2), (4, 4), (2, 2), (6, 6), (6, 0))  # rows and columns of the Walsh matrix, one pair a flag
CONTRAST = 0.5  # a square is ±0.5 away from the gray of the sky
FOG = 1.2  # standard deviation of the noise on each square
LIGHT = 0.75  # share of flags flown in their usual colours
POINTS, REACH = 4001, 10.0  # of the quadrature: a grid over ±10 standard deviations around the means


def patterns() -> np.ndarray:
    """The six flags (6, 8, 8) in their usual colours: +0.5 where a square is light, −0.5 where it is dark."""
    walsh = np.array([[(-1) ** bin(row & column).count("1") for column in range(SIZE)] for row in range(SIZE)])
    return CONTRAST * np.stack([np.outer(walsh[row], walsh[column]) for row, column in WALSH])


def draw_flags(m: int, rng: np.random.Generator, fog: float = FOG, light: float = LIGHT) -> tuple:
    """Images of flags in fog, all classes equally likely.

    Parameters
    ----------
    m : how many
    rng : draws classes, then colours, then fog
    fog : standard deviation of the noise on each square, above 0
    light : probability that a flag has its usual colours, in [0, 1]

    Returns
    -------
    images (m, 8, 8), float64, and classes (m,), int64

    Raises
    ------
    DataError
        A number is out of its range.
    """
    _require_model(fog, light)
    if not isinstance(m, int | np.integer) or m < 0:
        raise DataError(f"draw_flags: m={m!r}, expected how many images, an integer of at least 0")
    classes = rng.integers(len(CLASS_NAMES), size=m)
    colours = np.where(rng.random(m) < light, 1.0, -1.0)
    images = rng.standard_normal((m, SIZE, SIZE))
    images *= fog
    images += colours[:, None, None] * patterns()[classes]
    return images, classes


def flags(seed: int = 0, train: int = 1000, test: int = 1000, fog: float = FOG, light: float = LIGHT) -> Dataset:
    """Signal flags in fog, six classes of 8×8 images.

    Parameters
    ----------
    seed : int
    train, test : int
        How many images of each half.
    fog, light : float
        As for `draw_flags`.
    """
    rng = np.random.default_rng(seed)
    best = f"Bayes error {bayes_error(fog, light):.4f}"
    note = f"flags: {train} + {test} signal flags in fog, 8×8, {best}; made here with seed {seed}, no licence needed."
    halves = (*draw_flags(train, rng, fog, light), *draw_flags(test, rng, fog, light))
    return Dataset("flags", "offline", *halves, CLASS_NAMES, note)


def posterior(images: np.ndarray, patterns: np.ndarray, fog: float = FOG, light: float = LIGHT) -> np.ndarray:
    """Probability of each class given the image, P(c | x) ∝ π exp(x·t_c / σ²) + (1 − π) exp(−x·t_c / σ²).

    Parameters
    ----------
    images : (m, height, width)
    patterns : (classes, height, width), t_c, all of one length ‖t‖, all equally likely
    fog, light : σ and π, the noise and the share of usual colours that the answer reckons with

    Returns
    -------
    probabilities (m, classes)

    Raises
    ------
    DataError
        A number is out of its range, or images and patterns differ in size.
    """
    _require_model(fog, light)
    if np.ndim(images) != 3 or np.shape(images)[1:] != np.shape(patterns)[1:]:
        raise DataError(f"posterior: images {np.shape(images)} and patterns {np.shape(patterns)} differ in size")
    match = np.reshape(images, (len(images), -1)) @ np.reshape(patterns, (len(patterns), -1)).T / fog**2
    with np.errstate(divide="ignore"):
        score = np.logaddexp(np.log(light) + match, np.log1p(-light) - match)
    likelihood = np.exp(score - score.max(axis=1, keepdims=True))
    return likelihood / likelihood.sum(axis=1, keepdims=True)


def bayes_error(fog: float = FOG, light: float = LIGHT) -> float:
    """Error of the best possible answer, by a one-dimensional integral.

    With d = ‖t‖/σ, the image enters only through u_c = x·t_c/(‖t‖ σ), six independent normal numbers; of the true class
    the mean is ±d, of the others 0. The answer is the class of the largest g(u) = π e^{du} + (1 − π) e^{−du}. As g is
    convex with g(u) = g(ln((1 − π)/π)/d − u), the other five lie below g(r) exactly where they lie between r and its
    mirror image r′. So P(right) = ∫ (π φ(r − d) + (1 − π) φ(r + d)) |Φ(r) − Φ(r′)|⁵ dr.

    Parameters
    ----------
    fog, light : σ, above 0, and π, strictly between 0 and 1 or one of both

    Returns
    -------
    the error, exact to ten digits
    """
    from scipy.special import ndtr

    _require_model(fog, light)
    d, density = CONTRAST * SIZE / fog, lambda z: np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    with np.errstate(divide="ignore"):
        mirror_of_zero = (np.log1p(-light) - np.log(light)) / d
    right = 0.0
    for mean, share in ((d, light), (-d, 1 - light)):
        r = np.linspace(mean - REACH, mean + REACH, POINTS)
        below = np.abs(ndtr(r) - ndtr(mirror_of_zero - r)) ** (len(CLASS_NAMES) - 1)
        right += share * np.trapezoid(density(r - mean) * below, r)
    return float(1 - right)


def measured_error(m: int, rng: np.random.Generator, fog: float = FOG, light: float = LIGHT) -> float:
    """Share of m fresh images on which the class of largest `posterior` is wrong: what `bayes_error` computes."""
    wrong = sum(
        np.sum(posterior(images, patterns(), fog, light).argmax(axis=1) != classes)
        for images, classes in _batches(m, rng, fog, light)
    )
    return float(wrong / m)


def _batches(m: int, rng: np.random.Generator, fog: float, light: float, size: int = 20_000) -> Iterator[tuple]:
    for start in range(0, m, size):
        yield draw_flags(min(size, m - start), rng, fog, light)


def _require_model(fog: float, light: float) -> None:
    if not (np.isscalar(fog) and 0 < fog < np.inf):
        raise DataError(f"flags: fog={fog!r}, expected a standard deviation above 0")
    if not (np.isscalar(light) and 0 <= light <= 1):
        raise DataError(f"flags: light={light!r}, expected a probability from 0 to 1")
