"""Jazz tunes that the workbook makes: chords with their scales, and lines over them of swing eighths.

A note is (pitch, beats): a MIDI pitch, 60 for C4, or None for silence, and a `Fraction` of beats or a number of them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from helpers.datasets.dataset import DataError

Note = tuple[int | None, Fraction]

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_QUALITIES = {  # semitones above the root: chord tones, and the scale that is played over them
    "maj7": ((0, 4, 7, 11), (0, 2, 4, 5, 7, 9, 11)),
    "7": ((0, 4, 7, 10), (0, 2, 4, 5, 7, 9, 10)),
    "m7": ((0, 3, 7, 10), (0, 2, 3, 5, 7, 9, 10)),
    "m7b5": ((0, 3, 6, 10), (0, 1, 3, 5, 6, 8, 10)),
}
PROGRESSIONS = {  # one chorus: symbols and beats
    "ii-V-I": (("Dm7", 2), ("G7", 2), ("Cmaj7", 4), ("Cm7", 2), ("F7", 2), ("Bbmaj7", 4)),
    "blues": (("C7", 4), ("F7", 4), ("C7", 8), ("F7", 8), ("C7", 8), ("G7", 4), ("F7", 4), ("C7", 4), ("G7", 4)),
}
_LOW, _HIGH = 60, 79  # C4 to G5: what a line moves in
_THIRD = Fraction(1, 3)
_RHYTHMS = ((2 * _THIRD, _THIRD),) * 12 + ((Fraction(1),),) * 5 + ((_THIRD,) * 3,) * 2 + ((),)  # of a beat; (): silence


class Chord(NamedTuple):
    """A chord for a number of beats; tones and scale are pitch classes, 0 to 11, the root first."""

    symbol: str
    beats: Fraction
    tones: tuple[int, ...]
    scale: tuple[int, ...]


@dataclass(frozen=True)
class Tune:
    """A melody over chords.

    Attributes
    ----------
    name, note : str
        What it is, and where it came from.
    melody : tuple of (pitch, beats)
        Notes and rests, one after the other.
    chords : tuple of Chord
        Beneath the melody, from its start; they repeat as long as it lasts.
    phrase_beats : int
        Beats from the start of one phrase to that of the next: a chorus, or, of a score, a bar.
    """

    name: str
    melody: tuple[Note, ...] = field(repr=False)
    chords: tuple[Chord, ...] = field(repr=False)
    phrase_beats: int
    note: str


def chord(symbol: str, beats: Fraction | int = 4) -> Chord:
    """A chord by its symbol: a root, C to B with # or b, and maj7, 7, m7 or m7b5.

    Raises
    ------
    DataError
        Where it is none of those, or lasts no time.
    """
    found = re.fullmatch(r"([A-G])([#b]?)(.*)", str(symbol))
    if not found or found[3] not in _QUALITIES:
        raise DataError(f"chord: {symbol!r} is unknown, expected a root C to B, # or b, and {', '.join(_QUALITIES)}")
    if not beats > 0:
        raise DataError(f"chord: {symbol} lasts {beats} beats, expected more than 0")
    root = _STEPS[found[1]] + {"#": 1, "b": -1, "": 0}[found[2]]
    tones, scale = (tuple((root + step) % 12 for step in steps) for steps in _QUALITIES[found[3]])
    return Chord(symbol, Fraction(beats), tones, scale)


def jazz(progression: str = "ii-V-I", choruses: int = 200, seed: int = 0) -> Tune:
    """A line of swing eighths, quarters and triplets over choruses of a progression, the same on every machine.

    On each beat stands a chord tone near the last one; between beats the line goes by scale steps, or approaches the
    next chord tone from a half step away, whether that is in the scale or not.

    Parameters
    ----------
    progression : {"ii-V-I", "blues"}
        ii–V–I in C and then in B flat, four bars; or twelve bars of blues in C.
    choruses, seed : int

    Returns
    -------
    Tune

    Raises
    ------
    DataError
        Where the progression is unknown, or there is no chorus.
    """
    if progression not in PROGRESSIONS:
        raise DataError(f"jazz: progression is {progression!r}, expected {' or '.join(map(repr, PROGRESSIONS))}")
    if choruses < 1:
        raise DataError(f"jazz: choruses is {choruses}, expected 1 or more")
    chords = tuple(chord(symbol, beats) for symbol, beats in PROGRESSIONS[progression])
    beats = [one for one in chords for _ in range(int(one.beats))] * choruses
    melody = tuple(_line(beats, np.random.RandomState(seed)))  # its stream is frozen by NumPy's policy
    note = f"{progression}, {choruses} choruses, {len(melody)} notes and rests, made by helpers/datasets/jazz.py, "
    note += f"seed {seed}; no licence needed."
    return Tune(progression, melody, chords, int(sum(one.beats for one in chords)), note)


def _line(beats: list[Chord], random: np.random.RandomState) -> Iterator[Note]:
    """Notes and rests over one chord a beat."""
    targets = list(_targets(beats, random))
    for one, here, there in zip(beats, targets, [*targets[1:], targets[0]], strict=True):
        rhythm = _RHYTHMS[random.randint(len(_RHYTHMS))]
        approach, below = random.randint(6) == 0, random.randint(2)
        if not rhythm:
            yield None, Fraction(1)
            continue
        pitches = [here]
        for _ in rhythm[1:]:
            pitches.append(_step(pitches[-1], there, one.scale))
        if approach and len(rhythm) == 2:
            pitches[-1] = there - 1 if below else there + 1
        yield from zip(pitches, rhythm, strict=True)


def _targets(beats: list[Chord], random: np.random.RandomState) -> Iterator[int]:
    """A chord tone for each beat: the next one up or down, seldom the one behind it, turning back at the edges."""
    pitch, up = 67, True
    for one in beats:
        up = pitch < _LOW + 4 or (pitch < _HIGH - 4 and up != (random.randint(4) == 0))
        tones = [p for p in range(_LOW, _HIGH + 1) if p % 12 in one.tones and (p > pitch if up else p < pitch)]
        tones = tones if up else tones[::-1]
        pitch = tones[: 2 if random.randint(4) == 0 else 1][-1]
        yield pitch


def _step(pitch: int, goal: int, scale: tuple[int, ...]) -> int:
    """The next pitch of a scale on the way to a goal."""
    direction = 1 if goal >= pitch else -1
    return next(p for p in range(pitch + direction, pitch + 4 * direction, direction) if p % 12 in scale)


def phrases(tune: Tune, length: int = 30) -> list[tuple[Note, ...]]:
    """The first `length` notes and rests from each start of a phrase on, as far as the melody reaches.

    Raises
    ------
    DataError
        Where the melody is too short for one.
    """
    onsets = list(accumulate((beats for _, beats in tune.melody), initial=Fraction(0)))
    starts = (bisect_left(onsets, beat) for beat in range(0, int(onsets[-1]) + 1, tune.phrase_beats))
    found = [tune.melody[start : start + length] for start in starts if start + length <= len(tune.melody)]
    if length < 1 or not found:
        raise DataError(f"phrases: {tune.name} has {len(tune.melody)} notes and rests, not enough for one of {length}")
    return found
