"""The course's own files: recognised, accepted with a word of caution, or named for what they are."""

import dataclasses
import hashlib

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from helpers import paths
from helpers.datasets import DataError, course_sets, load

SIZES = {"train": 209, "test": 50}


def write(folder, half, **changes):
    """A file of the course's schema with random pictures; `changes` replaces arrays, None leaves one out."""
    random = np.random.RandomState(len(half))
    m = SIZES[half]
    arrays = {
        f"{half}_set_x": random.randint(0, 256, (m, 64, 64, 3), np.uint8),
        f"{half}_set_y": random.randint(0, 2, m, np.int64),
        "list_classes": np.array([b"non-cat", b"cat"]),
    } | changes
    path = folder / f"{half}_catvnoncat.h5"
    with h5py.File(path, "w") as stored:
        for key, array in arrays.items():
            if array is not None:
                stored[key] = array
    return path, arrays


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty `data/course` of the test's own."""
    monkeypatch.setattr(paths, "COURSE_FILES", tmp_path)
    return tmp_path


def test_cats_come_from_the_course_without_being_asked(folder):
    _, train = write(folder, "train")
    _, test = write(folder, "test")
    cats = load("cats")
    assert cats.source == "course" and cats.class_names == ("non-cat", "cat")
    assert np.array_equal(cats.x_train, train["train_set_x"]) and np.array_equal(cats.y_train, train["train_set_y"])
    assert np.array_equal(cats.x_test, test["test_set_x"]) and np.array_equal(cats.y_test, test["test_set_y"])
    assert not cats.x_train.flags.writeable


def test_files_other_than_the_published_ones_are_accepted_and_said_to_be_other(folder):
    write(folder, "train")
    write(folder, "test")
    note = load("cats").note
    assert "not the file the published figures were computed on: train_catvnoncat.h5, test_catvnoncat.h5" in note
    assert str(folder) not in note


def test_the_published_files_are_recognised_by_their_hash(folder, monkeypatch):
    for half, constant in (("train", "CATS_TRAIN"), ("test", "CATS_TEST")):
        path, _ = write(folder, half)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        known = dataclasses.replace(getattr(course_sets, constant), sha256=digest)
        monkeypatch.setattr(course_sets, constant, known)
    note = load("cats").note
    assert "; the files the published figures were computed on" in note and "not the file" not in note


CONTENTS = {
    "absent: copy train_catvnoncat.h5 there": None,
    "a Git-LFS pointer.*git lfs pull": b"version https://git-lfs.github.com/spec/v1\noid sha256:fbe56a\nsize 2572022\n",
    "a web page.*download the raw file": b"\n\n<!DOCTYPE html>\n<html><head><title>GitHub</title>",
    "a web page,": b"<html lang='en'>",
    "is empty: copy it again": b"",
    "not an HDF5 file: replace it": b"PK\x03\x04 a zip archive",
}


@pytest.mark.parametrize(("message", "content"), CONTENTS.items())
def test_what_is_no_data_is_named_for_what_it_is(message, content, folder):
    if content is not None:
        (folder / "train_catvnoncat.h5").write_bytes(content)
    refused(message)


def refused(message, name="cats"):
    """Assert that a set of the course is refused in one line that says so."""
    with pytest.raises(DataError, match=message) as refusal:
        load(name, source="course")
    assert "\n" not in str(refusal.value) and "data/course/" in str(refusal.value)


@pytest.mark.parametrize("kept", [0.9, 0.3, 0.0003])
def test_a_truncated_file_is_called_truncated(kept, folder):
    path, _ = write(folder, "train")
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    refused(r"train_catvnoncat.h5 is truncated or damaged \([\d,]+ bytes; the course's has 2,572,022\)")


WRONG = {
    r"train_set_x is uint8 \(209, 32, 32, 3\), expected uint8 \(m, 64, 64, 3\)": {
        "train_set_x": np.zeros((209, 32, 32, 3), np.uint8)
    },
    r"train_set_x is float64 \(209, 64, 64, 3\), expected uint8": {"train_set_x": np.zeros((209, 64, 64, 3))},
    r"train_set_y is int64 \(209, 1\), expected int64 \(m,\)": {"train_set_y": np.zeros((209, 1), np.int64)},
    "train_set_y is float64": {"train_set_y": np.zeros(209)},
    "209 examples but 50 labels": {"train_set_y": np.zeros(50, np.int64)},
    "labels other than 0 and 1": {"train_set_y": np.arange(209)},
    "no array 'train_set_x'": {"train_set_x": None},
    "no array 'list_classes'": {"list_classes": None},
    "list_classes is int64": {"list_classes": np.arange(2)},
    r"list_classes is \|S1 \(6,\)": {"list_classes": np.array([b"0", b"1", b"2", b"3", b"4", b"5"])},
}


