"""Classes of the transformer in NumPy, as their checks compute them; and how a learner's Keras class is run.

Weights are drawn one array after the other, in the order in which the taught classes make their layers.
"""

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from helpers import nn
from helpers.checks.outcomes import CheckFailed
from helpers.nn import attention

Draw = Callable[[tuple[int, ...]], np.ndarray]


def drawing() -> Draw:
    """A source of weights that is the same each time."""
    random = np.random.RandomState(0)
    return lambda shape: 0.5 * random.standard_normal(shape)


def halved(x: Any, training: Any = None) -> Any:
    """Stands in for dropout: what it does, without chance."""
    return 0.5 * x


@contextlib.contextmanager
def float64() -> Iterator[None]:
    """Keras computes in float64 inside."""
    import keras

    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    try:
        yield
    finally:
        keras.config.set_floatx(floatx)
        keras.config.set_dtype_policy(policy)


def run_class(cls: type, arguments: tuple[str, ...], dropout: str | None) -> Callable:
    """A function that makes a layer, calls it with drawn weights, and once more with its dropout replaced.

    Parameters
    ----------
    cls : type
        The learner's class.
    arguments : tuple of str
        Those that its `call` must take.
    dropout : str or None
        The attribute that holds its dropout.
    """

    def run(*sizes: Any, inputs: dict[str, Any]) -> dict[str, Any]:
        import keras

        came = tuple(inspect.signature(cls.call).parameters)[1:]
        if came != arguments:
            raise CheckFailed(f"{cls.__name__}.call takes ({', '.join(came)}), expected ({', '.join(arguments)})")
        first, *others = inputs
        with float64():
            layer = cls(*sizes)
            for part in layer._flatten_layers():  # their calls make the weights: else Keras traces those calls first
                part.built = part.built or type(part).build is keras.Layer.build
            call = lambda: layer(inputs[first], **{name: inputs[name] for name in others})  # noqa: E731
            call()
            draw = drawing()
            layer.set_weights([draw(weight.shape) for weight in layer.get_weights()])
            found = {"output": in_numpy(call())}
            if dropout:
                setattr(layer, dropout, halved)
                found |= {f"output where {dropout} halves": in_numpy(call())}
        return found

    own = list(inspect.signature(cls.__init__).parameters.values())[1:]
    run.__name__ = cls.__name__
    run.__signature__ = inspect.Signature([*own, inspect.Parameter("inputs", inspect.Parameter.KEYWORD_ONLY)])
    return run


