"""Temperature, drawing, perplexity and n-gram models, against SciPy and counts by hand."""

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import chisquare

from helpers.text.sampling import draw, ngram_losses, ngram_probabilities, perplexity, with_temperature


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("temperature", [0.1, 1.0, 3.0])
def test_temperature_divides_the_logits(temperature, axis):
    logits = np.random.default_rng(0).normal(0, 3, (6, 4))
    warmed = with_temperature(softmax(logits, axis=axis), temperature, axis)
    np.testing.assert_allclose(warmed, softmax(logits / temperature, axis=axis), atol=1e-12)


def test_what_is_impossible_stays_impossible_and_the_extremes_are_reached():
    p = np.array([0.5, 0.3, 0.2, 0.0])
    assert with_temperature(p, 5.0)[3] == 0
    np.testing.assert_allclose(with_temperature(p, 1e-3), [1, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(with_temperature(p, 1e6), [1 / 3, 1 / 3, 1 / 3, 0], atol=1e-5)


def test_draws_have_the_given_frequencies():
    p = np.array([0.1, 0.0, 0.6, 0.3])
    drawn = draw(np.tile(p[:, None], 20_000), np.random.default_rng(0))
    counts = np.bincount(drawn, minlength=4)
    assert counts[1] == 0
    assert chisquare(counts[[0, 2, 3]], 20_000 * p[[0, 2, 3]]).pvalue > 0.01


def test_a_single_draw_is_an_int_and_each_column_has_its_own():
    assert draw(np.array([0.0, 1.0]), np.random.default_rng(0)) == 1
    assert isinstance(draw(np.array([0.0, 1.0]), np.random.default_rng(0)), int)
    assert draw(np.eye(4)[:, [2, 0, 3]], np.random.default_rng(0)).tolist() == [2, 0, 3]


def test_rounding_at_the_end_of_the_running_sum_never_draws_what_is_impossible():
    class Last:
        def random(self, shape):
            return np.full(shape, np.nextafter(1, 0))

    assert draw(np.array([0.1] * 10 + [0.0]), Last()) == 9


def test_perplexity_is_the_number_of_equal_choices():
    assert perplexity(np.full((3, 5), np.log(27))) == pytest.approx(27)
    assert perplexity([0.0]) == 1
    assert perplexity(np.log([2.0, 8.0])) == pytest.approx(4)


def test_a_bigram_model_counts_pairs_with_both_boundaries():
    p = ngram_probabilities([[1, 2, 1], [2]], 3, add=0)
    np.testing.assert_allclose(p, [[0, 1 / 2, 1 / 2], [1 / 2, 0, 1 / 2], [1 / 2, 1 / 2, 0]])


def test_smoothing_adds_k_to_every_count():
    np.testing.assert_allclose(ngram_probabilities([[1, 2, 1], [2]], 3, add=0.5)[0], [0.5 / 3.5, 1.5 / 3.5, 1.5 / 3.5])
    np.testing.assert_allclose(ngram_probabilities([[1]], 3, add=0)[2], 1 / 3)  # a context that never occurred


def test_a_trigram_model_looks_two_back_and_a_unigram_model_not_at_all():
    sequences = [[1, 2, 1, 2, 2], [2, 1, 2]]
    third, first = ngram_probabilities(sequences, 3, order=3, add=0), ngram_probabilities(sequences, 3, order=1, add=0)
    np.testing.assert_allclose(third[1, 2], [1 / 3, 1 / 3, 1 / 3])
    np.testing.assert_allclose(third[0, 0], [0, 1 / 2, 1 / 2])
    np.testing.assert_allclose(first, [2 / 10, 3 / 10, 5 / 10])


@pytest.mark.parametrize("order", [1, 2, 3])
def test_losses_multiply_to_the_probability_of_the_sequence(order):
    p = ngram_probabilities([[1, 2, 1], [2, 2]], 3, order, add=1, boundary=0)
    assert np.allclose(p.sum(axis=-1), 1)
    padded = [0] * (order - 1) + [2, 1, 0]
    expected = np.prod([p[tuple(padded[t : t + order])] for t in range(3)])
    losses = ngram_losses(p, [2, 1])
    assert losses.shape == (3,) and np.exp(-losses.sum()) == pytest.approx(expected)


def test_the_boundary_may_be_another_id():
    p = ngram_probabilities([[0, 1]], 3, add=0, boundary=2)
    assert p[2, 0] == p[0, 1] == p[1, 2] == 1
    assert ngram_losses(p, [0, 1], boundary=2).tolist() == [0, 0, 0]
    assert np.isinf(ngram_losses(p, [1], boundary=2)[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: with_temperature(np.array([0.5, 0.5]), 0), "temperature is 0"),
        (lambda: with_temperature(np.array([0.5, 0.6]), 1), "sum 1"),
        (lambda: draw(np.array([-0.5, 1.5]), np.random.default_rng(0)), "none negative"),
        (lambda: perplexity([]), "there is none"),
        (lambda: perplexity([-0.1]), "the least is -0.1"),
        (lambda: ngram_probabilities([[1]], 3, order=0), "order is 0"),
        (lambda: ngram_probabilities([[1]], 3, add=-1), "add -1"),
        (lambda: ngram_probabilities([[3]], 3), "ids lie in 0 … 3, expected 0 … 2"),
        (lambda: ngram_losses(np.full((3, 3), 1 / 3), [-1]), "ids lie in -1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
