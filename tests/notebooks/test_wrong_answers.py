"""The checks of the notebooks catch wrong answers: each solution is changed in one place at a time.

What survives must be justified in `equivalent_answers.json`: notebook → function → change → why it is no mistake.
"""

import contextlib
import functools
import io
import json
import signal
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from helpers.checks import engine
from helpers.workbook import catalogue
from helpers.workbook.definitions import exercises, lift
from tests.notebooks.mutation import wrong_answers

JUSTIFIED = json.loads(Path(__file__).with_name("equivalent_answers.json").read_text(encoding="utf-8"))
NOTEBOOKS = catalogue.notebooks()
LEAST_CAUGHT = 0.95


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_wrong_answers_are_caught(notebook, record_property, monkeypatch):
    monkeypatch.setattr(engine, "likely_hint", lambda *_: "")  # it runs the known mistakes, and nobody reads it here
    expectations = functools.cache(lambda exercise, get=engine.expectations: list(get(exercise)))
    monkeypatch.setattr(engine, "expectations", expectations)  # computed with the solution, kept for wrong answers
    document = catalogue.read(notebook.path)
    namespace = lift(document)
    total, survivors = 0, {}
    for exercise in exercises(document):
        started = time.process_time()
        assert passes(exercise.source, exercise.check_source, namespace, seconds=60), f"{exercise.name} is refused"
        seconds = 1 + 10 * (time.process_time() - started)  # enough for all but endless loops
        for change, source in wrong_answers(exercise.source, exercise.solutions):
            total += 1
            if passes(source, exercise.check_source, namespace, seconds):
                survivors.setdefault(exercise.name, []).append(change)
    missed = sum(map(len, survivors.values()))
    record_property("wrong answers caught", f"{notebook.name}: {total - missed} of {total}")
    justified = {name: sorted(changes) for name, changes in JUSTIFIED.get(notebook.name, {}).items()}
    assert {name: sorted(changes) for name, changes in survivors.items()} == justified
    assert total - missed >= LEAST_CAUGHT * total


def test_there_are_notebooks_to_test():
    assert NOTEBOOKS


def passes(source: str, check: str, namespace: dict, seconds: float) -> bool:
    """Whether the check lets an answer pass; one that computes for so long (an endless loop) does not."""
    answer = dict(namespace)
    try:
        with _limit(seconds), _quiet():
            exec(source, answer)
            exec(check, answer)
    except Exception:
        return False
    return True


@contextlib.contextmanager
def _quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _limit(seconds: float):
    """Raise TimeoutError after so much time of the processor, which a busy machine does not lengthen."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_):
        raise TimeoutError

    previous = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)
