"""A small network that maps faces to points on a sphere, trained by triplets; and how the stored one was trained.

After Schroff, Kalenichenko and Philbin, *FaceNet*, 2015: squared distances between points, semi-hard negatives from
the batch itself.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from helpers.datasets.portraits import Portraits, portraits, varied, verification_pairs
from helpers.models.training import in_float32, without_optimizer
from helpers.reproducibility import seed_everything


@dataclass(frozen=True)
class Training:
    """Everything that decides the weights but the pictures.

    Attributes
    ----------
    width, dimensions : int
        Of `embedding_network`.
    people, shots : int
        A batch shows so many people, each so many times.
    steps : int
    learning_rate : float
        Adam's first; it falls to zero along half a cosine.
    alpha : float
        The margin.
    vary : bool
        Whether every picture is changed by `varied` each time: needed where the people are few.
    seed : int
    """

    width: int = 24
    dimensions: int = 64
    people: int = 24
    shots: int = 4
    steps: int = 2400
    learning_rate: float = 2e-3
    alpha: float = 0.2
    vary: bool = False
    seed: int = 1


PORTRAITS = Training()
TRAINING_PEOPLE, TRAINING_SHOTS, TRAINING_SEED = 800, 12, 100
TEST_PEOPLE, TEST_SHOTS, TEST_SEED = 100, 10, 200


def embedding_network(
    input_shape: tuple[int, int, int] = (32, 32, 3), width: int = 24, dimensions: int = 64
) -> keras.Model:
    """Four convolutions that halve the picture three times, a dense layer, and the vector scaled to length 1.

    Parameters
    ----------
    input_shape : (height, width, channels)
        Multiples of 8; pixels are expected in [-1, 1].
    width : int
        Channels of the first convolution; the last ones have four times as many.
    dimensions : int
        Length of the embedding.

    Raises
    ------
    ValueError
        Where height or width is no multiple of 8.
    """
    if len(input_shape) != 3 or input_shape[0] % 8 or input_shape[1] % 8:
        raise ValueError(f"input_shape is {input_shape}, expected (height, width, channels), multiples of 8")
    inputs = x = layers.Input(input_shape)
    for step, (channels, strides) in enumerate(((width, 2), (2 * width, 2), (4 * width, 2), (4 * width, 1))):
        x = layers.Conv2D(channels, 3, strides, padding="same", use_bias=False, name=f"convolution_{step}")(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"normalization_{step}")(x)
        x = layers.ReLU(name=f"relu_{step}")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(dimensions, name="embedding")(x)
    return keras.Model(inputs, layers.UnitNormalization(name="unit_length")(x), name="face_embedding")


def squared_distances(embeddings: keras.KerasTensor) -> keras.KerasTensor:
    """Squared distances (m, m) between embeddings (m, n) of length 1: 2 - 2 x_i·x_j, never below 0."""
    return ops.maximum(2 - 2 * ops.matmul(embeddings, ops.transpose(embeddings)), 0)


def semi_hard_triplet_loss(
    people: keras.KerasTensor, embeddings: keras.KerasTensor, alpha: float = 0.2
) -> keras.KerasTensor:
    """Mean triplet loss over all pairs (anchor, positive) of a batch, each with its semi-hard negative.

    The negative is the nearest one that is farther away than the positive; where there is none, the farthest.

    Parameters
    ----------
    people : tensor of int, shape (m,)
    embeddings : tensor, shape (m, n)
        Of length 1.
    alpha : float

    Returns
    -------
    tensor, a number
    """
    distances = squared_distances(embeddings)
    people = ops.reshape(people, (-1,))
    same = ops.equal(people[:, None], people[None, :])
    to_positive, to_negative = distances[:, :, None], distances[:, None, :]
    other = ops.logical_not(same)[:, None, :]
    semi_hard = ops.logical_and(other, to_negative > to_positive)
    nearest = ops.min(ops.where(semi_hard, to_negative, 9.0), axis=2)
    farthest = ops.max(ops.where(other, to_negative, -1.0), axis=2)
    negative = ops.where(nearest < 9, nearest, farthest)
    index = ops.arange(ops.shape(people)[0])
    pairs = ops.cast(ops.logical_and(same, index[:, None] != index), distances.dtype)
    return ops.sum(pairs * ops.relu(distances - negative + alpha)) / ops.maximum(ops.sum(pairs), 1)


def batches(
    faces: Portraits, people: int, shots: int, seed: int, vary: bool = False
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Batches without end, each of `people` random people with `shots` pictures of each: inputs and numbers.

    Parameters
    ----------
    faces : Portraits
    people, shots, seed : int
    vary : bool
        Whether each picture is changed by `varied`.

    Yields
    ------
    inputs : ndarray, shape (people × shots, height, width, 3), float32, in [-1, 1]
    numbers : ndarray of int, shape (people × shots,)

    Raises
    ------
    ValueError
        Where the set has fewer people, or fewer than two pictures of somebody.
    """
    members = [np.flatnonzero(faces.people == number) for number in np.unique(faces.people)]
    if len(members) < people or min(map(len, members)) < 2:
        raise ValueError(f"batches: {people} people with two pictures or more are needed, there are {len(members)}")
    random = np.random.RandomState(seed)
    while True:
        drawn = random.permutation(len(members))[:people]
        chosen = np.concatenate([random.permutation(members[number])[:shots] for number in drawn])
        images = faces.images[chosen]
        yield as_inputs(varied(images, random) if vary else images), faces.people[chosen]


