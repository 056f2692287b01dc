"""Vocabularies: characters or words as ids, and ids as one-hot columns or padded rows."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[^\w\s]")


@dataclass(frozen=True)
class Vocabulary:
    """Tokens, each with an id: its place.

    Attributes
    ----------
    tokens : tuple of str
        Characters or words, special ones such as "<pad>" among them, each once.
    unknown : str, optional
        The token that stands for everything else; without one, a foreign token is refused.
    ids : dict of str to int
        The id of each token.

    Raises
    ------
    ValueError
        There is no token, one occurs twice, or `unknown` is not among them.
    """

    tokens: tuple[str, ...]
    unknown: str | None = None
    ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tokens", tuple(self.tokens))
        twice = [token for token, count in Counter(self.tokens).items() if count > 1]
        if not self.tokens or twice:
            found = f"{twice[0]!r} stands in it twice" if twice else "it is empty"
            raise ValueError(f"Vocabulary: tokens must be distinct and at least one, but {found}")
        object.__setattr__(self, "ids", {token: i for i, token in enumerate(self.tokens)})
        if self.unknown is not None and self.unknown not in self.ids:
            raise ValueError(f"Vocabulary: unknown is {self.unknown!r}, which is not one of the tokens")

    def __len__(self) -> int:
        """How many tokens there are, V."""
        return len(self.tokens)

    def __contains__(self, token: object) -> bool:
        """Whether a token has an id of its own."""
        return token in self.ids

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """The ids of a list of tokens, or of the characters of a string.

        Raises
        ------
        ValueError
            A token has no id, and the vocabulary no `unknown` to stand for it.
        """
        if self.unknown is not None:
            other = self.ids[self.unknown]
            return [self.ids.get(token, other) for token in tokens]
        try:
            return [self.ids[token] for token in tokens]
        except KeyError as error:
            raise ValueError(f"encode: {error.args[0]!r} is not in this vocabulary of {len(self)} tokens") from None

    def decode(self, ids: Iterable[int]) -> list[str]:
        """The tokens of ids; `"".join` makes a text of characters again.

        Raises
        ------
        ValueError
            An id lies outside 0 … V − 1.
        """
        ids = [int(i) for i in ids]
        for i in ids:
            if not 0 <= i < len(self):
                raise ValueError(f"decode: id {i} lies outside 0 … {len(self) - 1}")
        return [self.tokens[i] for i in ids]


def character_vocabulary(texts: Iterable[str], special: Sequence[str] = (), unknown: str | None = None) -> Vocabulary:
    """Special tokens first, as given, then every character of the texts in the order of Unicode."""
    found = sorted(set().union(*texts) - set(special))
    return Vocabulary((*special, *found), unknown)


def word_vocabulary(
    sentences: Iterable[Sequence[str]],
    special: Sequence[str] = (),
    unknown: str | None = None,
    minimum_count: int = 1,
) -> Vocabulary:
    """Special tokens first, then every word that occurs often enough: the most frequent first, ties by alphabet.

    Parameters
    ----------
    sentences : lists of words, as `tokenize` makes them
    special : tokens such as "<pad>" and "<unk>"
    unknown : the one of them that stands for every other word
    minimum_count : how often a word must occur
    """
    counts = Counter(word for sentence in sentences for word in sentence if word not in special)
    kept = [word for word, count in counts.items() if count >= minimum_count]
    return Vocabulary((*special, *sorted(kept, key=lambda word: (-counts[word], word))), unknown)


def tokenize(text: str) -> list[str]:
    """Lower-case words and punctuation marks of a text: "I don't!" → ["i", "don't", "!"]."""
    return _WORD.findall(text.lower())


def one_hot(ids: np.ndarray | Sequence, size: int) -> np.ndarray:
    """Columns with a single 1, in the taught order of axes; an id of −1 gives a column of zeros.

    Parameters
    ----------
    ids : ints (T,) or (m, T), in −1 … size − 1
    size : the number of tokens, V

    Returns
    -------
    float64 (V, T) or (V, m, T)

    Raises
    ------
    ValueError
        An id is no integer or lies outside −1 … V − 1.
    """
    ids = np.asarray(ids)
    if ids.size and not np.issubdtype(ids.dtype, np.integer):
        raise ValueError(f"one_hot: ids has the dtype {ids.dtype}, expected integers")
    if ids.size and not (ids.min() >= -1 and ids.max() < size):
        raise ValueError(f"one_hot: ids lie in {ids.min()} … {ids.max()}, expected −1 … {size - 1}")
    return (ids == np.arange(size).reshape(-1, *[1] * ids.ndim)).astype(np.float64)


def pad(sequences: Sequence[Sequence[int]], value: int, length: int | None = None) -> np.ndarray:
    """Sequences as the rows of an array: filled up with `value` on the right, longer ones cut to `length`.

    Parameters
    ----------
    sequences : m sequences of ids
    value : the id that fills up
    length : T; left out, that of the longest sequence

    Returns
    -------
    int64 (m, T)

    Raises
    ------
    ValueError
        `length` is negative.
    """
    if length is None:
        length = max(map(len, sequences), default=0)
    if length < 0:
        raise ValueError(f"pad: length is {length}, expected 0 or more")
    padded = np.full((len(sequences), length), value, dtype=np.int64)
    for row, sequence in zip(padded, sequences, strict=True):
        kept = sequence[:length]
        row[: len(kept)] = kept
    return padded
