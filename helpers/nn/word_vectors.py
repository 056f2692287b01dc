"""Word vectors learned from text: skip-gram with negative sampling, and GloVe.

Text comes as sentences, arrays of word ids from 0 to V - 1. Vectors are rows: W (V, n).
Mikolov, Sutskever, Chen, Corrado and Dean, *Distributed representations of words and phrases*, 2013.
Pennington, Socher and Manning, *GloVe: global vectors for word representation*, 2014.
"""

from collections.abc import Sequence

import numpy as np

from helpers.nn.activations import sigmoid


def noise_distribution(counts: np.ndarray, power: float = 0.75) -> np.ndarray:
    """Probabilities (V,) of drawing each word as a negative: counts^power, scaled to a sum of 1."""
    weights = np.asarray(counts, dtype=float) ** power
    return weights / weights.sum()


def keep_probabilities(counts: np.ndarray, threshold: float) -> np.ndarray:
    """Probability (V,) of keeping each word where frequent ones are subsampled: min(1, √(threshold / frequency))."""
    frequencies = np.asarray(counts, dtype=float) / np.sum(counts)
    return np.minimum(1, np.sqrt(threshold / np.maximum(frequencies, 1e-300)))


def skip_gram_pairs(tokens: Sequence[int], window: int) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of a centre and a word at most `window` places away, ids (k,) and (k,), centres from left to right.

    Raises
    ------
    ValueError
        Where the window is below 1.
    """
    if window < 1:
        raise ValueError(f"skip_gram_pairs: window={window}, expected at least 1")
    tokens = np.asarray(tokens, dtype=np.int64)
    places = np.arange(len(tokens))
    beside = places[:, None] + np.r_[-window:0, 1 : window + 1]
    centres, columns = np.nonzero((beside >= 0) & (beside < len(tokens)))
    return tokens[centres], tokens[beside[centres, columns]]


def negative_sampling_cost(
    centres: np.ndarray, contexts: np.ndarray, negatives: np.ndarray
) -> tuple[float, dict[str, np.ndarray]]:
    """Cost -Σ [log σ(v·u) + Σ_k log σ(-v·u_k)] / m of m pairs and its gradients.

    Parameters
    ----------
    centres : ndarray, shape (m, n)
        Vectors v of the centre words.
    contexts : ndarray, shape (m, n)
        Output vectors u of the words found beside them.
    negatives : ndarray, shape (m, k, n)
        Output vectors u_k of k words drawn at random for each pair.

    Returns
    -------
    cost : float
    gradients : dict
        "centres", "contexts" and "negatives", of the shapes of the arguments.
    """
    m = len(centres)
    positive = np.sum(centres * contexts, axis=1)
    negative = np.sum(negatives * centres[:, None], axis=2)
    cost = (np.logaddexp(0, -positive).sum() + np.logaddexp(0, negative).sum()) / m
    pull, push = (sigmoid(positive) - 1)[:, None] / m, sigmoid(negative)[:, :, None] / m
    gradients = {
        "centres": pull * contexts + np.sum(push * negatives, axis=1),
        "contexts": pull * centres,
        "negatives": push * centres[:, None],
    }
    return float(cost), gradients


def train_skip_gram(
    sentences: Sequence[np.ndarray],
    vocabulary_size: int,
    dimensions: int = 50,
    *,
    window: int = 5,
    negatives: int = 5,
    epochs: int = 5,
    threshold: float = 1e-3,
    learning_rate: float = 0.1,
    batch: int = 512,
    seed: int = 0,
    dtype: type = np.float64,
) -> tuple[np.ndarray, np.ndarray]:
    """Word vectors by skip-gram with negative sampling and AdaGrad.

    As in word2vec, frequent words are subsampled, and each centre's window is drawn from 1 to `window`. A batch of
    running text shares 64 noise words, which stand for `negatives` of each pair by their weight: the expected gradient
    is that of `negative_sampling_cost`, and the work per word is one product of matrices.

    Parameters
    ----------
    sentences : sequence of ndarray of int
        Word ids below vocabulary_size.
    vocabulary_size, dimensions, window, negatives, epochs : int
    threshold : float
        Of the subsampling, a frequency; see `keep_probabilities`. 1 keeps every word.
    learning_rate : float
    batch : int
        Words of running text that one step learns from.
    seed : int
    dtype : type
        np.float64, or np.float32 for speed.

    Returns
    -------
    W_in, W_out : ndarray, shape (V, n)
        Vectors of the words, and the output vectors that they are multiplied with.

    Raises
    ------
    ValueError
        Where there is no word, an id is out of range, or window, negatives or epochs are below 1.
    """
    tokens, owners = _running_text("train_skip_gram", sentences, vocabulary_size)
    for name, value in (("window", window), ("negatives", negatives), ("epochs", epochs), ("batch", batch)):
        if value < 1:
            raise ValueError(f"train_skip_gram: {name}={value}, expected at least 1")
    random = np.random.RandomState(seed)
    counts = np.bincount(tokens, minlength=vocabulary_size)
    keep, noise = keep_probabilities(counts, threshold), np.cumsum(noise_distribution(counts))
    W_in = ((random.random_sample((vocabulary_size, dimensions)) - 0.5) / dimensions).astype(dtype)
    W_out = np.zeros_like(W_in)
    squares = np.full_like(W_in, 1e-8), np.full_like(W_in, 1e-8)
    for _ in range(epochs):
        kept = np.flatnonzero(random.random_sample(len(tokens)) < keep[tokens])
        text, owner = tokens[kept], owners[kept]
        reach = random.randint(1, window + 1, len(text))
        for start in range(0, len(text), batch):
            here = slice(max(start - window, 0), start + batch)
            drawn = np.searchsorted(noise, random.random_sample(64) * noise[-1], side="right")
            centres, contexts, noise_rows = _skip_gram_gradients(
                W_in[text[here]],
                W_out[text[here]],
                W_out[drawn],
                owner[here],
                reach[here],
                start - here.start,
                negatives,
            )
            _adagrad(W_in, squares[0], text[here], centres, learning_rate)
            both = np.concatenate([text[here], drawn])
            _adagrad(W_out, squares[1], both, np.concatenate([contexts, noise_rows]), learning_rate)
    return W_in, W_out


def _skip_gram_gradients(
    V: np.ndarray, U: np.ndarray, N: np.ndarray, owner: np.ndarray, reach: np.ndarray, first: int, negatives: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gradients of a stretch of text: of its input rows V and output rows U (b, n), and of the noise rows N (k, n).

    Pairs whose later word comes before `first` belong to the stretch before.
    """
    dV, dU = np.zeros_like(V), np.zeros_like(U)
    pairs = np.zeros(len(V), dtype=V.dtype)
    for offset in range(1, int(reach.max(initial=0)) + 1):
        later = slice(max(first, offset), len(V))
        earlier = slice(later.start - offset, len(V) - offset)
        together = owner[later] == owner[earlier]
        for centre, context in ((later, earlier), (earlier, later)):
            counted = together & (reach[centre] >= offset)
            pull = (sigmoid(np.einsum("ij,ij->i", V[centre], U[context])) - 1) * counted
            dV[centre] += pull[:, None] * U[context]
            dU[context] += pull[:, None] * V[centre]
            pairs[centre] += counted
    push = sigmoid(V @ N.T) * (pairs * (negatives / len(N)))[:, None].astype(V.dtype)
    return dV + push @ N, dU, push.T @ V


