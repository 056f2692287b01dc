"""Folders of pictures and masks: ids keep their meaning through every resizing, and what is wrong is named."""

import numpy as np
import pytest
from PIL import Image

from helpers.datasets import DataError
from helpers.datasets.mask_folder import mask_folder

SIZE = (10, 20)


def write(folder, name, ids, mode="L", masks="masks"):
    for part in ("images", masks):
        (folder / part).mkdir(parents=True, exist_ok=True)
    picture = np.repeat((ids * 60)[..., None], 3, axis=2).astype(np.uint8)
    Image.fromarray(picture).save(folder / "images" / f"{name}.jpg", quality=95)
    mask = Image.fromarray(ids.astype(np.uint8))
    if mode == "P":
        mask.putpalette([i % 256 for i in range(768)])
    mask.convert(mode).save(folder / masks / f"{name}.png")


@pytest.fixture
def folder(tmp_path):
    """Six pictures of 20×40, class 1 in the left half and 3 in the right one."""
    for i in range(6):
        write(tmp_path, f"p{i}", np.repeat([[1] * 20 + [3] * 20], 20, axis=0))
    return tmp_path


def test_pictures_and_masks_are_stretched_together(folder):
    train, test = mask_folder(folder, SIZE)
    assert (len(train), len(test)) == (5, 1)
    assert (train.images.shape, train.masks.shape) == ((5, 10, 20, 3), (5, 10, 20))
    assert train.class_names == ("class 1", "class 3")
    np.testing.assert_array_equal(train.masks[0], np.repeat([[0] * 10 + [1] * 10], 10, axis=0))
    assert train.images[0, 5, 3, 0] == pytest.approx(60, abs=5)
    assert train.images[0, 5, 16, 0] == pytest.approx(180, abs=5)


def test_no_resizing_invents_a_class_between_two_others(folder):
    for size in ((7, 13), (33, 71)):
        assert set(np.unique(mask_folder(folder, size)[0].masks)) == {0, 1}


def test_listed_classes_keep_their_names_and_order(folder):
    (folder / "classes.txt").write_text("3 the right half\n1 left\n2 never seen\n")
    train, _ = mask_folder(folder, SIZE)
    assert train.class_names == ("left", "never seen", "the right half")
    assert set(np.unique(train.masks)) == {0, 2}


def test_a_palette_holds_ids_too_and_trimaps_of_pets_fit_as_they_come(tmp_path):
    for i in range(3):
        write(
            tmp_path, f"cat_{i}", np.arange(1, 4).repeat(4)[None].repeat(6, 0), "P" if i else "L", "annotations/trimaps"
        )
    (tmp_path / "annotations/trimaps/._cat_0.png").write_bytes(b"what an archive left")
    train, test = mask_folder(tmp_path, (6, 12))
    assert train.class_names == ("class 1", "class 2", "class 3")
    np.testing.assert_array_equal(train.masks[0], train.masks[1])
    assert len(test) == 1


def test_the_list_of_test_pictures_is_kept(folder):
    (folder / "test.txt").write_text("p1\np4\n")
    train, test = mask_folder(folder, SIZE)
    assert (len(train), len(test)) == (4, 2)


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


SPOILED = {
    r"p1\.png has 20×30 pixels, but .*p1\.jpg has 20×40": lambda f: (
        write(f.parent / "other", "p1", np.ones((20, 30), int))
        or (f.parent / "other/masks/p1.png").replace(f / "masks/p1.png")
    ),
    r"p1\.jpg is a damaged or incomplete image": lambda f: cut(f / "images/p1.jpg"),
    r"p1\.png is a damaged or incomplete image|p1\.png is not an image": lambda f: cut(f / "masks/p1.png"),
    r"p1\.jpg has no mask .*p1\.png": lambda f: (f / "masks/p1.png").unlink(),
    r"p0\.png holds the id 3, which classes\.txt does not list: 0, 1": lambda f: (f / "classes.txt").write_text(
        "0 a\n1 b\n"
    ),
    r"p1\.png is of mode RGB, expected one channel": lambda f: Image.open(f / "images/p1.jpg").save(f / "masks/p1.png"),
    r"classes\.txt should hold a line for each class": lambda f: (f / "classes.txt").write_text("left right\n"),
    r"test\.txt should name some, not all": lambda f: (f / "test.txt").write_text("absent\n"),
    r"has 1 pictures images/NAME": lambda f: [(f / f"images/p{i}.jpg").unlink() for i in range(1, 6)],
}


@pytest.mark.parametrize("message", SPOILED)
def test_what_is_wrong_is_named_with_its_file(folder, message):
    SPOILED[message](folder)
    with pytest.raises(DataError, match=message):
        mask_folder(folder, SIZE)


def test_a_single_class_is_nothing_to_tell_apart(tmp_path):
    for name in "ab":
        write(tmp_path, name, np.ones((8, 8), int))
    with pytest.raises(DataError, match="a single class"):
        mask_folder(tmp_path, (8, 8))


def test_a_folder_that_is_absent_is_named(tmp_path):
    with pytest.raises(DataError, match="nowhere has 0 pictures"):
        mask_folder(tmp_path / "nowhere", (8, 8))
