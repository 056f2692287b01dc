"""The stored notebooks keep to the anatomy and the budgets, and the tables of contents say what is there."""

import pytest

from helpers.workbook import catalogue, contents, lint

NOTEBOOKS = catalogue.notebooks()


def test_there_are_notebooks_to_look_at():
    assert NOTEBOOKS


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_the_notebook_has_no_lint(notebook):
    findings = lint.lint([notebook])
    assert not findings, "\n" + "\n".join(map(str, findings))


def test_the_tables_of_contents_are_up_to_date():
    assert contents.outdated() == [], "run `workbook save` on a notebook: it writes them"
