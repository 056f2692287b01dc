"""Style transfer: costs against NumPy loops, their gradients against differences, extractor, painting, bad input."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from helpers.checks import style_transfer as check_references
from helpers.datasets import DataError
from helpers.models import style_transfer, weights
from helpers.models.vgg import small_vgg

NAMES = ["block1_conv1", "block2_conv1", "block2_conv2"]


@pytest.fixture(autouse=True)
def float64():
    before, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(before)
    keras.config.set_dtype_policy(policy)


def draw(*shape, seed=0):
    return np.random.default_rng(seed).uniform(0, 1, shape)


def slow_gram(a):
    channels = a.shape[-1]
    return np.array([[np.sum(a[..., i] * a[..., j]) for j in range(channels)] for i in range(channels)])


@pytest.mark.parametrize("shape", [(1, 3, 4, 2), (1, 1, 1, 5), (1, 6, 2, 1)])
def test_costs_equal_numpys_loops_and_the_references_of_the_checks(shape):
    a, b = draw(*shape), draw(*shape, seed=1)
    height, width, channels = shape[1:]
    content = sum((p - q) ** 2 for p, q in zip(a.ravel(), b.ravel(), strict=True)) / (4 * height * width * channels)
    style = np.sum((slow_gram(a) - slow_gram(b)) ** 2) / (4 * channels**2 * (height * width) ** 2)
    a, b = tf.constant(a), tf.constant(b)
    assert float(style_transfer.content_cost(a, b)) == pytest.approx(content, rel=1e-12)
    assert float(style_transfer.layer_style_cost(a, b)) == pytest.approx(style, rel=1e-12)
    assert float(check_references.compute_content_cost([a], [b])) == pytest.approx(content, rel=1e-12)
    assert float(check_references.compute_layer_style_cost(a, b)) == pytest.approx(style, rel=1e-12)


def test_the_style_cost_is_the_weighted_sum_over_layers():
    first, second = ([tf.constant(draw(1, 4, 4, n, seed=n + k)) for n in (2, 3)] for k in (0, 5))
    parts = [float(style_transfer.layer_style_cost(*pair)) for pair in zip(first, second, strict=True)]
    whole = float(style_transfer.style_cost(first, second, [0.7, 3.0]))
    assert whole == pytest.approx(0.7 * parts[0] + 3 * parts[1])
    with pytest.raises(ValueError, match="shorter"):
        style_transfer.style_cost(first, second, [0.5])


def test_gram_matrices_forget_where_things_are():
    a = draw(1, 4, 5, 3)
    moved = a.reshape(1, 20, 3)[:, np.random.default_rng(2).permutation(20)].reshape(a.shape)
    assert float(style_transfer.layer_style_cost(tf.constant(a), tf.constant(moved))) == pytest.approx(0, abs=1e-20)
    assert float(style_transfer.content_cost(tf.constant(a), tf.constant(moved))) > 0.01


def test_total_variation_equals_numpys_differences():
    image = draw(1, 5, 4, 3)
    expected = np.mean(np.diff(image, axis=1) ** 2) + np.mean(np.diff(image, axis=2) ** 2)
    assert float(style_transfer.total_variation(tf.constant(image))) == pytest.approx(expected, rel=1e-12)
    assert float(style_transfer.total_variation(tf.fill((1, 4, 4, 3), 0.3))) == 0


def test_the_gradient_of_the_whole_cost_equals_differences():
    content, style, image = (draw(1, 8, 8, 3, seed=seed) for seed in range(3))
    extractor = style_transfer.feature_extractor(NAMES, content)
    cost = style_transfer.transfer_cost(extractor, content, style, [0.3, 0.7], smoothness=0.5)
    variable = tf.Variable(image)
    with tf.GradientTape() as tape:
        J = cost(variable)
    gradient, step = tape.gradient(J, variable).numpy(), 1e-6
    for place in [(0, 0, 0, 0), (0, 3, 5, 1), (0, 7, 7, 2)]:
        move = np.zeros_like(image)
        move[place] = step
        slope = float(cost(tf.constant(image + move)) - cost(tf.constant(image - move))) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=1e-4)


def test_the_extractor_answers_in_the_order_asked_with_mean_square_one():
    images = draw(2, 16, 12, 3)
    answers = style_transfer.feature_extractor(NAMES[::-1], images)(images)
    assert [tuple(answer.shape) for answer in answers] == [(2, 8, 6, 64), (2, 8, 6, 64), (2, 16, 12, 32)]
    assert [float(np.mean(np.square(answer))) for answer in answers] == pytest.approx([1, 1, 1])


@pytest.mark.parametrize(("pooling", "same"), [("max", True), ("average", False)])
def test_with_max_pooling_the_extractor_is_the_stored_network(pooling, same):
    images = draw(1, 32, 32, 3)
    network = weights.load(small_vgg(), "vgg_cifar10")
    layer = keras.Model(network.input, network.get_layer("block2_conv2").output)
    expected = np.asarray(layer(images * 2 - 1))
    actual = np.asarray(style_transfer.feature_extractor(NAMES, images, pooling=pooling)(images)[-1])
    assert np.allclose(actual, expected / np.sqrt(np.mean(expected**2)), rtol=1e-6) == same


def test_vgg19_gets_its_own_preparation_and_its_layers(monkeypatch):
    network = small_vgg((None, None, 3), None, widths=(4, 6))
    monkeypatch.setattr(keras.applications, "VGG19", lambda include_top, weights: network)
    images = draw(1, 8, 8, 3)
    actual = style_transfer.feature_extractor(NAMES[:2], images, "vgg19")(images)[0]
    prepared = images[..., ::-1] * 255 - np.array([103.939, 116.779, 123.68])
    expected = np.asarray(network.get_layer("block1_conv1")(prepared))
    assert np.allclose(actual, expected / np.sqrt(np.mean(expected**2)), rtol=1e-5)


def test_painting_lowers_the_cost_stays_in_range_and_repeats():
    content, start = draw(1, 16, 16, 3), draw(1, 16, 16, 3, seed=1)
    extractor = style_transfer.feature_extractor(NAMES, content)
    cost = style_transfer.transfer_cost(extractor, content, content[:, ::-1], [0.5, 0.5])
    first = style_transfer.paint(start, cost, 30, keep=(0, 10, 30))
    again = style_transfer.paint(start, cost, 30)
    assert first.costs[-1] < first.costs[0] / 3
    assert first.image.min() >= 0 and first.image.max() <= 1
    assert np.array_equal(first.image, again.image)
    assert list(first.kept) == [0, 10, 30]
    assert np.array_equal(first.kept[0], start) and np.array_equal(first.kept[30], first.image)


def test_pictures_are_the_middle_not_stretched(tmp_path):
    pixels = np.zeros((20, 60, 3), np.uint8)
    pixels[:, 20:40] = (200, 100, 0)
    Image.fromarray(pixels).save(tmp_path / "own.png")
    image = style_transfer.picture(tmp_path / "own.png", (10, 10))
    assert image.shape == (1, 10, 10, 3) and image.dtype == np.float64
    assert np.allclose(image, np.array([200, 100, 0]) / 255)
    wide = style_transfer.picture(tmp_path / "own.png", (8, 24))
    assert np.allclose(wide[0, :, :8], 0) and np.allclose(wide[0, :, 8:16, 0], 200 / 255)
    assert np.allclose(style_transfer.picture(tmp_path / "own.png", (8, 24), zoom=3)[..., 0], 200 / 255)
    assert style_transfer.picture("chelsea", (8, 12)).shape == (1, 8, 12, 3)


GOOD = np.full((1, 8, 8, 3), 0.5)
BAD_INPUT = {
    "zoom 0.5": lambda: style_transfer.picture("china", (32, 32), zoom=0.5),
    "size is (4, 32)": lambda: style_transfer.picture("china", (4, 32)),
    "network 'vgg16'": lambda: style_transfer.feature_extractor(NAMES, GOOD, "vgg16"),
    "'median' pooling": lambda: style_transfer.feature_extractor(NAMES, GOOD, pooling="median"),
    "at least two of block1_conv1": lambda: style_transfer.feature_extractor([*NAMES, "block9_conv1"], GOOD),
    "the layers are ['block1_conv1']": lambda: style_transfer.feature_extractor(NAMES[:1], GOOD),
    "has shape (8, 8, 3)": lambda: style_transfer.feature_extractor(NAMES, GOOD[0]),
    "came uint8 from 0 to 0": lambda: style_transfer.feature_extractor(NAMES, np.zeros((1, 8, 8, 3), np.uint8)),
    "1 shares for 2": lambda: style_transfer.transfer_cost(
        style_transfer.feature_extractor(NAMES, GOOD), GOOD, GOOD, [1.0]
    ),
    "content has shape": lambda: style_transfer.transfer_cost(None, GOOD[0], GOOD, []),
    "from nan to nan": lambda: style_transfer.paint(GOOD * np.nan, tf.reduce_sum, 1),
    "from 1.5 to 1.5": lambda: style_transfer.paint(GOOD * 3, tf.reduce_sum, 1),
    "2 images": lambda: style_transfer.paint(np.repeat(GOOD, 2, axis=0), tf.reduce_sum, 1),
    "0 steps": lambda: style_transfer.paint(GOOD, tf.reduce_sum, 0),
}


@pytest.mark.parametrize("message", BAD_INPUT)
def test_bad_input_is_refused_by_name(message):
    with pytest.raises(ValueError) as refused:
        BAD_INPUT[message]()
    assert message in str(refused.value)


def test_a_photograph_that_is_neither_known_nor_a_file_is_refused():
    with pytest.raises(DataError, match="absent"):
        style_transfer.picture("monalisa", (32, 32))
