"""The site: notebooks as stored, linked and searchable without a network, and the helpers from their docstrings."""

import re
import shutil
import subprocess

import click
import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.workbook import site, site_links
from helpers.workbook.cli import main

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SOUND = '<audio controls="controls"><source src="data:audio/wav;base64,UklGRg==" type="audio/wav"/></audio>'
FIRST = r"""# Neurons: a start

You add numbers.

| | |
| --- | --- |
| **Needs** | nothing |

Then come [Layers](../course2_second_things/week1_layers.ipynb) and [all](../index.ipynb).

The weight is $w^{\langle t \rangle}$ and the cost is
$$J = \underbrace{\tfrac{1}{m} \sum_{i=1}^m L^{(i)}}_{\text{mean}}, \quad y = \begin{cases} 1 & z > 0 \\ 0\end{cases}$$

<details><summary>Hint</summary>

Look at `axis` and at $\hat y'$.

</details>"""


def store(notebooks, place, *cells):
    path = notebooks / f"{place}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=list(cells)), path)


def executed(source, *outputs):
    return new_code_cell(source, execution_count=1, outputs=list(outputs))


def shown(**data):
    return new_output("display_data", data={kind.replace("_", "/"): value for kind, value in data.items()})


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with `notebooks`, of two courses, and the `site` made of them."""
    folder = tmp_path_factory.mktemp("built")
    stored = new_output("stream", text="stored, not run\n")
    outputs = [stored, shown(image_png=PIXEL), shown(text_html=SOUND), shown(text_html="<table><tr><td>7</td></table>")]
    first = [new_markdown_cell(FIRST), executed("raise SystemExit", *outputs)]
    store(folder / "notebooks", "course1_first_things/week1_neurons", *first)
    store(folder / "notebooks", "course2_second_things/week1_layers", new_markdown_cell("# Layers\n\nPerceptrons."))
    modules = ["helpers.nn", "helpers.nn.dense", "helpers.boxes", "helpers.boxes.overlap", "helpers.boxes.precision"]
    site.build(folder / "site", folder / "notebooks", modules=modules)
    return folder


def page(built, name):
    return (built / "site" / f"{name}.html").read_text(encoding="utf-8")


def in_browser(url, folder):
    """The page at `url` as the browser holds it after its scripts ran, without a network."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        pytest.skip("needs Chromium or Chrome, which is not installed here")
    offline = ["--proxy-server=127.0.0.1:9", f"--user-data-dir={folder}", "--virtual-time-budget=20000"]
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", *offline, "--dump-dom", url]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def test_a_notebook_shows_what_is_stored_and_runs_nothing(built):
    text = page(built, "course1_first_things/week1_neurons")
    assert "stored, not run" in text
    assert "SystemExit" in text


def test_figures_sounds_tables_and_folded_hints_survive(built):
    text = page(built, "course1_first_things/week1_neurons")
    figure = re.search(r'<img[^>]* src="(\.\./_images/[^"]+\.png)"', text)[1]
    assert (built / "site" / "course1_first_things" / figure).is_file()
    assert SOUND in text
    assert "<table><tr><td>7</td></table>" in text
    assert re.search(r"<details><summary>Hint</summary>\s*<p>Look at", text)


def test_links_between_notebooks_lead_to_their_pages(built):
    text = page(built, "course1_first_things/week1_neurons")
    assert re.search(r'href="\.\./course2_second_things/week1_layers\.html"[^>]*>(<[^>]*>)*Layers<', text)
    assert re.search(r'href="\.\./index\.html"[^>]*>(<[^>]*>)*all<', text)


def test_the_side_bar_names_courses_and_notebooks_and_a_page_its_neighbours(built):
    text = page(built, "course1_first_things/week1_neurons")
    assert "Course 1: First things" in text
    assert re.search(r'href="#"[^>]*>Neurons</a>', text)
    following = re.search(r'<a class="next-page" href="([^"]+)"', text)[1]
    assert following == "../course2_second_things/week1_layers.html"


def test_the_docstrings_of_helpers_become_pages(built):
    text = page(built, "helpers.nn.dense")
    assert 'id="helpers.nn.dense.dense_forward"' in text
    assert "floats (n_prev, m)" in text
    assert "|A ∩ B| / |A ∪ B|" in page(built, "helpers.boxes.overlap")
    assert "Alias for field number" not in page(built, "helpers.boxes.precision")


def test_the_help_of_every_command_is_on_a_page(built):
    text = page(built, "commands")
    assert "workbook data fetch" in text
    assert "Usage: workbook run [OPTIONS] [NAMES]..." in text


