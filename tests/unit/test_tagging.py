"""Pieces of words, labels of pieces, entities of labels, and figures written down by hand for what was found."""

import numpy as np
import pytest

from helpers.text.pieces import SHAPES, learn_pieces, shape, word_pieces
from helpers.text.tagging import (
    IGNORED,
    MostFrequentLabel,
    accuracy,
    align_labels,
    entities,
    entity_scores,
    first_pieces,
    marked,
    pad_and_mask,
)

WORDS = ["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3  # the example of Sennrich, Haddow and Birch


def split(*texts):
    return [text.split() for text in texts]


def test_the_most_frequent_pairs_are_merged_first():
    characters = {"l", "n", "w", *(f"##{c}" for c in "deiorstw")}
    vocabulary = learn_pieces(WORDS, 100)
    assert set(vocabulary.tokens[2 : 2 + len(characters)]) == characters
    merged = vocabulary.tokens[2 + len(characters) :]
    assert merged[:4] == ("##st", "##est", "lo", "low")  # 9, 9, 7 and 7 times
    assert learn_pieces(WORDS, 16).tokens == vocabulary.tokens[:16] and len(learn_pieces(WORDS, 3)) == 13
    assert all(word in vocabulary for word in set(WORDS))


def test_pieces_put_together_are_the_word_and_each_is_the_longest():
    vocabulary = learn_pieces(WORDS, 17)
    for word in ("LOWEST", "newer", "wow", "tin"):
        pieces = word_pieces(word, vocabulary)
        if "<unk>" not in pieces:
            assert "".join(piece.removeprefix("##") for piece in pieces) == word.lower()
    assert word_pieces("LOWEST", vocabulary) == ["low", "##est"]


@pytest.mark.parametrize("word", ["lowΩ", "Ω", "tin"])
def test_a_word_that_cannot_be_put_together_is_unknown_as_a_whole(word):
    assert word_pieces(word, learn_pieces(WORDS, 20)) == ["<unk>"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("paris", "lower"),
        ("Paris", "Title"),
        ("I", "Title"),
        ("NATO", "UPPER"),
        ("J.", "Title"),
        ("McKay", "Mixed"),
        ("iPhone", "Mixed"),
        ("2013", "number"),
        ("B2", "number"),
        ("…", "other"),
        ("'s", "lower"),
        ("Émile", "Title"),
    ],
)
def test_the_shape_says_how_a_word_is_written(word, expected):
    assert shape(word) == expected and expected in SHAPES


def test_labels_go_to_first_pieces_and_come_back_from_there():
    pieces, labels = [["par", "##is"], ["is"], ["t", "##ak", "##a"]], [1, 0, 3]
    aligned = align_labels(labels, pieces)
    assert aligned == [1, IGNORED, 0, 3, IGNORED, IGNORED]
    assert [aligned[place] for place in first_pieces(pieces)] == labels


def test_short_sentences_are_filled_up_and_long_ones_keep_their_beginning():
    ids, labels, mask = pad_and_mask([[5, 6], [7, 8, 9, 4]], [[0, 1], [2, IGNORED, 0, 0]], 3)
    assert np.array_equal(ids, [[5, 6, 0], [7, 8, 9]]) and np.array_equal(mask, [[1, 1, 0], [1, 1, 1]])
    assert np.array_equal(labels, [[0, 1, IGNORED], [2, IGNORED, 0]])


@pytest.mark.parametrize(
    ("labels", "expected"),
    [  # the cases of seqeval's and conlleval's documentation, and the rule's corners
        ("O O O B-MISC I-MISC I-MISC O", [("MISC", 3, 6)]),
        ("B-PER I-PER O B-LOC", [("PER", 0, 2), ("LOC", 3, 4)]),
        ("I-PER I-PER O I-LOC", [("PER", 0, 2), ("LOC", 3, 4)]),
        ("B-PER B-PER", [("PER", 0, 1), ("PER", 1, 2)]),
        ("B-PER I-LOC I-LOC", [("PER", 0, 1), ("LOC", 1, 3)]),
        ("I-LOC I-PER I-LOC", [("LOC", 0, 1), ("PER", 1, 2), ("LOC", 2, 3)]),
        ("B-PER O I-PER", [("PER", 0, 1), ("PER", 2, 3)]),
        ("B-creative-work I-creative-work", [("creative-work", 0, 2)]),
        ("", []),
    ],
)
def test_entities_are_read_by_the_conll_rule(labels, expected):
    assert [tuple(entity) for entity in entities(labels.split())] == expected


