"""Rules that move parameters against their gradients, all behind one interface.

`optimizer.initialize(parameters)` makes the state; `optimizer.update(parameters, gradients, state)` returns new
parameters and the new state. Nothing is changed in place. A learning rate is a number or a schedule: a function of the
step, counted from 0.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from helpers.nn.schedules import Schedule
from helpers.nn.validation import require_positive, require_same_shape

Parameters = dict[str, np.ndarray]
BLOCK = 2**15  # entries that stay in the processor's cache while a rule passes over them several times


class State(NamedTuple):
    """Steps taken, and for each moment that the rule keeps a dictionary of arrays shaped like the parameters."""

    step: int
    moments: tuple[Parameters, ...]


class Optimizer(NamedTuple):
    """A rule: see the module's docstring."""

    initialize: Callable[[Parameters], State]
    update: Callable[[Parameters, Parameters, State], tuple[Parameters, State]]


def gradient_descent(parameters: Parameters, gradients: Parameters, learning_rate: float) -> Parameters:
    """θ ← θ − α dθ for every parameter; both dictionaries have the same keys and shapes. Returns a new one."""
    require_positive("gradient_descent", "learning_rate", learning_rate)
    _require_matching("gradient_descent", parameters, gradients)
    return {name: value - learning_rate * gradients[name] for name, value in parameters.items()}


def sgd(learning_rate: float | Schedule = 0.01) -> Optimizer:
    """Gradient descent: θ ← θ − α dθ."""

    def rule(step, rate, gradient, out):
        np.multiply(gradient, rate, out=out)

    return _optimizer("sgd", learning_rate, 0, rule)


def momentum(learning_rate: float | Schedule = 0.01, beta: float = 0.9) -> Optimizer:
    """v ← β v + (1 − β) dθ, θ ← θ − α v, as taught: without bias correction (Polyak, 1964)."""
    _require_decay("momentum", "beta", beta)

    def rule(step, rate, gradient, out, v, old_v):
        _average(v, old_v, gradient, beta)
        np.multiply(v, rate, out=out)

    return _optimizer("momentum", learning_rate, 1, rule)


def rmsprop(learning_rate: float | Schedule = 0.001, beta: float = 0.9, epsilon: float = 1e-8) -> Optimizer:
    """s ← β s + (1 − β) dθ², θ ← θ − α dθ / (√s + ε) (Hinton, 2012)."""
    _require_decay("rmsprop", "beta", beta)
    require_positive("rmsprop", "epsilon", epsilon)

    def rule(step, rate, gradient, out, s, old_s):
        _average(s, old_s, gradient * gradient, beta)
        np.sqrt(s, out=out)
        out += epsilon
        np.divide(gradient, out, out=out)
        out *= rate

    return _optimizer("rmsprop", learning_rate, 1, rule)


def adam(
    learning_rate: float | Schedule = 0.001, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8
) -> Optimizer:
    """v̂ = v/(1 − β₁ᵗ), ŝ = s/(1 − β₂ᵗ), θ ← θ − α v̂ / (√ŝ + ε) (Kingma and Ba, 2015)."""
    _require_decay("adam", "beta1", beta1)
    _require_decay("adam", "beta2", beta2)
    require_positive("adam", "epsilon", epsilon)

    def rule(step, rate, gradient, out, v, s, old_v, old_s):
        _average(v, old_v, gradient, beta1)
        _average(s, old_s, gradient * gradient, beta2)
        np.multiply(s, 1 / (1 - beta2 ** (step + 1)), out=out)
        np.sqrt(out, out=out)
        out += epsilon
        np.divide(v, out, out=out)
        out *= rate / (1 - beta1 ** (step + 1))

    return _optimizer("adam", learning_rate, 2, rule)


def _average(mean: np.ndarray, old: np.ndarray, new: np.ndarray, beta: float) -> None:
    """mean ← β old + (1 − β) new."""
    np.multiply(old, beta, out=mean)
    mean += (1 - beta) * new


def _optimizer(name: str, learning_rate: float | Schedule, moments: int, rule: Callable) -> Optimizer:
    if not callable(learning_rate):
        require_positive(name, "learning_rate", learning_rate)

    def initialize(parameters: Parameters) -> State:
        return State(0, tuple({key: np.zeros_like(v) for key, v in parameters.items()} for _ in range(moments)))

    def update(parameters: Parameters, gradients: Parameters, state: State) -> tuple[Parameters, State]:
        _require_matching(name, parameters, gradients)
        rate = learning_rate(state.step) if callable(learning_rate) else learning_rate
        moved, *kept = ({key: np.empty(v.shape, v.dtype) for key, v in parameters.items()} for _ in range(moments + 1))
        for key, value in parameters.items():
            new, old = [moment[key] for moment in kept], [moment[key] for moment in state.moments]
            arrays = (np.reshape(array, -1) for array in (value, gradients[key], moved[key], *new, *old))
            _move(partial(rule, state.step, rate), *arrays)
        return moved, State(state.step + 1, tuple(kept))

    return Optimizer(initialize, update)


def _move(rule: Callable, value: np.ndarray, gradient: np.ndarray, moved: np.ndarray, *moments: np.ndarray) -> None:
    """Write `value` minus the step of the rule into `moved`, block by block, so that each stays in the cache."""
    for start in range(0, value.size, BLOCK):
        old, slope, new, *kept = (array[start : start + BLOCK] for array in (value, gradient, moved, *moments))
        rule(slope, new, *kept)
        np.subtract(old, new, out=new)


def _require_matching(where: str, parameters: Parameters, gradients: Parameters) -> None:
    if parameters.keys() != gradients.keys():
        unmatched = sorted(parameters.keys() ^ gradients.keys())
        raise ValueError(f"{where}: parameters and gradients do not share the names {', '.join(unmatched)}")
    for name, value in parameters.items():
        require_same_shape(where, f"gradients[{name!r}]", gradients[name], "the parameter", value)


def _require_decay(where: str, name: str, value: float) -> None:
    if not 0 <= value < 1:
        raise ValueError(f"{where}: {name} is {value!r} but must lie in [0, 1)")
