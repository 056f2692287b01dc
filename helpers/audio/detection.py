"""From probabilities to detections, and how many of them are right: misses, and false alarms an hour."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CONSECUTIVE, PAUSE = 5, 19  # steps of 29 ms: 0.15 s above the threshold, then 0.56 s of silence
LATEST_MS = 700  # after the end of the word


def activation_steps(
    probabilities: np.ndarray, threshold: float, consecutive: int = CONSECUTIVE, pause: int = PAUSE
) -> list[int]:
    """Steps at which a detector reports: the last of `consecutive` steps at or above the threshold.

    After a report, `pause` steps are passed over and the count starts anew.

    Parameters
    ----------
    probabilities : (Ty,)
    threshold : float
    consecutive, pause : steps
    """
    above = (np.asarray(probabilities) >= threshold).tolist()
    steps, run, t = [], 0, 0
    while t < len(above):
        run = run + 1 if above[t] else 0
        if run == consecutive:
            steps.append(t)
            run = 0
            t += pause
        t += 1
    return steps


@dataclass(frozen=True)
class Score:
    """What a detector did in some hours of sound.

    Attributes
    ----------
    said, missed : int
        Trigger words, and those that were not reported.
    false_alarms : int
        Reports without a trigger word.
    hours : float
    """

    said: int
    missed: int
    false_alarms: int
    hours: float

    @property
    def miss_rate(self) -> float:
        """Share of the trigger words that were missed."""
        return self.missed / self.said if self.said else 0.0

    @property
    def false_alarms_an_hour(self) -> float:
        """False alarms divided by hours."""
        return self.false_alarms / self.hours


def match(
    reports_ms: Sequence[float], segments: Sequence[tuple[int, int]], latest_ms: int = LATEST_MS
) -> tuple[int, list[float]]:
    """Missed words, and the reports that belong to none.

    A report belongs to a word from its start to `latest_ms` after its end; each word takes the first such, and a
    further report of the same word is a false alarm.
    """
    left, missed = list(reports_ms), 0
    for start, end in sorted(segments):
        found = next((report for report in left if start <= report <= end + latest_ms), None)
        missed += found is None
        if found is not None:
            left.remove(found)
    return missed, left


def score(
    tracks: np.ndarray, segments: Sequence[Sequence[tuple[int, int]]], threshold: float, clip_ms: int = 10_000
) -> Score:
    """Misses and false alarms at a threshold.

    Parameters
    ----------
    tracks : (m, Ty), what the detector says at each step of each clip
    segments : for each clip, first and last millisecond of each trigger word in it
    threshold : float
    clip_ms : length of a clip
    """
    if len(tracks) != len(segments):
        raise ValueError(f"score: {len(tracks)} tracks but segments of {len(segments)} clips")
    unit = clip_ms / np.shape(tracks)[1]
    results = [
        match([unit * t for t in activation_steps(track, threshold)], words)
        for track, words in zip(tracks, segments, strict=True)
    ]
    said, missed = sum(len(words) for words in segments), sum(missed for missed, _ in results)
    return Score(said, missed, sum(len(left) for _, left in results), len(tracks) * clip_ms / 3_600_000)


def loudness(samples: np.ndarray, steps: int, smooth: int = CONSECUTIVE) -> np.ndarray:
    """Level in dB at each step, (steps,), over the last `smooth` steps: a detector that knows no words."""
    edges = np.linspace(0, len(samples), steps + 1).astype(int)
    total = np.concatenate([[0.0], np.cumsum(np.asarray(samples, np.float64) ** 2)])
    first = np.maximum(np.arange(1, steps + 1) - smooth, 0)
    energy = total[edges[1:]] - total[edges[first]]
    return 10 * np.log10(np.maximum(energy / (edges[1:] - edges[first]), 1e-10))
