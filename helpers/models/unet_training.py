"""How the stored segmentation networks were trained on street scenes, and the same for the learner's own folder."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np

from helpers.datasets.scenes import MASK_CLASSES, street_scenes
from helpers.models import unet
from helpers.models.training import in_float32, without_optimizer
from helpers.reproducibility import seed_everything
from helpers.strategy import segmentation
from helpers.strategy.metrics import confusion_matrix


@dataclass(frozen=True)
class Training:
    """Everything that decides the weights but the pictures.

    Attributes
    ----------
    width, depth : int
        Of `unet.unet`.
    skips : bool
    dropout : float
    epochs, batch_size : int
    learning_rate : float
    seed : int
    """

    width: int = 8
    depth: int = 3
    skips: bool = True
    dropout: float = 0.0
    epochs: int = 24
    batch_size: int = 4
    learning_rate: float = 3e-3
    seed: int = 1

    def network(self, input_shape: tuple[int, int, int], classes: int) -> keras.Model:
        """The network with its first weights."""
        return unet.unet(input_shape, classes, self.width, self.depth, skips=self.skips, dropout=self.dropout)


SCENES = Training()
SCENES_WITHOUT_SKIPS = replace(SCENES, skips=False, width=9)  # a little wider: it has more weights, not fewer
TRAINING_SCENES, TRAINING_SEED = 1000, 100
TEST_SCENES, TEST_SEED = 200, 200
COMPARED_SCENES, COMPARED_UNSEEN, COMPARED_SIZE, COMPARED_EPOCHS = 300, 100, (48, 64), 12


def train_segmenter(
    training: Training, images: np.ndarray, masks: np.ndarray, classes: int, verbose: int = 0
) -> tuple[keras.Model, list[float]]:
    """Network and mean loss of each epoch, in float32 and from the recipe's own seed on.

    Parameters
    ----------
    training : Training
    images : ndarray of uint8, shape (m, height, width, 3)
    masks : ndarray of integers, shape (m, height, width)
    classes : int
    verbose : int
        What `fit` prints: 0 nothing, 2 a line an epoch.
    """
    with in_float32():
        seed_everything(training.seed)
        model = training.network(images.shape[1:], classes)
        losses = unet.train(
            model,
            images,
            masks,
            epochs=training.epochs,
            learning_rate=training.learning_rate,
            batch_size=training.batch_size,
            seed=training.seed,
            verbose=verbose,
        )
        return without_optimizer(model), losses


def judge(model: keras.Model, images: np.ndarray, masks: np.ndarray, names: Sequence[str]) -> dict[str, object]:
    """Mean IoU, share of right pixels, and IoU of each class on pictures; None for a class that is nowhere."""
    found = unet.predict_masks(model, images)
    confusion = confusion_matrix(masks.ravel(), found.ravel(), len(names))
    each = segmentation.class_iou(confusion)
    return {
        "mean IoU": round(segmentation.mean_iou(confusion), 4),
        "pixel accuracy": round(segmentation.pixel_accuracy(confusion), 4),
        "IoU": {name: None if np.isnan(v) else round(float(v), 4) for name, v in zip(names, each, strict=True)},
    }


def compare_skips(seeds: Sequence[int] = (1, 2, 3, 4, 5)) -> dict[str, list[list[float]]]:
    """IoU of each class on unseen scenes, a row a seed, after short trainings with and without skip connections.

    At half the size of the stored networks, on 300 scenes for 12 epochs; the same seed draws the same batches for both.
    """
    scenes = street_scenes(COMPARED_SCENES, TRAINING_SEED, size=COMPARED_SIZE)
    unseen = street_scenes(COMPARED_UNSEEN, TEST_SEED, size=COMPARED_SIZE)
    rows = {"with skips": [], "without skips": []}
    for seed in seeds:
        for name, training in zip(rows, (SCENES, SCENES_WITHOUT_SKIPS), strict=True):
            short = replace(training, seed=seed, epochs=COMPARED_EPOCHS)
            model, _ = train_segmenter(short, scenes.images, scenes.masks, len(MASK_CLASSES))
            rows[name].append(list(judge(model, unseen.images, unseen.masks, MASK_CLASSES)["IoU"].values()))
    return rows


def train_unet_scenes(data: Path | None = None, epochs: int | None = None) -> tuple[keras.Model, dict[str, object]]:
    """The network of weights `unet_scenes` and the facts of its card; it makes its own scenes, so `data` stays None."""
    return _trained_on_scenes("unet_scenes", SCENES, data, epochs)


def train_unet_scenes_without_skips(
    data: Path | None = None, epochs: int | None = None
) -> tuple[keras.Model, dict[str, object]]:
    """The same for `unet_scenes_without_skips`, with a few more filters instead; and the comparison of both."""
    model, facts = _trained_on_scenes("unet_scenes_without_skips", SCENES_WITHOUT_SKIPS, data, epochs)
    return model, facts | {"comparison": compare_skips()}


def _trained_on_scenes(
    name: str, training: Training, data: Path | None, epochs: int | None
) -> tuple[keras.Model, dict[str, object]]:
    if data is not None:
        raise ValueError(f"{name} makes its own scenes, but data is {data}: leave it out")
    training = replace(training, epochs=epochs or training.epochs)
    scenes, unseen = street_scenes(TRAINING_SCENES, TRAINING_SEED), street_scenes(TEST_SCENES, TEST_SEED)
    model, losses = train_segmenter(training, scenes.images, scenes.masks, len(MASK_CLASSES), verbose=2)
    return model, {
        "network": f"{model.name}, inputs {model.input_shape[1:]} in [-1, 1], logits {model.output_shape[1:]}",
        "data": f"{TRAINING_SCENES} scenes of helpers/datasets/scenes.py, seed {TRAINING_SEED}; test: seed {TEST_SEED}",
        "licence": "MIT, like the workbook",
        "recipe": asdict(training),
        "losses": [round(loss, 4) for loss in losses],
        "accuracy": judge(model, unseen.images, unseen.masks, MASK_CLASSES),
    }
