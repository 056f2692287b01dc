"""Shuffled slices of the training examples, and training on them."""

from collections.abc import Callable, Iterator

import numpy as np

from helpers.nn.initializers import Rng
from helpers.nn.optimizers import Optimizer, Parameters
from helpers.nn.validation import require_matrix, require_positive

CostAndGradients = Callable[[np.ndarray, np.ndarray, Parameters], tuple[float, Parameters]]


def mini_batches(X: np.ndarray, Y: np.ndarray, size: int, rng: Rng) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Columns of X (n, m) and Y (k, m) in a random order, `size` at a time; the last batch may be smaller."""
    require_matrix("mini_batches", "X", X)
    require_positive("mini_batches", "size", size)
    if Y.ndim != 2 or Y.shape[1] != X.shape[1]:
        raise ValueError(f"mini_batches: Y has shape {Y.shape} but X has {X.shape[1]} examples (columns)")
    order = rng.permutation(X.shape[1])
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        yield X[:, chosen], Y[:, chosen]


def fit(
    X: np.ndarray,
    Y: np.ndarray,
    parameters: Parameters,
    cost_and_gradients: CostAndGradients,
    optimizer: Optimizer,
    *,
    epochs: int,
    batch_size: int,
    rng: Rng,
    after_epoch: Callable[[int, Parameters], bool | None] = lambda epoch, parameters: None,
) -> tuple[Parameters, list[float]]:
    """Train on mini-batches.

    Parameters
    ----------
    X, Y : (n, m) and (k, m), an example a column
    parameters : where to start; left as they were
    cost_and_gradients : takes a batch and the parameters; returns its mean cost, and gradients of the same names
    after_epoch : called with the number of the epoch, from 0, and its parameters; True ends the training

    Returns
    -------
    the trained parameters, and for each epoch the mean cost over its examples, each measured before its step
    """
    state, costs = optimizer.initialize(parameters), []
    for epoch in range(epochs):
        total = 0.0
        for x, y in mini_batches(X, Y, batch_size, rng):
            cost, gradients = cost_and_gradients(x, y, parameters)
            parameters, state = optimizer.update(parameters, gradients, state)
            total += cost * x.shape[1]
        costs.append(total / X.shape[1])
        if after_epoch(epoch, parameters):
            break
    return parameters, costs
