"""Portraits of people who do not exist: a person keeps face, hair and colours, while pose, light and expression change.

Every person has a number below a seed, so two sets whose seeds or numbers differ show different people.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.photographs import read_image
from helpers.datasets.portrait_painting import CONDITIONS, TRAITS, paint_shots


@dataclass(frozen=True, eq=False)
class Portraits:
    """Pictures with the number of the person that each shows.

    Attributes
    ----------
    images : ndarray, shape (m, height, width, 3), uint8
    people : ndarray, shape (m,), int64
    note : str
        Where they came from.
    """

    images: np.ndarray = field(repr=False)
    people: np.ndarray = field(repr=False)
    note: str

    def __post_init__(self) -> None:
        """Refuse halves that do not fit, and lock the arrays."""
        if len(self.images) != len(self.people):
            raise DataError(f"portraits: {len(self.images)} images but {len(self.people)} numbers of people")
        self.images.setflags(write=False)
        self.people.setflags(write=False)

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self.images)


def portraits(
    people: int = 100, shots: int = 10, seed: int = 0, size: int = 32, first: int = 0, noise: float = 14.0
) -> Portraits:
    """Portraits of generated people, sorted by person; the first people stay the same when more are made.

    Parameters
    ----------
    people, shots : int
        How many people, and how many portraits of each; more shots repeat the first situations with other grain.
    seed : int
        Another seed means other people, in other situations.
    size : int
        Pixels across and down; the people and their situations do not depend on it.
    first : int
        Number of the first person, so that `first=100` goes on where 100 people ended.

    noise : float
        How much the grain changes a pixel at most; 0 leaves it out.

    Returns
    -------
    Portraits
        `people × shots` pictures; the numbers of the people are `first`, `first + 1`, ….

    Raises
    ------
    DataError
        Where a number is no integer or too small: sizes start at 16.
    """
    least = {"people": 1, "shots": 1, "seed": 0, "size": 16, "first": 0}
    for name, value in zip(least, (people, shots, seed, size, first), strict=True):
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least[name]:
            raise DataError(f"portraits: {name} is {value!r}, expected an integer from {least[name]} on")
    if not 0 <= noise < 256:
        raise DataError(f"portraits: noise is {noise!r}, expected a number from 0 to 255")
    numbers = np.arange(first, first + people)
    images = np.concatenate([_shoot(seed, number, shots, size, noise) for number in numbers])
    note = (
        f"portraits: {people} people × {shots}, {size}×{size}×3 uint8, made by helpers/datasets/portraits.py, "
        f"seed {seed}; nobody in them exists, so no licence and no consent is needed."
    )
    return Portraits(images, np.repeat(numbers, shots), note)


def _shoot(seed: int, number: int, shots: int, size: int, noise: float) -> np.ndarray:
    """Pictures (shots, size, size, 3) uint8 of the person of a number."""
    random = np.random.RandomState((seed, number))  # its stream is frozen by NumPy's policy
    person = _drawn(TRAITS, random.random_sample(len(TRAITS)).tolist())
    situations = _drawn(CONDITIONS, random.random_sample((shots, len(CONDITIONS))).T[:, :, None, None])
    image = paint_shots(person, situations, size)
    grain = np.random.RandomState((seed, number, 1)).random_sample((2, shots, size, size, 3))
    return np.clip(image + noise * (grain[0] - grain[1]), 0, 255).astype(np.uint8)


def _drawn(table: dict[str, tuple[float, float]], places: list) -> dict:
    """For each row of a table the value at a place from 0 to 1 between its ends."""
    return {name: low + (high - low) * place for (name, (low, high)), place in zip(table.items(), places, strict=True)}


def portraits_dataset(people: int = 20, shots: int = 10, seed: int = 0) -> Dataset:
    """Generated portraits of people to recognise again: a fifth of each person's pictures is held out.

    Test people who were never seen come from `portraits` with another seed or another first number.

    Parameters
    ----------
    people, shots, seed : int
        As in `portraits`.
    """
    return as_dataset("offline", portraits(people, shots, seed))


def as_dataset(source: str, faces: Portraits) -> Dataset:
    """Portraits as a data set whose classes are the people: of each the last fifth of the pictures is for testing."""
    people, labels = np.unique(faces.people, return_inverse=True)
    held_out = np.zeros(len(faces), bool)
    for label in range(len(people)):
        members = np.flatnonzero(labels == label)
        held_out[members[-max(len(members) // 5, 1) :]] = len(members) > 1
    (x, y), (x_test, y_test) = ((faces.images[half], labels[half].astype(np.int64)) for half in (~held_out, held_out))
    names = tuple(f"person {number}" for number in people)
    return Dataset("portraits", source, x, y, x_test, y_test, names, faces.note)


def verification_pairs(people: np.ndarray, count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of pictures, the first half of the same person, the second of two people.

    Parameters
    ----------
    people : ndarray of int, shape (m,)
        The person on each picture.
    count : int
        How many pairs of each kind; where fewer exist, all of those.
    seed : int

    Returns
    -------
    pairs : ndarray of int, shape (k, 2)
        Indices of pictures; no pair comes twice.
    same : ndarray of bool, shape (k,)

    Raises
    ------
    DataError
        Where `people` is not one axis of numbers, or there is no pair of one of the kinds.
    """
    people = np.asarray(people)
    if people.ndim != 1 or count < 1:
        raise DataError(f"verification_pairs: people has shape {people.shape} and count is {count}, expected (m,), 1…")
    one, other = np.triu_indices(len(people), k=1)
    random = np.random.RandomState(seed)
    alike = people[one] == people[other]
    if not alike.any() or alike.all():
        missing = "two people" if alike.all() and len(alike) else "two pictures of one person"
        raise DataError(f"verification_pairs: among {len(people)} pictures there is no pair of {missing}")
    chosen = [random.permutation(np.flatnonzero(kind))[:count] for kind in (alike, ~alike)]
    index = np.concatenate(chosen)
    return np.stack([one[index], other[index]], axis=1), alike[index]


