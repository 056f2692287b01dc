"""A small YOLO: a grid of cells, each with anchors, that predicts boxes, confidence and classes in one pass.

After Redmon and Farhadi 2017 (YOLOv2). The network answers with raw numbers (m, rows, columns, anchors, 5 + classes):
two for the middle, two for the size, one for the confidence, one per class; `decode` makes boxes of them.
"""

from collections.abc import Iterator, Sequence

import keras
import numpy as np
from keras import layers, ops

from helpers.boxes import Detections, Truth, decode_boxes, encode_boxes, filter_boxes, non_max_suppression, shape_iou
from helpers.models.training import fit_stream

STRIDE = 8
IGNORED = -1


def yolo_network(
    input_shape: tuple[int, int, int], anchors: int, classes: int, width: int = 16, blocks: int = 4
) -> keras.Model:
    """Three convolutions that halve the picture, residual blocks at an eighth of it, and a 1×1 convolution.

    Parameters
    ----------
    input_shape : (height, width, channels)
        Height and width are multiples of 8; pixels are expected in [-1, 1].
    anchors, classes : int
    width : int
        Channels of the first convolution; the last ones have four times as many.
    blocks : int
        Residual blocks.

    Returns
    -------
    keras.Model
        Outputs (m, height / 8, width / 8, anchors, 5 + classes).

    Raises
    ------
    ValueError
        Where height or width is no multiple of 8.
    """
    if len(input_shape) != 3 or input_shape[0] % STRIDE or input_shape[1] % STRIDE:
        raise ValueError(f"input_shape is {input_shape}, expected (height, width, channels), multiples of {STRIDE}")
    inputs = x = layers.Input(input_shape)
    for step, channels in enumerate((width, 2 * width, 4 * width)):
        x = _convolution(x, channels, f"down_{step}", strides=2)
    for block in range(blocks):
        x = layers.Add(name=f"add_{block}")([x, _convolution(x, 4 * width, f"block_{block}")])
    rows, columns, per_anchor = x.shape[1], x.shape[2], 5 + classes
    doubtful = np.zeros((anchors, per_anchor))
    doubtful[:, 4] = -4  # nearly all anchors hold nothing: start from that
    x = layers.Conv2D(
        anchors * per_anchor, 1, bias_initializer=keras.initializers.Constant(doubtful.ravel()), name="answers"
    )(x)
    x = layers.Reshape((rows, columns, anchors, per_anchor), name="grid")(x)
    return keras.Model(inputs, x, name="yolo")


