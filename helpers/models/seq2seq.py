"""Sequence to sequence with attention: a bidirectional LSTM that reads, additive attention, an LSTM that writes.

Bahdanau, Cho and Bengio, *Neural machine translation by jointly learning to align and translate*, 2015.
"""

import keras
import numpy as np
from keras import layers, ops

from helpers.text.decoding import Hypothesis, State, Step, beam_search, greedy_decode


@keras.saving.register_keras_serializable("workbook")
class AttentionDecoder(layers.Layer):
    """Writes Ty symbols, each with a look at all of what was read.

    Step t: energies e = v · tanh(W_a a + W_s s + b) + b_e, weights α = softmax(e) over the Tx places, context Σ α a; an
    LSTM takes the context and the symbol before, one-hot; its state s gives the logits.

    Called with a (m, Tx, n) and the symbols before, ids (m, Ty), it returns logits (m, Ty, V) and α (m, Ty, Tx): in
    training these symbols are the true ones (teacher forcing), so that all steps are one call.

    Parameters
    ----------
    vocabulary : int
        V, machine symbols; V itself is the id that stands before the first.
    units : int
        Of the LSTM.
    attention_units : int
        Rows of W_a and W_s; 0 leaves attention out: every step gets the same context, the last state of either
        direction.
    feedback : bool
        Whether the symbol before is heard; without it, each symbol is chosen without knowing the others.
    relu_energies : bool
        Whether energies pass a ReLU, as in the course.
    """

    def __init__(
        self,
        vocabulary: int,
        units: int = 64,
        attention_units: int = 32,
        feedback: bool = True,
        relu_energies: bool = False,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        self.vocabulary, self.units, self.attention_units = vocabulary, units, attention_units
        self.feedback, self.relu_energies = feedback, relu_energies

    def build(self, read_shape: tuple, previous_shape: tuple | None = None) -> None:
        """Make the weights, for what is read of shape (m, Tx, n)."""
        n, units, attended = read_shape[-1], self.units, self.attention_units
        if attended:
            self.read_kernel = self.add_weight(shape=(n, attended), name="read_kernel")
            self.state_kernel = self.add_weight(shape=(units, attended), name="state_kernel")
            self.energy_bias = self.add_weight(shape=(attended,), initializer="zeros", name="energy_bias")
            self.energy_kernel = self.add_weight(shape=(attended, 1), name="energy_kernel")
            self.energy_shift = self.add_weight(shape=(1,), initializer="zeros", name="energy_shift")
        self.kernel = self.add_weight(shape=(n, 4 * units), name="kernel")
        if self.feedback:
            self.symbol_kernel = self.add_weight(shape=(self.vocabulary + 1, 4 * units), name="symbol_kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(units, 4 * units), initializer="orthogonal", name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(4 * units,), initializer=_remember_at_first, name="bias")
        self.output_kernel = self.add_weight(shape=(units, self.vocabulary), name="output_kernel")
        self.output_bias = self.add_weight(shape=(self.vocabulary,), initializer="zeros", name="output_bias")

    def prepare(self, read: object) -> tuple:
        """What no step changes: what is read, and W_a a, or the one context where there is no attention."""
        if self.attention_units:
            return read, ops.matmul(read, self.read_kernel) + self.energy_bias
        half = read.shape[-1] // 2
        return read, ops.concatenate([read[:, -1, :half], read[:, 0, half:]], axis=-1)

    def step(self, prepared: tuple, previous: object, s: object, c: object) -> tuple:
        """One symbol: logits (m, V), states s and c (m, units), and α (m, Tx), zeros without attention."""
        read, keys = prepared
        if self.attention_units:
            hidden = ops.tanh(keys + ops.matmul(s, self.state_kernel)[:, None])
            energies = ops.matmul(hidden, self.energy_kernel)[:, :, 0] + self.energy_shift
            weights = ops.softmax(ops.relu(energies) if self.relu_energies else energies, axis=-1)
            context = ops.matmul(weights[:, None], read)[:, 0]
        else:
            weights, context = ops.zeros_like(read[:, :, 0]), keys
        gates = ops.matmul(context, self.kernel) + ops.matmul(s, self.recurrent_kernel) + self.bias
        if self.feedback:
            gates = gates + ops.take(self.symbol_kernel, previous, axis=0)
        i, f, g, o = ops.split(gates, 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        s = ops.sigmoid(o) * ops.tanh(c)
        return ops.matmul(s, self.output_kernel) + self.output_bias, s, c, weights

    def call(self, read: object, previous: object) -> tuple:
        """Logits (m, Ty, V) and attention weights (m, Ty, Tx)."""
        prepared = self.prepare(read)
        s = c = ops.zeros_like(read[:, 0, :1]) * ops.zeros((1, self.units), dtype=read.dtype)
        logits, weights = [], []
        for t in range(previous.shape[1]):
            one, s, c, alpha = self.step(prepared, previous[:, t], s, c)
            logits.append(one)
            weights.append(alpha)
        return ops.stack(logits, axis=1), ops.stack(weights, axis=1)

    def get_config(self) -> dict:
        """What it was made with."""
        names = ("vocabulary", "units", "attention_units", "feedback", "relu_energies")
        return super().get_config() | {name: getattr(self, name) for name in names}


def seq2seq(
    Tx: int = 30,
    Ty: int = 10,
    n_a: int = 32,
    n_s: int = 64,
    human_vocab_size: int = 37,
    machine_vocab_size: int = 11,
    *,
    attention_units: int = 32,
    feedback: bool = True,
    relu_energies: bool = False,
) -> keras.Model:
    """The network for training: from ids (m, Tx) and the symbols before (m, Ty) to logits (m, Ty, V).

    Parameters
    ----------
    Tx, Ty : symbols read and written
    n_a, n_s : units of each direction of the reader, and of the writer
    human_vocab_size, machine_vocab_size : symbols of either side
    attention_units, feedback, relu_energies : see `AttentionDecoder`; 0 units leave attention out

    Raises
    ------
    ValueError
        A size is below 1, or `attention_units` negative.
    """
    sizes = (Tx, Ty, n_a, n_s, human_vocab_size, machine_vocab_size)
    if min(sizes) < 1 or attention_units < 0:
        raise ValueError(f"seq2seq: sizes are {sizes}, attention_units {attention_units}; expected 1, or 0, or more")
    x, previous = keras.Input((Tx,), dtype="int32", name="x"), keras.Input((Ty,), dtype="int32", name="previous")
    embedded = ops.one_hot(x, human_vocab_size, dtype=keras.config.floatx())
    reader = layers.Bidirectional(layers.LSTM(n_a, return_sequences=True), name="reader")
    decoder = AttentionDecoder(machine_vocab_size, n_s, attention_units, feedback, relu_energies, name="decoder")
    logits, _ = decoder(reader(embedded), previous)
    return keras.Model([x, previous], logits, name="seq2seq")


def symbols_before(targets: np.ndarray, vocabulary: int) -> np.ndarray:
    """What the decoder hears at each step in training: the targets (m, Ty) one step later, `vocabulary` at first."""
    first = np.full((len(targets), 1), vocabulary, dtype=targets.dtype)
    return np.concatenate([first, targets[:, :-1]], axis=1)


def compile_for_training(model: keras.Model, learning_rate: object = 5e-3, steps_per_execution: int = 10) -> None:
    """Adam with clipped gradients, and the mean cross-entropy of a symbol in nats."""
    model.compile(
        keras.optimizers.Adam(learning_rate, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=steps_per_execution,
    )


def decoder_step(model: keras.Model, x: np.ndarray) -> tuple[Step, State]:
    """The trained network as `greedy_decode` and `beam_search` want it, after it has read x.

    Parameters
    ----------
    model : of `seq2seq`
    x : ids (m, Tx)

    Returns
    -------
    step : from the symbols before (k,) and the state to ln p (k, V), float64, and the next state
    state : four arrays whose first axis is m: s, c, what was read, and the part of the energies that does not change

    Raises
    ------
    ValueError
        x has another number of symbols than the network reads.
    """
    prepared = _read(model, x)
    decoder = model.get_layer("decoder")
    zeros = np.zeros((len(x), decoder.units), dtype=prepared[0].dtype)

    def step(previous: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        s, c, *read = state
        logits, s, c, _ = decoder.step(read, previous, s, c)
        log_p = np.asarray(ops.log_softmax(logits, axis=-1), dtype=np.float64)
        return log_p, (np.asarray(s), np.asarray(c), *read)

    return step, (zeros, zeros, *prepared)


def translate(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """The greedy translation (m, Ty) of ids (m, Tx)."""
    step, state = decoder_step(model, x)
    return greedy_decode(step, state, model.output_shape[1], model.get_layer("decoder").vocabulary)[0]


def translate_by_beam(model: keras.Model, x: np.ndarray, width: int = 3) -> list[list[Hypothesis]]:
    """The hypotheses of a beam search for each row of ids (m, Tx), best first."""
    length, start = model.output_shape[1], model.get_layer("decoder").vocabulary
    step, state = decoder_step(model, x)
    one_by_one = (tuple(part[i : i + 1] for part in state) for i in range(len(x)))
    return [beam_search(step, one, length, start, width) for one in one_by_one]


def attention_weights(model: keras.Model, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """α (m, Ty, Tx): how much each symbol of x was looked at while y was written; rows sum to 1.

    Parameters
    ----------
    model : of `seq2seq`, with attention
    x, y : ids (m, Tx) and (m, Ty)
    """
    decoder = model.get_layer("decoder")
    return np.asarray(decoder(_read(model, x)[0], symbols_before(y, decoder.vocabulary))[1])


def _read(model: keras.Model, x: np.ndarray) -> tuple[np.ndarray, ...]:
    """What the reader says of each place, and what the decoder prepares from it."""
    length, size = model.input_shape[0][1], model.get_layer("reader").input.shape[-1]
    if np.ndim(x) != 2 or x.shape[1] != length:
        raise ValueError(f"seq2seq: x has shape {np.shape(x)}, expected (m, {length}), ids of the symbols to read")
    read = model.get_layer("reader")(ops.one_hot(x, size, dtype=keras.config.floatx()))
    return tuple(np.asarray(part) for part in model.get_layer("decoder").prepare(read))


def taught_weights(model: keras.Model) -> dict[str, list[np.ndarray]]:
    """Weights of a network without feedback, with ReLU energies, for the layers of the course's unrolled one.

    Returns
    -------
    dict
        Of "reader", "densor1", "densor2", "LSTM_cell" and "output_layer", what `set_weights` of the layer takes.

    Raises
    ------
    ValueError
        The network hears the symbol before, or is without attention or ReLU: the course's has no such weights.
    """
    decoder = model.get_layer("decoder")
    if decoder.feedback or not decoder.relu_energies or not decoder.attention_units:
        raise ValueError("taught_weights: expected a network without feedback, with attention and ReLU energies")
    groups = {
        "densor1": [np.concatenate([decoder.read_kernel, decoder.state_kernel]), decoder.energy_bias],
        "densor2": [decoder.energy_kernel, decoder.energy_shift],
        "LSTM_cell": [decoder.kernel, decoder.recurrent_kernel, decoder.bias],
        "output_layer": [decoder.output_kernel, decoder.output_bias],
    }
    arrays = {name: [np.asarray(part) for part in parts] for name, parts in groups.items()}
    return {"reader": model.get_layer("reader").get_weights(), **arrays}


def _remember_at_first(shape: tuple[int, ...], dtype: str | None = None) -> object:
    """Bias of four gates, zeros but for the forget gate's ones (Jozefowicz, Zaremba and Sutskever, 2015)."""
    bias = np.zeros(shape)
    bias[shape[0] // 4 : shape[0] // 2] = 1
    return ops.convert_to_tensor(bias, dtype=dtype)
