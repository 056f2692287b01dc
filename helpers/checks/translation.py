"""Exercises of course 5, week 3: translation with attention. The networks are built in `translation_networks`."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.checks.translation_networks import attention_step, toy_state, toy_step, trained_layers, unrolled
from helpers.datasets.dates import HUMAN_SYMBOLS, symbol_ids, symbol_table
from helpers.text import decoding, translation
from helpers.text.decoding import State, Step

lesson = Lesson("Translation with attention")
check = lesson.check


def _string_cases(rng: np.random.Generator) -> Iterator[Case]:
    table = symbol_table(HUMAN_SYMBOLS)
    yield case("4 march 2015", 15, table, label="'4 march 2015' and length 15")
    yield case("March 4, 2015", 20, table, label="a capital letter and a comma")
    yield case("Wed, Mar 4, 2015", 14, table, label="two commas and length 14, which fits without them")
    yield case("22 août 1999", 12, table, label="a letter that has no id")
    yield case("wednesday september 30 2015", 9, table, label="a text that is too long")
    yield case("ab", 4, {"<pad>": 0, "<unk>": 1, "b": 2}, label="another vocabulary")


def _encoded(string, length, vocab, *, lower=True, comma="", left=False, unknown=True, cut_first=False):
    text = (string[:length] if cut_first else string).lower() if lower else string
    ids = [vocab.get(c, vocab["<unk>"]) for c in text.replace(",", comma) if unknown or c in vocab][:length]
    padding = [vocab["<pad>"]] * (length - len(ids))
    return padding + ids if left else ids + padding


def _encoding_mistake(**changed: Any) -> Callable:
    return lambda string, length, vocab: _encoded(string, length, vocab, **changed)


@lesson.exercise(
    _string_cases,
    Mistake("lower case first: the vocabulary has no capital letters", _encoding_mistake(lower=False)),
    Mistake("commas are left out", _encoding_mistake(comma=",")),
    Mistake("a comma leaves no gap", _encoding_mistake(comma=" ")),
    Mistake("<pad> stands at the end", _encoding_mistake(left=True)),
    Mistake("a character without an id becomes <unk>; it is not left out", _encoding_mistake(unknown=False)),
    Mistake("leave commas out before you cut", _encoding_mistake(cut_first=True)),
)
def string_to_int(string: str, length: int, vocab: Mapping[str, int]) -> list[int]:
    """Ids of the characters: lower case, without commas, cut or padded to `length`."""
    return symbol_ids(string, length, vocab)


def _attention_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m, Tx, n, n_s in ((1, 4, 6, 3), (3, 5, 4, 4)):
        a, s = (rng.standard_normal(shape).astype(np.float32) for shape in ((m, Tx, n), (m, n_s)))
        yield case(a, s, trained_layers(Tx, n, n_s, seed=Tx), label=f"{m} examples of {Tx} places")


@lesson.exercise(
    _attention_cases,
    Mistake(
        "concatenate in the order [a, s_prev]: densor1 has learned it so",
        lambda a, s_prev, shared: attention_step(a, s_prev, shared, swapped=True),
    ),
    Mistake(
        "energies are no weights yet: the activator makes them sum to 1",
        lambda a, s_prev, shared: attention_step(a, s_prev, shared, weigh=False),
    ),
    Mistake(
        "the dotor takes [alphas, a], so that the context has one row of 2 n_a numbers",
        lambda a, s_prev, shared: np.swapaxes(attention_step(a, s_prev, shared), 1, 2),
    ),
)
def one_step_attention(a: Any, s_prev: Any, shared: Any) -> Any:
    """The context (m, 1, 2 n_a) of one step, from a (m, Tx, 2 n_a) and s_prev (m, n_s)."""
    return attention_step(a, s_prev, shared)


def _model_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(4, 3, 2, 5, 6, 4, label="Tx 4, Ty 3, n_a 2, n_s 5")
    yield case(Tx=3, Ty=2, n_a=3, n_s=4, human_vocab_size=5, machine_vocab_size=7, label="Tx 3, Ty 2, n_a 3, n_s 4")


def _model_mistake(**changed: Any) -> Callable:
    def wrong(Tx=30, Ty=10, n_a=32, n_s=64, human_vocab_size=37, machine_vocab_size=11):
        return unrolled(Tx, Ty, n_a, n_s, human_vocab_size, machine_vocab_size, **changed)

    return wrong


@lesson.exercise(
    _model_cases,
    Mistake("the state s of the last step goes into the LSTM, not s0 again", _model_mistake(pass_s=False)),
    Mistake("the memory cell c goes on from step to step too", _model_mistake(pass_c=False)),
    Mistake("each step looks anew: one_step_attention gets the last s", _model_mistake(look_again=False)),
    Mistake("the reader goes both ways: Bidirectional", _model_mistake(both_ways=False)),
)
def modelf(
    Tx: int = 30,
    Ty: int = 10,
    n_a: int = 32,
    n_s: int = 64,
    human_vocab_size: int = 37,
    machine_vocab_size: int = 11,
) -> Any:
    """X (Tx, V_x), s0 and c0 (n_s,) → a list of Ty probabilities (V_y,)."""
    return unrolled(Tx, Ty, n_a, n_s, human_vocab_size, machine_vocab_size)


def _greedy_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(toy_step(5, 4, seed=1), toy_state(rng, 1, 4), 6, 5, label="one sequence of 6 symbols")
    yield case(toy_step(4, 3, seed=2), toy_state(rng, 5, 3), 8, 4, label="5 sequences of 8 symbols")
    yield case(toy_step(6, 4, seed=3), toy_state(rng, 3, 4), 5, 0, label="another start")


def _greedy(step, state, length, start, *, feed=True, keep=True, total=np.sum):
    first, previous, chosen, log_ps = state, np.full(len(state[0]), start), [], []
    for _ in range(length):
        log_p, state = step(previous, state if keep else first)
        chosen.append(log_p.argmax(axis=1))
        log_ps.append(log_p.max(axis=1))
        previous = chosen[-1] if feed else previous
    return np.stack(chosen, axis=1), total(log_ps, axis=0)


def _greedy_mistake(**changed: Any) -> Callable:
    return lambda step, state, length, start: _greedy(step, state, length, start, **changed)


@lesson.exercise(
    _greedy_cases,
    Mistake("the symbols that were chosen go into the next step, not the start again", _greedy_mistake(feed=False)),
    Mistake("the state that step returns goes into the next step", _greedy_mistake(keep=False)),
    Mistake("ln P of a sequence is the sum of the ln p of its symbols", _greedy_mistake(total=np.mean)),
)
def greedy_decode(step: Step, state: State, length: int, start: int) -> tuple[np.ndarray, np.ndarray]:
    """Symbols (m, length), the most probable at each step, and ln P (m,) of each sequence."""
    return decoding.greedy_decode(step, state, length, start)


def _beam_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(toy_step(5, 4, seed=1), toy_state(rng, 1, 4), 6, 5, label="5 symbols and a beam of 3")
    yield case(toy_step(4, 3, seed=5), toy_state(rng, 1, 3), 5, 4, 1, label="a beam of 1")
    yield case(toy_step(3, 4, seed=6), toy_state(rng, 1, 4), 4, 3, 7, label="a beam of 7, wider than there are symbols")
    yield case(toy_step(6, 5, seed=7), toy_state(rng, 1, 5), 9, 0, 4, label="another start, and a beam of 4")


def _beam(step, state, length, start, width, *, accumulate=True, reorder=True, ascending=False, best_only=False):
    beam, totals = np.full((1, 1), start), np.zeros(1)
    for _ in range(length):
        log_p, state = step(beam[:, -1], state)
        scores = totals[:, None] + log_p if accumulate else log_p
        scores = scores[:1] if best_only else scores
        best = np.argsort(scores if ascending else -scores, axis=None)[:width]
        parents, symbols = np.unravel_index(best, scores.shape)
        beam = np.concatenate([beam[parents], symbols[:, None]], axis=1)
        totals = scores[parents, symbols]
        kept = parents if reorder else np.arange(len(parents)) % len(state[0])
        state = tuple(part[kept] for part in state)
    return beam[:, 1:], totals


def _beam_mistake(**changed: Any) -> Callable:
    return lambda step, state, length, start, width=3: _beam(step, state, length, start, width, **changed)


@lesson.exercise(
    _beam_cases,
    Mistake("rank by ln P of the whole sequence: totals of the parents plus log_p", _beam_mistake(accumulate=False)),
    Mistake("each child goes on with the state of its parent: part[parents]", _beam_mistake(reorder=False)),
    Mistake("argsort begins with the smallest: the best are the largest", _beam_mistake(ascending=True)),
    Mistake("children of all hypotheses compete, not only those of the best", _beam_mistake(best_only=True)),
)
def beam_search(step: Step, state: State, length: int, start: int, width: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Symbols (width, length) of the hypotheses kept at the end, best first, and their ln P (width,)."""
    found = decoding.beam_search(step, state, length, start, width)
    return np.array([one.symbols for one in found]), np.array([one.log_probability for one in found])


