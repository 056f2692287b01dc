"""Lessons on a network of two embeddings, encoder layers and a dense layer, which runs with drawn weights."""

import functools
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

from helpers.checks.engine import Lesson
from helpers.checks.outcomes import CheckFailed
from helpers.checks.transformer_classes import drawing, float64, in_numpy


class EncoderLesson(Lesson):
    """A lesson with a network to build; it gets fixed weights, in float64, and what it answers is compared.

    `networks` gives, by the name of its function, what builds and runs it; `on_tensors` names functions of tensors.
    """

    def __init__(self, name: str, networks: Mapping[str, Callable], on_tensors: Collection[str]) -> None:
        super().__init__(name)
        self.wrappers = dict.fromkeys(on_tensors, _in_numpy) | networks

    def check(self, function: Callable) -> None:
        """As `Lesson.check`."""
        wrapper = self.wrappers.get(getattr(function, "__name__", ""))
        super().check(wrapper(function) if wrapper else function)


def _in_numpy(function: Callable) -> Callable:
    @functools.wraps(function)
    def run(*args, **kwargs):
        with float64():
            return in_numpy(function(*args, **kwargs))

    return run


def with_drawn_weights(
    name: str, network: Any, tables: Mapping[str, int], inputs: list[np.ndarray], units: int | None = None
) -> tuple[list[float], Any]:
    """Dropout rate of each encoder layer, and the network's answers, however it was put together.

    Parameters
    ----------
    name : of the exercise
    network : what the learner's function returned
    tables : what each of the embeddings holds and how many, in the order in which weights are drawn
    inputs : arrays to read
    units : of the dense layer, where another number is a mistake of its own

    Raises
    ------
    CheckFailed
        It is no network, or has other layers.
    """
    if not hasattr(network, "layers"):
        raise CheckFailed(f"{name} returned {type(network).__name__}, expected a keras.Model")
    draw, layers = drawing(), _layers(name, network, tables, units)
    for layer in layers:
        layer.set_weights([draw(weight.shape) for weight in layer.get_weights()])
    return [layer.dropout_ffn.rate for layer in layers[len(tables) : -1]], in_numpy(network(inputs))


def _layers(name: str, network: Any, tables: Mapping[str, int], units: int | None) -> list[Any]:
    """Layers with weights in the order of drawing."""
    kinds = {kind: [] for kind in ("Embedding", "EncoderLayer", "Dense")}
    for layer in network.layers:
        if layer.weights:
            kinds.setdefault(type(layer).__name__, []).append(layer)
    rows = list(tables.values())
    embeddings = sorted(kinds.pop("Embedding"), key=lambda layer: layer.input_dim != rows[0])
    encoders, dense = kinds.pop("EncoderLayer"), kinds.pop("Dense")
    right_end = len(dense) == 1 and units in (None, dense[0].units)
    if [one.input_dim for one in embeddings] != rows or not right_end or kinds:
        found = ", ".join(type(layer).__name__ for layer in network.layers if layer.weights) or "none"
        wanted = ", ".join(f"an Embedding of {count} {what}" for what, count in tables.items())
        end = f"one Dense of {units} units" if units else "one Dense"
        raise CheckFailed(f"{name} has the layers {found}: expected {wanted}, EncoderLayers and {end}")
    return [*embeddings, *encoders, *dense]
