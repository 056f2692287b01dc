"""The small YOLO: targets and answers are each other's inverse, the loss counts what it should, training teaches."""

import numpy as np
import pytest

from helpers import boxes as bx
from helpers.boxes import Truth
from helpers.datasets.scenes import OBJECT_CLASSES, street_scenes

keras = pytest.importorskip("keras")

from helpers.models import weights, yolo  # noqa: E402
from helpers.models.yolo_training import judge, scene_truths  # noqa: E402

ANCHORS = np.array([[8.0, 16.0], [20.0, 18.0]])
TRUTH = Truth(np.array([[10.0, 4, 18, 20], [30, 10, 52, 28]]), np.array([2, 0]))


def raw(targets):
    """Answers of a network that is perfectly sure of the targets."""
    answers = np.full(targets.shape, -30.0)
    answers[..., :2] = np.log(np.clip(targets[..., :2], 1e-9, 1) / np.clip(1 - targets[..., :2], 1e-9, 1))
    answers[..., 2:4] = targets[..., 2:4]
    answers[..., 4:] = np.where(targets[..., 4:] == 1, 30, -30)
    return answers


def test_targets_decode_to_the_boxes_that_they_were_made_of():
    targets = yolo.grid_targets(TRUTH, ANCHORS, (4, 8), 3)
    boxes, confidence, probabilities = yolo.decode(raw(targets), ANCHORS)
    scores, found, classes = bx.filter_boxes(boxes, confidence, probabilities, 0.5)
    np.testing.assert_allclose(found, TRUTH.boxes, atol=1e-4)
    assert classes.tolist() == [2, 0]
    np.testing.assert_allclose(scores, 1)


def test_an_object_is_answered_for_by_the_cell_of_its_middle_and_its_nearest_anchor():
    targets = yolo.grid_targets(TRUTH, ANCHORS, (4, 8), 3)
    assert np.argwhere(targets[..., 4] == 1).tolist() == [[1, 1, 0], [2, 5, 1]]
    alike = yolo.grid_targets(TRUTH, np.array([[8.0, 16], [9, 16]]), (4, 8), 3)
    assert alike[1, 1, :, 4].tolist() == [1, yolo.IGNORED]
    assert not yolo.grid_targets(Truth([], []), ANCHORS, (4, 8), 3).any()


def loss(targets, answers):
    return keras.ops.convert_to_numpy(yolo.yolo_loss(targets[None], answers[None]))[0]


def test_the_loss_is_that_of_a_slow_reference():
    rng = np.random.default_rng(0)
    targets, answers = yolo.grid_targets(TRUTH, ANCHORS, (4, 8), 3), rng.standard_normal((4, 8, 2, 8))
    targets[0, 0, 1, 4] = yolo.IGNORED
    expected = 0.0
    for t, a in zip(targets.reshape(-1, 8), answers.reshape(-1, 8), strict=True):
        p = 1 / (1 + np.exp(-a))
        if t[4] == 1:
            expected += 5 * (((p[:2] - t[:2]) ** 2).sum() + ((a[2:4] - t[2:4]) ** 2).sum()) - np.log(p[4])
            expected -= a[5:][t[5:] == 1].item() - np.log(np.exp(a[5:]).sum())
        if t[4] == 0:
            expected -= p[4] ** 2 * np.log(1 - p[4])
    assert loss(targets, answers) == pytest.approx(expected, rel=1e-5)


def test_the_loss_is_least_for_the_right_answers():
    targets = yolo.grid_targets(TRUTH, ANCHORS, (4, 8), 3)
    assert loss(targets, raw(targets)) < 1e-6
    missed, invented = raw(targets), raw(targets)
    missed[1, 1, 0, 4], invented[0, 0, 0, 4] = -5, 5
    assert loss(targets, missed) > 4
    assert loss(targets, invented) > 4


def test_mirrored_pictures_and_boxes_stay_together():
    scenes = street_scenes(4, size=(48, 64))
    images, truths = yolo.mirrored(scenes.images, scene_truths(scenes))
    back_images, back = yolo.mirrored(images, truths)
    np.testing.assert_array_equal(back_images, scenes.images)
    for before, mirrored, after in zip(scenes.boxes, truths, back, strict=True):
        np.testing.assert_allclose(after.boxes, before)
        np.testing.assert_allclose(mirrored.boxes[:, 0], 64 - before[:, 2])


def test_a_small_network_learns_to_find_the_objects_of_a_few_scenes():
    keras.utils.set_random_seed(0)
    scenes = street_scenes(4, size=(48, 64), seed=5)
    truths = scene_truths(scenes)
    boxes = np.concatenate(scenes.boxes)
    anchors = bx.anchors_by_k_means(boxes[:, 2:] - boxes[:, :2], 3)
    model = yolo.yolo_network((48, 64, 3), 3, len(OBJECT_CLASSES), width=8, blocks=2)
    losses = yolo.train(model, scenes.images, truths, anchors, epochs=60, batch_size=4)
    assert losses[-1] < losses[0] / 4


@pytest.mark.parametrize("shape", [(50, 64, 3), (48, 60, 3), (48, 64)])
def test_a_shape_that_the_grid_does_not_fit_is_refused(shape):
    with pytest.raises(ValueError, match="multiples of 8"):
        yolo.yolo_network(shape, 3, 2)


def test_the_stored_detector_finds_unseen_scenes_as_well_as_its_card_says():
    card = weights.card("yolo_scenes")
    model = weights.load(yolo.yolo_network((96, 128, 3), len(card["anchors"]), len(OBJECT_CLASSES)), "yolo_scenes")
    unseen = street_scenes(60, seed=200)
    reached = judge(model, unseen.images, scene_truths(unseen), np.array(card["anchors"]), OBJECT_CLASSES)
    assert card["accuracy"]["mAP@0.5"] >= 0.75
    assert reached["mAP@0.5"] == pytest.approx(card["accuracy"]["mAP@0.5"], abs=0.06)
