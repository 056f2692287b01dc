"""Make `.venv`, keep it up to date with requirements.txt and pyproject.toml, repair it after an interruption."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from helpers.bootstrap.fitness import lacking
from helpers.bootstrap.interpreters import interpreter, misfit, probe, scripts

STAMP, LOG, LOCK = "setup.json", "setup.log", "setup.lock"
UNFINISHED = "{}"
CAUSES = (
    (r"No space left|Errno 28\b|WinError 112", "the disk is full: free 3 GB and call again"),
    (
        r"name resolution|getaddrinfo|Network is unreachable|NewConnection|ConnectTimeout|Read timed out|ProxyError",
        "no network, which the first set-up needs: connect, or name your proxy in HTTPS_PROXY, and call again",
    ),
    (r"No matching distribution", "the package index has no wheel for this machine and this Python"),
)


class SetupError(Exception):
    """A set-up that cannot go on; its text is one line with the remedy."""


def say(text: str) -> None:
    """Print one line about the set-up on stderr, so that a command's own output stays clean."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)


def wanted_stamp(root: Path, version: list) -> dict:
    """Return the stamp of a finished `.venv`: its Python, its place (scripts hold it), and what was asked for."""
    asked = b"".join((root / name).read_bytes() for name in ("requirements.txt", "pyproject.toml"))
    return {
        "python": "{}.{}".format(*version),
        "root": str(root.resolve()),
        "requirements": hashlib.sha256(asked).hexdigest(),
    }


