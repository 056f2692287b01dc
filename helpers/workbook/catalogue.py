"""The catalogue of notebooks: where they are, what they say about themselves, and how a name is resolved."""

import ast
import difflib
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click
import nbformat

from helpers import paths

COURSE_FOLDER = re.compile(r"course(\d+)_")


@dataclass(frozen=True)
class Notebook:
    """A notebook of the workbook; what it says about itself is read from the file when first asked for."""

    path: Path
    course: int
    name: str

    @cached_property
    def content(self) -> nbformat.NotebookNode | None:
        """The notebook as read from its file, or None where the file is not a valid notebook."""
        try:
            return read(self.path)
        except ValueError:
            return None

    @property
    def metadata(self) -> dict:
        """The notebook's own `metadata.workbook`, empty where it has none."""
        return dict(self.content.metadata.get("workbook", {})) if self.content else {}

    @property
    def title(self) -> str:
        """The first-level heading of the first cell, or the name where there is none."""
        first = self.content.cells[0] if self.content and self.content.cells else None
        heading = re.match(r"#\s+(.+)", first.source) if first and first.cell_type == "markdown" else None
        return heading[1].strip() if heading else self.name

    @property
    def topics(self) -> list[str]:
        """What the notebook teaches, in a few words each."""
        return list(self.metadata.get("topics", []))

    @property
    def seconds(self) -> int | None:
        """Run time measured when the notebook was saved, in seconds."""
        return self.metadata.get("seconds")

    @property
    def full_parameters(self) -> dict:
        """Parameters of the full profile: the taught sizes, for a faster machine."""
        return dict(self.metadata.get("full", {}))

    @property
    def parameters(self) -> list[str]:
        """Names that the cell tagged `parameters` assigns: what `workbook run -p` may set."""
        cells = [c for c in (self.content.cells if self.content else []) if "parameters" in c.metadata.get("tags", [])]
        return [name for cell in cells for name in _assigned(cell.source)]

    @property
    def state(self) -> str:
        """One of "ready", "not executed", "stale" (changed since it was saved) and "broken" (not a notebook)."""
        if self.content is None:
            return "broken"
        code = [cell for cell in self.content.cells if cell.cell_type == "code" and cell.source.strip()]
        if not all(cell.execution_count for cell in code):
            return "not executed"
        return "ready" if self.metadata.get("digest") == source_digest(self.content) else "stale"


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook file as nbformat 4; raises ValueError with one clear line where it is missing or is not one."""
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    except Exception as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)[:120]
        raise ValueError(f"{path}: not a notebook ({reason}); restore the file from git") from error
    return notebook


def source_digest(notebook: nbformat.NotebookNode) -> str:
    """SHA-256 over the types and sources of all cells: the same for a cleared and an executed copy."""
    digest = hashlib.sha256()
    for cell in notebook.cells:
        digest.update(f"{cell.cell_type}\0{cell.source}\0".encode())
    return digest.hexdigest()


def _assigned(source: str) -> list[str]:
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return []
    plain = [target for s in statements if isinstance(s, ast.Assign) for target in s.targets]
    typed = [s.target for s in statements if isinstance(s, ast.AnnAssign)]
    return [target.id for target in plain + typed if isinstance(target, ast.Name)]


def table(found: Sequence[Notebook], width: int) -> str:
    """The catalogue as text: course, name, state, run time and as many topics as fit `width` characters."""
    longest = max((len(n.name) for n in found), default=8)
    lines = [f"{'course':6}  {'notebook':{longest}}  {'state':12}  {'seconds':>7}  topics"]
    for n in found:
        seconds = "" if n.seconds is None else n.seconds
        lines.append(f"{n.course:6}  {n.name:{longest}}  {n.state:12}  {seconds:>7}  {', '.join(n.topics)}".rstrip())
    return "\n".join(line if len(line) <= width else line[: width - 1] + "…" for line in lines)


def listing(found: Sequence[Notebook]) -> list[dict]:
    """The catalogue for programs: one dict a notebook."""
    said = ("course", "name", "title", "topics", "seconds", "state", "parameters")
    return [{key: getattr(n, key) for key in said} | {"path": str(n.path)} for n in found]


def _notebook(path: Path) -> Notebook:
    folder = COURSE_FOLDER.match(path.parent.name)
    return Notebook(path=path, course=int(folder[1]) if folder else 0, name=path.stem)


def notebooks(course: int | None = None, root: Path = paths.NOTEBOOKS) -> list[Notebook]:
    """All notebooks of all courses, or of one, sorted by course and name."""
    found = [_notebook(path) for path in root.glob("course*_*/*.ipynb") if not path.name.startswith(".")]
    return sorted((n for n in found if course in (None, n.course)), key=lambda n: (n.course, n.name))


def find(names: Sequence[str], root: Path = paths.NOTEBOOKS) -> list[Notebook]:
    """Resolve names, unique parts of names or paths, each once; raises click.BadParameter naming close matches."""
    catalogue = notebooks(root=root)
    return list(dict.fromkeys(_find_one(name, catalogue) for name in names))


def _find_one(name: str, catalogue: list[Notebook]) -> Notebook:
    if name.endswith(".ipynb") and Path(name).is_file():
        return _notebook(Path(name).resolve())
    stem = name.removesuffix(".ipynb")
    exact = [n for n in catalogue if n.name == stem]
    starting = [n for n in catalogue if n.name.startswith(stem)]
    containing = [n for n in catalogue if stem in n.name]
    matches = exact or starting or containing
    if len(matches) == 1:
        return matches[0]
    every = [n.name for n in catalogue]
    near = [n.name for n in matches] or difflib.get_close_matches(stem, every, n=3, cutoff=0.4) or every[:3]
    problem = "names several notebooks" if matches else "is not a notebook of the workbook"
    raise click.BadParameter(f"{name!r} {problem}; did you mean {' or '.join(near[:5]) or 'another folder'}?")
