"""Backgrounds made of noise: rain, a street, and a café full of people whose words nobody can follow."""

from collections.abc import Sequence

import numpy as np

from helpers.audio.signals import with_level

KINDS = ("rain", "street", "café")


def coloured_noise(samples: int, rate: int, slope: float, random: np.random.RandomState) -> np.ndarray:
    """Noise whose power falls as frequency^(−slope): 0 is white, 1 pink, 2 brown; float64 (samples,), level −20 dB."""
    spectrum = np.fft.rfft(random.standard_normal(samples))
    frequency = np.maximum(np.fft.rfftfreq(samples, 1 / rate), 20)
    return with_level(np.fft.irfft(spectrum * frequency ** (-slope / 2), samples), -20)


def rain(seconds: float, rate: int, random: np.random.RandomState) -> np.ndarray:
    """A hiss of white noise, and drops: short bursts at random moments."""
    samples = round(seconds * rate)
    sound = coloured_noise(samples, rate, 0.3, random)
    drop = np.exp(-np.arange(round(0.02 * rate)) / (0.003 * rate))
    hits = np.zeros(samples)
    count = random.poisson(12 * seconds)
    hits[random.randint(0, samples, count)] = random.exponential(1.0, count)
    splashes = np.convolve(hits, drop, mode="full")[:samples] * random.standard_normal(samples)
    return with_level(sound + 0.3 * splashes, -20)


def street(seconds: float, rate: int, random: np.random.RandomState) -> np.ndarray:
    """A low rumble that swells as cars pass, with the hum of engines."""
    samples = round(seconds * rate)
    time = np.arange(samples) / rate
    sound = 0.6 * coloured_noise(samples, rate, 1.6, random)
    for _ in range(max(1, round(seconds / 5))):
        passing = np.exp(-(((time - random.uniform(0, seconds)) / random.uniform(0.8, 2.0)) ** 2))
        pitch = random.uniform(60, 140)
        engine = sum(np.sin(2 * np.pi * k * pitch * time + random.uniform(0, 6)) / k for k in range(1, 6))
        sound += passing * (coloured_noise(samples, rate, 0.9, random) + 0.04 * engine)
    return with_level(sound, -20)


def cafe(seconds: float, rate: int, random: np.random.RandomState, words: Sequence[np.ndarray] = ()) -> np.ndarray:
    """Babble: a crowd of words on top of each other, none of them to be understood, over pink noise.

    Parameters
    ----------
    seconds, rate : length, and samples a second
    random : RandomState
    words : clips (n,) at that rate; some eight sound at a time
    """
    samples = round(seconds * rate)
    sound = np.zeros(samples)
    if len(words):
        mean = np.mean([len(word) for word in words])
        for _ in range(round(8 * samples / mean)):
            word = words[random.randint(len(words))]
            start = random.randint(0, samples)
            piece = word[: samples - start]
            sound[start : start + len(piece)] += random.uniform(0.3, 1.0) * piece
        sound = with_level(sound, -20)
    return with_level(sound + 0.4 * coloured_noise(samples, rate, 1.0, random), -20)


def background(
    kind: str, seconds: float, rate: int, random: np.random.RandomState, words: Sequence[np.ndarray] = ()
) -> np.ndarray:
    """A background of a kind of KINDS, float64 (seconds · rate,), level −20 dB.

    Raises
    ------
    ValueError
        The kind is another.
    """
    if kind not in KINDS:
        raise ValueError(f"background: kind is {kind!r}, expected one of {', '.join(KINDS)}")
    if kind == "café":
        return cafe(seconds, rate, random, words)
    return {"rain": rain, "street": street}[kind](seconds, rate, random)
