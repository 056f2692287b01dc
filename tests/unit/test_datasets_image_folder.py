"""The learner's own folder of photographs, and the crops of three surfaces."""

import numpy as np
import pytest
import skimage.data
from PIL import Image

from helpers.datasets import DataError, load
from helpers.datasets.image_folder import image_folder


def write(folder, count, color, suffix=".png"):
    folder.mkdir(parents=True)
    for number in range(count):
        Image.new("RGB", (20, 10 + number), color).save(folder / f"{number}{suffix}")


@pytest.fixture
def photographs(tmp_path):
    write(tmp_path / "red", 8, (255, 0, 0))
    write(tmp_path / "blue", 4, (0, 0, 255), ".BMP")
    write(tmp_path / ".hidden", 2, (0, 255, 0))
    (tmp_path / "red" / "notes.txt").write_text("no image")
    (tmp_path / "empty").mkdir()
    return tmp_path


def test_subfolders_are_classes_and_a_quarter_of_each_is_held_out(photographs):
    data = image_folder(photographs, (6, 5))
    assert data.class_names == ("blue", "red")
    assert (data.x_train.shape, data.x_train.dtype) == ((9, 6, 5, 3), np.uint8)
    assert [list(np.bincount(y)) for y in (data.y_train, data.y_test)] == [[3, 6], [1, 2]]
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        assert np.array_equal(x[:, 0, 0, 0] == 255, y == 1)
    assert data.source == "folder"
    assert "stay on this machine" in data.note


def test_the_same_folder_is_split_the_same_way(photographs):
    first, second = (image_folder(photographs, (6, 5), test_fraction=0.5) for _ in range(2))
    assert np.array_equal(first.y_train, second.y_train)


def test_a_folder_that_is_split_already_stays_so(tmp_path):
    for part, count in (("train", 2), ("test", 1)):
        write(tmp_path / part / "red", count, (255, 0, 0))
        write(tmp_path / part / "blue", count, (0, 0, 255))
    data = image_folder(tmp_path, (4, 4))
    assert (len(data.x_train), list(data.y_test)) == (4, [0, 1])
    (tmp_path / "test" / "green").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "test" / "green" / "0.png")
    with pytest.raises(DataError, match=r"classes .* in train, but"):
        image_folder(tmp_path, (4, 4))


def test_folders_that_cannot_serve_are_refused(tmp_path):
    with pytest.raises(DataError, match="is no folder"):
        image_folder(tmp_path / "absent", (4, 4))
    write(tmp_path / "one", 3, "red")
    with pytest.raises(DataError, match="at least two classes"):
        image_folder(tmp_path, (4, 4))
    write(tmp_path / "two", 1, "blue")
    with pytest.raises(DataError, match="too few to hold some out"):
        image_folder(tmp_path, (4, 4))
    with pytest.raises(DataError, match="test_fraction is 1"):
        image_folder(tmp_path, (4, 4), test_fraction=1)
    (tmp_path / "two" / "broken.jpg").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"broken\.jpg is not an image"):
        image_folder(tmp_path, (4, 4))


def occurs(crop, photograph):
    height, width = crop.shape
    corners = np.argwhere(photograph[: len(photograph) - height + 1, : photograph.shape[1] - width + 1] == crop[0, 0])
    return any(np.array_equal(photograph[y : y + height, x : x + width], crop) for y, x in corners)


def test_surfaces_come_from_the_halves_of_their_own_photographs():
    data = load("surfaces", size=64, per_class=2, test_per_class=2)
    assert data.x_train.shape == (6, 64, 64, 3)
    for label, name in enumerate(data.class_names):
        photograph = getattr(skimage.data, name)()
        halves = photograph[:, :256], photograph[:, 256:]
        for x, y, half in ((data.x_train, data.y_train, halves[0]), (data.x_test, data.y_test, halves[1])):
            assert all(occurs(crop[..., 0], half) for crop in x[y == label])


def test_small_surfaces_are_averages_and_gray():
    data = load("surfaces", per_class=3, test_per_class=1)
    assert (data.x_train.shape, data.x_train.dtype) == ((9, 32, 32, 3), np.uint8)
    assert np.array_equal(data.x_train[..., 0], data.x_train[..., 2])


@pytest.mark.parametrize("options", [{"size": 4}, {"size": 300}, {"per_class": 0}])
def test_surfaces_refuse_what_cannot_be_cut(options):
    with pytest.raises(DataError, match="surfaces: "):
        load("surfaces", **options)