def face_input(image: str | Path | np.ndarray, size: int = 32) -> np.ndarray:
    """What a network of faces takes for one picture: a batch of one, pixels in [-1, 1].

    Parameters
    ----------
    image : path or ndarray of uint8, shape (height, width, 3) or (height, width)
        A file is stretched to `size`; an array must have it already.

    Returns
    -------
    ndarray, shape (1, size, size, 3), float64

    Raises
    ------
    DataError
        Where the file is no image, or the array is of another shape or dtype.
    """
    if isinstance(image, str | Path):
        image = read_image(image, (size, size))
    image = np.asarray(image)
    if image.ndim == 2:
        image = np.repeat(image[..., None], 3, axis=2)
    if image.shape != (size, size, 3) or image.dtype != np.uint8:
        raise DataError(f"face_input: came {image.shape} {image.dtype}, expected ({size}, {size}, 3) uint8 or a path")
    return image[None] / 127.5 - 1


def varied(images: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    """Real faces as they might have come out too: mirrored, turned by up to 11°, scaled, moved, in other light.

    Parameters
    ----------
    images : ndarray of uint8, shape (m, height, width, 3)
    random : np.random.RandomState

    Returns
    -------
    ndarray of uint8, shape (m, height, width, 3)
    """
    from scipy.ndimage import affine_transform

    made = np.empty(images.shape)
    middle = (np.array(images.shape[1:3]) - 1) / 2
    for i, image in enumerate(images.astype(float)):
        angle, scale = random.uniform(-0.2, 0.2), random.uniform(0.85, 1.15)
        matrix = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        offset = middle - matrix @ middle + random.uniform(-0.1, 0.1, 2) * images.shape[1:3]
        image = image[:, ::-1] if random.random_sample() < 0.5 else image
        for channel in range(image.shape[2]):
            made[i, ..., channel] = affine_transform(image[..., channel], matrix, offset, order=1, mode="nearest")
    contrast, light = random.uniform(0.7, 1.3, (len(images), 1, 1, 1)), random.uniform(-32, 32, (len(images), 1, 1, 1))
    return np.clip(127.5 + contrast * (made - 127.5) + light, 0, 255).astype(np.uint8)


def photographed_again(images: np.ndarray, contrast: float = 0.8, frame: int = 1) -> np.ndarray:
    """Pictures as a camera sees them on a sheet of paper: paler, with a white edge.

    Parameters
    ----------
    images : ndarray of uint8, shape (m, height, width, 3)
    contrast : float
        1 leaves the colours as they are, 0 makes all of them gray 150.
    frame : int
        Width of the white edge, pixels.

    Returns
    -------
    ndarray of uint8, shape (m, height, width, 3)
    """
    paper = np.full(images.shape, 235.0)
    inner = np.s_[:, frame : images.shape[1] - frame, frame : images.shape[2] - frame]
    paper[inner] = 150 * (1 - contrast) + contrast * images[inner].astype(float)
    return np.clip(paper, 0, 255).astype(np.uint8)
