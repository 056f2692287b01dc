"""Exercises of course 2, week 1: gradient checking. Parameters are dictionaries of arrays, X (n, m), labels Y (m,).

A right gradient differs from the measured slope by rounding noise, which no two machines need agree on. So every case
here either has exact arithmetic (steps and values that are sums of few powers of two) or a difference that is far above
the noise: a wrong gradient, a long step, or a parameter so large that the step itself is rounded.
"""

from collections.abc import Callable, Iterator
from math import comb

import numpy as np

from helpers import nn
from helpers.checks.common import random_network
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.nn.optimizers import Parameters

lesson = Lesson("gradient checking")
check = lesson.check


def _line_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(2.0, 4.0, label="x = 2 and theta = 4")
    yield case(-3.0, 0.5, label="x = -3 and theta = 0.5")


@lesson.exercise(_line_cases)
def forward_propagation(x: float, theta: float) -> float:
    """J = θ x."""
    return theta * x


@lesson.exercise(
    _line_cases,
    Mistake("this is dJ/dx; the parameter is theta, so x is the constant here", lambda x, theta: theta),
)
def backward_propagation(x: float, theta: float) -> float:
    """dJ/dθ = x."""
    return x


def _gradient_check_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(-3.0, 5.0, epsilon=0.5, label="epsilon = 0.5, where no digit is lost and the difference is exactly 0")
    yield case(-3.0, 2.0**30, label="theta = 2**30, where theta ± 1e-7 is rounded, so that the slopes differ")
    yield case(2.0, 1e16, epsilon=1.25, print_msg=True, label="theta = 1e16 and epsilon = 1.25")


def _line_difference(measure: Callable, compare: Callable) -> Callable:
    def wrong(x, theta, epsilon=1e-7, print_msg=False):
        above, at, below = (forward_propagation(x, theta + step) for step in (epsilon, 0.0, -epsilon))
        return float(compare(backward_propagation(x, theta), measure(above, at, below, epsilon)))

    return wrong


def _ratio(g: float, measured: float) -> float:
    return abs(g - measured) / (abs(g) + abs(measured))


@lesson.exercise(
    _gradient_check_cases,
    Mistake(
        "the two points lie 2 epsilon apart: divide by 2 * epsilon",
        _line_difference(lambda above, at, below, epsilon: (above - below) / epsilon, _ratio),
    ),
    Mistake(
        "this is the one-sided difference; take J(theta + epsilon) - J(theta - epsilon)",
        _line_difference(lambda above, at, below, epsilon: (above - at) / epsilon, _ratio),
    ),
    Mistake(
        "add the sizes |grad| + |gradapprox|, not the numbers: here both are negative",
        _line_difference(
            lambda above, at, below, epsilon: (above - below) / (2 * epsilon), lambda g, m: abs(g - m) / (g + m)
        ),
    ),
)
def gradient_check(x: float, theta: float, epsilon: float = 1e-7, print_msg: bool = False) -> float:
    """|g − ĝ| / (|g| + |ĝ|) of the slope g of J = θ x and its central difference ĝ."""
    measured = nn.numerical_gradients(
        lambda given: forward_propagation(x, given["theta"].item()), {"theta": np.array([theta])}, epsilon
    )
    return nn.relative_difference({"theta": np.array([backward_propagation(x, theta)])}, measured)


def _dictionaries(rng: np.random.Generator) -> Iterator[tuple[Parameters, str]]:
    yield random_network(rng, 3, 2, 1), "layers of 3, 2 and 1 units"
    yield {"b": rng.standard_normal((4, 1)), "W": rng.standard_normal((4, 4))}, "other names, and b before W"
    yield {"W1": rng.standard_normal((2, 5))}, "a single matrix"


def _to_vector_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield from (case(parameters, label=label) for parameters, label in _dictionaries(rng))


def _by_columns(parameters):
    names = [name for name, value in parameters.items() for _ in range(value.size)]
    return np.concatenate([value.reshape(-1, 1, order="F") for value in parameters.values()]), names


@lesson.exercise(
    _to_vector_cases,
    Mistake("row after row: reshape(-1, 1) without a transpose before it", _by_columns),
    Mistake(
        "keys holds a name for each entry of theta, not for each array",
        lambda parameters: (_flat(parameters), list(parameters)),
    ),
)
def dictionary_to_vector(parameters: Parameters) -> tuple[np.ndarray, list[str]]:
    """All entries as a column (n, 1), row after row of array after array, and the name that each comes from."""
    return _flat(parameters), [name for name, value in parameters.items() for _ in range(value.size)]


def _flat(parameters: Parameters) -> np.ndarray:
    return np.concatenate([np.ravel(value) for value in parameters.values()])[:, None]


def _to_dictionary_cases(rng: np.random.Generator) -> Iterator[Case]:
    for parameters, label in _dictionaries(rng):
        yield case(rng.standard_normal(_flat(parameters).shape), parameters, label=label)


@lesson.exercise(
    _to_dictionary_cases,
    Mistake(
        "each array begins where the one before it ended",
        lambda theta, parameters: {n: theta[: v.size].reshape(v.shape) for n, v in parameters.items()},
    ),
)
def vector_to_dictionary(theta: np.ndarray, parameters: Parameters) -> Parameters:
    """Arrays of the names and shapes of `parameters`, filled with the entries of theta (n, 1)."""
    ends = np.cumsum([value.size for value in parameters.values()])
    parts = np.split(theta[:, 0], ends[:-1])
    return {name: part.reshape(parameters[name].shape) for name, part in zip(parameters, parts, strict=True)}


