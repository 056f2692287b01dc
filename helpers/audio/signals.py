"""Sound as arrays of samples: levels, rates, one sound over another, and the spectrogram."""

import numpy as np

WINDOW, OVERLAP = 200, 120  # of the course: 101 frequencies, a column every 80 samples
FLOOR = 1e-10  # power density taken for silence


def mono(samples: np.ndarray) -> np.ndarray:
    """One channel (n,): the mean of those of (n, channels).

    Raises
    ------
    ValueError
        There is no sample.
    """
    samples = np.asarray(samples, np.float64)
    if samples.ndim not in (1, 2) or not samples.size:
        raise ValueError(f"mono: samples have shape {samples.shape}, expected (n,) or (n, channels) with n > 0")
    return samples if samples.ndim == 1 else samples.mean(axis=1)


def resample(samples: np.ndarray, rate: int, new_rate: int) -> np.ndarray:
    """Sound (n,) at another rate, (⌈n · new_rate / rate⌉,); what is above half the new rate is filtered out."""
    from scipy.signal import resample_poly

    samples = _require_sound("resample", samples)
    if int(rate) != rate or int(new_rate) != new_rate or rate <= 0 or new_rate <= 0:
        raise ValueError(f"resample: rates {rate} and {new_rate}, expected positive integers")
    return samples if rate == new_rate else resample_poly(samples, int(new_rate), int(rate))


def duration_ms(samples: np.ndarray, rate: int) -> int:
    """Length in milliseconds, rounded."""
    return round(1000 * len(samples) / rate)


def level_db(samples: np.ndarray) -> float:
    """Level 10 · log₁₀(mean of x²) in dB of full scale: 0 is a square wave from −1 to 1, silence is −∞."""
    samples = _require_sound("level_db", samples)
    with np.errstate(divide="ignore"):
        return float(10 * np.log10(np.mean(samples**2)))


def with_level(samples: np.ndarray, target_db: float) -> np.ndarray:
    """The sound, amplified so that its level is `target_db`; silence stays silence."""
    level = level_db(samples)
    gain = 0.0 if np.isinf(level) else target_db - level
    return np.asarray(samples) * 10 ** (gain / 20)


def overlay(
    background: np.ndarray, clip: np.ndarray, position_ms: float, rate: int, gain_db: float = 0.0
) -> np.ndarray:
    """A clip laid over a background, x + 10^(gain/20) · clip from a millisecond on.

    Parameters
    ----------
    background, clip : (n,), (k,)
    position_ms : where the clip starts; what reaches beyond the end of the background is left out
    rate : samples a second
    gain_db : amplification of the clip

    Returns
    -------
    float64 (n,), a new array

    Raises
    ------
    ValueError
        A sound is empty or has several channels, or the position lies outside of the background.
    """
    background, clip = _require_sound("overlay", background), _require_sound("overlay", clip)
    start = round(position_ms * rate / 1000)
    if not 0 <= start <= len(background):
        length = duration_ms(background, rate)
        raise ValueError(f"overlay: position_ms is {position_ms}, expected 0 to {length}, the length of the background")
    mixed = background.copy()
    end = min(start + len(clip), len(mixed))
    mixed[start:end] += 10 ** (gain_db / 20) * clip[: end - start]
    return mixed


def chime(rate: int, frequency: float = 1320.0, seconds: float = 0.4) -> np.ndarray:
    """A bell: two sines a fifth apart that die away, float64, amplitude below 0.5, silent at both ends."""
    if rate <= 3 * frequency or seconds <= 0:
        raise ValueError(f"chime: rate {rate}, {seconds} seconds: expected above {3 * frequency:.0f} and above 0")
    time = np.arange(round(seconds * rate)) / rate
    tone = np.sin(2 * np.pi * frequency * time) + np.sin(3 * np.pi * frequency * time)
    ends = np.minimum(1, np.minimum(time, time[::-1]) / 0.005)
    return 0.25 * tone * ends * np.exp(-6 * time / seconds)


def spectrogram(samples: np.ndarray, rate: int, window: int = WINDOW, overlap: int = OVERLAP) -> np.ndarray:
    """Power density |FFT(w · x)|² / (rate · Σw²) of overlapping pieces; w is a Hann window.

    Doubled except at 0 and rate / 2, since the frequencies below 0 are left out.
    Equal to `matplotlib.mlab.specgram` and, with the same window, to `scipy.signal.spectrogram`.

    Parameters
    ----------
    samples : (n,)
    rate : samples a second
    window, overlap : samples in a piece, and those that it shares with the next

    Returns
    -------
    float64 (window // 2 + 1, (n − overlap) // (window − overlap)), power / Hz; rows from 0 Hz to rate / 2. Ten seconds
    at 44,100 Hz give (101, 5511), the course's input.

    Raises
    ------
    ValueError
        The sound is empty, has several channels, or is shorter than a piece; or the pieces do not move on.
    """
    samples = _require_sound("spectrogram", samples)
    if not 0 <= overlap < window or len(samples) < window:
        raise ValueError(f"spectrogram: {len(samples)} samples, window {window}, overlap {overlap}: expected n ≥ w > o")
    taper = np.hanning(window)
    pieces = np.lib.stride_tricks.sliding_window_view(samples, window)[:: window - overlap]
    power = np.abs(np.fft.rfft(pieces * taper, axis=1)) ** 2 / (rate * np.sum(taper**2))
    power[:, 1 : -1 if window % 2 == 0 else None] *= 2
    return power.T


def decibels(power: np.ndarray) -> np.ndarray:
    """10 · log₁₀ of a power density, never below that of silence, −100 dB."""
    return 10 * np.log10(np.maximum(power, FLOOR))


def features(samples: np.ndarray, rate: int, target_db: float = -20.0) -> np.ndarray:
    """What the network hears: the spectrogram in decibels of the sound at one level, (dB + 70) / 20, (101, frames)."""
    return (decibels(spectrogram(with_level(samples, target_db), rate)) + 70) / 20


def _require_sound(where: str, samples: np.ndarray) -> np.ndarray:
    samples = np.asarray(samples, np.float64)
    if samples.ndim != 1 or not samples.size:
        raise ValueError(f"{where}: a sound has shape {samples.shape}, expected (n,) with n > 0: see mono")
    return samples
