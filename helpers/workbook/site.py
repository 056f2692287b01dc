"""The site: all notebooks as stored, the commands and the helpers as pages that need no network and no server."""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click
import nbformat

from helpers import paths
from helpers.workbook import catalogue, contents, site_links

INDEX_OF_WORDS = "searchindex.js"
CONFIGURATION = Path(__file__).parent / "templates" / "site"
NOT_FOR_LESSONS = ("__main__", "bootstrap", "workbook")


def build(out: Path, root: Path = paths.NOTEBOOKS, *, modules: Sequence[str] | None = None) -> int:
    """Write the site of the notebooks under `root` and the `modules` (None: all that lessons use) to the folder `out`.

    Nothing is executed. A site in `out` is replaced once the new one is whole; returns the number of pages.
    Raises click.ClickException for links that lead nowhere, files that are no notebooks, and a folder of other files.
    """
    if out.exists() and not (out / INDEX_OF_WORDS).is_file() and (out.is_file() or any(out.iterdir())):
        raise click.ClickException(f"{out} exists and is not a site; name another folder with -o")
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "source", Path(folder) / "site"
        stage(source, root, public_modules() if modules is None else modules)
        make_pages(source, made)
        if problems := site_links.problems(made, source):
            raise click.ClickException("\n".join(problems))
        _replace(out, made)
    return len(list(out.rglob("*.html")))


def _replace(out: Path, made: Path) -> None:
    try:
        if out.exists():
            shutil.rmtree(out)
        shutil.copytree(made, out)
    except OSError as error:
        raise click.ClickException(f"{error.filename or out}: cannot be written ({error.strerror or error})") from error


def public_modules() -> list[str]:
    """Names of the modules that a lesson may import; of the checks only the door, since the rest holds solutions."""
    files = [path.relative_to(paths.ROOT).with_suffix("") for path in (paths.ROOT / "helpers").rglob("*.py")]
    names = {".".join(path.parts).removesuffix(".__init__") for path in files}
    kept = {name for name in names if not {*NOT_FOR_LESSONS} & {*name.split(".")}}
    return sorted(name for name in kept - {"helpers"} if not name.startswith("helpers.checks."))


def stage(source: Path, root: Path, modules: Sequence[str]) -> None:
    """Lay out what Sphinx reads in the folder `source`; raises click.ClickException where a file is no notebook."""
    from helpers.workbook.cli import main

    notebooks = catalogue.notebooks(root=root)
    for notebook in notebooks:
        target = source / notebook.path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(notebook.path, target)
    index = contents.index(notebooks, root)
    index.cells.append(nbformat.v4.new_markdown_cell(_navigation(notebooks, root)))
    nbformat.write(index, source / "index.ipynb")
    commands = _heading("The commands", "=") + "\n".join(_commands(main, "workbook"))
    (source / "commands.rst").write_text(commands, encoding="utf-8")
    for name, text in _module_pages(modules):
        (source / f"{name}.rst").write_text(text, encoding="utf-8")


def _copy(path: Path, target: Path) -> None:
    try:
        notebook = catalogue.read(path)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.write(notebook, target)


def _navigation(notebooks: Sequence[catalogue.Notebook], root: Path) -> str:
    """The side bar: the notebooks by course under the short form of their titles, then what else there is."""
    parts = []
    for _, course in groupby(notebooks, key=lambda n: n.course):
        rows = list(course)
        entries = [f"{n.title.partition(':')[0]} <{n.path.relative_to(root).with_suffix('').as_posix()}>" for n in rows]
        parts.append(_toctree(contents.course_title(rows[0]), entries))
    return "\n\n".join([*parts, _toctree("Reference", ["commands", "helpers"])])


def _toctree(caption: str, entries: Sequence[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", f":caption: '{caption}'", "", *entries, "```"])


def _commands(command: click.Command, name: str) -> Iterator[str]:
    """Name and help of a command and all under it, as reStructuredText."""
    text = click.Context(command, info_name=name).get_help()
    yield f"{_heading(name, '-')}.. code-block:: text\n\n{textwrap.indent(text, '    ')}\n"
    for part in getattr(command, "commands", {}).values():
        yield from _commands(part, f"{name} {part.name}")


def _module_pages(modules: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name and reStructuredText of each page about the helpers: one a module, and one that lists them."""
    for name in ["helpers", *modules]:
        parts = [m for m in modules if m.rpartition(".")[0] == name]
        members = "" if parts else "   :members:\n"
        about = f".. automodule:: {name}\n{members}\n" if name in modules else "What notebooks import.\n\n"
        entries = "".join(f"   {m.rpartition('.')[2]} <{m}>\n" for m in parts)
        listed = f".. toctree::\n   :maxdepth: 1\n\n{entries}" if parts else ""
        yield name, f"{_heading(name, '=')}{about}{listed}"


def _heading(text: str, line: str) -> str:
    return f"{text}\n{line * len(text)}\n\n"


def make_pages(source: Path, made: Path) -> None:
    """Turn what `stage` laid out into pages, in a process of its own, since Sphinx imports what it documents."""
    command = [sys.executable, "-m", "sphinx", "-q", "-c", str(CONFIGURATION), "-d", str(made.parent / "read")]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
    done = subprocess.run([*command, str(source), str(made)], cwd=paths.ROOT, env=os.environ | quiet)
    if done.returncode:
        raise click.ClickException(f"Sphinx ended with exit status {done.returncode}; what it said stands above")
