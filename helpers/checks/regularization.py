"""Exercises of course 2, week 1: regularization. The network has three layers: ReLU, ReLU, sigmoid.

Examples are columns, X (n, m), except in `shift_images` and `augment`, which take images (m, height, width).
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from helpers import nn
from helpers.checks.common import random_network
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.checks.three_layers import Caches, backward, forward, forward_with_dropout
from helpers.nn.optimizers import Parameters

lesson = Lesson("regularization")
check = lesson.check

DIMS = ((3, 4, 2, 1), (3, 3, 3, 1), (2, 5, 3, 1))
Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]
Changed = tuple[np.ndarray, np.ndarray]


def _labels(m: int) -> np.ndarray:
    return (np.arange(m) % 2).reshape(1, m)


def _cost_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m, lambd in ((5, 0.7), (3, 0.1), (1, 2.0)):
        A3, parameters = rng.uniform(0.05, 0.95, (1, m)), random_network(rng, *DIMS[0])
        yield case(A3, _labels(m), parameters, lambd, label=f"m = {m} and lambd = {lambd}")
    yield case(A3, _labels(1), parameters, 0.0, label="lambd = 0, the plain cross-entropy")


def _weights_only(penalty):
    def wrong(A3, Y, parameters, lambd):
        return nn.binary_cross_entropy(A3, Y) + penalty(parameters, lambd, Y.shape[1])

    return wrong


@lesson.exercise(
    _cost_cases,
    Mistake("the penalty is divided by 2m, not by m", _weights_only(lambda p, lambd, m: 2 * nn.l2_cost(p, lambd, m))),
    Mistake("the penalty is divided by the number of examples", _weights_only(lambda p, la, m: nn.l2_cost(p, la, 1))),
    Mistake(
        "only weights are penalised: leave the biases out",
        _weights_only(lambda p, lambd, m: lambd / (2 * m) * sum(np.vdot(value, value) for value in p.values())),
    ),
)
def compute_cost_with_regularization(A3: np.ndarray, Y: np.ndarray, parameters: Parameters, lambd: float) -> float:
    """Mean cross-entropy plus λ/(2m) · (‖W1‖² + ‖W2‖² + ‖W3‖²), a number."""
    return nn.binary_cross_entropy(A3, Y) + nn.l2_cost(parameters, lambd, Y.shape[1])


def _dead_column(X: np.ndarray, m: int) -> np.ndarray:
    """X with a first example of zeros: there z = 0 exactly where the bias is 0 too."""
    return X * (np.arange(m) > 0)


def _l2_backward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for dims, m, lambd in zip(DIMS, (5, 3, 1), (0.7, 0.1, 2.0), strict=True):
        X, parameters = rng.standard_normal((dims[0], m)), random_network(rng, *dims)
        yield case(X, _labels(m), forward(X, parameters), lambd, label=f"m = {m} and lambd = {lambd}")
    X = _dead_column(rng.standard_normal((3, 4)), 4)
    cache = forward(X, nn.initialize_network((3, 4, 2, 1), rng))
    yield case(X, _labels(4), cache, 0.3, label="units at z = 0, where the gradient of ReLU is 0")


def _penalised(wrong_term):
    """The right gradients, but `wrong_term(W, lambd, m)` in place of λ/m · W."""

    def wrong(X, Y, cache, lambd):
        gradients = backward_propagation_with_regularization(X, Y, cache, 0.0)
        for layer, W in ((1, cache[2]), (2, cache[6]), (3, cache[10])):
            gradients[f"dW{layer}"] = gradients[f"dW{layer}"] + wrong_term(W, lambd, X.shape[1])
        return gradients

    return wrong


@lesson.exercise(
    _l2_backward_cases,
    Mistake(
        "the ½ of the cost cancels the 2 of the square: lambd / m · W", _penalised(lambda W, la, m: la / 2 / m * W)
    ),
    Mistake("the penalty is divided by m as well: lambd / m · W", _penalised(lambda W, lambd, m: lambd * W)),
    Mistake("the gradient of the penalty, lambd / m · W, is missing", _penalised(lambda W, lambd, m: 0.0)),
    Mistake("the gradient of the penalty has the sign of W", _penalised(lambda W, lambd, m: -lambd / m * W)),
)
def backward_propagation_with_regularization(X: np.ndarray, Y: np.ndarray, cache: Caches, lambd: float) -> Parameters:
    """{"dZ3", "dW3", "db3", "dA2", …, "dW1", "db1"}, λ/m · W added to the gradients of the weights."""
    return backward(X, Y, [cache[1:3], cache[5:7], cache[9:11]], lambd)


def _dropout_forward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for dims, m, options in zip(DIMS, (5, 4, 1), ({}, {"keep_prob": 0.86}, {"keep_prob": 0.3}), strict=True):
        what = f"keep_prob = {options.get('keep_prob', '0.5, the default')}"
        X = rng.standard_normal((dims[0], m))
        yield case(X, random_network(rng, *dims), **options, label=f"m = {m} and {what}", seed=7)
    yield case(X, random_network(rng, *DIMS[2]), keep_prob=1.0, label="keep_prob = 1, which drops nothing")


def _dropped_with(**wrong):
    return lambda X, parameters, keep_prob=0.5: forward_with_dropout(X, parameters, keep_prob, **wrong)


@lesson.exercise(
    _dropout_forward_cases,
    Mistake("divide what is kept by keep_prob, so that its expected value stays the same", _dropped_with(scale=False)),
    Mistake("an entry is kept where its random number is below keep_prob", _dropped_with(keep=np.greater_equal)),
    Mistake("the masks need uniform numbers: np.random.rand, not randn", _dropped_with(draw="standard_normal")),
)
def forward_propagation_with_dropout(
    X: np.ndarray, parameters: Parameters, keep_prob: float = 0.5
) -> tuple[np.ndarray, Caches]:
    """A3 and (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3); seed 1 inside, masks D = rand < keep_prob."""
    return forward_with_dropout(X, parameters, keep_prob)


def _dropout_backward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for dims, m, keep_prob in zip(DIMS, (5, 4, 2), (0.8, 0.5, 0.86), strict=True):
        X = rng.standard_normal((dims[0], m))
        _, cache = forward_propagation_with_dropout(X, random_network(rng, *dims), keep_prob)
        yield case(X, _labels(m), cache, keep_prob, label=f"m = {m} and keep_prob = {keep_prob}")
    X = _dead_column(rng.standard_normal((3, 4)), 4)
    _, cache = forward_propagation_with_dropout(X, nn.initialize_network((3, 4, 2, 1), rng), 0.9)
    yield case(X, _labels(4), cache, 0.9, label="units at z = 0, where the gradient of ReLU is 0")


def _unscaled_backward(X, Y, cache, keep_prob):
    return backward_propagation_with_dropout(X, Y, cache, 1.0)


def _undropped_backward(X, Y, cache, keep_prob):
    return backward(X, Y, [cache[2:4], cache[7:9], cache[11:13]], 0.0)


@lesson.exercise(
    _dropout_backward_cases,
    Mistake("divide dA1 and dA2 by keep_prob, as the forward pass divided A1 and A2", _unscaled_backward),
    Mistake("what was dropped gets no gradient: dA1 and dA2 need the masks and the scale", _undropped_backward),
)
def backward_propagation_with_dropout(X: np.ndarray, Y: np.ndarray, cache: Caches, keep_prob: float) -> Parameters:
    """{"dZ3", "dW3", "db3", "dA2", …, "dW1", "db1"}; dA1 and dA2 through the masks and divided by keep_prob."""
    layers, masks = [cache[2:4], cache[7:9], cache[11:13]], (cache[1] / keep_prob, cache[6] / keep_prob)
    return backward(X, Y, layers, 0.0, masks)


def _early_stopping_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case([0.9, 0.6, 0.5, 0.52, 0.53, 0.54, 0.55, 0.4], 3, label="three epochs without improvement")
    yield case([0.9, 0.6, 0.5, 0.52, 0.51, 0.53, 0.4], 4, label="an improvement in the last moment")
    yield case([0.9, 0.8, 0.7], 2, label="a cost that always falls")
    yield case([0.5, 0.5, 0.5, 0.4, 0.3], 2, label="equal costs, which are no improvement")
    yield case([1.4, 1.2, 1.3, 1.25, 1.24], 2, label="costs above the best that fall again")
    yield case([3.0, 2.0, np.nan, np.nan, 1.0], 2, label="costs that are not a number")
    yield case([0.7, 0.8], 5, label="fewer epochs than the patience")


def _after_rises(dev_costs, patience):
    """Counts rises from one epoch to the next, not epochs since the best."""
    rises = 0
    for epoch in range(1, len(dev_costs)):
        rises = rises + 1 if dev_costs[epoch] >= dev_costs[epoch - 1] else 0
        if rises == patience:
            break
    return epoch, int(np.nanargmin(dev_costs[: epoch + 1]))


def _with_hindsight(dev_costs, patience):
    return early_stopping(dev_costs, patience)[0], int(np.nanargmin(dev_costs))


@lesson.exercise(
    _early_stopping_cases,
    Mistake("compare with the best cost so far, not with the epoch before", _after_rises),
    Mistake("costs after the stop are never seen: they cannot be the best", _with_hindsight),
    Mistake("return the stop epoch first, then the best epoch", lambda costs, n: early_stopping(costs, n)[::-1]),
    Mistake("stop as soon as `patience` epochs in a row were no better", lambda c, n: early_stopping(c, n + 1)),
)
def early_stopping(dev_costs: Sequence[float], patience: int) -> tuple[int, int]:
    """The epoch at which training ends, the last one at most, and the best epoch until then; counted from 0."""
    stopping = nn.EarlyStopping(patience)
    stop = next((epoch for epoch, cost in enumerate(dev_costs) if stopping.should_stop(epoch, cost, {})), None)
    return len(dev_costs) - 1 if stop is None else stop, stopping.best_epoch


def _images(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.integers(1, 256, shape).astype(np.uint8)


def _shift_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(_images(rng, 5, 4, 4), np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [0, 0]]), label="one pixel each way")
    yield case(_images(rng, 3, 5, 7), np.array([[2, -1], [-2, 3], [1, 2]]), label="images that are not square")
    yield case(rng.random((2, 4, 3)), np.array([[1, 1], [-1, -2]]), label="images of floats")


def _wrapped(images, shifts):
    return np.stack([np.roll(image, tuple(shift), (0, 1)) for image, shift in zip(images, shifts, strict=True)])


@lesson.exercise(
    _shift_cases,
    Mistake("pixels that leave on one side must not return on the other: the margin is 0", _wrapped),
    Mistake("a positive shift goes down and to the right", lambda images, shifts: shift_images(images, -shifts)),
    Mistake("shifts[i, 0] moves rows, shifts[i, 1] columns", lambda images, s: shift_images(images, s[:, ::-1])),
)
def shift_images(images: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Image i (h, w) moved down by shifts[i, 0] rows and right by shifts[i, 1] columns; what comes in is 0."""
    margin = int(np.abs(shifts).max(initial=0))
    rolled = _wrapped(np.pad(images, [(0, 0), (margin, margin), (margin, margin)]), shifts)
    return rolled[:, margin : margin + images.shape[1], margin : margin + images.shape[2]]


