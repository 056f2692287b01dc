"""Exercises of course 2, week 2: optimization methods. Gradients are named after their parameters, "dW1" for "W1"."""

from collections.abc import Iterator

import numpy as np

from helpers import nn
from helpers.checks.common import UPDATE_MISTAKES, random_gradients, random_network
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.nn.optimizers import Optimizer, Parameters, State

lesson = Lesson("optimization methods")
check = lesson.check


def _networks(rng: np.random.Generator) -> Iterator[tuple[Parameters, Parameters, str]]:
    """Parameters, gradients of their shapes, and a label."""
    for dims in ((3, 4, 1), (2, 3, 3, 1)):
        parameters = random_network(rng, *dims)
        yield parameters, random_gradients(rng, parameters), f"{len(dims) - 1} layers"


def _positive(rng: np.random.Generator, parameters: Parameters) -> Parameters:
    return {name: value**2 + 0.1 for name, value in random_gradients(rng, parameters).items()}


def _with_d(moment: Parameters) -> Parameters:
    return {f"d{name}": value for name, value in moment.items()}


def _without_d(moment: Parameters) -> Parameters:
    return {name.removeprefix("d"): value for name, value in moment.items()}


def _step(optimizer: Optimizer, parameters: Parameters, grads: Parameters, moments: tuple, t: int = 1) -> tuple:
    """Parameters after step t, and the moments, all in the names of the course."""
    state = State(t - 1, tuple(_without_d(moment) for moment in moments))
    moved, state = optimizer.update(parameters, _without_d(grads), state)
    return moved, *(_with_d(moment) for moment in state.moments)


def _gd_cases(rng: np.random.Generator) -> Iterator[Case]:
    return (case(parameters, grads, 0.1, label=label) for parameters, grads, label in _networks(rng))


@lesson.exercise(_gd_cases, *UPDATE_MISTAKES)
def update_parameters_with_gd(parameters: Parameters, grads: Parameters, learning_rate: float) -> Parameters:
    """W{l} − α dW{l} and b{l} − α db{l} for every layer, in a new dictionary."""
    return nn.gradient_descent(parameters, _without_d(grads), learning_rate)


def _mini_batch_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m, size, seed in ((10, 4, 3), (12, 4, 0), (5, 8, 1), (4, 1, 2)):
        X, Y = rng.standard_normal((3, m)), rng.integers(0, 2, (1, m))
        yield case(X, Y, size, seed, label=f"{m} examples in batches of {size}", seed=9)
    yield case(rng.standard_normal((2, 150)), rng.integers(0, 2, (1, 150)), label="the default size and seed", seed=9)


def _in_order(X, Y, mini_batch_size=64, seed=0):
    starts = range(0, X.shape[1], mini_batch_size)
    return [(X[:, k : k + mini_batch_size], Y[:, k : k + mini_batch_size]) for k in starts]


def _shuffled_apart(X, Y, mini_batch_size=64, seed=0):
    rng = np.random.RandomState(seed)
    X, Y = (A[:, rng.permutation(A.shape[1])] for A in (X, Y))
    return _in_order(X, Y, mini_batch_size)


@lesson.exercise(
    _mini_batch_cases,
    Mistake("the examples are not shuffled: take the columns in the order of np.random.permutation(m)", _in_order),
    Mistake("X and Y need the same order, or the labels no longer belong to their examples", _shuffled_apart),
)
def random_mini_batches(X: np.ndarray, Y: np.ndarray, mini_batch_size: int = 64, seed: int = 0) -> list[tuple]:
    """Batches (n, size) and (1, size) of the shuffled columns; the last may be smaller."""
    return list(nn.mini_batches(X, Y, mini_batch_size, np.random.RandomState(seed)))


def _average_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([10.0, 20.0, 15.0]), 0.9, True, label="3 values, β = 0.9, corrected")
    yield case(rng.standard_normal(8), 0.5, False, label="8 values, β = 0.5, not corrected")
    yield case(rng.standard_normal(6), 0.7, label="the default setting")
    yield case(rng.standard_normal(4), 0.0, label="β = 0, which keeps the values as they are")


