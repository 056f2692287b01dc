"""Spoken words: the stored clips, how they were made, and the course's recordings."""

import importlib.util
import zipfile

import numpy as np
import pytest

from helpers import paths
from helpers.audio.wav import write_wav
from helpers.datasets import load, speech, speech_synthesis
from helpers.datasets.dataset import DataError

SPLITS = {split: speech.speech_clips(split) for split in speech.SPLITS}


def test_no_voice_is_in_two_splits():
    voices = [set(clips.voices) for clips in SPLITS.values()]
    assert [len(names) for names in voices] == [44, 8, 12]
    assert len(set.union(*voices)) == 64


@pytest.mark.parametrize("clips", SPLITS.values(), ids=SPLITS)
def test_every_voice_says_the_trigger_word_and_others(clips):
    for voice in set(clips.voices):
        words = clips.words[clips.voices == voice]
        assert 2 <= np.sum(words == "activate") <= 3 and len(words) >= 6
    assert len(clips) == len(clips.activates) + len(clips.negatives)


def test_some_words_are_unheard_in_training():
    assert not speech.unheard(SPLITS["train"].words).any()
    assert 0.1 < speech.unheard(SPLITS["test"].words).mean() < 0.3


@pytest.mark.parametrize("clips", SPLITS.values(), ids=SPLITS)
def test_clips_are_short_loud_and_read_only(clips):
    for sound in clips.sounds:
        assert 0.15 < len(sound) / clips.rate < 1.5 and 0.99 < np.abs(sound).max() <= 1
    with pytest.raises(ValueError, match="read-only"):
        clips.sounds[0][0] = 0


def test_the_file_is_below_three_megabytes():
    assert speech_synthesis.FILE.stat().st_size < 3_000_000


def test_the_data_set_holds_the_same_clips():
    data = load("speech")
    assert (len(data.x_train), len(data.x_test)) == (308, 184)
    first = SPLITS["train"].sounds[0]
    np.testing.assert_array_equal(data.x_train[0, : len(first)] / 512, first)
    assert data.class_names[data.y_train[0]] == SPLITS["train"].words[0]


def test_an_unknown_split_is_refused():
    with pytest.raises(DataError, match="split='all', expected one of train, dev, test"):
        speech.speech_clips("all")


def test_a_missing_file_says_where_it_comes_from(monkeypatch, tmp_path):
    monkeypatch.setattr(speech, "FILE", tmp_path / "speech.h5")
    with pytest.raises(DataError, match="absent or damaged: get it again"):
        speech.speech_clips()


def test_what_is_said_is_the_same_on_every_call():
    assert list(speech_synthesis.utterances()) == list(speech_synthesis.utterances())


has_engine = importlib.util.find_spec("espeakng_loader") is not None


@pytest.mark.skipif(has_engine, reason="espeakng-loader is installed")
def test_without_the_engine_the_remedy_is_named(tmp_path):
    with pytest.raises(DataError, match=r"pip install espeakng-loader==0\.2\.4"):
        speech_synthesis.synthesise(tmp_path / "speech.h5")


@pytest.mark.skipif(not has_engine, reason="needs espeakng-loader 0.2.4, which made the stored file")
def test_the_engine_says_the_stored_clips_again():
    say = speech_synthesis.speaker()
    first = list(speech_synthesis.utterances())[:8]
    for (_, voice, word, speed, pitch), stored in zip(first, SPLITS["train"].sounds[:8], strict=True):
        np.testing.assert_array_equal(speech_synthesis.clip(say(word, voice, speed, pitch)) / 512, stored)


@pytest.fixture
def archive(monkeypatch, tmp_path):
    """A raw_data.zip like the course's in a folder of its own."""
    monkeypatch.setattr(paths, "COURSE_FILES", tmp_path)
    sound = 0.5 * np.sin(np.arange(44_100) / 20)
    write_wav(tmp_path / "mono.wav", sound, 44_100)
    write_wav(tmp_path / "stereo.wav", np.stack([sound, sound], axis=1), 44_100)
    with zipfile.ZipFile(tmp_path / "raw_data.zip", "w") as packed:
        for folder, file in (("activates", "mono"), ("negatives", "stereo"), ("backgrounds", "stereo")):
            packed.write(tmp_path / f"{file}.wav", f"raw_data/{folder}/1.wav")
        packed.write(tmp_path / "mono.wav", "__MACOSX/raw_data/activates/._1.wav")
    return tmp_path / "raw_data.zip"


def test_the_courses_recordings_are_made_mono_and_slower_in_rate(archive):
    clips = speech.course_clips()
    assert clips.words.tolist() == ["activate", "background", "other"]
    assert [len(sounds) for sounds in (clips.activates, clips.negatives, clips.backgrounds)] == [1, 1, 1]
    assert {len(sound) for sound in clips.sounds} == {11_025}
    np.testing.assert_allclose(clips.sounds[0], clips.sounds[1], atol=1e-12)
    assert "not the file the published figures" in clips.note
    assert load("speech", source="course").x_train.shape == (3, 11_025)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is absent"),
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1", "Git-LFS pointer"),
        (b"RIFF", "not a ZIP archive"),
        (b"PK\x03\x04 cut", "truncated or damaged"),
    ],
)
def test_an_archive_that_cannot_be_read_is_named_for_what_it_is(archive, content, message):
    archive.unlink()
    if content is not None:
        archive.write_bytes(content)
    with pytest.raises(DataError, match=message):
        speech.course_clips()


def test_an_archive_without_backgrounds_or_with_false_sound_is_refused(archive):
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(archive.parent / "mono.wav", "raw_data/activates/1.wav")
    with pytest.raises(DataError, match="no WAV files of background and other"):
        speech.course_clips()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("raw_data/activates/1.wav", b"no sound")
    with pytest.raises(DataError, match=r"activates/1\.wav is no WAV file"):
        speech.course_clips()
