"""Photographs inside packages, and image files of the learner's own."""

import numpy as np
import pytest
from PIL import Image

from helpers import paths
from helpers.datasets import CREDITS, DataError, credit, photograph, read_image


@pytest.fixture
def quarters(tmp_path):
    """A 40×60 picture, red, green, blue and black in its quarters, as a PNG file."""
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:20, :30, 0] = pixels[:20, 30:, 1] = pixels[20:, :30, 2] = 255
    Image.fromarray(pixels).save(tmp_path / "quarters.png")
    return tmp_path / "quarters.png", pixels


@pytest.mark.parametrize("name", CREDITS)
def test_photographs_are_in_colour_and_credited(name):
    image = photograph(name)
    assert image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3 and min(image.shape[:2]) >= 300
    assert image.std() > 10
    assert not image.flags.writeable
    assert credit(name).startswith("photograph: ")
    assert f"| {name} | " in (paths.DATA / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "message"), [("chelsee", "did you mean chelsea"), ("zzz", "there are astronaut")])
def test_an_unknown_photograph_is_answered_with_names(name, message):
    for function in (photograph, credit):
        with pytest.raises(DataError, match=message):
            function(name)


def test_an_image_is_read_as_it_is(quarters):
    path, pixels = quarters
    assert np.array_equal(read_image(path), pixels)
    assert np.array_equal(read_image(str(path)), pixels)


def test_an_image_is_resized_to_height_and_width(quarters):
    small = read_image(quarters[0], size=(10, 20))
    assert small.shape == (10, 20, 3) and small.dtype == np.uint8
    assert np.allclose(small[2, 3], [255, 0, 0], atol=3) and np.allclose(small[7, 3], [0, 0, 255], atol=3)


def test_gray_is_luminance(quarters):
    gray = read_image(quarters[0], gray=True)
    assert gray.shape == (40, 60)
    assert gray[0, 0] == round(0.299 * 255) and gray[0, 59] == round(0.587 * 255)


def test_a_photograph_taken_sideways_stands_upright(quarters, tmp_path):
    image = Image.open(quarters[0])
    exif = image.getexif()
    exif[0x0112] = 6  # the camera was turned: rotate by 90 degrees clockwise to see it
    image.save(tmp_path / "sideways.png", exif=exif)
    assert np.array_equal(read_image(tmp_path / "sideways.png"), np.rot90(quarters[1], k=-1))


def test_transparent_parts_become_white(tmp_path):
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(tmp_path / "glass.png")
    assert (read_image(tmp_path / "glass.png") == 255).all()


def write_text(path):
    path.write_text("not an image")


def write_half(path):
    Image.effect_noise((100, 100), 50).save(path)
    path.write_bytes(path.read_bytes()[:3000])


def write_sixteen_bits(path):
    Image.fromarray(np.full((4, 4), 40_000, np.uint16)).save(path)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda path: None, "absent: give the path"),
        (lambda path: path.mkdir(), "a folder: give the path"),
        (write_text, "not an image that Pillow can read"),
        (write_half, "damaged or incomplete"),
        (write_sixteen_bits, "more than 8 bits per pixel"),
    ],
)
def test_what_is_no_image_is_named_for_what_it_is(write, message, tmp_path):
    path = tmp_path / "mine.png"
    write(path)
    with pytest.raises(DataError, match=message) as refusal:
        read_image(path)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("limit", [1000, 2000])
def test_an_image_of_far_too_many_pixels_is_refused_before_it_is_decoded(quarters, monkeypatch, limit):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)  # Pillow raises above twice this, and warns below
    with pytest.raises(DataError, match="million pixels"):
        read_image(quarters[0])


@pytest.mark.parametrize("size", [(0, 5), (5,), (4, -1)])
def test_a_size_that_is_no_height_and_width_is_refused(quarters, size):
    with pytest.raises(DataError, match="expected \\(height, width\\)"):
        read_image(quarters[0], size=size)
