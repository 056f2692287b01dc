"""Portraits: the same to the bit, a person stays a person, and folders of real faces are read as they are."""

import hashlib
import shutil

import numpy as np
import pytest
from PIL import Image

from helpers.datasets import DataError, load
from helpers.datasets.face_folder import face_folder, fetched_faces, orl_faces
from helpers.datasets.portraits import face_input, photographed_again, portraits, varied, verification_pairs
from helpers.paths import ROOT

ORL = ROOT.parent / "shared" / "data" / "orl"


@pytest.fixture(scope="module")
def faces():
    return portraits(20, 6, seed=3)


def test_portraits_are_the_same_to_the_bit_on_every_machine():
    digest = hashlib.sha256(portraits(6, 5, seed=3).images.tobytes())
    assert digest.hexdigest()[:16] == "8481cf43bbddd9b5"


def test_the_first_people_stay_the_same_when_more_are_made_and_others_come_with_another_seed(faces):
    np.testing.assert_array_equal(portraits(22, 6, seed=3).images[:120], faces.images)
    np.testing.assert_array_equal(portraits(2, 6, seed=3, first=18).images, faces.images[18 * 6 :])
    assert not np.array_equal(portraits(20, 6, seed=4).images, faces.images)


def test_more_shots_leave_the_first_situations_as_they_were_but_for_the_grain(faces):
    more = portraits(3, 8, seed=3).images.reshape(3, 8, 32, 32, 3)[:, :6].reshape(18, 32, 32, 3)
    assert np.abs(more.astype(float) - faces.images[:18]).mean() < 10


def test_noise_changes_a_pixel_by_no_more_than_it_says(faces):
    bare = portraits(20, 6, seed=3, noise=0).images.astype(int)
    assert 8 < np.abs(bare - faces.images).max() <= 15
    np.testing.assert_array_equal(portraits(1, 3, seed=3, noise=0).images, bare[:3])


def test_people_are_numbered_and_all_arrays_fit(faces):
    assert faces.images.shape == (120, 32, 32, 3)
    assert faces.images.dtype == np.uint8
    np.testing.assert_array_equal(faces.people, np.repeat(np.arange(20), 6))
    assert len(faces) == 120
    np.testing.assert_array_equal(portraits(2, 1, first=7).people, [7, 8])
    with pytest.raises(ValueError, match="read-only"):
        faces.images[0] = 0


def test_every_picture_of_a_person_is_another_one(faces):
    assert len({image.tobytes() for image in faces.images}) == len(faces)


def test_pictures_of_one_person_are_more_alike_than_those_of_two_where_it_matters(faces):
    """The face alone: the wall and the light change from shot to shot, and are taken out."""
    middle = faces.images[:, 8:26, 9:23].astype(float)
    middle -= middle.mean(axis=(1, 2, 3), keepdims=True)
    pairs, same = verification_pairs(faces.people, 300)
    distances = np.linalg.norm((middle[pairs[:, 0]] - middle[pairs[:, 1]]).reshape(len(pairs), -1), axis=1)
    assert distances[same].mean() < 0.9 * distances[~same].mean()


def test_a_larger_picture_shows_the_same_person_in_the_same_situation(faces):
    large = portraits(5, 2, seed=3, size=64).images.astype(float)
    halved = large.reshape(10, 32, 2, 32, 2, 3).mean(axis=(2, 4))
    small = faces.images.reshape(20, 6, 32, 32, 3)[:5, :2].reshape(10, 32, 32, 3)
    assert np.abs(halved - small).mean() < 8  # the noise differs


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"people": 0}, "people is 0"),
        ({"shots": 2.5}, r"shots is 2\.5"),
        ({"seed": -1}, "seed is -1"),
        ({"size": 8}, "size is 8, expected an integer from 16 on"),
        ({"people": True}, "people is True"),
        ({"noise": -1}, "noise is -1"),
    ],
)
def test_portraits_that_cannot_be_are_refused(options, message):
    with pytest.raises(DataError, match=message):
        portraits(**options)


