"""The way to a filled environment and the `workbook` command: what is made, what is repaired, what is said."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from helpers import __main__ as door
from helpers.bootstrap import environment, fitness

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and symbolic links of POSIX")
FIT = {
    "version": [3, 12, 1],
    "bits": 64,
    "platform": ["linux", "x86_64"],
    "implementation": "CPython",
    "executable": "/usr/bin/python3.12",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks like a checkout, with nothing to install."""
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "requirements.txt").write_text("--no-index\n")
    (root / "pyproject.toml").write_text("")
    return root


class FakePrograms:
    """Stands in for `venv` and `pip`: notes what was called, and ends as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch):
        self.calls: list[str] = []
        self.failing: dict[str, str] = {}
        monkeypatch.setattr(environment, "follow", self.follow)
        monkeypatch.setattr(environment, "probe", self.probe)

    def follow(self, command: list, root: Path) -> int:
        program = command[command.index("-m") + 1]
        self.calls.append(program)
        if program in self.failing:
            (root / ".venv" / environment.LOG).write_text(self.failing[program])
            return 1
        if program == "venv":
            environment.interpreter(root).parent.mkdir(parents=True)
            environment.interpreter(root).touch()
        return 0

    def probe(self, command: list) -> dict:
        return dict(FIT) if Path(command[0]).exists() else {}


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> FakePrograms:
    return FakePrograms(monkeypatch)


# What is made, refreshed, repaired


def test_a_missing_environment_is_made_and_stamped(checkout, programs, capsys):
    python, variables = environment.environment(checkout)
    assert programs.calls == ["venv", "pip"]
    assert Path(python) == environment.interpreter(checkout)
    assert variables["PATH"].startswith(str(Path(python).parent))
    assert re.search(r"^set-up: \d+ s$", capsys.readouterr().err, flags=re.M)


def test_unchanged_requirements_do_nothing_and_say_nothing(checkout, programs, capsys):
    environment.environment(checkout)
    programs.calls.clear()
    capsys.readouterr()
    environment.environment(checkout)
    assert programs.calls == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_changed_requirements_are_installed_in_place(checkout, programs, name):
    environment.environment(checkout)
    programs.calls.clear()
    (checkout / name).write_text("# changed\n")
    environment.environment(checkout)
    assert programs.calls == ["pip"]
    assert environment.what_is_due(checkout) == "nothing"


def test_an_environment_made_by_hand_is_kept_and_filled(checkout, programs):
    environment.environment(checkout)
    (checkout / ".venv" / environment.STAMP).unlink()
    programs.calls.clear()
    environment.environment(checkout)
    assert programs.calls == ["pip"]


def test_a_broken_environment_is_made_anew(checkout, programs):
    environment.environment(checkout)
    environment.interpreter(checkout).unlink()
    programs.calls.clear()
    environment.environment(checkout)
    assert programs.calls == ["venv", "pip"]


def test_another_python_below_or_another_place_makes_it_anew(checkout, programs, monkeypatch):
    environment.environment(checkout)
    moved = shutil.copytree(checkout, checkout.parent / "moved")
    assert environment.what_is_due(moved) == "everything"
    monkeypatch.setattr(environment, "probe", lambda command: {**FIT, "version": [3, 13, 0]})
    assert environment.what_is_due(checkout) == "everything"


def test_an_interrupted_set_up_is_repaired_by_the_next_call(checkout, programs, monkeypatch):
    def interrupted(root: Path) -> None:
        (root / ".venv" / "half-installed").mkdir()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(environment, "install", interrupted)
        environment.environment(checkout)
    shutil.rmtree(environment.scripts(checkout))
    programs.calls.clear()
    environment.environment(checkout)
    assert programs.calls == ["venv", "pip"]
    assert not (checkout / ".venv" / "half-installed").exists()


def test_an_interrupted_refresh_is_repaired_from_scratch(checkout, programs, monkeypatch):
    def interrupted(root: Path) -> None:
        raise KeyboardInterrupt

    environment.environment(checkout)
    (checkout / "requirements.txt").write_text("# changed\n")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(environment, "install", interrupted)
        environment.environment(checkout)
    assert environment.what_is_due(checkout) == "everything"


def test_a_python_without_venv_is_told_what_to_install(checkout, programs, monkeypatch, capsys):
    programs.failing["venv"] = "The virtual environment was not created: ensurepip is not available."
    assert door.main(["list"], checkout) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert f"apt install python3.{sys.version_info.minor}-venv" in last


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (
            "WARNING: Temporary failure in name resolution\nERROR: No matching distribution found for x",
            "network",
        ),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: Ignored one\nERROR: No matching distribution found for tensorflow-cpu", "no wheel"),
        ("Collecting x\n  error: subprocess-exited-with-error\n", "subprocess-exited-with-error"),
        ("Segmentation fault\n", "Segmentation fault"),
    ],
)
def test_a_failed_install_is_one_line_with_its_cause_and_the_log(checkout, programs, capsys, log, words):
    programs.failing["pip"] = log
    assert door.main(["list"], checkout) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert words in last
    assert str(checkout / ".venv" / environment.LOG) in last


def test_a_failed_refresh_keeps_the_environment_and_is_tried_again(checkout, programs):
    environment.environment(checkout)
    (checkout / "requirements.txt").write_text("# changed\n")
    programs.failing["pip"] = "ERROR: No matching distribution found for x"
    for _ in range(2):
        with pytest.raises(environment.SetupError):
            environment.environment(checkout)
    assert environment.interpreter(checkout).exists()
    assert environment.what_is_due(checkout) == "packages"


def test_a_file_in_the_place_of_the_environment_is_one_line(checkout, capsys):
    (checkout / ".venv").write_text("")
    assert door.main(["list"], checkout) == 1
    assert capsys.readouterr().err.count("\n") == 1


def wheel(folder: Path, version: str) -> None:
    """Write the smallest wheel there is: one module that knows its version."""
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr("tiny.py", f"version = {version!r}\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


def test_a_real_environment_is_made_refreshed_kept_and_repaired(checkout, capsys):
    def tiny_version() -> str:
        python, variables = environment.environment(checkout)
        ask = [python, "-c", "import tiny; print(tiny.version)"]
        return subprocess.run(ask, env=variables, capture_output=True, text=True, check=True).stdout.strip()

    def require(line: str) -> None:
        (checkout / "requirements.txt").write_text(f"--no-index\n--find-links .\n{line}\n")

    wheel(checkout, "1.0")
    wheel(checkout, "2.0")
    require("tiny==1.0")
    assert tiny_version() == "1.0"
    require("tiny==3.0")
    with pytest.raises(environment.SetupError, match=r"No matching distribution found for tiny==3\.0"):
        environment.environment(checkout)
    require("tiny==2.0")
    assert tiny_version() == "2.0"
    capsys.readouterr()
    began = time.monotonic()
    assert tiny_version() == "2.0"
    assert time.monotonic() - began < 2
    assert capsys.readouterr().err == ""


# Two at a time, and Ctrl-C

DRIVER = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background is deaf to it, and so its child
from pathlib import Path
from helpers import __main__ as door
from helpers.bootstrap import environment
root = Path(sys.argv[1])
environment.probe = lambda command: door.facts() if Path(command[0]).exists() else {}
def make_venv(root):
    environment.interpreter(root).parent.mkdir()
    environment.interpreter(root).touch()
def install(root):
    with (root / "installs").open("a") as notes:
        notes.write("one ")
    environment.follow([sys.executable, "-c", "import time; time.sleep(" + sys.argv[2] + ")"], root)
environment.make_venv, environment.install = make_venv, install
door.hand_over = lambda command, variables: 0
sys.exit(door.main(["list"], root))
"""


