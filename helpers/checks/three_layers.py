"""The network of the taught regularization exercises, ReLU, ReLU, sigmoid, with its caches and names of gradients."""

from collections.abc import Sequence

import numpy as np

from helpers import nn
from helpers.nn.optimizers import Parameters

Caches = tuple[np.ndarray, ...]


def forward(X: np.ndarray, parameters: Parameters) -> Caches:
    """(Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)."""
    A, cache = X, ()
    for layer, activate in ((1, nn.relu), (2, nn.relu), (3, nn.sigmoid)):
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        Z, _ = nn.dense_forward(A, W, b)
        A = activate(Z)
        cache += (Z, A, W, b)
    return cache


def backward(X: np.ndarray, Y: np.ndarray, layers: Sequence[Caches], lambd: float, masks=(1.0, 1.0)) -> Parameters:
    """The taught gradients; `layers` holds (A, W) of each layer, `masks` what multiplies dA1 and dA2."""
    m, inputs = X.shape[1], [X, layers[0][0], layers[1][0]]
    dZ, gradients = layers[2][0] - Y, {}
    for layer in (3, 2, 1):
        A_prev, W = inputs[layer - 1], layers[layer - 1][1]
        dA, dW, db = nn.dense_backward(dZ, (A_prev, W))
        gradients |= {f"dZ{layer}": dZ, f"dW{layer}": dW / m + lambd / m * W, f"db{layer}": db / m}
        if layer > 1:
            gradients[f"dA{layer - 1}"] = dA = dA * masks[layer - 2]
            dZ = nn.relu_backward(dA, A_prev)
    return gradients


def forward_with_dropout(
    X: np.ndarray, parameters: Parameters, keep_prob: float, scale: bool = True, keep=np.less, draw="random_sample"
) -> tuple[np.ndarray, Caches]:
    """A3 and (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3), with seed 1; the last three make mistakes."""
    draw, A, cache = getattr(np.random.RandomState(1), draw), X, ()
    for layer in (1, 2):
        W, b = parameters[f"W{layer}"], parameters[f"b{layer}"]
        Z, _ = nn.dense_forward(A, W, b)
        D = keep(draw(Z.shape), keep_prob)
        A = nn.relu(Z) * D / (keep_prob if scale else 1)
        cache += (Z, D, A, W, b)
    Z, _ = nn.dense_forward(A, parameters["W3"], parameters["b3"])
    A = nn.sigmoid(Z)
    return A, (*cache, Z, A, parameters["W3"], parameters["b3"])
