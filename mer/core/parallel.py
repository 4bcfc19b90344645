"""Run many jobs: on all cores of this machine, or on a cluster. Each has one thread.

Processes share the cores already, and on one thread sums keep one order: results do not depend
on how many jobs run at once, nor on which machine.

MER_CLUSTER names the scheduler of a Dask cluster ("tcp://host:8786"); `mer study
--cluster ADDRESS` sets it. Its workers need this package, and one thread each: a network draws
its random numbers from a generator that all threads of a process share.

    dask scheduler
    dask worker ADDRESS --nworkers 16 --nthreads 1
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import joblib

from mer.core import environment
from mer.core.errors import MerError

PATIENCE = 10  # seconds until a scheduler has to answer
_RENEWED = ("ignore", re.compile("A worker stopped while some jobs"), UserWarning, None, 0)


def workers(jobs: int) -> int:
    """How many processes to start for so many jobs: one for each core, where there is work."""
    return max(1, min(jobs, joblib.cpu_count()))


def share(jobs: Iterable, count: int, ordered: bool = True) -> Iterator:
    """The results of `count` jobs made by `joblib.delayed`, done on all cores of this machine.

    Jobs are taken from their iterator shortly before they begin. Not `ordered`: as they come.
    """
    way = "generator" if ordered else "generator_unordered"
    run = joblib.Parallel(n_jobs=workers(count), return_as=way)
    with _renewal_unsaid():
        yield from run(_on_one_thread(jobs))


@contextmanager
def pool(count: int, version: Callable[[], str], *shared):
    """Yield a function that does jobs of torch and gives their results as they come.

    With MER_CLUSTER they are done there, otherwise here: on all cores, or one after the other
    on a GPU.

    count     how many jobs there are to do
    version   what has to be the same here and on every worker of a cluster; without a cluster
              it is not called
    shared    arguments that many jobs have in common: each is sent to a worker only once
    """
    address = environment.cluster()
    if not address:
        import torch

        yield partial(share, count=1 if torch.cuda.is_available() else count, ordered=False)
        return
    with connect(address) as client:
        _check(client, address, version)
        with joblib.parallel_config("dask", client=client, scatter=list(shared)):
            run = joblib.Parallel(return_as="generator_unordered")
            yield lambda jobs: run(_on_one_thread(jobs))


def connect(address: str):
    """A client of the scheduler at `address`; `MerError` if there is none to be had."""
    try:
        from distributed import Client
    except ImportError as error:
        raise MerError(
            "a cluster needs the extra `cluster`: `mer doctor` says how to get its packages."
        ) from error
    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise MerError(
            f"{environment.CLUSTER}: no scheduler answers at {address!r}. Start one "
            "with `dask scheduler` and give the address that it prints."
        ) from error


def _check(client, address: str, version: Callable[[], str]) -> None:
    """Refuse a cluster whose results would not be those of this machine's code."""
    said = environment.CLUSTER
    threads = client.nthreads()
    if not threads:
        raise MerError(
            f"{said}: the scheduler at {address} has no workers. Start some: "
            f"dask worker {address} --nworkers 2 --nthreads 1"
        )
    many = sorted(worker for worker, count in threads.items() if count > 1)
    if many:
        raise MerError(
            f"{said}: worker {many[0]} has {threads[many[0]]} threads; training "
            "repeats itself with one only. Start it with --nthreads 1."
        )
    found, own = client.run(version, on_error="return"), version()
    other = sorted(worker for worker, answer in found.items() if answer != own)
    if other:
        raise MerError(
            f"{said}: worker {other[0]} runs other code or another torch than "
            f"this machine ({found[other[0]]}). Install the same version on both."
        )


def _on_one_thread(jobs: Iterable) -> Iterator:
    # The arguments stay side by side: Dask looks there for those that it has sent already.
    return ((_single, (function, *some), named) for function, some, named in jobs)


def _single(function, *some, **named):
    with one_thread():
        return function(*some, **named)


@contextmanager
def one_thread():
    """Compute on a single thread in here: OpenCV, linear algebra, and torch where it is loaded.

    What was set before is set again at the end.
    """
    import cv2
    from threadpoolctl import threadpool_limits

    torch = sys.modules.get("torch")
    opencv, threads = cv2.getNumThreads(), torch and torch.get_num_threads()
    cv2.setNumThreads(1)
    try:
        with threadpool_limits(1):
            if torch:
                torch.set_num_threads(1)
            yield
    finally:
        cv2.setNumThreads(opencv)
        if torch:
            torch.set_num_threads(threads)


@contextmanager
def alone(folder: Path):
    """Hold `folder` against a second run, or raise a `MerError`. The system lets go of it if
    this run is killed."""
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise MerError(
            f"{folder}: another process is at work here. Wait for it, or choose another folder."
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _renewal_unsaid():
    """joblib renews a worker whose memory has grown; nothing is lost, so nobody need read it.

    One filter is put in and taken out. `warnings.catch_warnings` would also undo what others
    filter meanwhile, as a generator may be left half-way.
    """
    warnings.filters.insert(0, _RENEWED)
    try:
        yield
    finally:
        if _RENEWED in warnings.filters:
            warnings.filters.remove(_RENEWED)
