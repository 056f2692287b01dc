"""Small made-up notebooks for the tests of the tools, and how hypothesis draws: the same on every run, however slow."""

import nbformat
import pytest
from hypothesis import settings
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.workbook import resume

settings.register_profile("workbook", deadline=None, derandomize=True)
settings.load_profile("workbook")

CHECK = """\
import math

expected = {"double": 6, "square": 9}


def check(function):
    value = function(3)
    assert value == expected[function.__name__], f"{function.__name__}(3) is {value}"
    print("right")
"""
DOUBLE = '''\
def double(x):
    """Twice x, a number."""
    ### BEGIN SOLUTION
    result = x + x
    ### END SOLUTION
    return result'''
SQUARE = '''\
def square(x):
    """The square of x, a number."""
    if math.isnan(x):
        ### BEGIN SOLUTION
        return float("nan")
        ### END SOLUTION
    ### BEGIN SOLUTION
    return x * double(x) / 2
    ### END SOLUTION'''


@pytest.fixture
def solution() -> nbformat.NotebookNode:
    """A solution notebook with two exercises, the second of which calls the first; its checks need no package."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Numbers\n\nWhat doubling and squaring do."),
            new_code_cell(CHECK),
            new_code_cell("size = 3  # full run: 30", metadata={"tags": ["parameters"]}),
            new_markdown_cell("## Double"),
            new_code_cell(DOUBLE),
            new_code_cell("check(double)"),
            new_markdown_cell("## Square"),
            new_code_cell(SQUARE),
            new_code_cell("check(square)"),
            new_code_cell("total = double(size) + square(size)\nprint(f'{total:.1f}')"),
        ]
    )
    notebook.metadata["workbook"] = {"topics": ["doubling", "squaring"], "digest": "0"}
    return notebook


@pytest.fixture
def workbook(tmp_path, solution):
    """A folder with README.md and one notebook, laid out as the repository is."""
    folder = tmp_path / "notebooks" / "course1_first_things"
    folder.mkdir(parents=True)
    nbformat.write(solution, folder / "week1_numbers.ipynb")
    markers = "<!-- notebooks: begin (workbook save writes this table) -->\n<!-- notebooks: end -->"
    (tmp_path / "README.md").write_text(f"# Title\n\n{markers}\n\nLast line\n", encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def unchanging_surroundings():
    """Runs of a module take the helpers for unchanged, whatever is edited meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resume, "surroundings", lambda: "the same")
        yield
