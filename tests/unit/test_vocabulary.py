"""Characters and words ↔ ids, one-hot columns in the taught order, and padding."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import label_binarize

from helpers.text.vocabulary import (
    Vocabulary,
    character_vocabulary,
    one_hot,
    pad,
    tokenize,
    word_vocabulary,
)


@given(st.text(min_size=1))
def test_what_is_encoded_comes_back(text):
    vocabulary = character_vocabulary([text])
    assert "".join(vocabulary.decode(vocabulary.encode(text))) == text


def test_special_tokens_come_first_and_characters_in_order():
    vocabulary = character_vocabulary(["cab\n", "bad"], special=("\n",))
    assert vocabulary.tokens == ("\n", "a", "b", "c", "d")
    assert vocabulary.encode("bad\n") == [2, 1, 4, 0]
    assert "d" in vocabulary and "e" not in vocabulary and len(vocabulary) == 5


def test_the_most_frequent_words_come_first_and_rare_ones_are_unknown():
    sentences = [["the", "cat", "sees", "the", "dog"], ["a", "dog"], ["<pad>"]]
    vocabulary = word_vocabulary(sentences, special=("<pad>", "<unk>"), unknown="<unk>", minimum_count=2)
    assert vocabulary.tokens == ("<pad>", "<unk>", "dog", "the")
    assert vocabulary.encode(["the", "cat"]) == [3, 1]


def test_words_of_the_same_frequency_are_in_alphabetical_order():
    assert word_vocabulary([["b", "c", "a"]]).tokens == ("a", "b", "c")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Vocabulary(()), "empty"),
        (lambda: Vocabulary(("a", "b", "a")), "'a' stands in it twice"),
        (lambda: Vocabulary(("a",), unknown="<unk>"), "unknown is '<unk>'"),
        (lambda: Vocabulary(("a", "b")).encode("abc"), "'c' is not in this vocabulary of 2 tokens"),
        (lambda: Vocabulary(("a", "b")).decode([2]), "id 2 lies outside 0 … 1"),
        (lambda: Vocabulary(("a", "b")).decode([-1]), "id -1"),
        (lambda: one_hot([3], 3), "ids lie in 3 … 3, expected −1 … 2"),
        (lambda: one_hot([-2], 3), "ids lie in -2"),
        (lambda: one_hot([0.5], 3), "dtype float64, expected integers"),
        (lambda: pad([[1]], 0, -1), "length is -1"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_words_and_marks_are_told_apart():
    assert tokenize("I don't, not EVEN now!") == ["i", "don't", ",", "not", "even", "now", "!"]


def test_one_hot_has_the_taught_order_of_axes():
    ids = np.array([[0, 2, 1], [2, 2, -1]])
    columns = one_hot(ids, 3)
    assert columns.shape == (3, 2, 3) and columns.dtype == np.float64
    expected = label_binarize([0, 2, 1], classes=[0, 1, 2]).T
    assert np.array_equal(columns[:, 0], expected)
    assert columns[:, 1, 2].sum() == 0 and columns.sum() == 5
    assert np.array_equal(one_hot([0, 2, 1], 3), expected)
    assert one_hot([], 3).shape == (3, 0)


def test_rows_are_filled_up_on_the_right_and_cut():
    assert pad([[1, 2, 3], [4], []], 0).tolist() == [[1, 2, 3], [4, 0, 0], [0, 0, 0]]
    assert pad([[1, 2, 3], [4]], 9, length=2).tolist() == [[1, 2], [4, 9]]
    assert pad([], 0).shape == (0, 0)
