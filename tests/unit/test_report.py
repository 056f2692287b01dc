"""The report: complete, self-contained, escaped, and whole at every moment."""

import base64
import io
import json
import os
from pathlib import Path

import click
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from helpers.workbook import report


def picture(width: int, height: int) -> str:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def drawn(count: int, data: str) -> object:
    outputs = [new_output("display_data", {"image/png": data}) for _ in range(count)]
    return new_notebook(cells=[new_code_cell("plot()", outputs=outputs)])


def row(**changed: object) -> dict:
    same = {"name": "week1", "course": 1, "folder": "course1_x", "title": "Week", "state": "succeeded", "seconds": 2.5}
    return (
        same | {"peak_mb": 99.9, "error": None, "cell": None, "parameters": {}, "digest": "d", "output": ""} | changed
    )


def test_thumbnails_are_small_pngs_of_the_first_figures():
    shrunk = report.thumbnails(drawn(9, picture(1200, 600)))
    images = [Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) for uri in shrunk]
    assert [image.size for image in images] == [(240, 120)] * report.THUMBNAILS


def test_a_damaged_figure_is_left_out():
    assert report.thumbnails(drawn(1, base64.b64encode(b"no picture").decode())) == []


def test_a_row_links_to_the_page_and_shows_the_error_escaped(tmp_path):
    written = report.Report(tmp_path)
    failed = row(state="failed", title="<b>Title", error="NameError: <script>", cell=4, parameters={"seed": 1})
    written.add("course1_x/week1", drawn(1, picture(300, 200)), **failed)
    written.finished = written.started + 3
    written.write()
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'href="course1_x/week1.html"' in text and (tmp_path / "course1_x" / "week1.html").exists()
    assert "cell 4: NameError: &lt;script&gt;" in text and "&lt;b&gt;Title" in text and "seed = 1" in text
    assert text.count("data:image/png;base64,") == 1
    assert "http://" not in text and "https://" not in text and "http-equiv" not in text
    stored = json.loads((tmp_path / "report.json").read_text())
    assert stored["finished"] and stored["seconds"] == 3
    assert stored["notebooks"][0]["page"] == "course1_x/week1.html"


def test_a_report_of_an_unfinished_run_says_so(tmp_path):
    written = report.Report(tmp_path, rows={"a/b": row(state="not run"), "a/c": row()})
    written.write()
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "still running" in text and "http-equiv" in text
    assert written.counts() == {"succeeded": 1, "not run": 1}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no disk that is always full")
def test_a_full_disk_is_told_in_a_line_and_leaves_the_last_report_whole(tmp_path):
    written = report.Report(tmp_path, rows={"course1_x/week1": row()})
    written.write()
    before = (tmp_path / "report.json").read_text()
    (tmp_path / f".report.json.{os.getpid()}").symlink_to("/dev/full")
    with pytest.raises(click.ClickException, match=r"report in .* could not be written: No space left on device"):
        written.write()
    assert (tmp_path / "report.json").read_text() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json"]


def test_a_row_is_entered_only_once_its_page_is_written(tmp_path):
    (tmp_path / "course1_x" / "week1.html").mkdir(parents=True)
    written = report.Report(tmp_path, rows={"course1_x/week1": row(state="not run")})
    with pytest.raises(OSError, match=r"week1\.html"):
        written.add("course1_x/week1", drawn(1, picture(300, 200)), state="succeeded")
    assert written.rows["course1_x/week1"]["state"] == "not run"


def test_what_was_written_is_read_back(tmp_path):
    assert report.previous(tmp_path) == {}
    written = report.Report(tmp_path, rows={"course1_x/week1": row()})
    written.write()
    assert report.previous(tmp_path) == written.rows


@pytest.mark.parametrize("content", ["{", "[]", '{"notebooks": [{}]}'])
def test_a_damaged_report_is_refused_with_the_remedy(tmp_path, content):
    (tmp_path / "report.json").write_text(content)
    with pytest.raises(click.ClickException, match="leave out --resume"):
        report.previous(tmp_path)
