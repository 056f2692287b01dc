"""Neural style transfer: costs of content and texture read from a network's layers, and an image that lowers them."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from helpers.datasets import CREDITS, photograph, read_image
from helpers.datasets.downloads import by_keras
from helpers.models import weights
from helpers.models.vgg import small_vgg

CONTENT_LAYERS = {"vgg_cifar10": "block2_conv2", "vgg19": "block5_conv4"}
STYLE_LAYERS = {
    "vgg_cifar10": tuple((f"block{n}_conv{k}", 0.2) for n, k in ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1))),
    "vgg19": tuple((f"block{n}_conv1", 0.2) for n in range(1, 6)),
}
_POOLINGS = {"average": layers.AveragePooling2D, "max": layers.MaxPooling2D}

Cost = Callable[[tf.Tensor], tf.Tensor]


class Painting(NamedTuple):
    """What `paint` gives: the last image (1, H, W, 3), the cost before each step, and the images that were kept."""

    image: np.ndarray
    costs: np.ndarray
    kept: dict[int, np.ndarray]


def picture(source: str | Path, size: tuple[int, int], zoom: float = 1.0) -> np.ndarray:
    """The middle of a photograph, as an image that can be optimised.

    Parameters
    ----------
    source : str or Path
        A name that `helpers.datasets.photograph` knows, or else the path of an image file.
    size : (height, width)
        In pixels; the largest middle part of these proportions is averaged down, not stretched.
    zoom : float
        From 1: only the middle 1/zoom of that part.

    Returns
    -------
    ndarray of shape (1, height, width, 3), of Keras' float type
        Values from 0 to 1.

    Raises
    ------
    ValueError
        `zoom` is below 1 or a side is below 8 pixels.
    DataError
        The path is no image that can be read.
    """
    from PIL import Image

    if not zoom >= 1 or min(size) < 8:
        raise ValueError(
            f"picture: size is {tuple(size)} and zoom {zoom}, expected at least 8 pixels and a zoom from 1"
        )
    pixels = photograph(str(source)) if str(source) in CREDITS else read_image(source)
    height, width = pixels.shape[:2]
    scale = min(height / size[0], width / size[1]) / zoom
    half = np.array([size[1], size[0]]) * scale / 2
    middle = np.array([width, height]) / 2
    box = tuple(np.concatenate([middle - half, middle + half]))
    small = Image.fromarray(pixels).resize((size[1], size[0]), Image.Resampling.BOX, box=box)
    return np.asarray(small, dtype=keras.config.floatx())[None] / 255


def feature_extractor(
    layer_names: Sequence[str], images: np.ndarray, network: str = "vgg_cifar10", pooling: str = "average"
) -> keras.Model:
    """A trained network that answers with the activations of several layers, each of mean square 1 on `images`.

    Activations of different layers differ by orders of magnitude; scaled alike, one layer's cost can be compared with
    another's (after Gatys, Ecker and Bethge 2016, who scaled every filter of VGG19 to a mean activation of 1). Average
    pooling is theirs too: each pixel gets a share of the gradient.

    Parameters
    ----------
    layer_names : sequence of str
        At least two convolutions, as block1_conv1; the list of answers has their order.
    images : array (m, H, W, 3)
        From 0 to 1; what the mean squares are taken over.
    network : {"vgg_cifar10", "vgg19"}
        Our small network, or VGG19 trained on ImageNet, which Keras fetches (80 MB) at the first use.
    pooling : {"average", "max"}

    Returns
    -------
    keras.Model
        Not trainable; images (m, H, W, 3) of any size, from 0 to 1.

    Raises
    ------
    ValueError
        Network, pooling or a layer is unknown, fewer than two layers are named, or `images` are not images.
    """
    if network not in CONTENT_LAYERS or pooling not in _POOLINGS:
        known = f"{', '.join(CONTENT_LAYERS)} and {', '.join(_POOLINGS)}"
        raise ValueError(f"feature_extractor: network {network!r} with {pooling!r} pooling; there are {known}")
    require_images("feature_extractor: images", images)
    inputs = keras.Input((None, None, 3))
    prepared, base = _small(inputs) if network == "vgg_cifar10" else _vgg19(inputs)
    chosen = _activations(prepared, base, layer_names, _POOLINGS[pooling])
    raw = keras.Model(inputs, chosen)(tf.constant(images, keras.config.floatx()))
    scales = [float(np.mean(np.square(answer))) ** -0.5 for answer in raw]
    outputs = [layers.Rescaling(scale)(answer) for scale, answer in zip(scales, chosen, strict=True)]
    extractor = keras.Model(inputs, outputs, name=f"{network}_features")
    extractor.trainable = False
    return extractor


def content_cost(a_C: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
    """Σ (a_C - a_G)² / (4 n_H n_W n_C) for activations (1, n_H, n_W, n_C); a tensor without axes."""
    return tf.reduce_sum(tf.square(a_C - a_G)) / (4 * _size(a_G))


def gram_matrix(A: tf.Tensor) -> tf.Tensor:
    """A Aᵀ (n_C, n_C) of unrolled activations A (n_C, n_H n_W): how much each two channels are active together."""
    return tf.matmul(A, A, transpose_b=True)


def layer_style_cost(a_S: tf.Tensor, a_G: tf.Tensor) -> tf.Tensor:
    """Σ (G_S - G_G)² / (4 n_C² (n_H n_W)²) for activations (1, n_H, n_W, n_C) of one layer; a tensor without axes."""
    gram_S, gram_G = (gram_matrix(tf.transpose(tf.reshape(a, (-1, a.shape[-1])))) for a in (a_S, a_G))
    return tf.reduce_sum(tf.square(gram_S - gram_G)) / (4 * _size(a_G) ** 2)


def style_cost(style_output: Sequence[tf.Tensor], generated_output: Sequence[tf.Tensor], shares: Sequence[float]):
    """Σ_l λ_l J_l over the layers; three sequences of equal length (zip refuses others)."""
    triples = zip(style_output, generated_output, shares, strict=True)
    return tf.add_n([share * layer_style_cost(a_S, a_G) for a_S, a_G, share in triples])


def total_variation(image: tf.Tensor) -> tf.Tensor:
    """Mean squared difference of neighbours above each other plus that of neighbours side by side, image (1, H, W, 3).

    Squared, as Mahendran and Vedaldi 2015 do with β = 2: absolute values have a kink where neighbours are equal, and
    there the way of an image depends on roundings.
    """
    down = tf.reduce_mean(tf.square(image[:, 1:] - image[:, :-1]))
    across = tf.reduce_mean(tf.square(image[:, :, 1:] - image[:, :, :-1]))
    return down + across


def transfer_cost(
    extractor: keras.Model,
    content: np.ndarray,
    style: np.ndarray,
    shares: Sequence[float],
    alpha: float = 10.0,
    beta: float = 40.0,
    smoothness: float = 0.0,
) -> Cost:
    """α J_content + β J_style + smoothness · total variation, as a function of the image.

    Parameters
    ----------
    extractor : keras.Model
        Its last answer is compared for content, all those before it for style.
    content, style : arrays (1, H, W, 3)
        From 0 to 1.
    shares : sequence of float
        λ of each style layer.
    alpha, beta, smoothness : float

    Raises
    ------
    ValueError
        `content` or `style` is not an image, or `shares` are not one for each style layer.
    """
    require_images("transfer_cost: content", content)
    require_images("transfer_cost: style", style)
    if len(shares) != len(extractor.outputs) - 1:
        raise ValueError(f"transfer_cost: {len(shares)} shares for {len(extractor.outputs) - 1} style layers")
    a_C, a_S = extractor(content)[-1], extractor(style)[:-1]

    def cost(image: tf.Tensor) -> tf.Tensor:
        *a_G, deep = extractor(image)
        J = alpha * content_cost(a_C, deep) + beta * style_cost(a_S, a_G, shares)
        return J + smoothness * total_variation(image)

    return cost


def paint(
    start: np.ndarray, cost: Cost, steps: int, learning_rate: float = 0.05, keep: Collection[int] = ()
) -> Painting:
    """Lower the cost of an image by Adam (Kingma and Ba 2015); after each step the pixels are clipped to [0, 1].

    Parameters
    ----------
    start : array (1, H, W, 3)
        From 0 to 1.
    cost : function from an image (1, H, W, 3) to a tensor without axes
    steps : int
        At least 1.
    learning_rate : float
        About how far a pixel moves in a step.
    keep : collection of int
        Steps after which the image is kept as well; 0 is the start.

    Raises
    ------
    ValueError
        `start` is not one image from 0 to 1, or `steps` is below 1.
    """
    require_images("paint: start", start)
    if len(start) != 1 or steps < 1:
        raise ValueError(f"paint: {len(start)} images and {steps} steps, expected one image and at least 1 step")
    image = tf.Variable(start)
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build([image])

    @tf.function
    def step() -> tf.Tensor:
        with tf.GradientTape() as tape:
            J = cost(image)
        optimizer.apply_gradients([(tape.gradient(J, image), image)])
        image.assign(tf.clip_by_value(image, 0, 1))
        return J

    costs, kept = [], {0: image.numpy()} if 0 in keep else {}
    for number in range(1, steps + 1):
        costs.append(float(step()))
        if number in keep:
            kept[number] = image.numpy()
    return Painting(image.numpy(), np.array(costs), kept)


def require_images(name: str, images: np.ndarray) -> None:
    """Refuse, with a ValueError, what is not an array (m, H, W, 3) of numbers from 0 to 1."""
    images = np.asarray(images)
    if images.ndim != 4 or images.shape[-1] != 3 or not images.size:
        raise ValueError(f"{name} has shape {images.shape}, expected (m, H, W, 3)")
    if images.dtype.kind != "f" or not (images.min() >= 0 and images.max() <= 1):
        raise ValueError(
            f"{name} must be floats from 0 to 1, came {images.dtype} from {images.min()} to {images.max()}"
        )


def _small(inputs: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.Model]:
    """Inputs as the workbook's own network expects them, and that network."""
    return layers.Rescaling(2.0, offset=-1.0)(inputs), weights.load(small_vgg(), "vgg_cifar10")