def _score_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(-3.0, 4, label="ln P = −3, 4 symbols")
    yield case(-3.0, 9, 1.0, label="α = 1")
    yield case(-2.5, 6, 0.0, label="α = 0")


@lesson.exercise(
    _score_cases,
    Mistake("divide by length to the power of alpha", lambda p, n, a=0.7: p / n * a),
    Mistake("divide: a long sequence has a more negative ln P for its length alone", lambda p, n, a=0.7: p * n**a),
)
def normalized_score(log_probability: float, length: int, alpha: float = 0.7) -> float:
    """ln P / length^alpha."""
    return log_probability / length**alpha


_SENTENCES = {
    "seven times the": ("the the the the the the the", ("the cat is on the mat", "there is a cat on the mat")),
    "two references": ("the cat is on the mat today", ("the cat sat on the mat today", "there is a cat on the mat")),
    "a short candidate": ("on the mat there", ("a cat on the mat there", "the cat on the mat there sat")),
    "a word twice in one of three": ("a b a c d a b e f", ("a b c d e f a b", "b c d a b", "c d a b e f g h i a b")),
    "lengths 4 and 7, candidate 6": ("a b c d e f", ("a b c d", "a b c d f e f")),
    "lengths 5 and 7, candidate 6": ("a b c d e f", ("a b c d e", "a b c d e f g")),
}


