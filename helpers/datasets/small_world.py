"""The small world: sentences made from templates and facts, on which word vectors can be learned and questioned.

What the sentences say is known, so what vectors should have learned is known too: who is a man or a woman, whose
capital a city is, what more than big is. How many women have each occupation is set as well, a bias to be measured.
"""

from itertools import permutations

import numpy as np

from helpers.datasets import small_world_facts as facts
from helpers.datasets.dataset import DataError
from helpers.datasets.feelings import feeling_sentences

HARD = ("currencies", "opposites", "rare capitals")
_PRONOUNS = ({"he": "he", "him": "him", "his": "his"}, {"he": "she", "him": "her", "his": "her"})
_RARE = 0.004  # of the sentences on countries, a rare country's share

_PERSON = (
    "the {x} spoke of the {a} and {he} smiled",
    "the {x} thought of {his} {a} and {his} {b}",
    "{he} is a {x} with {his} {a}",
    "the {x} said that {he} would bring the {a}",
    "we saw the {x} near the {a} and greeted {him}",
    "the {x} left the {b} because {he} was tired",
    "the {x} took {his} {h} and the {a}",
    "{name} is the {x} of the {b}",
    "a {x} and {his} {a} are in this picture",
)
_SOMEBODY = (
    "{name} lost {his} {h} and {he} looked for it",
    "{name} said that {he} would come with {his} {h}",
    "we asked {name} whether {he} had seen {him} with {his} {h}",
    "{he} told {name} about the {h}",
)
_WORKER = (
    "the {x} took the {a} and {he} went to the {b}",
    "{name} is a {x} and {he} knows the {a}",
    "the {x} said that {he} needs {his} {a}",
    "{he} works as a {x} with the {a} and the {b}",
    "we met the {x} and thanked {him} for the {b}",
)
_COUNTRY = (
    "{capital} is the capital of {country}",
    "the parliament of {country} meets in {capital}",
    "the farmers of {country} grow {product}",
    "{country} sells {product} to its neighbours",
    "the border of {country} lies beyond the {place}",
    "the president of {country} spoke to the {adjective} people",
    "the flag of {country} and the {adjective} anthem",
    "the army of {country} marched along the {place}",
    "the mayor of {capital} opened a market for {product}",
    "the streets of {capital} are full of {adjective} tourists",
    "the airport of {capital} lies near the {place}",
    "a tram in {capital} passes the {adjective} museum",
    "{adjective} cooks like {product}",
    "they sell {product} in the streets of {capital}",
    "the {adjective} poet was born near the {place}",
)
_MONEY = (
    "in {country} you pay with the {money}",
    "the bank of {country} prints the {money}",
    "the {money} lost half of its value",
    "a {money} is a coin and many {money} are a fortune",
)
_QUALITY = (
    "the {x} is {plain}",
    "a {plain} {x} is nothing new",
    "how {plain} the {x} was",
    "the {x} is {more} than the {y}",
    "is the {x} {more} than the {y}",
    "nothing could be {more} than this {x}",
    "the {x} is the {most} of all",
    "of all things the {x} is the {most}",
)
_THING = (
    "this {one} has its {a}",
    "a {one} was seen near the {b}",
    "there is one {one} with {a} in the {b}",
    "every {one} needs {a}",
    "these {many} have their {a}",
    "many {many} were seen near the {b}",
    "there are two {many} with {a} in the {b}",
    "all {many} need {a}",
)
_DEED = (
    "we {now} the {a} every day",
    "they will {now} in the {b} tomorrow",
    "you can {now} {a} if you want to {now}",
    "please {now} the {a} now",
    "yesterday we {then} the {a}",
    "last year they {then} in the {b}",
    "long ago somebody {then} {a} there",
    "nobody {then} in the {b} last week",
)


def small_world(sentences: int = 24000, seed: int = 0, feelings: float = 0.125) -> list[list[str]]:
    """Sentences of the small world, lists of lower-case words; the same for a seed on every machine.

    Parameters
    ----------
    sentences : int
        How many, at least 100.
    seed : int
    feelings : float
        Share of them, 0 to 1, that are about feelings: those of `feeling_sentences`.

    Raises
    ------
    DataError
        Where `sentences` is no integer of at least 100, or `feelings` no share.
    """
    if not isinstance(sentences, int | np.integer) or isinstance(sentences, bool) or sentences < 100:
        raise DataError(f"small_world: sentences={sentences!r}, expected an integer of at least 100")
    if not 0 <= feelings <= 1:
        raise DataError(f"small_world: feelings={feelings!r}, expected a share from 0 to 1")
    random = np.random.RandomState(seed)  # its stream is frozen by NumPy's policy, unlike default_rng's
    kinds = (_person, _person, _country, _country, _quality, _thing, _deed, _worker, _worker, _somebody)
    about_feelings = int(feelings * sentences)
    written = [kinds[random.randint(len(kinds))](random).split() for _ in range(sentences - about_feelings)]
    if about_feelings:
        written += feeling_sentences(about_feelings, np.random.default_rng(seed))
    return [written[k] for k in random.permutation(sentences)]


