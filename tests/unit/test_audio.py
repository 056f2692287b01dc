"""Sound as arrays: files, levels, spectrograms, mixing, backgrounds, and what a detector is worth."""

import struct
import wave

import matplotlib.mlab as mlab
import numpy as np
import pytest
import scipy.io.wavfile
import scipy.signal

from helpers.audio import backgrounds, detection, mixing, signals, wav

RATE = 11_025


@pytest.fixture
def noise():
    return np.random.default_rng(0).uniform(-0.9, 0.9, 4000)


def test_ten_seconds_at_the_courses_rate_have_the_taught_shape():
    assert signals.spectrogram(np.ones(441_000), 44_100).shape == (101, 5511)
    assert signals.spectrogram(np.ones(110_250), RATE).shape == (101, 1376)


@pytest.mark.parametrize(("window", "overlap"), [(200, 120), (64, 0), (51, 25)])
def test_the_spectrogram_equals_those_of_matplotlib_and_scipy(noise, window, overlap):
    found = signals.spectrogram(noise, RATE, window, overlap)
    expected, _, _ = mlab.specgram(noise, window, RATE, noverlap=overlap)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-18)
    options = {"window": np.hanning(window), "noverlap": overlap, "detrend": False}
    np.testing.assert_allclose(found, scipy.signal.spectrogram(noise, RATE, **options)[2], rtol=1e-9, atol=1e-18)


def test_a_tone_stands_in_its_row():
    tone = np.sin(2 * np.pi * 1102.5 * np.arange(RATE) / RATE)
    assert set(signals.spectrogram(tone, RATE).argmax(axis=0)) == {20}


@pytest.mark.parametrize("bits", [16, 24, 32])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_wav_file_comes_back_as_it_was_written(tmp_path, noise, bits, channels):
    samples = noise if channels == 1 else noise.reshape(-1, 2)
    back, rate = wav.read_wav(wav.write_wav(tmp_path / "a.wav", samples, 22_050, bits))
    assert rate == 22_050 and back.shape == samples.shape
    np.testing.assert_allclose(back, samples, atol=0.51 / 2 ** (bits - 1))


