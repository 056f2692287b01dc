"""Data augmentation: image batches shifted, rotated, bent, mirrored or made noisy at random, each image differently.

Every function takes images (m, height, width) or (m, height, width, channels), uint8 or float, and a random generator,
and returns a new array of the same shape and dtype whose labels are those of the images: the order is kept. A generator
of the same seed gives the same images again, bit for bit.
"""

from collections.abc import Iterable
from numbers import Integral, Real

import numpy as np
from scipy import ndimage

Random = np.random.Generator | np.random.RandomState

_OUTSIDE = {"zeros": "grid-constant", "edge": "nearest"}


def shift(images: np.ndarray, rng: Random, max_pixels: int, outside: str = "zeros") -> np.ndarray:
    """Each image moved by whole pixels, down or up and right or left, by at most `max_pixels` each.

    Parameters
    ----------
    images : ndarray of uint8 or float, shape (m, height, width) or (m, height, width, channels)
    rng : numpy.random.Generator or numpy.random.RandomState
    max_pixels : int
        From 0, which changes nothing, to less than the height and the width.
    outside : {"zeros", "edge"}
        What comes in from beyond the picture: zeros, or the pixel at the edge again.

    Returns
    -------
    ndarray, shape and dtype of `images`

    Raises
    ------
    ValueError
        Where an argument is not as described.
    """
    _refuse_wrong_batch(images, rng)
    size = min(images.shape[1:3])
    if not isinstance(max_pixels, Integral) or not 0 <= max_pixels < size:
        raise ValueError(f"max_pixels is {max_pixels!r}, expected an integer from 0 to {size - 1} for these images")
    drawn = np.rint(rng.uniform(-max_pixels - 0.5, max_pixels + 0.5, (len(images), 2)))
    moves = np.clip(drawn, -max_pixels, max_pixels)[:, :, None, None]
    grid = np.indices(images.shape[1:3])
    return _resampled(images, (grid - move for move in moves), outside)


def rotate(images: np.ndarray, rng: Random, max_degrees: float, outside: str = "zeros") -> np.ndarray:
    """Each image turned about its centre, either way by at most `max_degrees`; a positive angle is counterclockwise.

    Parameters
    ----------
    images : ndarray of uint8 or float, shape (m, height, width) or (m, height, width, channels)
    rng : numpy.random.Generator or numpy.random.RandomState
    max_degrees : float
        From 0, which changes nothing, to 180.
    outside : {"zeros", "edge"}
        What comes in from beyond the picture: zeros, or the pixel at the edge again.

    Returns
    -------
    ndarray, shape and dtype of `images`

    Raises
    ------
    ValueError
        Where an argument is not as described.
    """
    _refuse_wrong_batch(images, rng)
    _refuse_out_of_range("max_degrees", max_degrees, 180)
    height, width = images.shape[1:3]
    centre = np.array([(height - 1) / 2, (width - 1) / 2])[:, None, None]
    rows, columns = np.indices((height, width)) - centre
    angles = np.deg2rad(rng.uniform(-max_degrees, max_degrees, len(images)))
    turned = (
        np.stack([cosine * rows + sine * columns, cosine * columns - sine * rows]) + centre
        for cosine, sine in zip(np.cos(angles), np.sin(angles), strict=True)
    )
    return _resampled(images, turned, outside)


def elastic(
    images: np.ndarray, rng: Random, strength: float = 34.0, smoothness: float = 4.0, outside: str = "zeros"
) -> np.ndarray:
    """Each image bent as if printed on rubber: every pixel is displaced at random, its neighbours nearly alike.

    The displacements are uniform noise in [-1, 1], blurred by a Gaussian and multiplied by the strength (Simard,
    Steinkraus and Platt 2003, who use 34 and 4 on MNIST: that displaces a pixel by 1.4 pixels or so along each axis).

    Parameters
    ----------
    images : ndarray of uint8 or float, shape (m, height, width) or (m, height, width, channels)
    rng : numpy.random.Generator or numpy.random.RandomState
    strength : float
        At least 0, which changes nothing.
    smoothness : float
        Standard deviation of the Gaussian in pixels, above 0; the larger, the wider and weaker the bends.
    outside : {"zeros", "edge"}
        What comes in from beyond the picture: zeros, or the pixel at the edge again.

    Returns
    -------
    ndarray, shape and dtype of `images`

    Raises
    ------
    ValueError
        Where an argument is not as described.
    """
    _refuse_wrong_batch(images, rng)
    _refuse_out_of_range("strength", strength)
    _refuse_out_of_range("smoothness", smoothness)
    if smoothness == 0:
        raise ValueError("smoothness is 0, expected a number above 0: without blur the pixels are only scrambled")
    grid = np.indices(images.shape[1:3])

    def bent() -> np.ndarray:
        noise = rng.uniform(-1, 1, grid.shape)
        return grid + strength * ndimage.gaussian_filter(noise, (0, smoothness, smoothness), mode="constant")

    return _resampled(images, (bent() for _ in images), outside)


