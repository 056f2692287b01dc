"""Exercises of course 5, week 1: jazz improvisation. The networks are built in `jazz_networks`."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.checks.jazz_networks import (
    dense,
    generator,
    inference_model_of,
    lstm,
    reshape,
    step_function,
    unrolled_model,
    with_layers,
)
from helpers.datasets.jazz import chord, jazz
from helpers.music import measures
from helpers.text.sampling import draw, with_temperature


class KerasLesson(Lesson):
    """A lesson whose functions take Keras layers; of a network is also compared whether it holds those."""

    def check(self, function: Callable) -> None:
        """As `Lesson.check`."""
        super().check(with_layers(function))


lesson = KerasLesson("Jazz improvisation")
check = lesson.check


def _phrase_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([[2, 0, 1]]), 3, label="one phrase of three values")
    yield case(rng.integers(0, 7, (4, 6)), 7, label="4 phrases of 6 values")
    yield case(rng.integers(0, 5, (5, 2)), 8, label="values that do not occur")


def _arrays(
    phrases: np.ndarray, n_values: int, before: Callable = lambda Y: np.roll(Y, 1, axis=1), zero: int = 1
) -> Any:
    Y = np.eye(n_values)[phrases]
    X = before(Y)
    X[:, :zero] = 0
    return X, Y.swapaxes(0, 1)


@lesson.exercise(
    _phrase_cases,
    Mistake(
        "X is one step behind: at step t the network may see the value of step t − 1, not the one to predict",
        lambda phrases, n_values: _arrays(phrases, n_values, np.copy, 0),
    ),
    Mistake("before the first value there was nothing: X[:, 0] is zero", lambda p, n: _arrays(p, n, zero=0)),
    Mistake(
        "Y has the steps first, one (m, n_values) array for each output of the model",
        lambda phrases, n_values: (_arrays(phrases, n_values)[0], np.eye(n_values)[phrases]),
    ),
)
def data_processing(phrases: np.ndarray, n_values: int) -> tuple[np.ndarray, np.ndarray]:
    """X (m, Tx, n_values), one-hot of the value before, zeros at first; Y (Tx, m, n_values), one-hot of each value."""
    return _arrays(phrases, n_values)


def _model_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(3, lstm(5), dense(7), reshape(7), label="Tx 3, n_a 5, 7 values")
    yield case(5, lstm(4), dense(4), reshape(4), label="Tx 5, n_a 4, 4 values")


def _new_layers(Tx: int, LSTM_cell: Any, densor: Any, reshaper: Any) -> Any:
    return unrolled_model(Tx, lstm(LSTM_cell.units).make(), dense(densor.units).make(), reshaper)


def _mistaken(**changed: Any) -> Callable:
    @with_layers
    def wrong(Tx, LSTM_cell, densor, reshaper):
        return unrolled_model(Tx, LSTM_cell, densor, reshaper, **changed)

    return wrong


@lesson.exercise(
    _model_cases,
    Mistake(
        "each step starts from the state of the step before, not from a0 and c0", _mistaken(pass_a=False, pass_c=False)
    ),
    Mistake("the hidden state a goes on from step to step too", _mistaken(pass_a=False)),
    Mistake("the memory cell c goes on from step to step too", _mistaken(pass_c=False)),
    Mistake("step t takes column t of X: X[:, t, :]", _mistaken(first=True)),
    Mistake("use the LSTM_cell and the densor that were given: they hold the weights", with_layers(_new_layers)),
)
@with_layers
def djmodel(Tx: int, LSTM_cell: Any, densor: Any, reshaper: Any) -> Any:
    """X (Tx, n_values), a0 and c0 (n_a,) → a list of Tx probabilities (n_values,), all by the same three layers."""
    return unrolled_model(Tx, LSTM_cell, densor, reshaper)


def _inference_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(lstm(5), dense(7), 4, label="n_a 5, 7 values, Ty 4")
    yield case(lstm(6), dense(4), 7, label="n_a 6, 4 values, Ty 7")


def _inference_mistake(**changed: Any) -> Callable:
    @with_layers
    def wrong(LSTM_cell, densor, Ty=100):
        return inference_model_of(LSTM_cell, densor, Ty, **changed)

    return wrong


@lesson.exercise(
    _inference_cases,
    Mistake("the value that was chosen goes back in: the next x is not x0 again", _inference_mistake(feed="first")),
    Mistake(
        "feed back the one-hot vector of the most probable value, not the probabilities", _inference_mistake(feed="p")
    ),
    Mistake("the state goes on from step to step", _inference_mistake(keep_state=False)),
)
@with_layers
def music_inference_model(LSTM_cell: Any, densor: Any, Ty: int = 100) -> Any:
    """x0 (1, n_values), a0 and c0 (n_a,) → Ty probabilities (n_values,); the most probable value is fed back."""
    return inference_model_of(LSTM_cell, densor, Ty)


def _predict_cases(rng: np.random.Generator) -> Iterator[Case]:
    for Ty, n_a, n_values in ((9, 6, 20), (12, 12, 30)):
        x, a, c = np.zeros((1, 1, n_values)), rng.standard_normal((1, n_a)), rng.standard_normal((1, n_a))
        yield case(generator(Ty, n_a, n_values), x, a, c, label=f"a model of {Ty} steps and {n_values} values")


def _predicted(model: Any, x: np.ndarray, a: np.ndarray, c: np.ndarray) -> np.ndarray:
    return np.array([np.asarray(p)[0] for p in model([x, a, c], training=False)])


def _predict_mistake(change: Callable) -> Callable:
    @with_layers
    def wrong(inference_model, x_initializer, a_initializer, c_initializer):
        return change(_predicted(inference_model, x_initializer, a_initializer, c_initializer))

    return wrong


@lesson.exercise(
    _predict_cases,
    Mistake(
        "results are the one-hot vectors of what was chosen, not the probabilities",
        _predict_mistake(lambda p: (p, p.argmax(axis=1)[:, None])),
    ),
    Mistake(
        "the most probable value of each step: argmax over the values, the last axis",
        _predict_mistake(lambda p: (np.eye(len(p))[p.argmax(axis=0)], p.argmax(axis=0)[:, None])),
    ),
)
@with_layers
def predict_and_sample(
    inference_model: Any, x_initializer: np.ndarray, a_initializer: np.ndarray, c_initializer: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The values that the model chooses: one-hot (Ty, n_values), and their indices (Ty, 1)."""
    p = _predicted(inference_model, x_initializer, a_initializer, c_initializer)
    indices = p.argmax(axis=1)
    return np.eye(p.shape[1])[indices], indices[:, None]


