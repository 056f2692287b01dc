"""The spectrogram against that of SciPy, on ten seconds of sound."""

import numpy as np
import pytest

from helpers.audio import signals
from tests.benchmarks.timing import compare


@pytest.mark.parametrize("rate", [11_025, 44_100])
def test_the_spectrogram_against_scipy(benchmark, rate):
    scipy_signal = pytest.importorskip("scipy.signal")
    sound = np.random.default_rng(0).standard_normal(10 * rate)
    options = {"window": np.hanning(signals.WINDOW), "noverlap": signals.OVERLAP, "detrend": False}
    ours, theirs = (
        lambda: signals.spectrogram(sound, rate),
        lambda: scipy_signal.spectrogram(sound, rate, **options)[2],
    )
    np.testing.assert_allclose(ours(), theirs(), rtol=1e-9, atol=1e-18)
    compare(benchmark, ours, theirs)
