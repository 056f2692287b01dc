"""Short texts to learn from, one a line: genera of dinosaurs, first names, lines of Shakespeare.

Examples are strings without the line break; a tenth of them is held out for testing.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from helpers import paths
from helpers.datasets.course_files import CourseFile, identity, read_lines, replace
from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.downloads import RemoteFile, fetch

HELD_OUT = 0.1
DINOSAURS = "dinosaurs.txt"
DINOS = CourseFile(
    name="dinos.txt",
    size=19_909,
    sha256="ad6465621cf56c08f71d4fbb40cf7eab763f9df42c54cc460d6c4d86e9c927fb",
    schema={},
)
NAMES = RemoteFile(
    path="names/names.txt",
    url="https://raw.githubusercontent.com/karpathy/makemore/988aa59e4d8fefa526d06f3b453ad116258398d4/names.txt",
    size=228_145,
    sha256="0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
)
SHAKESPEARE = RemoteFile(
    path="tinyshakespeare/input.txt",
    url="https://raw.githubusercontent.com/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/"
    "data/tinyshakespeare/input.txt",
    size=1_115_394,
    sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
)


def dinosaurs() -> Dataset:
    """Names of dinosaur genera, which the workbook lists in `data/dinosaurs.txt`."""
    names = (paths.DATA / DINOSAURS).read_text(encoding="utf-8").split()
    return _shuffled("dinosaurs", "offline", names, "written down for the workbook; facts, no licence needed")


def dinos() -> Dataset:
    """The course's dinosaur names, each once, as the file spells them.

    Raises
    ------
    DataError
        Where the file is absent or is something else, or a line is no name.
    """
    names = [line.strip() for line in read_lines(DINOS) if line.strip()]
    for name in names:
        if not (name.isascii() and name.isalpha()):
            raise DataError(f"{DINOS.shown} has a line {name[:20]!r}, expected ASCII letters only; {replace(DINOS)}")
    if len(names) < 2:
        raise DataError(f"{DINOS.shown} has {len(names)} names, expected 1536; {replace(DINOS)}")
    origin = "from the learner's own copy of the course (no licence is stated, never shipped)"
    return _shuffled("dinosaurs", "course", names, f"{origin}; {identity(DINOS)}")


def names() -> Dataset:
    """First names given in the United States, lower case, each once; fetched on first use.

    Raises
    ------
    DataError
        Where the file is neither at hand nor to be had from the network.
    """
    return _shuffled("names", "public", _lines(fetch(NAMES)), "github.com/karpathy/makemore, MIT licence")


def shakespeare() -> Dataset:
    """Lines of Shakespeare's plays in their order, empty ones left out: the last tenth is held out.

    Raises
    ------
    DataError
        Where the file is neither at hand nor to be had from the network.
    """
    lines = _lines(fetch(SHAKESPEARE))
    held_out = round(HELD_OUT * len(lines))
    origin = "tiny Shakespeare of github.com/karpathy/char-rnn, public domain"
    return _texts("shakespeare", "public", lines[:-held_out], lines[-held_out:], f"{origin}, in the order of the plays")


def _lines(path: Path) -> list[str]:
    lines = (line.rstrip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def _shuffled(name: str, source: str, texts: Sequence[str], origin: str) -> Dataset:
    """Each text once, in a random order that is the same on every run.

    A text that stands in both halves would be no test of anything, so what is listed twice is taken once.
    """
    once = sorted(set(texts))
    order = np.random.RandomState(0).permutation(len(once))  # its stream is frozen by NumPy's policy
    shuffled = [once[i] for i in order]
    held_out = max(round(HELD_OUT * len(once)), 1)
    return _texts(name, source, shuffled[held_out:], shuffled[:held_out], origin)


def _texts(name: str, source: str, train: Sequence[str], test: Sequence[str], origin: str) -> Dataset:
    """Dataset of strings; there is one class, so all labels are 0."""
    labels = (np.zeros(len(half), np.int64) for half in (train, test))
    y_train, y_test = labels
    note = f"{name}: {len(train)} + {len(test)} lines, {sum(map(len, [*train, *test])) / 1e3:.0f} kB; {origin}."
    return Dataset(name, source, np.array(train), y_train, np.array(test), y_test, ("line",), note)
