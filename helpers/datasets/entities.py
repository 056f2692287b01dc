"""Annotated sentences: persons, places, organisations, works and dates, of templates and names of the workbook's own.

The parts "train", "dev" and "test" have templates and names of their own; "elsewhere" has templates only, written by
another hand, who had not seen what is learnt from. Many names are names of several kinds, or
ordinary words as well, so that only the sentence tells.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from helpers.datasets import entity_names as names_of
from helpers.datasets.conll import OUTSIDE, Annotated, as_dataset, wnut17_sentences
from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.entity_frames import FRAMES
from helpers.datasets.entity_phrases import PHRASES
from helpers.datasets.entity_templates import CLOSINGS, OPENINGS, TEMPLATES

KINDS = ("date", "organisation", "person", "place", "work")
PARTS = ("train", "dev", "test")
MADE_UP = 0.5  # share of the names to learn from that are nobody's, so that names cannot be learnt by heart
NO_NAMES, LOWER, UPPER = 0.3, 0.06, 0.02  # shares of the sentences
Words = list[str]
Pick = Callable[[tuple[str, ...]], str]


def annotated_sentences(count: int, seed: int = 0, templates: str = "train", names: str = "train") -> Annotated:
    """So many sentences, made here; the same for a seed on every machine.

    Parameters
    ----------
    count : int
        At least 1.
    seed : int
    templates : {"train", "dev", "test", "elsewhere"}
    names : {"train", "dev", "test"}
        The part that each is taken from; what is "elsewhere" has no names of its own.

    Raises
    ------
    DataError
        Where `count` is below 1 or a part is another.
    """
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise DataError(f"entities: count={count!r}, expected an integer of at least 1")
    for argument, part, known in (("templates", templates, TEMPLATES), ("names", names, PARTS)):
        if part not in known:
            raise DataError(f"entities: {argument}={part!r}, expected one of {', '.join(known)}")
    random = np.random.RandomState(seed)  # its stream is frozen by NumPy's policy, unlike default_rng's
    sentences = [_sentence(random, TEMPLATES[templates], names) for _ in range(count)]
    words, labels = zip(*sentences, strict=True)
    return Annotated(words, labels, f"{count} sentences made here with seed {seed}")


def entity_sentences(
    dataset: str = "entities", count: int = 16_000, test: int = 600, seed: int = 0
) -> dict[str, Annotated]:
    """Sentences to learn from, to tune on and to be tested on, under "train", "dev" and "test".

    Parameters
    ----------
    dataset : {"entities", "wnut17"}
        Those made here, or WNUT17's, all of them.
    count, test : int
        How many are made to learn from, and to tune on and be tested on.
    seed : int

    Raises
    ------
    DataError
        Where the data set or a size is another, or WNUT17 cannot be had.
    """
    if dataset == "wnut17":
        return wnut17_sentences()
    if dataset != "entities":
        raise DataError(f"entity_sentences: dataset={dataset!r}, expected 'entities' or 'wnut17'")
    sizes = dict.fromkeys(PARTS, test) | {"train": count}
    return {
        part: annotated_sentences(sizes[part], seed + number, part, part)
        for number, part in enumerate(PARTS, start=1000 * seed)
    }


def entities(count: int = 16_000, test: int = 600, seed: int = 0) -> Dataset:
    """`entity_sentences` as a data set of strings, with a label for each word."""
    parts = entity_sentences("entities", count, test, seed)
    note = f"entities: {count} + {test} sentences in five kinds, made here with seed {seed}"
    return as_dataset("entities", "offline", parts["train"], parts["test"], KINDS, note)


def ambiguous_words(part: str) -> dict[str, tuple[str, ...]]:
    """Words of a part's lists that stand in several of them, each with the names of the lists."""
    lists = {"first name": names_of.FIRST, "surname": names_of.LAST, "place": names_of.PLACES}
    lists |= {"organisation": names_of.BRANDS, "work": names_of.TITLES}
    found: dict[str, tuple[str, ...]] = {}
    for kind, parts in lists.items():
        for word in parts[part]:
            found[word] = (*found.get(word, ()), kind)
    months = {word: (*found[word], "month") for word in names_of.MONTHS if word in found}
    return {word: kinds for word, kinds in sorted((found | months).items()) if len(kinds) > 1}


