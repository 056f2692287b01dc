"""Photographs of three surfaces, cut into small pictures: training from the left halves, testing from the right."""

import numpy as np

from helpers.datasets.dataset import DataError, Dataset

_NAMES = ("brick", "grass", "gravel")


def surfaces(size: int = 32, per_class: int = 200, test_per_class: int = 60) -> Dataset:
    """Crops of brick, grass and gravel at random places, gray in three equal channels, uint8.

    A crop covers a square of at least 64×64 pixels, averaged down to the size. No pixel of a photograph's right half is
    ever in a training crop, and none of its left half in a test crop.

    Parameters
    ----------
    size : int
        Height and width of the crops, 8 to 128.
    per_class, test_per_class : int
        Crops of each surface to train and to test on.

    Returns
    -------
    Dataset
        Images (3 · per_class, size, size, 3) and (3 · test_per_class, size, size, 3), ordered by class.

    Raises
    ------
    DataError
        Where the size or a number of crops is not as described.
    """
    import skimage.data

    if not 8 <= size <= 128:
        raise DataError(f"surfaces: size is {size}, expected 8 to 128 pixels")
    if min(per_class, test_per_class) < 1:
        raise DataError(f"surfaces: {per_class} and {test_per_class} crops a class, expected at least one of each")
    photographs = [getattr(skimage.data, name)() for name in _NAMES]
    random = np.random.RandomState(0)  # its stream is frozen by NumPy's policy
    middle = photographs[0].shape[1] // 2
    train = np.concatenate([_crops(photo[:, :middle], size, per_class, random) for photo in photographs])
    test = np.concatenate([_crops(photo[:, middle:], size, test_per_class, random) for photo in photographs])
    note = (
        f"surfaces: {len(train)} + {len(test)} crops, {size}×{size}, of the photographs brick, grass and gravel inside "
        "scikit-image (CC0); training crops from their left halves, test crops from their right halves."
    )
    classes = np.arange(len(_NAMES))
    labels = np.repeat(classes, per_class), np.repeat(classes, test_per_class)
    return Dataset("surfaces", "offline", train, labels[0], test, labels[1], _NAMES, note)


def _crops(photograph: np.ndarray, size: int, count: int, random: np.random.RandomState) -> np.ndarray:
    """Squares (count, size, size, 3) uint8 cut out at random places of a gray photograph and averaged down."""
    factor = max(1, 64 // size)
    side = factor * size
    rows, columns = (random.randint(0, length - side + 1, count) for length in photograph.shape)
    squares = np.stack([photograph[r : r + side, c : c + side] for r, c in zip(rows, columns, strict=True)])
    small = squares.reshape(count, size, factor, size, factor).mean(axis=(2, 4))
    return np.repeat(np.rint(small).astype(np.uint8)[..., None], 3, axis=-1)
