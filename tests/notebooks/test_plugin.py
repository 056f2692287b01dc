"""The plugin in nbval: a notebook that prints and draws, with planted faults in its stored outputs."""

import copy
import os
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

from helpers import paths

SOURCES = [
    "import os\nimport matplotlib.pyplot as plt",
    "print('cost', 0.693147181)\nprint('traced by pytest:', 'PYTEST_CURRENT_TEST' in os.environ)",
    "figure, axes = plt.subplots()\naxes.plot([0, 1, 4, 9])\naxes.plot([9, 4, 1, 0])\nplt.show()",
]


@pytest.fixture(scope="module")
def executed() -> nbformat.NotebookNode:
    """The notebook with the outputs that it really has."""
    kernel = {"name": "python3", "display_name": "Python 3"}
    cells = [nbformat.v4.new_markdown_cell("# Title"), *(nbformat.v4.new_code_cell(source) for source in SOURCES)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return nbclient.NotebookClient(notebook).execute(env=environment)


def regress(folder: Path, *options: str, **notebooks: nbformat.NotebookNode) -> subprocess.CompletedProcess[str]:
    """Run the regression over `notebooks` in a folder of their own."""
    for name, notebook in notebooks.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", "-ra", "--nbval", *options, "."]
    environment = os.environ | {"PYTHONPATH": str(paths.ROOT), "PYTEST_ADDOPTS": ""}
    environment.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False
    )


def test_the_plugin_is_wired_into_this_repository(request: pytest.FixtureRequest) -> None:
    assert request.config.pluginmanager.has_plugin("tests.notebooks.plugin")
    assert request.config.option.nbval_cell_timeout == 300


def test_planted_faults_fail_and_the_notebook_as_it_is_passes(executed: nbformat.NotebookNode, tmp_path: Path) -> None:
    wrong = copy.deepcopy(executed)
    wrong.cells[2].outputs[0].text = wrong.cells[2].outputs[0].text.replace("0.693147181", "0.693216496")
    wrong.cells[3].source = wrong.cells[3].source.replace("[9, 4, 1, 0]", "[9, 1, 4, 0]")
    done = regress(tmp_path, "-p", "tests.notebooks.plugin", right=executed, wrong=wrong)
    assert done.returncode == 1
    assert "2 failed, 4 passed" in done.stdout
    assert "wrong.ipynb, cell 2 (code cell 1): print('cost', 0.693147181)" in done.stdout
    assert "output 1 (stdout): line 1: expected 0.693216496, got 0.693147181: differs by -0.0000693" in done.stdout
    assert "wrong.ipynb, cell 3 (code cell 2): figure, axes = plt.subplots()" in done.stdout
    assert "figure: the worst tile" in done.stdout
    assert "cells with outputs that were compared: 4 of 4 (100.0%)" in done.stdout


def test_metadata_widen_the_tolerance_and_a_tag_leaves_a_cell_out(
    executed: nbformat.NotebookNode, tmp_path: Path
) -> None:
    tolerant = copy.deepcopy(executed)
    tolerant.cells[2].outputs[0].text = tolerant.cells[2].outputs[0].text.replace("0.693147181", "0.70")
    tolerant.cells[2].metadata["nbval"] = {"rtol": 0.01}
    tolerant.cells[3].outputs = []
    tolerant.cells[3].metadata["tags"] = ["nbval-ignore-output"]
    done = regress(tmp_path, "-p", "tests.notebooks.plugin", tolerant=tolerant)
    assert done.returncode == 0, done.stdout


def test_the_death_of_a_kernel_is_noticed_at_once(executed: nbformat.NotebookNode, tmp_path: Path) -> None:
    deadly = copy.deepcopy(executed)
    deadly.cells[2].source = "os._exit(3)"
    done = regress(tmp_path, "-p", "tests.notebooks.plugin", deadly=deadly)
    assert done.returncode == 1
    assert "The kernel died while running deadly.ipynb, cell 2 (code cell 1): os._exit(3)" in done.stdout
    assert "1 failed, 1 passed, 1 xfailed" in done.stdout
