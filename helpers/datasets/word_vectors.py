"""Word vectors at hand: those that the workbook trained on its small world, and where GloVe's own are."""

import zipfile
from pathlib import Path

import numpy as np

from helpers import paths
from helpers.datasets import downloads
from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.downloads import RemoteFile

FILE = paths.DATA / "word_vectors.h5"
GLOVE = RemoteFile(
    path="glove/glove.6B.zip",
    url="https://nlp.stanford.edu/data/glove.6B.zip",
    size=862_182_613,
    sha256="617afb2fe6cbd085c235baf7a465b96f4112bd7f7ccb2b2cbd649fed9cbcf2fb",
)
_TEXTS = ("glove.6B.50d.txt", "glove.6B.50d-relativized.txt")


def word_vectors() -> Dataset:
    """Vectors (V, 50) float32 of the words in `class_names`, trained by the workbook; the labels are 0 to V - 1.

    Raises
    ------
    DataError
        Where the stored file is absent or is no file of word vectors.
    """
    import h5py

    try:
        with h5py.File(FILE, "r") as stored:
            words = tuple(word.decode() for word in stored["words"][()])
            vectors, recipe = stored["vectors"][()], stored.attrs["recipe"]
    except (OSError, KeyError):
        raise DataError("data/word_vectors.h5 is absent or damaged: get it again from the repository") from None
    note = f"word_vectors: {len(words)} words × {vectors.shape[1]}, {recipe}; no licence needed"
    labels = np.arange(len(words), dtype=np.int64)
    return Dataset("word_vectors", "offline", vectors, labels, vectors[:0].copy(), labels[:0].copy(), words, note)


def glove_text() -> Path:
    """Text file of GloVe 6B in 50 dimensions, to be read by `helpers.text.vectors.read_glove`.

    A text in the folder `glove` of `$WORKBOOK_DATA` or data/downloads is taken as it is: `glove.6B.50d.txt`, or
    `glove.6B.50d-relativized.txt`, which has some thousand of its rows. Otherwise it comes out of the archive, which
    is fetched (862 MB) and verified.

    Raises
    ------
    DataError
        Where there is neither, and no network.
    """
    folders = [folder / "glove" for folder in (paths.downloads(), paths.DATA / "downloads")]
    held = next((folder / name for name in _TEXTS for folder in folders if (folder / name).is_file()), None)
    if held:
        return held
    archive = downloads.fetch(GLOVE)
    with zipfile.ZipFile(archive) as packed:
        return Path(packed.extract(_TEXTS[0], archive.parent))
