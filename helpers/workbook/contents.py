"""What the tool writes about the notebooks: notebooks/index.ipynb, and the table and the picture of README.md."""

import base64
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click
import nbformat

from helpers import paths
from helpers.workbook import catalogue

BEGIN = "<!-- notebooks: begin (workbook save writes this table) -->"
END = "<!-- notebooks: end -->"
PICTURE_TAG = "readme-picture"
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

OPENING = """\
# Deep learning workbook: contents

Each notebook builds one topic from scratch, shows it at work on real data, and checks what you wrote.
"""
HOW_TO_STUDY = """
**How to study.** Run `python3 -m helpers exercises` once: it writes the exercise edition, the same notebooks with the
solutions taken out, into `exercises/`. Work through it in order. Read a section, predict what will happen, write the
function, and run the check below it: it draws its own cases and says in your terms what differs. When you are stuck,
open the hint, sleep on it, and only then look at the solution here. `workbook progress exercises` shows how far you
are. Change the parameters at the top of a notebook and run it again: that is where intuition comes from."""
HOW_TO_WORK = """
**How to study.** This is the exercise edition. Work through it in order: read a section, predict what will happen,
write the function in place of the line that raises NotImplementedError, and run the check below it. When you are
stuck, open the hint, sleep on it, and only then look at the solution in `notebooks/`. `workbook progress` with the name
of this folder shows how far you are. Change the parameters at the top of a notebook and run it again: that is where
intuition comes from."""


def course_title(notebook: catalogue.Notebook) -> str:
    """Heading of a notebook's course, read from its folder: `Course 1: Neural networks and deep learning`."""
    subject = notebook.path.parent.name.partition("_")[2].replace("_", " ")
    return f"Course {notebook.course}: {subject.capitalize()}"


def promise(notebook: catalogue.Notebook) -> str:
    """The sentence under the title of a notebook, empty where there is none."""
    first = notebook.content.cells[0].source if notebook.content and notebook.content.cells else ""
    paragraphs = re.split(r"\n\s*\n", first.partition("\n")[2].strip())
    return "" if paragraphs[0].startswith(("|", "#", "!")) else " ".join(paragraphs[0].split())


def table(notebooks: list[catalogue.Notebook], start: Path) -> str:
    """Markdown tables of notebooks, one a course, with links relative to the folder `start`."""
    parts = []
    for _, course in groupby(notebooks, key=lambda n: n.course):
        rows = list(course)
        head = f"### {course_title(rows[0])}\n\n| notebook | topics | run time |\n| --- | --- | --- |\n"
        parts.append(head + "\n".join(_row(notebook, start) for notebook in rows))
    return "\n\n".join(parts)


def _row(notebook: catalogue.Notebook, start: Path) -> str:
    seconds = f"{notebook.seconds} s" if notebook.seconds else "not measured"
    return f"| {_link(notebook, start)} | {', '.join(notebook.topics)} | {seconds} |"


def _link(notebook: catalogue.Notebook, start: Path) -> str:
    return f"[{notebook.title}]({notebook.path.relative_to(start).as_posix()})"


def index(notebooks: list[catalogue.Notebook], start: Path, *, edition: bool = False) -> nbformat.NotebookNode:
    """The table of contents as a notebook of markdown cells, linked relative to `start`; for the exercise `edition`."""
    texts = [OPENING + (HOW_TO_WORK if edition else HOW_TO_STUDY)]
    for _, course in groupby(notebooks, key=lambda n: n.course):
        rows = list(course)
        lines = [f"- {_link(notebook, start)}: {promise(notebook)}" for notebook in rows]
        texts.append(f"## {course_title(rows[0])}\n\n" + "\n".join(lines))
    cells = [nbformat.v4.new_markdown_cell(text, id=f"contents-{n}") for n, text in enumerate(texts)]
    return nbformat.v4.new_notebook(cells=cells, metadata=KERNEL)


def text(notebook: nbformat.NotebookNode) -> str:
    """What a notebook's file holds, ending in a newline."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def picture(notebooks: list[catalogue.Notebook]) -> bytes | None:
    """The first stored figure of the first cell tagged `readme-picture`, a PNG; None where there is none."""
    for notebook in notebooks:
        for cell in notebook.content.cells if notebook.content else ():
            if PICTURE_TAG in cell.metadata.get("tags", []):
                figures = (output.get("data", {}).get("image/png") for output in cell.outputs)
                return next((base64.b64decode(figure) for figure in figures if figure), None)
    return None


def expected(root: Path = paths.ROOT) -> Iterator[tuple[Path, bytes]]:
    """Each file and what it should hold; raises click.ClickException where README.md lacks its markers."""
    folder = root / "notebooks"
    notebooks = catalogue.notebooks(root=folder)
    yield folder / "index.ipynb", text(index(notebooks, folder)).encode()
    yield root / "README.md", _with_table(root / "README.md", table(notebooks, root)).encode()
    if figure := picture(notebooks):
        yield folder / "picture.png", figure


def _with_table(readme: Path, tables: str) -> str:
    stored = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    before, begin, rest = stored.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise click.ClickException(f"{readme}: no place for the table of notebooks; add the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def outdated(root: Path = paths.ROOT) -> list[Path]:
    """The files that do not say what the notebooks say; `workbook save` brings them up to date."""
    return [path for path, wanted in expected(root) if not _holds(path, wanted)]


def _holds(path: Path, wanted: bytes) -> bool:
    return path.is_file() and path.read_bytes() == wanted


def refresh(root: Path = paths.ROOT) -> None:
    """Write what changed; raises click.ClickException without markers in README.md."""
    for path, wanted in expected(root):
        if not _holds(path, wanted):
            path.write_bytes(wanted)
