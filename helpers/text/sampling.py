"""What a language model says next: temperature, drawing, perplexity, and the n-gram model to beat."""

from collections.abc import Iterable, Sequence

import numpy as np


def with_temperature(probabilities: np.ndarray, temperature: float, axis: int = 0) -> np.ndarray:
    """p^(1/τ) / Σ p^(1/τ): sharper below τ = 1, flatter above (Ackley, Hinton and Sejnowski, 1985).

    Parameters
    ----------
    probabilities : floats of any shape whose sums along `axis` are 1; the softmax of logits, for instance
    temperature : τ > 0
    axis : that of the classes; 0 in the column layout (V, m)

    Returns
    -------
    probabilities of the same shape

    Raises
    ------
    ValueError
        The temperature is not above 0, or what came are no probabilities.
    """
    if not temperature > 0:
        raise ValueError(f"with_temperature: temperature is {temperature}, expected a number above 0")
    probabilities = _require_probabilities("with_temperature", probabilities, axis)
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities) / temperature
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def draw(probabilities: np.ndarray, rng: np.random.Generator) -> np.ndarray | int:
    """An id drawn from each column: the first at which the running sum exceeds a uniform random number.

    Parameters
    ----------
    probabilities : floats (V,), or (V, m)
    rng : one number is drawn from it for each column

    Returns
    -------
    an int, or ints (m,)

    Raises
    ------
    ValueError
        What came are no probabilities.
    """
    sums = np.cumsum(_require_probabilities("draw", probabilities, 0), axis=0)
    chosen = np.argmax(sums > rng.random(sums.shape[1:]) * sums[-1], axis=0)
    return chosen if chosen.ndim else int(chosen)


def perplexity(losses: np.ndarray | Sequence[float]) -> float:
    """e^(mean of −ln p): among how many equally likely tokens the model hesitates, on average.

    Parameters
    ----------
    losses : −ln p of each token, in nats; an array of any shape

    Raises
    ------
    ValueError
        There is no loss, or a negative one.
    """
    losses = np.asarray(losses, dtype=float)
    if not losses.size or losses.min() < 0:
        found = f"the least is {losses.min():.4g}" if losses.size else "there is none"
        raise ValueError(f"perplexity: losses must be −ln p of at least one token, 0 or more, but {found}")
    return float(np.exp(losses.mean()))


def ngram_probabilities(
    sequences: Iterable[Sequence[int]], size: int, order: int = 2, add: float = 1.0, boundary: int = 0
) -> np.ndarray:
    """(count of context and token + k) / (count of context + k V), for each token after each context.

    Parameters
    ----------
    sequences : of ids, without the boundary
    size : V, the number of tokens
    order : n: a token is predicted from the n − 1 before it; 1 ignores them all, 2 is a bigram model
    add : k, added to each count (Laplace, 1814, k = 1); 0 leaves impossible what never occurred
    boundary : the id that ends each sequence, and stands n − 1 times before it

    Returns
    -------
    float64 (V, …, V), n axes: contexts first, the next token last; the last axis sums to 1, and is uniform after a
    context that never occurred

    Raises
    ------
    ValueError
        `order` is not 1 or more, `add` is negative, or an id lies outside 0 … V − 1.
    """
    if order < 1 or add < 0:
        raise ValueError(f"ngram_probabilities: order is {order} and add {add}, expected 1 or more and 0 or more")
    counts = np.full((size,) * order, float(add))
    for sequence in sequences:
        np.add.at(counts, _windows("ngram_probabilities", sequence, size, order, boundary), 1)
    totals = counts.sum(axis=-1, keepdims=True)
    return np.divide(counts, totals, out=np.full_like(counts, 1 / size), where=totals > 0)


def ngram_losses(probabilities: np.ndarray, sequence: Sequence[int], boundary: int = 0) -> np.ndarray:
    """−ln p of each token of a sequence of ids and of the boundary that ends it, from `ngram_probabilities`.

    Returns
    -------
    float64 (len(sequence) + 1,); infinite where a token had no probability
    """
    chosen = _windows("ngram_losses", sequence, len(probabilities), probabilities.ndim, boundary)
    with np.errstate(divide="ignore"):
        return -np.log(probabilities[chosen])


def _windows(where: str, sequence: Sequence[int], size: int, order: int, boundary: int) -> tuple[np.ndarray, ...]:
    """Index of the n axes for each token of a sequence: its n − 1 predecessors, and itself."""
    ids = np.array([boundary] * (order - 1) + [*sequence, boundary], dtype=np.int64)
    if not (ids.min() >= 0 and ids.max() < size):
        raise ValueError(f"{where}: ids lie in {ids.min()} … {ids.max()}, expected 0 … {size - 1}")
    count = len(sequence) + 1
    return tuple(ids[k : k + count] for k in range(order))


def _require_probabilities(where: str, probabilities: np.ndarray, axis: int) -> np.ndarray:
    probabilities = np.asarray(probabilities, dtype=float)
    sums = probabilities.sum(axis=axis)
    if probabilities.min() < 0 or not np.allclose(sums, 1, rtol=0, atol=1e-6):
        raise ValueError(f"{where}: expected probabilities along axis {axis}: none negative, sum 1")
    return probabilities
