"""One notebook in a kernel of its own: folder, parameters, threads, memory, and plain words for what went wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.workbook import execution


@pytest.fixture
def execute(tmp_path):
    def run(*sources: str, timeout: float | None = 30, **parameters: object):
        cells = [new_markdown_cell("# Title"), *(new_code_cell(source) for source in sources)]
        cells[1].metadata["tags"] = ["parameters"]
        path, output = tmp_path / "course3_x" / "week1.ipynb", tmp_path / "out" / "week1.ipynb"
        path.parent.mkdir()
        nbformat.write(new_notebook(cells=cells), path)
        outcome = execution.execute(path, output, parameters=parameters, threads=3, timeout=timeout)
        return outcome, nbformat.read(output, as_version=4)

    return run


def test_a_kernel_gets_its_folder_parameters_threads_and_no_trace_of_pytest(execute, tmp_path):
    before = dict(os.environ)
    outcome, executed = execute(
        "x = 1",
        "import json, os\nshown = ['OMP_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS', 'PYTEST_CURRENT_TEST']\n"
        "print(json.dumps([x, os.getcwd(), *map(os.environ.get, shown)]))",
        x=[1, "a"],
    )
    told = json.loads(executed.cells[-1].outputs[0].text)
    assert (outcome.state, outcome.course, outcome.error, outcome.cell) == ("succeeded", 3, None, None)
    assert told == [[1, "a"], str(tmp_path / "course3_x"), "3", "3", None]
    assert {**before, "PYTEST_CURRENT_TEST": ""} == {**os.environ, "PYTEST_CURRENT_TEST": ""}


def test_peak_memory_is_that_of_the_kernel(execute):
    outcome, _ = execute("x = 1", "block = bytearray(b'x') * 200_000_000\nimport time; time.sleep(0.5)\ndel block")
    assert 200 < outcome.peak_mb < 400


def test_an_error_is_told_by_the_cell_of_the_source_and_one_line(execute):
    outcome, executed = execute("x = 1", "y = 2", "raise ValueError('first line\\nsecond')", "z = 3", x=5)
    assert (outcome.state, outcome.cell, outcome.error) == ("failed", 3, "ValueError: first line")
    assert executed.cells[-1].execution_count is None


def test_a_kernel_that_ends_itself_is_told_by_its_exit_status(execute):
    outcome, _ = execute("x = 1", "import os\nos._exit(7)")
    assert (outcome.state, outcome.cell) == ("kernel died", 2)
    assert "exit status 7" in outcome.error


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(("signal", "told"), [("SIGKILL", "SIGKILL; out of memory?"), ("SIGSEGV", "SIGSEGV")])
def test_a_kernel_that_a_signal_ends_is_told_by_the_signal(execute, signal, told):
    outcome, executed = execute("x = 1", "print('kept')", f"import os, signal\nos.kill(os.getpid(), signal.{signal})")
    assert (outcome.state, outcome.cell, outcome.error) == ("kernel died", 3, f"the kernel was ended by {told}")
    assert executed.cells[2].outputs[0].text == "kept\n"


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of memory")
def test_a_kernel_without_memory_is_told_by_what_it_asked_for(execute):
    limit = "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()"
    limit += "\nresource.setrlimit(resource.RLIMIT_AS, (used + 10**8, resource.RLIM_INFINITY))"
    outcome, _ = execute("import numpy, resource", limit, "numpy.zeros(10**9)")
    assert (outcome.state, outcome.cell) == ("failed", 3)
    assert "MemoryError: Unable to allocate 7.45 GiB" in outcome.error


def test_a_time_out_ends_the_kernel_and_what_it_started(execute, tmp_path):
    child = "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
    note = f"pathlib.Path({str(tmp_path / 'pids')!r}).write_text(f'{{os.getpid()}} {{child.pid}}')"
    outcome, executed = execute(
        "import os, pathlib, subprocess, sys, time",
        f"print('kept', flush=True)\n{child}\n{note}",
        "time.sleep(60)",
        timeout=3,
    )
    assert (outcome.state, outcome.cell) == ("timed out", 3)
    assert 3 <= outcome.seconds < 8
    assert "kept" in executed.cells[2].outputs[0].text
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    gone = [not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE for pid in pids]
    assert gone == [True, True]


def test_a_file_that_is_no_notebook_is_a_failure_and_not_an_exception(tmp_path):
    path = tmp_path / "broken.ipynb"
    path.write_text("{")
    outcome = execution.execute(path, tmp_path / "out.ipynb", parameters={}, threads=1, timeout=None)
    assert outcome.state == "failed" and "broken.ipynb" in outcome.error and outcome.output == ""


def test_a_worker_without_the_notebook_folder_says_so():
    task = {"name": "week1", "course": 1, "folder": str(Path("nowhere") / "course9_none")}
    outcome, content = execution.run_task(task)
    assert (outcome.state, content) == ("failed", None) and "course9_none" in outcome.error


def test_a_worker_with_a_checkout_of_its_own_works_in_that(tmp_path, monkeypatch):
    (tmp_path / "notebooks" / "course1_a").mkdir(parents=True)
    monkeypatch.setattr(execution.paths, "NOTEBOOKS", tmp_path / "notebooks")
    content = new_notebook(cells=[new_code_cell("import os\nprint(os.getcwd())")])
    task = {"name": "week1", "course": 1, "folder": "/elsewhere/course1_a", "content": nbformat.writes(content)}
    outcome, executed = execution.run_task(task | {"parameters": {}, "jobs": 1, "timeout": None, "run": "one"})
    assert outcome.state == "succeeded" and str(tmp_path / "notebooks" / "course1_a") in executed


def test_a_stopped_run_starts_no_kernel(tmp_path):
    execution.stop("some run")
    outcome, executed = execution.execute_content(
        new_notebook(),
        tmp_path,
        execution.Outcome("a", 1, "not run"),
        parameters={},
        threads=1,
        timeout=None,
        run="some run",
    )
    assert (outcome.state, executed) == ("not run", None)


def test_one_line_drops_colours_and_cuts_what_is_long():
    assert execution.one_line("\n\x1b[31mred\x1b[0m text\nmore") == "red text"
    assert len(execution.one_line("x" * 999)) == 400


def test_no_threads_are_refused():
    with pytest.raises(ValueError, match="threads is 0"):
        execution.kernel_environment(0)


def test_a_kernel_shares_two_memory_pools_unless_the_user_says_how_many(monkeypatch):
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    assert execution.kernel_environment(1)["MALLOC_ARENA_MAX"] == "2"
    monkeypatch.setenv("MALLOC_ARENA_MAX", "7")
    assert execution.kernel_environment(1)["MALLOC_ARENA_MAX"] == "7"


def test_a_worker_starts_without_a_grammar_that_takes_longer_to_compile_than_all_else():
    code = "import sys, helpers.workbook.execution; print({'jsonschema', 'lark'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "{'jsonschema'}"