def drive(checkout: Path, seconds: float) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(checkout), str(seconds)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_two_calls_at_the_same_time_set_up_once(checkout):
    calls = [drive(checkout, 1.0) for _ in range(2)]
    said = [call.communicate(timeout=60)[1] for call in calls]
    assert [call.returncode for call in calls] == [0, 0], said
    assert (checkout / "installs").read_text() == "one "
    assert sum("another set-up is under way" in text for text in said) == 1


@POSIX
def test_ctrl_c_during_the_set_up_leaves_one_line_and_no_stack_trace(checkout):
    call = drive(checkout, 60)
    while not (checkout / "installs").exists():
        time.sleep(0.05)
    time.sleep(0.3)
    os.killpg(call.pid, signal.SIGINT)
    said = call.communicate(timeout=30)[1]
    assert call.returncode == 130
    assert "the next call repairs" in said.splitlines()[-1]
    assert "Traceback" not in said


@POSIX
def test_a_program_left_behind_by_a_killed_set_up_still_holds_the_lock(tmp_path):
    path = tmp_path / "lock"
    with environment.locked(path):
        left = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False)
    with path.open("a") as file:
        assert not environment.take(file)
        left.communicate(b"\n", timeout=30)
        assert environment.take(file)


@pytest.mark.parametrize("system", [os.name, "nt"])
@pytest.mark.parametrize("status", [0, 7])
def test_the_exit_status_of_the_command_is_handed_through_on_every_system(status, system):
    code = textwrap.dedent(f"""
        import os, sys
        from helpers.__main__ import hand_over
        os.name = {system!r}
        sys.exit(hand_over([sys.executable, "-c", "raise SystemExit({status})"], dict(os.environ)))
    """)
    assert subprocess.run([sys.executable, "-c", code]).returncode == status


