"""Rules about the text and the shape of a notebook: title, set-up, budgets, prose, closing part, links.

A rule takes a notebook and its path and yields (cell index or None, line or None, message).
"""

import ast
import io
import re
import statistics
import tokenize
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from nbformat import NotebookNode

from helpers.workbook import catalogue, definitions

Found = tuple[int | None, int | None, str]

TITLE_TABLE = ("you will be able to", "needs", "reading time", "run time", "data")
CELLS = (35, 90)
WORDS_A_CODE_CELL = (60, 160)
MEDIAN_LINES, NINETIETH_LINES, MOST_LINES = 8, 25, 45
WORDS_A_SECTION = 15
CODE_WITHOUT_PROSE = 2
QUESTIONS = (2, 4)
IMPORTS = ast.Import | ast.ImportFrom
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|<(?:img|a)\s[^>]*?(?:src|href)=[\"']([^\"']+)[\"']")
FENCE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b|\bPLACEHOLDER")


def code_cells(notebook: NotebookNode) -> list[tuple[int, NotebookNode]]:
    """Index and cell of all code cells that hold code."""
    return [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]


def headings(notebook: NotebookNode, level: str = "##") -> list[tuple[int, str]]:
    """Index of the cell and text of all headings of a level, in order."""
    found = []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            found += [(index, text.strip()) for text in re.findall(rf"^{level} +(.+)$", cell.source, re.MULTILINE)]
    return found


def parsed(notebook: NotebookNode) -> Iterator[tuple[int, ast.Module]]:
    """Index and syntax tree of the code cells that can be parsed."""
    for index, cell in code_cells(notebook):
        try:
            yield index, definitions.parse(cell.source)
        except SyntaxError:
            continue