@pytest.mark.parametrize(("message", "changes"), WRONG.items())
def test_a_file_of_another_schema_is_refused_by_what_differs(message, changes, folder):
    write(folder, "train", **changes)
    write(folder, "test")
    refused(message)


def test_a_test_file_under_the_training_files_name_is_noticed(folder):
    path, _ = write(folder, "test")
    path.rename(folder / "train_catvnoncat.h5")
    refused("train_catvnoncat.h5 has no array 'train_set_x': it is another file")


def test_a_sound_training_file_does_not_hide_a_bad_test_file(folder):
    write(folder, "train")
    (folder / "test_catvnoncat.h5").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    refused("test_catvnoncat.h5 is a Git-LFS pointer")


def write_pictures(folder, name, half, m, classes, **changes):
    """A file of the schema of the signs and the smiles, with random pictures and a label for each of the classes."""
    arrays = {
        f"{half}_set_x": np.random.RandomState(m).randint(0, 256, (m, 64, 64, 3), np.uint8),
        f"{half}_set_y": np.arange(m) % classes,
        "list_classes": np.arange(classes),
    } | changes
    with h5py.File(folder / f"{half}_{name}.h5", "w") as stored:
        stored.update(arrays)
    return arrays


def write_signs(folder, half, m, **changes):
    return write_pictures(folder, "signs", half, m, 6, **changes)


def write_happy(folder, half, m, **changes):
    return write_pictures(folder, "happy", half, m, 2, **changes)


def test_smiles_have_two_classes(folder):
    train, test = write_happy(folder, "train", 20), write_happy(folder, "test", 8)
    happy = load("happy")
    assert (happy.name, happy.source, happy.class_names) == ("happy", "course", ("not happy", "happy"))
    assert np.array_equal(happy.x_train, train["train_set_x"]) and np.array_equal(happy.y_train, train["train_set_y"])
    assert np.array_equal(happy.x_test, test["test_set_x"]) and np.array_equal(happy.y_test, test["test_set_y"])
    assert "20 + 8 pictures" in happy.note and "not the file the published figures" in happy.note


@pytest.mark.parametrize(
    ("message", "changes"),
    [
        ("test_happy.h5: labels other than 0 and 1", {"test_set_y": np.arange(8)}),
        (r"list_classes is int64 \(6,\), expected int64 \(2,\)", {"list_classes": np.arange(6)}),
        (r"test_set_x is uint8 \(8, 28, 28\)", {"test_set_x": np.zeros((8, 28, 28), np.uint8)}),
    ],
)
def test_smiles_of_another_schema_are_refused_by_what_differs(message, changes, folder):
    write_happy(folder, "train", 20)
    write_happy(folder, "test", 8, **changes)
    refused(message, "happy")


def test_absent_smiles_are_asked_for_by_name(folder):
    write_happy(folder, "train", 20)
    refused("data/course/test_happy.h5 is absent: copy test_happy.h5 there", "happy")


def test_signs_have_six_classes(folder):
    train, test = write_signs(folder, "train", 30), write_signs(folder, "test", 12)
    signs = load("signs")
    assert (signs.name, signs.source, signs.class_names) == ("signs", "course", tuple("012345"))
    assert np.array_equal(signs.x_train, train["train_set_x"]) and np.array_equal(signs.y_train, train["train_set_y"])
    assert np.array_equal(signs.x_test, test["test_set_x"]) and np.array_equal(signs.y_test, test["test_set_y"])
    assert "30 + 12 pictures" in signs.note and "not the file the published figures" in signs.note


@pytest.mark.parametrize(
    ("message", "changes"),
    [
        ("test_signs.h5: labels other than 0 to 5", {"test_set_y": np.arange(12)}),
        (r"list_classes is int64 \(2,\), expected int64 \(6,\)", {"list_classes": np.arange(2)}),
        (r"test_set_x is uint8 \(12, 28, 28\)", {"test_set_x": np.zeros((12, 28, 28), np.uint8)}),
    ],
)
def test_signs_of_another_schema_are_refused_by_what_differs(message, changes, folder):
    write_signs(folder, "train", 30)
    write_signs(folder, "test", 12, **changes)
    refused(message, "signs")


