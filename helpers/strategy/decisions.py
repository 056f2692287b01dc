"""A decision that is written down before the evidence is seen: a choice and a number."""

from dataclasses import dataclass
from enum import Enum
from numbers import Real


@dataclass(frozen=True)
class Decision:
    """What was decided: one option, or several in order, best first; and the number that was expected."""

    choice: Enum | tuple[Enum, ...]
    number: float


def decide(choice: Enum | tuple[Enum, ...], number: float) -> Decision:
    """Commit to a choice and to a number.

    Parameters
    ----------
    choice : a member of the enumeration of options; for a ranking a tuple or list of its members, best first
    number : what you expect to be measured, in the unit that the question names

    Raises
    ------
    TypeError
        `choice` is not made of members of one enumeration, or `number` is no number.
    ValueError
        A ranking names an option twice.
    """
    ranking = tuple(choice) if isinstance(choice, list | tuple) else None
    options = (choice,) if ranking is None else ranking
    kinds = {type(option) for option in options}
    if len(kinds) != 1 or not all(isinstance(option, Enum) for option in options):
        raise TypeError(f"decide: choice is {choice!r}, expected a member of the options, or a tuple of members")
    if len(set(options)) < len(options):
        raise ValueError("decide: the ranking names an option twice; name each once, best first")
    if isinstance(number, bool) or not isinstance(number, Real):
        raise TypeError(f"decide: number is {number!r}, expected a number such as 0.05")
    return Decision(choice if ranking is None else ranking, float(number))