def flip(images: np.ndarray, rng: Random, probability: float = 0.5) -> np.ndarray:
    """Some of the images mirrored, left for right: for photographs, not for digits or letters.

    Parameters
    ----------
    images : ndarray of uint8 or float, shape (m, height, width) or (m, height, width, channels)
    rng : numpy.random.Generator or numpy.random.RandomState
    probability : float
        With which an image is mirrored, from 0 to 1.

    Returns
    -------
    ndarray, shape and dtype of `images`

    Raises
    ------
    ValueError
        Where an argument is not as described.
    """
    _refuse_wrong_batch(images, rng)
    _refuse_out_of_range("probability", probability, 1)
    mirrored = rng.uniform(0, 1, len(images)) < probability
    flipped = images.copy()
    flipped[mirrored] = images[mirrored, :, ::-1]
    return flipped


def add_noise(images: np.ndarray, rng: Random, standard_deviation: float) -> np.ndarray:
    """Gaussian noise on every value, which is then kept in range.

    The range is 0 to 255 for uint8; for floats 0 to 1 where all images are in it, else their least and greatest value.

    Parameters
    ----------
    images : ndarray of uint8 or float, shape (m, height, width) or (m, height, width, channels)
    rng : numpy.random.Generator or numpy.random.RandomState
    standard_deviation : float
        In the units of the pixels, so of 255 for uint8; at least 0, which changes nothing.

    Returns
    -------
    ndarray, shape and dtype of `images`

    Raises
    ------
    ValueError
        Where an argument is not as described.
    """
    _refuse_wrong_batch(images, rng)
    _refuse_out_of_range("standard_deviation", standard_deviation)
    noisy = images + rng.normal(0, standard_deviation, images.shape)
    return _as_dtype(np.clip(noisy, *_value_range(images)), images.dtype)


def _resampled(images: np.ndarray, coordinates: Iterable[np.ndarray], outside: str) -> np.ndarray:
    """Images read, with linear interpolation, at the coordinates (2, height, width) of each: rows, then columns."""
    if outside not in _OUTSIDE:
        raise ValueError(f"outside is {outside!r}, expected 'zeros' or 'edge'")
    result = np.empty_like(images)
    planes = images[..., None] if images.ndim == 3 else images
    results = result[..., None] if images.ndim == 3 else result
    for picture, changed, where in zip(planes, results, coordinates, strict=True):
        for channel in range(picture.shape[-1]):
            plane = picture[..., channel].astype(np.float64)
            values = ndimage.map_coordinates(plane, where, order=1, mode=_OUTSIDE[outside])
            changed[..., channel] = _as_dtype(values, images.dtype)
    return result


def _as_dtype(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """Values in the dtype of the images; to integers they are rounded, not cut off."""
    return (np.rint(values) if dtype == np.uint8 else values).astype(dtype)


def _value_range(images: np.ndarray) -> tuple[float, float]:
    """Least and greatest value that a changed image may hold."""
    if images.dtype == np.uint8:
        return 0, 255
    if not images.size or (images.min() >= 0 and images.max() <= 1):
        return 0, 1
    return images.min(), images.max()


def _refuse_wrong_batch(images: np.ndarray, rng: Random) -> None:
    """Raise ValueError unless the images are a batch of pixels and `rng` draws random numbers."""
    expected = "images must be an array (m, height, width) or (m, height, width, channels) of uint8 or float"
    if not isinstance(images, np.ndarray):
        raise ValueError(f"{expected}, got {type(images).__name__}")
    if images.ndim not in (3, 4) or 0 in images.shape[1:]:
        raise ValueError(f"{expected}, got shape {images.shape}")
    if images.ndim == 3 and images.shape[-1] in (3, 4):
        raise ValueError(f"{expected}, got shape {images.shape}: give one colour image as image[None]")
    if images.dtype != np.uint8 and not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"{expected}, got {images.dtype}")
    if not np.isfinite(images).all():
        raise ValueError("images must be finite, got NaN or infinity")
    if not isinstance(rng, Random):
        raise ValueError(f"rng is {rng!r}, expected a random generator such as numpy.random.default_rng(0)")


def _refuse_out_of_range(name: str, value: float, greatest: float = np.inf) -> None:
    """Raise ValueError unless the value is a finite number from 0 to the greatest allowed."""
    if not isinstance(value, Real) or not (np.isfinite(value) and 0 <= value <= greatest):
        expected = "a finite number of at least 0" if greatest == np.inf else f"a number from 0 to {greatest}"
        raise ValueError(f"{name} is {value!r}, expected {expected}")
