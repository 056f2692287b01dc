"""Exercises of course 4, week 2: residual networks. Keras is imported inside the functions.

A block is called on a symbolic input; what it returns, and a whole network, is compared by what it holds and answers.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from helpers import nn
from helpers.checks.engine import Case, Lesson, Mistake, case


class GraphLesson(Lesson):
    """A lesson whose functions may return Keras graphs: they are described before they are compared."""

    def check(self, function: Callable) -> None:
        """As `Lesson.check`; a function of `X` is called on a symbolic input of the shape that a case gives."""
        super().check(_described(function))


def _described(function: Callable) -> Callable:
    """The function with a description in the place of a Keras graph, and of the same signature."""

    @functools.wraps(function)
    def described(*args, **kwargs):
        if next(iter(inspect.signature(function).parameters), None) != "X" or not isinstance(args[0], tuple):
            return _describe(function(*args, **kwargs), start=False)
        import keras

        inputs = keras.Input(args[0])
        result = function(inputs, *args[1:], **kwargs)
        graph = keras.Model(inputs, result) if hasattr(result, "_keras_history") else result
        return _describe(graph, start=True)

    return described


def _describe(network: Any, start: bool) -> Any:
    """Shape, layers with weights, and answers of a Keras model; any other value as it is.

    Layers are sorted, and weights drawn by their shape alone, so that the order of two branches does not matter.
    """
    if not hasattr(network, "count_params"):
        return network
    x = np.random.RandomState(1).uniform(-1, 1, (2, *network.input_shape[1:]))
    described = {"output shape": network.output_shape[1:], "layers": _layers(network)}
    if start:
        described["answer with its first weights"] = _answer(network, x)
    network.set_weights([_drawn(weight) for weight in network.weights])
    return described | {"answer with other weights": _answer(network, x)}


def _layers(network: Any) -> list[str]:
    """Class and shapes of the weights of every layer that has some."""
    listed = ((type(layer).__name__, [tuple(w.shape) for w in layer.weights]) for layer in network.layers)
    return sorted(f"{name} {' '.join(map(str, shapes))}" for name, shapes in listed if shapes)


def _answer(network: Any, x: np.ndarray) -> np.ndarray:
    return np.asarray(network(x.astype(network.compute_dtype), training=False))


def _drawn(weight: Any) -> np.ndarray:
    """Values that depend on the role and the shape of a weight only, and keep activations in range."""
    role, shape = weight.path.split("/")[-1], tuple(weight.shape)
    some = np.random.RandomState([len(role), *shape]).standard_normal(min(np.prod(shape), 9973))
    drawn = np.resize(some.astype(np.float32), shape)
    if role == "kernel":
        return drawn * float(np.sqrt(2 / np.prod(shape[:-1])))
    return np.exp(0.3 * drawn) / (2 if role == "gamma" else 1) if role in ("gamma", "moving_variance") else 0.3 * drawn


class KerasInitializer:
    """Stands for a class of `keras.initializers`, and equals it, without importing Keras."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, **settings: Any) -> Any:
        """The initializer with these settings."""
        import keras

        return getattr(keras.initializers, self.__name__)(**settings)

    def __eq__(self, other: object) -> bool:
        return getattr(other, "__name__", "").replace("_", "").lower() == self.__name__.replace("_", "")

    def __hash__(self) -> int:
        return hash(self.__name__)

    def __repr__(self) -> str:
        return self.__name__


random_uniform, glorot_uniform = KerasInitializer("random_uniform"), KerasInitializer("glorot_uniform")
lesson = GraphLesson("residual networks")
check = lesson.check


def _unit_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n, hidden, m in ((3, 4, 5), (6, 2, 3), (1, 1, 2)):
        A, W1, W2 = (rng.standard_normal(shape) for shape in ((n, m), (hidden, n), (n, hidden)))
        yield case(A, W1, W2, label=f"A ({n}, {m}) and {hidden} hidden units")


@lesson.exercise(
    _unit_cases,
    Mistake(
        "add A before the last ReLU",
        lambda A, W1, W2: _unit(A, W1, W2, end=lambda Z: A + nn.relu(Z)),
    ),
    Mistake("the input is added back: A + …", lambda A, W1, W2: _unit(A, W1, W2, end=nn.relu)),
    Mistake("the sum goes through a ReLU", lambda A, W1, W2: _unit(A, W1, W2, end=lambda Z: A + Z)),
)
def residual_forward(A: np.ndarray, W1: np.ndarray, W2: np.ndarray) -> tuple[np.ndarray, tuple]:
    """Y = relu(A + W2 relu(W1 A)) and the cache (A, W1, W2, Z1, Z), Z1 = W1 A and Z = A + W2 relu(Z1)."""
    return _unit(A, W1, W2, end=lambda Z: nn.relu(A + Z))


