"""Recurrent layers over whole sequences, forward and through time backward: plain RNN, GRU and LSTM.

Sequences are (features, examples, steps) outside, as in the course, and (steps, examples, features) inside; gates have
one more axis in front. So the inputs of all steps are one product of matrices, and so are the gradients of the weights;
a step multiplies the state only, and every array that it works on lies in one piece.
"""

from collections.abc import Sequence

import numpy as np

from helpers.nn.validation import require_floats

Parameters = dict[str, np.ndarray]
LSTM_GATES, GRU_GATES = "fioc", "urc"


def rnn_forward(x: np.ndarray, a0: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, tuple]:
    """a⟨t⟩ = tanh(Waa a⟨t−1⟩ + Wax x⟨t⟩ + ba) for every step (Elman, 1990).

    Parameters
    ----------
    x, a0 : floats (n_x, m, T) and (n_a, m)
    parameters : "Wax" (n_a, n_x), "Waa" (n_a, n_a), "ba" (n_a, 1)

    Returns
    -------
    a (n_a, m, T), and the cache for `rnn_backward`

    Raises
    ------
    TypeError, ValueError
        An argument is no array of floats, or shapes do not fit; KeyError where a parameter is missing.
    """
    Wax, Waa, ba = (parameters[name] for name in ("Wax", "Waa", "ba"))
    _require_sequence(
        "rnn_forward", x, a0, Wax=(Wax, len(a0), len(x)), Waa=(Waa, len(a0), len(a0)), ba=(ba, len(a0), 1)
    )
    steps = _by_step(x)
    a, Waa_T = _room(a0, len(steps)), np.ascontiguousarray(Waa.T)
    a[1:] = _project(steps, np.ascontiguousarray(Wax.T), ba.T)
    for t in range(len(steps)):
        a[t + 1] += a[t] @ Waa_T
        np.tanh(a[t + 1], out=a[t + 1])
    return _by_feature(a[1:]), (steps, a, Wax, Waa)


def rnn_backward(da: np.ndarray, cache: tuple) -> Parameters:
    """The gradients "dx", "da0", "dWax", "dWaa" and "dba" from da (n_a, m, T), the gradient of every step's a."""
    steps, a, Wax, Waa = cache
    _require_gradient("rnn_backward", da, a)
    dz, carried, slopes = _by_step(da), np.zeros_like(a[0]), 1 - a[1:] ** 2
    for t in reversed(range(len(steps))):
        dz[t] += carried
        dz[t] *= slopes[t]
        carried = dz[t] @ Waa
    gradients = {"dx": _by_feature(_project(dz, Wax)), "da0": carried.T}
    return gradients | {"dWax": _outer(dz, steps), "dWaa": _outer(dz, a[:-1]), "dba": _bias(dz)}


def gru_forward(x: np.ndarray, a0: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, tuple]:
    """a⟨t⟩ = Γu ã + (1 − Γu) a⟨t−1⟩, where ã = tanh(Wc [Γr a⟨t−1⟩; x⟨t⟩] + bc) (Cho et al., 2014).

    Parameters
    ----------
    x, a0 : floats (n_x, m, T) and (n_a, m)
    parameters : "Wu", "Wr", "Wc" (n_a, n_a + n_x), which act on [a⟨t−1⟩; x⟨t⟩], and "bu", "br", "bc" (n_a, 1);
        the update gate is Γu = σ(Wu [a; x] + bu), the reset gate Γr = σ(Wr [a; x] + br)

    Returns
    -------
    a (n_a, m, T), and the cache for `gru_backward`
    """
    Wa, Wx, b = _stacked("gru_forward", x, a0, parameters, GRU_GATES)
    steps = _by_step(x)
    a, gates, Wa_T = _room(a0, len(steps)), _project(steps, _transposed(Wx), b), _transposed(Wa)
    seen, (update, reset, candidate) = np.empty_like(gates[0]), gates
    for t in range(len(steps)):
        gates[:2, t] += a[t] @ Wa_T[:2]
        _sigmoid(gates[:2, t])
        np.multiply(reset[t], a[t], out=seen[t])
        candidate[t] += seen[t] @ Wa_T[2]
        np.tanh(candidate[t], out=candidate[t])
        np.subtract(candidate[t], a[t], out=a[t + 1])
        a[t + 1] *= update[t]
        a[t + 1] += a[t]
    return _by_feature(a[1:]), (steps, a, gates, seen, Wa, Wx)


