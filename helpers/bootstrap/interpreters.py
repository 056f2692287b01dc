"""Which interpreters can run the workbook, and where to find one."""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SUPPORTED = ((3, 11), (3, 12), (3, 13))
PLATFORMS = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "amd64"))


def facts() -> dict:
    """Return what decides whether this interpreter can run the workbook."""
    return {
        "version": list(sys.version_info[:3]),
        "bits": 64 if sys.maxsize > 2**32 else 32,
        "platform": [sys.platform, platform.machine().lower()],
        "implementation": platform.python_implementation(),
        "executable": sys.executable,
    }


def probe(command: list) -> dict:
    """Return the `facts` of another interpreter; empty when it does not run (absent, broken, a shim to nothing)."""
    ask = "import json; from helpers.bootstrap.interpreters import facts; print(json.dumps(facts()))"
    try:
        answer = subprocess.run(
            [*command, "-E", "-s", "-c", ask],
            cwd=str(ROOT),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=True,
        )
        return json.loads(answer.stdout.decode())
    except (OSError, ValueError, subprocess.SubprocessError):
        return {}


def misfit(found: dict) -> str:
    """Return why an interpreter with these `facts` cannot run the workbook, with the remedy; empty when it can."""
    system, machine = found["platform"]
    name = "{} {}".format(found["implementation"], ".".join(map(str, found["version"])))
    if found["implementation"] != "CPython" or tuple(found["version"][:2]) not in SUPPORTED:
        remedy = "install one from https://www.python.org/downloads/ and call it by name, as python3.12 -m helpers"
        return f"this is {name}, the workbook needs Python 3.11, 3.12 or 3.13: {remedy}"
    if found["bits"] != 64:
        return f"this {name} is a 32-bit one, TensorFlow needs 64 bits: install the 64-bit Python of your system"
    if (system, machine) == ("darwin", "x86_64"):
        remedy = "on Apple silicon install an arm64 Python, on an Intel Mac work in a Linux container"
        return f"this {name} is built for Intel macOS, for which TensorFlow has no wheel: {remedy}"
    if (system, machine) not in PLATFORMS:
        needed = "Linux (x86_64, aarch64), macOS (arm64) or Windows (amd64)"
        return f"TensorFlow has no wheel for {system} on {machine}: the workbook needs {needed}"
    return ""


def scripts(root: Path) -> Path:
    """Return the folder of programs in `.venv`."""
    return root / ".venv" / ("Scripts" if os.name == "nt" else "bin")


def interpreter(root: Path) -> Path:
    """Return the path of the Python in `.venv`."""
    return scripts(root) / ("python.exe" if os.name == "nt" else "python")


def fit_interpreter(root: Path) -> str:
    """Return the path of an interpreter that fits: the one in `.venv`, else one on PATH; empty when there is none."""
    minors = [minor for _, minor in reversed(SUPPORTED)]
    commands = [[str(interpreter(root))], *([f"python3.{minor}"] for minor in minors)]
    if os.name == "nt":
        commands += [["py", f"-3.{minor}"] for minor in minors]
    for command in commands:
        program = shutil.which(command[0])
        found = probe([program, *command[1:]]) if program else {}
        if found and not misfit(found):
            return found["executable"]
    return ""
