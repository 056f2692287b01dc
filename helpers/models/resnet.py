"""Residual networks: ResNet-50 of bottleneck blocks, and the 6n + 2 layers for small images with their plain twin."""

from collections.abc import Callable, Sequence
from numbers import Integral

import keras
from keras import layers, ops
from keras.initializers import glorot_uniform, random_uniform

BLOCKS = (3, 4, 6, 3)


def resnet50(
    input_shape: tuple[int, int, int] = (64, 64, 3),
    classes: int | None = 6,
    width: int = 64,
    blocks: Sequence[int] = BLOCKS,
    name: str = "resnet50",
) -> keras.Model:
    """ResNet-50 as taught: zero padding 3, a 7×7 convolution, four stages of bottleneck blocks, 2×2 averages, softmax.

    With classes=None its parameters are as many as those of `keras.applications.ResNet50(include_top=False)`: every
    convolution has a bias, every batch normalization four numbers a channel.

    Parameters
    ----------
    input_shape : tuple of int
        Height and width (from 37 pixels) and channels.
    classes : int or None
        Outputs of the softmax; None leaves pooling and the dense layer out, and the output is the last feature map.
    width : int
        Filters of the first convolution; stage k = 0 … 3 has bottlenecks of width · 2ᵏ and 4 · width · 2ᵏ channels out.
    blocks : sequence of int
        Blocks of each stage, the first of which has a convolution in its shortcut; (3, 4, 6, 3) makes 50 layers.
    name : str

    Returns
    -------
    keras.Model
        From images (m, height, width, channels) to probabilities (m, classes).

    Raises
    ------
    ValueError
        Where an argument is not as described.

    References
    ----------
    He et al., Deep residual learning for image recognition, 2016, table 1.
    """
    _require_shape(input_shape, smallest=37 if classes is not None else 1)
    _require_positive(width=width, **({} if classes is None else {"classes": classes}))
    for stage, count in enumerate(blocks):
        _require_positive(**{f"blocks[{stage}]": count})
    inputs = layers.Input(input_shape)
    x = layers.ZeroPadding2D(3)(inputs)
    x = _convolution(x, width, 7, 2, glorot_uniform)
    x = layers.Activation("relu")(x)
    x = layers.MaxPooling2D(3, strides=2)(x)
    for stage, count in enumerate(blocks):
        narrow = width * 2**stage
        filters = (narrow, narrow, 4 * narrow)
        x = convolutional_block(x, 3, filters, s=2 if stage else 1)
        for _ in range(count - 1):
            x = identity_block(x, 3, filters, initializer=random_uniform)
    if classes is not None:
        x = layers.Flatten()(layers.AveragePooling2D(2)(x))
        x = layers.Dense(classes, activation="softmax", kernel_initializer=glorot_uniform(seed=0))(x)
    return keras.Model(inputs, x, name=name)


def identity_block(
    X: keras.KerasTensor, f: int, filters: Sequence[int], initializer: Callable = random_uniform
) -> keras.KerasTensor:
    """relu(X + F(X)), where F is convolutions 1×1, f×f and 1×1, each batch-normalized, ReLU after the first two.

    Parameters
    ----------
    X : KerasTensor or tensor, shape (m, height, width, channels)
    f : int
        Side of the kernel in the middle.
    filters : three int
        Filters of the convolutions; the last must be the channels of X.
    initializer : callable
        `initializer(seed=0)` makes the initializer of every kernel.

    Returns
    -------
    KerasTensor or tensor of the shape of X

    Raises
    ------
    ValueError
        There are not three numbers of filters, or the last is not the number of channels of X.
    """
    _require_filters("identity_block", filters)
    if filters[2] != X.shape[-1]:
        raise ValueError(f"identity_block: filters end with {filters[2]} but X has {X.shape[-1]} channels")
    return _joined(X, _bottleneck(X, f, filters, 1, initializer))


def convolutional_block(
    X: keras.KerasTensor, f: int, filters: Sequence[int], s: int = 2, initializer: Callable = glorot_uniform
) -> keras.KerasTensor:
    """relu(S(X) + F(X)): as `identity_block`, with stride s in F's first convolution and S = 1×1 stride s, normalized.

    Parameters
    ----------
    X : KerasTensor or tensor, shape (m, height, width, channels)
    f, filters, initializer
        As in `identity_block`; the filters are free.
    s : int
        Stride.

    Returns
    -------
    KerasTensor or tensor, shape (m, ceil(height / s), ceil(width / s), filters[2])

    Raises
    ------
    ValueError
        There are not three numbers of filters.
    """
    _require_filters("convolutional_block", filters)
    shortcut = _convolution(X, filters[2], 1, s, initializer)
    return _joined(shortcut, _bottleneck(X, f, filters, s, initializer))


