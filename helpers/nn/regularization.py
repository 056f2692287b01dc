"""Keeping a network from learning its training examples by heart: L2, dropout, early stopping."""

from dataclasses import dataclass, field

import numpy as np

from helpers.nn.initializers import Rng
from helpers.nn.optimizers import Parameters
from helpers.nn.validation import require_floats, require_positive, require_same_shape


def l2_cost(parameters: Parameters, lambd: float, m: int) -> float:
    """λ/(2m) · Σ‖W‖² over the weights, not the biases.

    Parameters
    ----------
    parameters : {"W1", "b1", …}; names that begin with W are weights
    lambd : λ, zero or positive
    m : examples that the cost is a mean over
    """
    _require_strength("l2_cost", lambd)
    return lambd / (2 * m) * sum(float(np.vdot(value, value)) for name, value in parameters.items() if name[0] == "W")


def l2_gradients(parameters: Parameters, gradients: Parameters, lambd: float, m: int) -> Parameters:
    """`gradients` with λ/m · W, the gradient of `l2_cost`, added to those of the weights; a new dictionary."""
    _require_strength("l2_gradients", lambd)
    return {
        name: value + lambd / m * parameters[name] if name[0] == "W" else value for name, value in gradients.items()
    }


def dropout_forward(A: np.ndarray, keep_prob: float, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    """Inverted dropout: each entry survives with probability `keep_prob` and is then divided by it.

    Parameters
    ----------
    A : floats of any shape
    keep_prob : in (0, 1]
    rng : draws one uniform number an entry

    Returns
    -------
    the dropped activations, whose expectation is A, and the mask for `dropout_backward`

    Srivastava et al., 2014.
    """
    require_floats("dropout_forward", "A", A)
    _require_probability("dropout_forward", keep_prob)
    mask = (rng.random(A.shape) < keep_prob).astype(A.dtype) / A.dtype.type(keep_prob)
    return A * mask, mask


def dropout_backward(dA: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The gradient through `dropout_forward`: what was dropped gets none."""
    require_same_shape("dropout_backward", "dA", dA, "mask", mask)
    return dA * mask


@dataclass
class EarlyStopping:
    """Remembers the best parameters and says when `patience` epochs have brought nothing better.

    Attributes
    ----------
    patience : epochs without improvement after which to stop
    best_cost, best_epoch, best_parameters : of the epoch with the lowest cost so far
    """

    patience: int
    best_cost: float = np.inf
    best_epoch: int = -1
    best_parameters: Parameters = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Refuse a patience that is not a positive integer."""
        require_positive("EarlyStopping", "patience", self.patience)

    def should_stop(self, epoch: int, cost: float, parameters: Parameters) -> bool:
        """Take note of an epoch's development cost; True where training should stop. A cost of nan never counts."""
        if cost < self.best_cost:
            self.best_cost, self.best_epoch = cost, epoch
            self.best_parameters = {name: value.copy() for name, value in parameters.items()}
        return epoch - self.best_epoch >= self.patience


def _require_strength(where: str, lambd: float) -> None:
    if not (np.isfinite(lambd) and lambd >= 0):
        raise ValueError(f"{where}: lambd is {lambd!r} but must be zero or a positive number")


def _require_probability(where: str, keep_prob: float) -> None:
    if not 0 < keep_prob <= 1:
        raise ValueError(f"{where}: keep_prob is {keep_prob!r} but must lie above 0 and at most at 1")
