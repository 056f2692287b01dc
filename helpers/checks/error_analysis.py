"""Exercises of course 3, week 2: error analysis and wrong labels. Examples lie along axis 0."""

from collections.abc import Iterator, Mapping

import numpy as np

from helpers.checks.engine import Case, Lesson, case
from helpers.checks.error_analysis_decisions import VERDICTS
from helpers.checks.outcomes import Mistake
from helpers.strategy import error_analysis
from helpers.strategy import labels as wrong_labels

lesson = Lesson("error_analysis")
check = lesson.check

Table = dict[str, tuple[int, float]]


def _slant_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.eye(6)[None, ::-1] + 0.0, label="a stroke that leans right by 45 degrees")
    yield case(rng.random((3, 7, 7)) ** 4, label="3 images of random ink")
    yield case(200.0 * rng.random((2, 9, 4)), label="images that are not square, in bytes' range")


def _about_the_corner(images):
    rows, columns = np.indices(images.shape[1:])
    return -(images * rows * columns).sum(axis=(1, 2)) / (images * rows**2).sum(axis=(1, 2))


def _rows_on_columns(images):
    return error_analysis.slants(images.transpose(0, 2, 1))


@lesson.exercise(
    _slant_cases,
    Mistake(
        "rows are counted downwards: a digit that leans right has a positive slant",
        lambda images: -error_analysis.slants(images),
    ),
    Mistake("subtract the centre of mass from rows and columns first", _about_the_corner),
    Mistake("divide by the variance of the rows, not of the columns", _rows_on_columns),
)
def slants(images: np.ndarray) -> np.ndarray:
    """−Σ w (r − r̄)(c − c̄) / Σ w (r − r̄)² for each image (m, h, w), the ink w of each adding up to 1."""
    return error_analysis.slants(images)


def _table_cases(rng: np.random.Generator) -> Iterator[Case]:
    mistakes = np.array([True, True, True, False, False, False, False, False])
    faint, moved = np.arange(8) % 2 == 0, np.arange(8) < 2
    yield case({"faint": faint, "moved": moved}, mistakes, label="two tags that overlap")
    for m in (40, 7):
        tags = {name: rng.random(m) < share for name, share in (("a", 0.5), ("b", 0.1), ("c", 0.9))}
        yield case(tags, rng.random(m) < 0.4, label=f"{m} examples")
    yield case(
        {"all": np.ones(5, bool), "none": np.zeros(5, bool)}, np.arange(5) < 2, label="a tag on all, one on none"
    )


def _with_ceiling(ceiling):
    return lambda tags, mistakes: {name: (np.sum(tag & mistakes), ceiling(tag, mistakes)) for name, tag in tags.items()}


@lesson.exercise(
    _table_cases,
    Mistake("the ceiling is the error that remains, not what is gained", _with_ceiling(lambda t, w: np.mean(t & w))),
    Mistake("the ceiling is a share of all examples, not of the mistakes", _with_ceiling(lambda t, w: np.mean(~t[w]))),
    Mistake(
        "the ceiling is a share of all examples, not only of those without the tag",
        _with_ceiling(lambda tag, mistakes: np.mean(mistakes[~tag])),
    ),
    Mistake(
        "count the mistakes with the tag, not all examples with it",
        lambda tags, mistakes: {
            name: (np.sum(tag), error_analysis.ceiling(tag, mistakes)) for name, tag in tags.items()
        },
    ),
)
def tag_table(tags: Mapping[str, np.ndarray], mistakes: np.ndarray) -> Table:
    """{tag: (mistakes with the tag, the error that remains without them)}."""
    return {name: (int(np.sum(tag & mistakes)), error_analysis.ceiling(tag, mistakes)) for name, tag in tags.items()}


