"""Where things are."""

from pathlib import Path

from helpers import paths


def test_the_repository_is_found_from_anywhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert (paths.ROOT / "pyproject.toml").is_file()
    assert paths.NOTEBOOKS.is_dir()


def test_the_user_may_name_another_folder_for_downloads(monkeypatch):
    monkeypatch.delenv("WORKBOOK_DATA", raising=False)
    assert paths.downloads() == paths.DATA / "downloads"
    monkeypatch.setenv("WORKBOOK_DATA", "~/shared")
    assert paths.downloads() == Path.home() / "shared"
