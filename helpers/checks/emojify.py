"""Exercises of course 5, week 2: Emojify. Keras is imported inside the functions."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from helpers import nn
from helpers.checks.engine import Case, Lesson, Mistake, case

lesson = Lesson("Emojify")
check = lesson.check

CLASSES = 5
_WORDS = ("not", "sad", "ball", "soup", "warm", "dear", "rain", "we", "eat", "play", "cry", "kiss")
_SENTENCES = (
    "we eat warm soup",
    "dear kiss",
    "not sad",
    "rain we cry",
    "play ball ball",
    "not warm",
    "we play",
    "soup",
)
_LABELS = (4, 0, 2, 3, 1, 3, 1, 4)


def _vectors(rng: np.random.Generator, dimensions: int = 4) -> dict[str, np.ndarray]:
    return {word: rng.standard_normal(dimensions) for word in _WORDS}


def _average_cases(rng: np.random.Generator) -> Iterator[Case]:
    vectors = _vectors(rng)
    yield case("we eat warm soup", vectors, label="four words")
    yield case("Dear KISS", vectors, label="capital letters")
    yield case("ball ball we", vectors, label="a word that stands twice")
    yield case("we play chess in rain", vectors, label="two words without a vector")
    yield case("xylophones everywhere", vectors, label="no word that has a vector")
    yield case("soup", _vectors(rng, 7), label="one word, vectors of 7 numbers")


def _known(sentence: str, vectors: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    return [vectors[word] for word in sentence.lower().split() if word in vectors]


def _zeros(vectors: Mapping[str, np.ndarray]) -> np.ndarray:
    return np.zeros(next(iter(vectors.values())).shape)


def _sum(sentence, word_to_vec_map):
    return sum(_known(sentence, word_to_vec_map), _zeros(word_to_vec_map))


def _divided_by_all(sentence, word_to_vec_map):
    return _sum(sentence, word_to_vec_map) / len(sentence.split())


def _capitals_kept(sentence, word_to_vec_map):
    known = [word_to_vec_map[word] for word in sentence.split() if word in word_to_vec_map]
    return np.mean(known, axis=0) if known else _zeros(word_to_vec_map)


def _each_word_once(sentence, word_to_vec_map):
    return sentence_to_avg(" ".join(sorted(set(sentence.lower().split()))), word_to_vec_map)


@lesson.exercise(
    _average_cases,
    Mistake("the mean: divide the sum by the number of words", _sum),
    Mistake("divide by the number of words that have a vector, not by all words", _divided_by_all),
    Mistake("the words of the map are lower-case: sentence.lower()", _capitals_kept),
    Mistake("a word that stands twice counts twice", _each_word_once),
)
def sentence_to_avg(sentence: str, word_to_vec_map: Mapping[str, np.ndarray]) -> np.ndarray:
    """Mean vector (n,) of the known words; zeros where there is none."""
    known = _known(sentence, word_to_vec_map)
    return np.mean(known, axis=0) if known else _zeros(word_to_vec_map)


def _model_cases(rng: np.random.Generator) -> Iterator[Case]:
    sentences, labels = np.array(_SENTENCES), np.array(_LABELS)
    yield case(sentences[:1], labels[:1], _vectors(rng), 0.5, 1, label="one step on one sentence")
    yield case(sentences, labels, _vectors(rng), num_iterations=3, label="8 sentences, 3 iterations")
    yield case(sentences[::-1], labels[::-1], _vectors(rng, 6), 0.1, 30, label="vectors of 6 numbers, 30 iterations")
    yield case(sentences[:3], labels[:3], _vectors(rng), label="3 sentences, 400 iterations")


def _descend(X, Y, word_to_vec_map, learning_rate, num_iterations, *, sign=1.0, bias=True, once=False, shift=0):
    """The training, or one with a mistake in it."""
    averages = np.array([sentence_to_avg(sentence, word_to_vec_map) for sentence in X])
    m, n = averages.shape
    W, b = np.random.RandomState(1).randn(CLASSES, n) / np.sqrt(n), np.zeros(CLASSES)
    target = np.eye(CLASSES)[(np.asarray(Y) + shift) % CLASSES]
    for _ in range(num_iterations):
        for rows in [np.arange(m)] if once else np.arange(m)[:, None]:
            dz = nn.softmax(W @ averages[rows].T + b[:, None]) - target[rows].T
            W = W - sign * learning_rate * dz @ averages[rows]
            b = b - sign * learning_rate * dz.sum(axis=1) * bias
    return np.argmax(averages @ W.T + b, axis=1), W, b


def _climbing(X, Y, word_to_vec_map, learning_rate=0.01, num_iterations=400):
    return _descend(X, Y, word_to_vec_map, learning_rate, num_iterations, sign=-1.0)


def _bias_left_out(X, Y, word_to_vec_map, learning_rate=0.01, num_iterations=400):
    return _descend(X, Y, word_to_vec_map, learning_rate, num_iterations, bias=False)


def _one_step_an_epoch(X, Y, word_to_vec_map, learning_rate=0.01, num_iterations=400):
    return _descend(X, Y, word_to_vec_map, learning_rate, num_iterations, once=True)


@lesson.exercise(
    _model_cases,
    Mistake("this climbs: subtract learning_rate · gradient", _climbing),
    Mistake("the bias learns too: its gradient is dz", _bias_left_out),
    Mistake("stochastic gradient descent: update W and b after every single sentence", _one_step_an_epoch),
)
def model(
    X: np.ndarray,
    Y: np.ndarray,
    word_to_vec_map: Mapping[str, np.ndarray],
    learning_rate: float = 0.01,
    num_iterations: int = 400,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Predicted classes (m,), W (5, n) and b (5,) of a softmax layer on averages, trained sentence by sentence."""
    return _descend(X, Y, word_to_vec_map, learning_rate, num_iterations)


