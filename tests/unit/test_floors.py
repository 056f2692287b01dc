"""The floors of the house: a module imports lower floors only, and light modules stay light."""

import ast
import subprocess
import sys

import pytest

from helpers.paths import ROOT

FLOORS = [
    {"__init__", "__main__", "bootstrap", "paths"},
    {"nn", "datasets", "text", "audio", "music", "boxes", "strategy", "reproducibility"},
    {"checks", "plots"},
    {"models"},
    {"workbook"},
]
MODULES = sorted((ROOT / "helpers").rglob("*.py"))


def part(path):
    """The part of the house that a module belongs to: `nn` for helpers/nn/dense.py."""
    return path.relative_to(ROOT / "helpers").parts[0].removesuffix(".py")


def floor(name):
    return next(height for height, names in enumerate(FLOORS) if name in names)


def imported_parts(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in getattr(node, "names", [])]
        if isinstance(node, ast.ImportFrom) and node.module == "helpers":
            names = [f"helpers.{alias.name}" for alias in node.names]
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (name.split(".")[1] for name in names if name and name.startswith("helpers."))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_lower_floors_only(path):
    own = part(path)
    for other in set(imported_parts(path)) - {own}:
        if own != "__main__" or other != "bootstrap":
            assert floor(other) < floor(own), f"{own} (floor {floor(own)}) imports {other} (floor {floor(other)})"


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("helpers.nn", {"tensorflow", "keras", "matplotlib", "scipy", "sklearn"}),
        ("helpers.checks", {"tensorflow", "keras", "matplotlib", "sklearn"}),
        ("helpers.datasets", {"tensorflow", "keras", "matplotlib"}),
        ("helpers.plots", {"tensorflow", "keras"}),
        ("helpers.workbook.cli", {"tensorflow", "keras", "papermill", "distributed"}),
    ],
)
def test_importing_a_light_module_loads_nothing_heavy(module, heavy):
    code = f"import sys, {module}; print(*({{name.split('.')[0] for name in sys.modules}} & {heavy!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
