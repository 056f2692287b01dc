"""A whole run: one notebook's trouble never stops the others, and what was done is never lost."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.workbook import catalogue, resume, runner

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


@pytest.fixture(autouse=True, scope="module")
def unchanging_surroundings():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resume, "surroundings", lambda: "the same")
        yield


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


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT")
def test_an_interrupted_run_leaves_a_report_and_no_kernel(tmp_path):
    hangs = "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))\ntime.sleep(60)"
    write(tmp_path / "notebooks", {"course1_a/week1": hangs, "course1_a/week2": "1"})
    # A test run started in the background is deaf to Ctrl-C, and its children inherit that.
    program = "import signal, sys, pathlib, helpers.workbook.cli as cli; "
    program += "signal.signal(signal.SIGINT, signal.default_int_handler); "
    program += "cli.main(sys.argv[2:], obj=pathlib.Path(sys.argv[1]))"
    arguments = [tmp_path / "notebooks", "run", "--jobs", "1", "--out", tmp_path / "out"]
    run = subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    note, started = tmp_path / "notebooks" / "course1_a" / "pid", time.monotonic()
    while not (note.exists() and note.read_text()) and time.monotonic() < started + 30:
        time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    said, _ = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "2 not run" in said
    assert [row["state"] for row in rows(tmp_path / "out")] == ["not run", "not run"]
    assert not psutil.pid_exists(int(note.read_text()))


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