def _index_cases(rng: np.random.Generator) -> Iterator[Case]:
    index = {word: place for place, word in enumerate(sorted(_WORDS), start=1)}
    yield case(np.array(_SENTENCES), index, 5, label="8 sentences and max_len=5")
    yield case(np.array(["We EAT", "Not"]), index, 3, label="capital letters")
    yield case(np.array(["we play chess in rain"]), index, 6, label="two unknown words in between")
    yield case(np.array(["we eat warm soup", "dear kiss we play not ball"]), index, 3, label="longer ones than max_len")
    yield case(np.array(["xylophones everywhere"]), index, 4, label="no known word")


def _padded_left(X, word_to_index, max_len):
    right = sentences_to_indices(X, word_to_index, max_len)
    return np.array([np.roll(row, np.sum(row == 0)) for row in right])


def _one_too_low(X, word_to_index, max_len):
    return sentences_to_indices(X, {word: place - 1 for word, place in word_to_index.items()}, max_len)


def _gap_left(X, word_to_index, max_len):
    indices = np.zeros((len(X), max_len), dtype=int)
    for row, sentence in zip(indices, X, strict=True):
        words = sentence.lower().split()[:max_len]
        row[: len(words)] = [word_to_index.get(word, 0) for word in words]
    return indices


@lesson.exercise(
    _index_cases,
    Mistake("zeros stand at the end, after the words", _padded_left),
    Mistake("take the numbers of word_to_index as they are: they start at 1", _one_too_low),
    Mistake("leave unknown words out, without a gap: 0 means that the sentence is over", _gap_left),
)
def sentences_to_indices(X: np.ndarray, word_to_index: Mapping[str, int], max_len: int) -> np.ndarray:
    """Indices (m, max_len) of the known words, filled up with zeros on the right, cut where there are more."""
    indices = np.zeros((len(X), max_len), dtype=int)
    for row, sentence in zip(indices, X, strict=True):
        known = [word_to_index[word] for word in sentence.lower().split() if word in word_to_index][:max_len]
        row[: len(known)] = known
    return indices


def _embedding_cases(rng: np.random.Generator) -> Iterator[Case]:
    vectors = _vectors(rng, 6)
    index = {word: place for place, word in enumerate(sorted(_WORDS), start=1)}
    yield case(vectors, index, label="12 words, vectors of 6 numbers")
    yield case(_vectors(rng, 3), index, trainable=True, label="trainable=True")
    yield case(vectors, index, mask_zero=True, label="mask_zero=True")
    yield case(vectors, dict(zip(_WORDS, rng.permutation(12) + 1, strict=True)), label="words in another order")
    yield case(vectors, {"sad": 1, "not": 2, "soup": 3}, label="an index of 3 of the 12 words")


def _embedding(vectors, index, trainable, mask_zero, order=None, zero=0.0):
    from keras import layers

    dimensions = len(next(iter(vectors.values())))
    weights = np.full((len(index) + 1, dimensions), zero)
    for place, word in enumerate(order or (), start=1):
        weights[place] = vectors[word]
    for word, place in () if order else index.items():
        weights[place] = vectors[word]
    layer = layers.Embedding(len(index) + 1, dimensions, trainable=trainable, mask_zero=mask_zero)
    layer.build((None,))
    layer.set_weights([weights])
    return layer


