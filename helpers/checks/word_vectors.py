"""Exercises of course 5, week 2: word vectors."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np

from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.nn import word_vectors
from helpers.text import vectors

lesson = Lesson("word vectors")
check = lesson.check


def _text_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case([[0, 1, 2, 3]], 4, 2, label="four words in a row, window 2")
    yield case([[2, 0, 2, 2]], 3, 3, label="a word beside itself")
    yield case([[0, 1], [2], [1, 0, 3]], 5, 2, label="three sentences, and a word that never comes")
    yield case([rng.integers(0, 6, 12).tolist() for _ in range(3)], 6, 4, label="random sentences, window 4")


def _counted(sentences: Sequence, vocabulary_size: int, window: int) -> np.ndarray:
    rows, columns, values = word_vectors.cooccurrences([np.array(s) for s in sentences], vocabulary_size, window)
    X = np.zeros((vocabulary_size, vocabulary_size))
    X[rows, columns] = values
    return X


def _without_distances(sentences, vocabulary_size, window):
    X = np.zeros((vocabulary_size, vocabulary_size))
    for sentence in sentences:
        np.add.at(X, word_vectors.skip_gram_pairs(sentence, window), 1)
    return X


@lesson.exercise(
    _text_cases,
    Mistake("two words d places apart count 1/d, not 1", _without_distances),
    Mistake(
        "count in both directions: X[i, j] and X[j, i]",
        lambda sentences, vocabulary_size, window: (
            np.triu(_counted(sentences, vocabulary_size, window), 1)
            + np.diag(np.diag(_counted(sentences, vocabulary_size, window)))
        ),
    ),
    Mistake(
        "no pair reaches from one sentence into the next",
        lambda sentences, vocabulary_size, window: _counted([list(chain(*sentences))], vocabulary_size, window),
    ),
    Mistake(
        "the word `window` places away counts too",
        lambda sentences, vocabulary_size, window: _counted(sentences, vocabulary_size, window - 1),
    ),
)
def count_cooccurrences(sentences: Sequence[Sequence[int]], vocabulary_size: int, window: int) -> np.ndarray:
    """Co-occurrences X (V, V), 1/d for words d places apart."""
    return _counted(sentences, vocabulary_size, window)


def _pair_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case([7, 3, 5], 1, label="three words, window 1")
    yield case([7, 3, 5, 3, 9], 2, label="five words, window 2")
    yield case([4, 8], 5, label="a window longer than the sentence")
    yield case(rng.integers(0, 50, 9).tolist(), 3, label="nine words, window 3")


def _ahead_only(tokens, window):
    reach = range(1, window + 1)
    pairs = [(w, tokens[t + d]) for t, w in enumerate(tokens) for d in reach if t + d < len(tokens)]
    return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])


def _with_itself(tokens, window):
    places = range(len(tokens))
    pairs = [(tokens[t], tokens[s]) for t in places for s in places if abs(s - t) <= window]
    return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])


@lesson.exercise(
    _pair_cases,
    Mistake("first the centres, then their contexts", lambda tokens, window: skip_gram_pairs(tokens, window)[::-1]),
    Mistake("look to the left of the centre as well as to the right", _ahead_only),
    Mistake("a word is not its own context: leave out the place of the centre", _with_itself),
)
def skip_gram_pairs(tokens: Sequence[int], window: int) -> tuple[np.ndarray, np.ndarray]:
    """Centres and contexts, ids (k,) each."""
    return word_vectors.skip_gram_pairs(tokens, window)


def _sampling_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.ones((1, 2)), np.ones((1, 2)), -np.ones((1, 1, 2)), label="one pair that is right, one negative")
    for m, k, n in ((4, 3, 5), (6, 1, 3), (1, 4, 2)):
        shapes = (m, n), (m, n), (m, k, n)
        yield case(*(rng.standard_normal(shape) for shape in shapes), label=f"m={m}, k={k}, n={n}")


def _changed(names: Sequence[str], factor: float):
    def wrong(centres, contexts, negatives):
        cost, gradients = word_vectors.negative_sampling_cost(centres, contexts, negatives)
        return cost, {name: value * (factor if name in names else 1) for name, value in gradients.items()}

    return wrong


def _summed(centres, contexts, negatives):
    cost, gradients = word_vectors.negative_sampling_cost(centres, contexts, negatives)
    m = len(centres)
    return cost * m, {name: value * m for name, value in gradients.items()}


def _negatives_pulled(centres, contexts, negatives):
    cost, gradients = word_vectors.negative_sampling_cost(centres, contexts, -negatives)
    return cost, gradients | {"negatives": -gradients["negatives"]}


def _mean_over_negatives(centres, contexts, negatives):
    m, k = negatives.shape[:2]
    none = np.zeros((m, 0, centres.shape[1]))
    alone, found = word_vectors.negative_sampling_cost(centres, contexts, none)
    cost, gradients = word_vectors.negative_sampling_cost(centres, contexts, negatives)
    mixed = {"centres": found["centres"] + (gradients["centres"] - found["centres"]) / k}
    return alone + (cost - alone) / k, gradients | mixed | {"negatives": gradients["negatives"] / k}


@lesson.exercise(
    _sampling_cases,
    Mistake("the mean over the m pairs is asked for, of the cost and so of the gradients", _summed),
    Mistake("negatives are pushed away: log σ(-v·u_k), with a minus inside", _negatives_pulled),
    Mistake("the k negatives of a pair are added up; only the pairs are averaged", _mean_over_negatives),
    Mistake(
        "the gradients have the wrong sign: they point to where the cost grows",
        _changed(("centres", "contexts", "negatives"), -1),
    ),
    Mistake(
        "the cost is a mean over the m pairs, so its gradients need the same 1/m",
        lambda centres, contexts, negatives: (
            word_vectors.negative_sampling_cost(centres, contexts, negatives)[0],
            _summed(centres, contexts, negatives)[1],
        ),
    ),
)
def negative_sampling_cost(
    centres: np.ndarray, contexts: np.ndarray, negatives: np.ndarray
) -> tuple[float, dict[str, np.ndarray]]:
    """Mean cost of m pairs, and the gradients of the three arguments."""
    return word_vectors.negative_sampling_cost(centres, contexts, negatives)


def _glove_cases(rng: np.random.Generator) -> Iterator[Case]:
    X = np.array([[0.0, 2.5, 130.0], [2.5, 0.0, 0.5], [130.0, 0.5, 7.0]])
    for n, label in ((2, "three words, some never together"), (4, "the same in four dimensions")):
        W, C, b, c = (rng.standard_normal(shape) for shape in ((3, n), (3, n), 3, 3))
        yield case(W, C, b, c, X, label=label)
    W, C, b, c = (rng.standard_normal(shape) for shape in ((5, 3), (5, 3), 5, 5))
    X = rng.gamma(1, 4, (5, 5)) * (rng.random((5, 5)) < 0.7)
    yield case(W, C, b, c, X + X.T, 10.0, label="x_max=10")
    yield case(W, C, b, c, X, x_max=3.0, alpha=0.5, label="an X that is not symmetric, alpha=0.5")
    yield case(W, C, b, c, 9 * X + 0.25, 3.0, 1.0, label="no zero in X, alpha=1")


def _twice(W, C, b, c, X, x_max=100.0, alpha=0.75):
    cost, gradients = glove_cost(W, C, b, c, X, x_max, alpha)
    return 2 * cost, gradients


def _no_limit(W, C, b, c, X, x_max=100.0, alpha=0.75):
    error = W @ C.T + b[:, None] + c - np.log(np.where(X > 0, X, 1))
    weighted = (X / x_max) ** alpha * error
    gradients = {"W": weighted @ C, "C": weighted.T @ W, "b": weighted.sum(axis=1), "c": weighted.sum(axis=0)}
    return float(np.sum(weighted * error) / 2), gradients


def _biases_swapped(W, C, b, c, X, x_max=100.0, alpha=0.75):
    return glove_cost(W, C, c, b, X, x_max, alpha)


def _gradients_swapped(W, C, b, c, X, x_max=100.0, alpha=0.75):
    cost, gradients = glove_cost(W, C, b, c, X, x_max, alpha)
    return cost, gradients | {"b": gradients["c"], "c": gradients["b"]}


@lesson.exercise(
    _glove_cases,
    Mistake("the cost has a factor of a half", _twice),
    Mistake("the weight f(x) never exceeds 1: take the minimum", _no_limit),
    Mistake("b belongs to the rows of X, c to its columns", _biases_swapped),
    Mistake("b gets the sums along the rows (axis 1), c those along the columns (axis 0)", _gradients_swapped),
)
def glove_cost(
    W: np.ndarray, C: np.ndarray, b: np.ndarray, c: np.ndarray, X: np.ndarray, x_max: float = 100.0, alpha: float = 0.75
) -> tuple[float, dict[str, np.ndarray]]:
    """Cost of GloVe over all entries of X above 0, and the gradients of W, C, b and c."""
    return word_vectors.glove_cost(W, C, b, c, X, x_max, alpha)


def _cosine_cases(rng: np.random.Generator) -> Iterator[Case]:
    u = rng.standard_normal(6)
    yield case(u, u, label="the same vector twice")
    yield case(u, -3 * u, label="opposite vectors of other lengths")
    yield case(np.array([1.0, 0.0]), np.array([0.0, 2.0]), label="a right angle")
    yield case(rng.standard_normal(50), rng.standard_normal(50), label="two random vectors")
    yield case(rng.standard_normal(5) + 2, 10 * rng.random(5), label="vectors with a mean")
    yield case(np.zeros(3), np.ones(3), label="a vector of zeros")


@lesson.exercise(
    _cosine_cases,
    Mistake("divide by both lengths: the product alone grows with them", lambda u, v: float(np.dot(u, v))),
    Mistake(
        "divide by the lengths ‖u‖ and ‖v‖, not by their squares",
        lambda u, v: float(np.dot(u, v) / max(np.sum(u**2) * np.sum(v**2), 1e-300)),
    ),
    Mistake(
        "this is the correlation: the mean is not taken off here",
        lambda u, v: vectors.cosine_similarity(u - u.mean(), v - v.mean()),
    ),
)
def cosine_similarity(u: np.ndarray, v: np.ndarray) -> float:
    """Cosine of the angle between two vectors; 0 where one is 0."""
    return vectors.cosine_similarity(u, v)


def _few_words(rng: np.random.Generator, names: str, dimensions: int = 4) -> dict[str, np.ndarray]:
    return {name: rng.standard_normal(dimensions) for name in names.split()}


def _analogy_cases(rng: np.random.Generator) -> Iterator[Case]:
    plane = {
        "man": np.array([1.0, 0.0]),
        "woman": np.array([1.0, 1.0]),
        "king": np.array([3.0, 0.2]),
        "queen": np.array([3.1, 1.1]),
        "crown": np.array([3.5, 0.4]),
        "apple": np.array([-1.0, 0.5]),
    }
    yield case("man", "woman", "king", plane, label="man → woman :: king → ?")
    yield case("Woman", "Man", "Queen", plane, label="capital letters, woman → man :: queen → ?")
    near = {"a": np.array([0.0, 1.0]), "b": np.array([4.0, 1.0]), "c": np.array([0.0, 0.0]), "d": np.array([0.3, 0.1])}
    yield case("a", "b", "c", near, label="an answer close to c, in the right direction")
    back = {"a": np.array([0.0, 0.0]), "b": np.array([2.0, 0.0]), "c": np.array([0.0, 3.0]), "d": np.array([1.0, 9.0])}
    yield case("a", "b", "c", back, label="where the best word is one of the question's own")
    for number in range(4):
        words = _few_words(rng, "a b c d e f g h")
        yield case("a", "b", "c", words, label=f"eight random words, number {number}")
    yield case("a", "c", "c", _few_words(rng, "c e f g a h"), label="b and c the same word")


def _searched(score, excluded):
    def wrong(word_a, word_b, word_c, word_to_vec_map):
        a, b, c = (word.lower() for word in (word_a, word_b, word_c))
        e = word_to_vec_map
        words = [word for word in e if word not in excluded(a, b, c)]
        return max(words, key=lambda w: score(e[a], e[b], e[c], e[w]))

    return wrong


def _only_c(a, b, c):
    return {c}


def _direction(a, b, c, w):
    return vectors.cosine_similarity(b - a, w - c)


@lesson.exercise(
    _analogy_cases,
    Mistake(
        "exclude word_c alone: the other two may be the answer here", _searched(_direction, lambda a, b, c: {a, b, c})
    ),
    Mistake(
        "the direction is e_b - e_a: these are swapped",
        _searched(lambda a, b, c, w: vectors.cosine_similarity(a - b, w - c), _only_c),
    ),
    Mistake(
        "compare directions, cos(e_b - e_a, e_w - e_c), not places",
        _searched(lambda a, b, c, w: -np.sum((b - a + c - w) ** 2), _only_c),
    ),
    Mistake(
        "this is cos(e_b - e_a + e_c, e_w); here the directions e_b - e_a and e_w - e_c are compared",
        _searched(lambda a, b, c, w: vectors.cosine_similarity(b - a + c, w), _only_c),
    ),
    Mistake(
        "divide by the lengths: the cosine, not the product of the directions",
        _searched(lambda a, b, c, w: float(np.dot(b - a, w - c)), _only_c),
    ),
)
def complete_analogy(word_a: str, word_b: str, word_c: str, word_to_vec_map: Mapping[str, np.ndarray]) -> str:
    """The word w, other than c, with the largest cos(e_b - e_a, e_w - e_c)."""
    return vectors.complete_analogy(word_a, word_b, word_c, word_to_vec_map)


def _neutral_cases(rng: np.random.Generator) -> Iterator[Case]:
    words = _few_words(rng, "receptionist guitar", 6)
    yield case("receptionist", rng.standard_normal(6), words, label="a random axis")
    yield case("guitar", np.eye(6)[2], words, label="an axis of length 1 along one dimension")
    yield case("guitar", 3 * np.eye(6)[4], words, label="an axis of length 3")


def _along(e, g):
    return np.dot(e, g) / np.sum(g**2) * g


@lesson.exercise(
    _neutral_cases,
    Mistake(
        "this is the part along g: take it away from e",
        lambda word, g, word_to_vec_map: _along(word_to_vec_map[word], g),
    ),
    Mistake(
        "divide by ‖g‖², the squared length",
        lambda word, g, word_to_vec_map: (
            word_to_vec_map[word] - np.dot(word_to_vec_map[word], g) / np.linalg.norm(g) * g
        ),
    ),
    Mistake(
        "the part along g is taken away, not added",
        lambda word, g, word_to_vec_map: word_to_vec_map[word] + _along(word_to_vec_map[word], g),
    ),
    Mistake(
        "divide by ‖g‖²: g need not have the length 1",
        lambda word, g, word_to_vec_map: word_to_vec_map[word] - np.dot(word_to_vec_map[word], g) * g,
    ),
)
def neutralize(word: str, g: np.ndarray, word_to_vec_map: Mapping[str, np.ndarray]) -> np.ndarray:
    """Vector (n,) of the word without its part along g."""
    return vectors.neutralize(word_to_vec_map[word], g)


def _pair_of_words_cases(rng: np.random.Generator) -> Iterator[Case]:
    words = {name: e / np.linalg.norm(e) for name, e in _few_words(rng, "man woman actor actress", 5).items()}
    axis = words["woman"] - words["man"]
    yield case(("man", "woman"), axis, words, label="the pair that the axis comes from")
    yield case(("actor", "actress"), axis, words, label="another pair of length 1")
    yield case(("actress", "actor"), rng.standard_normal(5), words, label="a random axis")
    longer = {name: 3 * e + 1 for name, e in words.items()}
    yield case(("man", "actress"), 2 * axis, longer, label="vectors that are not of length 1")


def _other_length(pair, bias_axis, word_to_vec_map):
    e = [word_to_vec_map[word] for word in pair]
    mean = (e[0] + e[1]) / 2
    beside = vectors.neutralize(mean, bias_axis)
    reach = np.sqrt(np.abs(1 - np.sum(beside**2)))
    return tuple(beside + reach * _along(v - mean, bias_axis) / np.linalg.norm(v - mean) for v in e)


def _only_neutralized(pair, bias_axis, word_to_vec_map):
    return tuple(vectors.neutralize(word_to_vec_map[word], bias_axis) for word in pair)


def _own_parts(pair, bias_axis, word_to_vec_map):
    e = [word_to_vec_map[word] for word in pair]
    mean = (e[0] + e[1]) / 2
    parts = [_along(v, bias_axis) - _along(mean, bias_axis) for v in e]
    return tuple(vectors.neutralize(mean, bias_axis) + part for part in parts)


@lesson.exercise(
    _pair_of_words_cases,
    Mistake("divide by the length of the part along the axis, ‖e_B - μ_B‖, not by ‖e - μ‖", _other_length),
    Mistake("both words keep their difference along the axis: add it to μ_⊥", _only_neutralized),
    Mistake("scale the part along the axis to √|1 - ‖μ_⊥‖²|", _own_parts),
    Mistake(
        "return the two vectors in the order of the pair",
        lambda pair, bias_axis, word_to_vec_map: equalize(pair, bias_axis, word_to_vec_map)[::-1],
    ),
)
def equalize(
    pair: tuple[str, str], bias_axis: np.ndarray, word_to_vec_map: Mapping[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The two vectors, alike but for opposite parts along the axis."""
    return vectors.equalize(*(word_to_vec_map[word] for word in pair), bias_axis)
