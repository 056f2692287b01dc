"""A network that listens for one word: the course's layers at any size, sound to try it on, and its recipe."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from helpers.audio import backgrounds, detection, mixing, signals
from helpers.datasets.speech import Speech, speech_clips
from helpers.models.training import in_float32, without_optimizer
from helpers.reproducibility import seed_everything

SECONDS = 10
STRETCH = 0.18
STRIDE, KERNEL = 4, 15
FRAMES = 1376  # of ten seconds at 11,025 Hz
INPUT_SHAPE = (FRAMES, 101)
TY = (FRAMES - KERNEL) // STRIDE + 1  # 341 steps of 29 ms
SMALL = {"filters": 64, "units": 64, "dropout": 0.3}


def trigger_network(
    input_shape: tuple[int, int] = (5511, 101), filters: int = 196, units: int = 128, dropout: float = 0.8
) -> keras.Model:
    """Convolution of stride 4, two GRU layers that go forward in time, and a sigmoid at each step.

    Parameters
    ----------
    input_shape : frames and frequencies
    filters : of the convolution, 15 frames wide
    units : of each GRU
    dropout : share of values that are dropped, in four places

    Returns
    -------
    keras.Model
        From (m, frames, frequencies) to probabilities (m, (frames − 15) // 4 + 1, 1). The course's: 523,329 parameters
        and 1375 steps.
    """
    layers = keras.layers
    inputs = keras.Input(input_shape)
    x = layers.Conv1D(filters, KERNEL, strides=STRIDE)(inputs)
    x = layers.Dropout(dropout)(layers.Activation("relu")(layers.BatchNormalization()(x)))
    x = layers.BatchNormalization()(layers.Dropout(dropout)(layers.GRU(units, return_sequences=True)(x)))
    x = layers.BatchNormalization()(layers.Dropout(dropout)(layers.GRU(units, return_sequences=True)(x)))
    x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.TimeDistributed(layers.Dense(1, activation="sigmoid"))(x), name="trigger")


@dataclass(frozen=True)
class Scenes:
    """Ten-second clips of words over backgrounds, with all that was said.

    Attributes
    ----------
    sounds : of each clip, float32 (samples,)
    triggers : for each clip, first and last millisecond of each trigger word
    others : for each clip, (first, last, word, voice) of each other word
    kinds : for each clip, the background
    """

    sounds: list[np.ndarray]
    triggers: list[list[tuple[int, int]]]
    others: list[list[tuple[int, int, str, str]]]
    kinds: list[str]


class Mixer:
    """Draws sound out of clips: backgrounds of every kind at many levels, and words spoken louder and softer."""

    def __init__(self, clips: Speech, random: np.random.RandomState) -> None:
        self.clips, self.random = clips, random
        self.long = {
            kind: backgrounds.background(kind, 60, clips.rate, random, clips.negatives) for kind in backgrounds.KINDS
        }
        recorded = (sound for sound in clips.backgrounds if len(sound) >= SECONDS * clips.rate)
        self.long |= {f"recorded {number}": sound for number, sound in enumerate(recorded, start=1)}

    def background(self) -> tuple[str, np.ndarray]:
        """A kind, and ten seconds of it, between −46 and −32 dB."""
        kind = list(self.long)[self.random.randint(len(self.long))]
        samples = SECONDS * self.clips.rate
        start = self.random.randint(len(self.long[kind]) - samples + 1)
        return kind, signals.with_level(self.long[kind][start : start + samples], self.random.uniform(-46, -32))

    def word(self, sound: np.ndarray, stretch: float = 0.0) -> np.ndarray:
        """A clip between −26 and −16 dB; with `stretch`, up to that share faster or slower, and darker or brighter."""
        speed = 1 + self.random.uniform(-stretch, stretch)
        places = np.arange(0, len(sound) - 1, speed)
        sound = np.interp(places, np.arange(len(sound)), sound)
        if stretch:
            sound[1:] += self.random.uniform(-0.7, 0.7) * sound[:-1]
        return signals.with_level(sound, self.random.uniform(-26, -16))

    def piece(self, sound: np.ndarray) -> np.ndarray:
        """A trigger word that is none: its beginning, its end, or both without the middle."""
        first = int(self.random.uniform(0.2, 0.5) * len(sound))
        second = first + int(self.random.uniform(0.25, 0.4) * len(sound))
        parts = sound[:second], sound[first:], np.concatenate([sound[:first], sound[second:]])
        return parts[self.random.randint(len(parts))]

    def hybrid(self, sound: np.ndarray, other: np.ndarray) -> np.ndarray:
        """The beginning of a trigger word with the end of another word, or the other way round."""
        first, second = (int(self.random.uniform(0.25, 0.6) * len(each)) for each in (sound, other))
        both = np.concatenate([sound[:first], other[second:]]), np.concatenate([other[:second], sound[first:]])
        return both[self.random.randint(2)]

    def example(self) -> tuple[np.ndarray, np.ndarray]:
        """Features (frames, 101) float32 and labels (Ty, 1), with up to two trigger words and four others.

        Half of the others are pieces of the trigger word and hybrids of it and other words: without them, a part of
        the word, or a word that resembles it, is enough to wake the network.
        """
        activates = self._some(self.clips.activates, 6)
        pieces, parts = (self._some(self.clips.activates, 3) for _ in range(2))
        negatives = self._some(self.clips.negatives, 6) + [self.piece(sound) for sound in pieces]
        negatives += [self.hybrid(*pair) for pair in zip(parts, self._some(self.clips.negatives, 3), strict=True)]
        activates, negatives = ([self.word(sound, STRETCH) for sound in group] for group in (activates, negatives))
        x, y = mixing.training_example(
            self.background()[1], activates, negatives, TY, self.clips.rate, most=(2, 4), random=self.random
        )
        return x.T.astype(np.float32), y.T

    def _some(self, sounds: list[np.ndarray], count: int) -> list[np.ndarray]:
        return [sounds[k] for k in self.random.randint(len(sounds), size=count)]

    def batch(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Examples stacked: (size, frames, 101) and (size, Ty, 1)."""
        x, y = zip(*(self.example() for _ in range(size)), strict=True)
        return np.stack(x), np.stack(y).astype(np.float32)


def sound_scenes(clips: Speech, count: int, seed: int) -> Scenes:
    """Clips of ten seconds, each with up to two trigger words and one to three others, at the speed as spoken."""
    random = np.random.RandomState(seed)
    mixer = Mixer(clips, random)
    is_trigger = clips.words == "activate"
    groups = np.flatnonzero(is_trigger), np.flatnonzero(~is_trigger)
    sounds, triggers, others, kinds = [], [], [], []
    for _ in range(count):
        kind, sound = mixer.background()
        counts = random.randint(3), random.randint(1, 4)
        chosen = [random.choice(group, n) for group, n in zip(groups, counts, strict=True)]
        taken, said = [], ([], [])
        for which, indices in enumerate(chosen):
            for k in indices:
                sound, (start, end) = mixing.insert_clip(sound, mixer.word(clips.sounds[k]), taken, clips.rate, random)
                if end > start:
                    said[which].append((start, end, str(clips.words[k]), str(clips.voices[k])))
        sounds.append(sound.astype(np.float32))
        triggers.append([one[:2] for one in said[0]])
        others.append(said[1])
        kinds.append(kind)
    return Scenes(sounds, triggers, others, kinds)


def listen(model: keras.Model, sounds: Sequence[np.ndarray], rate: int, batch_size: int = 12) -> np.ndarray:
    """Probabilities (m, Ty) that the trigger word has just been said, at each step of each sound."""
    tracks = []
    for first in range(0, len(sounds), batch_size):
        x = np.stack([signals.features(sound, rate).T for sound in sounds[first : first + batch_size]])
        tracks.append(np.asarray(model.predict_on_batch(x.astype(np.float32)))[:, :, 0])
    return np.concatenate(tracks)


@dataclass(frozen=True)
class Training:
    """Everything that decides the weights but the data."""

    steps: int = 1400
    batch_size: int = 16
    learning_rate: float = 3e-3
    seed: int = 1


def train_trigger_word(data: Path | None = None, epochs: int | None = None) -> tuple[keras.Model, dict[str, object]]:
    """The network of weights `trigger_word` and the facts of its card; an epoch is 100 batches of fresh sound.

    Raises
    ------
    ValueError
        Where `data` is given: the recipe mixes its own from data/speech.h5.
    """
    if data is not None:
        raise ValueError(f"trigger_word mixes its own sound, but data is {data}: leave it out")
    training = Training() if epochs is None else Training(steps=100 * epochs)
    with in_float32():
        seed_everything(training.seed)
        model = trigger_network(INPUT_SHAPE, **SMALL)
        rate = keras.optimizers.schedules.CosineDecay(training.learning_rate, training.steps)
        model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), "binary_crossentropy")
        mixer, losses = Mixer(speech_clips("train"), np.random.RandomState(training.seed)), []
        for step in range(training.steps):
            losses.append(float(model.train_on_batch(*mixer.batch(training.batch_size))))
            if step % 100 == 99:
                print(f"step {step + 1}: loss {np.mean(losses[-100:]):.4f}", flush=True)
        bare = without_optimizer(model)
    return bare, {
        "network": f"{model.name}, inputs {model.input_shape[1:]}: helpers.audio.signals.features at 11,025 Hz",
        "data": "data/speech.h5, 44 training voices, over backgrounds of helpers/audio/backgrounds.py",
        "licence": "MIT, like the workbook",
        "recipe": asdict(training) | SMALL,
        "losses": [round(float(np.mean(losses[k : k + 100])), 4) for k in range(0, len(losses), 100)],
        "accuracy": judge(bare),
    }


def judge(model: keras.Model, count: int = 360) -> dict[str, object]:
    """Misses and false alarms on dev and test voices, an hour each, at the threshold that dev voices choose.

    It is the one with the fewest misses among those with at most twelve false alarms an hour, or else the highest.
    """
    tracks, truth = {}, {}
    for seed, split in enumerate(("dev", "test"), start=100):
        clips = speech_clips(split)
        scenes = sound_scenes(clips, count, seed)
        tracks[split], truth[split] = listen(model, scenes.sounds, clips.rate), scenes.triggers
    thresholds = np.linspace(0.05, 0.95, 19)
    scores = [detection.score(tracks["dev"], truth["dev"], threshold) for threshold in thresholds]
    allowed = [k for k, one in enumerate(scores) if one.false_alarms_an_hour <= 12] or [-1]
    facts = {"threshold": round(float(thresholds[min(allowed, key=lambda k: scores[k].missed)]), 2)}
    for split in tracks:
        found = detection.score(tracks[split], truth[split], facts["threshold"])
        facts[split] = {
            "said": found.said,
            "miss rate": round(found.miss_rate, 4),
            "false alarms an hour": round(found.false_alarms_an_hour, 1),
        }
    return facts
