"""A whole run: one notebook's trouble never stops the others, and what was done is never lost."""

import contextlib
import errno
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import nbformat
import psutil
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.workbook import catalogue, report, runner
from helpers.workbook.cli import main

pytestmark = pytest.mark.usefixtures("unchanging_surroundings")
SOURCES = {
    "course1_a/week1_works": "print(x)",
    "course1_a/week2_raises": "1 / 0",
    "course1_a/week3_dies": "import os\nos._exit(1)",
    "course2_b/week1_hangs": "import time\ntime.sleep(60)",
    "course2_b/week2_works": "from IPython.display import Image\nprint('done')",
}
STATES = ["succeeded", "failed", "kernel died", "timed out", "succeeded"]


def write(root: Path, sources: dict[str, str]) -> None:
    for name, source in sources.items():
        cells = [new_markdown_cell(f"# {name}"), new_code_cell("x = 1", metadata={"tags": ["parameters"]})]
        path = root / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=[*cells, new_code_cell(source)]), path)


def rows(out: Path) -> list[dict]:
    return json.loads((out / "report.json").read_text())["notebooks"]


@pytest.fixture(scope="module")
def five(tmp_path_factory):
    folder = tmp_path_factory.mktemp("five")
    write(folder / "notebooks", SOURCES)
    status = runner.run(jobs=2, timeout=4, root=folder / "notebooks", out=folder / "out")
    return folder, status


def test_a_notebook_that_dies_hangs_or_raises_does_not_stop_the_others(five):
    folder, status = five
    found = rows(folder / "out")
    assert status == 1
    assert [row["state"] for row in found] == STATES
    assert found[1]["error"] == "ZeroDivisionError: division by zero" and found[1]["cell"] == 2
    assert "exit status 1" in found[2]["error"] and "4 s" in found[3]["error"]
    assert all((folder / "out" / row["page"]).exists() for row in found)


def test_resume_runs_only_what_has_not_succeeded(five):
    folder, _ = five
    kept = folder / "out" / "course1_a" / "week1_works.ipynb"
    before = kept.stat().st_mtime_ns
    write(folder / "notebooks", dict.fromkeys(list(SOURCES)[1:4], "print('mended')"))
    assert runner.run(jobs=2, timeout=30, resume=True, root=folder / "notebooks", out=folder / "out") == 0
    states = [row["state"] for row in rows(folder / "out")]
    assert states == ["skipped", "succeeded", "succeeded", "succeeded", "skipped"]
    assert kept.stat().st_mtime_ns == before
    assert runner.run(["hangs"], resume=True, root=folder / "notebooks", out=folder / "out") == 0
    assert [row["state"] for row in rows(folder / "out")] == ["skipped", *["succeeded"] * 2, "skipped", "skipped"]


def test_resume_runs_again_with_other_parameters_or_a_lost_copy(tmp_path):
    write(tmp_path / "notebooks", dict.fromkeys(["course1_a/week1", "course1_a/week2", "course1_a/week3"], "print(x)"))
    write(tmp_path / "notebooks", {"course1_a/week1": "print(x, y)"})
    declared = catalogue.read(tmp_path / "notebooks" / "course1_a" / "week1.ipynb")
    declared.cells[1].source = "x = 1\ny = 1"
    nbformat.write(declared, tmp_path / "notebooks" / "course1_a" / "week1.ipynb")
    places = {"root": tmp_path / "notebooks", "out": tmp_path / "out", "resume": True}
    runner.run(**places)
    (tmp_path / "out" / "course1_a" / "week2.ipynb").unlink()
    runner.run(parameters={"y": 7}, **places)
    assert [row["state"] for row in rows(tmp_path / "out")] == ["succeeded", "succeeded", "skipped"]
    executed = catalogue.read(tmp_path / "out" / "course1_a" / "week1.ipynb")
    assert executed.cells[-1].outputs[0].text == "1 7\n"


def test_a_broken_notebook_is_a_failed_row(tmp_path):
    write(tmp_path / "notebooks", {"course1_a/week1": ""})
    (tmp_path / "notebooks" / "course1_a" / "week1.ipynb").write_text("<html>")
    assert runner.run(root=tmp_path / "notebooks", out=tmp_path / "out") == 1
    (row,) = rows(tmp_path / "out")
    assert row["state"] == "failed" and "not a notebook" in row["error"]


