"""A small world to tell stories of: people go from room to room, take things, put them down and hand them on.

Its state is exact, so that whatever is asked about a story has an answer that is known, and can be checked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

PEOPLE = ("Anna", "Bilal", "Chen", "Dora", "Emil", "Fatou", "Goran", "Hana")
ROOMS = ("attic", "cellar", "garage", "garden", "kitchen", "library", "office", "studio")
THINGS = ("apple", "book", "bottle", "cup", "flute", "key", "lamp", "scarf")
STEPS = {"north": (-1, 0), "south": (1, 0), "east": (0, 1), "west": (0, -1)}  # rows and columns of the plan
VERBS = {
    "go": ("went to", "moved to", "walked to", "ran to"),
    "take": ("took", "picked up", "grabbed"),
    "drop": ("dropped", "put down", "left"),
    "give": ("gave", "handed", "passed"),
}
WEIGHTS = {"go": 8, "take": 6, "drop": 2, "give": 4, "map": 3}
MOST_CARRIED = 3


class Fact(NamedTuple):
    """What one sentence says.

    Attributes
    ----------
    kind : {"go", "take", "drop", "give", "map"}
    who : str
        A person; of a map fact, the room that lies there.
    what : str
        A thing; where somebody goes, the room; of a map fact, the room from which the direction counts.
    whom : str
        Who gets a thing; of a map fact, the direction.
    """

    kind: str
    who: str
    what: str
    whom: str = ""

    def sentence(self, verb: int = 0) -> str:
        """The fact in English; `verb` picks one of several that say the same."""
        if self.kind == "map":
            return f"The {self.who} is {self.whom} of the {self.what}."
        said = f"{self.who} {VERBS[self.kind][verb % len(VERBS[self.kind])]} the {self.what}"
        return f"{said} to {self.whom}." if self.kind == "give" else f"{said}."


@dataclass
class World:
    """Where everybody and everything is.

    Attributes
    ----------
    people, things : sequence of str
    plan : sequence of rows of rooms
        North at the top.
    room : dict of person to room
        Of those whose room has been told.
    holder : dict of thing to person
    lies : dict of thing to room
        Of things that were put down. One that nobody has touched yet is wherever it is found.
    """

    people: Sequence[str]
    things: Sequence[str]
    plan: Sequence[Sequence[str]]
    room: dict[str, str] = field(default_factory=dict)
    holder: dict[str, str] = field(default_factory=dict)
    lies: dict[str, str] = field(default_factory=dict)

    def carried(self, person: str) -> list[str]:
        """What somebody has in hand."""
        return [thing for thing, holder in self.holder.items() if holder == person]

    def place(self, thing: str) -> str | None:
        """The room in which a thing is; None where the story has not told it."""
        return self.room.get(self.holder.get(thing), self.lies.get(thing))

    def possible(self, kind: str) -> list[Fact]:
        """All facts of a kind that could come next."""
        return list(getattr(self, f"_{kind}")())

    def happen(self, fact: Fact) -> None:
        """Bring the state up to date.

        Raises
        ------
        ValueError
            The fact cannot come next.
        """
        if fact not in self.possible(fact.kind):
            raise ValueError(f"World: {fact.sentence()!r} is not possible now")
        self._change(fact)

    def _change(self, fact: Fact) -> None:
        if fact.kind == "go":
            self.room[fact.who] = fact.what
        elif fact.kind == "drop":
            del self.holder[fact.what]
            self.lies[fact.what] = self.room[fact.who]
        elif fact.kind in ("take", "give"):
            self.holder[fact.what] = fact.whom or fact.who
            self.lies.pop(fact.what, None)

    def _go(self) -> Iterator[Fact]:
        for person in self.people:
            yield from (Fact("go", person, room) for row in self.plan for room in row if room != self.room.get(person))

    def _take(self) -> Iterator[Fact]:
        for person, room in self.room.items():
            for thing in self.things:
                free = thing not in self.holder and self.lies.get(thing, room) == room
                if free and len(self.carried(person)) < MOST_CARRIED:
                    yield Fact("take", person, thing)

    def _drop(self) -> Iterator[Fact]:
        yield from (Fact("drop", person, thing) for thing, person in self.holder.items())

    def _give(self) -> Iterator[Fact]:
        for thing, giver in self.holder.items():
            for other, room in self.room.items():
                beside = other != giver and room == self.room[giver]
                if beside and len(self.carried(other)) < MOST_CARRIED:
                    yield Fact("give", giver, thing, other)

    def _map(self) -> Iterator[Fact]:
        places = {(row, column): room for row, rooms in enumerate(self.plan) for column, room in enumerate(rooms)}
        for (row, column), here in places.items():
            for direction, (down, right) in STEPS.items():
                if there := places.get((row + down, column + right)):
                    yield Fact("map", there, here, direction)


def tell(random: np.random.RandomState, facts: int, people: int = 3, things: int = 3) -> tuple[list[Fact], World]:
    """So many facts, one after the other, that could be true; and the world after the last.

    Parameters
    ----------
    random : RandomState
    facts, people, things : int
        How many of each; the plan has four rooms of eight. No map fact is told twice.
    """
    cast, props, rooms = (random.permutation(all_).tolist() for all_ in (PEOPLE, THINGS, ROOMS))
    world = World(cast[:people], props[:things], [rooms[:2], rooms[2:4]])
    urn = [kind for kind, weight in WEIGHTS.items() for _ in range(weight)]
    told: list[Fact] = []
    while len(told) < facts:
        kind = urn[random.randint(len(urn))]
        possible = [fact for fact in world.possible(kind) if kind != "map" or fact not in told]
        if possible:
            told.append(possible[random.randint(len(possible))])
            world._change(told[-1])  # one of the possible: to look again would take most of the time
    return told, world
