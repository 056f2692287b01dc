"""Exercises of course 1, week 3: one hidden layer. Points are columns: X (2, m), labels Y (1, m)."""

from collections.abc import Callable, Iterator

import numpy as np

from helpers import nn
from helpers.checks.common import COST_MISTAKES, UPDATE_MISTAKES, cost_cases, random_gradients, random_network
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.nn.optimizers import Parameters

lesson = Lesson("planar data")
check = lesson.check


def _layer_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(rng.standard_normal((5, 3)), rng.standard_normal((2, 3)), label="X (5, 3) and Y (2, 3)")
    yield case(rng.standard_normal((2, 400)), rng.standard_normal((1, 400)), label="X (2, 400) and Y (1, 400)")


@lesson.exercise(
    _layer_cases,
    Mistake("features stand along axis 0: X.shape[0]", lambda X, Y: (X.shape[1], 4, Y.shape[1])),
)
def layer_sizes(X: np.ndarray, Y: np.ndarray) -> tuple[int, int, int]:
    """(n_x, n_h, n_y) with n_h = 4."""
    return X.shape[0], 4, Y.shape[0]


def _initialize_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(2, 4, 1, label="2, 4 and 1 units", seed=2)
    yield case(3, 2, 5, label="3, 2 and 5 units", seed=5)


def _unscaled(n_x, n_h, n_y):
    return nn.initialize_network([n_x, n_h, n_y], np.random, lambda n, n_prev, rng: rng.standard_normal((n, n_prev)))


@lesson.exercise(_initialize_cases, Mistake("scale the random weights by 0.01", _unscaled))
def initialize_parameters(n_x: int, n_h: int, n_y: int) -> Parameters:
    """W1 (n_h, n_x) and W2 (n_y, n_h) of 0.01 · np.random.randn, b1 and b2 of zeros; the caller seeds."""
    return nn.initialize_network([n_x, n_h, n_y], np.random, nn.normal)


def _forward_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(rng.standard_normal((2, 3)), random_network(rng, 2, 4, 1), label="3 points and 4 hidden units")
    yield case(rng.standard_normal((2, 2)), random_network(rng, 2, 2, 1), label="2 points and 2 hidden units")
    yield case(rng.standard_normal((3, 1)), random_network(rng, 3, 5, 1), label="a single point")


def _forward(X: np.ndarray, parameters: Parameters, hidden: Callable) -> tuple[np.ndarray, Parameters]:
    Z1, _ = nn.dense_forward(X, parameters["W1"], parameters["b1"])
    A1 = hidden(Z1)
    Z2, _ = nn.dense_forward(A1, parameters["W2"], parameters["b2"])
    A2 = nn.sigmoid(Z2)
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


@lesson.exercise(
    _forward_cases,
    Mistake("the hidden layer uses tanh, not the sigmoid", lambda X, p: _forward(X, p, nn.sigmoid)),
    Mistake("the hidden layer uses tanh, not ReLU", lambda X, p: _forward(X, p, nn.relu)),
)
def forward_propagation(X: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, Parameters]:
    """A2 (1, m) and the cache {"Z1", "A1", "Z2", "A2"}: tanh in the hidden layer, sigmoid at the output."""
    return _forward(X, parameters, nn.tanh)


@lesson.exercise(cost_cases, *COST_MISTAKES)
def compute_cost(A2: np.ndarray, Y: np.ndarray) -> float:
    """−mean(y log a + (1 − y) log(1 − a)), a number."""
    return nn.binary_cross_entropy(A2, Y)


def _backward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n_h, m in ((4, 3), (3, 3), (2, 1)):
        X, parameters = rng.standard_normal((2, m)), random_network(rng, 2, n_h, 1)
        _, cache = forward_propagation(X, parameters)
        Y = (np.arange(m) % 2).reshape(1, m)
        yield case(parameters, cache, X, Y, label=f"{n_h} hidden units and m = {m}")


def _summed(parameters, cache, X, Y):
    return {name: value * X.shape[1] for name, value in backward_propagation(parameters, cache, X, Y).items()}


def _straight(parameters, cache, X, Y):
    """As if tanh were a straight line of slope 1."""
    dZ1 = parameters["W2"].T @ (cache["A2"] - Y) / X.shape[1]
    gradients = {"dW1": dZ1 @ X.T, "db1": dZ1.sum(axis=1, keepdims=True)}
    return backward_propagation(parameters, cache, X, Y) | gradients


@lesson.exercise(
    _backward_cases,
    Mistake("every gradient is a mean over the m examples: divide by m", _summed),
    Mistake("dZ1 also takes the slope of tanh, 1 − A1²", _straight),
)
def backward_propagation(parameters: Parameters, cache: Parameters, X: np.ndarray, Y: np.ndarray) -> Parameters:
    """{"dW1", "db1", "dW2", "db2"} of the mean cross-entropy, shaped like the parameters."""
    dZ2 = nn.sigmoid_cross_entropy_backward(cache["Z2"], Y)
    dA1, dW2, db2 = nn.dense_backward(dZ2, (cache["A1"], parameters["W2"]))
    _, dW1, db1 = nn.dense_backward(nn.tanh_backward(dA1, cache["A1"]), (X, parameters["W1"]))
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def _update_cases(rng: np.random.Generator) -> Iterator[Case]:
    parameters = random_network(rng, 2, 4, 1)
    gradients = random_gradients(rng, parameters)
    yield case(parameters, gradients, label="the default learning rate")
    yield case(parameters, gradients, 0.1, label="learning rate 0.1")


@lesson.exercise(_update_cases, *UPDATE_MISTAKES)
def update_parameters(parameters: Parameters, grads: Parameters, learning_rate: float = 1.2) -> Parameters:
    """θ − α dθ for W1, b1, W2 and b2, in a new dictionary."""
    return nn.gradient_descent(parameters, {name: grads[f"d{name}"] for name in parameters}, learning_rate)


def _model_cases(rng: np.random.Generator) -> Iterator[Case]:
    X, Y = rng.standard_normal((2, 10)), (np.arange(10) % 2).reshape(1, 10)
    yield case(X, Y, 4, num_iterations=1, label="one step")
    yield case(X, Y, 3, num_iterations=40, label="3 hidden units and 40 steps", seed=9)


@lesson.exercise(
    _model_cases,
    Mistake(
        "use the argument n_h, not the 4 of layer_sizes", lambda X, Y, n_h, **options: nn_model(X, Y, 4, **options)
    ),
)
def nn_model(
    X: np.ndarray, Y: np.ndarray, n_h: int, num_iterations: int = 10000, print_cost: bool = False
) -> Parameters:
    """Parameters after batch gradient descent at learning rate 1.2; seed 3 inside."""
    parameters = nn.initialize_network([X.shape[0], n_h, Y.shape[0]], np.random.RandomState(3), nn.normal)
    return nn.train(X, Y, parameters, 1.2, num_iterations, hidden="tanh")[0]


def _predict_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(random_network(rng, 2, 4, 1), rng.standard_normal((2, 9)), label="9 points")
    zeros = {name: np.zeros_like(value) for name, value in random_network(rng, 2, 2, 1).items()}
    yield case(zeros, rng.standard_normal((2, 1)), label="a probability of exactly 0.5")


@lesson.exercise(_predict_cases)
def predict(parameters: Parameters, X: np.ndarray) -> np.ndarray:
    """Booleans (1, m): A2 > 0.5."""
    return nn.predict(X, parameters, hidden="tanh") > 0.5
