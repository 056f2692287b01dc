"""Triplets: distances, losses and mined negatives against loops and SciPy."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from helpers.nn import triplets


@pytest.fixture
def batch():
    random = np.random.default_rng(0)
    labels = random.permutation(np.repeat([3, 5, 8, 9], 4))
    return random.standard_normal((16, 3)), labels


def test_squared_distances_equal_scipys_and_are_never_negative(batch):
    embeddings, _ = batch
    np.testing.assert_allclose(triplets.squared_distances(embeddings), cdist(embeddings, embeddings) ** 2, atol=1e-12)
    near = 1 + 1e-9 * embeddings
    assert (triplets.squared_distances(near) >= 0).all()


def test_the_triplet_loss_equals_a_loop_over_triplets():
    a, p, n = np.random.default_rng(1).standard_normal((3, 9, 4))
    expected = sum(max(((x - y) ** 2).sum() - ((x - z) ** 2).sum() + 0.3, 0) for x, y, z in zip(a, p, n, strict=True))
    assert triplets.triplet_loss(a, p, n, 0.3) == pytest.approx(expected)
    assert triplets.triplet_loss(a, a, a) == pytest.approx(9 * 0.2)


def test_positive_pairs_are_all_ordered_pairs_of_one_class(batch):
    _, labels = batch
    anchors, positives = triplets.positive_pairs(labels)
    assert len(anchors) == 4 * 4 * 3
    assert (labels[anchors] == labels[positives]).all()
    assert (anchors != positives).all()


def test_semi_hard_and_hardest_negatives_equal_a_search(batch):
    embeddings, labels = batch
    distances = cdist(embeddings, embeddings)
    anchors, positives = triplets.positive_pairs(labels)
    expected, hardest = [], []
    for a, p in zip(anchors, positives, strict=True):
        others = [i for i in range(16) if labels[i] != labels[a]]
        beyond = [i for i in others if distances[a, i] > distances[a, p]]
        expected.append(
            min(beyond, key=lambda i: distances[a, i]) if beyond else max(others, key=lambda i: distances[a, i])
        )
        hardest.append(min(others, key=lambda i: distances[a, i]))
    np.testing.assert_array_equal(triplets.semi_hard_negatives(distances, labels, anchors, positives), expected)
    np.testing.assert_array_equal(triplets.hardest_negatives(distances, labels, anchors), hardest)


def test_where_no_negative_is_beyond_the_positive_the_farthest_is_taken():
    distances = cdist([[0.0], [9.0], [1.0], [2.0]], [[0.0], [9.0], [1.0], [2.0]])
    labels = np.array([0, 0, 1, 1])
    assert triplets.semi_hard_negatives(distances, labels, np.array([0]), np.array([1])).tolist() == [3]


def test_random_negatives_are_of_other_classes_and_all_of_those(batch):
    _, labels = batch
    anchors = np.zeros(600, int)
    drawn = triplets.random_negatives(labels, anchors, np.random.RandomState(0))
    assert set(drawn) == set(np.flatnonzero(labels != labels[0]))


def test_what_does_not_fit_is_refused(batch):
    embeddings, labels = batch
    distances = triplets.squared_distances(embeddings)
    with pytest.raises(ValueError, match=r"embeddings has shape \(16,\)"):
        triplets.squared_distances(labels)
    with pytest.raises(ValueError, match="labels has one class only"):
        triplets.hardest_negatives(distances, np.ones(16, int), np.array([0]))
    with pytest.raises(ValueError, match=r"distances has shape \(16, 16\), expected \(15, 15\)"):
        triplets.hardest_negatives(distances, labels[:15], np.array([0]))
