"""Files of the course that the learner already has and drops into `data/course/`: each is named for what it is."""

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers import paths
from helpers.datasets.dataset import DataError

_SIGNATURES = {
    "an HDF5 file": b"\x89HDF\r\n\x1a\n",
    "a MATLAB 5 file": b"MATLAB 5.0 MAT-file",
    "a MIDI file": b"MThd",
    "a ZIP archive": b"PK\x03\x04",
    "a text file": b"",
}


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


def read_hdf5(file: CourseFile) -> dict[str, np.ndarray]:
    """Arrays of an HDF5 file of the course, after its content was found to be what the schema says.

    Raises
    ------
    DataError
        Where the file is absent or is something else, with what it is and what to do.
    """
    import h5py

    _refuse_what_is_not("an HDF5 file", file)
    try:
        with h5py.File(file.path, "r") as stored:
            for key in file.schema:
                _refuse_other_array(file, key, stored.get(key), h5py.Dataset)
            arrays = {key: stored[key][()] for key in file.schema}
    except OSError:
        raise _damaged(file) from None
    examples, labels = (len(arrays[key]) for key in list(file.schema)[:2])
    if examples != labels:
        raise DataError(f"{file.shown}: {examples} examples but {labels} labels; {replace(file)}")
    return arrays


def read_mat(file: CourseFile) -> dict[str, np.ndarray]:
    """Arrays of a MATLAB file of the course, after its content was found to be what the schema says.

    Raises
    ------
    DataError
        Where the file is absent or is something else, with what it is and what to do.
    """
    from scipy.io import loadmat

    _refuse_what_is_not("a MATLAB 5 file", file)
    try:
        stored = loadmat(file.path, variable_names=list(file.schema))
    except Exception:  # SciPy's reader has no error of its own: bytes out of place end in whatever they cause
        raise _damaged(file) from None
    for key in file.schema:
        _refuse_other_array(file, key, stored.get(key), np.ndarray)
    return {key: stored[key] for key in file.schema}


def read_lines(file: CourseFile) -> list[str]:
    """Lines of a text file of the course (UTF-8), after its content was found to be text.

    Raises
    ------
    DataError
        Where the file is absent or is something else, with what it is and what to do.
    """
    _refuse_what_is_not("a text file", file)
    try:
        text = file.path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise DataError(f"{file.shown} is not a text file: {replace(file)}")
    return text.splitlines()


def midi_path(file: CourseFile) -> Path:
    """Where a MIDI file of the course lies, after it was found to be one.

    Raises
    ------
    DataError
        Where the file is absent or is something else, with what it is and what to do.
    """
    _refuse_what_is_not("a MIDI file", file)
    return file.path


def zip_path(file: CourseFile) -> Path:
    """Where a ZIP archive of the course lies, after it was found to be a whole one.

    Raises
    ------
    DataError
        Where the file is absent or is something else, with what it is and what to do.
    """
    _refuse_what_is_not("a ZIP archive", file)
    if not zipfile.is_zipfile(file.path):
        raise _damaged(file)
    return file.path


def _refuse_what_is_not(kind: str, file: CourseFile) -> None:
    """Say what a file is that does not begin as files of its kind do."""
    if not file.path.is_file():
        raise DataError(
            f"{file.shown} is absent: copy {file.name} there from your own copy of the course's assignments; it is not "
            f"shipped with the workbook, because no licence is stated for it"
        )
    with file.path.open("rb") as stream:
        head = stream.read(512)
    if head.startswith(b"version https://git-lfs"):
        found = "a Git-LFS pointer, a few lines of text that stand for the file"
        remedy = "run `git lfs pull` in the repository it came from and copy it again"
    elif head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        found = "a web page, not the file that the page is about"
        remedy = "download the raw file"
    elif not head:
        found, remedy = "empty", "copy it again"
    elif head.startswith(_SIGNATURES[kind]):
        return
    else:
        found, remedy = f"not {kind}", replace(file)
    raise DataError(f"{file.shown} is {found}: {remedy}")


def _refuse_other_array(file: CourseFile, key: str, stored: object, array_type: type) -> None:
    """Refuse what is stored under a key of the schema if it is no array, or of another dtype or shape."""
    if not isinstance(stored, array_type):
        raise DataError(f"{file.shown} has no array {key!r}: it is another file; {replace(file)}")
    kind, shape = file.schema[key]
    fits = stored.ndim == len(shape) and all(want in (-1, have) for want, have in zip(shape, stored.shape, strict=True))
    if not fits or not np.issubdtype(stored.dtype, kind):
        expected = f"{kind.__name__} {shape}".replace("-1", "m")
        raise DataError(f"{file.shown}: {key} is {stored.dtype} {stored.shape}, expected {expected}; {replace(file)}")


def _damaged(file: CourseFile) -> DataError:
    held = file.path.stat().st_size
    return DataError(
        f"{file.shown} is truncated or damaged ({held:,} bytes; the course's has {file.size:,}); {replace(file)}"
    )


def replace(file: CourseFile) -> str:
    """What to do about a file that is not the course's."""
    return f"replace it with the course's {file.name}"


def is_published(file: CourseFile) -> bool:
    """Whether the learner's file is, byte for byte, the one that the published figures were computed on."""
    return hashlib.sha256(file.path.read_bytes()).hexdigest() == file.sha256


def identity(*files: CourseFile) -> str:
    """Clause for the note: whether the published figures can be expected."""
    others = [file.name for file in files if not is_published(file)]
    if not others:
        return "the files the published figures were computed on"
    return f"not the file the published figures were computed on: {', '.join(others)}"
