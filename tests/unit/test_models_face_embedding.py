"""Face embeddings: the loss against NumPy, batches of people, training that learns, and what the stored weights do."""

from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers.datasets.portraits import portraits
from helpers.models import face_embedding, weights
from helpers.nn import triplets

SMALL = face_embedding.Training(width=4, dimensions=8, people=5, shots=3, steps=3, seed=2)


def unit(rows, columns, seed=0):
    vectors = np.random.default_rng(seed).standard_normal((rows, columns))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def numpy_loss(people, embeddings, alpha):
    anchors, positives = triplets.positive_pairs(people)
    distances = triplets.squared_distances(embeddings)
    chosen = (anchors, positives, triplets.semi_hard_negatives(distances, people, anchors, positives))
    return triplets.triplet_loss(*(embeddings[index] for index in chosen), alpha) / len(anchors)


@pytest.mark.parametrize("alpha", [0.0, 0.2, 1.5])
def test_the_loss_equals_numpys_mining_and_triplet_loss(alpha):
    people = np.random.default_rng(1).permutation(np.repeat([2, 4, 7], 4))
    embeddings = unit(12, 5)
    actual = face_embedding.semi_hard_triplet_loss(tf.constant(people), tf.constant(embeddings), alpha)
    assert float(actual) == pytest.approx(numpy_loss(people, embeddings, alpha), abs=1e-12)


def test_the_gradient_of_the_loss_equals_differences():
    people, flat = np.repeat([0, 1, 2], 2), tf.Variable(unit(6, 3, seed=3))

    def loss(vectors):
        return face_embedding.semi_hard_triplet_loss(tf.constant(people), vectors, 1.0)

    with tf.GradientTape() as tape:
        value = loss(flat)
    gradient, step = tape.gradient(value, flat).numpy(), 1e-6
    for place in [(0, 0), (3, 1), (5, 2)]:
        move = np.zeros((6, 3))
        move[place] = step
        slope = (
            (float(loss(tf.constant(flat.numpy() + move))) - float(loss(tf.constant(flat.numpy() - move)))) / 2 / step
        )
        assert gradient[place] == pytest.approx(slope, abs=1e-6)


def test_a_batch_without_pairs_costs_nothing():
    assert float(face_embedding.semi_hard_triplet_loss(tf.constant([1, 2]), tf.constant(unit(2, 3)))) == 0


def test_embeddings_have_length_one_and_do_not_depend_on_the_batch():
    model = face_embedding.embedding_network(width=4, dimensions=8)
    images = portraits(3, 2).images
    embeddings = face_embedding.embed(model, images)
    assert embeddings.shape == (6, 8)
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(face_embedding.embed(model, images[:1]), embeddings[:1], atol=1e-5)


def test_sizes_that_cannot_be_halved_three_times_are_refused():
    with pytest.raises(ValueError, match="multiples of 8"):
        face_embedding.embedding_network((30, 32, 3))


def test_a_batch_shows_some_people_several_times_each():
    faces = portraits(9, 4)
    stream = face_embedding.batches(faces, 5, 3, seed=1)
    for _ in range(3):
        inputs, numbers = next(stream)
        assert inputs.shape == (15, 32, 32, 3)
        assert inputs.dtype == np.float32
        assert np.abs(inputs).max() <= 1
        assert sorted(np.unique(numbers, return_counts=True)[1]) == [3] * 5
        for x, number in zip(inputs, numbers, strict=True):
            known = face_embedding.as_inputs(faces.images[faces.people == number])
            assert np.abs(known - x).max(axis=(1, 2, 3)).min() == 0
        assert len({x.tobytes() for x in inputs}) == 15


def test_varied_batches_show_the_same_people_otherwise():
    faces = portraits(4, 2)
    (x, people), (plain, same) = (next(face_embedding.batches(faces, 4, 2, 0, vary)) for vary in (True, False))
    np.testing.assert_array_equal(people, same)
    assert x.shape == plain.shape
    assert (np.abs(x - plain).mean(axis=(1, 2, 3)) > 0.01).all()


def test_too_few_people_are_refused():
    with pytest.raises(ValueError, match="there are 3"):
        next(face_embedding.batches(portraits(3, 2), 4, 2, seed=0))
    with pytest.raises(ValueError, match="two pictures or more"):
        next(face_embedding.batches(portraits(5, 1), 4, 2, seed=0))


def test_training_is_the_same_again_and_leaves_the_float_type_as_it_was():
    faces = portraits(8, 4)
    keras.config.set_floatx("float64")
    try:
        first, losses = face_embedding.train(SMALL, faces)
        again, _ = face_embedding.train(SMALL, faces)
        assert keras.config.floatx() == "float64"
    finally:
        keras.config.set_floatx("float32")
    assert len(losses) == 3
    for a, b in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == np.float32
    other, _ = face_embedding.train(replace(SMALL, seed=3), faces)
    assert not np.array_equal(other.get_weights()[0], first.get_weights()[0])


def test_a_short_training_learns_to_tell_people_never_seen():
    model, losses = face_embedding.train(
        replace(SMALL, width=8, steps=60, people=10, learning_rate=3e-3), portraits(40, 6)
    )
    unseen = portraits(20, 6, seed=9)
    assert losses[-1] < 0.8 * losses[0]
    assert face_embedding.judge(model, unseen)["ROC AUC"] > 0.7


def test_the_recipe_makes_its_own_faces():
    with pytest.raises(ValueError, match="makes its own faces"):
        face_embedding.train_face_embedding(data="somewhere")


def test_the_stored_network_verifies_people_never_seen_as_its_card_says():
    model = weights.load(face_embedding.embedding_network(), "face_embedding")
    card = weights.card("face_embedding")
    assert card["accuracy"]["ROC AUC"] >= 0.97
    unseen = portraits(60, 10, face_embedding.TEST_SEED)
    judged = face_embedding.judge(model, unseen)
    assert judged["ROC AUC"] >= 0.97
    assert judged["ROC AUC"] == pytest.approx(card["accuracy"]["ROC AUC"], abs=0.01)
