"""Dates as people write them, in English, French and Spanish, with the same dates as YYYY-MM-DD; made on demand.

The years are fixed, 1950 to 2049, and names of months and days stand here, so that neither today's date nor the
language of the machine changes anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from helpers.datasets.dataset import DataError, Dataset

TX, TY = 30, 10  # symbols of a human and of a machine date
UNKNOWN, PAD = "<unk>", "<pad>"
HUMAN_SYMBOLS = (*" ./0123456789abcdefghijlmnoprstuvwy", UNKNOWN, PAD)  # 37, those of the course
MACHINE_SYMBOLS = tuple("-0123456789")
FIRST_DAY, DAYS = date(1950, 1, 1), 36525
HELD_OUT = 0.1  # of the days, for testing

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
_WEEKDAYS = {  # Monday first
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
}
_MONTHS, _WEEKDAYS = ({key: names.split() for key, names in table.items()} for table in (_MONTHS, _WEEKDAYS))


@dataclass(frozen=True)
class DateFormat:
    """A way to write a date.

    Attributes
    ----------
    name : str
        "en long", for instance; languages are en, fr, es and de.
    template : str
        With the fields d, m (without and dd, mm with a leading zero), yy, yyyy, month, mon, weekday, wee (the first
        three letters), nth (4th) and premier (1er, 2, 3 …).
    weight : float
        How often it is drawn, next to the others.
    """

    name: str
    template: str
    weight: float = 1.0

    def write(self, day: date) -> str:
        """A date in this format."""
        language = self.name[:2] if self.name[:2] in _MONTHS else "en"
        month, weekday = _MONTHS[language][day.month - 1], _WEEKDAYS[language][day.weekday()]
        fields = {"d": day.day, "dd": f"{day.day:02}", "m": day.month, "mm": f"{day.month:02}", "yyyy": day.year}
        fields |= {"yy": f"{day.year % 100:02}", "month": month, "mon": month[:3], "weekday": weekday}
        fields |= {"wee": weekday[:3], "nth": _ordinal(day.day), "premier": "1er" if day.day == 1 else day.day}
        return self.template.format(**fields)

    @property
    def example(self) -> str:
        """4 March 2015, a Wednesday, in this format."""
        return self.write(date(2015, 3, 4))


FORMATS = (
    DateFormat("en full", "{weekday}, {month} {d}, {yyyy}"),
    DateFormat("en long", "{month} {d}, {yyyy}"),
    DateFormat("en medium", "{mon} {d}, {yyyy}"),
    DateFormat("en day first", "{d} {month} {yyyy}"),
    DateFormat("en day first, short", "{d} {mon} {yyyy}"),
    DateFormat("en ordinal", "{nth} of {month} {yyyy}"),
    DateFormat("en with weekday", "{wee} {d} {mon} {yyyy}"),
    DateFormat("en slashes, short", "{m}/{d}/{yy}"),
    DateFormat("en slashes", "{mm}/{dd}/{yyyy}"),
    DateFormat("fr long", "{premier} {month} {yyyy}"),
    DateFormat("fr full", "{weekday} {premier} {month} {yyyy}"),
    DateFormat("fr with article", "le {premier} {month} {yyyy}"),
    DateFormat("fr slashes", "{dd}/{mm}/{yyyy}", weight=0.5),  # often reads as an English date, and then means another
    DateFormat("es long", "{d} de {month} de {yyyy}"),
    DateFormat("es with weekday", "{wee} {d} {mon} {yyyy}"),
    DateFormat("dots", "{dd}.{mm}.{yyyy}"),
    DateFormat("dots, short", "{d}.{m}.{yy}"),
    DateFormat("year first", "{yyyy}/{mm}/{dd}"),
    DateFormat("digits only", "{yyyy}{mm}{dd}"),
)
UNSEEN_FORMATS = (  # for asking what becomes of a date that is written in a way that was never trained
    DateFormat("en year first", "{yyyy} {month} {d}"),
    DateFormat("en apostrophe", "{d} {mon} '{yy}"),
    DateFormat("de long", "{d}. {month} {yyyy}"),
    DateFormat("dashes", "{yyyy}-{mm}-{dd}"),
)


@dataclass(frozen=True)
class DatePairs:
    """Dates in both forms.

    Attributes
    ----------
    human, machine : tuple of str
        "Wednesday, March 4, 2015" and "2015-03-04".
    formats : tuple of DateFormat
        That of each.
    """

    human: tuple[str, ...]
    machine: tuple[str, ...]
    formats: tuple[DateFormat, ...]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.human)

    def ids(self) -> tuple[np.ndarray, np.ndarray]:
        """Symbols as int64 ids: human (m, 30), machine (m, 10)."""
        human = [symbol_ids(text, TX, symbol_table(HUMAN_SYMBOLS)) for text in self.human]
        machine = [symbol_ids(text, TY, symbol_table(MACHINE_SYMBOLS)) for text in self.machine]
        return np.array(human, dtype=np.int64), np.array(machine, dtype=np.int64)


def symbol_table(symbols: Sequence[str]) -> dict[str, int]:
    """Each symbol with its id: its place."""
    return {symbol: place for place, symbol in enumerate(symbols)}


def symbol_ids(text: str, length: int, vocab: Mapping[str, int]) -> list[int]:
    """Ids of the characters of a text: lower case, commas left out, cut to `length` or filled up with "<pad>".

    Parameters
    ----------
    text : str
    length : int
    vocab : mapping of str to int
        With "<unk>" for what it does not have and "<pad>" to fill up; either may be missing where none is needed.

    Returns
    -------
    list of int, `length` of them

    Raises
    ------
    ValueError
        A character or padding is needed that the vocabulary has no id for.
    """
    characters = list(text.lower().replace(",", ""))[:length]
    known = [c if c in vocab else UNKNOWN for c in characters] + [PAD] * (length - len(characters))
    if missing := sorted(set(known) - set(vocab)):
        raise ValueError(f"symbol_ids: {text!r} needs {missing[0]}, which this vocabulary of {len(vocab)} lacks")
    return [vocab[c] for c in known]


def date_pairs(
    count: int, seed: int = 0, *, held_out: bool = False, formats: Sequence[DateFormat] = FORMATS
) -> DatePairs:
    """Random dates between 1950 and 2049 in random formats, the same on every machine and every day.

    Parameters
    ----------
    count, seed : int
    held_out : bool
        Whether they come from the tenth of the days that is kept for testing, or from the others: no date is in both.
    formats : sequence of DateFormat

    Raises
    ------
    DataError
        There is no date or no format to draw.
    """
    if count < 1 or not formats:
        raise DataError(f"date_pairs: count is {count} and there are {len(formats)} formats, expected 1 or more")
    border = round(HELD_OUT * DAYS)
    order = np.random.RandomState(0).permutation(DAYS)  # its stream is frozen by NumPy's policy
    days = order[:border] if held_out else order[border:]
    random = np.random.RandomState(seed)
    drawn = days[random.randint(len(days), size=count)]
    shares = np.cumsum([one.weight for one in formats])
    which = np.searchsorted(shares, random.random_sample(count) * shares[-1], side="right")
    chosen = tuple(formats[k] for k in which)
    dates = [FIRST_DAY + timedelta(days=int(day)) for day in drawn]
    human = tuple(one.write(day) for one, day in zip(chosen, dates, strict=True))
    return DatePairs(human, tuple(day.isoformat() for day in dates), chosen)


def dates(train: int = 10000, test: int = 2000, seed: int = 0) -> Dataset:
    """Dates as texts in both forms, (m, 2) strings: human and machine; labels are the formats.

    Parameters
    ----------
    train, test : int
        How many of each; they share no date.
    seed : int
    """
    halves = date_pairs(train, seed), date_pairs(test, seed, held_out=True)
    arrays = []
    for pairs in halves:
        arrays += [np.column_stack([pairs.human, pairs.machine]), np.array([FORMATS.index(f) for f in pairs.formats])]
    note = f"dates: {len(FORMATS)} formats in English, French and Spanish, {FIRST_DAY.year} to {FIRST_DAY.year + 99}, "
    note += f"made by helpers/datasets/dates.py, seed {seed}; no licence needed."
    return Dataset("dates", "offline", *arrays, tuple(one.name for one in FORMATS), note)


def _ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, …, 11th, …"""
    teens = 10 < number % 100 < 14
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
