"""Exercises of course 5, week 1: cells and sequences of plain recurrent networks, GRU and LSTM, and the way back."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from helpers import nn
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.checks.recurrent_steps import along, gru_step, lstm_back, lstm_step, plain_back, plain_step, through_time

lesson = Lesson("recurrent networks, step by step")
check = lesson.check

Parameters = dict[str, np.ndarray]
Cache = tuple
SIZES = ((3, 5, 4, 2), (4, 2, 3, 3), (2, 3, 1, 4))  # n_x, n_a, m and n_y
STEPS = (4, 1, 6)


def _plain(rng: np.random.Generator, n_x: int, n_a: int, n_y: int) -> Parameters:
    shapes = {"Wax": (n_a, n_x), "Waa": (n_a, n_a), "Wya": (n_y, n_a), "ba": (n_a, 1), "by": (n_y, 1)}
    return {name: 0.7 * rng.standard_normal(shape) for name, shape in shapes.items()}


def _gated(gates: str, rng: np.random.Generator, n_x: int, n_a: int, n_y: int) -> Parameters:
    shapes = {f"W{gate}": (n_a, n_a + n_x) for gate in gates} | {f"b{gate}": (n_a, 1) for gate in gates}
    shapes |= {"Wy": (n_y, n_a), "by": (n_y, 1)}
    return {name: 0.7 * rng.standard_normal(shape) for name, shape in shapes.items()}


def _cell_cases(make: Callable, states: int, rng: np.random.Generator) -> Iterator[Case]:
    for n_x, n_a, m, n_y in SIZES:
        before = (rng.standard_normal((n_a, m)) for _ in range(states))
        label = f"n_x, n_a, m, n_y = {n_x}, {n_a}, {m}, {n_y}"
        yield case(rng.standard_normal((n_x, m)), *before, make(rng, n_x, n_a, n_y), label=label)


def _sequence_cases(make: Callable, rng: np.random.Generator) -> Iterator[Case]:
    for (n_x, n_a, m, n_y), T in zip(SIZES, STEPS, strict=True):
        x, a0 = rng.standard_normal((n_x, m, T)), rng.standard_normal((n_a, m))
        yield case(x, a0, make(rng, n_x, n_a, n_y), label=f"n_x, n_a, m, n_y, T = {n_x}, {n_a}, {m}, {n_y}, {T}")


def _back_cases(forward: Callable, cases: Callable, arriving: int, rng: np.random.Generator) -> Iterator[Case]:
    """The gradients that arrive, of the shape of the first result, and the cache of `forward`."""
    for one in cases(rng):
        a, *_, cache = forward(*one.args)
        yield case(*(rng.standard_normal(a.shape) for _ in range(arriving)), cache, label=one.label)


def _along_mistakes(run: Callable) -> tuple[Mistake, ...]:
    return (
        Mistake("the state of one step goes into the next: not a0 each time", partial(run, wrong="first state")),
        Mistake("step t sees x[:, :, t]", partial(run, wrong="first input")),
        Mistake("a[:, :, t] is the state after step t, not before it", partial(run, wrong="late")),
    )


def _through_mistakes(run: Callable) -> tuple[Mistake, ...]:
    return (
        Mistake("what the step after sends is part of it: da[:, :, t] + da_prev", partial(run, wrong="da_prev")),
        Mistake("the weights serve every step: add their gradients up with +=", partial(run, wrong="last")),
        Mistake("go backwards: the last step first", partial(run, wrong="forward")),
    )


SOFTMAX_AXIS = "the classes of the softmax are on axis 0: the columns of yt_pred add up to 1"
STACKED = "stack the state above the input: np.concatenate([a_prev, xt])"
_plain_cells, _plain_sequences = partial(_cell_cases, _plain, 1), partial(_sequence_cases, _plain)
_lstm_cells = partial(_cell_cases, partial(_gated, "fioc"), 2)
_lstm_sequences = partial(_sequence_cases, partial(_gated, "fioc"))


@lesson.exercise(
    _plain_cells,
    Mistake(SOFTMAX_AXIS, partial(plain_step, axis=1)),
    Mistake("the answer comes from the new state a_next", partial(plain_step, shown="old")),
    Mistake("the state goes through a tanh, not a sigmoid", partial(plain_step, squash=nn.sigmoid)),
    Mistake("add the biases ba and by", partial(plain_step, bias=0)),
)
def rnn_cell_forward(
    xt: np.ndarray, a_prev: np.ndarray, parameters: Parameters
) -> tuple[np.ndarray, np.ndarray, Cache]:
    """a⟨t⟩ = tanh(Waa a⟨t−1⟩ + Wax x⟨t⟩ + ba), the softmax of Wya a⟨t⟩ + by, and (a_next, a_prev, xt, parameters)."""
    return plain_step(xt, a_prev, parameters)


def _plain_along(x, a0, parameters, wrong=""):
    return along(plain_step, x, a0, parameters=parameters, wrong=wrong)


@lesson.exercise(_plain_sequences, *_along_mistakes(_plain_along))
def rnn_forward(x: np.ndarray, a0: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, np.ndarray, Cache]:
    """The states (n_a, m, T) and answers (n_y, m, T) of every step, and (list of caches, x)."""
    return _plain_along(x, a0, parameters)


@lesson.exercise(
    partial(_back_cases, plain_step, _plain_cells, 1),
    Mistake(
        "the gradient passes through the tanh: dz = (1 − a_next²) · da_next", partial(plain_back, slope=np.ones_like)
    ),
    Mistake("the slope of tanh is 1 − a², not a²", partial(plain_back, slope=np.square)),
    Mistake("the slope of tanh is 1 − a², not a(1 − a)", partial(plain_back, slope=lambda a: a * (1 - a))),
    Mistake("da_prev = Waa.T @ dz: the transpose", partial(plain_back, transposed=False)),
    Mistake("the gradients are sums over the examples: the 1/m is in the cost", partial(plain_back, mean=True)),
)
def rnn_cell_backward(da_next: np.ndarray, cache: Cache) -> Parameters:
    """The gradients "dxt", "da_prev", "dWax", "dWaa" and "dba" of one step."""
    return plain_back(da_next, cache)


def _plain_through(da, caches, wrong=""):
    return through_time(plain_back, da, caches, ("da_prev",), wrong)


@lesson.exercise(partial(_back_cases, _plain_along, _plain_sequences, 1), *_through_mistakes(_plain_through))
def rnn_backward(da: np.ndarray, caches: Cache) -> Parameters:
    """The gradients "dx", "da0", "dWax", "dWaa" and "dba", by `nn.rnn_backward`."""
    cells, x = caches
    _, a0, _, parameters = cells[0]
    return nn.rnn_backward(da, nn.rnn_forward(x, a0, parameters)[1])


@lesson.exercise(
    partial(_cell_cases, partial(_gated, "urc"), 1),
    Mistake(SOFTMAX_AXIS, partial(gru_step, axis=1)),
    Mistake(
        "where the update gate is 1 the candidate is taken: ut · cct + (1 − ut) · a_prev",
        partial(gru_step, takes=False),
    ),
    Mistake("the candidate sees rt · a_prev", partial(gru_step, resets="nothing")),
    Mistake("rt goes on a_prev before Wc, not on the product", partial(gru_step, resets="product")),
    Mistake(STACKED, partial(gru_step, stacked="xa")),
)
def gru_cell_forward(
    xt: np.ndarray, a_prev: np.ndarray, parameters: Parameters
) -> tuple[np.ndarray, np.ndarray, Cache]:
    """a⟨t⟩ = Γu ã + (1 − Γu) a⟨t−1⟩, the softmax of Wy a⟨t⟩ + by, and (a_next, a_prev, ut, rt, cct, xt, parameters)."""
    return gru_step(xt, a_prev, parameters)


def _gru_along(x, a0, parameters, wrong=""):
    return along(gru_step, x, a0, parameters=parameters, wrong=wrong)


@lesson.exercise(partial(_sequence_cases, partial(_gated, "urc")), *_along_mistakes(_gru_along))
def gru_forward(x: np.ndarray, a0: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, np.ndarray, Cache]:
    """The states (n_a, m, T) and answers (n_y, m, T) of every step, and (list of caches, x)."""
    return _gru_along(x, a0, parameters)


@lesson.exercise(
    _lstm_cells,
    Mistake(SOFTMAX_AXIS, partial(lstm_step, axis=1)),
    Mistake("the forget gate is for c_prev, the input gate for the candidate", partial(lstm_step, gates="ifo")),
    Mistake("the candidate goes through a tanh, not a sigmoid", partial(lstm_step, candidate=nn.sigmoid)),
    Mistake("what is shown is ot · tanh(c_next)", partial(lstm_step, shown=np.positive)),
    Mistake(STACKED, partial(lstm_step, stacked="xa")),
)
def lstm_cell_forward(
    xt: np.ndarray, a_prev: np.ndarray, c_prev: np.ndarray, parameters: Parameters
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Cache]:
    """c⟨t⟩ = Γf c⟨t−1⟩ + Γi c̃, a⟨t⟩ = Γo tanh c⟨t⟩: a_next, c_next, yt_pred and the cache of ten entries."""
    return lstm_step(xt, a_prev, c_prev, parameters)


def _lstm_along(x, a0, parameters, wrong="", memory=np.zeros_like):
    a, c, y, caches = along(lstm_step, x, a0, memory(a0), parameters=parameters, wrong=wrong)
    return a, y, c, caches


@lesson.exercise(
    _lstm_sequences,
    *_along_mistakes(_lstm_along),
    Mistake("the memory starts empty: c0 is zero", partial(_lstm_along, memory=np.copy)),
)
def lstm_forward(
    x: np.ndarray, a0: np.ndarray, parameters: Parameters
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Cache]:
    """a (n_a, m, T), y (n_y, m, T) and c (n_a, m, T) of every step, and (list of caches, x)."""
    return _lstm_along(x, a0, parameters)


@lesson.exercise(
    partial(_back_cases, lstm_step, _lstm_cells, 2),
    Mistake("dc_next is part of the memory's gradient dc", partial(lstm_back, carry=0)),
    Mistake("the memory also shows in a_next: dc has a part from da_next", partial(lstm_back, shows=0)),
    Mistake("tanh is taken of c_next: 1 − tanh(c_next)²", partial(lstm_back, squashed=np.positive)),
    Mistake("dc_prev is dc times the forget gate", partial(lstm_back, kept="all")),
    Mistake("each gate passes through its sigmoid: Γ(1 − Γ)", partial(lstm_back, slopes=False)),
)
def lstm_cell_backward(da_next: np.ndarray, dc_next: np.ndarray, cache: Cache) -> Parameters:
    """The gradients "dxt", "da_prev", "dc_prev" and those of the gates' weights of one step."""
    return lstm_back(da_next, dc_next, cache)


def _lstm_through(da, caches, wrong=""):
    return through_time(lstm_back, da, caches, ("da_prev", "dc_prev"), wrong)


@lesson.exercise(
    partial(_back_cases, _lstm_along, _lstm_sequences, 1),
    *_through_mistakes(_lstm_through),
    Mistake("the memory's gradient goes back in time too: hand dc_prev on", partial(_lstm_through, wrong="dc_prev")),
)
def lstm_backward(da: np.ndarray, caches: Cache) -> Parameters:
    """The gradients "dx", "da0" and those of the gates' weights, by `nn.lstm_backward`."""
    cells, x = caches
    _, _, a0, c0, *_, parameters = cells[0]
    gradients = nn.lstm_backward(da, nn.lstm_forward(x, a0, parameters, c0)[2])
    return {name: value for name, value in gradients.items() if name != "dc0"}
