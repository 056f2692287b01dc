"""Training by two processes equals training by one, and a lost worker ends the others with a clear line."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from helpers.models import distributed_training

data_parallel = pytest.importorskip("helpers.models.data_parallel")
SETTINGS = {"depth": 8, "width": 4, "images": 128, "batch_size": 32, "epochs": 2}
LIMIT = 240  # seconds, for processes that would else be waited for without end


def python(code: str) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE)


def test_two_processes_learn_what_one_learns(tmp_path):
    given = [f"--{name.replace('_', '-')}={value}" for name, value in SETTINGS.items()]
    command = ["--workers=2", f"--out={tmp_path}", f"--limit={LIMIT}", *given]
    said = CliRunner().invoke(distributed_training.main, command)
    assert said.exit_code == 0, said.output
    assert re.fullmatch(r"one process: the same losses within \S+, weights within \de-1\d\n", said.output)
    model, expected = data_parallel.train_alone(data_parallel.Training(**SETTINGS))
    assert expected[1] < expected[0]
    for index in range(2):
        losses, weights = distributed_training.results(tmp_path / f"worker_{index}.npz")
        np.testing.assert_allclose(losses, expected, rtol=0, atol=1e-10)
        for learnt, alone in zip(weights, model.get_weights(), strict=True):
            assert learnt.dtype == np.float64
            np.testing.assert_allclose(learnt, alone, rtol=0, atol=1e-10)


def test_a_worker_whose_leader_is_killed_ends_with_one_clear_line(tmp_path):
    endless = SETTINGS | {"epochs": 1_000_000}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with ThreadPoolExecutor(1) as thread, distributed_training.started(endless, 2, tmp_path, **pipes) as workers:
        assert thread.submit(workers[0].stdout.readline).result(LIMIT).startswith("epoch 1: loss ")
        workers[0].kill()
        said = workers[1].communicate(timeout=LIMIT)[1]
        assert workers[1].returncode == 1
    assert said.splitlines()[-1].startswith("Error: worker 1: another worker is gone")
    assert "Traceback" not in said


def test_where_one_process_fails_the_others_are_stopped_and_it_is_named():
    processes = [python("input()"), python("raise SystemExit(3)")]
    with pytest.raises(distributed_training.WorkerError, match=r"^worker 1 of 2 ended with exit status 3; .* stopped$"):
        distributed_training.wait(processes, LIMIT)
    assert processes[0].wait(LIMIT) != 0


def test_processes_that_take_too_long_are_stopped():
    process = python("input()")
    with pytest.raises(distributed_training.WorkerError, match=r"still at work after 0\.1 s"):
        distributed_training.wait([process], 0.1)
    assert process.wait(LIMIT) != 0


def test_images_that_do_not_fill_a_batch_are_refused():
    with pytest.raises(ValueError, match="31 images are too few for a batch of 32"):
        data_parallel.digits(data_parallel.Training(images=31, batch_size=32))


def test_a_batch_that_workers_cannot_share_evenly_is_refused():
    three = SimpleNamespace(num_replicas_in_sync=3)
    with pytest.raises(ValueError, match="a batch of 32 images cannot be shared evenly by 3 workers"):
        data_parallel.train_together(data_parallel.Training(**SETTINGS), three, after_epoch=print)
