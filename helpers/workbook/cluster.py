"""The workers of a run: processes on this machine, or those of a dask scheduler that exists already."""

import contextlib
import logging
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from multiprocessing import resource_tracker

import click
import dask
from distributed import Client, LocalCluster
from distributed.utils import silence_logging_cmgr

WORKER_SECONDS = 10
LOCAL_SETTINGS = {
    # Kernels get their threads from `execution`, so a worker's own environment stays as it is.
    "distributed.nanny.pre-spawn-environ": {},
    # A notebook that has killed this many workers and then one more is given up.
    "distributed.scheduler.allowed-failures": 2,
    "distributed.scheduler.worker-saturation": 1.0,
}


@contextlib.contextmanager
def workers(jobs: int | None, scheduler: str | None) -> Iterator[Client]:
    """A client of the scheduler at this address, or of `jobs` single-threaded local workers, closed on leaving.

    Raises click.ClickException where no scheduler answers, or one has no workers. Local ones listen on loopback alone.
    """
    if scheduler:
        try:
            client = Client(scheduler, timeout=10)
        except (OSError, ValueError) as error:
            raise click.ClickException(f"no dask scheduler answers at {scheduler}; start one or omit it") from error
        # What distributed logs of a scheduler that went away is a stack trace; the report says it in a line.
        with silence_logging_cmgr(logging.CRITICAL), client:
            _wait_for_a_worker(client, scheduler)
            yield client
        return
    with contextlib.ExitStack() as stack:
        with held_interrupts():
            stack.enter_context(dask.config.set(LOCAL_SETTINGS))
            cluster = stack.enter_context(_local_cluster(jobs))
            client = stack.enter_context(Client(cluster))
        yield client


def _wait_for_a_worker(client: Client, scheduler: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError as error:
        raise click.ClickException(
            f"the dask scheduler at {scheduler} has no workers; start one on each machine: dask worker {scheduler}"
        ) from error


def _local_cluster(jobs: int) -> LocalCluster:
    return LocalCluster(
        n_workers=jobs,
        threads_per_worker=1,
        host="127.0.0.1",
        memory_limit=0,
        dashboard_address="127.0.0.1:0",  # any free port: two runs at once shall not warn of each other
        silence_logs=logging.CRITICAL,
        preload=["helpers.workbook.execution"],
    )


def slots(client: Client) -> int:
    """Notebooks that the fullest machine of a cluster runs at a time."""
    machines: Counter = Counter()
    for worker in client.scheduler_info(n_workers=-1)["workers"].values():
        machines[worker["host"]] += worker["nthreads"]
    return max(machines.values(), default=1)


@contextlib.contextmanager
def held_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back until the end, also from processes started meanwhile; without effect on Windows."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # Python's resource tracker, if started only now, would let the signal through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def one_interrupt() -> Iterator[None]:
    """Let the first Ctrl-C raise KeyboardInterrupt, and no second one cut short what that sets going."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        yield
        return

    def interrupt(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Let no second Ctrl-C cut short what must be finished; only for what takes a few seconds."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
