"""The small world: what its sentences say, its questions, and the vectors that are kept of it."""

import hashlib
from collections import Counter

import numpy as np
import pytest

from helpers.datasets import DataError, load, small_world, word_vectors
from helpers.models import word_vectors as kept
from helpers.text import vectors as tv


@pytest.fixture(scope="module")
def text():
    return small_world.small_world(20000, feelings=0)


def test_the_text_is_the_same_on_every_machine_and_another_for_another_seed():
    written = "\n".join(" ".join(sentence) for sentence in small_world.small_world(500, feelings=0))
    assert hashlib.sha256(written.encode()).hexdigest()[:16] == "7adcdb092b798232"
    assert small_world.small_world(500, seed=1) != small_world.small_world(500)
    assert small_world.small_world(500, seed=1) == small_world.small_world(500, seed=1)


def test_sentences_are_lower_case_words_and_as_many_as_asked(text):
    assert len(text) == 20000
    assert all(sentence and all(word == word.lower() and word.isalpha() for word in sentence) for sentence in text)


def test_feelings_are_mixed_in_by_their_share():
    plain, mixed = (small_world.small_world(2000, feelings=share) for share in (0.0, 0.5))
    words = Counter(word for sentence in mixed for word in sentence)
    known = {word for sentence in plain for word in sentence}
    assert words["delicious"] > 0 and "delicious" not in known
    assert 0.3 < np.mean([not set(sentence) <= known for sentence in mixed]) <= 0.5


def test_every_word_of_a_question_comes_in_the_text(text):
    known = {word for sentence in text for word in sentence}
    for kind, questions in small_world.analogy_questions().items():
        assert len(questions) >= 30, kind
        assert len(set(questions)) == len(questions)
        for a, b, c, d in questions:
            assert {a, b, c, d} <= known
            assert (a, b) != (c, d)


def test_questions_ask_what_they_say():
    questions = small_world.analogy_questions()
    assert set(small_world.HARD) < set(questions)
    assert ("king", "queen", "prince", "princess") in questions["royalty"]
    assert ("france", "paris", "nepal", "kathmandu") in questions["rare capitals"]
    assert all(question[1].endswith("er") and question[3].endswith("er") for question in questions["comparatives"])


def test_rare_countries_are_rare(text):
    counts = Counter(word for sentence in text for word in sentence)
    rare = [counts[question[3]] for question in small_world.analogy_questions()["rare capitals"]]
    assert max(rare) < counts["paris"] / 2


def test_occupations_are_met_with_she_as_often_as_planted(text):
    for job, share in small_world.occupations().items():
        said = Counter()
        for sentence in text:
            if job in sentence:
                said.update(set(sentence) & {"he", "she"})
        total = said["he"] + said["she"]
        assert total > 100
        assert said["she"] / total == pytest.approx(share, abs=4 * 0.5 / np.sqrt(total)), job


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sentences": 99}, "sentences=99, expected an integer of at least 100"),
        ({"sentences": 200.0}, "sentences=200.0"),
        ({"sentences": 200, "feelings": 1.5}, "feelings=1.5, expected a share"),
    ],
)
def test_what_is_no_number_of_sentences_is_refused(options, message):
    with pytest.raises(DataError, match=message):
        small_world.small_world(**options)


def test_the_stored_vectors_are_those_of_their_recipe():
    words, vectors = kept.trained()
    dataset = load("word_vectors")
    assert dataset.class_names == words and dataset.x_train.dtype == np.float32
    np.testing.assert_allclose(dataset.x_train, vectors, atol=1e-4)
    assert kept.RECIPE in dataset.note
    assert word_vectors.FILE.stat().st_size < 600_000


def test_the_stored_vectors_answer_analogies_and_keep_feelings_apart():
    dataset = load("word_vectors")
    places = {word: k for k, word in enumerate(dataset.class_names)}
    questions = small_world.analogy_questions()
    for kind in ("gender", "royalty", "capitals", "past tense"):
        rows = np.array([[places[word] for word in question] for question in questions[kind]])
        assert np.mean(tv.answer_analogies(dataset.x_train, rows[:, :3]) == rows[:, 3]) > 0.6, kind
    vector = dict(zip(dataset.class_names, dataset.x_train, strict=True))
    assert tv.cosine_similarity(vector["pizza"], vector["soup"]) > tv.cosine_similarity(vector["pizza"], vector["sad"])


def test_glove_is_found_as_text_and_taken_out_of_its_archive_otherwise(tmp_path, monkeypatch):
    import zipfile

    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path))
    monkeypatch.setattr(word_vectors.paths, "DATA", tmp_path / "elsewhere")
    (tmp_path / "glove").mkdir()
    archive = tmp_path / "glove" / "glove.6B.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("glove.6B.50d.txt", "the 1 2\n")
    with pytest.raises(DataError, match="is not the expected file"):
        word_vectors.glove_text()
    monkeypatch.setattr(word_vectors.downloads, "fetch", lambda file: archive)
    assert tv.read_glove(word_vectors.glove_text())[0] == ["the"]
    (tmp_path / "glove" / "glove.6B.50d.txt").write_text("cat 1 2\n")
    assert tv.read_glove(word_vectors.glove_text())[0] == ["cat"]
