"""The style of the code: ruff's rules and ruff's layout."""

import subprocess
import sys

import pytest

from helpers import paths


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_has_no_complaint(command: list[str]) -> None:
    ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", str(paths.ROOT)]
    done = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
