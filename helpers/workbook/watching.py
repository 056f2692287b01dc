"""Watch over a kernel while papermill runs it: peak memory, the time limit, an end on request."""

import contextlib
import subprocess
import threading
import time

import nbformat
import psutil
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine

SAMPLE_SECONDS = 0.2


class Watch:
    """Samples a kernel and its children, and ends them when their time is up or when asked to; used as a context.

    Attributes: `peak` (bytes), `ended` (None, "timed out" or "not run": why it was ended from outside), `exit_code`
    of the kernel (None while it lives), `run_id` (the run it belongs to), `notebook` (as executed so far).
    """

    def __init__(self, timeout: float | None, run: str = "") -> None:
        self.run_id, self.timeout = run, timeout
        self.client: PapermillNotebookClient | None = None
        self.notebook: nbformat.NotebookNode | None = None
        self.process = None
        self.peak = 0
        self.ended: str | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, name="watch", daemon=True)
        self._begun = time.monotonic()

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self.process is not None:
            end_tree(self.process.pid)

    @property
    def seconds(self) -> float:
        """Seconds since the watch began."""
        return time.monotonic() - self._begun

    @property
    def exit_code(self) -> int | None:
        """Exit status of the kernel process, negative for the signal that ended it; None while it lives."""
        return self.process.poll() if self.process is not None else None

    def end(self, why: str) -> None:
        """End the kernel and everything it started, for the reason `why`, now or as soon as it has started."""
        self.ended = self.ended or why
        if self.process is not None:
            end_tree(self.process.pid)

    def _sample(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            if self.process is None:
                provisioner = getattr(getattr(self.client, "km", None), "provisioner", None)
                self.process = getattr(provisioner, "process", None)
            if self.timeout is not None and self.seconds > self.timeout:
                self.end("timed out")
            if self.process is not None:
                self.peak = max(self.peak, tree_memory(self.process.pid))
            if self.ended:
                self.end(self.ended)


def _tree(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def tree_memory(pid: int) -> int:
    """Resident bytes of a process and its descendants, 0 once it is gone."""
    total = 0
    for process in _tree(pid):
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def end_tree(pid: int) -> None:
    """Kill a process and its descendants at once; one that is gone already is no error."""
    for process in _tree(pid):
        with contextlib.suppress(psutil.Error):
            process.kill()


class WatchedEngine(NBClientEngine):
    """papermill's own engine with a kernel whose environment and folder are given, under a watch."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, watch, environment, folder, log, **_):
        """Run all cells of `nb_man.nb` in a kernel started in `folder` with `environment`."""
        watch.notebook = nb_man.nb
        watch.client = PapermillNotebookClient(nb_man, kernel_name=kernel_name, timeout=None, log=log)
        # What a kernel writes past its notebook (start-up warnings, a dying library's last words) is not the driver's.
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return watch.client.execute(env=environment, cwd=folder, **quiet)
