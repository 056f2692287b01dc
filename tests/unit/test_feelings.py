"""Sentences about feelings: what the word vectors learn their words from."""

from collections import Counter

import numpy as np
import pytest

from helpers.datasets import DataError
from helpers.datasets.emoji import emoji_sentences
from helpers.datasets.feelings import FEELINGS, feeling_sentences, vocabulary


@pytest.fixture(scope="module")
def sentences():
    return feeling_sentences(15000, np.random.default_rng(0))


def test_a_state_of_the_generator_gives_the_same_sentences_and_another_gives_others():
    first, again, other = (feeling_sentences(20, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert first == again != other


def test_fewer_sentences_are_the_beginning_of_more():
    assert feeling_sentences(7, np.random.default_rng(1)) == feeling_sentences(30, np.random.default_rng(1))[:7]
    assert feeling_sentences(0, np.random.default_rng(1)) == []


def test_sentences_are_lower_case_words_without_open_slots(sentences):
    assert all(word.isalpha() and word.islower() and word.isascii() for sentence in sentences for word in sentence)
    assert min(map(len, sentences)) >= 2


def test_the_vocabulary_is_what_the_sentences_hold(sentences):
    assert {word for sentence in sentences for word in sentence} == vocabulary()


def test_every_word_of_the_emoji_sentences_stands_there_often_enough_to_learn_from(sentences):
    counts = Counter(word for sentence in sentences for word in sentence)
    words = {word for half in emoji_sentences() for sentence in half.sentences for word in sentence.split()}
    assert min(counts[word] for word in words) >= 5


@pytest.mark.parametrize(
    ("word", "synonym", "stranger"),
    [
        ("happy", "elated", "sad"),
        ("hungry", "famished", "happy"),
        ("adore", "cherish", "kick"),
        ("football", "rugby", "pizza"),
        ("cried", "sobbed", "smiled"),
        ("pizza", "sushi", "baseball"),
    ],
)
def test_synonyms_share_more_of_their_neighbours_than_words_of_another_feeling(sentences, word, synonym, stranger):
    def neighbours(centre):
        counts = Counter(
            beside
            for sentence in sentences
            for place, here in enumerate(sentence)
            if here == centre
            for beside in sentence[max(place - 2, 0) : place] + sentence[place + 1 : place + 3]
        )
        return {beside: count / counts.total() for beside, count in counts.items()}

    def overlap(other):
        mine, theirs = neighbours(word), neighbours(other)
        return sum(min(share, theirs.get(beside, 0)) for beside, share in mine.items())

    assert overlap(synonym) > overlap(stranger)


def test_negations_stand_in_every_feeling(sentences):
    for start in range(len(FEELINGS)):
        said = Counter(word for sentence in sentences[start :: len(FEELINGS)] for word in sentence)
        assert min(said[word] for word in ("not", "never", "nobody", "no", "cannot")) > 15


@pytest.mark.parametrize("count", [-1, 2.0, True, "3"])
def test_a_count_that_is_none_is_refused(count):
    with pytest.raises(DataError, match="count="):
        feeling_sentences(count, np.random.default_rng(0))


def test_a_seed_in_the_place_of_the_generator_is_refused():
    with pytest.raises(DataError, match="rng is int"):
        feeling_sentences(3, 0)
