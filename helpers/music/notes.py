"""Notes by name, melodies as sequences of values that a network can learn, and piano rolls.

A note is (pitch, beats): a MIDI pitch, 60 for C4, or None for silence, and a number of beats. A *value* is such a pair
as an entry of a vocabulary.
"""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from numbers import Rational

import numpy as np

Note = tuple[int | None, Rational]

_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_STEPS = {name: pitch_class for pitch_class, name in enumerate(_NAMES) if len(name) == 1}


def pitch_name(pitch: int | None) -> str:
    """Name of a MIDI pitch with its octave, in flats: 60 is C4, 70 is Bb4; None is "rest".

    Raises
    ------
    ValueError
        The pitch is no integer from 0 to 127.
    """
    if pitch is None:
        return "rest"
    if not isinstance(pitch, int | np.integer) or not 0 <= pitch <= 127:
        raise ValueError(f"pitch_name: pitch is {pitch!r}, expected None or an integer from 0 to 127")
    return f"{_NAMES[pitch % 12]}{pitch // 12 - 1}"


def pitch_of(name: str) -> int | None:
    """MIDI pitch of a name: C4 is 60, A#4 and Bb4 are 70; "rest" is None.

    Raises
    ------
    ValueError
        The name is none, or lies outside MIDI's range.
    """
    if name == "rest":
        return None
    found = re.fullmatch(r"([A-G])([#b]?)(-?\d)", str(name))
    pitch = 12 * (int(found[3]) + 1) + _STEPS[found[1]] + {"#": 1, "b": -1, "": 0}[found[2]] if found else -1
    if not 0 <= pitch <= 127:
        raise ValueError(f"pitch_of: {name!r} is no note, expected one like C4, F#3 or Bb5 (C-1 to G9), or rest")
    return pitch


def value_name(note: Note) -> str:
    """A note in words, pitch and beats: "G4 2/3".

    Raises
    ------
    ValueError
        The pitch is none, or the note lasts no time.
    """
    pitch, beats = require_melody("value_name", [note])[0]
    return f"{pitch_name(pitch)} {Fraction(beats)}"


def value_of(name: str) -> Note:
    """The note of a name such as "G4 2/3" or "rest 1".

    Raises
    ------
    ValueError
        The name is not of this form, the pitch unknown, or the duration not above 0.
    """
    pitch, _, beats = str(name).partition(" ")
    if not re.fullmatch(r"-?\d+(/[1-9]\d*)?", beats):
        raise ValueError(f"value_of: {name!r} is no value, expected a note and its beats, like 'G4 2/3'")
    return require_melody("value_of", [(pitch_of(pitch), Fraction(beats))])[0]


def require_melody(where: str, melody: Iterable[Note]) -> list[Note]:
    """The notes as a list, after each was found to be one.

    Raises
    ------
    ValueError
        There is no note, a pitch is none, or a note lasts no time.
    """
    notes = list(melody)
    if not notes:
        raise ValueError(f"{where}: there is no note")
    for place, (pitch, beats) in enumerate(notes):
        if pitch is not None and not 0 <= pitch <= 127:
            raise ValueError(f"{where}: pitch of note {place} is {pitch}, expected None or 0 to 127")
        if not beats > 0:
            raise ValueError(f"{where}: note {place} lasts {beats} beats, expected more than 0")
    return notes


def vocabulary(melody: Iterable[Note]) -> tuple[Note, ...]:
    """The different values of a melody, by duration, then by pitch, rests first."""
    return tuple(sorted(set(melody), key=lambda note: (note[1], -1 if note[0] is None else note[0])))


def to_indices(melody: Sequence[Note], values: Sequence[Note]) -> np.ndarray:
    """Index into `values` of each note, int64 (len(melody),).

    Raises
    ------
    ValueError
        A note is not among the values.
    """
    index = {value: number for number, value in enumerate(values)}
    unknown = [note for note in melody if note not in index]
    if unknown:
        raise ValueError(f"to_indices: {value_name(unknown[0])} is not among the {len(values)} values")
    return np.array([index[note] for note in melody], np.int64)


def to_melody(indices: Iterable[int], values: Sequence[Note]) -> list[Note]:
    """The notes whose indices into `values` are given: the way back from `to_indices`.

    Raises
    ------
    ValueError
        An index lies outside the values.
    """
    indices = np.ravel(np.asarray(list(indices), dtype=np.int64))
    if indices.size and not (indices.min() >= 0 and indices.max() < len(values)):
        raise ValueError(f"to_melody: indices lie in {indices.min()} … {indices.max()}, expected 0 … {len(values) - 1}")
    return [values[i] for i in indices]


def sounding(melody: Iterable[Note]) -> list[tuple[Fraction, int, Fraction]]:
    """Onset in beats, pitch and duration of every note that sounds: two melodies that sound alike have the same list.

    Raises
    ------
    ValueError
        The melody is empty, or a note in it is none.
    """
    notes, beat = [], Fraction(0)
    for pitch, beats in require_melody("sounding", melody):
        if pitch is not None:
            notes.append((beat, int(pitch), Fraction(beats)))
        beat += Fraction(beats)
    return notes


def first_beats(melody: Sequence[Note], beats: Rational) -> list[Note]:
    """The beginning of a melody, `beats` long; its last note is shortened where it would last longer.

    Raises
    ------
    ValueError
        The melody is shorter than that.
    """
    kept, left = [], Fraction(beats)
    for pitch, length in require_melody("first_beats", melody):
        if left > 0:
            kept.append((pitch, min(Fraction(length), left)))
        left -= Fraction(length)
    if left > 0 or not kept:
        raise ValueError(f"first_beats: asked for {beats} beats, expected more than 0 and no more than there are")
    return kept


def piano_roll(melody: Sequence[Note], per_beat: int = 12) -> np.ndarray:
    """Which pitch sounds when.

    Parameters
    ----------
    melody : notes, one after the other
    per_beat : columns to a beat; a multiple of the denominators of all durations shows them exactly

    Returns
    -------
    float64 (128, columns): row p is pitch p; 1 where a note starts, 0.6 where it goes on, 0 in silence

    Raises
    ------
    ValueError
        `melody` is empty, or a note in it is none.
    """
    notes = require_melody("piano_roll", melody)
    ends = np.round(np.cumsum([float(beats) for _, beats in notes]) * per_beat).astype(int)
    roll = np.zeros((128, ends[-1]))
    for (pitch, _), start, end in zip(notes, [0, *ends[:-1]], ends, strict=True):
        if pitch is not None:
            roll[pitch, start:end] = 0.6
            roll[pitch, start : start + 1] = 1
    return roll