def _convolution(x: keras.KerasTensor, channels: int, name: str, strides: int = 1) -> keras.KerasTensor:
    """3×3 convolution without bias, batch normalization, leaky ReLU."""
    x = layers.Conv2D(channels, 3, strides, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization(name=f"{name}_bn")(x)
    return layers.LeakyReLU(0.1, name=f"{name}_relu")(x)


def grid_targets(truth: Truth, anchors: np.ndarray, grid: tuple[int, int], classes: int) -> np.ndarray:
    """What the network should answer for one picture.

    Each object belongs to the cell that its middle is in, and there to the anchor of the most similar shape. Other
    anchors of that cell that overlap it by more than a half are neither right nor wrong: their confidence is IGNORED.

    Parameters
    ----------
    truth : Truth
        Boxes in pixels.
    anchors : ndarray, shape (A, 2)
        Width and height, pixels.
    grid : (rows, columns)
    classes : int

    Returns
    -------
    ndarray, shape (rows, columns, A, 5 + classes), float32
        Code of the box, confidence 1, 0 or IGNORED, the class as one-hot vector.
    """
    targets = np.zeros((*grid, len(anchors), 5 + classes), np.float32)
    boxes = np.asarray(truth.boxes, dtype=float).reshape(-1, 4)
    if not len(boxes):
        return targets
    cells = np.floor((boxes[:, :2] + boxes[:, 2:]) / 2 / STRIDE).astype(int)
    cells = np.clip(cells, 0, np.array(grid)[::-1] - 1)
    similar = shape_iou(boxes[:, 2:] - boxes[:, :2], anchors)
    best = similar.argmax(axis=1)
    codes = encode_boxes(boxes, anchors[best], cells, STRIDE)
    for (column, row), likeness in zip(cells, similar, strict=True):
        targets[row, column, likeness > 0.5, 4] = IGNORED
    for (column, row), anchor, code, label in zip(cells, best, codes, truth.classes, strict=True):
        targets[row, column, anchor] = 0
        targets[row, column, anchor, :4] = code
        targets[row, column, anchor, [4, 5 + int(label)]] = 1
    return targets


def yolo_loss(targets: keras.KerasTensor, answers: keras.KerasTensor) -> keras.KerasTensor:
    """Loss (m,) of each picture: 5 · squared error of the codes + cross-entropy of confidence + that of the class.

    Codes and class count where an object is, the confidence p wherever it is not IGNORED. Where nothing is, which is
    nearly everywhere, its cross-entropy is weighted by p² (focal loss, Lin et al. 2017): anchors that know it already
    do not drown the others.

    Parameters
    ----------
    targets, answers : tensor, shape (m, rows, columns, A, 5 + classes)
    """
    answers = ops.convert_to_tensor(answers)
    targets = ops.cast(targets, answers.dtype)
    here = ops.cast(targets[..., 4] == 1, answers.dtype)
    nothing = ops.cast(targets[..., 4] == 0, answers.dtype)
    middle = ops.square(ops.sigmoid(answers[..., :2]) - targets[..., :2])
    size = ops.square(answers[..., 2:4] - targets[..., 2:4])
    place = 5 * here * (ops.sum(middle, -1) + ops.sum(size, -1))
    doubt = ops.square(ops.sigmoid(answers[..., 4])) * ops.softplus(answers[..., 4])
    confidence = here * ops.softplus(-answers[..., 4]) + nothing * doubt
    kind = -here * ops.sum(targets[..., 5:] * ops.log_softmax(answers[..., 5:], axis=-1), -1)
    return ops.sum(place + confidence + kind, axis=(1, 2, 3))


def decode(answers: np.ndarray, anchors: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes, confidence and class probabilities of the network's raw answers for one picture.

    Parameters
    ----------
    answers : ndarray, shape (rows, columns, A, 5 + classes)
    anchors : ndarray, shape (A, 2)

    Returns
    -------
    boxes : ndarray, shape (rows, columns, A, 4)
        x1, y1, x2, y2 in pixels.
    confidence : ndarray, shape (rows, columns, A, 1)
    probabilities : ndarray, shape (rows, columns, A, classes)
        Of each class, if there is an object.
    """
    answers = np.asarray(answers, dtype=float)
    rows, columns = answers.shape[:2]
    cells = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1)[:, :, None]
    codes = np.concatenate([_sigmoid(answers[..., :2]), np.clip(answers[..., 2:4], -8, 8)], axis=-1)
    likely = np.exp(answers[..., 5:] - answers[..., 5:].max(axis=-1, keepdims=True))
    return (
        decode_boxes(codes, np.asarray(anchors), cells, STRIDE),
        _sigmoid(answers[..., 4:5]),
        likely / likely.sum(axis=-1, keepdims=True),
    )


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(z / 2))


def as_inputs(images: np.ndarray) -> np.ndarray:
    """Pixels 0 to 255 as float32 in [-1, 1], as the network expects them."""
    return images.astype(np.float32) / 127.5 - 1


def detect(
    model: keras.Model,
    images: np.ndarray,
    anchors: np.ndarray,
    *,
    score_threshold: float = 0.05,
    iou_threshold: float = 0.45,
    max_boxes: int = 60,
) -> list[Detections]:
    """What the network finds in pictures, (m, height, width, 3) uint8, after non-max suppression per class.

    A low score threshold suits mean average precision, which ranks by score; to show boxes, 0.5 is a good one.
    """
    found = []
    height, width = images.shape[1:3]
    for answers in model.predict(as_inputs(images), batch_size=32, verbose=0):
        boxes, confidence, probabilities = decode(answers, anchors)
        scores, boxes, classes = filter_boxes(boxes, confidence, probabilities, score_threshold)
        boxes = np.clip(boxes, 0, (width, height, width, height))
        kept = non_max_suppression(boxes, scores, classes, iou_threshold=iou_threshold, max_boxes=max_boxes)
        found.append(Detections(boxes[kept], scores[kept], classes[kept]))
    return found


def mirrored(images: np.ndarray, truths: Sequence[Truth]) -> tuple[np.ndarray, list[Truth]]:
    """Pictures (m, height, width, 3) and their truths with left and right exchanged."""
    width = images.shape[2]
    turned = [
        Truth(np.asarray(t.boxes)[:, [2, 1, 0, 3]] * (-1, 1, -1, 1) + (width, 0, width, 0), t.classes) for t in truths
    ]
    return images[:, :, ::-1], turned


def batches(
    images: np.ndarray, truths: Sequence[Truth], anchors: np.ndarray, classes: int, *, size: int = 16, seed: int = 0
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Batches (inputs, targets) without end: each epoch in its own order, every second picture mirrored at random."""
    random = np.random.RandomState(seed)  # its stream is frozen by NumPy's policy
    grid = images.shape[1] // STRIDE, images.shape[2] // STRIDE
    both = [
        np.stack([grid_targets(t, anchors, grid, classes) for t in side])
        for side in (truths, mirrored(images, truths)[1])
    ]
    while True:
        order = random.permutation(len(images))
        for start in range(0, len(images) - size + 1, size):
            chosen = order[start : start + size]
            turn = random.randint(0, 2, size).astype(bool)[:, None, None, None]
            pictures = np.where(turn, images[chosen, :, ::-1], images[chosen])
            yield as_inputs(pictures), np.where(turn[..., None], both[1][chosen], both[0][chosen])


def train(
    model: keras.Model,
    images: np.ndarray,
    truths: Sequence[Truth],
    anchors: np.ndarray,
    *,
    epochs: int,
    learning_rate: float = 3e-3,
    batch_size: int = 16,
    seed: int = 0,
    verbose: int = 0,
) -> list[float]:
    """Train the network in place by Adam on a cosine schedule and return the mean loss of each epoch.

    Parameters
    ----------
    model : keras.Model
        Of `yolo_network`.
    images : ndarray of uint8, shape (m, height, width, 3)
    truths : sequence of Truth
        Of the same pictures.
    anchors : ndarray, shape (A, 2)
    epochs : int
    learning_rate : float
        The peak, after a linear rise over the first twentieth of the steps.
    batch_size, seed, verbose : int
    """
    size = min(batch_size, len(images))
    stream = batches(images, truths, anchors, model.output_shape[-1] - 5, size=size, seed=seed)
    options = {"epochs": epochs, "learning_rate": learning_rate, "verbose": verbose}
    return fit_stream(model, stream, yolo_loss, steps=len(images) // size, **options)
