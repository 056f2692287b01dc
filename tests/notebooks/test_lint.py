"""The stored notebooks keep to the anatomy and the budgets, and what is written about them holds."""

import re

import pytest

from helpers import paths
from helpers.workbook import catalogue, contents, lint

NOTEBOOKS = catalogue.notebooks()
COMMAND = re.compile(r"(?:workbook|python3 -m helpers) run ((?:\w+ )*)-")


def prose(notebook):
    return "\n".join(cell.source for cell in notebook.content.cells if cell.cell_type == "markdown")


TEXTS = {"README.md": (paths.ROOT / "README.md").read_text(encoding="utf-8")}
TEXTS |= {notebook.name: prose(notebook) for notebook in NOTEBOOKS}


def test_there_are_notebooks_to_look_at():
    assert NOTEBOOKS


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_the_notebook_has_no_lint(notebook):
    findings = lint.lint([notebook])
    assert not findings, "\n" + "\n".join(map(str, findings))


@pytest.mark.parametrize("place", TEXTS)
def test_each_command_in_the_text_names_one_notebook_a_word(place):
    for names in COMMAND.findall(TEXTS[place]):
        assert len(catalogue.find(names.split())) == len(names.split())


def test_the_tables_of_contents_are_up_to_date():
    assert contents.outdated() == [], "run `workbook save` on a notebook: it writes them"
