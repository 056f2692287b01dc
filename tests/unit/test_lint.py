"""Lint: a well-made notebook has no findings; each flaw is found, with its cell and line."""

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.workbook import catalogue, lint, saving
from helpers.workbook.cli import main

TITLE = """\
# Numbers

What doubling does to numbers.

| | |
| --- | --- |
| **You will be able to** | double data |
| **Needs** | nothing |
| **Reading time** | 25 minutes |
| **Run time** | 5 seconds |
| **Data** | none |"""
TEXT = "Here is what the next cell does and why it matters, said in plain words for the reader. " * 5
EXERCISE = """\
def twice_{0}(x):
    \"\"\"Twice x, of shape (n, {0}).\"\"\"
    ### BEGIN SOLUTION
    return x + x
    ### END SOLUTION"""
QUESTION = "**{0}.** Why?\n\n<details><summary>Answer</summary>\n\nBecause.\n\n</details>\n\n"
CLOSING = (
    f"## What to remember\n\n- One thing.\n- Another thing.\n- And a third one.\n\n{TEXT}\n\n## Questions\n\n"
    + QUESTION.format(1)
    + QUESTION.format(2)
    + TEXT
    + "\n\n## References\n\nNobody (2020), a paper that says all of this, and much more besides, in a few pages.\n\n"
    + "[contents](../index.ipynb)"
)
PNG = new_output("display_data", data={"image/png": "iVBORw0KGgo=", "text/plain": "<Figure size 640x480>"})
IMPORTS, PARAMETERS, EXERCISE_CELL, CHECK_CELL, PRINTS = 2, 4, 7, 8, 30


def stdout(text):
    return new_output("stream", name="stdout", text=text)


def well_made():
    """A notebook of 40 cells without a flaw; see the indices above for the cells that the tests change."""
    cells = [new_markdown_cell(TITLE), new_markdown_cell("## Set-up\n\n" + TEXT)]
    cells += [new_code_cell("import math"), new_markdown_cell(TEXT)]
    cells += [new_code_cell('name = "#1"  # of the data\nsize = 3  # full run: 30', metadata={"tags": ["parameters"]})]
    for number in range(4):
        cells += [new_markdown_cell(f"## Part {number}\n\n{TEXT}"), new_markdown_cell(TEXT)]
        cells += [new_code_cell(EXERCISE.format(number)), new_code_cell(f"check(twice_{number})")]
        cells += [new_markdown_cell(TEXT), new_code_cell(f"plot({number})", outputs=[PNG])]
    while len(cells) < 39:
        cells += [new_markdown_cell(TEXT), new_code_cell("print(size)", outputs=[stdout("3.142\n")])]
    return new_notebook(cells=[*cells, new_markdown_cell(CLOSING)], metadata={"workbook": {"topics": ["x"]}})


@pytest.fixture
def findings(tmp_path):
    """Lints the well-made notebook after a change to its cells: (cell, line, message) of each finding."""

    def look(change=lambda cells: None, course=1, metadata=None, executed=True):
        path = tmp_path / "notebooks" / f"course{course}_things" / "numbers.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "notebooks" / "index.ipynb").touch()
        notebook = well_made()
        change(notebook.cells)
        notebook = saving.normalise(notebook)
        for count, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1):
            cell.execution_count = count if executed else None
        facts = {"seconds": 3, "digest": catalogue.source_digest(notebook)}
        notebook.metadata.workbook.update(facts | (metadata or {}))
        saving.write(notebook, path)
        return [(f.cell, f.line, f.message) for f in lint.findings(notebook, path)]

    return look


def test_a_well_made_notebook_has_no_findings(findings):
    assert findings() == []


def source(cell, text):
    """A change that gives a cell another source."""
    return lambda cells: cells[cell].update(source=text)


def output(cell, *outputs):
    """A change that gives a cell other outputs."""
    return lambda cells: cells[cell].update(outputs=list(outputs))


def edit(cell, old, new):
    """A change of a part of a cell's source."""
    return lambda cells: cells[cell].update(source=cells[cell].source.replace(old, new))


