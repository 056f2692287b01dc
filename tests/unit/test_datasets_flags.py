"""Signal flags in fog: the Bayes error computed equals the one measured, and nothing beats it."""

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression

from helpers.datasets import DataError, load
from helpers.datasets.flags import bayes_error, draw_flags, measured_error, patterns, posterior


def standard_error(error, m):
    return np.sqrt(error * (1 - error) / m)


def test_the_bayes_error_computed_is_the_one_measured_on_a_million_flags():
    computed, measured = bayes_error(), measured_error(1_000_000, np.random.default_rng(0))
    assert abs(measured - computed) < 3 * standard_error(computed, 1_000_000)


@pytest.mark.parametrize(("fog", "light"), [(1.0, 0.5), (1.5, 0.9), (2.0, 1.0), (1.2, 0.0), (5.0, 0.6)])
def test_computed_and_measured_agree_for_other_fog_and_colours(fog, light):
    computed, measured = bayes_error(fog, light), measured_error(100_000, np.random.default_rng(1), fog, light)
    assert abs(measured - computed) < 3 * standard_error(computed, 100_000)


def test_the_posterior_is_that_of_the_twelve_gaussians():
    images, _ = draw_flags(20, np.random.default_rng(2))
    likelihood = np.zeros((20, 6))
    for colour, share in ((1, 0.75), (-1, 0.25)):
        for c, pattern in enumerate(patterns()):
            normal = stats.multivariate_normal(colour * pattern.ravel(), 1.2**2)
            likelihood[:, c] += share * normal.pdf(images.reshape(20, -1)) * 1e30
    assert np.allclose(posterior(images, patterns()), likelihood / likelihood.sum(axis=1, keepdims=True))


def test_the_posterior_is_calibrated():
    """Of the flags that it is 80 to 90 % sure of, as many are what it says as it says."""
    images, classes = draw_flags(50_000, np.random.default_rng(3))
    probabilities = posterior(images, patterns())
    sure = (probabilities.max(axis=1) > 0.8) & (probabilities.max(axis=1) < 0.9)
    right = probabilities.argmax(axis=1)[sure] == classes[sure]
    assert abs(right.mean() - probabilities.max(axis=1)[sure].mean()) < 3 * standard_error(0.15, sure.sum())


def test_patterns_are_orthogonal_half_dark_and_of_one_length():
    flat = patterns().reshape(6, -1)
    assert np.allclose(flat @ flat.T, 16 * np.eye(6)) and np.allclose(flat.sum(axis=1), 0)


def test_more_fog_is_worse_and_one_colour_easier_than_two():
    errors = [bayes_error(fog) for fog in (0.5, 1.0, 1.5, 3.0, 1000.0)]
    assert errors == sorted(errors) and errors[0] < 1e-4 and errors[-1] == pytest.approx(5 / 6, abs=1e-3)
    assert bayes_error(light=1.0) < bayes_error(light=0.5)
    assert bayes_error(light=0.3) == pytest.approx(bayes_error(light=0.7), abs=1e-10)


def test_a_line_has_avoidable_bias_here():
    flags = load("flags", train=4000)
    x = flags.x_train.reshape(4000, -1)
    error = 1 - LogisticRegression(max_iter=200).fit(x, flags.y_train).score(x, flags.y_train)
    assert error > 4 * bayes_error()


def test_the_data_set_has_the_sizes_asked_for_and_names_its_bayes_error():
    flags = load("flags", seed=3, train=60, test=40, fog=2.0)
    assert flags.x_train.shape == (60, 8, 8) and flags.x_test.shape == (40, 8, 8)
    assert flags.x_train.dtype == np.float64 and len(flags.class_names) == 6
    assert f"{bayes_error(2.0):.4f}" in flags.note
    assert np.array_equal(flags.x_train, load("flags", seed=3, train=60, fog=2.0).x_train)
    assert not np.array_equal(flags.x_train, load("flags", seed=4, train=60, fog=2.0).x_train)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bayes_error(fog=0), "fog=0, expected a standard deviation above 0"),
        (lambda: bayes_error(light=1.5), "light=1.5, expected a probability"),
        (lambda: draw_flags(-1, np.random.default_rng(0)), "m=-1, expected how many images"),
        (lambda: posterior(np.zeros((3, 64)), patterns()), "images \\(3, 64\\) and patterns \\(6, 8, 8\\) differ"),
        (lambda: load("flags", fog=-1.0), "fog=-1.0"),
    ],
)
def test_what_cannot_be_is_refused(call, message):
    with pytest.raises(DataError, match=message):
        call()
