"""Notes, measures, sound and MIDI: every way out has a way back, and what is no music is refused."""

import io
import wave
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.datasets.jazz import chord
from helpers.datasets.scores import read_tune
from helpers.music import measures, midi, notes, synthesis

THIRD = Fraction(1, 3)
LINE = [(67, 2 * THIRD), (69, THIRD), (None, Fraction(1)), (72, Fraction(1)), (71, THIRD), (70, THIRD), (67, THIRD)]
TWO = (chord("Cmaj7", 2), chord("Cm7", 1))
durations = st.fractions(min_value=Fraction(1, 12), max_value=8, max_denominator=12)
melodies = st.lists(st.tuples(st.none() | st.integers(0, 127), durations), min_size=1, max_size=30)


@given(melodies)
def test_values_turn_into_names_and_indices_and_back(melody):
    values = notes.vocabulary(melody)
    assert [notes.value_of(notes.value_name(note)) for note in melody] == melody
    assert notes.to_melody(notes.to_indices(melody, values), values) == melody
    assert len(values) == len(set(melody))


def test_pitches_have_the_names_that_musicians_give_them():
    assert [notes.pitch_name(p) for p in (60, 70, 21, None)] == ["C4", "Bb4", "A0", "rest"]
    assert [notes.pitch_of(n) for n in ("A4", "A#4", "Cb4", "B#3", "rest")] == [69, 70, 59, 60, None]


@pytest.mark.parametrize("name", ["H4", "c4", "C", "G#12", "C10", "", "Bbb4"])
def test_a_name_that_is_no_note_is_refused(name):
    with pytest.raises(ValueError, match="no note"):
        notes.pitch_of(name)


@pytest.mark.parametrize("name", ["G4", "G4 two", "G4 1/0", "G4 -1", "G4 0", "G4  1"])
def test_a_name_that_is_no_value_is_refused(name):
    with pytest.raises(ValueError, match=r"no value|lasts"):
        notes.value_of(name)


@pytest.mark.parametrize("melody", [[], [(60, Fraction(-1))], [(60, 0)], [(128, Fraction(1))], [(-1, Fraction(1))]])
@pytest.mark.parametrize(
    "taker", [notes.piano_roll, notes.sounding, synthesis.synthesize, lambda m: midi.write_midi("never.mid", m)]
)
def test_what_is_no_melody_is_refused_before_anything_is_written(taker, melody):
    with pytest.raises(ValueError, match=r"there is no note|lasts|pitch of note 0"):
        taker(melody)


def test_unknown_values_and_indices_are_named():
    with pytest.raises(ValueError, match="D4 1 is not among the 1 values"):
        notes.to_indices([(62, Fraction(1))], [(60, Fraction(1))])
    with pytest.raises(ValueError, match=r"-1 … 0, expected 0 … 0"):
        notes.to_melody([0, -1], [(60, Fraction(1))])


def test_a_piano_roll_shows_when_each_pitch_starts_and_sounds():
    roll = notes.piano_roll(LINE, per_beat=3)
    assert roll.shape == (128, 12)
    assert roll[67].tolist() == [1, 0.6] + 9 * [0] + [1]
    assert not roll[:, 3:6].any()
    assert (roll[:, :3].sum(), roll[:, 6:].sum()) == (2.6, 2.2 + 3)


def test_a_beginning_is_as_long_as_asked():
    assert notes.first_beats(LINE, Fraction(5, 2)) == [*LINE[:3], (72, Fraction(1, 2))]
    with pytest.raises(ValueError, match="asked for 5 beats"):
        notes.first_beats(LINE, 5)


def test_the_chord_beneath_a_beat_comes_round_again():
    assert [measures.chord_at(beat, TWO).symbol[1:] for beat in (0, 1.9, 2, 3, 5)] == [
        "maj7",
        "maj7",
        "m7",
        "maj7",
        "m7",
    ]
    with pytest.raises(ValueError, match="at least one chord"):
        measures.chord_at(0, ())


