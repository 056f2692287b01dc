"""Exercises of course 1, week 4, part 1: a deep network step by step. Activations are columns: A (units, m)."""

from collections.abc import Iterator

import numpy as np

from helpers import nn
from helpers.checks.common import COST_MISTAKES, UPDATE_MISTAKES, cost_cases, random_gradients, random_network
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.nn.optimizers import Parameters

lesson = Lesson("deep network, step by step")
check = lesson.check

ACTIVATIONS = {"sigmoid": nn.sigmoid, "relu": nn.relu}


def _initialize_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(3, 2, 1, label="layers of 3, 2 and 1 units")
    yield case(2, 5, 3, label="layers of 2, 5 and 3 units", seed=7)


def _without_seed(n_x, n_h, n_y):
    return nn.initialize_network([n_x, n_h, n_y], np.random, nn.normal)


@lesson.exercise(
    _initialize_cases,
    Mistake("the function seeds itself: np.random.seed(1) comes first", _without_seed),
)
def initialize_parameters(n_x: int, n_h: int, n_y: int) -> Parameters:
    """Seed 1 inside; W1 (n_h, n_x), b1 (n_h, 1), W2 (n_y, n_h), b2 (n_y, 1), weights 0.01 · N(0, 1)."""
    return nn.initialize_network([n_x, n_h, n_y], np.random.RandomState(1), nn.normal)


def _initialize_deep_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case([5, 4, 3], label="layer_dims = [5, 4, 3]")
    yield case([3, 6, 2, 1], label="layer_dims = [3, 6, 2, 1]", seed=7)


@lesson.exercise(_initialize_deep_cases)
def initialize_parameters_deep(layer_dims: list[int]) -> Parameters:
    """Seed 3 inside; Wl (n_l, n_{l−1}) of 0.01 · N(0, 1), bl (n_l, 1) of zeros."""
    return nn.initialize_network(layer_dims, np.random.RandomState(3), nn.normal)


