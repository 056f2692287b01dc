"""How a learner's decision is judged: by the evidence that the notebook goes on to show; all defensible ones pass."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from helpers.checks.outcomes import CheckFailed, Mistake
from helpers.strategy.decisions import Decision, decide


@dataclass(frozen=True)
class Verdict:
    """What the evidence says of each option, and of the number.

    Parameters
    ----------
    number : least and greatest fair expectation
    measured : what was measured instead of the expectation, one sentence
    evidence : every figure cited here, written as in the outputs of the notebook, where a test looks for it
    accepted, refused : for a choice of one option: each defensible one and each other one, with the reason
    ranking : for a choice of an order: triples (option, option that must stand behind it, reason)
    """

    number: tuple[float, float]
    measured: str
    evidence: Sequence[str]
    accepted: Mapping[Enum, str] = field(default_factory=dict)
    refused: Mapping[Enum, str] = field(default_factory=dict)
    ranking: Sequence[tuple[Enum, Enum, str]] = ()


@dataclass(frozen=True)
class DecisionExercise:
    """A decision that the learner takes: a good one as reference, and the verdict on all."""

    reference: Callable[[], Decision]
    verdict: Verdict

    def __post_init__(self) -> None:
        chosen = self.reference().choice
        options = set(type(chosen[0] if isinstance(chosen, tuple) else chosen))
        judged = [*self.verdict.accepted, *self.verdict.refused]
        if self.verdict.ranking and judged:
            raise ValueError(f"{self.reference.__name__}: a verdict on a ranking accepts and refuses no single options")
        if not self.verdict.ranking and (set(judged) != options or len(judged) != len(options)):
            raise ValueError(f"{self.reference.__name__}: each of {sorted(o.name for o in options)} is judged once")

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Every refused option, every pair in the wrong order, and numbers on both sides of the fair range."""
        good, (low, high) = self.reference(), self.verdict.number
        wrong = [(reason, option, good.number) for option, reason in self.verdict.refused.items()]
        wrong += [(reason, _behind(good.choice, *pair), good.number) for *pair, reason in self.verdict.ranking]
        wrong += [(self.verdict.measured, good.choice, number) for number in (low - abs(high), high + abs(high) + 1)]
        return tuple(
            Mistake(hint, lambda choice=choice, number=number: decide(choice, number)) for hint, choice, number in wrong
        )

    def check(self, name: str, function: Callable[[], Decision]) -> str:
        """The line to print for a defensible decision; raises CheckFailed with the evidence for any other."""
        try:
            decision, good = function(), self.reference()
        except (TypeError, ValueError) as error:
            raise CheckFailed(f"{name}: {error}") from error
        if not isinstance(decision, Decision):
            raise CheckFailed(f"{name} returns {decision!r}, expected decide(choice, number): is a return missing?")
        reason = self._judged_ranking(name, decision, good) if self.verdict.ranking else self._judged(name, decision)
        low, high = self.verdict.number
        if not low <= decision.number <= high:
            raise CheckFailed(
                f"{name}: the choice holds ({reason}), but {decision.number:g} is no fair expectation, "
                f"{low:g} to {high:g} is: {self.verdict.measured}"
            )
        return f"✓ {name}: {reason}. You expected {decision.number:g}; {self.verdict.measured}"

    def _judged(self, name: str, decision: Decision) -> str:
        judged = {**self.verdict.accepted, **self.verdict.refused}
        if decision.choice not in judged:
            raise CheckFailed(f"{name}: the choice is {decision.choice}, expected one of {_names(judged)}")
        if decision.choice in self.verdict.refused:
            raise CheckFailed(f"{name}: {decision.choice.name} does not hold: {judged[decision.choice]}")
        return judged[decision.choice]

    def _judged_ranking(self, name: str, decision: Decision, good: Decision) -> str:
        if not isinstance(decision.choice, tuple) or set(decision.choice) != set(good.choice):
            raise CheckFailed(f"{name}: rank all of {_names(good.choice)}, best first, in one tuple")
        place = decision.choice.index
        wrong = [
            f"{first.name} should stand before {behind.name}: {reason}"
            for first, behind, reason in self.verdict.ranking
            if place(first) > place(behind)
        ]
        if wrong:
            raise CheckFailed(f"{name}: " + "\n  ".join(wrong))
        return f"{decision.choice[0].name} first, {decision.choice[-1].name} last"


def _names(options: Sequence[Enum] | Mapping[Enum, str]) -> str:
    return ", ".join(str(option) for option in options)


def _behind(order: tuple[Enum, ...], first: Enum, behind: Enum) -> tuple[Enum, ...]:
    """The order with `first` moved to stand right behind `behind`."""
    rest = [option for option in order if option is not first]
    place = rest.index(behind) + 1
    return (*rest[:place], first, *rest[place:])
