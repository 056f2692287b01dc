"""Rules that move parameters against their gradients."""

import numpy as np

from helpers.nn.validation import require_positive, require_same_shape

Parameters = dict[str, np.ndarray]


def gradient_descent(parameters: Parameters, gradients: Parameters, learning_rate: float) -> Parameters:
    """θ ← θ − α dθ for every parameter; both dictionaries have the same keys and shapes. Returns a new one."""
    require_positive("gradient_descent", "learning_rate", learning_rate)
    if parameters.keys() != gradients.keys():
        unmatched = sorted(parameters.keys() ^ gradients.keys())
        raise ValueError(f"gradient_descent: parameters and gradients do not share the names {', '.join(unmatched)}")
    for name, value in parameters.items():
        require_same_shape("gradient_descent", f"gradients[{name!r}]", gradients[name], "the parameter", value)
    return {name: value - learning_rate * gradients[name] for name, value in parameters.items()}