def write_stamp(venv: Path, text: str) -> None:
    """Write the stamp in one step: a reader sees the old one or the new one."""
    partial = venv / (STAMP + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(venv / STAMP)


def what_is_due(root: Path) -> str:
    """Return what `.venv` needs: "nothing", "packages" (pip again, in place) or "everything" (made anew)."""
    found = probe([str(interpreter(root))])
    if not found or misfit(found):
        return "everything"
    wanted = wanted_stamp(root, found["version"])
    try:
        stamp = json.loads((root / ".venv" / STAMP).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return "packages"
    except ValueError:
        return "everything"
    if stamp == wanted:
        return "nothing"
    same_place = all(stamp.get(key) == wanted[key] for key in ("python", "root"))
    return "packages" if same_place else "everything"


def take(file: object) -> bool:
    """Try to lock an open file; the system frees it when its holders end, so there are no stale locks."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextlib.contextmanager
def locked(path: Path):
    """Hold the lock at `path`; programs started meanwhile hold it too, so a killed set-up's pip is waited for."""
    with path.open("a") as file:
        os.set_inheritable(file.fileno(), True)
        if not take(file):
            say("another set-up is under way here, waiting for it to end")
            while not take(file):
                time.sleep(0.2)
        yield


def variables_for(programs: Path) -> dict:
    """Return the variables for a child whose environment keeps its programs in a folder: these come first on PATH."""
    return {**os.environ, "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])}


def variables_inside(root: Path) -> dict:
    """Return the variables for a child inside `.venv`: nothing leads it to another Python's packages."""
    elsewhere = ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__", "PIP_TARGET", "PIP_PREFIX")
    variables = {name: value for name, value in variables_for(scripts(root)).items() if name not in elsewhere}
    # IPython adds the packages of whatever environment VIRTUAL_ENV names; pip's own settings may ask for --user.
    return {**variables, "VIRTUAL_ENV": str(root / ".venv"), "PIP_USER": "0"}


def last_words(text: str) -> str:
    """Return the last line of a log that says something, in less than a screen's width."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("WARNING")]
    last = lines[-1] if lines else "starting"
    packages = last.count(",") + 1
    return f"installing {packages} packages" if last.startswith("Installing collected") else last[:100]


def follow(command: list, root: Path, every: float = 10.0) -> int:
    """Run a command with its output in the log, say every few seconds where it is, and return its exit status."""
    log = root / ".venv" / LOG
    began = time.monotonic()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=str(root),
            env=variables_inside(root),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            close_fds=False,
        )
        while True:
            try:
                return process.wait(timeout=every)
            except subprocess.TimeoutExpired:
                words = last_words(log.read_text(encoding="utf-8", errors="replace"))
                say(f"{time.monotonic() - began:4.0f} s, {words}")
            except KeyboardInterrupt:
                process.wait()
                raise


def make_venv(root: Path) -> None:
    """Make `.venv` anew from the interpreter below the running one."""
    venv = root / ".venv"
    for child in venv.iterdir():
        if child.name not in (STAMP, LOG, LOCK):
            shutil.rmtree(child) if child.is_dir() and not child.is_symlink() else child.unlink()
    # Inside .venv, sys.executable has just been removed.
    python = getattr(sys, "_base_executable", None) or sys.executable
    if follow([python, "-I", "-m", "venv", str(venv)], root):
        log = (venv / LOG).read_text(encoding="utf-8", errors="replace")
        if re.search("ensurepip|No module named '?venv", log):
            remedy = f"sudo apt install python3.{sys.version_info[1]}-venv (Debian, Ubuntu), and call again"
            raise SetupError(f"{python} has no venv module: {remedy}")
        raise SetupError(f"{python} could not make .venv: {last_words(log)} (the log: {venv / LOG})")


def pip_complaint(log: str) -> str:
    """Return pip's last error in one line, with its likely cause."""
    errors = re.findall(r"(?m)^\s*ERROR: *(.+)$", log) or re.findall(r"(?m)^\s*error: *(.+)$", log)
    causes = [cause for pattern, cause in CAUSES if re.search(pattern, log)]
    complaint = errors[-1].strip() if errors else last_words(log)
    return f"{causes[0]} ({complaint})" if causes else complaint


def install(root: Path) -> None:
    """Install requirements.txt into `.venv`."""
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    command = [str(interpreter(root)), "-I", "-m", "pip", "install", *options, "-r", "requirements.txt"]
    if follow(command, root):
        log = root / ".venv" / LOG
        complaint = pip_complaint(log.read_text(encoding="utf-8", errors="replace"))
        raise SetupError(f"pip could not install requirements.txt: {complaint}; the log: {log}")


def set_up(root: Path, due: str) -> None:
    """Bring `.venv` up to date; the finished stamp comes last, so whatever cuts this short is seen by the next call."""
    began = time.monotonic()
    venv = root / ".venv"
    (venv / LOG).write_bytes(b"")
    stamp = venv / STAMP
    before = stamp.read_text(encoding="utf-8") if stamp.exists() else None
    write_stamp(venv, UNFINISHED)
    if due == "everything":
        say(f"making {venv} and installing requirements.txt, one to three minutes the first time")
        make_venv(root)
    else:
        say(f"installing what changed in requirements.txt into {venv}")
    try:
        install(root)
    except SetupError:
        # pip refused before it changed anything: the environment is still what it was.
        if due == "packages":
            write_stamp(venv, before) if before is not None else stamp.unlink()
        raise
    write_stamp(venv, json.dumps(wanted_stamp(root, probe([str(interpreter(root))])["version"])))
    say(f"{time.monotonic() - began:.0f} s")


def environment(root: Path) -> tuple:
    """Return the Python to use and the variables to give it, after whatever set-up is due.

    Raises
    ------
    SetupError
        If `.venv` cannot be made or filled.
    """
    venv = root / ".venv"
    inside = venv.exists() and venv.samefile(sys.prefix)
    if not inside and not lacking(root):
        return sys.executable, variables_for(Path(sysconfig.get_path("scripts")))
    if what_is_due(root) != "nothing":
        venv.mkdir(exist_ok=True)
        with locked(venv / LOCK):
            due = what_is_due(root)
            if due != "nothing":
                set_up(root, due)
    return str(interpreter(root)), variables_inside(root)
