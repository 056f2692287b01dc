"""WAV files, read and written sample by sample: PCM of 16, 24 or 32 bits, any rate, any number of channels."""

import struct
from pathlib import Path

import numpy as np

_WIDTHS = {16: 2, 24: 3, 32: 4}
_PCM, _EXTENSIBLE = 1, 0xFFFE
_HEADER = "<4sI4s4sIHHIIHH4sI"


def read_wav(path: str | Path) -> tuple[np.ndarray, int]:
    """Samples and rate of a WAV file.

    A sample of b bits is an integer, little-endian; divided by 2^(b−1) it lies in [−1, 1).

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    samples : float64 (n,) of one channel, (n, channels) of several
    rate : samples a second

    Raises
    ------
    ValueError
        The file is absent, empty, no WAV file, truncated, without a sample, or of a coding other than PCM of 16, 24 or
        32 bits: 8 bits leave noise that is heard, and are refused.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise ValueError(f"read_wav: {path} is absent: give the path of a WAV file")
    content = path.read_bytes()
    if not content:
        raise ValueError(f"read_wav: {path.name} is empty")
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise ValueError(f"read_wav: {path.name} is no WAV file: it begins with {content[:12]!r}, expected RIFF … WAVE")
    chunks = _chunks(content, path.name)
    channels, rate, bits = _format(chunks.get(b"fmt "), path.name)
    frame = channels * _WIDTHS[bits]
    data = chunks.get(b"data", b"")
    if not data or len(data) % frame:
        found = f"{len(data)} bytes of sound, no whole number of {frame}" if data else "no sound"
        raise ValueError(f"read_wav: {path.name} holds {found}: it is empty or truncated")
    samples = _integers(data, bits) / 2.0 ** (bits - 1)
    return (samples if channels == 1 else samples.reshape(-1, channels)), rate


def write_wav(path: str | Path, samples: np.ndarray, rate: int, bits: int = 16) -> Path:
    """Write samples as a WAV file.

    Parameters
    ----------
    path : str or Path
    samples : floats in [−1, 1], (n,) or (n, channels)
    rate : samples a second
    bits : 16, 24 or 32

    Returns
    -------
    Path
        Where the file is.

    Raises
    ------
    ValueError
        No sample, one outside [−1, 1] or not a number, a rate that is no positive integer, or other bits.
    """
    samples = np.asarray(samples, np.float64)
    if samples.ndim not in (1, 2) or not samples.size:
        raise ValueError(f"write_wav: samples have shape {samples.shape}, expected (n,) or (n, channels) with n > 0")
    if not np.abs(samples).max() <= 1:
        raise ValueError(f"write_wav: samples reach {np.abs(samples).max():.3g}, expected [-1, 1]: lower the level")
    if bits not in _WIDTHS or int(rate) != rate or rate <= 0:
        raise ValueError(f"write_wav: rate {rate}, bits {bits}: expected a positive integer; 16, 24 or 32")
    full = 2 ** (bits - 1)
    integers = np.minimum(np.round(samples.ravel() * full), full - 1).astype("<i4")
    data = integers.view(np.uint8).reshape(-1, 4)[:, : _WIDTHS[bits]].tobytes()
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    frame = channels * _WIDTHS[bits]
    padded = data + b"\0" * (len(data) % 2)
    sizes = b"RIFF", 36 + len(padded), b"WAVE", b"fmt ", 16
    head = struct.pack(_HEADER, *sizes, _PCM, channels, int(rate), int(rate) * frame, frame, bits, b"data", len(data))
    Path(path).write_bytes(head + padded)
    return Path(path)


def _chunks(content: bytes, name: str) -> dict[bytes, bytes]:
    """Chunks by name, the first of each; one that reaches beyond the end of the file is refused."""
    chunks, place = {}, 12
    while place + 8 <= len(content):
        key, size = struct.unpack_from("<4sI", content, place)
        if place + 8 + size > len(content):
            held = len(content) - place - 8
            raise ValueError(f"read_wav: {name} is truncated: {size} bytes of {key!r} announced, {held} are there")
        chunks.setdefault(key, content[place + 8 : place + 8 + size])
        place += 8 + size + size % 2
    return chunks


def _format(chunk: bytes | None, name: str) -> tuple[int, int, int]:
    """Channels, rate and bits, after coding and widths were found to be readable."""
    if chunk is None or len(chunk) < 16:
        raise ValueError(f"read_wav: {name} has no description of its samples: it is truncated or damaged")
    coding, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if coding == _EXTENSIBLE and len(chunk) >= 26:
        coding = struct.unpack_from("<H", chunk, 24)[0]
    if coding != _PCM or bits not in _WIDTHS:
        raise ValueError(
            f"read_wav: {name} has coding {coding} with {bits} bits, expected PCM (1) of 16, 24 or 32 bits"
        )
    if not channels or not rate:
        raise ValueError(f"read_wav: {name} says {channels} channels at {rate} Hz: it is damaged")
    return channels, rate, bits


def _integers(data: bytes, bits: int) -> np.ndarray:
    if bits != 24:
        return np.frombuffer(data, f"<i{_WIDTHS[bits]}")
    wide = np.zeros((len(data) // 3, 4), np.uint8)
    wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
    return wide.view("<i4")[:, 0] >> 8  # the sign comes along
