"""Exercises of course 2, week 3: batch normalization and softmax. Columns are examples: Z (n, m)."""

from collections.abc import Callable, Iterator

import numpy as np

from helpers import nn
from helpers.checks.engine import Case, Lesson, Mistake, case

lesson = Lesson("batch normalization")
check = lesson.check

EPSILON = 1e-3
SIZES = {"3 units and 5 examples": (3, 5), "4 units and 4 examples": (4, 4), "a single unit": (1, 6)}
SINGLE = {"a single example": (3, 1)}


def _softmax_cases(rng: np.random.Generator) -> Iterator[Case]:
    for k, m in ((3, 5), (4, 4), (10, 1)):
        yield case(2 * rng.standard_normal((k, m)), np.eye(k)[:, rng.integers(0, k, m)], label=f"{k} classes, m = {m}")
    large = np.array([[1000.0, -1000.0], [999.0, -1001.0], [998.0, -1001.5]])
    yield case(large, np.eye(3)[:, [1, 0]], label="sums so large that their powers overflow")
    yield case(np.array([[10.0], [-1000.0]]), np.eye(2)[:, :1], label="two sums that lie 1010 apart")


def _softmax_over(axis: int, sign: float = 1, mean: bool = True) -> Callable:
    def wrong(Z, Y):
        A, m = nn.softmax(Z, axis=axis), Z.shape[1]
        with np.errstate(divide="ignore", invalid="ignore"):
            return -np.sum(Y * np.log(A)) / m, sign * (A - Y) / (m if mean else 1)

    return wrong


@lesson.exercise(
    _softmax_cases,
    Mistake("the classes lie along axis 0: each column of probabilities sums to 1", _softmax_over(axis=1)),
    Mistake("the error is A − Y, not Y − A", _softmax_over(axis=0, sign=-1)),
    Mistake("the cost is a mean over m examples, so dZ is divided by m as well", _softmax_over(axis=0, mean=False)),
    Mistake("a probability may vanish, and 0 · log 0 is nan: log a = z − log Σ exp(z), by hand", _softmax_over(axis=0)),
)
def softmax_cross_entropy(Z: np.ndarray, Y: np.ndarray) -> tuple[float, np.ndarray]:
    """The mean cross-entropy of softmax(Z) (k, m) against one-hot labels Y (k, m), and its gradient by Z."""
    return nn.softmax_cross_entropy(Z, Y), nn.softmax_cross_entropy_backward(Z, Y)


