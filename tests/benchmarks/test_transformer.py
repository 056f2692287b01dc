"""Attention by hand against the layer of Keras, and what a cache of keys and values saves as the text grows."""

import numpy as np
import pytest

from helpers.nn import attention
from tests.benchmarks.timing import compare, median_seconds

M, HEADS = 8, 4
LENGTHS = (32, 64, 128, 256)


def layer_and_input(T, d):
    """A layer of Keras, built, and what goes into it with its causal mask."""
    keras = pytest.importorskip("keras")
    layer = keras.layers.MultiHeadAttention(HEADS, d // HEADS)
    x = np.random.default_rng(0).standard_normal((M, T, d), dtype=np.float32)
    layer.build(x.shape, x.shape)
    return layer, x, np.tril(np.ones((1, T, T), dtype=np.float32))


@pytest.mark.parametrize(("T", "d"), [(16, 32), (64, 64), (128, 128)])
@pytest.mark.parametrize("ours", ["numpy", "keras"])
def test_attention_by_hand_against_the_layer_of_keras(benchmark, ours, T, d):
    from helpers.models import transformer

    layer, x, mask = layer_and_input(T, d)
    weights = layer.get_weights()
    by_hand = {
        "numpy": lambda: attention.multi_head_attention(x, x, weights, mask),
        "keras": lambda: transformer.multi_head_attention(layer, x, x, mask),
    }[ours]
    theirs = lambda: layer(x, x, attention_mask=mask, return_attention_scores=True)  # noqa: E731
    np.testing.assert_allclose(by_hand()[0], theirs()[0], rtol=1e-3, atol=1e-4)
    compare(benchmark, by_hand, theirs, repeats=30)


def untrained(length):
    """A transformer of two layers that may write so many tokens."""
    from helpers.models.transformer import Transformer

    model = Transformer(2, 64, 4, 128, 40, 40, 16, length)
    source = np.random.default_rng(0).integers(1, 40, (1, 16))
    model((source, source[:, :2]))
    return model, source


def test_decoding_with_a_cache_against_without(benchmark):
    pytest.importorskip("keras")
    from helpers.models.transformer_decoding import translate

    model, source = untrained(max(LENGTHS))
    seconds = {}
    for cache in (True, False):
        for length in LENGTHS:
            write = lambda length=length, cache=cache: translate(model, source, 1, length, cache=cache)  # noqa: E731
            seconds[cache, length] = median_seconds(write, repeats=3, warm_up=1)
    benchmark.pedantic(lambda: translate(model, source, 1, LENGTHS[-1]), rounds=3)
    for cache, name in ((True, "with cache"), (False, "without")):
        slope = np.polyfit(np.log(LENGTHS), [np.log(seconds[cache, length]) for length in LENGTHS], 1)[0]
        benchmark.extra_info[f"growth exponent {name}"] = round(float(slope), 2)
    ratios = {length: round(seconds[True, length] / seconds[False, length], 3) for length in LENGTHS}
    benchmark.extra_info["ratio by length"] = ratios
    benchmark.extra_info["ratio"] = ratios[LENGTHS[-1]]
