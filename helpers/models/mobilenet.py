"""MobileNetV2: inverted residual blocks with depthwise-separable convolutions, at any width and with any strides."""

from collections.abc import Sequence
from numbers import Integral, Real

import keras
from keras import layers

# Expansion, channels and repetitions of the seven groups of blocks: table 2 of the paper
_GROUPS = ((1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1))
STRIDES = (2, 1, 2, 2, 2, 1, 2, 1)
STRIDES_FOR_SMALL_IMAGES = (1, 1, 1, 2, 2, 1, 2, 1)


def mobilenet_v2(
    input_shape: tuple[int, int, int] = (224, 224, 3),
    classes: int | None = 1000,
    alpha: float = 1.0,
    strides: Sequence[int] = STRIDES,
    name: str = "mobilenet_v2",
) -> keras.Model:
    """MobileNetV2 with random weights (Sandler et al. 2018); with the default strides, that of keras.applications.

    Parameters
    ----------
    input_shape : tuple of int
        Height, width and channels; pixels are expected in [-1, 1].
    classes : int or None
        Outputs of the last dense layer, which are logits; None leaves the pooling and the dense layer out, and the
        output is the last feature map (m, height / product of strides, width / product of strides, 1280).
    alpha : float
        Factor on the channels of every layer but, where it is below 1, the last.
    strides : sequence of 8 int
        Stride of the first convolution and of the first block of each of the seven groups. `STRIDES` are the paper's,
        a reduction by 32 in all; `STRIDES_FOR_SMALL_IMAGES` reduce by 8, so that 32×32 pixels end as 4×4 cells.
    name : str

    Returns
    -------
    keras.Model

    Raises
    ------
    ValueError
        Where an argument is not as described.
    """
    _refuse_wrong_arguments(input_shape, classes, alpha, strides)
    inputs = layers.Input(input_shape)
    x = _convolution(inputs, divisible(32 * alpha), 3, strides[0], "stem")
    block = 0
    for (expansion, channels, repeats), stride in zip(_GROUPS, strides[1:], strict=True):
        for repeat in range(repeats):
            step = 1 if repeat else stride
            x = inverted_residual(x, divisible(int(channels * alpha)), expansion, step, f"block_{block}")
            block += 1
    x = _convolution(x, divisible(1280 * max(1.0, alpha)), 1, 1, "head")
    if classes is not None:
        x = layers.GlobalAveragePooling2D(name="pool")(x)
        x = layers.Dense(classes, name="logits", dtype=_at_least_float32())(x)
    return keras.Model(inputs, x, name=name)


def inverted_residual(
    x: keras.KerasTensor, channels: int, expansion: int = 6, stride: int = 1, name: str = "block"
) -> keras.KerasTensor:
    """Expand by a 1×1 convolution, filter each channel by its own 3×3, project by a linear 1×1; add the input back.

    The input is added where its shape is the output's: stride 1 and equal channels.

    Parameters
    ----------
    x : KerasTensor, shape (m, height, width, channels of the input)
    channels : int
        Channels of the output.
    expansion : int
        Channels in the middle are `expansion` times those of the input; with 1 the first convolution is left out.
    stride : int
        Of the depthwise convolution.
    name : str
        Start of the names of the block's layers.

    Returns
    -------
    KerasTensor, shape (m, ceil(height / stride), ceil(width / stride), channels)
    """
    inside = x
    if expansion != 1:
        inside = _convolution(x, expansion * x.shape[-1], 1, 1, f"{name}_expand")
    inside = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False, name=f"{name}_depthwise")(inside)
    inside = layers.BatchNormalization(name=f"{name}_depthwise_bn")(inside)
    inside = layers.ReLU(6.0, name=f"{name}_depthwise_relu")(inside)
    inside = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_project")(inside)
    inside = layers.BatchNormalization(name=f"{name}_project_bn")(inside)
    if stride == 1 and x.shape[-1] == channels:
        inside = layers.Add(name=f"{name}_add")([x, inside])
    return inside


def divisible(channels: float, divisor: int = 8) -> int:
    """Number of channels rounded to a multiple of the divisor, at least one and never below 90 % of what was asked."""
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * channels else rounded


def _convolution(x: keras.KerasTensor, channels: int, size: int, stride: int, name: str) -> keras.KerasTensor:
    """Convolution without bias, batch normalization, ReLU6."""
    x = layers.Conv2D(channels, size, stride, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=f"{name}_bn")(x)
    return layers.ReLU(6.0, name=f"{name}_relu")(x)


def _at_least_float32() -> str:
    """Data type for logits: the current one, but never a half-precision one."""
    return keras.backend.result_type(keras.config.dtype_policy().compute_dtype, "float32")


def _refuse_wrong_arguments(
    input_shape: tuple[int, int, int], classes: int | None, alpha: float, strides: Sequence[int]
) -> None:
    """Raise ValueError where an argument of `mobilenet_v2` is not as described there."""
    if len(input_shape) != 3 or not all(isinstance(side, Integral) and side > 0 for side in input_shape):
        raise ValueError(f"input_shape is {input_shape}, expected (height, width, channels), three positive integers")
    if classes is not None and not (isinstance(classes, Integral) and classes > 0):
        raise ValueError(f"classes is {classes!r}, expected a positive integer or None")
    if not isinstance(alpha, Real) or not 0 < alpha < 10:
        raise ValueError(f"alpha is {alpha!r}, expected a number above 0 and below 10, such as 0.35 or 1.0")
    if len(strides) != 1 + len(_GROUPS) or not set(strides) <= {1, 2}:
        raise ValueError(f"strides are {tuple(strides)}, expected eight numbers, each 1 or 2")
