"""Progress: each check of a learner's folder passes, fails or is not started; broken code costs its own cell only."""

import click
import nbformat
import pytest
from click.testing import CliRunner

from helpers.workbook import exercises, progress
from helpers.workbook.cli import main


@pytest.fixture
def learner(solution, tmp_path):
    """Writes a learner's notebook whose exercise cells hold the given sources, and returns its results."""

    def look(double=None, square=None, timeout=30, forget=()):
        notebook = exercises.exercise_edition(solution)
        for index, source in ((4, double), (7, square)):
            notebook.cells[index].source = source or notebook.cells[index].source
        for index in forget:
            del notebook.cells[index]
        nbformat.write(notebook, tmp_path / "numbers.ipynb")
        return [(r.name, r.state, r.message) for r in progress.of_notebook(tmp_path / "numbers.ipynb", timeout=timeout)]

    return look


RIGHT_DOUBLE = "def double(x):\n    return 2 * x"
RIGHT_SQUARE = "def square(x):\n    return x**2"


def test_an_edition_that_nobody_touched_is_not_started(learner):
    assert learner() == [("double", "not started", ""), ("square", "not started", "")]


def test_right_and_wrong_answers_are_told_apart(learner):
    wrong = "def square(x):\n    print('noise')\n    return double(x) + 1"
    assert learner(RIGHT_DOUBLE, wrong) == [("double", "passed", ""), ("square", "failed", "square(3) is 7")]


def test_a_syntax_error_costs_its_own_cell_only(learner):
    (first, second) = learner("def double(x):\n    return (x", RIGHT_SQUARE)
    assert first[:2] == ("double", "failed") and first[2].startswith("cell 4: SyntaxError: '(' was never closed")
    assert second == ("square", "passed", "")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("while True:\n        pass", "no answer in 8 s: does a loop never end?"),
        ("import os\n    os._exit(3)", "the code ended Python with exit status 3"),
    ],
)
def test_code_that_never_ends_or_ends_python_does_not_stop_the_other_checks(learner, body, reason):
    results = learner(f"def double(x):\n    {body}", RIGHT_SQUARE, timeout=8)
    assert results == [("double", "failed", reason), ("square", "passed", "")]


def test_a_check_that_was_deleted_is_named(learner):
    (first, _) = learner(RIGHT_DOUBLE, RIGHT_SQUARE, forget=[5])
    assert first == ("double", "failed", "cell 4: its check cell is gone; copy `check(double)` back below it")


def test_expensive_cells_are_not_run(learner, solution, tmp_path):
    solution.cells[9].source = f"open({str(tmp_path / 'ran')!r}, 'w')"
    assert learner(RIGHT_DOUBLE, RIGHT_SQUARE)[1][1] == "passed"
    assert not (tmp_path / "ran").exists()


def test_the_command_prints_marks_points_and_a_sum(learner, tmp_path):
    learner(RIGHT_DOUBLE, "def square(x):\n    return 0")
    (tmp_path / "broken.ipynb").write_text("not a notebook", encoding="utf-8")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "numbers.ipynb").write_text("old", encoding="utf-8")
    result = CliRunner().invoke(main, ["progress", str(tmp_path)])
    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert "  ✓ double" in lines and "  ✗ square: square(3) is 0" in lines
    assert "numbers: 1 of 2 points (1 passed, 1 failed, 0 not started)" in lines
    assert any("broken.ipynb: not a notebook" in line for line in lines)
    assert lines[-1].startswith("in all: 1 of 2 points")


def test_a_missing_or_empty_folder_is_refused(tmp_path):
    result = CliRunner().invoke(main, ["progress", str(tmp_path / "nowhere")])
    assert result.exit_code != 0 and "no such folder" in result.output
    with pytest.raises(click.ClickException, match="holds no notebook"):
        progress.of_folder(tmp_path)
