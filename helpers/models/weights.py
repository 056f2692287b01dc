"""Weights that the workbook trained itself: `data/weights/NAME.weights.h5`, checked against its card `NAME.json`."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import keras

from helpers import paths


class WeightsError(ValueError):
    """Weights that cannot be had; the message is one line that says what is wrong and what to do."""


def save(model: keras.Model, name: str, facts: Mapping[str, object], folder: Path | None = None) -> dict[str, object]:
    """Write the weights of a network, and a card that says what they are.

    Parameters
    ----------
    model : keras.Model
    name : str
        The files are NAME.weights.h5 and NAME.json.
    facts : mapping
        What the card says besides file, size, SHA-256 and number of parameters: data, licence, recipe, accuracy.
    folder : Path, optional
        `data/weights` where it is left out.

    Returns
    -------
    dict
        The card.
    """
    folder = folder or paths.WEIGHTS
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.weights.h5"
    model.save_weights(file)
    written = {
        "name": name,
        "file": file.name,
        "bytes": file.stat().st_size,
        "sha256": sha256(file),
        "parameters": model.count_params(),
    }
    text = json.dumps(written | dict(facts), indent=1, ensure_ascii=False) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return written | dict(facts)


def card(name: str, folder: Path | None = None) -> dict[str, object]:
    """What is known of stored weights: data, licence, recipe, accuracy, SHA-256.

    Raises
    ------
    WeightsError
        Where there are no such weights, or the card is no card.
    """
    path = (folder or paths.WEIGHTS) / f"{name}.json"
    if not path.is_file():
        known = ", ".join(sorted(other.stem for other in path.parent.glob("*.json"))) or "none"
        raise WeightsError(f"no weights are named {name!r}: {path} is absent; there are: {known}")
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return {"file": read["file"], "sha256": read["sha256"], **read}
    except (ValueError, TypeError, KeyError):
        raise WeightsError(f"{path} is no card of stored weights: get the file again from the repository") from None


def load(model: keras.Model, name: str, folder: Path | None = None) -> keras.Model:
    """The network with stored weights, after their file was found to be the one that its card describes.

    Parameters
    ----------
    model : keras.Model
        Of the architecture that the weights belong to, in any data type; its weights are overwritten.
    name : str
    folder : Path, optional
        `data/weights` where it is left out.

    Returns
    -------
    keras.Model
        `model`.

    Raises
    ------
    WeightsError
        Where card or file are absent, the SHA-256 is another, or the network is of another architecture.
    """
    described = card(name, folder)
    file = (folder or paths.WEIGHTS) / str(described["file"])
    if not file.is_file():
        raise WeightsError(f"{file} is absent: get it again from the repository, or run workbook data train {name}")
    if (came := sha256(file)) != described["sha256"]:
        expected = str(described["sha256"])[:12]
        raise WeightsError(f"{file} is not the file of its card: SHA-256 {came[:12]}…, expected {expected}…")
    try:
        model.load_weights(file)
    except (ValueError, KeyError) as error:
        first = str(error).splitlines()[0]
        raise WeightsError(f"{name} does not fit the network {model.name!r}: {first}") from error
    return model


def sha256(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
