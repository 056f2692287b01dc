"""The recipes of the stored classifiers: deterministic, and still the ones that made the stored weights."""

import io
import tarfile

import numpy as np
import pytest
from PIL import Image

keras = pytest.importorskip("keras")

from helpers import paths  # noqa: E402
from helpers.datasets import DataError  # noqa: E402
from helpers.models import pretraining, weights  # noqa: E402

CIFAR10 = paths.ROOT.parent / "shared" / "data" / "cifar10_jpeg.tar"
RECIPES = {"mobilenet_cifar10": pretraining.MOBILENET, "vgg_cifar10": pretraining.VGG}
TOLERANCE = 0.02  # MobileNet's loss differs by 0.004 between oneDNN on and off


@pytest.mark.parametrize("name", RECIPES)
def test_a_short_run_of_the_recipe_gives_the_loss_of_the_card(name):
    measured = pretraining.short_run(RECIPES[name], *pretraining.photograph_crops())
    assert measured == pytest.approx(weights.card(name)["short_run"]["photographs"], abs=TOLERANCE)


@pytest.mark.skipif(not CIFAR10.is_file(), reason="the JPEG files of CIFAR-10 are not at hand")
def test_a_short_run_on_cifar10_gives_the_loss_of_the_card(tmp_path):
    images, labels = first_images(every=40)
    measured = pretraining.short_run(pretraining.VGG, images, labels)
    assert measured == pytest.approx(weights.card("vgg_cifar10")["short_run"]["CIFAR-10"], abs=TOLERANCE)


def first_images(every):
    """The images that `every_class` picks from the sorted training images, without unpacking all of them."""
    with tarfile.open(CIFAR10) as archive:
        names = sorted(n for n in archive.getnames() if n.startswith("train/") and n.endswith(".jpg"))
        chosen = names[:: len(names) // 128][:128]
        read = [Image.open(io.BytesIO(archive.extractfile(name).read())).convert("RGB") for name in chosen]
    classes = sorted({name.split("/")[1] for name in names})
    return np.stack([np.array(image) for image in read]), np.array([classes.index(n.split("/")[1]) for n in chosen])


def test_stored_weights_name_the_classes_of_images_that_they_never_saw():
    if not CIFAR10.is_file():
        pytest.skip("the JPEG files of CIFAR-10 are not at hand")
    with tarfile.open(CIFAR10) as archive:
        names = sorted(n for n in archive.getnames() if n.startswith("test/") and n.endswith(".jpg"))[::50]
        read = [np.array(Image.open(io.BytesIO(archive.extractfile(n).read())).convert("RGB")) for n in names]
    labels = np.repeat(np.arange(10), 20)
    network = weights.load(pretraining.small_mobilenet(), "mobilenet_cifar10")
    stated = weights.card("mobilenet_cifar10")["accuracy"]["test images"]
    assert pretraining.accuracy(network, np.stack(read), labels) == pytest.approx(stated, abs=0.08)


def test_training_twice_gives_the_same_weights_and_leaves_the_data_type_alone():
    images, labels = pretraining.photograph_crops(32)
    training = pretraining.replace(pretraining.VGG, epochs=1, batch_size=16)
    keras.config.set_dtype_policy("float64")
    try:
        (first, losses), (second, again) = (pretraining.train(training, images, labels) for _ in range(2))
        assert keras.config.dtype_policy().name == "float64"
    finally:
        keras.config.set_dtype_policy("float32")
    assert losses == again
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_augmentation_shifts_and_mirrors_whole_images():
    images = np.arange(2 * 6 * 6 * 3, dtype=np.uint8).reshape(2, 6, 6, 3)
    same = pretraining.shifted_and_mirrored(images, np.random.RandomState(0), 0)
    for changed, image in zip(same, images, strict=True):
        assert any(np.array_equal(changed, candidate) for candidate in (image, image[:, ::-1]))
    many = np.repeat(images[:1], 400, axis=0)
    moved = pretraining.shifted_and_mirrored(many, np.random.RandomState(0), 1)
    assert len(np.unique(moved.reshape(400, -1), axis=0)) == 18  # 3 × 3 places, mirrored or not


def test_an_epoch_shows_every_image_once_in_an_order_of_its_own():
    images = np.repeat(np.arange(12, dtype=np.uint8), 4 * 4 * 3).reshape(12, 4, 4, 3)
    training = pretraining.replace(pretraining.VGG, batch_size=4, max_shift=1)
    batches = pretraining.augmented_batches(training, images, np.arange(12))
    epochs = [np.concatenate([next(batches)[1] for _ in range(3)]) for _ in range(2)]
    assert [sorted(epoch) for epoch in epochs] == [list(range(12))] * 2
    assert not np.array_equal(*epochs)


def test_a_folder_or_a_tar_of_images_is_read_and_anything_else_refused(tmp_path):
    for part in ("train", "test"):
        for name in ("cat", "dog"):
            (tmp_path / "images" / part / name).mkdir(parents=True)
            Image.new("RGB", (32, 32), "red").save(tmp_path / "images" / part / name / "0.png")
    with tarfile.open(tmp_path / "images.tar", "w") as archive:
        for part in ("train", "test"):
            archive.add(tmp_path / "images" / part, part)
    for source in (tmp_path / "images", tmp_path / "images.tar"):
        read = pretraining.cifar10(source)
        assert (read.x_train.shape, list(read.y_test), read.class_names) == ((2, 32, 32, 3), [0, 1], ("cat", "dog"))
        assert source.name in read.note
    (tmp_path / "text").write_text("no tar")
    with pytest.raises(DataError, match="neither a folder of images nor a tar"):
        pretraining.cifar10(tmp_path / "text")


def test_without_a_network_the_original_pixels_are_named_with_their_size(tmp_path, monkeypatch):
    def fetch():
        return keras.utils.get_file("cifar", "http://127.0.0.1:9/cifar.tar.gz", cache_dir=tmp_path)  # nobody listens

    monkeypatch.setattr(keras.datasets.cifar10, "load_data", fetch)
    with pytest.raises(DataError, match=r"^could not fetch CIFAR-10 \(171 MB\): .*refused.* with a network$"):
        pretraining.cifar10()
