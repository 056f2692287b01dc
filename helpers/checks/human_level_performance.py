"""Exercises of course 3, week 1: human-level performance, avoidable bias and variance."""

from collections.abc import Iterator, Mapping
from enum import Enum

import numpy as np

from helpers.checks.decisions import Verdict
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.datasets import flags
from helpers.strategy.decisions import Decision, decide

lesson = Lesson("human_level_performance")
check = lesson.check


class HumanLevel(Enum):
    """Who answered the same flags."""

    PASSER_BY = "a passer-by who has never heard of exchanged colours"
    SAILOR = "a sailor who knows the rule"
    SIGNALLER = "a signaller who reads flags every day"
    TEAM = "five signallers who vote"


class Remedy(Enum):
    """What can be done about a model that makes too many mistakes."""

    BIGGER_NETWORK = "add hidden units"
    LONGER_TRAINING = "train for more epochs"
    MORE_DATA = "eight times as many training flags"
    REGULARIZATION = "an L2 penalty on the weights"


class Destination(Enum):
    """Where the dev error of the network goes when it is trained on more and more flags."""

    SIGNALLER = "it levels off at the error of one signaller"
    TEAM = "it levels off at the error of the team: nobody can teach it more"
    BETWEEN = "it falls below the team and stays above the Bayes error"
    BELOW_BAYES = "it falls below the Bayes error"


def _posterior_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m, fog, light in ((5, 1.2, 0.75), (3, 0.8, 0.4)):
        yield case(rng.standard_normal((m, 8, 8)), flags.patterns(), fog, light, label=f"{m} images and fog {fog}")
    signs = np.array([[1.0, 1, 1, -1, -1, -1], [1, -1, 1, -1, 1, -1], [1, 1, -1, -1, 1, 1]]).reshape(3, 2, 3)
    yield case(rng.standard_normal((4, 2, 3)), signs, 1.5, 0.6, label="three other patterns, of 2×3 squares")
    clear = np.concatenate([flags.patterns()[:2], -flags.patterns()[2:4], flags.patterns()[4:] / 1000])
    yield case(clear, flags.patterns(), 0.1, 0.75, label="hardly any fog, where exp overflows")


def _colour_known(images, patterns, fog, light):
    return flags.posterior(images, patterns, fog, 1.0)


def _overflowing(images, patterns, fog, light):
    match = images.reshape(len(images), -1) @ patterns.reshape(len(patterns), -1).T / fog**2
    likelihood = light * np.exp(match) + (1 - light) * np.exp(-match)
    return likelihood / likelihood.sum(axis=1, keepdims=True)


@lesson.exercise(
    _posterior_cases,
    Mistake("the other colours count as well: add (1 − π) exp(−x·t / σ²)", _colour_known),
    Mistake("π is the share of the usual colours, +t", lambda x, t, fog, light: flags.posterior(x, t, fog, 1 - light)),
    Mistake("divide by σ², the square of the fog", lambda x, t, fog, pi: flags.posterior(x, t, float(fog) ** 0.5, pi)),
    Mistake("subtract the largest score of each image before exp", _overflowing),
)
def posterior(images: np.ndarray, patterns: np.ndarray, fog: float, light: float) -> np.ndarray:
    """Probabilities (m, classes) of images (m, h, w), for patterns (classes, h, w) of one length."""
    return flags.posterior(images, patterns, fog, light)


def _vote_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([[2, 1, 0, 5], [2, 1, 3, 5], [4, 1, 3, 0]]), label="three annotators and clear majorities")
    yield case(np.array([[3, 1], [1, 3], [9, 0], [0, 9]]), label="ties, where the smallest class counts")
    yield case(rng.integers(0, 6, (5, 40)), label="five annotators and 40 images")
    yield case(np.array([[4, 4, 9]]), label="a single annotator")


@lesson.exercise(
    _vote_cases,
    Mistake("a class is a name: count votes, do not average numbers", lambda v: np.rint(v.mean(axis=0)).astype(int)),
    Mistake("a class is a name: the median of names means nothing", lambda v: np.median(v, axis=0).astype(int)),
    Mistake("in a tie the smallest class counts", lambda v: v.max() - majority_vote(v.max() - v)),
    Mistake("each column is an image: one answer a column", lambda votes: majority_vote(votes.T)),
)
def majority_vote(votes: np.ndarray) -> np.ndarray:
    """The class with most votes for each image, (m,); votes (annotators, m), in a tie the smallest class."""
    counts = np.stack([(votes == label).sum(axis=0) for label in range(votes.max() + 1)])
    return counts.argmax(axis=0)


def _gap_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case({"novice": 0.3, "expert": 0.1, "team": 0.07}, 0.12, 0.15, label="a model worse than the team")
    yield case({"team": 0.01, "crowd": 0.09}, 0.08, 0.10, label="a model better than the crowd")
    yield case({"a doctor": 0.05}, 0.03, 0.04, label="a model that has passed the only human level")


@lesson.exercise(
    _gap_cases,
    Mistake("the proxy is the best human level, the lowest error", lambda h, t, d: (t - max(h.values()), d - t)),
    Mistake("the proxy is the best level, not the mean", lambda h, t, d: (t - float(np.mean([*h.values()])), d - t)),
    Mistake("variance is dev minus training error", lambda h, t, d: (t - min(h.values()), t - d)),
    Mistake("both are differences from the row above", lambda h, t, d: (t - min(h.values()), d - min(h.values()))),
    Mistake("a negative bias tells something: leave it", lambda h, t, d: (max(0.0, t - min(h.values())), d - t)),
)
def bias_and_variance(human_errors: Mapping[str, float], train_error: float, dev_error: float) -> tuple[float, float]:
    """Avoidable bias, training error minus the lowest human error; and variance, dev minus training error."""
    return train_error - min(human_errors.values()), dev_error - train_error


