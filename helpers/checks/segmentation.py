"""Exercises of course 4, week 3: segmentation with U-Net. Keras is imported inside the functions.

A block is called on symbolic inputs; the network from these inputs to what it returns is compared by what it holds.
"""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from helpers import nn
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.strategy import segmentation

SYMBOLIC = {"conv_block": 1, "upsampling_block": 2, "unet_model": 0}  # how many arguments are tensors


class SegmentationLesson(Lesson):
    """A lesson some of whose functions take symbolic tensors; cases give their shapes."""

    def check(self, function: Callable) -> None:
        """As `Lesson.check`; a Keras graph is compared as a network, with how its kernels are drawn at first."""
        symbolic = SYMBOLIC.get(getattr(function, "__name__", ""))
        super().check(function if symbolic is None else _described(function, symbolic))


def _described(function: Callable, symbolic: int) -> Callable:
    """The function with shapes in the place of its first arguments, and a description in that of its result."""

    @functools.wraps(function)
    def described(*args, **kwargs):
        if symbolic and not isinstance(args[0], tuple):
            return function(*args, **kwargs)
        import keras

        inputs = [keras.Input(shape) for shape in args[:symbolic]]
        result = function(*inputs, *args[symbolic:], **kwargs)
        if symbolic and _is_graph(result):
            outputs = list(result) if isinstance(result, tuple | list) else result
            result = keras.Model(inputs if symbolic > 1 else inputs[0], outputs)
        return _with_initializers(result)

    return described


def _is_graph(result: Any) -> bool:
    several = result if isinstance(result, tuple | list) else [result]
    return all(hasattr(one, "_keras_history") for one in several)


def _with_initializers(network: Any) -> Any:
    """A network and the class of the initializer of each 3×3 convolution's kernel; any other value as it is."""
    if not hasattr(network, "count_params"):
        return network
    kernels = [layer for layer in network.layers if type(layer).__name__ == "Conv2D" and layer.kernel_size == (3, 3)]
    return {"network": network, "initializers": [type(layer.kernel_initializer).__name__ for layer in kernels]}


lesson = SegmentationLesson("segmentation with U-Net")
check = lesson.check


def _confusion_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([[5, 1], [2, 4]]), label="two classes")
    yield case(rng.integers(1, 50, (4, 4)), label="four classes")
    yield case(np.array([[3, 0, 2], [0, 0, 0], [1, 0, 6]]), label="a class that is nowhere")
    yield case(np.array([[3, 2, 2], [0, 0, 0], [1, 0, 6]]), label="a class that is only predicted")
    yield case(np.array([[7, 3, 0], [2, 8, 0], [4, 1, 0]]), label="a class that is never predicted")
    yield case(np.diag([4, 9, 1]), label="a perfect prediction, with a class of a single pixel")


