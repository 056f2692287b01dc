"""The gradient check finds planted bugs, names them, and passes every layer of helpers.nn."""

import numpy as np
import pytest

from helpers import nn


def quadratic(parameters):
    return float(sum(np.sum(value**2) for value in parameters.values())) / 2


def parameters():
    rng = np.random.default_rng(0)
    return {"W1": rng.standard_normal((2, 3)), "b1": rng.standard_normal((2, 1))}


def test_right_gradients_pass_with_a_tiny_difference_and_nothing_is_changed():
    given = parameters()
    assert nn.check_gradients(quadratic, given, parameters()) < 1e-9
    np.testing.assert_array_equal(given["W1"], parameters()["W1"])


def test_a_wrong_entry_is_named_with_both_values():
    gradients = parameters()
    gradients["W1"][1, 2] += 0.5
    with pytest.raises(nn.GradientError) as found:
        nn.check_gradients(quadratic, parameters(), gradients)
    right = parameters()["W1"][1, 2]
    assert f"W1[1, 2]: gradient {right + 0.5:.6g}, measured slope {right:.6g}" in str(found.value)


def test_a_gradient_that_is_not_a_number_is_found():
    gradients = parameters()
    gradients["b1"][0, 0] = np.nan
    with pytest.raises(nn.GradientError, match=r"b1\[0, 0\]: gradient nan"):
        nn.check_gradients(quadratic, parameters(), gradients)


def test_float32_parameters_are_checked_in_float64():
    low = {name: value.astype(np.float32) for name, value in parameters().items()}
    assert nn.check_gradients(quadratic, low, low) < 1e-9


def sums_of(layer, weights):
    """Cost of a layer's output as a function of its parameters, with fixed random weights on the output."""
    return lambda given: float(np.sum(layer(given) * weights))


def test_every_layer_passes():
    rng = np.random.default_rng(1)
    A, dZ = rng.standard_normal((3, 5)), rng.standard_normal((2, 5))
    given = {"A": A, "W": rng.standard_normal((2, 3)), "b": rng.standard_normal((2, 1))}
    _, cache = nn.dense_forward(**{"A_prev": given["A"], "W": given["W"], "b": given["b"]})
    gradients = dict(zip(("A", "W", "b"), nn.dense_backward(dZ, cache), strict=True))
    assert (
        nn.check_gradients(sums_of(lambda p: nn.dense_forward(p["A"], p["W"], p["b"])[0], dZ), given, gradients) < 1e-7
    )

    running = nn.initialize_running_averages(2)
    given = {"Z": 3 * rng.standard_normal((2, 5)), "gamma": rng.random((2, 1)), "beta": rng.random((2, 1))}
    _, _, cache = nn.batch_norm_forward(**given, running=running, training=True)
    gradients = dict(zip(given, nn.batch_norm_backward(dZ, cache), strict=True))
    normalize = sums_of(lambda p: nn.batch_norm_forward(**p, running=running, training=True)[0], dZ)
    assert nn.check_gradients(normalize, given, gradients) < 1e-7


REFUSED = {
    "do not share the names W1": lambda: nn.check_gradients(quadratic, {"W1": np.ones(2)}, {}),
    "gradients['W1'] has shape (3,)": lambda: nn.check_gradients(quadratic, {"W1": np.ones(2)}, {"W1": np.ones(3)}),
    "parameter 'W1' must be an array of floats": lambda: nn.numerical_gradients(quadratic, {"W1": np.arange(2)}),
    "epsilon is 0": lambda: nn.numerical_gradients(quadratic, {"W1": np.ones(2)}, 0),
}


@pytest.mark.parametrize("message", REFUSED)
def test_bad_input_is_refused_with_a_message_that_names_it(message):
    with pytest.raises((ValueError, TypeError)) as refused:
        REFUSED[message]()
    assert message in str(refused.value)
