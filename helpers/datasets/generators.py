"""Points in the plane: the flower and its friends, seeded, the same on every run.

Each function returns all points as training examples, x_train (m, 2) float64 and y_train (m,) with labels 0 and 1;
the test half is empty.
"""

import numpy as np

from helpers.datasets.dataset import Dataset, split_dataset


def _points(name: str, x: np.ndarray, y: np.ndarray, origin: str) -> Dataset:
    """Dataset of points in two classes, unsplit."""
    note = f"{name}: {len(x)} points in two classes, {origin}; made here, no licence needed."
    return split_dataset(name, x, y, ("red", "blue"), note, test_fraction=0)


def flower(seed: int = 1) -> Dataset:
    """Flower with petals of alternating class: 400 points, r = 4 sin(4 t) with noise on angle and radius.

    Parameters
    ----------
    seed : int
        1 gives the points of the course's assignment on planar data.
    """
    random = np.random.RandomState(seed)
    petals = []
    for label in (0, 1):
        angle = np.linspace(label * 3.12, (label + 1) * 3.12, 200) + random.randn(200) * 0.2
        radius = 4 * np.sin(4 * angle) + random.randn(200) * 0.2
        petals.append(np.column_stack([radius * np.sin(angle), radius * np.cos(angle)]))
    origin = f"the published generator of the planar data assignment (Course 1, week 3) with seed {seed}"
    return _points("flower", np.concatenate(petals), np.repeat([0, 1], 200), origin)


def moons(seed: int = 1) -> Dataset:
    """Two interleaved half circles: 200 points, noise 0.2."""
    from sklearn.datasets import make_moons

    x, y = make_moons(n_samples=200, noise=0.2, random_state=seed)
    return _points("moons", x, y, f"scikit-learn make_moons with seed {seed}")


def circles(seed: int = 1) -> Dataset:
    """A circle inside another of twice its radius: 200 points, noise 0.3."""
    from sklearn.datasets import make_circles

    x, y = make_circles(n_samples=200, factor=0.5, noise=0.3, random_state=seed)
    return _points("circles", x, y, f"scikit-learn make_circles with seed {seed}")


def blobs(seed: int = 5) -> Dataset:
    """Six clouds that belong to two classes in turn: 200 points."""
    from sklearn.datasets import make_blobs

    x, y = make_blobs(n_samples=200, n_features=2, centers=6, random_state=seed)
    return _points("blobs", x, y % 2, f"scikit-learn make_blobs with seed {seed}")


def gaussian_quantiles(seed: int = 1) -> Dataset:
    """One cloud, its core of one class and its rim of the other: 200 points."""
    from sklearn.datasets import make_gaussian_quantiles

    x, y = make_gaussian_quantiles(cov=0.5, n_samples=200, n_features=2, n_classes=2, shuffle=False, random_state=seed)
    return _points("gaussian_quantiles", x, y, f"scikit-learn make_gaussian_quantiles with seed {seed}")


def no_structure(seed: int = 1) -> Dataset:
    """Points and labels drawn at random: 200 points with nothing to learn, to show what overfitting looks like."""
    random = np.random.RandomState(seed)
    return _points("no_structure", random.rand(200, 2), random.randint(2, size=200), f"uniform, with seed {seed}")
