"""Right and slightly wrong ways to do the exercises of the trigger word lesson, and an ear to try a detector with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.audio import mixing, signals


def inserted(
    background: np.ndarray,
    audio_clip: np.ndarray,
    previous_segments: list,
    rate: int,
    *,
    tries: int = 6,
    keep: bool = True,
    always: bool = False,
    end: bool = False,
    loud: bool = True,
) -> tuple[np.ndarray, tuple[int, int]]:
    """The insertion, or one that differs in one point."""
    for _ in range(tries):
        segment = mixing.random_segment(signals.duration_ms(audio_clip, rate))
        if always or not mixing.is_overlapping(segment, previous_segments):
            if keep:
                previous_segments.append(segment)
            place = segment[1] if end else segment[0]
            gain = 0 if loud else -20
            return signals.overlay(background, audio_clip, place, rate, gain), segment
    return background, (10_000, 10_000)


def ones(y: np.ndarray, end: float, *, shift: int = 1, count: int | None = None, steps: int | None = None) -> Any:
    y, Ty = y.copy(), y.shape[1]
    first = int(end * (steps or Ty) / 10_000) + shift
    y[0, first : first + (round(50 * Ty / 1375) if count is None else count)] = 1
    return y


def example(
    background: np.ndarray,
    activates: Sequence[np.ndarray],
    negatives: Sequence[np.ndarray],
    Ty: int,
    rate: int,
    *,
    labelled: str = "activates",
    shared: bool = True,
    starts: bool = False,
    levelled: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """A training example, or one that differs in one point."""
    y, sound, segments = np.zeros((1, Ty)), background, []
    for name, clips, most in (("activates", activates, 4), ("negatives", negatives, 2)):
        for clip in mixing.pick(clips, most):
            sound, segment = mixing.insert_clip(sound, clip, segments if shared else [], rate)
            if labelled in (name, "all"):
                y = mixing.insert_ones(y, segment[0] if starts else segment[1])
    return (signals.features(sound, rate) if levelled else signals.spectrogram(sound, rate)), y


def network(input_shape: tuple[int, int], filters: int, units: int, dropout: float, **changed: Any) -> Any:
    """The network, or one that differs in one point."""
    import keras
    from keras import layers

    settings = {"stride": 4, "kernel": 15, "relu": True, "second": True, "last": True, "end": "sigmoid"} | changed
    inputs = keras.Input(input_shape)
    x = layers.Conv1D(filters, settings["kernel"], strides=settings["stride"])(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(dropout)(layers.Activation("relu")(x) if settings["relu"] else x)
    for _ in range(2 if settings["second"] else 1):
        x = layers.Dropout(dropout)(layers.GRU(units, return_sequences=True)(x))
        x = layers.BatchNormalization()(x)
    x = layers.Dropout(dropout)(x) if settings["last"] else x
    return keras.Model(inputs, layers.TimeDistributed(layers.Dense(1, activation=settings["end"]))(x))


def steps(
    probabilities: np.ndarray,
    threshold: float,
    consecutive: int,
    pause: int,
    *,
    strict: bool = False,
    reset: bool = True,
    early: int = 0,
) -> list[int]:
    """The steps of the reports, with one thing done differently."""
    steps, run, t = [], 0, 0
    while t < len(probabilities):
        above = probabilities[t] > threshold if strict else probabilities[t] >= threshold
        run = run + 1 if above else (0 if reset else run)
        if run == consecutive:
            steps.append(t - early)
            run, t = 0, t + pause
        t += 1
    return steps


class _Answer(np.ndarray):
    """An array that can be asked for itself, like a tensor."""

    def numpy(self) -> np.ndarray:
        return np.asarray(self)


@dataclass(frozen=True)
class Ear:
    """Stands for a trained network: an answer at every fourth frame, whatever way it is asked."""

    weight: float

    def __call__(self, x: Any, training: bool = False) -> np.ndarray:
        x = np.asarray(x, np.float64)
        if x.ndim != 3 or x.shape[2] != 101:
            raise ValueError(f"the network was given shape {x.shape}, expected (1, frames, 101)")
        heard = (x @ np.linspace(-self.weight, 1, 101))[:, :-14:4, None] / 30
        return (1 / (1 + np.exp(-heard))).astype(np.float32).view(_Answer)

    def predict_on_batch(self, x: Any) -> np.ndarray:
        return self(x).numpy()

    def predict(self, x: Any, batch_size: int | None = None, verbose: Any = 0) -> np.ndarray:
        return self(x).numpy()
