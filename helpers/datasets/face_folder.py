"""Real faces: a folder for each person (`s1/1.pgm`, as ORL comes), and the collections that scikit-learn fetches."""

from pathlib import Path

import numpy as np

from helpers import paths
from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.photographs import read_image
from helpers.datasets.portraits import Portraits, as_dataset

_SUFFIXES = {".pgm", ".ppm", ".png", ".jpg", ".jpeg", ".bmp"}
_ORL = "ORL database of faces, credit: Olivetti Research Laboratory, Cambridge (Samaria and Harter 1994)"
_MEGABYTES = {"olivetti": 4, "lfw": 243}


def face_folder(folder: str | Path, size: int = 32, test_people: int = 10) -> tuple[Portraits, Portraits]:
    """Faces of a folder that holds a folder for each person, `s1/1.pgm`, the last people held out.

    Names with numbers in them are sorted by the number: s2 comes before s10. Gray pictures get three equal channels.

    Parameters
    ----------
    folder : str or Path
    size : int
        All pictures are stretched to size × size.
    test_people : int
        How many people are held out.

    Returns
    -------
    train, test : Portraits

    Raises
    ------
    DataError
        Where there are too few people, a person has fewer than two pictures, or a file is no image.
    """
    root = Path(folder).expanduser()
    people = sorted((path for path in root.glob("*") if path.is_dir()), key=_by_number)
    shots = [
        sorted((p for p in person.iterdir() if p.suffix.lower() in _SUFFIXES), key=_by_number) for person in people
    ]
    if lacking := [person.name for person, files in zip(people, shots, strict=True) if len(files) < 2]:
        raise DataError(f"face_folder: {root / lacking[0]} holds fewer than two pictures, expected some of one person")
    if not 2 <= test_people <= len(people) - 2:
        raise DataError(
            f"face_folder: {root} holds {len(people)} folders of people, s1/1.pgm and so on, and test_people is "
            f"{test_people}: at least two people must be on each side"
        )
    images = np.stack([read_image(path, (size, size)) for files in shots for path in files])
    numbers = np.repeat(np.arange(len(people)), [len(files) for files in shots])
    return _held_out(images, numbers, test_people, f"{root.name}: {len(people)} people, {len(images)} pictures")


def _by_number(path: Path) -> tuple[int, str]:
    digits = "".join(filter(str.isdigit, path.stem))
    return int(digits or 0), path.name


def _held_out(images: np.ndarray, people: np.ndarray, test_people: int, note: str) -> tuple[Portraits, Portraits]:
    """The people below and from a number on, all their pictures with them."""
    border = people.max() + 1 - test_people
    halves = (people < border, people >= border)
    return tuple(Portraits(images[half], people[half].astype(np.int64), note) for half in halves)


def orl_faces(folder: str | Path | None = None, size: int = 32, test_people: int = 10) -> tuple[Portraits, Portraits]:
    """The 400 faces of ORL, 40 people × 10, gray; the last ten people are held out.

    Parameters
    ----------
    folder : str or Path, optional
        Where s1 to s40 are. Left out, `orl` below `$WORKBOOK_DATA` or data/downloads; where that is absent too, the
        same faces (Olivetti) are fetched by scikit-learn, which verifies them, at 64×64 pixels.
    size, test_people : int

    Raises
    ------
    DataError
        Where there is no such folder and no network.
    """
    known = [Path(folder)] if folder else [paths.downloads() / "orl", paths.DATA / "downloads" / "orl"]
    held = next((path for path in known if path.expanduser().is_dir()), None)
    if held is None and folder:
        raise DataError(f"orl: {folder} is no folder: give the one that holds s1 to s40")
    if held is None:
        return fetched_faces("olivetti", size, test_people)
    train, test = face_folder(held, size, test_people)
    return tuple(Portraits(half.images, half.people, f"portraits: {half.note}; {_ORL}") for half in (train, test))


def orl(folder: str | Path | None = None, size: int = 32) -> Dataset:
    """The faces of ORL as a data set whose classes are the people, a fifth of each held out; see `orl_faces`."""
    train, test = orl_faces(folder, size)
    images, people = (np.concatenate([getattr(half, name) for half in (train, test)]) for name in ("images", "people"))
    return as_dataset("public", Portraits(images, people, train.note))


def fetched_faces(name: str, size: int = 32, test_people: int = 10) -> tuple[Portraits, Portraits]:
    """Faces that scikit-learn fetches and verifies, gray, the last people held out.

    Parameters
    ----------
    name : {"olivetti", "lfw"}
        40 people × 10, the faces of ORL; or the 62 people of Labeled Faces in the Wild with 20 pictures or more
        (243 MB to fetch).
    size, test_people : int

    Raises
    ------
    DataError
        Where the name is another, or they are not at hand and there is no network.
    """
    from sklearn import datasets

    fetchers = {
        "olivetti": lambda: datasets.fetch_olivetti_faces(data_home=_kept()),
        "lfw": lambda: datasets.fetch_lfw_people(data_home=_kept(), min_faces_per_person=20, resize=None),
    }
    if name not in fetchers:
        raise DataError(f"no faces are named {name!r}: there are {' and '.join(fetchers)}")
    try:
        bunch = fetchers[name]()
    except OSError as error:
        raise DataError(
            f"could not fetch {name} ({_MEGABYTES[name]} MB, by scikit-learn): {type(error).__name__}. Try again with "
            "a network, or name a folder with s1/1.pgm"
        ) from error
    note = f"portraits: {name}, fetched by scikit-learn; " + (
        _ORL if name == "olivetti" else "Huang et al. 2007, for research"
    )
    return _held_out(_resized(bunch.images, size), bunch.target, test_people, note)


def _kept() -> str:
    """Where scikit-learn keeps what it fetched."""
    return str(paths.downloads() / "scikit_learn")


def _resized(images: np.ndarray, size: int) -> np.ndarray:
    """Gray pictures, floats from 0 to 1 or to 255, as (m, size, size, 3) uint8."""
    from PIL import Image

    scale = 255 if images.max() <= 1 else 1
    stretched = [
        np.asarray(Image.fromarray((image * scale).astype(np.uint8)).resize((size, size), Image.Resampling.LANCZOS))
        for image in images
    ]
    return np.repeat(np.stack(stretched)[..., None], 3, axis=3)
