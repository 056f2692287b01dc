"""How far a learner is: which checks pass, found without running the expensive cells.

Each notebook is looked at in a process of its own (`python -m helpers.workbook.progress NOTEBOOK FIRST`), since a
learner's code may loop forever or end the process.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from helpers.workbook import catalogue, definitions

PASSED, FAILED, NOT_STARTED = "passed", "failed", "not started"
MARKS = {PASSED: "✓", FAILED: "✗", NOT_STARTED: "·"}
PLAIN_MARKS = {PASSED: "+", FAILED: "x", NOT_STARTED: "."}


@dataclass(frozen=True)
class Result:
    """What became of one exercise: `state` is "passed", "failed" or "not started"; `message` says why it failed."""

    name: str
    state: str
    points: float
    message: str = ""


def of_folder(folder: Path, *, timeout: float = 30) -> dict[Path, list[Result]]:
    """Results of all notebooks below a folder that have exercises; `timeout` seconds for each check.

    Raises click.ClickException where the folder is missing or holds no notebook.
    """
    if not folder.is_dir():
        raise click.ClickException(f"{folder}: no such folder; `workbook exercises --out {folder}` makes it")
    notebooks = [p for p in sorted(folder.rglob("*.ipynb")) if ".ipynb_checkpoints" not in p.parts]
    if not notebooks:
        raise click.ClickException(f"{folder}: holds no notebook; `workbook exercises --out {folder}` writes them")
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        found = list(pool.map(lambda path: of_notebook(path, timeout=timeout), notebooks))
    return {path: results for path, results in zip(notebooks, found, strict=True) if results}


def of_notebook(path: Path, *, timeout: float = 30) -> list[Result]:
    """Results of a notebook's exercises, in order; an unreadable notebook is a single failed result."""
    try:
        exercises = definitions.exercises(catalogue.read(path))
    except ValueError as error:
        return [Result(path.stem, FAILED, 0, str(error))]
    found: list[Result] = []
    while len(found) < len(exercises):
        more, reason = _look(path, len(found), timeout)
        if not more:
            exercise = exercises[len(found)]
            more = [Result(exercise.name, FAILED, exercise.points, reason)]
        found += more
    return found


def _look(path: Path, first: int, timeout: float) -> tuple[list[Result], str]:
    """Results from exercise `first` on, as far as the process came in time, and why it came no further."""
    command = [sys.executable, "-m", "helpers.workbook.progress", str(path.resolve()), str(first)]
    environment = os.environ | {"MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8"}
    try:
        process = subprocess.run(
            command, cwd=path.parent, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout
        )
        printed, reason = process.stdout, f"the code ended Python with exit status {process.returncode}"
    except subprocess.TimeoutExpired as expired:
        printed, reason = expired.stdout or b"", f"no answer in {timeout:g} s: does a loop never end?"
    complete = printed.decode("utf-8").rpartition("\n")[0]
    return [Result(**json.loads(line)) for line in complete.splitlines()], reason


def results(path: Path, first: int = 0) -> Iterator[Result]:
    """Lift the notebook's definitions and try its checks from exercise `first` on, one result each, in this process."""
    notebook = catalogue.read(path)
    broken: dict[int, str] = {}
    namespace = definitions.lift(notebook, broken=broken)
    for exercise in definitions.exercises(notebook)[first:]:
        state, message = _try(exercise, namespace, broken)
        yield Result(exercise.name, state, exercise.points, message)


def _try(exercise: definitions.Exercise, namespace: dict, broken: dict[int, str]) -> tuple[str, str]:
    if exercise.index in broken:
        return FAILED, f"cell {exercise.index}: {broken[exercise.index]}"
    if not exercise.check_source:
        return FAILED, f"cell {exercise.index}: its check cell is gone; copy `check({exercise.name})` back below it"
    try:
        exec(exercise.check_source, namespace)
    except NotImplementedError:
        return NOT_STARTED, ""
    except AssertionError as error:
        return FAILED, next(iter(str(error).splitlines()), "the check failed")
    except Exception as error:
        return FAILED, definitions.one_line(error)
    return PASSED, ""


def table(found: dict[Path, list[Result]], folder: Path) -> str:
    """The results as text: notebooks in turn with a mark a check, and the sum of all points."""
    marks = MARKS if _can_print("".join(MARKS.values())) else PLAIN_MARKS
    lines = []
    for path, exercises in found.items():
        lines.append(f"{path.relative_to(folder).with_suffix('').as_posix()}: {_score(exercises)}")
        lines += [f"  {marks[r.state]} {r.name}" + (f": {r.message}" if r.message else "") for r in exercises]
    return "\n".join([*lines, f"in all: {_score([r for exercises in found.values() for r in exercises])}"])


def _score(exercises: list[Result]) -> str:
    points = sum(r.points for r in exercises if r.state == PASSED)
    counts = ", ".join(f"{sum(r.state == state for r in exercises)} {state}" for state in MARKS)
    return f"{points:g} of {sum(r.points for r in exercises):g} points ({counts})"


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _report(path: Path, first: int) -> None:
    """Print results as JSON lines on the real standard output; what the learner's code prints goes nowhere."""
    out = sys.stdout
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        for result in results(path, first):
            print(json.dumps(asdict(result)), file=out, flush=True)


if __name__ == "__main__":
    _report(Path(sys.argv[1]), int(sys.argv[2]))
