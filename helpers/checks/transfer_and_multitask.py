"""Exercises of course 3, week 2: transfer learning and multi-task learning.

Examples are columns. A network is {"W1", "b1", …}; labels of several tasks are (tasks, m), nan where one is missing.
"""

from collections.abc import Iterator
from enum import Enum

import numpy as np

from helpers import nn
from helpers.checks.common import random_network
from helpers.checks.decisions import Verdict
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.nn.initializers import Rng
from helpers.nn.optimizers import Parameters
from helpers.strategy.decisions import Decision, decide

lesson = Lesson("transfer_and_multitask")
check = lesson.check


class Start(Enum):
    """Where the training on a new task begins."""

    SCRATCH = "random weights, all layers trained"
    FROZEN = "the source's layers, frozen; only the new last layer is trained"
    FINE_TUNED = "the source's layers, all of them trained further"


class Source(Enum):
    """A task to learn first."""

    LARGE = "digits 0 to 4, off-centre, 12,500 pictures"
    CENTRED = "digits 0 to 4, all in the middle, 2,500 pictures"
    FEW = "digits 0 to 4, off-centre, 25 pictures"
    SCRAMBLED = "digits 0 to 4, off-centre, 12,500 pictures, their pixels in another order"


class Treatment(Enum):
    """What to do with labels that are missing."""

    MASK = "leave missing labels out of the cost, keep all scenes"
    DROP_INCOMPLETE = "keep only the scenes that have all four labels"
    READ_AS_ABSENT = "read a missing label as no"


class Partners(Enum):
    """Tasks to learn together with one that has few labels."""

    VEHICLES = "where vehicles are, and how near"
    WEATHER = "night, rain and fog"
    NONE = "no other task: a network of its own"


def _transfer_cases(rng: np.random.Generator) -> Iterator[Case]:
    for dims, classes in (((4, 5, 3, 2), 6), ((3, 4, 4), 4), ((2, 3), 1)):
        label = f"layers of {', '.join(map(str, dims))} units and {classes} new classes"
        yield case(random_network(rng, *dims), classes, np.random.default_rng(5), label=label)


def _new_last_layer(W, b=np.zeros_like):
    """The source's parameters with `W(source's last weights, num_classes, rng)` as the last weights and b = b(them)."""

    def wrong(source, num_classes, rng):
        last = len(source) // 2
        weights = W(source[f"W{last}"], num_classes, rng)
        return source | {f"W{last}": weights, f"b{last}": b(weights[:, :1])}

    return wrong


def _one_layer_more(source, num_classes, rng):
    layer, n_prev = len(source) // 2 + 1, len(source[f"b{len(source) // 2}"])
    return source | {f"W{layer}": nn.he_normal(num_classes, n_prev, rng), f"b{layer}": np.zeros((num_classes, 1))}


@lesson.exercise(
    _transfer_cases,
    Mistake(
        "a layer of zeros gets the same gradient for all units of the layer below: draw with nn.he_normal",
        _new_last_layer(lambda old, n, rng: np.zeros((n, old.shape[1]))),
    ),
    Mistake(
        "nn.he_normal(n, n_prev, rng) scales the weights by √(2/n_prev)",
        _new_last_layer(lambda old, n, rng: rng.standard_normal((n, old.shape[1]))),
    ),
    Mistake(
        "the bias of the new layer begins at zero",
        _new_last_layer(lambda old, n, rng: nn.he_normal(n, old.shape[1], rng), np.ones_like),
    ),
    Mistake("the new layer replaces the source's last one, it does not follow it", _one_layer_more),
    Mistake("the last layer answers the source's question: replace it", lambda source, num_classes, rng: dict(source)),
)
def transfer_layers(source: Parameters, num_classes: int, rng: Rng) -> Parameters:
    """All layers of the source but the last; a new last one of num_classes units, He-normal weights and zero biases."""
    last = len(source) // 2
    n_prev = source[f"W{last}"].shape[1]
    new = {f"W{last}": nn.he_normal(num_classes, n_prev, rng), f"b{last}": np.zeros((num_classes, 1))}
    return {name: new.get(name, value).copy() for name, value in source.items()}


def _step_cases(rng: np.random.Generator) -> Iterator[Case]:
    for dims, frozen in (((3, 4, 3, 2), 2), ((3, 4, 2), 1), ((3, 4, 3, 2), 1), ((2, 3, 2), 0), ((2, 3, 1), 2)):
        parameters = random_network(rng, *dims)
        gradients = {name: rng.standard_normal(value.shape) for name, value in parameters.items()}
        yield case(parameters, gradients, 0.3, frozen, label=f"{len(dims) - 1} layers, {frozen} of them frozen")
    deep = random_network(rng, *[2] * 12)
    gradients = {name: np.ones_like(value) for name, value in deep.items()}
    yield case(deep, gradients, 0.1, 9, label="11 layers, 9 of them frozen: a layer's number may have two digits")