def _interval_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m_train, m_dev, rounds in ((60, 40, 200), (30, 50, 81)):
        train, dev = rng.random(m_train) < 0.1, rng.random(m_dev) < 0.3
        again = rng.integers(m_train, size=(rounds, m_train)), rng.integers(m_dev, size=(rounds, m_dev))
        yield case(train, dev, *again, label=f"{m_train} and {m_dev} examples, drawn {rounds} times")


def _interval(gap, tails=(2.5, 97.5)):
    def wrong(wrong_train, wrong_dev, again_train, again_dev):
        gaps = gap(wrong_train[again_train].mean(axis=1), wrong_dev[again_dev].mean(axis=1))
        low, high = np.percentile(gaps, tails)
        return float(low), float(high)

    return wrong


@lesson.exercise(
    _interval_cases,
    Mistake("the gap is dev minus training error", _interval(lambda train, dev: train - dev)),
    Mistake("95 % lie between the percentiles 2.5 and 97.5", _interval(lambda train, dev: dev - train, (5, 95))),
    Mistake("np.percentile counts to 100, np.quantile to 1", _interval(lambda t, d: d - t, (0.025, 0.975))),
    Mistake("an interval of the gap, not of the dev error", _interval(lambda train, dev: dev)),
)
def gap_interval(
    wrong_train: np.ndarray, wrong_dev: np.ndarray, again_train: np.ndarray, again_dev: np.ndarray
) -> tuple[float, float]:
    """95 % percentile interval of dev minus training error over the sets drawn again."""
    return _interval(lambda train, dev: dev - train)(wrong_train, wrong_dev, again_train, again_dev)


def proxy_for_bayes() -> Decision:
    """Which human level stands for the Bayes error, and the error that it reaches."""
    return decide(HumanLevel.TEAM, 0.08)


lesson.decision(
    proxy_for_bayes,
    Verdict(
        accepted={HumanLevel.TEAM: "the best that any human reaches is the closest bound on what is possible"},
        refused={
            HumanLevel.PASSER_BY: "others read the same flags far better, so 33.3 % is no bound on what is possible",
            HumanLevel.SAILOR: "18.2 % is beaten by people who look at the same flags, so the Bayes error is lower",
            HumanLevel.SIGNALLER: "five of them together get 7.1 % wrong, so one's 10.5 % is not the best possible",
        },
        number=(0.03, 0.11),
        measured="the team got 7.1 % wrong",
        evidence=("33.3 %", "18.2 %", "10.5 %", "7.1 %"),
    ),
)


def first_remedy() -> Decision:
    """The remedy to try first on logistic regression, and the dev error after it."""
    return decide(Remedy.BIGGER_NETWORK, 0.12)


lesson.decision(
    first_remedy,
    Verdict(
        accepted={Remedy.BIGGER_NETWORK: "the avoidable bias is by far the largest gap, and a line cannot close it"},
        refused={
            Remedy.LONGER_TRAINING: "the training error has settled: after 60 epochs the dev error is 34.0 %",
            Remedy.MORE_DATA: "more data closes variance; the dev error falls to 28.5 %, where the training error is",
            Remedy.REGULARIZATION: "a penalty holds back a model that fits too little already: dev error 32.1 %",
        },
        number=(0.05, 0.25),
        measured="with 64 hidden units the dev error fell to 10.4 %",
        evidence=("34.0 %", "28.5 %", "32.1 %", "10.4 %"),
    ),
)


def second_remedy() -> Decision:
    """The remedy to try on the network with hidden units, and the dev error after it."""
    return decide(Remedy.MORE_DATA, 0.08)


lesson.decision(
    second_remedy,
    Verdict(
        accepted={
            Remedy.MORE_DATA: "training error 0.3 %, dev error 10.4 %: variance, and data closes it best",
            Remedy.REGULARIZATION: "training error 0.3 %, dev error 10.4 %: variance; a penalty is cheap and helps",
        },
        refused={
            Remedy.BIGGER_NETWORK: "the bias is gone already; with 128 units the dev error stays at 10.4 %",
            Remedy.LONGER_TRAINING: "the bias is gone already; after 32 epochs the dev error is 10.2 %",
        },
        number=(0.06, 0.1),
        measured="16,000 flags brought 6.8 %, the penalty 8.2 %",
        evidence=("0.3 %", "10.4 %", "10.2 %", "6.8 %", "8.2 %"),
    ),
)


def beyond_the_team() -> Decision:
    """Where the dev error goes with more and more data, and the dev error with 32,000 flags."""
    return decide(Destination.BETWEEN, 0.068)


lesson.decision(
    beyond_the_team,
    Verdict(
        accepted={Destination.BETWEEN: "labels are the truth, not the team's opinion: 6.5 % is below the team's 7.1 %"},
        refused={
            Destination.SIGNALLER: "with 2000 flags the network is there, and it goes on falling to 6.5 %",
            Destination.TEAM: "humans add noise of their own to that of the fog: the network passes their 7.1 %",
            Destination.BELOW_BAYES: "5.911 % is the least that any rule can reach on fresh flags",
        },
        number=(0.06, 0.07),
        measured="with 32,000 flags it is 6.5 %",
        evidence=("6.5 %", "7.1 %", "5.911 %"),
    ),
)