# The environment in use, and the command line


def test_an_environment_that_fits_is_used_as_it_is(checkout, programs, monkeypatch):
    monkeypatch.setattr(environment, "lacking", lambda root: "")
    python = environment.environment(checkout)[0]
    assert python == sys.executable
    assert programs.calls == []
    assert not (checkout / ".venv").exists()


class Installed:
    """An installed distribution as `importlib.metadata` shows it."""

    def __init__(self, url: str, editable: bool):
        self.record = json.dumps({"url": url, "dir_info": {"editable": editable}})

    def read_text(self, name: str) -> str | None:
        return self.record if name == "direct_url.json" else None


@pytest.mark.parametrize(
    ("requirements", "lacks"),
    [
        ("pytest>=1  # here\n-e .\n", ""),
        ("pytest<1\n", "pytest<1"),
        ("surely-not-installed\n", "surely-not-installed"),
        ('surely-not-installed ; sys_platform == "nowhere"\n', ""),
    ],
)
def test_an_environment_fits_when_every_requirement_is_there_in_range(checkout, monkeypatch, requirements, lacks):
    (checkout / "requirements.txt").write_text(requirements)
    monkeypatch.setattr(metadata, "distributions", lambda name: [Installed(checkout.as_uri(), editable=True)])
    assert fitness.lacking(checkout) == lacks


@pytest.mark.parametrize(("folder", "editable"), [("elsewhere", True), ("checkout", False)])
def test_a_copy_installed_from_elsewhere_or_not_editable_does_not_fit(checkout, monkeypatch, folder, editable):
    (checkout / "requirements.txt").write_text("")
    origin = (checkout.parent / folder).as_uri()
    monkeypatch.setattr(metadata, "distributions", lambda name: [Installed(origin, editable)])
    assert "installed from" in fitness.lacking(checkout)


def test_nothing_leads_the_environment_to_another_pythons_packages(checkout, monkeypatch):
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_TARGET"):
        monkeypatch.setenv(name, "/elsewhere")
    variables = environment.variables_inside(checkout)
    assert "/elsewhere" not in variables.values()
    assert variables["VIRTUAL_ENV"] == str(checkout / ".venv")


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["--help"], 0), (["-h"], 0), (["fly"], 2)])
def test_usage_lists_the_commands_without_any_set_up(checkout, capsys, arguments, status):
    assert door.main(arguments, checkout) == status
    said = "".join(capsys.readouterr())
    assert all(name in said for name in door.COMMANDS)
    assert not (checkout / ".venv").exists()


def test_the_usage_names_every_workbook_command():
    from helpers.workbook.cli import main

    assert set(door.COMMANDS) == set(main.commands)
