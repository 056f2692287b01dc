"""Refusing bad input at the door: each message names the function, the argument, what came and what was expected."""

import numpy as np


def require_matrix(where: str, name: str, value: np.ndarray) -> None:
    """Refuse anything but a two-dimensional floating-point array.

    Raises
    ------
    TypeError
        `value` is not an array of floats.
    ValueError
        `value` is not two-dimensional.
    """
    require_floats(where, name, value)
    if value.ndim != 2:
        raise ValueError(f"{where}: {name} has shape {value.shape} but must be a matrix (features, examples)")


def require_floats(where: str, name: str, value: np.ndarray) -> None:
    """Refuse anything but an array of floating-point numbers (`TypeError`)."""
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{where}: {name} is a {type(value).__name__} but must be a NumPy array")
    if value.dtype.kind != "f":
        raise TypeError(f"{where}: {name} has dtype {value.dtype} but must be floating-point")


def require_same_shape(where: str, name: str, value: np.ndarray, other_name: str, other: np.ndarray) -> None:
    """Refuse two arrays of different shapes (`ValueError`): nothing is broadcast by accident."""
    if np.shape(value) != np.shape(other):
        raise ValueError(f"{where}: {name} has shape {np.shape(value)} but {other_name} has shape {np.shape(other)}")


def require_known(where: str, name: str, value: str, known: dict) -> None:
    """Refuse a name that is not a key of `known` (`ValueError`)."""
    if value not in known:
        raise ValueError(f"{where}: {name} is {value!r} but must be one of {', '.join(map(repr, known))}")


def require_positive(where: str, name: str, value: float) -> None:
    """Refuse a number that is not above zero and finite (`ValueError`)."""
    if not (np.isscalar(value) and np.isfinite(value) and value > 0):
        raise ValueError(f"{where}: {name} is {value!r} but must be a positive number")
