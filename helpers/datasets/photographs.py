"""Photographs for figures: those inside scikit-learn and scikit-image, and the learner's own image files."""

import warnings
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from helpers.datasets.dataset import DataError

_SCIKIT_LEARN = {
    "china": "photograph: danielbuechele (Flickr), CC BY 2.0, inside scikit-learn",
    "flower": "photograph: vultilion (Flickr), CC BY 2.0, inside scikit-learn",
}
_SCIKIT_IMAGE = {
    "astronaut": "photograph: NASA (Eileen Collins), public domain, inside scikit-image",
    "chelsea": "photograph: Stefan van der Walt (Chelsea the cat), CC0, inside scikit-image",
    "coffee": "photograph: Rachel Michetti (Pikolo Espresso Bar), CC0, inside scikit-image",
    "hubble_deep_field": "photograph: NASA (Hubble eXtreme Deep Field), public domain, inside scikit-image",
    "rocket": "photograph: SpaceX (launch of DSCOVR), public domain, inside scikit-image",
}
CREDITS = _SCIKIT_LEARN | _SCIKIT_IMAGE


def _known(name: str) -> str:
    """The name itself, if it is that of a photograph."""
    if name not in CREDITS:
        near = get_close_matches(name, CREDITS)
        meant = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(CREDITS))}"
        raise DataError(f"no photograph is named {name!r}: {meant}")
    return name


def photograph(name: str) -> np.ndarray:
    """Colour photograph that needs no network.

    Parameters
    ----------
    name : str
        "astronaut", "chelsea" (a cat), "china", "coffee", "flower", "hubble_deep_field" or "rocket".

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        Read-only.

    Raises
    ------
    DataError
        Where no photograph has that name.
    """
    if _known(name) in _SCIKIT_LEARN:
        from sklearn.datasets import load_sample_image

        image = load_sample_image(f"{name}.jpg")
    else:
        import skimage.data

        image = getattr(skimage.data, name)()
    image.setflags(write=False)
    return image


def credit(name: str) -> str:
    """One line that says who took a photograph, its licence, and the package it is in.

    Raises
    ------
    DataError
        Where no photograph has that name.
    """
    return CREDITS[_known(name)]


def decode_image(path: Path):
    """Pillow image of a file, upright and fully read, or a DataError that says what the file is instead."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not path.is_file():
        raise DataError(f"{path} is {'a folder' if path.is_dir() else 'absent'}: give the path of an image file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                return ImageOps.exif_transpose(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        limit = Image.MAX_IMAGE_PIXELS // 1_000_000
        raise DataError(f"{path} has more than {limit} million pixels: make it smaller first") from None
    except UnidentifiedImageError:
        raise DataError(f"{path} is not an image that Pillow can read: save it as PNG or JPEG") from None
    except (OSError, SyntaxError):
        raise DataError(f"{path} is a damaged or incomplete image: copy or download it again") from None


def read_image(path: str | Path, size: tuple[int, int] | None = None, gray: bool = False) -> np.ndarray:
    """The learner's own image, upright as the camera meant it (EXIF), transparent parts on white.

    Parameters
    ----------
    path : str or Path
    size : (height, width), optional
        Stretched to this size; left out, the image keeps its own.
    gray : bool
        One channel of luminance instead of red, green, blue.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3), or (height, width) where gray

    Raises
    ------
    DataError
        Where the file is absent, not an image, damaged, of 16 or more bits per pixel and channel, or far too large,
        or the size is not two positive integers.
    """
    from PIL import Image

    if size is not None and (len(size) != 2 or min(size) < 1):
        raise DataError(f"read_image: size is {size}, expected (height, width), both at least 1")
    image = decode_image(Path(path).expanduser())
    if image.mode.startswith(("I", "F")):
        raise DataError(f"{path} has more than 8 bits per pixel and channel (mode {image.mode}): save it with 8")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("L" if gray else "RGB")
    if size is not None:
        height, width = size
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    return np.array(image)
