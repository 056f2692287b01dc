"""Keras networks are compared by what they are and do, not by how they were written."""

import numpy as np
import pytest

from helpers.checks.explanations import explain_difference
from helpers.checks.keras_models import describe_network, is_network

keras = pytest.importorskip("keras")
layers = keras.layers


def network(filters=4, rate=0.5, relu="inside", frozen=False, shape=(6, 6, 3)):
    inputs = keras.Input(shape)
    x = layers.Conv2D(filters, 3, activation="relu" if relu == "inside" else None)(inputs)
    x = layers.Activation("relu")(x) if relu == "layer" else x
    normalization = layers.BatchNormalization()
    normalization.trainable = not frozen
    x = layers.Dropout(rate)(normalization(x))
    return keras.Model(inputs, layers.Dense(1)(layers.GlobalAveragePooling2D()(x)))


def difference(**changed):
    return explain_difference(network(**changed), network(), {})


def test_the_same_network_written_differently_is_no_difference():
    assert difference(relu="layer") is None
    start = [keras.Input((6, 6, 3)), layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization()]
    built = keras.Sequential([*start, layers.Dropout(0.5), layers.GlobalAveragePooling2D(), layers.Dense(1)])
    assert explain_difference(built, network(), {}) is None


@pytest.mark.parametrize(
    ("changed", "explanation"),
    [
        ({"filters": 5}, "result['parameters'] is"),
        ({"rate": 0.2}, "result['layers'][2] is 'Dropout(rate=0.2)', expected 'Dropout(rate=0.5)'"),
        ({"relu": "nowhere"}, "result['answers']"),
        ({"frozen": True}, "result['trainable parameters'] is"),
        ({"shape": (8, 6, 3)}, "result['inputs']"),
    ],
)
def test_a_different_network_is_told_apart(changed, explanation):
    assert explanation in difference(**changed)


def reader(vectors, trainable=False):
    """A network that looks up vectors and averages them."""
    words = keras.Input((4,), dtype="int32")
    embedding = layers.Embedding(*vectors.shape, trainable=trainable)
    embedding.build((None, 4))
    embedding.set_weights([vectors])
    return keras.Model(words, layers.Dense(1)(layers.GlobalAveragePooling1D()(embedding(words))))


def test_the_vectors_of_a_frozen_embedding_count_and_those_of_a_trained_one_do_not():
    vectors = np.random.default_rng(0).standard_normal((300, 3)).astype(np.float32)
    assert explain_difference(reader(vectors.copy()), reader(vectors), {}) is None
    assert "result['frozen embeddings'][0]" in explain_difference(reader(vectors[::-1].copy()), reader(vectors), {})
    assert explain_difference(reader(vectors[::-1].copy(), True), reader(vectors, True), {}) is None


def test_describing_leaves_weights_and_flags_as_they_were():
    described = network(frozen=True)
    weights = described.get_weights()
    describe_network(described)
    assert all((a == b).all() for a, b in zip(weights, described.get_weights(), strict=True))
    assert [layer.trainable for layer in described.layers].count(False) == 1


def test_what_is_no_network_is_called_by_its_type():
    assert "result is a float, expected a Keras model" in explain_difference(1.0, network(), {})
    assert not is_network(layers.Dense(1))


def test_an_unbuilt_network_is_compared_by_its_layers():
    flip, none = (keras.Sequential([layers.RandomFlip(mode)]) for mode in ("horizontal", "vertical"))
    assert "mode=vertical" in explain_difference(none, flip, {})


def embedding(width=3, trainable=False, masked=False, value=1.0):
    layer = layers.Embedding(4, width, trainable=trainable, mask_zero=masked)
    layer.build((None,))
    layer.set_weights([np.full((4, width), value)])
    return layer


def test_the_same_layer_is_no_difference():
    assert explain_difference(embedding(), embedding(), {}) is None


@pytest.mark.parametrize(
    ("changed", "explanation"),
    [
        ({"width": 2}, "result['weights'][0] has shape (4, 2), expected (4, 3)"),
        ({"trainable": True}, "result['trainable'] is"),
        ({"masked": True}, "result['mask_zero'] is"),
        ({"value": 2.0}, "result['weights'][0] at [0, 0] is 2, expected 1"),
    ],
)
def test_a_different_layer_is_told_apart(changed, explanation):
    assert explanation in explain_difference(embedding(**changed), embedding(), {})


def test_a_layer_is_told_from_its_weights_and_from_a_model():
    assert "result is a ndarray, expected a Keras layer" in explain_difference(np.ones((4, 3)), embedding(), {})
    assert "result is a Functional, expected a Keras layer" in explain_difference(network(), embedding(), {})
    assert "result['layer'] is" in explain_difference(layers.Dense(3), embedding(), {})
