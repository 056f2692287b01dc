"""A run on a dask cluster: what a local run gives, whatever becomes of a worker, and plain words where it cannot be."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import click
import psutil
import pytest
from distributed import LocalCluster

from helpers.workbook import catalogue, cluster, runner
from tests.unit.test_runner import write

pytestmark = [
    pytest.mark.usefixtures("unchanging_surroundings"),
    pytest.mark.skipif(sys.platform == "win32", reason="kills a worker by a POSIX signal"),
]
SUCCEEDING = {
    "course1_a/week1_shows": "print(x)\n[x, {'two': 2}]",
    # Says whose child it is and waits for its end, unless that was said before.
    "course2_b/week1_waits": "import os, pathlib, time\nnote = pathlib.Path('note')\nfirst = not note.exists()\n"
    "if first:\n    note.write_text(f'{os.getpid()} {os.getppid()}')\n    time.sleep(60)\nprint('done')",
    "course2_b/week2_sleeps": "import time\ntime.sleep(0.5)\n'done'",
}
SOURCES = SUCCEEDING | {"course2_b/week3_raises": "1 / 0"}
MEASURED = {"seconds", "peak_mb"}


def wait_for(condition) -> None:
    started = time.monotonic()
    while not condition() and time.monotonic() < started + 60:
        time.sleep(0.05)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    write(folder, SOURCES)
    (folder / "course2_b" / "note").touch()
    return folder


@pytest.fixture(scope="module")
def local(root, tmp_path_factory):
    """What a run on this machine alone gives."""
    out = tmp_path_factory.mktemp("local")
    assert runner.run(jobs=1, parameters={"x": 5}, root=root, out=out) == 1
    return results(out)


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    """A scheduler and two workers as a user starts them, by their commands; the address and the processes."""
    folder = tmp_path_factory.mktemp("dask")
    address, started = folder / "address.json", []

    def start(*arguments: str) -> None:
        with (folder / f"{len(started)}.log").open("wb") as log:
            command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
            started.append(subprocess.Popen(command, cwd=folder, stdout=log, stderr=log))

    try:
        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(address))
        wait_for(lambda: address.exists() and address.read_text().strip().endswith("}"))
        told = json.loads(address.read_text())["address"]
        for name in ("first", "second"):
            start("worker", told, "--no-nanny", "--nthreads", "1", "--name", name)
        yield told, started
    finally:
        for process in started:
            process.kill()
            process.wait()


def results(out: Path) -> dict[str, tuple]:
    """By notebook: its row without what is measured, its sources and outputs as executed."""
    rows = json.loads((out / "report.json").read_text())["notebooks"]
    copies = [catalogue.read(out / row["output"]) for row in rows]
    return {
        row["name"]: (
            {name: value for name, value in row.items() if name not in MEASURED},
            [(cell.source, cell.get("outputs")) for cell in copy.cells],
        )
        for row, copy in zip(rows, copies, strict=True)
    }


def test_two_workers_give_the_report_of_a_local_run(dask, root, local, tmp_path):
    address, _ = dask
    assert runner.run(parameters={"x": 5}, scheduler=address, root=root, out=tmp_path / "out") == 1
    assert results(tmp_path / "out") == local
    assert [row["state"] for row, _ in local.values()] == ["succeeded"] * 3 + ["failed"]


def test_a_worker_killed_in_the_middle_loses_nothing(dask, root, local, tmp_path):
    address, _ = dask
    note, killed = root / "course2_b" / "note", []
    note.unlink()

    def kill_the_worker() -> None:
        wait_for(lambda: note.exists() and note.read_text())
        killed.extend(psutil.Process(int(pid)) for pid in note.read_text().split())
        killed[1].kill()

    killer = Thread(target=kill_the_worker)
    killer.start()
    names = [Path(name).name for name in SUCCEEDING]
    assert runner.run(names, parameters={"x": 5}, scheduler=address, root=root, out=tmp_path / "out") == 0
    killer.join()
    assert results(tmp_path / "out") == {name: local[name] for name in names}
    _, alive = psutil.wait_procs(killed[:1], timeout=20)
    assert alive == [], "the kernel of the killed worker lives on"


def test_a_scheduler_that_goes_away_is_told_in_the_report(dask, root, tmp_path):
    address, processes = dask
    note = root / "course2_b" / "note"
    note.unlink(missing_ok=True)

    def kill_the_scheduler() -> None:
        wait_for(lambda: note.exists() and note.read_text())
        processes[0].kill()

    killer = Thread(target=kill_the_scheduler)
    killer.start()
    assert runner.run(["week1_waits"], scheduler=address, root=root, out=tmp_path / "out") == 1
    killer.join()
    (row,) = json.loads((tmp_path / "out" / "report.json").read_text())["notebooks"]
    assert row["state"] == "not run" and "scheduler went away" in row["error"] and "--resume" in row["error"]


def test_a_scheduler_without_workers_is_refused_with_the_remedy(root, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 0.1)
    with LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0") as empty:
        address = empty.scheduler_address
        with pytest.raises(click.ClickException, match=f"no workers; start one on each machine: dask worker {address}"):
            runner.run(scheduler=address, root=root, out=tmp_path / "out")


def test_the_first_interrupt_counts_and_what_follows_is_not_cut_short():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with cluster.one_interrupt():
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
