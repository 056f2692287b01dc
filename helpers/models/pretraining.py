"""How the stored classifiers were trained on CIFAR-10: a deterministic recipe that makes the same weights again."""

import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers.datasets import DataError, Dataset, photograph
from helpers.datasets.downloads import by_keras
from helpers.datasets.image_folder import image_folder
from helpers.models.mobilenet import STRIDES_FOR_SMALL_IMAGES, mobilenet_v2
from helpers.models.training import in_float32, warmed_up_cosine
from helpers.models.vgg import small_vgg, without_batch_normalization
from helpers.reproducibility import seed_everything


@dataclass(frozen=True)
class Training:
    """Everything that decides the weights but the images: network, schedule, augmentation, seed.

    Attributes
    ----------
    build : callable
        Returns the network with random weights; its outputs are logits.
    finish : callable
        Trained network to the network that is stored.
    epochs, batch_size : int
    learning_rate : float
        Peak of the one-cycle schedule: a linear rise from a tenth of it over the first fifth of the steps, then half a
        cosine down to zero (after Smith 2018).
    weight_decay : float
        Decoupled, of kernels only; momentum is 0.9 after Nesterov.
    max_shift : int
        Pixels by which a training image is moved at most, down or up and right or left; half of them are mirrored.
    seed : int
    """

    build: Callable[[], keras.Model]
    finish: Callable[[keras.Model], keras.Model]
    epochs: int
    batch_size: int = 128
    learning_rate: float = 0.1
    weight_decay: float = 2e-3
    max_shift: int = 4
    seed: int = 1


def small_mobilenet(classes: int | None = 10) -> keras.Model:
    """MobileNetV2 of width 0.35 whose strides suit 32×32 pixels: the network of weights `mobilenet_cifar10`."""
    return mobilenet_v2((32, 32, 3), classes, alpha=0.35, strides=STRIDES_FOR_SMALL_IMAGES)


MOBILENET = Training(build=small_mobilenet, finish=lambda trained: trained, epochs=10)
VGG = Training(
    build=lambda: small_vgg(batch_normalization=True),
    finish=lambda trained: without_batch_normalization(trained, small_vgg()),
    epochs=6,
)


def train_mobilenet_cifar10(data: Path | None = None, epochs: int | None = None) -> tuple[keras.Model, dict]:
    """The network of weights `mobilenet_cifar10` and the facts of its card; see `train_on_cifar10`."""
    return train_on_cifar10(MOBILENET, data, epochs)


def train_vgg_cifar10(data: Path | None = None, epochs: int | None = None) -> tuple[keras.Model, dict]:
    """The network of weights `vgg_cifar10` and the facts of its card; see `train_on_cifar10`."""
    return train_on_cifar10(VGG, data, epochs)


def train_on_cifar10(
    training: Training, data: Path | None = None, epochs: int | None = None
) -> tuple[keras.Model, dict[str, object]]:
    """Network trained on CIFAR-10's 50,000 training images and judged on its 10,000 test images, with facts for a card.

    Parameters
    ----------
    training : Training
    data : Path or None
        What `cifar10` takes.
    epochs : int or None
        Instead of the recipe's own; the schedule stretches with them.

    Returns
    -------
    model : keras.Model
    facts : dict
    """
    images = cifar10(data)
    training = replace(training, epochs=epochs or training.epochs)
    model, losses = train(training, images.x_train, images.y_train, verbose=2)
    return model, facts(training, model, losses, images)


def facts(training: Training, model: keras.Model, losses: list[float], images: Dataset) -> dict[str, object]:
    """What the card says of a network trained on CIFAR-10."""
    return {
        "network": f"{model.name}, inputs {model.input_shape[1:]} in [-1, 1], {model.output_shape[-1]} logits",
        "data": images.note,
        "licence": "MIT, like the workbook; CIFAR-10 states none: collected for research by A. Krizhevsky, 2009",
        "recipe": {name: value for name, value in asdict(training).items() if not callable(value)},
        "losses": [round(loss, 4) for loss in losses],
        "accuracy": {
            "test images": round(accuracy(model, images.x_test, images.y_test), 4),
            "every tenth training image": round(accuracy(model, images.x_train[::10], images.y_train[::10]), 4),
        },
        "short_run": {
            "photographs": round(short_run(training, *photograph_crops()), 4),
            "CIFAR-10": round(short_run(training, *every_class(images)), 4),
        },
    }