def _always_trained(word_to_vec_map, word_to_index, trainable=False, mask_zero=False):
    return _embedding(word_to_vec_map, word_to_index, True, mask_zero)


def _never_masked(word_to_vec_map, word_to_index, trainable=False, mask_zero=False):
    return _embedding(word_to_vec_map, word_to_index, trainable, False)


def _order_of_the_map(word_to_vec_map, word_to_index, trainable=False, mask_zero=False):
    return _embedding(word_to_vec_map, word_to_index, trainable, mask_zero, order=list(word_to_vec_map))


def _ones_in_row_0(word_to_vec_map, word_to_index, trainable=False, mask_zero=False):
    return _embedding(word_to_vec_map, word_to_index, trainable, mask_zero, zero=1.0)


@lesson.exercise(
    _embedding_cases,
    Mistake("trainable=False keeps the vectors as they are: hand the argument to the layer", _always_trained),
    Mistake("hand mask_zero to the layer", _never_masked),
    Mistake("row i holds the vector of the word whose index is i, in word_to_index", _order_of_the_map),
    Mistake("row 0 stands for no word: zeros", _ones_in_row_0),
)
def pretrained_embedding_layer(
    word_to_vec_map: Mapping[str, np.ndarray],
    word_to_index: Mapping[str, int],
    trainable: bool = False,
    mask_zero: bool = False,
) -> Any:
    """Embedding layer, built, whose row i is the vector of word i."""
    return _embedding(word_to_vec_map, word_to_index, trainable, mask_zero)


def _network_cases(rng: np.random.Generator) -> Iterator[Case]:
    """300 words: the descriptions of networks are answers to indices up to 255."""
    words = [f"word{number}" for number in range(300)]
    vectors = {word: rng.standard_normal(5) for word in words}
    index = {word: place for place, word in enumerate(words, start=1)}
    yield case((9,), vectors, index, label="9 words and 128 units")
    yield case((4,), vectors, index, units=6, trainable=True, label="units=6, trainable=True")
    yield case((6,), vectors, index, units=4, mask_zero=True, label="units=4, mask_zero=True")


def _reader(input_shape, vectors, index, units, *, trainable=False, mask_zero=False, dropout=(0.5, 0.5), last=True):
    import keras
    from keras import layers

    words = keras.Input(input_shape, dtype="int32")
    x = _embedding(vectors, index, trainable, mask_zero)(words)
    x = layers.LSTM(units, return_sequences=True)(x)
    x = layers.Dropout(dropout[0])(x) if dropout[0] else x
    x = layers.LSTM(units)(x)
    x = layers.Dropout(dropout[1])(x) if dropout[1] else x
    x = layers.Dense(CLASSES)(x)
    return keras.Model(words, layers.Activation("softmax")(x) if last else x)


def _without_softmax(input_shape, word_to_vec_map, word_to_index, units=128, trainable=False, mask_zero=False):
    settings = {"trainable": trainable, "mask_zero": mask_zero, "last": False}
    return _reader(input_shape, word_to_vec_map, word_to_index, units, **settings)


def _one_dropout(input_shape, word_to_vec_map, word_to_index, units=128, trainable=False, mask_zero=False):
    settings = {"trainable": trainable, "mask_zero": mask_zero, "dropout": (0.5, 0)}
    return _reader(input_shape, word_to_vec_map, word_to_index, units, **settings)


def _embedding_trained(input_shape, word_to_vec_map, word_to_index, units=128, trainable=False, mask_zero=False):
    return _reader(input_shape, word_to_vec_map, word_to_index, units, trainable=True, mask_zero=mask_zero)


@lesson.exercise(
    _network_cases,
    Mistake("the last step turns five numbers into probabilities: softmax", _without_softmax),
    Mistake("dropout stands after both LSTM layers", _one_dropout),
    Mistake("hand trainable on to pretrained_embedding_layer: it is False unless asked for", _embedding_trained),
)
def Emojify_V2(
    input_shape: tuple[int],
    word_to_vec_map: Mapping[str, np.ndarray],
    word_to_index: Mapping[str, int],
    units: int = 128,
    trainable: bool = False,
    mask_zero: bool = False,
) -> Any:
    """Embedding, LSTM, dropout 0.5, LSTM, dropout 0.5, five probabilities."""
    return _reader(input_shape, word_to_vec_map, word_to_index, units, trainable=trainable, mask_zero=mask_zero)
