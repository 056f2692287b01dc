"""The transformer: as Keras and NumPy compute it, blind where it is masked, with and without its cache the same."""

import functools

import numpy as np
import pytest

keras = pytest.importorskip("keras")

from helpers.models import transformer  # noqa: E402
from helpers.models.transformer_decoding import multiply_adds, translate, until, with_cache, without_cache  # noqa: E402
from helpers.models.transformer_training import (  # noqa: E402
    END,
    fit,
    masked_loss,
    task_of,
    trainable,
    translations,
)
from helpers.nn import attention  # noqa: E402
from helpers.text.decoding import beam_search  # noqa: E402
from helpers.text.translation import exact_match  # noqa: E402

RNG = np.random.default_rng(0)
SIZES = (2, 16, 4, 12, 7, 9, 8, 20)  # layers, embedding, heads, hidden, words and positions of source and target
SOURCE = np.array([[3, 1, 4, 1, 5], [2, 6, 5, 0, 0], [1, 1, 0, 0, 0]])
TARGET = np.array([[1, 6, 2, 8], [1, 3, 4, 5], [1, 7, 7, 0]])


@pytest.fixture(autouse=True)
def exact():
    """Keras computes in float64."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


@functools.cache
def model(seed=0, sizes=SIZES):
    """A transformer with random weights that say something; no test changes it."""
    built = transformer.Transformer(*sizes)
    built((SOURCE, TARGET))
    draw = np.random.default_rng(seed)
    for weight in built.weights:
        scale = 1 if len(weight.shape) > 1 else 0.1
        weight.assign(scale * draw.standard_normal(weight.shape) + ("gamma" in weight.name))
    return built


def masks(source=SOURCE, target=TARGET):
    padding = transformer.create_padding_mask(source)
    causal = transformer.create_look_ahead_mask(target.shape[1])
    return {"enc_padding_mask": padding, "look_ahead_mask": causal, "dec_padding_mask": padding}


def attention_layer(heads, size, d):
    layer = keras.layers.MultiHeadAttention(heads, size)
    layer.build((None, None, d), (None, None, d))
    layer.set_weights([RNG.standard_normal(weight.shape) for weight in layer.get_weights()])
    return layer


@pytest.mark.parametrize(("heads", "size", "d"), [(1, 4, 3), (4, 16, 8), (3, 4, 6)])
@pytest.mark.parametrize("masked", [False, True])
def test_attention_by_hand_equals_the_layer_of_keras_with_the_same_weights(heads, size, d, masked):
    layer = attention_layer(heads, size, d)
    query, value = RNG.standard_normal((2, 5, d)), RNG.standard_normal((2, 7, d))
    mask = (RNG.random((2, 5, 7)) < 0.6) | np.eye(5, 7, dtype=bool) if masked else None
    expected = layer(query, value, attention_mask=mask, return_attention_scores=True)
    mask = None if mask is None else mask.astype(float)
    in_keras = transformer.multi_head_attention(layer, query, value, mask)
    in_numpy = attention.multi_head_attention(query, value, layer.get_weights(), mask)
    for found in (in_keras, in_numpy):
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


def test_attention_in_keras_equals_attention_in_numpy():
    q, k, v = (RNG.standard_normal(shape) for shape in ((2, 3, 4, 8), (2, 3, 6, 8), (2, 3, 6, 5)))
    mask = np.tril(np.ones((1, 1, 4, 6)))
    for chosen in (None, mask):
        found = transformer.scaled_dot_product_attention(*map(keras.ops.array, (q, k, v)), chosen)
        for a, b in zip(found, attention.scaled_dot_product_attention(q, k, v, chosen), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)


def test_the_gradients_of_attention_are_its_slopes():
    import tensorflow as tf

    x, direction = RNG.standard_normal((3, 2, 4, 3)), RNG.standard_normal((2, 4, 3))
    mask = np.tril(np.ones((1, 4, 4)))
    inputs = tf.Variable(x)
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(transformer.scaled_dot_product_attention(*tf.unstack(inputs), mask)[0] * direction)
    gradient = tape.gradient(value, inputs).numpy()
    numerical = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = 1e-6
        ends = [np.sum(attention.scaled_dot_product_attention(*(x + s), mask)[0] * direction) for s in (step, -step)]
        numerical[index] = (ends[0] - ends[1]) / 2e-6
    np.testing.assert_allclose(gradient, numerical, rtol=1e-6, atol=1e-8)


def test_positions_are_encoded_as_the_paper_writes_it():
    encoding = attention.positional_encoding(50, 12)
    for position, i in ((0, 0), (7, 3), (49, 5)):
        angle = position / 10000 ** (2 * i / 12)
        assert encoding[0, position, 2 * i] == pytest.approx(np.sin(angle), abs=1e-12)
        assert encoding[0, position, 2 * i + 1] == pytest.approx(np.cos(angle), abs=1e-12)
    np.testing.assert_allclose(transformer.positional_encoding(50, 12), encoding)
    products = encoding[0] @ encoding[0].T
    np.testing.assert_allclose(np.diag(products, 3), products[0, 3])  # they depend on the distance alone


def test_masks_keep_what_may_be_seen():
    np.testing.assert_array_equal(transformer.create_padding_mask(SOURCE)[1], [[1, 1, 1, 0, 0]])
    np.testing.assert_array_equal(transformer.create_look_ahead_mask(3)[0], [[1, 0, 0], [1, 1, 0], [1, 1, 1]])
    layer = attention_layer(2, 4, 6)
    x = RNG.standard_normal((2, 4, 6))
    _, weights = transformer.multi_head_attention(layer, x, x, transformer.create_look_ahead_mask(4))
    assert np.all(np.asarray(weights)[..., np.triu_indices(4, 1)[0], np.triu_indices(4, 1)[1]] == 0)
    np.testing.assert_allclose(np.sum(weights, axis=-1), 1)


def test_what_is_masked_changes_no_answer():
    built = model()
    answer, _ = built((SOURCE, TARGET), **masks())
    later = TARGET.copy()
    later[:, 2:] = 5
    changed, _ = built((SOURCE, later), **masks())
    np.testing.assert_allclose(answer[:, :2], changed[:, :2], rtol=1e-9, atol=1e-12)
    assert np.abs(answer[:, 2:] - changed[:, 2:]).max() > 0.01
    longer = np.pad(SOURCE, ((0, 0), (0, 3)))
    padded, _ = built((longer, TARGET), **masks(longer))
    np.testing.assert_allclose(answer, padded, rtol=1e-9, atol=1e-12)


def test_a_transformer_answers_with_probabilities_and_the_weights_of_each_attention():
    probabilities, weights = model()((SOURCE, TARGET), **masks())
    assert probabilities.shape == (3, 4, 9)
    np.testing.assert_allclose(np.sum(probabilities, axis=-1), 1)
    shapes = {name: tuple(weight.shape) for name, weight in weights.items()}
    assert shapes == {
        f"decoder_layer{layer}_{block}": (3, 4, 4, columns)
        for layer in (1, 2)
        for block, columns in (("block1_self_att", 4), ("block2_decenc_att", 5))
    }


def test_with_and_without_a_cache_each_step_answers_the_same():
    built = model()
    (step, state), (other, grown) = (way(built, SOURCE) for way in (with_cache, without_cache))
    for tokens in np.random.default_rng(1).integers(0, 9, (12, 3)):
        (log_p, state), (expected, grown) = step(tokens, state), other(tokens, grown)
        np.testing.assert_allclose(log_p, expected, rtol=1e-8, atol=1e-9)
        assert np.ptp(expected, axis=0).max() > 0.1


@pytest.mark.parametrize("seed", [0, 1])
def test_with_and_without_a_cache_the_same_is_written(seed):
    built = model(seed)
    written = [translate(built, SOURCE, start=1, length=12, end=2, cache=cache) for cache in (True, False)]
    np.testing.assert_array_equal(*written)


def test_what_is_written_is_what_the_model_finds_most_probable():
    built = model()
    written = translate(built, SOURCE, start=1, length=6)
    read = np.concatenate([np.ones((3, 1), dtype=int), written[:, :-1]], axis=1)
    probabilities, _ = built((SOURCE, read), **masks(target=read))
    np.testing.assert_array_equal(np.argmax(probabilities, axis=-1), written)


def test_a_cache_serves_beam_search_too():
    built = model()
    found = [beam_search(*way(built, SOURCE[:1]), 6, 1, width=3, end=2) for way in (with_cache, without_cache)]
    assert [one.symbols for one in found[0]] == [one.symbols for one in found[1]]


def test_after_the_end_nothing_is_written():
    written = np.array([[5, 2, 4, 2], [3, 4, 5, 6], [2, 2, 1, 1]])
    np.testing.assert_array_equal(until(written, 2), [[5, 2, 0, 0], [3, 4, 5, 6], [2, 0, 0, 0]])


def test_a_cache_saves_ever_more_multiplications():
    built = model()
    with_it, without = ([multiply_adds(built, 5, n, cache=c) for n in (1, 8, 64)] for c in (True, False))
    assert with_it[0] == without[0]
    assert without[1] / with_it[1] > 3
    assert without[2] / with_it[2] > 20


def test_multiply_adds_are_those_of_the_matrices():
    small = model(sizes=(1, 16, 4, 12, 7, 9, 8, 20))
    inner = 4 * 16
    position = 6 * 16 * inner + 2 * 16 * 12 + 16 * 9  # six projections, the network, the vocabulary
    source = 2 * 5 * 16 * inner
    scores = 2 * inner * (1 + 2) + 2 * 2 * inner * 5
    assert multiply_adds(small, 5, 2) == 2 * position + source + scores


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"source": SOURCE.astype(float)}, "source is float64 of shape \\(3, 5\\), expected integers"),
        ({"source": SOURCE[0]}, "shape \\(5,\\)"),
        ({"source": SOURCE + 7}, "expected S <= 8 and ids from 0 to 6"),
        ({"source": np.ones((1, 9), dtype=int)}, "expected S <= 8"),
        ({"length": 21}, "length is 21, expected 1 to 20"),
        ({"length": 0}, "length is 0"),
    ],
)
def test_what_cannot_be_translated_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        translate(model(), **{"source": SOURCE, "start": 1, "length": 4, **arguments})


def test_queries_and_keys_of_different_length_are_refused():
    with pytest.raises(ValueError, match="expected \\(…, T, d_k\\)"):
        attention.scaled_dot_product_attention(np.ones((2, 3)), np.ones((2, 4)), np.ones((2, 4)))


TEXTS = [list(text) for text in ("ab", "bca", "c", "cab", "bb", "acb", "aa", "cba", "ba", "abc")]


def test_texts_become_ids_and_come_back():
    task = task_of(TEXTS, TEXTS)
    read, answer = task.encode_target(TEXTS)
    assert (task.source_length, task.target_length) == (3, 4)
    assert task.decode_target(answer) == TEXTS
    np.testing.assert_array_equal(read[:, 1:][answer[:, :-1] > 2], answer[:, :-1][answer[:, :-1] > 2])
    assert task.target.decode(answer[2]) == ["c", END, "<pad>", "<pad>"]
    with pytest.raises(ValueError, match="a text takes 4 ids, but this task has room for 3"):
        task.encode_source([list("abca")])
    with pytest.raises(ValueError, match="'x' is not in this vocabulary"):
        task.encode_source([["x"]])


def test_padding_does_not_count_in_the_loss():
    answer = np.array([[1, 2, 0]])
    probabilities = np.array([[[0.1, 0.7, 0.2], [0.1, 0.4, 0.5], [0.9, 0.05, 0.05]]])
    expected = -(np.log(0.7) + np.log(0.5)) / 2
    assert float(masked_loss(answer, keras.ops.array(probabilities))) == pytest.approx(expected)


def test_a_small_transformer_learns_to_turn_texts_around():
    texts = [list(text) for text in sorted({a + b + c for a in "abc" for b in "abc" for c in ("", *"abc")})]
    turned = [text[::-1] for text in texts]
    task = task_of(texts, turned)
    lengths = task.source_length, task.target_length
    keras.utils.set_random_seed(1)
    built = transformer.Transformer(1, 16, 2, 16, len(task.source), len(task.target), *lengths, 0.0)
    network, data = trainable(built, *lengths), (task.encode_source(texts), *task.encode_target(turned))
    losses = fit(network, *data, epochs=60, batch_size=12, learning_rate=1e-2)
    assert losses[0] > 1 > 0.1 > losses[-1]
    assert exact_match(translations(built, task, texts), turned) > 0.9


def test_only_without_look_ahead_mask_an_answer_depends_on_later_tokens():
    built, later = model(), TARGET.copy()
    later[:, 3:] = 5
    for look_ahead in (True, False):
        network = trainable(built, 5, 4, look_ahead=look_ahead)
        difference = np.abs(network([SOURCE, TARGET]) - network([SOURCE, later]))
        assert (difference[:, :3].max() > 1e-3) == (not look_ahead)
        assert difference[:, 3].max() > 1e-3
