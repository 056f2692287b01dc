"""Pictures of two handwritten digits side by side, to be read as their sum: apart, or overlapping by some columns."""

from dataclasses import dataclass, field
from numbers import Integral

import numpy as np

from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.images import mnist_5k

SIDE = 10  # height of a picture, height and width of one digit
WIDTH = 22  # of a picture: two digits and a column of margin on both sides
JITTER = 1  # columns that each digit may stand left or right of its place
INK = 20  # a pixel above this belongs to a digit


@dataclass(frozen=True, eq=False)
class DigitPairs:
    """Pictures of two digits; arrays are read-only: work on a copy.

    Attributes
    ----------
    images : ndarray, shape (m, 10, 22), uint8
    digits : ndarray, shape (m, 2), int64
        The left and the right digit.
    starts : ndarray, shape (m, 2), int64
        Column at which the ten columns of each digit begin; they may share columns.
    """

    images: np.ndarray = field(repr=False)
    digits: np.ndarray = field(repr=False)
    starts: np.ndarray = field(repr=False)

    def __post_init__(self) -> None:
        """Lock the arrays."""
        for array in (self.images, self.digits, self.starts):
            array.setflags(write=False)

    @property
    def sums(self) -> np.ndarray:
        """Sums (m,) int64, from 0 to 18."""
        return self.digits.sum(axis=1)


def small_digits(images: np.ndarray) -> np.ndarray:
    """Digits (m, 10, 10) uint8: the inner 20×20 pixels of MNIST digits (m, 28, 28), two by two averaged.

    Raises
    ------
    DataError
        Where the images have another shape.
    """
    if images.ndim != 3 or images.shape[1:] != (28, 28):
        raise DataError(f"small_digits: images have shape {images.shape}, expected (m, 28, 28)")
    return images[:, 4:24, 4:24].reshape(-1, SIDE, 2, SIDE, 2).mean(axis=(2, 4)).astype(np.uint8)


def digit_pairs(digits: np.ndarray, labels: np.ndarray, count: int, seed: int = 0, overlap: int = 0) -> DigitPairs:
    """Pictures of two digits drawn at random, the same for a seed on every machine; the brighter pixel is kept.

    Parameters
    ----------
    digits : ndarray, shape (k, 10, 10), uint8
        From `small_digits`.
    labels : ndarray of int, shape (k,)
    count : int
    seed : int
    overlap : int
        Columns by which the places of the two digits overlap, 0 to 8. Each then moves by up to one column.

    Raises
    ------
    DataError
        Where count or overlap is out of its range, or digits and labels do not fit.
    """
    if not isinstance(count, Integral) or count < 1:
        raise DataError(f"digit_pairs: count={count!r}, expected an integer of at least 1")
    if not isinstance(overlap, Integral) or not 0 <= overlap <= 8:
        raise DataError(f"digit_pairs: overlap={overlap!r}, expected an integer from 0 to 8")
    if digits.shape != (len(labels), SIDE, SIDE):
        raise DataError(f"digit_pairs: digits have shape {digits.shape}, expected {(len(labels), SIDE, SIDE)}")
    random = np.random.RandomState(seed)  # its stream is frozen by NumPy's policy, unlike default_rng's
    chosen = random.randint(len(labels), size=(count, 2))
    margin = (WIDTH - 2 * SIDE + overlap) // 2
    starts = np.array([margin, margin + SIDE - overlap]) + random.randint(-JITTER, JITTER + 1, size=(count, 2))
    images = np.maximum(*(_placed(digits[chosen[:, k]], starts[:, k]) for k in (0, 1)))
    return DigitPairs(images, labels[chosen].astype(np.int64), starts.astype(np.int64))


def _placed(digits: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Pictures (m, 10, 22), empty but for one digit each, its first column at `starts`."""
    images = np.zeros((len(digits), SIDE, WIDTH), digits.dtype)
    columns = starts[:, None, None] + np.arange(SIDE)
    images[np.arange(len(digits))[:, None, None], np.arange(SIDE)[:, None], columns] = digits
    return images


def cut_out(images: np.ndarray, starts: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """What stands in the columns from `starts` to before `stops`, its ink centred in ten columns.

    Parameters
    ----------
    images : ndarray, shape (m, 10, w), uint8
    starts, stops : ndarray of int, shape (m,)

    Returns
    -------
    ndarray, shape (m, 10, 10), uint8
        Ink that reaches beyond ten columns is lost; columns without ink leave an empty picture.
    """
    m, height, width = images.shape
    if np.shape(starts) != (m,) or np.shape(stops) != (m,):
        raise DataError(f"cut_out: starts {np.shape(starts)} and stops {np.shape(stops)}, expected {(m,)}")
    column = np.arange(width)
    kept = images * ((column >= starts[:, None]) & (column < stops[:, None]))[:, None, :]
    ink = (kept > INK).any(axis=1)
    first, after = ink.argmax(axis=1), width - ink[:, ::-1].argmax(axis=1)
    left = (first + after) // 2 - SIDE // 2
    padded = np.pad(kept, [(0, 0), (0, 0), (SIDE, SIDE)])
    columns = left[:, None, None] + SIDE + np.arange(SIDE)
    return padded[np.arange(m)[:, None, None], np.arange(height)[:, None], columns]


def digit_sums(count: int = 4000, seed: int = 0, overlap: int = 0) -> Dataset:
    """Pictures (10, 22) uint8 of two digits, labelled with their sum: `count` to train on, a quarter more to test on.

    Training pictures are made of the training digits of `mnist_5k`, test pictures of its test digits.

    Parameters
    ----------
    count, seed, overlap : int
        As for `digit_pairs`; the test pictures come from `seed + 1`.
    """
    source = mnist_5k()
    train = digit_pairs(small_digits(source.x_train), source.y_train, count, seed, overlap)
    test = digit_pairs(small_digits(source.x_test), source.y_test, max(1, count // 4), seed + 1, overlap)
    note = (
        f"digit_sums: {len(train.sums)} + {len(test.sums)} pictures of two digits, 10×22 uint8, places overlapping by "
        f"{overlap} columns, made here with seed {seed} from {source.note}"
    )
    names = tuple(str(total) for total in range(19))
    return Dataset("digit_sums", "offline", train.images, train.sums, test.images, test.sums, names, note)
