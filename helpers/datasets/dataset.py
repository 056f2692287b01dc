"""What `load` returns: arrays that cannot be changed by accident, class names, and where the data came from."""

from dataclasses import dataclass, field

import numpy as np


class DataError(ValueError):
    """A data set that cannot be had as asked; the message is one line that says what is wrong and what to do."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples with their labels, split into training and test examples.

    Every array is read-only: work on a copy. A label is an index into `class_names`.

    Attributes
    ----------
    name, source : str
        The name it was loaded by, and its tier: "offline", "public" or "course".
    x_train, y_train : ndarray
        Training examples, first axis m: points (m, 2), gray images (m, height, width), colour images
        (m, height, width, 3), sequences (m, T), texts or sounds, of the type that the source has them in; labels (m,)
        int64, or (m, T) where each step of a sequence has one.
    x_test, y_test : ndarray
        Test examples of the same form. A set without a split has empty ones: m = 0.
    class_names : tuple of str
    note : str
        Where the data came from, its licence and its size.

    Raises
    ------
    DataError
        Where a half has another number of labels than of examples.
    """

    name: str
    source: str
    x_train: np.ndarray = field(repr=False)
    y_train: np.ndarray = field(repr=False)
    x_test: np.ndarray = field(repr=False)
    y_test: np.ndarray = field(repr=False)
    class_names: tuple[str, ...]
    note: str

    def __post_init__(self) -> None:
        """Refuse halves that do not fit, and lock the arrays."""
        for x, y in ((self.x_train, self.y_train), (self.x_test, self.y_test)):
            if len(x) != len(y):
                raise DataError(f"{self.name}: {len(x)} examples but {len(y)} labels")
            x.setflags(write=False)
            y.setflags(write=False)


def split_dataset(
    name: str, x: np.ndarray, y: np.ndarray, class_names: tuple[str, ...], note: str, test_fraction: float
) -> Dataset:
    """Dataset whose test half holds the same fraction of every class: a fixed split, the same on every run.

    Parameters
    ----------
    name, note : str
    x : ndarray, shape (m, ...)
    y : ndarray of int, shape (m,)
    class_names : tuple of str
    test_fraction : float
        Fraction of each class that becomes test examples; 0 leaves the order as it is and the test half empty.

    Returns
    -------
    Dataset
        Of the tier "offline".
    """
    y = y.astype(np.int64)
    train, test = np.arange(len(y)), np.arange(0)
    if test_fraction:
        random = np.random.RandomState(0)  # its stream is frozen by NumPy's policy, unlike default_rng's
        classes = [random.permutation(np.flatnonzero(y == label)) for label in np.unique(y)]
        sizes = [round(test_fraction * len(members)) for members in classes]
        test = random.permutation(np.concatenate([c[:size] for c, size in zip(classes, sizes, strict=True)]))
        train = random.permutation(np.concatenate([c[size:] for c, size in zip(classes, sizes, strict=True)]))
    return Dataset(name, "offline", x[train], y[train], x[test], y[test], class_names, note)
