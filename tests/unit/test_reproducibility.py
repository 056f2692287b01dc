"""One seed repeats every stream; a bad seed is refused."""

import random
import subprocess
import sys

import numpy as np
import pytest

from helpers.reproducibility import seed_everything


def test_the_same_seed_repeats_pythons_and_numpys_numbers():
    draws = []
    for _ in range(2):
        seed_everything(7)
        draws.append((random.random(), np.random.rand()))
    assert draws[0] == draws[1]


def test_keras_is_seeded_where_it_is_loaded():
    keras = pytest.importorskip("keras")
    draws = []
    for _ in range(2):
        seed_everything(7)
        draws.append(np.asarray(keras.random.normal((3,))))
    np.testing.assert_array_equal(*draws)


def test_seeding_does_not_load_keras():
    code = "import sys; from helpers import reproducibility as r; r.seed_everything(1); print('keras' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True, "1", None])
def test_a_seed_that_is_no_32_bit_number_is_refused(seed):
    with pytest.raises(ValueError, match="must be an integer from 0"):
        seed_everything(seed)
