"""Data sets made of the course's own files: cats, smiling faces, hand signs and the football field."""

import numpy as np

from helpers.datasets.course_files import CourseFile, identity, read_hdf5, read_mat, replace
from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.generators import CLASS_NAMES

Schema = dict[str, tuple[type, tuple[int, ...]]]


def _images_schema(half: str, list_classes: tuple[type, tuple[int, ...]]) -> Schema:
    """Schema of one half of an image set of the course."""
    return {
        f"{half}_set_x": (np.uint8, (-1, 64, 64, 3)),
        f"{half}_set_y": (np.int64, (-1,)),
        "list_classes": list_classes,
    }


CATS_TRAIN = CourseFile(
    name="train_catvnoncat.h5",
    size=2_572_022,
    sha256="fbe56ab67c3ae28d564e3a644189117976d6b31af0a3ce9bb17dbf22908af242",
    schema=_images_schema("train", (np.bytes_, (2,))),
)
CATS_TEST = CourseFile(
    name="test_catvnoncat.h5",
    size=616_958,
    sha256="6a9d39ce52fa85953c5834695b8534a30ed8cfd54971fb2f080b5a24d002b951",
    schema=_images_schema("test", (np.bytes_, (2,))),
)
HAPPY_TRAIN = CourseFile(
    name="train_happy.h5",
    size=7_379_760,
    sha256="65cbc8a1b83b0b8fa76026f37ba6421a8a29f90a223c31799a1d808bc7d19566",
    schema=_images_schema("train", (np.int64, (2,))),
)
HAPPY_TEST = CourseFile(
    name="test_happy.h5",
    size=1_846_560,
    sha256="5e23db2f28769de83214dce1411e651489d713f9e1ec5d1ca6a61b6222115add",
    schema=_images_schema("test", (np.int64, (2,))),
)
SIGNS_TRAIN = CourseFile(
    name="train_signs.h5",
    size=13_281_872,
    sha256="47480709d99f2ea6ae428ecc491fc6f65ff1d05336736dd859d5565e0ad3cf74",
    schema=_images_schema("train", (np.int64, (6,))),
)
SIGNS_TEST = CourseFile(
    name="test_signs.h5",
    size=1_477_712,
    sha256="539fb746ed9e947eb244cfca73f4d1b03f9bf5524d609eeed2cd76ddb1b179be",
    schema=_images_schema("test", (np.int64, (6,))),
)
FOOTBALL = CourseFile(
    name="data.mat",
    size=6_038,
    sha256="1218828095bf91d215622d00b2a5b8784c359e29d9d9c5734949b8e60c5bc231",
    schema={
        "X": (np.floating, (-1, 2)),
        "y": (np.number, (-1, 1)),
        "Xval": (np.floating, (-1, 2)),
        "yval": (np.number, (-1, 1)),
    },
)


def cats() -> Dataset:
    """The course's cat pictures (label 1) and others (label 0), (64, 64, 3) uint8: 209 to train on, 50 to test on.

    Raises
    ------
    DataError
        Where a file is absent, a Git-LFS pointer, a web page, truncated, not HDF5, or of another schema.
    """
    train, test = _read_images(CATS_TRAIN, CATS_TEST, (0, 1))
    names = tuple(name.decode(errors="replace") for name in train["list_classes"])
    return _image_set("cats", train, test, names, f"3.2 MB, {_origin(CATS_TRAIN, CATS_TEST)}")


def happy() -> Dataset:
    """The course's faces, smiling (label 1) or not (label 0), (64, 64, 3) uint8: 600 to train on, 150 to test on.

    Raises
    ------
    DataError
        Where a file is absent, a Git-LFS pointer, a web page, truncated, not HDF5, or of another schema.
    """
    train, test = _read_images(HAPPY_TRAIN, HAPPY_TEST, (0, 1))
    return _image_set("happy", train, test, ("not happy", "happy"), f"9.2 MB, {_origin(HAPPY_TRAIN, HAPPY_TEST)}")


def signs() -> Dataset:
    """The course's hand signs for the numbers 0 to 5, (64, 64, 3) uint8: 1080 to train on, 120 to test on.

    Raises
    ------
    DataError
        Where a file is absent, a Git-LFS pointer, a web page, truncated, not HDF5, or of another schema.
    """
    train, test = _read_images(SIGNS_TRAIN, SIGNS_TEST, range(6))
    return _image_set("signs", train, test, tuple("012345"), f"14.8 MB, {_origin(SIGNS_TRAIN, SIGNS_TEST)}")


def football() -> Dataset:
    """The course's football field, where a header was won by one team or the other: 211 points, and 200 to test on.

    Raises
    ------
    DataError
        Where the file is absent, a Git-LFS pointer, a web page, truncated, no MAT-file, or of another schema.
    """
    arrays = read_mat(FOOTBALL)
    halves = []
    for x, y in (("X", "y"), ("Xval", "yval")):
        if len(arrays[x]) != len(arrays[y]):
            raise _refusal(FOOTBALL, f"{len(arrays[x])} points in {x} but {len(arrays[y])} labels in {y}")
        if not np.isfinite(arrays[x]).all():
            raise _refusal(FOOTBALL, f"{x} holds NaN or infinity")
        if not np.isin(arrays[y], (0, 1)).all():
            raise _refusal(FOOTBALL, f"{y} holds labels other than 0 and 1")
        halves += [arrays[x].astype(np.float64), arrays[y].ravel().astype(np.int64)]
    note = f"football: {len(halves[1])} + {len(halves[3])} points in two classes, 6 kB, {_origin(FOOTBALL)}."
    return Dataset("football", "course", *halves, CLASS_NAMES, note)


def _read_images(train_file: CourseFile, test_file: CourseFile, labels: range | tuple) -> tuple[dict, dict]:
    """Arrays of both halves of an image set, whose labels are among those given."""
    train, test = read_hdf5(train_file), read_hdf5(test_file)
    for file, found in ((train_file, train["train_set_y"]), (test_file, test["test_set_y"])):
        if not np.isin(found, labels).all():
            between = "and" if len(labels) == 2 else "to"
            raise _refusal(file, f"labels other than {labels[0]} {between} {labels[-1]}")
    return train, test


def _image_set(name: str, train: dict, test: dict, class_names: tuple[str, ...], origin: str) -> Dataset:
    """Dataset of the two halves."""
    return Dataset(
        name=name,
        source="course",
        x_train=train["train_set_x"],
        y_train=train["train_set_y"],
        x_test=test["test_set_x"],
        y_test=test["test_set_y"],
        class_names=class_names,
        note=f"{name}: {len(train['train_set_y'])} + {len(test['test_set_y'])} pictures, 64×64×3 uint8, {origin}.",
    )


def _origin(*files: CourseFile) -> str:
    """Clause of the note: where the files came from and whether they are the published ones."""
    return f"from the learner's own copy of the course (no licence is stated, never shipped); {identity(*files)}"


def _refusal(file: CourseFile, found: str) -> DataError:
    return DataError(f"{file.shown}: {found}; {replace(file)}")
