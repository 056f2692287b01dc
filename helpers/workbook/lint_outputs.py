"""Rules about what is stored: executed in order, up to date, nothing in it that changes from machine to machine."""

import re
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from helpers.workbook import catalogue, definitions
from helpers.workbook.lint_anatomy import Found, code_cells

FEWEST_FIGURES = 3
LARGEST_FILE = 600_000
LONGEST_RUN = 45
LARGEST_IGNORED = 0.03
MOST_DIGITS = 9
ABSOLUTE_PATH = re.compile(r"(?<![\w./:)-])/(?:home|root|tmp|Users|mnt|opt|usr|var|work)/\w|\b[A-Z]:\\{1,2}\w|~/\w")
FORBIDDEN = {
    re.compile(r"^\s*!"): "a shell command",
    re.compile(r"^\s*%{1,2}(?:pip|conda|sh|bash|cd)\b|\bpip3? install\b"): "pip or a shell magic",
    re.compile(r"^\s*from\s+\S+\s+import\s+\*"): "import *",
    ABSOLUTE_PATH: "an absolute path",
}
UNSTABLE = {
    ABSOLUTE_PATH: "an absolute path",
    re.compile(r"\b0x[0-9a-fA-F]{6,}"): "a memory address",
    re.compile(
        r"\bwall time\b|\d\s?(?:ms|µs|μs|us|ns)\b|\d\s?(?:ms|s|µs)/(?:step|epoch|it)\b|\bit/s\b"
        r"|\b(?:took|elapsed|in|after|time):?\s+\d[\d.]*\s?(?:s|sec|seconds?|minutes?)\b",
        re.IGNORECASE,
    ): "a wall time",
}
READING_TIME = re.compile(r"\*\*Reading time\*\* \| (\d+) minutes")
RUN_TIME = re.compile(r"\*\*Run time\*\* \| (\d+) seconds")
DATA_URI = re.compile(r"data:[\w/+.-]+;base64,[\w+/=]+")  # sound and pictures: no text that could be read
LONG_NUMBER = re.compile(r"(?<![\w.])[-+]?\d*\.\d+(?:e[-+]?\d+)?", re.IGNORECASE)


