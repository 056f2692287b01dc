"""Exercises of course 3, week 2: end-to-end learning. Pictures are (m, height, width), networks take columns (n, m)."""

from collections.abc import Callable, Iterator
from enum import Enum
from itertools import pairwise

import numpy as np

from helpers.checks.decisions import Verdict
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.datasets.digit_sums import cut_out
from helpers.strategy.decisions import Decision, decide

lesson = Lesson("end_to_end")
check = lesson.check


class Stage(Enum):
    """A stage of the pipeline."""

    LOCATE = "find the column that parts the digits"
    CLASSIFY = "name the digit on each piece"
    ADD = "add the two digits"


class Approach(Enum):
    """How a picture becomes a sum."""

    PIPELINE = "locate, classify, add"
    END_TO_END = "one network from the pixels to the sum"


class Seam(Enum):
    """Where the network ends and hand-written code takes over."""

    PIECES = "network for one piece: locate and add by hand"
    DIGITS = "network from the picture to both digits: add by hand"
    SUM = "network from the picture to the sum: nothing by hand"


def _pictures(rng: np.random.Generator, m: int, height: int, width: int) -> np.ndarray:
    return rng.integers(1, 256, (m, height, width)).astype(np.uint8)


def _cut_cases(rng: np.random.Generator) -> Iterator[Case]:
    clear = _pictures(rng, 4, 5, 12)
    clear[0, :, 6], clear[1, :, 3], clear[2, :, 8] = 0, 0, 0
    yield case(clear, label="an empty column in the middle half")
    edges = _pictures(rng, 3, 10, 22)
    edges[:, :, :5], edges[:, :, 17:] = 0, 0
    edges[0, :, 5:7], edges[1, :, 16] = 0, 0
    yield case(edges, label="empty margins, which are no gap")
    ties = np.full((2, 3, 8), 7, np.uint8)
    ties[1, :, 4:6] = 0
    yield case(ties, label="several columns with equally little ink")
    bright = np.full((1, 10, 16), 250, np.uint8)
    bright[0, :, 9], bright[0, :7, 6] = 200, 0
    yield case(bright, label="sums of ink beyond 255")


def _cut_anywhere(images: np.ndarray) -> np.ndarray:
    return images.sum(axis=1, dtype=int).argmin(axis=1)


@lesson.exercise(
    _cut_cases,
    Mistake("look only at columns w // 4 to w - w // 4 - 1: the margins hold the least ink of all", _cut_anywhere),
    Mistake(
        "the search began at column w // 4: add that to where the minimum was found",
        lambda images: find_cuts(images) - images.shape[2] // 4,
    ),
    Mistake(
        "the gap is where the ink is least, not where it is most",
        lambda images: find_cuts(255 - images),
    ),
)
def find_cuts(images: np.ndarray) -> np.ndarray:
    """Column (m,) with the least ink among w // 4 … w − w // 4 − 1 of pictures (m, h, w); the first of equals."""
    margin = images.shape[2] // 4
    ink = images.sum(axis=1, dtype=int)
    return margin + ink[:, margin : images.shape[2] - margin].argmin(axis=1)


def _pair_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(_pictures(rng, 4, 3, 5), np.array([0, 18, 7, 7]), 19, label="pictures and their sums")
    yield case(_pictures(rng, 3, 4, 4), np.array([9, 0, 2]), 10, label="pieces and their digits")
    yield case(_pictures(rng, 1, 2, 6), np.array([1]), 3, label="a single picture")


