"""Exercises of course 4, week 1: Keras, two ways. Keras is imported inside the functions."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from helpers.checks.engine import Case, Lesson, Mistake, case

lesson = Lesson("Keras, two ways")
check = lesson.check


def _happy_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(label="64×64×3 images, the default")
    yield case((25, 25, 1), label="25×25 gray images")
    yield case((12, 9, 2), label="12×9 images of two channels")


def _happy(
    input_shape: tuple, *, pad: int = 3, normalized: bool = True, relu: bool = True, activation: str | None = "sigmoid"
) -> Any:
    """The taught model, or one that differs from it in one point."""
    import keras
    from keras import layers

    stack = [keras.Input(input_shape), layers.ZeroPadding2D(pad), layers.Conv2D(32, 7)]
    stack += [layers.BatchNormalization()] * normalized + [layers.ReLU()] * relu
    return keras.Sequential([*stack, layers.MaxPooling2D(), layers.Flatten(), layers.Dense(1, activation=activation)])


def _mistaken(build: Callable, **changed: Any) -> Callable:
    def wrong(input_shape=(64, 64, 3)):
        return build(input_shape, **changed)

    return wrong


@lesson.exercise(
    _happy_cases,
    Mistake("the network starts with ZeroPadding2D(3)", _mistaken(_happy, pad=0)),
    Mistake("batch normalization stands between the convolution and its ReLU", _mistaken(_happy, normalized=False)),
    Mistake("a ReLU follows the batch normalization", _mistaken(_happy, relu=False)),
    Mistake("the answer is a probability: Dense(1) with a sigmoid", _mistaken(_happy, activation=None)),
)
def happyModel(input_shape: tuple[int, int, int] = (64, 64, 3)) -> Any:
    """Sequential: pad 3 → 32 filters of 7×7 → batch norm → ReLU → max-pool 2 → flatten → dense 1, sigmoid."""
    return _happy(input_shape)


def _summary_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case((31, 31, 1), 32, 7, label="32 filters of 7×7 on a gray image")
    yield case((64, 48, 3), 8, 4, padding="same", label="8 filters of 4×4, same")
    yield case((15, 9, 8), 16, 3, 2, "same", label="stride 2, same, on odd sides")
    yield case((16, 9, 8), 5, 2, 3, "valid", label="stride 3, valid")
    yield case((7, 12, 4), 6, 4, 2, label="stride 2, and a last column that no window reaches")


@lesson.exercise(
    _summary_cases,
    Mistake(
        "every filter has one bias too",
        lambda input_shape, filters, kernel_size, strides=1, padding="valid": (
            conv2d_summary(input_shape, filters, kernel_size, strides, padding)[0],
            kernel_size**2 * input_shape[2] * filters,
        ),
    ),
    Mistake(
        "a filter sees all channels of its input: f · f · channels weights",
        lambda input_shape, filters, kernel_size, strides=1, padding="valid": (
            conv2d_summary(input_shape, filters, kernel_size, strides, padding)[0],
            (kernel_size**2 + 1) * filters,
        ),
    ),
    Mistake(
        '"same" pads until ⌈n / stride⌉ windows fit: round up',
        lambda input_shape, filters, kernel_size, strides=1, padding="valid": (
            (input_shape[0] // strides, input_shape[1] // strides, filters),
            (kernel_size**2 * input_shape[2] + 1) * filters,
        ),
    ),
)
def conv2d_summary(
    input_shape: tuple[int, int, int], filters: int, kernel_size: int, strides: int = 1, padding: str = "valid"
) -> tuple[tuple[int, int, int], int]:
    """Shape (n_H, n_W, filters) of what Conv2D makes of one image, and its parameters (f² channels + 1) filters."""
    n_H, n_W, channels = input_shape
    if padding == "same":
        sides = [-(-n // strides) for n in (n_H, n_W)]
    else:
        sides = [(n - kernel_size) // strides + 1 for n in (n_H, n_W)]
    return (*sides, filters), (kernel_size**2 * channels + 1) * filters


def _convolutional_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case((64, 64, 3), label="64×64×3 images")
    yield case((32, 96, 1), label="32×96 gray images")


def _convolutional(
    input_shape: tuple, *, padding: str = "same", relu: str | None = "relu", activation: str | None = "softmax"
) -> Any:
    """The taught model, or one that differs from it in one point."""
    import keras
    from keras import layers

    inputs = x = keras.Input(input_shape)
    for filters, kernel_size, window in ((8, 4, 8), (16, 2, 4)):
        x = layers.Conv2D(filters, kernel_size, padding=padding, activation=relu)(x)
        x = layers.MaxPooling2D(window, padding="same")(x)
    return keras.Model(inputs, layers.Dense(6, activation=activation)(layers.Flatten()(x)))


@lesson.exercise(
    _convolutional_cases,
    Mistake('both convolutions keep the size of the map: padding="same"', _mistaken(_convolutional, padding="valid")),
    Mistake("a ReLU follows each convolution", _mistaken(_convolutional, relu=None)),
    Mistake("the answer is six probabilities: softmax", _mistaken(_convolutional, activation=None)),
)
def convolutional_model(input_shape: tuple[int, int, int]) -> Any:
    """Functional: [8 filters 4×4 same → ReLU → max-pool 8] → [16 of 2×2 → ReLU → max-pool 4] → dense 6, softmax."""
    return _convolutional(input_shape)


def _seeded_network() -> Any:
    """A small network with named layers; its batch normalization has averages of its own."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    stack = [layers.Conv2D(4, 3, name="edges"), layers.BatchNormalization(name="normalized"), layers.ReLU(name="on")]
    network = keras.Sequential([keras.Input((6, 8, 2)), *stack, layers.Flatten(), layers.Dense(3, name="answer")])
    network.get_layer("normalized").set_weights([np.full(4, value) for value in (1.5, 0.2, 0.3, 2.0)])
    return network


