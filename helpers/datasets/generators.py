"""Points in the plane: the flower and its friends, seeded, the same on every run.

Each function returns points x_train (m, 2) float64 with labels y_train (m,), 0 or 1; `rings` and `football` also return
test points, in the others the test half is empty.
"""

from numbers import Integral, Real

import numpy as np

from helpers.datasets.dataset import DataError, Dataset, split_dataset

CLASS_NAMES = ("class 0", "class 1")


def _points(name: str, x: np.ndarray, y: np.ndarray, origin: str) -> Dataset:
    """Dataset of points in two classes, unsplit."""
    note = f"{name}: {len(x)} points in two classes, {origin}; made here, no licence needed."
    return split_dataset(name, x, y, CLASS_NAMES, note, test_fraction=0)


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


def moons(seed: int = 1, points: int = 200, noise: float = 0.2) -> Dataset:
    """Two interleaved half circles; `seed=3, points=300` gives the points of the course's optimization assignment.

    Parameters
    ----------
    seed : int
    points : int
        How many, at least 2.
    noise : float
        Standard deviation of what is added to each coordinate, at least 0.

    Raises
    ------
    DataError
        Where points or noise is out of its range.
    """
    from sklearn.datasets import make_moons

    if not isinstance(points, Integral) or points < 2:
        raise DataError(f"moons: points={points!r}, expected an integer of at least 2")
    if not isinstance(noise, Real) or not 0 <= noise < np.inf:
        raise DataError(f"moons: noise={noise!r}, expected a number of at least 0")
    x, y = make_moons(n_samples=points, noise=noise, random_state=seed)
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


def _split_points(name: str, train: tuple, test: tuple, origin: str) -> Dataset:
    """Dataset of (points, labels) to train on and of others to test on."""
    (x_train, y_train), (x_test, y_test) = train, test
    note = f"{name}: {len(x_train)} + {len(x_test)} points in two classes, {origin}; made here, no licence needed."
    return Dataset(name, "offline", x_train, y_train, x_test, y_test, CLASS_NAMES, note)


def rings(seed: int = 1) -> Dataset:
    """Two thin rings close together, the inner one class 1: 300 points to train on and 100 to test on, noise 0.05.

    Parameters
    ----------
    seed : int
        1 gives the points of the course's assignment on initialization; the test points come from `seed + 1`.
    """
    from sklearn.datasets import make_circles

    train = make_circles(n_samples=300, noise=0.05, random_state=seed)
    test = make_circles(n_samples=100, noise=0.05, random_state=seed + 1)
    return _split_points("rings", train, test, f"scikit-learn make_circles with seeds {seed} and {seed + 1}")


def football(seed: int = 45) -> Dataset:
    """Where on a field a header was won by one team or the other: 211 points to train on and 200 to test on.

    The points fill an ellipse, a parabola parts the teams, and each label is, with a chance of 6 %, the other team's: a
    network with units to spare follows those, unless it is regularized.

    Parameters
    ----------
    seed : int
    """
    random = np.random.RandomState(seed)
    train, test = _half_of_the_field(random, 211), _half_of_the_field(random, 200)
    return _split_points("football", train, test, f"a parabola on a field and 6 % wrong labels, with seed {seed}")


def _half_of_the_field(random: np.random.RandomState, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points (count, 2) in an ellipse about (-0.1, -0.02), and their labels, some of them wrong."""
    square = random.uniform(-1, 1, (4 * count, 2))
    x = square[(square**2).sum(axis=1) < 1][:count] * [0.68, 0.62] + [-0.1, -0.02]
    above = x[:, 1] > -0.08 + 0.6 * x[:, 0] + 0.5 * x[:, 0] ** 2
    wrong = random.rand(count) < 0.06
    return x, (above != wrong).astype(np.int64)
