"""Exercises of course 2, week 3: TensorFlow. Answers are tensors; the references compute in NumPy, by `helpers.nn`.

TensorFlow is imported inside the functions: whoever imports `helpers.checks` for a NumPy notebook must not wait for it.
"""

from collections.abc import Callable, Iterator

import numpy as np

from helpers import nn
from helpers.checks.engine import Case, Lesson, Mistake, case

lesson = Lesson("introduction to TensorFlow")
check = lesson.check

UNITS = (25, 12, 6)


def _tensor(value: object, dtype: str = "float32") -> object:
    import tensorflow as tf

    return tf.constant(np.asarray(value).astype(dtype))


def _seeded(*shapes: tuple[int, int]) -> list[np.ndarray]:
    draw = np.random.RandomState(1)
    return [draw.standard_normal(shape) for shape in shapes]


def _without_seed():
    X, W, b = (np.random.standard_normal(shape) for shape in ((3, 1), (4, 3), (4, 1)))
    return _tensor(W @ X + b, "float64")


def _drawn_in_another_order():
    W, X, b = _seeded((4, 3), (3, 1), (4, 1))
    return _tensor(W @ X + b, "float64")


@lesson.exercise(
    lambda rng: iter([case(label="the numbers that seed 1 draws")]),
    Mistake("the function seeds itself: np.random.seed(1) comes first", _without_seed),
    Mistake("draw X first, then W, then b: the stream of numbers has an order", _drawn_in_another_order),
    Mistake("a TensorFlow result is asked for: multiply with tf.matmul", lambda: linear_function().numpy()),
)
def linear_function() -> object:
    """W X + b, a float64 tensor (4, 1); seed 1 inside, X (3, 1), W (4, 3), b (4, 1) drawn in this order."""
    X, W, b = _seeded((3, 1), (4, 3), (4, 1))
    return _tensor(nn.dense_forward(X, W, b)[0], "float64")


def _sigmoid_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(-1, label="the integer −1")
    yield case(0.5, label="the number 0.5")
    yield case(rng.standard_normal((2, 3)), label="a float64 array")
    yield case(_tensor([[-2, 0], [3, 12]], "int32"), label="a tensor of integers")


@lesson.exercise(
    _sigmoid_cases,
    Mistake("cast first: tf.cast(z, tf.float32)", lambda z: _tensor(sigmoid(z), "float64")),
)
def sigmoid(z: object) -> object:
    """σ(z), a float32 tensor of the shape of z."""
    return _tensor(nn.sigmoid(np.asarray(z, dtype=np.float64)))


def _slope_cases(rng: np.random.Generator) -> Iterator[Case]:
    import tensorflow as tf

    yield case(lambda x: x**3, _tensor(2.0), label="f(x) = x³ at 2")
    yield case(tf.sin, _tensor([0.0, 1.0, 3.0]), label="f = sin at three points")
    yield case(lambda x: tf.exp(-(x**2)), _tensor(rng.standard_normal((2, 2)), "float64"), label="a bell in float64")
    yield case(tf.square, tf.Variable([1.5, -1.0]), label="f(x) = x² at a variable")


