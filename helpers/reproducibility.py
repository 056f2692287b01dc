"""One seed for everything that draws random numbers."""

import random
import sys

import numpy as np


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and, only where it is loaded already, Keras, whose operations also become deterministic.

    Raises
    ------
    ValueError
        `seed` is not an integer in [0, 2³²).
    """
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or not 0 <= seed < 2**32:
        raise ValueError(f"seed_everything: seed is {seed!r} but must be an integer from 0 to {2**32 - 1}")
    random.seed(int(seed))
    np.random.seed(seed)
    if keras := sys.modules.get("keras"):
        keras.utils.set_random_seed(int(seed))
    if tensorflow := sys.modules.get("tensorflow"):
        tensorflow.config.experimental.enable_op_determinism()