def _layer(rng: np.random.Generator, n_prev: int, n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return rng.standard_normal((n_prev, m)), rng.standard_normal((n, n_prev)), rng.standard_normal((n, 1))


def _linear_forward_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(*_layer(rng, 3, 2, 4), label="3 inputs, 2 units, 4 examples")
    yield case(*_layer(rng, 3, 3, 3), label="3 inputs, 3 units, 3 examples")
    yield case(*_layer(rng, 2, 5, 1), label="a single example")


@lesson.exercise(_linear_forward_cases, Mistake("the bias b is missing", lambda A, W, b: (W @ A, (A, W, b))))
def linear_forward(A: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, tuple]:
    """Z = W A + b and the cache (A, W, b)."""
    return nn.dense_forward(A, W, b)[0], (A, W, b)


def _linear_activation_cases(rng: np.random.Generator) -> Iterator[Case]:
    for activation in ACTIVATIONS:
        yield case(*_layer(rng, 3, 2, 4), activation, label=f"activation {activation!r}")
        yield case(*_layer(rng, 2, 2, 1), activation, label=f"activation {activation!r} and a single example")


@lesson.exercise(
    _linear_activation_cases,
    Mistake(
        "the cache keeps Z, from before the activation",
        lambda A_prev, W, b, activation: (
            (A := ACTIVATIONS[activation](W @ A_prev + b)),
            ((A_prev, W, b), A),
        ),
    ),
)
def linear_activation_forward(A_prev: np.ndarray, W: np.ndarray, b: np.ndarray, activation: str) -> tuple:
    """A = g(W A_prev + b) and the cache ((A_prev, W, b), Z)."""
    Z, linear_cache = linear_forward(A_prev, W, b)
    return ACTIVATIONS[activation](Z), (linear_cache, Z)


def _model_forward_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(rng.standard_normal((5, 4)), random_network(rng, 5, 4, 3, 1), label="layers of 5, 4, 3 and 1 units")
    yield case(rng.standard_normal((3, 2)), random_network(rng, 3, 3, 1), label="layers of 3, 3 and 1 units")
    yield case(rng.standard_normal((2, 6)), random_network(rng, 2, 1), label="a network of one layer")


@lesson.exercise(_model_forward_cases)
def L_model_forward(X: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, list]:
    """AL (1, m) and the caches of the L layers: ReLU everywhere, sigmoid in the last."""
    layers, A, caches = len(parameters) // 2, X, []
    for layer in range(1, layers + 1):
        activation = "sigmoid" if layer == layers else "relu"
        A, cache = linear_activation_forward(A, parameters[f"W{layer}"], parameters[f"b{layer}"], activation)
        caches.append(cache)
    return A, caches


@lesson.exercise(cost_cases, *COST_MISTAKES)
def compute_cost(AL: np.ndarray, Y: np.ndarray) -> float:
    """−mean(y log a + (1 − y) log(1 − a)), a number."""
    return nn.binary_cross_entropy(AL, Y)


def _linear_backward_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(rng.standard_normal((2, 4)), _layer(rng, 3, 2, 4), label="3 inputs, 2 units, 4 examples")
    yield case(rng.standard_normal((3, 3)), _layer(rng, 3, 3, 3), label="3 inputs, 3 units, 3 examples")
    yield case(rng.standard_normal((1, 1)), _layer(rng, 5, 1, 1), label="a single example")


def _averaged_input_gradient(dZ, cache):
    dA_prev, dW, db = linear_backward(dZ, cache)
    return dA_prev / dZ.shape[1], dW, db


@lesson.exercise(
    _linear_backward_cases,
    Mistake("only dW and db are averaged over m: dA_prev keeps one column an example", _averaged_input_gradient),
)
def linear_backward(dZ: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """dA_prev = Wᵀ dZ, dW = dZ A_prevᵀ / m, db = mean of dZ over examples, from the cache (A_prev, W, b)."""
    A_prev, W, _ = cache
    dA_prev, dW, db = nn.dense_backward(dZ, (A_prev, W))
    return dA_prev, dW / dZ.shape[1], db / dZ.shape[1]


def _activation_backward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for activation in ACTIVATIONS:
        for m in (1, 4):
            cache = (_layer(rng, 3, 2, m), rng.standard_normal((2, m)))
            label = f"activation {activation!r}, m = {m}"
            yield case(rng.standard_normal((2, m)), cache, activation, label=label)
    cache = (_layer(rng, 3, 1, 3), np.array([[-1.0, 0.0, 1.0]]))
    yield case(np.ones((1, 3)), cache, "relu", label="activation 'relu' at z = 0, where the gradient is 0")


@lesson.exercise(_activation_backward_cases)
def linear_activation_backward(dA: np.ndarray, cache: tuple, activation: str) -> tuple:
    """dA_prev, dW, db from the cache ((A_prev, W, b), Z)."""
    linear_cache, Z = cache
    backward = {"sigmoid": nn.sigmoid_backward, "relu": nn.relu_backward}[activation]
    return linear_backward(backward(dA, ACTIVATIONS[activation](Z)), linear_cache)


def _model_backward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for dims in ((5, 4, 3, 1), (3, 3, 1), (2, 1)):
        AL, caches = L_model_forward(rng.standard_normal((dims[0], 4)), random_network(rng, *dims))
        yield case(AL, np.array([[1, 0, 1, 0]]), caches, label=f"layers of {', '.join(map(str, dims))} units")


@lesson.exercise(_model_backward_cases)
def L_model_backward(AL: np.ndarray, Y: np.ndarray, caches: list) -> Parameters:
    """{"dA{l−1}", "dW{l}", "db{l}"} for l = 1 … L."""
    dA, gradients = nn.binary_cross_entropy_backward(AL, Y) * AL.shape[1], {}
    for layer in range(len(caches), 0, -1):
        activation = "sigmoid" if layer == len(caches) else "relu"
        dA, dW, db = linear_activation_backward(dA, caches[layer - 1], activation)
        gradients |= {f"dA{layer - 1}": dA, f"dW{layer}": dW, f"db{layer}": db}
    return gradients


def _update_cases(rng: np.random.Generator) -> Iterator[Case]:
    for dims in ((3, 4, 1), (2, 3, 3, 1)):
        parameters = random_network(rng, *dims)
        yield case(parameters, random_gradients(rng, parameters), 0.1, label=f"{len(dims) - 1} layers")


@lesson.exercise(_update_cases, *UPDATE_MISTAKES)
def update_parameters(params: Parameters, grads: Parameters, learning_rate: float) -> Parameters:
    """W{l} − α dW{l} and b{l} − α db{l} for every layer, in a new dictionary."""
    return nn.gradient_descent(params, {name: grads[f"d{name}"] for name in params}, learning_rate)