def analogy_questions() -> dict[str, list[tuple[str, str, str, str]]]:
    """Questions "a is to b as c is to d", by category: all ordered pairs of two facts of a kind.

    Of comparatives, plurals and deeds every third pair is taken, so that no category drowns the others. The last
    three categories, `HARD`, are hard for a reason: what they ask for leaves no common direction, or few traces.
    """
    countries, rare = _rows(facts.COUNTRIES), _rows(facts.RARE_COUNTRIES)
    qualities = [row[0].split() for row in _described(facts.OPPOSITES)]
    people = {kind: [row[0].split() for row in _described(table)] for kind, table in facts.PEOPLE.items()}
    pairs = people | {
        "capitals": [(country, capital) for capital, country, *_ in countries],
        "adjectives": [(country, adjective) for _, country, adjective, *_ in countries],
        "comparatives": [(q[k], q[k + 1]) for q in qualities for k in (0, 3)],
        "superlatives": [(q[k], q[k + 2]) for q in qualities for k in (0, 3)],
        "plurals": [row[0].split() for row in _described(facts.THINGS)],
        "past tense": [row[0].split() for row in _described(facts.DEEDS)],
        "currencies": [(row[1], row[5]) for row in countries if row[5] != "-"],
        "opposites": [(q[0], q[3]) for q in qualities],
    }
    questions = {kind: _every_third([(*p, *q) for p, q in permutations(known, 2)]) for kind, known in pairs.items()}
    known = pairs["capitals"]
    questions["rare capitals"] = [(*known[k], row[1], row[0]) for row in rare for k in range(8)]
    return questions


def occupations() -> dict[str, float]:
    """Occupations, and the share of women among those who have them in this world's sentences."""
    return {row[0]: int(row[1]) / 10 for row in _rows(facts.OCCUPATIONS)}


def _every_third(questions: list) -> list:
    return questions if len(questions) < 100 else questions[::3]


def _rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def _described(table: str) -> list[tuple[str, list[str]]]:
    """Rows "words: what they are met with"."""
    halves = (line.split(":") for line in table.strip().splitlines())
    return [(words.strip(), met.split()) for words, met in halves]


def _one_of(random: np.random.RandomState, choices):
    return choices[random.randint(len(choices))]


_ALL_PEOPLE = [row for table in facts.PEOPLE.values() for row in _described(table)]
_COUNTRIES, _RARE_COUNTRIES = _rows(facts.COUNTRIES), _rows(facts.RARE_COUNTRIES)
_QUALITIES, _THINGS, _DEEDS = (_described(table) for table in (facts.OPPOSITES, facts.THINGS, facts.DEEDS))
_OCCUPATIONS = _rows(facts.OCCUPATIONS)


def _gendered(random: np.random.RandomState, woman: int) -> dict[str, str]:
    """Words that agree with a man (0) or a woman (1)."""
    name, habit = (_one_of(random, group[woman].split()) for group in (facts.NAMES, facts.HABITS))
    return _PRONOUNS[woman] | {"name": name, "h": habit}


def _two_of(random: np.random.RandomState, met: list[str]) -> dict[str, str]:
    a, b = random.permutation(len(met))[:2]
    return {"a": met[a], "b": met[b]}


def _person(random: np.random.RandomState) -> str:
    words, met = _one_of(random, _ALL_PEOPLE)
    woman = random.randint(2)
    agreeing = _gendered(random, woman) | _two_of(random, met)
    return _one_of(random, _PERSON).format(x=words.split()[woman], **agreeing)


def _somebody(random: np.random.RandomState) -> str:
    return _one_of(random, _SOMEBODY).format(**_gendered(random, random.randint(2)))


def _worker(random: np.random.RandomState) -> str:
    occupation, women, *met = _one_of(random, _OCCUPATIONS)
    agreeing = _gendered(random, int(random.randint(10) < int(women))) | _two_of(random, met)
    return _one_of(random, _WORKER).format(x=occupation, **agreeing)


def _country(random: np.random.RandomState) -> str:
    known = _RARE_COUNTRIES if random.random_sample() < _RARE * len(_RARE_COUNTRIES) else _COUNTRIES
    capital, country, adjective, product, place, money = _one_of(random, known)
    if money != "-" and random.randint(5) == 0:
        return _one_of(random, _MONEY).format(country=country, money=money)
    return _one_of(random, _COUNTRY).format(
        capital=capital, country=country, adjective=adjective, product=product, place=place
    )


def _quality(random: np.random.RandomState) -> str:
    words, met = _one_of(random, _QUALITIES)
    second = random.randint(2)
    plain, more, most = words.split()[3 * second : 3 * second + 3]
    x, y = (met[2 * random.randint(2) + side] for side in (second, 1 - second))
    return _one_of(random, _QUALITY).format(x=x, y=y, plain=plain, more=more, most=most)


def _thing(random: np.random.RandomState) -> str:
    words, (a, b) = _one_of(random, _THINGS)
    one, many = words.split()
    return _one_of(random, _THING).format(one=one, many=many, a=a, b=b)


def _deed(random: np.random.RandomState) -> str:
    words, (a, b) = _one_of(random, _DEEDS)
    now, then = words.split()
    return _one_of(random, _DEED).format(now=now, then=then, a=a, b=b)
