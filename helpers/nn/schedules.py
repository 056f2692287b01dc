"""Learning rates that fall as training goes on: each factory returns a function of the step or epoch, from 0."""

from collections.abc import Callable

from helpers.nn.validation import require_positive

Schedule = Callable[[int], float]


def inverse_time_decay(learning_rate: float, decay_rate: float) -> Schedule:
    """α(t) = α₀ / (1 + decay_rate · t)."""
    require_positive("inverse_time_decay", "learning_rate", learning_rate)
    require_positive("inverse_time_decay", "decay_rate", decay_rate)
    return lambda step: learning_rate / (1 + decay_rate * step)


def step_decay(learning_rate: float, decay_rate: float, interval: int) -> Schedule:
    """α(t) = α₀ / (1 + decay_rate · ⌊t / interval⌋): the rate falls once an `interval`."""
    decayed = inverse_time_decay(learning_rate, decay_rate)
    require_positive("step_decay", "interval", interval)
    return lambda step: decayed(step // interval)


def exponential_decay(learning_rate: float, decay_rate: float) -> Schedule:
    """α(t) = α₀ · decay_rate^t, with decay_rate in (0, 1)."""
    require_positive("exponential_decay", "learning_rate", learning_rate)
    if not 0 < decay_rate < 1:
        raise ValueError(f"exponential_decay: decay_rate is {decay_rate!r} but must lie between 0 and 1")
    return lambda step: learning_rate * decay_rate**step
