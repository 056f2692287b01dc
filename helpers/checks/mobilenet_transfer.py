"""Exercises of course 4, week 2: MobileNetV2 and transfer learning. Keras is imported inside the functions."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from helpers.checks.engine import Case, Lesson, Mistake, case

lesson = Lesson("MobileNet and transfer learning")
check = lesson.check


def _cost_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(32, 32, 16, 96, 3, label="a 32×32 map, 16 to 96 channels, 3×3")
    yield case(7, 5, 8, 3, 1, label="a 7×5 map, 8 to 3 channels, 1×1")
    yield case(12, 20, 3, 10, 5, label="a 12×20 map, 3 to 10 channels, 5×5")


@lesson.exercise(
    _cost_cases,
    Mistake(
        "every output channel has its own f×f filter over all input channels",
        lambda n_H, n_W, n_C_prev, n_C, f: (f * f * n_C, n_H * n_W * f * f * n_C),
    ),
    Mistake(
        "every parameter is used once at each of the n_H · n_W positions",
        lambda n_H, n_W, n_C_prev, n_C, f: (f * f * n_C_prev * n_C, f * f * n_C_prev * n_C),
    ),
)
def convolution_cost(n_H: int, n_W: int, n_C_prev: int, n_C: int, f: int) -> tuple[int, int]:
    """Parameters f² n_C_prev n_C and multiply-adds of a convolution without bias, for an output (n_H, n_W, n_C)."""
    parameters = f * f * n_C_prev * n_C
    return parameters, n_H * n_W * parameters


@lesson.exercise(
    _cost_cases,
    Mistake(
        "two layers: add the 1×1 convolution, which mixes the channels",
        lambda n_H, n_W, n_C_prev, n_C, f: (f * f * n_C_prev, n_H * n_W * f * f * n_C_prev),
    ),
    Mistake(
        "the depthwise filters lie on the input channels: f · f · n_C_prev of them",
        lambda n_H, n_W, n_C_prev, n_C, f: (
            f * f * n_C + n_C_prev * n_C,
            n_H * n_W * (f * f * n_C + n_C_prev * n_C),
        ),
    ),
)
def depthwise_separable_cost(n_H: int, n_W: int, n_C_prev: int, n_C: int, f: int) -> tuple[int, int]:
    """Parameters f² n_C_prev + n_C_prev n_C and multiply-adds of a depthwise and a 1×1 convolution without biases."""
    parameters = f * f * n_C_prev + n_C_prev * n_C
    return parameters, n_H * n_W * parameters


def _depthwise_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(rng.standard_normal((2, 6, 5, 3)), rng.standard_normal((3, 3, 3)), label="3 channels and 3×3 filters")
    yield case(rng.standard_normal((1, 4, 7, 2)), rng.standard_normal((5, 5, 2)), label="2 channels and 5×5 filters")
    yield case(rng.standard_normal((3, 3, 3, 4)), rng.standard_normal((1, 1, 4)), label="4 channels and 1×1 filters")


def _windows(A: np.ndarray, f: int) -> np.ndarray:
    """Every f×f window of the zero-padded input: (m, n_H, n_W, n_C, f, f)."""
    border = ((0, 0), (f // 2, f // 2), (f // 2, f // 2), (0, 0))
    return np.lib.stride_tricks.sliding_window_view(np.pad(A, border), (f, f), axis=(1, 2))


def _mixed(A: np.ndarray, W: np.ndarray) -> np.ndarray:
    return np.repeat(depthwise_convolution(A, W).sum(axis=-1, keepdims=True), A.shape[-1], axis=-1)


@lesson.exercise(
    _depthwise_cases,
    Mistake("each channel keeps to itself: no sum over the channels", _mixed),
    Mistake(
        "filters are not flipped: deep learning's convolution is a cross-correlation",
        lambda A, W: depthwise_convolution(A, W[::-1, ::-1]),
    ),
    Mistake(
        "rows of the filter lie on rows of the image: is it transposed?",
        lambda A, W: depthwise_convolution(A, W.transpose(1, 0, 2)),
    ),
    Mistake(
        "pad with f // 2 zeros on each side, so that the map keeps its height and width",
        lambda A, W: depthwise_convolution(A, W)[:, W.shape[0] // 2 : -(W.shape[0] // 2)],
    ),
)
def depthwise_convolution(A: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Each channel of A (m, n_H, n_W, n_C) filtered by its own W[:, :, c], stride 1, zero-padded to the same size."""
    return np.einsum("mhwcij,ijc->mhwc", _windows(A, W.shape[0]), W)


def _block_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case((8, 8, 4), 4, label="equal channels and stride 1")
    yield case((8, 8, 4), 6, label="more channels: no shortcut")
    yield case((8, 6, 4), 4, expansion=3, stride=2, label="stride 2: no shortcut")
    yield case((4, 4, 3), 3, expansion=2, label="expansion 2")