@lesson.exercise(
    _slope_cases,
    Mistake("return the gradient, not f(x)", lambda f, x: f(x)),
    Mistake("None: the tape saw no path; watch x before f(x) is computed", lambda f, x: None),
)
def slope(f: Callable, x: object) -> object:
    """f′(x), a tensor of the shape and dtype of x."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    return tape.gradient(y, x)


def _one_hot_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(_tensor(1, "int64"), label="label 1")
    yield case(2, 4, label="label 2 and depth 4")
    yield case(_tensor([5], "uint8"), label="a label in an array of one")
    yield case(_tensor(0, "int32"), 1, label="one class only")


@lesson.exercise(
    _one_hot_cases,
    Mistake("one 1 in a vector: reshape to (depth,)", lambda label, depth=6: _tensor(np.eye(depth)[[label]])),
)
def one_hot_matrix(label: object, depth: int = 6) -> object:
    """A float32 tensor (depth,), 1 at the place of the label."""
    return _tensor(np.eye(depth)[int(np.reshape(label, -1)[0])])


def _initialize_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(label="the default: 12288 inputs")
    yield case(64, label="64 inputs")


def _parameters(n_x: int, initialize: Callable, make: Callable) -> dict:
    made = {}
    for layer, (n, n_prev) in enumerate(zip(UNITS, (n_x, *UNITS), strict=False), start=1):
        made |= {f"W{layer}": make(initialize((n, n_prev))), f"b{layer}": make(initialize((n, 1)))}
    return made


def _constants(n_x=12288):
    import keras

    return _parameters(n_x, keras.initializers.GlorotNormal(seed=1), lambda value: value)


def _glorot_uniform(n_x=12288):
    import keras
    import tensorflow as tf

    return _parameters(n_x, keras.initializers.GlorotUniform(seed=1), tf.Variable)


@lesson.exercise(
    _initialize_cases,
    Mistake("what training changes is a tf.Variable: wrap each initial value", _constants),
    Mistake("GlorotNormal, not GlorotUniform", _glorot_uniform),
)
def initialize_parameters(n_x: int = 12288) -> dict:
    """Variables W1 (25, n_x), b1 (25, 1), W2 (12, 25), b2 (12, 1), W3 (6, 12), b3 (6, 1), Glorot normal, seed 1."""
    import keras
    import tensorflow as tf

    return _parameters(n_x, keras.initializers.GlorotNormal(seed=1), tf.Variable)


def _network(rng: np.random.Generator, n_x: int, m: int) -> tuple:
    """X (n_x, m), variables of the taught shapes with biases, and one-hot labels (6, m)."""
    import tensorflow as tf

    draw = lambda shape: (rng.standard_normal(shape) / np.sqrt(shape[1])).astype(np.float32)  # noqa: E731
    labels = np.eye(6)[:, rng.integers(6, size=m)]
    return _tensor(rng.standard_normal((n_x, m))), _parameters(n_x, draw, tf.Variable), _tensor(labels)


def _forward_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n_x, m in ((4, 2), (25, 1), (12, 12)):
        X, parameters, _ = _network(rng, n_x, m)
        yield case(X, parameters, label=f"{n_x} inputs and {m} examples")


def _numpy(parameters: dict) -> dict:
    return {name: value.numpy().astype(np.float64) for name, value in parameters.items()}


def _logits(X: object, parameters: dict) -> tuple[np.ndarray, list]:
    return nn.network_forward(X.numpy().astype(np.float64), _numpy(parameters))


@lesson.exercise(
    _forward_cases,
    Mistake(
        "the last layer is linear: the loss takes logits",
        lambda X, parameters: _tensor(nn.relu(_logits(X, parameters)[0])),
    ),
    Mistake(
        "ReLU comes after the first two layers: without it the network is a single linear map",
        lambda X, parameters: _tensor(_linear(X, parameters)),
    ),
)
def forward_propagation(X: object, parameters: dict) -> object:
    """Logits (6, m) of linear → ReLU → linear → ReLU → linear, for X (n_x, m)."""
    return _tensor(_logits(X, parameters)[0])


def _linear(X: object, parameters: dict) -> np.ndarray:
    A, p = X.numpy(), _numpy(parameters)
    for layer in (1, 2, 3):
        A = p[f"W{layer}"] @ A + p[f"b{layer}"]
    return A


def _loss_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m in (2, 6, 1):
        labels = np.eye(6)[:, rng.integers(6, size=m)]
        yield case(_tensor(3 * rng.standard_normal((6, m))), _tensor(labels), label=f"{m} examples")
    yield case(_tensor([[100.0], [0], [0], [0], [0], [0]]), _tensor(np.eye(6)[:, 1:2]), label="a certain wrong answer")


def _total_loss(logits: np.ndarray, labels: np.ndarray) -> float:
    return labels.shape[1] * nn.softmax_cross_entropy(logits.astype(np.float64), labels)


@lesson.exercise(
    _loss_cases,
    Mistake(
        "a sum over the examples is asked for, not their mean",
        lambda logits, labels: _divided(compute_total_loss(logits, labels), labels.shape[1]),
    ),
    Mistake("these are logits: from_logits=True", lambda logits, labels: _keras_loss(logits, labels, False)),
    Mistake(
        "Keras takes an example a row: transpose both",
        lambda logits, labels: _keras_loss(*map(np.transpose, (logits, labels)), True),
    ),
)
def compute_total_loss(logits: object, labels: object) -> object:
    """Σ over examples of −Σ y log softmax(z), a number, for logits and one-hot labels (6, m)."""
    return _tensor(_total_loss(logits.numpy(), labels.numpy()))


def _divided(value: object, m: int) -> object:
    return {name: part / m for name, part in value.items()} if isinstance(value, dict) else value / m


def _keras_loss(logits: object, labels: object, from_logits: bool) -> object:
    import keras
    import tensorflow as tf

    truth, answer = np.transpose(labels), np.transpose(logits)
    return tf.reduce_sum(keras.losses.categorical_crossentropy(truth, answer, from_logits=from_logits))


def _gradient_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n_x, m in ((4, 3), (7, 1)):
        X, parameters, labels = _network(rng, n_x, m)
        yield case(X, labels, parameters, label=f"{n_x} inputs and {m} examples")


@lesson.exercise(
    _gradient_cases,
    Mistake(
        "the gradient of the total loss, a sum: do not divide by m",
        lambda X, Y, parameters: tuple(_divided(part, X.shape[1]) for part in loss_and_gradients(X, Y, parameters)),
    ),
)
def loss_and_gradients(X: object, Y: object, parameters: dict) -> tuple:
    """Total loss of a batch X (n_x, m), Y (6, m), a number, and {"W1": …, "b3": …}, its gradients."""
    Z, caches = _logits(X, parameters)
    gradients = nn.network_backward(Z, Y.numpy(), caches, output="softmax")
    return _tensor(_total_loss(Z, Y.numpy())), {name: _tensor(X.shape[1] * g) for name, g in gradients.items()}