def cooccurrences(
    sentences: Sequence[np.ndarray], vocabulary_size: int, window: int = 5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How often words stand near each other: two words d places apart in a sentence count 1/d, in both directions.

    Parameters
    ----------
    sentences : sequence of ndarray of int
    vocabulary_size, window : int

    Returns
    -------
    rows, columns, values : ndarray, shape (k,)
        The entries of the symmetric matrix X (V, V) that are not zero, row by row.
    """
    tokens, owners = _running_text("cooccurrences", sentences, vocabulary_size)
    keys, weights = [], []
    for distance in range(1, window + 1):
        near = owners[distance:] == owners[:-distance]
        left, right = tokens[:-distance][near], tokens[distance:][near]
        keys += [left * vocabulary_size + right, right * vocabulary_size + left]
        weights.append(np.full(2 * len(left), 1 / distance))
    entries, places = np.unique(np.concatenate(keys), return_inverse=True)
    values = np.bincount(places, np.concatenate(weights), minlength=len(entries))
    return *np.divmod(entries, vocabulary_size), values


def glove_weights(values: np.ndarray, x_max: float = 100.0, alpha: float = 0.75) -> np.ndarray:
    """Weight f(x) = min(1, (x / x_max)^alpha) of each co-occurrence, 0 where there is none."""
    return np.minimum(1, (np.asarray(values, dtype=float) / x_max) ** alpha)


def glove_cost(
    W: np.ndarray, C: np.ndarray, b: np.ndarray, c: np.ndarray, X: np.ndarray, x_max: float = 100.0, alpha: float = 0.75
) -> tuple[float, dict[str, np.ndarray]]:
    """Cost ½ Σ f(X_ij) (w_i·c_j + b_i + c_j - log X_ij)² over all entries of X above 0, and its gradients.

    Parameters
    ----------
    W, C : ndarray, shape (V, n)
        Vectors of the words as centres and as contexts.
    b, c : ndarray, shape (V,)
    X : ndarray, shape (V, V)
        Co-occurrences.
    x_max, alpha : float
        Of the weights: `glove_weights`.

    Returns
    -------
    cost : float
    gradients : dict
        "W", "C", "b" and "c".
    """
    error = W @ C.T + b[:, None] + c - np.log(np.where(X > 0, X, 1))
    weighted = glove_weights(X, x_max, alpha) * error
    gradients = {"W": weighted @ C, "C": weighted.T @ W, "b": weighted.sum(axis=1), "c": weighted.sum(axis=0)}
    return float(np.sum(weighted * error) / 2), gradients


def train_glove(
    entries: tuple[np.ndarray, np.ndarray, np.ndarray],
    vocabulary_size: int,
    dimensions: int = 50,
    *,
    epochs: int = 30,
    x_max: float = 100.0,
    alpha: float = 0.75,
    learning_rate: float = 0.05,
    batch: int = 8192,
    seed: int = 0,
    dtype: type = np.float64,
) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Word vectors by GloVe: AdaGrad on batches of co-occurrences, drawn in a new order each epoch.

    Parameters
    ----------
    entries : (rows, columns, values)
        From `cooccurrences`.
    vocabulary_size, dimensions, epochs : int
    x_max, alpha : float
        Of the weights: `glove_weights`.
    learning_rate : float
    batch, seed : int
    dtype : type

    Returns
    -------
    W, C : ndarray, shape (V, n)
        Vectors as centres and as contexts; their sum is what GloVe's authors use.
    costs : list of float
        The cost over each epoch, as met on the way.

    Raises
    ------
    ValueError
        Where there is no entry, or an id is out of range.
    """
    rows, columns, values = entries
    if not len(values) or max(rows.max(), columns.max()) >= vocabulary_size:
        raise ValueError(f"train_glove: ids must be below vocabulary_size={vocabulary_size}, and one entry is needed")
    random = np.random.RandomState(seed)
    # A bias is a last column: that of w meets a 1 in c, that of c a 1 in w
    W, C = ((random.random_sample((2, vocabulary_size, dimensions + 1)) - 0.5) / dimensions).astype(dtype)
    squares = np.full_like(W, 1e-2), np.full_like(C, 1e-2)
    logs, weights = np.log(values).astype(dtype), glove_weights(values, x_max, alpha).astype(dtype)
    costs = []
    for _ in range(epochs):
        costs.append(0.0)
        order = random.permutation(len(values))
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            i, j = rows[chosen], columns[chosen]
            w, c = W[i], C[j]
            error = np.einsum("ij,ij->i", w[:, :-1], c[:, :-1]) + w[:, -1] + c[:, -1] - logs[chosen]
            weighted = weights[chosen] * error
            costs[-1] += float(weighted @ error) / 2
            for target, square, ids, other in ((W, squares[0], i, c), (C, squares[1], j, w)):
                other[:, -1] = 1
                _adagrad(target, square, ids, weighted[:, None] * other, learning_rate)
    return W[:, :-1], C[:, :-1], costs


def _adagrad(W: np.ndarray, square: np.ndarray, ids: np.ndarray, gradients: np.ndarray, learning_rate: float) -> None:
    """One step of AdaGrad on the rows `ids` of W, in place; the gradients of a row that comes more than once add up."""
    order = np.argsort(ids, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(ids[order]) != 0])
    rows, summed = ids[order][starts], np.add.reduceat(gradients[order], starts)
    square[rows] += summed**2
    W[rows] -= learning_rate * summed / np.sqrt(square[rows])


def _running_text(where: str, sentences: Sequence[np.ndarray], vocabulary_size: int) -> tuple[np.ndarray, np.ndarray]:
    """All words one after the other (t,), and the number of the sentence that each belongs to (t,)."""
    lengths = np.array([len(sentence) for sentence in sentences], dtype=np.int64)
    if not lengths.sum():
        raise ValueError(f"{where}: the sentences hold no word")
    tokens = np.concatenate([np.asarray(sentence, dtype=np.int64) for sentence in sentences])
    if tokens.min() < 0 or tokens.max() >= vocabulary_size:
        found = f"from {tokens.min()} to {tokens.max()}"
        raise ValueError(f"{where}: word ids run {found}, expected 0 to {vocabulary_size - 1}")
    return tokens, np.repeat(np.arange(len(lengths)), lengths)
