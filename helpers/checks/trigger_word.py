"""Exercises of course 5, week 3: trigger word detection. Keras is imported inside the functions."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from helpers.audio import detection, mixing, signals
from helpers.checks.engine import Case, Lesson, Mistake, case
from helpers.checks.trigger_variants import Ear, example, inserted, network, ones, steps

lesson = Lesson("trigger word detection")
check = lesson.check


def _segment_cases(rng: np.random.Generator) -> Iterator[Case]:
    before = [(2000, 2500), (100, 400)]
    yield case((950, 1430), [], label="nothing inserted before")
    yield case((450, 800), before, label="a free place between the two")
    yield case((2305, 2950), before, label="a segment that starts inside of another")
    yield case((1800, 2100), before, label="a segment that ends inside of another")
    yield case((1900, 2600), before, label="a segment that contains another")
    yield case((2100, 2200), before, label="a segment inside of another")
    yield case((2500, 2800), before, label="a start on the last millisecond of another")
    yield case((1700, 2000), before, label="an end on the first millisecond of another")
    yield case((2501, 2800), before, label="a start right after another")
    yield case((1700, 1999), before, label="an end right before another")
    yield case((350, 360), before, label="an overlap with the last of the list only")


@lesson.exercise(
    _segment_cases,
    Mistake(
        "both ends belong to a segment: one shared millisecond is an overlap",
        lambda segment_time, previous_segments: any(
            segment_time[0] < b and a < segment_time[1] for a, b in previous_segments
        ),
    ),
    Mistake(
        "look at all previous segments before you say that the place is free",
        lambda segment_time, previous_segments: mixing.is_overlapping(segment_time, previous_segments[:1]),
    ),
    Mistake(
        "a segment that contains another overlaps with it, though neither of its ends lies inside",
        lambda segment_time, previous_segments: any(
            a <= segment_time[0] <= b or a <= segment_time[1] <= b for a, b in previous_segments
        ),
    ),
    Mistake(
        "True means that they overlap",
        lambda segment_time, previous_segments: not mixing.is_overlapping(segment_time, previous_segments),
    ),
)
def is_overlapping(segment_time: tuple[int, int], previous_segments: Sequence[tuple[int, int]]) -> bool:
    """Whether a segment shares a millisecond with one of the others."""
    return mixing.is_overlapping(segment_time, previous_segments)


def _length_cases(rng: np.random.Generator) -> Iterator[Case]:
    for seed, length in enumerate((1000, 650, 9990, 1, 9999, 9999, 9999, 9999)):
        yield case(length, label=f"a clip of {length} ms", seed=seed)


@lesson.exercise(
    _length_cases,
    Mistake(
        "start may be at most 10,000 − segment_ms, or the clip reaches beyond the end",
        lambda segment_ms: (lambda start: (start, start + segment_ms - 1))(np.random.randint(0, 10_000)),
    ),
    Mistake(
        "the first millisecond counts: the last one is start + segment_ms − 1",
        lambda segment_ms: (lambda start: (start, start + segment_ms))(np.random.randint(0, 10_000 - segment_ms)),
    ),
)
def get_random_time_segment(segment_ms: int) -> tuple[int, int]:
    """First and last millisecond of a random place in ten seconds."""
    return mixing.random_segment(segment_ms)


_FULL = [(k, k + 799) for k in range(0, 9000, 1000)]


def _insertion_cases(rng: np.random.Generator) -> Iterator[Case]:
    background, clip = 0.01 * rng.standard_normal(2000), rng.uniform(-1, 1, 100)
    yield case(background, clip, [], 200, label="an empty background of ten seconds at 200 Hz", seed=3)
    yield case(background, clip[:61], [(9000, 9500), (0, 300)], 200, label="two clips already there", seed=1)
    yield case(background, clip, [(0, 6800), (8000, 8900)], 200, label="little room, so that places are drawn again")
    for seed in _seeds(clip, range(1, 9)):
        yield case(background, clip, _FULL[:8], 200, label="hardly any room", seed=seed)
    yield case(background, clip, [(0, 9999)], rate=200, label="no room at all", seed=2)
    yield case(rng.standard_normal(110_250), rng.standard_normal(7000), [(0, 2000)], label="the default rate", seed=5)


def _seeds(clip: np.ndarray, draws: Sequence[int]) -> list[int]:
    """Seeds with which the first free place is found at the 1st, 2nd, … draw, one of each."""
    first = {}
    for seed in range(400):
        random = np.random.RandomState(seed)
        places = (mixing.random_segment(len(clip) * 5, random=random) for _ in draws)
        free = (k for k, place in zip(draws, places, strict=True) if not mixing.is_overlapping(place, _FULL[:8]))
        first.setdefault(next(free, 0), seed)
    return [first[k] for k in draws if k in first]


def _insertion_mistake(hint: str, **changed: Any) -> Mistake:
    return Mistake(
        hint,
        lambda background, audio_clip, previous_segments, rate=11_025: inserted(
            background, audio_clip, previous_segments, rate, **changed
        ),
    )


@lesson.exercise(
    _insertion_cases,
    _insertion_mistake("where the place is taken, draw again", always=True),
    _insertion_mistake("five more places after the first, six in all", tries=5),
    _insertion_mistake("five more places after the first, not six", tries=7),
    _insertion_mistake("where all places are taken, leave the background and return (10000, 10000)", tries=1),
    _insertion_mistake("the clip starts at the first millisecond of its segment", end=True),
)
def insert_audio_clip(
    background: np.ndarray, audio_clip: np.ndarray, previous_segments: list[tuple[int, int]], rate: int = 11_025
) -> tuple[np.ndarray, tuple[int, int]]:
    """The background with the clip at a free place, which is appended to previous_segments, and that place."""
    return mixing.insert_clip(background, audio_clip, previous_segments, rate)


def _label_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.zeros((1, 1375)), 9700, label="the course's 1375 steps, and a word that ends at 9700 ms")
    yield case(np.zeros((1, 341)), 4251, label="341 steps, and a word that ends at 4251 ms")
    yield case(np.zeros((1, 341)), 10_000, label="a word that found no place")
    yield case(mixing.insert_ones(np.zeros((1, 341)), 1200), 7000, label="a second word")
    yield case(np.zeros((1, 687)), 0, label="687 steps, and an end at 0 ms")
    yield case(np.zeros((1, 1375)), 9999, label="an end on the last millisecond")
    yield case(np.zeros((1, 1375)), 8000, label="an end on a whole step")
    yield case(np.zeros((1, 674)), 3000, label="674 steps")


@lesson.exercise(
    _label_cases,
    Mistake("the step in which the word ends stays 0: the ones start after it", lambda y, e: ones(y, e, shift=0)),
    Mistake("the share of ones is that of 50 in 1375: round(50 · Ty / 1375)", lambda y, e: ones(y, e, count=50)),
    Mistake("Ty is the length of this y", lambda y, e: ones(y, e, steps=1375)),
    Mistake(
        "one more or one less than round(50 · Ty / 1375)", lambda y, e: ones(y, e, count=round(50 * y.size / 1375) - 1)
    ),
    Mistake(
        "ones end where the word ends: they should start there",
        lambda y, e: ones(y, e, shift=-round(50 * y.size / 1375)),
    ),
)
def insert_ones(y: np.ndarray, segment_end_ms: int) -> np.ndarray:
    """A copy of the labels with round(50 · Ty / 1375) ones after the step in which the word ends."""
    return mixing.insert_ones(y, segment_end_ms)


def _example_cases(rng: np.random.Generator) -> Iterator[Case]:
    words = [[rng.uniform(-1, 1, n) for n in lengths] for lengths in ((140, 90, 260), (60, 300))]
    for seed in range(8):
        yield case(0.05 * rng.standard_normal(2000), *words, 341, 200, label="ten seconds at 200 Hz", seed=seed)
    yield case(0.05 * rng.standard_normal(110_250), words[0], words[1], label="the default rate and Ty", seed=9)


def _example_mistake(hint: str, **changed: Any) -> Mistake:
    return Mistake(
        hint,
        lambda background, activates, negatives, Ty=341, rate=11_025: example(
            background, activates, negatives, Ty, rate, **changed
        ),
    )


@lesson.exercise(
    _example_cases,
    _example_mistake("other words get no ones", labelled="all"),
    _example_mistake("the ones belong to the trigger words, not to the others", labelled="negatives"),
    _example_mistake("one list of previous segments for all words, or they fall on each other", shared=False),
    _example_mistake("the ones start at the end of the word, segment[1]", starts=True),
    _example_mistake("the network hears features(sound, rate), not the bare spectrogram", levelled=False),
)
def create_training_example(
    background: np.ndarray,
    activates: Sequence[np.ndarray],
    negatives: Sequence[np.ndarray],
    Ty: int = 341,
    rate: int = 11_025,
) -> tuple[np.ndarray, np.ndarray]:
    """Features (101, frames) and labels (1, Ty) of a background with random words."""
    return mixing.training_example(background, activates, negatives, Ty, rate)


def _network_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case((31, 11), 6, 5, 0.3, label="31 frames of 11 frequencies, 6 filters, 5 units")
    yield case((43, 7), label="43 frames of 7 frequencies and the course's sizes")


def _network_mistake(hint: str, **changed: Any) -> Mistake:
    return Mistake(
        hint,
        lambda input_shape, filters=196, units=128, dropout=0.8: network(
            input_shape, filters, units, dropout, **changed
        ),
    )


@lesson.exercise(
    _network_cases,
    _network_mistake("the convolution moves on by 4 frames: strides=4", stride=1),
    _network_mistake("the convolution is 15 frames wide", kernel=4),
    _network_mistake("a ReLU follows the first batch normalization", relu=False),
    _network_mistake("there are two GRU layers", second=False),
    _network_mistake("one more dropout stands before the last layer", last=False),
    _network_mistake("the last layer gives a probability: activation='sigmoid'", end=None),
)
def modelf(input_shape: tuple[int, int], filters: int = 196, units: int = 128, dropout: float = 0.8) -> Any:
    """The network that listens."""
    return network(input_shape, filters, units, dropout)


def _listening_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(0.1 * rng.standard_normal(8000), Ear(0.3), label="a sound at the default rate")
    yield case(0.02 * rng.standard_normal(4000).cumsum() / 40, Ear(0.7), 8000, label="a soft sound at 8000 Hz")


def _asked(make: Callable[[np.ndarray, int], np.ndarray]) -> Callable:
    return lambda audio_clip, model, rate=11_025: model(make(audio_clip, rate))


@lesson.exercise(
    _listening_cases,
    Mistake(
        "the network hears features, not the bare spectrogram",
        _asked(lambda sound, rate: signals.spectrogram(sound, rate).T[None]),
    ),
    Mistake(
        "features(audio_clip, rate): the rate of this clip",
        _asked(lambda sound, rate: signals.features(sound, 44_100).T[None]),
    ),
    Mistake(
        "return all of the predictions, (1, Ty, 1)",
        lambda audio_clip, model, rate=11_025: model(signals.features(audio_clip, rate).T[None])[0, :, 0],
    ),
)
def detect_triggerword(audio_clip: np.ndarray, model: Any, rate: int = 11_025) -> np.ndarray:
    """Probability at each step of a clip, (1, Ty, 1)."""
    return model.predict_on_batch(signals.features(audio_clip, rate).T[None])


def _track_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield case(np.array([0, 1, 1, 1, 0, 1, 1, 0.0]), 0.5, 2, 0, label="runs of 3 and 2, and two consecutive steps")
    yield case(np.r_[np.zeros(3), np.ones(60)], 0.5, label="sixty steps above the threshold")
    yield case(np.array([0.2, 0.6, 0.6, 0.6, 0.6]), 0.6, 4, 3, label="probabilities equal to the threshold")
    yield case(np.r_[np.ones(4), 0.0, np.ones(4), 0.0, np.ones(5)], 0.5, label="runs of 4, 4 and 5")
    yield case(np.r_[np.ones(7), 0.0, np.ones(9)], 0.9, 3, 2, label="a pause of 2 steps")
    yield case(rng.uniform(0, 1, 200), 0.3, 3, 4, label="200 random steps")
    yield case(np.zeros(9), 0.5, label="silence")


def _steps_mistake(hint: str, **changed: Any) -> Mistake:
    return Mistake(
        hint,
        lambda probabilities, threshold, consecutive=5, pause=19: steps(
            probabilities, threshold, consecutive, pause, **changed
        ),
    )


@lesson.exercise(
    _track_cases,
    _steps_mistake("a probability equal to the threshold counts", strict=True),
    _steps_mistake("a step below the threshold sets the count back to 0", reset=False),
    Mistake(
        "after a report, pass over `pause` steps",
        lambda probabilities, threshold, consecutive=5, pause=19: steps(probabilities, threshold, consecutive, 0),
    ),
    Mistake(
        "after a report exactly `pause` steps are passed over: the next one counts again",
        lambda probabilities, threshold, consecutive=5, pause=19: steps(
            probabilities, threshold, consecutive, pause - 1
        ),
    ),
    Mistake(
        "the report comes with the last of the consecutive steps, not with one more",
        lambda probabilities, threshold, consecutive=5, pause=19: steps(
            probabilities, threshold, consecutive + 1, pause
        ),
    ),
    _steps_mistake("the report belongs to the step that completes the run", early=1),
)
def activation_steps(probabilities: np.ndarray, threshold: float, consecutive: int = 5, pause: int = 19) -> list[int]:
    """Steps at which the detector reports."""
    return detection.activation_steps(probabilities, threshold, consecutive, pause)


def _chime_cases(rng: np.random.Generator) -> Iterator[Case]:
    sound = 0.05 * rng.standard_normal(80_000)
    track = np.zeros((1, 200, 1))
    track[0, 30:40] = track[0, 120:160] = 0.8
    yield case(sound, track, 0.5, 8000, label="ten seconds at 8000 Hz")
    yield case(sound, track, 0.9, 8000, label="a threshold that is never reached")
    yield case(sound[:55_125], np.roll(track, 40, axis=1), 0.5, label="five seconds at the default rate")


def _with_chimes(place: Callable[[int, int, int], float], layers: int | None = None, gain: float = 0.0) -> Callable:
    def wrong(audio_clip: np.ndarray, predictions: np.ndarray, threshold: float, rate: int = 11_025) -> np.ndarray:
        reports, sound = detection.activation_steps(predictions[0, :, 0], threshold), audio_clip
        for t in reports[:layers]:
            position = place(t, predictions.shape[1], signals.duration_ms(audio_clip, rate))
            sound = signals.overlay(sound, signals.chime(rate), position, rate, gain)
        return sound

    return wrong


_right_place = _with_chimes(lambda t, Ty, length: t * length / Ty)


@lesson.exercise(
    _chime_cases,
    Mistake("a step is no millisecond: t / Ty of the clip's length", _with_chimes(lambda t, Ty, length: t)),
    Mistake(
        "the clip is as long as duration_ms says, not always ten seconds",
        _with_chimes(lambda t, Ty, length: t * 5000 / Ty),
    ),
    Mistake(
        "a chime at every report: lay the next one over the sound that has the first",
        _with_chimes(lambda t, Ty, length: t * length / Ty, layers=1),
    ),
)
def chime_on_activate(
    audio_clip: np.ndarray, predictions: np.ndarray, threshold: float, rate: int = 11_025
) -> np.ndarray:
    """The clip with a chime at each report."""
    return _right_place(audio_clip, predictions, threshold, rate)
