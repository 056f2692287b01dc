"""How much of what the notebooks print and draw is compared."""

import nbformat
import pytest
from nbval.plugin import find_comment_markers, find_metadata_tags

from helpers.workbook import catalogue

FLOOR = 0.97


def is_compared(cell: nbformat.NotebookNode) -> bool:
    """Tell whether nbval compares the outputs of a cell: it was executed and neither tag nor comment leaves it out."""
    options = dict(find_metadata_tags(cell.metadata)) | dict(find_comment_markers(cell.source))
    return options.get("check", True) and not options.get("skip", False) and cell.execution_count is not None


@pytest.mark.parametrize(
    ("tags", "source", "compared"),
    [
        ([], "print(1)", True),
        (["nbval-ignore-output"], "print(1)", False),
        (["nbval-skip"], "print(1)", False),
        ([], "# NBVAL_IGNORE_OUTPUT\nprint(1)", False),
    ],
)
def test_tags_and_comments_leave_a_cell_out(tags: list[str], source: str, compared: bool) -> None:
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": tags}, execution_count=1)
    assert is_compared(cell) is compared


def test_at_least_97_percent_of_the_cells_with_outputs_are_compared() -> None:
    contents = [catalogue.read(notebook.path) for notebook in catalogue.notebooks()]
    cells = [cell for content in contents for cell in content.cells if cell.cell_type == "code" and cell.outputs]
    compared = sum(map(is_compared, cells))
    print(f"{compared} of {len(cells)} cells with outputs are compared, in {len(contents)} notebooks")
    assert cells
    assert compared >= FLOOR * len(cells), f"{compared} of {len(cells)} cells with outputs are compared"
