"""What the notebooks define agrees with helpers: each solution, lifted out without a run, passes its own check."""

import pytest

from helpers.workbook import catalogue, definitions

NOTEBOOKS = catalogue.notebooks()
each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)


def test_there_are_notebooks_to_look_at():
    assert NOTEBOOKS


@each_notebook
def test_every_code_cell_compiles(notebook):
    for index, cell in enumerate(catalogue.read(notebook.path).cells):
        if cell.cell_type == "code":
            compile(definitions.parse(cell.source), f"{notebook.name}, cell {index}", "exec")


@each_notebook
def test_the_lifted_definitions_agree_with_helpers(notebook, capsys):
    content = catalogue.read(notebook.path)
    namespace = definitions.lift(content)
    found = definitions.exercises(content)
    assert found, f"{notebook.name} has no exercise"
    for exercise in found:
        assert namespace["check"].__module__.startswith("helpers.checks"), "the check must compare with helpers"
        exec(exercise.check_source, namespace)
        assert exercise.name in capsys.readouterr().out, f"{notebook.name}: {exercise.check_source} said nothing"
