"""Exercises of course 4, week 4: neural style transfer. References compute in NumPy; TensorFlow waits in functions."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from helpers.checks.engine import Case, Exercise, Lesson, Mistake, case

lesson = Lesson("neural style transfer")
check = lesson.check


def _tensor(value: object, dtype: str = "float64") -> object:
    import tensorflow as tf

    return tf.constant(np.asarray(value, dtype=dtype))


def _drawn(rng: np.random.Generator, *shape: int) -> object:
    return _tensor(rng.uniform(0.0, 1.5, shape))


def _half_squares(first: np.ndarray, second: np.ndarray, divisor: float) -> object:
    """Σ (first - second)² / divisor, as a tensor without axes."""
    return _tensor(np.sum((np.asarray(first) - np.asarray(second)) ** 2) / divisor)


def _output_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case([_drawn(rng, 1, 2, 3, 4)], [_drawn(rng, 1, 2, 3, 4)], label="one layer of 2×3 positions and 4 channels")
    shapes = ((1, 4, 4, 2), (1, 3, 2, 5))
    yield case(*([_drawn(rng, *shape) for shape in shapes] for _ in "CG"), label="two layers: the last one counts")
    same = [_drawn(rng, 1, 3, 3, 2)]
    yield case(same, same, label="twice the same")


def _content_over(divisor: Callable[[tuple], float], layer: int = -1) -> Callable:
    def wrong(content_output: Sequence, generated_output: Sequence) -> object:
        shape = generated_output[layer].shape
        return _half_squares(content_output[layer], generated_output[layer], divisor(tuple(shape)))

    return wrong


@lesson.exercise(
    _output_cases,
    Mistake("the content is in the last layer of the list: index -1", _content_over(lambda s: 4 * np.prod(s), 0)),
    Mistake("divide by 4 n_H n_W n_C: the 4 is missing", _content_over(np.prod)),
    Mistake("divide the sum by 4 n_H n_W n_C", _content_over(lambda shape: 1)),
    Mistake("the channels count too: 4 n_H n_W n_C", _content_over(lambda shape: 4 * np.prod(shape[:3]))),
)
def compute_content_cost(content_output: Sequence, generated_output: Sequence) -> object:
    """Σ (a_C - a_G)² / (4 n_H n_W n_C) of the last layer."""
    return _content_over(lambda shape: 4 * np.prod(shape))(content_output, generated_output)


def _gram_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(_tensor([[1.0, 2.0, 0.0], [0.0, 1.0, 1.0]]), label="2 channels at 3 positions")
    yield case(_tensor(rng.standard_normal((4, 4))), label="4 channels at 4 positions")
    yield case(_tensor(rng.standard_normal((3, 20)), "float32"), label="float32")


@lesson.exercise(
    _gram_cases,
    Mistake("channels by channels: A Aᵀ, not Aᵀ A", lambda A: _tensor(A.numpy().T @ A.numpy(), A.dtype.as_numpy_dtype)),
    Mistake("the sum over the positions, not their mean", lambda A: gram_matrix(A) / A.shape[1]),
)
def gram_matrix(A: object) -> object:
    """A Aᵀ (n_C, n_C)."""
    return _tensor(A.numpy() @ A.numpy().T, A.dtype.as_numpy_dtype)


def _layer_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(_drawn(rng, 1, 2, 3, 4), _drawn(rng, 1, 2, 3, 4), label="2×3 positions and 4 channels")
    yield case(_drawn(rng, 1, 4, 4, 3), _drawn(rng, 1, 4, 4, 3), label="4×4 positions and 3 channels")
    a = _drawn(rng, 1, 2, 2, 3)
    yield case(a, a, label="twice the same")


def _gram_of(activations: object, order: str = "C") -> np.ndarray:
    a = np.asarray(activations)
    unrolled = a.reshape(-1, a.shape[-1]).T if order == "C" else a.reshape(a.shape[-1], -1)
    return unrolled @ unrolled.T


def _style_over(divisor: Callable[[int, int], float], order: str = "C") -> Callable:
    def wrong(a_S: object, a_G: object) -> object:
        _, height, width, channels = a_G.shape
        return _half_squares(_gram_of(a_S, order), _gram_of(a_G, order), divisor(channels, height * width))

    return wrong


@lesson.exercise(
    _layer_cases,
    Mistake(
        "unroll with the channels last, then transpose: a reshape to (n_C, n_H n_W) at once mixes the channels",
        _style_over(lambda channels, positions: 4 * channels**2 * positions**2, "mixed"),
    ),
    Mistake("square n_H n_W as well", _style_over(lambda channels, positions: 4 * channels**2 * positions)),
    Mistake("square n_C as well", _style_over(lambda channels, positions: 4 * channels * positions**2)),
    Mistake("this is a mean over the Gram matrix's entries", _style_over(lambda channels, positions: channels**2)),
    Mistake("square (n_H n_W) and n_C, but not the 4", _style_over(lambda c, positions: (4 * c * positions) ** 2)),
)
def compute_layer_style_cost(a_S: object, a_G: object) -> object:
    """Σ (G_S - G_G)² / (4 n_C² (n_H n_W)²)."""
    return _style_over(lambda channels, positions: 4 * channels**2 * positions**2)(a_S, a_G)


def _style_cases(rng: np.random.Generator) -> Iterator[Case]:
    shapes = ((1, 4, 4, 2), (1, 2, 3, 3), (1, 2, 2, 4))
    for label, shares in (
        ("equal shares", (0.5, 0.5)),
        ("shares 0.8 and 0.1", (0.8, 0.1)),
        ("one share of 0", (0, 2.5)),
    ):
        layers = [(f"block{i}_conv1", share) for i, share in enumerate(shares, start=1)]
        yield case(*([_drawn(rng, *shape) for shape in shapes] for _ in "SG"), layers, label=label)


def _over_layers(layer_pairs: slice, share: Callable[[float, float], float]) -> Callable:
    def wrong(style_image_output, generated_image_output, STYLE_LAYERS):
        total, whole = 0.0, sum(weight for _, weight in STYLE_LAYERS)
        pairs = list(zip(style_image_output, generated_image_output, strict=True))[layer_pairs]
        for (a_S, a_G), (_, weight) in zip(pairs, STYLE_LAYERS, strict=False):
            total += share(weight, whole) * compute_layer_style_cost(a_S, a_G).numpy()
        return _tensor(total)

    return wrong


@lesson.exercise(
    _style_cases,
    Mistake("each layer's cost is multiplied by its weight", _over_layers(slice(0, -1), lambda weight, whole: 1)),
    Mistake(
        "the last element of the lists is the content layer: leave it out at the end, not the first",
        _over_layers(slice(1, None), lambda weight, whole: weight),
    ),
    Mistake("a sum, not a mean over the layers", lambda S, G, layers: compute_style_cost(S, G, layers) / len(layers)),
)
def compute_style_cost(style_image_output: Sequence, generated_image_output: Sequence, STYLE_LAYERS: list) -> object:
    """Σ_l λ_l J_l over all layers but the last."""
    taught = _over_layers(slice(0, -1), lambda weight, whole: weight)
    return taught(style_image_output, generated_image_output, STYLE_LAYERS)


def _total_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(0.2, 0.8, label="the defaults")
    yield case(_tensor(0.3), _tensor(0.1), 2.0, 5.0, label="tensors, alpha=2 and beta=5")
    yield case(1.0, 3.0, beta=0.0, label="beta=0")


@lesson.exercise(
    _total_cases,
    Mistake("alpha belongs to the content, beta to the style", lambda C, S, alpha=10, beta=40: beta * C + alpha * S),
    Mistake("weigh both costs", lambda C, S, alpha=10, beta=40: C + S),
)
def total_cost(J_content: object, J_style: object, alpha: float = 10, beta: float = 40) -> object:
    """alpha · J_content + beta · J_style."""
    return alpha * J_content + beta * J_style


def _variation_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(_tensor(np.arange(12.0).reshape(1, 2, 2, 3) / 12), label="2×2 pixels")
    yield case(_drawn(rng, 1, 4, 3, 3), label="a random image")
    yield case(_drawn(rng, 1, 2, 6, 3), label="a wide image")
    yield case(_tensor(np.full((1, 3, 3, 3), 0.4)), label="one colour only")


def _differences(how: Callable) -> Callable:
    return lambda image: _tensor(sum(how(np.diff(np.asarray(image), axis=axis)) for axis in (1, 2)))


@lesson.exercise(
    _variation_cases,
    Mistake("square the differences: ups and downs must not cancel", _differences(np.mean)),
    Mistake("the mean of the squared differences, not their sum", _differences(lambda d: np.sum(d**2))),
    Mistake("squares, not absolute values", _differences(lambda d: np.mean(np.abs(d)))),
)
def total_variation(image: object) -> object:
    """Mean squared difference down plus mean squared difference across."""
    return _differences(lambda d: np.mean(d**2))(image)


def _bowl(image: object) -> object:
    import tensorflow as tf

    return tf.reduce_sum(tf.square(image - 0.3))


def _slope(image: object) -> object:
    import tensorflow as tf

    return tf.reduce_sum(image * _tensor([3.0, -2.0, 0.5])) + 7.0


def _step_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(rng.uniform(0, 1, (1, 2, 3, 3)), _bowl, 0.05, label="a bowl with its bottom at 0.3")
    yield case(rng.uniform(0, 1, (1, 4, 2, 3)), _slope, 0.4, label="large steps that leave [0, 1]")


def _step(update: Callable) -> Callable:
    """A train_step whose image after the optimizer's step is given by `update(before, after, J before, J after)`."""

    def wrong(generated_image: object, cost: Callable, optimizer: object) -> object:
        import tensorflow as tf

        before = tf.identity(generated_image)
        with tf.GradientTape() as tape:
            J = cost(generated_image)
        optimizer.apply_gradients([(tape.gradient(J, generated_image), generated_image)])
        image, answer = update(before, tf.identity(generated_image), J, cost)
        generated_image.assign(image)
        return answer

    return wrong


