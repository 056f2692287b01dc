"""Data sets by name: the published anchors, the splits, and what is said of a wrong name, source or option."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import make_circles, make_moons
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from helpers import paths
from helpers.datasets import DataError, Dataset, load
from helpers.datasets.registry import REGISTRY

# SHA-256 of the points rounded to 9 digits: far coarser than what sin and cos may differ by between machines.
POINTS = {
    "flower": "f203d920e9143ca9",
    "moons": "506bce91e818ad05",
    "circles": "72a9351b0b4d8d60",
    "blobs": "2154785f4494a9a9",
    "gaussian_quantiles": "8747f7bedd5669c3",
    "no_structure": "2fcd9291611b2bc6",
    "rings": "e140b1bbf66dd753",
    "football": "fe2564a58988bc78",
}
OFFLINE = [name for name, entry in REGISTRY.items() if "offline" in entry.tiers]


def fingerprint(dataset: Dataset) -> str:
    digest = hashlib.sha256()
    for x, y in ((dataset.x_train, dataset.y_train), (dataset.x_test, dataset.y_test)):
        digest.update((np.round(x, 9) + 0.0).tobytes() + y.tobytes())  # + 0.0: no negative zeros
    return digest.hexdigest()[:16]


@pytest.mark.parametrize("name", POINTS)
def test_generated_points_are_the_same_on_every_run(name):
    assert fingerprint(load(name)) == POINTS[name]
    assert fingerprint(load(name, seed=7)) != POINTS[name]


def test_generators_leave_the_global_random_state_alone():
    np.random.seed(3)
    expected = np.random.rand()
    np.random.seed(3)
    for name in POINTS:
        load(name)
    assert np.random.rand() == expected


def test_the_points_of_course_2_are_those_of_its_assignments():
    """The assignments seed NumPy's global random state and then call scikit-learn."""
    rings, moons = load("rings"), load("moons", points=300, seed=3)
    for seed, expected, x, y in (
        (1, lambda: make_circles(n_samples=300, noise=0.05), rings.x_train, rings.y_train),
        (2, lambda: make_circles(n_samples=100, noise=0.05), rings.x_test, rings.y_test),
        (3, lambda: make_moons(n_samples=300, noise=0.2), moons.x_train, moons.y_train),
    ):
        np.random.seed(seed)
        points, labels = expected()
        assert np.array_equal(x, points) and np.array_equal(y, labels)


def test_moons_without_noise_lie_on_their_half_circles():
    clean, noisy = load("moons", noise=0, points=50), load("moons", points=51)
    radius = np.linalg.norm(clean.x_train - np.where(clean.y_train[:, None] == 0, [0, 0], [1, 0.5]), axis=1)
    assert np.allclose(radius, 1) and clean.x_train.shape == (50, 2)
    assert noisy.x_train.shape == (51, 2) and "51 points" in noisy.note


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"points": 1}, "points=1, expected an integer of at least 2"),
        ({"points": 30.0}, "points=30.0, expected an integer"),
        ({"noise": -0.1}, "noise=-0.1, expected a number of at least 0"),
        ({"noise": float("nan")}, "noise=nan, expected"),
        ({"noise": "much"}, "noise='much', expected"),
    ],
)
def test_moons_that_cannot_be_are_refused(options, message):
    with pytest.raises(DataError, match=message):
        load("moons", **options)


def test_football_has_the_courses_shape_two_teams_and_a_curved_border_under_some_wrong_labels():
    football = load("football")
    assert football.x_train.shape == (211, 2) and football.x_test.shape == (200, 2)
    assert 0.4 < football.y_train.mean() < 0.6 and 0.4 < football.y_test.mean() < 0.6
    assert football.x_train.min() > -0.8 and football.x_train.max() < 0.61
    x = np.concatenate([football.x_train, football.x_test])
    y = np.concatenate([football.y_train, football.y_test])
    curved = np.column_stack([x, x[:, 0] ** 2])
    accuracy = LogisticRegression(C=1e4).fit(curved, y).score(curved, y)
    assert 0.9 < accuracy < 0.95


def test_football_is_overfitted_by_nearest_neighbours_and_less_so_by_many():
    """One neighbour memorises the wrong labels; fifteen outvote them."""
    football = load("football")
    held_out = {
        k: KNeighborsClassifier(k).fit(football.x_train, football.y_train).score(football.x_test, football.y_test)
        for k in (1, 15)
    }
    assert held_out[1] + 0.02 < held_out[15]


