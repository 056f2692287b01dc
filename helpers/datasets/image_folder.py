"""The learner's own photographs as a data set: a folder whose subfolders are the classes."""

from pathlib import Path

import numpy as np

from helpers.datasets.dataset import DataError, Dataset, split_dataset
from helpers.datasets.photographs import read_image

SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff"}


def image_folder(folder: str | Path, size: tuple[int, int], test_fraction: float = 0.25) -> Dataset:
    """Photographs of a folder, one subfolder a class, all stretched to one size.

    Classes and files come in alphabetical order; hidden files and files that are no images are left out. A folder that
    holds `train` and `test`, each with the same subfolders, is taken as split already.

    Parameters
    ----------
    folder : str or Path
    size : (height, width)
    test_fraction : float
        Part of each class that is held out where the folder is not split already: above 0 and below 1.

    Returns
    -------
    Dataset
        Images (m, height, width, 3) uint8; the source is "folder".

    Raises
    ------
    DataError
        Where there is no such folder, fewer than two classes, a class without enough images to split, another set of
        classes in `test` than in `train`, or an image that cannot be read.
    """
    root = Path(folder).expanduser()
    if not root.is_dir():
        raise DataError(f"image_folder: {root} is no folder: give one whose subfolders are the classes")
    if not 0 < test_fraction < 1:
        raise DataError(f"image_folder: test_fraction is {test_fraction}, expected a number between 0 and 1")
    if (root / "train").is_dir() and (root / "test").is_dir():
        return _split_already(root, size)
    names, x, y = _read(root, size)
    counts = np.bincount(y)
    if np.any(np.rint(test_fraction * counts) < 1) or np.any(np.rint(test_fraction * counts) == counts):
        raise DataError(f"image_folder: a class of {root} has only {counts.min()} images: too few to hold some out")
    made = split_dataset("image_folder", x, y, names, _note(root, x), test_fraction)
    return Dataset(
        made.name, "folder", made.x_train, made.y_train, made.x_test, made.y_test, made.class_names, made.note
    )


def _split_already(root: Path, size: tuple[int, int]) -> Dataset:
    """Data set of a folder that holds train and test."""
    names, x_train, y_train = _read(root / "train", size)
    test_names, x_test, y_test = _read(root / "test", size)
    if names != test_names:
        raise DataError(f"image_folder: {root} has classes {names} in train, but {test_names} in test")
    note = _note(root, [*x_train, *x_test])
    return Dataset("image_folder", "folder", x_train, y_train, x_test, y_test, names, note)


def _read(root: Path, size: tuple[int, int]) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Names of the classes, images (m, height, width, 3), labels (m,)."""
    files = {
        folder.name: sorted(path for path in folder.iterdir() if _is_image(path))
        for folder in sorted(root.iterdir())
        if folder.is_dir() and not folder.name.startswith(".")
    }
    names = tuple(name for name, paths in files.items() if paths)
    if len(names) < 2:
        raise DataError(f"image_folder: {root} has images in {len(names)} subfolders: at least two classes are needed")
    x = np.stack([read_image(path, size) for name in names for path in files[name]])
    return names, x, np.repeat(np.arange(len(names)), [len(files[name]) for name in names])


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def _note(root: Path, images: object) -> str:
    return f"image_folder: {len(images)} images of your folder {root.name}; they stay on this machine."
