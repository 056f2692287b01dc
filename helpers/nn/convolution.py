"""Convolution and pooling of images (m, height, width, channels): windows of the input times one matrix of kernels.

What deep learning calls convolution is a cross-correlation: kernels are not flipped (Dumoulin and Visin, 2016).
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from helpers.nn.validation import require_floats, require_known

Padding = str | int | tuple[tuple[int, int], tuple[int, int]]
BYTES_AT_ONCE = 2**20  # of unfolded windows: what a core's second-level cache holds


def conv2d_forward(
    x: np.ndarray, W: np.ndarray, b: np.ndarray, stride: int = 1, padding: Padding = "valid"
) -> tuple[np.ndarray, tuple]:
    """z[n, i, j, k] = Σ x[n, s·i + u, s·j + v, c] W[u, v, c, k] + b[k] over the kernel's u, v and the channels c.

    Parameters
    ----------
    x : floats (m, height, width, channels)
    W, b : floats (kernel height, kernel width, channels, filters) and (filters,), of the dtype of x
    padding : "valid" (none), "same" (as many windows as height / stride rounded up, as TensorFlow pads),
        a number of pixels on every side, or ((top, bottom), (left, right))

    Returns
    -------
    z (m, ⌊(height + padding − kernel height)/stride⌋ + 1, likewise for the width, filters), and the cache

    Raises
    ------
    TypeError, ValueError
        An argument is no array of floats, shapes or dtypes do not fit, or a window is larger than the padded input.
    """
    _require_kernels(x, W, b)
    pads = _pads("conv2d_forward", x, W.shape[:2], stride, padding)
    padded = np.pad(x, ((0, 0), *pads, (0, 0))) if np.any(pads) else x
    windows = _windows(padded, *W.shape[:2], stride)
    z = np.empty((*windows.shape[:3], W.shape[3]), x.dtype)
    for some in _batches(windows):
        rows = z[some].reshape(-1, W.shape[3])
        np.matmul(_unfolded(windows[some]), W.reshape(-1, W.shape[3]), out=rows)
        rows += b
    return z, (padded, W, stride, pads)


def conv2d_backward(dz: np.ndarray, cache: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """dx, dW and db, of the shapes of x, W and b, from the gradient dz of `conv2d_forward`'s result.

    dW is the unfolded windows, transposed, times dz; dx adds dz times each kernel pixel back to where it looked.
    """
    padded, W, stride, pads = cache
    windows = _windows(padded, *W.shape[:2], stride)
    _require_gradient("conv2d_backward", dz, (*windows.shape[:3], W.shape[3]))
    dx, dW = np.zeros_like(padded), np.zeros((windows[0, 0, 0].size, W.shape[3]), W.dtype)
    db = np.zeros(W.shape[3], W.dtype)
    transposed = np.ascontiguousarray(W.swapaxes(2, 3))
    for some in _batches(windows):
        rows = dz[some].reshape(-1, W.shape[3])
        dW += _unfolded(windows[some]).T @ rows
        db += np.ones(len(rows), W.dtype) @ rows
        for u, v, seen in _offsets(dx[some], windows.shape, stride):
            seen += (rows @ transposed[u, v]).reshape(seen.shape)
    return _cropped(dx, pads), dW.reshape(W.shape), db


def max_pool_forward(
    x: np.ndarray, size: int, stride: int | None = None, padding: Padding = "valid"
) -> tuple[np.ndarray, tuple]:
    """The greatest value of each size × size window and channel of x (m, height, width, channels), and the cache.

    `stride` is `size` where it is not given; padding, as in `conv2d_forward`, never wins.
    """
    stride, pads, padded = _pooled("max_pool_forward", x, size, stride, padding, -np.inf)
    shape = _windows(padded, size, size, stride).shape
    a = np.full((*shape[:3], shape[5]), -np.inf, x.dtype)
    for _, _, seen in _offsets(padded, shape, stride):
        np.maximum(a, seen, out=a)
    return a, (padded, a, shape, stride, pads)


def max_pool_backward(da: np.ndarray, cache: tuple) -> np.ndarray:
    """dx from the gradient da of `max_pool_forward`'s result: each goes to the first greatest value of its window."""
    padded, a, shape, stride, pads = cache
    _require_gradient("max_pool_backward", da, a.shape)
    dx, unclaimed = np.zeros_like(padded), np.ones(a.shape, bool)
    pairs = zip(_offsets(padded, shape, stride), _offsets(dx, shape, stride), strict=True)
    for (_, _, seen), (_, _, gradient) in pairs:
        here = (seen == a) & unclaimed
        gradient += da * here
        unclaimed &= ~here
    return _cropped(dx, pads)


def average_pool_forward(
    x: np.ndarray, size: int, stride: int | None = None, padding: Padding = "valid"
) -> tuple[np.ndarray, tuple]:
    """The mean of each size × size window and channel of x (m, height, width, channels), and the cache.

    `stride` is `size` where it is not given; padding, as in `conv2d_forward`, is not counted in the mean.
    """
    stride, pads, padded = _pooled("average_pool_forward", x, size, stride, padding, 0.0)
    inside = np.pad(np.ones((1, *x.shape[1:3], 1), x.dtype), ((0, 0), *pads, (0, 0)))
    count = _windows(inside, size, size, stride).sum(axis=(3, 4))
    shape = _windows(padded, size, size, stride).shape
    total = sum(seen for _, _, seen in _offsets(padded, shape, stride))
    return total / count, (padded.shape, count, shape, stride, pads)


