"""Stories of a small world with a question each, after the bAbI tasks (Weston et al., 2015); answers are spans.

A context begins with the words of `CHOICES`, so that "yes", "no" and numbers can be pointed at like everything else.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from zlib import crc32

import numpy as np

from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.questions import Answer, Question, as_dataset
from helpers.datasets.story_world import MOST_CARRIED, PEOPLE, ROOMS, STEPS, THINGS, VERBS, Fact, World, tell

NUMBERS = ("zero", "one", "two", "three")
CHOICES = " ".join(("yes", "no", *NUMBERS)) + "."
_LITTLE_WORDS = "the is of to yes no where what who did give got from in how many things does hold . ?"
WORDS = sorted(  # every word and mark that a story or a question about one can hold, in lower case
    {word.lower() for words in (PEOPLE, ROOMS, THINGS, STEPS, NUMBERS) for word in words}
    | {word for verbs in VERBS.values() for verb in verbs for word in verb.split()}
    | {*_LITTLE_WORDS.split()}
)
HELD_OUT = 10  # a tenth of all possible stories is kept for testing
Found = tuple[str, str, int]  # question, answer, index of the fact that holds it; -1 for the words of CHOICES


def _latest(facts: Sequence[Fact], fits: Callable[[Fact], bool]) -> int:
    """Index of the last fact that fits, -1 where none does."""
    return max((i for i, fact in enumerate(facts) if fits(fact)), default=-1)


def _arrival(facts: Sequence[Fact], person: str) -> int:
    return _latest(facts, lambda fact: fact.kind == "go" and fact.who == person)


def _pick(random: np.random.RandomState, options: Sequence) -> object:
    return options[random.randint(len(options))]


def _one_fact(facts: Sequence[Fact], world: World, random: np.random.RandomState) -> Found | None:
    """Where is Anna? Her last journey says it."""
    person = _pick(random, list(world.room))
    return f"Where is {person}?", world.room[person], _arrival(facts, person)


def _two_facts(facts: Sequence[Fact], world: World, random: np.random.RandomState) -> Found | None:
    """Where is the key? Who had it last, and where did that one go, or go before putting it down?"""
    told = [thing for thing in world.things if world.place(thing)]
    if not told:
        return None
    thing = _pick(random, told)
    last = _latest(facts, lambda fact: fact.kind in ("take", "give", "drop") and fact.what == thing)
    if thing in world.holder:
        return f"Where is the {thing}?", world.place(thing), _arrival(facts, world.holder[thing])
    return f"Where is the {thing}?", world.place(thing), _arrival(facts[:last], facts[last].who)


def _directions(facts: Sequence[Fact], world: World, random: np.random.RandomState) -> Found | None:
    """What is north of the office? What is the attic north of? One fact with two rooms, told this way round."""
    told = [i for i, fact in enumerate(facts) if fact.kind == "map"]
    if not told:
        return None
    chosen = _pick(random, told)
    _, there, here, direction = facts[chosen]
    if random.randint(2):
        return f"What is {direction} of the {here}?", there, chosen
    return f"What is the {there} {direction} of?", here, chosen


def _giving(facts: Sequence[Fact], world: World, random: np.random.RandomState) -> Found | None:
    """Who gave what to whom? One of the three is asked for, the others are named."""
    given = [i for i, fact in enumerate(facts) if fact.kind == "give"]
    if not given:
        return None
    chosen, asked = _pick(random, given), random.randint(1, 4)
    same = [facts[i][asked] for i in given if all(facts[i][j] == facts[chosen][j] for j in {1, 2, 3} - {asked})]
    if len(set(same)) > 1:
        return None
    _, who, what, whom = facts[chosen]
    question = (f"Who gave the {what} to {whom}?", f"What did {who} give to {whom}?", f"Who got the {what} from {who}?")
    return question[asked - 1], facts[chosen][asked], chosen


def _yes_or_no(facts: Sequence[Fact], world: World, random: np.random.RandomState) -> Found | None:
    """Is Anna in the attic? Half of the answers are yes; a wrong room is one where somebody went, if there is any."""
    person = _pick(random, list(world.room))
    right = world.room[person]
    if random.randint(2):
        return f"Is {person} in the {right}?", "yes", -1
    wrong = {fact.what for fact in facts if fact.kind == "go"} - {right} or {*chain(*world.plan)} - {right}
    return f"Is {person} in the {_pick(random, sorted(wrong))}?", "no", -1


def _counting(facts: Sequence[Fact], world: World, random: np.random.RandomState) -> Found | None:
    """How many things does Anna hold? The number is drawn first, so that many are asked for as often as few."""
    wanted = random.randint(MOST_CARRIED + 1)
    having = [person for person in world.people if len(world.carried(person)) == wanted and _active(facts, person)]
    return (f"How many things does {_pick(random, having)} hold?", NUMBERS[wanted], -1) if having else None


def _active(facts: Sequence[Fact], person: str) -> bool:
    return any(person in (fact.who, fact.whom) for fact in facts)


ASK = {
    "one fact": _one_fact,
    "two facts": _two_facts,
    "directions": _directions,
    "giving": _giving,
    "yes or no": _yes_or_no,
    "counting": _counting,
}
KINDS = tuple(ASK)


def write_story(facts: Sequence[Fact], verbs: Sequence[int]) -> tuple[str, list[int]]:
    """The context that tells facts, and the index of each sentence's first character; `verbs` picks the words."""
    sentences = [CHOICES, *(fact.sentence(verb) for fact, verb in zip(facts, verbs, strict=True))]
    lengths = [len(sentence) + 1 for sentence in sentences]
    return " ".join(sentences), np.cumsum([0, *lengths])[1:-1].tolist()


