"""What a reader has to beat: answers that need no understanding of the text, or none of the question."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from helpers.datasets.questions import Question
from helpers.text.spans import span_text, tokenize_with_offsets

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_LITTLE_WORDS = {"a", "an", "the", "is", "was", "did", "of", "to", "in"}


def most_frequent(train: Sequence[Question], questions: Sequence[Question]) -> list[str]:
    """The answer that was right most often in training, for a question of that kind; of equals the first."""
    best = {kind: counted.most_common(1)[0][0] for kind, counted in _counts(train).items()}
    return [best.get(q.kind, "") for q in questions]


def latest_known(train: Sequence[Question], questions: Sequence[Question]) -> list[str]:
    """Of all that was right in training, for questions of that kind, what stands last in the text; "" if nothing."""
    counts = _counts(train)
    placed = [[(_last_place(q.context, known), known) for known in counts[q.kind]] for q in questions]
    return [max([one for one in places if one[0] >= 0], default=(0, ""))[1] for places in placed]


def most_overlap(questions: Sequence[Question]) -> list[str]:
    """From the sentence that shares most words with the question (the last of equals): its last name or number.

    A name is a run of words with a capital or a digit; words of the question do not count. Where there is none, the
    last word that is not in the question.
    """
    return [_from_sentence(_nearest(q), {*tokenize_with_offsets(q.question)[0]}) for q in questions]


def _counts(train: Sequence[Question]) -> dict[str, Counter]:
    counts: dict[str, Counter] = defaultdict(Counter)
    for q in train:
        counts[q.kind].update(q.references[:1])
    return counts


def _last_place(context: str, known: str) -> int:
    places = [match.end() for match in re.finditer(rf"\b{re.escape(known)}\b", context)]
    return max(places, default=-1)


def _nearest(question: Question) -> str:
    asked = {*tokenize_with_offsets(question.question)[0]} - _LITTLE_WORDS
    sentences = _SENTENCE.split(question.context)
    shared = [len(asked & {*tokenize_with_offsets(sentence)[0]}) for sentence in sentences]
    return max(zip(shared, range(len(sentences)), sentences, strict=True))[2]


def _from_sentence(sentence: str, asked: set[str]) -> str:
    tokens, offsets = tokenize_with_offsets(sentence)
    free = [i for i, token in enumerate(tokens) if token[0].isalnum() and token not in asked | _LITTLE_WORDS]
    named = [i for i in free if sentence[offsets[i, 0]].isupper() or tokens[i][0].isdigit()]
    if not free:
        return ""
    last = first = (named or free)[-1]
    while named and first - 1 in named:
        first -= 1
    return span_text(sentence, offsets, first, last)
