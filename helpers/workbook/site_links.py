"""Whether every link of the site leads somewhere on it, and no page asks for anything from elsewhere."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LEAVES = ("a", "area")


class Page(HTMLParser):
    """What a page of HTML links to, as (tag, target), and the ids that a link may name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note the ids and the targets of one tag."""
        for name, value in attributes:
            if name == "id" and value:
                self.ids.add(value)
            elif name in ("href", "src") and value:
                self.links.append((tag, value))


def problems(site: Path, source: Path) -> list[str]:
    """One line for each link that leads nowhere or needs a network, naming the notebook in `source` and the target."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.resolve().rglob("*.html"))}
    found = []
    for path, page in pages.items():
        notebook = path.relative_to(site.resolve()).with_suffix(".ipynb")
        name = notebook if (source / notebook).exists() else path.relative_to(site.resolve())
        found += [f"{name.as_posix()}: {problem}" for problem in _problems(path, page, pages)]
    return found


def _problems(path: Path, page: Page, pages: dict[Path, Page]) -> Iterator[str]:
    for tag, target in dict.fromkeys(page.links):
        parts = urlsplit(target)
        if parts.scheme == "data":
            continue
        if parts.scheme or parts.netloc:
            if tag not in LEAVES:
                yield f"{target} would be fetched from elsewhere when the page is opened"
        elif not _leads(path, parts.path, parts.fragment, pages):
            yield f"the link to {target.removeprefix('#')} leads nowhere"


def _leads(path: Path, target: str, fragment: str, pages: dict[Path, Page]) -> bool:
    file = (path.parent / unquote(target)).resolve() if target else path
    return file.is_file() and (not fragment or file not in pages or unquote(fragment) in pages[file].ids)
