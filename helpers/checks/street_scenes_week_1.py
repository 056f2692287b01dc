"""Decisions of the worked case of course 3, week 1, a warning for drivers; part of human_level_performance."""

from enum import Enum

from helpers.checks import human_level_performance
from helpers.checks.decisions import Verdict
from helpers.strategy.decisions import Decision, decide

check = human_level_performance.check


class Metric(Enum):
    """What models are compared by."""

    ACCURACY = "the share of windows answered correctly"
    MISSED = "the share of road users missed"
    MISSED_AT_TEN_PERCENT = "the share of road users missed, with false alarms on 10 % of the empty windows"


class DevSource(Enum):
    """Where dev and test set come from."""

    CLEAR = "clear days"
    CLEAR_THEN_CUSTOMERS = "dev set from clear days, test set from customers"
    CUSTOMERS = "both from customers"


class Split(Enum):
    """What is shuffled into training, dev and test set."""

    WINDOWS = "single windows"
    SCENES = "whole scenes"


class Network(Enum):
    """The detector's hidden units."""

    NARROW = "8 units, 1552 multiply-adds"
    MIDDLE = "32 units, 6208 multiply-adds"
    WIDE = "128 units, 24,832 multiply-adds"


class Trouble(Enum):
    """What stands between the detector and the drivers."""

    AVOIDABLE_BIAS = "avoidable bias"
    VARIANCE = "variance"
    NOISE = "nothing that stands out of its noise"


class NextStep(Enum):
    """What to do about it."""

    LONGER = "60 epochs"
    WIDER = "128 units"
    PENALTY = "a strong L2 penalty"
    LARGER_DEV = "twice as many dev scenes"


class Stopping(Enum):
    """When a training ends."""

    FIRST_RISE = "at the first epoch that is worse on dev"
    PATIENCE = "when 15 epochs have brought nothing better"
    TO_THE_END = "after all epochs"


class Plan(Enum):
    """What to do when users complain about what the metric does not see."""

    KEEP = "keep the metric"
    NEW_METRIC = "change the metric, then work on it"
    TRAIN_ONLY = "weigh pedestrians in training, choose models by the old metric"


def metric_of_the_project() -> Decision:
    """The metric, and the share of road users that the first network misses."""
    return decide(Metric.MISSED_AT_TEN_PERCENT, 0.5)


def source_of_the_dev_set() -> Decision:
    """Where dev and test set come from, and the false alarms at customers of a threshold tuned on clear days."""
    return decide(DevSource.CUSTOMERS, 0.3)


def split_of_the_data() -> Decision:
    """What is shuffled, and by how much shuffled windows flatter."""
    return decide(Split.SCENES, 0.05)


def network_of_the_product() -> Decision:
    """The network within the budget, and the share that it misses on dev."""
    return decide(Network.MIDDLE, 0.35)


def trouble_of_the_network() -> Decision:
    """The gap to work on, and its size."""
    return decide(Trouble.AVOIDABLE_BIAS, 0.26)


def remedy_of_the_project() -> Decision:
    """The next step, and the share missed on dev after it."""
    return decide(NextStep.LONGER, 0.28)


def end_of_the_training() -> Decision:
    """When to stop, and the share missed on dev at the first rise."""
    return decide(Stopping.TO_THE_END, 0.4)


def plan_after_the_letters() -> Decision:
    """What to do about the metric, and the share of pedestrians missed."""
    return decide(Plan.NEW_METRIC, 0.6)


VERDICTS = {
    metric_of_the_project: Verdict(
        accepted={Metric.MISSED_AT_TEN_PERCENT: "one number to optimize, and a limit that must be kept"},
        refused={
            Metric.ACCURACY: "a system that never warns has 84 %: most windows are empty",
            Metric.MISSED: "a system that always warns misses nobody, and nobody would use it",
        },
        number=(0.2, 0.8),
        measured="the first network misses 38 % of the road users",
        evidence=("84 %", "38 %"),
    ),
    source_of_the_dev_set: Verdict(
        accepted={DevSource.CUSTOMERS: "aim at what matters: the customers' streets, in all weathers"},
        refused={
            DevSource.CLEAR: "what is tuned to 10 % false alarms there gives 49 % at the customers",
            DevSource.CLEAR_THEN_CUSTOMERS: "that tunes for one target and is judged at another: 10 % became 49 %",
        },
        number=(0.12, 0.75),
        measured="49 % of the customers' empty windows raise a false alarm",
        evidence=("49 %",),
    ),
    split_of_the_data: Verdict(
        accepted={Split.SCENES: "the product will see streets that it has never seen, so the dev set must too"},
        refused={Split.WINDOWS: "neighbouring windows overlap: 28 % missed in known scenes, 36 % in new ones"},
        number=(0.01, 0.2),
        measured="known scenes flatter by 7.6 points",
        evidence=("28 %", "36 %", "7.6"),
    ),
    network_of_the_product: Verdict(
        accepted={Network.MIDDLE: "the best of those that keep the limit"},
        refused={
            Network.NARROW: "it keeps the limit and misses more, 45.2 % on dev",
            Network.WIDE: "24832 multiply-adds: a limit that is not kept is not made good by a better number",
        },
        number=(0.2, 0.55),
        measured="32 units miss 35.4 % on dev",
        evidence=("24832", "45.2 %", "35.4 %"),
    ),
    trouble_of_the_network: Verdict(
        accepted={Trouble.AVOIDABLE_BIAS: "it is the larger gap in every resample"},
        refused={
            Trouble.VARIANCE: "it is the smaller gap, whichever way the examples are drawn",
            Trouble.NOISE: "the interval of the larger gap is far from 0",
        },
        number=(0.15, 0.4),
        measured="the avoidable bias is 27.72 points",
        evidence=("27.72",),
    ),
    remedy_of_the_project: Verdict(
        accepted={NextStep.LONGER: "bias: the training set is not fitted yet, and waiting is cheap"},
        refused={
            NextStep.WIDER: "it does not fit the chip, and with 33.7 % on dev it helps less",
            NextStep.PENALTY: "a penalty adds bias to a bias problem: 47.5 % missed on dev",
            NextStep.LARGER_DEV: "that narrows intervals, and the largest gap is certain already",
        },
        number=(0.15, 0.34),
        measured="after 60 epochs 25.3 % are missed on dev",
        evidence=("33.7 %", "47.5 %", "25.3 %"),
    ),
    end_of_the_training: Verdict(
        accepted={
            Stopping.TO_THE_END: "one knob for one thing: nothing is lost by the end, and variance gets its own remedy",
            Stopping.PATIENCE: "it loses little and saves time, at the price of one knob that moves bias and variance",
        },
        refused={Stopping.FIRST_RISE: "a single rise on dev is noise: stopping there misses 43 %"},
        number=(0.3, 0.75),
        measured="with seed 0 the first rise is at 43 %",
        evidence=("43 %",),
    ),
    plan_after_the_letters: Verdict(
        accepted={Plan.NEW_METRIC: "the metric prefers the wrong model; move the target first, then aim"},
        refused={
            Plan.KEEP: "it takes 25 % for a success while every second pedestrian is missed",
            Plan.TRAIN_ONLY: "the old metric would then choose the other model again, 35 % against 40 %",
        },
        number=(0.3, 0.8),
        measured="50 % of the pedestrians are missed",
        evidence=("50 %", "25 %", "35 %", "40 %"),
    ),
}
for _reference, _verdict in VERDICTS.items():
    human_level_performance.lesson.decision(_reference, _verdict)
