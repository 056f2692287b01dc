"""Numbers from 0 to 999,999 in words, to be translated: English, German as the parts of its one word, or digits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from helpers.datasets.dataset import DataError, Dataset

LIMIT = 1_000_000  # numbers are smaller than this
SMALL = 100  # the numbers below are all there to learn from: most words occur nowhere else

_ENGLISH, _ENGLISH_TENS, _GERMAN, _GERMAN_TENS = (
    words.split()
    for words in (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety",
        "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
        "siebzehn achtzehn neunzehn",
        "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    )
)


@dataclass(frozen=True)
class NumberWords:
    """Numbers with their tokens in two languages.

    Attributes
    ----------
    numbers : tuple of int
    source, target : tuple of lists of str
        The tokens of each number in the language to translate from, and in that to translate to.
    """

    numbers: tuple[int, ...]
    source: tuple[list[str], ...]
    target: tuple[list[str], ...]

    def __len__(self) -> int:
        """How many numbers there are."""
        return len(self.numbers)


def english_number(number: int) -> list[str]:
    """The words of a number in British English: 407 → four, hundred, and, seven."""
    thousands, rest = divmod(number, 1000)
    words = [*_english_below_1000(thousands), "thousand"] if thousands else []
    words += ["and"] if thousands and 0 < rest < 100 else []
    return words + _english_below_1000(rest) or _ENGLISH[:1]


def _english_below_1000(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    words = [_ENGLISH[hundreds], "hundred"] if hundreds else []
    words += ["and"] if hundreds and rest else []
    tens, ones = divmod(rest, 10) if rest >= 20 else (0, rest)
    return words + ([_ENGLISH_TENS[tens - 2]] if tens else []) + ([_ENGLISH[ones]] if ones else [])


def german_number(number: int) -> list[str]:
    """The parts of a number's German word, ones before tens: 342 → drei, hundert, zwei, und, vierzig."""
    thousands, rest = divmod(number, 1000)
    words = [*_german_below_1000(thousands), "tausend"] if thousands else []
    words += _german_below_1000(rest)
    return [*words[:-1], "eins"] if words[-1:] == ["ein"] else words or _GERMAN[:1]


def _german_below_1000(number: int) -> list[str]:
    hundreds, rest = divmod(number, 100)
    words = [_GERMAN[hundreds], "hundert"] if hundreds else []
    tens, ones = divmod(rest, 10) if rest >= 20 else (0, rest)
    words += [_GERMAN[ones]] if ones else []
    words += ["und"] if tens and ones else []
    return words + ([_GERMAN_TENS[tens - 2]] if tens else [])


LANGUAGES: Mapping[str, Callable[[int], list[str]]] = {
    "english": english_number,
    "german": german_number,
    "digits": lambda number: list(str(number)),
}


def in_words(number: int, language: str) -> list[str]:
    """The tokens of a number in one of `LANGUAGES`.

    Raises
    ------
    DataError
        Where the number is no integer from 0 to 999,999, or the language is another.
    """
    if language not in LANGUAGES:
        raise DataError(f"number words: language={language!r}, expected one of {', '.join(LANGUAGES)}")
    if isinstance(number, bool) or not isinstance(number, Integral) or not 0 <= number < LIMIT:
        raise DataError(f"number words: number={number!r}, expected an integer from 0 to {LIMIT - 1}")
    return LANGUAGES[language](int(number))


def number_words(
    count: int = 4000, test: int = 1000, seed: int = 0, source: str = "english", target: str = "german"
) -> tuple[NumberWords, NumberWords]:
    """Numbers to learn from and others to be tested on, in two languages; the same for a seed on every machine.

    Every number below 100 is one to learn from. The others are drawn so that those of three, four, five and six digits
    are about equally frequent; none occurs twice, so no number of the test was seen.

    Parameters
    ----------
    count, test : int
        How many numbers each part holds: at least 100, and at least 1; together at most 50,000.
    seed : int
    source, target : str
        Of `LANGUAGES`.

    Returns
    -------
    train, test : NumberWords

    Raises
    ------
    DataError
        Where a size or a language is another.
    """
    for name, value, least in (("count", count, SMALL), ("test", test, 1)):
        if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
            raise DataError(f"number words: {name}={value!r}, expected an integer of at least {least}")
    if count + test > 50_000:
        raise DataError(f"number words: count + test is {count + test}, expected at most 50000")
    drawn = _drawn(count + test - SMALL, seed)
    numbers = np.random.RandomState(seed + 1).permutation([*range(SMALL), *drawn[test:]])
    return tuple(_translated(part, source, target) for part in (numbers.tolist(), drawn[:test]))


def _drawn(count: int, seed: int) -> list[int]:
    """So many different numbers from 100 to 999,999, their logarithm uniform, in the order in which they came."""
    random = np.random.RandomState(seed)  # its stream is frozen by NumPy's policy, unlike default_rng's
    found: dict[int, None] = {}
    while len(found) < count:
        logarithms = random.uniform(np.log(SMALL), np.log(LIMIT), count)
        found |= dict.fromkeys(min(int(number), LIMIT - 1) for number in np.exp(logarithms))
    return list(found)[:count]


def _translated(numbers: list[int], source: str, target: str) -> NumberWords:
    texts = (tuple(in_words(number, language) for number in numbers) for language in (source, target))
    return NumberWords(tuple(numbers), *texts)


def number_words_dataset(
    count: int = 4000, test: int = 1000, seed: int = 0, source: str = "english", target: str = "german"
) -> Dataset:
    """`number_words` as a data set: words of the source language, labelled with how many digits they name."""
    parts = number_words(count, test, seed, source, target)
    texts = [np.array([" ".join(tokens) for tokens in part.source]) for part in parts]
    labels = [np.array([len(str(number)) - 1 for number in part.numbers], dtype=np.int64) for part in parts]
    names = tuple(f"{digits} digit{'s' * (digits > 1)}" for digits in range(1, len(str(LIMIT))))
    note = f"number_words: {count} + {test} numbers below {LIMIT} in {source}, made here with seed {seed}"
    return Dataset("number_words", "offline", texts[0], labels[0], texts[1], labels[1], names, note)
