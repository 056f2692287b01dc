"""The exercise edition: the solution notebooks with each solution replaced by a stub, made by nbgrader and verified."""

import re
from pathlib import Path

import click
import nbformat
from nbgrader.preprocessors import ClearOutput, ClearSolutions, LockCells

from helpers import paths
from helpers.workbook import catalogue, contents, definitions, saving

STUB = re.compile(r'^ *raise NotImplementedError\("write [^"]*"\)$')
TRIVIAL = 12


def exercise_edition(solution: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy for the learner: stubs for solutions, no outputs, checks kept and locked, the digest dropped."""
    edition = saving.normalise(solution)
    for exercise in definitions.exercises(edition):
        stub = f'raise NotImplementedError("write {exercise.name}")'
        clear = ClearSolutions(code_stub={"python": stub})
        clear.preprocess_cell(edition.cells[exercise.index], {"language": "python"}, exercise.index)
    edition, _ = LockCells().preprocess(edition, {})
    edition, _ = ClearOutput().preprocess(edition, {})
    edition.metadata.get("workbook", {}).pop("digest", None)
    return edition


def solutions(source: str) -> list[list[str]]:
    """The lines of each solution in a cell's source, markers included."""
    lines = source.split("\n")
    return [lines[first - 1 : last] for first, last in definitions.solution_lines(source)]


def restore(edition: nbformat.NotebookNode, solution: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy of the exercise edition with the solutions put back; raises ValueError where a stub is missing."""
    restored = nbformat.from_dict(edition)
    for index, (cell, source) in enumerate(zip(restored.cells, solution.cells, strict=True)):
        if source.cell_type == "code" and definitions.BEGIN in source.source:
            cell.source = _put_back(cell.source, solutions(source.source), index)
    return restored


def _put_back(source: str, regions: list[list[str]], index: int) -> str:
    lines = source.split("\n")
    stubs = [number for number, line in enumerate(lines) if STUB.fullmatch(line)]
    if len(stubs) != len(regions):
        raise ValueError(f"cell {index}: {len(stubs)} stubs for {len(regions)} solutions")
    for number, region in reversed(list(zip(stubs, regions, strict=True))):
        lines[number : number + 1] = region
    return "\n".join(lines)


def leaks(edition: nbformat.NotebookNode, solution: nbformat.NotebookNode) -> list[str]:
    """What is left of solutions: one line a find, empty where the edition is clean.

    A solution's line counts as left where its cell still holds it, unless it is shorter than 12 characters or the cell
    also holds it outside its solutions; an output or a marker anywhere counts too.
    """
    found = []
    for index, (cell, source) in enumerate(zip(edition.cells, solution.cells, strict=True)):
        if cell.cell_type != "code":
            continue
        if cell.outputs or cell.execution_count is not None:
            found.append(f"cell {index}: has outputs or an execution count")
        if definitions.BEGIN in cell.source or definitions.END in cell.source:
            found.append(f"cell {index}: holds a solution's marker")
        left = _solution_lines(source.source) & {line.strip() for line in cell.source.split("\n")}
        found += [f"cell {index}: still says {line!r}" for line in sorted(left)]
    return found


def _solution_lines(source: str) -> set[str]:
    """Lines that stand in solutions only, stripped, of 12 characters or more."""
    lines = source.split("\n")
    inside = {n for first, last in definitions.solution_lines(source) for n in range(first - 1, last)}
    outside = {line.strip() for number, line in enumerate(lines) if number not in inside}
    return {lines[n].strip() for n in inside if len(lines[n].strip()) >= TRIVIAL} - outside


def verify(edition: nbformat.NotebookNode, solution: nbformat.NotebookNode) -> None:
    """Raise ValueError unless no solution is left and putting the solutions back gives the source's code exactly."""
    left = leaks(edition, solution)
    if left:
        raise ValueError("a solution shows in the exercise edition: " + "; ".join(left))
    restored = restore(edition, solution)
    for index, (cell, source) in enumerate(zip(restored.cells, solution.cells, strict=True)):
        if (cell.cell_type, cell.source) != (source.cell_type, source.source):
            raise ValueError(f"cell {index}: with the solutions put back, it differs from the solution notebook")


def write_edition(out: Path, *, replace: tuple[str, ...] = (), root: Path = paths.NOTEBOOKS) -> list[Path]:
    """Write the verified exercise edition of all notebooks and its table of contents; returns the files it kept.

    A file that exists and differs is the learner's work: it is kept, unless its name is in `replace`.
    """
    notebooks = catalogue.notebooks(root=root)
    if not notebooks:
        raise click.ClickException(f"{root}: no notebooks found; run the command in a complete checkout")
    replaced = {notebook.name for notebook in catalogue.find(replace, root=root)}
    kept = [n.path for n in notebooks if not _write_one(n, out / n.path.relative_to(root), n.name in replaced)]
    saving.write(contents.index(notebooks, root, edition=True), out / "index.ipynb")
    return [out / path.relative_to(root) for path in kept]


def _write_one(notebook: catalogue.Notebook, target: Path, replace: bool) -> bool:
    """Write the edition of one notebook; False where a different file stands there and is not to be replaced."""
    solution = catalogue.read(notebook.path)
    edition = exercise_edition(solution)
    try:
        verify(edition, solution)
    except ValueError as error:
        raise click.ClickException(f"{notebook.name}: {error}") from error
    if target.exists() and not replace and target.read_text(encoding="utf-8") != contents.text(edition):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    saving.write(edition, target)
    return True
