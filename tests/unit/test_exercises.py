"""The exercise edition: no solution is left, the solutions can be put back, a learner's work is never overwritten."""

import click
import nbformat
import pytest

from helpers.workbook import catalogue, definitions, exercises

STUB = 'raise NotImplementedError("write {}")'


@pytest.fixture
def edition(solution):
    return exercises.exercise_edition(solution)


def learners(workbook):
    return workbook / "learner" / "course1_first_things" / "week1_numbers.ipynb"


def write(workbook, **options):
    return exercises.write_edition(workbook / "learner", root=workbook / "notebooks", **options)


def test_solutions_become_stubs_of_the_same_indentation(edition):
    assert edition.cells[4].source == (
        f'def double(x):\n    """Twice x, a number."""\n    {STUB.format("double")}\n    return result'
    )
    assert edition.cells[7].source.count(STUB.format("square")) == 2
    assert f"\n        {STUB.format('square')}\n    {STUB.format('square')}" in edition.cells[7].source


def test_the_edition_has_no_outputs_and_keeps_checks_and_what_the_notebook_says_of_itself(solution):
    solution.cells[5].execution_count = 3
    solution.cells[5].outputs = [nbformat.v4.new_output("stream", name="stdout", text="right\n")]
    edition = exercises.exercise_edition(solution)
    assert edition.cells[5].source == "check(double)" and not edition.cells[5].outputs
    assert edition.cells[5].execution_count is None and edition.cells[5].metadata.editable is False
    assert edition.metadata.workbook == {"topics": ["doubling", "squaring"]}
    assert [e.name for e in definitions.exercises(edition)] == ["double", "square"]


def test_the_solutions_can_be_put_back(edition, solution):
    exercises.verify(edition, solution)
    restored = exercises.restore(edition, solution)
    assert [c.source for c in restored.cells] == [c.source for c in solution.cells]


def test_a_line_of_a_solution_that_is_left_is_found(edition, solution):
    edition.cells[7].source += "\n    return x * double(x) / 2"
    assert exercises.leaks(edition, solution) == ["cell 7: still says 'return x * double(x) / 2'"]
    with pytest.raises(ValueError, match="a solution shows in the exercise edition: cell 7"):
        exercises.verify(edition, solution)


def test_a_stored_output_counts_as_left_over(edition, solution):
    edition.cells[9].outputs = [nbformat.v4.new_output("stream", name="stdout", text="15.0\n")]
    assert exercises.leaks(edition, solution) == ["cell 9: has outputs or an execution count"]


def test_an_edition_that_differs_beside_its_stubs_is_refused(edition, solution):
    edition.cells[4].source = edition.cells[4].source.replace("return result", "return 0")
    with pytest.raises(ValueError, match="cell 4: with the solutions put back, it differs"):
        exercises.verify(edition, solution)


def test_an_edition_with_a_missing_stub_is_refused(edition, solution):
    edition.cells[7].source = edition.cells[7].source.replace(f"    {STUB.format('square')}", "    pass", 1)
    with pytest.raises(ValueError, match="cell 7: 1 stubs for 2 solutions"):
        exercises.verify(edition, solution)


def test_the_edition_is_written_in_the_same_folders_with_a_table_of_contents(workbook):
    assert write(workbook) == []
    assert "week1_numbers.ipynb" in (workbook / "learner" / "index.ipynb").read_text(encoding="utf-8")
    assert STUB.format("double") in catalogue.read(learners(workbook)).cells[4].source


def test_a_learners_work_is_kept_and_named_unless_its_replacement_is_asked_for(workbook):
    write(workbook)
    untouched = learners(workbook).read_text(encoding="utf-8")
    changed = untouched.replace("# Numbers", "# My numbers")
    learners(workbook).write_text(changed, encoding="utf-8")
    assert write(workbook) == [learners(workbook)]
    assert learners(workbook).read_text(encoding="utf-8") == changed
    assert write(workbook, replace=("week1_numbers",)) == []
    assert learners(workbook).read_text(encoding="utf-8") == untouched


def test_a_folder_without_notebooks_is_refused(tmp_path):
    with pytest.raises(click.ClickException, match="no notebooks found"):
        exercises.write_edition(tmp_path / "out", root=tmp_path)