def _network(rng: np.random.Generator, dims: tuple[int, ...], m: int) -> tuple[Parameters, Parameters, np.ndarray]:
    parameters, X = random_network(rng, *dims), rng.standard_normal((dims[0], m))
    Z, caches = nn.network_forward(X, parameters)
    gradients = nn.network_backward(Z, (np.arange(m) % 2).reshape(1, m), caches)
    return parameters, {f"d{name}": value for name, value in gradients.items()}, X


def _gradient_check_n_cases(rng: np.random.Generator) -> Iterator[Case]:
    parameters, gradients, X = _network(rng, (4, 5, 3, 1), 3)
    Y = np.array([0, 1, 0])
    doubled = {**gradients, "dW2": 2 * gradients["dW2"], "dZ3": np.ones((1, 3))}
    yield case(parameters, doubled, X, Y, epsilon=1e-4, label="dW2 doubled and Y of shape (3,)")
    yield case(parameters, gradients, X, Y.reshape(1, 3), epsilon=0.1, label="right gradients and a very long step")
    large = {name: -50 * value for name, value in gradients.items()}
    yield case(parameters, large, X, Y, print_msg=True, label="every gradient times -50")


def _network_cost(parameters: Parameters, X: np.ndarray, Y: np.ndarray) -> float:
    return nn.network_cost(nn.network_forward(X, parameters)[0], Y.reshape(1, -1))


def _network_difference(measure: Callable, compare: Callable) -> Callable:
    def wrong(parameters, gradients, X, Y, epsilon=1e-7, print_msg=False):
        measured = measure(lambda given: _network_cost(given, X, Y), parameters, epsilon)
        return float(compare(*(_flat(g) for g in ({n: gradients[f"d{n}"] for n in parameters}, measured))))

    return wrong


def _not_put_back(cost: Callable, parameters: Parameters, epsilon: float) -> Parameters:
    slopes, above, below = [], _flat(parameters), _flat(parameters)
    for i in range(above.size):
        above[i] += epsilon
        below[i] -= epsilon
        ends = [cost(vector_to_dictionary(theta, parameters)) for theta in (above, below)]
        slopes.append((ends[0] - ends[1]) / (2 * epsilon))
    return vector_to_dictionary(np.array(slopes)[:, None], parameters)


def _norm_ratio(g: np.ndarray, measured: np.ndarray) -> float:
    return np.linalg.norm(g - measured) / (np.linalg.norm(g) + np.linalg.norm(measured))


@lesson.exercise(
    _gradient_check_n_cases,
    Mistake(
        "move one entry at a time: begin each step from a fresh copy of theta",
        _network_difference(_not_put_back, _norm_ratio),
    ),
    Mistake(
        "the two points lie 2 epsilon apart: divide by 2 * epsilon",
        _network_difference(lambda *given: {n: 2 * v for n, v in nn.numerical_gradients(*given).items()}, _norm_ratio),
    ),
)
def gradient_check_n(
    parameters: Parameters,
    gradients: Parameters,
    X: np.ndarray,
    Y: np.ndarray,
    epsilon: float = 1e-7,
    print_msg: bool = False,
) -> float:
    """‖g − ĝ‖ / (‖g‖ + ‖ĝ‖) for a network of ReLU layers and a sigmoid; gradients {"dW1", "db1", …} and more."""
    measured = nn.numerical_gradients(lambda given: _network_cost(given, X, Y), parameters, epsilon)
    return nn.relative_difference({name: gradients[f"d{name}"] for name in parameters}, measured)


def _cubic(theta: np.ndarray) -> float:
    return float(np.sum(theta * theta * theta))


def _directional_cases(rng: np.random.Generator) -> Iterator[Case]:
    theta, direction = np.array([[1.0], [-2.0], [0.5]]), np.array([[0.5], [1.0], [-2.0]])
    right, wrong = 3 * theta * theta, 3 * theta * theta + np.array([[0.0], [1.0], [0.0]])
    yield case(_cubic, theta, right, direction, 0.25, label="a cubic, its right gradient and a long step")
    yield case(_cubic, theta, wrong, rng.standard_normal((3, 1)), 1e-3, label="a cubic and one wrong entry")
    yield case(_cubic, theta, -100 * right, direction, label="a gradient -100 times too long and the default step")


@lesson.exercise(_directional_cases)
def directional_check(
    cost: Callable[[np.ndarray], float],
    theta: np.ndarray,
    gradient: np.ndarray,
    direction: np.ndarray,
    epsilon: float = 1e-6,
) -> float:
    """|g·v − s| / (|g·v| + |s|) with the slope s of the cost along v, from two costs; all vectors (n, 1)."""
    measured = nn.numerical_gradients(lambda t: cost(theta + t["t"] * direction), {"t": np.zeros(1)}, epsilon)
    return nn.relative_difference({"t": np.array([np.vdot(gradient, direction)])}, measured)


def _chance_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(10, 1, 1, label="1 wrong entry of 10 and 1 look")
    yield case(100, 5, 20, label="5 wrong entries of 100 and 20 looks")
    yield case(10, 4, 7, label="more looks than right entries")
    yield case(50, 0, 10, label="no wrong entry")


@lesson.exercise(
    _chance_cases,
    Mistake(
        "the entries are drawn without putting them back: count subsets",
        lambda entries, wrong, checked: 1 - (1 - wrong / entries) ** checked,
    ),
    Mistake(
        "this is the chance of missing every wrong entry",
        lambda entries, wrong, checked: comb(entries - wrong, checked) / comb(entries, checked),
    ),
)
def chance_of_finding(entries: int, wrong: int, checked: int) -> float:
    """1 − C(n − w, k) / C(n, k): a random subset of k entries of n meets at least one of the w wrong ones."""
    return 1 - comb(entries - wrong, checked) / comb(entries, checked)
