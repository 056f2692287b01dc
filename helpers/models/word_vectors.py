"""The word vectors that the workbook keeps: trained on its small world and stored as `data/word_vectors.h5`.

`python -c "from helpers.models.word_vectors import store; store()"` makes the file again, in a few seconds.
"""

from pathlib import Path

import numpy as np

from helpers.datasets.small_world import small_world
from helpers.datasets.word_vectors import FILE
from helpers.nn.word_vectors import train_skip_gram
from helpers.text.vocabulary import word_vocabulary

SENTENCES, FEELINGS, EPOCHS = 40000, 0.4, 8
RECIPE = (
    f"skip-gram with 5 negatives, window 5, {EPOCHS} epochs, seed 0, "
    f"on {SENTENCES} sentences of the small world, {FEELINGS:.0%} of them about feelings"
)


def trained(sentences: int = SENTENCES, epochs: int = EPOCHS) -> tuple[tuple[str, ...], np.ndarray]:
    """Words, the most frequent first, and their vectors (V, 50), float32; the same on every machine but for rounding.

    Parameters
    ----------
    sentences, epochs : int
        Those of the stored vectors where they are left out.
    """
    text = small_world(sentences, feelings=FEELINGS)
    vocabulary = word_vocabulary(text)
    ids = [np.array(vocabulary.encode(sentence)) for sentence in text]
    vectors, _ = train_skip_gram(ids, len(vocabulary), 50, epochs=epochs)
    return vocabulary.tokens, vectors.astype(np.float32)


def store(path: Path = FILE) -> None:
    """Train and write the words, their vectors and the recipe."""
    import h5py

    words, vectors = trained()
    with h5py.File(path, "w") as stored:
        stored["words"] = np.array([word.encode() for word in words])
        stored["vectors"] = vectors
        stored.attrs["recipe"] = RECIPE
