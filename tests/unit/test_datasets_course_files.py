"""The course's cat files: recognised, accepted with a word of caution, or named for what they are."""

import dataclasses
import hashlib

import h5py
import numpy as np
import pytest

from helpers import paths
from helpers.datasets import DataError, course_files, load

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
        known = dataclasses.replace(getattr(course_files, constant), sha256=digest)
        monkeypatch.setattr(course_files, constant, known)
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


def refused(message):
    """Assert that the cats are refused in one line that says so."""
    with pytest.raises(DataError, match=message) as refusal:
        load("cats")
    assert "\n" not in str(refusal.value) and "data/course/t" in str(refusal.value)


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
