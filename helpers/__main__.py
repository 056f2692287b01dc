"""`python3 -m helpers COMMAND`: make or refresh `.venv` where needed, then hand over to its `workbook` command."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from helpers.bootstrap.environment import SetupError, environment, say
from helpers.bootstrap.interpreters import ROOT, facts, fit_interpreter, misfit

COMMANDS = {
    "run": "run every notebook offline, and write a report",
    "test": "run the tests",
    "lab": "open JupyterLab at the table of contents",
    "exercises": "write the exercise edition",
    "progress": "which checks of a learner's folder pass",
    "list": "all notebooks with topics, run time and state",
    "data": "list, describe or fetch data sets",
    "site": "write the notebooks and the documentation of the helpers as web pages",
    "lint": "check the anatomy of the notebooks",
    "bench": "time the helpers against Keras",
    "save": "execute notebooks and store their outputs",
}
WORKBOOK = """
import sys
try:
    from helpers.workbook.cli import main
    main(prog_name="python3 -m helpers")
except KeyboardInterrupt:
    sys.exit(130)
"""


def usage() -> str:
    """Return the short help."""
    lines = [f"  {name:<10} {text}" for name, text in COMMANDS.items()]
    return "\n".join(["usage: python3 -m helpers COMMAND [OPTIONS]   (COMMAND --help: its options)", "", *lines])


def hand_over(command: list, variables: dict) -> int:
    """Become another program, or where that cannot be (Windows) run it and return its exit status."""
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, variables)
    process = subprocess.Popen(command, env=variables)
    while True:
        # The console sends Ctrl-C to the child as well: its end is waited for, not forced.
        with contextlib.suppress(KeyboardInterrupt):
            return process.wait()


def go(arguments: list, root: Path = ROOT) -> int:
    """Do a command under an interpreter that fits, in an environment that fits; return its exit status."""
    reason = misfit(facts())
    if reason:
        python = fit_interpreter(root)
        if not python:
            say(reason)
            return 2
        return hand_over([python, "-m", "helpers", *arguments], dict(os.environ))
    python, variables = environment(root)
    return hand_over([python, "-c", WORKBOOK, *arguments], variables)


def main(arguments: list, root: Path = ROOT) -> int:
    """Read the command line; every failure of the set-up is one line and an exit status."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(usage(), file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        print(f"there is no command {arguments[0]!r}: it is one of {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        return go(arguments, root)
    except SetupError as error:
        say(str(error))
    except OSError as error:
        say(f"{error}: check that {root} can be written, that its disk has room, and that no program uses .venv")
    except KeyboardInterrupt:
        say("interrupted; the next call repairs what is unfinished")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