def _sentence(random: np.random.RandomState, templates: tuple, part: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    with_names, without = templates
    template = _picker(random)(without if random.uniform() < NO_NAMES else with_names)
    pairs = list(_filled(random, template, part))
    case = random.uniform()
    change = str.lower if case < LOWER else str.upper if case < LOWER + UPPER else str
    words = [change(word) for word, _ in pairs]
    if case >= LOWER and words[0] not in _ALWAYS_LOWER:
        words[0] = words[0][0].upper() + words[0][1:]
    return tuple(words), tuple(label for _, label in pairs)


def _filled(random: np.random.RandomState, template: str, part: str) -> Iterator[tuple[str, str]]:
    """Words with their labels."""
    for token in template.split():
        gap = token[1:-1]
        if token[0] != "{":
            yield _picker(random)(tuple(token.split("|"))), OUTSIDE
        elif gap in _GAPS:
            kind = _KIND_OF.get(gap, gap)
            for place, word in enumerate(_GAPS[gap](random, part)):
                yield word, f"{'I' if place else 'B'}-{kind}"
        else:
            yield from _filled(random, _picker(random)(_FILLERS[gap]), part)


def _made_up(random: np.random.RandomState) -> str:
    """A name of two or three syllables that is nobody's."""
    pick = _picker(random)
    syllables = (f"{pick(_BEGINNINGS)}{pick(_VOWELS)}{pick(_ENDINGS)}" for _ in range(random.randint(1, 4)))
    return "".join(syllables).capitalize()


def _name(random: np.random.RandomState, names: Mapping[str, tuple[str, ...]], part: str) -> str:
    """A name of a list; of those to learn from a share is made up, the same way for all kinds."""
    made_up = part == "train" and random.uniform() < MADE_UP
    return _made_up(random) if made_up else _picker(random)(names[part])


def _picker(random: np.random.RandomState) -> Pick:
    return lambda choices: choices[random.randint(len(choices))]


def _first(random: np.random.RandomState, part: str) -> Words:
    return [_name(random, names_of.FIRST, part)]


def _last(random: np.random.RandomState, part: str) -> Words:
    return [_name(random, names_of.LAST, part)]


def _person(random: np.random.RandomState, part: str) -> Words:
    form, last = random.uniform(), _last(random, part)
    if form < 0.15:
        return last
    first = _first(random, part)
    if form < 0.25:
        return [f"{first[0][0]}.", *last]
    return first + last if form < 0.75 else first


def _place(random: np.random.RandomState, part: str) -> Words:
    return _name(random, names_of.PLACES, part).split()


def _organisation(random: np.random.RandomState, part: str) -> Words:
    pick, form = _picker(random), random.uniform()
    brand, place = [_name(random, names_of.BRANDS, part)], _place(random, part)
    if form < 0.45:
        return brand
    if form < 0.65:
        return [*brand, pick(names_of.SUFFIXES)]
    if form < 0.8:
        return [*place, pick(names_of.INSTITUTIONS)]
    if form < 0.9:
        return [pick(("University", "Bank", "Museum")), "of", *place]
    return [*_last(random, part), "&", *pick((("Sons",), tuple(_last(random, part))))]


def _work(random: np.random.RandomState, part: str) -> Words:
    form = random.uniform()
    noun = _name(random, names_of.NOUNS, part)
    if form < 0.2:
        return [_name(random, names_of.TITLES, part)]
    if form < 0.6:
        return ["The", _name(random, names_of.ADJECTIVES, part), noun]
    if form < 0.75:
        return ["The", noun, "of", *_place(random, part)]
    if form < 0.85:
        return ["A", noun, "for", *_first(random, part)]
    return ["The", noun, "and", "the", _name(random, names_of.NOUNS, part)]


def _date(random: np.random.RandomState, part: str) -> Words:
    pick, form = _picker(random), random.randint(4)
    day, month, year = str(random.randint(1, 29)), pick(names_of.MONTHS), str(random.randint(1950, 2030))
    return ([day, month], [month, day], [day, month, year], [pick(names_of.WEEKDAYS)])[form]


def _period(random: np.random.RandomState, part: str) -> Words:
    pick, form = _picker(random), random.randint(3)
    month, year = pick(names_of.MONTHS), str(random.randint(1950, 2030))
    return ([month], [month, year], [year])[form]


_BEGINNINGS = (*"bcdfghjklmnprstvwz", "st", "tr", "ch", "sh", "br", "gr", "kl")
_VOWELS = (*"aeiouaeio", "ai", "ea", "ou")
_ENDINGS = ("", "", "", *"nrlsmtkx", "nd", "rt")
_FILLERS = PHRASES | FRAMES | {"opening": OPENINGS, "closing": CLOSINGS}
_ALWAYS_LOWER = ("omg", "rt", "lol", "can", "this")
_KIND_OF = {"first": "person", "last": "person", "period": "date"}
_GAPS: Mapping[str, Callable[[np.random.RandomState, str], Words]] = {
    "first": _first,
    "last": _last,
    "person": _person,
    "place": _place,
    "organisation": _organisation,
    "work": _work,
    "date": _date,
    "period": _period,
}
