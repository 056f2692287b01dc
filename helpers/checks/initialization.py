"""Exercises of course 2, week 1: initialization. Weights W{l} (n_l, n_{l−1}); activations are columns (units, m)."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from helpers import nn
from helpers.checks.common import random_network
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.nn.optimizers import Parameters

lesson = Lesson("initialization")
check = lesson.check

SEED = 3  # of every initializer that draws random numbers
ACTIVATIONS = {"relu": nn.relu, "tanh": nn.tanh}


def _layer_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case([3, 2, 1], label="layers_dims = [3, 2, 1]")
    yield case([2, 10, 5, 1], label="layers_dims = [2, 10, 5, 1]", seed=7)
    yield case([4, 4], label="layers_dims = [4, 4]")


def _network(layers_dims: list[int], initializer: Callable, rng=None) -> Parameters:
    return nn.initialize_network(layers_dims, rng or np.random.RandomState(SEED), initializer)


def _scaled(scale: Callable[[int, int], float]) -> Callable[[list[int]], Parameters]:
    """An initializer of standard deviation scale(n, n_prev)."""
    return partial(_network, initializer=lambda n, n_prev, rng: nn.normal(n, n_prev, rng, scale=scale(n, n_prev)))


def _transposed(layers_dims):
    parameters = initialize_parameters_zeros(layers_dims)
    return {name: value.T if name[0] == "W" else value for name, value in parameters.items()}


def _biases_drawn(layers_dims):
    rng, parameters = np.random.RandomState(SEED), {}
    for name, value in initialize_parameters_zeros(layers_dims).items():
        parameters[name] = rng.standard_normal(value.shape) * 10
    return parameters


def _uniform(layers_dims):
    return _network(layers_dims, lambda n, n_prev, rng: rng.uniform(size=(n, n_prev)) * 10)


def _reseeded(layers_dims):
    """Seeded again for each layer, so that every layer draws the same numbers."""
    return _network(layers_dims, lambda n, n_prev, rng: nn.normal(n, n_prev, np.random.RandomState(SEED), 10))


@lesson.exercise(
    _layer_cases,
    Mistake("a row of W is a unit and a column an input: W{l} is (n_l, n_{l−1})", _transposed),
)
def initialize_parameters_zeros(layers_dims: list[int]) -> Parameters:
    """W{l} (n_l, n_{l−1}) and b{l} (n_l, 1), all zeros."""
    return _network(layers_dims, nn.zeros)


@lesson.exercise(
    _layer_cases,
    Mistake("np.random.rand draws from 0 to 1; np.random.randn draws from N(0, 1)", _uniform),
    Mistake("the weights are 10 times what randn gives", _scaled(lambda n, n_prev: 1)),
    Mistake("biases stay zero; only weights are drawn", _biases_drawn),
    Mistake("seed once, before the loop: here every layer draws the same numbers again", _reseeded),
    Mistake(
        "keep np.random.seed(3) as the first line", lambda dims: _network(dims, partial(nn.normal, scale=10), np.random)
    ),
)
def initialize_parameters_random(layers_dims: list[int]) -> Parameters:
    """Seed 3 inside; weights 10 · N(0, 1), biases zero."""
    return _network(layers_dims, partial(nn.normal, scale=10))


@lesson.exercise(
    _layer_cases,
    Mistake("n_{l−1} counts the inputs of a unit: layers_dims[l - 1]", _scaled(lambda n, n_prev: (2 / n) ** 0.5)),
    Mistake("ReLU drops half of the square: 2 / n_{l−1}, not 1 / n_{l−1}", _scaled(lambda n, n_prev: n_prev**-0.5)),
    Mistake("2 / n_{l−1} is the variance: randn is multiplied by its root", _scaled(lambda n, n_prev: 2 / n_prev)),
)
def initialize_parameters_he(layers_dims: list[int]) -> Parameters:
    """Seed 3 inside; weights N(0, 2 / n_{l−1}), biases zero."""
    return _network(layers_dims, nn.he_normal)


@lesson.exercise(
    _layer_cases,
    Mistake("this is He's rule; Xavier's divides by n_{l−1} + n_l", _scaled(lambda n, n_prev: (2 / n_prev) ** 0.5)),
    Mistake(
        "the mean of n_{l−1} and n_l is half of their sum: 2 over the sum, not 1",
        _scaled(lambda n, n_prev: (n + n_prev) ** -0.5),
    ),
    Mistake(
        "2 / (n_{l−1} + n_l) is the variance: randn is multiplied by its root",
        _scaled(lambda n, n_prev: 2 / (n + n_prev)),
    ),
)
def initialize_parameters_xavier(layers_dims: list[int]) -> Parameters:
    """Seed 3 inside; weights N(0, 2 / (n_{l−1} + n_l)), biases zero."""
    return _network(layers_dims, nn.xavier_normal)


def _spread_cases(rng: np.random.Generator) -> Iterator[Case]:
    for dims, m in (((4, 5, 3, 1), 6), ((3, 3, 3, 3, 2), 3), ((2, 6, 1), 1)):
        for hidden in ACTIVATIONS:
            label = f"layers of {', '.join(map(str, dims))} units, m = {m}, hidden={hidden!r}"
            yield case(2 * rng.standard_normal((dims[0], m)), random_network(rng, *dims), hidden=hidden, label=label)
    yield case(rng.standard_normal((2, 4)), random_network(rng, 2, 3, 1), label="the default hidden")


def _spread_of(measure: Callable, layers: slice, after: bool = True) -> Callable:
    """`measure` of the chosen layers, of their activations or, with after=False, of what goes into the activation."""

    def wrong(X, parameters, hidden="relu"):
        Z_last, caches = nn.network_forward(X, parameters, hidden)
        inputs = [cache[0] for cache in caches] + [nn.sigmoid(Z_last)]
        if not after:
            inputs = [X] + [parameters[f"W{i}"] @ A + parameters[f"b{i}"] for i, A in enumerate(inputs[:-1], start=1)]
        return np.array([measure(A) for A in inputs][layers])

    return wrong


@lesson.exercise(
    _spread_cases,
    Mistake("the spread is wanted after the activation: A.std(), not Z.std()", _spread_of(np.std, np.s_[1:-1], False)),
    Mistake("this is the variance; .std() is its root", _spread_of(np.var, np.s_[1:-1])),
    Mistake("the last layer is the output, not a hidden layer: stop before it", _spread_of(np.std, np.s_[1:])),
    Mistake("X is the input, not a hidden layer: measure after the activation", _spread_of(np.std, np.s_[:-1])),
)
def activation_spread(X: np.ndarray, parameters: Parameters, hidden: str = "relu") -> np.ndarray:
    """Standard deviation over units and examples of each hidden layer's activations, shape (L − 1,)."""
    _, caches = nn.network_forward(X, parameters, hidden)
    return np.array([A.std() for A, _ in caches[1:]])
