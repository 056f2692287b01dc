"""The verdicts on decisions cite figures that the notebooks show."""

import re

import pytest

from helpers.checks.decisions import DecisionExercise
from helpers.workbook import catalogue
from helpers.workbook.definitions import exercises, is_check, lift

FIGURE = re.compile(r"\d+\.\d+")


def decisions():
    """Each decision of each notebook, with the text that the notebook prints besides its verdicts."""
    for notebook in catalogue.notebooks(course=3):
        document = catalogue.read(notebook.path)
        lesson = lift(document)["check"].__self__
        for exercise in map(lesson.exercises.get, (found.name for found in exercises(document))):
            if isinstance(exercise, DecisionExercise):
                name = exercise.reference.__name__
                yield pytest.param(exercise.verdict, printed(document), id=f"{notebook.name}: {name}")


def printed(document):
    cells = [cell for cell in document.cells if cell.cell_type == "code" and not is_check(cell)]
    outputs = [output for cell in cells for output in cell.outputs]
    return "\n".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in outputs)


@pytest.mark.parametrize(("verdict", "shown"), list(decisions()))
def test_every_figure_of_a_verdict_stands_in_the_notebook(verdict, shown):
    reasons = [*verdict.accepted.values(), *verdict.refused.values(), *(reason for *_, reason in verdict.ranking)]
    said = " ".join([verdict.measured, *reasons])
    assert verdict.evidence
    assert [figure for figure in verdict.evidence if figure not in shown] == []
    assert [figure for figure in FIGURE.findall(said) if figure not in " ".join(verdict.evidence)] == []