def _moved(is_frozen, direction=-1):
    def wrong(parameters, gradients, learning_rate, frozen):
        return {
            name: value if is_frozen(name, frozen) else value + direction * learning_rate * gradients[name]
            for name, value in parameters.items()
        }

    return wrong


@lesson.exercise(
    _step_cases,
    Mistake("layers 1 to frozen stay as they are, the layers after them move", _moved(lambda n, k: int(n[1:]) > k)),
    Mistake("layer number `frozen` is itself frozen", _moved(lambda name, frozen: int(name[1:]) < frozen)),
    Mistake("the biases of frozen layers are frozen too", _moved(lambda n, k: n[0] == "W" and int(n[1:]) <= k)),
    Mistake("nothing is frozen here: look at the layer's number in the name", _moved(lambda name, frozen: False)),
    Mistake("this climbs: subtract learning_rate · gradient", _moved(lambda name, k: int(name[1:]) <= k, +1)),
    Mistake("a layer's number is all of the name after its first letter", _moved(lambda n, k: int(n[-1]) <= k)),
)
def fine_tune_step(parameters: Parameters, gradients: Parameters, learning_rate: float, frozen: int) -> Parameters:
    """One step of gradient descent on the layers above `frozen`; layers 1 to frozen stay as they are."""
    moved = nn.gradient_descent(parameters, gradients, learning_rate)
    return {name: parameters[name] if int(name[1:]) <= frozen else moved[name] for name in parameters}


def _masked_cases(rng: np.random.Generator) -> Iterator[Case]:
    for tasks, m in ((4, 5), (3, 8)):
        Y = rng.integers(0, 2, (tasks, m)).astype(float)
        Y[rng.random(Y.shape) < 0.4] = np.nan
        yield case(rng.normal(0, 2, (tasks, m)), Y, label=f"{tasks} tasks, {m} examples and gaps")
    yield case(rng.normal(0, 2, (2, 3)), np.array([[1.0, 0, 1], [0, 0, 1]]), label="no label missing")
    yield case(rng.normal(0, 2, (2, 3)), np.array([[1.0, 0, 1], [np.nan] * 3]), label="a task without any label")


def _complete(function, fill=0.0):
    return lambda Z, Y: function(Z, np.nan_to_num(Y, nan=fill))


def _over_labels(function):
    """`function` divided by the number of labels instead of examples."""
    return lambda Z, Y: function(Z, Y) * Z.shape[1] / np.sum(~np.isnan(Y))


@lesson.exercise(
    _masked_cases,
    Mistake("a missing label is read as 0 here: it must cost nothing", _complete(nn.masked_sigmoid_cross_entropy)),
    Mistake("a missing label is read as 1 here: it must cost nothing", _complete(nn.masked_sigmoid_cross_entropy, 1)),
    Mistake(
        "divide by m, the number of examples, not by the number of labels",
        _over_labels(nn.masked_sigmoid_cross_entropy),
    ),
    Mistake("divide the sum by m", lambda Z, Y: nn.masked_sigmoid_cross_entropy(Z, Y) * Z.shape[1]),
    Mistake("divide by m only, not by the number of tasks as well", lambda Z, Y: masked_multi_task_cost(Z, Y) / len(Z)),
    Mistake(
        "Z holds logits: the probabilities are nn.sigmoid(Z)",
        lambda Z, Y: nn.masked_sigmoid_cross_entropy(nn.sigmoid(Z), Y),
    ),
)
def masked_multi_task_cost(Z: np.ndarray, Y: np.ndarray) -> float:
    """1/m Σ over examples, and over the tasks whose label is there, of the cross-entropy of σ(z) and y."""
    return nn.masked_sigmoid_cross_entropy(Z, Y)


