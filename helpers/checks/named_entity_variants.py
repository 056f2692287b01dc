"""What the named-entity lesson's exercises ask for, with switches that make one mistake each."""

import numpy as np

from helpers.text.tagging import IGNORED


def spans(labels, *, only_b=False, hole=False, last=0, cut=False):
    """Spans of labels by the CoNLL rule, or by one that differs in one point."""
    found = []
    for place, one in enumerate(labels):
        begin, kind = one[0], one[2:]
        goes_on = begin == "I" and found and found[-1][0] == kind and (hole or found[-1][2] == place)
        if goes_on:
            found[-1] = (kind, found[-1][1], place + 1)
        elif begin == "B" or (begin == "I" and not only_b):
            found.append((kind, place, place + 1))
    return [(kind, start, end - last) for kind, start, end in found if not (cut and end == len(labels))]


def _overlap(a, b):
    return a[0] == b[0] and a[1] < b[2] and b[1] < a[2]


def _ratios(right, proposed, wanted):
    precision, recall = right / proposed if proposed else 0.0, right / wanted if wanted else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def rates(true, predicted, *, pool=False, touch=False, mean=False, places=False):
    """Precision, recall and F1, or what differs from them in one point."""
    pairs = list(zip(true, predicted, strict=True))
    if pool:
        pairs = [tuple([one for row in rows for one in row] for rows in (true, predicted))]
    if places:
        pairs = [([one[1:] for one in a], [one[1:] for one in b]) for a, b in pairs]
    same = _overlap if touch else lambda a, b: tuple(a) == tuple(b)
    counts = [(sum(any(same(x, y) for x in a) for y in b), len(b), len(a)) for a, b in pairs]
    if mean:
        return tuple(float(np.mean(column)) for column in zip(*(_ratios(*one) for one in counts), strict=True))
    return _ratios(*map(sum, zip(*counts, strict=True)))


def pieces(word, vocabulary, *, lower=True, mark="##", ends=None, unknown="whole"):
    """Pieces by longest match, or by a rule that differs in one point."""
    rest, found = word.lower() if lower else word, []
    while rest:
        begin = mark if found else ""
        sizes = range(len(rest), 0, -1) if ends is None else range(1, len(rest) + 1)
        size = next((n for n in sizes if begin + rest[:n] in vocabulary), None)
        if size is None and unknown == "whole":
            return ["<unk>"]
        found.append(begin + rest[:size] if size else "<unk>")
        rest = rest[size or 1 :]
    return found


def aligned(labels, pieces, rest=lambda label: IGNORED, last=False):
    """Labels of pieces: the word's for the first (or last) piece, `rest` of it for the others."""
    found = []
    for one, its in zip(labels, pieces, strict=True):
        row = [one, *[rest(one)] * (len(its) - 1)]
        found += row[::-1] if last else row
    return found


def padded(ids, labels, length, *, fill=IGNORED, left=False, turned=False, tail=False, count=False):
    """Ids, labels and mask, or what differs from them in one point."""
    shape = len(ids), length
    arrays = np.zeros(shape, int), np.full(shape, fill), np.zeros(shape)
    for row, (one, its) in enumerate(zip(ids, labels, strict=True)):
        n = min(len(one), length)
        where = slice(length - n, length) if left else slice(n)
        part = slice(len(one) - n, None) if tail else slice(n)
        arrays[0][row, where], arrays[1][row, where] = one[part], its[part]
        arrays[2][row, where] = np.array(its[part]) != IGNORED if count else 1
    return arrays[0], arrays[1], 1 - arrays[2] if turned else arrays[2]


def losses(labels: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """-ln p of the right label of each piece, and whether it counts."""
    chosen = np.take_along_axis(probabilities, np.maximum(labels, 0)[..., None], axis=-1)[..., 0]
    return -np.log(chosen), labels >= 0
