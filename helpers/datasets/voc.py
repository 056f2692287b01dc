"""Pictures with boxes in the layout of Pascal VOC: the learner's own folder, and the blood cells of BCCD.

A folder holds `Annotations/NAME.xml` and `JPEGImages/NAME.jpg`; `ImageSets/Main/test.txt` names those to test on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from helpers import paths
from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.downloads import RemoteFile, fetch_all
from helpers.datasets.photographs import read_image

_BCCD_ADDRESS = "https://raw.githubusercontent.com/Shenggan/BCCD_Dataset/d272fb14cdff6e473fafeeeba32aba5f560e9e43/"


@dataclass(frozen=True, eq=False)
class BoxedImages:
    """Pictures and the boxes in them.

    Attributes
    ----------
    images : ndarray, shape (m, height, width, 3), uint8
    boxes : tuple of m ndarrays, shape (k, 4), float64
        x1, y1, x2, y2 in pixels of the pictures as they are here.
    box_classes : tuple of m ndarrays, shape (k,), int64
        Indices into `class_names`.
    class_names : tuple of str
    note : str
        Where they came from.
    """

    images: np.ndarray = field(repr=False)
    boxes: tuple[np.ndarray, ...] = field(repr=False)
    box_classes: tuple[np.ndarray, ...] = field(repr=False)
    class_names: tuple[str, ...]
    note: str

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self.images)


def voc_folder(folder: str | Path, size: tuple[int, int]) -> tuple[BoxedImages, BoxedImages]:
    """Pictures of a VOC folder to train on and to test on, stretched to one size, their boxes with them.

    Where `ImageSets/Main/test.txt` is absent, every fifth picture in alphabetical order is held out. A picture whose
    file names no objects has no boxes. Boxes are cut to their picture; one of which nothing is left is dropped.

    Parameters
    ----------
    folder : str or Path
    size : (height, width)

    Returns
    -------
    train, test : BoxedImages
        Classes in alphabetical order, those of both halves.

    Raises
    ------
    DataError
        Where the layout is another, a file cannot be read, a box has its corners out of order, or there is no box.
    """
    root = Path(folder).expanduser()
    names = sorted(path.stem for path in root.glob("Annotations/*.xml"))
    if len(names) < 2:
        raise DataError(f"voc_folder: {root} has {len(names)} files Annotations/*.xml, expected at least 2")
    held_out = _held_out(root, names)
    objects = {name: read_annotation(root / "Annotations" / f"{name}.xml") for name in names}
    classes = tuple(sorted({label for found in objects.values() for label, _ in found}))
    if not classes:
        raise DataError(f"voc_folder: no file in {root / 'Annotations'} names an object")
    halves = ([name for name in names if name not in held_out], [name for name in names if name in held_out])
    train, test = (_read_half(root, half, objects, classes, size) for half in halves)
    return train, test


def _held_out(root: Path, names: Sequence[str]) -> set[str]:
    """Names of the pictures to test on."""
    listed = root / "ImageSets" / "Main" / "test.txt"
    if not listed.is_file():
        return set(names[4::5] or names[-1:])
    held_out = {line.split()[0] for line in listed.read_text(encoding="utf-8").splitlines() if line.strip()}
    if not held_out or not held_out < set(names):
        raise DataError(f"voc_folder: {listed} should name some, not all, of the files in Annotations")
    return held_out


def read_annotation(path: Path) -> list[tuple[str, np.ndarray]]:
    """Class and box, x1, y1, x2, y2 as fractions of width and height, of each object in an annotation.

    Pixels of VOC are counted from 1 and both corners belong to the box: xmin = 1 is the left edge.

    Raises
    ------
    DataError
        Where the file is no such annotation, or a box has its corners out of order.
    """
    try:
        root = ElementTree.parse(path).getroot()
        width, height = (float(root.findtext(f"size/{side}", "")) for side in ("width", "height"))
        found = [(item.findtext("name", "").strip(), _corners(item)) for item in root.iter("object")]
    except (ElementTree.ParseError, ValueError) as error:
        raise DataError(f"{path} is no VOC annotation ({error}): expected size and bndbox with numbers") from error
    if width < 1 or height < 1:
        raise DataError(f"{path} gives its picture the size {width:g}×{height:g}")
    kept = []
    for label, (x1, y1, x2, y2) in found:
        if x1 > x2 or y1 > y2:
            raise DataError(f"{path}: {label} has corners out of order: ({x1:g}, {y1:g}) to ({x2:g}, {y2:g})")
        box = np.clip([(x1 - 1) / width, (y1 - 1) / height, x2 / width, y2 / height], 0, 1)
        if (box[2:] > box[:2]).all():
            kept.append((label, box))
    return kept


def _corners(item: ElementTree.Element) -> list[float]:
    return [float(item.findtext(f"bndbox/{side}", "")) for side in ("xmin", "ymin", "xmax", "ymax")]


def _read_half(root: Path, names: Sequence[str], objects: dict, classes: tuple[str, ...], size: tuple) -> BoxedImages:
    """Pictures of the given names with their boxes."""
    scale = np.array([size[1], size[0], size[1], size[0]], dtype=float)
    images = [read_image(_picture(root, name), size) for name in names]
    boxes = tuple(np.array([box for _, box in objects[name]]).reshape(-1, 4) * scale for name in names)
    labels = tuple(np.array([classes.index(label) for label, _ in objects[name]], np.int64) for name in names)
    note = f"{root.name}: {len(names)} pictures with {sum(map(len, boxes))} boxes of {len(classes)} classes"
    return BoxedImages(np.stack(images), boxes, labels, classes, note)


def _picture(root: Path, name: str) -> Path:
    """The picture of an annotation."""
    candidates = [root / "JPEGImages" / f"{name}{suffix}" for suffix in (".jpg", ".jpeg", ".png", ".JPG", ".JPEG")]
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        raise DataError(f"voc_folder: Annotations/{name}.xml has no picture {candidates[0]}")
    return found


@cache
def bccd_files() -> tuple[RemoteFile, ...]:
    """The files of BCCD, with the sizes and the SHA-256 that `data/bccd.sha256` lists."""
    lines = (paths.DATA / "bccd.sha256").read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines)
    return tuple(RemoteFile(f"bccd/{name}", _BCCD_ADDRESS + name, int(size), sha256) for sha256, size, name in rows)


def bccd_boxes(size: tuple[int, int] = (120, 160)) -> tuple[BoxedImages, BoxedImages]:
    """Blood cells under the microscope with boxes, 292 pictures to train on and 72 to test on; fetched on first use.

    Parameters
    ----------
    size : (height, width)
        The originals are of 480×640.

    Raises
    ------
    DataError
        Where the files are neither at hand nor to be had from the network.
    """
    first = fetch_all(bccd_files())[0]
    return voc_folder(first.parents[1], size)


def bccd(size: tuple[int, int] = (120, 160)) -> Dataset:
    """Blood cells, each picture labelled with whether platelets are in it; `bccd_boxes` gives the boxes."""
    train, test = bccd_boxes(size)
    platelets = train.class_names.index("Platelets")
    y_train, y_test = (np.array([int(platelets in found) for found in half.box_classes]) for half in (train, test))
    note = (
        f"bccd: {len(train)} + {len(test)} pictures of blood cells, {size[0]}×{size[1]}, 9.9 MB; "
        "BCCD Dataset (cosmicad, akshaylamba, Shenggan), MIT licence."
    )
    return Dataset("bccd", "public", train.images, y_train, test.images, y_test, ("no platelets", "platelets"), note)