@pytest.mark.skipif(sys.platform == "win32", reason="kills its worker by a POSIX signal")
def test_a_notebook_whose_worker_is_killed_runs_again(tmp_path):
    once = "import os, pathlib, time\nif not pathlib.Path('once').exists():\n    pathlib.Path('once').touch()\n"
    write(tmp_path / "notebooks", {"course1_a/week1": f"{once}    os.kill(os.getppid(), 9)\n    time.sleep(60)"})
    assert runner.run(jobs=1, root=tmp_path / "notebooks", out=tmp_path / "out") == 0


# A test run started in the background is deaf to Ctrl-C, and its children inherit that.
COMMAND = """
import pathlib, signal, sys
import helpers.workbook.cli as cli
signal.signal(signal.SIGINT, signal.default_int_handler)
begins = ("import", "helpers.workbook.runner")
sys.addaudithook(lambda event, about: (event, *about[:1]) == begins and print("ready", flush=True))
cli.main(sys.argv[2:], obj=pathlib.Path(sys.argv[1]))
"""
NOTES = "import os, pathlib, time\nwith open('kernels', 'a') as note:\n    print('{name}', os.getpid(), file=note)\n"


@contextlib.contextmanager
def started_run(folder: Path):
    """`workbook run` as a program and the leader of its group, as a terminal has it: Ctrl-C goes to the whole group."""
    command = [sys.executable, "-c", COMMAND, folder / "notebooks", "run", "--jobs", "1", "--out", folder / "out"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with subprocess.Popen([*map(str, command)], **pipes) as run:
        try:
            assert run.stdout.readline() == "ready\n"
            yield run
        finally:
            run.kill()


def noting(name: str, then: str = "") -> dict[str, str]:
    """The source of a notebook of course 1 that notes its name and its kernel in the file `kernels`."""
    return {f"course1_a/{name}": NOTES.format(name=name) + then}


def kernels(folder: Path) -> list[tuple[str, int]]:
    note = folder / "notebooks" / "course1_a" / "kernels"
    lines = note.read_text().splitlines() if note.exists() else []
    return [(name, int(pid)) for name, pid in map(str.split, lines)]


def succeeded(folder: Path) -> list[str]:
    return [row["name"] for row in rows(folder / "out") if row["state"] == "succeeded"]


def none_lives(folder: Path) -> bool:
    lived = [psutil.Process(pid) for _, pid in kernels(folder) if psutil.pid_exists(pid)]
    return psutil.wait_procs(lived, timeout=10)[1] == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_an_interrupt_while_it_starts_ends_it_in_a_word(tmp_path):
    write(tmp_path / "notebooks", noting("week1"))
    with started_run(tmp_path) as run:
        os.killpg(run.pid, signal.SIGINT)
        _, complaints = run.communicate(timeout=60)
    assert run.returncode == 130
    assert complaints.strip() == "interrupted" and kernels(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_an_interrupt_in_a_cell_and_another_leave_a_report_and_no_kernel(tmp_path):
    write(tmp_path / "notebooks", noting("week1") | noting("week2", "time.sleep(60)") | noting("week3"))
    with started_run(tmp_path) as run:
        started = time.monotonic()
        while not (len(kernels(tmp_path)) == 2 and succeeded(tmp_path)) and time.monotonic() < started + 60:
            time.sleep(0.1)
        for _ in range(3):
            os.killpg(run.pid, signal.SIGINT)
            time.sleep(0.1)
        said, complaints = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "1 succeeded, 2 not run" in said and "Traceback" not in complaints
    assert succeeded(tmp_path) == ["week1"]
    assert json.loads((tmp_path / "out" / "report.json").read_text())["finished"]
    assert none_lives(tmp_path)


@pytest.fixture
def interruptible():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def at(writing: int, do: Callable[[], None], patch: pytest.MonkeyPatch) -> None:
    """Do something before the writing of this number, from 1, of a run's files."""
    count, truly = itertools.count(1), report.write_atomically

    def write_atomically(path, text):
        if next(count) == writing:
            do()
        truly(path, text)

    patch.setattr(report, "write_atomically", write_atomically)


def interrupt() -> None:
    signal.raise_signal(signal.SIGINT)


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_whatever_cuts_a_writing_short_resume_runs_what_has_not_succeeded(tmp_path, monkeypatch, interruptible):
    write(tmp_path / "notebooks", noting("week1") | noting("week2"))
    places = {"root": tmp_path / "notebooks", "out": tmp_path / "out", "jobs": 1, "resume": True}
    # Of the writings, 1 and 2 are the reports at the start, 3 and 4 the first notebook's copy and page, 5 a report.
    for writing, trouble, status, states in (
        (2, interrupt, 130, ["not run", "not run"]),
        (5, interrupt, 130, ["succeeded", "not run"]),
        (4, full_disk, 1, ["skipped", "failed"]),
    ):
        with monkeypatch.context() as patch:
            at(writing, trouble, patch)
            assert runner.run(**places) == status
        assert [row["state"] for row in rows(tmp_path / "out")] == states
        assert none_lives(tmp_path)
    assert rows(tmp_path / "out")[1]["error"] == "its results could not be written: No space left on device"
    before = kernels(tmp_path)
    assert runner.run(**places) == 0
    assert [row["state"] for row in rows(tmp_path / "out")] == ["skipped", "succeeded"]
    assert [name for name, _ in kernels(tmp_path)[len(before) :]] == ["week2"]


def test_a_report_that_a_full_disk_refuses_is_told_in_a_line(tmp_path, monkeypatch):
    write(tmp_path / "notebooks", {"course1_a/week1": ""})
    (tmp_path / "notebooks" / "course1_a" / "week1.ipynb").write_text("<html>")
    at(3, full_disk, monkeypatch)
    told = CliRunner().invoke(main, ["run", "--out", str(tmp_path / "out")], obj=tmp_path / "notebooks")
    assert told.exit_code == 1
    assert told.output == f"Error: the report in {tmp_path / 'out'} could not be written: No space left on device\n"
    assert [row["state"] for row in rows(tmp_path / "out")] == ["failed"]


def test_an_unknown_parameter_is_refused_before_anything_is_touched(tmp_path):
    write(tmp_path / "notebooks", {"course1_a/week1": "print(x)"})
    told = CliRunner().invoke(main, ["run", "-p", "y", "3", "--out", str(tmp_path / "out")], obj=tmp_path / "notebooks")
    assert told.exit_code == 2 and "no notebook of this run has a parameter 'y'; there are: x" in told.output
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is read-only to this user")
def test_a_read_only_out_folder_is_refused(tmp_path):
    write(tmp_path / "notebooks", {"course1_a/week1": "1"})
    (tmp_path / "out").mkdir(mode=0o555)
    with pytest.raises(click.BadParameter, match="Permission denied; name a folder that can be written"):
        runner.run(root=tmp_path / "notebooks", out=tmp_path / "out")


@pytest.mark.parametrize("out", ["s3://bucket/results", "gs://bucket"])
def test_an_object_store_is_no_folder_to_write_to(tmp_path, monkeypatch, out):
    write(tmp_path / "notebooks", {"course1_a/week1": "1"})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(click.BadParameter, match="is no folder; mount an object store as one"):
        runner.run(root=tmp_path / "notebooks", out=Path(out))
    assert [path.name for path in tmp_path.iterdir()] == ["notebooks"]


def test_the_full_profile_with_neither_network_nor_bytes_says_what_to_fetch(tmp_path, monkeypatch):
    write(tmp_path / "notebooks", {"course5_a/week1": "from helpers.datasets import load\nload(x, 'public')"})
    path = tmp_path / "notebooks" / "course5_a" / "week1.ipynb"
    notebook = catalogue.read(path)
    notebook.metadata["workbook"] = {"full": {"x": "names"}}
    nbformat.write(notebook, path)
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "empty"))
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # where nobody listens
    assert runner.run(profile="full", root=tmp_path / "notebooks", out=tmp_path / "out") == 1
    (row,) = rows(tmp_path / "out")
    assert (row["state"], row["cell"]) == ("failed", 2)
    assert row["error"].startswith("DataError: could not fetch names/names.txt (0.2 MB from https://")
    assert row["error"].endswith("set WORKBOOK_DATA to a folder that holds it")


def test_an_out_folder_that_cannot_be_used_is_refused(tmp_path):
    write(tmp_path / "notebooks", {"course1_a/week1": "1"})
    (tmp_path / "file").touch()
    for out, message in ((tmp_path / "file", "can be written"), (tmp_path / "notebooks", "the notebooks themselves")):
        with pytest.raises(click.BadParameter, match=message):
            runner.run(root=tmp_path / "notebooks", out=out)
    assert not list((tmp_path / "notebooks").rglob("*.html"))


def test_a_scheduler_that_does_not_answer_is_named(tmp_path):
    write(tmp_path / "notebooks", {"course1_a/week1": "1"})
    with pytest.raises(click.ClickException, match="no dask scheduler answers at nowhere"):
        runner.run(scheduler="nowhere://1", root=tmp_path / "notebooks", out=tmp_path / "out")
