"""Which notebooks a run takes, and the parameters of each: everything that can be refused before anything starts."""

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from helpers import paths
from helpers.workbook import catalogue
from helpers.workbook.catalogue import Notebook

VALUE_TYPES = (bool, int, float, str, list, dict, type(None))


def parse_value(text: str) -> object:
    """The value of `-p name value`: a Python number, truth value, None, list, dict or string; else the text itself.

    A text with a slash or a suffix that is the path of something becomes its full path, since a notebook runs in its
    own folder; a bare word such as `course` remains a word.
    """
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return {"true": True, "false": False}.get(text, _full_path(text))
    return value if isinstance(value, VALUE_TYPES) else text


def _full_path(text: str) -> str:
    try:
        path = Path(text).expanduser()
        is_one = bool(path.suffix or path.name != text) and path.exists()
    except (OSError, RuntimeError, ValueError):  # too long for a path, an unknown user, a null character
        is_one = False
    return str(path.resolve()) if is_one else text


def choose(names: Sequence[str], course: int | None = None, root: Path = paths.NOTEBOOKS) -> list[Notebook]:
    """The named notebooks, or all of a course or of the workbook; raises click.UsageError where there are none."""
    if names and course is not None:
        raise click.UsageError("give notebook names or --course, not both")
    chosen = catalogue.find(names, root=root) if names else catalogue.notebooks(course, root=root)
    if not chosen:
        there = sorted({n.course for n in catalogue.notebooks(root=root)})
        raise click.UsageError(
            f"no notebooks {'in ' + str(root) if course is None else f'of course {course}'}; courses: {there}"
        )
    return chosen


def parameters_of(
    chosen: Sequence[Notebook], parameters: Mapping[str, object], profile: str = "offline", explicit: bool = False
) -> list[dict[str, object]]:
    """The parameters of each notebook: those of the profile, and over them the given ones that it declares.

    Raises click.BadParameter for a parameter that an explicitly named notebook, or none of a set, declares.
    """
    readable = [n for n in chosen if n.content is not None]
    for name in parameters:
        without = [n for n in readable if name not in n.parameters]
        if without and (explicit or len(without) == len(readable)):
            declared = ", ".join(dict.fromkeys(p for n in without for p in n.parameters)) or "none"
            who = without[0].name if explicit else "no notebook of this run"
            verb = "has no" if explicit else "has a"
            raise click.BadParameter(f"{who} {verb} parameter {name!r}; there are: {declared}", param_hint="-p")
    return [
        (n.full_parameters if profile == "full" else {}) | {k: v for k, v in parameters.items() if k in n.parameters}
        for n in chosen
    ]
