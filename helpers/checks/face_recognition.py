"""Exercises of course 4, week 4: face recognition. TensorFlow is imported inside the functions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.datasets.portraits import face_input
from helpers.nn import triplets

lesson = Lesson("face recognition")
check = lesson.check

THRESHOLD = 0.7


def _unit(rng: np.random.Generator, count: int, dimensions: int = 5) -> np.ndarray:
    vectors = rng.standard_normal((count, dimensions))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _distance_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 0.0]]), label="the corners of a triangle")
    yield case(_unit(rng, 6), label="6 embeddings of length 1")
    yield case(rng.standard_normal((3, 7)), label="3 vectors that are not of length 1")


@lesson.exercise(
    _distance_cases,
    Mistake("squared distances are asked for: no root", lambda embeddings: np.sqrt(squared_distances(embeddings))),
    Mistake(
        "sum over the dimensions, not the mean", lambda embeddings: squared_distances(embeddings) / embeddings.shape[1]
    ),
    Mistake(
        "these are the products x_i·x_j: the distance is ‖x_i - x_j‖²", lambda embeddings: embeddings @ embeddings.T
    ),
)
def squared_distances(embeddings: np.ndarray) -> np.ndarray:
    """Squared distances (m, m) between all pairs of rows."""
    return triplets.squared_distances(embeddings)


def _tensors(*arrays: np.ndarray) -> list:
    import tensorflow as tf

    return [tf.constant(np.asarray(array, dtype=np.float64)) for array in arrays]


def _loss_cases(rng: np.random.Generator) -> Iterator[Case]:
    near, far = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    yield case(None, _tensors(near, near, far), label="a triplet that is right already")
    yield case(None, _tensors(near, far, near), label="a triplet that is all wrong")
    inside = np.array([[0.6, 0.8]]), np.array([[0.6, 0.8]]), np.array([[0.5, 0.75**0.5]])
    yield case(None, _tensors(*inside), label="a negative inside the margin")
    yield case(None, _tensors(*(_unit(rng, 8) for _ in range(3))), label="8 random triplets")
    yield case(None, _tensors(*_unit(rng, 3)), 2.5, label="a single triplet without a batch axis")
    yield case(None, _tensors(*(_unit(rng, 5, 3) for _ in range(3))), 1.0, label="alpha=1")
    yield case(None, _tensors(*(_unit(rng, 6) for _ in range(3))), alpha=0.0, label="alpha=0")


def _parts(y_pred: list) -> tuple[np.ndarray, np.ndarray]:
    anchor, positive, negative = (tensor.numpy() for tensor in y_pred)
    return np.sum((anchor - positive) ** 2, axis=-1), np.sum((anchor - negative) ** 2, axis=-1)


def _not_cut_off(y_true, y_pred, alpha=0.2):
    to_positive, to_negative = _parts(y_pred)
    return _tensors(np.sum(to_positive - to_negative + alpha))[0]


def _cut_off_late(y_true, y_pred, alpha=0.2):
    to_positive, to_negative = _parts(y_pred)
    return _tensors(max(np.sum(to_positive - to_negative + alpha), 0))[0]


def _mean_of_triplets(y_true, y_pred, alpha=0.2):
    return triplet_loss(y_true, y_pred, alpha) / len(y_pred[0])


def _swapped(y_true, y_pred, alpha=0.2):
    return triplet_loss(y_true, [y_pred[0], y_pred[2], y_pred[1]], alpha)


@lesson.exercise(
    _loss_cases,
    Mistake("a triplet that is right by more than the margin costs nothing: max(…, 0)", _not_cut_off),
    Mistake("cut off each triplet at 0 before you add them up, not the sum", _cut_off_late),
    Mistake("the sum over the triplets, not their mean", _mean_of_triplets),
    Mistake("the positive should be near and the negative far: the signs are swapped", _swapped),
)
def triplet_loss(y_true: object, y_pred: list, alpha: float = 0.2) -> object:
    """Sum over all triplets, a float64 tensor without axes."""
    return _tensors(triplets.triplet_loss(*(tensor.numpy() for tensor in y_pred), alpha))[0]


def _mining_cases(rng: np.random.Generator) -> Iterator[Case]:
    line = np.array([[0.0], [1.0], [1.5], [0.4], [3.0]])
    labels = np.array([0, 0, 1, 1, 2])
    distances = triplets.squared_distances(line)
    yield case(distances, labels, *triplets.positive_pairs(labels), label="five points on a line")
    tie = np.array([[0.0], [2.0], [-2.0], [5.0], [9.0]])
    labels = np.array([0, 0, 1, 1, 2])
    yield case(
        triplets.squared_distances(tie), labels, np.array([0]), np.array([1]), label="a negative as far as the positive"
    )
    lonely = np.array([[0.0], [9.0], [1.0], [2.0]])
    labels = np.array([3, 3, 5, 5])
    pair = np.array([0]), np.array([1])
    yield case(triplets.squared_distances(lonely), labels, *pair, label="no negative beyond the positive")
    for people, shots in ((4, 3), (3, 5)):
        labels = rng.permutation(np.repeat(np.arange(people), shots))
        distances = triplets.squared_distances(_unit(rng, people * shots))
        yield case(
            distances, labels, *triplets.positive_pairs(labels), label=f"{people} people, {shots} pictures of each"
        )


def _hardest(distances, labels, anchors, positives):
    return triplets.hardest_negatives(distances, labels, anchors)


def _anyone(distances, labels, anchors, positives):
    to_all = distances[anchors]
    beyond = np.where(to_all > distances[anchors, positives][:, None], to_all, np.inf)
    return np.where(np.isfinite(beyond).any(axis=1), beyond.argmin(axis=1), to_all.argmax(axis=1))


def _no_way_out(distances, labels, anchors, positives):
    to_all = np.where(labels[anchors][:, None] != labels, distances[anchors], np.inf)
    return np.where(to_all > distances[anchors, positives][:, None], to_all, np.inf).argmin(axis=1)


@lesson.exercise(
    _mining_cases,
    Mistake("this is the hardest negative: it must be farther from the anchor than the positive", _hardest),
    Mistake("a negative shows another person: leave out those with the anchor's label", _anyone),
    Mistake("where no negative is beyond the positive, take the farthest one", _no_way_out),
)
def semi_hard_negatives(
    distances: np.ndarray, labels: np.ndarray, anchors: np.ndarray, positives: np.ndarray
) -> np.ndarray:
    """Index (k,) of the semi-hard negative of each pair."""
    return triplets.semi_hard_negatives(distances, labels, anchors, positives)


def _rate_cases(rng: np.random.Generator) -> Iterator[Case]:
    same = np.array([True, True, True, True, False, False])
    yield case(np.array([0.1, 0.4, 0.8, 0.9, 0.3, 1.2]), same, 0.5, label="four pairs of one person, two of others")
    yield case(
        np.array([0.5, 0.5, 0.25]), np.array([True, False, False]), 0.5, label="a distance equal to the threshold"
    )
    yield case(rng.uniform(0, 2, 40), rng.random(40) < 0.3, 0.9, label="40 random pairs")
    yield case(np.array([1.0, 1.5, 1.0]), np.array([True, True, False]), 0.2, label="a threshold that lets nobody in")


@lesson.exercise(
    _rate_cases,
    Mistake(
        "first the misses, then the false acceptances",
        lambda distances, same, threshold: error_rates(distances, same, threshold)[::-1],
    ),
    Mistake(
        "each rate is a share of its own kind of pairs, not of all pairs",
        lambda distances, same, threshold: (
            np.mean(same & (distances > threshold)),
            np.mean(~same & (distances <= threshold)),
        ),
    ),
    Mistake(
        "a small distance is accepted: distances <= threshold",
        lambda distances, same, threshold: error_rates(-distances, same, -threshold),
    ),
)
def error_rates(distances: np.ndarray, same: np.ndarray, threshold: float) -> tuple[float, float]:
    """Misses among the pairs of one person, false acceptances among the pairs of two."""
    accepted = distances <= threshold
    return np.mean(~accepted[same]), np.mean(accepted[~same])


@dataclass(frozen=True)
class _SomeNetwork:
    """Stands in for a network: eight fixed numbers made of the picture, not of length 1."""

    def predict_on_batch(self, x: np.ndarray) -> np.ndarray:
        """Numbers (m, 8)."""
        pixels = np.asarray(x, dtype=float).reshape(len(x), -1)
        return pixels @ np.random.RandomState(0).standard_normal((pixels.shape[1], 8))

    __call__ = predict_on_batch


def _encoding(image: np.ndarray, model: _SomeNetwork) -> np.ndarray:
    encoding = model.predict_on_batch(face_input(image))
    return encoding / np.linalg.norm(encoding)


def _pictures(rng: np.random.Generator, count: int) -> list[np.ndarray]:
    return list(rng.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8))


def _encoding_cases(rng: np.random.Generator) -> Iterator[Case]:
    for picture, label in zip(_pictures(rng, 2), ("a picture", "another picture"), strict=True):
        yield case(picture, _SomeNetwork(), label=label)
    yield case(np.full((32, 32, 3), 255, np.uint8), _SomeNetwork(), label="a white picture")


@lesson.exercise(
    _encoding_cases,
    Mistake(
        "scale the answer to length 1: divide by its norm",
        lambda image_path, model: model.predict_on_batch(face_input(image_path)),
    ),
    Mistake(
        "the encoding keeps the axis of the batch: (1, n)", lambda image_path, model: _encoding(image_path, model)[0]
    ),
)
def img_to_encoding(image_path: object, model: object) -> np.ndarray:
    """Encoding (1, n) of length 1."""
    return _encoding(image_path, model)


def _enrolment_cases(rng: np.random.Generator) -> Iterator[Case]:
    for count in (1, 2, 5):
        yield case(_pictures(rng, count), _SomeNetwork(), label=f"{count} picture{'s' * (count > 1)}")


def _mean_not_scaled(pictures, model):
    return np.mean([_encoding(picture, model) for picture in pictures], axis=0)


@lesson.exercise(
    _enrolment_cases,
    Mistake("the mean of several encodings is shorter than 1: scale it", _mean_not_scaled),
    Mistake("use all pictures, not the first alone", lambda pictures, model: _encoding(pictures[0], model)),
)
def enrol(pictures: list, model: object) -> np.ndarray:
    """Encoding (1, n) of length 1 of a person."""
    mean = _mean_not_scaled(pictures, model)
    return mean / np.linalg.norm(mean)


def _door(rng: np.random.Generator) -> tuple[np.ndarray, dict[str, np.ndarray], _SomeNetwork]:
    """A picture, the encodings of three people at distances of about 0.2, 0.6 and more, and the network."""
    model, image = _SomeNetwork(), rng.integers(0, 256, (32, 32, 3), dtype=np.uint8)
    here = _encoding(image, model)
    aside = rng.standard_normal(here.shape)
    aside = aside - (aside @ here.T) * here
    aside = aside / np.linalg.norm(aside)
    moved = {name: here + reach * aside for name, reach in (("bertrand", 0.64), ("danielle", 0.2), ("kian", -1.5))}
    return image, {name: value / np.linalg.norm(value) for name, value in moved.items()}, model


def _verify_cases(rng: np.random.Generator) -> Iterator[Case]:
    image, database, model = _door(rng)
    for name, what in (
        ("danielle", "a face like hers"),
        ("bertrand", "a face not far from his"),
        ("kian", "another face"),
    ):
        yield case(image, name, database, model, label=what)
    farther = {"felix": -_encoding(image, model), "kevin": _encoding(image, model)}
    yield case(image, "felix", farther, model, label="the face that is farthest of all")
    yield case(image, "kevin", farther, model, label="the enrolled picture itself")
    yield case(image, "ana", _at(image, model, 0.8), model, label="a distance of 0.8")


def _at(image: np.ndarray, model: _SomeNetwork, distance: float) -> dict[str, np.ndarray]:
    """A database whose only person is so far from the picture."""
    here = _encoding(image, model)
    return {"ana": here + distance * np.eye(8)[[0]]}


def _squared(image_path, identity, database, model):
    dist = verify(image_path, identity, database, model)[0] ** 2
    return dist, dist < THRESHOLD


def _closed_to_friends(image_path, identity, database, model):
    dist, door_open = verify(image_path, identity, database, model)
    return dist, not door_open


def _open_first(image_path, identity, database, model):
    return verify(image_path, identity, database, model)[::-1]


@lesson.exercise(
    _verify_cases,
    Mistake("the distance itself is compared here, not its square", _squared),
    Mistake("the door opens to small distances", _closed_to_friends),
    Mistake("return the distance first, then whether the door opens", _open_first),
)
def verify(image_path: object, identity: str, database: Mapping[str, np.ndarray], model: object) -> tuple[float, bool]:
    """Distance to the enrolled encoding of `identity`, and whether it is below 0.7."""
    dist = float(np.linalg.norm(_encoding(image_path, model) - database[identity]))
    return dist, dist < THRESHOLD


def _identity_cases(rng: np.random.Generator) -> Iterator[Case]:
    image, database, model = _door(rng)
    yield case(image, database, model, label="two people near, the nearer one second")
    yield case(image, dict(reversed(database.items())), model, label="the same people in another order")
    yield case(image, {"kian": database["kian"]}, model, label="a stranger")
    yield case(image, {"bertrand": database["bertrand"], "kian": database["kian"]}, model, label="one person near")
    yield case(image, _at(image, model, 0.8), model, label="a distance of 0.8")
    yield case(image, {"felix": -_encoding(image, model)}, model, label="the face that is farthest of all")


def _always_somebody(image_path, database, model):
    encoding = _encoding(image_path, model)
    distances = {name: float(np.linalg.norm(encoding - known)) for name, known in database.items()}
    identity = min(distances, key=distances.get)
    return distances[identity], identity


def _first_below(image_path, database, model):
    found = ((*verify(image_path, name, database, model), name) for name in database)
    dist, _, name = next(one for one in found if one[1])
    return dist, name


def _name_first(image_path, database, model):
    return who_is_it(image_path, database, model)[::-1]


@lesson.exercise(
    _identity_cases,
    Mistake('whoever is farther than 0.7 from everybody is "unknown"', _always_somebody),
    Mistake("look at everybody: the nearest counts, not the first below the threshold", _first_below),
    Mistake("return the distance first, then the name", _name_first),
)
def who_is_it(image_path: object, database: Mapping[str, np.ndarray], model: object) -> tuple[float, str]:
    """Distance to the nearest enrolled encoding, and whose it is; "unknown" beyond 0.7."""
    dist, identity = _always_somebody(image_path, database, model)
    return dist, "unknown" if dist > THRESHOLD else identity
