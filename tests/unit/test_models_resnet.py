"""Residual networks: blocks that pass their input on, published numbers of parameters, a plain twin."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
resnet = pytest.importorskip("helpers.models.resnet")


def images(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def block_model(block, input_shape, *args, **kwargs):
    inputs = keras.Input(input_shape)
    return keras.Model(inputs, block(inputs, *args, **kwargs))


def silence(model):
    """Set gamma of the batch normalization before the addition to zero: the main path answers zero."""
    last = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)][-1]
    last.gamma.assign(0 * last.gamma)


def test_an_identity_block_whose_last_gamma_is_zero_passes_positive_inputs_on_exactly():
    model = block_model(resnet.identity_block, (5, 4, 6), 3, [2, 3, 6])
    x = np.abs(images(2, 5, 4, 6))
    assert not np.array_equal(model(x), x)
    silence(model)
    np.testing.assert_array_equal(model(x), x)


def test_a_basic_block_whose_last_gamma_is_zero_passes_positive_inputs_on_and_its_plain_twin_does_not():
    x = np.abs(images(2, 6, 6, 4))
    block, plain = (block_model(resnet.basic_block, (6, 6, 4), 4, 1, residual) for residual in (True, False))
    for model in (block, plain):
        silence(model)
    np.testing.assert_array_equal(block(x), x)
    assert not np.any(plain(x))


def test_a_basic_block_of_stride_two_adds_every_second_pixel_and_zeros_for_new_channels():
    model = block_model(resnet.basic_block, (6, 8, 3), 5, 2)
    silence(model)
    x = np.abs(images(2, 6, 8, 3))
    np.testing.assert_array_equal(model(x)[..., :3], x[:, ::2, ::2])
    assert not np.any(model(x)[..., 3:])


def test_an_identity_block_equals_numpy_convolutions():
    from helpers import nn

    model = block_model(resnet.identity_block, (4, 5, 6), 3, [2, 3, 6], keras.initializers.HeNormal)
    weights = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    x = images(2, 4, 5, 6)
    a = x
    for i, layer in enumerate(weights):
        kernel, bias = (np.asarray(value) for value in layer.get_weights())
        z = nn.conv2d_forward(a, kernel, bias, 1, "same")[0] / np.sqrt(np.float32(1.001))
        a = np.maximum(z, 0) if i < 2 else np.maximum(z + x, 0)
    np.testing.assert_allclose(model(x), a, atol=1e-5)


@pytest.mark.parametrize(("s", "shape"), [(1, (7, 5, 9)), (2, (4, 3, 9)), (3, (3, 2, 9))])
def test_a_convolutional_block_changes_the_shape_as_its_stride_says(s, shape):
    model = block_model(resnet.convolutional_block, (7, 5, 4), 3, [2, 3, 9], s)
    assert model.output_shape[1:] == shape


def test_every_kernel_starts_as_the_initializer_says():
    model = block_model(
        resnet.convolutional_block, (4, 4, 2), 3, [2, 2, 5], 2, lambda seed: f"{'ones' if not seed else 'zeros'}"
    )
    kernels = [layer.kernel for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert len(kernels) == 4
    assert all(np.all(kernel.numpy() == 1) for kernel in kernels)


def test_resnet50_has_the_parameters_of_the_course_and_of_keras_applications():
    model = resnet.resnet50()
    trainable = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert (model.count_params(), trainable) == (23_600_006, 23_546_886)
    assert model.output_shape == (None, 6)
    body = resnet.resnet50(classes=None)
    published = keras.applications.ResNet50(weights=None, include_top=False, input_shape=(64, 64, 3))
    assert body.count_params() == published.count_params()
    shapes = [sorted(tuple(w.shape) for w in network.weights) for network in (body, published)]
    assert shapes[0] == shapes[1]


def test_resnet50_has_fifty_layers_with_kernels_besides_the_four_of_shortcuts():
    model = resnet.resnet50((40, 40, 3), 3, width=2)
    kinds = (keras.layers.Conv2D, keras.layers.Dense)
    assert sum(isinstance(layer, kinds) for layer in model.layers) == 50 + 4
    np.testing.assert_allclose(np.sum(model(images(2, 40, 40, 3)), axis=1), 1, rtol=1e-5)


def test_width_and_blocks_are_free():
    small, wide = (resnet.resnet50((37, 37, 1), 2, width, blocks=(1, 1)) for width in (2, 4))
    assert (small.count_params(), wide.count_params()) == (978, 2834)
    assert sum(isinstance(layer, keras.layers.Add) for layer in small.layers) == 2


@pytest.mark.parametrize("depth", [8, 20])
def test_a_cifar_resnet_and_its_plain_twin_have_the_same_weights_and_the_depth_that_is_asked(depth):
    deep, plain = (resnet.cifar_resnet((8, 8, 1), 10, depth, 4, residual) for residual in (True, False))
    assert [w.shape for w in deep.weights] == [w.shape for w in plain.weights]
    kernels = [w for w in deep.trainable_weights if w.path.endswith("kernel")]
    assert len(kernels) == depth
    assert sum(isinstance(layer, keras.layers.Add) for layer in deep.layers) == (depth - 2) // 2
    assert not any(isinstance(layer, keras.layers.Add) for layer in plain.layers)


def test_a_cifar_resnet_of_published_size_has_the_published_number_of_parameters():
    model = resnet.cifar_resnet()
    convolutions = 3 * 16 * 9 + 6 * 16 * 16 * 9 + 16 * 32 * 9 + 5 * 32 * 32 * 9 + 32 * 64 * 9 + 5 * 64 * 64 * 9
    channels = 7 * 16 + 6 * 32 + 6 * 64
    assert model.count_params() == convolutions + 4 * channels + 64 * 10 + 10
    assert round(convolutions / 1e6, 2) == 0.27  # table 6 of the paper


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: resnet.resnet50((36, 64, 3)), r"input_shape is \(36, 64, 3\), expected .* at least 37 pixels"),
        (lambda: resnet.resnet50((64, 64)), r"input_shape is \(64, 64\), expected \(height, width, channels\)"),
        (lambda: resnet.resnet50(classes=0), "classes is 0, expected a positive integer"),
        (lambda: resnet.resnet50(blocks=(3, 0)), r"blocks\[1\] is 0, expected a positive integer"),
        (lambda: resnet.cifar_resnet(depth=21), "depth is 21, expected 6n \\+ 2 layers: 8, 14, 20"),
        (lambda: resnet.cifar_resnet(depth=2), "depth is 2, expected 6n \\+ 2"),
        (lambda: resnet.cifar_resnet(width=1.5), "width is 1.5, expected a positive integer"),
        (lambda: resnet.cifar_resnet(momentum=1), "momentum is 1, expected a number from 0 to below 1"),
        (
            lambda: resnet.identity_block(keras.Input((4, 4, 3)), 3, [2, 2, 5]),
            "filters end with 5 but X has 3 channels",
        ),
        (lambda: resnet.convolutional_block(keras.Input((4, 4, 3)), 3, [2, 5]), "expected three positive integers"),
        (lambda: resnet.basic_block(keras.Input((4, 4, 3)), 2), "channels is 2 but x has 3"),
    ],
)
def test_wrong_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
