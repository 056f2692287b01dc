"""Exercises of course 3, week 1: orthogonalization and metrics. Labels and predictions are vectors (m,)."""

from collections.abc import Iterator, Sequence
from enum import Enum

import numpy as np
from scipy import stats

from helpers.checks.decisions import Verdict
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.strategy import metrics
from helpers.strategy.decisions import Decision, decide

lesson = Lesson("metrics_and_orthogonalization")
check = lesson.check


class Knob(Enum):
    """What can be changed about the small reader, one at a time."""

    BIGGER_NETWORK = "64 hidden units in place of 4"
    PENALTY = "an L2 penalty on the weights"
    MORE_DATA = "twice as many training digits"
    EARLY_STOPPING = "stop where the dev cost is lowest"


class DevSet(Enum):
    """Where the digits come from on which readers are compared, and those on which the winner is reported."""

    SCANS_THEN_BELT = "dev set: scans; test set: digits from the belt"
    SHUFFLED = "scans and belt digits shuffled, nine to one, then cut into dev and test set"
    BELT = "dev and test set: digits from the belt"


class Report(Enum):
    """What to tell the customer about the best of sixty readers."""

    SCORE = "its error on the digits on which it won"
    INTERVAL = "that error with its bootstrap interval"
    FRESH = "its error on digits that took no part in the choice"


def _effect_cases(rng: np.random.Generator) -> Iterator[Case]:
    for runs, k in ((5, 4), (3, 2), (2, 1)):
        before, after = rng.normal(0.2, 0.05, (2, runs, k))
        yield case(before, after, label=f"{runs} runs of {k} measurements")


def _with_half_width(half_width):
    def wrong(before, after):
        change = after - before
        return change.mean(axis=0), half_width(change, stats.t.ppf(0.975, len(before) - 1))

    return wrong


def _unpaired(before, after):
    spread = np.sqrt(before.var(axis=0, ddof=1) + after.var(axis=0, ddof=1))
    t = stats.t.ppf(0.975, len(before) - 1)
    return (after - before).mean(axis=0), t * spread / np.sqrt(len(before))


