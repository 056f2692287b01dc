"""Exercises of course 5, week 1: a character language model."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.nn import softmax
from helpers.nn.language_model import initialize_sequence_model, sequence_backward, sequence_forward
from helpers.nn.optimizers import Parameters
from helpers.text import sampling

lesson = Lesson("character language model")
check = lesson.check

LONGEST = 50
Ids = Sequence[int]


def _initial_loss_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(27, 23, label="27 characters and a sequence of 23")
    yield case(65, 1, label="65 characters and a sequence of one")
    yield case(2, 7, label="2 characters and a sequence of 7")


@lesson.exercise(
    _initial_loss_cases,
    Mistake("one prediction for each character of the sequence: times seq_length", lambda V, T: -np.log(1 / V)),
    Mistake("a loss is −ln of a probability: it is not negative", lambda V, T: np.log(1 / V) * T),
    Mistake("the natural logarithm is meant: np.log", lambda V, T: np.log2(V) * T),
)
def get_initial_loss(vocab_size: int, seq_length: int) -> float:
    """−ln(1/V) · T, the summed loss of a model that knows nothing."""
    return float(np.log(vocab_size) * seq_length)


def _perplexity_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.log([4.0, 4.0, 4.0]), label="three characters of probability 1/4 each")
    yield case(rng.exponential(2, 12), label="12 losses")
    yield case(np.zeros(5), label="a model that is certain and right")
    yield case(rng.exponential(1, (3, 4)), label="losses (3, 4)")


@lesson.exercise(
    _perplexity_cases,
    Mistake("take the mean over the characters before the exponential", lambda losses: float(np.mean(np.exp(losses)))),
    Mistake("the mean, not the sum: otherwise long texts look worse", lambda losses: float(np.exp(np.sum(losses)))),
    Mistake("that is the mean loss: its exponential is missing", lambda losses: float(np.mean(losses))),
    Mistake("the losses are in nats: e to the power, not 2", lambda losses: float(2 ** np.mean(losses))),
)
def perplexity(losses: np.ndarray) -> float:
    """e^(mean loss)."""
    return sampling.perplexity(losses)


def _bigram_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case([[1, 2, 1], [2]], 3, label="the names [1, 2, 1] and [2]")
    yield case([rng.integers(1, 5, n).tolist() for n in (4, 7, 1, 9)], 5, 0.1, label="four names and k = 0.1")
    yield case([[1, 1, 1, 1]], 4, k=2.0, label="characters that never occur, k = 2")
    yield case([], 3, label="no names at all")


def _start(kept: slice):
    """Counts in which the boundary stands only at one end of a name, or at neither."""

    def wrong(sequences, vocab_size, k=1.0):
        counts = np.full((vocab_size, vocab_size), float(k))
        for sequence in sequences:
            ends = [0, *sequence, 0][kept]
            np.add.at(counts, (ends[:-1], ends[1:]), 1)
        return counts / counts.sum(axis=1, keepdims=True)

    return wrong


def _by_column(sequences, vocab_size, k=1.0):
    counts = np.full((vocab_size, vocab_size), float(k))
    for sequence in sequences:
        np.add.at(counts, ([0, *sequence], [*sequence, 0]), 1)
    return counts / counts.sum(axis=0, keepdims=True)


@lesson.exercise(
    _bigram_cases,
    Mistake("the first letter follows a boundary too: count 0 → first letter", _start(slice(1, None))),
    Mistake("a name ends somewhere: count last letter → 0", _start(slice(None, -1))),
    Mistake("each row must sum to 1, not each column", _by_column),
    Mistake("add k to each count", lambda sequences, vocab_size, k=1.0: bigram_probabilities(sequences, vocab_size, 0)),
)
def bigram_probabilities(sequences: Sequence[Ids], vocab_size: int, k: float = 1.0) -> np.ndarray:
    """(V, V): row i holds the probabilities of what follows character i; 0 is the boundary of names."""
    return sampling.ngram_probabilities(sequences, vocab_size, order=2, add=k, boundary=0)


def _clip_cases(rng: np.random.Generator) -> Iterator[Case]:
    shapes = {"dWax": (5, 3), "dWaa": (5, 5), "dWya": (2, 5), "db": (5, 1), "dby": (2, 1)}
    for limit, what in ((10, "maxValue = 10"), (0.5, "maxValue = 0.5"), (1e6, "a limit that nothing reaches")):
        yield case({name: 10 * rng.standard_normal(shape) for name, shape in shapes.items()}, limit, label=what)


def _rescaled(gradients, maxValue):
    norm = np.sqrt(sum(np.sum(value**2) for value in gradients.values()))
    return {name: value * min(1, maxValue / norm) for name, value in gradients.items()}


@lesson.exercise(
    _clip_cases,
    Mistake(
        "large negative entries are cut as well, at −maxValue", lambda g, m: {n: np.minimum(v, m) for n, v in g.items()}
    ),
    Mistake("that rescales by the norm; here each entry is cut by itself", _rescaled),
    Mistake(
        "an entry that is too large becomes maxValue, not 0", lambda g, m: {n: v * (abs(v) <= m) for n, v in g.items()}
    ),
)
def clip(gradients: Parameters, maxValue: float) -> Parameters:
    """New arrays whose entries lie between −maxValue and maxValue."""
    return {name: np.clip(value, -maxValue, maxValue) for name, value in gradients.items()}


def _random_model(rng: np.random.Generator, n_a: int, vocab_size: int, size: float = 1.0) -> Parameters:
    zero = initialize_sequence_model(n_a, vocab_size, vocab_size)
    return {name: size * rng.standard_normal(value.shape) for name, value in zero.items()}


def _letters(vocab_size: int, newline: int = 0) -> dict[str, int]:
    characters = [chr(ord("a") + i) for i in range(vocab_size - 1)]
    return {character: i for i, character in enumerate([*characters[:newline], "\n", *characters[newline:]])}


def _sample_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(_random_model(rng, 8, 27), _letters(27), 0, label="seed = 0")
    yield case(_random_model(rng, 5, 6), _letters(6, newline=3), 7, label="a newline whose id is 3")
    endless = _random_model(rng, 4, 5, 0.5)
    endless["by"][0] = -60
    yield case(endless, _letters(5), 3, label="a name that does not end by itself")
    mild = _random_model(rng, 4, 8, 0.4)
    mild["by"][0] = -2
    yield case(mild, _letters(8), 41, label="a long name, seed = 41")
    short = _random_model(rng, 3, 4)
    short["by"][0] = 60
    yield case(short, _letters(4), 2, label="a newline at once")
    loud = _random_model(rng, 4, 6)
    loud["by"] = loud["by"] + 800
    yield case(loud, _letters(6), 1, label="scores whose exponential overflows")


def _sampled(parameters, char_to_ix, seed, feed=True, remember=True, stride=2, greedy=False, close=True):
    newline, (vocab_size, n_a) = char_to_ix["\n"], parameters["Wya"].shape
    x, a, indices, drawn = np.zeros((vocab_size, 1)), np.zeros((n_a, 1)), [], None
    while drawn != newline and len(indices) < LONGEST:
        a = np.tanh(parameters["Wax"] @ x + parameters["Waa"] @ a * remember + parameters["b"])
        y = softmax(parameters["Wya"] @ a + parameters["by"]).ravel()
        np.random.seed(seed + stride * len(indices))
        drawn = int(np.argmax(y)) if greedy else int(np.random.choice(vocab_size, p=y))
        x = (np.arange(vocab_size) == drawn).astype(float)[:, None] * feed
        indices.append(drawn)
    return indices + [newline] * (close and len(indices) == LONGEST)


def _sample_like(**changes):
    return lambda parameters, char_to_ix, seed: _sampled(parameters, char_to_ix, seed, **changes)


@lesson.exercise(
    _sample_cases,
    Mistake("draw from the probabilities; do not take the most probable character", _sample_like(greedy=True)),
    Mistake("what was drawn is the next input: x must become its one-hot column", _sample_like(feed=False)),
    Mistake("the activation is carried on: a_prev = a", _sample_like(remember=False)),
    Mistake("counter and seed both grow by 1 a step, and the stream is seeded by their sum", _sample_like(stride=1)),
    Mistake("seed before every draw, not with the same number each time", _sample_like(stride=0)),
    Mistake("a name cut off after 50 characters still gets its newline", _sample_like(close=False)),
)
def sample(parameters: Parameters, char_to_ix: Mapping[str, int], seed: int) -> list[int]:
    """Ids of a sampled name, the newline last; before draw number t the global stream is seeded with seed + 2 t."""
    return _sampled(parameters, char_to_ix, seed)


def _optimize_cases(rng: np.random.Generator) -> Iterator[Case]:
    for T, V, n_a, size, what in ((6, 5, 4, 0.5, "six characters"), (1, 3, 2, 1.0, "an empty name")):
        X, Y = [None, *rng.integers(1, V, T - 1).tolist()], [*rng.integers(1, V, T - 1).tolist(), 0]
        yield case(X, Y, rng.standard_normal((n_a, 1)), _random_model(rng, n_a, V, size), label=what)
    X = [None, *rng.integers(1, 4, 30).tolist()]
    model = _random_model(rng, 6, 4, 3.0)
    yield case(X, [*X[1:], 0], np.zeros((6, 1)), model, 0.05, label="gradients beyond ±5, learning_rate = 0.05")


def _optimized(clipped=True, rate=lambda r: r, mean=False, first=False, limit=5):
    def wrong(X, Y, a_prev, parameters, learning_rate=0.01):
        loss, cache = sequence_forward(X, Y, a_prev, parameters)
        gradients, a = sequence_backward(cache)
        if clipped:
            gradients = clip(gradients, limit)
        for name in parameters:
            parameters[name] = parameters[name] - rate(learning_rate) * gradients[f"d{name}"]
        return loss / (len(X) if mean else 1), gradients, a[:, [0 if first else -1]]

    return wrong


@lesson.exercise(
    _optimize_cases,
    Mistake("clip the gradients to ±5 before the step, and return them clipped", _optimized(clipped=False)),
    Mistake("the loss is summed over the characters, not their mean", _optimized(mean=True)),
    Mistake("return the activation after the last character, a[:, [-1]]", _optimized(first=True)),
    Mistake("the limit is 5", _optimized(limit=10)),
)
def optimize(
    X: Ids, Y: Ids, a_prev: np.ndarray, parameters: Parameters, learning_rate: float = 0.01
) -> tuple[float, Parameters, np.ndarray]:
    """The loss, the clipped gradients and the last activation (n_a, 1); `parameters` take the step in place."""
    return _optimized()(X, Y, a_prev, parameters, learning_rate)


def as_name(indices: Ids, ix_to_char: Mapping[int, str]) -> str:
    """The characters without the line break, the first in upper case."""
    return "".join(ix_to_char[int(i)] for i in indices).strip("\n").capitalize()


def _model_cases(rng: np.random.Generator) -> Iterator[Case]:
    names = ["ab", "bca", "cab\n", "a"]
    for count, n_a, dino_names, size, what in (
        (1, 3, 1, 4, "a single step"),
        (3, 4, 2, 4, "three steps"),
        (9, 5, 7, 6, "more steps than names"),
        (2001, 3, 3, 4, "2001 steps, so that names are sampled twice"),
    ):
        char_to_ix = _letters(size)
        ix_to_char = {i: character for character, i in char_to_ix.items()}
        yield case(names, ix_to_char, char_to_ix, count, n_a, dino_names, size, label=what)


def _trained(shuffle=True, carry=True, start=None, follow=True):
    def wrong(data_x, ix_to_char, char_to_ix, num_iterations=35000, n_a=50, dino_names=7, vocab_size=27):
        parameters, newline = initialize_sequence_model(n_a, vocab_size, vocab_size), char_to_ix["\n"]
        examples = [name.strip() for name in data_x]
        np.random.seed(0)
        if shuffle:
            np.random.shuffle(examples)
        a_prev, last_name = np.zeros((n_a, 1)), ""
        for j in range(num_iterations):
            ids = [char_to_ix[character] for character in examples[j % len(examples)]]
            X = [start, *ids]
            _, _, a_prev = optimize(X, [*X[1:], newline] if follow else [*ids, ids[-1]], a_prev, parameters)
            a_prev = a_prev * carry
            if j % 2000 == 0:
                for seed in range(dino_names):
                    last_name = as_name(sample(parameters, char_to_ix, seed), ix_to_char)
        return parameters, last_name

    return wrong


@lesson.exercise(
    _model_cases,
    Mistake("shuffle the names first, after np.random.seed(0)", _trained(shuffle=False)),
    Mistake("the activation after one name is the a_prev of the next, as in the course", _trained(carry=False)),
    Mistake("a name starts with None, the column of zeros, not with a newline", _trained(start=0)),
    Mistake("the last target is the newline: Y = ids + [newline]", _trained(follow=False)),
)
def model(
    data_x: Sequence[str],
    ix_to_char: Mapping[int, str],
    char_to_ix: Mapping[str, int],
    num_iterations: int = 35000,
    n_a: int = 50,
    dino_names: int = 7,
    vocab_size: int = 27,
) -> tuple[Parameters, str]:
    """Parameters after that many names, one step each, and the last name that was printed."""
    return _trained()(data_x, ix_to_char, char_to_ix, num_iterations, n_a, dino_names, vocab_size)


def _temperature_cases(rng: np.random.Generator) -> Iterator[Case]:
    p = rng.dirichlet(np.ones(5))
    yield case(p, 0.5, label="temperature 0.5")
    yield case(p, 2.0, label="temperature 2")
    yield case(np.array([0.5, 0.5, 0.0]), 0.7, label="a character of probability 0")
    yield case(rng.dirichlet(np.ones(6), 4).T, 1.3, label="four columns")
    yield case(np.array([1e-200, 1e-210, 1.0]), 0.4, label="tiny probabilities")
    even = np.array([[0.9, 0.3], [0.05, 0.3], [0.05, 0.4]])
    yield case(even, 0.001, label="temperature 0.001")


@lesson.exercise(
    _temperature_cases,
    Mistake(
        "the exponent is 1 / temperature: hot is flat", lambda p, temperature: with_temperature(p, 1 / temperature)
    ),
    Mistake("divide by the sum: these are no probabilities yet", lambda p, temperature: p ** (1 / temperature)),
    Mistake(
        "divide the logarithms by the temperature, not the probabilities",
        lambda p, temperature: softmax(np.asarray(p) / temperature),
    ),
)
def with_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """p^(1/τ), divided by its sum over axis 0."""
    return sampling.with_temperature(probabilities, temperature)