def _feature_cases(rng: np.random.Generator) -> Iterator[Case]:
    images = rng.random((3, 6, 8, 2))
    yield case(_seeded_network(), "edges", images, label="the maps of a convolution")
    yield case(_seeded_network(), "on", images[:2], label="the maps behind a batch normalization")
    yield case(_seeded_network(), "answer", images[:1], label="the last layer")


def _maps_in_training(model: Any, layer_name: str, images: np.ndarray) -> np.ndarray:
    import keras

    return keras.Model(model.inputs[0], model.get_layer(layer_name).output)(images, training=True).numpy()


@lesson.exercise(
    _feature_cases,
    Mistake("ask for the output of the layer, not of the whole network", lambda model, name, x: model(x).numpy()),
    Mistake("the network is in use, not in training: batch normalization must know", _maps_in_training),
)
def feature_maps(model: Any, layer_name: str, images: np.ndarray) -> np.ndarray:
    """Output (m, …), an array, of the layer of that name, for images (m, H, W, C), with the network as in use."""
    import keras

    return keras.Model(model.inputs[0], model.get_layer(layer_name).output)(images, training=False).numpy()


def _two_headed_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(label="32×32 gray images, the default")
    yield case((16, 24, 3), label="16×24×3 images")


def _two_headed(input_shape: tuple, *, activations: tuple = ("softmax", "sigmoid"), shared: bool = True) -> Any:
    """The model, or one that differs from it in one point."""
    import keras
    from keras import layers

    inputs = keras.Input(input_shape)

    def trunk() -> Any:
        x = layers.MaxPooling2D(4)(layers.Conv2D(8, 4, padding="same", activation="relu")(inputs))
        return layers.Flatten()(layers.MaxPooling2D(2)(layers.Conv2D(16, 2, padding="same", activation="relu")(x)))

    features = trunk()
    heads = [layers.Dense(6, activation=activations[0]), layers.Dense(1, activation=activations[1])]
    return keras.Model(inputs, [heads[0](features), heads[1](features if shared else trunk())])


def _two_headed_mistake(change: Callable) -> Callable:
    def wrong(input_shape=(32, 32, 1)):
        return change(input_shape)

    return wrong


def _one_headed(input_shape: tuple) -> Any:
    import keras

    both = _two_headed(input_shape)
    return keras.Model(both.input, both.outputs[0])


def _swapped(input_shape: tuple) -> Any:
    import keras

    both = _two_headed(input_shape)
    return keras.Model(both.input, both.outputs[::-1])


@lesson.exercise(
    _two_headed_cases,
    Mistake("two answers: give keras.Model a list of outputs", _two_headed_mistake(_one_headed)),
    Mistake("the digit is the first output, the slant the second", _two_headed_mistake(_swapped)),
    Mistake(
        "both heads start from the same features: build the trunk once",
        _two_headed_mistake(partial(_two_headed, shared=False)),
    ),
    Mistake(
        "yes or no is a sigmoid of one number; a softmax of one number is always 1",
        _two_headed_mistake(partial(_two_headed, activations=("softmax", "softmax"))),
    ),
)
def two_headed_model(input_shape: tuple[int, int, int] = (32, 32, 1)) -> Any:
    """Functional: [8 filters 4×4 same → ReLU → pool 4] → [16 of 2×2 → ReLU → pool 2] → dense 6 and dense 1."""
    return _two_headed(input_shape)
