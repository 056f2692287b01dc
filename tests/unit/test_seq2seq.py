"""The translator: the taught loop and the teacher-forced layer are one network, and beam search finds the best."""

import itertools
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import keras
import numpy as np
import pytest
from keras import layers

from helpers.datasets.dates import date_pairs
from helpers.models import recipes, seq2seq, seq2seq_training, weights
from helpers.text.decoding import beam_search, greedy_decode

RNG = np.random.default_rng(0)
SMALL = {"Tx": 6, "Ty": 4, "n_a": 3, "n_s": 5, "human_vocab_size": 7, "machine_vocab_size": 4}
X, Y = RNG.integers(0, 7, (5, 6)), RNG.integers(0, 4, (5, 4))


def lively(model):
    """The network with weights large enough that its choices differ."""
    model.set_weights([1.5 * RNG.standard_normal(weight.shape) for weight in model.weights])
    return model


def taught_loop(Tx, Ty, n_a, n_s, human_vocab_size, machine_vocab_size, attention_units=10):
    """The course's network: shared layers, written out step by step."""
    X, s0, c0 = keras.Input((Tx, human_vocab_size)), keras.Input((n_s,)), keras.Input((n_s,))
    shared = {
        "reader": layers.Bidirectional(layers.LSTM(n_a, return_sequences=True)),
        "densor1": layers.Dense(attention_units, activation="tanh"),
        "densor2": layers.Dense(1, activation="relu"),
        "LSTM_cell": layers.LSTM(n_s, return_state=True),
        "output_layer": layers.Dense(machine_vocab_size, activation="softmax"),
    }
    a, s, c, outputs = shared["reader"](X), s0, c0, []
    for _ in range(Ty):
        joined = layers.Concatenate(axis=-1)([a, layers.RepeatVector(Tx)(s)])
        alphas = layers.Softmax(axis=1)(shared["densor2"](shared["densor1"](joined)))
        s, _, c = shared["LSTM_cell"](layers.Dot(axes=1)([alphas, a]), initial_state=[s, c])
        outputs.append(shared["output_layer"](s))
    return keras.Model([X, s0, c0], outputs), shared


def test_the_taught_loop_and_the_teacher_forced_layer_are_one_network():
    model = lively(seq2seq.seq2seq(**SMALL, attention_units=10, feedback=False, relu_energies=True))
    loop, shared = taught_loop(**SMALL)
    for name, arrays in seq2seq.taught_weights(model).items():
        shared[name].set_weights(arrays)
    zeros = np.zeros((5, 5))
    expected = np.stack(loop([np.eye(7)[X], zeros, zeros]), axis=1)
    found = np.asarray(keras.ops.softmax(model([X, seq2seq.symbols_before(Y, 4)])))
    assert found == pytest.approx(expected, abs=1e-5)
    assert loop.count_params() == model.count_params()


@pytest.mark.parametrize("changed", [{}, {"feedback": False}, {"attention_units": 0}])
def test_decoding_step_by_step_gives_what_teacher_forcing_gives(changed):
    model = lively(seq2seq.seq2seq(**SMALL, **changed))
    step, state = seq2seq.decoder_step(model, X)
    before, expected = (
        seq2seq.symbols_before(Y, 4),
        np.asarray(keras.ops.log_softmax(model([X, seq2seq.symbols_before(Y, 4)]))),
    )
    for t in range(4):
        log_p, state = step(before[:, t], state)
        assert log_p == pytest.approx(expected[:, t], abs=1e-5)
    assert (before[:, 0] == 4).all()
    assert (before[:, 1:] == Y[:, :-1]).all()


def test_only_with_feedback_do_the_symbols_before_matter():
    other = (Y + 1) % 4
    for feedback in (True, False):
        model = lively(seq2seq.seq2seq(**SMALL, feedback=feedback))
        both = [np.asarray(model([X, seq2seq.symbols_before(y, 4)])) for y in (Y, other)]
        assert (np.abs(both[0] - both[1]).max() > 1e-3) == feedback


def test_attention_weights_are_probabilities_over_what_is_read():
    alphas = seq2seq.attention_weights(lively(seq2seq.seq2seq(**SMALL)), X, Y)
    assert alphas.shape == (5, 4, 6)
    assert alphas.sum(axis=2) == pytest.approx(1, abs=1e-5)
    assert alphas.std() > 0.01


def test_the_network_learns_to_reverse():
    keras.utils.set_random_seed(1)
    x = RNG.integers(0, 4, (512, 4))
    model = seq2seq.seq2seq(4, 4, 16, 16, 4, 4)
    seq2seq.compile_for_training(model, 2e-2)
    model.fit([x, seq2seq.symbols_before(x[:, ::-1], 4)], x[:, ::-1], batch_size=64, epochs=15, verbose=0)
    assert (seq2seq.translate(model, x) == x[:, ::-1]).all(axis=1).mean() > 0.95
    by_beam = [best[0].symbols for best in seq2seq.translate_by_beam(model, x[:20])]
    assert np.array_equal(by_beam, seq2seq.translate(model, x[:20]))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: seq2seq.seq2seq(Tx=0), "seq2seq: sizes"),
        (lambda: seq2seq.seq2seq(attention_units=-1), "attention_units -1"),
        (lambda: seq2seq.translate(seq2seq.seq2seq(**SMALL), X[:, :3]), r"shape \(5, 3\), expected \(m, 6\)"),
        (lambda: seq2seq.taught_weights(seq2seq.seq2seq(**SMALL)), "without feedback"),
        (lambda: recipes.run("date_translation", data="somewhere"), "makes its own dates"),
    ],
)
def test_what_does_not_fit_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


