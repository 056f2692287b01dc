"""One step and one way back of a plain network, a GRU and an LSTM as the course writes them, and their usual mistakes.

Every function takes settings that stand at what is right; another setting gives what a learner's mistake gives.
"""

from collections.abc import Callable

import numpy as np

from helpers import nn

Parameters = dict[str, np.ndarray]
Step = tuple
Array = np.ndarray


def plain_step(
    xt: Array,
    a_prev: Array,
    parameters: Parameters,
    squash: Callable = np.tanh,
    axis: int = 0,
    shown: str = "new",
    bias: int = 1,
) -> Step:
    """a⟨t⟩, the softmax over `axis` of what the `shown` state gives, and (a_next, a_prev, xt, parameters)."""
    a_next = squash(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + bias * parameters["ba"])
    logits = parameters["Wya"] @ {"new": a_next, "old": a_prev}[shown] + bias * parameters["by"]
    return a_next, nn.softmax(logits, axis), (a_next, a_prev, xt, parameters)


def gru_step(
    xt: Array,
    a_prev: Array,
    parameters: Parameters,
    axis: int = 0,
    takes: bool = True,
    resets: str = "candidate",
    stacked: str = "ax",
) -> Step:
    """a⟨t⟩, answers and (a_next, a_prev, ut, rt, cct, xt, parameters).

    An update gate that `takes` writes where it is 1; with False it keeps. The reset gate is applied to the state that
    the "candidate" sees, to "nothing", or to the "product" with Wc.
    """
    p, both = parameters, _stack(a_prev, xt, stacked)
    ut, rt = (nn.sigmoid(p[f"W{gate}"] @ both + p[f"b{gate}"]) for gate in "ur")
    seen = rt * a_prev if resets == "candidate" else a_prev
    z = p["Wc"] @ _stack(seen, xt, stacked)
    cct = np.tanh((rt * z if resets == "product" else z) + p["bc"])
    a_next = ut * cct + (1 - ut) * a_prev if takes else (1 - ut) * cct + ut * a_prev
    y = nn.softmax(p["Wy"] @ a_next + p["by"], axis)
    return a_next, y, (a_next, a_prev, ut, rt, cct, xt, parameters)


def lstm_step(
    xt: Array,
    a_prev: Array,
    c_prev: Array,
    parameters: Parameters,
    axis: int = 0,
    gates: str = "fio",
    candidate: Callable = np.tanh,
    shown: Callable = np.tanh,
    stacked: str = "ax",
) -> Step:
    """a⟨t⟩, c⟨t⟩, answers and (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters).

    In another order the `gates` are mixed up.
    """
    p, both = parameters, _stack(a_prev, xt, stacked)
    ft, it, ot = (nn.sigmoid(p[f"W{gate}"] @ both + p[f"b{gate}"]) for gate in gates)
    cct = candidate(p["Wc"] @ both + p["bc"])
    c_next = ft * c_prev + it * cct
    a_next = ot * shown(c_next)
    y = nn.softmax(p["Wy"] @ a_next + p["by"], axis)
    return a_next, c_next, y, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def _stack(a: Array, x: Array, order: str) -> Array:
    """[a; x], or where the order is "xa" the columns of W as if they began with x."""
    return np.concatenate([a, x] if order == "ax" else [x, a])


def plain_back(
    da_next: Array,
    cache: Step,
    slope: Callable = lambda a: 1 - a**2,
    transposed: bool = True,
    mean: bool = False,
) -> Parameters:
    """The gradients of one plain step."""
    a_next, a_prev, xt, parameters = cache
    dz = slope(a_next) * da_next
    scale = 1 / dz.shape[1] if mean else 1
    Waa = parameters["Waa"].T if transposed else parameters["Waa"]
    weights = {"dWax": dz @ xt.T, "dWaa": dz @ a_prev.T, "dba": dz.sum(axis=1, keepdims=True)}
    return {"dxt": parameters["Wax"].T @ dz, "da_prev": Waa @ dz} | {key: scale * d for key, d in weights.items()}


def lstm_back(
    da_next: Array,
    dc_next: Array,
    cache: Step,
    carry: int = 1,
    shows: int = 1,
    squashed: Callable = np.tanh,
    kept: str = "forget",
    slopes: bool = True,
) -> Parameters:
    """The gradients of one LSTM step: `carry` weighs dc_next, `shows` what a⟨t⟩ tells the memory."""
    _, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    dc = carry * dc_next + shows * da_next * ot * (1 - squashed(c_next) ** 2)
    dgate = {"f": dc * c_prev, "i": dc * cct, "o": da_next * squashed(c_next)}
    values = {"f": ft, "i": it, "o": ot}
    dz = {name: d * (values[name] * (1 - values[name]) if slopes else 1) for name, d in dgate.items()}
    dz["c"] = dc * it * (1 - cct**2)
    both = np.concatenate([a_prev, xt])
    dboth = sum(parameters[f"W{name}"].T @ d for name, d in dz.items())
    gradients = {
        "dxt": dboth[len(a_prev) :],
        "da_prev": dboth[: len(a_prev)],
        "dc_prev": dc * (ft if kept == "forget" else 1),
    }
    gradients |= {f"dW{name}": d @ both.T for name, d in dz.items()}
    return gradients | {f"db{name}": d.sum(axis=1, keepdims=True) for name, d in dz.items()}


def along(step: Callable, x: Array, *first: Array, parameters: Parameters, wrong: str = "") -> Step:
    """Every result of `step` along the sequence, stacked on a last axis, and (caches, x).

    `wrong` is "first state", "first input" or "late" (each step shows the state that it started from).
    """
    states, rows, caches = first, [], []
    for t in range(x.shape[2]):
        *results, cache = step(x[:, :, 0 if wrong == "first input" else t], *states, parameters)
        rows.append([*states, *results[len(first) :]] if wrong == "late" else results)
        states = states if wrong == "first state" else tuple(results[: len(first)])
        caches.append(cache)
    return *(np.stack(row, axis=-1) for row in zip(*rows, strict=True)), (caches, x)


def through_time(back: Callable, da: Array, caches: Step, travelling: tuple[str, ...], wrong: str = "") -> Parameters:
    """The gradients of a whole sequence from `back`, those of a step; the `travelling` ones go on to the step before.

    `wrong` names one that is left behind, or is "last" (weights' gradients of the last step back only) or "forward".
    """
    cells, x = caches
    dx, total, arriving = np.zeros_like(x), {}, {name: np.zeros_like(da[:, :, 0]) for name in travelling}
    steps = range(da.shape[2])
    for t in steps if wrong == "forward" else reversed(steps):
        first, *others = (0 * d if name == wrong else d for name, d in arriving.items())
        arriving = back(da[:, :, t] + first, *others, cells[t])
        total = {k: d if wrong == "last" else total.get(k, 0) + d for k, d in arriving.items() if k[1] in "Wb"}
        dx[:, :, t], da0 = arriving["dxt"], arriving["da_prev"]
        arriving = {name: arriving[name] for name in travelling}
    return total | {"dx": dx, "da0": da0}