def gru_backward(da: np.ndarray, cache: tuple) -> Parameters:
    """The gradients "dx", "da0" and those of all parameters ("dWu", "dbu", …) from da (n_a, m, T)."""
    steps, a, gates, seen, Wa, Wx = cache
    _require_gradient("gru_backward", da, a)
    update, reset, candidate = gates
    given, carried, dz = _by_step(da), np.zeros_like(a[0]), _slopes(gates)
    for t in reversed(range(len(steps))):
        da_t = given[t] + carried
        dz[0, t] *= da_t * (candidate[t] - a[t])
        dz[2, t] *= da_t * update[t]
        dreset = dz[2, t] @ Wa[2]
        dz[1, t] *= dreset * a[t]
        carried = da_t * (1 - update[t]) + dreset * reset[t] + (dz[:2, t] @ Wa[:2]).sum(axis=0)
    dWa = _outer(dz, a[:-1])
    dWa[2] = _outer(dz[2], seen)
    ends = {"dx": _by_feature(_project(dz, Wx).sum(axis=0)), "da0": carried.T}
    return ends | _by_name(dWa, _outer(dz, steps), _bias(dz), GRU_GATES)


def lstm_forward(
    x: np.ndarray, a0: np.ndarray, parameters: Parameters, c0: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, tuple]:
    """c⟨t⟩ = Γf c⟨t−1⟩ + Γi c̃ and a⟨t⟩ = Γo tanh c⟨t⟩, where c̃ = tanh(Wc [a⟨t−1⟩; x⟨t⟩] + bc).

    Long short-term memory (Hochreiter and Schmidhuber, 1997) with forget gates (Gers et al., 2000).

    Parameters
    ----------
    x, a0, c0 : floats (n_x, m, T), (n_a, m) and (n_a, m); c0 is zero where it is not given
    parameters : "Wf", "Wi", "Wo", "Wc" (n_a, n_a + n_x), which act on [a⟨t−1⟩; x⟨t⟩], and "bf", "bi", "bo", "bc"
        (n_a, 1); the forget, input and output gates are Γ = σ(W [a; x] + b)

    Returns
    -------
    a and c (n_a, m, T), and the cache for `lstm_backward`
    """
    Wa, Wx, b = _stacked("lstm_forward", x, a0, parameters, LSTM_GATES)
    steps = _by_step(x)
    a, gates, Wa_T = _room(a0, len(steps)), _project(steps, _transposed(Wx), b), _transposed(Wa)
    c = _room(np.zeros_like(a0) if c0 is None else c0, len(steps))
    squashed, (forget, write, output, candidate) = np.empty_like(c[1:]), gates
    for t in range(len(steps)):
        gates[:, t] += a[t] @ Wa_T
        _sigmoid(gates[:3, t])
        np.tanh(candidate[t], out=candidate[t])
        np.multiply(forget[t], c[t], out=c[t + 1])
        c[t + 1] += write[t] * candidate[t]
        np.tanh(c[t + 1], out=squashed[t])
        np.multiply(output[t], squashed[t], out=a[t + 1])
    return _by_feature(a[1:]), _by_feature(c[1:]), (steps, a, c, gates, squashed, Wa, Wx)


def lstm_backward(da: np.ndarray, cache: tuple) -> Parameters:
    """The gradients "dx", "da0", "dc0" and those of all parameters ("dWf", "dbf", …) from da (n_a, m, T)."""
    steps, a, c, gates, squashed, Wa, Wx = cache
    _require_gradient("lstm_backward", da, a)
    forget, write, output, candidate = gates
    given, carried, dc, dz = _by_step(da), np.zeros_like(a[0]), np.zeros_like(a[0]), _slopes(gates)
    for t in reversed(range(len(steps))):
        da_t = given[t] + carried
        dc += da_t * output[t] * (1 - squashed[t] ** 2)
        dz[0, t] *= dc * c[t]
        dz[1, t] *= dc * candidate[t]
        dz[2, t] *= da_t * squashed[t]
        dz[3, t] *= dc * write[t]
        carried = (dz[:, t] @ Wa).sum(axis=0)
        dc *= forget[t]
    ends = {"dx": _by_feature(_project(dz, Wx).sum(axis=0)), "da0": carried.T, "dc0": dc.T}
    return ends | _by_name(_outer(dz, a[:-1]), _outer(dz, steps), _bias(dz), LSTM_GATES)


def _by_step(x: np.ndarray) -> np.ndarray:
    """(features, examples, steps) → a copy (steps, examples, features)."""
    return x.T.copy(order="C")