def _columns(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """A factor and a shift (n, 1), as γ and β."""
    return rng.standard_normal((n, 1)) + 2, rng.standard_normal((n, 1))


def _averages(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """A mean and a variance (n, 1)."""
    return rng.standard_normal((n, 1)), rng.uniform(0.5, 3, (n, 1))


def _sums(rng: np.random.Generator, n: int, m: int) -> np.ndarray:
    return 3 * rng.standard_normal((n, m)) + 2 * rng.standard_normal((n, 1))


def _forward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for label, (n, m) in (SIZES | SINGLE).items():
        yield case(_sums(rng, n, m), *_columns(rng, n), label=label)
    yield case(_sums(rng, 2, 5), *_columns(rng, 2), epsilon=0.5, label="epsilon = 0.5")
    yield case(np.array([[2.0, 2.0, 2.0]]), *_columns(rng, 1), label="a unit whose sums are all alike")


def _forward_with(scale_of: Callable, axis: int = 1, centred: bool = True) -> Callable:
    def wrong(Z, gamma, beta, epsilon=EPSILON):
        scale = scale_of(Z.var(axis=axis, keepdims=True), epsilon)
        Z_hat = (Z - centred * Z.mean(axis=axis, keepdims=True)) * scale
        return gamma * Z_hat + beta, (Z_hat, scale, gamma)

    return wrong


def _inverse_root(variance, epsilon):
    return 1 / np.sqrt(variance + epsilon)


def _unbiased(Z, gamma, beta, epsilon=EPSILON):
    m = Z.shape[1]
    return _forward_with(lambda variance, e: _inverse_root(variance * m / (m - 1), e))(Z, gamma, beta, epsilon)


@lesson.exercise(
    _forward_cases,
    Mistake("each unit has its own mean and variance, over the examples: axis 1", _forward_with(_inverse_root, axis=0)),
    Mistake("ε belongs under the root: √(σ² + ε)", _forward_with(lambda v, e: 1 / (np.sqrt(v) + e))),
    Mistake("divide by the standard deviation, not by the variance", _forward_with(lambda v, e: 1 / (v + e))),
    Mistake("the mean must be subtracted first", _forward_with(_inverse_root, centred=False)),
    Mistake("the variance is a mean over m examples, not over m − 1", _unbiased),
)
def batch_norm_forward(
    Z: np.ndarray, gamma: np.ndarray, beta: np.ndarray, epsilon: float = EPSILON
) -> tuple[np.ndarray, tuple]:
    """γ Ẑ + β (n, m) with the statistics of the batch, and the cache (Ẑ, 1/√(σ² + ε), γ)."""
    unused = nn.initialize_running_averages(len(Z))
    Z_tilde, _, cache = nn.batch_norm_forward(Z, gamma, beta, unused, training=True, epsilon=epsilon)
    return Z_tilde, cache


def _backward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for label, (n, m) in SIZES.items():
        _, cache = batch_norm_forward(_sums(rng, n, m), *_columns(rng, n))
        yield case(rng.standard_normal((n, m)), cache, label=label)


def _frozen_statistics(dZ_tilde, cache):
    _, dgamma, dbeta = nn.batch_norm_backward(dZ_tilde, cache)
    return cache[2] * cache[1] * dZ_tilde, dgamma, dbeta


def _without_gamma(dZ_tilde, cache):
    dZ, dgamma, dbeta = nn.batch_norm_backward(dZ_tilde, cache)
    return dZ / cache[2], dgamma, dbeta


def _averaged(dZ_tilde, cache):
    dZ, dgamma, dbeta = nn.batch_norm_backward(dZ_tilde, cache)
    return dZ, dgamma / dZ.shape[1], dbeta / dZ.shape[1]


@lesson.exercise(
    _backward_cases,
    Mistake("the mean and the variance depend on every example too: two terms of dZ are missing", _frozen_statistics),
    Mistake("dZ lacks the factor gamma: it comes after the normalization", _without_gamma),
    Mistake("dgamma and dbeta are sums over the examples; the 1/m stands once, in the cost", _averaged),
)
def batch_norm_backward(dZ_tilde: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """dZ (n, m), dγ (n, 1) and dβ (n, 1) from the cache of `batch_norm_forward`."""
    return nn.batch_norm_backward(dZ_tilde, cache)


def _running_cases(rng: np.random.Generator) -> Iterator[Case]:
    for label, (n, m) in (SIZES | SINGLE).items():
        yield case(*_averages(rng, n), _sums(rng, n, m), label=label)
    yield case(*_averages(rng, 2), _sums(rng, 2, 4), momentum=0.7, label="momentum = 0.7")


def _weights_swapped(running_mean, running_variance, Z, momentum=0.9):
    return update_running_averages(running_mean, running_variance, Z, 1 - momentum)


def _deviation(running_mean, running_variance, Z, momentum=0.9):
    mean, _ = update_running_averages(running_mean, running_variance, Z, momentum)
    return mean, momentum * running_variance + (1 - momentum) * Z.std(axis=1, keepdims=True)


@lesson.exercise(
    _running_cases,
    Mistake("the old average weighs momentum, the new batch 1 − momentum", _weights_swapped),
    Mistake("keep the variance, not the standard deviation", _deviation),
)
def update_running_averages(
    running_mean: np.ndarray, running_variance: np.ndarray, Z: np.ndarray, momentum: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    """momentum · old + (1 − momentum) · batch, for the mean and the variance (n, 1)."""
    running = nn.RunningAverages(running_mean, running_variance)
    one, zero = np.ones_like(running_mean), np.zeros_like(running_mean)
    _, running, _ = nn.batch_norm_forward(Z, one, zero, running, training=True, momentum=momentum)
    return tuple(running)


def _inference_cases(rng: np.random.Generator) -> Iterator[Case]:
    for label, (n, m) in (SIZES | SINGLE).items():
        yield case(_sums(rng, n, m), *_columns(rng, n), *_averages(rng, n), label=label)
    yield case(_sums(rng, 2, 5), *_columns(rng, 2), *_averages(rng, 2), epsilon=0.5, label="epsilon = 0.5")


def _batch_statistics(Z, gamma, beta, running_mean, running_variance, epsilon=EPSILON):
    return batch_norm_forward(Z, gamma, beta, epsilon)[0]


@lesson.exercise(
    _inference_cases,
    Mistake("this normalizes with the batch's own mean and variance: use the running ones", _batch_statistics),
)
def batch_norm_inference(
    Z: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    running_mean: np.ndarray,
    running_variance: np.ndarray,
    epsilon: float = EPSILON,
) -> np.ndarray:
    """γ (Z − running mean) / √(running variance + ε) + β (n, m)."""
    running = nn.RunningAverages(running_mean, running_variance)
    return nn.batch_norm_forward(Z, gamma, beta, running, training=False, epsilon=epsilon)[0]


def _fold_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n, n_prev in ((3, 2), (4, 4), (1, 5)):
        layer = rng.standard_normal((n, n_prev)), rng.standard_normal((n, 1))
        label = f"{n_prev} inputs and {n} units"
        yield case(*layer, *_columns(rng, n), *_averages(rng, n), label=label)
    layer = rng.standard_normal((2, 3)), rng.standard_normal((2, 1))
    yield case(*layer, *_columns(rng, 2), *_averages(rng, 2), epsilon=0.5, label="epsilon = 0.5")


def _bias_added_afterwards(W, b, gamma, beta, running_mean, running_variance, epsilon=EPSILON):
    zero = np.zeros_like(b)
    W_folded, b_folded = fold_batch_norm(W, zero, gamma, beta, running_mean, running_variance, epsilon)
    return W_folded, b_folded + b


@lesson.exercise(
    _fold_cases,
    Mistake("the old bias is normalized with the sum it belongs to: γ (b − mean)/√(…) + β", _bias_added_afterwards),
)
def fold_batch_norm(
    W: np.ndarray,
    b: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    running_mean: np.ndarray,
    running_variance: np.ndarray,
    epsilon: float = EPSILON,
) -> tuple[np.ndarray, np.ndarray]:
    """W (n, n_prev) and b (n, 1) of the dense layer that equals dense layer and normalization at inference."""
    zero = np.zeros_like(b)
    b_folded = batch_norm_inference(b, gamma, beta, running_mean, running_variance, epsilon)
    return batch_norm_inference(W, gamma, zero, zero, running_variance, epsilon), b_folded
