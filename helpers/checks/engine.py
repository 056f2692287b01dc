"""How a learner's function is compared with its reference, on cases that the lesson draws."""

import contextlib
import copy
import inspect
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from helpers.checks.decisions import DecisionExercise, Verdict
from helpers.checks.explanations import explain_difference
from helpers.checks.outcomes import CheckFailed, Mistake
from helpers.strategy.decisions import Decision


@dataclass(frozen=True)
class Case:
    """Arguments of one call. `label` finishes the sentence "with …"; `seed` is set before the call."""

    args: tuple
    label: str
    kwargs: dict[str, Any] = field(default_factory=dict)
    seed: int = 0


def case(*args: Any, label: str, seed: int = 0, **kwargs: Any) -> Case:
    """A `Case` written like the call that it stands for."""
    return Case(args, label, kwargs, seed)


@dataclass(frozen=True)
class Exercise:
    """A function that the learner writes: its reference, the cases to compare on, and known mistakes."""

    reference: Callable
    cases: Callable[[np.random.Generator], Iterable[Case]]
    mistakes: tuple[Mistake, ...] = ()

    def check(self, name: str, function: Callable) -> str:
        """The line to print when every case agrees; raises CheckFailed where one does not."""
        _require_signature(name, function, self.reference)
        count = 0
        for one, expected, left in expectations(self):
            _compare(name, function, self, one, expected, left)
            count += 1
        return f"✓ {name}: {count} cases agree with the reference"


class Lesson:
    """The exercises of one notebook."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.exercises: dict[str, Exercise | DecisionExercise] = {}

    def exercise(self, cases: Callable[[np.random.Generator], Iterable[Case]], *mistakes: Mistake) -> Callable:
        """Register the decorated function as the reference of the exercise of its name."""

        def register(reference: Callable) -> Callable:
            self.exercises[reference.__name__] = Exercise(reference, cases, mistakes)
            return reference

        return register

    def decision(self, reference: Callable[[], Decision], verdict: Verdict) -> None:
        """Register a decision: a good one, and what the evidence says of all."""
        self.exercises[reference.__name__] = DecisionExercise(reference, verdict)

    def check(self, function: Callable) -> None:
        """Compare `function` with the reference of its name, or judge a decision, and print one line when it holds.

        Raises
        ------
        CheckFailed
            A value, shape, dtype or structure differs, an argument was changed in place, or the call failed;
            or the evidence speaks against a decision.
        NotImplementedError
            The exercise is not started.
        """
        name = getattr(function, "__name__", repr(function))
        if name not in self.exercises:
            raise CheckFailed(f"{self.name} has no exercise {name!r}; it has {', '.join(self.exercises)}")
        print(self.exercises[name].check(name, function))


def _require_signature(name: str, function: Callable, reference: Callable) -> None:
    expected, came = (inspect.signature(f).parameters for f in (reference, function))
    if tuple(came) != tuple(expected):
        raise CheckFailed(f"{name}: the arguments are ({', '.join(came)}), expected ({', '.join(expected)})")
    for argument, parameter in expected.items():
        if came[argument].default != parameter.default:
            raise CheckFailed(f"{name}: the default of {argument} should be {parameter.default}")


def expectations(exercise: Exercise) -> Iterator[tuple[Case, Any, tuple]]:
    """Every case, what the reference gives for it, and its arguments as the reference leaves them."""
    for one in exercise.cases(np.random.default_rng(0)):
        yield one, *call(exercise.reference, one)


def _compare(name: str, function: Callable, exercise: Exercise, one: Case, expected: Any, left: tuple) -> None:
    try:
        actual, arguments = call(function, one)
    except NotImplementedError:
        raise
    except Exception as error:
        message = f"{name} failed with {one.label}: {type(error).__name__}: {error}"
        raise CheckFailed(message) from error
    difference = explain_difference(actual, expected, _sizes(one))
    if difference:
        raise CheckFailed(f"{name} with {one.label}: {difference}" + likely_hint(function, actual, exercise, one))
    difference = explain_difference(arguments, left, {}, "arguments")
    if difference and explain_difference(left, (one.args, one.kwargs), {}):
        raise CheckFailed(f"{name} with {one.label} should change its arguments as it says: {difference}")
    if difference:
        raise CheckFailed(f"{name} with {one.label} changes its arguments in place: work on new arrays or a copy")


def call(function: Callable, one: Case) -> tuple[Any, tuple]:
    """The result of `function` on a copy of the case's arguments, silent and seeded; and that copy after the call."""
    args, kwargs = copy.deepcopy((one.args, one.kwargs))
    state = np.random.get_state()
    np.random.seed(one.seed)
    try:
        with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
            return function(*args, **kwargs), (args, kwargs)
    finally:
        np.random.set_state(state)


def likely_hint(function: Callable, actual: Any, exercise: Exercise, one: Case) -> str:
    """The hint of the mistake that gives what `function` gives: in this case, and of several such in most cases."""
    likely = [mistake for mistake in exercise.mistakes if _gives(mistake.wrong, one, actual)]
    if len(likely) > 1:
        cases = list(exercise.cases(np.random.default_rng(0)))
        likely.sort(key=lambda mistake: -sum(_agree(function, mistake.wrong, other) for other in cases))
    return f"\n  Hint: {likely[0].hint}" if likely else ""


def _gives(wrong: Callable, one: Case, actual: Any) -> bool:
    try:
        return not explain_difference(actual, call(wrong, one)[0], {})
    except Exception:
        return False


def _agree(function: Callable, wrong: Callable, one: Case) -> bool:
    try:
        return _gives(wrong, one, call(function, one)[0])
    except Exception:
        return False


def _sizes(one: Case) -> dict[int, str]:
    """Lengths that stand in the arguments' shapes, to recognise a sum taken for a mean."""
    arrays = [value for value in _leaves((one.args, one.kwargs)) if isinstance(value, np.ndarray)]
    return {size: f"{size} entries along an axis" for array in arrays for size in array.shape if size > 1}


def _leaves(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
