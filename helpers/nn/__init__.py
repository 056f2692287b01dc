"""Neural networks in NumPy alone: `name_forward` returns (output, cache), `name_backward` the gradients.

Arrays are column-wise as in the course: features along axis 0, examples along axis 1; images are (examples, height,
width, channels). Every gradient is the derivative of the scalar cost, so the 1/m of a mean stands once, in the loss.
"""

from helpers.nn.activations import relu, relu_backward, sigmoid, sigmoid_backward, softmax, tanh, tanh_backward
from helpers.nn.batch_normalization import (
    RunningAverages,
    batch_norm_backward,
    batch_norm_forward,
    initialize_running_averages,
)
from helpers.nn.convolution import (
    average_pool_backward,
    average_pool_forward,
    conv2d_backward,
    conv2d_forward,
    max_pool_backward,
    max_pool_forward,
)
from helpers.nn.dense import dense_backward, dense_forward
from helpers.nn.gradient_checking import GradientError, check_gradients, numerical_gradients, relative_difference
from helpers.nn.initializers import he_normal, normal, scaled_normal, xavier_normal, zeros
from helpers.nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    masked_sigmoid_cross_entropy,
    masked_sigmoid_cross_entropy_backward,
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_backward,
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
)
from helpers.nn.mini_batches import fit, mini_batches
from helpers.nn.network import initialize_network, network_backward, network_cost, network_forward, predict, train
from helpers.nn.optimizers import adam, gradient_descent, momentum, rmsprop, sgd
from helpers.nn.recurrent import gru_backward, gru_forward, lstm_backward, lstm_forward, rnn_backward, rnn_forward
from helpers.nn.regularization import EarlyStopping, dropout_backward, dropout_forward, l2_cost, l2_gradients
from helpers.nn.schedules import exponential_decay, inverse_time_decay, step_decay

__all__ = [
    "EarlyStopping",
    "GradientError",
    "RunningAverages",
    "adam",
    "average_pool_backward",
    "average_pool_forward",
    "batch_norm_backward",
    "batch_norm_forward",
    "binary_cross_entropy",
    "binary_cross_entropy_backward",
    "check_gradients",
    "conv2d_backward",
    "conv2d_forward",
    "dense_backward",
    "dense_forward",
    "dropout_backward",
    "dropout_forward",
    "exponential_decay",
    "fit",
    "gradient_descent",
    "gru_backward",
    "gru_forward",
    "he_normal",
    "initialize_network",
    "initialize_running_averages",
    "inverse_time_decay",
    "l2_cost",
    "l2_gradients",
    "lstm_backward",
    "lstm_forward",
    "masked_sigmoid_cross_entropy",
    "masked_sigmoid_cross_entropy_backward",
    "max_pool_backward",
    "max_pool_forward",
    "mini_batches",
    "momentum",
    "network_backward",
    "network_cost",
    "network_forward",
    "normal",
    "numerical_gradients",
    "predict",
    "relative_difference",
    "relu",
    "relu_backward",
    "rmsprop",
    "rnn_backward",
    "rnn_forward",
    "scaled_normal",
    "sgd",
    "sigmoid",
    "sigmoid_backward",
    "sigmoid_cross_entropy",
    "sigmoid_cross_entropy_backward",
    "softmax",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
    "step_decay",
    "tanh",
    "tanh_backward",
    "train",
    "xavier_normal",
    "zeros",
]
