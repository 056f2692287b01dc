"""Exercises of course 1, week 2: Python basics with NumPy."""

import math
from collections.abc import Iterator

import numpy as np

from helpers import nn
from helpers.checks.engine import Case, Lesson, Mistake, case

lesson = Lesson("Python basics with NumPy")
check = lesson.check


def _number_cases(rng: np.random.Generator) -> Iterator[Case]:
    for number in (0, 1, -3.0, 0.5):
        yield case(number, label=f"x = {number}")


@lesson.exercise(
    _number_cases,
    Mistake("the exponent needs its minus sign: 1 / (1 + e^(−x))", lambda x: 1 / (1 + math.exp(x))),
)
def basic_sigmoid(x: float) -> float:
    """σ(x) of one number."""
    return nn.sigmoid(x).item()


def _array_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([1.0, 2.0, 3.0]), label="a vector")
    yield case(rng.standard_normal((3, 4)), label="a (3, 4) matrix")
    yield case(rng.standard_normal((2, 3, 2)), label="a (2, 3, 2) array")


@lesson.exercise(
    _array_cases,
    Mistake("the exponent needs its minus sign: 1 / (1 + e^(−x))", lambda x: 1 / (1 + np.exp(x))),
)
def sigmoid(x: np.ndarray) -> np.ndarray:
    """σ(x), of the shape of x."""
    return nn.sigmoid(x)


@lesson.exercise(
    _array_cases,
    Mistake("this is x (1 − x): take s = sigmoid(x) first", lambda x: x * (1 - x)),
    Mistake("the second factor is 1 − s", lambda x: nn.sigmoid(x) * (1 + nn.sigmoid(x))),
)
def sigmoid_derivative(x: np.ndarray) -> np.ndarray:
    """σ′(x) = σ(x) (1 − σ(x)), of the shape of x."""
    return nn.sigmoid_backward(np.ones_like(x), nn.sigmoid(x))


def _image_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(rng.random((3, 4, 3)), label="a (3, 4, 3) image")
    yield case(rng.random((2, 2, 1)), label="a (2, 2, 1) image")
    yield case(rng.random((1, 5, 2)), label="a (1, 5, 2) image")


@lesson.exercise(
    _image_cases,
    Mistake("the order is NumPy's own (C order): reshape without transposing", lambda image: image.T.reshape(-1, 1)),
)
def image2vector(image: np.ndarray) -> np.ndarray:
    """The image (length, height, depth) as a column (length · height · depth, 1), last axis fastest."""
    return image.reshape(-1, 1)


def _matrix_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([[0.0, 3.0, 4.0], [1.0, 6.0, 4.0]]), label="a (2, 3) matrix")
    yield case(rng.standard_normal((3, 3)), label="a (3, 3) matrix")
    yield case(rng.standard_normal((4, 1)), label="a (4, 1) matrix")


@lesson.exercise(
    _matrix_cases,
    Mistake("each row has its own norm: axis=1", lambda x: x / np.linalg.norm(x, axis=0, keepdims=True)),
    Mistake("divide by the norm itself, the root of the sum of squares", lambda x: x / (x**2).sum(1, keepdims=True)),
    Mistake("this is the norm of the whole matrix: axis=1 gives one a row", lambda x: x / np.linalg.norm(x)),
)
def normalize_rows(x: np.ndarray) -> np.ndarray:
    """x (n, m) with every row divided by its L2 norm."""
    return x / np.linalg.norm(x, axis=1, keepdims=True)


@lesson.exercise(
    _matrix_cases,
    Mistake("the classes are the columns here: sum over axis=1", lambda x: nn.softmax(x, axis=0)),
    Mistake("this divides by the sum of the whole matrix: sum over axis=1", lambda x: np.exp(x) / np.exp(x).sum()),
)
def softmax(x: np.ndarray) -> np.ndarray:
    """Softmax of every row of x (m, n)."""
    return nn.softmax(x, axis=1)


def _prediction_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([0.9, 0.2, 0.1, 0.4, 0.9]), np.array([1, 0, 0, 1, 1]), label="5 predictions")
    yield case(rng.random(8), rng.integers(0, 2, 8), label="8 predictions")
    yield case(np.array([0.25]), np.array([1]), label="one prediction")


@lesson.exercise(
    _prediction_cases,
    Mistake("take absolute values before the sum: errors must not cancel", lambda yhat, y: np.sum(y - yhat)),
)
def L1(yhat: np.ndarray, y: np.ndarray) -> float:
    """Σ |y − ŷ|, a number."""
    return np.linalg.norm(y - yhat, ord=1).item()


@lesson.exercise(
    _prediction_cases,
    Mistake("no root: the loss is the sum of squares itself", lambda yhat, y: np.linalg.norm(y - yhat)),
    Mistake("square before the sum", lambda yhat, y: np.sum(y - yhat) ** 2),
)
def L2(yhat: np.ndarray, y: np.ndarray) -> float:
    """Σ (y − ŷ)², a number."""
    return np.dot(y - yhat, y - yhat).item()
