"""How `data/speech.h5` was made: words in many voices, spoken by eSpeak NG through the package espeakng-loader.

The package is a tool for making the file once, not a dependency: `pip install espeakng-loader==0.2.4`, then
`python -m helpers.datasets.speech_synthesis` writes the file again.
"""

import ctypes
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from helpers import paths
from helpers.datasets.dataset import DataError

FILE = paths.DATA / "speech.h5"
RATE = 11_025  # half of eSpeak's own
TRIGGER = "activate"
_VOICES = {
    "train": "Alex Alicia Andrea Andy Annie Diogo Gene Gene2 Henrique Hugo Jacky Lee Michael Mike adam anika antonio "
    "aunty benjamin boris david f1 f2 f4 ian iven iven2 john klatt2 klatt4 m1 m2 m4 m5 m7 m8 marcelo michel mike2 rob "
    "robert sandro steph victor",
    "dev": "Nguyen caleb f3 m6 pedro travis grandpa belinda",
    "test": "Denis Mario edward ed f5 linda m3 max miguel paul quincy shelby",
}
_SIMILAR = "activity active activist actuate captivate motivate cultivate actor actually native date elevate attractive"
_PLAIN = (
    "apple window computer yesterday music hello seven orange tomorrow light kitchen please stop weather question "
    "banana garden river open morning"
)
_UNHEARD = "inactive aggravate advocate decorate captain telephone table mountain always eleven"
VOICES = {split: tuple(names.split()) for split, names in _VOICES.items()}
SIMILAR, PLAIN, UNHEARD = (tuple(words.split()) for words in (_SIMILAR, _PLAIN, _UNHEARD))  # the last: not in training
_PEAK = 511  # ten bits: they pack to half, and the noise of rounding lies 60 dB below
_SYNCHRONOUS, _RATE_PARAMETER, _PITCH_PARAMETER = 2, 1, 3
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def speaker() -> Callable[[str, str, int, int], np.ndarray]:
    """A function `say(text, voice, words_a_minute, pitch)` that returns int16 samples at 22,050 Hz.

    Raises
    ------
    DataError
        The package espeakng-loader is absent.
    """
    try:
        import espeakng_loader
    except ImportError:
        raise DataError(
            "speech cannot be synthesised: espeakng-loader is absent; pip install espeakng-loader==0.2.4"
        ) from None
    engine = ctypes.CDLL(espeakng_loader.get_library_path())
    engine.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    pieces: list[np.ndarray] = []

    @_Callback
    def keep(samples, count, _events):
        if samples and count > 0:
            pieces.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    engine.espeak_SetSynthCallback(keep)

    def say(text: str, voice: str, words_a_minute: int, pitch: int, _alive: object = keep) -> np.ndarray:
        if engine.espeak_SetVoiceByName(f"en+{voice}".encode()):
            raise DataError(f"espeakng-loader has no voice {voice!r}")
        engine.espeak_SetParameter(_RATE_PARAMETER, words_a_minute, 0)
        engine.espeak_SetParameter(_PITCH_PARAMETER, pitch, 0)
        engine.espeak_ng_SetRandSeed(0)  # breath is noise
        pieces.clear()
        engine.espeak_Synth(text.encode(), len(text) + 1, 0, 1, 0, 1, None, None)
        engine.espeak_Synchronize()
        return np.concatenate(pieces)

    return say


def utterances() -> Iterator[tuple[str, str, str, int, int]]:
    """What is said: split, voice, word, words a minute, pitch (0 to 99); the same on every call."""
    random = np.random.RandomState(0)
    for split, voices in VOICES.items():
        others = [*SIMILAR, *PLAIN] if split == "train" else [*SIMILAR, *UNHEARD, *PLAIN]
        times, count = {"train": (2, 5), "dev": (2, 6), "test": (3, 7)}[split]
        turn = random.permutation(len(others))
        for number, voice in enumerate(voices):
            words = [others[turn[(count * number + k) % len(others)]] for k in range(count)]
            for word in [TRIGGER] * times + words:
                yield split, voice, word, int(random.randint(140, 216)), int(random.randint(25, 76))


def clip(spoken: np.ndarray) -> np.ndarray:
    """Samples (n,) at 22,050 Hz, as they are kept: at 11,025 Hz, without silence at the ends, int16 of ten bits."""
    from scipy.signal import resample_poly

    sound = resample_poly(spoken.astype(np.float64), 1, 2)
    heard = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max())
    sound = sound[heard[0] : heard[-1] + 1]
    fade = np.minimum(1, np.minimum(np.arange(len(sound)), np.arange(len(sound))[::-1]) / 50)
    return np.round(_PEAK * fade * sound / np.abs(sound).max()).astype(np.int16)


def synthesise(path: Path = FILE) -> None:
    """Say everything, and write it as HDF5: all samples in a row, and for each clip its start, word, voice and split.

    Raises
    ------
    DataError
        The package espeakng-loader is absent.
    """
    import h5py

    say = speaker()
    said = list(utterances())
    clips = [clip(say(word, voice, speed, pitch)) for _, voice, word, speed, pitch in said]
    columns = {"split": 0, "voice": 1, "word": 2}
    with h5py.File(path, "w") as file:
        packing = {"compression": "gzip", "compression_opts": 9, "shuffle": True}
        file.create_dataset("samples", data=np.concatenate(clips), **packing)
        file["ends"] = np.cumsum([len(one) for one in clips])
        for name, place in columns.items():
            file[name] = np.array([row[place] for row in said], "S16")
        file.attrs.update(rate=RATE, recipe="eSpeak NG 1.52 by espeakng-loader 0.2.4, voice en, 64 of its variants")


if __name__ == "__main__":
    synthesise()