def _ratio(confusion: np.ndarray, whole: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.diag(confusion) / whole(confusion)


@lesson.exercise(
    _confusion_cases,
    Mistake(
        "row and column share the diagonal: TP counts once in the union",
        lambda confusion: _ratio(confusion, lambda c: c.sum(axis=0) + c.sum(axis=1)),
    ),
    Mistake(
        "that is recall: pixels that were wrongly given this class belong to the union",
        lambda confusion: _ratio(confusion, lambda c: c.sum(axis=1)),
    ),
    Mistake(
        "that is precision: pixels of this class that were missed belong to the union",
        lambda confusion: _ratio(confusion, lambda c: c.sum(axis=0)),
    ),
)
def class_iou(confusion: np.ndarray) -> np.ndarray:
    """IoU of each class from the confusion matrix of the pixels; NaN for one that is nowhere."""
    return segmentation.class_iou(confusion)


@lesson.exercise(
    _confusion_cases,
    Mistake(
        "leave out a class that is in neither truth nor prediction",
        lambda confusion: float(np.nan_to_num(segmentation.class_iou(confusion)).mean()),
    ),
    Mistake("NaN is not ignored by np.mean", lambda confusion: float(segmentation.class_iou(confusion).mean())),
    Mistake(
        "every class counts the same, however many pixels it has",
        lambda confusion: float(np.nansum(segmentation.class_iou(confusion) * confusion.sum(axis=1)) / confusion.sum()),
    ),
    Mistake("that is the share of right pixels", segmentation.pixel_accuracy),
)
def mean_iou(confusion: np.ndarray) -> float:
    """Mean of the IoU over the classes that are somewhere."""
    return segmentation.mean_iou(confusion)


def _transposed_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(
        np.ones((1, 1, 1, 1)), rng.standard_normal((3, 3, 1, 1)), label="a single pixel, which prints the kernel"
    )
    yield case(rng.standard_normal((1, 3, 3, 1)), rng.standard_normal((3, 3, 1, 1)), label="3×3 pixels, stride 2")
    yield case(
        rng.standard_normal((2, 2, 5, 3)), rng.standard_normal((3, 3, 4, 3)), label="2×5 pixels, 3 channels to 4"
    )
    yield case(
        rng.standard_normal((2, 4, 3, 2)), rng.standard_normal((2, 2, 1, 2)), 2, label="a kernel without overlap"
    )
    yield case(rng.standard_normal((1, 4, 3, 2)), rng.standard_normal((3, 3, 2, 2)), 1, label="stride 1")
    yield case(rng.standard_normal((1, 3, 4, 2)), rng.standard_normal((4, 4, 3, 2)), stride=3, label="stride 3")


def _scattered(
    x: np.ndarray, W: np.ndarray, stride: int, *, add: bool = True, flipped: bool = False, step: int | None = None
) -> np.ndarray:
    """The transposed convolution, or what comes of a mistake in it."""
    m, height, width, _ = x.shape
    f, step = W.shape[0], step or stride
    kernel = W[::-1, ::-1] if flipped else W
    z = np.zeros((m, stride * (height - 1) + f, stride * (width - 1) + f, W.shape[2]))
    for i in range(height):
        for j in range(width):
            stamp = np.einsum("mc,uvkc->muvk", x[:, i, j], kernel)
            window = z[:, step * i : step * i + f, step * j : step * j + f]
            window[:] = stamp + window * add
    return z


@lesson.exercise(
    _transposed_cases,
    Mistake("stamps that overlap add up", lambda x, W, stride=2: _scattered(x, W, stride, add=False)),
    Mistake("the kernel is not flipped", lambda x, W, stride=2: _scattered(x, W, stride, flipped=True)),
    Mistake("neighbouring stamps begin `stride` pixels apart", lambda x, W, stride=2: _scattered(x, W, stride, step=1)),
)
def transposed_convolution(x: np.ndarray, W: np.ndarray, stride: int = 2) -> np.ndarray:
    """Each pixel of x times the kernel, laid down every `stride` pixels and added up: the backward pass to a picture.

    x (m, height, width, channels), W (f, f, filters, channels) as Keras stores it.
    """
    height, width = (stride * (side - 1) + W.shape[0] for side in x.shape[1:3])
    blank, bias = np.zeros((len(x), height, width, W.shape[2])), np.zeros(W.shape[3])
    _, cache = nn.conv2d_forward(blank, W, bias, stride)
    return nn.conv2d_backward(x, cache)[0]


def _convolutions(x: Any, n_filters: int, count: int = 2, padding: str = "same", relu: str | None = "relu") -> Any:
    from keras import layers

    for _ in range(count):
        x = layers.Conv2D(n_filters, 3, padding=padding, activation=relu, kernel_initializer="he_normal")(x)
    return x


def _down(inputs: Any, n_filters: int, dropout_prob: float, max_pooling: bool, **changed: Any) -> tuple[Any, Any]:
    """The taught block, or one that differs from it in the convolutions."""
    from keras import layers

    x = _convolutions(inputs, n_filters, **changed)
    x = layers.Dropout(dropout_prob)(x) if dropout_prob > 0 else x
    return (layers.MaxPooling2D(2)(x) if max_pooling else x), x


def _mistaken_down(pooled_skip: bool = False, dropped: bool = True, pooled: bool = True, **changed: Any) -> Callable:
    def wrong(inputs, n_filters=32, dropout_prob=0, max_pooling=True):
        both = _down(inputs, n_filters, dropout_prob * dropped, max_pooling and pooled, **changed)
        return (both[0], both[0]) if pooled_skip else both

    return _described(wrong, 1)


def _block_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case((8, 12, 3), label="a picture of 8×12 pixels and the default of 32 filters")
    yield case((8, 8, 5), 4, label="4 filters")
    yield case((6, 4, 2), 3, 0.3, label="dropout")
    yield case((4, 6, 2), 3, dropout_prob=0.25, max_pooling=False, label="dropout, and no pooling: the deepest block")
    yield case((4, 4, 3), 2, 0, False, label="neither dropout nor pooling")


@lesson.exercise(
    _block_cases,
    Mistake("next_layer is pooled where max_pooling is true", _mistaken_down(pooled=False)),
    Mistake("the skip connection takes what is there before the pooling", _mistaken_down(pooled_skip=True)),
    Mistake("dropout comes after the two convolutions where dropout_prob is above 0", _mistaken_down(dropped=False)),
    Mistake("there are two convolutions", _mistaken_down(count=1)),
    Mistake("each convolution has a ReLU", _mistaken_down(relu=None)),
)
@functools.partial(_described, symbolic=1)
def conv_block(inputs: Any, n_filters: int = 32, dropout_prob: float = 0, max_pooling: bool = True) -> tuple[Any, Any]:
    """next_layer and skip: two 3×3 convolutions with ReLU (he_normal), then dropout; with and without pooling."""
    return _down(inputs, n_filters, dropout_prob, max_pooling)


def _up(
    expansive: Any, contractive: Any, n_filters: int, order: int = 1, count: int = 2, relu: str | None = None
) -> Any:
    """The taught block, or one that differs from it in one point; order -1 joins the other way round, 0 not at all."""
    from keras import layers

    x = layers.Conv2DTranspose(n_filters, 3, strides=2, padding="same", activation=relu)(expansive)
    x = layers.Concatenate(axis=3)([x, contractive][::order]) if order else x
    return _convolutions(x, n_filters, count)


def _mistaken_up(**changed: Any) -> Callable:
    def wrong(expansive_input, contractive_input, n_filters=32):
        return _up(expansive_input, contractive_input, n_filters, **changed)

    return _described(wrong, 2)


def _upsampling_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case((3, 4, 6), (6, 8, 5), label="6 channels of 3×4 and 5 of 6×8, and 32 filters")
    yield case((2, 2, 4), (4, 4, 2), 3, label="3 filters")
    yield case((5, 1, 2), (10, 2, 4), n_filters=2, label="odd sides")


@lesson.exercise(
    _upsampling_cases,
    Mistake("join first what comes from below, then the skip", _mistaken_up(order=-1)),
    Mistake("contractive_input is not joined", _mistaken_up(order=0)),
    Mistake("two convolutions follow", _mistaken_up(count=1)),
    Mistake("the transposed convolution has no activation", _mistaken_up(relu="relu")),
)
@functools.partial(_described, symbolic=2)
def upsampling_block(expansive_input: Any, contractive_input: Any, n_filters: int = 32) -> Any:
    """Conv2DTranspose 3×3 of stride 2, joined with contractive_input, and two convolutions as in conv_block."""
    return _up(expansive_input, contractive_input, n_filters)


def _network_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case((16, 32, 3), 2, 5, label="pictures of 16×32, 2 filters, 5 classes")
    yield case((32, 16, 1), n_filters=3, n_classes=2, label="gray pictures of 32×16, 3 filters, 2 classes")


def _network(
    input_size: tuple,
    n_filters: int,
    n_classes: int,
    *,
    dropout: float = 0.3,
    last: bool = True,
    answer: str | None = None,
) -> Any:
    """The taught network, or one that differs from it in one point."""
    import keras
    from keras import layers

    inputs = x = keras.Input(input_size)
    skips = []
    for level in range(4):
        x, skip = _down(x, n_filters * 2**level, dropout if level == 3 else 0, True)
        skips.append(skip)
    x = _down(x, n_filters * 16, dropout, False)[0]
    for level in (3, 2, 1, 0):
        x = _up(x, skips[level], n_filters * 2**level)
    x = _convolutions(x, n_filters, 1) if last else x
    return keras.Model(inputs, layers.Conv2D(n_classes, 1, padding="same", activation=answer)(x))


def _mistaken(**changed: Any) -> Callable:
    def wrong(input_size=(96, 128, 3), n_filters=32, n_classes=23):
        return _network(input_size, n_filters, n_classes, **changed)

    return _described(wrong, 0)


@lesson.exercise(
    _network_cases,
    Mistake("the two deepest blocks have dropout of 0.3", _mistaken(dropout=0)),
    Mistake("a 3×3 convolution of n_filters stands before the 1×1 convolution", _mistaken(last=False)),
    Mistake("the answers are logits: no softmax here, the loss does it", _mistaken(answer="softmax")),
)
@functools.partial(_described, symbolic=0)
def unet_model(input_size: tuple[int, int, int] = (96, 128, 3), n_filters: int = 32, n_classes: int = 23) -> Any:
    """Four blocks down, one at the bottom, four up, a 3×3 convolution and a 1×1 convolution to the logits."""
    return _network(input_size, n_filters, n_classes)


def _boundary_cases(rng: np.random.Generator) -> Iterator[Case]:
    half = np.repeat([[0, 0, 0, 1, 1, 1]], 4, axis=0)
    yield case(half, label="a border between two columns")
    yield case(half.T.copy(), label="a border between two rows")
    yield case(half, 2, label="two pixels on either side")
    lone = np.zeros((7, 8), int)
    lone[3, 4] = 5
    yield case(lone, label="a lone pixel: its neighbours across corners count too")
    yield case(lone, 2, label="a lone pixel and radius 2")
    yield case(np.full((3, 4), 2), 1, label="a single class: no border, and none at the edge")
    yield case(half, 0, label="radius 0: no pixel differs from itself")
    yield case(rng.integers(0, 3, (9, 11)) // 2, radius=1, label="a random mask")
    yield case(np.kron(rng.integers(0, 4, (3, 4)), np.ones((5, 5), int)), radius=2, label="random squares")


def _wrapped(mask, radius=1):
    around = range(-radius, radius + 1)
    return np.any([np.roll(mask, (i, j), (0, 1)) != mask for i in around for j in around], axis=0)


def _along_axes(mask, radius=1):
    rows = [segmentation.near_boundary(row[None], radius)[0] for row in mask]
    columns = [segmentation.near_boundary(column[None], radius)[0] for column in mask.T]
    return np.stack(rows) | np.stack(columns).T


@lesson.exercise(
    _boundary_cases,
    Mistake("np.roll brings in the far edge of the picture: nothing is beyond the edge", _wrapped),
    Mistake("diagonal neighbours count too", _along_axes),
    Mistake(
        "look `radius` pixels far, not one", lambda mask, radius=1: segmentation.near_boundary(mask, min(radius, 1))
    ),
)
def near_boundary(mask: np.ndarray, radius: int = 1) -> np.ndarray:
    """Pixels of a mask (height, width) with another class at most `radius` rows and columns away, bool."""
    return segmentation.near_boundary(mask, radius)
