"""U-Net: a class for every pixel, by a path down to what is there and a path back up to where it is.

After Ronneberger, Fischer and Brox 2015, as the course teaches it: convolutions padded to keep their size, transposed
convolutions to double it. The network answers with logits (m, height, width, classes).
"""

from collections.abc import Iterator

import keras
import numpy as np
from keras import layers

from helpers.models.training import fit_stream
from helpers.models.yolo import as_inputs


def conv_block(
    inputs: keras.KerasTensor, n_filters: int = 32, dropout_prob: float = 0, max_pooling: bool = True
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Two 3×3 convolutions with ReLU, dropout where asked for, and a pooling that halves height and width.

    Returns
    -------
    next_layer, skip : tensors
        With and without the pooling; the same where there is none.
    """
    x = _convolutions(inputs, n_filters)
    if dropout_prob > 0:
        x = layers.Dropout(dropout_prob)(x)
    return (layers.MaxPooling2D(2)(x) if max_pooling else x), x


def upsampling_block(
    expansive_input: keras.KerasTensor, contractive_input: keras.KerasTensor | None, n_filters: int = 32
) -> keras.KerasTensor:
    """A transposed 3×3 convolution of stride 2, joined with what the way down had at this size, and two convolutions.

    `contractive_input` is None where nothing is joined: the network without skip connections.
    """
    x = layers.Conv2DTranspose(n_filters, 3, strides=2, padding="same")(expansive_input)
    if contractive_input is not None:
        x = layers.Concatenate(axis=3)([x, contractive_input])
    return _convolutions(x, n_filters)


def _convolutions(x: keras.KerasTensor, n_filters: int) -> keras.KerasTensor:
    for _ in range(2):
        x = layers.Conv2D(n_filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
    return x


def unet(
    input_shape: tuple[int, int, int] = (96, 128, 3),
    classes: int = 23,
    width: int = 32,
    depth: int = 4,
    *,
    skips: bool = True,
    dropout: float = 0.3,
) -> keras.Model:
    """The taught network, or a smaller one: `depth` halvings, as many doublings, and a 1×1 convolution.

    Parameters
    ----------
    input_shape : (height, width, channels)
        Height and width are multiples of 2 to the power of `depth`; pixels are expected in [-1, 1].
    classes : int
    width : int
        Filters at full size; each level below has twice as many.
    depth : int
        At least 1.
    skips : bool
        Whether the way up is joined with the way down.
    dropout : float
        Of the two deepest blocks.

    Returns
    -------
    keras.Model
        Logits (m, height, width, classes).

    Raises
    ------
    ValueError
        Where the shape cannot be halved as often, or a number is below 1.
    """
    _require_shape(input_shape, classes, width, depth)
    inputs = x = layers.Input(input_shape)
    kept = []
    for level in range(depth):
        x, skip = conv_block(x, width * 2**level, dropout if level == depth - 1 else 0)
        kept.append(skip)
    x, _ = conv_block(x, width * 2**depth, dropout, max_pooling=False)
    for level in reversed(range(depth)):
        x = upsampling_block(x, kept[level] if skips else None, width * 2**level)
    x = layers.Conv2D(width, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
    return keras.Model(inputs, layers.Conv2D(classes, 1, padding="same")(x), name="unet")


def _require_shape(input_shape: tuple[int, int, int], classes: int, width: int, depth: int) -> None:
    if min(classes, width, depth) < 1:
        raise ValueError(f"classes={classes}, width={width}, depth={depth}: each must be at least 1")
    if len(input_shape) != 3 or any(side % 2**depth for side in input_shape[:2]):
        multiples = f"multiples of {2**depth} for depth {depth}"
        raise ValueError(f"input_shape is {input_shape}, expected (height, width, channels), {multiples}")


def batches(
    images: np.ndarray, masks: np.ndarray, *, size: int = 16, seed: int = 0
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Batches (inputs, masks) without end: each epoch in its own order, every second picture mirrored at random."""
    random = np.random.RandomState(seed)  # its stream is frozen by NumPy's policy
    while True:
        order = random.permutation(len(images))
        for start in range(0, len(images) - size + 1, size):
            chosen = order[start : start + size]
            step = np.where(random.random_sample(size) < 0.5, -1, 1)
            pictures = np.stack([images[i, :, ::s] for i, s in zip(chosen, step, strict=True)])
            yield as_inputs(pictures), np.stack([masks[i, :, ::s] for i, s in zip(chosen, step, strict=True)])


def train(
    model: keras.Model,
    images: np.ndarray,
    masks: np.ndarray,
    *,
    epochs: int,
    learning_rate: float = 2e-3,
    batch_size: int = 16,
    seed: int = 0,
    verbose: int = 0,
) -> list[float]:
    """Train the network in place, by Adam on a cosine schedule, and return the mean cross-entropy of each epoch.

    Parameters
    ----------
    model : keras.Model
        Of `unet`.
    images : ndarray of uint8, shape (m, height, width, 3)
    masks : ndarray of integers, shape (m, height, width)
        Class of each pixel, below the network's number of classes.
    epochs : int
    learning_rate : float
        The peak, after a linear rise over the first twentieth of the steps.
    batch_size, seed, verbose : int

    Raises
    ------
    ValueError
        Where masks are of another shape than the pictures, or hold a class that the network has not.
    """
    if masks.shape != images.shape[:3]:
        raise ValueError(f"masks have shape {masks.shape}, expected {images.shape[:3]}, that of the pictures")
    if masks.max() >= model.output_shape[-1]:
        raise ValueError(f"masks hold class {masks.max()}, but the network has {model.output_shape[-1]} classes")
    size = min(batch_size, len(images))
    stream = batches(images, masks, size=size, seed=seed)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    options = {"epochs": epochs, "learning_rate": learning_rate, "verbose": verbose}
    return fit_stream(model, stream, loss, steps=len(images) // size, **options)


def predict_masks(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """The likeliest class of each pixel, (m, height, width) uint8, of pictures (m, height, width, 3) uint8."""
    parts = (as_inputs(images[start : start + 16]) for start in range(0, len(images), 16))
    return np.concatenate([np.asarray(model(x, training=False)).argmax(axis=-1) for x in parts]).astype(np.uint8)
