"""The learner's own pictures with a class for every pixel: `images/NAME.jpg` beside `masks/NAME.png` of class ids.

The trimaps of Oxford-IIIT Pet fit as they come: `images/NAME.jpg` beside `annotations/trimaps/NAME.png`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from helpers.datasets.dataset import DataError
from helpers.datasets.image_folder import SUFFIXES
from helpers.datasets.photographs import decode_image, read_image

MASK_FOLDERS = ("masks", "annotations/trimaps")


@dataclass(frozen=True, eq=False)
class MaskedImages:
    """Pictures and the class of each of their pixels.

    Attributes
    ----------
    images : ndarray, shape (m, height, width, 3), uint8
    masks : ndarray, shape (m, height, width), uint8
        Indices into `class_names`.
    class_names : tuple of str
    note : str
        Where they came from.
    """

    images: np.ndarray = field(repr=False)
    masks: np.ndarray = field(repr=False)
    class_names: tuple[str, ...]
    note: str

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self.images)


def mask_folder(folder: str | Path, size: tuple[int, int]) -> tuple[MaskedImages, MaskedImages]:
    """Pictures and masks of a folder to train on and to test on, stretched to one size, a mask to its nearest pixels.

    The classes are those of `classes.txt`, a line "ID NAME" each; where it is absent, the ids that the masks hold. A
    mask has one channel (gray or palette) of ids from 0 to 255. Where `test.txt` lists names, these are held out, else
    every fifth picture in alphabetical order.

    Parameters
    ----------
    folder : str or Path
    size : (height, width)

    Returns
    -------
    train, test : MaskedImages
        Classes in the order of their ids.

    Raises
    ------
    DataError
        Where the layout is another, a picture has no mask or a mask of another size, a file is damaged, or a mask is in
        colour or holds an id that `classes.txt` does not list.
    """
    root = Path(folder).expanduser()
    pictures = _pictures(root)
    masks = [_mask_path(root, picture) for picture in pictures]
    pairs = [_read_pair(*files, size) for files in zip(pictures, masks, strict=True)]
    names = _listed_classes(root / "classes.txt")
    names = names or {int(i): f"class {i}" for i in np.unique(np.concatenate([np.unique(ids) for _, ids in pairs]))}
    if len(names) < 2:
        raise DataError(f"mask_folder: the masks of {root} hold a single class: there is nothing to tell apart")
    labels = [_indices(path, ids, names) for path, (_, ids) in zip(masks, pairs, strict=True)]
    held_out = _held_out(root, [picture.stem for picture in pictures])
    halves = (np.flatnonzero(~held_out), np.flatnonzero(held_out))
    train, test = (_half(root, [(pairs[i][0], labels[i]) for i in half], tuple(names.values())) for half in halves)
    return train, test


def _pictures(root: Path) -> list[Path]:
    """The picture files, in alphabetical order."""
    listed = sorted(p for p in root.glob("images/*") if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
    if len(listed) < 2:
        raise DataError(f"mask_folder: {root} has {len(listed)} pictures images/NAME.jpg, expected at least 2")
    return listed


def _mask_path(root: Path, picture: Path) -> Path:
    candidates = [root / folder / f"{picture.stem}.png" for folder in MASK_FOLDERS]
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        raise DataError(f"mask_folder: {picture} has no mask {candidates[0]}")
    return found


def _read_pair(picture: Path, mask: Path, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Picture (height, width, 3) and class ids (height, width), both uint8, after their sizes were compared."""
    from PIL import Image

    image, stored = read_image(picture), decode_image(mask)
    if stored.mode not in ("1", "L", "P"):
        raise DataError(f"{mask} is of mode {stored.mode}, expected one channel of class ids: gray (L) or palette (P)")
    ids = np.asarray(stored).astype(np.uint8)
    if ids.shape != image.shape[:2]:
        sizes = f"{ids.shape[0]}×{ids.shape[1]} pixels, but {picture} has {image.shape[0]}×{image.shape[1]}"
        raise DataError(f"{mask} has {sizes}: a mask needs the size of its picture")
    height, width = size
    nearest = Image.fromarray(ids).resize((width, height), Image.Resampling.NEAREST)
    return read_image(picture, size), np.asarray(nearest)


def _listed_classes(path: Path) -> dict[int, str]:
    """Names by id, in the order of the ids; none where there is no such file."""
    if not path.is_file():
        return {}
    lines = [line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not lines or not all(len(line) == 2 and line[0].isdecimal() and int(line[0]) < 256 for line in lines):
        raise DataError(f"{path} should hold a line for each class, ID NAME, such as: 0 background")
    return dict(sorted((int(number), name.strip()) for number, name in lines))


def _indices(path: Path, ids: np.ndarray, names: Mapping[int, str]) -> np.ndarray:
    """Class ids as indices into the names."""
    known = np.array(list(names))
    if (unknown := np.setdiff1d(ids, known)).size:
        raise DataError(
            f"{path} holds the id {unknown[0]}, which classes.txt does not list: {', '.join(map(str, known))}"
        )
    return np.searchsorted(known, ids).astype(np.uint8)


def _held_out(root: Path, names: list[str]) -> np.ndarray:
    """Which pictures to test on, bool."""
    listed = root / "test.txt"
    if not listed.is_file():
        return np.array([i % 5 == 4 for i in range(len(names))]) if len(names) > 4 else np.arange(len(names)) == 0
    wanted = {line.strip() for line in listed.read_text(encoding="utf-8").splitlines() if line.strip()}
    if not wanted or not wanted < set(names):
        raise DataError(f"mask_folder: {listed} should name some, not all, of the pictures, a name without .jpg a line")
    return np.array([name in wanted for name in names])


def _half(root: Path, pairs: list[tuple[np.ndarray, np.ndarray]], names: tuple[str, ...]) -> MaskedImages:
    images, masks = (np.stack(column) for column in zip(*pairs, strict=True))
    return MaskedImages(images, masks, names, f"{root.name}: {len(images)} pictures, {len(names)} classes of pixels")
