"""How work is shared over the cores, and kept apart from that of other runs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mer.core.errors import MerError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None


def workers(jobs: int) -> int:
    """How many processes to start for so many jobs: one for each core, where there is work."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return max(1, min(jobs, cores))


def share(jobs: Iterable, count: int, ordered: bool = True) -> Iterator:
    """The results of `count` jobs made by `joblib.delayed`, done on all cores."""
    from joblib import Parallel

    return Parallel(
        n_jobs=workers(count), return_as="generator" if ordered else "generator_unordered"
    )(jobs)


@contextmanager
def one_thread():
    """Processes share the cores already; and sums keep one order, whatever the machine."""
    import cv2
    from threadpoolctl import threadpool_limits

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        cv2.setNumThreads(before)


@contextmanager
def alone(folder: Path):
    """Hold `folder` against a second run, or raise a `MerError`. The system lets go of it if
    this run is killed."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        if fcntl:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise MerError(
                    f"{folder}: another process is at work here. Wait for it, or "
                    "choose another folder."
                ) from None
        yield