def test_absent_signs_are_asked_for_by_name(folder):
    write_signs(folder, "train", 30)
    refused("data/course/test_signs.h5 is absent: copy test_signs.h5 there", "signs")


def write_field(folder, compressed=True, **changes):
    """A file of the football field's schema; `changes` replaces arrays, None leaves one out."""
    random = np.random.RandomState(0)
    arrays = {"X": random.rand(211, 2), "y": random.randint(0, 2, (211, 1))}
    arrays |= {"Xval": random.rand(200, 2), "yval": random.randint(0, 2, (200, 1), np.uint8)} | changes
    stored = {key: array for key, array in arrays.items() if array is not None}
    savemat(folder / "data.mat", stored, do_compression=compressed)
    return folder / "data.mat", arrays


def test_football_is_made_here_unless_the_courses_is_asked_for(folder):
    _, field = write_field(folder)
    assert load("football").source == "offline"
    football = load("football", source="course")
    assert football.source == "course" and football.class_names == ("class 0", "class 1")
    assert np.array_equal(football.x_train, field["X"]) and np.array_equal(football.y_train, field["y"][:, 0])
    assert np.array_equal(football.x_test, field["Xval"]) and np.array_equal(football.y_test, field["yval"][:, 0])
    assert football.y_train.dtype == football.y_test.dtype == np.int64
    assert "not the file the published figures were computed on: data.mat" in football.note


def test_the_published_field_is_recognised_by_its_hash(folder, monkeypatch):
    path, _ = write_field(folder)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(course_sets, "FOOTBALL", dataclasses.replace(course_sets.FOOTBALL, sha256=digest))
    assert "; the files the published figures were computed on" in load("football", source="course").note


FIELD_CONTENTS = {message.replace("train_catvnoncat.h5", "data.mat"): c for message, c in CONTENTS.items()}
FIELD_CONTENTS["not a MATLAB 5 file: replace it with the course's data.mat"] = FIELD_CONTENTS.pop(
    "not an HDF5 file: replace it"
)


@pytest.mark.parametrize(("message", "content"), FIELD_CONTENTS.items())
def test_what_is_no_field_is_named_for_what_it_is(message, content, folder):
    if content is not None:
        (folder / "data.mat").write_bytes(content)
    refused(message, "football")


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("kept", [0.95, 0.5, 0.1, 0.012])
def test_a_truncated_field_is_called_truncated(kept, compressed, folder):
    path, _ = write_field(folder, compressed)
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    refused(r"data.mat is truncated or damaged \([\d,]+ bytes; the course's has 6,038\)", "football")


def test_scrambled_compressed_bytes_are_called_damaged(folder):
    path, _ = write_field(folder)
    content = bytearray(path.read_bytes())
    content[400:500] = bytes(100)
    path.write_bytes(content)
    refused("truncated or damaged", "football")


WRONG_FIELDS = {
    "has no array 'X': it is another file": {"X": None},
    "has no array 'yval'": {"yval": None},
    r"X is float64 \(211, 3\), expected floating \(m, 2\)": {"X": np.zeros((211, 3))},
    r"y is int64 \(1, 211\), expected number \(m, 1\)": {"y": np.zeros(211, np.int64)},
    "X is int64": {"X": np.zeros((211, 2), np.int64)},
    "y is <U": {"y": np.array([["a"], ["b"]])},
    "y is object": {"y": np.full((211, 1), "a", object)},
    "211 points in X but 5 labels in y;": {"y": np.zeros((5, 1))},
    "200 points in Xval but 5 labels in yval": {"yval": np.zeros((5, 1))},
    "y holds labels other than 0 and 1": {"y": np.full((211, 1), 2)},
    "yval holds labels other": {"yval": np.full((200, 1), 0.5)},
    "Xval holds NaN or infinity": {"Xval": np.full((200, 2), np.nan)},
}


@pytest.mark.parametrize(("message", "changes"), WRONG_FIELDS.items())
def test_a_field_of_another_schema_is_refused_by_what_differs(message, changes, folder):
    write_field(folder, **changes)
    refused(message, "football")