@lesson.exercise(
    _masked_cases,
    Mistake("where a label is missing, the gradient is 0", _complete(nn.masked_sigmoid_cross_entropy_backward)),
    Mistake(
        "divide by m, the number of examples, not by the number of labels",
        _over_labels(nn.masked_sigmoid_cross_entropy_backward),
    ),
    Mistake(
        "the cost is divided by m, so its gradient is too", lambda Z, Y: masked_multi_task_gradient(Z, Y) * Z.shape[1]
    ),
    Mistake("the gradient is σ(z) − y, not y − σ(z)", lambda Z, Y: -masked_multi_task_gradient(Z, Y)),
    Mistake(
        "0 · nan is nan: choose with np.where instead of multiplying with a mask",
        lambda Z, Y: (nn.sigmoid(Z) - Y) * ~np.isnan(Y) / Z.shape[1],
    ),
)
def masked_multi_task_gradient(Z: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """(σ(z) − y) / m where there is a label, else 0; of the shape of Z."""
    return nn.masked_sigmoid_cross_entropy_backward(Z, Y)


def start_for_twenty_labels() -> Decision:
    """With 20 labels a class, the source's layers win, frozen or not."""
    return decide(Start.FINE_TUNED, 0.1)


def start_for_four_hundred_labels() -> Decision:
    """With 400 labels a class, the source's layers are a good start, no more."""
    return decide(Start.FINE_TUNED, 0.02)


def rank_sources() -> Decision:
    """Much data about the same kind of picture first; pixels in another order have nothing to teach."""
    return decide((Source.LARGE, Source.CENTRED, Source.FEW, Source.SCRAMBLED), 0.03)


def treatment_of_missing_labels() -> Decision:
    """Leave missing labels out of the cost."""
    return decide(Treatment.MASK, 0.5)


def partners_for_trucks() -> Decision:
    """Questions about vehicles share what they need with trucks."""
    return decide(Partners.VEHICLES, 0.08)


lesson.decision(
    start_for_twenty_labels,
    Verdict(
        accepted={
            Start.FROZEN: "55.2 % right against 42.2 % from scratch; fine-tuned 56.2 %, within the intervals",
            Start.FINE_TUNED: "56.2 % right against 42.2 % from scratch; frozen 55.2 %, within the intervals",
        },
        refused={
            Start.SCRATCH: "100 pictures do not teach what the archive has taught: 42.2 % against 55.2 and 56.2 %"
        },
        number=(0.03, 0.35),
        measured="frozen layers gained 13.0 points over training from scratch, fine-tuned ones 14.0",
        evidence=("55.2 %", "42.2 %", "56.2 %", "13.0", "14.0"),
    ),
)
lesson.decision(
    start_for_four_hundred_labels,
    Verdict(
        accepted={
            Start.FINE_TUNED: "84.5 % right, a good start; from scratch 83.4 %, within the intervals",
            Start.SCRATCH: "83.4 % right; fine-tuning, with 84.5 %, is ahead by no more than luck explains",
        },
        refused={Start.FROZEN: "frozen layers are a ceiling: 63.8 % right, 19.6 points behind training from scratch"},
        number=(-0.01, 0.08),
        measured="fine-tuning gained +1.1 ± 2.1 points over training from scratch",
        evidence=("84.5 %", "83.4 %", "63.8 %", "19.6", "+1.1 ± 2.1"),
    ),
)
lesson.decision(
    rank_sources,
    Verdict(
        ranking=[
            (
                Source.LARGE,
                Source.CENTRED,
                "centred digits teach nothing about digits that move: +2.0 points, not +14.0",
            ),
            (Source.LARGE, Source.FEW, "25 pictures teach less than the target's own 100: +0.0 points, not +14.0"),
            (
                Source.LARGE,
                Source.SCRAMBLED,
                "its units join pixels that do not belong together: -0.6 points, not +14.0",
            ),
        ],
        number=(-0.02, 0.12),
        measured="centred digits gained +2.0 ± 2.4 points; the order of the last three is within the intervals",
        evidence=("+2.0", "+14.0", "+0.0", "-0.6", "+2.0 ± 2.4"),
    ),
)
lesson.decision(
    treatment_of_missing_labels,
    Verdict(
        accepted={Treatment.MASK: "68.2 % of the scenes right about trucks, and the other tasks keep all their labels"},
        refused={
            Treatment.DROP_INCOMPLETE: "only 58 scenes have all labels: 55.4 % right about trucks, 68.2 % with a mask",
            Treatment.READ_AS_ABSENT: "nine of ten truck labels become a no, half of them wrong: 45.2 % right",
        },
        number=(0.35, 0.62),
        measured="read as absent, the network is right in 45.2 % and finds 0.4 % of the trucks",
        evidence=("68.2", "55.4", "45.2", "0.4 %", "58"),
    ),
)
lesson.decision(
    partners_for_trucks,
    Verdict(
        accepted={Partners.VEHICLES: "finding vehicles is what both need: +11.6 ± 4.5 points of truck accuracy"},
        refused={
            Partners.WEATHER: "night, rain and fog say nothing about where vehicles are: -2.9 ± 2.2 points",
            Partners.NONE: "80 labels are not enough to find vehicles: 56.6 % alone, 11.6 points less",
        },
        number=(0.02, 0.3),
        measured="the vehicle tasks gained +11.6 ± 4.5 points",
        evidence=("+11.6 ± 4.5", "-2.9 ± 2.2", "56.6 %", "11.6"),
    ),
)
