"""VOC folders: boxes follow their pictures, the split is kept, and what is wrong is named."""

import numpy as np
import pytest
from PIL import Image

from helpers.datasets import DataError, load
from helpers.datasets.voc import bccd_boxes, bccd_files, read_annotation, voc_folder
from helpers.paths import ROOT
from helpers.workbook import data_commands

BYTES = ROOT.parent / "shared" / "data"


def annotation(objects, width=40, height=20):
    items = "".join(
        f"<object><name>{name}</name><bndbox><xmin>{a}</xmin><ymin>{b}</ymin><xmax>{c}</xmax><ymax>{d}</ymax></bndbox></object>"
        for name, a, b, c, d in objects
    )
    return f"<annotation><size><width>{width}</width><height>{height}</height></size>{items}</annotation>"


@pytest.fixture
def folder(tmp_path):
    """Six pictures of 20×40, each with a cat in its left half; the third names no objects."""
    for part in ("Annotations", "JPEGImages", "ImageSets/Main"):
        (tmp_path / part).mkdir(parents=True)
    for i in range(6):
        objects = [("cat", 1, 1, 20, 20), ("dog", 31, 6, 50, 15)] if i != 2 else []
        (tmp_path / "Annotations" / f"p{i}.xml").write_text(annotation(objects))
        Image.fromarray(np.full((20, 40, 3), 40 * i, np.uint8)).save(tmp_path / "JPEGImages" / f"p{i}.jpg")
    return tmp_path


def test_boxes_are_scaled_with_their_pictures_and_cut_to_them(folder):
    train, test = voc_folder(folder, size=(40, 40))
    assert train.class_names == ("cat", "dog")
    assert train.images.shape == (5, 40, 40, 3)
    np.testing.assert_allclose(train.boxes[0], [[0, 0, 20, 40], [30, 10, 40, 30]])
    assert train.box_classes[0].tolist() == [0, 1]
    assert len(test) == 1


def test_a_picture_without_objects_has_no_boxes(folder):
    train, _ = voc_folder(folder, size=(20, 40))
    assert train.boxes[2].shape == (0, 4)
    assert train.box_classes[2].shape == (0,)


def test_the_list_of_test_pictures_is_kept(folder):
    (folder / "ImageSets" / "Main" / "test.txt").write_text("p1\np4\n")
    train, test = voc_folder(folder, size=(20, 40))
    assert (len(train), len(test)) == (4, 2)
    assert test.images[:, 0, 0, 0].tolist() == pytest.approx([40, 160], abs=2)


def spoil(folder, what):
    xml, picture = folder / "Annotations" / "p1.xml", folder / "JPEGImages" / "p1.jpg"
    {
        "cut picture": lambda: picture.write_bytes(picture.read_bytes()[:200]),
        "no picture": picture.unlink,
        "not xml": lambda: xml.write_text("<annotation><size>"),
        "no numbers": lambda: xml.write_text(annotation([("cat", "one", 1, 5, 5)])),
        "no size": lambda: xml.write_text("<annotation/>"),
        "size zero": lambda: xml.write_text(annotation([], width=0)),
        "inverted": lambda: xml.write_text(annotation([("cat", 9, 1, 5, 5)])),
        "list": lambda: (folder / "ImageSets" / "Main" / "test.txt").write_text("elsewhere\n"),
        "no objects": lambda: [p.write_text(annotation([])) for p in folder.glob("Annotations/*.xml")],
        "no files": lambda: [p.unlink() for p in folder.glob("Annotations/*.xml")],
    }[what]()


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("cut picture", r"p1\.jpg"),
        ("no picture", r"p1\.xml has no picture"),
        ("not xml", r"p1\.xml is no VOC annotation"),
        ("no numbers", r"p1\.xml is no VOC annotation"),
        ("no size", r"p1\.xml is no VOC annotation"),
        ("size zero", "gives its picture the size 0×20"),
        ("inverted", r"cat has corners out of order: \(9, 1\) to \(5, 5\)"),
        ("list", r"test\.txt should name some"),
        ("no objects", "names an object"),
        ("no files", "has 0 files Annotations"),
    ],
)
def test_what_is_wrong_with_a_folder_is_named(folder, what, message):
    spoil(folder, what)
    with pytest.raises(DataError, match=message):
        voc_folder(folder, size=(20, 40))


def test_a_box_outside_its_picture_is_dropped(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text(annotation([("cat", 60, 1, 70, 5), ("cat", 3, 2, 3, 2)]))
    ((label, box),) = read_annotation(path)
    assert label == "cat"
    np.testing.assert_allclose(box, [2 / 40, 1 / 20, 3 / 40, 2 / 20])


def test_every_file_of_bccd_has_a_hash_and_an_address_of_one_commit():
    files = bccd_files()
    assert len(files) == 729
    assert all(len(file.sha256) == 64 and file.size > 0 for file in files)
    assert len({file.url.split("/BCCD/")[0] for file in files}) == 1


def test_the_many_files_of_bccd_are_told_in_one_line():
    lines = data_commands.describe("bccd").splitlines()
    assert len(lines) < 12
    assert any("729, " in line and "each verified by its SHA-256" in line for line in lines)


@pytest.mark.skipif(not (BYTES / "bccd").is_dir(), reason="the bytes of BCCD are not at hand")
def test_bccd_comes_verified_with_its_boxes(monkeypatch):
    monkeypatch.setenv("WORKBOOK_DATA", str(BYTES))
    train, test = bccd_boxes(size=(48, 64))
    assert (len(train), len(test)) == (292, 72)
    assert train.class_names == ("Platelets", "RBC", "WBC")
    assert sum(map(len, test.boxes)) == 945
    assert np.concatenate(train.boxes).max() <= 64
    assert load("bccd", size=(24, 32)).x_test.shape == (72, 24, 32, 3)
