"""A hash changes with everything that a result depends on, and with nothing else."""

import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.workbook import catalogue, resume


@pytest.fixture
def checkout(tmp_path):
    for name in ("helpers/nn/dense.py", "helpers/workbook/cli.py", "data/faces.h5", "data/course/cats.h5"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("same")
    (tmp_path / "data" / "downloads").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", ["helpers/nn/dense.py", "data/faces.h5", "data/course/cats.h5", "helpers/nn/new.py"])
def test_helpers_data_and_course_files_count(checkout, name):
    before = resume.surroundings(checkout)
    (checkout / name).write_text("other words")
    assert resume.surroundings(checkout) != before


@pytest.mark.parametrize("name", ["helpers/workbook/cli.py", "data/downloads/names.txt", "README.md"])
def test_tools_downloads_and_prose_do_not_count(checkout, name):
    before = resume.surroundings(checkout)
    (checkout / name).write_text("other words")
    assert resume.surroundings(checkout) == before


def test_the_time_of_a_tracked_file_does_not_count(checkout):
    before = resume.surroundings(checkout)
    os.utime(checkout / "data" / "faces.h5", (1, 1))
    assert resume.surroundings(checkout) == before


def test_package_versions_count(checkout, monkeypatch):
    before = resume.surroundings(checkout)
    monkeypatch.setattr(resume, "versions", lambda: {"python": "3.12.1", "numpy": "1.0"})
    assert resume.surroundings(checkout) != before


def test_sources_tags_parameters_and_surroundings_count_and_outputs_do_not(tmp_path):
    path = tmp_path / "week1.ipynb"
    cell = new_code_cell("x = 1")

    def fingerprint(parameters=None, around="a"):
        nbformat.write(new_notebook(cells=[cell]), path)
        return resume.fingerprint(catalogue.find([str(path)])[0], parameters or {}, around)

    first = fingerprint()
    cell.execution_count = 4
    assert fingerprint() == first
    told = {first, fingerprint({"x": 1}), fingerprint({"x": "1"}), fingerprint(around="b")}
    cell.metadata["tags"] = ["parameters"]
    told.add(fingerprint())
    cell.source = "x = 2"
    told.add(fingerprint())
    assert len(told) == 6
    path.write_text("{")
    assert resume.fingerprint(catalogue.find([str(path)])[0], {}, "a") is None
