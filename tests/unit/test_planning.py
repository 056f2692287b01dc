"""What a run refuses before anything starts, and the parameters that each notebook gets."""

from pathlib import Path

import click
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers.workbook import planning


@pytest.fixture
def root(tmp_path):
    for name, source in {"week1_a": "seed = 0\nepochs = 1", "week2_b": "seed = 0"}.items():
        cell = new_code_cell(source, metadata={"tags": ["parameters"]})
        path = tmp_path / "course1_x" / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        nbformat.write(new_notebook(cells=[cell], metadata={"workbook": {"full": {"seed": 5}}}), path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("1e-3", 0.001),
        ("True", True),
        ("true", True),
        ("None", None),
        ("[1, 2]", [1, 2]),
        ("cats", "cats"),
        ("'7'", "7"),
        ("007", "007"),
        ("a photo.png", "a photo.png"),
        ("C:\\new", "C:\\new"),
        ("b'x'", "b'x'"),
        ("no", "no"),
    ],
)
def test_a_value_gets_the_type_that_it_looks_like(text, value):
    parsed = planning.parse_value(text)
    assert parsed == value and type(parsed) is type(value)


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("photo.png", True),
        ("mine/", True),
        ("mine", False),
        ("no.png", False),
        ("~nobody/x.png", False),
        ("a." * 300, False),
    ],
)
def test_a_path_of_something_is_made_full_since_notebooks_run_elsewhere(text, full, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.png").touch()
    (tmp_path / "mine").mkdir()
    assert planning.parse_value(text) == (str(Path.cwd() / text) if full else text)


def test_a_parameter_that_a_named_notebook_does_not_declare_is_refused(root):
    with pytest.raises(click.BadParameter, match=r"week2_b has no parameter 'epochs'; there are: seed"):
        planning.parameters_of(planning.choose(["week2"], root=root), {"epochs": 3}, explicit=True)


def test_in_a_set_a_parameter_reaches_those_that_declare_it(root):
    assert planning.parameters_of(planning.choose([], root=root), {"epochs": 3}) == [{"epochs": 3}, {}]


def test_a_parameter_that_none_of_a_set_declares_is_refused(root):
    with pytest.raises(click.BadParameter, match=r"no notebook of this run has a parameter 'epoch'.*seed, epochs"):
        planning.parameters_of(planning.choose([], root=root), {"epoch": 3})


def test_given_parameters_override_those_of_the_full_profile(root):
    chosen = planning.choose(["week1"], root=root)
    assert planning.parameters_of(chosen, {"epochs": 3}, "full") == [{"seed": 5, "epochs": 3}]
    assert planning.parameters_of(chosen, {"seed": 1}, "full") == [{"seed": 1}]


@pytest.mark.parametrize(("names", "course", "message"), [([], 4, "of course 4"), (["week1"], 1, "not both")])
def test_a_choice_of_nothing_or_of_two_kinds_is_refused(root, names, course, message):
    with pytest.raises(click.UsageError, match=message):
        planning.choose(names, course, root)
