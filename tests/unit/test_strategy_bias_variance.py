"""The table of errors and gaps: names, intervals against SciPy and by coverage, and when it advises to act."""

import numpy as np
import pytest
from scipy import stats

from helpers.strategy.bias_variance import REMEDIES, Gap, bias_variance_table, error_interval, resampled_errors


def wrong(share, m):
    """m answers of which a share is wrong."""
    return np.arange(m) < round(share * m)


def test_each_step_gets_its_name_and_size():
    table = bias_variance_table(
        0.01, wrong(0.03, 1000), wrong(0.12, 1000), training_dev=wrong(0.05, 1000), test=wrong(0.13, 1000)
    )
    assert [level.name for level in table.levels] == ["Bayes", "train", "training-dev", "dev", "test"]
    assert [level.error for level in table.levels] == [0.01, 0.03, 0.05, 0.12, 0.13]
    assert [gap.gap for gap in table.gaps] == list(Gap)
    assert np.allclose([gap.size for gap in table.gaps], [0.02, 0.02, 0.07, 0.01])
    assert table.largest.gap is Gap.DATA_MISMATCH and table.what_to_try == REMEDIES[Gap.DATA_MISMATCH]


def test_without_a_training_dev_set_the_step_to_dev_is_variance():
    table = bias_variance_table(wrong(0.01, 500), wrong(0.02, 4000), wrong(0.11, 4000))
    assert [gap.gap for gap in table.gaps] == [Gap.AVOIDABLE_BIAS, Gap.VARIANCE]
    assert table.levels[0].name == "human" and table.levels[0].size == 500
    assert table.largest.gap is Gap.VARIANCE and "more training data" in table.what_to_try


def test_the_textbook_cases_are_told_apart():
    """Training 8 %, dev 10 %: a bias problem where humans have 1 %, a variance problem where they have 7.5 %."""
    train, dev = wrong(0.08, 20_000), wrong(0.10, 20_000)
    assert bias_variance_table(0.01, train, dev).largest.gap is Gap.AVOIDABLE_BIAS
    assert bias_variance_table(0.075, train, dev).largest.gap is Gap.VARIANCE


def test_a_gap_within_noise_is_not_acted_on():
    few = bias_variance_table(0.05, wrong(0.06, 100), wrong(0.08, 100))
    assert few.largest is None and few.what_to_try == () and "more examples" in str(few)
    many = bias_variance_table(0.05, wrong(0.06, 20_000), wrong(0.08, 20_000))
    assert many.largest.gap is Gap.VARIANCE and all(gap.certain for gap in many.gaps)


def test_a_training_error_below_the_best_possible_is_no_gap_to_close():
    table = bias_variance_table(0.05, wrong(0.0, 2000), wrong(0.09, 2000))
    assert table.gaps[0].size == -0.05 and not table.gaps[0].certain
    assert table.largest.gap is Gap.VARIANCE


def test_two_equal_gaps_are_each_the_largest_about_half_the_time():
    table = bias_variance_table(0.10, wrong(0.15, 5000), wrong(0.20, 5000), seed=3)
    assert all(gap.certain and 0.2 < gap.largest_in < 0.8 for gap in table.gaps)
    assert sum(gap.largest_in for gap in table.gaps) == pytest.approx(1)


def test_the_interval_of_a_gap_is_that_of_scipys_bootstrap():
    train, dev = wrong(0.07, 800), wrong(0.11, 500)
    gap = bias_variance_table(0.05, train, dev, resamples=20_000).gaps[1]
    expected = stats.bootstrap(
        (train, dev), lambda a, b, axis: b.mean(axis=axis) - a.mean(axis=axis), method="percentile", rng=0
    ).confidence_interval
    assert np.allclose([gap.low, gap.high], expected, atol=0.003)
    assert gap.high - gap.low == pytest.approx(2 * 1.96 * np.sqrt(0.07 * 0.93 / 800 + 0.11 * 0.89 / 500), rel=0.05)


def test_the_interval_of_an_error_holds_the_truth_about_95_times_in_100():
    rng = np.random.default_rng(0)
    held = 0
    for seed in range(400):
        low, high = error_interval(rng.random(500) < 0.1, seed=seed, resamples=1000)
        held += low <= 0.1 <= high
    assert 0.92 <= held / 400 <= 0.98


def test_a_narrower_confidence_gives_a_narrower_interval():
    (low, high), (inner_low, inner_high) = (error_interval(wrong(0.2, 300), confidence) for confidence in (0.95, 0.5))
    assert low < inner_low < 0.2 < inner_high < high


def test_resampled_errors_have_the_spread_of_drawing_with_replacement():
    drawn = resampled_errors(wrong(0.3, 200), 50_000, np.random.default_rng(1))
    again = np.random.default_rng(2).choice(wrong(0.3, 200), (50_000, 200)).mean(axis=1)
    assert drawn.shape == (50_000,)
    assert drawn.mean() == pytest.approx(again.mean(), abs=0.001) and drawn.std() == pytest.approx(
        again.std(), rel=0.02
    )


def test_the_same_seed_gives_the_same_table_and_it_prints_every_row():
    arguments = (0.059, wrong(0.29, 1000), wrong(0.31, 1000))
    first, again = bias_variance_table(*arguments), bias_variance_table(*arguments)
    assert first == again != bias_variance_table(*arguments, seed=1)
    rows = str(first).splitlines()
    assert [row.split()[0] for row in rows] == ["Bayes", "train", "dev", "avoidable", "variance", "→"]
    assert str(bias_variance_table(*arguments, best_name="a doctor")).startswith("a doctor ")
    assert "29.00 %" in rows[1] and "(1000 examples)" in rows[1] and "within noise" in rows[4]
    assert "largest in 100 % of resamples" in rows[3] and "a bigger network" in rows[5]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"best": 1.2}, "best is 1.2 but must be an error between 0 and 1"),
        ({"best": "7 %"}, "best is '7 %'"),
        ({"train": []}, "train is float64 of shape \\(0,\\) but must say"),
        ({"dev": np.zeros(5)}, "dev is float64 of shape \\(5,\\)"),
        ({"test": np.zeros((2, 2), bool)}, "test is bool of shape \\(2, 2\\)"),
        ({"confidence": 95}, "confidence is 95"),
        ({"resamples": 10}, "resamples is 10"),
    ],
)
def test_bad_input_is_refused_by_name(change, message):
    arguments = {"best": 0.1, "train": wrong(0.1, 10), "dev": wrong(0.2, 10)} | change
    with pytest.raises(ValueError, match=message):
        bias_variance_table(**arguments)
