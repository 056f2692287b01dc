"""The report of a run: report.json for programs, report.html for people, the executed notebooks as pages."""

import base64
import html
import io
import json
import os
import platform
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import click
import nbformat
import psutil
from dask.system import CPU_COUNT
from jinja2 import Environment, FileSystemLoader
from PIL import Image

from helpers.workbook import resume

STATES = ("succeeded", "skipped", "failed", "kernel died", "timed out", "not run")
DONE = ("succeeded", "skipped")
TEMPLATES = Path(__file__).parent / "templates"
THUMBNAIL, THUMBNAILS = (240, 132), 6


@dataclass
class Report:
    """A run's results: `rows` are dicts as report.json holds them, keyed `folder/name`, in the order of the table."""

    out: Path
    rows: dict[str, dict] = field(default_factory=dict)
    settings: dict = field(default_factory=dict)
    started: float = field(default_factory=time.time)
    finished: float | None = None
    figures: dict[str, list[str]] = field(default_factory=dict)

    @property
    def json_path(self) -> Path:
        """The report for programs."""
        return self.out / "report.json"

    @property
    def html_path(self) -> Path:
        """The report for people."""
        return self.out / "report.html"

    def counts(self) -> dict[str, int]:
        """How many notebooks are in each state, states without one left out."""
        counted = Counter(row["state"] for row in self.rows.values())
        return {state: counted[state] for state in STATES if counted[state]}

    def add(self, key: str, executed: nbformat.NotebookNode | None, **row: object) -> None:
        """Enter a notebook's row; with its executed copy given, first write that copy, its page and its thumbnails.

        Raises OSError, the row left as it was, where they cannot be written.
        """
        row = self.rows.get(key, {}) | row
        if executed is not None:
            names = {"output": f"{key}.ipynb", "page": f"{key}.html"}
            write_atomically(self.out / names["output"], nbformat.writes(executed))
            write_atomically(self.out / names["page"], page(executed, title=str(row["title"])))
            self.figures[key] = thumbnails(executed)
            row |= names
        self.rows[key] = row

    def write(self) -> None:
        """Write both reports, a reader never sees half of one; raises click.ClickException where that fails."""
        try:
            write_atomically(self.json_path, json.dumps(self.content(), indent=1, default=repr) + "\n")
            write_atomically(self.html_path, self.render())
        except OSError as error:
            reason = error.strerror or error
            raise click.ClickException(f"the report in {self.out} could not be written: {reason}") from error

    def content(self) -> dict:
        """What report.json holds."""
        seconds = (self.finished or time.time()) - self.started
        return {
            "started": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(self.started)),
            "finished": self.finished is not None,
            "seconds": round(seconds, 1),
            "settings": self.settings,
            "machine": machine(),
            "versions": resume.versions(),
            "notebooks": list(self.rows.values()),
        }

    def render(self) -> str:
        """The HTML report: one self-contained page."""
        environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True)
        rows = [row | {"figures": self.figures.get(key, [])} for key, row in self.rows.items()]
        template = environment.get_template("report.html")
        return template.render(self.content() | {"rows": rows, "counts": self.counts()})


def machine() -> dict[str, object]:
    """The machine as far as times and memory depend on it; no names."""
    return {
        "system": platform.system(),
        "processor": platform.processor() or platform.machine(),
        "cores": CPU_COUNT,
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
    }


def previous(out: Path) -> dict[str, dict]:
    """Rows of the report in `out`, by `folder/name`; empty where there is none, refused where it cannot be read."""
    path = out / "report.json"
    if not path.exists():
        return {}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["notebooks"]
        return {f"{row['folder']}/{row['name']}": row for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{path} is not a report of a run; leave out --resume to start anew") from error


def thumbnails(notebook: nbformat.NotebookNode) -> list[str]:
    """The first figures of an executed notebook as small PNG data URIs."""
    pictures = [
        output.data["image/png"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    return [shrunk for picture in pictures[:THUMBNAILS] if (shrunk := _shrink(picture))]


def _shrink(picture: str) -> str | None:
    try:
        image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
        image.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    buffer = io.BytesIO()
    image.quantize(64).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def page(notebook: nbformat.NotebookNode, title: str) -> str:
    """An executed notebook as an HTML page; says so where it cannot be converted."""
    from nbconvert import HTMLExporter

    try:
        return HTMLExporter().from_notebook_node(notebook, {"metadata": {"name": title}})[0]
    except Exception as error:
        return f"<!DOCTYPE html><title>{html.escape(title)}</title><p>No page: {html.escape(str(error))}</p>"


def write_atomically(path: Path, text: str) -> None:
    """Write a text file as UTF-8 under another name, then give it its own; what is unfinished does not stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
