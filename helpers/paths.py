"""Where things are: the repository, its notebooks, its data. The lowest floor: standard library only."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
DATA = ROOT / "data"
COURSE_FILES = DATA / "course"
WEIGHTS = DATA / "weights"


def downloads() -> Path:
    """Folder of verified public downloads: `$WORKBOOK_DATA` where it is set, else `data/downloads`."""
    named = os.environ.get("WORKBOOK_DATA")
    return Path(named).expanduser() if named else DATA / "downloads"
