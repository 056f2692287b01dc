"""L2, dropout, early stopping, batch normalization and mini-batches, against Keras and by their meaning."""

import numpy as np
import pytest

from helpers import nn

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")


def random(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape)


def test_l2_equals_keras_regularizers_and_leaves_biases_alone():
    parameters = {"W1": random(0, 3, 4), "b1": random(1, 3, 1), "W2": random(2, 1, 3), "b2": random(3, 1, 1)}
    lambd, m = 0.7, 5
    regularizer = keras.regularizers.L2(lambd / (2 * m))
    variables = {name: tf.Variable(parameters[name]) for name in ("W1", "W2")}
    with tf.GradientTape() as tape:
        cost = sum(tf.cast(regularizer(v), "float64") for v in variables.values())
    assert nn.l2_cost(parameters, lambd, m) == pytest.approx(float(cost), rel=1e-6)
    zero = {name: np.zeros_like(value) for name, value in parameters.items()}
    gradients = nn.l2_gradients(parameters, zero, lambd, m)
    for name, expected in zip(variables, tape.gradient(cost, list(variables.values())), strict=True):
        np.testing.assert_allclose(gradients[name], expected, rtol=1e-6)
    assert not gradients["b1"].any()
    assert not zero["W1"].any()


def test_l2_gradients_are_the_slope_of_the_l2_cost():
    parameters = {"W1": random(0, 3, 4), "b1": random(1, 3, 1)}
    zero = {name: np.zeros_like(value) for name, value in parameters.items()}
    gradients = nn.l2_gradients(parameters, zero, 0.3, 7)
    assert nn.check_gradients(lambda p: nn.l2_cost(p, 0.3, 7), parameters, gradients) < 1e-8


@pytest.mark.parametrize("keep_prob", [0.3, 0.8, 1.0])
def test_dropout_keeps_the_stated_share_and_the_mean_as_keras_does(keep_prob):
    A = np.ones((200, 500))
    dropped, mask = nn.dropout_forward(A, keep_prob, np.random.default_rng(0))
    in_keras = np.asarray(keras.layers.Dropout(1 - keep_prob, seed=0)(A, training=True))
    assert set(np.unique(dropped)) <= {0.0, 1 / keep_prob}
    np.testing.assert_allclose(np.unique(dropped), np.unique(in_keras), rtol=1e-6)
    assert (dropped > 0).mean() == pytest.approx(keep_prob, abs=0.01)
    assert dropped.mean() == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(nn.dropout_backward(A, mask), dropped)


def test_dropout_draws_numpys_legacy_stream_as_taught():
    np.random.seed(1)
    expected = np.random.rand(2, 3) < 0.5
    dropped, _ = nn.dropout_forward(np.ones((2, 3)), 0.5, np.random.RandomState(1))
    np.testing.assert_array_equal(dropped > 0, expected)


def test_early_stopping_keeps_the_best_parameters_and_waits_for_its_patience():
    stopping, stopped = nn.EarlyStopping(patience=2), []
    parameters = {"W1": np.zeros((1, 1))}
    for epoch, cost in enumerate([3.0, 2.0, 2.5, np.nan, 1.0]):
        parameters["W1"][:] = epoch
        stopped.append(stopping.should_stop(epoch, cost, parameters))
    assert stopped == [False, False, False, True, False]
    assert (stopping.best_cost, stopping.best_epoch) == (1.0, 4)
    parameters["W1"][:] = 99
    assert stopping.best_parameters["W1"].item() == 4