@pytest.mark.parametrize("bits", [16, 24, 32])
def test_python_reads_what_is_written(tmp_path, bits):
    path = wav.write_wav(tmp_path / "a.wav", np.array([0.5, -0.5, -1.0]), 8000, bits)
    with wave.open(str(path)) as stream:
        assert (stream.getframerate(), stream.getnframes(), stream.getsampwidth()) == (8000, 3, bits // 8)


@pytest.mark.parametrize("dtype", [np.int16, np.int32])
def test_files_of_scipy_are_read(tmp_path, noise, dtype):
    samples = (noise * np.iinfo(dtype).max).astype(dtype).reshape(-1, 2)
    scipy.io.wavfile.write(tmp_path / "a.wav", 48_000, samples)
    back, rate = wav.read_wav(tmp_path / "a.wav")
    assert rate == 48_000
    np.testing.assert_array_equal(back * (np.iinfo(dtype).max + 1.0), samples)


def test_the_loudest_sample_is_not_turned_over(tmp_path):
    back, _ = wav.read_wav(wav.write_wav(tmp_path / "a.wav", np.array([1.0, -1.0]), 8000))
    assert back[0] > 0.999 and back[1] == -1


def test_chunks_beside_the_sound_are_passed_over(tmp_path):
    whole = wav.write_wav(tmp_path / "a.wav", np.array([0.25, 0.5]), 8000).read_bytes()
    (tmp_path / "b.wav").write_bytes(whole[:12] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + whole[12:])
    assert wav.read_wav(tmp_path / "b.wav")[0].tolist() == [0.25, 0.5]


def _eight_bits(path):
    scipy.io.wavfile.write(path, 8000, np.zeros(9, np.uint8))


def _floats(path):
    scipy.io.wavfile.write(path, 8000, np.zeros(9, np.float32))


def _cut(count):
    def write(path):
        path.write_bytes(wav.write_wav(path, np.zeros(50), 8000).read_bytes()[:count])

    return write


def _silent(path):
    head = wav.write_wav(path, np.zeros(50), 8000).read_bytes()[:44]
    path.write_bytes(head[:40] + struct.pack("<I", 0))


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda path: None, "is absent"),
        (lambda path: path.write_bytes(b""), "a.wav is empty"),
        (lambda path: path.write_bytes(b"<!doctype html><html>"), "no WAV file: it begins with b'<!doctype"),
        (_eight_bits, "coding 1 with 8 bits, expected PCM"),
        (_floats, "coding 3 with 32 bits, expected PCM"),
        (_cut(100), "truncated: 100 bytes of b'data' announced, 56 are there"),
        (_cut(20), "truncated"),
        (_cut(12), "no description of its samples"),
        (_cut(36), "no sound"),
        (_silent, "no sound"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_for_what_it_is(tmp_path, write, message):
    write(tmp_path / "a.wav")
    with pytest.raises(ValueError, match=message):
        wav.read_wav(tmp_path / "a.wav")


@pytest.mark.parametrize(
    ("samples", "rate", "bits", "message"),
    [
        ([], 8000, 16, "shape"),
        ([1.01], 8000, 16, "reach 1.01"),
        ([np.nan], 8000, 16, "reach nan"),
        ([0.0], 0, 16, "rate 0"),
        ([0.0], 8000.5, 16, "rate 8000.5"),
        ([0.0], 8000, 8, "bits 8"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, samples, rate, bits, message):
    with pytest.raises(ValueError, match=message):
        wav.write_wav(tmp_path / "a.wav", np.array(samples), rate, bits)
    assert not (tmp_path / "a.wav").exists()


def test_stereo_becomes_the_mean_of_its_channels():
    np.testing.assert_array_equal(signals.mono(np.array([[1.0, 0.0], [0.5, 0.1]])), [0.5, 0.3])


def test_resampling_keeps_a_tone_and_drops_what_the_new_rate_cannot_hold():
    low, high = (np.sin(2 * np.pi * f * np.arange(44_100) / 44_100) for f in (440, 9000))
    found = signals.resample(low, 44_100, RATE)
    assert len(found) == RATE
    np.testing.assert_allclose(found[100:-100], np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)[100:-100], atol=0.01)
    assert np.abs(signals.resample(high, 44_100, RATE)[100:-100]).max() < 0.01


def test_levels_are_decibels_of_full_scale(noise):
    assert signals.level_db(np.full(9, 0.1)) == pytest.approx(-20)
    assert signals.level_db(np.zeros(9)) == -np.inf
    assert signals.level_db(signals.with_level(noise, -33)) == pytest.approx(-33)
    np.testing.assert_array_equal(signals.with_level(np.zeros(9), -20), np.zeros(9))


def test_an_overlay_starts_at_its_millisecond_and_leaves_its_arguments_alone():
    background, clip = np.zeros(2000), np.ones(500)
    mixed = signals.overlay(background, clip, 250, 1000, gain_db=-20)
    np.testing.assert_allclose(mixed, np.r_[np.zeros(250), np.full(500, 0.1), np.zeros(1250)])
    assert not background.any()
    assert signals.overlay(background, clip, 1800, 1000).sum() == 200  # the rest reaches beyond the end


@pytest.mark.parametrize("position", [-1, 2001])
def test_an_overlay_outside_of_the_background_is_refused(position):
    with pytest.raises(ValueError, match=f"position_ms is {position}, expected 0 to 2000"):
        signals.overlay(np.zeros(2000), np.ones(5), position, 1000)


@pytest.mark.parametrize("call", [signals.level_db, lambda x: signals.spectrogram(x, 8000), lambda x: signals.mono(x)])
def test_an_empty_sound_is_refused(call):
    with pytest.raises(ValueError, match=r"shape \(0,\)"):
        call(np.zeros(0))


def test_a_sound_shorter_than_a_window_is_refused():
    with pytest.raises(ValueError, match="199 samples, window 200"):
        signals.spectrogram(np.zeros(199), RATE)


def test_a_chime_starts_and_ends_in_silence():
    bell = signals.chime(RATE)
    assert bell[0] == bell[-1] == 0 and 0.2 < np.abs(bell).max() < 0.5


def test_segments_overlap_where_they_share_a_millisecond():
    cases = {(0, 9): False, (0, 10): True, (20, 30): True, (21, 30): False, (12, 14): True, (5, 40): True}
    assert {segment: mixing.is_overlapping(segment, [(50, 60), (10, 20)]) for segment in cases} == cases


def test_random_segments_stay_inside():
    random = np.random.RandomState(0)
    segments = [mixing.random_segment(700, 1000, random) for _ in range(2000)]
    assert {start for start, _ in segments} == set(range(300)) and all(end - start == 699 for start, end in segments)


def test_inserted_clips_never_overlap_and_a_full_background_stays_as_it_is():
    random, sound, taken = np.random.RandomState(1), np.zeros(10_000), []
    for _ in range(40):
        sound, _ = mixing.insert_clip(sound, np.ones(900), taken, 1000, random)
    assert sound.max() == 1 and sound.sum() == 900 * len(taken) and len(taken) < 40
    before = sound.copy()
    assert mixing.insert_clip(sound, np.ones(9990), taken, 1000, random)[1] == (10_000, 10_000)
    np.testing.assert_array_equal(sound, before)


def test_fifty_ones_follow_the_end_of_a_word():
    y = mixing.insert_ones(np.zeros((1, 1375)), 5000)
    assert np.flatnonzero(y[0]).tolist() == list(range(688, 738))
    assert mixing.insert_ones(np.zeros((1, 1375)), 9999)[0].sum() == 0
    assert mixing.insert_ones(np.zeros((1, 341)), 5000)[0].sum() == 12


@pytest.mark.parametrize("kind", backgrounds.KINDS)
def test_backgrounds_are_the_same_for_the_same_seed_and_no_two_moments_are_alike(kind):
    words = [np.sin(np.arange(3000) / 5)]
    one, same = (backgrounds.background(kind, 3, RATE, np.random.RandomState(4), words) for _ in range(2))
    np.testing.assert_array_equal(one, same)
    assert len(one) == 3 * RATE and signals.level_db(one) == pytest.approx(-20)
    assert abs(np.corrcoef(one[:RATE], one[RATE : 2 * RATE])[0, 1]) < 0.3


def test_a_street_is_darker_than_rain():
    def centre(kind):
        power = signals.spectrogram(backgrounds.background(kind, 3, RATE, np.random.RandomState(4)), RATE).mean(axis=1)
        return power @ np.arange(101) / power.sum()

    assert centre("street") < 0.5 * centre("rain")


def test_an_unknown_background_is_refused():
    with pytest.raises(ValueError, match="kind is 'sea', expected one of rain, street, café"):
        backgrounds.background("sea", 1, RATE, np.random.RandomState(0))


def test_a_report_needs_consecutive_steps_and_a_pause_follows():
    track = np.array([0.9, 0.9, 0.1, 0.9, 0.9, 0.5, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9])
    assert detection.activation_steps(track, 0.5, consecutive=3, pause=2) == [5, 10]
    assert detection.activation_steps(track, 0.91, consecutive=1) == []


def test_a_second_report_of_a_word_is_a_false_alarm():
    missed, left = detection.match([1500, 1600, 4000], [(1000, 1400), (3000, 3200), (3500, 3900)], latest_ms=700)
    assert (missed, left) == (1, [1600])


def test_a_score_counts_over_hours():
    tracks = np.zeros((360, 341))
    tracks[0, 100:110] = tracks[1, 200:210] = 1
    found = detection.score(tracks, [[(2500, 3000)]] + [[]] * 358 + [[(100, 200)]], 0.5)
    assert (found.said, found.missed, found.false_alarms, found.hours) == (2, 1, 1, 1.0)
    assert (found.miss_rate, found.false_alarms_an_hour) == (0.5, 1.0)


def test_loudness_looks_back_only():
    sound = np.r_[np.zeros(500), np.full(100, 0.1), np.zeros(400)]
    track = detection.loudness(sound, 10, smooth=2)
    np.testing.assert_allclose(track[[4, 5, 6, 7]], [-100, -20 - 10 * np.log10(2), -20 - 10 * np.log10(2), -100])
