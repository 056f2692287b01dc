"""How the stored reader of stories was trained, and how readers are judged: exact match and F1 by kind of question."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np

from helpers.datasets.questions import Question
from helpers.datasets.stories import WORDS, story_questions
from helpers.models import reader
from helpers.models.training import in_float32
from helpers.reproducibility import seed_everything
from helpers.text.spans import exact_match, token_f1
from helpers.text.vocabulary import Vocabulary

LENGTH = 80
TEST_STORIES, TEST_SEED = 1200, 1


@dataclass(frozen=True)
class Training:
    """Everything that decides the weights.

    Attributes
    ----------
    num_layers, embedding_dim, num_heads, fully_connected_dim : int
        Of `reader.reader`.
    facts : (least, most)
        Sentences of a story.
    stories, epochs : int
        New stories of each epoch, and epochs: no story is read twice.
    batch_size : int
    learning_rate : float
        The highest of the schedule.
    seed : int
    """

    num_layers: int = 3
    embedding_dim: int = 48
    num_heads: int = 2
    fully_connected_dim: int = 96
    facts: tuple[int, int] = (4, 8)
    stories: int = 12_000
    epochs: int = 14
    batch_size: int = 32
    learning_rate: float = 2e-3
    seed: int = 1

    def network(self, length: int = LENGTH) -> keras.Model:
        """The network with its first weights, for texts of `length` tokens: the weights do not depend on it."""
        sizes = (self.num_layers, self.embedding_dim, self.num_heads, self.fully_connected_dim)
        return reader.reader(len(story_desk(length).vocabulary), length, *sizes)


STORY_READER = Training()


def story_desk(length: int = LENGTH) -> reader.Desk:
    """The desk of stories: its vocabulary has every word that they can hold."""
    special = (reader.PAD, reader.UNKNOWN, reader.SEPARATOR)
    return reader.Desk(Vocabulary((*special, *WORDS), reader.UNKNOWN), length)


def judge(
    predictions: Sequence[str], questions: Sequence[Question], kinds: Sequence[str]
) -> dict[str, tuple[float, float]]:
    """Mean exact match and mean F1 of the answers to questions of each kind that occurs, and of all.

    Raises
    ------
    ValueError
        There is no question, or not as many answers.
    """
    if not questions or len(predictions) != len(questions):
        raise ValueError(
            f"judge: {len(predictions)} answers to {len(questions)} questions, expected as many, one or more"
        )
    pairs = zip(predictions, questions, strict=True)
    figures = np.array([(exact_match(p, q.references), token_f1(p, q.references)) for p, q in pairs])
    own = np.array([q.kind for q in questions])
    rows = {kind: own == kind for kind in kinds if kind in own} | {"all": np.ones(len(own), bool)}
    return {kind: tuple(figures[row].mean(axis=0).tolist()) for kind, row in rows.items()}


def train_reader(training: Training = STORY_READER, verbose: int = 0) -> tuple[keras.Model, list[float]]:
    """Network and mean loss of each epoch, in float32 and from the recipe's own seed on."""
    with in_float32():
        seed_everything(training.seed)
        model, desk, losses = training.network(), story_desk(), []
        steps = training.epochs * -(-training.stories // training.batch_size)
        reader.compile_for_training(model, training.learning_rate, steps)
        for epoch in range(training.epochs):
            # seeds of training stories begin at 1000: the notebook's own are others
            pages = desk.lay_out(story_questions(training.stories, 1000 + epoch, facts=training.facts))
            losses += reader.fit_on(model, pages, 1, training.batch_size)
            if verbose:
                print(f"epoch {epoch + 1}: loss {losses[-1]:.4f}", flush=True)
        bare = training.network()  # what an optimizer remembers would triple the stored file
        bare.set_weights(model.get_weights())
        return bare, losses


def train_story_reader(data: Path | None = None, epochs: int | None = None) -> tuple[keras.Model, dict[str, object]]:
    """The network of weights `story_reader` and the facts of its card; it tells its own stories, so `data` is None.

    Raises
    ------
    ValueError
        `data` is a path.
    """
    if data is not None:
        raise ValueError(f"story_reader tells its own stories, but data is {data}: leave it out")
    training = replace(STORY_READER, epochs=epochs or STORY_READER.epochs)
    model, losses = train_reader(training, verbose=2)
    unseen = story_questions(TEST_STORIES, TEST_SEED, held_out=True, facts=training.facts)
    figures = judge(reader.answers(model, story_desk(), unseen), unseen, sorted({q.kind for q in unseen}))
    return model, {
        "network": f"reader, ids and segments {model.input_shape[0][1:]} to two of {model.output_shape[0][1:]}",
        "data": f"{training.stories * training.epochs} stories of helpers/datasets/stories.py, each read once; "
        f"test: {TEST_STORIES} held out, seed {TEST_SEED}",
        "licence": "MIT, like the workbook",
        "recipe": asdict(training),
        "losses": [round(loss, 5) for loss in losses],
        "accuracy": {kind: {"exact match": round(em, 4), "f1": round(f1, 4)} for kind, (em, f1) in figures.items()},
    }
