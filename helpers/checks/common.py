"""Cases and mistakes that several lessons share."""

from collections.abc import Iterator

import numpy as np

from helpers import nn
from helpers.checks.engine import Case, Mistake, case
from helpers.nn.optimizers import Parameters


def random_network(rng: np.random.Generator, *layer_dims: int) -> Parameters:
    """Parameters of a network whose biases are not zero either, so that a forgotten bias shows."""
    parameters = nn.initialize_network(layer_dims, rng)
    return {name: value + 0.1 * rng.standard_normal(value.shape) for name, value in parameters.items()}


def random_gradients(rng: np.random.Generator, parameters: Parameters) -> Parameters:
    """Gradients {"dW1", "db1", …} of the shapes of the parameters."""
    return {f"d{name}": rng.standard_normal(value.shape) for name, value in parameters.items()}


def cost_cases(rng: np.random.Generator) -> Iterator[Case]:
    """Probabilities and labels (1, m) for a mean cross-entropy."""
    yield case(np.array([[0.8, 0.9, 0.4]]), np.array([[1.0, 1.0, 0.0]]), label="3 examples")
    yield case(rng.uniform(0.05, 0.95, (1, 8)), np.arange(8).reshape(1, 8) % 2, label="8 examples")
    yield case(np.array([[0.3]]), np.array([[1]]), label="a single example")


COST_MISTAKES = (
    Mistake("the cost is a mean over the m examples: divide by m", lambda A, Y: nn.binary_cross_entropy(A, Y) * A.size),
)


def _climb(parameters: Parameters, gradients: Parameters, learning_rate: float = 1.2) -> Parameters:
    return {name: value + learning_rate * gradients[f"d{name}"] for name, value in parameters.items()}


UPDATE_MISTAKES = (Mistake("this climbs: subtract learning_rate · gradient", _climb),)
