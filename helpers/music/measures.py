"""What can be measured of a solo: does it fit its chords, does it repeat itself, is it copied?"""

from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Protocol

from helpers.music.notes import Note, sounding


class Harmony(Protocol):
    """A chord as it is measured against: how long it lasts, and the pitch classes 0 to 11 of its scale."""

    beats: Fraction
    scale: tuple[int, ...]


def chord_at(beat: Fraction | float, chords: Sequence[Harmony]) -> Harmony:
    """The chord that sounds at a beat; the chords repeat as long as they are asked.

    Raises
    ------
    ValueError
        There is no chord, or the beat is negative.
    """
    if not chords or beat < 0:
        raise ValueError(f"chord_at: expected at least one chord and a beat from 0 on, came {len(chords)} and {beat}")
    beat = beat % sum(chord.beats for chord in chords)
    for chord in chords:
        if beat < chord.beats:
            return chord
        beat -= chord.beats
    return chords[-1]


def share_in_scale(melody: Sequence[Note], chords: Sequence[Harmony]) -> float:
    """Share of the notes whose pitch belongs to the scale of the chord that sounds when they start; rests do not count.

    Raises
    ------
    ValueError
        The melody holds no sounding note, or there is no chord.
    """
    fits = [pitch % 12 in chord_at(beat, chords).scale for beat, pitch, _ in sounding(melody)]
    if not fits:
        raise ValueError("share_in_scale: the melody holds rests only")
    return sum(fits) / len(fits)


def distinct_ngrams(sequence: Sequence[Hashable], n: int = 4) -> float:
    """Different runs of n neighbours divided by all of them: 1 where nothing repeats (Li et al., 2016).

    Raises
    ------
    ValueError
        The sequence is shorter than n, or n is less than 1.
    """
    runs = _runs("distinct_ngrams", sequence, n)
    return len(set(runs)) / len(runs)


def copied_share(sequence: Sequence[Hashable], corpus: Sequence[Sequence[Hashable]], n: int = 8) -> float:
    """Share of the runs of n neighbours that stand, note for note, somewhere in the corpus.

    Raises
    ------
    ValueError
        A sequence is shorter than n, or n is less than 1.
    """
    known = {run for one in corpus for run in _runs("copied_share", one, n)}
    runs = _runs("copied_share", sequence, n)
    return sum(run in known for run in runs) / len(runs)


def _runs(where: str, sequence: Sequence[Hashable], n: int) -> list[tuple]:
    if not 1 <= n <= len(sequence):
        raise ValueError(f"{where}: n is {n}, expected 1 to {len(sequence)}, the length of the sequence")
    return [tuple(sequence[i : i + n]) for i in range(len(sequence) - n + 1)]
