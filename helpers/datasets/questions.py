"""Questions about texts whose answers are spans of the text, in the form of SQuAD (Rajpurkar et al., 2016)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.downloads import RemoteFile, fetch

XQUAD = RemoteFile(
    path="xquad/xquad.en.json",
    url="https://raw.githubusercontent.com/deepmind/xquad/60cac411649156efb6aab9dd4c9cde787a2c0345/xquad.en.json",
    size=609_383,
    sha256="e4c57d1c9143aaa1c5d265ba5987a65f4e69528d2a98f29d6e75019b10344f29",
)
KINDS = ("what", "who", "when", "where", "which", "why", "how", "other")
HELD_OUT = 5  # every fifth paragraph


class Answer(NamedTuple):
    """A span of the context: its characters, and the index of the first."""

    text: str
    start: int


@dataclass(frozen=True)
class Question:
    """A question about a text.

    Attributes
    ----------
    name : str
        Its id.
    context, question : str
    answers : tuple of Answer
        Each of them is right. Empty where the text holds no answer, as SQuAD 2.0 has it.
    kind : str
        The type of question.

    Raises
    ------
    DataError
        Where an answer does not stand in the context at its offset; the question's name is in the message.
    """

    name: str
    context: str
    question: str
    answers: tuple[Answer, ...]
    kind: str

    def __post_init__(self) -> None:
        """Refuse answers that do not align."""
        for text, start in self.answers:
            if not text or start < 0 or self.context[start : start + len(text)] != text:
                found = self.context[max(start, 0) : max(start, 0) + len(text)]
                raise DataError(f"question {self.name}: the answer {text!r} is not at {start}, where {found!r} stands")

    @property
    def references(self) -> tuple[str, ...]:
        """The texts of the answers."""
        return tuple(answer.text for answer in self.answers)


def read_squad(path: str | Path) -> tuple[Question, ...]:
    """The questions of a file in the format of SQuAD 1.1, XQuAD or SQuAD 2.0, in its order.

    A question with `is_impossible` set has no answers. Its kind is the first word of `KINDS` in it.

    Raises
    ------
    DataError
        Where the file is absent or no JSON, lacks a key, or holds an answer that does not align or a question
        without any.
    """
    try:
        read = json.loads(Path(path).read_text(encoding="utf-8"))
        return tuple(_questions(read))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is no JSON ({error}): expected the format of SQuAD") from None
    except DataError as error:
        raise DataError(f"{path}: {error}") from None
    except KeyError as error:
        raise DataError(f"{path} lacks the key {error}: expected data, paragraphs, context, qas, …") from None
    except (TypeError, ValueError, AttributeError):
        raise DataError(f"{path} is built otherwise than expected: data, paragraphs, context, qas, …") from None


def _questions(read: dict[str, Any]) -> Iterator[Question]:
    for article in read["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                answers = tuple(Answer(str(one["text"]), int(one["answer_start"])) for one in asked["answers"])
                impossible = bool(asked.get("is_impossible", False))
                if impossible == bool(answers):
                    said = "has an answer, although is_impossible is set" if impossible else "has no answer"
                    raise DataError(f"question {asked['id']} {said}")
                kind = question_word(asked["question"])
                yield Question(str(asked["id"]), paragraph["context"], asked["question"], answers, kind)


def question_word(question: str) -> str:
    """The first word of `KINDS` in a question; "other" where there is none."""
    words = question.lower().replace("?", " ").replace("whom", "who").replace("whose", "who").split()
    return next((word for word in words if word in KINDS), "other")


def xquad_questions() -> tuple[tuple[Question, ...], tuple[Question, ...]]:
    """XQuAD's 1190 English questions, split by paragraph: every fifth paragraph with its questions is held out.

    Raises
    ------
    DataError
        Where the file is neither at hand nor to be had from the network, or not as it should be.
    """
    questions = read_squad(fetch(XQUAD))
    paragraph = {context: number for number, context in enumerate(dict.fromkeys(q.context for q in questions))}
    held_out = [paragraph[q.context] % HELD_OUT == HELD_OUT - 1 for q in questions]
    pairs = list(zip(questions, held_out, strict=True))
    return tuple(q for q, out in pairs if not out), tuple(q for q, out in pairs if out)


def as_dataset(
    source: str, halves: tuple[Sequence[Question], Sequence[Question]], kinds: Sequence[str], note: str
) -> Dataset:
    """Questions as the data set "stories": rows of context, question and first answer; labels are the kinds."""
    arrays = []
    for half in halves:
        rows = [(q.context, q.question, next(iter(q.references), "")) for q in half]
        arrays += [np.array(rows), np.array([kinds.index(q.kind) for q in half], dtype=np.int64)]
    return Dataset("stories", source, *arrays, tuple(kinds), note)


def xquad() -> Dataset:
    """`xquad_questions` as a data set, (m, 3) strings: context, question, answer.

    Raises
    ------
    DataError
        As `xquad_questions`.
    """
    halves = xquad_questions()
    note = f"stories: {len(halves[0])} + {len(halves[1])} questions of XQuAD in English, 0.6 MB, split by paragraph; "
    return as_dataset("public", halves, KINDS, note + "github.com/deepmind/xquad, CC BY-SA 4.0.")