def _clipped(image: object) -> object:
    import tensorflow as tf

    return tf.clip_by_value(image, 0.0, 1.0)


def _watched(step: Callable) -> Callable:
    """`step` on a fresh variable and optimizer, three times in a row: what it returned and the image at the end."""

    @functools.wraps(step)
    def play(start: np.ndarray, cost: Callable, learning_rate: float) -> dict[str, object]:
        import keras
        import tensorflow as tf

        image, optimizer = tf.Variable(start), keras.optimizers.Adam(learning_rate)
        costs = [step(image, cost, optimizer) for _ in range(3)]
        return {"J of three steps": costs, "generated_image": image.numpy()}

    return play


@dataclass(frozen=True)
class _StepExercise(Exercise):
    """An exercise whose function is meant to change a variable: judged by what it does to one."""

    def check(self, name: str, function: Callable) -> str:
        mistakes = tuple(replace(mistake, wrong=_watched(mistake.wrong)) for mistake in self.mistakes)
        return Exercise(_watched(self.reference), self.cases, mistakes).check(name, _watched(function))


def train_step(generated_image: object, cost: Callable, optimizer: object) -> object:
    """J before the step; the image moves by one step of the optimizer and is clipped to [0, 1]."""
    return _step(lambda before, after, J, cost: (_clipped(after), J))(generated_image, cost, optimizer)


lesson.exercises["train_step"] = _StepExercise(
    train_step,
    _step_cases,
    (
        Mistake(
            "a pixel must stay between 0 and 1: clip the image after the step, and assign the result",
            _step(lambda before, after, J, cost: (after, J)),
        ),
        Mistake(
            "the image did not move: optimizer.apply_gradients([(gradient, generated_image)])",
            _step(lambda before, after, J, cost: (before, J)),
        ),
        Mistake(
            "return the J that the tape saw, before the step",
            _step(lambda before, after, J, cost: (_clipped(after), cost(_clipped(after)))),
        ),
        Mistake(
            "this climbs: hand the gradient to the optimizer as it is",
            _step(lambda before, after, J, cost: (_clipped(2 * before - after), J)),
        ),
    ),
)
