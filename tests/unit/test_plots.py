"""helpers.plots: what a figure holds, and refused input."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers import plots


@pytest.fixture(autouse=True)
def own_style():
    with plt.rc_context():
        yield
    plt.close("all")


def test_importing_the_module_changes_no_setting_and_the_style_is_asked_for():
    before = plt.rcParams["axes.spines.top"]
    plots.use_style()
    assert before
    assert not plt.rcParams["axes.spines.top"]


def test_an_image_grid_shows_every_image_once_with_its_title():
    images = np.arange(5 * 4).reshape(5, 2, 2) / 20
    figure = plots.image_grid(images, [f"number {i}" for i in range(5)], columns=3, caption="five")
    shown = [ax for ax in figure.axes if ax.images]
    assert [ax.get_title() for ax in shown] == [f"number {i}" for i in range(5)]
    np.testing.assert_array_equal([ax.images[0].get_array() for ax in shown], images)
    assert len(figure.axes) == 6


def test_curves_are_labelled_and_only_several_get_a_legend():
    one = plots.curves({"cost": [3, 2, 1]}, xlabel="step", ylabel="J", title="one")
    two = plots.curves({"a": [1, 2], "b": [2, 1]}, [10, 20], xlabel="step", ylabel="J", title="two", log_y=True)
    assert one.get_legend() is None
    assert [text.get_text() for text in two.get_legend().get_texts()] == ["a", "b"]
    np.testing.assert_array_equal(two.lines[1].get_xydata(), [[10, 2], [20, 1]])
    assert (two.get_yscale(), one.get_xlabel()) == ("log", "step")


def test_a_decision_boundary_colours_each_region_by_the_answer_there():
    X, y = np.array([[-1.0, 1.0, -1.0, 1.0], [-1.0, -1.0, 1.0, 1.0]]), np.array([[0, 1, 0, 1]])
    ax = plots.decision_boundary(lambda points: (points[0] > 0).reshape(1, -1), X, y, "halves", resolution=20)
    regions = ax.collections[0].get_array().reshape(20, 20)
    assert not regions[:, :10].any()
    assert regions[:, 10:].all()
    np.testing.assert_array_equal(ax.collections[2].get_offsets(), X[:, [1, 3]].T)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: plots.image_grid([]), "there is no image"),
        (lambda: plots.image_grid(np.zeros((2, 3, 3)), ["one"]), "1 titles for 2 images"),
        (lambda: plots.points(np.zeros((4, 2)), np.zeros(4), "t"), "X has shape (4, 2) but must be (2, m)"),
        (lambda: plots.decision_boundary(len, np.zeros(3), [0], "t"), "X has shape (3,) but must be (2, m)"),
    ],
)
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError) as refused:
        make()
    assert message in str(refused.value)
