"""The tests as one pytest call, the notebooks under other threads and BLAS kernels, and the benchmarks."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import click
import numpy as np
import pytest

from helpers import paths
from helpers.workbook.execution import THREAD_VARIABLES

# What a processor must know before OpenBLAS may be told to use a kernel: NumPy's names for it, old and new. NumPy's
# wheels hold no Zen kernel, OpenBLAS takes Haswell's instead: Zen stands last, `kernel_in_use` tells which one ran.
KERNEL_NEEDS = {
    "Haswell": {"AVX2", "X86_V3"},
    "SkylakeX": {"AVX512_SKX", "X86_V4"},
    "Nehalem": {"SSE42", "X86_V2"},
    "Sandybridge": {"AVX", "X86_V3"},
    "Zen": {"AVX2", "X86_V3"},
}
PROBE = "import json, numpy, threadpoolctl; print(json.dumps(threadpoolctl.threadpool_info()))"


@dataclass(frozen=True)
class Setting:
    """Threads of a kernel, and the OpenBLAS kernel by name; None is the one that suits this processor.

    With a named kernel NumPy's own loops use no newer instructions than that kernel does.
    """

    threads: int
    blas: str | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that bring this setting about."""
        variables = dict.fromkeys(THREAD_VARIABLES, str(self.threads))
        if self.blas:
            variables["OPENBLAS_CORETYPE"] = self.blas
        if self.blas and (newer := newer_features(self.blas)):
            variables["NPY_DISABLE_CPU_FEATURES"] = " ".join(newer)
        return variables


def blas_kernels() -> list[str]:
    """Return the names of the OpenBLAS kernels that this processor can run."""
    extensions = _extensions()
    known = {*extensions.get("baseline", []), *extensions.get("found", [])}
    return [name for name, needs in KERNEL_NEEDS.items() if needs & known]


def newer_features(blas: str) -> list[str]:
    """Return what NumPy would use of this processor that is newer than an OpenBLAS kernel needs."""
    found = _extensions().get("found", [])  # from old to new
    needed = [place for place, name in enumerate(found) if name in KERNEL_NEEDS[blas]]
    return found[needed[-1] + 1 :] if needed else found


def _extensions() -> dict[str, list[str]]:
    return np.show_config(mode="dicts")["SIMD Extensions"]


def settings() -> list[Setting]:
    """Return every setting that this machine can run: 1 and 2 threads, each with every BLAS kernel."""
    return [Setting(threads, blas) for blas in (None, *blas_kernels()) for threads in (1, 2)]


def kernel_in_use(setting: Setting) -> str:
    """Return the name of the BLAS kernel that NumPy takes under a setting, which need not be the one asked for."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=os.environ | setting.environment, capture_output=True, text=True, check=True
    )
    libraries = [library for library in json.loads(done.stdout) if library["user_api"] == "blas"]
    return libraries[0].get("architecture", libraries[0]["internal_api"]) if libraries else "unknown"


def run_tests(arguments: Sequence[str] = (), *, notebooks: bool = True, jobs: int = 2) -> int:
    """Run pytest over the tests and the notebooks, `jobs` files at a time, and return its exit status.

    `arguments` go to pytest; where they name files, only those are run. Benchmarks are left to `run_benchmarks`.
    """
    for name in THREAD_VARIABLES:
        os.environ.setdefault(name, str(max(1, (os.cpu_count() or 1) // jobs)))
    with contextlib.chdir(paths.ROOT):
        return int(pytest.main([*_options(notebooks, jobs), "--ignore=tests/benchmarks", *arguments]))


def _options(notebooks: bool, jobs: int) -> list[str]:
    # In the order of collection: notebooks first and unit tests last, so that no process waits long for the other
    parallel = ["-n", str(jobs), "--dist", "loadfile", "--no-loadscope-reorder"] if jobs > 1 else ["-n", "0"]
    return [*parallel, *(["--nbval", "-o", "testpaths=notebooks tests"] if notebooks else [])]


def run_matrix(repeats: int, arguments: Sequence[str] = (), targets: Sequence[str] = ("notebooks",)) -> int:
    """Run the regression of the notebooks `repeats` times, each time under the next setting, and print a table.

    Returns 0 when every run passed, else 1. `arguments` go to pytest.
    """
    click.echo(
        f"{'run':>3}  {'threads':>7}  {'asked for':<11}  {'BLAS kernel':<11}  {'state':<6}  {'seconds':>7}  pytest"
    )
    failures = 0
    for run, setting in enumerate(islice(cycle(settings()), repeats), start=1):
        started = time.perf_counter()
        done = _regression(setting, [*targets, *arguments])
        seconds, failed = time.perf_counter() - started, done.returncode != 0
        failures += failed
        state, closing = "FAILED" if failed else "passed", _closing_lines(done.stdout)
        kernels = f"{setting.blas or 'default':<11}  {kernel_in_use(setting):<11}"
        click.echo(f"{run:>3}  {setting.threads:>7}  {kernels}  {state:<6}  {seconds:>7.1f}  {closing}")
        if failed:
            click.echo(done.stdout)
    click.echo(f"{repeats} runs, {failures} failures")
    return int(failures > 0)


def _closing_lines(printed: str) -> str:
    # How many cells were compared belongs beside "passed": notebooks without stored outputs pass too
    lines = [line.strip("= ") for line in printed.splitlines() if line.strip()]
    compared = [line for line in lines if line.startswith("cells with outputs")]
    return "; ".join([*lines[-1:], *compared])


def _regression(setting: Setting, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    # More threads than cores would make OpenBLAS spin, so as many notebooks at a time as cores allow
    options = _options(True, max(1, (os.cpu_count() or 1) // setting.threads))
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--color=no", *options, *arguments],
        cwd=paths.ROOT,
        env=os.environ | setting.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def run_benchmarks(arguments: Sequence[str] = ()) -> int:
    """Run tests/benchmarks in one process, print a table of medians and ratios, and return pytest's exit status.

    Both sides of a ratio get one thread and are timed by CPU time, so that it says nothing about this machine's number
    of cores and little about its load.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "benchmarks.json"
        options = ["-o", "testpaths=tests/benchmarks", "--benchmark-only", "--benchmark-timer=time.process_time"]
        options.append(f"--benchmark-json={report}")
        command = [sys.executable, "-m", "pytest", *options, *arguments]
        status = subprocess.run(
            command, cwd=paths.ROOT, env=os.environ | Setting(1).environment, check=False
        ).returncode
        if report.exists() and report.stat().st_size:
            click.echo(ratio_table(json.loads(report.read_text(encoding="utf-8"))["benchmarks"]))
    return status


def ratio_table(benchmarks: Sequence[dict]) -> str:
    """Return a table of pytest-benchmark's results: name, median in milliseconds, and the figures of `extra_info`.

    Those are "ratio", ours over theirs, and "exponent", the growth of the cost with a size.
    """
    width = max((len(entry["name"]) for entry in benchmarks), default=9)
    lines = [f"{'benchmark':<{width}}  {'median ms':>10}  {'ratio':>8}  {'exponent':>8}"]
    for entry in benchmarks:
        figures = (entry["extra_info"].get(name) for name in ("ratio", "exponent"))
        shown = "  ".join(f"{'' if figure is None else format(figure, '.3g'):>8}" for figure in figures)
        lines.append(f"{entry['name']:<{width}}  {1000 * entry['stats']['median']:>10.3f}  {shown}".rstrip())
    return "\n".join(lines)