def _vgg19(inputs: keras.KerasTensor) -> tuple[keras.KerasTensor, keras.Model]:
    """Inputs as VGG19 expects them, and VGG19 without its dense layers."""
    with by_keras("the weights of VGG19", 80):
        network = keras.applications.VGG19(include_top=False, weights="imagenet")
    return keras.applications.vgg19.preprocess_input(inputs * 255.0), network


def _activations(x: keras.KerasTensor, base: keras.Model, names: Sequence[str], pooling: type) -> list:
    """Activations of the named convolutions of a network whose layers stand in a row, with the pooling asked for."""
    known = [layer.name for layer in base.layers if isinstance(layer, layers.Conv2D)]
    if len(names) < 2 or not set(names) <= set(known):
        expected = f"expected at least two of {', '.join(known)}"
        raise ValueError(f"feature_extractor: the layers are {list(names)}, {expected}")
    found = {}
    for layer in base.layers[1:]:
        if len(found) == len(set(names)):
            break
        x = pooling(2)(x) if isinstance(layer, layers.MaxPooling2D) else layer(x)
        if layer.name in names:
            found[layer.name] = x
    return [found[name] for name in names]


def _size(activations: tf.Tensor) -> float:
    """n_H n_W n_C of activations (1, n_H, n_W, n_C)."""
    return float(np.prod(activations.shape[1:]))
