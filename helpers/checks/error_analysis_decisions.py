"""Decisions of course 3, week 2, error analysis: the options, a good choice each, and what the evidence says."""

from enum import Enum

from helpers.checks.decisions import Verdict
from helpers.strategy.decisions import Decision, decide


class Remedy(Enum):
    """What can be done for the scanned digits."""

    CENTRE = "move the centre of mass to the middle"
    STRETCH = "divide by the brightest pixel"
    DESKEW = "shear each digit upright"
    MEND = "close gaps in the strokes"
    PAIR = "a second network that tells only 7 from 9"


class Noise(Enum):
    """Kinds of wrong labels, each on 8 % of all digits."""

    RANDOM = "8 % of all labels replaced by any other digit"
    PAIR = "40 % of the 4s and 9s get the label of the other"
    ONE_CLASS = "80 % of the 7s are labelled 1"


class Review(Enum):
    """Which labels a person looks at again."""

    NOTHING = "the metric has spoken: deliver A"
    MISTAKES_OF_A = "the dev labels where A disagrees"
    DEV_ONLY = "the dev labels; test labels stay"
    DEV_AND_TEST = "the dev and test labels, by the same procedure"


def first_iteration() -> Decision:
    """Centring: the tag with the most mistakes, and a day of work."""
    return decide(Remedy.CENTRE, 0.10)


def second_iteration() -> Decision:
    """Stretching: the most points a day of the new table."""
    return decide(Remedy.STRETCH, 0.08)


def harm_of_wrong_labels() -> Decision:
    """The more of the labels at one place are wrong, the worse."""
    return decide((Noise.ONE_CLASS, Noise.PAIR, Noise.RANDOM), 0.085)


def review() -> Decision:
    """Dev and test labels alike, right answers included."""
    return decide(Review.DEV_AND_TEST, 0.15)


VERDICTS = {
    first_iteration: Verdict(
        accepted={Remedy.CENTRE: "109 of 246 mistakes are off centre, at most 7.27 points for a day of work"},
        refused={
            Remedy.STRETCH: "a day on faint digits gives at most 2.67 points, a day of centring 7.27",
            Remedy.DESKEW: "leaning digits promise at most 1.47 points a day, off-centre ones 7.27",
            Remedy.MEND: "broken digits promise at most 0.63 points a day, and mending gained nothing: -0.24 ± 1.38",
            Remedy.PAIR: "five days for at most 0.60 points each: a large count, of a tag on a fifth of all digits",
        },
        number=(0.07, 0.14),
        measured="with centring the dev error fell from 15.5 % to 8.9 %",
        evidence=("109", "246", "7.27", "2.67", "1.47", "0.63", "-0.24 ± 1.38", "0.60", "15.5 %", "8.9 %"),
    ),
    second_iteration: Verdict(
        accepted={
            Remedy.STRETCH: "the new table promises most for a day on faint digits, 1.40 points; it gained 0.85 ± 0.67",
            Remedy.DESKEW: "leaning has more mistakes than faint; deskewing gained 1.08 ± 0.31, for two days of work",
        },
        refused={
            Remedy.CENTRE: "that is done already: the digits are centred, and centring twice changes nothing",
            Remedy.MEND: "at most 0.43 points a day were promised, and the dev error rose: -0.81 ± 0.60",
            Remedy.PAIR: "at most 0.36 points a day, the least of the table, for the longest work",
        },
        number=(0.065, 0.089),
        measured="the dev error became 8.0 % with stretching, 7.8 % with deskewing",
        evidence=("1.40", "0.85 ± 0.67", "1.08 ± 0.31", "0.43", "-0.81 ± 0.60", "0.36", "8.0 %", "7.8 %"),
    ),
    harm_of_wrong_labels: Verdict(
        ranking=[
            (Noise.ONE_CLASS, Noise.RANDOM, "random slips are outvoted (7.8 %), 80 % of a class are not (15.9 %)"),
            (Noise.PAIR, Noise.RANDOM, "40 % of two classes is nearly a tie (12.6 %), 8 % everywhere is not (7.8 %)"),
            (Noise.ONE_CLASS, Noise.PAIR, "with 80 % the truth is outvoted (15.9 %), with 40 % not quite (12.6 %)"),
        ],
        number=(0.068, 0.13),
        measured="with random wrong labels the dev error was 7.8 %, with right ones 6.8 %",
        evidence=("7.8 %", "15.9 %", "12.6 %", "6.8 %"),
    ),
    review: Verdict(
        accepted={Review.DEV_AND_TEST: "reviewed alike, B errs on 6.8 % of dev and 5.8 % of test digits, A on 15.9 %"},
        refused={
            Review.NOTHING: "the labels repeat the mistake of A: it errs on 15.9 % of right dev labels, B on 6.8 %",
            Review.MISTAKES_OF_A: "where A and the label are wrong together nobody looks: 8.7 % instead of 15.9 %",
            Review.DEV_ONLY: "dev and test labels then differ: B seems to fall from 6.8 % to 12.9 %",
        },
        number=(0.10, 0.25),
        measured="A errs on 15.9 % of right dev labels",
        evidence=("15.9 %", "6.8 %", "5.8 %", "8.7 %", "12.9 %"),
    ),
}
