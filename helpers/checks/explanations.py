"""Where two results differ, in the learner's terms: structure, then shape, then dtype, then values."""

import numbers
from typing import Any

import numpy as np

from helpers.checks.keras_models import describe_layer, describe_network, is_layer, is_network

RELATIVE_TOLERANCE = 1e-8  # float64 results of the same formula in another order differ by less than 1e-12
TOLERATED_ROUNDINGS = 100  # the tolerance, where the numbers themselves are less exact than that: 1.2e-5 in float32


def explain_difference(actual: Any, expected: Any, sizes: dict[int, str], place: str = "result") -> str | None:
    """The first difference between a result and the expected one, or None.

    Parameters
    ----------
    actual, expected : numbers, strings, arrays, TensorFlow's tensors and variables, Keras models and layers, and
        tuples, lists and dictionaries of them; of a tensor the dtype must be the expected one, and a variable is no
        tensor; models are compared by their layers and by what they answer
    sizes : lengths of the axes of the arguments with a description, to recognise a forgotten mean
    place : what `actual` is called in the explanation
    """
    if actual is None and expected is not None:
        return f"{place} is None: is a return statement or an assignment missing?"
    if isinstance(expected, dict):
        return _explain_dict(actual, expected, sizes, place)
    if isinstance(expected, tuple | list):
        return _explain_sequence(actual, expected, sizes, place)
    if is_network(expected):
        return _explain_network(actual, expected, sizes, place)
    if is_layer(expected):
        return _explain_layer(actual, expected, sizes, place)
    if hasattr(expected, "numpy"):
        return _explain_tensor(actual, expected, sizes, place)
    if isinstance(expected, np.ndarray | numbers.Number):
        return _explain_array(actual, expected, sizes, place)
    if isinstance(expected, np.random.RandomState | np.random.Generator):
        return None  # a stream moves on when numbers are drawn from it, which is no change in place
    return None if actual == expected else f"{place} is {actual!r}, expected {expected!r}"


def _explain_dict(actual: Any, expected: dict, sizes: dict[int, str], place: str) -> str | None:
    if not isinstance(actual, dict):
        return f"{place} is a {type(actual).__name__}, expected a dictionary with {_names(expected)}"
    if missing := expected.keys() - actual.keys():
        return f"{place} lacks {_names(sorted(missing))}"
    if extra := actual.keys() - expected.keys():
        return f"{place} has {_names(sorted(map(str, extra)))} besides {_names(expected)}"
    explained = (explain_difference(actual[key], expected[key], sizes, f"{place}[{key!r}]") for key in expected)
    return next(filter(None, explained), None)


def _explain_sequence(actual: Any, expected: tuple | list, sizes: dict[int, str], place: str) -> str | None:
    if not isinstance(actual, tuple | list):
        return f"{place} is a {type(actual).__name__}, expected {len(expected)} values"
    if len(actual) != len(expected):
        return f"{place} has {len(actual)} values, expected {len(expected)}"
    pairs = enumerate(zip(actual, expected, strict=True))
    return next(filter(None, (explain_difference(a, e, sizes, f"{place}[{i}]") for i, (a, e) in pairs)), None)


def _explain_network(actual: Any, expected: Any, sizes: dict[int, str], place: str) -> str | None:
    if not is_network(actual):
        return f"{place} is a {type(actual).__name__}, expected a Keras model"
    return _explain_dict(describe_network(actual), describe_network(expected), sizes, place)


def _explain_layer(actual: Any, expected: Any, sizes: dict[int, str], place: str) -> str | None:
    if not is_layer(actual):
        return f"{place} is a {type(actual).__name__}, expected a Keras layer"
    return _explain_dict(describe_layer(actual), describe_layer(expected), sizes, place)


def _explain_tensor(actual: Any, expected: Any, sizes: dict[int, str], place: str) -> str | None:
    if _tensor_kind(actual) != _tensor_kind(expected):
        return f"{place} is a {_tensor_kind(actual)}, expected a {_tensor_kind(expected)}"
    actual, expected = np.asarray(actual.numpy()), np.asarray(expected.numpy())
    if actual.shape == expected.shape and actual.dtype != expected.dtype:
        return f"{place} has dtype {actual.dtype}, expected {expected.dtype}"
    return _explain_array(actual, expected, sizes, place)


def _tensor_kind(value: Any) -> str:
    """What TensorFlow calls a value, told by its methods: TensorFlow is not imported for this."""
    if not hasattr(value, "numpy"):
        return type(value).__name__
    return "variable" if hasattr(value, "assign") else "tensor"


