"""Whether the environment that is running can be used as it is: conda, a container, continuous integration."""

import json
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

DISTRIBUTION = "deep-learning-workbook"


def lacking(root: Path) -> str:
    """Return the first thing that the running environment lacks to be used as it is; empty when it is fit.

    Fit means: every line of requirements.txt is there in an acceptable version, and `root` itself is installed
    in editable mode. `packaging` judges the versions; it is on the list, so an environment without it is unfit.
    """
    # Inside, so that Python 3.7, which has no such module, reads this file.
    from importlib import metadata

    try:
        from packaging.requirements import Requirement
    except ImportError:
        return "packaging"
    for line in (root / "requirements.txt").read_text(encoding="utf-8").splitlines():
        text = line.split("#")[0].strip()
        if not text or text.startswith("-"):
            continue
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate():
            try:
                if not requirement.specifier.contains(metadata.version(requirement.name), prereleases=True):
                    return text
            except (metadata.PackageNotFoundError, KeyError, TypeError, ValueError):
                return text
    installed = metadata.distributions(name=DISTRIBUTION)
    return "" if any(is_editable(copy, root) for copy in installed) else f"{DISTRIBUTION} installed from {root}"


def is_editable(distribution: object, root: Path) -> bool:
    """Say whether an installed distribution is an editable install of `root`."""
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    folder = Path(url2pathname(urlsplit(origin.get("url", "")).path)).resolve()
    return bool(origin.get("dir_info", {}).get("editable")) and folder == root.resolve()