def test_scores_are_those_written_down_from_seqeval():
    """Its example: the boundary of MISC is wrong, PER is right; 0.5 all together."""
    true = split("O O O B-MISC I-MISC I-MISC O", "B-PER I-PER O")
    predicted = split("O O B-MISC I-MISC I-MISC I-MISC O", "B-PER I-PER O")
    scores = entity_scores(true, predicted)
    assert list(scores) == ["MISC", "PER", "all"]
    assert scores["MISC"] == (0, 0, 0, 1, 1, 0) and scores["PER"] == (1, 1, 1, 1, 1, 1)
    assert scores["all"] == (0.5, 0.5, 0.5, 2, 2, 1)


def test_precision_and_recall_divide_by_what_was_proposed_and_by_what_is_there():
    true, predicted = split("B-a O B-b I-b O B-a", "O B-a"), split("B-a O B-b O O O", "O O")
    scores = entity_scores(true, predicted)
    assert scores["a"][:2] == (1, pytest.approx(1 / 3)) and scores["a"].f1 == pytest.approx(0.5)
    assert scores["b"].f1 == 0 and scores["all"] == (0.5, 0.25, pytest.approx(1 / 3), 4, 2, 1)
    assert accuracy(true, predicted) == pytest.approx(5 / 8)


def test_an_entity_in_another_sentence_is_not_found_and_all_o_finds_nothing():
    true, swapped = [["B-a", "O"], ["O", "O"]], [["O", "O"], ["B-a", "O"]]
    assert entity_scores(true, swapped)["all"].f1 == 0
    assert (
        entity_scores(true, [["O", "O"]] * 2)["all"] == (0, 0, 0, 1, 0, 0) and accuracy(true, [["O", "O"]] * 2) == 0.75
    )


def test_the_table_knows_the_most_frequent_label_and_nothing_else():
    table = MostFrequentLabel([["May", "may"], ["May"], ["May"]], [["B-p", "O"], ["B-d"], ["B-d"]])
    assert table.predict([["May", "may", "June"]]) == [["B-d", "O", "O"]]


def test_a_sentence_is_shown_with_its_entities():
    assert marked(*split("Anna Bauer left Oslo", "B-p I-p O B-l")) == "[Anna Bauer: p] left [Oslo: l]"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: word_pieces("", {"a"}), "word is empty"),
        (lambda: learn_pieces([], 9), "there is no word to learn from"),
        (lambda: align_labels([1, 2], [["a"]]), "2 labels for 1 words"),
        (lambda: align_labels([1, 2], [["a"], []]), "a word has no piece"),
        (lambda: pad_and_mask([[1]], [[0]], 0), "length is 0, expected 1 or more"),
        (lambda: pad_and_mask([[1], []], [[0], []], 3), "sentence 1 has 0 pieces and 0 labels"),
        (lambda: pad_and_mask([[1]], [[0, 0]], 3), "sentence 0 has 1 pieces and 2 labels"),
        (lambda: entities(["O", "PER"]), "label 1 is 'PER', expected O, or B- or I- and a kind"),
        (lambda: entities(["B-"]), "label 0 is 'B-'"),
        (lambda: entity_scores([], []), "0 labelled sentences"),
        (lambda: entity_scores([["O"]], []), "1 labelled sentences, 0 predicted"),
        (lambda: entity_scores([["O"]], [["O", "O"]]), "sentence 0 has 1 labels, 2 predictions"),
        (lambda: accuracy([], []), "there is no word"),
    ],
)
def test_what_has_no_answer_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