def _block(
    input_shape: tuple, channels: int, expansion: int, stride: int, *, last: Callable | None = None, add: Any = None
) -> Any:
    """The block, or one with another end: `last` after the projection, `add` whether to add the input (None: right)."""
    import keras
    from keras import layers

    inputs = keras.Input(input_shape)
    x = layers.Conv2D(expansion * input_shape[-1], 1, use_bias=False)(inputs)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.BatchNormalization()(layers.Conv2D(channels, 1, use_bias=False)(x))
    x = last(x) if last else x
    fits = stride == 1 and input_shape[-1] == channels
    return keras.Model(inputs, layers.Add()([inputs, x]) if (fits if add is None else add) else x)


def _activated(x: Any) -> Any:
    from keras import layers

    return layers.ReLU(6.0)(x)


@lesson.exercise(
    _block_cases,
    Mistake(
        "the projection is linear: no ReLU after the last batch normalization",
        lambda input_shape, channels, expansion=6, stride=1: _block(
            input_shape, channels, expansion, stride, last=_activated
        ),
    ),
    Mistake(
        "where the shapes agree, the input is added to the projection",
        lambda input_shape, channels, expansion=6, stride=1: _block(
            input_shape, channels, expansion, stride, add=False
        ),
    ),
)
def inverted_residual_block(
    input_shape: tuple[int, int, int], channels: int, expansion: int = 6, stride: int = 1
) -> Any:
    """Model: expand 1×1, depthwise 3×3 of the stride, project 1×1; batch norm after each, ReLU6 after the first two."""
    return _block(input_shape, channels, expansion, stride)


def _augmenter(*layers: Any) -> Any:
    import keras

    return keras.Sequential(list(layers))


def _flipped_only() -> Any:
    from keras import layers

    return _augmenter(layers.RandomFlip("horizontal"))


def _upside_down() -> Any:
    from keras import layers

    return _augmenter(layers.RandomFlip(), layers.RandomRotation(0.2))


@lesson.exercise(
    lambda rng: iter([case(label="no argument")]),
    Mistake("a RandomRotation(0.2) follows the flip", _flipped_only),
    Mistake('flip left and right only: RandomFlip("horizontal")', _upside_down),
)
def data_augmenter() -> Any:
    """Keras Sequential of RandomFlip("horizontal") and RandomRotation(0.2)."""
    from keras import layers

    return _augmenter(layers.RandomFlip("horizontal"), layers.RandomRotation(0.2))


def _little_base(input_shape: tuple[int, int, int]) -> Any:
    """Convolution and batch normalization in the place of MobileNetV2."""
    import keras
    from keras import layers

    inputs = keras.Input(input_shape)
    x = layers.BatchNormalization()(layers.Conv2D(4, 3, strides=2)(inputs))
    return keras.Model(inputs, layers.ReLU(6.0)(x))


def _alpaca_cases(rng: np.random.Generator) -> Iterator[Case]:
    flip = lambda x: x[:, :, ::-1]  # noqa: E731
    invert = lambda x: 255 - x  # noqa: E731
    yield case((32, 32), flip, _little_base, label="32×32 images, mirrored")
    yield case((20, 24), invert, _little_base, label="20×24 images, inverted")


def _alpaca(
    image_shape: tuple[int, int],
    data_augmentation: Callable,
    make_base: Callable,
    *,
    frozen: bool = True,
    scale: float = 127.5,
    activation: str | None = None,
) -> Any:
    """The taught model, or one that differs from it in one point."""
    import keras
    from keras import layers

    base_model = make_base((*image_shape, 3))
    base_model.trainable = not frozen
    inputs = keras.Input((*image_shape, 3))
    x = data_augmentation(inputs) / scale - (1 if scale != 1 else 0)
    x = layers.GlobalAveragePooling2D()(base_model(x, training=False))
    return keras.Model(inputs, layers.Dense(1, activation=activation)(layers.Dropout(0.2)(x)))


def _mistaken(**changed: Any) -> Callable:
    def wrong(image_shape=(160, 160), data_augmentation=None, make_base=None):
        return _alpaca(image_shape, data_augmentation, make_base, **changed)

    return wrong


@lesson.exercise(
    _alpaca_cases,
    Mistake("freeze the base: base_model.trainable = False", _mistaken(frozen=False)),
    Mistake("pixels 0 to 255 must become −1 to 1: x / 127.5 − 1, or preprocess_input", _mistaken(scale=1)),
    Mistake("the last layer is linear: the loss takes logits", _mistaken(activation="sigmoid")),
)
def alpaca_model(
    image_shape: tuple[int, int] = (160, 160),
    data_augmentation: Callable | None = None,
    make_base: Callable | None = None,
) -> Any:
    """Augmentation → pixels in [−1, 1] → frozen base → mean over positions → dropout 0.2 → one logit."""
    return _alpaca(image_shape, data_augmentation, make_base)