@lesson.exercise(
    _effect_cases,
    Mistake("the change is after − before: positive where the error rose", lambda b, a: paired_effect(a, b)),
    Mistake(
        "divide by runs − 1 in the standard deviation: ddof=1",
        _with_half_width(lambda c, t: t * c.std(0) / len(c) ** 0.5),
    ),
    Mistake(
        "the mean of n runs varies less than one run: divide by √n", _with_half_width(lambda c, t: t * c.std(0, ddof=1))
    ),
    Mistake("divide by the root of the number of runs", _with_half_width(lambda c, t: t * c.std(0, ddof=1) / len(c))),
    Mistake("the half width is t standard errors", _with_half_width(lambda c, t: c.std(0, ddof=1) / len(c) ** 0.5)),
    Mistake("pair the runs: take the differences first, then their standard deviation", _unpaired),
)
def paired_effect(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of after − before over the runs (axis 0), and half the width of its 95 % interval."""
    return metrics.paired_effect(before, after)


def _detector_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m in (8, 50):
        labels, predictions = rng.integers(0, 2, (2, m))
        yield case(labels, predictions, label=f"{m} examples")
    labels = np.array([1, 0, 0, 0, 0, 1])
    yield case(labels, np.array([1, 1, 1, 1, 0, 0]), label="many false alarms")
    yield case(labels, np.zeros(6, int), label="a detector that never calls")
    yield case(np.zeros(4, int), np.array([1, 0, 0, 1]), label="nothing to find")
    yield case(labels == 1, labels == 1, label="labels and predictions that are booleans")


def _shares(labels, predictions):
    return float(np.mean(labels == predictions)), precision_recall(labels, predictions)[1]


@lesson.exercise(
    _detector_cases,
    Mistake("precision first, then recall", lambda labels, p: precision_recall(labels, p)[::-1]),
    Mistake("precision is the share of right alarms among all alarms, not the accuracy", _shares),
    Mistake(
        "1 is what is looked for: count those, not the zeros",
        lambda labels, p: precision_recall(1 - np.asarray(labels, int), 1 - np.asarray(p, int)),
    ),
)
def precision_recall(labels: np.ndarray, predictions: np.ndarray) -> tuple[float, float]:
    """TP / (TP + FP) and TP / (TP + FN), each 0.0 where its denominator is 0."""
    return metrics.precision_recall(labels, predictions)


def _f_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(0.9, 0.5, label="precision 0.9 and recall 0.5, beta left at 1")
    yield case(0.9, 0.5, 2, label="beta = 2")
    yield case(0.3, 0.8, 0.5, label="beta = 0.5")
    yield case(0.0, 0.0, label="both 0")
    yield case(0.0, 0.7, label="precision 0")
    yield case(1.0, 1.0, 3, label="both 1")


@lesson.exercise(
    _f_cases,
    Mistake("this is the arithmetic mean: it forgives a recall of 0", lambda p, r, beta=1: (p + r) / 2),
    Mistake("beta weighs recall, not precision", lambda p, r, beta=1: metrics.f_beta(r, p, beta)),
    Mistake("beta is squared", lambda p, r, beta=1: metrics.f_beta(p, r, beta**0.5)),
    Mistake("the factor 1 + β² is missing", lambda p, r, beta=1: metrics.f_beta(p, r, beta) / (1 + beta**2)),
)
def f_beta(precision: float, recall: float, beta: float = 1) -> float:
    """(1 + β²) P R / (β² P + R), 0.0 where both are 0."""
    return metrics.f_beta(precision, recall, beta)


def _layer_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case([784, 64, 10], label="one hidden layer")
    yield case([49, 10], label="no hidden layer")
    yield case((196, 32, 7, 10), label="two hidden layers, in a tuple")


@lesson.exercise(
    _layer_cases,
    Mistake(
        "each weight matrix has n_prev · n entries; biases are added, not multiplied",
        lambda dims: metrics.multiply_adds(dims) + sum(dims[1:]),
    ),
    Mistake("multiply each size with the next one, then add", lambda dims: int(np.prod(dims))),
    Mistake("every pair of neighbouring layers counts", lambda dims: int(dims[0] * dims[1])),
)
def multiply_adds(layer_dims: Sequence[int]) -> int:
    """Σ n_prev · n over the dense layers."""
    return metrics.multiply_adds(layer_dims)


def _choice_cases(rng: np.random.Generator) -> Iterator[Case]:
    error = np.array([0.05, 0.08, 0.06, 0.07])
    costs = np.array([[900, 0.1], [100, 0.2], [400, 0.3], [200, 0.2]])
    yield case(error, costs, (500, 0.25), label="two limits, of which the two best keep one each at most")
    yield case(error, costs, (400, 0.3), label="a candidate exactly at both limits")
    yield case(error, costs, (1000, 1.0), label="limits that all keep")
    yield case(error, costs, (50, 1.0), label="a limit that none keeps")
    yield case(error[::-1].copy(), costs[::-1].copy(), (450, 0.3), label="the same candidates in another order")
    yield case(np.array([3.0, 2.0, 5.0]), np.array([[7.0], [9.0], [1.0]]), [8.0], label="errors above 1 and one limit")
    costs = rng.integers(1, 100, (12, 2))
    yield case(rng.random(12), costs, (60, 60), label="12 candidates")


def _chosen(eligible, best=np.argmin):
    def wrong(optimizing, satisficing, limits):
        keep = eligible(satisficing, np.array(limits))
        return int(np.flatnonzero(keep)[best(optimizing[keep])]) if keep.any() else None

    return wrong


def _position_among_eligible(optimizing, satisficing, limits):
    keep = np.all(satisficing <= limits, axis=1)
    return int(np.argmin(optimizing[keep])) if keep.any() else None


def _best_in_vain(optimizing, satisficing, limits):
    found = choose_satisficing(optimizing, satisficing, limits)
    return int(np.argmin(optimizing)) if found is None else found


@lesson.exercise(
    _choice_cases,
    Mistake(
        "a candidate must keep every limit, not one of them", _chosen(lambda s, limits: np.any(s <= limits, axis=1))
    ),
    Mistake("a value equal to its limit is good enough", _chosen(lambda s, limits: np.all(s < limits, axis=1))),
    Mistake("the lowest error wins", _chosen(lambda s, limits: np.all(s <= limits, axis=1), np.argmax)),
    Mistake("return the position among all candidates, not among those left", _position_among_eligible),
    Mistake("return None where no candidate keeps the limits", _best_in_vain),
)
def choose_satisficing(optimizing: np.ndarray, satisficing: np.ndarray, limits: Sequence[float]) -> int | None:
    """Index of the lowest error among the candidates that keep every limit, or None."""
    return metrics.choose_satisficing(optimizing, satisficing, limits)


def _weight_cases(rng: np.random.Generator) -> Iterator[Case]:
    labels, predictions = np.array([8, 3, 8, 1, 0, 5]), np.array([8, 3, 1, 7, 0, 3])
    yield case(labels, predictions, np.ones(6), label="equal weights, the plain error")
    yield case(labels, predictions, np.where(labels == 8, 20, 1), label="a price of 20 on the eights, in integers")
    labels, predictions = rng.integers(0, 4, (2, 40))
    yield case(labels, predictions, rng.uniform(0, 5, 40), label="40 examples with random prices")
    yield case(labels, labels, rng.uniform(0, 5, 40), label="no wrong answer")


@lesson.exercise(
    _weight_cases,
    Mistake(
        "divide by the sum of the weights, so that 1 means all wrong",
        lambda labels, p, weights: float(np.mean(weights * (p != labels))),
    ),
    Mistake("count the wrong answers, not the right ones", lambda la, p, w: 1 - cost_weighted_error(la, p, w)),
    Mistake("the weights are not used", lambda labels, p, weights: float(np.mean(p != labels))),
)
def cost_weighted_error(labels: np.ndarray, predictions: np.ndarray, weights: np.ndarray) -> float:
    """Σ w [prediction ≠ label] / Σ w."""
    return metrics.cost_weighted_error(labels, predictions, weights)


def _bootstrap_cases(rng: np.random.Generator) -> Iterator[Case]:
    wrong = rng.random(40) < 0.2
    yield case(wrong, rng.integers(0, 40, (200, 40)), label="40 examples, right or wrong, and 200 resamples")
    yield case(rng.integers(-1, 2, 15), rng.integers(0, 15, (1000, 15)), label="differences of two readers")
    yield case(rng.exponential(size=7), rng.integers(0, 7, (7, 7)), label="as many resamples as examples")


def _quantiles(values, picks, levels):
    return tuple(map(float, np.quantile(values[picks].mean(axis=1), levels)))


@lesson.exercise(
    _bootstrap_cases,
    Mistake("95 % lie between the quantiles 0.025 and 0.975", lambda v, picks: _quantiles(v, picks, [0.05, 0.95])),
    Mistake("the lower end comes first", lambda v, picks: _quantiles(v, picks, [0.975, 0.025])),
    Mistake(
        "each row of picks is a resample: take the mean over axis 1",
        lambda v, picks: tuple(map(float, np.quantile(v[picks].mean(axis=0), [0.025, 0.975]))),
    ),
    Mistake(
        "it is the interval of the mean, not of single values",
        lambda v, picks: tuple(map(float, np.quantile(v[picks].astype(float), [0.025, 0.975]))),
    ),
)
def bootstrap_interval(values: np.ndarray, picks: np.ndarray) -> tuple[float, float]:
    """Quantiles 0.025 and 0.975 of the means over the rows of values[picks]."""
    return metrics.bootstrap_interval(values, picks)


def first_knob() -> Decision:
    """A good decision: the training error is the problem, and a bigger network is the knob for it."""
    return decide(Knob.BIGGER_NETWORK, 0.12)


def dev_set() -> Decision:
    """A good decision: compare on what matters."""
    return decide(DevSet.BELT, 0.3)


def report() -> Decision:
    """A good decision: the winner is measured anew."""
    return decide(Report.FRESH, 0.17)


lesson.decision(
    first_knob,
    Verdict(
        accepted={Knob.BIGGER_NETWORK: "the training error of 0.148 is the largest part, far above what people reach"},
        refused={
            Knob.PENALTY: "a penalty holds back a network that cannot even fit its training set, with 0.148 wrong",
            Knob.MORE_DATA: "it takes 4.6 points off, but 0.148 of the error arise on the training set itself",
            Knob.EARLY_STOPPING: "a network with a training error of 0.148 has not learned too much, but too little",
        },
        number=(0.04, 0.2),
        measured="64 units brought the dev error from 0.243 to 0.101",
        evidence=("0.148", "0.243", "0.101", "-4.6"),
    ),
)
lesson.decision(
    dev_set,
    Verdict(
        accepted={DevSet.BELT: "a dev set from the belt asks the question that counts, though it is smaller"},
        refused={
            DevSet.SCANS_THEN_BELT: "scans choose a reader that never saw the belt: its error there is 0.434",
            DevSet.SHUFFLED: "with a tenth of the votes the belt gets a reader whose error there is 0.380",
        },
        number=(0.18, 0.42),
        measured="the reader that belt digits choose has an error of 0.305 on other belt digits",
        evidence=("0.434", "0.380", "0.305"),
    ),
)
lesson.decision(
    report,
    Verdict(
        accepted={Report.FRESH: "digits that took no part in the choice have no reason to flatter its winner"},
        refused={
            Report.SCORE: "0.130 is skill and luck: it is the least of sixty figures that scatter around 0.186",
            Report.INTERVAL: "the interval ignores the other readers: of the best of sixty it holds the truth in 69%",
        },
        number=(0.14, 0.22),
        measured="on 1900 fresh digits the error of the winner is 0.173",
        evidence=("0.130", "0.186", "69%", "0.173"),
    ),
)
