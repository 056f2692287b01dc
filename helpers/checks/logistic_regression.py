"""Exercises of course 1, week 2: logistic regression. Images are columns: X (n, m), labels Y (1, m)."""

from collections.abc import Iterator

import numpy as np

from helpers import nn
from helpers.checks.engine import Case, Lesson, Mistake, case

lesson = Lesson("logistic regression")
check = lesson.check


def _sigmoid_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(0.0, label="the number 0")
    yield case(np.array([-2.0, 0.5, 3.0]), label="a vector")
    yield case(rng.standard_normal((3, 4)), label="a (3, 4) matrix")
    yield case(np.array([[-700.0, 700.0]]), label="very large numbers")


@lesson.exercise(
    _sigmoid_cases,
    Mistake("the exponent needs its minus sign: 1 / (1 + e^(−z))", lambda z: 1 / (1 + np.exp(z))),
    Mistake("this is e^(−z) alone; it belongs in the denominator, after 1 +", lambda z: np.exp(-z)),
)
def sigmoid(z: np.ndarray) -> np.ndarray:
    """σ(z), of the shape of z."""
    return nn.sigmoid(z)


def _initialize_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(2, label="dim = 2")
    yield case(1, label="dim = 1")
    yield case(625, label="dim = 625")


@lesson.exercise(
    _initialize_cases,
    Mistake("w is a column: np.zeros((dim, 1))", lambda dim: (np.zeros(dim), 0.0)),
    Mistake("b is a float: write 0.0", lambda dim: (np.zeros((dim, 1)), 0)),
)
def initialize_with_zeros(dim: int) -> tuple[np.ndarray, float]:
    """w (dim, 1) of zeros and b = 0.0."""
    return np.zeros((dim, 1)), 0.0


def _problem(rng: np.random.Generator, n: int, m: int) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    labels = (np.arange(m) % 2).reshape(1, m).astype(float)
    return 0.5 * rng.standard_normal((n, 1)), float(rng.uniform(0.2, 0.8)), rng.standard_normal((n, m)), labels


def _propagate_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(*_problem(rng, 3, 5), label="3 features and 5 examples")
    yield case(*_problem(rng, 4, 4), label="4 features and 4 examples")
    yield case(*_problem(rng, 6, 1), label="a single example")
    yield case(*_problem(rng, 1, 7), label="a single feature")


def _propagate_with(dw_sign: float = 1, mean: bool = True):
    def wrong(w, b, X, Y):
        gradients, cost = propagate(w, b, X, Y)
        m = 1 if mean else X.shape[1]
        return {name: dw_sign * m * value for name, value in gradients.items()}, cost

    return wrong


@lesson.exercise(
    _propagate_cases,
    Mistake("the error of each example is A − Y, not Y − A", _propagate_with(dw_sign=-1)),
    Mistake("dw and db are means over the m examples: divide both by m", _propagate_with(mean=False)),
)
def propagate(w: np.ndarray, b: float, X: np.ndarray, Y: np.ndarray) -> tuple[dict, float]:
    """Gradients {"dw": (n, 1), "db": number} of the mean cross-entropy, and that cost."""
    Z, cache = nn.dense_forward(X, w.T, np.full((1, 1), b))
    _, dW, db = nn.dense_backward(nn.sigmoid_cross_entropy_backward(Z, Y), cache, to_input=False)
    return {"dw": dW.T, "db": db.item()}, nn.sigmoid_cross_entropy(Z, Y)


def _optimize_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(*_problem(rng, 3, 6), num_iterations=1, learning_rate=0.3, label="one step")
    yield case(*_problem(rng, 4, 4), num_iterations=101, learning_rate=0.1, label="101 steps")
    yield case(*_problem(rng, 2, 5), label="the default settings")
    yield case(*_problem(rng, 2, 3), num_iterations=2, print_cost=True, label="print_cost=True")


def _ascend(w, b, X, Y, num_iterations=100, learning_rate=0.009, print_cost=False):
    return optimize(w, b, X, Y, num_iterations, -learning_rate)


@lesson.exercise(_optimize_cases, Mistake("this climbs: subtract learning_rate · gradient", _ascend))
def optimize(
    w: np.ndarray,
    b: float,
    X: np.ndarray,
    Y: np.ndarray,
    num_iterations: int = 100,
    learning_rate: float = 0.009,
    print_cost: bool = False,
) -> tuple[dict, dict, list[float]]:
    """Parameters {"w", "b"}, the last gradients {"dw", "db"} and the cost before every 100th step."""
    costs = []
    for i in range(num_iterations):
        gradients, cost = propagate(w, b, X, Y)
        w, b = w - learning_rate * gradients["dw"], b - learning_rate * gradients["db"]
        if i % 100 == 0:
            costs.append(cost)
    return {"w": w, "b": b}, gradients, costs


def _predict_cases(rng: np.random.Generator) -> Iterator[Case]:
    w, b, X, _ = _problem(rng, 3, 8)
    yield case(w, b, X, label="8 examples")
    yield case(w, -0.5, X[:, :1], label="a single example")
    yield case(np.array([[1.0]]), 0.0, np.array([[-1.0, 0.0, 1.0]]), label="a probability of exactly 0.5")


def _at_least_half(w, b, X):
    return (nn.sigmoid(w.T @ X + b) >= 0.5).astype(float)


@lesson.exercise(_predict_cases, Mistake("0.5 itself counts as class 0: use >", _at_least_half))
def predict(w: np.ndarray, b: float, X: np.ndarray) -> np.ndarray:
    """Labels (1, m), floats 0.0 or 1.0."""
    return (nn.sigmoid(w.T @ X + b) > 0.5).astype(float)


def _model_cases(rng: np.random.Generator) -> Iterator[Case]:
    _, _, X_train, Y_train = _problem(rng, 4, 10)
    _, _, X_test, Y_test = _problem(rng, 4, 3)
    data = (X_train, Y_train, X_test, Y_test)
    yield case(*data, num_iterations=120, learning_rate=0.2, label="120 steps")
    yield case(*data, num_iterations=3, label="the default learning rate")


@lesson.exercise(_model_cases)
def model(
    X_train: np.ndarray,
    Y_train: np.ndarray,
    X_test: np.ndarray,
    Y_test: np.ndarray,
    num_iterations: int = 2000,
    learning_rate: float = 0.5,
    print_cost: bool = False,
) -> dict:
    """Train from zeros and predict both sets: the dictionary of the course."""
    parameters, _, costs = optimize(
        *initialize_with_zeros(X_train.shape[0]), X_train, Y_train, num_iterations, learning_rate
    )
    return {
        "costs": costs,
        "Y_prediction_test": predict(**parameters, X=X_test),
        "Y_prediction_train": predict(**parameters, X=X_train),
        **parameters,
        "learning_rate": learning_rate,
        "num_iterations": num_iterations,
    }
