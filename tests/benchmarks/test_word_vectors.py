"""Skip-gram: words a second against gensim on one thread, and how cost grows with the vocabulary.

gensim is no requirement of the workbook: `pip install gensim` for this benchmark alone.
"""

import time

import numpy as np
import pytest

from helpers.datasets.small_world import small_world
from helpers.nn.word_vectors import train_skip_gram
from helpers.text.vocabulary import word_vocabulary
from tests.benchmarks.timing import compare

OPTIONS = {"window": 5, "negatives": 5, "epochs": 2, "threshold": 1e-3, "dtype": np.float32}


def encoded(text):
    vocabulary = word_vocabulary(text)
    return [np.array(vocabulary.encode(sentence)) for sentence in text], len(vocabulary)


@pytest.mark.parametrize("dimensions", [50, 100])
def test_skip_gram_against_gensim(benchmark, dimensions):
    gensim = pytest.importorskip("gensim.models", reason="gensim is installed for this benchmark only")
    text = small_world(8000)
    ids, size = encoded(text)
    words = OPTIONS["epochs"] * sum(map(len, ids))

    options = {"window": 5, "negative": 5, "sg": 1, "sample": 1e-3, "min_count": 1, "workers": 1, "seed": 0}
    model = gensim.Word2Vec(vector_size=dimensions, **options)
    model.build_vocab(text)

    def theirs():
        model.train(text, total_examples=len(text), epochs=OPTIONS["epochs"])

    compare(benchmark, lambda: train_skip_gram(ids, size, dimensions, **OPTIONS), theirs, repeats=5)
    if benchmark.stats:
        benchmark.extra_info["words a second"] = words / benchmark.stats["median"]


def seconds(size, tokens=100_000, repeats=3):
    """CPU seconds of one epoch on text of the length whose words are drawn by Zipf's law from a vocabulary."""
    rng = np.random.default_rng(0)
    shares = 1 / np.arange(1, size + 1)
    text = list(rng.choice(size, p=shares / shares.sum(), size=(tokens // 10, 10)))
    times = []
    for _ in range(repeats):
        start = time.process_time()
        train_skip_gram(text, size, 50, **OPTIONS | {"epochs": 1})
        times.append(time.process_time() - start)
    return min(times)


def test_cost_grows_far_slower_than_the_vocabulary(benchmark):
    sizes = np.array([1000, 4000, 16000, 64000])
    exponent = np.polyfit(np.log(sizes), np.log([seconds(size) for size in sizes]), 1)[0]
    benchmark.extra_info["exponent"] = float(exponent)
    benchmark.pedantic(lambda: seconds(1000, repeats=1), rounds=1)
    assert exponent < 0.5