def order(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """Executed from top to bottom in one go."""
    for expected, (index, cell) in enumerate(code_cells(notebook), start=1):
        if cell.execution_count != expected:
            yield index, None, f"execution count {cell.execution_count}, expected {expected}; run `workbook save`"
            return


def up_to_date(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """Outputs belong to the sources, and the metadata says what the tables of contents need."""
    facts = notebook.metadata.get("workbook", {})
    if facts.get("digest") != catalogue.source_digest(notebook):
        yield None, None, "changed since it was saved: its outputs may be stale; run `workbook save`"
    if not facts.get("topics"):
        yield None, None, "metadata.workbook.topics is missing: a list of what the notebook teaches"
    if not facts.get("seconds"):
        yield None, None, "metadata.workbook.seconds is missing; run `workbook save`"
    elif facts["seconds"] > LONGEST_RUN:
        yield None, None, f"ran for {facts['seconds']} s, {LONGEST_RUN} allowed"
    elif (said := RUN_TIME.search(notebook.cells[0].source)) and facts["seconds"] > 1.25 * int(said[1]):
        yield 0, None, f"the title says {said[1]} seconds, but it ran for {facts['seconds']} s"


def reading_time(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """The title's reading time is within a quarter of `reading_minutes`."""
    estimate = reading_minutes(notebook)
    if (said := READING_TIME.search(notebook.cells[0].source)) and not 0.8 <= int(said[1]) / estimate <= 1.25:
        yield 0, None, f"the title says {said[1]} minutes, but reading it takes about {estimate:.0f}"


def reading_minutes(notebook: NotebookNode) -> float:
    """A minute for 100 words or 20 lines of code, half a minute for a figure or a line that the learner writes."""
    words = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
    code = "\n".join(cell.source for _, cell in code_cells(notebook))
    lines, written = (sum(map(bool, map(str.strip, text.splitlines()))) for text in (code, _solutions(code)))
    return words / 100 + (lines - written) / 20 + (_figures(notebook) + written) / 2


def _solutions(code: str) -> str:
    begin, end = map(re.escape, (definitions.BEGIN, definitions.END))
    return "".join(re.findall(f"{begin}\n(.*?){end}", code, re.DOTALL))


def errors(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """No stored error, warning, or output that nbval cannot compare."""
    for index, cell in code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                yield index, None, f"a stored error, {output.ename}"
            elif output.get("name") == "stderr":
                yield index, 1, f"stored stderr: {output.text.strip().splitlines()[0][:80]}"
            elif "image/svg+xml" in output.get("data", {}):
                yield index, None, "an SVG figure; nbval cannot compare it, use PNG"


def _figures(notebook: NotebookNode) -> int:
    return sum("image/png" in o.get("data", {}) for _, cell in code_cells(notebook) for o in cell.outputs)


def figures(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """At least three PNG figures."""
    count = _figures(notebook)
    if count < FEWEST_FIGURES:
        yield None, None, f"{count} figures, at least {FEWEST_FIGURES} expected"


def size(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """A file of at most 600 kB."""
    if path.is_file() and (stored := path.stat().st_size) > LARGEST_FILE:
        yield None, None, f"{stored / 1000:.0f} kB, {LARGEST_FILE // 1000} allowed"


def compared(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """At most 3 % of the cells with output are left out of the regression."""
    with_output = [(index, cell) for index, cell in code_cells(notebook) if cell.outputs]
    ignored = [index for index, cell in with_output if is_ignored(cell)]
    if len(ignored) > LARGEST_IGNORED * len(with_output):
        share = 100 * len(ignored) / len(with_output)
        yield (
            ignored[0],
            None,
            f"{len(ignored)} of {len(with_output)} output cells are not compared: {share:.1f} %, 3 allowed",
        )


def is_ignored(cell: NotebookNode) -> bool:
    """Whether nbval leaves the cell's output alone, by tag or by comment."""
    tags = set(cell.metadata.get("tags", []))
    return bool(tags & {"nbval-ignore-output", "nbval-skip"}) or bool(
        re.search(r"NBVAL_(?:IGNORE_OUTPUT|SKIP)", cell.source)
    )


def portable_sources(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """Code that runs anywhere: no pip, no shell, no `import *`, no absolute path."""
    for index, cell in code_cells(notebook):
        for number, line in enumerate(cell.source.split("\n"), start=1):
            yield from (
                (index, number, f"{what} in code") for pattern, what in FORBIDDEN.items() if pattern.search(line)
            )


def stable_outputs(notebook: NotebookNode, path: Path) -> Iterator[Found]:
    """No absolute path, address, wall time or ten-digit number in an output; a time only where it is not compared."""
    for index, cell in code_cells(notebook):
        for number, line in _text(cell):
            for pattern, what in UNSTABLE.items():
                if pattern.search(line) and not (what == "a wall time" and is_ignored(cell)):
                    yield index, number, f"{what} in an output: {line.strip()[:60]!r}"
            for match in LONG_NUMBER.finditer(line):
                if _significant(match[0]) > MOST_DIGITS:
                    yield index, number, f"{match[0]} has {_significant(match[0])} digits; print 4 significant ones"


def _text(cell: NotebookNode) -> Iterator[tuple[int, str]]:
    """Number and text of the lines of each textual output."""
    for output in cell.outputs:
        data = output.get("data", {})
        for text in (output.get("text"), data.get("text/plain"), data.get("text/html")):
            yield from enumerate(DATA_URI.sub("data:", text or "").split("\n"), start=1)


def _significant(number: str) -> int:
    digits = re.sub(r"[^\d]", "", number.lower().partition("e")[0])
    return len(digits.lstrip("0"))


RULES = (order, up_to_date, reading_time, errors, figures, size, compared, portable_sources, stable_outputs)
