"""Emoji sentences: the workbook's own, and the course's two files."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from helpers import paths
from helpers.datasets import DataError, emoji, load
from helpers.datasets.emoji import CLASS_NAMES, SYMBOLS, emoji_sentences


@pytest.fixture(scope="module")
def halves():
    return emoji_sentences()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty `data/course` of the test's own."""
    monkeypatch.setattr(paths, "COURSE_FILES", tmp_path)
    return tmp_path


def test_there_are_enough_sentences_of_every_class_in_both_halves(halves):
    train, test = halves
    assert len(train) >= 250 and len(test) >= 100
    assert np.bincount(train.labels).min() >= 40 and np.bincount(test.labels).min() >= 15
    assert len(np.bincount(train.labels)) == len(np.bincount(test.labels)) == len(CLASS_NAMES) == len(SYMBOLS)


def test_no_sentence_stands_twice(halves):
    sentences = [sentence for half in halves for sentence in half.sentences]
    assert len(sentences) == len(set(sentences))


def test_sentences_are_lower_case_words_with_single_spaces(halves):
    for half in halves:
        for sentence in half.sentences:
            assert sentence == " ".join(sentence.split()) and sentence.replace(" ", "").isalpha() and sentence.islower()


def test_negations_are_marked(halves):
    negating = {"not", "no", "never", "nobody", "nothing", "cannot", "without"}
    for half in halves:
        assert set(half.negation) == {"none", "turns", "keeps"}
        for sentence, kind in zip(half.sentences, half.negation, strict=True):
            assert (kind == "none") == negating.isdisjoint(sentence.split()), sentence


def test_a_negation_that_turns_leads_to_a_smile_or_to_disappointment(halves):
    for half in halves:
        assert set(half.labels[half.negation == "turns"]) == {2, 3}
        assert set(half.labels[half.negation == "keeps"]) == {0, 1, 2, 3, 4}


def test_a_third_or_more_of_the_sentences_hold_a_negation_that_turns(halves):
    assert all(np.mean(half.negation == "turns") > 0.3 for half in halves)


def test_the_data_set_holds_the_same_sentences(halves):
    data = load("emoji")
    assert np.array_equal(data.x_train, halves[0].sentences) and np.array_equal(data.y_test, halves[1].labels)
    assert data.class_names == CLASS_NAMES and not data.x_train.flags.writeable and "436 + 174" in data.note


def test_arrays_are_locked(halves):
    for array in (halves[0].sentences, halves[0].labels, halves[0].negation):
        assert not array.flags.writeable


def test_the_files_of_the_course_are_read_with_their_stray_columns(folder):
    (folder / "train_emoji.csv").write_text('good sport,1,,\n"Well, well\t",2,,[0]\nnever mind,3\n', encoding="utf-8")
    (folder / "tesss.csv").write_text("soup\t,4\n", encoding="utf-8")
    train, test = emoji_sentences("course")
    assert train.sentences.tolist() == ["good sport", "Well, well", "never mind"] and train.labels.tolist() == [1, 2, 3]
    assert train.negation.tolist() == ["none", "none", "unknown"] and test.sentences.tolist() == ["soup"]
    data = load("emoji", source="course")
    assert data.source == "course" and "not the file the published figures were computed on" in data.note


def test_a_published_file_is_recognised_by_its_hash(folder, monkeypatch):
    (folder / "train_emoji.csv").write_bytes(b"one,1\n")
    (folder / "tesss.csv").write_bytes(b"two,2\n")
    known = replace(emoji.TRAIN, sha256=hashlib.sha256(b"one,1\n").hexdigest())
    monkeypatch.setattr(emoji, "TRAIN", known)
    train, test = emoji_sentences("course")
    assert "the files the published figures were computed on" in train.note
    assert "not the file the published figures were computed on: tesss.csv" in test.note


@pytest.mark.parametrize("line", ["only a sentence", "a label of six,6", ",2", "a word,two", " ,3"])
def test_a_line_of_another_form_is_refused_with_its_number(folder, line):
    (folder / "train_emoji.csv").write_text(f"fine,2\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"train_emoji\.csv, line 2"):
        emoji_sentences("course")


def test_an_absent_file_says_where_it_belongs(folder):
    with pytest.raises(DataError, match=r"data/course/train_emoji\.csv is absent"):
        emoji_sentences("course")


def test_another_source_is_refused():
    with pytest.raises(DataError, match="'offline' or 'course'"):
        emoji_sentences("public")
