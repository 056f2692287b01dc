"""The one way in which outputs get into a notebook: a clean run from top to bottom, tidy metadata, one atomic write."""

import math
import re
import tempfile
from pathlib import Path

import click
import nbformat
from nbconvert.preprocessors import CoalesceStreamsPreprocessor

from helpers import paths
from helpers.workbook import catalogue, contents, definitions, execution

KEPT_NOTEBOOK_METADATA = ("nbval", "workbook")
KEPT_CELL_METADATA = ("nbval", "tags", "workbook")
MACHINE_MADE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}")
VALID_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
LARGEST_FILE = 600_000


def normalise(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A copy in nbformat 4.5 with tidy metadata, readable cell ids and nbgrader's metadata; sources as they are.

    Tags, nbval's overrides, `metadata.workbook`, points and the ids that a person gave are kept; timings, papermill's
    notes and the state of the interface are dropped. Random ids become names after the exercise or the section.
    """
    tidy = nbformat.from_dict(notebook)
    tidy.nbformat, tidy.nbformat_minor = 4, 5
    tidy.metadata = nbformat.from_dict(
        {key: tidy.metadata[key] for key in KEPT_NOTEBOOK_METADATA if key in tidy.metadata} | contents.KERNEL
    )
    grading = _grading(tidy)
    for index, cell in enumerate(tidy.cells):
        kept = {key: cell.metadata[key] for key in KEPT_CELL_METADATA if cell.metadata.get(key)}
        cell.metadata = nbformat.from_dict(kept | ({"nbgrader": grading[index]} if index in grading else {}))
    _name_cells(tidy, grading)
    return CoalesceStreamsPreprocessor().preprocess(tidy, {})[0]


def _grading(notebook: nbformat.NotebookNode) -> dict[int, dict]:
    """nbgrader's metadata of each exercise and check cell, by index; grade ids are unique in the notebook."""
    grading, used = {}, set()
    for exercise in definitions.exercises(notebook):
        name = _unused(exercise.name, used, "_")
        common = {"locked": False, "schema_version": 3, "task": False}
        grading[exercise.index] = common | {"grade": False, "grade_id": name, "solution": True}
        if exercise.check_index is not None:
            check = {"grade": True, "grade_id": f"check_{name}", "points": exercise.points, "solution": False}
            grading[exercise.check_index] = common | check | {"locked": True}
    return grading


def _name_cells(notebook: nbformat.NotebookNode, grading: dict[int, dict]) -> None:
    """Give a readable id to each cell whose id is missing, invalid, used twice or random."""
    used, section = set(), "title"
    kept = [cell.get("id") for cell in notebook.cells]
    kept = {i for i in kept if i and kept.count(i) == 1 and VALID_ID.fullmatch(i) and not MACHINE_MADE_ID.fullmatch(i)}
    for index, cell in enumerate(notebook.cells):
        heading = re.match(r"#{1,3} +(.+)", cell.source) if cell.cell_type == "markdown" else None
        section = _slug(heading[1]) if heading else section
        if cell.get("id") not in kept:
            wanted = _graded_id(grading[index]) if index in grading else section
            cell["id"] = _unused(wanted[:60], used | kept, "-")
        used.add(cell["id"])


def _graded_id(grading: dict) -> str:
    return grading["grade_id"] if grading["grade"] else f"exercise_{grading['grade_id']}"


def _slug(heading: str) -> str:
    """The first words of a heading, without its number."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"^[\d.\s]+", "", heading.lower()))
    return "-".join(words[:5])[:50] or "section"


def _unused(name: str, used: set[str], joint: str) -> str:
    """The name itself, else with the first free number behind it; it counts as used from now on."""
    free = next(n for n in (name, *(f"{name}{joint}{k}" for k in range(2, 10_000))) if n not in used)
    used.add(free)
    return free


def save(path: Path, *, timeout: float | None = 600) -> tuple[nbformat.NotebookNode, float]:
    """Run a notebook and store it with its outputs; returns what was stored and the seconds that the run took.

    Raises click.ClickException, and leaves the file as it is, where the notebook fails: one line, cell and error.
    """
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / path.name
        outcome = execution.execute(path, output, parameters={}, threads=1, timeout=timeout)
        if outcome.state != "succeeded":
            place = "" if outcome.cell is None else f" in cell {outcome.cell}"
            reason = f": {outcome.error}" if outcome.error else ""
            raise click.ClickException(f"{outcome.state}{place}{reason}; the stored notebook is untouched")
        notebook = normalise(catalogue.read(output))
    _describe(notebook, outcome.seconds)
    write(notebook, path)
    return notebook, outcome.seconds


def _describe(notebook: nbformat.NotebookNode, seconds: float) -> None:
    """Note run time and digest.

    Of a machine that did other work at the time, a run tells little: one that took up to 25 % longer than the stored
    run time leaves it alone.
    """
    facts = notebook.metadata.setdefault("workbook", nbformat.from_dict({}))
    measured, stored = math.ceil(seconds), facts.get("seconds")
    if not stored or not stored <= measured <= 1.25 * stored:
        facts["seconds"] = measured
    facts["digest"] = catalogue.source_digest(notebook)


def write(notebook: nbformat.NotebookNode, path: Path) -> None:
    """Validate and write a notebook atomically, ending in a newline; raises nbformat.ValidationError."""
    nbformat.validate(notebook)
    scratch = path.with_name(f".{path.name}.part")
    try:
        scratch.write_text(contents.text(notebook), encoding="utf-8", newline="\n")
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def save_all(notebooks: list[catalogue.Notebook], *, timeout: float | None = 600, root: Path = paths.ROOT) -> list[str]:
    """Save notebooks in turn and refresh the tables of contents; returns the names that failed."""
    failed = []
    for notebook in notebooks:
        try:
            stored, seconds = save(notebook.path, timeout=timeout)
        except (click.ClickException, ValueError) as error:
            click.echo(f"failed  {notebook.name}: {error}", err=True)
            failed.append(notebook.name)
            continue
        size = notebook.path.stat().st_size
        click.echo(f"saved   {notebook.name}: {len(stored.cells)} cells, {seconds:.0f} s, {size / 1000:.0f} kB")
        if size > LARGEST_FILE:
            click.echo(
                f"warning {notebook.name}: {size / 1000:.0f} kB, at most 600 allowed; draw smaller figures", err=True
            )
    contents.refresh(root)
    return failed
