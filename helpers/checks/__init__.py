"""Checks that teach: `check(function)` compares what the learner wrote with the workbook's own code.

Function names recur between lessons (`predict`, `update_parameters`), so every lesson has its own check and a notebook
imports that: `from helpers.checks.logistic_regression import check`. The `check` here finds the lesson by itself where
the name occurs in one lesson only.
"""

import importlib
import pkgutil
from collections.abc import Callable

from helpers.checks.engine import Case, CheckFailed, Lesson, Mistake, case

__all__ = ["Case", "CheckFailed", "Lesson", "Mistake", "case", "check", "lessons"]


def lessons() -> dict[str, Lesson]:
    """Every lesson, by the name of its module."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return {module.__name__.rpartition(".")[2]: module.lesson for module in modules if hasattr(module, "lesson")}


def check(function: Callable, lesson: str | None = None) -> None:
    """Compare `function` with the reference of its name: see `Lesson.check`.

    Parameters
    ----------
    function : what the learner wrote
    lesson : the module of the lesson, needed where several lessons have an exercise of this name

    Raises
    ------
    ValueError
        No lesson, or more than one, has an exercise of this name.
    """
    having = {name: one for name, one in lessons().items() if function.__name__ in one.exercises}
    if lesson is not None:
        having = {name: one for name, one in having.items() if name == lesson}
    if len(having) != 1:
        found = ", ".join(having) or "none"
        raise ValueError(f"check: lessons with an exercise {function.__name__!r}: {found}; name one with lesson=")
    having.popitem()[1].check(function)
