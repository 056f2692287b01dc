"""A cost of several yes-or-no questions of which not every one has an answer."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from helpers import nn


@pytest.fixture
def logits():
    return np.random.default_rng(3).normal(0, 2, (4, 9))


@pytest.fixture
def labels():
    rng = np.random.default_rng(4)
    Y = rng.integers(0, 2, (4, 9)).astype(float)
    Y[rng.random(Y.shape) < 0.4] = np.nan
    return Y


def test_the_masked_cost_is_the_sum_of_the_log_losses_of_the_labels_that_are_there(logits, labels):
    there = ~np.isnan(labels)
    expected = log_loss(labels[there], nn.sigmoid(logits[there]), normalize=False) / 9
    assert nn.masked_sigmoid_cross_entropy(logits, labels) == pytest.approx(expected, rel=1e-12)


def test_the_masked_gradient_is_the_measured_slope(logits, labels):
    gradients = {"Z": nn.masked_sigmoid_cross_entropy_backward(logits, labels)}
    nn.check_gradients(lambda p: nn.masked_sigmoid_cross_entropy(p["Z"], labels), {"Z": logits}, gradients)


def test_a_missing_label_has_no_gradient_and_does_not_change_the_others(logits, labels):
    full = np.nan_to_num(labels)
    complete = nn.masked_sigmoid_cross_entropy_backward(logits, full)
    masked = nn.masked_sigmoid_cross_entropy_backward(logits, labels)
    np.testing.assert_array_equal(masked, np.where(np.isnan(labels), 0, complete))


def test_where_no_label_is_missing_cost_and_gradient_are_those_without_a_mask(logits, labels):
    full = np.nan_to_num(labels)
    assert nn.masked_sigmoid_cross_entropy(logits, full) == pytest.approx(nn.sigmoid_cross_entropy(logits, full))
    gradient = nn.sigmoid_cross_entropy_backward(logits, full)
    np.testing.assert_array_equal(nn.masked_sigmoid_cross_entropy_backward(logits, full), gradient)


def test_no_label_at_all_costs_nothing(logits):
    missing = np.full(logits.shape, np.nan)
    assert nn.masked_sigmoid_cross_entropy(logits, missing) == 0
    assert not nn.masked_sigmoid_cross_entropy_backward(logits, missing).any()


def test_extreme_logits_stay_finite():
    Z, Y = np.array([[800.0, -800.0]]), np.array([[1.0, 1.0]])
    assert nn.masked_sigmoid_cross_entropy(Z, Y) == pytest.approx(400)


def test_a_network_learns_from_labels_with_gaps(labels):
    rng = np.random.default_rng(5)
    X, parameters = rng.standard_normal((6, 9)), nn.initialize_network([6, 5, 4], rng)

    def cost(p):
        return nn.network_cost(nn.network_forward(X, p)[0], labels, "masked_sigmoid")

    Z, caches = nn.network_forward(X, parameters)
    nn.check_gradients(cost, parameters, nn.network_backward(Z, labels, caches, output="masked_sigmoid"))


@pytest.mark.parametrize("function", [nn.masked_sigmoid_cross_entropy, nn.masked_sigmoid_cross_entropy_backward])
def test_labels_of_another_shape_are_refused(function, logits):
    with pytest.raises(ValueError, match=r"Z has shape \(4, 9\) but Y has shape \(9, 4\)"):
        function(logits, np.ones((9, 4)))
