"""How the stored detector was trained on street scenes, and the same for a folder of the learner's own: one recipe."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np

from helpers.boxes import COCO_THRESHOLDS, Truth, anchors_by_k_means, average_precisions, mean_average_precision
from helpers.datasets.scenes import OBJECT_CLASSES, Scenes, street_scenes
from helpers.models import yolo
from helpers.models.training import in_float32, without_optimizer
from helpers.reproducibility import seed_everything


@dataclass(frozen=True)
class Training:
    """Everything that decides the weights but the pictures.

    Attributes
    ----------
    anchors, width, blocks : int
        Of `yolo_network`.
    epochs, batch_size : int
    learning_rate : float
    seed : int
    """

    anchors: int = 5
    width: int = 16
    blocks: int = 4
    epochs: int = 24
    batch_size: int = 8
    learning_rate: float = 2e-3
    seed: int = 1


SCENES = Training()
TRAINING_SCENES, TRAINING_SEED = 2000, 100
TEST_SCENES, TEST_SEED = 200, 200


def scene_truths(scenes: Scenes) -> list[Truth]:
    """Boxes and classes of street scenes."""
    return [Truth(boxes, classes) for boxes, classes in zip(scenes.boxes, scenes.box_classes, strict=True)]


def anchors_of(truths: Sequence[Truth], count: int) -> np.ndarray:
    """Anchors (count, 2), widths and heights in pixels, of all boxes; rounded to tenths for the card."""
    boxes = np.concatenate([truth.boxes for truth in truths])
    return anchors_by_k_means(boxes[:, 2:] - boxes[:, :2], count).round(1)


def train_detector(
    training: Training, images: np.ndarray, truths: Sequence[Truth], classes: int, verbose: int = 0
) -> tuple[keras.Model, np.ndarray, list[float]]:
    """Network, anchors and mean loss of each epoch, in float32 and from the recipe's own seed on.

    Parameters
    ----------
    training : Training
    images : ndarray of uint8, shape (m, height, width, 3)
    truths : sequence of Truth
    classes : int
    verbose : int
        What `fit` prints: 0 nothing, 2 a line an epoch.
    """
    with in_float32():
        seed_everything(training.seed)
        anchors = anchors_of(truths, training.anchors)
        model = yolo.yolo_network(images.shape[1:], len(anchors), classes, training.width, training.blocks)
        losses = yolo.train(
            model,
            images,
            truths,
            anchors,
            epochs=training.epochs,
            learning_rate=training.learning_rate,
            batch_size=training.batch_size,
            seed=training.seed,
            verbose=verbose,
        )
        return without_optimizer(model), anchors, losses


def judge(
    model: keras.Model, images: np.ndarray, truths: Sequence[Truth], anchors: np.ndarray, names: Sequence[str]
) -> dict[str, object]:
    """Mean average precision at 0.5 and at 0.5:0.95, and the average precision at 0.5 of each class, on pictures."""
    found = yolo.detect(model, images, anchors)
    classes = len(names)
    each = average_precisions(found, truths, classes)
    return {
        "mAP@0.5": round(mean_average_precision(found, truths, classes), 4),
        "mAP@0.5:0.95": round(mean_average_precision(found, truths, classes, COCO_THRESHOLDS), 4),
        "AP@0.5": {name: round(float(value), 4) for name, value in zip(names, each, strict=True)},
    }


def train_yolo_scenes(data: Path | None = None, epochs: int | None = None) -> tuple[keras.Model, dict[str, object]]:
    """The network of weights `yolo_scenes` and the facts of its card; it makes its own scenes, so `data` stays None."""
    if data is not None:
        raise ValueError(f"yolo_scenes makes its own scenes, but data is {data}: leave it out")
    training = replace(SCENES, epochs=epochs or SCENES.epochs)
    scenes, unseen = street_scenes(TRAINING_SCENES, TRAINING_SEED), street_scenes(TEST_SCENES, TEST_SEED)
    model, anchors, losses = train_detector(
        training, scenes.images, scene_truths(scenes), len(OBJECT_CLASSES), verbose=2
    )
    return model, {
        "network": f"{model.name}, inputs {model.input_shape[1:]} in [-1, 1], answers {model.output_shape[1:]}",
        "data": f"{TRAINING_SCENES} scenes of helpers/datasets/scenes.py, seed {TRAINING_SEED}; test: seed {TEST_SEED}",
        "licence": "MIT, like the workbook",
        "recipe": asdict(training),
        "anchors": anchors.tolist(),
        "losses": [round(loss, 4) for loss in losses],
        "accuracy": judge(model, unseen.images, scene_truths(unseen), anchors, OBJECT_CLASSES),
    }
