"""A residual network trained by several processes: `python -m helpers.models.distributed_training --workers 2`.

On machines of their own, call it on each with the environment variable TF_CONFIG, which says who all workers are and
which of them this is: `{"cluster": {"worker": ["one:2222", "two:2222"]}, "task": {"type": "worker", "index": 0}}`.
Without that variable the command starts all workers on this machine, and compares what they learn with one process.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import numpy as np

from helpers import paths


class WorkerError(RuntimeError):
    """A worker did not come to its end; the message is one line that says which and how."""


@click.command()
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes on this machine.")
@click.option("--out", type=click.Path(path_type=Path), help="Each worker writes worker_INDEX.npz here.")
@click.option("--limit", type=float, default=600, show_default=True, help="Seconds that the workers may take.")
@click.option("--depth", default=8, show_default=True, help="Layers of the network: 8, 14, 20, …")
@click.option("--width", default=8, show_default=True, help="Channels of its first stage.")
@click.option("--images", default=512, show_default=True, help="Digits to learn from, at most 1438.")
@click.option("--batch-size", default=64, show_default=True, help="Images of a step, of all workers together.")
@click.option("--epochs", default=2, show_default=True)
def main(workers: int, out: Path | None, limit: float, **settings: int) -> None:
    """Train a residual network by several workers, in float64.

    With TF_CONFIG set this is one of them; else all are started here, and compared with one process.
    """
    with ExitStack() as stack:
        folder = out or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            if "TF_CONFIG" in os.environ:
                work(settings, folder)
            else:
                train_by_workers(settings, workers, folder, limit)
                click.echo(comparison(settings, folder))
        except (ValueError, WorkerError) as error:
            raise click.ClickException(str(error)) from None


def work(settings: dict[str, int], folder: Path) -> None:
    """Be the worker that TF_CONFIG describes, and write losses and weights to the folder; worker 0 tells the losses.

    Raises
    ------
    WorkerError
        Another worker was lost.
    ValueError
        The images of a batch cannot be shared evenly.
    """
    import tensorflow as tf

    from helpers.models.data_parallel import Training, train_together

    index = json.loads(os.environ["TF_CONFIG"])["task"]["index"]
    lost = (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError)

    def tell(epoch: int, loss: float) -> None:
        if index == 0:
            click.echo(f"epoch {epoch}: loss {loss:.4f}")

    try:
        strategy = tf.distribute.MultiWorkerMirroredStrategy()
        model, losses = train_together(Training(**settings), strategy, tell)
    except lost as error:
        raise WorkerError(f"worker {index}: another worker is gone ({type(error).__name__}); start all again") from None
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / f"worker_{index}.npz", *model.get_weights(), losses=losses)


def train_by_workers(settings: dict[str, int], workers: int, folder: Path, limit: float = 600) -> None:
    """Start workers on this machine and wait until all have written their losses and weights to the folder.

    Raises
    ------
    WorkerError
        One of them failed, was killed or was not ready in time; the others have been ended.
    """
    with started(settings, workers, folder) as processes:
        wait(processes, limit)


@contextmanager
def started(
    settings: dict[str, int], workers: int, folder: Path, **options: object
) -> Iterator[list[subprocess.Popen]]:
    """Processes that work together on this machine; `options` are those of Popen. None of them outlives the block."""
    given = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    command = [sys.executable, "-m", "helpers.models.distributed_training", f"--out={folder}", *given]
    addresses = [f"localhost:{port}" for port in free_ports(workers)]
    processes = []
    try:
        for index in range(workers):
            task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
            environment = os.environ | {"TF_CONFIG": json.dumps(task)}
            processes.append(subprocess.Popen(command, cwd=paths.ROOT, env=environment, **options))
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def wait(processes: Sequence[subprocess.Popen], limit: float) -> None:
    """Wait until all have ended well, or the first has not, within `limit` seconds.

    Raises
    ------
    WorkerError
        One ended with another status than 0 or was still at work; all have been ended.
    """
    with ThreadPoolExecutor(len(processes)) as threads:
        ends = {threads.submit(process.wait, limit): index for index, process in enumerate(processes)}
        try:
            for end in as_completed(ends):
                if status := end.result():
                    how = f"was killed by signal {-status}" if status < 0 else f"ended with exit status {status}"
                    raise WorkerError(f"worker {ends[end]} of {len(processes)} {how}; the others were stopped")
        except subprocess.TimeoutExpired:
            raise WorkerError(f"the workers were still at work after {limit:g} s, and were stopped") from None
        finally:
            for process in processes:
                process.kill()


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def results(path: Path) -> tuple[np.ndarray, list[np.ndarray]]:
    """Losses (epochs,) and weights, in the network's order, that a worker wrote."""
    with np.load(path) as stored:
        return stored["losses"], [stored[f"arr_{k}"] for k in range(len(stored) - 1)]


def comparison(settings: dict[str, int], folder: Path) -> str:
    """One line: how far the losses and weights of worker 0 are from those of Keras' `fit` in one process."""
    from helpers.models.data_parallel import Training, train_alone

    losses, weights = results(folder / "worker_0.npz")
    model, expected = train_alone(Training(**settings))
    apart = max(np.abs(ours - alone).max() for ours, alone in zip(weights, model.get_weights(), strict=True))
    return f"one process: the same losses within {np.abs(losses - expected).max():.0e}, weights within {apart:.0e}"


if __name__ == "__main__":
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0")
    main()
