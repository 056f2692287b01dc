"""Is a gradient right? Every entry of every parameter is moved a little, and the slope of the cost measured."""

from collections.abc import Callable

import numpy as np

from helpers.nn.optimizers import Parameters
from helpers.nn.validation import require_positive, require_same_shape


class GradientError(AssertionError):
    """A gradient differs from the measured slope; the message names parameter, index and both values."""


def numerical_gradients(
    cost: Callable[[Parameters], float], parameters: Parameters, epsilon: float = 1e-6
) -> Parameters:
    """(J(θ + ε) − J(θ − ε)) / 2ε for every entry θ of every parameter, in float64: two costs an entry.

    Parameters
    ----------
    cost : takes parameters like those given, returns a number
    parameters : arrays by name; integers are refused, the arrays are left as they were
    epsilon : the step; about 1e-6 balances truncation (ε²) against rounding (1e-16/ε)
    """
    require_positive("numerical_gradients", "epsilon", epsilon)
    moved = {name: _float64(name, value) for name, value in parameters.items()}
    gradients = {name: np.zeros_like(value) for name, value in moved.items()}
    for name, value in moved.items():
        for index in np.ndindex(value.shape):
            kept = value[index]
            value[index] = kept + epsilon
            above = cost(moved)
            value[index] = kept - epsilon
            gradients[name][index] = (above - cost(moved)) / (2 * epsilon)
            value[index] = kept
    return gradients


def check_gradients(
    cost: Callable[[Parameters], float],
    parameters: Parameters,
    gradients: Parameters,
    epsilon: float = 1e-6,
    tolerance: float = 1e-6,
) -> float:
    """Compare `gradients` with the measured slopes of `cost`.

    Returns
    -------
    the relative difference ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖) over all parameters together

    Raises
    ------
    GradientError
        It is above `tolerance`; the message names the entry that differs most.
    ValueError
        Gradients and parameters do not have the same names and shapes.
    """
    if parameters.keys() != gradients.keys():
        unmatched = ", ".join(sorted(parameters.keys() ^ gradients.keys()))
        raise ValueError(f"check_gradients: parameters and gradients do not share the names {unmatched}")
    for name, value in parameters.items():
        require_same_shape("check_gradients", f"gradients[{name!r}]", gradients[name], "the parameter", value)
    measured = numerical_gradients(cost, parameters, epsilon)
    difference = relative_difference(gradients, measured)
    if not difference <= tolerance:
        raise GradientError(f"{_largest_difference(gradients, measured)} (relative difference {difference:.2e})")
    return difference


def relative_difference(gradients: Parameters, measured: Parameters) -> float:
    """‖g − ĝ‖ / (‖g‖ + ‖ĝ‖) of two dictionaries of arrays of the same names and shapes; 0 where both are all zero."""
    g, h = (np.concatenate([np.ravel(values[name]) for name in gradients]) for values in (gradients, measured))
    size = np.linalg.norm(g) + np.linalg.norm(h)
    return float(np.linalg.norm(g - h) / size) if size else 0.0


def _float64(name: str, value: np.ndarray) -> np.ndarray:
    if not (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        raise TypeError(f"numerical_gradients: parameter {name!r} must be an array of floats")
    return value.astype(np.float64)


def _largest_difference(gradients: Parameters, measured: Parameters) -> str:
    errors = {name: np.abs(gradients[name] - measured[name]) for name in gradients}
    name = max(errors, key=lambda key: np.max(np.nan_to_num(errors[key], nan=np.inf), initial=0))
    index = np.unravel_index(np.nan_to_num(errors[name], nan=np.inf).argmax(), errors[name].shape)
    place = ", ".join(str(int(i)) for i in index)
    return f"{name}[{place}]: gradient {gradients[name][index]:.6g}, measured slope {measured[name][index]:.6g}"
