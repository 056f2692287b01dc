"""Spoken words, "activate" among them, in many voices: the workbook's own, or the course's recordings."""

import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field

import numpy as np

from helpers.datasets.course_files import CourseFile, identity, replace, zip_path
from helpers.datasets.dataset import DataError, Dataset
from helpers.datasets.speech_synthesis import FILE, RATE, TRIGGER, UNHEARD

SPLITS = ("train", "dev", "test")
RAW_DATA = CourseFile(
    name="raw_data.zip",
    size=3_829_833,
    sha256="f2ed2c38fd724726b9503cb60e442a394956652d8061440fc337d64985b93628",
    schema={},
)
_FOLDERS = {"activates": TRIGGER, "negatives": "other", "backgrounds": "background"}


@dataclass(frozen=True, eq=False)
class Speech:
    """Clips of spoken words; arrays are read-only.

    Attributes
    ----------
    sounds : tuple of float64 arrays (n,)
        Samples in [−1, 1], at `rate` samples a second.
    words, voices : ndarray of str, shape (m,)
    rate : int
    note : str
    """

    sounds: tuple[np.ndarray, ...] = field(repr=False)
    words: np.ndarray = field(repr=False)
    voices: np.ndarray = field(repr=False)
    rate: int
    note: str

    def __post_init__(self) -> None:
        """Lock the arrays."""
        for array in (*self.sounds, self.words, self.voices):
            array.setflags(write=False)

    def __len__(self) -> int:
        """How many clips there are."""
        return len(self.sounds)

    @property
    def activates(self) -> list[np.ndarray]:
        """Clips of the trigger word."""
        return [sound for sound, word in zip(self.sounds, self.words, strict=True) if word == TRIGGER]

    @property
    def negatives(self) -> list[np.ndarray]:
        """Clips of other words."""
        others = zip(self.sounds, self.words, strict=True)
        return [sound for sound, word in others if word not in (TRIGGER, "background")]

    @property
    def backgrounds(self) -> list[np.ndarray]:
        """Recorded backgrounds: the course has two, the workbook makes its own in `helpers.audio.backgrounds`."""
        return [sound for sound, word in zip(self.sounds, self.words, strict=True) if word == "background"]


def speech_clips(split: str = "train") -> Speech:
    """The workbook's clips of one split; no voice is in two of them, and some words only in "dev" and "test".

    Raises
    ------
    DataError
        Where the split is none of SPLITS, or the stored file is absent or damaged.
    """
    if split not in SPLITS:
        raise DataError(f"speech_clips: split={split!r}, expected one of {', '.join(SPLITS)}")
    clips, columns, recipe = _stored()
    chosen = np.flatnonzero(columns["split"] == split)
    sounds = tuple(clips[k] / 512 for k in chosen)
    words, voices = columns["word"][chosen], columns["voice"][chosen]
    note = f"speech, {split}: {len(chosen)} clips in {len(set(voices))} voices, {RATE} Hz; {recipe}; no licence needed."
    return Speech(sounds, words, voices, RATE, note)


def course_clips() -> Speech:
    """The course's recordings, made mono and brought to 11,025 Hz: activates, others and backgrounds.

    Raises
    ------
    DataError
        Where data/course/raw_data.zip is absent, or no archive of such WAV files.
    """
    from scipy.signal import resample_poly

    sounds, words = [], []
    with zipfile.ZipFile(zip_path(RAW_DATA)) as packed:
        for name in sorted(packed.namelist()):
            parts = name.split("/")
            if not name.endswith(".wav") or len(parts) < 2 or parts[-2] not in _FOLDERS or "__MACOSX" in parts:
                continue
            rate, samples = _recording(name, _unpacked(packed, name))
            sounds.append(resample_poly(samples, RATE, rate))
            words.append(_FOLDERS[parts[-2]])
    if missing := sorted(set(_FOLDERS.values()) - set(words)):
        raise DataError(f"{RAW_DATA.shown} holds no WAV files of {' and '.join(missing)}; {replace(RAW_DATA)}")
    origin = f"the learner's own copy of the course's (no licence is stated, never shipped); {identity(RAW_DATA)}"
    note = f"speech, course: {len(sounds)} recordings at {RATE} Hz, {origin}."
    return Speech(tuple(sounds), np.array(words), np.full(len(words), "unknown"), RATE, note)


def speech() -> Dataset:
    """Clips as int16 rows (m, longest), filled up with zeros, and their words; dev and test voices are held out."""
    clips, columns, recipe = _stored()
    names = tuple(sorted(set(columns["word"])))
    note = f"speech: {len(clips)} clips of {len(names)} words, {RATE} Hz; {recipe}; no licence needed."
    train = columns["split"] == "train"
    return _dataset("offline", clips, columns["word"], names, train, note)


def course_speech() -> Dataset:
    """The course's recordings as int16 rows (m, longest), filled up with zeros; all of them to train on."""
    clips = course_clips()
    whole = [np.round(32767 * np.clip(sound, -1, 1)).astype(np.int16) for sound in clips.sounds]
    everything = np.ones(len(whole), bool)
    return _dataset("course", whole, clips.words, tuple(_FOLDERS.values()), everything, clips.note)


def unheard(words: np.ndarray) -> np.ndarray:
    """Which of the words no training voice says, as booleans."""
    return np.isin(words, UNHEARD)


def _dataset(
    source: str, clips: list[np.ndarray], words: np.ndarray, names: tuple[str, ...], train: np.ndarray, note: str
) -> Dataset:
    x = np.zeros((len(clips), max(map(len, clips))), np.int16)
    for row, one in zip(x, clips, strict=True):
        row[: len(one)] = one
    y = np.array([names.index(word) for word in words], np.int64)
    return Dataset("speech", source, x[train], y[train], x[~train], y[~train], names, note)


def _stored() -> tuple[list[np.ndarray], dict[str, np.ndarray], str]:
    import h5py

    try:
        with h5py.File(FILE, "r") as file:
            clips = np.split(file["samples"][()], file["ends"][()][:-1])
            columns = {name: file[name][()].astype(str) for name in ("split", "voice", "word")}
            return clips, columns, str(file.attrs["recipe"])
    except (OSError, KeyError):
        raise DataError("data/speech.h5 is absent or damaged: get it again from the repository") from None


def _unpacked(packed: zipfile.ZipFile, name: str) -> bytes:
    try:
        return packed.read(name)
    except (zipfile.BadZipFile, zlib.error):
        raise DataError(f"{RAW_DATA.shown}: {name} is damaged; {replace(RAW_DATA)}") from None


def _recording(name: str, content: bytes) -> tuple[int, np.ndarray]:
    """Rate, and one channel in [−1, 1]."""
    from scipy.io import wavfile

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # chunks beside the sound
            rate, samples = wavfile.read(io.BytesIO(content))
    except ValueError as error:
        raise DataError(f"{RAW_DATA.shown}: {name} is no WAV file ({error}); {replace(RAW_DATA)}") from None
    full = np.iinfo(samples.dtype).max if samples.dtype.kind == "i" else 1
    samples = samples.astype(np.float64) / full
    return rate, samples if samples.ndim == 1 else samples.mean(axis=1)
