"""Recurrent layers over whole sequences, forward and through time backward: plain RNN, GRU and LSTM.

Sequences are (features, examples, steps) outside, as in the course, and (steps, examples, features) inside, where the
inputs of all steps are one matrix product, the gates of a step are another, and so are the gradients of the weights.
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
    a = _room(a0, len(steps))
    a[1:] = steps @ Wax.T + ba.T
    for t in range(len(steps)):
        a[t + 1] += a[t] @ Waa.T
        np.tanh(a[t + 1], out=a[t + 1])
    return _by_feature(a[1:]), (steps, a, Wax, Waa)


def rnn_backward(da: np.ndarray, cache: tuple) -> Parameters:
    """The gradients "dx", "da0", "dWax", "dWaa" and "dba" from da (n_a, m, T), the gradient of every step's a."""
    steps, a, Wax, Waa = cache
    _require_gradient("rnn_backward", da, a)
    dz, carried = _by_step(da), np.zeros_like(a[0])
    for t in reversed(range(len(steps))):
        dz[t] += carried
        dz[t] *= 1 - a[t + 1] ** 2
        carried = dz[t] @ Waa
    gradients = {"dx": _by_feature(dz @ Wax), "da0": carried.T}
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
    W, b = _fused("gru_forward", x, a0, parameters, GRU_GATES)
    n = len(a0)
    steps, Wa = _by_step(x), np.ascontiguousarray(W[:, :n].T)
    a, gates, reset = _room(a0, len(steps)), steps @ W[:, n:].T + b.T, np.empty((len(steps), *a0.T.shape), x.dtype)
    for t, z in enumerate(gates):
        z[:, : 2 * n] += a[t] @ Wa[:, : 2 * n]
        _sigmoid(z[:, : 2 * n])
        np.multiply(z[:, n : 2 * n], a[t], out=reset[t])
        z[:, 2 * n :] += reset[t] @ Wa[:, 2 * n :]
        np.tanh(z[:, 2 * n :], out=z[:, 2 * n :])
        a[t + 1] = a[t] + z[:, :n] * (z[:, 2 * n :] - a[t])
    return _by_feature(a[1:]), (steps, a, gates, reset, W)


def gru_backward(da: np.ndarray, cache: tuple) -> Parameters:
    """The gradients "dx", "da0" and those of all parameters ("dWu", "dbu", …) from da (n_a, m, T)."""
    steps, a, gates, reset, W = cache
    _require_gradient("gru_backward", da, a)
    n = W.shape[1] - steps.shape[2]
    given, dz, carried = _by_step(da), np.empty_like(gates), np.zeros_like(a[0])
    for t in reversed(range(len(steps))):
        update, candidate = gates[t, :, :n], gates[t, :, 2 * n :]
        da_t = given[t] + carried
        dz[t, :, :n] = da_t * (candidate - a[t])
        dz[t, :, 2 * n :] = da_t * update * (1 - candidate**2)
        dreset = dz[t, :, 2 * n :] @ W[2 * n :, :n]
        dz[t, :, n : 2 * n] = dreset * a[t]
        dz[t, :, : 2 * n] *= gates[t, :, : 2 * n] * (1 - gates[t, :, : 2 * n])
        carried = da_t * (1 - update) + dreset * gates[t, :, n : 2 * n] + dz[t, :, : 2 * n] @ W[: 2 * n, :n]
    dW = np.hstack([_outer(dz, a[:-1]), _outer(dz, steps)])
    dW[2 * n :, :n] = _outer(dz[:, :, 2 * n :], reset)
    return {"dx": _by_feature(dz @ W[:, n:]), "da0": carried.T} | _split(dW, _bias(dz), GRU_GATES)


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
    W, b = _fused("lstm_forward", x, a0, parameters, LSTM_GATES)
    n = len(a0)
    steps, Wa = _by_step(x), np.ascontiguousarray(W[:, :n].T)
    a, c, gates = (
        _room(a0, len(steps)),
        _room(np.zeros_like(a0) if c0 is None else c0, len(steps)),
        steps @ W[:, n:].T + b.T,
    )
    squashed = np.empty_like(c[1:])
    for t, z in enumerate(gates):
        z += a[t] @ Wa
        _sigmoid(z[:, : 3 * n])
        np.tanh(z[:, 3 * n :], out=z[:, 3 * n :])
        forget, write, output, candidate = (z[:, k * n : (k + 1) * n] for k in range(4))
        np.multiply(forget, c[t], out=c[t + 1])
        c[t + 1] += write * candidate
        np.tanh(c[t + 1], out=squashed[t])
        np.multiply(output, squashed[t], out=a[t + 1])
    return _by_feature(a[1:]), _by_feature(c[1:]), (steps, a, c, gates, squashed, W)


def lstm_backward(da: np.ndarray, cache: tuple) -> Parameters:
    """The gradients "dx", "da0", "dc0" and those of all parameters ("dWf", "dbf", …) from da (n_a, m, T)."""
    steps, a, c, gates, squashed, W = cache
    _require_gradient("lstm_backward", da, a)
    n = W.shape[1] - steps.shape[2]
    Wa, given, dz = np.ascontiguousarray(W[:, :n]), _by_step(da), np.empty_like(gates)
    carried, dc = np.zeros_like(a[0]), np.zeros_like(a[0])
    for t in reversed(range(len(steps))):
        forget, write, output, candidate = (gates[t, :, k * n : (k + 1) * n] for k in range(4))
        da_t = given[t] + carried
        dc += da_t * output * (1 - squashed[t] ** 2)
        for k, gradient in enumerate((dc * c[t], dc * candidate, da_t * squashed[t])):
            dz[t, :, k * n : (k + 1) * n] = gradient
        dz[t, :, : 3 * n] *= gates[t, :, : 3 * n] * (1 - gates[t, :, : 3 * n])
        dz[t, :, 3 * n :] = dc * write * (1 - candidate**2)
        carried = dz[t] @ Wa
        dc *= forget
    dW = np.hstack([_outer(dz, a[:-1]), _outer(dz, steps)])
    ends = {"dx": _by_feature(dz @ W[:, n:]), "da0": carried.T, "dc0": dc.T}
    return ends | _split(dW, _bias(dz), LSTM_GATES)


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


def _outer(dz: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Σ over steps and examples of dz (·, ·, n) times inputs (·, ·, k), transposed: (n, k)."""
    return dz.reshape(-1, dz.shape[2]).T @ inputs.reshape(-1, inputs.shape[2])


def _bias(dz: np.ndarray) -> np.ndarray:
    return dz.sum(axis=(0, 1))[:, None]


def _split(dW: np.ndarray, db: np.ndarray, gates: str) -> Parameters:
    """Gradients of the gates' weights and biases by name."""
    parts = zip(gates, np.split(dW, len(gates)), np.split(db, len(gates)), strict=True)
    return {f"d{name}{gate}": part for gate, *pair in parts for name, part in zip("Wb", pair, strict=True)}


def _fused(
    where: str, x: np.ndarray, a0: np.ndarray, parameters: Parameters, gates: str
) -> tuple[np.ndarray, np.ndarray]:
    """All gates' weights (gates · n_a, n_a + n_x) and biases (gates · n_a, 1), one above the other."""
    n, columns = len(a0), len(a0) + len(x)
    shapes = {f"W{gate}": (parameters[f"W{gate}"], n, columns) for gate in gates}
    _require_sequence(where, x, a0, **shapes, **{f"b{gate}": (parameters[f"b{gate}"], n, 1) for gate in gates})
    return tuple(np.vstack([parameters[name + gate] for gate in gates]) for name in "Wb")


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