def _swapped_average(values, beta, bias_correction=True):
    averages = exponentially_weighted_average(values, 1 - beta, False)
    return averages / (1 - beta ** np.arange(1, len(values) + 1)) if bias_correction else averages


@lesson.exercise(_average_cases, Mistake("β weighs the old average, 1 − β the new value", _swapped_average))
def exponentially_weighted_average(values: np.ndarray, beta: float, bias_correction: bool = True) -> np.ndarray:
    """The average (T,) of values (T,) after each of them, divided by 1 − βᵗ if corrected."""
    average, averages = 0.0, []
    for t, value in enumerate(values, start=1):
        average = beta * average + (1 - beta) * value
        averages.append(average / (1 - beta**t) if bias_correction else average)
    return np.array(averages)


def _initialize_cases(rng: np.random.Generator) -> Iterator[Case]:
    return (case(parameters, label=label) for parameters, _, label in _networks(rng))


def _zeros_by_parameter(parameters):
    return {name: np.zeros_like(value) for name, value in parameters.items()}


NAMED_WRONG = "the names are those of the gradients: a d before the name of each parameter"


@lesson.exercise(_initialize_cases, Mistake(NAMED_WRONG, _zeros_by_parameter))
def initialize_velocity(parameters: Parameters) -> Parameters:
    """Zeros {"dW{l}", "db{l}"} of the shapes of the parameters."""
    return _with_d(nn.momentum().initialize(parameters).moments[0])


def _momentum_cases(rng: np.random.Generator) -> Iterator[Case]:
    for beta in (0.9, 0.0):
        for parameters, grads, label in _networks(rng):
            v = random_gradients(rng, parameters)
            yield case(parameters, grads, v, beta, 0.05, label=f"{label}, β = {beta}")


def _momentum_sum(parameters, grads, v, beta, learning_rate):
    v = {name: beta * v[name] + grads[name] for name in v}
    return update_parameters_with_gd(parameters, v, learning_rate), v


@lesson.exercise(
    _momentum_cases,
    Mistake("the new gradient enters the average with weight 1 − β", _momentum_sum),
)
def update_parameters_with_momentum(
    parameters: Parameters, grads: Parameters, v: Parameters, beta: float, learning_rate: float
) -> tuple[Parameters, Parameters]:
    """v = β v + (1 − β) g, θ = θ − α v, in new dictionaries: parameters, v."""
    return _step(nn.momentum(learning_rate, beta), parameters, grads, (v,))


@lesson.exercise(_initialize_cases, Mistake(NAMED_WRONG, _zeros_by_parameter))
def initialize_rmsprop(parameters: Parameters) -> Parameters:
    """Zeros {"dW{l}", "db{l}"} of the shapes of the parameters."""
    return _with_d(nn.rmsprop().initialize(parameters).moments[0])


def _rmsprop_cases(rng: np.random.Generator) -> Iterator[Case]:
    for parameters, grads, label in _networks(rng):
        s = _positive(rng, parameters)
        yield case(parameters, grads, s, 0.05, label=label)
        yield case(parameters, grads, s, 0.03, 0.6, 0.2, label=f"{label}, beta = 0.6 and epsilon = 0.2")


def _epsilon_inside(parameters, grads, s, rate, beta=0.9, epsilon=1e-8):
    _, s = update_parameters_with_rmsprop(parameters, grads, s, rate, beta, epsilon)
    scaled = {name: grads[name] / np.sqrt(s[name] + epsilon) for name in s}
    return update_parameters_with_gd(parameters, scaled, rate), s


@lesson.exercise(_rmsprop_cases, Mistake("epsilon is added after the root is taken", _epsilon_inside))
def update_parameters_with_rmsprop(
    parameters: Parameters,
    grads: Parameters,
    s: Parameters,
    learning_rate: float,
    beta: float = 0.9,
    epsilon: float = 1e-8,
) -> tuple[Parameters, Parameters]:
    """s = β s + (1 − β) g², θ = θ − α g / (√s + ε), in new dictionaries: parameters, s."""
    return _step(nn.rmsprop(learning_rate, beta, epsilon), parameters, grads, (s,))


