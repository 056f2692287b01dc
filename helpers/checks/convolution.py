"""Exercises of course 4, week 1: convolution and pooling, forward and backward, images as (m, height, width, channels).

In a tie the whole gradient of a maximum goes to every greatest value here, as the course's mask has it, while
`nn.max_pool_backward` gives it to the first; the cases of `pool_backward` have no ties.
"""

from collections.abc import Iterator

import numpy as np

from helpers import nn
from helpers.checks.engine import Case, Lesson, Mistake, case

lesson = Lesson("convolution, step by step")
check = lesson.check

Cache = tuple
Hyperparameters = dict[str, int]


def _pad_cases(rng: np.random.Generator) -> Iterator[Case]:
    for shape, pad in (((2, 3, 4, 2), 1), ((3, 2, 2, 1), 3), ((1, 4, 3, 3), 0)):
        yield case(rng.standard_normal(shape), pad, label=f"X {shape} and pad = {pad}")


@lesson.exercise(
    _pad_cases,
    Mistake("pad height and width only, not the examples", lambda X, pad: np.pad(X, ((pad, pad),) * 3 + ((0, 0),))),
    Mistake("the channels are not padded: axis 3 gets (0, 0)", lambda X, pad: np.pad(X, ((0, 0),) + ((pad, pad),) * 3)),
    Mistake("pad on both sides of height and of width", lambda X, pad: np.pad(X, ((0, 0), (0, pad), (0, pad), (0, 0)))),
    Mistake(
        "the border is zero, not a copy of the edge",
        lambda X, pad: np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)), mode="edge"),
    ),
)
def zero_pad(X: np.ndarray, pad: int) -> np.ndarray:
    """X (m, H, W, C) with a border of `pad` zeros: (m, H + 2 pad, W + 2 pad, C)."""
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))


def _single_cases(rng: np.random.Generator) -> Iterator[Case]:
    for f, channels in ((3, 2), (2, 4), (1, 1)):
        W, b = rng.standard_normal((f, f, channels)), rng.standard_normal((1, 1, 1))
        yield case(rng.standard_normal((f, f, channels)), W, b, label=f"a window {f}×{f}×{channels}")


@lesson.exercise(
    _single_cases,
    Mistake("b is added once, after the sum: not to each product", lambda a, W, b: float(np.sum(a * W + b))),
    Mistake("the products are summed, not averaged", lambda a, W, b: float(np.mean(a * W) + b.item())),
    Mistake("add the bias b", lambda a, W, b: float(np.sum(a * W))),
)
def conv_single_step(a_slice_prev: np.ndarray, W: np.ndarray, b: np.ndarray) -> float:
    """Σ a · W + b for one window (f, f, C), one filter (f, f, C) and its bias (1, 1, 1): a number."""
    return float(np.sum(a_slice_prev * W) + b.item())


def _size_cases(rng: np.random.Generator) -> Iterator[Case]:
    for sizes in (
        (28, 5, 0, 1),
        (28, 5, 2, 1),
        (32, 3, 1, 2),
        (7, 3, 0, 2),
        (64, 8, 0, 8),
        (9, 2, 3, 4),
        (10, 4, 0, 5),
    ):
        yield case(*sizes, label="n, f, pad, stride = {}, {}, {}, {}".format(*sizes))