def _unit(A: np.ndarray, W1: np.ndarray, W2: np.ndarray, end: Callable) -> tuple[np.ndarray, tuple]:
    Z1 = W1 @ A
    F = W2 @ nn.relu(Z1)
    return end(F), (A, W1, W2, Z1, A + F)


def _backward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for one in _unit_cases(rng):
        Y, cache = residual_forward(*one.args)
        yield case(rng.standard_normal(Y.shape), cache, label=one.label)


def _unit_backward(dY: np.ndarray, cache: tuple, shortcut: float = 1.0, gate: bool = True) -> tuple:
    """The gradients, with the shortcut's share times a factor, and with or without the derivative of the last ReLU."""
    A, W1, W2, Z1, Z = cache
    dZ = dY * (Z > 0) if gate else dY
    dZ1 = (W2.T @ dZ) * (Z1 > 0)
    return W1.T @ dZ1 + shortcut * dZ, dZ1 @ A.T, dZ @ nn.relu(Z1).T


@lesson.exercise(
    _backward_cases,
    Mistake(
        "the gradient comes back on two roads: add the one of the shortcut",
        lambda dY, cache: _unit_backward(dY, cache, shortcut=0.0),
    ),
    Mistake(
        "the last ReLU stands after the sum: it blocks both roads where Z ≤ 0",
        lambda dY, cache: _unit_backward(dY, cache, gate=False),
    ),
    Mistake(
        "the shortcut takes dZ, behind the last ReLU, and not dY",
        lambda dY, cache: (
            _unit_backward(dY, cache, shortcut=0.0)[0] + dY,
            *_unit_backward(dY, cache)[1:],
        ),
    ),
)
def residual_backward(dY: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """dA, dW1 and dW2 from the gradient dY of `residual_forward`'s result."""
    return _unit_backward(dY, cache)


def _block(
    X: Any,
    f: int,
    filters: tuple,
    initializer: Callable,
    s: int | None = None,
    *,
    add: bool = True,
    end: bool = True,
    activated: bool = False,
    normalized: bool = True,
) -> Any:
    """A bottleneck block, its shortcut a convolution where a stride is given; or one that differs in one point."""
    from keras import layers

    def convolution(x, count, size, stride=1):
        x = layers.Conv2D(count, size, stride, padding="same", kernel_initializer=initializer(seed=0))(x)
        return layers.BatchNormalization(axis=3)(x)

    x = layers.ReLU()(convolution(X, filters[0], 1, s or 1))
    x = layers.ReLU()(convolution(x, filters[1], f))
    x = convolution(x, filters[2], 1)
    x = layers.ReLU()(x) if activated else x
    shortcut = X
    if s and normalized:
        shortcut = convolution(X, filters[2], 1, s)
    elif s:
        shortcut = layers.Conv2D(filters[2], 1, s, kernel_initializer=initializer(seed=0))(X)
    x = layers.Add()([x, shortcut]) if add else x
    return layers.ReLU()(x) if end else x


def _mistaken_identity(**changed: bool) -> Callable:
    return _described(lambda X, f, filters, initializer=random_uniform: _block(X, f, filters, initializer, **changed))


def _mistaken_convolutional(**changed: bool) -> Callable:
    return _described(
        lambda X, f, filters, s=2, initializer=glorot_uniform: _block(X, f, filters, initializer, s, **changed)
    )


def _identity_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case((5, 7, 6), 3, [2, 3, 6], label="X (m, 5, 7, 6), f = 3 and filters [2, 3, 6]")
    yield case((4, 3, 8), 2, (4, 5, 8), glorot_uniform, label="X (m, 4, 3, 8), f = 2, Glorot's initial weights")


@lesson.exercise(
    _identity_cases,
    Mistake("the input is missing in the sum: Add()([X, X_shortcut])", _mistaken_identity(add=False)),
    Mistake("the sum goes through a ReLU", _mistaken_identity(end=False)),
    Mistake("no ReLU between the third batch normalization and the sum", _mistaken_identity(activated=True)),
)
@_described
def identity_block(X: Any, f: int, filters: tuple, initializer: Callable = random_uniform) -> Any:
    """relu(X + F(X)): 1×1, f×f, 1×1 convolutions with batch normalization, ReLU after the first two."""
    return _block(X, f, filters, initializer)


def _convolutional_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case((6, 9, 4), 3, [2, 3, 5], label="X (m, 6, 9, 4), f = 3, filters [2, 3, 5] and s = 2")
    yield case((5, 7, 3), 2, (4, 2, 6), 1, label="X (m, 5, 7, 3), f = 2 and s = 1")
    yield case((7, 8, 4), 3, (3, 2, 5), 3, random_uniform, label="s = 3 and small uniform initial weights")


@lesson.exercise(
    _convolutional_cases,
    Mistake("the shortcut is missing in the sum", _mistaken_convolutional(add=False)),
    Mistake("the sum goes through a ReLU", _mistaken_convolutional(end=False)),
    Mistake("batch normalization belongs into the shortcut, too", _mistaken_convolutional(normalized=False)),
)
@_described
def convolutional_block(X: Any, f: int, filters: tuple, s: int = 2, initializer: Callable = glorot_uniform) -> Any:
    """relu(S(X) + F(X)): stride s in F's first convolution and in S, a 1×1 convolution with batch normalization."""
    return _block(X, f, filters, initializer, s)


def _count(n_C_prev: int, f: int, filters: tuple, projection: bool, bias: int = 1, norm: int = 4) -> int:
    layers = [(1, n_C_prev, filters[0]), (f, filters[0], filters[1]), (1, filters[1], filters[2])]
    layers += [(1, n_C_prev, filters[2])] if projection else []
    return sum(side * side * before * after + (bias + norm) * after for side, before, after in layers)


def _count_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(256, 3, [64, 64, 256], False, label="the first identity block of ResNet-50")
    yield case(256, 3, [128, 128, 512], True, label="the convolutional block after it")
    yield case(5, 2, (3, 4, 7), True, label="5 channels, f = 2 and filters (3, 4, 7)")


@lesson.exercise(
    _count_cases,
    Mistake(
        "every filter has a bias",
        lambda n_C_prev, f, filters, projection: _count(n_C_prev, f, filters, projection, bias=0),
    ),
    Mistake(
        "batch normalization keeps four numbers a channel, and two of them are not trained",
        lambda n_C_prev, f, filters, projection: _count(n_C_prev, f, filters, projection, norm=2),
    ),
    Mistake(
        "with a projection, the shortcut is a fourth convolution with batch normalization",
        lambda n_C_prev, f, filters, projection: _count(n_C_prev, f, filters, False),
    ),
    Mistake(
        "the projection is for some blocks only: look at the argument",
        lambda n_C_prev, f, filters, projection: _count(n_C_prev, f, filters, True),
    ),
)
def bottleneck_parameters(n_C_prev: int, f: int, filters: tuple, projection: bool) -> int:
    """Parameters of a block's convolutions, biases included, and of its batch normalizations, four a channel."""
    return _count(n_C_prev, f, filters, projection)


def _network(
    input_shape: tuple, classes: int, blocks: tuple = (3, 4, 6, 3), stem: int = 3, activation: str | None = "softmax"
) -> Any:
    """ResNet-50 as taught, or with other blocks, another padding or another end."""
    import keras
    from keras import layers

    inputs = keras.Input(input_shape)
    x = layers.Conv2D(64, 7, 2)(layers.ZeroPadding2D(stem)(inputs))
    x = layers.MaxPooling2D(3, 2)(layers.ReLU()(layers.BatchNormalization()(x)))
    for stage, count in enumerate(blocks):
        filters = [64 * 2**stage, 64 * 2**stage, 256 * 2**stage]
        x = _block(x, 3, filters, glorot_uniform, 2 if stage else 1)
        for _ in range(count - 1):
            x = _block(x, 3, filters, random_uniform)
    x = layers.Flatten()(layers.AveragePooling2D(2)(x))
    return keras.Model(inputs, layers.Dense(classes, activation=activation)(x))


@functools.cache
def _network_described(input_shape: tuple, classes: int, **changed: Any) -> dict:
    """A description of the network, kept: building it takes a second."""
    return _describe(_network(input_shape, classes, **changed), start=False)


@lesson.exercise(
    lambda rng: iter([case(label="64×64 images of 3 channels and 6 classes")]),
    Mistake(
        "the blocks of a stage are counted with its convolutional block: 3, 4, 6 and 3",
        lambda input_shape=(64, 64, 3), classes=6: _network_described(input_shape, classes, blocks=(4, 5, 7, 4)),
    ),
    Mistake(
        "pad the images by 3 pixels first: ZeroPadding2D((3, 3))",
        lambda input_shape=(64, 64, 3), classes=6: _network_described(input_shape, classes, stem=0),
    ),
    Mistake(
        "the last layer gives probabilities: activation softmax",
        lambda input_shape=(64, 64, 3), classes=6: _network_described(input_shape, classes, activation=None),
    ),
)
def ResNet50(input_shape: tuple[int, int, int] = (64, 64, 3), classes: int = 6) -> Any:
    """ResNet-50: padding 3, 7×7 convolution, stages of 3, 4, 6 and 3 blocks, 2×2 averages, softmax."""
    return _network_described(input_shape, classes)
