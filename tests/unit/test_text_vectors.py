"""Word vectors in use: similarities against SciPy, analogies on planted vectors, GloVe's format there and back."""

import tracemalloc

import numpy as np
import pytest
from scipy.spatial.distance import cosine

from helpers.text import vectors as tv


@pytest.fixture
def plane():
    """Words in a plane in which one step leads from men to women."""
    return {
        "man": np.array([1.0, 0.0]),
        "woman": np.array([1.0, 1.0]),
        "king": np.array([3.0, 0.1]),
        "queen": np.array([3.0, 1.2]),
        "crown": np.array([3.6, 0.2]),
        "soup": np.array([-2.0, 0.5]),
    }


def test_cosine_similarity_equals_scipys():
    u, v = np.random.default_rng(0).standard_normal((2, 50))
    assert tv.cosine_similarity(u, v) == pytest.approx(1 - cosine(u, v), abs=1e-12)
    assert tv.cosine_similarity(u, 7 * u) == pytest.approx(1)
    assert tv.cosine_similarity(u, 0 * u) == 0


def test_nearest_words_come_in_order_and_without_those_excluded(plane):
    found = tv.nearest_words(plane["king"], plane, 3, exclude={"king"})
    expected = sorted(plane.keys() - {"king"}, key=lambda word: cosine(plane[word], plane["king"]))[:3]
    assert [word for word, _ in found] == expected
    assert found[0][1] == pytest.approx(1 - cosine(plane["crown"], plane["king"]))


def test_an_analogy_follows_the_direction_in_any_case_and_may_answer_with_a_word_of_the_question(plane):
    assert tv.complete_analogy("Man", "WOMAN", "king", plane) == "queen"
    plane["queen"] = np.array([9.0, 9.0])
    plane["king"] = np.array([1.0, -5.0])
    assert tv.complete_analogy("man", "woman", "king", plane) in {"man", "woman"}
    assert tv.complete_analogy("man", "woman", "king", plane, exclude={"man", "woman", "king"}) == "crown"


def test_many_analogies_at_once_equal_one_at_a_time():
    rng = np.random.default_rng(1)
    E, questions = rng.standard_normal((30, 6)), rng.integers(0, 30, (40, 3))
    units = E / np.linalg.norm(E, axis=1, keepdims=True)
    for exclude, columns in (("inputs", [0, 1, 2]), ("c", [2]), ("nothing", [])):
        answers = tv.answer_analogies(E, questions, exclude)
        for question, answer in zip(questions, answers, strict=True):
            a, b, c = units[question]
            allowed = [w for w in range(30) if w not in question[columns]]
            assert answer == max(allowed, key=lambda w, target=b - a + c: units[w] @ target)


def test_what_is_neutralized_has_nothing_left_along_the_axis_and_keeps_the_rest():
    e, g = np.random.default_rng(2).standard_normal((2, 8))
    neutral = tv.neutralize(e, g)
    assert neutral @ g == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(e - neutral, (e - neutral) @ g / (g @ g) * g)


def test_an_equalized_pair_is_symmetric_of_length_one_and_as_far_from_every_neutral_word():
    e, f, g, word = tv.unit_rows(np.random.default_rng(3).standard_normal((4, 8)))
    first, second = tv.equalize(e, f, g)
    neutral = tv.neutralize(word, g)
    assert np.linalg.norm(first) == pytest.approx(1) and np.linalg.norm(second) == pytest.approx(1)
    assert first @ g == pytest.approx(-(second @ g))
    assert np.sign(first @ g - second @ g) == np.sign(e @ g - f @ g)
    assert np.linalg.norm(first - neutral) == pytest.approx(np.linalg.norm(second - neutral))
    np.testing.assert_allclose(tv.neutralize(first, g), tv.neutralize(second, g), atol=1e-12)


def test_what_is_written_is_read_again(tmp_path):
    words, E = ["the", "o'clock", "über", "3.5"], np.random.default_rng(4).standard_normal((4, 7))
    tv.write_glove(tmp_path / "v.txt", words, E)
    found, again = tv.read_glove(tmp_path / "v.txt")
    assert found == words and again.dtype == np.float32
    np.testing.assert_allclose(again, E, rtol=1e-5)
    some, rows = tv.read_glove(tmp_path / "v.txt", {"über", "absent", "the"})
    assert some == ["the", "über"]
    np.testing.assert_array_equal(rows, again[[0, 2]])


def test_a_file_with_windows_line_ends_is_read_as_well(tmp_path):
    (tmp_path / "v.txt").write_bytes(b"a 1 2\r\nb 3 4\r\n")
    assert tv.read_glove(tmp_path / "v.txt")[1].tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"cat 1 2", "v.txt, line 3: 2 numbers after 'cat', expected a word and 3 numbers; the line is 'cat 1 2'"),
        (b"cat 1 2 3 4", "line 3: 4 numbers after 'cat'"),
        (b"cat 1 x 3", "line 3: could not convert string to float: 'x'; the line is 'cat 1 x 3'"),
        (b"cat 1 nan 3", "line 3: a number is not finite"),
        (b"b 1 2 3", "line 3: 'b' came before"),
        (b"", "line 3: 0 numbers after ''"),
        (b" 1 2 3", "line 3: 3 numbers after ''"),
        (b"\xff 1 2 3", "line 3: it is not UTF-8"),
        (b"cat " + 40 * b"1.5 ", "line 3: 41 numbers.*…'$"),
    ],
)
def test_a_malformed_line_is_named_by_number_and_content(tmp_path, line, message):
    (tmp_path / "v.txt").write_bytes(b"a 1 2 3\nb 4 5 6\n" + line + b"\nd 1 2 3\n")
    with pytest.raises(ValueError, match=message):
        tv.read_glove(tmp_path / "v.txt")


def test_an_empty_file_is_named(tmp_path):
    (tmp_path / "v.txt").write_bytes(b"")
    with pytest.raises(ValueError, match=r"v\.txt: no line"):
        tv.read_glove(tmp_path / "v.txt")


def test_words_not_asked_for_take_no_memory(tmp_path):
    with (tmp_path / "v.txt").open("w") as stream:
        for number in range(20000):
            stream.write(f"w{number} {' '.join(['0.123'] * 50)}\n")
    tracemalloc.start()
    words, E = tv.read_glove(tmp_path / "v.txt", {"w7", "w19999"})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert words == ["w7", "w19999"] and E.shape == (2, 50)
    assert peak < 200_000  # bytes; the file has six million


def test_what_cannot_be_written_or_asked_is_refused(tmp_path):
    with pytest.raises(ValueError, match="2 words but 1 vectors"):
        tv.write_glove(tmp_path / "v.txt", ["a", "b"], np.ones((1, 2)))
    with pytest.raises(ValueError, match="'a b' is no word"):
        tv.write_glove(tmp_path / "v.txt", ["a b"], np.ones((1, 2)))
    with pytest.raises(ValueError, match=r"questions has shape \(3,\), expected \(q, 3\)"):
        tv.answer_analogies(np.ones((4, 2)), np.array([0, 1, 2]))
    with pytest.raises(ValueError, match="exclude='a', expected one of inputs, c, nothing"):
        tv.answer_analogies(np.ones((4, 2)), np.array([[0, 1, 2]]), "a")