@lesson.exercise(
    _size_cases,
    Mistake("padding is on both sides: 2·pad", lambda n, f, pad, stride: (n + pad - f) // stride + 1),
    Mistake("count the first window too: + 1", lambda n, f, pad, stride: (n + 2 * pad - f) // stride),
    Mistake("a window that does not fit is left out: round down", lambda n, f, p, s: -(-(n + 2 * p - f) // s) + 1),
)
def conv_output_size(n: int, f: int, pad: int, stride: int) -> int:
    """⌊(n + 2 pad − f) / stride⌋ + 1, the number of windows along a side."""
    return (n + 2 * pad - f) // stride + 1


def _layer_cases(rng: np.random.Generator) -> Iterator[Case]:
    for (m, H, W, C), (f, filters), pad, stride in (
        ((2, 5, 7, 3), (3, 4), 1, 2),
        ((1, 6, 4, 2), (2, 3), 0, 1),
        ((3, 4, 5, 1), (3, 2), 2, 3),
    ):
        kernels, b = rng.standard_normal((f, f, C, filters)), rng.standard_normal((1, 1, 1, filters))
        label = f"A_prev {(m, H, W, C)}, f = {f}, pad = {pad} and stride = {stride}"
        hparameters = {"pad": pad, "stride": stride}
        yield case(rng.standard_normal((m, H, W, C)), kernels, b, hparameters, label=label)


def _flipped(A_prev, W, b, hparameters):
    return conv_forward(A_prev, W[::-1, ::-1], b, hparameters)[0], (A_prev, W, b, hparameters)


def _transposed(A_prev, W, b, hparameters):
    return conv_forward(A_prev, W.swapaxes(0, 1), b, hparameters)[0], (A_prev, W, b, hparameters)


def _without_bias(A_prev, W, b, hparameters):
    return conv_forward(A_prev, W, 0 * b, hparameters)[0], (A_prev, W, b, hparameters)


@lesson.exercise(
    _layer_cases,
    Mistake("kernels are not flipped: deep learning's convolution is a cross-correlation", _flipped),
    Mistake("height goes with height: rows of the window with rows of the kernel", _transposed),
    Mistake("each filter c has its own bias b[:, :, :, c]", _without_bias),
)
def conv_forward(
    A_prev: np.ndarray, W: np.ndarray, b: np.ndarray, hparameters: Hyperparameters
) -> tuple[np.ndarray, Cache]:
    """Z (m, n_H, n_W, filters) and the cache (A_prev, W, b, hparameters), by `nn.conv2d_forward`."""
    Z, _ = nn.conv2d_forward(A_prev, W, b[0, 0, 0], hparameters["stride"], hparameters["pad"])
    return Z, (A_prev, W, b, hparameters)


def _pool_cases(rng: np.random.Generator) -> Iterator[Case]:
    for shape, f, stride, mode in (
        ((2, 5, 7, 3), 3, 2, "max"),
        ((2, 6, 4, 2), 2, 2, "average"),
        ((1, 4, 5, 1), 2, 1, "max"),
        ((3, 7, 5, 2), 3, 1, "average"),
    ):
        A_prev = rng.standard_normal(shape) - 3 * (f == 3)  # all negative in some: a maximum is not 0
        label = f"A_prev {shape}, f = {f}, stride = {stride} and mode = {mode!r}"
        yield case(A_prev, {"f": f, "stride": stride}, mode, label=label)


def _pool(A_prev, hparameters, mode):
    forward = nn.max_pool_forward if mode == "max" else nn.average_pool_forward
    return forward(A_prev, hparameters["f"], hparameters["stride"])


def _swapped_modes(A_prev, hparameters, mode="max"):
    other = {"max": "average", "average": "max"}[mode]
    return _pool(A_prev, hparameters, other)[0], (A_prev, hparameters)


def _over_channels(A_prev, hparameters, mode="max"):
    A = _pool(A_prev, hparameters, mode)[0]
    together = A.max(axis=3, keepdims=True) if mode == "max" else A.mean(axis=3, keepdims=True)
    return np.broadcast_to(together, A.shape).copy(), (A_prev, hparameters)


@lesson.exercise(
    _pool_cases,
    Mistake("'max' takes the greatest value, 'average' the mean", _swapped_modes),
    Mistake("every channel is pooled on its own: index channel c", _over_channels),
)
def pool_forward(A_prev: np.ndarray, hparameters: Hyperparameters, mode: str = "max") -> tuple[np.ndarray, Cache]:
    """A (m, n_H, n_W, C), the greatest or the mean value of each window, and the cache (A_prev, hparameters)."""
    return _pool(A_prev, hparameters, mode)[0], (A_prev, hparameters)


def _conv_backward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for one in _layer_cases(rng):
        Z, cache = conv_forward(*one.args)
        yield case(rng.standard_normal(Z.shape), cache, label=one.label)


def _scaled_gradients(*scales):
    def wrong(dZ, cache):
        scale = [1 / len(dZ) if one == "mean" else one for one in scales]
        return tuple(s * gradient for s, gradient in zip(scale, conv_backward(dZ, cache), strict=True))

    return wrong


def _flipped_back(dZ, cache):
    A_prev, W, b, hparameters = cache
    return conv_backward(dZ, (A_prev, W[::-1, ::-1], b, hparameters))[0], *conv_backward(dZ, cache)[1:]


@lesson.exercise(
    _conv_backward_cases,
    Mistake("the gradients are sums over the examples: the 1/m is in the cost", _scaled_gradients(1, "mean", "mean")),
    Mistake("db is the sum of dZ, of every example and place", _scaled_gradients(1, 1, 0)),
    Mistake("dA_prev adds W[:, :, :, c] · dZ: the kernel as it is, not flipped", _flipped_back),
)
def conv_backward(dZ: np.ndarray, cache: Cache) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """dA_prev, dW and db (1, 1, 1, filters) of the shapes of A_prev, W and b, by `nn.conv2d_backward`."""
    A_prev, W, b, hparameters = cache
    _, kept = nn.conv2d_forward(A_prev, W, b[0, 0, 0], hparameters["stride"], hparameters["pad"])
    dA_prev, dW, db = nn.conv2d_backward(dZ, kept)
    return dA_prev, dW, db.reshape(b.shape)


def _window_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(rng.standard_normal((2, 3)), label="a window 2×3")
    yield case(-rng.uniform(1, 2, (3, 3)), label="a window of negative values")
    yield case(np.array([[1.0, 4.0], [4.0, -4.0]]), label="the greatest value twice")


@lesson.exercise(
    _window_cases,
    Mistake("the mask is True at the greatest value, not elsewhere", lambda x: x != np.max(x)),
    Mistake("the greatest value, not the greatest magnitude", lambda x: np.abs(x) == np.max(np.abs(x))),
    Mistake("the greatest value of the whole window, not of each row", lambda x: x == x.max(axis=1, keepdims=True)),
)
def create_mask_from_window(x: np.ndarray) -> np.ndarray:
    """Booleans of the shape of x: True where x has its greatest value."""
    return x == np.max(x)


def _share_cases(rng: np.random.Generator) -> Iterator[Case]:
    for dz, shape in ((2.0, (2, 2)), (-1.5, (3, 2)), (4.0, (1, 1))):
        yield case(dz, shape, label=f"dz = {dz} and shape {shape}")


@lesson.exercise(
    _share_cases,
    Mistake("the shares add up to dz: divide by the number of cells", lambda dz, shape: np.full(shape, dz)),
    Mistake("divide by height · width", lambda dz, shape: np.full(shape, dz / shape[0])),
)
def distribute_value(dz: float, shape: tuple[int, int]) -> np.ndarray:
    """dz in equal shares over an array of this shape."""
    return np.full(shape, dz / (shape[0] * shape[1]))


def _pool_backward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for one in _pool_cases(rng):
        A, cache = pool_forward(*one.args)
        yield case(rng.standard_normal(A.shape), cache, one.args[2], label=one.label)


def _other_mode(dA, cache, mode="max"):
    return pool_backward(dA, cache, {"max": "average", "average": "max"}[mode])


def _last_wins(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, stride, dA_prev = hparameters["f"], hparameters["stride"], np.zeros_like(A_prev)
    for n, i, j, c in np.ndindex(dA.shape):
        place = n, slice(i * stride, i * stride + f), slice(j * stride, j * stride + f), c
        window = A_prev[place]
        share = create_mask_from_window(window) if mode == "max" else np.full(window.shape, 1 / window.size)
        dA_prev[place] = share * dA[n, i, j, c]
    return dA_prev


@lesson.exercise(
    _pool_backward_cases,
    Mistake("'max' sends the gradient through the mask, 'average' shares it out", _other_mode),
    Mistake("windows overlap where the stride is smaller than f: add with +=", _last_wins),
)
def pool_backward(dA: np.ndarray, cache: Cache, mode: str = "max") -> np.ndarray:
    """dA_prev of the shape of A_prev, by helpers.nn: to the greatest value of each window, or in equal shares."""
    A_prev, hparameters = cache
    backward = nn.max_pool_backward if mode == "max" else nn.average_pool_backward
    return backward(dA, _pool(A_prev, hparameters, mode)[1])
