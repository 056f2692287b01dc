"""Metrics and choices, against scikit-learn and SciPy, and by their meaning."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sklearn

from helpers.strategy import metrics

SEEDS = range(5)


def draw(seed, classes=2, m=60):
    rng = np.random.default_rng(seed)
    return rng.integers(0, classes, m), rng.integers(0, classes, m)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_confusion_matrix_is_that_of_scikit_learn(seed):
    labels, predictions = draw(seed, 4)
    expected = sklearn.confusion_matrix(labels, predictions, labels=range(5))
    np.testing.assert_array_equal(metrics.confusion_matrix(labels, predictions, 5), expected)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("beta", [0.5, 1.0, 2.0])
def test_precision_recall_and_f_beta_are_those_of_scikit_learn(seed, beta):
    labels, predictions = draw(seed)
    expected = sklearn.precision_recall_fscore_support(labels, predictions, beta=beta, average="binary")[:3]
    precision, recall = metrics.precision_recall(labels, predictions)
    assert (precision, recall, metrics.f_beta(precision, recall, beta)) == pytest.approx(expected)


def test_a_detector_that_never_calls_has_no_precision_and_no_recall():
    precision, recall = metrics.precision_recall(np.array([0, 1, 1]), np.zeros(3, int))
    assert (precision, recall, metrics.f_beta(precision, recall)) == (0.0, 0.0, 0.0)


def test_nothing_to_find_means_no_recall():
    assert metrics.precision_recall(np.zeros(3, int), np.array([0, 1, 0])) == (0.0, 0.0)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_precision_recall_curve_is_that_of_scikit_learn_also_with_equal_scores(seed):
    labels, _ = draw(seed)
    scores = np.random.default_rng(seed).integers(0, 12, len(labels)) / 4
    expected = sklearn.precision_recall_curve(labels, scores)
    for actual, other in zip(metrics.precision_recall_curve(labels, scores), expected, strict=True):
        np.testing.assert_allclose(actual[::-1], other[: len(actual)])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cost_weighted_error_is_the_zero_one_loss_with_sample_weights(seed):
    labels, predictions = draw(seed, 3)
    weights = np.random.default_rng(seed).uniform(0, 20, len(labels))
    expected = sklearn.zero_one_loss(labels, predictions, sample_weight=weights)
    assert metrics.cost_weighted_error(labels, predictions, weights) == pytest.approx(expected)


def test_a_price_on_one_class_can_reverse_a_ranking():
    labels = np.array([0] * 8 + [1] * 2)
    careless, careful = np.zeros(10, int), np.array([1] * 3 + [0] * 5 + [1] * 2)
    even, dear = np.ones(10), np.where(labels == 1, 10, 1)
    careless_costs, careful_costs = (
        [metrics.cost_weighted_error(labels, predictions, weights) for weights in (even, dear)]
        for predictions in (careless, careful)
    )
    assert careless_costs[0] < careful_costs[0]
    assert careless_costs[1] > careful_costs[1]


def test_the_best_of_those_within_the_limits_is_chosen_and_a_limit_itself_is_within():
    error, costs = np.array([0.05, 0.08, 0.07, 0.07]), np.array([[900, 0.1], [100, 0.2], [200, 0.3], [200, 0.3]])
    assert metrics.choose_satisficing(error, costs, (200, 0.3)) == 2
    assert metrics.choose_satisficing(error, costs, (200, 0.2)) == 1
    assert metrics.choose_satisficing(error, costs, (np.inf, np.inf)) == 0
    assert metrics.choose_satisficing(error, costs, (50, 1)) is None


def test_multiply_adds_are_the_entries_of_all_weight_matrices():
    dims = (196, 16, 5, 10)
    assert metrics.multiply_adds(dims) == sum(np.ones((n, k)).size for n, k in zip(dims[1:], dims, strict=False))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_paired_interval_is_that_of_a_paired_t_test(seed):
    before, after = np.random.default_rng(seed).normal(0, 1, (2, 6, 3))
    mean, half = metrics.paired_effect(before, after, 0.9)
    interval = stats.ttest_rel(after, before).confidence_interval(0.9)
    np.testing.assert_allclose([mean - half, mean + half], interval)


def test_the_bootstrap_interval_is_that_of_scipy_on_the_same_resamples():
    values = np.random.default_rng(0).exponential(size=30)
    picks = np.random.default_rng(1).integers(0, 30, (500, 30))
    options = {"n_resamples": 500, "method": "percentile", "batch": 500, "confidence_level": 0.9}
    result = stats.bootstrap((values,), np.mean, rng=np.random.default_rng(1), **options)
    assert metrics.bootstrap_interval(values, picks, 0.9) == pytest.approx(result.confidence_interval)


def test_bootstrap_intervals_shrink_with_the_root_of_the_set():
    wrong = np.arange(1600) % 10 == 0
    widths = []
    for m in (100, 1600):
        picks = np.random.default_rng(0).integers(0, m, (2000, m))
        low, high = metrics.bootstrap_interval(wrong[:m], picks)
        widths.append(high - low)
    assert widths[0] / widths[1] == pytest.approx(4, rel=0.1)


ZEROS = np.zeros(3, int)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.confusion_matrix(ZEROS, np.zeros(4, int), 2), r"predictions has shape \(4,\)"),
        (lambda: metrics.confusion_matrix(np.array([0, 2]), np.array([0, 1]), 2), "labels .* from 0 to 1"),
        (lambda: metrics.precision_recall(ZEROS, np.array([0.2, 0.1, 0.9])), "predictions must hold integers"),
        (lambda: metrics.precision_recall(ZEROS[:0], ZEROS[:0]), "no example"),
        (lambda: metrics.f_beta(1.2, 0.5), "precision is 1.2"),
        (lambda: metrics.f_beta(0.2, 0.5, 0), "beta is 0"),
        (lambda: metrics.precision_recall_curve(ZEROS, np.ones(3)), "no label is 1"),
        (lambda: metrics.precision_recall_curve(np.array([0, 1]), np.array([np.nan, 1])), "scores is not finite"),
        (lambda: metrics.cost_weighted_error(ZEROS, ZEROS, np.array([1, -1, 1])), "weights must not be negative"),
        (lambda: metrics.cost_weighted_error(ZEROS, ZEROS, ZEROS), "not all be 0"),
        (lambda: metrics.choose_satisficing(np.ones(2), np.ones((2, 1)), (1, 2)), r"shape \(2, 1\) .* \(2, 2\)"),
        (lambda: metrics.choose_satisficing(np.array([np.nan]), np.ones((1, 1)), (1,)), "not finite"),
        (lambda: metrics.multiply_adds([784]), r"layer_dims is \[784\]"),
        (lambda: metrics.multiply_adds([784, 0]), r"layer_dims is \[784, 0\]"),
        (lambda: metrics.paired_effect(np.ones((1, 2)), np.ones((1, 2))), r"runs ≥ 2"),
        (lambda: metrics.paired_effect(np.ones((3, 2)), np.ones((3, 1))), r"shapes \(3, 2\) and \(3, 1\)"),
        (lambda: metrics.paired_effect(np.ones((3, 2)), np.ones((3, 2)), 95), "confidence is 95"),
        (lambda: metrics.bootstrap_interval(np.ones(3), np.zeros((5, 2), int)), r"picks has shape \(5, 2\)"),
        (lambda: metrics.bootstrap_interval(np.ones(3), np.full((5, 3), 3)), "between 0 and 2"),
        (lambda: metrics.bootstrap_interval(np.ones(3), np.zeros((5, 3), int), 1.0), "confidence is 1.0"),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()
