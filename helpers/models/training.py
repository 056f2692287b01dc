"""What recipes of stored weights share: a float type, a warmed-up cosine schedule, weights without an optimizer."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

import keras


def in_float32() -> AbstractContextManager[None]:
    """Layers, variables and losses made inside are float32, whatever the notebook has asked for."""
    return _in_float_type("float32")


def in_float64() -> AbstractContextManager[None]:
    """The same for float64, in which another order of adding shows in the last digits only."""
    return _in_float_type("float64")


@contextmanager
def _in_float_type(name: str) -> Iterator[None]:
    policy, float_type = keras.config.dtype_policy(), keras.config.floatx()
    keras.config.set_floatx(name)
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_floatx(float_type)
        keras.config.set_dtype_policy(policy)


def warmed_up_cosine(peak: float, steps: int, rise: int) -> keras.optimizers.schedules.CosineDecay:
    """A learning rate that climbs from a tenth of its peak for `rise` steps, then falls to 0 along a cosine."""
    return keras.optimizers.schedules.CosineDecay(
        peak / 10, max(steps - rise, 1), warmup_target=peak, warmup_steps=rise
    )


def compile_warmed_up(model: keras.Model, loss: object, learning_rate: float, steps: int) -> None:
    """Compile for Adam, whose rate reaches its peak `learning_rate` after a tenth of the steps and then falls to 0."""
    schedule = warmed_up_cosine(learning_rate, steps, rise=max(steps // 10, 1))
    model.compile(keras.optimizers.Adam(schedule), loss, jit_compile=False)


def fit_stream(
    model: keras.Model,
    batches: Iterable,
    loss: keras.losses.Loss,
    *,
    steps: int,
    epochs: int,
    learning_rate: float,
    verbose: int = 0,
) -> list[float]:
    """Train by Adam on batches without end and return the mean loss of each epoch.

    Parameters
    ----------
    model : keras.Model
        Trained in place.
    batches : iterable of (inputs, targets)
    loss : keras.losses.Loss, or a function of targets and outputs
    steps, epochs : int
        Batches of an epoch, and epochs.
    learning_rate : float
        The peak, after a linear rise over the first twentieth of the steps.
    verbose : int
        What `fit` prints: 0 nothing, 2 a line an epoch.
    """
    schedule = warmed_up_cosine(learning_rate, steps * epochs, max(steps * epochs // 20, 1))
    model.compile(keras.optimizers.Adam(schedule), loss)
    history = model.fit(batches, steps_per_epoch=steps, epochs=epochs, verbose=verbose, shuffle=False)
    return history.history["loss"]


def without_optimizer(model: keras.Model) -> keras.Model:
    """A network of the same layers and weights; what an optimizer remembers would triple the stored file."""
    bare = type(model).from_config(model.get_config())
    bare.set_weights(model.get_weights())
    return bare
