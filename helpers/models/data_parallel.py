"""Data-parallel training of a residual network: every worker takes its share of each batch, and all make one step."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from helpers.datasets import load
from helpers.models.resnet import cifar_resnet
from helpers.models.training import in_float64
from helpers.reproducibility import seed_everything


@dataclass(frozen=True)
class Training:
    """Everything that decides the weights, except on how many workers they are trained.

    Attributes
    ----------
    depth, width : int
        Of `cifar_resnet`.
    images : int
        So many of the 1438 training images of digits, at most; those that do not fill a batch are left out.
    batch_size : int
        Images of one step, of all workers together.
    epochs : int
    learning_rate : float
        Of gradient descent with momentum 0.9.
    seed : int
    """

    depth: int = 8
    width: int = 8
    images: int = 512
    batch_size: int = 64
    epochs: int = 2
    learning_rate: float = 0.1
    seed: int = 1


def train_alone(training: Training) -> tuple[keras.Model, list[float]]:
    """Network trained by Keras' own `fit` in this process, and the mean loss of each epoch: what workers must equal."""
    images, labels = digits(training)
    with in_float64():
        model = network(training)
        model.compile(optimizer(training), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        options = {"epochs": training.epochs, "shuffle": False, "verbose": 0}
        return model, model.fit(images, labels, training.batch_size, **options).history["loss"]


def train_together(
    training: Training, strategy: tf.distribute.Strategy, after_epoch: Callable[[int, float], None]
) -> tuple[keras.Model, list[float]]:
    """Network trained by all workers, each of which calls this, and the mean loss of each epoch: the same for all.

    Keras 3.15 does not `fit` under MultiWorkerMirroredStrategy: it stops at the first batch, which it cannot read
    ("unsupported type PerReplica"). So the steps are made here, with what does work: `strategy.run` on each worker, and
    Keras' optimizers, whose `apply_gradients` adds the gradients of all workers.

    Parameters
    ----------
    training : Training
    strategy : tf.distribute.Strategy
        Made before any operation of TensorFlow.
    after_epoch : callable
        Is told the number of each epoch, from 1, and its loss.

    Raises
    ------
    ValueError
        The images of a batch cannot be shared evenly by the workers.
    tf.errors.OpError
        Another worker was lost.
    """
    workers = strategy.num_replicas_in_sync
    if training.batch_size % workers:
        raise ValueError(f"a batch of {training.batch_size} images cannot be shared evenly by {workers} workers")
    with in_float64(), strategy.scope():
        model, descent = synchronized(network(training)), optimizer(training)
        descent.build(model.trainable_variables)
    batches = strategy.distribute_datasets_from_function(partial(_share, training))
    step, losses = _step(training, strategy, model, descent), []
    for epoch in range(1, training.epochs + 1):
        losses.append(float(np.mean([step(*batch) for batch in batches])))
        after_epoch(epoch, losses[-1])
    return model, losses


def synchronized(model: keras.Model) -> keras.Model:
    """The same network and weights, whose batch normalization takes mean and variance over the batches of all workers.

    Without it each worker normalizes by its own share of the batch: another function, with other gradients.
    """

    def copied(layer: keras.layers.Layer) -> keras.layers.Layer:
        if isinstance(layer, keras.layers.BatchNormalization):
            return type(layer).from_config(layer.get_config() | {"synchronized": True})
        return type(layer).from_config(layer.get_config())

    copy = keras.models.clone_model(model, clone_function=copied)
    copy.set_weights(model.get_weights())
    return copy


def digits(training: Training) -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits in whole batches: images (m, 8, 8, 1) in [-1, 1], float64, and labels (m,), int64.

    Raises
    ------
    ValueError
        They are too few for one batch.
    """
    loaded = load("digits")
    count = min(training.images, len(loaded.x_train)) // training.batch_size * training.batch_size
    if not count:
        raise ValueError(f"{training.images} images are too few for a batch of {training.batch_size}")
    return loaded.x_train[:count, ..., None] / 8.0 - 1, loaded.y_train[:count]


def network(training: Training) -> keras.Model:
    """The residual network with its first weights, the same on every worker."""
    seed_everything(training.seed)
    return cifar_resnet((8, 8, 1), 10, training.depth, training.width)


def optimizer(training: Training) -> keras.optimizers.Optimizer:
    """Gradient descent with momentum 0.9, as in the paper of the network."""
    return keras.optimizers.SGD(training.learning_rate, momentum=0.9)


def _share(training: Training, context: tf.distribute.InputContext) -> tf.data.Dataset:
    """Every n-th image for each of n workers, so that what they hold in one step is one batch of the whole."""
    mine = tf.data.Dataset.from_tensor_slices(digits(training))
    mine = mine.shard(context.num_input_pipelines, context.input_pipeline_id)
    return mine.batch(context.get_per_replica_batch_size(training.batch_size))


def _step(
    training: Training, strategy: tf.distribute.Strategy, model: keras.Model, descent: keras.optimizers.Optimizer
) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """One step of gradient descent on a batch that the workers share; returns the mean loss of the whole batch."""

    def on_my_share(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            losses = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
            # Divided by the images of all workers: the gradients are added up, not averaged
            loss = tf.reduce_sum(losses) / training.batch_size
        gradients = tape.gradient(loss, model.trainable_variables)
        descent.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return loss

    @tf.function
    def on_all(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        return strategy.reduce("SUM", strategy.run(on_my_share, (images, labels)), axis=None)

    return on_all
