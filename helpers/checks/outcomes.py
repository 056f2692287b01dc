"""What a check can say of an answer: that it failed, and which known mistake it is."""

from collections.abc import Callable
from dataclasses import dataclass


class CheckFailed(AssertionError):
    """A learner's answer does not hold; the message says where, and what the cause may be."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows this instead of a stack trace: the learner needs the message, not our code."""
        return [f"✗ {self}"]


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: where the learner's results equal those of `wrong`, `hint` is the explanation."""

    hint: str
    wrong: Callable