def cifar_resnet(
    input_shape: tuple[int, int, int] = (32, 32, 3),
    classes: int = 10,
    depth: int = 20,
    width: int = 16,
    residual: bool = True,
    momentum: float = 0.9,
    name: str | None = None,
) -> keras.Model:
    """The network of 6n + 2 layers for small images: a 3×3 convolution, three stages of n blocks, averages, logits.

    A block is two 3×3 convolutions, batch-normalized, without biases. The shortcut has no parameters: where a stage
    begins with stride 2 it takes every second pixel and pads the new channels with zeros (option A of the paper).

    Parameters
    ----------
    input_shape : tuple of int
        Height, width and channels.
    classes : int
        Number of logits.
    depth : int
        Layers with weights: 8, 14, 20, … = 6n + 2.
    width : int
        Channels of the first stage; the second has twice, the third four times as many.
    residual : bool
        False leaves the shortcuts out: the plain twin, with the same weights.
    momentum : float
        Of the running averages of batch normalization: 0.9 follows after some 20 steps, Keras' own 0.99 after 200.
    name : str or None

    Returns
    -------
    keras.Model

    Raises
    ------
    ValueError
        Where an argument is not as described.

    References
    ----------
    He et al., Deep residual learning for image recognition, 2016, section 4.2.
    """
    _require_shape(input_shape)
    _require_positive(classes=classes, width=width, depth=depth)
    if depth < 8 or depth % 6 != 2:
        raise ValueError(f"depth is {depth}, expected 6n + 2 layers: 8, 14, 20, 26, 32, …")
    if not 0 <= momentum < 1:
        raise ValueError(f"momentum is {momentum!r}, expected a number from 0 to below 1")
    inputs = layers.Input(input_shape)
    x = layers.Activation("relu")(_convolution_3x3(inputs, width, 1, momentum))
    for stage in range(3):
        for block in range((depth - 2) // 6):
            x = basic_block(x, width * 2**stage, 2 if stage and not block else 1, residual, momentum)
    x = layers.Dense(classes, kernel_initializer="he_normal", name="logits")(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, x, name=name or f"{'resnet' if residual else 'plain'}_{depth}")


def basic_block(
    x: keras.KerasTensor, channels: int, stride: int = 1, residual: bool = True, momentum: float = 0.9
) -> keras.KerasTensor:
    """Two 3×3 convolutions, batch-normalized, the first of the given stride; ReLU, after adding the input where asked.

    Parameters
    ----------
    x : KerasTensor or tensor, shape (m, height, width, channels of the input)
    channels, stride : int
        Channels of the output, at least those of the input; stride of the first convolution.
    residual, momentum
        As in `cifar_resnet`.

    Returns
    -------
    KerasTensor or tensor, shape (m, ceil(height / stride), ceil(width / stride), channels)

    Raises
    ------
    ValueError
        There is a shortcut, and the output would have fewer channels than the input.
    """
    if residual and channels < x.shape[-1]:
        raise ValueError(f"basic_block: channels is {channels} but x has {x.shape[-1]}, and a shortcut drops none")
    inside = layers.Activation("relu")(_convolution_3x3(x, channels, stride, momentum))
    inside = _convolution_3x3(inside, channels, 1, momentum)
    if residual:
        return _joined(_subsampled(x, channels, stride), inside)
    return layers.Activation("relu")(inside)


def _subsampled(x: keras.KerasTensor, channels: int, stride: int) -> keras.KerasTensor:
    """x at every stride-th pixel, with channels of zeros behind its own: a shortcut without parameters."""
    if stride > 1:
        x = layers.MaxPooling2D(1, strides=stride, padding="same")(x)
    missing = channels - x.shape[-1]
    return ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, missing))) if missing else x


def _bottleneck(x: keras.KerasTensor, f: int, filters: Sequence[int], stride: int, initializer: Callable):
    """The main path of a block: 1×1 with the stride, f×f, 1×1, without what follows the addition."""
    x = layers.Activation("relu")(_convolution(x, filters[0], 1, stride, initializer))
    x = layers.Activation("relu")(_convolution(x, filters[1], f, 1, initializer, padding="same"))
    return _convolution(x, filters[2], 1, 1, initializer)


def _joined(shortcut: keras.KerasTensor, inside: keras.KerasTensor) -> keras.KerasTensor:
    return layers.Activation("relu")(layers.Add()([shortcut, inside]))


def _convolution(x: keras.KerasTensor, filters: int, size: int, stride: int, initializer: Callable, padding="valid"):
    """Convolution with a bias, batch normalization of the channels."""
    x = layers.Conv2D(filters, size, stride, padding=padding, kernel_initializer=initializer(seed=0))(x)
    return layers.BatchNormalization(axis=3)(x)


def _convolution_3x3(x: keras.KerasTensor, filters: int, stride: int, momentum: float) -> keras.KerasTensor:
    """3×3 convolution without a bias, He's initial weights, batch normalization."""
    x = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
    return layers.BatchNormalization(momentum=momentum)(x)


def _require_filters(where: str, filters: Sequence[int]) -> None:
    if len(filters) != 3 or not all(isinstance(count, Integral) and count > 0 for count in filters):
        raise ValueError(f"{where}: filters is {filters!r}, expected three positive integers, such as (64, 64, 256)")


def _require_shape(input_shape: tuple[int, int, int], smallest: int = 1) -> None:
    if len(input_shape) != 3 or not all(isinstance(side, Integral) and side > 0 for side in input_shape):
        raise ValueError(f"input_shape is {input_shape}, expected (height, width, channels), three positive integers")
    if min(input_shape[:2]) < smallest:
        raise ValueError(f"input_shape is {input_shape}, expected height and width of at least {smallest} pixels")


def _require_positive(**numbers: int) -> None:
    for name, number in numbers.items():
        if not (isinstance(number, Integral) and number > 0):
            raise ValueError(f"{name} is {number!r}, expected a positive integer")
