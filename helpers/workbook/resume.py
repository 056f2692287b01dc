"""What a result depends on, as one hash: `workbook run --resume` skips a notebook whose hash has not changed."""

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

from helpers import paths
from helpers.workbook import catalogue

PACKAGES = (
    "numpy",
    "tensorflow",
    "tensorflow-cpu",
    "keras",
    "matplotlib",
    "scipy",
    "scikit-learn",
    "scikit-image",
    "mlxtend",
    "h5py",
    "pillow",
    "ipykernel",
    "papermill",
)


def versions() -> dict[str, str]:
    """Python's own version and those of the packages that results depend on, where installed."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def surroundings(root: Path = paths.ROOT) -> str:
    """SHA-256 of all that notebooks share: the helpers, the data in the repository, the versions of packages.

    The tools in helpers/workbook and public downloads (which are verified by their own hashes) do not count; the
    course's own files count by name, size and time of change.
    """
    digest = hashlib.sha256()
    for path in _files(root / "helpers", leave_out=("workbook", "__pycache__")):
        _add(digest, path, root)
    for path in _files(root / "data", leave_out=("downloads", "course")):
        _add(digest, path, root)
    for path in _files(root / "data" / "course"):
        stat = path.stat()
        digest.update(f"{path.relative_to(root).as_posix()} {stat.st_size} {stat.st_mtime_ns}\0".encode())
    found = versions()
    found["python"] = ".".join(found["python"].split(".")[:2])
    digest.update(json.dumps(found, sort_keys=True).encode())
    return digest.hexdigest()


def fingerprint(notebook: catalogue.Notebook, parameters: Mapping[str, object], surrounded_by: str) -> str | None:
    """SHA-256 of a notebook's cells, its parameters and its `surroundings()`; None for a broken notebook."""
    if notebook.content is None:
        return None
    tags = [cell.metadata.get("tags", []) for cell in notebook.content.cells]
    told = [catalogue.source_digest(notebook.content), tags, dict(parameters), surrounded_by]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=repr).encode()).hexdigest()


def _files(folder: Path, leave_out: tuple[str, ...] = ()) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not set(path.relative_to(folder).parts[:-1]) & set(leave_out):
            yield path


def _add(digest: "hashlib._Hash", path: Path, root: Path) -> None:
    digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
    with path.open("rb") as file:
        digest.update(hashlib.file_digest(file, "sha256").digest())