def _scrambled(images: np.ndarray, labels: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    return images.reshape(-1, len(images)) / 255, np.eye(classes)[labels].T


@lesson.exercise(
    _pair_cases,
    Mistake(
        "X holds a picture in each column: reshape to (m, h · w), then transpose; reshape alone mixes pictures",
        _scrambled,
    ),
    Mistake(
        "pixels run from 0 to 255 and X from 0 to 1: divide by 255",
        lambda images, labels, classes: (
            images.reshape(len(images), -1).T.astype(float),
            np.eye(classes)[labels].T,
        ),
    ),
    Mistake(
        "Y holds an answer in each column, like X: transpose it",
        lambda images, labels, classes: (training_pairs(images, labels, classes)[0], np.eye(classes)[labels]),
    ),
)
def training_pairs(images: np.ndarray, labels: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """X (h · w, m) in [0, 1], a picture a column, and one-hot labels Y (classes, m)."""
    return images.reshape(len(images), -1).T / 255, np.eye(classes)[labels].T


def _middle(images: np.ndarray) -> np.ndarray:
    return np.full(len(images), images.shape[2] // 2)


def _brightest(images: np.ndarray) -> np.ndarray:
    return images.sum(axis=1, dtype=int)[:, 5:17].argmax(axis=1) + 5


def _by_ink(pieces: np.ndarray) -> np.ndarray:
    return pieces.sum(axis=(1, 2), dtype=int) % 10


def _by_place(pieces: np.ndarray) -> np.ndarray:
    return np.where(pieces > 128, np.arange(10), 0).sum(axis=(1, 2)) % 10


def _read_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(_pictures(rng, 6, 10, 22), _middle, _by_ink, label="a cut in the middle")
    yield case(_pictures(rng, 5, 10, 22), _brightest, _by_place, label="a cut elsewhere in each picture")
    yield case(_pictures(rng, 1, 10, 20), find_cuts, _by_ink, label="a single picture")


def _read_with(order: slice, keep_cut: int) -> Callable:
    def wrong(images, locate, classify):
        cuts, m = locate(images), len(images)
        left = classify(cut_out(images, np.zeros(m, int), cuts + keep_cut))
        right = classify(cut_out(images, cuts + keep_cut, np.full(m, images.shape[2])))
        digits = np.stack([left, right], axis=1)[:, order]
        return digits, digits.sum(axis=1)

    return wrong


@lesson.exercise(
    _read_cases,
    Mistake("digits[:, 0] is the left one", _read_with(slice(None, None, -1), 0)),
    Mistake("the left piece ends before the cut, the right one begins with it", _read_with(slice(None), 1)),
    Mistake(
        "a sum is taken over the two digits of each picture: axis 1",
        lambda images, locate, classify: (lambda digits: (digits, digits.sum(axis=0)))(
            read_sums(images, locate, classify)[0]
        ),
    ),
)
def read_sums(images: np.ndarray, locate: Callable, classify: Callable) -> tuple[np.ndarray, np.ndarray]:
    """Digits (m, 2), left then right, and their sums (m,): locate, cut out both pieces, classify each, add."""
    return _read_with(slice(None), 0)(images, locate, classify)


def _gain_cases(rng: np.random.Generator) -> Iterator[Case]:
    sums = rng.integers(0, 19, 40)

    def guesses(right: int) -> np.ndarray:
        return np.where(np.arange(40) < right, sums, (sums + 1) % 19)

    predictions = {"as it is": guesses(16), "locate": guesses(26), "classify": guesses(40)}
    yield case(sums, predictions, label="two stages, one perfect after the other")
    harmed = {"nothing": guesses(20), "first": guesses(18), "second": guesses(18), "third": guesses(30)}
    yield case(sums, harmed, label="a stage whose perfection does harm, and one without effect")
    yield case(sums[:8], {"as it is": guesses(16)[:8] + 1, "only": sums[:8]}, label="a single stage")


def _accuracies(sums: np.ndarray, predictions: dict) -> dict:
    return {name: float(np.mean(predicted == sums)) for name, predicted in predictions.items()}


def _gains_over_first(sums: np.ndarray, predictions: dict) -> dict:
    accuracies = _accuracies(sums, predictions)
    first, *stages = accuracies
    return {stage: accuracies[stage] - accuracies[first] for stage in stages}


@lesson.exercise(
    _gain_cases,
    Mistake("a gain is a difference: subtract the accuracy before the stage became perfect", _accuracies),
    Mistake("compare with the entry just before: the stages before are perfect in it too", _gains_over_first),
    Mistake(
        "a gain is the later accuracy minus the earlier one",
        lambda sums, predictions: {stage: -gain for stage, gain in stage_gains(sums, predictions).items()},
    ),
)
def stage_gains(sums: np.ndarray, predictions: dict[str, np.ndarray]) -> dict[str, float]:
    """{stage: accuracy with it perfect − accuracy before}; `predictions` are cumulative, the system as it is first."""
    accuracies = _accuracies(sums, predictions)
    return {stage: accuracies[stage] - accuracies[before] for before, stage in pairwise(accuracies)}


def _output_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(rng.standard_normal((20, 7)), label="7 pictures")
    tall = rng.standard_normal((20, 4))
    tall[10:] += 8.0
    yield case(tall, label="a right half with larger outputs")
    yield case(rng.standard_normal((20, 1)), label="a single picture")


@lesson.exercise(
    _output_cases,
    Mistake(
        "the right digit is counted from output 10 on: its argmax runs from 0 to 9",
        lambda Z: np.stack([Z[:10].argmax(axis=0), Z[10:].argmax(axis=0) + 10], axis=1),
    ),
    Mistake("outputs 0 to 9 belong to the left digit", lambda Z: read_outputs(Z)[:, ::-1]),
)
def read_outputs(Z: np.ndarray) -> np.ndarray:
    """Digits (m, 2) from outputs (20, m): the largest of the first ten and the largest of the last ten."""
    return np.stack([Z[:10].argmax(axis=0), Z[10:].argmax(axis=0)], axis=1)


def stage_to_improve() -> Decision:
    """The stage to blame most where digits overlap, and the accuracy with a perfect locator."""
    return decide(Stage.LOCATE, 0.6)


lesson.decision(
    stage_to_improve,
    Verdict(
        accepted={
            Stage.LOCATE: "a perfect locator changes little where digits stand apart, and brings 31.5 points here",
            Stage.CLASSIFY: "with all places known a perfect classifier would still bring 32.6 points more; but of the "
            "points that overlapping costs, a perfect locator brings back 31.5",
        },
        refused={Stage.ADD: "two right digits always give the right sum: a perfect sum gains nothing after them"},
        number=(0.4, 0.85),
        measured="with perfect places 67.4 % of the sums were right",
        evidence=("31.5", "32.6", "67.4"),
    ),
)


def thousand_pictures() -> Decision:
    """The approach for 1000 labelled pictures of digits that stand apart, and the accuracy end to end."""
    return decide(Approach.PIPELINE, 0.3)


lesson.decision(
    thousand_pictures,
    Verdict(
        accepted={Approach.PIPELINE: "with 1000 pictures it reads 77.5 %, the single network 16.1 %"},
        refused={
            Approach.END_TO_END: "with 1000 pictures it reads 16.1 %, the pipeline 77.5 %: "
            "it must find out by itself what a digit is"
        },
        number=(0.08, 0.6),
        measured="end to end read 16.1 % of the sums",
        evidence=("77.5", "16.1"),
    ),
)


def overlapping_pictures() -> Decision:
    """The approach for 20,000 labelled pictures of overlapping digits, and the accuracy of the pipeline."""
    return decide(Approach.END_TO_END, 0.5)


lesson.decision(
    overlapping_pictures,
    Verdict(
        accepted={
            Approach.END_TO_END: "it reads 55.3 % of the sums, the pipeline 45.0 %: often no cut is right, "
            "and more pictures cannot mend that"
        },
        refused={Approach.PIPELINE: "its cut destroys what it must read: it reads 45.0 %, the single network 55.3 %"},
        number=(0.25, 0.75),
        measured="the pipeline read 45.0 % of the sums",
        evidence=("45.0", "55.3"),
    ),
)


def where_to_cut() -> Decision:
    """Where the network should end, for 5000 overlapping pictures, and the accuracy of the network for both digits."""
    return decide(Seam.DIGITS, 0.6)


lesson.decision(
    where_to_cut,
    Verdict(
        accepted={
            Seam.DIGITS: "it reads 62.3 %, the pipeline 39.4 % and the network for the sum 35.0 %: "
            "it learns what is hard and leaves to a rule what is exact"
        },
        refused={
            Seam.PIECES: "the cut by hand is what fails here: 39.4 %, against 62.3 % for a network that sees it all",
            Seam.SUM: "the sum is a poor teacher: 35.0 %, against 62.3 % with both digits as labels",
        },
        number=(0.4, 0.85),
        measured="the network for both digits read 62.3 % of the sums",
        evidence=("62.3", "39.4", "35.0"),
    ),
)
