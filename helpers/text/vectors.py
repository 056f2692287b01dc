"""Word vectors in use: similarity, neighbours, analogies, bias taken out, and GloVe's text format."""

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

import numpy as np

WordVectors = Mapping[str, np.ndarray]


def cosine_similarity(u: np.ndarray, v: np.ndarray) -> float:
    """Cosine u·v / (‖u‖ ‖v‖) of the angle between two vectors (n,); 0 where one has no length."""
    lengths = np.linalg.norm(u) * np.linalg.norm(v)
    return float(np.dot(u, v) / lengths) if lengths > 0 else 0.0


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Vectors (m, n) scaled to length 1; a vector without length stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


def nearest_words(vector: np.ndarray, vectors: WordVectors, count: int = 5, exclude: Collection[str] = ()) -> list:
    """The `count` words of largest cosine similarity to a vector (n,), with it, the nearest first.

    Returns
    -------
    list of (str, float)
    """
    words = [word for word in vectors if word not in exclude]
    similarities = unit_rows(np.array([vectors[word] for word in words])) @ unit_rows(np.asarray(vector))
    order = np.argsort(-similarities, kind="stable")[:count]
    return [(words[k], float(similarities[k])) for k in order]


def complete_analogy(
    word_a: str, word_b: str, word_c: str, word_to_vec_map: WordVectors, exclude: Collection[str] | None = None
) -> str:
    """The word w for which e_w - e_c points most nearly as e_b - e_a does: a is to b as c is to w.

    Parameters
    ----------
    word_a, word_b, word_c : str
        In any case: they are looked up in lower case.
    word_to_vec_map : mapping from words to vectors (n,)
    exclude : collection of str, optional
        Words that are no answer; word_c alone where it is left out, as in the course since 2021. Mikolov, Yih and
        Zweig (2013), and the course before, exclude all three.

    Raises
    ------
    KeyError
        Where a word has no vector.
    """
    a, b, c = (word.lower() for word in (word_a, word_b, word_c))
    direction, start = word_to_vec_map[b] - word_to_vec_map[a], word_to_vec_map[c]
    moved = {word: vector - start for word, vector in word_to_vec_map.items()}
    return nearest_words(direction, moved, 1, {c} if exclude is None else exclude)[0][0]


def answer_analogies(vectors: np.ndarray, questions: np.ndarray, exclude: str = "inputs") -> np.ndarray:
    """Answers to many analogies at once by 3CosAdd: the word nearest to ê_b - ê_a + ê_c, all ê of length 1.

    Parameters
    ----------
    vectors : ndarray, shape (V, n)
    questions : ndarray of int, shape (q, 3)
        Rows a, b, c.
    exclude : {"inputs", "c", "nothing"}
        What cannot be the answer: the three words, as in Mikolov, Yih and Zweig (2013), c alone, or no word.

    Returns
    -------
    ndarray of int, shape (q,)

    Raises
    ------
    ValueError
        Where questions do not have three columns, or `exclude` is another.
    """
    questions = np.asarray(questions)
    barred = {"inputs": [0, 1, 2], "c": [2], "nothing": []}
    if questions.ndim != 2 or questions.shape[1] != 3:
        raise ValueError(f"answer_analogies: questions has shape {questions.shape}, expected (q, 3)")
    if exclude not in barred:
        raise ValueError(f"answer_analogies: exclude={exclude!r}, expected one of {', '.join(barred)}")
    units = unit_rows(vectors)
    a, b, c = questions.T
    scores = (units[b] - units[a] + units[c]) @ units.T
    for column in barred[exclude]:
        scores[np.arange(len(scores)), questions[:, column]] = -np.inf
    return scores.argmax(axis=1)


def neutralize(vector: np.ndarray, g: np.ndarray) -> np.ndarray:
    """What a vector has outside the direction g: e - (e·g / ‖g‖²) g (Bolukbasi et al., 2016)."""
    return vector - np.dot(vector, g) / np.sum(g**2) * g


