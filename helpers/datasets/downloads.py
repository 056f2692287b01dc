"""Public downloads: a file gets its name only after its SHA-256 was found right."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pooch
from filelock import FileLock

from helpers import paths
from helpers.datasets.dataset import DataError


@dataclass(frozen=True)
class RemoteFile:
    """A public file: its path below the folder of downloads, address, size in bytes and SHA-256.

    `copies` are path and SHA-256 of files with the same content, packed otherwise, which do where they are at hand.
    """

    path: str
    url: str
    size: int
    sha256: str
    copies: tuple[tuple[str, str], ...] = ()

    @property
    def described(self) -> str:
        """Name, size and address in one phrase."""
        return f"{self.path} ({self.size / 1e6:.1f} MB from {self.url})"


def find(file: RemoteFile) -> Path | None:
    """The file, or a copy, in `$WORKBOOK_DATA` or `data/downloads`, its content not yet looked at; None if absent."""
    folders, known = (paths.downloads(), paths.DATA / "downloads"), (file.path, *(path for path, _ in file.copies))
    return next((folder / path for path in known for folder in folders if (folder / path).is_file()), None)


def fetch(file: RemoteFile) -> Path:
    """Verified copy of a public file: the one at hand, or else one from the network, resumed where it was interrupted.

    Parameters
    ----------
    file : RemoteFile

    Returns
    -------
    Path
        A file whose SHA-256 is the one expected.

    Raises
    ------
    DataError
        Where the file at hand or the bytes that came are others than expected, or no connection can be made.
    """
    held = find(file)
    if held is None:
        return _fetch_from_network(file)
    if not _is_genuine(held, file):
        raise DataError(f"{held} is not the expected file ({_difference(held, file)}): move it away and fetch it again")
    return held


def fetch_all(files: Sequence[RemoteFile]) -> list[Path]:
    """Verified copies of all files of a data set; DataError, with the size of them all, where one cannot be had."""
    try:
        return [fetch(file) for file in files]
    except DataError as error:
        if len(files) == 1:
            raise
        size = sum(file.size for file in files) / 1e6
        raise DataError(f"{len(files)} files, {size:.1f} MB in all: {error}") from error


@contextlib.contextmanager
def by_keras(what: str, megabytes: int) -> Iterator[None]:
    """Around a fetcher of Keras, which verifies by itself: a DataError says what could not be fetched, of what size."""
    try:
        yield
    except Exception as error:  # Keras raises this very class
        if "URL fetch failure" not in str(error):
            raise
        raise DataError(f"could not fetch {what} ({megabytes} MB): {error}. Try again with a network") from error


def _fetch_from_network(file: RemoteFile) -> Path:
    """Download, verify, and only then name the file."""
    import requests

    target = paths.downloads() / file.path
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone_with(target):
            if not target.is_file():
                _download(file, part)
                _verify(part, file).replace(target)
    except requests.RequestException as error:
        reason = (
            str(error) if isinstance(error, requests.HTTPError) else f"the connection failed ({type(error).__name__})"
        )
        raise DataError(
            f"could not fetch {file.described}: {reason}. Try again with a network, which goes on where it stopped, or "
            "set WORKBOOK_DATA to a folder that holds it"
        ) from error
    except OSError as error:
        raise DataError(f"could not write {file.described} to {part}: {error.strerror or error}") from error
    return target


@contextlib.contextmanager
def _alone_with(target: Path) -> Iterator[None]:
    """Keep other processes from fetching the same file: they wait, and then find it there."""
    lock = target.with_name(f".{target.name}.lock")
    with FileLock(lock):
        try:
            yield
        finally:
            # Who waits for the lock notices that its file is gone and makes it anew; Windows removes it by itself.
            with contextlib.suppress(OSError):
                lock.unlink()


def _verify(part: Path, file: RemoteFile) -> Path:
    """The part, whose bytes are the ones expected; others are put aside and refused."""
    if not _is_genuine(part, file):
        rejected = part.replace(part.with_suffix(".rejected"))
        raise DataError(f"refused {file.described}: {_difference(rejected, file)}; what came is kept as {rejected}")
    return part


def _sha256(path: Path) -> str:
    return pooch.file_hash(str(path), alg="sha256")


def _is_genuine(path: Path, file: RemoteFile) -> bool:
    return _sha256(path) == _expected(path, file)


def _expected(path: Path, file: RemoteFile) -> str:
    return next((sha256 for copy, sha256 in file.copies if path.match(copy)), file.sha256)


def _difference(path: Path, file: RemoteFile) -> str:
    return f"SHA-256 {_sha256(path)[:12]}…, expected {_expected(path, file)[:12]}…"


def _download(file: RemoteFile, part: Path) -> None:
    """Bring the bytes that `part` still lacks; an OSError, of requests or of the disk, where that fails."""
    start = part.stat().st_size if part.exists() else 0
    if start == file.size:
        return
    if start > file.size:
        start = 0
    try:
        with part.open("ab") as stream:
            stream.truncate(start)
            _append(stream, file.url, start)
    finally:
        if part.exists() and part.stat().st_size == 0:
            part.unlink()


def _append(stream: BinaryIO, url: str, start: int) -> None:
    """Write what is at `url` from byte `start` on to the end of the stream."""

    def restart_where_ranges_are_ignored(response, *_args, **_kwargs) -> None:
        if response.status_code == 200:
            stream.truncate(0)

    # Compressed transfer would make the byte range count other bytes than the file's
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    hooks = {"response": restart_where_ranges_are_ignored}
    pooch.HTTPDownloader(progressbar=True, headers=headers, hooks=hooks)(url, stream, None)
