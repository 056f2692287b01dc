"""Lint of notebooks: anatomy, budgets, outputs. Every finding names notebook, cell and line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat

from helpers.workbook import catalogue, lint_anatomy, lint_exercises, lint_outputs

RULES = (*lint_anatomy.RULES, *lint_exercises.RULES, *lint_outputs.RULES)


@dataclass(frozen=True)
class Finding:
    """A shortfall of a notebook: its cell (index from 0) and line (from 1), None where it concerns a larger part."""

    notebook: str
    cell: int | None
    line: int | None
    message: str

    def __str__(self) -> str:
        cell = "" if self.cell is None else f", cell {self.cell}"
        line = "" if self.line is None else f", line {self.line}"
        return f"{self.notebook}{cell}{line}: {self.message}"


def findings(notebook: nbformat.NotebookNode, path: Path) -> Iterator[Finding]:
    """All shortfalls of a notebook that is stored, or would be stored, at `path`."""
    for rule in RULES:
        for cell, line, message in rule(notebook, path):
            yield Finding(path.stem, cell, line, message)


def lint(notebooks: Sequence[catalogue.Notebook]) -> list[Finding]:
    """All shortfalls of several notebooks; a file that is not a notebook is a finding of its own."""
    found: list[Finding] = []
    for notebook in notebooks:
        try:
            found += findings(catalogue.read(notebook.path), notebook.path)
        except ValueError as error:
            found.append(Finding(notebook.name, None, None, str(error)))
    return found
