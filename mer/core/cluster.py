"""Where folds are trained: on the cores of this machine, or on a cluster.

`MER_CLUSTER` names the scheduler of a Dask cluster ("tcp://host:8786"); `mer study
--cluster ADDRESS` sets it. Its workers need this package, and one thread each: a network draws
its random numbers from a generator that all threads of a process share.

    dask scheduler
    dask worker ADDRESS --nworkers 16 --nthreads 1
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import contextmanager

import joblib
import torch

from mer.core.errors import MerError

VARIABLE = "MER_CLUSTER"
_PATIENCE = 10  # seconds until a scheduler has to answer


@contextmanager
def pool(jobs: int, shared: list, version: Callable[[], str]):
    """Yield a `joblib.Parallel` that gives results as they come, in any order.

    jobs      how many there are to do
    shared    arguments that many jobs have in common: each is sent to a worker only once
    version   what has to be the same here and on every worker of a cluster; without a cluster
              it is not called
    """
    address = os.environ.get(VARIABLE)
    if not address:
        cores = 1 if torch.cuda.is_available() else joblib.cpu_count()
        yield joblib.Parallel(n_jobs=min(jobs, cores) or 1, return_as="generator_unordered")
        return
    with connect(address) as client:
        _check(client, address, version)
        with joblib.parallel_config("dask", client=client, scatter=shared):
            yield joblib.Parallel(return_as="generator_unordered")


def connect(address: str):
    """A client of the scheduler at `address`; `MerError` if there is none to be had."""
    try:
        from distributed import Client
    except ImportError as error:
        raise MerError(
            "a cluster needs the packages of the extra `cluster`: "
            "python -m pip install --editable '.[cluster]'"
        ) from error
    try:
        return Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise MerError(
            f"{VARIABLE}: no scheduler answers at {address!r}. Start one with "
            "`dask scheduler` and give the address that it prints."
        ) from error


def _check(client, address: str, version: Callable[[], str]) -> None:
    """Refuse a cluster whose results would not be those of this machine's code."""
    threads = client.nthreads()
    if not threads:
        raise MerError(
            f"{VARIABLE}: the scheduler at {address} has no workers. Start some: "
            f"dask worker {address} --nworkers 2 --nthreads 1"
        )
    many = sorted(worker for worker, count in threads.items() if count > 1)
    if many:
        raise MerError(
            f"{VARIABLE}: worker {many[0]} has {threads[many[0]]} threads; training "
            "repeats itself with one only. Start it with --nthreads 1."
        )
    found = client.run(version, on_error="return")
    other = sorted(worker for worker, answer in found.items() if answer != version())
    if other:
        raise MerError(
            f"{VARIABLE}: worker {other[0]} runs other code or another torch than "
            f"this machine ({found[other[0]]}). Install the same version on both."
        )
