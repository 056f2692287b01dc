"""JupyterLab at the table of contents."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from helpers import paths

# JupyterLab would ask the network for news and newer versions; the workbook uses no network unless asked.
OFFLINE = ("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")


def command(extra: Sequence[str] = (), root: Path = paths.ROOT) -> list[str]:
    """The command line that starts JupyterLab in the repository, with further arguments of its own."""
    page = "/lab/tree/notebooks/index.ipynb"
    jupyter = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", f"--LabApp.default_url={page}"]
    return [*jupyter, "--ServerApp.answer_yes=True", *OFFLINE, *extra]


def start(extra: Sequence[str] = (), root: Path = paths.ROOT) -> int:
    """Start JupyterLab and wait until it ends; Ctrl-C ends it without a question. Returns its exit status.

    Raises click.ClickException where the table of contents is missing.
    """
    if not (root / "notebooks" / "index.ipynb").is_file():
        raise click.ClickException(
            "notebooks/index.ipynb is missing; restore it from git, or run `workbook save --all`"
        )
    with subprocess.Popen(command(extra, root), cwd=root) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                click.echo("JupyterLab is shutting down …", err=True)
