"""Spans: tokens keep their places, scores give the best span, and the measures are those of SQuAD's evaluation."""

import itertools

import numpy as np
import pytest

from helpers.text.spans import (
    best_span,
    exact_match,
    normalize_answer,
    span_text,
    token_f1,
    token_span,
    tokenize_with_offsets,
)

RNG = np.random.default_rng(0)
TEXT = "Ada's mother, Lady Byron, paid £1,200 in İzmir."


def test_every_token_stands_where_its_offsets_say():
    tokens, offsets = tokenize_with_offsets(TEXT)
    assert [TEXT[start:end].lower() for start, end in offsets] == tokens
    assert tokens[:5] == ["ada", "'", "s", "mother", ","]
    assert (offsets[1:, 0] >= offsets[:-1, 1]).all()


def test_a_text_without_tokens_has_no_offsets():
    tokens, offsets = tokenize_with_offsets("  \n")
    assert tokens == []
    assert offsets.shape == (0, 2)


@pytest.mark.parametrize(
    ("answer", "whole"),
    [("Ada", "Ada"), ("Lady Byron", "Lady Byron"), ("£1,200", "£1,200"), ("yron, p", "Byron, paid"), ("200", "200")],
)
def test_characters_lead_to_the_tokens_that_hold_them_and_back(answer, whole):
    _, offsets = tokenize_with_offsets(TEXT)
    start = TEXT.index(answer)
    assert span_text(TEXT, offsets, *token_span(offsets, start, start + len(answer))) == whole


def test_characters_between_tokens_are_refused():
    _, offsets = tokenize_with_offsets("one  two")
    with pytest.raises(ValueError, match="characters 3 to 5"):
        token_span(offsets, 3, 5)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  U.S.\tArmy", "us army"),
        ("a cat and an owl", "cat and owl"),
        ("Theatre, another", "theatre another"),
        ("the-end", "theend"),  # as in the official script: punctuation goes first, so no article is left
        ("THE", ""),
        ("“quoted”", "“quoted”"),  # only ASCII marks are punctuation there
    ],
)
def test_answers_are_normalized_as_in_the_official_script(text, normal):
    assert normalize_answer(text) == normal


@pytest.mark.parametrize(
    ("prediction", "references", "match", "f1"),
    [
        ("the Kitchen.", ["kitchen"], 1, 1),
        ("kitchen and attic", ["kitchen"], 0, 0.5),  # P 1/3, R 1
        ("old stone bridge", ["stone bridge over Rhine"], 0, 4 / 7),  # P 2/3, R 2/4
        ("old stone bridge", ["bridge", "stone bridge"], 0, 0.8),  # the better reference: P 2/3, R 1
        ("red red", ["red"], 0, 2 / 3),  # a word counts as often as it occurs in both
        ("attic", ["cellar"], 0, 0),
        ("the", ["a"], 1, 1),  # both are empty once articles are gone
        ("", ["cellar"], 0, 0),
        ("", [], 1, 1),  # a question without an answer
        ("attic", [], 0, 0),
    ],
)
def test_the_measures_are_those_worked_out_by_hand(prediction, references, match, f1):
    assert exact_match(prediction, references) == match
    assert token_f1(prediction, references) == pytest.approx(f1)


@pytest.mark.parametrize("measure", [exact_match, token_f1])
def test_a_single_text_is_no_list_of_references(measure):
    with pytest.raises(ValueError, match="expected a list"):
        measure("attic", "attic")


@pytest.mark.parametrize("longest", [None, 1, 3, 20])
def test_the_best_span_is_that_of_an_exhaustive_search(longest):
    start, end = RNG.standard_normal((2, 7, 9))
    first, last = best_span(start, end, longest)
    for k in range(7):
        spans = [(s, e) for s, e in itertools.product(range(9), repeat=2) if 0 <= e - s < (longest or 9)]
        assert (first[k], last[k]) == max(spans, key=lambda span: start[k, span[0]] + end[k, span[1]])


def test_what_may_not_be_chosen_is_not_and_the_first_of_equals_wins():
    hidden = np.where(np.arange(6) < 2, -np.inf, 0.0)
    assert [int(place) for place in best_span(hidden, hidden)] == [2, 2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((np.zeros(3), np.zeros(4)), r"\(3,\) and \(4,\)"),
        ((np.zeros((2, 0)), np.zeros((2, 0))), "T at least 1"),
        ((np.zeros(3), np.zeros(3), 0), "maximum_length is 0"),
    ],
)
def test_scores_that_give_no_span_are_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        best_span(*arguments)
