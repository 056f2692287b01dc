"""helpers.nn, function by function: values and gradients against TensorFlow, numerical gradients, refused input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import nn

tf = pytest.importorskip("tensorflow")


def random(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def tf_gradient(function, *inputs):
    variables = [tf.Variable(value) for value in inputs]
    with tf.GradientTape() as tape:
        output = function(*variables)
    return output.numpy(), [g.numpy() for g in tape.gradient(output, variables)]


ACTIVATIONS = {
    "sigmoid": (nn.sigmoid, lambda dA, Z: nn.sigmoid_backward(dA, nn.sigmoid(Z)), tf.sigmoid),
    "tanh": (nn.tanh, lambda dA, Z: nn.tanh_backward(dA, nn.tanh(Z)), tf.tanh),
    "relu": (nn.relu, lambda dA, Z: nn.relu_backward(dA, nn.relu(Z)), tf.nn.relu),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(rows=st.integers(1, 5), columns=st.integers(1, 7), seed=st.integers(0, 2**16))
def test_an_activation_and_its_gradient_equal_tensorflow(name, rows, columns, seed):
    forward, backward, oracle = ACTIVATIONS[name]
    Z, dA = 3 * random(seed, rows, columns), random(seed + 1, rows, columns)
    expected, (dZ,) = tf_gradient(lambda z: tf.reduce_sum(oracle(z) * dA), Z)
    np.testing.assert_allclose(np.sum(forward(Z) * dA), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(backward(dA, Z), dZ, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_sigmoid_keeps_its_dtype_and_never_overflows(dtype):
    with np.errstate(all="raise", under="ignore"):
        A = nn.sigmoid(np.array([-1e4, -80, 0, 80, 1e4], dtype=dtype))
    assert A.dtype == dtype
    np.testing.assert_allclose(A, [0, np.exp(-80.0), 0.5, 1, 1], rtol=1e-6, atol=1e-300)


@pytest.mark.parametrize("axis", [0, 1])
def test_softmax_equals_tensorflow_also_for_huge_logits(axis):
    Z = np.array([[1.0, 1000.0, -3.0], [2.0, 1001.0, 700.0], [0.5, 0.0, 700.0]])
    np.testing.assert_allclose(nn.softmax(Z, axis), tf.nn.softmax(Z, axis=axis), rtol=1e-12)


@given(units=st.integers(1, 5), inputs=st.integers(1, 5), m=st.integers(1, 6), seed=st.integers(0, 2**16))
def test_the_dense_layer_equals_tensorflow(units, inputs, m, seed):
    A, W, b = random(seed, inputs, m), random(seed + 1, units, inputs), random(seed + 2, units, 1)
    Z, cache = nn.dense_forward(A, W, b)
    dZ = random(seed + 3, *Z.shape)
    expected, gradients = tf_gradient(lambda a, w, c: tf.reduce_sum((w @ a + c) * dZ), A, W, b)
    np.testing.assert_allclose(np.sum(Z * dZ), expected, rtol=1e-11, atol=1e-11)
    for ours, theirs in zip(nn.dense_backward(dZ, cache), gradients, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_the_first_layer_may_leave_out_the_gradient_of_its_input():
    Z, cache = nn.dense_forward(random(0, 3, 4), random(1, 2, 3), random(2, 2, 1))
    dA, dW, _ = nn.dense_backward(Z, cache, to_input=False)
    assert dA is None
    assert dW.shape == (2, 3)


@given(m=st.integers(1, 9), seed=st.integers(0, 2**16))
def test_binary_cross_entropy_equals_keras_from_probabilities_and_from_logits(m, seed):
    Z, Y = 4 * random(seed, 1, m), np.random.default_rng(seed).integers(0, 2, (1, m)).astype(float)
    expected, (dZ,) = tf_gradient(
        lambda z: tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=Y, logits=z)), Z
    )
    A = nn.sigmoid(Z)
    assert nn.sigmoid_cross_entropy(Z, Y) == pytest.approx(expected, rel=1e-12)
    assert nn.binary_cross_entropy(A, Y) == pytest.approx(expected, rel=1e-10)
    np.testing.assert_allclose(nn.sigmoid_cross_entropy_backward(Z, Y), dZ, rtol=1e-10, atol=1e-15)
    through_a = nn.sigmoid_backward(nn.binary_cross_entropy_backward(A, Y), A)
    np.testing.assert_allclose(through_a, dZ, rtol=1e-8, atol=1e-12)


@given(classes=st.integers(2, 6), m=st.integers(1, 9), seed=st.integers(0, 2**16))
def test_softmax_cross_entropy_equals_tensorflow(classes, m, seed):
    Z = 4 * random(seed, classes, m)
    Y = np.eye(classes)[:, np.random.default_rng(seed).integers(0, classes, m)]
    expected, (dZ,) = tf_gradient(
        lambda z: tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=Y.T, logits=tf.transpose(z))), Z
    )
    assert nn.softmax_cross_entropy(Z, Y) == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(nn.softmax_cross_entropy_backward(Z, Y), dZ, rtol=1e-10, atol=1e-15)


def test_a_certain_prediction_costs_nothing_when_right_and_everything_when_wrong():
    certain = np.array([[0.0, 1.0]])
    assert nn.binary_cross_entropy(certain, np.array([[0, 1]])) == 0
    assert nn.binary_cross_entropy(certain, np.array([[1, 1]])) == np.inf
    assert nn.sigmoid_cross_entropy(np.array([[1000.0, -1000.0]]), np.array([[0, 0]])) == 500


def test_initial_weights_have_the_stated_spread_and_follow_numpys_legacy_stream():
    W = nn.scaled_normal(400, 900, np.random.default_rng(0))
    assert W.shape == (400, 900)
    assert W.std() == pytest.approx(1 / 30, rel=0.01)
    np.random.seed(3)
    np.testing.assert_array_equal(nn.normal(4, 5, np.random.RandomState(3)), np.random.randn(4, 5) * 0.01)


def test_gradient_descent_takes_one_step_and_leaves_its_input():
    parameters = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([[3.0]])}
    stepped = nn.gradient_descent(parameters, {"W1": np.array([[10.0, -10.0]]), "b1": np.array([[1.0]])}, 0.1)
    np.testing.assert_allclose(stepped["W1"], [[0.0, 3.0]])
    np.testing.assert_allclose(stepped["b1"], [[2.9]])
    np.testing.assert_array_equal(parameters["W1"], [[1.0, 2.0]])


MATRIX, ROW = np.ones((3, 4)), np.full((1, 4), 0.5)
REFUSED = {
    "A_prev has 3 features but W expects 2": lambda: nn.dense_forward(MATRIX, np.ones((5, 2)), np.ones((5, 1))),
    "b has shape (5,) but W asks for (5, 1)": lambda: nn.dense_forward(MATRIX, np.ones((5, 3)), np.ones(5)),
    "A_prev has shape (4,) but must be a matrix": lambda: nn.dense_forward(
        np.ones(4), np.ones((5, 4)), np.ones((5, 1))
    ),
    "W has dtype int64 but must be floating": lambda: nn.dense_forward(
        MATRIX, np.ones((5, 3), dtype=np.int64), np.ones((5, 1))
    ),
    "A_prev is a list but must be a NumPy array": lambda: nn.dense_forward([[1.0]], np.ones((1, 1)), np.ones((1, 1))),
    "dZ has shape (2, 4) but Z had (3, 4)": lambda: nn.dense_backward(np.ones((2, 4)), (MATRIX, np.ones((3, 3)))),
    "dA has shape (3, 4) but A has shape (1, 4)": lambda: nn.relu_backward(MATRIX, ROW),
    "A has shape (1, 4) but Y has shape (4,)": lambda: nn.binary_cross_entropy(ROW, np.ones(4)),
    "A must hold probabilities in [0, 1] but spans [1.5, 1.5]": lambda: nn.binary_cross_entropy(ROW + 1, ROW),
    "Z has shape (1, 4) but Y has shape (4, 1)": lambda: nn.sigmoid_cross_entropy(ROW, ROW.T),
    "scale is 0 but must be a positive number": lambda: nn.normal(2, 2, np.random.default_rng(0), 0),
    "learning_rate is nan but must be a positive": lambda: nn.gradient_descent({}, {}, float("nan")),
    "do not share the names W1, dW1": lambda: nn.gradient_descent({"W1": ROW}, {"dW1": ROW}, 0.1),
    "gradients['W1'] has shape (3, 4) but the parameter": lambda: nn.gradient_descent({"W1": ROW}, {"W1": MATRIX}, 0.1),
}


@pytest.mark.parametrize("message", REFUSED)
def test_bad_input_is_refused_with_a_message_that_names_it(message):
    with pytest.raises((ValueError, TypeError)) as refused:
        REFUSED[message]()
    assert message in str(refused.value)
