"""Skip-gram and GloVe: gradients against differences and TensorFlow, counts against loops, training on planted text."""

import numpy as np
import pytest

from helpers.nn import word_vectors as wv
from helpers.nn.gradient_checking import numerical_gradients, relative_difference


@pytest.fixture
def pairs():
    rng = np.random.default_rng(0)
    shapes = {"centres": (5, 4), "contexts": (5, 4), "negatives": (5, 3, 4)}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}


@pytest.fixture
def glove():
    rng = np.random.default_rng(1)
    X = rng.gamma(1, 60, (6, 6)) * (rng.random((6, 6)) < 0.7)
    shapes = {"W": (6, 4), "C": (6, 4), "b": 6, "c": 6}
    return {name: rng.standard_normal(shape) for name, shape in shapes.items()}, X


@pytest.fixture
def text():
    rng = np.random.default_rng(2)
    return [rng.integers(0, 9, rng.integers(1, 12)) for _ in range(40)]


def test_negative_sampling_gradients_are_the_slopes_of_the_cost(pairs):
    measured = numerical_gradients(lambda p: wv.negative_sampling_cost(**p)[0], pairs)
    assert relative_difference(wv.negative_sampling_cost(**pairs)[1], measured) < 1e-7


def test_negative_sampling_equals_tensorflow(pairs):
    tf = pytest.importorskip("tensorflow")
    v, u, n = (tf.Variable(value) for value in pairs.values())
    with tf.GradientTape() as tape:
        true = tf.nn.sigmoid_cross_entropy_with_logits(tf.ones(5, "float64"), tf.reduce_sum(v * u, axis=1))
        drawn = tf.einsum("mn,mkn->mk", v, n)
        cost = tf.reduce_mean(true + tf.reduce_sum(tf.math.softplus(drawn), axis=1))
    ours, gradients = wv.negative_sampling_cost(**pairs)
    assert ours == pytest.approx(float(cost), rel=1e-12)
    for gradient, theirs in zip(gradients.values(), tape.gradient(cost, [v, u, n]), strict=True):
        np.testing.assert_allclose(gradient, theirs.numpy(), rtol=1e-10, atol=1e-14)


def test_negative_sampling_of_huge_products_stays_finite():
    cost, gradients = wv.negative_sampling_cost(np.full((1, 2), 1e3), np.full((1, 2), -1e3), np.full((1, 1, 2), 1e3))
    assert cost == pytest.approx(4e6)
    assert all(np.isfinite(gradient).all() for gradient in gradients.values())


def test_glove_gradients_are_the_slopes_of_the_cost(glove):
    parameters, X = glove
    measured = numerical_gradients(lambda p: wv.glove_cost(**p, X=X)[0], parameters)
    assert relative_difference(wv.glove_cost(**parameters, X=X)[1], measured) < 1e-7


def test_glove_cost_and_gradients_equal_tensorflow(glove):
    tf = pytest.importorskip("tensorflow")
    parameters, X = glove
    W, C, b, c = (tf.Variable(value) for value in parameters.values())
    with tf.GradientTape() as tape:
        met = tf.where(X > 0)
        logs = tf.math.log(tf.gather_nd(tf.constant(X), met))
        weights = tf.minimum(tf.constant(1.0, "float64"), (tf.gather_nd(tf.constant(X), met) / 100) ** 0.75)
        i, j = met[:, 0], met[:, 1]
        products = tf.reduce_sum(tf.gather(W, i) * tf.gather(C, j), axis=1)
        cost = tf.reduce_sum(weights * (products + tf.gather(b, i) + tf.gather(c, j) - logs) ** 2) / 2
    ours, gradients = wv.glove_cost(**parameters, X=X)
    assert ours == pytest.approx(float(cost), rel=1e-12)
    for gradient, theirs in zip(gradients.values(), tape.gradient(cost, [W, C, b, c]), strict=True):
        np.testing.assert_allclose(gradient, tf.convert_to_tensor(theirs).numpy(), rtol=1e-10, atol=1e-12)


def test_zeros_among_the_co_occurrences_cost_nothing(glove):
    parameters, X = glove
    cost, gradients = wv.glove_cost(**parameters, X=np.zeros_like(X))
    assert cost == 0 and not any(gradient.any() for gradient in gradients.values())


def test_pairs_equal_a_loop():
    tokens = [4, 1, 4, 7, 0]
    expected = [(tokens[t], tokens[s]) for t in range(5) for s in range(5) if 0 < abs(s - t) <= 2]
    assert list(zip(*wv.skip_gram_pairs(tokens, 2), strict=True)) == expected
    assert wv.skip_gram_pairs([3], 2)[0].size == 0


def test_co_occurrences_equal_a_loop(text):
    expected = np.zeros((9, 9))
    for sentence in text:
        for t, first in enumerate(sentence):
            for d, second in enumerate(sentence[t + 1 : t + 5], 1):
                expected[first, second] += 1 / d
                expected[second, first] += 1 / d
    rows, columns, values = wv.cooccurrences(text, 9, 4)
    assert (np.diff(rows * 9 + columns) > 0).all()
    np.testing.assert_allclose(values, expected[rows, columns])
    assert len(values) == np.count_nonzero(expected)


