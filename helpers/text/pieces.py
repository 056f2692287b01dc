"""Words in pieces: a vocabulary learnt from words by merging (Sennrich, Haddow and Birch, 2016), and longest match.

A word is lower-cased first; a piece that goes on with a word begins with "##". How the word was written is told by its
shape: "lower", "Title", "UPPER", "Mixed", "number" or "other".
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from helpers.text.vocabulary import Vocabulary

PAD, UNKNOWN, GOES_ON = "<pad>", "<unk>", "##"
SHAPES = (PAD, "lower", "Title", "UPPER", "Mixed", "number", "other")
Pair = tuple[str, str]


def word_pieces(word: str, vocabulary: Vocabulary | Mapping[str, int]) -> list[str]:
    """Pieces of a word, each the longest that the vocabulary has; "<unk>" alone where it cannot be made of pieces.

    Raises
    ------
    ValueError
        The word is empty.
    """
    if not word:
        raise ValueError("word_pieces: word is empty, expected at least one character")
    rest, pieces = word.lower(), []
    while rest:
        begin = GOES_ON if pieces else ""
        for end in range(len(rest), 0, -1):
            if begin + rest[:end] in vocabulary:
                break
        else:
            return [UNKNOWN]
        pieces.append(begin + rest[:end])
        rest = rest[end:]
    return pieces


def learn_pieces(words: Iterable[str], size: int) -> Vocabulary:
    """A vocabulary: "<pad>", "<unk>", all characters of the words, and pieces merged from the most frequent pairs.

    Parameters
    ----------
    words : all words of the texts, each as often as it occurs
    size : how many tokens it may have; more where the characters alone are more

    Raises
    ------
    ValueError
        There is no word.
    """
    counts = Counter(word.lower() for word in words if word)
    if not counts:
        raise ValueError("learn_pieces: there is no word to learn from")
    split = {word: [word[0], *(GOES_ON + character for character in word[1:])] for word in counts}
    tokens = dict.fromkeys((PAD, UNKNOWN, *sorted(set().union(*split.values()))))
    pairs, where = Counter(), defaultdict(set)
    for word in split:
        _count(word, split[word], counts[word], pairs, where)
    while len(tokens) < size and pairs:
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        tokens[_merged(best)] = None
        for word in where.pop(best):
            _count(word, split[word], -counts[word], pairs, where)
            split[word] = _merge(split[word], best)
            _count(word, split[word], counts[word], pairs, where)
        pairs = +pairs  # those that are gone count 0
    return Vocabulary(tuple(tokens), UNKNOWN)


def _count(word: str, pieces: Sequence[str], count: int, pairs: Counter, where: Mapping[Pair, set]) -> None:
    """Add a word's pairs to the counts, or take them away where `count` is negative."""
    for pair in pairwise(pieces):
        pairs[pair] += count
        where[pair].add(word)


def _merged(pair: Pair) -> str:
    return pair[0] + pair[1].removeprefix(GOES_ON)


def _merge(pieces: Sequence[str], pair: Pair) -> list[str]:
    merged: list[str] = []
    for piece in pieces:
        if merged and (merged[-1], piece) == pair:
            merged[-1] = _merged(pair)
        else:
            merged.append(piece)
    return merged


def shape(word: str) -> str:
    """One of SHAPES: Title for a capital first only, number where a digit is in it, other where no letter is."""
    if any(character.isdigit() for character in word):
        return "number"
    if not any(character.isalpha() for character in word):
        return "other"
    if word.islower():
        return "lower"
    if word.isupper() and sum(character.isalpha() for character in word) > 1:
        return "UPPER"
    return "Title" if word[0].isupper() and not any(character.isupper() for character in word[1:]) else "Mixed"
