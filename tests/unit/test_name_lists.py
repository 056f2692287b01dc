"""Names of dinosaurs and people, lines of Shakespeare: their form, their split, and what is wrong with a file."""

import hashlib

import numpy as np
import pytest

from helpers import paths
from helpers.datasets import DataError, load, name_lists
from helpers.paths import ROOT

BYTES = ROOT.parent / "shared" / "data"


def test_the_list_of_genera_is_in_form():
    text = (paths.DATA / "dinosaurs.txt").read_bytes()
    lines = text.decode("ascii").split("\n")
    assert lines.pop() == "" and b"\r" not in text
    assert len(lines) >= 900
    assert lines == sorted(set(lines))
    assert all(line.isalpha() and line == line.capitalize() for line in lines)
    assert {"Tyrannosaurus", "Triceratops", "Velociraptor", "Yi"} <= set(lines)


@pytest.mark.parametrize(
    "other", ["Dimetrodon", "Pteranodon", "Ichthyosaurus", "Archaeopteryx", "Smilodon", "Postosuchus"]
)
def test_animals_that_are_no_dinosaurs_are_not_listed(other):
    assert other not in (paths.DATA / "dinosaurs.txt").read_text(encoding="utf-8").split()


def test_a_tenth_of_the_names_is_held_out_and_none_stands_in_both_halves():
    data, again = load("dinosaurs"), load("dinosaurs")
    train, test = set(data.x_train.tolist()), set(data.x_test.tolist())
    assert len(train) == len(data.x_train) and not train & test
    assert len(test) == round(0.1 * len(train | test))
    assert np.array_equal(data.x_train, again.x_train)
    assert data.x_train.tolist() != sorted(data.x_train)


@pytest.fixture
def dinos(tmp_path, monkeypatch):
    """Where the course's file goes, in a folder of the test's own."""
    monkeypatch.setattr(paths, "COURSE_FILES", tmp_path)
    return tmp_path / "dinos.txt"


def test_the_courses_file_is_read_with_each_name_once(dinos):
    dinos.write_text("Aachenosaurus\r\nAardonyx\nAardonyx\n\n Zuul \nYi", encoding="utf-8")
    data = load("dinosaurs", "course")
    assert sorted([*data.x_train, *data.x_test]) == ["Aachenosaurus", "Aardonyx", "Yi", "Zuul"]
    assert data.source == "course" and "not the file the published figures were computed on: dinos.txt" in data.note


def test_the_published_file_is_recognised_by_its_hash(dinos, monkeypatch):
    import dataclasses

    dinos.write_text("Aardonyx\nYi\n", encoding="utf-8")
    digest = hashlib.sha256(dinos.read_bytes()).hexdigest()
    monkeypatch.setattr(name_lists, "DINOS", dataclasses.replace(name_lists.DINOS, sha256=digest))
    assert "not the file" not in load("dinosaurs", "course").note


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "absent: copy dinos.txt there"),
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git-LFS pointer"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"\xff\xfe\x00A", "is not a text file"),
        (b"Yi\0Mei", "is not a text file"),
        (b"Yi\nT. rex\n", "a line 'T. rex', expected ASCII letters only"),
        (b"Yi\n", "has 1 names, expected 1536"),
    ],
)
def test_what_is_wrong_with_the_courses_file_is_named(dinos, content, message):
    if content is not None:
        dinos.write_bytes(content)
    with pytest.raises(DataError, match=message):
        load("dinosaurs", "course")


@pytest.mark.skipif(not (BYTES / "names").is_dir(), reason="the list of first names is not at hand")
def test_first_names_come_verified_and_once_each(monkeypatch):
    monkeypatch.setenv("WORKBOOK_DATA", str(BYTES))
    data = load("names")
    both = [*data.x_train, *data.x_test]
    assert len(both) == len(set(both)) == 29_494
    assert all(name.isascii() and name.islower() for name in both)


@pytest.mark.skipif(not (BYTES / "tinyshakespeare").is_dir(), reason="tiny Shakespeare is not at hand")
def test_shakespeares_lines_keep_their_order(monkeypatch):
    monkeypatch.setenv("WORKBOOK_DATA", str(BYTES))
    data = load("shakespeare")
    assert data.x_train[:2].tolist() == ["First Citizen:", "Before we proceed any further, hear me speak."]
    assert (len(data.x_train), len(data.x_test)) == (29_499, 3_278)


def test_a_file_with_another_content_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path))
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "names.txt").write_text("emma\n", encoding="utf-8")
    with pytest.raises(DataError, match="is not the expected file"):
        load("names")
