"""Tunes: those that are made are the same everywhere, those that are read are what is written."""

import hashlib
from fractions import Fraction

import numpy as np
import pytest

from helpers.datasets import DataError, load
from helpers.datasets.course_files import paths
from helpers.datasets.jazz import chord, jazz, phrases
from helpers.datasets.scores import read_tune, tune
from helpers.music import measures, midi, notes


def test_a_made_tune_is_the_same_on_every_machine():
    text = ", ".join(notes.value_name(note) for note in jazz(choruses=20).melody)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "52744c32f43ffa4e"
    assert jazz(choruses=20, seed=1).melody != jazz(choruses=20).melody


@pytest.mark.parametrize(("progression", "beats"), [("ii-V-I", 16), ("blues", 48)])
def test_a_made_tune_lasts_its_choruses_and_mostly_fits_its_chords(progression, beats):
    made = jazz(progression, choruses=50, seed=3)
    assert sum(length for _, length in made.melody) == 50 * beats
    assert sum(one.beats for one in made.chords) == made.phrase_beats == beats
    assert 0.93 < measures.share_in_scale(made.melody, made.chords) < 0.99
    on_beat = [(t, p) for t, p, _ in notes.sounding(made.melody) if t.denominator == 1]
    assert all(p % 12 in measures.chord_at(t, made.chords).tones for t, p in on_beat), "on each beat a chord tone"


def test_chords_have_the_tones_of_music_theory():
    assert chord("Dm7").tones == (2, 5, 9, 0)
    assert set(chord("Bbmaj7").scale) == {10, 0, 2, 3, 5, 7, 9}
    assert set(chord("F#7").tones) == {6, 10, 1, 4}
    assert set(chord("Cm7b5").tones) == {0, 3, 6, 10}


@pytest.mark.parametrize(
    "call",
    [
        lambda: chord("H7"),
        lambda: chord("Csus"),
        lambda: chord("C7", 0),
        lambda: jazz("waltz"),
        lambda: jazz(choruses=0),
    ],
)
def test_what_is_no_tune_is_refused(call):
    with pytest.raises(DataError, match="expected"):
        call()


def test_phrases_start_where_choruses_start():
    made = jazz(choruses=6)
    starts = phrases(made, 30)
    assert starts[0] == made.melody[:30]
    assert [len(phrase) for phrase in starts] == [30] * len(starts)
    onsets = [sum(beats for _, beats in made.melody[:k]) for k in range(40)]
    second = onsets.index(16)
    assert starts[1] == made.melody[second : second + 30]
    with pytest.raises(DataError, match="not enough for one of 500"):
        phrases(made, 500)


def test_a_tune_is_a_data_set_to_predict_note_by_note():
    data = load("jazz", choruses=20, length=12)
    assert data.x_train.shape == data.y_train.shape == (16, 12)
    assert np.array_equal(data.x_train[:, 1:], data.y_train[:, :-1])
    assert (data.x_train[:, 0] == -1).all()
    assert data.y_train.max() < len(data.class_names)


def test_a_lead_sheet_brings_its_chord_symbols():
    read = tune("leadSheet/fosterBrownHair")
    assert len(read.chords) == 40
    assert read.chords[0].symbol == "F" and set(read.chords[0].tones) == {5, 9, 0}
    assert sum(one.beats for one in read.chords) == sum(beats for _, beats in read.melody)
    assert measures.share_in_scale(read.melody, read.chords) == 1


def test_a_score_without_chords_brings_its_key():
    read = tune("bach/bwv66.6")
    assert [one.symbol for one in read.chords] == ["F# minor"]
    assert [notes.value_name(note) for note in read.melody[:4]] == ["Db5 1/2", "B4 1/2", "A4 1", "B4 1"]


def test_the_highest_of_several_notes_is_the_melody():
    read = tune("joplin/maple_leaf_rag")
    assert len(read.melody) == 477 and read.chords[0].symbol == "Ab major"


def test_a_part_and_a_stretch_of_a_file_can_be_chosen(tmp_path):
    line = [(60 + k, Fraction(1)) for k in range(8)]
    path = midi.write_midi(tmp_path / "eight.mid", line)
    assert read_tune(path, start=2, stop=5).melody == tuple(line[2:5])
    with pytest.raises(DataError, match="has 1 parts, part is 3"):
        read_tune(path, part=3)
    with pytest.raises(DataError, match="holds no notes from beat 90"):
        read_tune(path, start=90)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.mid", b"", "a.mid is empty"),
        ("b.mid", b"hello, I am text", "no MIDI file"),
        ("c.mid", b"MThd\x00\x00\x00\x06\x00\x01", "cannot be read"),
        ("d.mid", None, "absent"),
        ("nobody/nothing", None, "cannot be read"),
    ],
)
def test_what_is_no_midi_file_is_named(tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=said):
        tune(tmp_path / name if name.endswith(".mid") else name)


def test_a_midi_file_without_notes_is_refused(tmp_path):
    (tmp_path / "silent.mid").write_bytes(b"MThd\0\0\0\x06\0\0\0\x01\0\x60" + b"MTrk\0\0\0\x04\0\xff\x2f\0")
    with pytest.raises(DataError, match=r"holds no notes|cannot be read"):
        tune(tmp_path / "silent.mid")


def test_the_courses_file_is_told_from_others(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "COURSE_FILES", tmp_path)
    with pytest.raises(DataError, match=r"original_metheny\.mid is absent"):
        load("jazz", "course")
    (tmp_path / "original_metheny.mid").write_bytes(b"RIFF")
    with pytest.raises(DataError, match="is not a MIDI file"):
        tune("metheny")