def test_frequent_words_are_drawn_less_often_than_they_come_and_kept_by_the_root_law():
    noise, keep = wv.noise_distribution(np.array([0, 16, 1])), wv.keep_probabilities(np.array([0, 99, 1]), 0.01)
    np.testing.assert_allclose(noise, [0, 8 / 9, 1 / 9])
    np.testing.assert_allclose(keep, [1, np.sqrt(0.01 / 0.99), 1])


@pytest.mark.parametrize("first", [0, 3])
def test_a_stretch_of_text_has_the_gradients_of_its_pairs(first):
    rng = np.random.default_rng(3)
    V, U, N = rng.standard_normal((8, 4)), rng.standard_normal((8, 4)), rng.standard_normal((6, 4))
    owner, reach = np.array([0, 0, 0, 0, 1, 1, 1, 1]), np.array([1, 2, 2, 1, 3, 1, 2, 3])
    found = wv._skip_gram_gradients(V, U, N, owner, reach, first, negatives=2)
    pairs = [
        (t, s)
        for t in range(8)
        for s in range(8)
        if t != s and owner[t] == owner[s] and abs(t - s) <= reach[t] and max(t, s) >= first
    ]
    expected = [np.zeros_like(part) for part in (V, U, N)]
    for t, s in pairs:  # six noise words stand for two negatives: each counts a third
        negatives = N[None]
        alone = wv.negative_sampling_cost(V[[t]], U[[s]], np.zeros((1, 0, 4)))[1]
        both = wv.negative_sampling_cost(V[[t]], U[[s]], negatives)[1]
        expected[0][t] += alone["centres"][0] + (both["centres"] - alone["centres"])[0] / 3
        expected[1][s] += alone["contexts"][0]
        expected[2] += both["negatives"][0] / 3
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_a_row_that_comes_twice_gets_both_of_its_gradients():
    W, square = np.zeros((3, 1)), np.zeros((3, 1))
    wv._adagrad(W, square, np.array([2, 0, 2]), np.array([[1.0], [-3.0], [3.0]]), 0.5)
    np.testing.assert_allclose(W, [[0.5], [0], [-0.5]])
    np.testing.assert_allclose(square, [[9], [0], [16]])


def planted(count, rng):
    """Sentences of two topics, words 0 to 4 and 5 to 9."""
    return [5 * rng.integers(2) + rng.integers(0, 5, 6) for _ in range(count)]


def within_and_between(E):
    """Mean cosines of words of one topic and of two, once what all words share is taken off."""
    E = E - E.mean(axis=0)
    E = E / np.linalg.norm(E, axis=1, keepdims=True)
    cosines = E @ E.T
    return (cosines[:5, :5].mean() + cosines[5:, 5:].mean()) / 2, cosines[:5, 5:].mean()


def test_both_methods_bring_words_of_one_topic_together():
    text = planted(400, np.random.default_rng(4))
    skip_gram, _ = wv.train_skip_gram(text, 10, 8, epochs=4, threshold=1)
    glove, _, costs = wv.train_glove(wv.cooccurrences([np.concatenate(text)], 10), 10, 8, x_max=10, learning_rate=0.1)
    for vectors in (skip_gram, glove):
        within, between = within_and_between(vectors)
        assert within > between + 0.3
    assert costs[-1] < 0.05 * costs[0]


def test_training_is_the_same_for_a_seed_and_another_for_another_in_both_types():
    text = planted(60, np.random.default_rng(5))
    first, again, other = (wv.train_skip_gram(text, 10, 4, epochs=1, seed=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    single = wv.train_skip_gram(text, 10, 4, epochs=1, seed=1, dtype=np.float32)[0]
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, first, atol=1e-4)
    entries = wv.cooccurrences(text, 10)
    runs = [wv.train_glove(entries, 10, 4, epochs=2, seed=seed)[0] for seed in (1, 1, 2)]
    assert np.array_equal(runs[0], runs[1]) and not np.array_equal(runs[0], runs[2])


@pytest.mark.parametrize(
    ("message", "call"),
    [
        ("window=0, expected at least 1", lambda: wv.skip_gram_pairs([1, 2], 0)),
        ("the sentences hold no word", lambda: wv.train_skip_gram([np.array([], int)], 3)),
        ("word ids run from 0 to 7, expected 0 to 4", lambda: wv.train_skip_gram([np.array([0, 7])], 5)),
        ("negatives=0, expected at least 1", lambda: wv.train_skip_gram([np.array([0, 1])], 5, negatives=0)),
        ("word ids run from -1 to 1, expected 0 to 4", lambda: wv.cooccurrences([np.array([-1, 1])], 5)),
        ("below vocabulary_size=5", lambda: wv.train_glove((np.array([5]), np.array([0]), np.array([1.0])), 5)),
    ],
)
def test_what_cannot_be_learned_from_is_refused(message, call):
    with pytest.raises(ValueError, match=message):
        call()
