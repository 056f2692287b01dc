"""Short sentences, each to be answered with one of five emojis: the workbook's own, and the course's.

A negation turns what many of the workbook's sentences mean: "i am not happy" is disappointed.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from helpers import paths
from helpers.datasets.course_files import CourseFile, identity, read_lines, replace
from helpers.datasets.dataset import DataError, Dataset

CLASS_NAMES = ("heart", "ball", "smile", "disappointed", "fork and knife")
SYMBOLS = ("❤", "⚾", "😄", "😞", "🍴")
NEGATIONS = ("none", "turns", "keeps")
TRAIN = CourseFile(
    name="train_emoji.csv",
    size=3_673,
    sha256="f7b219377b0f4898068811e83f82a373c4cf592fef618a818c62326b3386abdc",
    schema={},
)
TEST = CourseFile(
    name="tesss.csv",
    size=1_481,
    sha256="5e5d63f8bf46fb8456de5f09fbfa2f1785f133553262af73064e7ea0735c1725",
    schema={},
)
_NEGATING = frozenset(("not", "no", "never", "nobody", "nothing", "cannot", "none", "without"))


@dataclass(frozen=True, eq=False)
class EmojiSentences:
    """Sentences with their labels; arrays are read-only.

    Attributes
    ----------
    sentences : ndarray of str, shape (m,)
    labels : ndarray of int64, shape (m,)
        Indices into CLASS_NAMES and SYMBOLS.
    negation : ndarray of str, shape (m,)
        "none": no negation. "turns": a negation makes the sentence mean something else than its other words. "keeps":
        a negation that does not ("i cannot stop laughing"). The course does not say: "unknown" where one occurs.
    note : str
    """

    sentences: np.ndarray = field(repr=False)
    labels: np.ndarray = field(repr=False)
    negation: np.ndarray = field(repr=False)
    note: str

    def __post_init__(self) -> None:
        """Lock the arrays."""
        for array in (self.sentences, self.labels, self.negation):
            array.setflags(write=False)

    def __len__(self) -> int:
        """How many sentences there are."""
        return len(self.labels)


def emoji_sentences(source: str = "offline") -> tuple[EmojiSentences, EmojiSentences]:
    """Sentences to train on and to test on, in a fixed random order.

    Parameters
    ----------
    source : {"offline", "course"}
        The workbook's own, or the learner's copies of the course's two files.

    Raises
    ------
    DataError
        Where the source is another, or a file of the course is absent or is something else.
    """
    if source == "course":
        return _course(TRAIN), _course(TEST)
    if source != "offline":
        raise DataError(f"emoji_sentences: source={source!r}, expected 'offline' or 'course'")
    return _own("train"), _own("test")


def emoji() -> Dataset:
    """Sentences as an array of strings and their labels: 436 to train on, 174 to test on."""
    return _dataset("offline")


def course_emoji() -> Dataset:
    """The course's sentences as an array of strings, and their labels: 132 to train on, 56 to test on.

    Raises
    ------
    DataError
        Where a file is absent or is something else.
    """
    return _dataset("course")


def _dataset(source: str) -> Dataset:
    train, test = emoji_sentences(source)
    halves = train.sentences, train.labels, test.sentences, test.labels
    return Dataset("emoji", source, *halves, CLASS_NAMES, f"emoji: {len(train)} + {len(test)} sentences, {train.note}.")


def _own(half: str) -> EmojiSentences:
    with (paths.DATA / "emoji" / f"{half}.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["sentence"], int(row["label"]), row["negation"]) for row in csv.DictReader(stream)]
    return _columns(rows, "written for the workbook, no licence needed")


def _course(file: CourseFile) -> EmojiSentences:
    """Sentences of a file of the course: the text, its label, and columns of which nothing is known."""
    rows = []
    for number, row in enumerate(csv.reader(read_lines(file)), start=1):
        if len(row) < 2 or not row[0].strip() or row[1].strip() not in tuple("01234"):
            raise DataError(f"{file.shown}, line {number}: expected a sentence and a label 0 to 4; {replace(file)}")
        sentence = row[0].strip()
        negation = "none" if _NEGATING.isdisjoint(sentence.lower().split()) else "unknown"
        rows.append((sentence, int(row[1]), negation))
    origin = f"from the learner's own copy of the course (no licence is stated, never shipped); {identity(file)}"
    return _columns(rows, origin)


def _columns(rows: Iterable[tuple[str, int, str]], note: str) -> EmojiSentences:
    sentences, labels, negation = zip(*rows, strict=True)
    return EmojiSentences(np.array(sentences), np.array(labels, np.int64), np.array(negation), note)
