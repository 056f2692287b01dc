"""What a hand-held camera does to a drawing: perspective, surface, uneven light, shadow, blur and noise.

Images are floats (m, height, width) in [0, 1]. Every function takes a `numpy.random.Generator`, draws anew for each
image and works on all images at once; the same seed gives the same images again.
"""

from numbers import Integral, Real

import numpy as np

BLOCK = 128  # images that stay in the processor's cache while they are resampled


def uneven_light(images: np.ndarray, rng: np.random.Generator, strength: float = 0.5) -> np.ndarray:
    """Brightness that falls across each image, in a random direction, by a random share of it, `strength` at most."""
    require_images("uneven_light", images)
    require_number("uneven_light", "strength", strength, 0, 1)
    position = _across(images, rng)
    fall = (position / np.abs(position).max(axis=(1, 2), keepdims=True) + 1) / 2
    return images * (1 - rng.uniform(0, strength, (len(images), 1, 1)) * fall)


def shadow(images: np.ndarray, rng: np.random.Generator, depth: float = 0.5) -> np.ndarray:
    """A soft-edged shadow over one side of each image, which takes a random share of the light, `depth` at most."""
    require_images("shadow", images)
    require_number("shadow", "depth", depth, 0, 1)
    width = min(images.shape[1:])
    edge = rng.uniform(-width / 3, width / 3, (len(images), 1, 1))
    inside = 1 / (1 + np.exp(-2 * (_across(images, rng) - edge)))  # a pixel on either side of the edge is half-lit
    return images * (1 - rng.uniform(0, depth, (len(images), 1, 1)) * inside)


def blur(images: np.ndarray, rng: np.random.Generator, least: float = 0.3, most: float = 1.0) -> np.ndarray:
    """Each image out of focus: a Gaussian whose standard deviation in pixels is drawn from [least, most]."""
    require_images("blur", images)
    require_number("blur", "least", least, 0.1, np.inf)
    require_number("blur", "most", most, least, np.inf)
    sigma = rng.uniform(least, most, len(images))
    return np.clip(_smooth(images, sigma, sigma), 0, 1)  # rounding may leave the range by its last bit


def perspective(
    images: np.ndarray, rng: np.random.Generator, max_degrees: float = 15.0, tilt: float = 0.15, max_shift: float = 1.0
) -> np.ndarray:
    """Each image seen by a hand-held camera: turned, tilted and off the centre; what comes in from outside is 0.

    Parameters
    ----------
    images : ndarray of float, shape (m, height, width)
    rng : numpy.random.Generator
    max_degrees : float
        Turned either way by at most this angle, from 0 to 180.
    tilt : float
        How much nearer one edge may be than the centre, from 0 to 0.5, along both axes.
    max_shift : float
        Moved by at most so many pixels along each axis, from 0.

    Returns
    -------
    ndarray of float64, shape of `images`, read with linear interpolation
    """
    require_images("perspective", images)
    require_number("perspective", "max_degrees", max_degrees, 0, 180)
    require_number("perspective", "tilt", tilt, 0, 0.5)
    require_number("perspective", "max_shift", max_shift, 0, np.inf)
    m, side = len(images), max(images.shape[1:])
    angle = np.deg2rad(rng.uniform(-max_degrees, max_degrees, (m, 1, 1)))
    slopes = rng.uniform(-tilt, tilt, (2, m, 1, 1)) / (side / 2)
    shifts = rng.uniform(-max_shift, max_shift, (2, m, 1, 1))
    blocks = (slice(start, start + BLOCK) for start in range(0, m, BLOCK))
    seen = [_seen(images[block], angle[block], slopes[:, block], shifts[:, block]) for block in blocks]
    return np.clip(np.concatenate([np.empty((0, *images.shape[1:])), *seen]), 0, 1)


def sensor_noise(images: np.ndarray, rng: np.random.Generator, standard_deviation: float = 0.03) -> np.ndarray:
    """Gaussian noise on every pixel, kept in [0, 1]."""
    require_images("sensor_noise", images)
    require_number("sensor_noise", "standard_deviation", standard_deviation, 0, np.inf)
    return np.clip(images + rng.normal(0, standard_deviation, images.shape), 0, 1)


def paper_clips(count: int, size: int, rng: np.random.Generator, contrast: float = 0.13) -> np.ndarray:
    """Pictures of `count` different surfaces to write on: each has its own brightness, grain and ruling.

    The grain is noise smoothed by its own length along each axis, from fine paper to wood; every second surface or so
    has ruled lines, and some of these are squared.

    Returns
    -------
    ndarray of float64, shape (count, size, size), in [0, 1]

    Raises
    ------
    ValueError
        `count` or `size` is not a whole number from 1, or the contrast lies outside [0, 1].
    """
    for name, value in (("count", count), ("size", size)):
        if not isinstance(value, Integral) or value < 1:
            raise ValueError(f"paper_clips: {name} is {value!r} but must be a whole number of at least 1")
    require_number("paper_clips", "contrast", contrast, 0, 1)
    lengths = np.exp(rng.uniform(np.log(0.4), np.log(6), (2, count)))
    grain = _smooth(rng.standard_normal((count, size, size)), *lengths)
    grain /= grain.std(axis=(1, 2), keepdims=True) + 1e-12
    brightness = rng.uniform(0.55, 0.95, (count, 1, 1))
    return np.clip(brightness + rng.uniform(0.2, 1, (count, 1, 1)) * contrast * grain - _ruling(count, size, rng), 0, 1)


