"""Melodies with their chords as MIDI files, by music21; `helpers.datasets.scores` reads such files, and others."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import cycle
from pathlib import Path

from helpers.music.measures import Harmony
from helpers.music.notes import Note, require_melody
from helpers.music.synthesis import voicing


def write_midi(path: str | Path, melody: Sequence[Note], chords: Sequence[Harmony] = (), tempo: float = 120) -> Path:
    """Write a melody, and in a second track its chords, repeated to its end.

    Parameters
    ----------
    path : the file; its folder must exist
    melody : notes (pitch, beats)
    chords : from the start of the melody on; their `tones` are pitch classes
    tempo : beats a minute

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        The melody is empty, a note in it is none, or tempo is not above 0.
    """
    from music21 import chord, instrument, meter, note, stream
    from music21.tempo import MetronomeMark

    notes = require_melody("write_midi", melody)
    if not tempo > 0:
        raise ValueError(f"write_midi: tempo is {tempo}, expected beats a minute, more than 0")
    line = stream.Part([instrument.Piano(), MetronomeMark(number=tempo), meter.TimeSignature("4/4")])
    for pitch, beats in notes:
        line.append(note.Rest(quarterLength=beats) if pitch is None else note.Note(pitch, quarterLength=beats))
    score = stream.Score([line])
    if chords:
        beneath, left = stream.Part([instrument.Piano()]), sum(Fraction(beats) for _, beats in notes)
        for one in cycle(chords):
            beneath.append(chord.Chord(voicing(one.tones), quarterLength=min(one.beats, left)))
            left -= one.beats
            if left <= 0:
                break
        score.insert(0, beneath)
    return Path(score.write("midi", fp=path))
