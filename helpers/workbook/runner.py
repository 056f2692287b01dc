"""`workbook run`: papermill on every notebook, on this machine's cores or on many machines, by one path: dask."""

import contextlib
import math
import queue
import re
import sys
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click
import nbformat
from dask.system import CPU_COUNT
from distributed import Client, Future, KilledWorker, wait
from tqdm import tqdm

from helpers import paths
from helpers.workbook import catalogue, execution, planning
from helpers.workbook import resume as resuming
from helpers.workbook.catalogue import Notebook
from helpers.workbook.cluster import deaf_to_interrupts, one_interrupt, slots, workers
from helpers.workbook.report import DONE, STATES, Report, previous, thumbnails

INTERRUPTED = 130
STOP_SECONDS = 5


def run(
    names: Sequence[str] = (),
    *,
    course: int | None = None,
    jobs: int | None = None,
    parameters: Mapping[str, object] | None = None,
    profile: str = "offline",
    scheduler: str | None = None,
    timeout: float | None = None,
    resume: bool = False,
    out: Path = paths.ROOT / "runs" / "latest",
    root: Path = paths.NOTEBOOKS,
) -> int:
    """Execute notebooks and write executed copies, pages and reports into `out`; returns the exit status.

    0: all succeeded or were skipped; 1: one did not; 130: interrupted. Raises click.UsageError or click.BadParameter
    for what can be refused before anything starts. `jobs`: kernels at a time on each machine.
    """
    chosen = planning.choose(names, course, root)
    given = planning.parameters_of(chosen, parameters or {}, profile, explicit=bool(names))
    out = _prepare(out, chosen)
    report = Report(out, settings={"profile": profile, "timeout": timeout, "scheduler": scheduler})
    planned = _enter(report, list(zip(chosen, given, strict=True)), resume)
    jobs = jobs or (None if scheduler else max(1, min(CPU_COUNT, len(planned))))
    interrupted = False
    with one_interrupt(), contextlib.ExitStack() as stack:
        bar = stack.enter_context(tqdm(total=len(planned), unit="notebook", disable=None))
        try:
            report.write()
            if planned:
                client = stack.enter_context(workers(jobs, scheduler))
                jobs = jobs or slots(client)
                report.settings |= {"jobs": jobs, "threads": max(1, CPU_COUNT // jobs)}
                _collect(client, [_task(n, p, jobs, timeout) for n, p in planned], report, bar)
        except KeyboardInterrupt:
            interrupted = True
        finally:
            with deaf_to_interrupts():
                report.finished = time.time()
                report.write()
                stack.close()
    click.echo(_summary(report, chosen))
    if interrupted:
        return INTERRUPTED
    return int(any(report.rows[_key(n)]["state"] not in DONE for n in chosen))


def _key(notebook: Notebook) -> str:
    return f"{notebook.path.parent.name}/{notebook.name}"


def _prepare(out: Path, chosen: Sequence[Notebook]) -> Path:
    if re.match(r"\w\w+:/", out.as_posix()):
        raise click.BadParameter(f"{out.as_posix()} is no folder; mount an object store as one", param_hint="--out")
    out = out.expanduser().resolve()
    if any((out / f"{_key(n)}.ipynb").resolve() == n.path.resolve() for n in chosen):
        raise click.BadParameter(f"{out} holds the notebooks themselves; name another folder", param_hint="--out")
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / f".{uuid.uuid4().hex}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or error
        raise click.BadParameter(f"{out}: {reason}; name a folder that can be written", param_hint="--out") from error
    return out


def _enter(report: Report, planned: list[tuple[Notebook, dict]], resume: bool) -> list[tuple[Notebook, dict]]:
    """Enter a row for each notebook; returns those to execute: not those skipped, nor those that are broken."""
    before = previous(report.out) if resume else {}
    shared = resuming.surroundings()
    rows, remaining = dict(before), []
    for notebook, parameters in planned:
        key, digest = _key(notebook), resuming.fingerprint(notebook, parameters, shared)
        row, copy = before.get(key, {}), report.out / f"{key}.ipynb"
        if row.get("state") in DONE and row.get("digest") == digest and copy.is_file():
            rows[key] = row | {"state": "skipped"}
            continue
        copy.unlink(missing_ok=True)
        copy.with_suffix(".html").unlink(missing_ok=True)
        rows[key] = _row(notebook, parameters, digest)
        if notebook.content is not None:
            remaining.append((notebook, parameters))
    report.rows = dict(sorted(rows.items(), key=lambda item: (item[1]["course"], item[0])))
    for key in rows.keys() & before.keys():
        with contextlib.suppress(ValueError):
            report.figures[key] = thumbnails(catalogue.read(report.out / f"{key}.ipynb"))
    # The longest first, so that none is left running alone at the end; one whose time is unknown may be the longest.
    return sorted(remaining, key=lambda each: -(each[0].seconds or math.inf))


def _row(notebook: Notebook, parameters: dict, digest: str | None) -> dict:
    outcome = execution.Outcome(notebook.name, notebook.course, "not run")
    if notebook.content is None:
        try:
            catalogue.read(notebook.path)
        except ValueError as error:
            outcome.state, outcome.error = "failed", str(error)
    about = {"folder": notebook.path.parent.name, "title": notebook.title, "parameters": parameters, "digest": digest}
    return asdict(outcome) | about


def _task(notebook: Notebook, parameters: dict, jobs: int, timeout: float | None) -> dict:
    return {
        "name": notebook.name,
        "course": notebook.course,
        "folder": str(notebook.path.parent.resolve()),
        "key": _key(notebook),
        "content": nbformat.writes(notebook.content),
        "parameters": parameters,
        "jobs": jobs,
        "timeout": timeout,
    }


def _collect(client: Client, tasks: Sequence[dict], report: Report, bar: tqdm) -> None:
    """Execute the tasks and enter each result as it comes; ends all kernels when left early."""
    name, finished = uuid.uuid4().hex, queue.SimpleQueue()
    pending: dict[Future, str] = {}
    try:
        for place, task in enumerate(tasks):
            key = f"notebook-{name}-{place}"
            future = client.submit(execution.run_task, task | {"run": name}, key=key, priority=-place, pure=False)
            pending[future] = task["key"]
            future.add_done_callback(finished.put)
        while pending and client.status in ("running", "connecting"):
            with contextlib.suppress(queue.Empty):
                # A short wait, since Windows delivers Ctrl-C only between waits.
                future = finished.get(timeout=0.5)
                row = _enter_result(report, pending.pop(future), future)
                bar.update()
                bar.write(_line(row), file=sys.stderr)
    finally:
        if pending:
            with deaf_to_interrupts(), contextlib.suppress(OSError, RuntimeError, ValueError):
                client.run(execution.stop, name, on_error="ignore")
                wait(list(pending), timeout=STOP_SECONDS)
                client.cancel(list(pending), force=True)


def _enter_result(report: Report, key: str, future: Future) -> dict:
    if future.status == "finished":
        outcome, content = future.result()
        executed = None if content is None else nbformat.reads(content, as_version=4)
        result = asdict(outcome)
    else:
        executed, result = None, _without_worker(future)
    try:
        report.add(key, executed, **result)
    except OSError as error:
        result |= {"state": "failed", "error": f"its results could not be written: {error.strerror or error}"}
        report.add(key, None, **result)
    with contextlib.suppress(click.ClickException):  # the other notebooks go on; the last writing tells
        report.write()
    return report.rows[key]


def _without_worker(future: Future) -> dict:
    if future.status != "error":
        return {"state": "not run", "error": "the scheduler went away; start it again, then --resume"}
    error = future.exception()
    if isinstance(error, KilledWorker):
        return {"state": "kernel died", "error": "every worker that ran it was killed; out of memory?"}
    return {"state": "failed", "error": execution.one_line(f"{type(error).__name__}: {error}")}


def _line(row: dict) -> str:
    where = "" if row["cell"] is None else f"cell {row['cell']}: "
    error = f"  {where}{row['error']}" if row["error"] else ""
    return f"{row['state']:<11} {row['seconds']:7.1f} s {row['peak_mb']:6.0f} MB  {row['name']}{error}"


def _summary(report: Report, chosen: Sequence[Notebook]) -> str:
    counted = Counter(report.rows[_key(n)]["state"] for n in chosen)
    states = ", ".join(f"{counted[state]} {state}" for state in STATES if counted[state])
    counted_as = "1 notebook" if len(chosen) == 1 else f"{len(chosen)} notebooks"
    return f"{counted_as}: {states} in {report.finished - report.started:.1f} s; report: {report.html_path}"
