"""Figures that recur in the notebooks: readable at notebook width, in colours told apart by colour-blind readers."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito, 2008


def use_style() -> None:
    """Set the workbook's look for every later figure of this kernel."""
    plt.rcParams.update(
        {
            "axes.prop_cycle": plt.cycler(color=PALETTE),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": 11,
            "axes.labelsize": 10,
            "figure.figsize": (7, 3.6),
            "figure.dpi": 80,
            "figure.constrained_layout.use": True,
            "font.size": 10,
            "image.cmap": "gray",
            "image.interpolation": "nearest",
            "legend.frameon": False,
            "savefig.dpi": 80,
        }
    )


def image_grid(
    images: Sequence[np.ndarray] | np.ndarray,
    titles: Sequence[str] | None = None,
    columns: int = 8,
    caption: str | None = None,
    **imshow: object,
) -> Figure:
    """Images side by side, in rows of `columns`.

    Parameters
    ----------
    images : (m, height, width) or (m, height, width, 3), bytes or floats in [0, 1]; or a list of such images
    titles : one short line above each image
    caption : a line above them all
    imshow : passed on to `Axes.imshow`

    Raises
    ------
    ValueError
        There is no image, or not one title an image.
    """
    if not len(images):
        raise ValueError("image_grid: there is no image to show")
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"image_grid: {len(titles)} titles for {len(images)} images")
    rows = -(-len(images) // columns)
    height = 1.25 if titles is not None else 1.0
    figure, axes = plt.subplots(rows, columns, figsize=(columns * 1.05, rows * height + 0.3), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for i, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        ax.imshow(image, **imshow)
        if titles is not None:
            ax.set_title(titles[i], fontsize=8)
    if caption:
        figure.suptitle(caption, fontsize=11)
    return figure


def curves(
    lines: Mapping[str, Sequence[float]],
    x: Sequence[float] | None = None,
    *,
    xlabel: str,
    ylabel: str,
    title: str,
    log_y: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """One labelled line for each entry of `lines`, over `x` or over 0, 1, 2, …; a single line gets no legend."""
    ax = ax or plt.subplots()[1]
    for (label, values), style in zip(lines.items(), _line_styles(len(lines)), strict=True):
        ax.plot(range(len(values)) if x is None else x[: len(values)], values, style, label=label)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, yscale="log" if log_y else "linear")
    if len(lines) > 1:
        ax.legend()
    return ax


def points(X: np.ndarray, y: np.ndarray, title: str, ax: Axes | None = None) -> Axes:
    """Points X (2, m) in the plane, coloured by their labels y (m entries, integers from 0), with a legend."""
    _require_plane("points", X)
    ax = ax or plt.subplots(figsize=(4.2, 3.8))[1]
    labels = np.ravel(y).astype(int)
    for label, marker in zip(np.unique(labels), "o^sDvPX", strict=False):
        chosen = X[:, labels == label]
        ax.scatter(*chosen, s=16, marker=marker, color=PALETTE[label], edgecolor="white", linewidth=0.4, label=label)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", title=title)
    ax.legend(title="class", loc="upper right", fontsize=8, title_fontsize=8, handletextpad=0.1)
    return ax


def decision_boundary(
    predict: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    title: str,
    ax: Axes | None = None,
    resolution: int = 200,
) -> Axes:
    """Regions that `predict` gives to each class, with the points X (2, m) of labels y on top.

    `predict` takes points (2, k) and returns k labels or (1, k); regions are coloured like the points of their class.
    """
    _require_plane("decision_boundary", X)
    ax = ax or plt.subplots(figsize=(4.2, 3.8))[1]
    low, high = X.min(axis=1), X.max(axis=1)
    margin = 0.08 * (high - low)
    axes = [np.linspace(a - d, b + d, resolution) for a, b, d in zip(low, high, margin, strict=True)]
    grid = np.stack(np.meshgrid(*axes))
    regions = np.asarray(predict(grid.reshape(2, -1))).reshape(resolution, resolution).astype(int)
    colours = ListedColormap(PALETTE)
    ax.pcolormesh(*grid, regions, cmap=colours, vmin=0, vmax=len(PALETTE) - 1, alpha=0.25, rasterized=True)
    return points(X, y, title, ax)


def _line_styles(count: int) -> list[str]:
    styles = ["-", "--", "-.", ":"]
    return [styles[i % len(styles)] for i in range(count)]


def _require_plane(where: str, X: np.ndarray) -> None:
    if np.ndim(X) != 2 or len(X) != 2:
        raise ValueError(f"{where}: X has shape {np.shape(X)} but must be (2, m), a column for each point")
