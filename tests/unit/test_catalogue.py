"""The catalogue finds notebooks, reads what they say about themselves and resolves names."""

import json
from pathlib import Path

import click
import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.workbook import catalogue
from helpers.workbook.cli import main


def write(path: Path, saved: bool = False) -> Path:
    cells = [new_markdown_cell("# Sigmoids & friends\n\nPromise."), new_code_cell("rate: float = 0.1\nsteps = 3")]
    cells[1].metadata["tags"] = ["parameters"]
    notebook = new_notebook(cells=cells, metadata={"workbook": {"topics": ["logits"], "seconds": 7, "full": {"a": 1}}})
    if saved:
        cells[1].execution_count = 1
        notebook.metadata.workbook["digest"] = catalogue.source_digest(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


@pytest.fixture
def root(tmp_path):
    write(tmp_path / "course2_b" / "week1_1_initialization.ipynb")
    write(tmp_path / "course1_a" / "week2_1_numpy.ipynb", saved=True)
    write(tmp_path / "course1_a" / "week2_10_numpy_again.ipynb")
    (tmp_path / "index.ipynb").write_text("{}")
    return tmp_path


def test_notebooks_are_sorted_by_course_and_name_without_the_index(root):
    assert [(n.course, n.name) for n in catalogue.notebooks(root=root)] == [
        (1, "week2_10_numpy_again"),
        (1, "week2_1_numpy"),
        (2, "week1_1_initialization"),
    ]
    assert [n.course for n in catalogue.notebooks(2, root=root)] == [2]


def test_a_notebook_tells_its_title_topics_time_profile_and_parameters(root):
    found = catalogue.find(["week2_1_numpy"], root=root)[0]
    assert (found.title, found.topics, found.seconds) == ("Sigmoids & friends", ["logits"], 7)
    assert (found.full_parameters, sorted(found.parameters)) == ({"a": 1}, ["rate", "steps"])


def test_the_state_tells_ready_stale_not_executed_and_broken_apart(root):
    path = root / "course1_a" / "week2_1_numpy.ipynb"
    assert catalogue.find([str(path)])[0].state == "ready"
    notebook = catalogue.read(path)
    notebook.cells[1].source += "\nmore = 1"
    nbformat.write(notebook, path)
    assert catalogue.find([str(path)])[0].state == "stale"
    assert catalogue.find(["initialization"], root=root)[0].state == "not executed"
    path.write_text("version https://git-lfs.github.com/spec/v1")
    broken = catalogue.find([str(path)])[0]
    assert (broken.state, broken.title, broken.parameters) == ("broken", "week2_1_numpy", [])


@pytest.mark.parametrize("content", ["", "no json", "[]", '{"nbformat": 4, "metadata": {}}', None])
def test_what_is_no_notebook_is_refused_in_one_line_that_names_the_file(tmp_path, content):
    path = tmp_path / "odd.ipynb"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=r"odd\.ipynb") as caught:
        catalogue.read(path)
    assert "\n" not in str(caught.value)


def test_the_digest_sees_sources_and_not_outputs(root):
    notebook = catalogue.read(root / "course1_a" / "week2_1_numpy.ipynb")
    before = catalogue.source_digest(notebook)
    notebook.cells[1].execution_count = 9
    assert catalogue.source_digest(notebook) == before
    notebook.cells[0].cell_type = "raw"
    assert catalogue.source_digest(notebook) != before


@pytest.mark.parametrize("name", ["week1_1", "initialization", "week1_1_initialization.ipynb"])
def test_a_unique_part_of_a_name_is_enough(root, name):
    assert [n.name for n in catalogue.find([name, name], root=root)] == ["week1_1_initialization"]


def test_an_exact_name_wins_over_longer_ones(root):
    assert [n.name for n in catalogue.find(["week2_1_numpy"], root=root)] == ["week2_1_numpy"]


@pytest.mark.parametrize(
    ("name", "message"), [("numpy", "several.*week2_1"), ("initialisation", "did you mean week1_1_init")]
)
def test_an_ambiguous_or_unknown_name_is_refused_with_what_was_meant(root, name, message):
    with pytest.raises(click.BadParameter, match=message):
        catalogue.find([name], root=root)


def test_list_prints_a_row_for_each_notebook_and_json_for_programs(root):
    plain = CliRunner().invoke(main, ["list"], obj=root)
    assert plain.exit_code == 0
    assert [line.split()[:4] for line in plain.output.splitlines()[1:3]] == [
        ["1", "week2_10_numpy_again", "not", "executed"],
        ["1", "week2_1_numpy", "ready", "7"],
    ]
    listed = json.loads(CliRunner().invoke(main, ["list", "--course", "2", "--json"], obj=root).output)
    assert [(n["name"], n["topics"]) for n in listed] == [("week1_1_initialization", ["logits"])]