def _priority_cases(rng: np.random.Generator) -> Iterator[Case]:
    ceilings = {"faint": 0.04, "slanted": 0.08, "broken": 0.09}
    yield case(ceilings, {"faint": 4, "slanted": 1, "broken": 1}, 0.1, label="a great gain that takes long")
    yield case(ceilings, {"faint": 1, "slanted": 1, "broken": 1}, 0.1, label="equal efforts")
    yield case(ceilings, {"faint": 40, "slanted": 10, "broken": 0.25}, 0.1, label="a small gain in a quarter of a day")
    yield case({"a": 0.19, "b": 0.1, "c": 0.15}, {"a": 0.2, "b": 5.0, "c": 2.0}, 0.2, label="gains of 1, 10, 5 points")
    yield case({"a": 0.1, "b": 0.14, "c": 0.15}, {"a": 1, "b": 5, "c": 2.5}, 0.2, label="a great gain in one day")


@lesson.exercise(
    _priority_cases,
    Mistake(
        "divide the gain by the effort",
        lambda c, efforts, error: error_analysis.priorities(c, dict.fromkeys(c, 1), error),
    ),
    Mistake("the greatest gain per day comes first", lambda c, e, error: error_analysis.priorities(c, e, error)[::-1]),
    Mistake(
        "the gain is error − ceiling: a low ceiling is a great gain",
        lambda ceilings, efforts, error: sorted(ceilings, key=lambda tag: -ceilings[tag] / efforts[tag]),
    ),
    Mistake(
        "divide by the effort: work that takes longer is worth less",
        lambda c, efforts, error: sorted(c, key=lambda tag: -(error - c[tag]) * efforts[tag]),
    ),
)
def priorities(ceilings: Mapping[str, float], efforts: Mapping[str, float], error: float) -> list[str]:
    """Tags by (error − ceiling) / effort, the greatest first."""
    return error_analysis.priorities(ceilings, efforts, error)


def _by_distance(X, labels, held_out):
    """A small classifier: softmax of the negative squared distance to the mean of each of three classes."""
    means = np.stack(
        [X[labels == j].mean(axis=0) if np.any(labels == j) else 9 * np.ones(X.shape[1]) for j in range(3)]
    )
    scores = np.exp(-((held_out[:, None] - means) ** 2).sum(axis=2))
    return scores / scores.sum(axis=1, keepdims=True)


def _fold_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m, folds in ((12, 3), (9, 2), (11, 4)):
        X, labels = rng.standard_normal((m, 2)), np.arange(m) % 3
        fold = wrong_labels.fold_numbers(m, folds, rng)
        yield case(X, labels, fold, _by_distance, label=f"{m} examples in {folds} folds")
    yield case(X, labels, 2 + 3 * fold, _by_distance, label="folds that are not numbered 0, 1, 2")


def _trained_on(mask):
    def wrong(X, labels, fold, fit_predict):
        parts = [(fold == n, mask(fold, n)) for n in np.unique(fold)]
        probabilities = np.empty((len(X), 3))
        for held_out, seen in parts:
            probabilities[held_out] = fit_predict(X[seen], labels[seen], X[held_out])
        return probabilities

    return wrong


def _in_order_of_folds(X, labels, fold, fit_predict):
    probabilities = wrong_labels.out_of_fold_probabilities(X, labels, fold, fit_predict)
    return np.concatenate([probabilities[fold == n] for n in np.unique(fold)])


@lesson.exercise(
    _fold_cases,
    Mistake("train on all folds but the one that is predicted", _trained_on(lambda fold, n: fold >= 0)),
    Mistake("train on the other folds and predict this one, not the reverse", _trained_on(lambda fold, n: fold == n)),
    Mistake("the rows must come in the order of X", _in_order_of_folds),
)
def out_of_fold_probabilities(
    X: np.ndarray, labels: np.ndarray, fold: np.ndarray, fit_predict: wrong_labels.FitPredict
) -> np.ndarray:
    """Probabilities (m, classes): those of each fold by `fit_predict`, trained on all other folds."""
    return wrong_labels.out_of_fold_probabilities(X, labels, fold, fit_predict)


