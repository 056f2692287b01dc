"""A feed-forward network of L dense layers: hidden activations, then sigmoid or softmax, trained by gradient descent.

Parameters are a dictionary {"W1": (n1, n0), "b1": (n1, 1), …}; gradients have the same keys.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from helpers.nn import activations, losses
from helpers.nn.dense import dense_backward, dense_forward
from helpers.nn.initializers import Rng, scaled_normal
from helpers.nn.optimizers import Parameters, gradient_descent
from helpers.nn.validation import require_known, require_matrix

HIDDEN = {
    "relu": (activations.relu, activations.relu_backward),
    "tanh": (activations.tanh, activations.tanh_backward),
    "sigmoid": (activations.sigmoid, activations.sigmoid_backward),
}
OUTPUT = {
    "sigmoid": (activations.sigmoid, losses.sigmoid_cross_entropy, losses.sigmoid_cross_entropy_backward),
    "masked_sigmoid": (
        activations.sigmoid,
        losses.masked_sigmoid_cross_entropy,
        losses.masked_sigmoid_cross_entropy_backward,
    ),
    "softmax": (activations.softmax, losses.softmax_cross_entropy, losses.softmax_cross_entropy_backward),
}


def initialize_network(
    layer_dims: Sequence[int], rng: Rng, initializer: Callable[[int, int, Rng], np.ndarray] = scaled_normal
) -> Parameters:
    """Weights by `initializer(n, n_prev, rng)` and zero biases for layers of `layer_dims` units, the input first."""
    if len(layer_dims) < 2 or not all(isinstance(n, int | np.integer) and n > 0 for n in layer_dims):
        raise ValueError(f"initialize_network: layer_dims is {layer_dims!r} but must be two or more positive integers")
    parameters = {}
    for layer, (n_prev, n) in enumerate(pairwise(layer_dims), start=1):
        parameters[f"W{layer}"] = initializer(n, n_prev, rng)
        parameters[f"b{layer}"] = np.zeros((n, 1), dtype=parameters[f"W{layer}"].dtype)
    return parameters


def network_forward(X: np.ndarray, parameters: Parameters, hidden: str = "relu") -> tuple[np.ndarray, list]:
    """The logits of the last layer.

    Parameters
    ----------
    X : floats (n0, m)
    parameters : {"W1", "b1", …, "WL", "bL"}
    hidden : "relu", "tanh" or "sigmoid"

    Returns
    -------
    Z : floats (nL, m), logits
    caches : a list of L, for `network_backward`
    """
    require_known("network_forward", "hidden", hidden, HIDDEN)
    activate, _ = HIDDEN[hidden]
    A, caches = X, []
    for layer in _layers(parameters):
        Z, cache = dense_forward(A, parameters[f"W{layer}"], parameters[f"b{layer}"])
        caches.append(cache)
        A = activate(Z)
    return Z, caches


def network_cost(Z: np.ndarray, Y: np.ndarray, output: str = "sigmoid") -> float:
    """The mean cross-entropy of logits Z (nL, m) against labels Y of the same shape; `output` as in `OUTPUT`."""
    require_known("network_cost", "output", output, OUTPUT)
    return OUTPUT[output][1](Z, Y)


def network_backward(
    Z: np.ndarray, Y: np.ndarray, caches: list, hidden: str = "relu", output: str = "sigmoid"
) -> Parameters:
    """Gradients of `network_cost` by every parameter.

    Parameters
    ----------
    Z, caches : from `network_forward`
    Y : (nL, m), labels 0/1 or one-hot
    hidden, output : the activations used

    Returns
    -------
    gradients with the keys and shapes of the parameters
    """
    require_known("network_backward", "hidden", hidden, HIDDEN)
    require_known("network_backward", "output", output, OUTPUT)
    dZ, gradients = OUTPUT[output][2](Z, Y), {}
    for layer in range(len(caches), 0, -1):
        A_prev, _ = caches[layer - 1]
        dA, gradients[f"W{layer}"], gradients[f"b{layer}"] = dense_backward(dZ, caches[layer - 1], to_input=layer > 1)
        if layer > 1:
            dZ = HIDDEN[hidden][1](dA, A_prev)
    return gradients


def train(
    X: np.ndarray,
    Y: np.ndarray,
    parameters: Parameters,
    learning_rate: float,
    num_iterations: int,
    hidden: str = "relu",
    output: str = "sigmoid",
) -> tuple[Parameters, list[float]]:
    """Batch gradient descent from `parameters`, which are left as they were.

    Parameters
    ----------
    X : floats (n0, m)
    Y : (nL, m), labels 0/1 or one-hot

    Returns
    -------
    the trained parameters, and the cost before each of the `num_iterations` steps
    """
    require_matrix("train", "X", X)
    costs = []
    for _ in range(num_iterations):
        Z, caches = network_forward(X, parameters, hidden)
        costs.append(network_cost(Z, Y, output))
        gradients = network_backward(Z, Y, caches, hidden, output)
        parameters = gradient_descent(parameters, gradients, learning_rate)
    return parameters, costs


def predict(X: np.ndarray, parameters: Parameters, hidden: str = "relu", output: str = "sigmoid") -> np.ndarray:
    """Probabilities (nL, m) for X (n0, m)."""
    require_known("predict", "output", output, OUTPUT)
    Z, _ = network_forward(X, parameters, hidden)
    return OUTPUT[output][0](Z)


def _layers(parameters: Parameters) -> Iterator[int]:
    if not parameters or len(parameters) % 2 or set(parameters) != _names(len(parameters) // 2):
        raise ValueError(f"network_forward: parameters are named {sorted(parameters)} but must be W1, b1, …, WL, bL")
    return iter(range(1, len(parameters) // 2 + 1))


def _names(layers: int) -> set[str]:
    return {f"{kind}{layer}" for kind in "Wb" for layer in range(1, layers + 1)}
