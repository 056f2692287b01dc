"""All recipes by which stored weights are trained: `workbook data train NAME`. A new one is a line of the table."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import keras

from helpers.models import (
    face_embedding,
    pretraining,
    reader_training,
    seq2seq_training,
    tagger_training,
    trigger,
    unet_training,
    weights,
    yolo_training,
)


@dataclass(frozen=True)
class Recipe:
    """How weights of one name are made.

    Attributes
    ----------
    name : str
        That of the stored files.
    about : str
        Network and data in one line.
    train : callable
        Given a path to the data (None: where the recipe gets them by itself) and a number of epochs (None: the
        recipe's own), returns the trained network and the facts for its card.
    """

    name: str
    about: str
    train: Callable[[Path | None, int | None], tuple[keras.Model, dict[str, object]]]


_ALL = (
    Recipe(
        "date_translation",
        "a translator of dates: LSTMs with attention, the writer hears itself; on generated dates",
        seq2seq_training.train_date_translation,
    ),
    Recipe(
        "date_translation_taught",
        "the same as in the course: the writer does not hear itself",
        seq2seq_training.train_date_translation_taught,
    ),
    Recipe(
        "face_embedding",
        "faces, 32×32 pixels, to 64 numbers, on generated portraits",
        face_embedding.train_face_embedding,
    ),
    Recipe(
        "mobilenet_cifar10", "MobileNetV2 of width 0.35, 32×32 pixels, on CIFAR-10", pretraining.train_mobilenet_cifar10
    ),
    Recipe(
        "named_entities",
        "a tagger of words: two encoder layers with masked heads, on generated sentences",
        tagger_training.train_named_entities,
    ),
    Recipe(
        "story_reader",
        "a transformer that points at answers, on generated stories",
        reader_training.train_story_reader,
    ),
    Recipe("trigger_word", "activate, heard in ten seconds of sound, on mixed speech", trigger.train_trigger_word),
    Recipe("unet_scenes", "a small U-Net, 96×128 pixels, on generated street scenes", unet_training.train_unet_scenes),
    Recipe(
        "unet_scenes_without_skips",
        "the same without skip connections, with as many weights",
        unet_training.train_unet_scenes_without_skips,
    ),
    Recipe("vgg_cifar10", "six 3×3 convolutions named as in VGG, on CIFAR-10", pretraining.train_vgg_cifar10),
    Recipe("yolo_scenes", "a small YOLO, 96×128 pixels, on generated street scenes", yolo_training.train_yolo_scenes),
)
RECIPES = {recipe.name: recipe for recipe in _ALL}


def find(name: str) -> Recipe:
    """Recipe of a name.

    Raises
    ------
    ValueError
        Where there is none of that name; close matches are named.
    """
    if name not in RECIPES:
        near = get_close_matches(name, RECIPES)
        meant = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(RECIPES)}"
        raise ValueError(f"no recipe is named {name!r}: {meant}")
    return RECIPES[name]


def run(name: str, data: Path | None = None, epochs: int | None = None, folder: Path | None = None) -> dict:
    """Train by a recipe, store weights and card in the folder (None: `data/weights`), and return the card.

    Raises
    ------
    ValueError
        Where there is no such recipe, or its data cannot be had.
    """
    model, facts = find(name).train(data, epochs)
    return weights.save(model, name, facts, folder)
