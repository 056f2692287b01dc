"""Saving: a clean run, tidy metadata, tables of contents; a failing notebook is left as it was."""

import re
import shutil

import click
import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_output

from helpers.workbook import catalogue, contents, execution, saving
from helpers.workbook.cli import main


def stored(workbook):
    return workbook / "notebooks" / "course1_first_things" / "week1_numbers.ipynb"


@pytest.fixture
def pretend_run(monkeypatch):
    """Replaces the run of a notebook by one that takes as many seconds as it is told."""

    def arrange(seconds):
        def execute(path, output, **_):
            shutil.copy(path, output)
            return execution.Outcome(path.stem, 1, "succeeded", seconds=seconds)

        monkeypatch.setattr(execution, "execute", execute)

    return arrange


def test_saving_runs_the_notebook_and_refreshes_the_tables_of_contents(workbook):
    notebooks = catalogue.notebooks(root=workbook / "notebooks")
    assert saving.save_all(notebooks, root=workbook) == []
    text = stored(workbook).read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    assert text.endswith("}\n") and (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert [c.execution_count for c in notebook.cells if c.cell_type == "code"] == [1, 2, 3, 4, 5, 6, 7]
    assert notebook.cells[-1].outputs[0].text == "15.0\n"
    assert notebook.metadata.workbook.seconds >= 1
    assert catalogue.notebooks(root=workbook / "notebooks")[0].state == "ready"
    readme = (workbook / "README.md").read_text(encoding="utf-8")
    assert "| [Numbers](notebooks/course1_first_things/week1_numbers.ipynb) | doubling, squaring |" in readme
    assert "### Course 1: First things" in readme and readme.endswith("Last line\n")
    index = (workbook / "notebooks" / "index.ipynb").read_text(encoding="utf-8")
    assert "[Numbers](course1_first_things/week1_numbers.ipynb): What doubling and squaring do." in index
    assert contents.outdated(workbook) == []
    assert not list(stored(workbook).parent.glob(".*"))


def test_a_failing_notebook_is_left_untouched_and_named_with_cell_and_error(workbook, solution, capsys):
    solution.cells[2].source = "1 / 0"
    nbformat.write(solution, stored(workbook))
    before = stored(workbook).read_bytes()
    assert saving.save_all(catalogue.notebooks(root=workbook / "notebooks"), root=workbook) == ["week1_numbers"]
    assert stored(workbook).read_bytes() == before
    assert re.search(r"week1_numbers: failed in cell 2: ZeroDivisionError.*untouched", capsys.readouterr().err)


@pytest.mark.parametrize(("measured", "noted"), [(9.2, 8), (10.1, 11), (7.0, 7)])
def test_a_run_time_up_to_a_quarter_longer_changes_nothing(workbook, solution, pretend_run, measured, noted):
    solution.metadata.workbook.seconds = 8
    nbformat.write(solution, stored(workbook))
    pretend_run(measured)
    notebook, _ = saving.save(stored(workbook))
    assert notebook.metadata.workbook.seconds == noted


def test_saving_again_changes_nothing(workbook, pretend_run):
    pretend_run(3.0)
    saving.save(stored(workbook))
    before = stored(workbook).read_bytes()
    saving.save(stored(workbook))
    assert stored(workbook).read_bytes() == before


def test_timings_are_dropped_and_what_a_person_wrote_is_kept(solution):
    solution.metadata["papermill"] = {"duration": 1.0}
    solution.metadata["nbval"] = {"rtol": 0.01}
    solution.cells[1].metadata = {"execution": {"x": 1}, "collapsed": True, "scrolled": True, "tags": []}
    solution.cells[9].metadata = {"nbval": {"rtol": 0.1}, "tags": ["nbval-ignore-output"], "papermill": {}}
    tidy = saving.normalise(solution)
    assert set(tidy.metadata) == {"kernelspec", "language_info", "nbval", "workbook"}
    assert tidy.metadata.kernelspec.name == "python3" and tidy.metadata.language_info == {"name": "python"}
    assert tidy.cells[1].metadata == {}
    assert tidy.cells[9].metadata == {"nbval": {"rtol": 0.1}, "tags": ["nbval-ignore-output"]}
    assert [c.source for c in tidy.cells] == [c.source for c in solution.cells]


def test_pieces_of_standard_output_are_joined(solution):
    pieces = [new_output("stream", name="stdout", text=text) for text in ("one\n", "two\n")]
    solution.cells[9].outputs = pieces
    assert [output.text for output in saving.normalise(solution).cells[9].outputs] == ["one\ntwo\n"]


def test_exercises_and_checks_get_the_metadata_of_nbgrader(solution):
    solution.cells[8].metadata["nbgrader"] = {"grade": True, "points": 3}
    tidy = saving.normalise(solution)
    assert tidy.cells[7].metadata.nbgrader == {
        "grade": False,
        "grade_id": "square",
        "locked": False,
        "schema_version": 3,
        "solution": True,
        "task": False,
    }
    assert tidy.cells[8].metadata.nbgrader == {
        "grade": True,
        "grade_id": "check_square",
        "locked": True,
        "points": 3,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    assert "nbgrader" not in tidy.cells[9].metadata


def test_grade_ids_are_unique_where_a_name_is_written_twice(solution):
    solution.cells[7].source = solution.cells[4].source
    solution.cells[8].source = "check(double)"
    ids = [c.metadata.nbgrader.grade_id for c in saving.normalise(solution).cells if "nbgrader" in c.metadata]
    assert ids == ["double", "check_double", "double_2", "check_double_2"]


def test_random_cell_ids_become_readable_and_given_ones_are_kept(solution):
    solution.cells[3]["id"] = "my-own-id"
    solution.cells[6]["id"] = "my-own-id-2"
    solution.cells[9]["id"] = "not valid!"
    ids = [c.id for c in saving.normalise(solution).cells]
    assert (ids[0], ids[3], ids[6]) == ("numbers", "my-own-id", "my-own-id-2")
    assert (ids[4], ids[5], ids[9]) == ("exercise_double", "check_double", "square")
    assert len(set(ids)) == len(ids)
    assert [c.id for c in saving.normalise(saving.normalise(solution)).cells] == ids


def test_a_readme_without_markers_is_refused(workbook):
    (workbook / "README.md").write_text("# Title\n", encoding="utf-8")
    with pytest.raises(click.ClickException, match=r"README.md: no place for the table.*add the lines"):
        contents.refresh(workbook)


def test_a_changed_notebook_makes_the_tables_outdated(workbook, solution):
    contents.refresh(workbook)
    solution.cells[0].source = "# Other numbers\n\nA promise."
    nbformat.write(solution, stored(workbook))
    assert [path.name for path in contents.outdated(workbook)] == ["index.ipynb", "README.md"]


def test_a_solution_that_is_never_closed_is_named_and_nothing_is_stored(workbook, solution, pretend_run, capsys):
    solution.cells[4].source = solution.cells[4].source.replace("### END SOLUTION", "")
    nbformat.write(solution, stored(workbook))
    before = stored(workbook).read_bytes()
    pretend_run(3.0)
    assert saving.save_all(catalogue.notebooks(root=workbook / "notebooks"), root=workbook) == ["week1_numbers"]
    assert "week1_numbers: cell 4, line 3: ### BEGIN SOLUTION is never closed" in capsys.readouterr().err
    assert stored(workbook).read_bytes() == before


@pytest.mark.parametrize("arguments", [["save"], ["save", "--all", "week1"]])
def test_the_command_wants_either_names_or_all(arguments):
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2 and "name the notebooks to save, or give --all" in result.output
