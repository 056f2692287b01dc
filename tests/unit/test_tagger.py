"""The tagger: who sees whom, what is encoded and cut, the loss, learning, and the stored weights."""

import keras
import numpy as np
import pytest

from helpers.datasets.entities import entity_sentences
from helpers.models import recipes, tagger_training, weights
from helpers.models.tagger import HEADS, all_masks, attention_of, head_masks, masked_loss, tagger
from helpers.models.tagger_training import Tagging, entity_task, fit, predict, tagging_of
from helpers.models.training import in_float32
from helpers.text.tagging import accuracy, entity_scores
from helpers.text.vocabulary import Vocabulary

WORDS = np.array([[1, 2, 2, 3, 0]])
SMALL = {"num_layers": 1, "embedding_dim": 8, "fully_connected_dim": 8}


@pytest.fixture(scope="module")
def task():
    return Tagging(Vocabulary(("<pad>", "<unk>", *"abcdef", "##b"), "<unk>"), ("O", "B-x", "I-x"), 5)


def test_each_head_sees_what_its_name_says_and_nobody_sees_padding():
    masks = np.asarray(head_masks(WORDS))[0]
    seen = [[np.flatnonzero(row).tolist() for row in head] for head in masks]
    assert dict(zip(HEADS, seen, strict=True)) == {
        "word before": [[0], [0], [0], [1, 2], seen[0][4]],
        "word after": [[1, 2], [3], [3], [3], seen[1][4]],
        "all before": [[0], [0], [0], [0, 1, 2], seen[2][4]],
        "all after": [[1, 2, 3], [3], [3], [3], seen[3][4]],
    }
    assert masks[:, :4, 4].sum() == 0 and (masks.sum(axis=-1) > 0).all()
    assert np.array_equal(np.asarray(all_masks(WORDS))[0], np.broadcast_to([1, 1, 1, 1, 0], (4, 5, 5)))


def test_masks_reach_the_attention(task):
    network = tagger(*task.sizes, **SMALL)
    inputs = task.encode([["a", "bb", "c"]]).inputs
    looked = attention_of(network, inputs)[0]
    seen = np.asarray(head_masks(inputs[2]))[0]
    assert looked.shape == seen.shape and np.allclose(looked.sum(axis=-1), 1, atol=1e-5)
    assert looked[seen == 0].max() < 1e-6


def test_what_follows_a_piece_changes_its_answer_unless_there_is_no_attention(task):
    one, other = task.encode([["a", "b", "c"]]).inputs, task.encode([["a", "b", "d"]]).inputs
    for layers, same in ((1, False), (0, True)):
        network = tagger(*task.sizes, **SMALL | {"num_layers": layers})
        first = [np.asarray(network(part))[0, 0] for part in (one, other)]
        assert np.allclose(*first, atol=1e-7) == same


def test_sentences_are_encoded_with_shapes_places_and_a_label_for_each_first_piece(task):
    encoded = task.encode([["A", "Bb", "ac"], ["d"]], [["B-x", "I-x", "O"], ["O"]])
    assert encoded.pieces.tolist() == [[2, 3, 8, 1, 0], [5, 0, 0, 0, 0]]
    assert encoded.shapes.tolist() == [[2, 2, 2, 1, 0], [1, 0, 0, 0, 0]]
    assert encoded.words.tolist() == [[1, 2, 2, 3, 0], [1, 0, 0, 0, 0]]
    assert encoded.labels.tolist() == [[1, 2, -1, 0, -1], [0, -1, -1, -1, -1]]
    assert encoded.mask.sum() == 5 and encoded.first == [[0, 1, 3], [0]] and encoded.cut == 0


def test_words_that_do_not_fit_are_counted_and_labelled_o(task):
    encoded = task.encode([["a"] * 4 + ["bb", "c", "d"]])
    assert encoded.cut == 2 and encoded.pieces.shape == (1, 5)
    always = np.eye(3)[np.ones((1, 5), int)]
    assert task.decode(always, encoded) == [["B-x"] * 5 + ["O"] * 2]


@pytest.mark.parametrize(
    ("words", "labels", "message"),
    [
        ([["a"], []], None, "a sentence is empty"),
        ([["a"]], [["O", "O"]], "2 labels for 1 words"),
        ([["a"]], [["B-animal"]], "label 'B-animal' is unknown, expected one of O, B-x, I-x"),
    ],
)
def test_what_cannot_be_encoded_is_refused(task, words, labels, message):
    with pytest.raises(ValueError, match=message):
        task.encode(words, labels)


def test_unknown_characters_have_a_documented_answer(task):
    assert task.encode([["Ω", "a"]]).pieces[0, :2].tolist() == [1, 2]


def test_the_loss_is_the_mean_over_pieces_that_count():
    labels, p = np.array([[1, -1], [0, 2]]), np.array([[[0.2, 0.7, 0.1]] * 2, [[0.5, 0.3, 0.2]] * 2])
    expected = -np.mean(np.log([0.7, 0.5, 0.2]))
    assert float(masked_loss(labels, p)) == pytest.approx(expected, rel=1e-6)


def test_a_tagger_learns_to_read_its_neighbour():
    """What follows "a" is an x; nothing else tells."""
    random = np.random.RandomState(0)
    words = [list(random.choice(list("abcd"), 6)) for _ in range(160)]
    labels = [["B-x" if i and row[i - 1] == "a" else "O" for i in range(6)] for row in words]
    task = tagging_of(words, ("O", "B-x"), 10, 6)
    found = []
    for layers in (1, 0):
        keras.utils.set_random_seed(0)
        network = tagger(*task.sizes, **SMALL | {"num_layers": layers, "dropout_rate": 0.0})
        losses = fit(network, task.encode(words[:128], labels[:128]), epochs=12, learning_rate=0.02)
        assert losses[-1] < losses[0]
        found.append(accuracy(labels[128:], predict(network, task, words[128:])))
    assert found[0] > 0.97 > 0.85 > found[1]


def test_stored_weights_find_what_their_card_says_on_unseen_sentences_and_names():
    parts = entity_sentences()
    task = entity_task(parts["train"])
    with in_float32():
        network = weights.load(tagger(*task.sizes), "named_entities")
        found = predict(network, task, parts["test"].words)
    card = weights.card("named_entities")["accuracy"]
    scores = entity_scores(parts["test"].labels, found)
    assert scores["all"].f1 >= 0.9
    for kind, one in scores.items():
        assert one.f1 == pytest.approx(card["entity F1"][kind], abs=0.005)
    assert card["entity F1 on 4000 more test sentences"] > card["entity F1 on 4000 sentences of another hand"] + 0.1


def test_the_recipe_makes_its_own_sentences(tmp_path):
    with pytest.raises(ValueError, match="named_entities makes its own sentences"):
        recipes.find("named_entities").train(tmp_path, 1)


def test_the_recipe_trains_and_tells_its_facts(monkeypatch):
    tiny = tagger_training.Training(count=200, epochs=1)
    monkeypatch.setattr(tagger_training, "TRAINING", tiny)
    network, facts = recipes.find("named_entities").train(None, None)
    assert network.dtype == "float32" and facts["recipe"]["count"] == 200
    assert set(facts["accuracy"]["entity F1"]) >= {"person", "all"} and len(facts["losses"]) == 1
    further = {key for key in facts["accuracy"] if "F1 on" in key}
    assert further == {f"entity F1 on 4000 {what}" for what in ("more test sentences", "sentences of another hand")}