def test_no_page_asks_for_anything_from_elsewhere(built):
    pages = list((built / "site").rglob("*.html"))
    tags = [tag for path in pages for tag in re.findall(r"<(?!a\s)[^>]*>", path.read_text(encoding="utf-8"))]
    assert len(pages) > 8
    assert [tag for tag in tags if re.search(r"""\b(?:src|href)\s*=\s*["']?(?:https?:)?//""", tag)] == []


def test_a_browser_without_a_network_typesets_every_formula(built, tmp_path):
    url = (built / "site" / "course1_first_things" / "week1_neurons.html").as_uri()
    text = in_browser(url, tmp_path)
    assert len(re.findall("<mjx-container", text)) == 3
    assert '<g data-mml-node="merror"' not in text


def test_a_browser_without_a_server_finds_notebooks_and_functions_by_a_word(built, tmp_path):
    search = (built / "site" / "search.html").as_uri()
    assert 'href="course2_second_things/week1_layers.html' in in_browser(f"{search}?q=perceptron", tmp_path)
    assert "helpers.nn.dense.html#helpers.nn.dense.dense_forward" in in_browser(f"{search}?q=dense_forward", tmp_path)


def test_building_again_replaces_the_site_and_a_broken_link_leaves_it_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(site, "public_modules", lambda: [])
    notebooks, out = tmp_path / "notebooks", tmp_path / "site"
    out.mkdir()
    (out / "searchindex.js").touch()
    (out / "former.html").touch()
    store(notebooks, "course1_first_things/week1_neurons", new_markdown_cell("# Neurons\n\nThe text."))
    done = CliRunner().invoke(main, ["site", "-o", str(out)], obj=notebooks)
    pages = len(list(out.rglob("*.html")))
    assert (done.exit_code, done.output) == (0, f"the site has {pages} pages; open {out / 'index.html'}\n")
    assert not (out / "former.html").exists()

    store(
        notebooks,
        "course1_first_things/week1_neurons",
        new_markdown_cell("# Neurons\n\nNo.\n\n[Go on](week2_gone.ipynb)"),
    )
    failed = CliRunner().invoke(main, ["site", "-o", str(out)], obj=notebooks)
    line = "Error: course1_first_things/week1_neurons.ipynb: the link to week2_gone.ipynb leads nowhere\n"
    assert (failed.exit_code, failed.output) == (1, line)
    assert "The text." in (out / "course1_first_things" / "week1_neurons.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("tag", "problem"),
    [
        ('<a href="other.html#here">', None),
        ('<a href="#top">', None),
        ('<a href="https://example.org/paper">', None),
        ('<img src="data:image/png;base64,AA">', None),
        ('<a href="gone.html">', "the link to gone.html leads nowhere"),
        ('<a href="other.html#there">', "the link to other.html#there leads nowhere"),
        ("<img src='figure.png'>", "the link to figure.png leads nowhere"),
        (
            '<script src="https://example.org/a.js">',
            "https://example.org/a.js would be fetched from elsewhere when the page is opened",
        ),
        (
            '<link href="//example.org/a.css">',
            "//example.org/a.css would be fetched from elsewhere when the page is opened",
        ),
    ],
)
def test_links_that_lead_nowhere_or_elsewhere_are_named(tmp_path, tag, problem):
    (tmp_path / "page.html").write_text(f'<body id="top">{tag}', encoding="utf-8")
    (tmp_path / "other.html").write_text('<p id="here">', encoding="utf-8")
    assert site_links.problems(tmp_path, tmp_path) == ([f"page.html: {problem}"] if problem else [])


def test_a_folder_of_other_files_is_not_overwritten(tmp_path):
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(click.ClickException, match="exists and is not a site; name another folder with -o"):
        site.build(tmp_path, tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    store(tmp_path, "course1_first_things/week1_neurons", new_markdown_cell("# Neurons"))
    (tmp_path / "course1_first_things" / "week2_torn.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(click.ClickException, match=r"week2_torn\.ipynb: not a notebook"):
        site.build(tmp_path / "site", tmp_path, modules=[])


def test_the_documented_modules_are_those_of_lessons_without_the_solutions():
    modules = site.public_modules()
    assert {"helpers.nn.dense", "helpers.datasets", "helpers.plots", "helpers.checks"} <= set(modules)
    assert [m for m in modules if re.match(r"helpers\.(workbook|bootstrap|__main__|checks\.)", m)] == []
