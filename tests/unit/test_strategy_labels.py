"""Planted wrong labels and the finder of wrong labels, against scikit-learn and the definitions."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, precision_score, recall_score
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from helpers.strategy import labels as finder

SIX = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7], [0.65, 0.35]])
GIVEN = np.array([0, 0, 0, 1, 1, 1])


def fit_predict(X, y, held_out):
    return LogisticRegression(max_iter=200).fit(X, y).predict_proba(held_out)


def rng(seed=0):
    return np.random.default_rng(seed)


def test_random_wrong_labels_have_the_stated_rate_and_reach_every_other_class():
    labels = np.repeat(np.arange(5), 400)
    wrong = finder.random_wrong_labels(labels, 0.3, 5, rng())
    assert np.mean(wrong != labels) == 0.3
    counts = confusion_matrix(labels, wrong)
    assert counts[~np.eye(5, dtype=bool)].min() > 10
    assert labels.tolist() == np.repeat(np.arange(5), 400).tolist()


def test_systematic_wrong_labels_change_only_the_named_classes_in_the_named_way():
    labels = np.repeat(np.arange(4), 100)
    wrong = finder.systematic_wrong_labels(labels, 0.4, {1: 2, 2: 1}, rng())
    assert confusion_matrix(labels, wrong).tolist() == [[100, 0, 0, 0], [0, 60, 40, 0], [0, 40, 60, 0], [0, 0, 0, 100]]


def test_folds_are_nearly_equal_and_shuffled():
    fold = finder.fold_numbers(11, 3, rng())
    assert sorted(np.bincount(fold)) == [3, 4, 4]
    assert fold.tolist() != (np.arange(11) % 3).tolist()


def test_out_of_fold_probabilities_equal_scikit_learns():
    X, y = (array[:300] for array in load_digits(return_X_y=True))
    X = X / 16
    fold = finder.fold_numbers(300, 3, rng())
    expected = cross_val_predict(
        LogisticRegression(max_iter=200), X, y, cv=PredefinedSplit(fold), method="predict_proba"
    )
    np.testing.assert_allclose(finder.out_of_fold_probabilities(X, y, fold, fit_predict), expected)


def test_no_example_is_judged_by_a_model_that_saw_it():
    X, fold = np.arange(20.0), finder.fold_numbers(20, 4, rng())

    def remembers(seen, labels, held_out):
        assert not set(seen) & set(held_out)
        return np.column_stack([held_out, -held_out])

    probabilities = finder.out_of_fold_probabilities(X, np.zeros(20, dtype=int), fold, remembers)
    np.testing.assert_array_equal(probabilities[:, 0], X)


def test_thresholds_and_the_confident_joint_follow_the_definition():
    np.testing.assert_allclose(finder.self_confidence(SIX, GIVEN), [0.9, 0.8, 0.1, 0.8, 0.7, 0.35])
    np.testing.assert_allclose(finder.class_thresholds(SIX, GIVEN), [0.6, 1.85 / 3])
    assert finder.confident_joint(SIX, GIVEN).tolist() == [[2, 1], [1, 2]]


def test_the_confident_joint_takes_the_most_probable_class_and_leaves_the_unsure_out():
    probabilities = np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.45, 0.55, 0.0], [0.0, 0.1, 0.9], [0.3, 0.3, 0.4]])
    joint = finder.confident_joint(probabilities, np.array([0, 1, 0, 2, 2]))
    assert joint.tolist() == [[1, 1, 0], [1, 0, 0], [0, 0, 1]]


def test_the_estimate_scales_each_row_to_the_number_of_its_labels():
    sure = np.array([[0.95, 0.05], [0.97, 0.03], [0.02, 0.98], [0.8, 0.2], [0.03, 0.97], [0.04, 0.96]])
    labels = np.array([0, 0, 0, 0, 1, 1])
    joint = finder.confident_joint(sure, labels)
    expected = sum(4 * joint[0, 1:] / joint[0].sum()) + sum(2 * joint[1, :1] / joint[1].sum())
    assert finder.estimated_wrong_labels(sure, labels) == round(expected)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ten_percent_planted_wrong_labels_are_found(seed):
    X, true = load_digits(return_X_y=True)
    X = X / 16
    labels = finder.random_wrong_labels(true, 0.1, 10, rng(seed))
    fold = finder.fold_numbers(len(X), 5, rng(seed))
    found = finder.likely_wrong_labels(finder.out_of_fold_probabilities(X, labels, fold, soft), labels)
    flagged = np.isin(np.arange(len(X)), found)
    assert precision_score(labels != true, flagged) > 0.8
    assert recall_score(labels != true, flagged) > 0.8


def soft(X, y, held_out):
    return LogisticRegression(C=0.1, max_iter=200).fit(X, y).predict_proba(held_out)


def test_the_most_doubtful_label_comes_first():
    assert finder.likely_wrong_labels(SIX, GIVEN).tolist() == [2, 5]


REFUSED = {
    "rate is 1.5 but must lie from 0 to 1": lambda: finder.random_wrong_labels(GIVEN, 1.5, 2, rng()),
    "labels span 0 to 1 but must lie from 0 to 0": lambda: finder.random_wrong_labels(GIVEN, 0.1, 1, rng()),
    "labels are float64 of shape (2,) but must be ints (m,)": lambda: finder.systematic_wrong_labels(
        np.ones(2), 0.1, {}, rng()
    ),
    "folds is 1 but must lie from 2 to the number of examples, 5": lambda: finder.fold_numbers(5, 1, rng()),
    "X, labels, fold hold 6, 5, 6 rows": lambda: finder.out_of_fold_probabilities(SIX, GIVEN[:5], GIVEN, soft),
    "fold holds 1 fold but two or more": lambda: finder.out_of_fold_probabilities(SIX, GIVEN, 0 * GIVEN, soft),
    "each row of probabilities must be 0 or above and add up to 1": lambda: finder.self_confidence(2 * SIX, GIVEN),
    "probabilities (6, 2) must be (m, classes), and labels (3,) (m,)": lambda: finder.self_confidence(SIX, GIVEN[:3]),
    "no example is labelled 1; each class needs one": lambda: finder.class_thresholds(SIX, 0 * GIVEN),
}


@pytest.mark.parametrize("message", REFUSED)
def test_bad_input_is_refused_with_a_message_that_names_it(message):
    with pytest.raises(ValueError) as refused:
        REFUSED[message]()
    assert message in str(refused.value)
