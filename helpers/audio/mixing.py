"""Words laid over a background at random places that do not overlap, and the labels of what was said."""

from collections.abc import Sequence

import numpy as np

from helpers.audio.signals import duration_ms, features, overlay

Segment = tuple[int, int]  # first and last millisecond
RETRIES = 5
ONES, ONES_OF = 50, 1375  # the course's labels: 50 ones among 1375 steps, 0.36 of 10 seconds


def is_overlapping(segment_time: Segment, previous_segments: Sequence[Segment]) -> bool:
    """Whether a segment shares a millisecond with one of the others; both ends belong to it."""
    start, end = segment_time
    return any(start <= last and first <= end for first, last in previous_segments)


def random_segment(segment_ms: int, total_ms: int = 10_000, random=np.random) -> Segment:
    """A place of a length somewhere in the whole: start uniform in [0, total − length), end = start + length − 1.

    Raises
    ------
    ValueError
        The segment is as long as the whole, or longer.
    """
    if not 0 < segment_ms < total_ms:
        raise ValueError(f"random_segment: segment_ms is {segment_ms}, expected 1 to {total_ms - 1}")
    start = int(random.randint(0, total_ms - segment_ms))
    return start, start + segment_ms - 1


def insert_clip(
    background: np.ndarray, clip: np.ndarray, previous_segments: list[Segment], rate: int, random=np.random
) -> tuple[np.ndarray, Segment]:
    """Lay a clip over a free place of the background, and add the place to `previous_segments`.

    Where the first place and five more all overlap, the background is returned as it is, with a segment of both ends
    at its length.
    """
    total = duration_ms(background, rate)
    for _ in range(RETRIES + 1):
        segment = random_segment(duration_ms(clip, rate), total, random)
        if not is_overlapping(segment, previous_segments):
            previous_segments.append(segment)
            return overlay(background, clip, segment[0], rate), segment
    return background, (total, total)


def pick(clips: Sequence[np.ndarray], most: int, random=np.random) -> list[np.ndarray]:
    """None to `most` of the clips: the number is drawn first, then which, each as likely as the others."""
    return [clips[k] for k in random.randint(0, len(clips), size=random.randint(0, most + 1))]


def insert_ones(y: np.ndarray, segment_end_ms: int, total_ms: int = 10_000) -> np.ndarray:
    """A copy of labels (1, Ty) with ones after the end of a word: 50 of the course's 1375, otherwise the same share."""
    y, steps = y.copy(), y.shape[1]
    first = int(segment_end_ms * steps / total_ms) + 1
    y[0, first : first + round(ONES * steps / ONES_OF)] = 1
    return y


def training_example(
    background: np.ndarray,
    activates: Sequence[np.ndarray],
    negatives: Sequence[np.ndarray],
    Ty: int,
    rate: int,
    most: tuple[int, int] = (4, 2),
    random=np.random,
) -> tuple[np.ndarray, np.ndarray]:
    """A background with random words, as features (101, frames) and labels (1, Ty).

    Parameters
    ----------
    background : (n,)
    activates, negatives : clips of the trigger word, and of other words
    Ty : steps of the labels
    rate : samples a second
    most : the largest numbers of trigger words and of others; each number is drawn from 0 on
    random : module `numpy.random` or a RandomState
    """
    y, segments, sound = np.zeros((1, Ty)), [], background
    total = duration_ms(background, rate)
    for clip in pick(activates, most[0], random):
        sound, segment = insert_clip(sound, clip, segments, rate, random)
        y = insert_ones(y, segment[1], total)
    for clip in pick(negatives, most[1], random):
        sound, _ = insert_clip(sound, clip, segments, rate, random)
    return features(sound, rate), y