# -- decoding, on tiny models that are tables ------------------------------------------------------------------------


def markov(table):
    """Step of a model that knows the symbol before, and how many came: table (T, V + 1, V) of ln p."""

    def step(previous, state):
        (time,) = state
        return table[time, previous], (time + 1,)

    return step, (np.zeros(1, dtype=int),)


def random_table(T, V, seed):
    logits = 2 * np.random.default_rng(seed).standard_normal((T, V + 1, V))
    return logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))


def all_sequences(table, end=None):
    """Every finished sequence and its ln P."""
    T, _, V = table.shape
    for length in range(1, T + 1):
        for symbols in itertools.product(range(V), repeat=length):
            if end in symbols[:-1] or (length < T and (end is None or symbols[-1] != end)):
                continue
            yield (
                symbols,
                sum(table[t, before, y] for t, (before, y) in enumerate(zip((V, *symbols), symbols, strict=False))),
            )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("end", "alpha"), [(None, 0.0), (2, 0.0), (2, 0.7), (2, 1.0)])
def test_a_beam_as_wide_as_the_search_space_finds_what_exhaustive_search_finds(seed, end, alpha):
    table = random_table(5, 3, seed)
    ranked = sorted(all_sequences(table, end), key=lambda one: -one[1] / len(one[0]) ** alpha)
    found = beam_search(*markov(table), 5, 3, width=3**5, end=end, alpha=alpha)
    assert len(found) == len(ranked)
    for one, (symbols, log_p) in zip(found[:10], ranked[:10], strict=True):
        assert one.symbols == symbols
        assert one.log_probability == pytest.approx(log_p)
        assert one.score == pytest.approx(log_p / len(symbols) ** alpha)


def test_a_beam_of_one_is_greedy_and_a_wider_one_is_better_on_the_whole():
    gains = []
    for seed in range(30):
        table = random_table(6, 4, seed)
        symbols, log_p = greedy_decode(*markov(table), 6, 4)
        one = beam_search(*markov(table), 6, 4, width=1)[0]
        assert one.symbols == tuple(symbols[0])
        assert one.log_probability == pytest.approx(log_p[0])
        gains.append(beam_search(*markov(table), 6, 4, width=4)[0].log_probability - log_p[0])
    assert np.mean(gains) > 0.1
    assert np.mean(np.array(gains) > 1e-9) > 0.3


def test_length_normalisation_prefers_longer_sequences():
    first, later = [[0.6, 0.4]] * 3, [[0.75, 0.25]] * 3  # symbol 1 ends
    table = np.log(np.array([first, later, later, [[0.01, 0.99]] * 3]))
    plain = beam_search(*markov(table), 4, 2, width=3, end=1)[0]
    normalised = beam_search(*markov(table), 4, 2, width=3, end=1, alpha=1.0)[0]
    assert plain.symbols == (1,), "0.4 at once; all four: 0.6 · 0.75 · 0.75 · 0.99 = 0.33"
    assert normalised.symbols == (0, 0, 0, 1)


@pytest.mark.parametrize("bad", [{"width": 0}, {"alpha": -1.0}, {"length": 0}, {"state": (np.zeros(2, int),)}])
def test_a_search_that_cannot_be_is_refused(bad):
    step, state = markov(random_table(3, 2, 0))
    with pytest.raises(ValueError, match="expected"):
        beam_search(**{"step": step, "state": state, "length": 3, "start": 2} | bad)


# -- the stored networks ---------------------------------------------------------------------------------------------


def test_the_stored_network_translates_unseen_dates_as_well_as_its_card_says():
    card = weights.card("date_translation")
    model = weights.load(seq2seq_training.DATE_TRANSLATION.network(), "date_translation")
    unseen = date_pairs(seq2seq_training.TEST_DATES, seq2seq_training.TEST_SEED, held_out=True)
    found = seq2seq_training.judge(model, unseen)
    assert found["exact match"] >= 0.98
    assert found["exact match"] == pytest.approx(card["accuracy"]["exact match"], abs=0.002)
    assert found["by format"].keys() == card["accuracy"]["by format"].keys()
    assert card["bytes"] < 1_000_000


def test_attention_is_worth_more_than_the_units_that_replace_it():
    compared = weights.card("date_translation")["comparison"]
    assert len(compared["with attention"]) >= 3
    assert min(compared["with attention"]) > max(compared["without attention"])


def test_the_recipe_of_stored_weights_is_the_one_that_stands_here():
    for name, training in seq2seq_training.TRAININGS.items():
        card = weights.card(name)
        assert card["recipe"] == training.__dict__
        assert card["losses"][-1] < card["losses"][0] / 3


def test_the_first_steps_of_the_recipe_are_the_same_again():
    short = seq2seq_training.Training(dates=640, epochs=1, n_a=8, n_s=8)
    _, losses = seq2seq_training.train_translator(short)
    assert losses == pytest.approx([2.36627], rel=1e-4)