def _solo_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m, n_values, n_a, Ty, temperature in ((3, 5, 4, 8, 1.0), (6, 7, 3, 12, 0.5), (5, 6, 4, 9, 2.5)):
        start = np.zeros((m, n_values)), rng.standard_normal((m, n_a)), rng.standard_normal((m, n_a))
        draws = np.random.default_rng(7)
        label = f"{m} solos of {Ty} values at temperature {temperature}"
        yield case(step_function(n_values, n_a), *start, Ty, temperature, draws, label=label)


def _solo(
    step: Callable,
    x: np.ndarray,
    a: np.ndarray,
    c: np.ndarray,
    Ty: int,
    temperature: float,
    rng: np.random.Generator,
    *,
    tempered: bool = True,
    feed: str = "one-hot",
    keep_state: bool = True,
) -> np.ndarray:
    """The taught loop, or one that differs from it in one point."""
    x0, a0, c0, chosen = x, a, c, []
    for _ in range(Ty):
        p, a, c = step(x, a, c) if keep_state else step(x, a0, c0)
        chosen.append(draw(with_temperature(p, temperature if tempered else 1, axis=1).T, rng))
        x = {"one-hot": np.eye(p.shape[1])[chosen[-1]], "p": p, "first": x0}[feed]
    return np.array(chosen).T


def _solo_mistake(**changed: Any) -> Callable:
    def wrong(step, x, a, c, Ty, temperature, rng):
        return _solo(step, x, a, c, Ty, temperature, rng, **changed)

    return wrong


