"""Numbers in words: right in both languages, one text a number, and none of the test's seen."""

import itertools

import pytest

from helpers.datasets import DataError, load
from helpers.datasets.number_words import LANGUAGES, in_words, number_words

KNOWN = {
    0: ("zero", "null"),
    1: ("one", "eins"),
    16: ("sixteen", "sechzehn"),
    21: ("twenty one", "einundzwanzig"),
    70: ("seventy", "siebzig"),
    100: ("one hundred", "einhundert"),
    101: ("one hundred and one", "einhunderteins"),
    407: ("four hundred and seven", "vierhundertsieben"),
    999: ("nine hundred and ninety nine", "neunhundertneunundneunzig"),
    1000: ("one thousand", "eintausend"),
    1001: ("one thousand and one", "eintausendeins"),
    1320: ("one thousand three hundred and twenty", "eintausenddreihundertzwanzig"),
    21_000: ("twenty one thousand", "einundzwanzigtausend"),
    101_000: ("one hundred and one thousand", "einhunderteintausend"),
    342_507: (
        "three hundred and forty two thousand five hundred and seven",
        "dreihundertzweiundvierzigtausendfünfhundertsieben",
    ),
}


@pytest.mark.parametrize("number", KNOWN)
def test_a_number_is_written_as_the_language_writes_it(number):
    english, german = KNOWN[number]
    assert " ".join(in_words(number, "english")) == english
    assert "".join(in_words(number, "german")) == german
    assert "".join(in_words(number, "digits")) == str(number)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_numbers_share_their_words(language):
    numbers = [*range(2000), *range(19_900, 22_100), *range(99_000, 1_000_000, 997)]
    assert len({"".join(in_words(number, language)) for number in numbers}) == len(set(numbers))


def test_each_part_holds_as_many_different_numbers_as_asked_and_they_share_none():
    train, test = number_words(500, 200, seed=3)
    assert (len(train), len(test)) == (len(set(train.numbers)), len(set(test.numbers))) == (500, 200)
    assert not set(train.numbers) & set(test.numbers)
    assert set(range(100)) <= set(train.numbers)
    assert all(100 <= number < 1_000_000 for number in test.numbers)


def test_every_word_of_the_test_and_every_length_occurs_in_training():
    train, test = number_words()
    for seen, unseen in ((train.source, test.source), (train.target, test.target)):
        assert set(itertools.chain(*unseen)) <= set(itertools.chain(*seen))
        assert max(map(len, unseen)) <= max(map(len, seen)) == 11


def test_words_stand_beside_their_number_and_a_seed_gives_the_same_again():
    train, test = number_words(150, 20, seed=5, source="digits", target="english")
    for part in (train, test):
        for number, source, target in zip(part.numbers, part.source, part.target, strict=True):
            assert (int("".join(source)), target) == (number, in_words(number, "english"))
    assert number_words(150, 20, 5)[1].numbers == test.numbers != number_words(150, 20, 6)[1].numbers


def test_the_data_set_holds_the_same_as_strings():
    loaded, (train, test) = load("number_words"), number_words()
    assert loaded.x_train[7] == " ".join(train.source[7])
    assert [loaded.class_names[label] for label in loaded.y_test[:50]] == [
        f"{len(str(number))} digits" for number in test.numbers[:50]
    ]
    assert "4000 + 1000" in loaded.note


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: in_words(1_000_000, "english"), "number=1000000, expected an integer from 0 to 999999"),
        (lambda: in_words(-1, "german"), "number=-1"),
        (lambda: in_words(2.5, "german"), "number=2.5"),
        (lambda: in_words(3, "latin"), "language='latin', expected one of english, german, digits"),
        (lambda: number_words(99), "count=99, expected an integer of at least 100"),
        (lambda: number_words(100, 0), "test=0, expected an integer of at least 1"),
        (lambda: number_words(40_000, 20_000), "count \\+ test is 60000, expected at most 50000"),
        (lambda: number_words(target="greek"), "language='greek'"),
    ],
)
def test_what_cannot_be_written_is_refused(call, message):
    with pytest.raises(DataError, match=message):
        call()