def _explain_array(actual: Any, expected: Any, sizes: dict[int, str], place: str) -> str | None:
    if not isinstance(actual, np.ndarray | numbers.Number):
        return f"{place} is a {type(actual).__name__}, expected {_kind(expected)}"
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape:
        return f"{place} has shape {actual.shape}, expected {expected.shape}{_shape_hint(actual, expected)}"
    if actual.dtype.kind != expected.dtype.kind and {actual.dtype.kind, expected.dtype.kind} != {"i", "u"}:
        return f"{place} has dtype {actual.dtype}, expected {expected.dtype}"
    if actual.dtype.kind == "f" and actual.dtype.itemsize < expected.dtype.itemsize:
        return f"{place} has dtype {actual.dtype}, which is less exact than the expected {expected.dtype}"
    if _close(actual, expected):
        return None
    return f"{place} {_first_difference(actual, expected)}{_value_hint(actual, expected, sizes)}"


def _shape_hint(actual: np.ndarray, expected: np.ndarray) -> str:
    if actual.ndim > 1 and actual.shape == expected.shape[::-1]:
        return ": is a transpose missing or one too many?"
    if actual.size == expected.size == 1:
        return ": a number is not an array of one number; .item() or float() takes it out"
    if actual.ndim < expected.ndim and actual.size == expected.size:
        return ": an axis was lost; keepdims=True or reshape keeps it"
    if actual.ndim == 0:
        return ": everything was reduced to one number; which axis should the sum, mean or maximum run over?"
    if actual.ndim == expected.ndim and sorted(actual.shape) == sorted(expected.shape):
        return ": are the axes in the wrong order?"
    if actual.ndim == expected.ndim > 1 and actual.size > expected.size:
        return ": is a sum over one axis missing, or did two arrays broadcast against each other?"
    return ""


def _close(actual: np.ndarray, expected: np.ndarray) -> bool:
    if expected.dtype.kind not in "fc":
        return bool(np.array_equal(actual, expected))
    scale = np.max(np.abs(expected), initial=0, where=np.isfinite(expected))
    rtol = _tolerance(expected)
    return bool(np.allclose(actual, expected, rtol=rtol, atol=rtol * min(scale, 1), equal_nan=True))


def _tolerance(expected: np.ndarray) -> float:
    if expected.dtype.kind not in "fc":
        return RELATIVE_TOLERANCE
    return max(RELATIVE_TOLERANCE, TOLERATED_ROUNDINGS * float(np.finfo(expected.dtype).eps))


def _first_difference(actual: np.ndarray, expected: np.ndarray) -> str:
    if actual.ndim == 0:
        return f"is {actual:.6g}, expected {expected:.6g}"
    unequal = ~np.isclose(actual, expected, rtol=_tolerance(expected), atol=0, equal_nan=True)
    index = tuple(int(i) for i in np.argwhere(unequal)[0])
    where = f"[{', '.join(map(str, index))}]"
    share = f"{unequal.sum()} of {unequal.size} values differ"
    return f"at {where} is {actual[index]:.6g}, expected {expected[index]:.6g} ({share})"


def _value_hint(actual: np.ndarray, expected: np.ndarray, sizes: dict[int, str]) -> str:
    if np.isnan(actual).any() and not np.isnan(expected).any():
        return ": not a number; 0 · log 0, 0 / 0 or ∞ − ∞ somewhere?"
    if np.isinf(actual).any() and np.isfinite(expected).all():
        return ": infinite; an overflow, log 0 or a division by zero?"
    if actual.dtype.kind == "b" or expected.dtype.kind == "b":
        return ": every answer is inverted" if np.array_equal(actual, ~expected) else ""
    if _close(actual, -expected):
        return ": the sign is wrong"
    if actual.ndim == 2 and actual.shape[0] == actual.shape[1] and _close(actual, expected.T):
        return ": the result is transposed"
    return _factor_hint(actual, expected, sizes)


def _factor_hint(actual: np.ndarray, expected: np.ndarray, sizes: dict[int, str]) -> str:
    scale = np.vdot(expected, expected)
    factor = float(np.vdot(expected, actual) / scale) if scale > 0 else 0.0
    if factor and _close(actual, factor * expected):
        for size, description in sizes.items():
            if np.isclose(abs(factor), size):
                return f": {factor:.6g} times too large, and there are {description}: a sum where a mean is expected?"
            if np.isclose(abs(factor), 1 / size):
                return f": {factor:.6g} of what it should be, and there are {description}: a mean too many?"
        if expected.size > 1:
            return f": every value is {factor:.6g} times the expected one"
    if expected.size > 1 and np.ptp(actual - expected) <= _tolerance(expected) * np.max(np.abs(expected)):
        return f": every value is off by {float(np.mean(actual - expected)):.6g}"
    return ""


def _kind(expected: Any) -> str:
    return f"an array of shape {expected.shape}" if isinstance(expected, np.ndarray) else "a number"


def _names(keys: Any) -> str:
    return ", ".join(repr(key) for key in keys)