def _by_feature(a: np.ndarray) -> np.ndarray:
    """(steps, examples, features) → (features, examples, steps)."""
    return a.T


def _room(first: np.ndarray, steps: int) -> np.ndarray:
    """Room (steps + 1, examples, features) for a state, the first one in place."""
    states = np.empty((steps + 1, *first.T.shape), first.dtype)
    states[0] = first.T
    return states


def _sigmoid(z: np.ndarray) -> None:
    """1/(1 + e^(−z)) = ½ + ½ tanh(z/2), in place: it cannot overflow."""
    z *= 0.5
    np.tanh(z, out=z)
    z *= 0.5
    z += 0.5


def _slopes(gates: np.ndarray) -> np.ndarray:
    """Γ(1 − Γ) of the gates and 1 − c̃² = (1 − c̃)(1 + c̃) of the candidate, which is the last of them."""
    slopes = 1 - gates
    slopes[:-1] *= gates[:-1]
    slopes[-1] *= 1 + gates[-1]
    return slopes


def _project(steps: np.ndarray, W: np.ndarray, b: np.ndarray | float = 0.0) -> np.ndarray:
    """All steps (…, T, m, n) times W (…, n, k), plus b: (…, T, m, k), as one product of matrices for each gate."""
    product = steps.reshape(*steps.shape[:-3], -1, steps.shape[-1]) @ W
    product += b
    return product.reshape(*product.shape[:-2], *steps.shape[-3:-1], product.shape[-1])


def _outer(dz: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Σ over steps and examples of dz (…, T, m, n) times inputs (T, m, k), transposed: (…, n, k)."""
    columns = dz.reshape(*dz.shape[:-3], -1, dz.shape[-1]).swapaxes(-1, -2)
    return columns @ inputs.reshape(-1, inputs.shape[-1])


def _bias(dz: np.ndarray) -> np.ndarray:
    """Σ over steps and examples of dz (…, T, m, n): (…, n, 1)."""
    return dz.sum(axis=(-3, -2))[..., None]


def _transposed(W: np.ndarray) -> np.ndarray:
    """The matrices of a stack, each transposed and in one piece, which products of matrices are faster with."""
    return np.ascontiguousarray(W.swapaxes(-1, -2))


def _by_name(dWa: np.ndarray, dWx: np.ndarray, db: np.ndarray, gates: str) -> Parameters:
    """Gradients of the gates' weights and biases by name."""
    weights = {f"dW{gate}": np.hstack(pair) for gate, *pair in zip(gates, dWa, dWx, strict=True)}
    return weights | {f"db{gate}": value for gate, value in zip(gates, db, strict=True)}


def _stacked(
    where: str, x: np.ndarray, a0: np.ndarray, parameters: Parameters, gates: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gates' weights of the state (gates, n_a, n_a) and of x (gates, n_a, n_x), and biases (gates, 1, n_a)."""
    n, columns = len(a0), len(a0) + len(x)
    shapes = {f"W{gate}": (parameters[f"W{gate}"], n, columns) for gate in gates}
    _require_sequence(where, x, a0, **shapes, **{f"b{gate}": (parameters[f"b{gate}"], n, 1) for gate in gates})
    Wa, Wx = (np.stack([parameters[f"W{gate}"][:, part] for gate in gates]) for part in np.s_[:n, n:])
    return Wa, Wx, np.stack([parameters[f"b{gate}"].T for gate in gates])


def _require_sequence(where: str, x: np.ndarray, a0: np.ndarray, **parameters: Sequence) -> None:
    for name, value in (("x", x), ("a0", a0), *((name, value) for name, (value, *_) in parameters.items())):
        require_floats(where, name, value)
    if x.ndim != 3 or a0.ndim != 2 or x.shape[1] != a0.shape[1]:
        raise ValueError(f"{where}: x has shape {x.shape} and a0 {a0.shape}, expected (n_x, m, T) and (n_a, m)")
    for name, (value, *shape) in parameters.items():
        if value.shape != tuple(shape):
            raise ValueError(f"{where}: {name} has shape {value.shape} but x and a0 ask for {tuple(shape)}")


def _require_gradient(where: str, da: np.ndarray, a: np.ndarray) -> None:
    require_floats(where, "da", da)
    shape = (a.shape[2], a.shape[1], len(a) - 1)
    if da.shape != shape:
        raise ValueError(f"{where}: da has shape {da.shape} but a had {shape}")