def _ruling(count: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """How much darker printed lines make each surface, (count, size, size): none, ruled or squared."""
    period, phase = rng.uniform(5, 12, (count, 1)), rng.uniform(0, 12, (2, count, 1))
    lines = ((np.arange(size) + phase) % period < 1).astype(np.float64)
    ruled, squared = rng.random((2, count, 1)) < 0.5
    down, across = lines[0] * ruled, lines[1] * (ruled & squared)
    return rng.uniform(0.12, 0.36, (count, 1, 1)) * np.maximum(down[:, :, None], across[:, None, :])


def _smooth(images: np.ndarray, down: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Each image under a Gaussian of its own standard deviations (m,), in pixels, cut off at the edge and rescaled."""
    rows, columns = (_kernels(sigma, side) for sigma, side in zip((down, across), images.shape[1:], strict=True))
    return rows @ images @ columns.transpose(0, 2, 1)


def _kernels(sigma: np.ndarray, side: int) -> np.ndarray:
    """Matrices (m, side, side) that smooth one axis: row r holds the Gaussian around r, its sum 1."""
    apart = np.arange(side)[:, None] - np.arange(side)
    weights = np.exp(-(apart**2) / (2 * sigma[:, None, None] ** 2))
    return weights / weights.sum(axis=2, keepdims=True)


def _centred(images: np.ndarray) -> np.ndarray:
    """Rows and columns of the pixels counted from the centre, (2, height, width)."""
    height, width = images.shape[1:]
    return np.indices((height, width)) - np.array([(height - 1) / 2, (width - 1) / 2])[:, None, None]


def _across(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each image the position of its pixels along a random direction, in pixels from the centre: (m, h, w)."""
    angle = rng.uniform(0, 2 * np.pi, (len(images), 1, 1))
    rows, columns = _centred(images)
    return np.sin(angle) * rows + np.cos(angle) * columns


def _seen(images: np.ndarray, angle: np.ndarray, slopes: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Images through a camera that is turned by `angle` (m, 1, 1), tilted and moved; slopes, shifts (2, m, 1, 1)."""
    rows, columns = _centred(images)
    distance = 1 + slopes[0] * rows + slopes[1] * columns
    seen_rows = (np.cos(angle) * rows + np.sin(angle) * columns) / distance - shifts[0]
    seen_columns = (np.cos(angle) * columns - np.sin(angle) * rows) / distance - shifts[1]
    _, height, width = images.shape
    return _read_at(images, seen_rows + (height - 1) / 2, seen_columns + (width - 1) / 2)


def _read_at(images: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Images read at fractional places (m, h, w) with linear interpolation; 0 outside."""
    padded = np.pad(images, [(0, 0), (1, 2), (1, 2)])
    rows, columns = (np.clip(p + 1, 0, side + 1) for p, side in zip((rows, columns), images.shape[1:], strict=True))
    top, left = rows.astype(int), columns.astype(int)
    low, right, (_, height, width) = rows - top, columns - left, padded.shape
    first = np.arange(len(images))[:, None, None] * height * width + top * width + left
    above, below = ((1 - right) * padded.take(at) + right * padded.take(at + 1) for at in (first, first + width))
    return (1 - low) * above + low * below


def require_images(where: str, images: np.ndarray, name: str = "images") -> None:
    """Refuse anything but an array of floats (m, height, width) in [0, 1] (`ValueError`)."""
    if not isinstance(images, np.ndarray) or images.ndim != 3 or images.dtype.kind != "f" or 0 in images.shape[1:]:
        came = f"{images.dtype} {images.shape}" if isinstance(images, np.ndarray) else type(images).__name__
        raise ValueError(f"{where}: {name} is {came} but must be an array of floats (m, height, width)")
    if images.size and not (images.min() >= 0 and images.max() <= 1):
        raise ValueError(f"{where}: {name} spans [{images.min():.4g}, {images.max():.4g}] but must lie in [0, 1]")


def require_number(where: str, name: str, value: float, least: float, most: float) -> None:
    """Refuse anything but a finite number from `least` to `most` (`ValueError`)."""
    if not isinstance(value, Real) or not (np.isfinite(value) and least <= value <= most):
        raise ValueError(f"{where}: {name} is {value!r} but must be a number from {least} to {most}")
