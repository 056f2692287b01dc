"""The pytest plugin of the notebook regression: nbval runs the cells, `comparison` judges what they print and draw.

It is loaded by the `conftest.py` of the repository; `pytest --noconftest --nbval notebooks` is nbval as it comes.
"""

import os
import time
from collections.abc import Iterator
from queue import Empty

import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile
from xdist.scheduler import LoadFileScheduling

from tests.notebooks.comparison import Tolerance, compare_outputs

NBVAL_CELL_TIMEOUT, CELL_TIMEOUT, OUTPUT_TIMEOUT = 2000, 300, 30
PULSE = 1.0


class KernelDied(Exception):
    """The kernel's process ended while a cell was running."""


class WatchedKernel(RunningKernel):
    """A kernel whose death is noticed within a second, instead of when the cell's time is up."""

    def get_message(self, stream: str, timeout: float | None = None) -> dict:
        """Return the next message of a channel; raises Empty after `timeout` seconds, KernelDied as soon as it did."""
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while True:
            try:
                return super().get_message(stream, timeout=min(PULSE, max(deadline - time.monotonic(), 0)))
            except Empty:
                if not self.is_alive():
                    raise KernelDied from None
                if time.monotonic() >= deadline:
                    raise


class NotebookFile(IPyNbFile):
    """A notebook that nbval collected, with tolerant cells and a kernel in a clean environment."""

    def collect(self) -> Iterator[IPyNbCell]:
        """Yield the code cells."""
        for cell in super().collect():
            cell.__class__ = NotebookCell
            cell.output_timeout = OUTPUT_TIMEOUT
            yield cell

    def setup(self) -> None:
        """Start the kernel: as many threads as its share of the cores, unless the environment says how many."""
        from helpers.workbook.execution import THREAD_VARIABLES

        workers = getattr(self.config, "workerinput", {}).get("workercount", 1)
        threads = max(1, (os.cpu_count() or 1) // workers)
        with pytest.MonkeyPatch.context() as patch:
            # ipykernel takes this variable as a sign to leave C-level output alone
            patch.delenv("PYTEST_CURRENT_TEST", raising=False)
            for name in THREAD_VARIABLES:
                patch.setenv(name, os.environ.get(name, str(threads)))
            patch.setattr("nbval.plugin.RunningKernel", WatchedKernel)
            super().setup()


class NotebookCell(IPyNbCell):
    """A code cell whose outputs are compared within tolerance."""

    def runtest(self) -> None:
        """Run the cell and compare its outputs; the cells after the death of a kernel count as expected failures."""
        if self.cell.outputs:
            self.user_properties.append(("compared", bool(self.options["check"] and not self.options["skip"])))
        try:
            super().runtest()
        except KernelDied:
            self.parent.timed_out = True
            self.raise_cell_error(f"The kernel died while running {self._place()}")

    def compare_outputs(self, test: list, ref: list, skip_compare: tuple | None = None) -> bool:
        """Compare new outputs with stored ones, in nbval's order of arguments, and keep the differences as a report."""
        tolerance = Tolerance().overridden(self.parent.nb.metadata).overridden(self.cell.metadata)
        differences = compare_outputs(ref, test, tolerance)
        self.comparison_traceback = [self._place(), *(f"  {difference}" for difference in differences)]
        return not differences

    def _place(self) -> str:
        position = next(index for index, cell in enumerate(self.parent.nb.cells) if cell is self.cell)
        first_line = next(iter(self.cell.source.strip().splitlines()), "")
        return f"{self.nodeid.split('::')[0]}, cell {position} (code cell {self.cell_num}): {first_line}"


class LoadFileOrNotebook(LoadFileScheduling):
    """A worker takes a file at a time; of the wrong answers, which take longest, one notebook at a time."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if "test_wrong_answers.py" in nodeid else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileOrNotebook | None:
    """Share out the tests of `--dist loadfile`."""
    return LoadFileOrNotebook(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Iterator[None]:
    """Make nbval's notebooks ours."""
    collected = yield
    for collector in collected:
        if isinstance(collector, IPyNbFile):
            collector.__class__ = NotebookFile
    return collected


def pytest_configure(config: pytest.Config) -> None:
    """Give a cell minutes rather than the half hour that nbval gives it, unless the command line says otherwise."""
    if config.option.nbval_cell_timeout == NBVAL_CELL_TIMEOUT:
        config.option.nbval_cell_timeout = CELL_TIMEOUT


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many of the cells that have outputs were compared in this run."""
    reports = [report for state in ("passed", "failed", "skipped") for report in terminalreporter.getreports(state)]
    properties = [entry for report in reports if report.when == "call" for entry in report.user_properties]
    compared = [value for name, value in properties if name == "compared"]
    if compared:
        share = f"{sum(compared)} of {len(compared)} ({sum(compared) / len(compared):.1%})"
        terminalreporter.write_line(f"cells with outputs that were compared: {share}")
