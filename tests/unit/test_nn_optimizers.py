"""Optimizers against keras.optimizers, step for step; schedules; refused input."""

import numpy as np
import pytest

from helpers import nn

keras = pytest.importorskip("keras")

# Keras casts its constants by way of float32: these survive that, 0.9 and 0.999 would not.
BETA, BETA2 = 7 / 8, 1 - 2**-10
SHAPES = {"W1": (4, 3), "b1": (4, 1)}


def random_arrays(seed):
    rng = np.random.default_rng(seed)
    return {name: rng.standard_normal(shape) for name, shape in SHAPES.items()}


def train(optimizer, steps):
    parameters = random_arrays(0)
    state = optimizer.initialize(parameters)
    for step in range(steps):
        parameters, state = optimizer.update(parameters, random_arrays(step + 1), state)
    return parameters, state


def train_with_keras(optimizer, steps, seeds=None):
    variables = [keras.Variable(value, dtype="float64") for value in random_arrays(0).values()]
    optimizer.build(variables)
    for step in range(steps):
        optimizer.apply(list(random_arrays(step + 1).values()), variables)
    return dict(zip(SHAPES, (variable.numpy() for variable in variables), strict=True))


@pytest.fixture(autouse=True)
def float64():
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx(before)


def keras_momentum():
    # Keras keeps the velocity v' = β v' − α dθ, which is −α v / (1 − β) of the taught v.
    return keras.optimizers.SGD(0.01 * (1 - BETA), momentum=BETA)


TINY = 1e-300  # where epsilon is added differs, so the formulas agree only without it
SAME = {
    "sgd": (lambda: nn.sgd(0.05), lambda: keras.optimizers.SGD(0.05)),
    "momentum": (lambda: nn.momentum(0.01, BETA), keras_momentum),
    "rmsprop": (
        lambda: nn.rmsprop(0.01, BETA, TINY),
        lambda: keras.optimizers.RMSprop(0.01, rho=BETA, epsilon=TINY),
    ),
    "adam": (
        lambda: nn.adam(0.01, BETA, BETA2, TINY),
        lambda: keras.optimizers.Adam(0.01, BETA, BETA2, TINY),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_a_hundred_steps_equal_keras(name):
    ours, theirs = SAME[name]
    trained, expected = train(ours(), 100)[0], train_with_keras(theirs(), 100)
    for key, value in trained.items():
        np.testing.assert_allclose(value, expected[key], rtol=1e-10, atol=1e-10)


def test_the_taught_adam_adds_epsilon_to_the_corrected_root_and_keras_to_the_uncorrected_one():
    epsilon = 1e-2
    first = train(nn.adam(0.01, BETA, BETA2, epsilon), 1)[0]
    gradient = random_arrays(1)["W1"]
    taught = random_arrays(0)["W1"] - 0.01 * gradient / (np.abs(gradient) + epsilon)
    np.testing.assert_allclose(first["W1"], taught, rtol=1e-12)
    in_keras = random_arrays(0)["W1"] - 0.01 * gradient / (np.abs(gradient) + epsilon / np.sqrt(1 - BETA2))
    keras_first = train_with_keras(keras.optimizers.Adam(0.01, BETA, BETA2, epsilon), 1)
    np.testing.assert_allclose(keras_first["W1"], in_keras, rtol=1e-10)
    assert np.abs(first["W1"] - keras_first["W1"]).max() > 1e-3


def test_the_taught_rmsprop_adds_epsilon_outside_the_root():
    epsilon, gradient = 1e-2, random_arrays(1)["W1"]
    expected = random_arrays(0)["W1"] - 0.01 * gradient / (np.sqrt(0.1) * np.abs(gradient) + epsilon)
    np.testing.assert_allclose(train(nn.rmsprop(0.01, 0.9, epsilon), 1)[0]["W1"], expected, rtol=1e-12)


@pytest.mark.parametrize("size", [1, 2**15, 2**15 + 1, 3 * 2**15 - 5])
def test_a_large_parameter_is_stepped_like_its_parts(size):
    rng = np.random.default_rng(0)
    value, gradient = rng.standard_normal((2, size))
    whole = nn.adam(0.1).update({"W1": value}, {"W1": gradient}, nn.adam(0.1).initialize({"W1": value}))[0]["W1"]
    np.testing.assert_allclose(whole, value - 0.1 * gradient / (np.abs(gradient) + 1e-8), rtol=1e-12)


@pytest.mark.parametrize("make", [nn.sgd, nn.momentum, nn.rmsprop, nn.adam])
def test_an_update_changes_nothing_in_place_and_keeps_float32(make):
    optimizer = make(0.1)
    parameters = {name: value.astype(np.float32) for name, value in random_arrays(0).items()}
    gradients = {name: value.astype(np.float32) for name, value in random_arrays(1).items()}
    state = optimizer.initialize(parameters)
    once = optimizer.update(parameters, gradients, state)
    again = optimizer.update(parameters, gradients, state)
    for name, value in once[0].items():
        np.testing.assert_array_equal(value, again[0][name])
        np.testing.assert_array_equal(parameters[name], random_arrays(0)[name].astype(np.float32))
        assert value.dtype == np.float32
    assert (state.step, once[1].step) == (0, 1)


def test_a_transposed_parameter_is_stepped_entry_by_entry():
    value, gradient = np.arange(6.0).reshape(2, 3).T, np.ones((3, 2))
    stepped, _ = nn.sgd(1.0).update({"W1": value}, {"W1": gradient}, nn.sgd(1.0).initialize({"W1": value}))
    np.testing.assert_array_equal(stepped["W1"], value - 1)


def test_a_schedule_gives_each_step_its_rate():
    zero = {"W1": np.zeros((1, 1))}
    optimizer = nn.sgd(nn.step_decay(1.0, decay_rate=1.0, interval=2))
    parameters, state, path = zero, optimizer.initialize(zero), []
    for _ in range(5):
        parameters, state = optimizer.update(parameters, {"W1": -np.ones((1, 1))}, state)
        path.append(parameters["W1"].item())
    np.testing.assert_allclose(np.diff([0, *path]), [1, 1, 1 / 2, 1 / 2, 1 / 3])


def test_schedules_follow_their_formulas():
    assert nn.inverse_time_decay(0.5, 1.0)(3) == 0.125
    assert nn.step_decay(0.5, 0.3, 100)(199) == pytest.approx(0.5 / 1.3)
    assert nn.exponential_decay(0.5, 0.9)(2) == pytest.approx(0.405)


REFUSED = {
    "adam: learning_rate is 0 but must be a positive": lambda: nn.adam(0),
    "momentum: beta is 1 but must lie in [0, 1)": lambda: nn.momentum(beta=1),
    "rmsprop: epsilon is -1 but must be a positive": lambda: nn.rmsprop(epsilon=-1),
    "sgd: parameters and gradients do not share the names W1, W2": lambda: nn.sgd().update(
        {"W1": np.ones(1)}, {"W2": np.ones(1)}, nn.sgd().initialize({"W1": np.ones(1)})
    ),
    "step_decay: interval is 0": lambda: nn.step_decay(1.0, 1.0, 0),
    "exponential_decay: decay_rate is 1 but must lie between": lambda: nn.exponential_decay(1.0, 1),
}


@pytest.mark.parametrize("message", REFUSED)
def test_bad_input_is_refused_with_a_message_that_names_it(message):
    with pytest.raises(ValueError) as refused:
        REFUSED[message]()
    assert message in str(refused.value)
