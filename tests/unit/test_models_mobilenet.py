"""MobileNetV2 and the small VGG: the published architectures, and functions that do what they say."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from helpers.checks.mobilenet_transfer import inverted_residual_block  # noqa: E402
from helpers.models import mobilenet, vgg  # noqa: E402


@pytest.mark.parametrize("alpha", [0.35, 1.4])
def test_mobilenet_has_the_parameters_of_keras_applications(alpha):
    ours = mobilenet.mobilenet_v2((96, 96, 3), classes=1000, alpha=alpha)
    theirs = keras.applications.MobileNetV2((96, 96, 3), alpha=alpha, weights=None, classes=1000)
    assert ours.count_params() == theirs.count_params()
    assert [w.shape for w in ours.weights] == [w.shape for w in theirs.weights]
    assert ours.get_layer("head").output.shape == theirs.get_layer("Conv_1").output.shape


def test_with_the_weights_of_keras_applications_mobilenet_gives_its_features():
    theirs = keras.applications.MobileNetV2((32, 32, 3), alpha=0.35, include_top=False, weights=None, pooling="avg")
    ours = mobilenet.mobilenet_v2((32, 32, 3), classes=5, alpha=0.35)
    ours.set_weights([*theirs.get_weights(), *ours.get_layer("logits").get_weights()])
    features = keras.Model(ours.input, ours.get_layer("pool").output)
    x = np.random.default_rng(0).uniform(-1, 1, (2, 32, 32, 3))
    np.testing.assert_allclose(features(x), theirs(x), rtol=1e-4, atol=1e-5)


def test_strides_for_small_images_keep_the_parameters_and_give_4_by_4_cells():
    small = mobilenet.mobilenet_v2((32, 32, 3), None, 0.35, mobilenet.STRIDES_FOR_SMALL_IMAGES)
    assert small.output_shape == (None, 4, 4, 1280)
    assert small.count_params() == mobilenet.mobilenet_v2((32, 32, 3), None, 0.35).count_params()


@pytest.mark.parametrize(("channels", "expansion", "stride"), [(4, 6, 1), (6, 6, 1), (4, 3, 2)])
def test_the_block_is_the_one_that_the_notebook_teaches(channels, expansion, stride):
    inputs = keras.Input((8, 8, 4))
    ours = keras.Model(inputs, mobilenet.inverted_residual(inputs, channels, expansion, stride))
    taught = inverted_residual_block((8, 8, 4), channels, expansion, stride)
    taught.set_weights(ours.get_weights())
    x = np.random.default_rng(1).standard_normal((2, 8, 8, 4))
    np.testing.assert_allclose(ours(x), taught(x), rtol=1e-6)


@pytest.mark.parametrize(("asked", "rounded"), [(32 * 0.35, 16), (8, 8), (3, 8), (33.6, 32), (96, 96), (11, 16)])
def test_channels_are_rounded_to_eights_and_never_below_nine_tenths(asked, rounded):
    assert mobilenet.divisible(asked) == rounded


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("input_shape is", {"input_shape": (32, 32)}),
        ("classes is 0", {"classes": 0}),
        ("alpha is -1", {"alpha": -1}),
        ("eight numbers", {"strides": (1, 2, 3)}),
    ],
)
def test_mobilenet_refuses_bad_arguments(message, arguments):
    with pytest.raises(ValueError, match=message):
        mobilenet.mobilenet_v2(**arguments)


def test_vgg_names_its_layers_as_vgg_does():
    names = [layer.name for layer in vgg.small_vgg().layers]
    theirs = [layer.name for layer in keras.applications.VGG16(weights=None, include_top=False).layers]
    assert names[1:7] == theirs[1:7]
    assert names[7:10] == ["block3_conv1", "block3_conv2", "block3_pool"]
    assert vgg.small_vgg((None, None, 3), None).output_shape == (None, None, None, 128)


def test_taking_batch_normalization_out_keeps_the_function():
    trained = vgg.small_vgg((16, 16, 3), widths=(4, 8), batch_normalization=True)
    rng = np.random.default_rng(0)
    trained.set_weights([rng.uniform(0.1, 0.6, w.shape) for w in trained.weights])
    plain = vgg.without_batch_normalization(trained, vgg.small_vgg((16, 16, 3), widths=(4, 8)))
    x = rng.uniform(-1, 1, (3, 16, 16, 3))
    np.testing.assert_allclose(plain(x), trained(x), rtol=1e-4, atol=1e-5)
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in plain.layers)


def test_vgg_refuses_to_be_empty():
    with pytest.raises(ValueError, match="at least one of each"):
        vgg.small_vgg(widths=())
