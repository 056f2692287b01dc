"""Neural networks in NumPy alone: `name_forward` returns (output, cache), `name_backward` the gradients.

Arrays are column-wise as in the course: features along axis 0, examples along axis 1. Every gradient is the
derivative of the scalar cost, so the 1/m of a mean stands once, in the loss.
"""

from helpers.nn.activations import (
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    tanh,
    tanh_backward,
)
from helpers.nn.dense import dense_backward, dense_forward
from helpers.nn.initializers import normal, scaled_normal
from helpers.nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_backward,
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
)
from helpers.nn.network import initialize_network, network_backward, network_cost, network_forward, predict, train
from helpers.nn.optimizers import gradient_descent

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_backward",
    "dense_backward",
    "dense_forward",
    "gradient_descent",
    "initialize_network",
    "network_backward",
    "network_cost",
    "network_forward",
    "normal",
    "predict",
    "relu",
    "relu_backward",
    "scaled_normal",
    "sigmoid",
    "sigmoid_backward",
    "sigmoid_cross_entropy",
    "sigmoid_cross_entropy_backward",
    "softmax",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
    "tanh",
    "tanh_backward",
    "train",
]