FLAWS = {
    "no title": (source(0, "Numbers"), (0, 1, "the first cell must open with")),
    "two titles": (edit(3, "Here", "# Again\n\nHere"), (3, None, "a second first-level heading, 'Again'")),
    "no promise": (edit(0, "What doubling does to numbers.", ""), (0, 3, "one sentence of promise")),
    "two sentences": (edit(0, "numbers.\n", "numbers. And more.\n"), (0, 3, "one sentence of promise")),
    "no reading time": (edit(0, "| **Reading time** | 25 minutes |\n", ""), (0, None, "no row 'reading time'")),
    "little time": (edit(0, "25 minutes", "10 minutes"), (0, None, "says 10 minutes, but reading it takes about 26")),
    "no data": (edit(0, "\n| **Data** | none |", ""), (0, None, "no row 'data'")),
    "late import": (source(PRINTS, "print(1)\nimport os"), (PRINTS, 2, "import outside the set-up cell")),
    "code in set-up": (source(IMPORTS, "import math\n\nx = 1"), (IMPORTS, 3, "the set-up cell holds imports only")),
    "no imports": (source(IMPORTS, "print(1)"), (IMPORTS, 1, "must hold all imports")),
    "not Python": (source(PRINTS, "print(1)\nprint(2"), (PRINTS, None, "not valid Python")),
    "no tag": (lambda c: c[PARAMETERS].update(metadata={}), (None, None, "tagged `parameters`, found []")),
    "no comment": (source(PARAMETERS, 'size = "#"'), (PARAMETERS, 1, "a parameter needs a comment")),
    "call in parameters": (source(PARAMETERS, "a = 1  # one\nprint(a)"), (PARAMETERS, 2, "assignments only")),
    "long cell": (source(PRINTS, "print(1)\n" * 46), (PRINTS, None, "46 lines, 45 allowed")),
    "much code unexplained": (
        lambda c: c.insert(PRINTS, new_code_cell("1")) or c.insert(PRINTS, new_code_cell("1")),
        (PRINTS + 2, None, "3 code cells in a row"),
    ),
    "unasked exercise": (
        lambda c: c.insert(EXERCISE_CELL, new_code_cell("1")),
        (EXERCISE_CELL + 1, None, "an exercise follows the text"),
    ),
    "empty section": (
        edit(-1, "## References", "## Empty\n\n## References"),
        (None, None, "section 'Empty' has fewer"),
    ),
    "placeholder": (edit(3, "Here", "PLACEHOLDER_RESULT\nHere"), (3, 1, "PLACEHOLDER is left")),
    "to do": (source(PRINTS, "print(1)\n# TODO better"), (PRINTS, 2, "TODO is left")),
    "nothing to remember": (edit(-1, "What to remember", "Remarks"), (None, None, "no section `## What to remember`")),
    "two points": (edit(-1, "- Another thing.\n", ""), (None, None, "2 points under `What to remember`")),
    "one question": (edit(-1, QUESTION.format(2), ""), (None, None, "1 questions with folded answers")),
    "no references": (edit(-1, "## References", "## Papers"), (None, None, "no section `## References`")),
    "open details": (edit(3, "Here", "<details>"), (3, None, "never closed")),
    "dead link": (edit(3, "Here", "Here\n[it](gone.ipynb#top)"), (3, 2, "the link to gone.ipynb leads nowhere")),
    "dead image": (edit(3, "Here", '<img src="gone.png">'), (3, 1, "the link to gone.png leads nowhere")),
    "empty solution": (edit(EXERCISE_CELL, "    return x + x\n", ""), (EXERCISE_CELL, 3, "the solution is empty")),
    "marker outside": (edit(3, "Here", "### BEGIN SOLUTION"), (3, 1, "a solution marker outside code")),
    "top-level solution": (
        source(EXERCISE_CELL, "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
        (EXERCISE_CELL, 1, "inside a top-level function"),
    ),
    "no docstring": (
        edit(EXERCISE_CELL, '"""Twice x, of shape (n, 0)."""', "pass"),
        (EXERCISE_CELL, 1, "twice_0 has no docstring"),
    ),
    "no shapes": (
        edit(EXERCISE_CELL, ", of shape (n, 0)", ""),
        (EXERCISE_CELL, 1, "the docstring of twice_0 states no shapes"),
    ),
    "no check": (source(CHECK_CELL, "print(2)"), (EXERCISE_CELL, None, "the line check(twice_0) alone")),
    "busy check": (source(CHECK_CELL, "check(twice_0)\n1"), (EXERCISE_CELL, None, "the line check(twice_0) alone")),
    "wrong check": (source(CHECK_CELL, "check(twice_1)"), (CHECK_CELL, 1, "checks twice_1, which")),
    "stored error": (
        output(PRINTS, new_output("error", ename="E", evalue="e", traceback=[])),
        (PRINTS, None, "a stored error, E"),
    ),
    "warning": (output(PRINTS, new_output("stream", name="stderr", text="Oh\n")), (PRINTS, 1, "stored stderr: Oh")),
    "svg": (output(PRINTS, new_output("display_data", data={"image/svg+xml": "<svg/>"})), (PRINTS, None, "an SVG")),
    "shell": (source(PRINTS, "1\n!ls"), (PRINTS, 2, "a shell command in code")),
    "pip": (source(PRINTS, "%pip install x"), (PRINTS, 1, "pip or a shell magic in code")),
    "star": (source(IMPORTS, "from math import *"), (IMPORTS, 1, "import * in code")),
    "path": (source(PRINTS, 'open("/home/me/x")'), (PRINTS, 1, "an absolute path in code")),
    "windows path": (source(PRINTS, r'open("C:\\data")'), (PRINTS, 1, "an absolute path in code")),
    "path in output": (output(PRINTS, stdout("a\n/tmp/x.png\n")), (PRINTS, 2, "an absolute path in an output")),
    "address": (output(PRINTS, stdout("<f at 0x7f12ab34cd>")), (PRINTS, 1, "a memory address in an output")),
    "wall time": (output(PRINTS, stdout("it took 3.21 s")), (PRINTS, 1, "a wall time in an output")),
    "milliseconds": (output(PRINTS, stdout("each step 12.3 ms")), (PRINTS, 1, "a wall time in an output")),
    "many digits": (output(PRINTS, stdout("cost 0.69314718056")), (PRINTS, 1, "has 11 digits")),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_found_with_its_cell_and_line(findings, flaw):
    change, (cell, line, message) = FLAWS[flaw]
    found = findings(change)
    assert any((c, n) == (cell, n if line is None else line) and message in m for c, n, m in found), found


HARMLESS = {
    "a number of nine digits": output(PRINTS, stdout("0.000123456789 and 1234567890 and 1.5e-10")),
    "a duration in the prose of an output": output(PRINTS, stdout("stopped after 300 steps, in 3 sections")),
    "the bytes of a sound": output(
        PRINTS, new_output("display_data", data={"text/html": '<source src="data:audio/wav;base64,A7us/3s/it+9ms=" />'})
    ),
    "a link to the web and one in code": edit(3, "Here", "[a](https://example.org/tmp/x) `[b](c)` [d](#part)"),
    "a call in the set-up cell": source(IMPORTS, "import math\n\nprint(math.pi)"),
}


@pytest.mark.parametrize("change", HARMLESS)
def test_what_looks_like_a_flaw_but_is_none_is_left_alone(findings, change):
    assert findings(HARMLESS[change]) == []


def test_budgets_of_cells_words_and_figures(findings):
    def shrink(cells):
        del cells[5:29]

    messages = [message for _, _, message in findings(shrink)]
    assert "16 cells, 35 to 90 allowed" in messages
    assert "0 figures, at least 3 expected" in messages
    assert "0 exercises, at least 4 expected" in messages

    def silence(cells):
        for cell in cells[1:39]:
            if cell.cell_type == "markdown":
                cell.source = cell.source.replace(TEXT, TEXT[:80])

    assert any("words of text per code cell, 60 to 160 allowed" in message for _, _, message in findings(silence))


def test_budgets_of_lines(findings):
    def stretch(lines, share):
        def change(cells):
            code = [cell for cell in cells if cell.source.startswith(("print", "plot", "check"))]
            for cell in code[: int(share * len(code))]:
                cell.source = "print(1)\n" * lines

        return [message for _, _, message in findings(change)]

    assert "median of 9 lines a code cell, 8 allowed" in stretch(9, 1)
    assert "90th percentile of 26 lines a code cell, 25 allowed" in stretch(26, 0.3)


@pytest.mark.parametrize(("course", "found"), [(3, []), (1, [(None, None, "3 exercises, at least 4 expected")])])
def test_course_3_needs_fewer_exercises(findings, course, found):
    def fewer(cells):
        del cells[EXERCISE_CELL : EXERCISE_CELL + 2]
        cells += [new_markdown_cell(TEXT), new_code_cell("1"), cells.pop(-1)]

    assert findings(fewer, course=course) == found


def test_a_time_is_allowed_where_the_output_is_not_compared_but_only_seldom(findings):
    def timed(cells):
        cells[PRINTS].update(outputs=[stdout("12 ms")])
        cells[PRINTS].metadata["tags"] = ["nbval-ignore-output"]

    (found,) = findings(timed)
    assert found[0] == PRINTS and "1 of 9 output cells are not compared: 11.1 %" in found[2]


def test_a_notebook_must_be_executed_and_up_to_date(findings):
    assert findings(executed=False) == [(IMPORTS, None, "execution count None, expected 1; run `workbook save`")]
    (found,) = findings(metadata={"digest": "another"})
    assert "its outputs may be stale" in found[2]
    assert findings(metadata={"seconds": 46}) == [(None, None, "ran for 46 s, 45 allowed")]
    assert findings(metadata={"seconds": 7}) == [(0, None, "the title says 5 seconds, but it ran for 7 s")]
    assert findings(metadata={"seconds": 6}) == []
    assert [m for _, _, m in findings(metadata={"topics": [], "seconds": 0})] == [
        "metadata.workbook.topics is missing: a list of what the notebook teaches",
        "metadata.workbook.seconds is missing; run `workbook save`",
    ]


def test_a_large_file_is_found(findings):
    (found,) = findings(output(PRINTS, stdout("x" * 610_000)))
    assert "kB, 600 allowed" in found[2]


def test_nbgrader_metadata_and_unique_ids_are_required(tmp_path):
    notebook = well_made()
    path = tmp_path / "course1_things" / "numbers.ipynb"
    messages = [(f.cell, f.message) for f in lint.findings(notebook, path)]
    assert (EXERCISE_CELL, "no nbgrader metadata on the exercise; `workbook save` puts it there") in messages
    assert (CHECK_CELL, "no nbgrader metadata on the check; `workbook save` puts it there") in messages
    notebook = saving.normalise(notebook)
    notebook.cells[EXERCISE_CELL].metadata.nbgrader.grade_id = "check_twice_0"
    found = [(f.cell, f.message) for f in lint.findings(notebook, path)]
    assert (CHECK_CELL, "grade_id 'check_twice_0' is used 2 times") in found


def test_an_open_solution_is_found(tmp_path):
    notebook = well_made()
    edit(EXERCISE_CELL, "    ### END SOLUTION", "")(notebook.cells)
    found = [(f.cell, f.message) for f in lint.findings(notebook, tmp_path / "course1_things" / "numbers.ipynb")]
    assert (EXERCISE_CELL, "line 3: ### BEGIN SOLUTION is never closed; add ### END SOLUTION") in found


def test_neighbours_must_be_linked(findings, tmp_path):
    folder = tmp_path / "notebooks" / "course1_things"
    folder.mkdir(parents=True)
    nbformat.write(well_made(), folder / "a_first.ipynb")
    nbformat.write(well_made(), folder / "z_last.ipynb")
    assert [m for _, _, m in findings()] == [
        "no link to the previous notebook, a_first.ipynb",
        "no link to the next notebook, z_last.ipynb",
    ]
    both = "[previous](a_first.ipynb) · [next](z_last.ipynb)"
    assert findings(edit(-1, "[contents](../index.ipynb)", both)) == []


def test_the_command_prints_findings_and_fails_where_there_are_any(tmp_path):
    path = tmp_path / "course1_things" / "numbers.ipynb"
    path.parent.mkdir()
    nbformat.write(well_made(), path)
    result = CliRunner().invoke(main, ["lint", str(path)])
    assert result.exit_code == 1
    assert "numbers, cell 7: no nbgrader metadata on the exercise" in result.output
    assert "1 notebooks, " in result.output.splitlines()[-1]


def test_findings_name_notebook_cell_and_line():
    assert str(lint.Finding("week1", 3, 2, "too long")) == "week1, cell 3, line 2: too long"
    assert str(lint.Finding("week1", None, None, "too long")) == "week1: too long"


def test_a_file_that_is_no_notebook_is_a_finding(tmp_path):
    path = tmp_path / "course1_things" / "broken.ipynb"
    path.parent.mkdir()
    path.write_text("<html>", encoding="utf-8")
    (found,) = lint.lint(catalogue.notebooks(root=tmp_path))
    assert found.notebook == "broken" and "not a notebook" in found.message
