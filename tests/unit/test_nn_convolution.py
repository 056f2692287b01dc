"""Convolution and pooling: values and gradients against TensorFlow over random shapes, ties, refused input."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers import nn

tf = pytest.importorskip("tensorflow")
DTYPES = [(np.float32, 1e-5), (np.float64, 1e-10)]
PADDINGS = st.sampled_from(["valid", "same"]) | st.tuples(*[st.tuples(*[st.integers(0, 3)] * 2)] * 2)


def random(seed, *shape, dtype=np.float64):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def tf_padding(padding):
    return padding.upper() if isinstance(padding, str) else [[0, 0], *map(list, padding), [0, 0]]


def gradients(function, dz, *inputs):
    variables = [tf.Variable(value) for value in inputs]
    with tf.GradientTape() as tape:
        z = function(*variables)
    return z.numpy(), [g.numpy() for g in tape.gradient(z, variables, dz(z.shape))]


def close(actual, expected, tolerance):
    assert actual.dtype == expected.dtype
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance * max(1, np.abs(expected).max()))


@pytest.mark.parametrize(("dtype", "tolerance"), DTYPES)
@given(
    m=st.integers(1, 3),
    sides=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    kernel=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    channels=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 3),
    padding=PADDINGS,
    seed=st.integers(0, 2**16),
)
def test_convolution_and_its_gradients_equal_tensorflow(
    dtype, tolerance, m, sides, kernel, channels, stride, padding, seed
):
    pads = ((0, 0), (0, 0)) if isinstance(padding, str) else padding
    fits = all(f <= n + sum(pad) for f, n, pad in zip(kernel, sides, pads, strict=True))
    assume(padding == "same" or fits)
    x, W = random(seed, m, *sides, channels[0], dtype=dtype), random(seed + 1, *kernel, *channels, dtype=dtype)
    b = random(seed + 2, channels[1], dtype=dtype)
    z, cache = nn.conv2d_forward(x, W, b, stride, padding)
    dz = random(seed + 3, *z.shape, dtype=dtype)
    expected, oracle = gradients(
        lambda x, W, b: tf.nn.conv2d(x, W, stride, tf_padding(padding)) + b, lambda shape: dz, x, W, b
    )
    close(z, expected, tolerance)
    for ours, theirs in zip(nn.conv2d_backward(dz, cache), oracle, strict=True):
        close(ours, theirs, tolerance)


POOLS = {
    "max": (nn.max_pool_forward, nn.max_pool_backward, tf.nn.max_pool2d),
    "average": (nn.average_pool_forward, nn.average_pool_backward, tf.nn.avg_pool2d),
}


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize(("dtype", "tolerance"), DTYPES)
@given(
    m=st.integers(1, 3),
    sides=st.tuples(st.integers(3, 9), st.integers(3, 9)),
    channels=st.integers(1, 3),
    size=st.integers(1, 3),
    stride=st.integers(1, 3),
    padding=st.sampled_from(["valid", "same"]),
    seed=st.integers(0, 2**16),
)
def test_pooling_and_its_gradient_equal_tensorflow(
    pool, dtype, tolerance, m, sides, channels, size, stride, padding, seed
):
    forward, backward, oracle = POOLS[pool]
    x = random(seed, m, *sides, channels, dtype=dtype)
    a, cache = forward(x, size, stride, padding)
    da = random(seed + 1, *a.shape, dtype=dtype)
    expected, (dx,) = gradients(lambda x: oracle(x, size, stride, padding.upper()), lambda shape: da, x)
    close(a, expected, tolerance)
    close(backward(da, cache), dx, tolerance)


def test_a_tie_sends_the_gradient_to_the_first_of_the_greatest_as_tensorflow_does():
    x = np.maximum(random(0, 2, 6, 6, 3), 0)
    a, cache = nn.max_pool_forward(x, 2)
    da = random(1, *a.shape)
    _, (dx,) = gradients(lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"), lambda shape: da, x)
    np.testing.assert_array_equal(nn.max_pool_backward(da, cache), dx)


def test_pooling_strides_by_its_size_unless_told_otherwise():
    x = random(0, 1, 7, 7, 2)
    np.testing.assert_array_equal(nn.max_pool_forward(x, 3)[0], nn.max_pool_forward(x, 3, 3)[0])
    assert nn.average_pool_forward(x, 3)[0].shape == (1, 2, 2, 2)


@pytest.mark.parametrize("m", [1, 5])
def test_large_inputs_are_convolved_in_parts_that_agree_with_the_whole(m):
    x, W, b = random(0, m, 40, 40, 16), random(1, 3, 3, 16, 4), random(2, 4)
    z, cache = nn.conv2d_forward(x, W, b, padding="same")
    dz = random(3, *z.shape)
    expected, oracle = gradients(lambda x, W, b: tf.nn.conv2d(x, W, 1, "SAME") + b, lambda shape: dz, x, W, b)
    close(z, expected, 1e-10)
    for ours, theirs in zip(nn.conv2d_backward(dz, cache), oracle, strict=True):
        close(ours, theirs, 1e-10)


def test_nothing_that_is_passed_is_changed():
    x, W, b = random(0, 2, 5, 5, 2), random(1, 3, 3, 2, 4), random(2, 4)
    kept = [value.copy() for value in (x, W, b)]
    z, cache = nn.conv2d_forward(x, W, b)
    nn.conv2d_backward(z, cache)
    nn.max_pool_backward(*nn.max_pool_forward(x, 2))
    for value, before in zip((x, W, b), kept, strict=True):
        np.testing.assert_array_equal(value, before)


x, W, b = random(0, 2, 5, 6, 3), random(1, 3, 3, 3, 4), random(2, 4)
REFUSED = {
    "conv2d_forward: x has 3 channels but W expects 2": lambda: nn.conv2d_forward(x, W[:, :, :2], b),
    "x has shape (5, 6, 3) but must be (examples, height, width, channels)": lambda: nn.conv2d_forward(x[0], W, b),
    "W has shape (3, 3, 4) but must be (height, width, channels, filters)": lambda: nn.conv2d_forward(x, W[0], b),
    "b has shape (1, 4) but W asks for (4,)": lambda: nn.conv2d_forward(x, W, b[None]),
    "W has dtype float32 but x has dtype float64": lambda: nn.conv2d_forward(x, W.astype(np.float32), b),
    "x has dtype int64 but must be floating-point": lambda: nn.conv2d_forward(x.astype(int), W, b),
    "stride is 0 but must be a positive integer": lambda: nn.conv2d_forward(x, W, b, stride=0),
    "stride is 1.5 but must be a positive integer": lambda: nn.conv2d_forward(x, W, b, stride=1.5),
    "padding is 'full' but must be one of 'valid', 'same'": lambda: nn.conv2d_forward(x, W, b, padding="full"),
    "padding is -1 but must be pixels": lambda: nn.conv2d_forward(x, W, b, padding=-1),
    "padding is (1, 1) but must be": lambda: nn.conv2d_forward(x, W, b, padding=(1, 1)),
    "a window of width 7 does not fit x (2, 5, 6, 3)": lambda: nn.conv2d_forward(x, random(1, 3, 7, 3, 4), b),
    "max_pool_forward: a window of height 6 does not fit": lambda: nn.max_pool_forward(x, 6),
    "average_pool_forward: x has shape": lambda: nn.average_pool_forward(x[0], 2),
    "conv2d_backward: the gradient has shape (2, 3, 4, 3) but the result had (2, 3, 4, 4)": lambda: nn.conv2d_backward(
        x[:, :3, :4], nn.conv2d_forward(x, W, b)[1]
    ),
    "max_pool_backward: the gradient has shape": lambda: nn.max_pool_backward(x, nn.max_pool_forward(x, 2)[1]),
    "average_pool_backward: the gradient has": lambda: nn.average_pool_backward(x, nn.average_pool_forward(x, 2)[1]),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_does_not_fit_is_refused_by_name(message):
    with pytest.raises((TypeError, ValueError)) as refused:
        REFUSED[message]()
    assert message in str(refused.value)
