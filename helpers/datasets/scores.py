"""Tunes out of scores and MIDI files, by music21: a melody, and the chords or the key beneath it."""

from fractions import Fraction
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from helpers.datasets.course_files import CourseFile, identity, midi_path
from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.jazz import PROGRESSIONS, Chord, Note, Tune, jazz, phrases

METHENY = CourseFile(
    name="original_metheny.mid",
    size=92_549,
    sha256="0da8322ceab36b036682b5ece0c315193f7b701a3340a0ca5a523b107c6f428d",
    schema={},
)
_BAR = 4  # beats


def tune(name: str | Path = "ii-V-I", choruses: int = 200, seed: int = 0) -> Tune:
    """A tune by name, wherever it comes from.

    Parameters
    ----------
    name : str or Path
        "ii-V-I" or "blues", which are made; "metheny", the course's file in data/course; a path of a MIDI file or of a
        score; or a name in the corpus that is inside music21: "joplin/maple_leaf_rag", "leadSheet/fosterBrownHair",
        "bach/bwv66.6".
    choruses, seed : int
        Of a tune that is made.

    Raises
    ------
    DataError
        Where there is none of that name, or it holds no melody.
    """
    if name in PROGRESSIONS:
        return jazz(str(name), choruses, seed)
    if name == "metheny":
        found = read_tune(midi_path(METHENY), part=5, start=476, stop=548)  # the solo, as the course takes it
        return Tune("metheny", found.melody, found.chords, found.phrase_beats, f"{found.note} {identity(METHENY)}")
    return read_tune(name)


def read_tune(source: str | Path, part: int = 0, start: float = 0, stop: float | None = None) -> Tune:
    """Melody of one part of a score, with the chords that are written above it, or else the key beneath.

    Where several notes sound at once, the highest is the melody; it ends at the latest where the next begins. A chord's
    scale is its own tones and the scale of the key, which music21 estimates from the notes (Krumhansl and Schmuckler).

    Parameters
    ----------
    source : str or Path
        A MIDI file or a score (MusicXML and what else music21 reads), or a name in music21's corpus.
    part : int
        Which part holds the melody, from 0.
    start, stop : float
        Beats (quarter notes) between which notes are taken; to the end where `stop` is left out.

    Returns
    -------
    Tune

    Raises
    ------
    DataError
        Where the source is unknown, no MIDI file though it is called one, or holds no notes there.
    """
    score = _parsed(source)
    parts = list(getattr(score, "parts", [])) or [score]
    if not 0 <= part < len(parts):
        raise DataError(f"read_tune: {source} has {len(parts)} parts, part is {part}, expected 0 to {len(parts) - 1}")
    voice = parts[part].stripTies().flatten()
    melody = _melody(voice, Fraction(start), None if stop is None else Fraction(stop))
    if all(pitch is None for pitch, _ in melody):
        raise DataError(f"read_tune: part {part} of {source} holds no notes from beat {start} on: name another part")
    chords = _chords(voice, Fraction(start), sum(beats for _, beats in melody))
    written = f"{len(chords)} chords" if len(chords) > 1 else f"no chords written, key {chords[0].symbol}"
    note = f"{Path(source).name}, part {part}: {len(melody)} notes and rests, {written}, read by music21."
    return Tune(str(source), melody, chords, _BAR, note)


def _parsed(source: str | Path) -> Any:
    """A music21 stream; its cache of pickled scores is neither read nor written."""
    from music21 import converter, corpus

    path = Path(source).expanduser()
    options = {"forceSource": True, "storePickle": False}
    try:
        if path.is_file():
            _refuse_false_midi(path)
            return converter.parse(path, **options)
        if path.suffix.lower() in {".mid", ".midi"}:
            raise DataError(f"read_tune: {source} is absent: give the path of a MIDI file")
        return converter.parse(corpus.getWork(str(source)), **options)
    except DataError:
        raise
    except Exception as error:  # music21 has a class of error for each format, and lets others through
        known = "a file, or a name of music21's corpus such as 'joplin/maple_leaf_rag'"
        raise DataError(f"read_tune: {source} cannot be read ({type(error).__name__}): expected {known}") from error