def test_the_share_in_the_scale_counts_notes_by_the_chord_at_their_start():
    one = Fraction(1)
    assert measures.share_in_scale([(64, one), (64, one), (64, one), (64, one)], TWO) == 3 / 4
    assert measures.share_in_scale([(None, 2 * one), (63, one), (63, one)], TWO) == 1 / 2
    with pytest.raises(ValueError, match="rests only"):
        measures.share_in_scale([(None, one)], TWO)


def test_repetition_and_copying_are_counted_by_overlapping_runs():
    assert measures.distinct_ngrams("ababab", 2) == 2 / 5
    assert measures.distinct_ngrams("abcdef") == 1
    assert measures.copied_share("xabcx", ["abc", "cyx"], 2) == 2 / 4
    with pytest.raises(ValueError, match="n is 4, expected 1 to 3"):
        measures.distinct_ngrams("abc")


@pytest.mark.parametrize("pitch", [45, 69, 76])
def test_a_tone_has_its_pitch_by_its_spectrum(pitch):
    samples = synthesis.synthesize([(pitch, Fraction(4))], tempo=60, rate=8000)
    spectrum = np.abs(np.fft.rfft(samples.astype(float)))
    loudest = np.argmax(spectrum) * 8000 / len(samples)
    assert loudest == pytest.approx(440 * 2 ** ((pitch - 69) / 12), abs=0.3)


def test_each_note_of_a_melody_sounds_in_its_place():
    samples = synthesis.synthesize([(60, Fraction(1)), (None, Fraction(1)), (72, Fraction(1))], tempo=60, rate=8000)
    first, silence, last = samples.reshape(3, 8000).astype(float)
    assert not silence.any()
    for part, pitch in ((first, 60), (last, 72)):
        assert np.argmax(np.abs(np.fft.rfft(part))) == pytest.approx(synthesis.frequency(pitch), abs=1.5)


def test_sound_has_the_length_of_the_music_and_is_never_clipped():
    samples = synthesis.synthesize(LINE, TWO, tempo=90, rate=8000)
    assert len(samples) == round(4 * 60 / 90 * 8000)
    assert samples.dtype == np.int16
    assert np.abs(samples.astype(int)).max() == round(0.9 * 32767)
    assert not np.array_equal(samples, synthesis.synthesize(LINE, tempo=90, rate=8000)), "the chords are heard"


def test_silence_is_silent():
    assert not synthesis.synthesize([(None, Fraction(1))]).any()


@pytest.mark.parametrize("wrong", [{"tempo": 0}, {"rate": -1}, {"chord_level": 2}])
def test_a_setting_out_of_range_is_refused(wrong):
    with pytest.raises(ValueError, match="expected > 0, > 0, 0 to 1"):
        synthesis.synthesize(LINE, **wrong)


def test_a_wav_file_holds_the_samples():
    samples = synthesis.synthesize(LINE)
    with wave.open(io.BytesIO(synthesis.wav_bytes(samples, 8000))) as stream:
        assert (stream.getframerate(), stream.getnchannels(), stream.getsampwidth()) == (8000, 1, 2)
        assert np.array_equal(np.frombuffer(stream.readframes(stream.getnframes()), "<i2"), samples)
    with pytest.raises(ValueError, match="expected int16"):
        synthesis.wav_bytes(samples.astype(float))


def test_a_midi_file_gives_the_same_notes_back(tmp_path):
    path = midi.write_midi(tmp_path / "line.mid", LINE, TWO, tempo=140)
    assert path.read_bytes().startswith(b"MThd")
    assert notes.sounding(read_tune(path).melody) == notes.sounding(LINE)
    chords = read_tune(path, part=1).melody
    assert [pitch for _, pitch, _ in notes.sounding(chords)] == [
        max(synthesis.voicing(c.tones)) for c in (*TWO, TWO[0])
    ]


def test_a_midi_file_needs_a_tempo(tmp_path):
    with pytest.raises(ValueError, match="tempo is 0"):
        midi.write_midi(tmp_path / "line.mid", LINE, tempo=0)
