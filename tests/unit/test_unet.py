"""U-Net: the taught shapes, training that teaches, stored weights as good as their cards, and what is measured."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import f1_score, jaccard_score

from helpers.datasets.scenes import MASK_CLASSES, street_scenes
from helpers.strategy import segmentation
from helpers.strategy.metrics import confusion_matrix

keras = pytest.importorskip("keras")

from helpers.models import recipes, unet, unet_training, weights  # noqa: E402

PAIR = {
    "unet_scenes": unet_training.SCENES,
    "unet_scenes_without_skips": unet_training.SCENES_WITHOUT_SKIPS,
}


def test_the_defaults_build_the_taught_network():
    model = unet.unet()
    assert model.output_shape == (None, 96, 128, 23)
    assert model.count_params() == 8_640_471
    names = [type(layer).__name__ for layer in model.layers]
    counted = {
        name: names.count(name) for name in ("Conv2D", "Conv2DTranspose", "Concatenate", "MaxPooling2D", "Dropout")
    }
    assert list(counted.values()) == [20, 4, 4, 4, 2]
    assert [layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"] == [0.3, 0.3]


@pytest.mark.parametrize(("depth", "joined"), [(1, True), (3, True), (2, False)])
def test_every_level_is_joined_unless_skips_are_left_out(depth, joined):
    model = unet.unet((16, 24, 1), 5, width=2, depth=depth, skips=joined)
    assert model.output_shape == (None, 16, 24, 5)
    assert sum(type(layer).__name__ == "Concatenate" for layer in model.layers) == depth * joined


def test_without_skips_a_pixel_of_the_input_is_seen_through_the_bottom_only():
    """Where the deepest block answers nothing, only skips let the input through."""
    for skips in (True, False):
        model = unet.unet((16, 16, 3), 2, width=2, depth=2, skips=skips)
        bottom = next(layer for layer in model.layers if type(layer).__name__ == "Conv2DTranspose")
        bottom.set_weights([np.zeros_like(w) for w in bottom.get_weights()])
        pictures = np.random.RandomState(0).uniform(-1, 1, (2, 16, 16, 3))
        first, second = np.asarray(model(pictures))
        assert np.allclose(first, second) == (not skips)


@pytest.mark.parametrize("bad", [{"input_shape": (40, 64, 3)}, {"input_shape": (48, 64)}, {"classes": 0}, {"depth": 0}])
def test_a_network_that_cannot_be_built_is_refused(bad):
    with pytest.raises(ValueError, match=r"multiples of 16 for depth 4|each must be at least 1"):
        unet.unet(**{"input_shape": (48, 64, 3), "classes": 3} | bad)


def test_mirrored_pictures_and_masks_stay_together():
    images = np.arange(4 * 2 * 6, dtype=np.uint8).reshape(4, 2, 6, 1).repeat(3, axis=3)
    for inputs, masks in (next(unet.batches(images, images[..., 0], size=4, seed=s)) for s in range(3)):
        np.testing.assert_allclose((inputs[..., 0] + 1) * 127.5, masks, atol=1e-4)


def test_a_small_network_learns_a_few_scenes():
    keras.utils.set_random_seed(0)
    scenes = street_scenes(4, size=(32, 48), seed=5)
    model = unet.unet((32, 48, 3), len(MASK_CLASSES), width=8, depth=2, dropout=0)
    losses = unet.train(model, scenes.images, scenes.masks, epochs=50, batch_size=2, learning_rate=5e-3)
    assert losses[-1] < losses[0] / 2
    assert (unet.predict_masks(model, scenes.images) == scenes.masks).mean() > 0.7


def test_masks_that_do_not_fit_are_refused():
    model = unet.unet((16, 16, 3), 2, width=2, depth=1)
    images = np.zeros((2, 16, 16, 3), np.uint8)
    with pytest.raises(ValueError, match=r"shape \(2, 8, 8\), expected \(2, 16, 16\)"):
        unet.train(model, images, np.zeros((2, 8, 8), np.uint8), epochs=1)
    with pytest.raises(ValueError, match="hold class 2, but the network has 2 classes"):
        unet.train(model, images, np.full((2, 16, 16), 2, np.uint8), epochs=1)


@pytest.mark.parametrize("name", PAIR)
def test_the_stored_network_marks_unseen_scenes_as_well_as_its_card_says(name):
    card = weights.card(name)
    model = weights.load(PAIR[name].network((96, 128, 3), len(MASK_CLASSES)), name)
    unseen = street_scenes(40, seed=200)
    reached = unet_training.judge(model, unseen.images, unseen.masks, MASK_CLASSES)
    assert reached["mean IoU"] == pytest.approx(card["accuracy"]["mean IoU"], abs=0.05)
    assert card["bytes"] < 2_000_000


def test_skips_are_worth_more_than_the_filters_that_replace_them():
    having, lacking = (weights.card(name) for name in PAIR)
    assert having["accuracy"]["mean IoU"] >= 0.75
    assert lacking["parameters"] > having["parameters"]
    assert lacking["accuracy"]["mean IoU"] < having["accuracy"]["mean IoU"] - 0.03
    compared = {key: np.mean(rows, axis=1) for key, rows in lacking["comparison"].items()}
    assert (compared["with skips"] > compared["without skips"]).all()
    assert len(compared["with skips"]) >= 3


def test_the_first_steps_of_the_recipe_are_the_same_again():
    training = replace(unet_training.SCENES, epochs=1)
    scenes = street_scenes(4, unet_training.TRAINING_SEED)
    first, second = (
        unet_training.train_segmenter(training, scenes.images, scenes.masks, len(MASK_CLASSES))[1] for _ in "ab"
    )
    assert first == second
    assert 1.5 < first[0] < 3


def test_the_recipe_of_stored_weights_is_the_one_that_stands_here():
    for name, training in PAIR.items():
        assert weights.card(name)["recipe"] == training.__dict__
        assert weights.card(name)["losses"][-1] < weights.card(name)["losses"][0] / 5
        with pytest.raises(ValueError, match=f"{name} makes its own scenes"):
            recipes.run(name, data="somewhere")


RNG = np.random.default_rng(0)
TRUTH, FOUND = RNG.integers(0, 4, 500), RNG.integers(0, 4, 500)


def test_iou_and_dice_are_those_of_scikit_learn():
    confusion = confusion_matrix(TRUTH, FOUND, 4)
    np.testing.assert_allclose(segmentation.class_iou(confusion), jaccard_score(TRUTH, FOUND, average=None))
    np.testing.assert_allclose(segmentation.class_dice(confusion), f1_score(TRUTH, FOUND, average=None))
    assert segmentation.mean_iou(confusion) == pytest.approx(jaccard_score(TRUTH, FOUND, average="macro"))
    assert segmentation.pixel_accuracy(confusion) == pytest.approx((TRUTH == FOUND).mean())


def test_a_class_that_is_nowhere_does_not_count():
    confusion = confusion_matrix(TRUTH, FOUND, 6)
    assert np.isnan(segmentation.class_iou(confusion)[4:]).all()
    assert np.isnan(segmentation.class_dice(confusion)[4:]).all()
    assert segmentation.mean_iou(confusion) == segmentation.mean_iou(confusion_matrix(TRUTH, FOUND, 4))


def test_classes_as_bytes_do_not_overflow_in_the_confusion_matrix():
    labels = np.array([22, 3, 22], np.uint8)
    assert confusion_matrix(labels, labels, 23)[22, 22] == 2


@pytest.mark.parametrize("bad", [np.ones((2, 3)), np.zeros((2, 2)), np.array([[1, -1], [0, 2]]), np.array([[np.nan]])])
def test_what_is_no_confusion_matrix_is_refused(bad):
    with pytest.raises(ValueError, match="class_iou: confusion"):
        segmentation.class_iou(bad)


def test_pixels_near_a_boundary_are_those_of_a_slow_reference():
    masks = RNG.integers(0, 2, (2, 7, 9)) * RNG.integers(0, 2, (2, 7, 9)) * 3
    for radius in (0, 1, 2, 20):
        expected = np.zeros(masks.shape, bool)
        for n, i, j in np.ndindex(masks.shape):
            square = masks[n, max(i - radius, 0) : i + radius + 1, max(j - radius, 0) : j + radius + 1]
            expected[n, i, j] = (square != masks[n, i, j]).any()
        np.testing.assert_array_equal(segmentation.near_boundary(masks, radius), expected)
    with pytest.raises(ValueError, match="radius >= 0"):
        segmentation.near_boundary(masks, -1)
