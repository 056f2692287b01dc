"""The lists of packages agree with each other and with what is imported."""

import ast
import os
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from helpers.bootstrap import fitness, interpreters
from helpers.paths import ROOT

BOOTSTRAP_FILES = [ROOT / "helpers" / "__main__.py", *sorted((ROOT / "helpers" / "bootstrap").glob("*.py"))]


def requirement_lines() -> list[str]:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def required_names() -> set[str]:
    names = (re.match(r"[A-Za-z0-9._-]+", line).group() for line in requirement_lines() if not line.startswith("-"))
    return {name.lower().replace("_", "-") for name in names}


def imports_of(path: Path) -> set[str]:
    """Full names of all absolute imports in a file, wherever they stand in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", BOOTSTRAP_FILES, ids=lambda path: path.name)
def test_the_bootstrap_needs_the_standard_library_alone(path):
    # `packaging` judges an environment that is already there; without it that environment does not fit.
    judge = {"packaging"} if path.name == "fitness.py" else set()
    own = {name for name in imports_of(path) if name.startswith("helpers.bootstrap.")}
    assert {name.split(".")[0] for name in imports_of(path) - own} - judge <= sys.stdlib_module_names
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_every_requirement_says_who_uses_it():
    silent = [line for line in requirement_lines() if not re.search(r"  # \S", line)]
    assert silent == []


def test_the_last_requirement_is_the_workbook_itself():
    assert requirement_lines()[-1].startswith("-e . ")


def test_conda_installs_the_same_list_on_a_supported_python():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    entries = re.findall(r"(?m)^ *- (.+)$", text.split("dependencies:")[1])
    python = entries.pop(0)
    assert python.startswith("python=")
    assert tuple(map(int, python.split("=")[1].split("."))) in interpreters.SUPPORTED
    assert entries == ["pip", "pip:", "-r requirements.txt"]


def test_pyproject_and_the_door_name_the_same_pythons_and_the_same_distribution():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first, last = interpreters.SUPPORTED[0], interpreters.SUPPORTED[-1]
    assert project["requires-python"] == f">={first[0]}.{first[1]},<{last[0]}.{last[1] + 1}"
    assert project["name"] == fitness.DISTRIBUTION


def test_every_import_of_helpers_and_tests_is_a_requirement():
    providers = metadata.packages_distributions()
    made_data_once = {"espeakng-loader"}  # a tool behind a file of data/, installed by who makes the file again
    required = required_names() | {"tensorflow"} | made_data_once
    missing = []
    for path in sorted([*(ROOT / "helpers").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]):
        local = {"helpers", "tests", *(sibling.stem for sibling in path.parent.glob("*.py"))}
        for top in {name.split(".")[0] for name in imports_of(path)} - local - sys.stdlib_module_names:
            if not required & {name.lower().replace("_", "-") for name in providers.get(top, [top])}:
                missing.append(f"{path.relative_to(ROOT)} imports {top}")
    assert missing == []


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_the_continuous_integration_calls_the_command_of_the_readme():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = [line for line in script.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert lines[-1] == "exec python3 -m helpers test"