@lesson.exercise(_initialize_cases, Mistake(NAMED_WRONG, lambda parameters: (_zeros_by_parameter(parameters),) * 2))
def initialize_adam(parameters: Parameters) -> tuple[Parameters, Parameters]:
    """v and s, zeros {"dW{l}", "db{l}"} of the shapes of the parameters."""
    v, s = nn.adam().initialize(parameters).moments
    return _with_d(v), _with_d(s)


def _adam_cases(rng: np.random.Generator) -> Iterator[Case]:
    for parameters, grads, label in _networks(rng):
        v, s = random_gradients(rng, parameters), _positive(rng, parameters)
        yield case(parameters, grads, *initialize_adam(parameters), 1, label=f"{label}, the first step")
        yield case(parameters, grads, v, s, 3, 0.05, 0.7, 0.8, 0.2, label=f"{label}, t = 3 and settings of its own")


def _adam_with(late: int = 0, corrected: bool = True):
    def wrong(parameters, grads, v, s, t, rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
        _, *averages = update_parameters_with_adam(parameters, grads, v, s, t + late, rate, beta1, beta2, epsilon)
        first, second = averages[2:] if corrected else averages[:2]
        scaled = {name: first[name] / (np.sqrt(second[name]) + epsilon) for name in v}
        return update_parameters_with_gd(parameters, scaled, rate), *averages

    return wrong


@lesson.exercise(
    _adam_cases,
    Mistake("step by the corrected averages, not by v and s themselves", _adam_with(corrected=False)),
    Mistake("t counts this step already: the powers are beta1**t and beta2**t", _adam_with(late=1)),
)
def update_parameters_with_adam(
    parameters: Parameters,
    grads: Parameters,
    v: Parameters,
    s: Parameters,
    t: int,
    learning_rate: float = 0.01,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Parameters, ...]:
    """θ = θ − α v̂ / (√ŝ + ε), in new dictionaries: parameters, v, s, v_corrected, s_corrected."""
    moved, v, s = _step(nn.adam(learning_rate, beta1, beta2, epsilon), parameters, grads, (v, s), t)
    v_corrected = {name: value / (1 - beta1**t) for name, value in v.items()}
    s_corrected = {name: value / (1 - beta2**t) for name, value in s.items()}
    return moved, v, s, v_corrected, s_corrected


def _decay_cases(rng: np.random.Generator) -> Iterator[Case]:
    for epoch, decay_rate in ((0, 1), (1, 1), (7, 0.3)):
        yield case(0.5, epoch, decay_rate, label=f"epoch {epoch}, decay_rate {decay_rate}")


@lesson.exercise(
    _decay_cases,
    Mistake("divide by 1 + decay_rate · epoch_num: the rate falls", lambda first, n, decay: first * (1 + decay * n)),
)
def update_lr(learning_rate0: float, epoch_num: int, decay_rate: float) -> float:
    """α₀ / (1 + decay_rate · epoch_num)."""
    return nn.inverse_time_decay(learning_rate0, decay_rate)(epoch_num)


def _schedule_cases(rng: np.random.Generator) -> Iterator[Case]:
    for epoch, decay_rate, interval in ((99, 1, 100), (100, 1, 100), (250, 0.3, 100), (7, 2.0, 2)):
        yield case(0.5, epoch, decay_rate, interval, label=f"epoch {epoch}, time_interval {interval}")
    for epoch in (999, 3500):
        yield case(0.5, epoch, 1, label=f"epoch {epoch}, the default interval")


@lesson.exercise(
    _schedule_cases,
    Mistake("round epoch_num / time_interval down", lambda first, n, decay, T=1000: first / (1 + decay * n / T)),
)
def schedule_lr_decay(learning_rate0: float, epoch_num: int, decay_rate: float, time_interval: int = 1000) -> float:
    """α₀ / (1 + decay_rate · ⌊epoch_num / time_interval⌋)."""
    return nn.step_decay(learning_rate0, decay_rate, time_interval)(epoch_num)
