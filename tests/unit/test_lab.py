"""JupyterLab is started at the table of contents, in this environment, with the repository as its root."""

import sys

import click
import pytest
from jupyterlab import NeverCheckForUpdate
from jupyterlab.labapp import LabApp

from helpers.workbook import lab


def test_jupyterlab_opens_the_table_of_contents_of_the_repository(workbook):
    command = lab.command(["--port", "9999"], root=workbook)
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={workbook}" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/index.ipynb" in command
    assert command[-2:] == ["--port", "9999"]


def test_jupyterlab_is_told_not_to_look_for_news_or_newer_versions(workbook):
    app = LabApp()
    app.parse_command_line([argument for argument in lab.command(root=workbook) if "LabApp" in argument])
    app.update_config(app.cli_config)
    assert app.news_url is None
    assert app.check_for_updates_class is NeverCheckForUpdate


def test_further_arguments_reach_jupyterlab(workbook):
    (workbook / "notebooks" / "index.ipynb").touch()
    assert lab.start(["--version"], root=workbook) == 0


def test_a_missing_table_of_contents_is_named(tmp_path):
    with pytest.raises(click.ClickException, match=r"index.ipynb is missing; .*workbook save --all"):
        lab.start(root=tmp_path)
