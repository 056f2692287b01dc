"""The commands `workbook test` and `workbook bench`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.workbook import testing

WORKBOOK = [sys.executable, "-c", "from helpers.workbook.cli import main; main()"]
PASSES, FAILS = "def test_sum():\n    assert 1 + 1 == 2\n", "def test_sum():\n    assert 1 + 1 == 3\n"
MEASURES = """
def test_speed(benchmark):
    benchmark.extra_info["ratio"] = 0.875
    benchmark(sum, [1, 2])
"""


def workbook(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [*WORKBOOK, *arguments], env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False
    )


@pytest.mark.parametrize(("content", "status"), [(PASSES, 0), (FAILS, 1), ("", 5)], ids=["pass", "fail", "nothing"])
def test_the_exit_status_and_the_last_line_are_those_of_pytest(tmp_path: Path, content: str, status: int) -> None:
    file = tmp_path / "test_sum.py"
    file.write_text(content, encoding="utf-8")
    done = workbook("test", "--jobs", "1", "--no-notebooks", "-p", "no:cacheprovider", str(file))
    assert done.returncode == status, done.stdout + done.stderr
    assert {0: "1 passed in ", 1: "1 failed in ", 5: "no tests ran in "}[status] in done.stdout.splitlines()[-1]


def test_benchmarks_end_with_a_table_of_ratios(tmp_path: Path) -> None:
    file = tmp_path / "test_speed.py"
    file.write_text(MEASURES, encoding="utf-8")
    done = workbook("bench", "-p", "no:cacheprovider", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    heading, row = done.stdout.splitlines()[-2:]
    assert heading.split() == ["benchmark", "median", "ms", "ratio", "exponent"]
    assert row.startswith("test_speed") and row.endswith(" 0.875")


@pytest.mark.parametrize(
    ("figures", "shown"),
    [
        ({}, []),
        ({"ratio": 0.00323}, ["0.00323"]),
        ({"exponent": 1.98}, ["1.98"]),
        ({"ratio": 2, "exponent": 1}, ["2", "1"]),
    ],
)
def test_a_benchmark_shows_the_figures_that_it_has(figures: dict, shown: list[str]) -> None:
    entry = {"name": "test_step", "extra_info": figures, "stats": {"median": 0.0125}}
    assert testing.ratio_table([entry]).splitlines()[1].split() == ["test_step", "12.500", *shown]


def test_every_setting_names_its_threads_and_its_kernel() -> None:
    settings = testing.settings()
    assert {setting.threads for setting in settings} == {1, 2}
    assert {setting.blas for setting in settings} == {None, *testing.blas_kernels()}
    assert testing.Setting(2, "Haswell").environment["OPENBLAS_CORETYPE"] == "Haswell"
    assert testing.Setting(2).environment["OMP_NUM_THREADS"] == "2"
    assert "OPENBLAS_CORETYPE" not in testing.Setting(2).environment


@pytest.mark.parametrize("blas", testing.blas_kernels())
def test_numpy_computes_without_what_is_newer_than_the_named_kernel(blas):
    code = "from numpy._core._multiarray_umath import __cpu_features__ as known; print(*(k for k in known if known[k]))"
    environment = os.environ | testing.Setting(1, blas).environment
    command = [sys.executable, "-W", "error", "-c", code]
    used = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()
    assert used and not {*used} & {*testing.newer_features(blas)}


def test_the_matrix_counts_the_runs_that_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "test_threads.py"
    content = "import os\n\ndef test_one():\n    assert os.environ['OMP_NUM_THREADS'] == '1'\n"
    file.write_text(content, encoding="utf-8")
    status = testing.run_matrix(2, ["-p", "no:cacheprovider"], targets=[str(file)])
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert status == 1
    assert [row[4] for row in rows if row[2:3] == ["default"]] == ["passed", "FAILED"]
    assert rows[-1] == ["2", "runs,", "1", "failures"]
