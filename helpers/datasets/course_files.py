"""Files of the course that the learner already has and drops into `data/course/`: each is named for what it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from helpers import paths
from helpers.datasets.dataset import DataError, Dataset

if TYPE_CHECKING:
    import h5py

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"


@dataclass(frozen=True)
class CourseFile:
    """A file of the course: name, size in bytes, SHA-256, and the dtype and shape of each array (-1: any length)."""

    name: str
    size: int
    sha256: str
    schema: Mapping[str, tuple[type, tuple[int, ...]]]

    @property
    def path(self) -> Path:
        """Where the learner puts it."""
        return paths.COURSE_FILES / self.name

    @property
    def shown(self) -> str:
        """The path as messages show it, from the root of the repository."""
        return f"data/course/{self.name}"


def _images_schema(half: str) -> dict[str, tuple[type, tuple[int, ...]]]:
    """Schema of one half of a two-class image set of the course."""
    return {
        f"{half}_set_x": (np.uint8, (-1, 64, 64, 3)),
        f"{half}_set_y": (np.int64, (-1,)),
        "list_classes": (np.bytes_, (2,)),
    }


CATS_TRAIN = CourseFile(
    name="train_catvnoncat.h5",
    size=2_572_022,
    sha256="fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242",
    schema=_images_schema("train"),
)
CATS_TEST = CourseFile(
    name="test_catvnoncat.h5",
    size=616_958,
    sha256="6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951",
    schema=_images_schema("test"),
)


def cats() -> Dataset:
    """The course's cat pictures (label 1) and others (label 0), (64, 64, 3) uint8: 209 to train on, 50 to test on.

    Raises
    ------
    DataError
        Where a file is absent, a Git-LFS pointer, a web page, truncated, not HDF5, or of another schema.
    """
    train, test = read_hdf5(CATS_TRAIN), read_hdf5(CATS_TEST)
    for file, labels in ((CATS_TRAIN, train["train_set_y"]), (CATS_TEST, test["test_set_y"])):
        if not np.isin(labels, (0, 1)).all():
            raise DataError(f"{file.shown}: labels other than 0 and 1; {_replace(file)}")
    return Dataset(
        name="cats",
        source="course",
        x_train=train["train_set_x"],
        y_train=train["train_set_y"],
        x_test=test["test_set_x"],
        y_test=test["test_set_y"],
        class_names=tuple(name.decode(errors="replace") for name in train["list_classes"]),
        note=f"cats: {len(train['train_set_y'])} + {len(test['test_set_y'])} pictures, 64×64×3 uint8, 3.2 MB, from the "
        f"learner's own copy of the course (no licence is stated, never shipped); {_identity(CATS_TRAIN, CATS_TEST)}.",
    )


def read_hdf5(file: CourseFile) -> dict[str, np.ndarray]:
    """Arrays of an HDF5 file of the course, after its content was found to be what the schema says.

    Raises
    ------
    DataError
        Where the file is absent or is something else, with what it is and what to do.
    """
    import h5py

    _refuse_what_is_not_hdf5(file)
    try:
        with h5py.File(file.path, "r") as stored:
            missing = [key for key in file.schema if not isinstance(stored.get(key), h5py.Dataset)]
            if missing:
                raise DataError(f"{file.shown} has no array {missing[0]!r}: it is another file; {_replace(file)}")
            for key in file.schema:
                _refuse_other_array(file, key, stored[key])
            arrays = {key: stored[key][()] for key in file.schema}
    except OSError:
        held = file.path.stat().st_size
        raise DataError(
            f"{file.shown} is truncated or damaged ({held:,} bytes; the course's has {file.size:,}); {_replace(file)}"
        ) from None
    examples, labels = (len(arrays[key]) for key in list(file.schema)[:2])
    if examples != labels:
        raise DataError(f"{file.shown}: {examples} examples but {labels} labels; {_replace(file)}")
    return arrays


def _refuse_what_is_not_hdf5(file: CourseFile) -> None:
    """Say what a file is that does not begin as HDF5 does."""
    if not file.path.is_file():
        raise DataError(
            f"{file.shown} is absent: copy {file.name} there from your own copy of the course's assignments; it is not "
            f"shipped with the workbook, because no licence is stated for it"
        )
    with file.path.open("rb") as stream:
        head = stream.read(512)
    if head.startswith(HDF5_SIGNATURE):
        return
    if head.startswith(b"version https://git-lfs"):
        found = "a Git-LFS pointer, a few lines of text that stand for the file"
        remedy = "run `git lfs pull` in the repository it came from and copy it again"
    elif head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        found = "a web page, not the file that the page is about"
        remedy = "download the raw file"
    elif not head:
        found, remedy = "empty", "copy it again"
    else:
        found, remedy = "not an HDF5 file", _replace(file)
    raise DataError(f"{file.shown} is {found}: {remedy}")


def _refuse_other_array(file: CourseFile, key: str, stored: h5py.Dataset) -> None:
    """Refuse an array whose dtype or shape is not the schema's, before it is read."""
    kind, shape = file.schema[key]
    fits = stored.ndim == len(shape) and all(want in (-1, have) for want, have in zip(shape, stored.shape, strict=True))
    if not fits or not np.issubdtype(stored.dtype, kind):
        expected = f"{kind.__name__} {shape}".replace("-1", "m")
        raise DataError(f"{file.shown}: {key} is {stored.dtype} {stored.shape}, expected {expected}; {_replace(file)}")


def _replace(file: CourseFile) -> str:
    return f"replace it with the course's {file.name}"


def is_published(file: CourseFile) -> bool:
    """Whether the learner's file is, byte for byte, the one that the published figures were computed on."""
    return hashlib.sha256(file.path.read_bytes()).hexdigest() == file.sha256


def _identity(*files: CourseFile) -> str:
    """Clause for the note: whether the published figures can be expected."""
    others = [file.name for file in files if not is_published(file)]
    if not others:
        return "the files the published figures were computed on"
    return f"not the file the published figures were computed on: {', '.join(others)}"
