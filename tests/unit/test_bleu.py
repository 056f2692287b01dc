"""BLEU and exact match.

The expected figures were computed once with sacrebleu 2.6.0 (tokenize="none", smooth_method="none"). `corpus_bleu` of
nltk 3.10.4 gives the same, but for 4-grams of the corpus: it counts one in a sentence of two words. Neither package is
needed here.
"""

import numpy as np
import pytest

from helpers.text.translation import bleu, clipped_matches, exact_match, ngrams

CASES = {
    "a reference in part": (
        ["the cat is on the mat today"],
        [["the cat sat on the mat today", "there is a cat on the mat"]],
    ),
    "too short": (["the cat sat on"], [["the cat sat on the mat"]]),
    "a corpus": (
        [
            "the quick brown fox jumps over the dog",
            "a man reads a book in the garden today",
            "it rains",
        ],
        [
            ["the quick brown fox jumps over the lazy dog", "a fast brown fox leaps over the dog"],
            ["the man is reading a book in the garden", "a man reads a book in the park"],
            ["it is raining", "it rains now"],
        ],
    ),
    "Papineni's first candidate": (
        ["it is a guide to action which ensures that the military always obeys the commands of the party"],
        [
            [
                "it is a guide to action that ensures that the military will forever heed party commands",
                "it is the guiding principle which guarantees the military forces always being under the command of "
                "the party",
                "it is the practical guide for the army always to heed the directions of the party",
            ]
        ],
    ),
}
SACREBLEU = {  # with n-grams up to 4 and up to 2: 100 · BLEU
    "a reference in part": (50.81327481546149, 81.64965809277267),
    "too short": (60.653065971263366, 60.653065971263366),
    "a corpus": (85.8592064733913, 89.41028638869737),
    "Papineni's first candidate": (50.456668400584846, 74.53559924999297),
}
PARTS = {  # 100 · precisions, and the brevity penalty
    "a reference in part": ([100, 200 / 3, 40, 25], 1),
    "too short": ([100, 100, 100, 100], 0.6065306597126334),
    "a corpus": ([94.73684210526316, 93.75, 92.3076923076923, 81.81818181818181], 0.9487294800164372),
    "Papineni's first candidate": ([94.44444444444444, 58.8235294117647, 43.75, 26.666666666666668], 1),
}


def split(name):
    candidates, references = CASES[name]
    return [one.split() for one in candidates], [[one.split() for one in several] for several in references]


@pytest.mark.parametrize("name", CASES)
def test_bleu_is_that_of_sacrebleu(name):
    for max_n, expected in zip((4, 2), SACREBLEU[name], strict=True):
        assert 100 * bleu(*split(name), max_n).score == pytest.approx(expected, rel=1e-12)
    found = bleu(*split(name))
    precisions, penalty = PARTS[name]
    assert 100 * np.array(found.precisions) == pytest.approx(precisions, rel=1e-12)
    assert found.brevity_penalty == pytest.approx(penalty, rel=1e-12)


def test_a_word_counts_no_oftener_than_in_one_reference():
    references = [["the", "cat", "is", "on", "the", "mat"], ["there", "is", "a", "cat", "on", "the", "mat"]]
    assert clipped_matches(["the", "the", "the", "the", "the", "the", "the"], references, 1) == (2, 7)
    assert bleu([["the"] * 7], [references]).score == 0


def test_perfect_is_one_and_nothing_is_zero():
    text = ["a", "b", "c", "d", "e"]
    assert bleu([text], [[text]]).score == 1
    assert bleu([[]], [[text]]).score == 0
    assert bleu([list("abc")], [[list("abc")]]).score == 0, "no four words: no 4-gram"
    assert ngrams("abab", 2) == {("a", "b"): 2, ("b", "a"): 1}


def test_exact_match_counts_whole_sequences():
    assert exact_match(["2015-03-04", "2015-03-05"], ["2015-03-04", "2015-03-04"]) == 0.5
    rows = np.array([[1, 2], [3, 4], [5, 6]])
    assert exact_match(rows, np.array([[1, 2], [3, 5], [5, 6]])) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: bleu([], []),
        lambda: bleu([["a"]], [[["a"]], [["b"]]]),
        lambda: bleu([["a"]], [[]]),
        lambda: bleu([["a"]], [[["a"]]], max_n=0),
        lambda: ngrams("ab", 0),
        lambda: exact_match([], []),
        lambda: exact_match(["a"], ["a", "b"]),
    ],
)
def test_what_cannot_be_scored_is_refused(call):
    with pytest.raises(ValueError, match="expected"):
        call()
