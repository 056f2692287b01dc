"""Execute one notebook with papermill in a kernel of its own, and say plainly how it went."""

import logging
import os
import re
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from helpers import paths
from helpers.workbook import catalogue
from helpers.workbook.watching import Watch, WatchedEngine

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
INJECTED, MARKER = "injected-parameters", "papermill-error-cell-tag"
_watches: set[Watch] = set()
_stopped_runs: set[str] = set()


@dataclass
class Outcome:
    """How a notebook went: `state` is "succeeded", "failed", "kernel died", "timed out" or "not run".

    `seconds` with the start of the kernel, `peak_mb` of the kernel and its children (MB of 10**6 bytes), `error` as
    one line, `cell` the index of the cell at fault in the notebook's source, from 0, and `output` the executed file.
    """

    name: str
    course: int
    state: str
    seconds: float = 0.0
    peak_mb: float = 0.0
    error: str | None = None
    cell: int | None = None
    output: str = ""


def kernel_environment(threads: int) -> dict[str, str]:
    """The environment of a kernel: this process's own, with the number of threads set and pytest's trace removed.

    All threads share two of glibc's memory pools (MALLOC_ARENA_MAX, unless it is set): left alone, TensorFlow's threads
    have a pool each and keep what they freed, which takes up to a fifth more memory and saves no time.
    """
    if threads < 1:
        raise ValueError(f"threads is {threads}, expected 1 or more")
    inherited = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return {"MALLOC_ARENA_MAX": "2"} | inherited | dict.fromkeys(THREAD_VARIABLES, str(threads))


def execute(
    path: Path, output: Path, *, parameters: Mapping[str, object], threads: int, timeout: float | None
) -> Outcome:
    """Execute the notebook at `path` in its own folder and write the executed copy to `output`.

    Never raises for the notebook's own fault: an error, a dead kernel, a time-out (`timeout` seconds for the whole
    notebook, None for no limit) or a file that is no notebook is told in the outcome.
    """
    name, folder = path.stem, catalogue.COURSE_FOLDER.match(path.parent.name)
    course = int(folder[1]) if folder else 0
    try:
        notebook = catalogue.read(path)
    except ValueError as error:
        return Outcome(name, course, "failed", error=str(error))
    outcome, executed = execute_content(
        notebook, path.parent, Outcome(name, course, "not run"), parameters=parameters, threads=threads, timeout=timeout
    )
    if executed is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(executed, output)
        outcome.output = str(output)
    return outcome


def execute_content(
    notebook: nbformat.NotebookNode,
    folder: Path,
    outcome: Outcome,
    *,
    parameters: Mapping[str, object],
    threads: int,
    timeout: float | None,
    run: str = "",
) -> tuple[Outcome, nbformat.NotebookNode | None]:
    """Execute `notebook` with `folder` as working directory; returns the outcome filled in and the executed notebook.

    The notebook is None where no kernel could be started. `run` names the run that `stop` ends.
    """
    if run in _stopped_runs:
        return outcome, None
    fault: Exception | None = None
    with Watch(timeout, run) as watch:
        _watches.add(watch)
        try:
            _papermill(notebook, folder, parameters, threads, watch)
        except Exception as error:
            fault = error
        finally:
            _watches.discard(watch)
            # Jupyter leaves this thread's loop open, which a dask worker complains about when it ends.
            ensure_event_loop().close()
    outcome.state, outcome.error = _verdict(fault, watch)
    outcome.seconds, outcome.peak_mb = round(watch.seconds, 2), round(watch.peak / 1e6, 1)
    if fault is not None and watch.notebook is not None:
        outcome.cell = _cell_at_fault(fault, watch.notebook)
    return outcome, watch.notebook


def _papermill(
    notebook: nbformat.NotebookNode, folder: Path, parameters: Mapping[str, object], threads: int, watch: Watch
) -> None:
    papermill_engines.register("watched", WatchedEngine)
    log = logging.getLogger("helpers.workbook.kernel")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    papermill.execute_notebook(
        notebook,
        None,
        parameters=dict(parameters),
        engine_name="watched",
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        watch=watch,
        environment=kernel_environment(threads),
        folder=str(folder),
        log=log,
    )


def _verdict(fault: Exception | None, watch: Watch) -> tuple[str, str | None]:
    if fault is None:
        return "succeeded", None
    if isinstance(fault, PapermillExecutionError):
        return "failed", one_line(f"{fault.ename}: {fault.evalue}")
    if watch.ended == "timed out":
        return "timed out", f"longer than {watch.timeout:g} s (--timeout)"
    if watch.ended:
        return watch.ended, "interrupted"
    if watch.exit_code is not None:
        return "kernel died", _death(watch.exit_code)
    return "failed", one_line(f"{type(fault).__name__}: {fault}")


def _death(code: int) -> str:
    if code >= 0 or sys.platform == "win32":
        return f"the kernel ended itself with exit status {code}"
    remedy = "; out of memory?" if -code == signal.SIGKILL else ""
    return f"the kernel was ended by {signal.Signals(-code).name}{remedy}"


def one_line(text: str, limit: int = 400) -> str:
    """The first non-empty line of an error text, without terminal colours, cut to `limit` characters."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    line = next((line.strip() for line in plain.splitlines() if line.strip()), "")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _cell_at_fault(fault: Exception, executed: nbformat.NotebookNode) -> int | None:
    """Index in the source notebook: papermill's own cells (injected parameters, error markers) are not counted."""
    cells = [cell for cell in executed.cells if MARKER not in cell.metadata.get("tags", [])]
    started = [i for i, cell in enumerate(cells) if cell.metadata.get("papermill", {}).get("start_time")]
    position = fault.cell_index if isinstance(fault, PapermillExecutionError) else max(started, default=None)
    if position is None:
        return None
    return sum(INJECTED not in cell.metadata.get("tags", []) for cell in cells[:position])


def run_task(task: dict) -> tuple[Outcome, str | None]:
    """Execute a notebook sent as a task to a dask worker, on this machine or another.

    `task` holds name, course, folder, content (the notebook's JSON), parameters, jobs (kernels a machine runs at a
    time), timeout and run. The notebook is executed in the same folder of this machine's own checkout.
    """
    from dask.system import CPU_COUNT

    outcome = Outcome(task["name"], task["course"], "not run")
    named = Path(task["folder"])
    folder = named if named.is_dir() else paths.NOTEBOOKS / named.name
    if not folder.is_dir():
        outcome.state, outcome.error = "failed", f"the worker has no folder {folder}; check the workbook out there"
        return outcome, None
    outcome, executed = execute_content(
        nbformat.reads(task["content"], as_version=4),
        folder,
        outcome,
        parameters=task["parameters"],
        threads=max(1, CPU_COUNT // task["jobs"]),
        timeout=task["timeout"],
        run=task["run"],
    )
    return outcome, None if executed is None else nbformat.writes(executed)


def stop(run: str) -> None:
    """End all kernels of a run in this process, and let none start; for `Client.run` on every worker."""
    _stopped_runs.add(run)
    for watch in list(_watches):
        if watch.run_id == run:
            watch.end("not run")


def dask_setup(worker: object) -> None:
    """Called by dask in a new local worker: Ctrl-C is the driver's to handle, not each worker's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        # The driver held the signal back while this process started; kernels shall not inherit that.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
