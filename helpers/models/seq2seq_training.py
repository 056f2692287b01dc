"""How the stored translator of dates was trained, how it is judged, and what attention is worth."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np

from helpers.datasets.dates import FORMATS, MACHINE_SYMBOLS, DatePairs, date_pairs
from helpers.models import seq2seq
from helpers.models.training import in_float32, without_optimizer
from helpers.reproducibility import seed_everything
from helpers.text.translation import exact_match


@dataclass(frozen=True)
class Training:
    """Everything that decides the weights but the dates.

    Attributes
    ----------
    n_a, n_s, attention_units : int
        Of `seq2seq.seq2seq`.
    feedback, relu_energies : bool
    dates : int
        Training dates.
    epochs, batch_size : int
    learning_rate : float
        At the start; it falls to zero along half a cosine.
    seed : int
    """

    n_a: int = 32
    n_s: int = 64
    attention_units: int = 32
    feedback: bool = True
    relu_energies: bool = False
    dates: int = 20000
    epochs: int = 40
    batch_size: int = 128
    learning_rate: float = 5e-3
    seed: int = 1

    def network(self) -> keras.Model:
        """The network with its first weights."""
        settings = {"attention_units": self.attention_units, "feedback": self.feedback}
        return seq2seq.seq2seq(n_a=self.n_a, n_s=self.n_s, relu_energies=self.relu_energies, **settings)


DATE_TRANSLATION = Training(dates=100_000, epochs=5)
TAUGHT = replace(DATE_TRANSLATION, attention_units=10, feedback=False, relu_energies=True, epochs=8)
TRAININGS = {"date_translation": DATE_TRANSLATION, "date_translation_taught": TAUGHT}
COMPARED = replace(DATE_TRANSLATION, dates=20_000, epochs=4)
COMPARED_WITHOUT = replace(COMPARED, attention_units=0, n_s=72)  # no fewer weights, in spite of what is missing
TEST_DATES, TEST_SEED = 2000, 2


def train_translator(training: Training, verbose: int = 0) -> tuple[keras.Model, list[float]]:
    """Network and mean loss of each epoch, in float32 and from the recipe's own seed on."""
    with in_float32():
        x, y = date_pairs(training.dates, training.seed).ids()
        seed_everything(training.seed)
        model = training.network()
        steps = training.epochs * -(-training.dates // training.batch_size)
        falling = keras.optimizers.schedules.CosineDecay(training.learning_rate, steps)
        seq2seq.compile_for_training(model, falling)
        before = seq2seq.symbols_before(y, len(MACHINE_SYMBOLS))
        settings = {"batch_size": training.batch_size, "epochs": training.epochs, "verbose": verbose}
        losses = model.fit([x, before], y, **settings).history["loss"]
        return without_optimizer(model), losses


def match_by_format(pairs: DatePairs, right: Sequence[bool]) -> dict[str, float]:
    """Share of right translations of each format that occurs, by its name."""
    right = np.asarray(right, dtype=float)
    names = np.array([one.name for one in pairs.formats])
    present = dict.fromkeys(one.name for one in (*FORMATS, *pairs.formats) if one.name in names)
    return {name: float(right[names == name].mean()) for name in present}


def judge(model: keras.Model, pairs: DatePairs) -> dict[str, object]:
    """Exact match of greedy translations: overall, and by format."""
    x, y = pairs.ids()
    found = seq2seq.translate(model, x)
    by_format = match_by_format(pairs, (found == y).all(axis=1))
    return {"exact match": round(exact_match(found, y), 4), "by format": {k: round(v, 4) for k, v in by_format.items()}}


def compare_attention(seeds: Sequence[int] = (1, 2, 3, 4, 5)) -> dict[str, list[float]]:
    """Exact match on unseen dates, one figure a seed, after short trainings with and without attention.

    Without attention the writer gets a few more units, so that it does not have fewer weights.
    """
    unseen = date_pairs(TEST_DATES, TEST_SEED, held_out=True)
    variants = {"with attention": COMPARED, "without attention": COMPARED_WITHOUT}
    rows = {name: [] for name in variants}
    for seed in seeds:
        for name, training in variants.items():
            model, _ = train_translator(replace(training, seed=seed))
            rows[name].append(judge(model, unseen)["exact match"])
    return rows


def train_date_translation(
    data: Path | None = None, epochs: int | None = None
) -> tuple[keras.Model, dict[str, object]]:
    """The network of weights `date_translation` and the facts of its card; it makes its own dates, so `data` is None.

    Raises
    ------
    ValueError
        `data` is a path.
    """
    model, facts = _trained_on_dates("date_translation", data, epochs)
    return model, facts | {"comparison": compare_attention()}


def train_date_translation_taught(
    data: Path | None = None, epochs: int | None = None
) -> tuple[keras.Model, dict[str, object]]:
    """The same for `date_translation_taught`, of the course's architecture: its writer does not hear itself."""
    return _trained_on_dates("date_translation_taught", data, epochs)


def _trained_on_dates(name: str, data: Path | None, epochs: int | None) -> tuple[keras.Model, dict[str, object]]:
    if data is not None:
        raise ValueError(f"{name} makes its own dates, but data is {data}: leave it out")
    training = replace(TRAININGS[name], epochs=epochs or TRAININGS[name].epochs)
    model, losses = train_translator(training, verbose=2)
    return model, {
        "network": f"{model.name}, ids {model.input_shape[0][1:]} to logits {model.output_shape[1:]}",
        "data": f"{training.dates} dates of helpers/datasets/dates.py, seed {training.seed}; test: {TEST_DATES} on "
        f"other days, seed {TEST_SEED}",
        "licence": "MIT, like the workbook",
        "recipe": asdict(training),
        "losses": [round(loss, 5) for loss in losses],
        "accuracy": judge(model, date_pairs(TEST_DATES, TEST_SEED, held_out=True)),
    }