def test_logistic_regression_gets_47_percent_of_the_flower_as_published():
    """The assignment on planar data prints 47 % for scikit-learn's LogisticRegressionCV on its 400 points."""
    flower = load("flower")
    model = LogisticRegressionCV(l1_ratios=(0,), scoring="accuracy", use_legacy_attributes=False)
    accuracy = model.fit(flower.x_train, flower.y_train).score(flower.x_train, flower.y_train)
    assert round(100 * accuracy) == 47


def test_neighbours_tell_the_flower_where_a_line_cannot():
    flower = load("flower")
    assert np.bincount(flower.y_train).tolist() == [200, 200]
    assert np.linalg.norm(flower.x_train, axis=1).max() < 5
    order = np.random.RandomState(0).permutation(400)
    assert cross_val_score(KNeighborsClassifier(), flower.x_train[order], flower.y_train[order]).mean() > 0.75


@pytest.mark.parametrize("name", ["moons", "circles", "blobs", "gaussian_quantiles", "rings", "football"])
def test_points_with_structure_can_be_told_apart_and_those_without_cannot(name):
    def held_out_accuracy(dataset):
        order = np.random.RandomState(0).permutation(len(dataset.y_train))
        return cross_val_score(SVC(), dataset.x_train[order], dataset.y_train[order], cv=5).mean()

    assert held_out_accuracy(load(name)) > 0.75
    assert held_out_accuracy(load("no_structure")) < 0.65


@pytest.mark.parametrize("name", OFFLINE)
def test_every_offline_set_has_the_promised_form(name):
    dataset = load(name)
    assert (dataset.name, dataset.source) == (name, "offline")
    for x, y in ((dataset.x_train, dataset.y_train), (dataset.x_test, dataset.y_test)):
        assert len(x) == len(y) and y.dtype == np.int64
        if name == "entities":  # a label for each word of a string, -1 after the last
            assert [(row >= 0).sum() for row in y] == [text.count(" ") + 1 for text in x]
        else:
            assert y.shape in ((len(x),), x.shape)
        assert x.shape[1:] == dataset.x_train.shape[1:]
    labels = np.concatenate([dataset.y_train.ravel(), dataset.y_test.ravel()])
    assert set(np.unique(labels)) - ({-1} if name == "entities" else set()) == set(range(len(dataset.class_names)))
    assert dataset.note.startswith(f"{name}: ") and str(paths.ROOT) not in dataset.note and "\n" not in dataset.note


@pytest.mark.parametrize("name", OFFLINE)
def test_arrays_cannot_be_changed(name):
    dataset = load(name)
    for array in (dataset.x_train, dataset.y_train, dataset.x_test, dataset.y_test):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize("name", ["faces", "digits", "mnist_5k"])
def test_a_split_is_the_same_again_and_shares_no_image_between_its_halves(name):
    first, again = load(name), load(name)
    assert np.array_equal(first.x_train, again.x_train) and np.array_equal(first.y_test, again.y_test)
    train = {image.tobytes() for image in first.x_train}
    assert not train & {image.tobytes() for image in first.x_test}


def test_faces_are_the_200_photographs_and_a_linear_model_tells_them():
    faces = load("faces")
    assert faces.x_train.shape == (150, 25, 25) and faces.x_test.shape == (50, 25, 25)
    assert np.bincount(faces.y_train).tolist() == [75, 75] and np.bincount(faces.y_test).tolist() == [25, 25]
    assert faces.x_train.min() >= 0 and 0.9 < faces.x_train.max() <= 1
    x = np.concatenate([faces.x_train, faces.x_test]).reshape(200, -1)
    y = np.concatenate([faces.y_train, faces.y_test])
    assert cross_val_score(LogisticRegression(max_iter=2000), x, y, cv=5).mean() >= 0.9


def test_the_label_face_is_on_the_faces():
    """A face is lit in the middle of its picture; most of these backgrounds are dark there."""
    faces = load("faces")
    lit = faces.x_train[:, 8:17, 8:17].mean(axis=(1, 2)) > 0.35
    is_face = faces.y_train == faces.class_names.index("face")
    assert lit[is_face].mean() > 0.8 and lit[~is_face].mean() < 0.5


def test_digits_keep_the_classes_asked_for():
    digits = load("digits", classes=range(6))
    assert len(digits.y_train) + len(digits.y_test) == 1083
    assert digits.class_names == tuple("012345")
    assert digits.x_train.shape[1:] == (8, 8) and digits.x_train.max() == 16


