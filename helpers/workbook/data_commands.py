"""`workbook data list | info | fetch | train`: what the registry holds, how to get the rest, how weights are made."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from helpers.datasets import DataError, downloads, registry
from helpers.datasets.course_files import CourseFile
from helpers.datasets.downloads import RemoteFile
from helpers.datasets.registry import Entry


def state(entry: Entry) -> str:
    """ "ready", "to fetch", "absent" or, for files of the course that are not what they should be, "unusable"."""
    if "offline" in entry.tiers:
        return "ready"
    remote = [file for file in entry.files if isinstance(file, RemoteFile)]
    if remote:
        return "ready" if all(downloads.find(file) for file in remote) else "to fetch"
    if not any(file.path.exists() for file in entry.files):
        return "absent"
    return "unusable" if _problem(entry) else "ready"


def _problem(entry: Entry) -> str | None:
    """What keeps a set of the course from loading; None where it loads."""
    try:
        registry.load(entry.name, "course")
    except DataError as error:
        return str(error)
    return None


def table() -> str:
    """All data sets, one line each: name, tiers, size, licence, state."""
    rows = [("name", "tiers", "size", "licence", "state")]
    rows += [(e.name, ", ".join(e.tiers), e.size, e.licence, state(e)) for e in registry.REGISTRY.values()]
    return "\n".join(_aligned(rows))


def _aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Rows as lines whose columns stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def describe(name: str) -> str:
    """Everything the registry knows of a data set, with how to get it.

    Raises
    ------
    click.ClickException
        Where no data set has that name.
    """
    entry = _find(name)
    facts = [
        (entry.name, entry.about),
        ("size", entry.size),
        ("licence", entry.licence),
        ("used by", entry.used_by),
        ("tiers", ", ".join(entry.tiers)),
        ("state", state(entry)),
        *_facts_of_files(entry.files),
        ("to get it", _how_to_get(entry)),
    ]
    return "\n".join(_aligned(facts))


def _facts_of_files(files: Sequence[RemoteFile | CourseFile]) -> list[tuple[str, str]]:
    """Lines on all files, each by itself unless there are many."""
    if len(files) > 10:
        return [("files", f"{len(files)}, {sum(file.size for file in files):,} bytes, each verified by its SHA-256")]
    return [fact for file in files for fact in _file_facts(file)]


def _file_facts(file: RemoteFile | CourseFile) -> list[tuple[str, str]]:
    """Lines on one file: where it belongs, its size, its hash and its address."""
    if isinstance(file, RemoteFile):
        return [("file", f"{file.path}, {file.size:,} bytes"), ("sha256", file.sha256), ("address", file.url)]
    return [("file", f"{file.shown}, {file.size:,} bytes"), ("sha256", file.sha256)]


def _how_to_get(entry: Entry) -> str:
    """One sentence: what the learner has to do, if anything."""
    if not entry.files:
        return "nothing to do: it comes with the installed packages or is made on the spot"
    if "course" in entry.tiers:
        names = " and ".join(file.name for file in entry.files)
        if not any(file.path.exists() for file in entry.files):
            otherwise = "nothing to do; for the course's own, " if "offline" in entry.tiers else ""
            return f"{otherwise}copy {names} from your own copy of the course's assignments into data/course/"
        return _problem(entry) or "nothing to do: it loads"
    return f"workbook data fetch {entry.name}, or set WORKBOOK_DATA to a folder that holds {entry.files[0].path}"


def fetch(names: Sequence[str]) -> None:
    """Bring and verify data sets; those that fail do not stop the others.

    Raises
    ------
    click.ClickException
        Where a name is unknown, before anything is fetched; or, at the end, where a set could not be had.
    """
    failures = []
    for entry in [_find(name) for name in names]:
        try:
            click.echo(f"{entry.name}: {_bring(entry)}")
        except DataError as error:
            failures.append(f"{entry.name}: {error}")
    if failures:
        raise click.ClickException("\n".join(failures))


def train(name: str, data: Path | None, epochs: int | None, folder: Path) -> None:
    """Train stored weights by their recipe and write them with their card.

    Raises
    ------
    click.ClickException
        Where there is no such recipe, or its data cannot be had.
    """
    from helpers.models import recipes

    try:
        card = recipes.run(name, data, epochs, folder)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{folder / card['file']}: {card['bytes'] / 1e6:.1f} MB, SHA-256 {card['sha256']}")
    click.echo(f"accuracy: {card.get('accuracy')}")


def _bring(entry: Entry) -> str:
    """Outcome of fetching one data set; DataError where it could not be had."""
    remote = downloads.fetch_all([file for file in entry.files if isinstance(file, RemoteFile)])
    if remote:
        shown = ", ".join(map(str, remote)) if len(remote) <= 10 else f"{len(remote)} files in {remote[0].parents[1]}"
        return f"ready, SHA-256 verified: {shown}"
    if state(entry) == "ready":
        return "ready, nothing to fetch"
    raise DataError(_how_to_get(entry))


def _find(name: str) -> Entry:
    """Row of the registry, with an unknown name as the command line's own error."""
    try:
        return registry.find(name)
    except DataError as error:
        raise click.ClickException(str(error)) from None
