"""Keras networks, described so that two of them can be compared: built differently, the same function all the same.

Nothing is imported from Keras: networks are told by their methods, so that checks of NumPy lessons stay light.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

_IMAGE_SCALES = (1, 1 / 255)  # bytes, and fractions: bytes drive a sigmoid to 0 or 1, where differences vanish
_RANDOM_SETTINGS = ("rate", "mode", "factor", "height_factor", "width_factor")


def is_network(value: Any) -> bool:
    """Whether a value is a Keras model."""
    return all(hasattr(value, name) for name in ("layers", "get_weights", "count_params", "trainable_weights"))


def is_layer(value: Any) -> bool:
    """Whether a value is a single Keras layer, no model."""
    layer = all(hasattr(value, name) for name in ("get_config", "get_weights", "count_params", "trainable_weights"))
    return layer and not hasattr(value, "layers")


def describe_layer(layer: Any) -> dict[str, Any]:
    """What a layer is, in values that can be compared: its class, its weights, what it learns and whether it masks."""
    return {
        "layer": type(layer).__name__,
        "trainable": layer.trainable,
        "mask_zero": bool(getattr(layer, "mask_zero", False)),
        "weights": layer.get_weights(),
    }


def describe_network(network: Any) -> dict[str, Any]:
    """What a network is and does, in values that can be compared.

    Layers without weights and without randomness are not listed: what they do shows in the answers. Answers are those
    to fixed random inputs with fixed random weights in the place of the network's own, which are put back. The vectors
    of a frozen embedding are what it was built for, so they are compared as they are.

    Parameters
    ----------
    network : keras.Model

    Returns
    -------
    dict
        Shapes of inputs and outputs, numbers of parameters, the layers with weights or randomness, and the answers. Of
        a network that does not know its input yet, the layers only.
    """
    layers = {"layers": [_named(layer) for layer in _leaves(network)]}
    if not network.built:
        return layers
    inputs, outputs = _shapes(network.input_shape), _shapes(network.output_shape)
    trainable = sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)
    described = {
        "inputs": inputs,
        "outputs": outputs,
        "parameters": network.count_params(),
        "trainable parameters": trainable,
    }
    return described | layers | _frozen_embeddings(network) | _behaviour(network, inputs)


def _shapes(shape: Any) -> list[tuple]:
    """Shapes of one or several inputs or outputs, without the batch."""
    several = shape if isinstance(shape, list) else [shape]
    return [tuple(one[1:]) for one in several]


def _leaves(network: Any) -> Iterator[Any]:
    """Layers that hold weights or draw random numbers, those of networks inside included."""
    for layer in network.layers:
        if hasattr(layer, "layers"):
            yield from _leaves(layer)
        elif layer.weights or _random_settings(layer):
            yield layer


def _frozen_embeddings(network: Any) -> dict[str, Any]:
    frozen = [leaf for leaf in _leaves(network) if type(leaf).__name__ == "Embedding" and not leaf.trainable]
    return {"frozen embeddings": [layer.get_weights()[0] for layer in frozen]} if frozen else {}


def _random_settings(layer: Any) -> dict[str, Any]:
    random = type(layer).__name__.startswith("Random") or "Dropout" in type(layer).__name__
    return {name: layer.get_config()[name] for name in _RANDOM_SETTINGS if random and name in layer.get_config()}


def _named(layer: Any) -> str:
    """Class of a layer with its random settings or the shapes of its weights."""
    facts = [f"{name}={value}" for name, value in _random_settings(layer).items()]
    facts += [str(tuple(weight.shape)) for weight in layer.weights]
    return f"{type(layer).__name__}({', '.join(facts)})"


def _behaviour(network: Any, inputs: list[tuple]) -> dict[str, Any]:
    """Answers to fixed random inputs, with fixed random weights."""
    own = network.get_weights()
    draw = np.random.RandomState(0)
    try:
        network.set_weights([_drawn(variable, draw) for variable in network.weights])
        x = [draw.uniform(0, 255, (2, *(side or 8 for side in shape))) for shape in inputs]
        x = [(one.T * _IMAGE_SCALES).T for one in x]
        x = x[0] if len(x) == 1 else x
        answers = network(x, training=False)
    finally:
        network.set_weights(own)
    several = answers if isinstance(answers, tuple | list) else [answers]
    return {"answers": [answer.numpy() for answer in several]}


def _drawn(variable: Any, draw: np.random.RandomState) -> np.ndarray:
    """Values for a weight that keep activations in range; variances are positive."""
    shape = tuple(variable.shape)
    if "variance" in variable.name or "gamma" in variable.name:
        return draw.uniform(0.5, 1.5, shape)
    fan_in = np.prod(shape[:-1]) if len(shape) > 1 else 10
    return draw.standard_normal(shape) * np.sqrt(2 / fan_in)