@lesson.exercise(
    _solo_cases,
    Mistake("draw from with_temperature(p, temperature, axis=1), not from p", _solo_mistake(tempered=False)),
    Mistake("feed back the one-hot vectors of what was drawn, not the probabilities", _solo_mistake(feed="p")),
    Mistake("what was drawn goes back in: the next x is not the first x again", _solo_mistake(feed="first")),
    Mistake("the states that step returns go into the next step", _solo_mistake(keep_state=False)),
)
def temperature_solo(
    step: Callable,
    x: np.ndarray,
    a: np.ndarray,
    c: np.ndarray,
    Ty: int,
    temperature: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Indices (m, Ty) of m solos: at each step drawn from the tempered probabilities, then fed back."""
    return _solo(step, x, a, c, Ty, temperature, rng)


def _melody_cases(rng: np.random.Generator) -> Iterator[Case]:
    half = Fraction(1, 2)
    two = (chord("Cmaj7", 2), chord("Cm7", 1))
    yield case([(64, Fraction(1)), (63, Fraction(1)), (63, Fraction(1))], two, label="two chords, three notes")
    yield case(
        [(64, half), (None, Fraction(2)), (64, half), (64, half)], two, label="a rest, and chords that come again"
    )
    yield case([(72, Fraction(1)), (None, Fraction(1)), (61, Fraction(1))], (chord("C7", 2),), label="one chord")
    tune = jazz(choruses=3, seed=4)
    yield case(list(tune.melody), tune.chords, label="three choruses of ii–V–I")


def _share(
    melody: Sequence, chords: Sequence, *, rests: str = "left out", at_end: bool = False, tones: bool = False
) -> float:
    """The share, or one that is counted differently."""
    beat, fits = Fraction(0), []
    for pitch, beats in melody:
        if pitch is not None or rests == "counted":
            here = measures.chord_at(beat + (beats if at_end else 0), chords)
            fits.append(pitch is not None and pitch % 12 in (here.tones if tones else here.scale))
        if pitch is not None or rests != "without time":
            beat += beats
    return sum(fits) / len(fits)


def _share_mistake(**changed: Any) -> Callable:
    return lambda melody, chords: _share(melody, chords, **changed)


@lesson.exercise(
    _melody_cases,
    Mistake("a rest has no pitch: it counts neither above nor below", _share_mistake(rests="counted")),
    Mistake("a rest takes time: the beat goes on", _share_mistake(rests="without time")),
    Mistake("ask for the chord at the start of the note, before the beat goes on", _share_mistake(at_end=True)),
    Mistake("the scale of the chord, not only its tones", _share_mistake(tones=True)),
)
def share_in_scale(melody: Sequence, chords: Sequence) -> float:
    """Share of the notes, without rests, that belong to the scale of the chord at their start."""
    return measures.share_in_scale(melody, chords)


def _sequence_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case([1, 2, 1, 2, 1, 2], 2, label="[1, 2, 1, 2, 1, 2] and n = 2")
    yield case(list("improvisation"), 1, label="letters, n = 1")
    yield case([3, 1, 4, 1, 5], label="five numbers, n = 4 by default")
    yield case(list(rng.integers(0, 3, 60)), 3, label="60 values, n = 3")


@lesson.exercise(
    _sequence_cases,
    Mistake("there are len(sequence) − n + 1 runs to divide by", lambda s, n=4: len(_runs(s, n)) / len(s)),
    Mistake("the last run ends with the last value", lambda s, n=4: len(_runs(s[:-1], n)) / (len(s) - n)),
    Mistake(
        "a run starts at every value: runs overlap",
        lambda s, n=4: (
            len({tuple(s[i : i + n]) for i in range(0, len(s) - n + 1, n)}) / len(range(0, len(s) - n + 1, n))
        ),
    ),
)
def distinct_ngrams(sequence: Sequence, n: int = 4) -> float:
    """Number of different runs of n neighbours, divided by the number of all runs."""
    return measures.distinct_ngrams(sequence, n)


def _runs(sequence: Sequence, n: int) -> set[tuple]:
    return {tuple(sequence[i : i + n]) for i in range(len(sequence) - n + 1)}
