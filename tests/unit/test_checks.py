"""Checks that teach: right answers pass however written; wrong ones fail with an explanation that helps."""

import functools
import subprocess
import sys

import numpy as np
import pytest

from helpers import paths
from helpers.checks import CheckFailed, check, lessons
from helpers.checks.engine import Lesson, Mistake, case
from helpers.checks.explanations import explain_difference

EXERCISES = [(lesson, name) for lesson in lessons().values() for name in lesson.exercises]
MISTAKES = [(lesson, name, mistake) for lesson, name in EXERCISES for mistake in lesson.exercises[name].mistakes]


@pytest.fixture
def lesson():
    lesson = Lesson("a lesson")

    @lesson.exercise(
        lambda rng: [case(rng.standard_normal((3, 5)), label="a matrix"), case(np.eye(2), scale=3.0, label="a scale")],
        Mistake("average over the examples", lambda X, scale=2.0: scale * X.sum(axis=1, keepdims=True)),
    )
    def mean_column(X, scale=2.0):
        return scale * X.mean(axis=1, keepdims=True)

    return lesson


def failure(lesson, function):
    with pytest.raises(CheckFailed) as failed:
        lesson.check(function)
    return str(failed.value)


@pytest.mark.parametrize(("lesson", "name"), EXERCISES, ids=lambda value: getattr(value, "name", value))
def test_every_reference_passes_its_own_check(lesson, name, capsys):
    lesson.check(lesson.exercises[name].reference)
    assert capsys.readouterr().out.startswith(f"✓ {name}: ")


@pytest.mark.parametrize(
    ("lesson", "name", "mistake"), MISTAKES, ids=[f"{name}: {mistake.hint}" for _, name, mistake in MISTAKES]
)
def test_every_known_mistake_fails_with_its_hint(lesson, name, mistake):
    wrong = functools.wraps(lesson.exercises[name].reference)(lambda *args, **kwargs: mistake.wrong(*args, **kwargs))
    assert mistake.hint in failure(lesson, wrong)


def test_of_mistakes_that_agree_in_the_failing_case_the_hint_is_of_the_one_that_agrees_in_all():
    lesson = Lesson("a lesson")

    @lesson.exercise(
        lambda rng: [case(2.0, label="a positive number"), case(-2.0, label="a negative number")],
        Mistake("square it", lambda x: x),
        Mistake("the sign does not matter", abs),
    )
    def square(x):
        return x**2

    assert "square it" in failure(lesson, functools.wraps(square)(lambda x: x + 0))
    assert "the sign does not matter" in failure(lesson, functools.wraps(square)(lambda x: max(x, -x)))


def test_a_right_answer_written_differently_passes(lesson):
    def mean_column(X, scale=2.0):
        total = np.zeros((X.shape[0], 1))
        for column in X.T:
            total += scale * column[:, None] / X.shape[1]
        return total

    lesson.check(mean_column)


WRONG = {
    "result is None: is a return": lambda X, scale: None,
    "shape (1, 3), expected (3, 1): is a transpose missing": lambda X, scale: scale * X.mean(axis=1)[None],
    "shape (3,), expected (3, 1): an axis was lost; keepdims": lambda X, scale: scale * X.mean(axis=1),
    "shape (), expected (3, 1): everything was reduced": lambda X, scale: scale * X.mean(),
    "shape (3, 5), expected (3, 1): is a sum over one axis missing": lambda X, scale: scale * X,
    "the sign is wrong": lambda X, scale: -scale * X.mean(axis=1, keepdims=True),
    "5 times too large, and there are 5 entries along an axis": lambda X, scale: scale * X.sum(1, keepdims=True),
    "every value is 0.5 times the expected one": lambda X, scale: scale / 2 * X.mean(axis=1, keepdims=True),
    "every value is off by 1": lambda X, scale: 1 + scale * X.mean(axis=1, keepdims=True),
    "not a number": lambda X, scale: np.full((3, 1), np.nan),
    "infinite": lambda X, scale: np.full((3, 1), np.inf),
    "dtype int64, expected float64": lambda X, scale: np.zeros((3, 1), dtype=np.int64),
    "less exact than the expected float64": lambda X, scale: (scale * X.mean(1, keepdims=True)).astype(np.float32),
    "is a str, expected an array": lambda X, scale: "0.5",
    "failed with a matrix: ZeroDivisionError": lambda X, scale: 1 / 0,
    "changes its arguments in place": lambda X, scale: (scale * X.mean(axis=1, keepdims=True), X.fill(0))[0],
}


@pytest.mark.parametrize("explanation", WRONG)
def test_a_wrong_answer_is_explained(lesson, explanation):
    def mean_column(X, scale=2.0):
        return WRONG[explanation](X, scale)

    assert explanation in failure(lesson, mean_column)


def test_what_a_function_is_to_change_in_place_is_compared_too(capsys):
    lesson = Lesson("a lesson")

    @lesson.exercise(lambda rng: [case({"W": np.ones(2)}, 0.5, label="a dictionary")])
    def descend(parameters, rate):
        parameters["W"] = parameters["W"] - rate
        return 1.0

    def in_the_array(parameters, rate):
        parameters["W"] -= rate
        return 1.0

    lesson.check(functools.wraps(descend)(in_the_array))
    assert "✓ descend" in capsys.readouterr().out
    explained = failure(lesson, functools.wraps(descend)(lambda parameters, rate: 1.0))
    assert "should change its arguments as it says: arguments[0][0]['W']" in explained