def _scaled(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return images * rng.uniform(0.5, 1.5, (len(images), 1, 1))


def _flipped(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.where(rng.random((len(images), 1, 1)) < 0.5, images[:, :, ::-1], images)


def _augment_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(rng.random((3, 5, 5)), np.arange(3), _scaled, 2, 0, label="2 copies of 3 images")
    yield case(_images(rng, 4, 6, 4), np.array([7, 4, 4, 1]), _flipped, 3, 5, label="3 copies of 4 images, mirrored")
    yield case(rng.random((2, 3, 3)), np.array([1, 0]), _scaled, 1, 0, label="one copy")


def _repeated_labels(images, labels, change, copies, seed):
    return augment(images, labels, change, copies, seed)[0], np.repeat(labels, copies + 1)


def _equal_copies(images, labels, change, copies, seed):
    changed = change(images, np.random.default_rng(seed))
    return np.concatenate([images, *[changed] * copies]), np.tile(labels, copies + 1)


@lesson.exercise(
    _augment_cases,
    Mistake("labels come in the order of the images: all of them, then all again; np.tile", _repeated_labels),
    Mistake("call change anew for every copy, or the copies are all alike", _equal_copies),
)
def augment(images: np.ndarray, labels: np.ndarray, change: Change, copies: int, seed: int) -> Changed:
    """The images, then `copies` changed copies of them all, each `change(images, rng)`; and the labels of all."""
    rng = np.random.default_rng(seed)
    changed = [change(images, rng) for _ in range(copies)]
    return np.concatenate([images, *changed]), np.tile(labels, copies + 1)