def title(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """The first cell holds the only first-level heading, one sentence of promise, and the table of facts."""
    first = notebook.cells[0] if notebook.cells else None
    if first is None or first.cell_type != "markdown" or not re.match(r"# +\S", first.source):
        yield 0, 1, "the first cell must open with `# Title`"
        return
    for index, text in headings(notebook, "#")[1:]:
        yield index, None, f"a second first-level heading, {text!r}; use ## for sections"
    paragraphs = [p.strip() for p in re.split(r"\n\s*\n", first.source)[1:]]
    promise = paragraphs[0] if paragraphs else ""
    if promise.startswith(("|", "#", "!", "<")) or len(re.findall(r"[.!?](?=\s|$)", promise)) != 1:
        yield 0, 3, "one sentence of promise must follow the title"
    table = [
        field.strip(" *:").lower() for line in first.source.split("\n") if "|" in line for field in line.split("|")
    ]
    for row in TITLE_TABLE:
        if row not in table:
            yield 0, None, f"the table under the title has no row {row!r}"


def imports(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """All imports stand in the first code cell, which holds nothing but imports and calls such as `use_style()`."""
    cells = code_cells(notebook)
    for index, tree in parsed(notebook):
        imported = [node for node in tree.body if isinstance(node, IMPORTS)]
        if index == cells[0][0]:
            others = [n for n in tree.body if n not in imported and not _is_call(n)]
            yield from (
                (index, n.lineno, "the set-up cell holds imports only; move this to another cell") for n in others
            )
            if not imported:
                yield index, 1, "the first code cell must hold all imports"
        else:
            yield from ((index, n.lineno, "import outside the set-up cell; move it there") for n in imported)


def _is_call(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


def syntax(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """Every code cell is valid Python."""
    for index, cell in code_cells(notebook):
        try:
            definitions.parse(cell.source)
        except SyntaxError as error:
            yield index, error.lineno, f"not valid Python: {error.msg}"


def parameters(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """One cell tagged `parameters`, the second code cell, of assignments with a comment on each."""
    tagged = [i for i, cell in code_cells(notebook) if "parameters" in cell.metadata.get("tags", [])]
    second = [i for i, _ in code_cells(notebook)][1:2]
    if tagged != second or not tagged:
        yield (
            (tagged or [None])[0],
            None,
            f"the second code cell must be the only one tagged `parameters`, found {tagged}",
        )
        return
    for node in next((tree.body for index, tree in parsed(notebook) if index == tagged[0]), []):
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            yield tagged[0], node.lineno, "the parameters cell holds assignments only"
        elif not _commented(notebook.cells[tagged[0]].source) & set(range(node.lineno, node.end_lineno + 1)):
            yield tagged[0], node.lineno, "a parameter needs a comment: what it is, what the full run uses"


def _commented(source: str) -> set[int]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0] for token in tokens if token.type == tokenize.COMMENT}


def budgets(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """35–90 cells; code cells of median ≤ 8, 90th percentile ≤ 25, at most 45 lines; 60–160 words a code cell."""
    code = code_cells(notebook)
    if not CELLS[0] <= len(notebook.cells) <= CELLS[1]:
        yield None, None, f"{len(notebook.cells)} cells, {CELLS[0]} to {CELLS[1]} allowed"
    if not code:
        yield None, None, "no code"
        return
    lines = {i: sum(bool(line.strip()) for line in cell.source.split("\n")) for i, cell in code}
    ordered = sorted(lines.values())
    if statistics.median(ordered) > MEDIAN_LINES:
        yield None, None, f"median of {statistics.median(ordered):g} lines a code cell, {MEDIAN_LINES} allowed"
    if (ninetieth := ordered[-(-9 * (len(ordered) - 1) // 10)]) > NINETIETH_LINES:
        yield None, None, f"90th percentile of {ninetieth} lines a code cell, {NINETIETH_LINES} allowed"
    yield from ((i, None, f"{n} lines, {MOST_LINES} allowed") for i, n in lines.items() if n > MOST_LINES)
    words = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown") / len(code)
    if not WORDS_A_CODE_CELL[0] <= words <= WORDS_A_CODE_CELL[1]:
        yield (
            None,
            None,
            f"{words:.0f} words of text per code cell, {WORDS_A_CODE_CELL[0]} to {WORDS_A_CODE_CELL[1]} allowed",
        )


def prose(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """Prose before code: at most two code cells in a row besides checks; text in sections and before exercises."""
    unexplained = 0
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            unexplained = 0
        elif not definitions.is_check(cell):
            unexplained += 1
            if unexplained > CODE_WITHOUT_PROSE:
                yield (
                    index,
                    None,
                    f"{unexplained} code cells in a row without text between; say what they do, or merge them",
                )
        if definitions.is_exercise(cell) and notebook.cells[index - 1].cell_type != "markdown":
            yield index, None, "an exercise follows the text that asks for it"
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for section in re.split(r"^## +", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        if len(body.split()) < WORDS_A_SECTION:
            yield None, None, f"section {heading.strip()!r} has fewer than {WORDS_A_SECTION} words of text"


def unfinished(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """Nothing is left to do: no TODO, FIXME, XXX or placeholder."""
    for index, cell in enumerate(notebook.cells):
        for number, line in enumerate(cell.source.split("\n"), start=1):
            if mark := UNFINISHED.search(line):
                yield index, number, f"{mark[0]} is left; finish it"


def closing(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """What to remember (3–5 points), 2–4 questions with folded answers, references."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)[1:]
    sections = {heading.lower().strip(): body for heading, body in zip(parts[::2], parts[1::2], strict=True)}
    for wanted in ("what to remember", "questions", "references"):
        if not any(wanted in heading for heading in sections):
            yield None, None, f"no section `## {wanted.capitalize()}`"
    remember = next((body for heading, body in sections.items() if "what to remember" in heading), None)
    if remember is not None and not 3 <= (points := len(re.findall(r"^[-*] |^\d+\. ", remember, re.MULTILINE))) <= 5:
        yield None, None, f"{points} points under `What to remember`, 3 to 5 allowed"
    questions = next((body for heading, body in sections.items() if "questions" in heading), None)
    if questions is not None and not QUESTIONS[0] <= (folded := questions.count("<details")) <= QUESTIONS[1]:
        yield (
            None,
            None,
            f"{folded} questions with folded answers (<details>), {QUESTIONS[0]} to {QUESTIONS[1]} allowed",
        )
    for index, cell in enumerate(notebook.cells):
        if cell.source.count("<details") != cell.source.count("</details>"):
            yield index, None, "a <details> that is never closed"


def links(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """Every relative link leads to a file; the last cell links to the previous and the next notebook, if any."""
    for index, cell in enumerate(notebook.cells):
        for number, target in _targets(cell):
            if not (path.parent / target).exists():
                yield index, number, f"the link to {target} leads nowhere"
    order = [notebook.path.resolve() for notebook in catalogue.notebooks(root=path.resolve().parent.parent)]
    place = order.index(path.resolve()) if path.resolve() in order else None
    if place is None or not notebook.cells:
        return
    linked = {(path.parent / target).resolve() for _, target in _targets(notebook.cells[-1])}
    for word, neighbours in (("previous", order[max(place - 1, 0) : place]), ("next", order[place + 1 : place + 2])):
        yield from (
            (len(notebook.cells) - 1, None, f"no link to the {word} notebook, {n.name}")
            for n in neighbours
            if n not in linked
        )


def _targets(cell: NotebookNode) -> Iterator[tuple[int, str]]:
    """Line and file of each relative link in a markdown cell; code in it is no link."""
    if cell.cell_type != "markdown":
        return
    text = FENCE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), cell.source)
    for match in LINK.finditer(text):
        target = unquote((match[1] or match[2]).partition("#")[0])
        if target and not re.match(r"[a-z]+:", target):
            yield text.count("\n", 0, match.start()) + 1, target


RULES = (title, syntax, imports, parameters, budgets, prose, unfinished, closing, links)