def _refuse_false_midi(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(4)
    if path.suffix.lower() in {".mid", ".midi"} and head != b"MThd":
        found = "empty" if not head else f"no MIDI file: it begins with {head!r}, expected b'MThd'"
        raise DataError(f"read_tune: {path.name} is {found}")


def _melody(voice: Any, start: Fraction, stop: Fraction | None) -> tuple[Note, ...]:
    """Highest notes between two beats, with rests in the gaps; times are rounded to twelfths of a beat."""
    highest: dict[Fraction, tuple[int, Fraction]] = {}
    for element in voice.notes:
        onset, length = (_twelfths(time) for time in (element.offset, element.quarterLength))
        if "ChordSymbol" in element.classes or not length or onset < start or (stop is not None and onset >= stop):
            continue
        pitch = max((int(p.midi) for p in element.pitches), default=None)
        if pitch is not None:
            highest[onset] = max(highest.get(onset, (0, length)), (pitch, length))
    melody, now = [], start
    onsets = sorted(highest)
    for onset, following in zip_longest(onsets, onsets[1:]):
        pitch, length = highest[onset]
        if onset > now:
            melody.append((None, onset - now))
        now = onset + length if following is None else min(onset + length, following)
        melody.append((pitch, now - onset))
    return tuple(melody)


def _twelfths(time: float | Fraction) -> Fraction:
    return Fraction(round(Fraction(time) * 12), 12)


def _chords(voice: Any, start: Fraction, beats: Fraction) -> tuple[Chord, ...]:
    """The chord symbols of a part, each to the next; or one chord for the whole, that of the key."""
    key = voice.analyze("key")
    scale = tuple(p.pitchClass for p in key.getPitches()[:7])
    written = [(max(_twelfths(s.offset) - start, Fraction(0)), s) for s in voice.getElementsByClass("ChordSymbol")]
    written = [(onset, symbol) for onset, symbol in written if symbol.pitches and onset < beats]
    if not written:
        return (Chord(key.name.replace("-", "b"), beats, (scale[0], scale[2], scale[4]), scale),)
    onsets = [Fraction(0), *(onset for onset, _ in written[1:]), beats]
    chords = []
    for (_, symbol), (onset, following) in zip(written, pairwise(onsets), strict=True):
        tones = tuple(dict.fromkeys(p.pitchClass for p in symbol.pitches))
        if following > onset:
            name = symbol.figure.replace("-", "b")
            chords.append(Chord(name, following - onset, tones, tuple(dict.fromkeys([*tones, *scale]))))
    return tuple(chords)


def tune_dataset(name: str | Path = "ii-V-I", length: int = 30, choruses: int = 200, seed: int = 0) -> Dataset:
    """Phrases of a tune to predict note by note: from the value before, -1 at the start, the next one.

    Parameters
    ----------
    name, choruses, seed
        As in `tune`.
    length : int
        Notes and rests in a phrase. The last fifth of the phrases is held out.

    Returns
    -------
    Dataset
        x and y of shape (m, length), int64: values before, and values; a value is an index into `class_names`, which
        are (pitch, beats) in words.
    """
    return _dataset("offline", tune(name, choruses, seed), length)


def metheny(length: int = 30) -> Dataset:
    """The course's solo as `tune_dataset` gives a tune."""
    return _dataset("course", tune("metheny"), length)


def _dataset(source: str, one: Tune, length: int) -> Dataset:
    values = sorted(set(one.melody), key=lambda note: (note[1], -1 if note[0] is None else note[0]))
    index = {value: number for number, value in enumerate(values)}
    y = np.array([[index[note] for note in phrase] for phrase in phrases(one, length)], np.int64)
    x = np.concatenate([np.full((len(y), 1), -1), y[:, :-1]], axis=1)
    border = len(y) - len(y) // 5
    names = tuple(f"{'rest' if pitch is None else f'pitch {pitch}'}, {beats} beats" for pitch, beats in values)
    return Dataset("jazz", source, x[:border], y[:border], x[border:], y[border:], names, f"jazz: {one.note}")