@pytest.mark.parametrize("training", [True, False])
def test_batch_normalization_equals_keras(training):
    Z, gamma, beta, dY = random(0, 4, 9), random(1, 4, 1), random(2, 4, 1), random(3, 4, 9)
    running = nn.RunningAverages(random(4, 4, 1), random(5, 4, 1) ** 2)
    layer = keras.layers.BatchNormalization(dtype="float64", epsilon=1e-3, momentum=0.99)
    layer.build((None, 4))
    layer.set_weights([array[:, 0] for array in (gamma, beta, *running)])
    x = tf.Variable(Z.T)
    with tf.GradientTape() as tape:
        y = layer(x, training=training)
        cost = tf.reduce_sum(y * dY.T)
    expected = tape.gradient(cost, [x, layer.gamma, layer.beta])
    Y, new, cache = nn.batch_norm_forward(Z, gamma, beta, running, training=training)
    np.testing.assert_allclose(Y, y.numpy().T, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(new.mean[:, 0], layer.moving_mean, rtol=1e-10)
    np.testing.assert_allclose(new.variance[:, 0], layer.moving_variance, rtol=1e-10)
    if training:
        for ours, theirs in zip(nn.batch_norm_backward(dY, cache), expected, strict=True):
            np.testing.assert_allclose(ours.reshape(theirs.shape[::-1]).T, theirs, rtol=1e-9, atol=1e-10)


def test_running_averages_approach_the_statistics_of_the_data():
    running = nn.initialize_running_averages(2)
    rng = np.random.default_rng(0)
    for _ in range(500):
        Z = np.array([[3.0], [-1.0]]) + np.array([[2.0], [0.5]]) * rng.standard_normal((2, 64))
        _, running, _ = nn.batch_norm_forward(
            Z, np.ones((2, 1)), np.zeros((2, 1)), running, training=True, momentum=0.9
        )
    np.testing.assert_allclose(running.mean[:, 0], [3, -1], atol=0.15)
    np.testing.assert_allclose(running.variance[:, 0], [4, 0.25], rtol=0.15)


def test_mini_batches_hold_every_example_once_with_its_label():
    X = np.arange(10.0).reshape(1, 10)
    batches = list(nn.mini_batches(X, 2 * X, 4, np.random.default_rng(0)))
    assert [x.shape[1] for x, _ in batches] == [4, 4, 2]
    seen = np.concatenate([x for x, _ in batches], axis=1)
    np.testing.assert_array_equal(np.sort(seen), X)
    assert not np.array_equal(seen, X)
    for x, y in batches:
        np.testing.assert_array_equal(y, 2 * x)


def test_fit_trains_and_stops_when_told():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((2, 60))
    Y = (X[:1] > 0).astype(float)

    def cost_and_gradients(x, y, parameters):
        Z, caches = nn.network_forward(x, parameters)
        return nn.network_cost(Z, y), nn.network_backward(Z, y, caches)

    start = nn.initialize_network([2, 4, 1], rng, nn.he_normal)
    settings = {"epochs": 30, "batch_size": 16, "rng": rng}
    trained, costs = nn.fit(X, Y, start, cost_and_gradients, nn.adam(0.05), **settings)
    assert costs[-1] < 0.2 * costs[0]
    assert np.mean((nn.predict(X, trained) > 0.5) == Y) > 0.95
    stopped = nn.fit(X, Y, start, cost_and_gradients, nn.sgd(), **settings, after_epoch=lambda epoch, _: epoch == 3)
    assert len(stopped[1]) == 4


REFUSED = {
    "lambd is -0.1 but must be zero or a positive": lambda: nn.l2_cost({}, -0.1, 1),
    "keep_prob is 0 but must lie above 0": lambda: nn.dropout_forward(np.ones((1, 1)), 0, np.random.default_rng(0)),
    "patience is 0 but must be a positive": lambda: nn.EarlyStopping(0),
    "gamma has shape (2,) but Z (2, 3) asks for (2, 1)": lambda: nn.batch_norm_forward(
        np.ones((2, 3)), np.ones(2), np.ones((2, 1)), nn.initialize_running_averages(2), training=True
    ),
    "Y has shape (1, 2) but X has 3 examples": lambda: next(
        nn.mini_batches(np.ones((1, 3)), np.ones((1, 2)), 2, np.random.default_rng(0))
    ),
    "size is 0 but must be a positive": lambda: next(
        nn.mini_batches(np.ones((1, 3)), np.ones((1, 3)), 0, np.random.default_rng(0))
    ),
}


@pytest.mark.parametrize("message", REFUSED)
def test_bad_input_is_refused_with_a_message_that_names_it(message):
    with pytest.raises(ValueError) as refused:
        REFUSED[message]()
    assert message in str(refused.value)