def _precision_cases(rng: np.random.Generator) -> Iterator[Case]:
    for label, (candidate, references) in _SENTENCES.items():
        for n in (1, 2, 3):
            yield case(candidate.split(), [one.split() for one in references], n, label=f"{label}, n = {n}")
    yield case(["a", "b"], [["a", "b"]], 3, label="two words and n = 3")


def _precision(candidate, references, n, *, most=lambda a, b: a | b, kept=lambda counts, most: counts & most, each=sum):
    counts, allowed = translation.ngrams(candidate, n), Counter()
    for reference in references:
        allowed = most(allowed, translation.ngrams(reference, n))
    total = each(counts.values())
    return sum(kept(counts, allowed).values()) / total if total else 0.0


def _present(counts: Counter, allowed: Counter) -> Counter:
    return Counter({gram: count for gram, count in counts.items() if gram in allowed})


@lesson.exercise(
    _precision_cases,
    Mistake(
        "clip: an n-gram counts at most as often as it stands in a reference",
        lambda candidate, references, n: _precision(candidate, references, n, kept=_present),
    ),
    Mistake(
        "clip at the count in the one reference that has it most often, not at the sum over references",
        lambda candidate, references, n: _precision(candidate, references, n, most=lambda a, b: a + b),
    ),
    Mistake(
        "divide by the number of all n-grams of the candidate, not of different ones",
        lambda candidate, references, n: _precision(candidate, references, n, each=len),
    ),
)
def modified_precision(candidate: Sequence[str], references: Sequence[Sequence[str]], n: int) -> float:
    """Clipped matches ÷ n-grams of the candidate; 0 where there is no n-gram."""
    matches, total = translation.clipped_matches(candidate, references, n)
    return matches / total if total else 0.0


def _bleu_cases(rng: np.random.Generator) -> Iterator[Case]:
    for label, (candidate, references) in _SENTENCES.items():
        yield case(candidate.split(), [one.split() for one in references], label=label)
        yield case(candidate.split(), [one.split() for one in references], 2, label=f"{label}, up to n = 2")


def _bleu(candidate, references, max_n, *, mean=None, penalty=True, turned=False, length=None):
    precisions = np.array([modified_precision(candidate, references, n) for n in range(1, max_n + 1)])
    c, r = len(candidate), (length or _nearest)([len(one) for one in references], len(candidate))
    bp = min(1.0, np.exp(1 - (c / r if turned else r / c))) if penalty else 1.0
    return float(bp * (mean(precisions) if mean else np.exp(np.log(precisions).mean())))


def _nearest(lengths: Sequence[int], c: int) -> int:
    return min((abs(length - c), length) for length in lengths)[1]


def _bleu_mistake(**changed: Any) -> Callable:
    return lambda candidate, references, max_n=4: _bleu(candidate, references, max_n, **changed)


@lesson.exercise(
    _bleu_cases,
    Mistake("a candidate shorter than its reference pays the brevity penalty", _bleu_mistake(penalty=False)),
    Mistake("the penalty is e^(1 − r / c)", _bleu_mistake(turned=True)),
    Mistake("the geometric mean: exp of the mean of the logarithms", _bleu_mistake(mean=np.mean)),
    Mistake(
        "r is the length of the reference nearest to the candidate's, not of the longest",
        _bleu_mistake(length=lambda lengths, c: max(lengths)),
    ),
)
def bleu(candidate: Sequence[str], references: Sequence[Sequence[str]], max_n: int = 4) -> float:
    """BLEU of one sentence: brevity penalty times the geometric mean of the modified precisions; 0 where one is 0."""
    return translation.bleu([candidate], [references], max_n).score
