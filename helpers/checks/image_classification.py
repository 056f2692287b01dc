"""Exercises of course 1, week 4, part 2: deep networks for images. Images are columns: X (n, m), labels Y (1, m)."""

from collections.abc import Iterator

import numpy as np

from helpers import nn
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.nn.optimizers import Parameters

lesson = Lesson("image classification")
check = lesson.check


def _image_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(rng.integers(0, 256, (5, 4, 4, 3), dtype=np.uint8), label="5 colour images of bytes")
    yield case(rng.integers(0, 256, (3, 2, 3), dtype=np.uint8), label="3 grey images of bytes")
    yield case(rng.random((4, 5, 5)), label="4 grey images of floats in [0, 1]")


@lesson.exercise(
    _image_cases,
    Mistake(
        "each image is a column: transpose after the reshape", lambda images: images.reshape(len(images), -1) / 255
    ),
    Mistake(
        "reshape(-1, m) mixes pixels of different images: reshape(m, -1) first, then transpose",
        lambda images: images.reshape(-1, len(images)) / 255,
    ),
    Mistake("bring the bytes to [0, 1]: divide by 255", lambda images: images.reshape(len(images), -1).T * 1.0),
    Mistake("floats lie in [0, 1] already: divide bytes only", lambda images: images.reshape(len(images), -1).T / 255),
)
def images_to_columns(images: np.ndarray) -> np.ndarray:
    """Images (m, height, width[, channels]), bytes or floats in [0, 1], as columns (n, m) of floats in [0, 1]."""
    columns = images.reshape(len(images), -1).T
    return columns / 255 if images.dtype == np.uint8 else columns


def _problem(rng: np.random.Generator, n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.standard_normal((n, m)), (np.arange(m) % 2).reshape(1, m)


def _two_layer_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(*_problem(rng, 5, 6), (5, 4, 1), num_iterations=2, label="layers (5, 4, 1)")
    yield case(*_problem(rng, 4, 4), (4, 3, 1), learning_rate=0.5, num_iterations=101, label="101 steps", seed=3)


@lesson.exercise(
    _two_layer_cases,
    Mistake(
        "here the first weights are 0.01 · N(0, 1): pass nn.normal to nn.initialize_network",
        lambda X, Y, layers_dims, **settings: L_layer_model(X, Y, list(layers_dims), **settings),
    ),
)
def two_layer_model(
    X: np.ndarray,
    Y: np.ndarray,
    layers_dims: tuple[int, int, int],
    learning_rate: float = 0.0075,
    num_iterations: int = 3000,
    print_cost: bool = False,
) -> tuple[Parameters, list[float]]:
    """Seed 1 inside, weights 0.01 · N(0, 1); parameters and the cost before every 100th step."""
    parameters = nn.initialize_network(layers_dims, np.random.RandomState(1), nn.normal)
    parameters, costs = nn.train(X, Y, parameters, learning_rate, num_iterations)
    return parameters, costs[::100]


def _deep_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(*_problem(rng, 5, 6), [5, 4, 3, 1], num_iterations=2, label="layers [5, 4, 3, 1]")
    yield case(*_problem(rng, 4, 4), [4, 3, 1], learning_rate=0.5, num_iterations=101, label="101 steps", seed=3)


@lesson.exercise(
    _deep_cases,
    Mistake(
        "the weights of a deep network are scaled by 1/√n_prev, not by 0.01",
        lambda X, Y, layers_dims, **settings: two_layer_model(X, Y, layers_dims, **settings),
    ),
)
def L_layer_model(
    X: np.ndarray,
    Y: np.ndarray,
    layers_dims: list[int],
    learning_rate: float = 0.0075,
    num_iterations: int = 3000,
    print_cost: bool = False,
) -> tuple[Parameters, list[float]]:
    """Seed 1 inside, weights N(0, 1/n_prev); parameters and the cost before every 100th step."""
    parameters = nn.initialize_network(layers_dims, np.random.RandomState(1), nn.scaled_normal)
    parameters, costs = nn.train(X, Y, parameters, learning_rate, num_iterations)
    return parameters, costs[::100]


def _predict_cases(rng: np.random.Generator) -> Iterator[Case]:
    parameters = nn.initialize_network([4, 3, 3, 1], rng)
    yield case(rng.standard_normal((4, 8)), parameters, label="three layers and 8 examples")
    zeros = {name: np.zeros_like(value) for name, value in nn.initialize_network([3, 1], rng).items()}
    yield case(rng.standard_normal((3, 2)), zeros, label="a probability of exactly 0.5")


@lesson.exercise(_predict_cases)
def predict(X: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Labels (1, m), floats 0.0 or 1.0: 1 where the probability is above 0.5."""
    return (nn.predict(X, parameters) > 0.5).astype(float)


def _mistake_cases(rng: np.random.Generator) -> Iterator[Case]:
    probabilities = np.array([[0.9, 0.2, 0.4, 0.99, 0.45, 0.05]])
    yield case(probabilities, np.array([[0, 0, 1, 0, 1, 1]]), 2, label="the 2 worst of 4 mistakes")
    yield case(probabilities, np.array([[0, 0, 1, 0, 1, 1]]), 10, label="more asked for than there are")
    yield case(np.array([[0.9, 0.1]]), np.array([[1, 0]]), 3, label="no mistake at all")
    yield case(np.array([[0.5, 0.7]]), np.array([[1, 0]]), 3, label="a probability of exactly 0.5, which answers 0")


def _most_certain(probabilities, Y, k):
    return np.argsort(-np.abs(probabilities - Y)[0], kind="stable")[:k]


@lesson.exercise(
    _mistake_cases,
    Mistake("only examples on the wrong side of 0.5 are mistakes", _most_certain),
    Mistake("the worst mistake comes first: sort by falling error", lambda p, Y, k: worst_mistakes(p, Y, 9)[::-1][:k]),
)
def worst_mistakes(probabilities: np.ndarray, Y: np.ndarray, k: int) -> np.ndarray:
    """Indices of at most k wrongly classified examples, the most confident error |p − y| first."""
    error = np.abs(probabilities - Y)[0]
    order = np.argsort(-error, kind="stable")
    wrong = (probabilities > 0.5)[0] != (Y[0] == 1)
    return order[wrong[order]][:k]
