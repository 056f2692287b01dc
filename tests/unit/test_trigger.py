"""The network that listens: the taught shapes, sound to try it on, and stored weights as good as their card."""

import itertools

import numpy as np
import pytest

from helpers.audio import detection
from helpers.checks.engine import explain_difference
from helpers.checks.trigger_word import modelf
from helpers.datasets.speech import speech_clips

keras = pytest.importorskip("keras")

from helpers.models import recipes, trigger, weights  # noqa: E402


@pytest.fixture(scope="module")
def clips():
    return speech_clips("test")


def test_the_defaults_build_the_taught_network():
    model = trigger.trigger_network()
    assert model.output_shape == (None, 1375, 1) and model.count_params() == 523_329
    assert [layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"] == [0.8] * 4


def test_the_network_is_that_of_the_lesson():
    shape = (47, 9)
    assert explain_difference(trigger.trigger_network(shape, 5, 4, 0.3), modelf(shape, 5, 4, 0.3), {}) is None


def test_it_does_not_hear_the_future():
    model = trigger.trigger_network((95, 11), 6, 5, 0.3)
    x = np.random.RandomState(0).standard_normal((1, 95, 11)).astype(np.float32)
    changed = x.copy()
    changed[:, 55:] = 0
    first, second = (model.predict_on_batch(one)[0, :, 0] for one in (x, changed))
    assert np.allclose(first[:11], second[:11]) and not np.allclose(first[11:], second[11:])


def test_examples_fit_the_small_network_and_come_again_with_their_seed(clips):
    (x, y), (same, _) = (trigger.Mixer(clips, np.random.RandomState(3)).batch(3) for _ in range(2))
    assert x.shape == (3, *trigger.INPUT_SHAPE) and y.shape == (3, trigger.TY, 1)
    np.testing.assert_array_equal(x, same)
    assert np.abs(x).max() < 4 and set(np.unique(y)) <= {0.0, 1.0}


def test_a_piece_of_the_trigger_word_lacks_something(clips):
    mixer, word = trigger.Mixer(clips, np.random.RandomState(3)), np.arange(6000.0)
    shares = [len(mixer.piece(word)) / 6000 for _ in range(300)]
    assert min(shares) > 0.4 and max(shares) < 0.91


def test_a_hybrid_holds_an_end_of_each_of_two_words(clips):
    mixer, word, other = trigger.Mixer(clips, np.random.RandomState(3)), np.arange(6000.0), np.arange(-3000.0, 0)
    hybrids = [mixer.hybrid(word, other) for _ in range(100)]
    assert {(one[0], one[-1]) for one in hybrids} == {(0, -1), (-3000, 5999)}


def test_scenes_say_where_every_word_is(clips):
    scenes = trigger.sound_scenes(clips, 12, seed=1)
    assert [len(sound) for sound in scenes.sounds] == 12 * [110_250]
    for sound, triggers, others in zip(scenes.sounds, scenes.triggers, scenes.others, strict=True):
        assert len(triggers) <= 2 and 1 <= len(others) <= 3
        places = sorted([*triggers, *(one[:2] for one in others)])
        assert all(first[1] < second[0] for first, second in itertools.pairwise(places))
        loud = [np.mean(sound[a * 11025 // 1000 : b * 11025 // 1000] ** 2) for a, b in places]
        assert min(loud) > np.percentile(np.mean(sound.reshape(-1, 1050) ** 2, axis=1), 20)


def test_the_stored_weights_are_as_good_as_their_card(clips):
    ear = weights.load(trigger.trigger_network(trigger.INPUT_SHAPE, **trigger.SMALL), "trigger_word")
    card = weights.card("trigger_word")["accuracy"]
    scenes = trigger.sound_scenes(clips, 60, seed=7)
    found = detection.score(trigger.listen(ear, scenes.sounds, clips.rate), scenes.triggers, card["threshold"])
    assert found.miss_rate < card["test"]["miss rate"] + 0.08
    assert found.false_alarms < 3 + 2 * card["test"]["false alarms an hour"] / 6


def test_the_recipe_refuses_other_data(tmp_path):
    with pytest.raises(ValueError, match="trigger_word mixes its own sound"):
        recipes.find("trigger_word").train(tmp_path, 1)
