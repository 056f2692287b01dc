"""Definitions are lifted out of a notebook without running it."""

import inspect

import pytest
from nbformat.v4 import new_code_cell

from helpers.workbook import definitions


def test_definitions_constants_and_parameters_are_lifted_and_nothing_else(solution):
    solution.cells.append(new_code_cell("low, high = -1, [2.0]\nnames: dict = {'a': 1}\nraise SystemExit"))
    namespace = definitions.lift(solution)
    assert namespace["square"](3) == 9
    assert (namespace["size"], namespace["low"], namespace["high"], namespace["names"]) == (3, -1, [2.0], {"a": 1})
    assert "total" not in namespace


def test_a_definition_is_replaced_also_for_those_that_call_it(solution):
    namespace = definitions.lift(solution, replace={"double": "def double(x):\n    return 10 * x"})
    assert namespace["square"](3) == 45


def test_replacing_what_is_not_defined_is_refused(solution):
    with pytest.raises(ValueError, match="defines no triple"):
        definitions.lift(solution, replace={"triple": "def triple(x):\n    return 3 * x"})


def test_lifted_functions_keep_their_source_for_inspection(solution):
    assert "result = x + x" in inspect.getsource(definitions.lift(solution)["double"])


def test_magics_do_not_stand_in_the_way(solution):
    solution.cells[1].source = "%matplotlib inline\n" + solution.cells[1].source
    assert definitions.lift(solution)["double"](2) == 4


def test_a_broken_cell_is_raised_or_noted_on_request(solution):
    solution.cells[4].source = "def double(x):\n    return x +"
    with pytest.raises(SyntaxError):
        definitions.lift(solution)
    broken = {}
    assert "square" in definitions.lift(solution, broken=broken)
    assert list(broken) == [4] and broken[4].startswith("SyntaxError: ") and broken[4].endswith("(line 2)")


def test_exercises_are_found_with_solutions_and_checks(solution):
    double, square = definitions.exercises(solution)
    assert (double.index, double.name, double.names, double.check_index) == (4, "double", ("double",), 5)
    assert (double.solutions, double.check_source, double.points) == (((3, 5),), "check(double)", 1)
    assert square.solutions == ((4, 6), (7, 9))


def test_an_exercise_without_a_check_has_none(solution):
    del solution.cells[5]
    first = definitions.exercises(solution)[0]
    assert (first.name, first.check_index, first.check_source, first.points) == ("double", None, "", 0)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("### BEGIN SOLUTION\nx = 1", "line 1: ### BEGIN SOLUTION is never closed"),
        ("x = 1\n### END SOLUTION", "line 2: .* has no partner"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "line 2: .* has no partner"),
    ],
)
def test_unpaired_markers_are_refused(source, message):
    with pytest.raises(ValueError, match=message):
        list(definitions.solution_lines(source))