def cifar10(data: Path | None = None) -> Dataset:
    """CIFAR-10: 50,000 training and 10,000 test photographs of ten classes, (32, 32, 3) uint8 (Krizhevsky 2009).

    Parameters
    ----------
    data : Path or None
        A folder that holds train/CLASS/*.jpg and test/CLASS/*.jpg, or a tar of it; None fetches the original pixels by
        `keras.datasets.cifar10`, which verifies their SHA-256.

    Raises
    ------
    DataError
        Where the path holds no such images, or there are none at hand and no network.
    """
    if data is None:
        with by_keras("CIFAR-10", 171):
            (x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
        names = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
        note = f"CIFAR-10, {len(x_train)} + {len(x_test)} images: the original pixels, by keras.datasets.cifar10"
        return Dataset("cifar10", "public", x_train, y_train.ravel(), x_test, y_test.ravel(), names, note)
    with tempfile.TemporaryDirectory() as unpacked:
        folder = Path(data).expanduser()
        if folder.is_file():
            if not tarfile.is_tarfile(folder):
                raise DataError(f"{folder} is neither a folder of images nor a tar of one")
            with tarfile.open(folder) as archive:
                archive.extractall(unpacked, filter="data")
            folder = Path(unpacked)
        read = image_folder(folder, size=(32, 32))
    note = f"CIFAR-10, {len(read.x_train)} + {len(read.x_test)} images, as decoded from the JPEG files of {data.name}"
    return replace(read, name="cifar10", note=note)


def train(
    training: Training, images: np.ndarray, labels: np.ndarray, verbose: int = 0, callbacks: tuple = ()
) -> tuple[keras.Model, list[float]]:
    """Network trained in float32 by a recipe, from the recipe's own seed on, and the mean loss of each epoch.

    Parameters
    ----------
    training : Training
    images : ndarray of uint8, shape (m, height, width, 3)
    labels : ndarray of int, shape (m,)
    verbose : int
        What `fit` prints: 0 nothing, 2 a line an epoch.
    callbacks : tuple of keras.callbacks.Callback

    Returns
    -------
    model : keras.Model
        Its outputs are logits.
    losses : list of float
        Cross-entropy in nats over the training images as augmented, one for each epoch.
    """
    with in_float32():
        seed_everything(training.seed)
        model = training.build()
        size = min(training.batch_size, len(images))
        steps = len(images) // size
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(_optimizer(training, steps * training.epochs), loss, metrics=["accuracy"])
        batches = augmented_batches(training, images, labels)
        options = {"verbose": verbose, "callbacks": list(callbacks), "shuffle": False}
        history = model.fit(batches, steps_per_epoch=steps, epochs=training.epochs, **options)
        return training.finish(model), history.history["loss"]


def short_run(training: Training, images: np.ndarray, labels: np.ndarray) -> float:
    """Mean loss of one epoch on few images: a fingerprint of the recipe that a test can afford.

    Batches are of 32 and the learning rate is a tenth, so that rounding does not grow into another course of training.
    """
    gentle = replace(training, epochs=1, batch_size=32, learning_rate=training.learning_rate / 10)
    return train(gentle, images, labels)[1][0]


def photograph_crops(count: int = 128) -> tuple[np.ndarray, np.ndarray]:
    """Crops (count, 32, 32, 3) uint8 of five photographs that are installed anyway, labelled by their photograph."""
    random = np.random.RandomState(0)
    photographs = [photograph(name) for name in ("astronaut", "chelsea", "china", "coffee", "flower")]
    labels = np.arange(count) % len(photographs)
    corners = [random.randint(0, (p.shape[0] - 32, p.shape[1] - 32)) for p in (photographs[i] for i in labels)]
    crops = [photographs[i][y : y + 32, x : x + 32] for i, (y, x) in zip(labels, corners, strict=True)]
    return np.stack(crops), labels


def every_class(images: Dataset, count: int = 128) -> tuple[np.ndarray, np.ndarray]:
    """Training images at even distances, `count` of them, so that images sorted by class give all classes."""
    step = len(images.x_train) // count
    return images.x_train[::step][:count], images.y_train[::step][:count]


def augmented_batches(
    training: Training, images: np.ndarray, labels: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Batches without end: each epoch in its own order, each image shifted and perhaps mirrored, pixels in [-1, 1]."""
    random = np.random.RandomState(training.seed)  # its stream is frozen by NumPy's policy
    size = min(training.batch_size, len(images))
    while True:
        order = random.permutation(len(images))
        for start in range(0, len(images) - size + 1, size):
            chosen = order[start : start + size]
            yield as_inputs(shifted_and_mirrored(images[chosen], random, training.max_shift)), labels[chosen]


def shifted_and_mirrored(images: np.ndarray, random: np.random.RandomState, max_shift: int) -> np.ndarray:
    """Images moved by up to `max_shift` whole pixels, their edges reflected, every second one mirrored at random."""
    height, width = images.shape[1:3]
    border = ((0, 0), (max_shift, max_shift), (max_shift, max_shift), (0, 0))
    windows = sliding_window_view(np.pad(images, border, mode="reflect"), (height, width), axis=(1, 2))
    down, right = random.randint(0, 2 * max_shift + 1, (2, len(images)))
    moved = np.moveaxis(windows[np.arange(len(images)), down, right], 1, -1)
    mirrored = random.randint(0, 2, len(images)).astype(bool)
    return np.where(mirrored[:, None, None, None], moved[:, :, ::-1], moved)


def as_inputs(images: np.ndarray) -> np.ndarray:
    """Pixels 0 to 255 as float32 in [-1, 1], as the stored networks expect them."""
    return images.astype(np.float32) / 127.5 - 1


def accuracy(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> float:
    """Fraction of images, uint8 (m, height, width, 3), whose largest logit is that of their label."""
    logits = model.predict(as_inputs(images), batch_size=250, verbose=0)
    return float(np.mean(logits.argmax(axis=1) == labels))


def _optimizer(training: Training, steps: int) -> keras.optimizers.Optimizer:
    """Nesterov momentum on the one-cycle schedule, kernels alone decayed."""
    schedule = warmed_up_cosine(training.learning_rate, steps, rise=steps // 5)
    optimizer = keras.optimizers.SGD(schedule, momentum=0.9, nesterov=True, weight_decay=training.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    return optimizer