def equalize(first: np.ndarray, second: np.ndarray, bias_axis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A pair moved so that it differs along the bias axis alone, symmetrically, at length 1 (Bolukbasi et al., 2016).

    With μ the mean of the pair, split into μ_B along the axis and μ_⊥ beside it, each vector becomes
    μ_⊥ + √|1 - ‖μ_⊥‖²| (e_B - μ_B) / ‖e_B - μ_B‖.

    Parameters
    ----------
    first, second, bias_axis : ndarray, shape (n,)

    Returns
    -------
    first, second : ndarray, shape (n,)
        Of length 1 where ‖μ_⊥‖ <= 1, as it is for a pair of length 1.
    """
    mean = (first + second) / 2
    beside = neutralize(mean, bias_axis)
    along = [(vector - mean) - neutralize(vector - mean, bias_axis) for vector in (first, second)]
    reach = np.sqrt(np.abs(1 - np.sum(beside**2)))
    return tuple(beside + reach * part / np.linalg.norm(part) for part in along)


def read_glove(path: str | Path, words: Collection[str] | None = None) -> tuple[list[str], np.ndarray]:
    """Words and vectors of a text file in GloVe's format, a line "word x₁ … x_n" each, read line by line.

    Parameters
    ----------
    path : str or Path
    words : collection of str, optional
        The words to keep; others take no memory. All where it is left out.

    Returns
    -------
    words : list of str
        As they stand in the file, one after the other.
    vectors : ndarray, shape (m, n), float32

    Raises
    ------
    ValueError
        Where a line has no word, is not UTF-8, has another number of entries than the first, holds something that is
        no finite number, or repeats a word: its number and its beginning are named. Where the file has no line.
    """
    wanted = None if words is None else frozenset(words)
    kept: dict[str, None] = {}
    numbers, dimensions = array("f"), 0
    for number, line in _lines(Path(path)):
        word, *fields = line.split(" ")
        dimensions = dimensions or len(fields)
        if not word or not fields or len(fields) != dimensions:
            expected = f"a word and {dimensions or 'its'} numbers"
            raise _malformed(path, number, line, f"{len(fields)} numbers after {word!r}, expected {expected}")
        if wanted is None or word in wanted:
            if word in kept:
                raise _malformed(path, number, line, f"{word!r} came before")
            kept[word] = None
            numbers.extend(_finite_numbers(path, number, line, fields))
    if not dimensions:
        raise ValueError(f"{Path(path).name}: no line, expected words and their vectors")
    return list(kept), np.frombuffer(numbers, dtype=np.float32).reshape(len(kept), dimensions)


def write_glove(path: str | Path, words: Sequence[str], vectors: np.ndarray) -> None:
    """Write words and vectors (m, n) in GloVe's text format, six significant digits, UTF-8.

    Raises
    ------
    ValueError
        Where there are not as many words as vectors, or a word is empty or holds white space.
    """
    if len(words) != len(vectors):
        raise ValueError(f"write_glove: {len(words)} words but {len(vectors)} vectors")
    for word in words:
        if not word or any(sign in word for sign in " \n\r"):
            raise ValueError(f"write_glove: {word!r} is no word of this format: it is empty or holds a blank")
    with Path(path).open("w", encoding="utf-8", newline="\n") as stream:
        for word, vector in zip(words, vectors, strict=True):
            stream.write(f"{word} {' '.join(f'{x:.6g}' for x in vector)}\n")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines of a UTF-8 file with their numbers, from 1, without their ends."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                yield number, line.decode("utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                raise _malformed(path, number, repr(line), "it is not UTF-8") from None


def _finite_numbers(path: str | Path, number: int, line: str, fields: list[str]) -> list[float]:
    try:
        values = [float(field) for field in fields]
    except ValueError as error:
        raise _malformed(path, number, line, str(error)) from None
    if not all(map(isfinite, values)):
        raise _malformed(path, number, line, "a number is not finite")
    return values


def _malformed(path: str | Path, number: int, line: str, reason: str) -> ValueError:
    shown = line if len(line) <= 60 else line[:60] + "…"
    return ValueError(f"{Path(path).name}, line {number}: {reason}; the line is {shown!r}")