def test_pairs_are_of_one_person_first_then_of_two_and_none_comes_twice(faces):
    pairs, same = verification_pairs(faces.people, 100, seed=5)
    assert pairs.shape == (200, 2)
    np.testing.assert_array_equal(same, np.repeat([True, False], 100))
    np.testing.assert_array_equal(faces.people[pairs[:, 0]] == faces.people[pairs[:, 1]], same)
    assert len(set(map(tuple, pairs.tolist()))) == 200
    assert not np.array_equal(verification_pairs(faces.people, 100, seed=6)[0], pairs)


def test_where_fewer_pairs_exist_all_of_them_come():
    pairs, same = verification_pairs(np.array([4, 4, 9]), 50)
    assert sorted(map(tuple, pairs.tolist())) == [(0, 1), (0, 2), (1, 2)]
    assert same.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("people", "count", "message"),
    [
        (np.array([1, 2, 3]), 5, "no pair of two pictures of one person"),
        (np.array([1, 1, 1]), 5, "no pair of two people"),
        (np.zeros((2, 2), int), 5, r"shape \(2, 2\)"),
        (np.array([1, 1, 2]), 0, "count is 0"),
    ],
)
def test_pairs_that_cannot_be_drawn_are_refused(people, count, message):
    with pytest.raises(DataError, match=message):
        verification_pairs(people, count)


def test_a_network_gets_the_same_from_a_file_and_from_an_array(faces, tmp_path):
    Image.fromarray(faces.images[0]).save(tmp_path / "face.png")
    x = face_input(tmp_path / "face.png")
    assert x.shape == (1, 32, 32, 3)
    np.testing.assert_array_equal(x, face_input(faces.images[0]))
    np.testing.assert_allclose(face_input(np.array([[[0, 127, 255]] * 32] * 32, np.uint8))[0, 0, 0], [-1, -1 / 255, 1])


def test_a_gray_picture_gets_three_equal_channels(faces):
    x = face_input(faces.images[0, ..., 0])
    np.testing.assert_array_equal(x[..., 0], x[..., 2])


@pytest.mark.parametrize(
    "image", [np.zeros((16, 16, 3), np.uint8), np.zeros((32, 32, 3)), np.zeros((32, 32, 4), np.uint8)]
)
def test_what_is_no_picture_of_the_size_is_refused(image):
    with pytest.raises(DataError, match="face_input: came"):
        face_input(image)


def test_a_print_is_paler_and_has_a_white_edge(faces):
    prints = photographed_again(faces.images)
    assert prints.shape == faces.images.shape
    assert prints.dtype == np.uint8
    assert (prints[:, 0] == 235).all()
    assert (prints[:, :, -1] == 235).all()
    assert prints[:, 1:-1, 1:-1].std() < faces.images[:, 1:-1, 1:-1].std()


