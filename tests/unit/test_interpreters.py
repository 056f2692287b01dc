"""Which Pythons can run the workbook, and what a wrong one says or does."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import __main__ as door
from helpers.bootstrap import interpreters
from helpers.paths import ROOT

FIT = {
    "version": [3, 12, 1],
    "bits": 64,
    "platform": ["linux", "x86_64"],
    "implementation": "CPython",
    "executable": "/usr/bin/python3.12",
}


@pytest.mark.parametrize("version", [[3, 11, 7], [3, 12, 1], [3, 13, 0]])
@pytest.mark.parametrize("platform", interpreters.PLATFORMS)
def test_every_supported_python_fits_on_every_supported_platform(version, platform):
    assert interpreters.misfit({**FIT, "version": version, "platform": list(platform)}) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": [3, 8, 18]}, ["3.8.18", "3.11, 3.12 or 3.13", "install"]),
        ({"version": [3, 14, 0]}, ["3.14.0", "3.11, 3.12 or 3.13", "install"]),
        ({"implementation": "PyPy"}, ["PyPy", "install"]),
        ({"bits": 32}, ["32-bit", "install the 64-bit"]),
        ({"platform": ["darwin", "x86_64"]}, ["Intel", "arm64"]),
        ({"platform": ["win32", "arm64"]}, ["win32 on arm64", "needs"]),
    ],
)
def test_a_misfit_is_one_line_with_what_came_what_is_needed_and_the_remedy(change, words):
    reason = interpreters.misfit({**FIT, **change})
    assert "\n" not in reason
    assert all(word in reason for word in words)


def test_the_running_interpreter_reports_itself_through_a_probe():
    assert interpreters.probe([sys.executable])["version"] == list(sys.version_info[:3])


def test_a_probe_of_something_that_is_no_python_is_empty(tmp_path):
    assert interpreters.probe([str(tmp_path / "absent")]) == {}


def test_a_fit_interpreter_on_path_is_found_behind_shims_that_lead_nowhere(tmp_path, monkeypatch):
    answers = {"python3.13": {}, "python3.12": {**FIT, "bits": 32}, "python3.11": {**FIT, "executable": "/opt/3.11"}}
    monkeypatch.setattr(interpreters.shutil, "which", lambda name: name if name in answers else None)
    monkeypatch.setattr(interpreters, "probe", lambda command: answers[command[0]])
    assert interpreters.fit_interpreter(tmp_path) == "/opt/3.11"


def test_a_wrong_python_goes_on_with_the_fit_one(tmp_path, monkeypatch):
    handed = []
    monkeypatch.setattr(door, "facts", lambda: {**FIT, "version": [3, 8, 18]})
    monkeypatch.setattr(door, "fit_interpreter", lambda root: "/opt/python3.12")
    monkeypatch.setattr(door, "hand_over", lambda command, variables: handed.append(command) or 5)
    assert door.main(["list", "--course", "1"], tmp_path) == 5
    assert handed == [["/opt/python3.12", "-m", "helpers", "list", "--course", "1"]]


def test_a_wrong_python_alone_ends_with_status_2_and_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(door, "facts", lambda: {**FIT, "version": [3, 8, 18]})
    monkeypatch.setattr(door, "fit_interpreter", lambda root: "")
    assert door.main(["list"], tmp_path) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / ".venv").exists()


def test_old_and_new_pythons_read_the_files_far_enough_to_say_what_is_wrong(tmp_path):
    versions = sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin/python3"))
    wrong = [path for path in versions if (facts := interpreters.probe([str(path)])) and interpreters.misfit(facts)]
    if not wrong:
        pytest.skip("no unsupported Python 3 under ~/.pyenv/versions")
    for path in [
        ROOT / "helpers" / "__init__.py",
        ROOT / "helpers" / "__main__.py",
        *(ROOT / "helpers" / "bootstrap").glob("*.py"),
    ]:
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    for python in wrong:
        done = subprocess.run(
            [python, "-m", "helpers", "list"], cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), (python, done.stderr)
        assert "the workbook needs Python 3.11, 3.12 or 3.13" in done.stderr
