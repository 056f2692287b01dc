"""Stored weights: loaded only where they are what their card says; recipes that can be run by name."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

keras = pytest.importorskip("keras")

from helpers import paths  # noqa: E402
from helpers.models import recipes, weights  # noqa: E402
from helpers.models.recipes import Recipe  # noqa: E402
from helpers.workbook.cli import main  # noqa: E402

LARGEST = 8_000_000


def network(units=3):
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])


def test_weights_come_back_with_their_card(tmp_path):
    saved = network()
    weights.save(saved, "small", {"data": "none"}, tmp_path)
    loaded = weights.load(network(), "small", tmp_path)
    for a, b in zip(saved.get_weights(), loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    card = weights.card("small", tmp_path)
    assert (card["parameters"], card["data"], card["file"]) == (15, "none", "small.weights.h5")


def test_weights_of_float32_go_into_a_network_of_float64(tmp_path):
    saved = network()
    weights.save(saved, "small", {}, tmp_path)
    exact = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, dtype="float64")])
    weights.load(exact, "small", tmp_path)
    assert exact.get_weights()[0].dtype == np.float64
    np.testing.assert_array_equal(exact.get_weights()[0], saved.get_weights()[0])


def changed(tmp_path):
    path = tmp_path / "small.weights.h5"
    path.write_bytes(path.read_bytes()[:-1] + b"x")


def missing(tmp_path):
    (tmp_path / "small.weights.h5").unlink()


def no_card(tmp_path):
    (tmp_path / "small.json").write_text("version https://git-lfs.github.com/spec/v1")


@pytest.mark.parametrize(
    ("damage", "message"),
    [(changed, "is not the file of its card"), (missing, "is absent"), (no_card, "is no card of stored weights")],
)
def test_what_is_not_as_the_card_says_is_refused(tmp_path, damage, message):
    weights.save(network(), "small", {}, tmp_path)
    damage(tmp_path)
    with pytest.raises(weights.WeightsError, match=message):
        weights.load(network(), "small", tmp_path)


def test_an_unknown_name_and_a_network_of_another_shape_are_refused(tmp_path):
    weights.save(network(), "small", {}, tmp_path)
    with pytest.raises(weights.WeightsError, match=r"no weights are named 'big'.*there are: small"):
        weights.load(network(), "big", tmp_path)
    with pytest.raises(weights.WeightsError, match="small does not fit the network"):
        weights.load(network(units=4), "small", tmp_path)


STORED = sorted(path.stem for path in paths.WEIGHTS.glob("*.json"))


@pytest.mark.parametrize("name", STORED)
def test_stored_weights_are_small_and_described(name):
    card = weights.card(name)
    assert weights.sha256(paths.WEIGHTS / card["file"]) == card["sha256"]
    assert card["bytes"] == (paths.WEIGHTS / card["file"]).stat().st_size < LARGEST
    assert {"data", "licence", "recipe"} <= card.keys()


def test_all_stored_weights_have_a_recipe():
    assert STORED
    assert set(STORED) <= set(recipes.RECIPES)


def test_a_recipe_is_run_by_name_from_the_command_line(tmp_path, monkeypatch):
    def train(data, epochs):
        return network(), {"accuracy": epochs, "data": str(data)}

    monkeypatch.setitem(recipes.RECIPES, "toy", Recipe("toy", "a toy", train))
    done = CliRunner().invoke(main, ["data", "train", "toy", "--epochs", "3", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "toy.json").read_text())["accuracy"] == 3
    weights.load(network(), "toy", tmp_path)


def test_an_unknown_recipe_is_refused_with_the_nearest_names():
    done = CliRunner().invoke(main, ["data", "train", "mobilnet_cifar10"])
    assert done.exit_code == 1
    assert "did you mean mobilenet_cifar10" in done.output