def test_two_digits_become_labels_0_and_1():
    everything, pair = load("mnist_5k"), load("mnist_5k", classes=(8, 3))
    assert pair.class_names == ("3", "8")
    assert np.bincount(pair.y_train).tolist() == [400, 400]
    threes = {
        image.tobytes()
        for image in np.concatenate([everything.x_train, everything.x_test])[
            np.concatenate([everything.y_train, everything.y_test]) == 3
        ]
    }
    assert {image.tobytes() for image in pair.x_train[pair.y_train == 0]} < threes


@pytest.mark.parametrize("classes", [(3,), (3, 3), (3, 10), (-1, 2), (), (1.5, 2)])
def test_classes_that_are_no_two_digits_are_refused(classes):
    with pytest.raises(DataError, match="at least two different digits"):
        load("digits", classes=classes)


def test_mnist_5k_holds_500_of_each_digit():
    mnist = load("mnist_5k")
    assert mnist.x_train.shape == (4000, 28, 28) and mnist.x_test.shape == (1000, 28, 28)
    assert mnist.x_train.dtype == np.uint8
    assert (mnist.x_train.min(), mnist.x_train.max()) == (0, 255)
    assert np.bincount(mnist.y_train).tolist() == [400] * 10
    assert np.bincount(mnist.y_test).tolist() == [100] * 10


def test_mnist_5k_are_digits_with_their_labels():
    mnist = load("mnist_5k")
    means = np.stack([mnist.x_train[mnist.y_train == digit].mean(axis=0) for digit in range(10)])
    distances = ((mnist.x_test[:, None] - means) ** 2).sum(axis=(2, 3))
    assert (distances.argmin(axis=1) == mnist.y_test).mean() > 0.75


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "flowr"}, "no data set is named 'flowr': did you mean flower"),
        ({"name": "xyzzy"}, "there are flower, moons"),
        ({"name": "faces", "source": "public"}, "faces has no source 'public': it comes from 'offline'"),
        ({"name": "cats", "source": "offline"}, "cats has no source 'offline': it comes from 'course'"),
        ({"name": "circles", "noise": 1}, "circles takes no option 'noise': its options are seed"),
        ({"name": "moons", "size": 9}, "moons takes no option 'size': its options are seed, points, noise"),
        ({"name": "football", "source": "public"}, "it comes from 'offline' or 'course'"),
        ({"name": "faces", "seed": 1}, "faces takes no option 'seed': its options are none"),
    ],
)
def test_a_wrong_call_is_answered_in_one_line(arguments, message):
    with pytest.raises(DataError, match=message) as refusal:
        load(**arguments)
    assert "\n" not in str(refusal.value)


def test_the_classes_of_points_are_named_by_their_labels():
    for name in POINTS:
        assert load(name).class_names == ("class 0", "class 1")


def test_halves_of_other_lengths_are_refused():
    with pytest.raises(DataError, match="3 examples but 2 labels"):
        Dataset("odd", "offline", np.zeros((3, 2)), np.zeros(2), np.zeros((0, 2)), np.zeros(0), ("a", "b"), "")


def test_loading_needs_neither_tensorflow_nor_matplotlib_nor_the_network():
    code = (
        "import socket, sys\n"
        "def refuse(*args): raise AssertionError('network')\n"
        "socket.socket.connect = refuse\n"
        "from helpers.datasets import load, photograph\n"
        f"[load(name) for name in {OFFLINE}]\n"
        "photograph('chelsea'), photograph('china')\n"
        "print({'tensorflow', 'keras', 'matplotlib'} & set(sys.modules) or 'none of them')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "none of them"


def test_the_catalogue_lists_every_data_set_and_every_hash():
    catalogue = (paths.DATA / "README.md").read_text(encoding="utf-8")
    for entry in REGISTRY.values():
        row = next((line for line in catalogue.splitlines() if line.startswith(f"| {entry.name} | ")), None)
        assert row is not None, f"data/README.md has no row for {entry.name}"
        assert row.split(" | ")[1] == ", ".join(entry.tiers)
        listed = paths.DATA / f"{entry.name}.sha256"  # that of many files
        if listed.is_file():
            assert f"`data/{listed.name}`" in catalogue
            continue
        for file in entry.files:
            assert file.sha256 in catalogue and f"{file.size:,}" in catalogue
            for name, sha256 in getattr(file, "copies", ()):
                assert name in catalogue and sha256 in catalogue
