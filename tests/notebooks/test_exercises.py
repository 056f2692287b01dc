"""The exercise edition of the real notebooks: no solution left, restorable, and met by checks as a learner meets it."""

import pytest
from click.testing import CliRunner

from helpers.workbook import catalogue, definitions, exercises
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
def test_the_check_of_a_stub_says_that_nothing_is_written_yet(notebook):
    """All other cells are those of the notebook itself, which the regression runs."""
    solution = catalogue.read(notebook.path)
    namespace = definitions.lift(solution)
    for exercise in definitions.exercises(exercises.exercise_edition(solution)):
        answer = dict(namespace)
        exec(exercise.source, answer)
        with pytest.raises(NotImplementedError):
            exec(exercise.check_source, answer)


def test_the_command_writes_every_notebook(tmp_path):
    result = CliRunner().invoke(main, ["exercises", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    written = {path.stem for path in tmp_path.rglob("*.ipynb")}
    assert written == {notebook.name for notebook in NOTEBOOKS} | {"index"}