def _story(random: np.random.RandomState, kind: str, held_out: bool, facts: int, people: int, things: int) -> Question:
    """One story and one question, drawn anew until there is something to ask and the text is of the right part."""
    while True:
        told, world = tell(random, facts, people, things)
        found = ASK[kind](told, world, random) if world.room else None
        for verbs in random.randint(12, size=(30 * bool(found), facts)).tolist():
            context, starts = write_story(told, verbs)
            if (crc32(context.encode()) % HELD_OUT == 0) == held_out:
                question, answer, fact = found
                first = 0 if fact < 0 else starts[fact]
                return Question("", context, question, (Answer(answer, context.index(answer, first)),), kind)


def story_questions(
    count: int,
    seed: int = 0,
    *,
    held_out: bool = False,
    kinds: Sequence[str] = KINDS,
    facts: tuple[int, int] = (4, 10),
    people: int = 3,
    things: int = 3,
) -> tuple[Question, ...]:
    """Stories, each with a question, the kinds in turn; the same for a seed on every machine.

    The answer is marked where the fact stands that gives it, which need not be where its word comes first. A story
    belongs to the tenth that is kept for testing, or to the others, by its text: none is in both, whatever the seeds.

    Parameters
    ----------
    count, seed : int
    held_out : bool
        Whether they come from the tenth that is kept.
    kinds : sequence of str
        Of `KINDS`.
    facts : (least, most)
        Sentences of a story, those of the choices aside.
    people, things : int
        How many take part; the more, the more that has nothing to do with the question.

    Raises
    ------
    DataError
        Where a number or a kind is none that can be had.
    """
    if unknown := [kind for kind in kinds if kind not in ASK]:
        raise DataError(f"stories: kinds has {unknown[0]!r}, expected some of {', '.join(KINDS)}")
    if count < 1 or not kinds or not 4 <= facts[0] <= facts[1] or not 2 <= people <= 8 or not 3 <= things <= 8:
        came = f"count={count}, facts={facts}, people={people}, things={things}, {len(kinds)} kinds"
        raise DataError(f"stories: {came}; expected 1 or more, at least 4 facts, 2 to 8 people, 3 to 8 things")
    random = np.random.RandomState(seed)  # its stream is frozen by NumPy's policy, unlike default_rng's
    found = []
    for number in range(count):
        drawn = _story(
            random, kinds[number % len(kinds)], held_out, random.randint(facts[0], facts[1] + 1), people, things
        )
        found.append(replace(drawn, name=f"{'test' if held_out else 'train'}-{seed}-{number}"))
    return tuple(found)


def stories(train: int = 3000, test: int = 600, seed: int = 0) -> Dataset:
    """`story_questions` as a data set, (m, 3) strings: context, question, answer; labels are the kinds."""
    halves = story_questions(train, seed), story_questions(test, seed + 1, held_out=True)
    note = f"stories: {train} + {test} questions, each about a story of its own, made by helpers/datasets/stories.py, "
    return as_dataset("offline", halves, KINDS, note + f"seed {seed}; no licence needed.")