def test_varied_pictures_are_mirrored_about_half_of_the_time_moved_and_of_other_light():
    dot = np.zeros((200, 32, 32, 3), np.uint8)
    dot[:, 14:18, 4:8] = 255  # in the left half, at middle height
    made = varied(dot, np.random.RandomState(0)).astype(float)
    brightest = made[..., 0].reshape(200, -1).argmax(axis=1)
    right = np.mean(brightest % 32 > 15)
    assert 0.4 < right < 0.6
    assert np.unique(brightest // 32).size > 3
    assert np.ptp(made.max(axis=(1, 2, 3))) > 40
    np.testing.assert_array_equal(made, varied(dot, np.random.RandomState(0)))
    np.testing.assert_array_equal(made[..., 0], made[..., 2])


def test_the_data_set_holds_out_a_fifth_of_each_person():
    dataset = load("portraits", people=4, shots=10)
    np.testing.assert_array_equal(np.bincount(dataset.y_train), [8, 8, 8, 8])
    np.testing.assert_array_equal(np.bincount(dataset.y_test), [2, 2, 2, 2])
    np.testing.assert_array_equal(dataset.x_test[:2], portraits(1, 10).images[8:])


@pytest.fixture
def folder(tmp_path):
    """Twelve people, s1 to s12, two gray pictures each; the brightness is the number."""
    for number in range(1, 13):
        (tmp_path / f"s{number}").mkdir()
        for shot in (1, 2):
            Image.fromarray(np.full((112, 92), 10 * number + shot, np.uint8)).save(
                tmp_path / f"s{number}" / f"{shot}.pgm"
            )
    return tmp_path


def test_a_folder_is_read_in_the_order_of_its_numbers_and_the_last_people_are_held_out(folder):
    train, test = face_folder(folder, test_people=3)
    assert train.images.shape == (18, 32, 32, 3)
    assert test.images.shape == (6, 32, 32, 3)
    assert train.images[:, 0, 0, 0].tolist() == [10 * n + s for n in range(1, 10) for s in (1, 2)]
    assert test.images[:, 0, 0, 1].tolist() == [10 * n + s for n in (10, 11, 12) for s in (1, 2)]
    assert not set(train.people) & set(test.people)


def test_other_files_in_a_folder_are_no_pictures(folder):
    (folder / "README").write_text("about")
    (folder / "s1" / "notes.txt").write_text("about")
    assert len(face_folder(folder, test_people=3)[0]) == 18


def test_a_folder_that_is_none_of_faces_is_refused(folder, tmp_path_factory):
    with pytest.raises(DataError, match="0 folders of people"):
        face_folder(tmp_path_factory.mktemp("empty"))
    with pytest.raises(DataError, match="test_people is 11"):
        face_folder(folder, test_people=11)
    (folder / "s3" / "2.pgm").unlink()
    with pytest.raises(DataError, match="s3 holds fewer than two pictures"):
        face_folder(folder)


def test_a_damaged_picture_is_named(folder):
    (folder / "s2" / "1.pgm").write_bytes((folder / "s2" / "1.pgm").read_bytes()[:50])
    with pytest.raises(DataError, match=r"1\.pgm"):
        face_folder(folder, test_people=3)


def test_orl_comes_from_the_named_folder_or_from_that_of_downloads(folder, tmp_path, monkeypatch):
    assert len(orl_faces(folder, test_people=2)[1]) == 4
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "data"))
    shutil.copytree(folder, tmp_path / "data" / "orl")
    dataset = load("portraits", source="public")
    assert (dataset.source, len(dataset.x_train), len(dataset.x_test)) == ("public", 12, 12)
    assert "Olivetti Research Laboratory" in dataset.note
    with pytest.raises(DataError, match="is no folder"):
        orl_faces(tmp_path / "absent")


def test_scikit_learn_fetches_where_there_is_no_folder(tmp_path, monkeypatch):
    from sklearn import datasets
    from sklearn.utils import Bunch

    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path))
    monkeypatch.setattr("helpers.paths.DATA", tmp_path)
    images = np.linspace(0, 1, 40)[:, None, None].repeat(64, 1).repeat(64, 2).astype(np.float32)
    bunch = Bunch(images=images, target=np.repeat(np.arange(20), 2))
    monkeypatch.setattr(datasets, "fetch_olivetti_faces", lambda **options: bunch)
    train, test = orl_faces(test_people=5)
    assert train.images.shape == (30, 32, 32, 3)
    assert test.images[-1].min() == 255

    def refuse(**options):
        raise OSError("no network")

    monkeypatch.setattr(datasets, "fetch_olivetti_faces", refuse)
    with pytest.raises(DataError, match="could not fetch olivetti"):
        orl_faces()
    with pytest.raises(DataError, match="no faces are named 'orl'"):
        fetched_faces("orl")


@pytest.mark.skipif(not ORL.is_dir(), reason=f"{ORL} is absent")
def test_orl_has_30_people_to_learn_from_and_10_others():
    train, test = orl_faces(ORL)
    assert (len(train), len(test)) == (300, 100)
    assert len(np.unique(test.people)) == 10
    np.testing.assert_array_equal(train.images[..., 0], train.images[..., 2])