def _probability_cases(rng: np.random.Generator) -> Iterator[Case]:
    for m, k, sharpness in ((60, 3, 2.0), (80, 4, 1.0), (50, 2, 0.5)):
        true = np.arange(m) % k
        scores = np.exp(sharpness * (2 * np.eye(k)[true] + rng.standard_normal((m, k))))
        given = wrong_labels.random_wrong_labels(true, 0.2, k, rng)
        probabilities = scores / scores.sum(axis=1, keepdims=True)
        yield case(probabilities, given, label=f"{m} examples of {k} classes")
    given = wrong_labels.systematic_wrong_labels(true, 0.6, {1: 0}, rng)
    yield case(probabilities, given, label="most labels of one class wrong")
    both = np.array([[0.4, 0.6], [0.45, 0.55], [0.6, 0.4], [0.3, 0.7]])
    yield case(both, np.array([0, 0, 1, 1]), label="an example that reaches two thresholds")
    exact = np.array([[0.75, 0.25], [0.75, 0.25], [0.25, 0.75], [0.5, 0.5], [0.25, 0.75], [0.75, 0.25]])
    yield case(exact, np.array([0, 0, 1, 1, 1, 1]), label="probabilities that equal their threshold")


def _joint_with(thresholds):
    def wrong(probabilities, labels):
        reached = probabilities >= thresholds(probabilities, labels)
        confident = np.where(reached, probabilities, -1).argmax(axis=1)
        joint, counted = np.zeros((probabilities.shape[1],) * 2, int), reached.any(axis=1)
        np.add.at(joint, (labels[counted], confident[counted]), 1)
        return joint

    return wrong


def _first_reached(probabilities, labels):
    reached = probabilities >= wrong_labels.class_thresholds(probabilities, labels)
    joint = np.zeros((probabilities.shape[1],) * 2, int)
    np.add.at(joint, (labels[reached.any(axis=1)], reached.argmax(axis=1)[reached.any(axis=1)]), 1)
    return joint


@lesson.exercise(
    _probability_cases,
    Mistake("leave out the examples that reach no threshold", _joint_with(lambda p, labels: np.zeros(p.shape[1]))),
    Mistake("the threshold of j is a mean over the examples labelled j", _joint_with(lambda p, labels: p.mean(axis=0))),
    Mistake(
        "rows are the labels given, columns the confident classes", lambda p, y: wrong_labels.confident_joint(p, y).T
    ),
    Mistake("of several classes that reach their thresholds, the most probable counts", _first_reached),
)
def confident_joint(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Counts (k, k) of examples labelled i that are confidently j: p_j ≥ mean of p_j over the examples labelled j."""
    return wrong_labels.confident_joint(probabilities, labels)


def _lowest(number):
    def wrong(probabilities, labels):
        order = np.argsort(wrong_labels.self_confidence(probabilities, labels), kind="stable")
        return order[: number(wrong_labels.confident_joint(probabilities, labels), np.bincount(labels))]

    return wrong


def _most_confident_first(probabilities, labels):
    return wrong_labels.likely_wrong_labels(probabilities, labels)[::-1]


@lesson.exercise(
    _probability_cases,
    Mistake(
        "scale each row up to the number of its labels: the joint leaves the unsure examples out",
        _lowest(lambda joint, labelled: joint.sum() - np.trace(joint)),
    ),
    Mistake(
        "count what lies off the diagonal", _lowest(lambda joint, n: round(np.sum(np.diag(joint) / joint.sum(1) * n)))
    ),
    Mistake(
        "s_i is a share of row i: divide by the sum along axis 1",
        _lowest(lambda joint, n: round(np.sum((1 - np.diag(joint) / joint.sum(axis=0)) * n))),
    ),
    Mistake("the lowest self-confidence comes first", _most_confident_first),
)
def likely_wrong_labels(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Indices of the n labels of lowest self-confidence, the lowest first; n by the scaled confident joint."""
    return wrong_labels.likely_wrong_labels(probabilities, labels)


for reference, verdict in VERDICTS.items():
    lesson.decision(reference, verdict)
