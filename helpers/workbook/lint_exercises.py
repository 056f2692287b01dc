"""Rules about exercises and their checks: enough of them, described, checked at once, marked for nbgrader."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from helpers.workbook import catalogue, definitions
from helpers.workbook.lint_anatomy import Found

FEWEST_EXERCISES = 4
FEWEST_EXERCISES_OF_COURSE_3 = 3
SHAPE = re.compile(
    r"\(\w[^()\n]*,[^()\n]*\)|\bshapes?\b|\b(?:scalar|number|float|int|integer|bool|string|str|list|dict|tuple)s?\b",
    re.IGNORECASE,
)


def enough(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """At least four exercises, three in course 3."""
    course = catalogue.COURSE_FOLDER.match(path.resolve().parent.name)
    fewest = FEWEST_EXERCISES_OF_COURSE_3 if course and course[1] == "3" else FEWEST_EXERCISES
    count = sum(definitions.BEGIN in cell.source for cell in notebook.cells if cell.cell_type == "code")
    if count < fewest:
        yield None, None, f"{count} exercises, at least {fewest} expected"


def markers(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """Solution markers come in pairs, alone on their lines, inside a top-level function or class."""
    for index, cell in enumerate(notebook.cells):
        lines = cell.source.split("\n")
        marked = [n for n, line in enumerate(lines, start=1) if definitions.BEGIN in line or definitions.END in line]
        if marked and cell.cell_type != "code":
            yield index, marked[0], "a solution marker outside code"
            continue
        try:
            regions = list(definitions.solution_lines(cell.source))
        except ValueError as error:
            yield index, None, str(error)
            continue
        for first, last in regions:
            if last == first + 1:
                yield index, first, "the solution is empty"
        for number in marked:
            if lines[number - 1].strip() not in (definitions.BEGIN, definitions.END):
                yield index, number, "a solution marker stands alone on its line"
            elif not lines[number - 1].startswith(" "):
                yield index, number, "a solution stands inside a top-level function or class"


def described(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """Every function or class to write has a docstring that states shapes or types."""
    for exercise in _solved(notebook):
        try:
            body = definitions.parse(exercise.source).body
        except SyntaxError:
            continue
        for node in body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            docstring = ast.get_docstring(node) or ""
            if not docstring:
                yield exercise.index, node.lineno, f"{node.name} has no docstring"
            elif not SHAPE.search(docstring):
                yield exercise.index, node.lineno, f"the docstring of {node.name} states no shapes"


def checked(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """The next code cell of an exercise is its check, the line `check(function)` alone."""
    for exercise in _solved(notebook):
        following = (i for i in range(exercise.index + 1, len(notebook.cells)) if notebook.cells[i].cell_type == "code")
        after = next(following, None)
        line = None if after is None else definitions.CHECK.fullmatch(notebook.cells[after].source.strip())
        if not line:
            yield exercise.index, None, f"the next code cell must be its check, the line check({exercise.name}) alone"
        elif line[1] not in exercise.names:
            yield after, 1, f"checks {line[1]}, which the exercise before it does not define"


def graded(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """Exercises and checks carry nbgrader's metadata with grade ids that are used once."""
    for exercise in _solved(notebook):
        if not notebook.cells[exercise.index].metadata.get("nbgrader", {}).get("solution"):
            yield exercise.index, None, "no nbgrader metadata on the exercise; `workbook save` puts it there"
        if exercise.check_index is not None:
            marks = notebook.cells[exercise.check_index].metadata.get("nbgrader", {})
            if not (marks.get("grade") and marks.get("locked") and marks.get("points", 0) > 0):
                yield exercise.check_index, None, "no nbgrader metadata on the check; `workbook save` puts it there"
    ids = [(i, cell.metadata.get("nbgrader", {}).get("grade_id")) for i, cell in enumerate(notebook.cells)]
    counts = Counter(name for _, name in ids if name)
    yield from ((i, None, f"grade_id {name!r} is used {counts[name]} times") for i, name in ids if counts[name] > 1)


def _solved(notebook: NotebookNode) -> list[definitions.Exercise]:
    try:
        return definitions.exercises(notebook)
    except ValueError:
        return []


RULES = (enough, markers, described, checked, graded)
