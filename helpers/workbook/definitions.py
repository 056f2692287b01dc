"""What a notebook defines: its exercises, and its functions lifted out so that they can be called without a run."""

import ast
import hashlib
import linecache
import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
CHECK = re.compile(r"check\((\w+)\)")
DEFINITION = re.compile(r"^(?:async def|def|class)\s+(\w+)", re.MULTILINE)
LIFTED = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Exercise:
    """An exercise cell and its check.

    `names` are the functions and classes that the cell defines, `solutions` the first and last line of each solution
    with its markers (counted from 1; none in the exercise edition), `check_index` None where no check follows.
    """

    index: int
    names: tuple[str, ...]
    source: str
    solutions: tuple[tuple[int, int], ...]
    check_index: int | None
    check_source: str
    points: float

    @property
    def name(self) -> str:
        """The function to write: what the check calls, else what is defined around the first solution."""
        called = CHECK.fullmatch(self.check_source)
        if called and called[1] in self.names:
            return called[1]
        first = self.solutions[0][0] if self.solutions else None
        around = DEFINITION.findall("\n".join(self.source.split("\n")[:first]))
        return (around or list(self.names) or ["exercise"])[-1]


def is_exercise(cell: NotebookNode) -> bool:
    """Whether a cell is written by the learner: it holds a solution, or nbgrader's metadata says so."""
    return cell.cell_type == "code" and (
        BEGIN in cell.source or bool(cell.metadata.get("nbgrader", {}).get("solution"))
    )


def is_check(cell: NotebookNode) -> bool:
    """Whether a cell checks an exercise: one line `check(function)`, or nbgrader's metadata says so."""
    graded = cell.metadata.get("nbgrader", {}).get("grade")
    return cell.cell_type == "code" and bool(graded or CHECK.fullmatch(cell.source.strip()))


def exercises(notebook: NotebookNode) -> list[Exercise]:
    """All exercises of a notebook, solution or exercise edition, in the order of their cells.

    Raises ValueError, naming cell and line, where a solution is not closed.
    """
    places = [index for index, cell in enumerate(notebook.cells) if is_exercise(cell)]
    ends = [*places, len(notebook.cells)][1:]
    return [_exercise(notebook, index, end) for index, end in zip(places, ends, strict=True)]


def _exercise(notebook: NotebookNode, index: int, end: int) -> Exercise:
    check_index = next((i for i in range(index + 1, end) if is_check(notebook.cells[i])), None)
    check = None if check_index is None else notebook.cells[check_index]
    source = notebook.cells[index].source
    try:
        solutions = tuple(solution_lines(source))
    except ValueError as error:
        raise ValueError(f"cell {index}, {error}") from error
    return Exercise(
        index=index,
        names=tuple(dict.fromkeys(DEFINITION.findall(source))),
        source=source,
        solutions=solutions,
        check_index=check_index,
        check_source=check.source.strip() if check else "",
        points=check.metadata.get("nbgrader", {}).get("points", 1) if check else 0,
    )


def solution_lines(source: str) -> Iterator[tuple[int, int]]:
    """First and last line, markers included and counted from 1, of each solution; raises ValueError if one is open."""
    begun = None
    for number, line in enumerate(source.split("\n"), start=1):
        if BEGIN in line and begun is None:
            begun = number
        elif END in line and begun is not None:
            yield begun, number
            begun = None
        elif BEGIN in line or END in line:
            raise ValueError(f"line {number}: {line.strip()!r} has no partner; write {BEGIN} … {END} in turn")
    if begun is not None:
        raise ValueError(f"line {begun}: {BEGIN} is never closed; add {END}")


def lift(
    notebook: NotebookNode, *, replace: dict[str, str] | None = None, broken: dict[int, str] | None = None
) -> dict[str, object]:
    """Namespace of a notebook's definitions, made without training, plotting or loading anything.

    In cell order it executes imports, top-level functions and classes, assignments of literals and the cell tagged
    `parameters`. `replace` maps the name of a function or class to the source that stands in for its definition; a
    name that the notebook does not define raises ValueError. A cell's own error is raised, unless `broken` is given:
    then it is noted there in one line under the cell's index, and costs that cell alone.
    """
    namespace: dict[str, object] = {"__name__": "__main__"}
    replaced: set[str] = set()
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        try:
            replaced |= _lift_cell(cell, index, namespace, replace or {})
        except Exception as error:
            if broken is None:
                raise
            broken[index] = one_line(error)
    unknown = sorted(set(replace or {}) - replaced)
    if unknown:
        raise ValueError(f"replace: the notebook defines no {', '.join(unknown)}; name a top-level function or class")
    return namespace


def _lift_cell(cell: NotebookNode, index: int, namespace: dict, replace: dict[str, str]) -> set[str]:
    body = parse(cell.source).body
    whole = "parameters" in cell.metadata.get("tags", [])
    kept = [node for node in body if whole or isinstance(node, LIFTED) or _is_constant(node)]
    replaced = {node.name for node in kept if getattr(node, "name", None) in replace}
    _execute([node for node in kept if getattr(node, "name", None) not in replaced], cell.source, index, namespace)
    for name in replaced:
        _execute(ast.parse(replace[name]).body, replace[name], index, namespace)
    return replaced


def parse(source: str) -> ast.Module:
    """Syntax tree of a cell, IPython's magics and shell lines translated; raises SyntaxError."""
    from IPython.core.inputtransformer2 import TransformerManager

    return ast.parse(TransformerManager().transform_cell(source))


def _is_constant(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return False
    try:
        ast.literal_eval(node.value)
    except (ValueError, TypeError):
        return False
    return all(isinstance(n, ast.Name | ast.Tuple | ast.Store | ast.Load) for t in _targets(node) for n in ast.walk(t))


def _targets(node: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def _execute(body: list[ast.stmt], source: str, index: int, namespace: dict) -> None:
    """Run statements; the source is registered so that tracebacks and `inspect.getsource` (AutoGraph) find it."""
    file = f"<cell {index} {hashlib.sha256(source.encode()).hexdigest()[:8]}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(ast.Module(body, []), file, "exec"), namespace)


def one_line(error: Exception) -> str:
    """Type and first line of an error, with the line of a syntax error."""
    place = f" (line {error.lineno})" if isinstance(error, SyntaxError) and error.lineno else ""
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {next(iter(text.splitlines()), '')}{place}"