def test_arguments_and_defaults_must_be_the_given_ones(lesson):
    def mean_column(X):
        return X

    assert "the arguments are (X), expected (X, scale)" in failure(lesson, mean_column)

    def mean_column(X, scale=1.0):
        return X

    assert "the default of scale should be 2.0" in failure(lesson, mean_column)


def test_an_exercise_not_started_says_so_in_its_own_words(lesson):
    def mean_column(X, scale=2.0):
        raise NotImplementedError("write mean_column")

    with pytest.raises(NotImplementedError, match="write mean_column"):
        lesson.check(mean_column)


def test_a_function_that_must_seed_itself_cannot_lean_on_the_callers_seed():
    def initialize_parameters(n_x, n_h, n_y):
        W1, W2 = np.random.randn(n_h, n_x) * 0.01, np.random.randn(n_y, n_h) * 0.01
        return {"W1": W1, "b1": np.zeros((n_h, 1)), "W2": W2, "b2": np.zeros((n_y, 1))}

    lessons()["planar_data"].check(initialize_parameters)
    assert "seeds itself" in failure(lessons()["deep_network"], initialize_parameters)


def test_drawing_from_a_random_stream_is_no_change_of_an_argument():
    lesson = Lesson("streams")
    lesson.exercise(lambda rng: [case(np.random.RandomState(3), label="a stream")])(draw)
    lesson.check(draw)


def draw(rng):
    return rng.rand(2)


def test_a_check_leaves_the_learners_random_stream_alone(lesson):
    np.random.seed(5)
    expected = np.random.rand()
    np.random.seed(5)
    lesson.check(lesson.exercises["mean_column"].reference)
    assert np.random.rand() == expected


def test_a_failed_check_shows_its_message_and_no_stack_trace(lesson):
    with pytest.raises(CheckFailed) as failed:
        lesson.check(len)
    assert failed.value._render_traceback_() == ["✗ a lesson has no exercise 'len'; it has mean_column"]


DIFFERENCES = {
    "result lacks 'db'": ({"dw": 1.0}, {"dw": 1.0, "db": 2.0}),
    "result has 'w' besides 'dw'": ({"dw": 1.0, "w": 0.0}, {"dw": 1.0}),
    "result['dw'] is 2, expected 1": ({"dw": 2.0}, {"dw": 1.0}),
    "result is a tuple, expected a dictionary with 'dw'": ((1.0,), {"dw": 1.0}),
    "result has 2 values, expected 3": ((1, 2), (1, 2, 3)),
    "result[1][0] is 5, expected 3": ((1, (5,)), (1, (3,))),
    "result is 'a', expected 'b'": ("a", "b"),
    "result has shape (1, 1), expected (): a number is not an array": (np.ones((1, 1)), 1.0),
    "every answer is inverted": (np.array([[True, False]]), np.array([[False, True]])),
}


@pytest.mark.parametrize("explanation", DIFFERENCES)
def test_a_difference_is_placed(explanation):
    assert explanation in explain_difference(*DIFFERENCES[explanation], {})


def test_a_transposed_square_is_recognised():
    square = np.array([[1.0, 3.0], [2.0, 4.0]])
    assert "the result is transposed" in explain_difference(square.T, square, {})


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(1.0, np.float64(1.0)), (np.array(2.0), 2.0), ([1.0, 2.0], (1.0, 2.0)), (np.nan, np.nan), (3, np.int32(3))],
)
def test_the_same_result_in_another_container_is_no_difference(actual, expected):
    assert explain_difference(actual, expected, {}) is None


@pytest.mark.parametrize(
    ("explanation", "change"),
    [
        (None, lambda tf, t: tf.constant(t.numpy())),
        (None, lambda tf, t: t * (1 + 1e-6)),
        ("result at [0, 0] is 0.5005, expected 0.5", lambda tf, t: t * 1.001),
        ("the sign is wrong", lambda tf, t: -t),
        ("shape (3, 1), expected (1, 3): is a transpose missing", lambda tf, t: tf.transpose(t)),
        ("dtype float64, expected float32", lambda tf, t: tf.cast(t, tf.float64)),
        ("is a ndarray, expected a tensor", lambda tf, t: t.numpy()),
        ("is a variable, expected a tensor", lambda tf, t: tf.Variable(t)),
        ("is None: is a return", lambda tf, t: None),
    ],
)
def test_tensors_are_compared_by_kind_dtype_and_value(explanation, change):
    tf = pytest.importorskip("tensorflow")
    expected = tf.constant([[0.5, 1.0, -2.0]])
    found = explain_difference(change(tf, expected), expected, {})
    assert found is None if explanation is None else explanation in found


def test_a_tensor_is_not_a_variable_and_numpy_checks_load_no_tensorflow():
    tf = pytest.importorskip("tensorflow")
    variable = tf.Variable([1.0, 2.0])
    assert explain_difference(tf.Variable([1.0, 2.0]), variable, {}) is None
    assert "is a tensor, expected a variable" in explain_difference(tf.constant([1.0, 2.0]), variable, {})
    loaded = "import sys, helpers.checks; helpers.checks.lessons(); print('tensorflow' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", loaded], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_the_general_check_finds_the_lesson_of_a_unique_name_and_asks_where_there_are_several(capsys):
    def propagate(w, b, X, Y):
        A = 1 / (1 + np.exp(-(w.T @ X + b)))
        cost = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
        return {"dw": X @ (A - Y).T / X.shape[1], "db": np.mean(A - Y)}, cost

    check(propagate)
    assert "✓ propagate" in capsys.readouterr().out

    def predict(parameters, X):
        raise NotImplementedError

    with pytest.raises(ValueError, match="name one with lesson="):
        check(predict)
    with pytest.raises(NotImplementedError):
        check(predict, lesson="planar_data")