def in_numpy(value: Any) -> Any:
    """Tensors as arrays, in tuples and dictionaries too; floats as float64."""
    if isinstance(value, dict):
        return {name: in_numpy(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(map(in_numpy, value))
    if hasattr(value, "numpy"):
        value = value.numpy()
    return value.astype(np.float64) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


def attention_weights(draw: Draw, d: int, heads: int) -> list[np.ndarray]:
    """Of `attention.multi_head_attention`, with heads as wide as the embedding."""
    return [*(draw(shape) for _ in range(3) for shape in ((d, heads, d), (heads, d))), draw((heads, d, d)), draw((d,))]


def layer_weights(draw: Draw, d: int, heads: int, hidden: int, attentions: int) -> dict[str, list]:
    """Of a layer of the encoder (one attention) or of the decoder (two)."""
    return {
        "attention": [attention_weights(draw, d, heads) for _ in range(attentions)],
        "ffn": [draw(shape) for shape in ((d, hidden), (hidden,), (hidden, d), (d,))],
        "norms": [[draw((d,)), draw((d,))] for _ in range(attentions + 1)],
    }


def fully_connected(x: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    """Two layers, ReLU between."""
    return nn.relu(x @ weights[0] + weights[1]) @ weights[2] + weights[3]


def embedded(
    tokens: np.ndarray, table: np.ndarray, positions: int, *, scale: bool = True, encode: bool = True
) -> np.ndarray:
    """Vectors of tokens, scaled by √d, plus the encoding of their positions."""
    d = table.shape[1]
    encoding = attention.positional_encoding(positions, d)[:, : tokens.shape[1]]
    return table[tokens] * (np.sqrt(d) if scale else 1) + encoding * encode


def through_encoder_layer(
    x: np.ndarray,
    mask: np.ndarray | None,
    weights: dict[str, list],
    epsilon: float,
    dropout: float = 1,
    *,
    skip: bool = True,
    last_skip: str = "attended",
) -> np.ndarray:
    """The taught layer, or one that differs from it in one point; `dropout` is what dropout multiplies with."""
    found = attention.multi_head_attention(x, x, weights["attention"][0], mask)[0]
    attended = attention.layer_normalization(found + x * skip, *weights["norms"][0], epsilon)
    kept = {"attended": attended, "x": x, "none": 0}[last_skip]
    return attention.layer_normalization(
        kept + dropout * fully_connected(attended, weights["ffn"]), *weights["norms"][1], epsilon
    )


def through_decoder_layer(
    x: np.ndarray,
    encoded: np.ndarray,
    masks: tuple[np.ndarray | None, np.ndarray | None],
    weights: dict[str, list],
    epsilon: float,
    dropout: float = 1,
    *,
    query: str = "attended",
    last_skip: bool = True,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The taught layer, or one that differs from it in one point, and the weights of both attentions."""
    found, own = attention.multi_head_attention(x, x, weights["attention"][0], masks[0])
    attended = attention.layer_normalization(found + x, *weights["norms"][0], epsilon)
    asked = attended if query == "attended" else x
    found, source = attention.multi_head_attention(asked, encoded, weights["attention"][1], masks[1])
    attended = attention.layer_normalization(found + attended, *weights["norms"][1], epsilon)
    last = attended * last_skip + dropout * fully_connected(attended, weights["ffn"])
    return attention.layer_normalization(last, *weights["norms"][2], epsilon), own, source


def encoder_layer(
    d: int,
    heads: int,
    hidden: int,
    rate: float = 0,
    epsilon: float = 1e-6,
    *,
    inputs: dict,
    drop: bool = True,
    **changed,
) -> dict[str, Any]:
    """What `run_class` finds for the taught class, or for one that is `changed`."""
    weights = layer_weights(drawing(), d, heads, hidden, 1)
    run = functools.partial(through_encoder_layer, inputs["x"], inputs["mask"], weights, epsilon, **changed)
    return {"output": run(), "output where dropout_ffn halves": run(0.5 if drop else 1)}


def decoder_layer(
    d: int,
    heads: int,
    hidden: int,
    rate: float = 0,
    epsilon: float = 1e-6,
    *,
    inputs: dict,
    drop: bool = True,
    **changed,
) -> dict[str, Any]:
    """What `run_class` finds for the taught class, or for one that is `changed`."""
    weights, masks = layer_weights(drawing(), d, heads, hidden, 2), (inputs["look_ahead_mask"], inputs["padding_mask"])
    data = (inputs["x"], inputs["enc_output"], masks, weights, epsilon)
    run = functools.partial(through_decoder_layer, *data, **changed)
    return {"output": run(), "output where dropout_ffn halves": run(0.5 if drop else 1)}


def _read(draw: Draw, sizes: tuple, words: int, positions: int, epsilon: float, x: np.ndarray, mask: Any, **changed):
    """An encoder with weights from `draw`: a function of what dropout multiplies with."""
    layers, used = sizes[0], changed.pop("used", None)
    table = draw((words, sizes[1]))
    weights = [layer_weights(draw, *sizes[1:], 1) for _ in range(layers)]
    first = embedded(x, table, positions, **changed)

    def run(dropout: float = 1) -> np.ndarray:
        answer = dropout * first
        for each in weights[:used]:
            answer = through_encoder_layer(answer, mask, each, epsilon)
        return answer

    return run


def _write(
    draw: Draw, sizes: tuple, words: int, positions: int, epsilon: float, x: Any, encoded: Any, masks: tuple, **changed
):
    """A decoder with weights from `draw`: a function of what dropout multiplies with."""
    count = changed.pop("first", 1)
    table = draw((words, sizes[1]))
    weights = [layer_weights(draw, *sizes[1:], 2) for _ in range(sizes[0])]
    start = embedded(x, table, positions, **changed)

    def run(dropout: float = 1) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        answer, named = dropout * start, {}
        for number, each in enumerate(weights, start=count):
            answer, own, source = through_decoder_layer(answer, encoded, masks, each, epsilon)
            named |= {f"decoder_layer{number}_block1_self_att": own, f"decoder_layer{number}_block2_decenc_att": source}
        return answer, named

    return run


def encoder(*sizes: Any, inputs: dict, drop: bool = True, **changed: Any) -> dict[str, Any]:
    """What `run_class` finds for the taught class, or for one that is `changed`."""
    words, positions, epsilon = *sizes[4:6], (*sizes, 0.1, 1e-6)[7]
    run = _read(drawing(), sizes[:4], words, positions, epsilon, inputs["x"], inputs["mask"], **changed)
    return {"output": run(), "output where dropout halves": run(0.5 if drop else 1)}


def decoder(*sizes: Any, inputs: dict, **changed: Any) -> dict[str, Any]:
    """What `run_class` finds for the taught class, or for one that is `changed`."""
    words, positions, epsilon = *sizes[4:6], (*sizes, 0.1, 1e-6)[7]
    masks = (inputs["look_ahead_mask"], inputs["padding_mask"])
    data = (inputs["x"], inputs["enc_output"], masks)
    run = _write(drawing(), sizes[:4], words, positions, epsilon, *data, **changed)
    return {"output": run(), "output where dropout halves": run(0.5)}


def transformer(*sizes: Any, inputs: dict, final: bool = True) -> dict[str, Any]:
    """What `run_class` finds for the taught class, or for one that is changed."""
    source_words, target_words, source_positions, target_positions = sizes[4:8]
    epsilon, draw, (source, target) = sizes[9] if len(sizes) > 9 else 1e-6, drawing(), inputs["inputs"]
    mask = inputs["enc_padding_mask"]
    encoded = _read(draw, sizes[:4], source_words, source_positions, epsilon, source, mask)()
    masks = (inputs["look_ahead_mask"], inputs["dec_padding_mask"])
    x, named = _write(draw, sizes[:4], target_words, target_positions, epsilon, target, encoded, masks)()
    W, b = draw((sizes[1], target_words)), draw((target_words,))
    return {"output": (nn.softmax(x @ W + b, axis=-1) if final else x, named)}
