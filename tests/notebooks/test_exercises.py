"""The exercise edition of the real notebooks: no solution left, restorable, and running as a learner meets it."""

import pytest
from click.testing import CliRunner

from helpers.workbook import catalogue, exercises
from helpers.workbook.cli import main

NOTEBOOKS = catalogue.notebooks()
each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)


def test_there_are_notebooks_to_look_at():
    assert NOTEBOOKS


@each_notebook
def test_no_solution_is_left_and_the_solutions_can_be_put_back(notebook):
    solution = catalogue.read(notebook.path)
    exercises.verify(exercises.exercise_edition(solution), solution)


@each_notebook
def test_the_edition_runs_with_not_implemented_as_its_only_error(notebook):
    solution = catalogue.read(notebook.path)
    exercises.verify_by_running(exercises.exercise_edition(solution), solution, notebook.path.parent)


def test_the_command_writes_every_notebook(tmp_path):
    result = CliRunner().invoke(main, ["exercises", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    written = {path.stem for path in tmp_path.rglob("*.ipynb")}
    assert written == {notebook.name for notebook in NOTEBOOKS} | {"index"}