def as_inputs(images: np.ndarray) -> np.ndarray:
    """Pixels 0 to 255 as float32 in [-1, 1]."""
    return (images / np.float32(127.5) - 1).astype(np.float32)


def embed(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Embeddings (m, n) of pictures (m, height, width, 3) uint8, in batches."""
    parts = (as_inputs(images[start : start + 200]) for start in range(0, len(images), 200))
    return np.concatenate([ops.convert_to_numpy(model(part, training=False)) for part in parts])


def pair_distances(embeddings: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Distance (k,), not squared, between the two embeddings of each pair (k, 2) of indices."""
    return np.linalg.norm(embeddings[pairs[:, 0]] - embeddings[pairs[:, 1]], axis=1)


def train(training: Training, faces: Portraits, verbose: int = 0) -> tuple[keras.Model, list[float]]:
    """Network trained in float32 from the recipe's own seed on, and the mean loss of each tenth of the steps.

    Parameters
    ----------
    training : Training
    faces : Portraits
    verbose : int
        What `fit` prints: 0 nothing, 2 a line for each tenth.
    """
    with in_float32():
        seed_everything(training.seed)
        model = embedding_network(faces.images.shape[1:], training.width, training.dimensions)
        schedule = keras.optimizers.schedules.CosineDecay(training.learning_rate, training.steps)

        def loss(people: keras.KerasTensor, embeddings: keras.KerasTensor) -> keras.KerasTensor:
            return semi_hard_triplet_loss(people, embeddings, training.alpha)

        model.compile(keras.optimizers.Adam(schedule), loss)
        stream = batches(faces, training.people, training.shots, training.seed, training.vary)
        options = {"steps_per_epoch": max(training.steps // 10, 1), "epochs": min(10, training.steps)}
        losses = model.fit(stream, verbose=verbose, shuffle=False, **options).history["loss"]
        return without_optimizer(model), losses


def judge(model: keras.Model, faces: Portraits, count: int = 5000, seed: int = 0) -> dict[str, float]:
    """How well distances tell pairs of one person from pairs of two, up to `count` pairs of each kind.

    Returns
    -------
    dict
        Area under the ROC curve; the share of pairs of two people that are let in where 95 % of the pairs of one are;
        the distance that does so.
    """
    from sklearn.metrics import roc_auc_score

    pairs, same = verification_pairs(faces.people, count, seed)
    distances = pair_distances(embed(model, faces.images), pairs)
    threshold = np.quantile(distances[same], 0.95)
    return {
        "ROC AUC": round(float(roc_auc_score(same, -distances)), 4),
        "false acceptances at 5 % misses": round(float(np.mean(distances[~same] <= threshold)), 4),
        "that threshold": round(float(threshold), 3),
    }


def train_face_embedding(data: Path | None = None, epochs: int | None = None) -> tuple[keras.Model, dict[str, object]]:
    """The network of weights `face_embedding` and the facts of its card; it makes its own faces, so `data` stays None.

    An epoch is a tenth of the recipe's steps.
    """
    if data is not None:
        raise ValueError(f"face_embedding makes its own faces, but data is {data}: leave it out")
    training = replace(PORTRAITS, steps=PORTRAITS.steps // 10 * epochs) if epochs else PORTRAITS
    faces = portraits(TRAINING_PEOPLE, TRAINING_SHOTS, TRAINING_SEED)
    unseen = portraits(TEST_PEOPLE, TEST_SHOTS, TEST_SEED)
    model, losses = train(training, faces, verbose=2)
    return model, {
        "network": f"{model.name}, inputs {model.input_shape[1:]} in [-1, 1], {model.output_shape[-1]} numbers",
        "data": f"{TRAINING_PEOPLE} people × {TRAINING_SHOTS} of helpers/datasets/portraits.py, seed {TRAINING_SEED}; "
        f"test: {TEST_PEOPLE} × {TEST_SHOTS}, seed {TEST_SEED}",
        "licence": "MIT, like the workbook",
        "recipe": asdict(training),
        "losses": [round(loss, 4) for loss in losses],
        "accuracy": judge(model, unseen),
    }
