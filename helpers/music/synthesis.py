"""Sound out of numbers: additive tones with an envelope, and the bytes of a WAV file."""

import io
import wave
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from helpers.music.measures import Harmony
from helpers.music.notes import Note, require_melody

_OVERTONES = (1.0, 0.4, 0.2, 0.1, 0.05)  # amplitudes of the fundamental and of what rings above it
_FULL = 32767  # the largest 16-bit sample


def frequency(pitch: float) -> float:
    """Frequency in Hz of a MIDI pitch, 440 · 2^((pitch − 69) / 12): equal temperament with A4 at 440 Hz."""
    return 440.0 * 2.0 ** ((pitch - 69) / 12)


def tone(pitch: float, samples: int, rate: int, decay: float = 3.0) -> np.ndarray:
    """A plucked tone: the fundamental and overtones below rate / 2, a short attack, and decay.

    Parameters
    ----------
    pitch : MIDI pitch
    samples : length
    rate : samples a second
    decay : how fast it dies away, 1 / seconds

    Returns
    -------
    float64 (samples,), values in [−1, 1]; the first and the last sample are 0, so that nothing clicks
    """
    time = np.arange(samples) / rate
    partials = [(k, a) for k, a in enumerate(_OVERTONES, start=1) if k * frequency(pitch) < rate / 2]
    wave_form = sum((a * np.sin(2 * np.pi * k * frequency(pitch) * time) for k, a in partials), np.zeros(samples))
    ends = np.minimum(time, time[::-1]) if samples else time
    envelope = np.minimum(ends / 0.01, 1) * np.exp(-decay * time)
    return wave_form * envelope / max(sum(a for _, a in partials), 1e-9)


def synthesize(
    melody: Sequence[Note],
    chords: Sequence[Harmony] = (),
    tempo: float = 120,
    rate: int = 8000,
    chord_level: float = 0.35,
) -> np.ndarray:
    """A melody, and softly beneath it the tones of its chords, as samples.

    Parameters
    ----------
    melody : notes (pitch, beats), one after the other
    chords : from the start of the melody, repeated to its end; their `tones` are pitch classes
    tempo : beats a minute
    rate : samples a second
    chord_level : loudness of the chords, 0 to 1, beside 1 for the melody

    Returns
    -------
    int16 (samples,), the length of the melody; the loudest sample is at 90 % of the range, so none is clipped

    Raises
    ------
    ValueError
        The melody is empty or a note in it is none; tempo or rate is not above 0; chord_level lies outside [0, 1].
    """
    notes = require_melody("synthesize", melody)
    if not (tempo > 0 and rate > 0 and 0 <= chord_level <= 1):
        raise ValueError(
            f"synthesize: tempo {tempo}, rate {rate}, chord_level {chord_level}: expected > 0, > 0, 0 to 1"
        )
    total = sum(Fraction(beats) for _, beats in notes)
    unit = Fraction(60 * rate) / Fraction(tempo)  # samples a beat
    sound = np.zeros(round(total * unit))
    _add(sound, [((pitch,), beats) for pitch, beats in notes], unit, rate, 1.0)
    if chords and chord_level:
        rounds = -(-total // sum(chord.beats for chord in chords))
        _add(sound, [(voicing(chord.tones), chord.beats) for chord in chords] * rounds, unit, rate, chord_level)
    loudest = np.abs(sound).max(initial=0)
    return np.round(sound * (0.9 * _FULL / loudest if loudest else 0)).astype(np.int16)


def voicing(tones: Sequence[int]) -> tuple[int, ...]:
    """Pitches of a chord around C3: low enough to leave the melody room."""
    return tuple(48 + tone if tone < 8 else 36 + tone for tone in tones)


def _add(sound: np.ndarray, parts: list, unit: Fraction, rate: int, level: float) -> None:
    """Put tones (pitches, beats), one after the other, into the sound; what reaches beyond its end is left out."""
    start = Fraction(0)
    for pitches, beats in parts:
        first, last = (min(round(beat * unit), len(sound)) for beat in (start, start + Fraction(beats)))
        for pitch in pitches:
            if pitch is not None:
                sound[first:last] += level / len(pitches) * tone(pitch, last - first, rate)
        start += Fraction(beats)


def wav_bytes(samples: np.ndarray, rate: int = 8000) -> bytes:
    """A WAV file, one channel of 16 bits, as `IPython.display.Audio` and any player take it.

    Raises
    ------
    ValueError
        The samples are not one axis of int16.
    """
    samples = np.asarray(samples)
    if samples.ndim != 1 or samples.dtype != np.int16:
        raise ValueError(f"wav_bytes: samples are {samples.dtype} {samples.shape}, expected int16 (n,)")
    file = io.BytesIO()
    with wave.open(file, "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(rate)
        stream.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()
