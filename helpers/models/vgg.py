"""A small network in the manner of VGG: stacks of 3×3 convolutions between poolings, its layers named as VGG's are."""

from collections.abc import Sequence

import keras
from keras import layers


def small_vgg(
    input_shape: tuple[int | None, int | None, int] = (32, 32, 3),
    classes: int | None = 10,
    widths: Sequence[int] = (32, 64, 128),
    convolutions: int = 2,
    batch_normalization: bool = False,
    name: str = "small_vgg",
) -> keras.Model:
    """Blocks of 3×3 convolutions with ReLU, each followed by 2×2 max pooling (after Simonyan and Zisserman 2015).

    The layers are named block1_conv1, block1_conv2, block1_pool, block2_conv1 and so on; the output of a convolution's
    layer is after its ReLU, as in keras.applications. Instead of VGG's dense layers, the mean over all positions goes
    straight to the logits, so any image size will do.

    Parameters
    ----------
    input_shape : tuple
        Height, width (None: any) and channels; pixels are expected in [-1, 1].
    classes : int or None
        Outputs of the last dense layer, which are logits; None leaves it and the pooling before it out.
    widths : sequence of int
        Channels of the blocks.
    convolutions : int
        Convolutions in a block.
    batch_normalization : bool
        Whether batch normalization stands between each convolution and its ReLU, as for training;
        `without_batch_normalization` takes it out again.
    name : str

    Returns
    -------
    keras.Model

    Raises
    ------
    ValueError
        `widths` is empty or `convolutions` is below 1.
    """
    if not widths or convolutions < 1:
        raise ValueError(f"widths are {tuple(widths)} and convolutions {convolutions}, expected at least one of each")
    x = inputs = layers.Input(input_shape)
    for block, channels in enumerate(widths, start=1):
        for number in range(1, convolutions + 1):
            x = _convolution(x, channels, f"block{block}_conv{number}", batch_normalization)
        x = layers.MaxPooling2D(name=f"block{block}_pool")(x)
    if classes is not None:
        x = layers.GlobalAveragePooling2D(name="pool")(x)
        dtype = keras.backend.result_type(keras.config.dtype_policy().compute_dtype, "float32")
        x = layers.Dense(classes, name="logits", dtype=dtype)(x)
    return keras.Model(inputs, x, name=name)


def without_batch_normalization(trained: keras.Model, plain: keras.Model) -> keras.Model:
    """The plain network with the trained one's function: batch normalization becomes part of the convolutions.

    With moving mean μ and variance v, γ (w∗x − μ) / √(v + ε) + β = (s w)∗x + (β − s μ), s = γ / √(v + ε).

    Parameters
    ----------
    trained : keras.Model
        Of `small_vgg(batch_normalization=True)`.
    plain : keras.Model
        Of `small_vgg` with the same widths; its weights are overwritten.

    Returns
    -------
    keras.Model
        `plain`.
    """
    for layer in plain.layers:
        original = trained.get_layer(layer.name) if layer.weights else None
        if isinstance(layer, layers.Conv2D):
            normalization = trained.get_layer(f"{layer.name}_bn")
            gamma, beta, mean, variance = normalization.get_weights()
            scale = gamma / (variance + normalization.epsilon) ** 0.5
            layer.set_weights([original.get_weights()[0] * scale, beta - scale * mean])
        elif original is not None:
            layer.set_weights(original.get_weights())
    return plain


def _convolution(x: keras.KerasTensor, channels: int, name: str, batch_normalization: bool) -> keras.KerasTensor:
    """3×3 convolution and ReLU, in one layer unless batch normalization stands between them."""
    if not batch_normalization:
        return layers.Conv2D(channels, 3, padding="same", activation="relu", name=name)(x)
    x = layers.Conv2D(channels, 3, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=f"{name}_bn")(x)
    return layers.ReLU(name=f"{name}_relu")(x)