def average_pool_backward(da: np.ndarray, cache: tuple) -> np.ndarray:
    """dx from the gradient da of `average_pool_forward`'s result: every pixel of a window gets an equal share."""
    padded_shape, count, shape, stride, pads = cache
    _require_gradient("average_pool_backward", da, (*shape[:3], shape[5]))
    dx, share = np.zeros(padded_shape, da.dtype), da / count
    for _, _, gradient in _offsets(dx, shape, stride):
        gradient += share
    return _cropped(dx, pads)


def _windows(x: np.ndarray, height: int, width: int, stride: int) -> np.ndarray:
    """View (m, rows, columns, height, width, channels) of all windows: no number is copied."""
    rows, columns = ((x.shape[axis] - size) // stride + 1 for axis, size in ((1, height), (2, width)))
    example, row, column, channel = x.strides
    strides = (example, stride * row, stride * column, row, column, channel)
    return as_strided(x, (len(x), rows, columns, height, width, x.shape[3]), strides, writeable=False)


def _unfolded(windows: np.ndarray) -> np.ndarray:
    """A window a row (m · rows · columns, height · width · channels): im2col."""
    return windows.reshape(-1, math.prod(windows.shape[3:]))


def _batches(windows: np.ndarray) -> Iterator[slice]:
    """Slices of examples whose unfolded windows stay in the cache."""
    size = max(1, BYTES_AT_ONCE // max(1, windows[:1].nbytes))
    yield from (slice(start, start + size) for start in range(0, len(windows), size))


def _offsets(x: np.ndarray, shape: tuple[int, ...], stride: int) -> Iterator[tuple[int, int, np.ndarray]]:
    """For each pixel (u, v) of the windows of this shape: the view (m, rows, columns, channels) of what it looks at."""
    _, rows, columns, height, width, _ = shape
    for u in range(height):
        for v in range(width):
            yield u, v, x[:, u : u + stride * rows : stride, v : v + stride * columns : stride]


def _cropped(dx: np.ndarray, pads: tuple) -> np.ndarray:
    (top, bottom), (left, right) = pads
    return dx[:, top : dx.shape[1] - bottom, left : dx.shape[2] - right]


def _pads(where: str, x: np.ndarray, size: tuple[int, int], stride: int, padding: Padding) -> tuple:
    """Pixels before and after the rows, and the columns."""
    if not (isinstance(stride, int | np.integer) and stride > 0):
        raise ValueError(f"{where}: stride is {stride!r} but must be a positive integer")
    if isinstance(padding, str):
        require_known(where, "padding", padding, {"valid": 0, "same": 1})
        pads = tuple(
            _same(n, f, stride) if padding == "same" else (0, 0) for n, f in zip(x.shape[1:3], size, strict=True)
        )
    else:
        pads = ((padding,) * 2,) * 2 if isinstance(padding, int | np.integer) else padding
    if np.shape(pads) != (2, 2) or np.min(pads) < 0:
        raise ValueError(f"{where}: padding is {padding!r} but must be pixels ≥ 0: p or ((top, bottom), (left, right))")
    for name, n, f, pad in zip(("height", "width"), x.shape[1:3], size, pads, strict=True):
        if not 0 < f <= n + sum(pad):
            raise ValueError(f"{where}: a window of {name} {f} does not fit x {x.shape} padded by {pad}")
    return pads


def _same(n: int, size: int, stride: int) -> tuple[int, int]:
    total = max((-(-n // stride) - 1) * stride + size - n, 0)
    return total // 2, total - total // 2


def _pooled(where: str, x: np.ndarray, size: int, stride: int | None, padding: Padding, outside: float) -> tuple:
    """The stride, the pads, and x padded with the value `outside`."""
    _require_images(where, x)
    stride = size if stride is None else stride
    pads = _pads(where, x, (size, size), stride, padding)
    return stride, pads, np.pad(x, ((0, 0), *pads, (0, 0)), constant_values=outside)


def _require_images(where: str, x: np.ndarray) -> None:
    require_floats(where, "x", x)
    if x.ndim != 4:
        raise ValueError(f"{where}: x has shape {x.shape} but must be (examples, height, width, channels)")


def _require_kernels(x: np.ndarray, W: np.ndarray, b: np.ndarray) -> None:
    where = "conv2d_forward"
    _require_images(where, x)
    for name, value in (("W", W), ("b", b)):
        require_floats(where, name, value)
        if value.dtype != x.dtype:
            raise TypeError(f"{where}: {name} has dtype {value.dtype} but x has dtype {x.dtype}")
    if W.ndim != 4:
        raise ValueError(f"{where}: W has shape {W.shape} but must be (height, width, channels, filters)")
    if W.shape[2] != x.shape[3]:
        raise ValueError(f"{where}: x has {x.shape[3]} channels but W expects {W.shape[2]}")
    if b.shape != (W.shape[3],):
        raise ValueError(f"{where}: b has shape {b.shape} but W asks for {(W.shape[3],)}")


def _require_gradient(where: str, gradient: np.ndarray, shape: tuple[int, ...]) -> None:
    require_floats(where, "the gradient", gradient)
    if gradient.shape != shape:
        raise ValueError(f"{where}: the gradient has shape {gradient.shape} but the result had {shape}")
