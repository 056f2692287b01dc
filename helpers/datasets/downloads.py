"""Public downloads: a file gets its name only after its SHA-256 was found right."""

from dataclasses import dataclass
from pathlib import Path

import pooch

from helpers import paths
from helpers.datasets.dataset import DataError


@dataclass(frozen=True)
class RemoteFile:
    """A public file: its path below the folder of downloads, address, size in bytes and SHA-256."""

    path: str
    url: str
    size: int
    sha256: str

    @property
    def described(self) -> str:
        """Name, size and address in one phrase."""
        return f"{self.path} ({self.size / 1e6:.1f} MB from {self.url})"


def find(file: RemoteFile) -> Path | None:
    """The file in `$WORKBOOK_DATA` or `data/downloads`, its content not yet looked at; None where it is in neither."""
    folders = (paths.downloads(), paths.DATA / "downloads")
    return next((folder / file.path for folder in folders if (folder / file.path).is_file()), None)


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


def _fetch_from_network(file: RemoteFile) -> Path:
    """Download, verify, and only then name the file."""
    import requests

    target = paths.downloads() / file.path
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _download(file, part)
    except requests.RequestException as error:
        if part.stat().st_size == 0:
            part.unlink()
        reason = (
            str(error) if isinstance(error, requests.HTTPError) else f"the connection failed ({type(error).__name__})"
        )
        raise DataError(
            f"could not fetch {file.described}: {reason}. Try again with a network, which goes on where it stopped, or "
            f"set WORKBOOK_DATA to a folder that holds {file.path}"
        ) from error
    except OSError as error:
        raise DataError(f"could not write {file.described} to {part}: {error.strerror or error}") from error
    if not _is_genuine(part, file):
        rejected = part.replace(target.with_name(target.name + ".rejected"))
        raise DataError(f"refused {file.described}: {_difference(rejected, file)}; what came is kept as {rejected}")
    return part.replace(target)


def _sha256(path: Path) -> str:
    return pooch.file_hash(str(path), alg="sha256")


def _is_genuine(path: Path, file: RemoteFile) -> bool:
    return _sha256(path) == file.sha256


def _difference(path: Path, file: RemoteFile) -> str:
    return f"SHA-256 {_sha256(path)[:12]}…, expected {file.sha256[:12]}…"


def _download(file: RemoteFile, part: Path) -> None:
    """Bring the bytes that `part` still lacks; an OSError, of requests or of the disk, where that fails."""
    start = part.stat().st_size if part.exists() else 0
    if start >= file.size:
        start = 0
    with part.open("ab") as stream:
        stream.truncate(start)

        def restart_where_ranges_are_ignored(response, *_args, **_kwargs) -> None:
            if response.status_code == 200:
                stream.truncate(0)

        # Compressed transfer would make the byte range count other bytes than the file's
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        hooks = {"response": restart_where_ranges_are_ignored}
        pooch.HTTPDownloader(progressbar=True, headers=headers, hooks=hooks)(file.url, stream, None)
