"""A learner's way through JupyterLab in a browser: the contents, a notebook of each course, a run, an exercise solved.

The server shows a copy of the notebooks and has a home of its own: nothing of the repository or the user is changed.
"""

import math
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

from helpers import paths
from helpers.workbook import catalogue, definitions, execution, exercises, lab
from helpers.workbook.catalogue import Notebook
from helpers.workbook.cli import main

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason=f"no browser on PATH: {', '.join(BROWSERS)}")

PATIENCE = 180_000  # milliseconds after which a condition counts as never met; the machine may be busy
BRIEF = 10  # seconds that a notebook may take to be run here, too; the regression runs them all


def run_time(notebook: Notebook) -> float:
    return notebook.seconds or math.inf


ALL = sorted(catalogue.notebooks(), key=run_time)
QUICKEST = [next(n for n in ALL if n.course == course) for course in sorted({n.course for n in ALL})]
each = {"argnames": "notebook", "ids": lambda notebook: notebook.name}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notebooks, with the exercise edition beside it."""
    folder = tmp_path_factory.mktemp("workbook")
    shutil.copytree(paths.NOTEBOOKS, folder / "notebooks")
    result = CliRunner().invoke(main, ["exercises", "--out", str(folder / "exercises")])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address, token included, at which `workbook lab` opens the user's browser."""
    home = tmp_path_factory.mktemp("home")
    own = dict.fromkeys(("HOME", "USERPROFILE", "IPYTHONDIR", "MPLCONFIGDIR", "KERAS_HOME"), str(home))
    own |= {f"JUPYTER_{kind}_DIR": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    command = lab.command(["--no-browser", "--allow-root", "--ServerApp.port=0", "--ServerApp.ip=127.0.0.1"], folder)
    environment = execution.kernel_environment(1) | own
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, encoding="utf-8") as server:
        yield _announced(server)
        server.terminate()


def _announced(server: subprocess.Popen) -> str:
    """The address that a server writes into its log; what it writes later is read and dropped."""
    log = []
    for line in server.stderr:
        log.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\S+token=\w+", line):
            Thread(target=server.stderr.read, daemon=True).start()
            return found[0]
    pytest.fail("JupyterLab did not start:\n" + "".join(log))


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright.Browser]:
    """A browser without a window."""
    expect.set_options(timeout=PATIENCE)
    with playwright.sync_playwright() as player:
        try:
            browser = player.chromium.launch(executable_path=BROWSER)
        except playwright.Error as error:
            pytest.skip(f"{BROWSER} does not start: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def contents(browser: playwright.Browser, address: str) -> playwright.Page:
    """JupyterLab as `workbook lab` opens it: at the table of contents."""
    return opened(browser, address)


def opened(browser: playwright.Browser, address: str) -> playwright.Page:
    """A window of its own, in which a table of contents has been opened."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    expect(tab(page)).to_have_text("index.ipynb")
    return page


def tab(page: playwright.Page) -> playwright.Locator:
    """The tab in front."""
    return page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current")


def panel(page: playwright.Page) -> playwright.Locator:
    """The notebook in front."""
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")


def follow_link(page: playwright.Page, notebook: Notebook) -> None:
    """From the table of contents to a notebook, by a click on its title."""
    page.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text="index.ipynb").click()
    panel(page).get_by_role("link", name=notebook.title, exact=True).click()
    expect(tab(page)).to_have_text(f"{notebook.name}.ipynb")


def choose(page: playwright.Page, menu: str, entry: str) -> None:
    page.locator("#jp-MainMenu").get_by_text(menu, exact=True).click()
    page.locator(".lm-Menu-item").get_by_text(entry, exact=True).click()


def run_all(page: playwright.Page, notebook: Notebook) -> list[str]:
    """Run all cells, wait until the last one has run or an error has stopped the run, and return their numbers."""
    prompts = panel(page).locator(".jp-CodeCell .jp-InputPrompt")
    expect(prompts).to_have_count(code_cells(notebook))
    choose(page, "Edit", "Clear Outputs of All Cells")
    choose(page, "Run", "Run All Cells")
    expect(prompts.first).to_have_text("[1]:")
    expect(prompts.filter(has_text="[*]:")).to_have_count(0)
    return prompts.all_text_contents()


def code_cells(notebook: Notebook) -> int:
    return sum(cell.cell_type == "code" for cell in notebook.content.cells)


def errors(place: playwright.Locator) -> list[str]:
    """What is shown on red ground: errors and warnings."""
    return place.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_text_contents()


@pytest.mark.parametrize(argvalues=QUICKEST, **each)
def test_a_title_in_the_contents_leads_to_the_notebook(contents, notebook):
    follow_link(contents, notebook)
    expect(panel(contents).get_by_role("heading", level=1)).to_contain_text(notebook.title)


@pytest.mark.parametrize(argvalues=[n for n in QUICKEST if run_time(n) <= BRIEF], **each)
def test_all_cells_of_a_notebook_run_without_an_error(contents, notebook):
    follow_link(contents, notebook)
    numbers = run_all(contents, notebook)
    assert errors(panel(contents)) == []
    assert numbers == [f"[{number}]:" for number in range(1, code_cells(notebook) + 1)]


def test_a_gap_says_so_until_its_solution_is_typed_and_then_its_check_passes(browser, address):
    notebook = ALL[0]
    gap = definitions.exercises(notebook.content)[0]
    solution, expected = exercises.solutions(gap.source)[0][1:-1], notebook.content.cells[gap.check_index].outputs
    page = opened(browser, address.replace("/notebooks/", "/exercises/") + "&reset")
    follow_link(page, notebook)
    run_all(page, notebook)
    cell, check = (panel(page).locator(".jp-Cell").nth(index) for index in (gap.index, gap.check_index))
    assert len(errors(panel(page))) == len(errors(check)) == 1
    assert errors(check)[0].splitlines()[-1] == f"NotImplementedError: write {gap.name}"
    cell.locator(".cm-line", has_text="raise NotImplementedError").click()
    page.keyboard.press("End")
    page.keyboard.press("Shift+Home")
    page.keyboard.insert_text("\n".join(solution).strip())
    page.keyboard.press("Shift+Enter")
    check.click()
    page.keyboard.press("Shift+Enter")
    expect(check.locator(".jp-OutputArea-output")).to_have_text(expected[0].text.strip())
    assert errors(check) == []
