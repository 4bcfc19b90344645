"""Jobs on the cores of this machine and on a cluster of two workers, and a folder for one run."""

import inspect
import os
import signal
import subprocess
import sys
import time
import warnings
from contextlib import nullcontext

import cv2
import joblib
import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info

from mer.core import environment, parallel
from mer.core.errors import MerError

RENEWED = "A worker stopped while some jobs were given to the executor."


def version():
    return "the same everywhere"


def total(numbers, more=0):
    return float(numbers.sum()) + more


def who_slowly():
    time.sleep(0.05)
    return os.getpid()


def threads():
    return (
        cv2.getNumThreads(),
        torch.get_num_threads(),
        max(library["num_threads"] for library in threadpool_info()),
    )


@pytest.fixture
def nobody(monkeypatch):
    """No cluster."""
    monkeypatch.delenv(environment.CLUSTER, raising=False)
    monkeypatch.setattr(parallel, "connect", lambda address: pytest.fail("asked"))


@pytest.fixture
def many_threads():
    """Several threads in this process, whatever the machine."""
    before = cv2.getNumThreads(), torch.get_num_threads()
    cv2.setNumThreads(3)
    torch.set_num_threads(2)
    yield
    cv2.setNumThreads(before[0])
    torch.set_num_threads(before[1])


# --- on this machine ---------------------------------------------------------------------------


def test_no_more_workers_than_jobs_and_cores():
    assert parallel.workers(0) == parallel.workers(1) == 1
    assert parallel.workers(10_000) == joblib.cpu_count()


def test_results_in_order_or_as_they_come():
    jobs = [joblib.delayed(abs)(number) for number in (-3, 2, -1)]
    assert list(parallel.share(jobs, 3)) == [3, 2, 1]
    assert sorted(parallel.share(iter(jobs), 3, ordered=False)) == [1, 2, 3]


def test_without_an_address_no_cluster_is_asked(nobody):
    shared = np.ones(3)
    with parallel.pool(3, lambda: pytest.fail("asked"), shared) as run:
        done = run(joblib.delayed(total)(shared, more=i) for i in range(3))
        assert sorted(done) == [3, 4, 5]


def test_on_a_gpu_jobs_wait_for_each_other(nobody, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    with parallel.pool(3, version) as run:
        assert set(run(joblib.delayed(who_slowly)() for _ in range(3))) == {os.getpid()}


def test_every_job_has_one_thread(nobody, many_threads):
    assert set(parallel.share([joblib.delayed(threads)() for _ in range(4)], 4)) == {(1, 1, 1)}
    assert set(parallel.share([joblib.delayed(threads)()], 1)) == {(1, 1, 1)}  # in this process
    assert threads()[:2] == (3, 2)


def test_one_thread_gives_the_threads_back(many_threads):
    before = threads()
    with pytest.raises(ZeroDivisionError), parallel.one_thread():
        with parallel.one_thread():
            assert threads() == (1, 1, 1)
        assert threads() == (1, 1, 1)
        1 / 0
    assert threads() == before


def test_torch_is_told_itself(many_threads, monkeypatch):
    """Not every build of torch counts its threads where threadpoolctl does."""
    monkeypatch.setattr("threadpoolctl.threadpool_limits", nullcontext)
    with parallel.one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


def test_torch_is_not_loaded_for_others():
    code = (
        "import sys; from mer.core import parallel\n"
        "with parallel.one_thread(): pass\nprint('torch' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


def test_a_renewed_worker_is_not_spoken_of_while_jobs_run(nobody):
    from joblib.externals.loky import process_executor

    assert RENEWED[:30] in inspect.getsource(process_executor)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        filters = list(warnings.filters)
        for _ in parallel.share([joblib.delayed(abs)(1)], 1):
            warnings.warn(RENEWED, UserWarning)
            warnings.warn("something else", UserWarning)
        assert warnings.filters == filters
        warnings.warn(RENEWED, UserWarning)
    assert [str(warning.message) for warning in heard] == ["something else", RENEWED]


def test_a_generator_left_half_way_leaves_no_filter():
    filters = list(warnings.filters)
    results = parallel.share([joblib.delayed(abs)(number) for number in range(4)], 1)
    next(results)
    assert warnings.filters != filters
    results.close()
    assert warnings.filters == filters


# --- on a cluster ------------------------------------------------------------------------------


@pytest.mark.slow
def test_both_workers_take_part(two_workers):
    with parallel.pool(40, version) as run:
        done = set(run(joblib.delayed(who_slowly)() for _ in range(40)))
    assert len(done) == 2 and os.getpid() not in done


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2])
def test_shared_arguments_are_sent_once(two_workers, count):
    shared = [Counted(number) for number in range(count)]
    Counted.sent = 0
    with parallel.pool(20, version, *shared) as run:
        done = list(run(joblib.delayed(value_of)(one) for one in shared for _ in range(10)))
    assert sorted(done) == sorted(10 * list(range(count)))
    assert Counted.sent <= 3 * count  # measured and packed, but not once a job


class Counted:
    """Counts in this process how often it is packed to be sent."""

    sent = 0

    def __init__(self, value):
        self.value = value

    def __getstate__(self):
        Counted.sent += 1
        return self.__dict__


def value_of(counted):
    return counted.value


@pytest.mark.slow
def test_a_single_array_can_be_shared(two_workers):
    shared = np.ones((50, 4))
    with parallel.pool(4, version, shared) as run:
        assert sorted(run(joblib.delayed(total)(shared, more=i) for i in range(4))) == [
            200,
            201,
            202,
            203,
        ]


@pytest.mark.slow
def test_a_worker_with_other_code_or_more_threads_is_refused(two_workers, monkeypatch):
    with pytest.raises(MerError, match="other code"), parallel.pool(1, os.getpid):
        pass
    for there, said in ({"tcp://w:1": 4}, "tcp://w:1 has 4 threads.*--nthreads 1"), ({}, "no work"):
        monkeypatch.setattr("distributed.Client.nthreads", lambda client, there=there: there)
        with pytest.raises(MerError, match=said), parallel.pool(1, version):
            pass


def test_nobody_at_the_address(monkeypatch):
    monkeypatch.setattr(parallel, "PATIENCE", 1)
    monkeypatch.setenv(environment.CLUSTER, "tcp://127.0.0.1:9")
    with pytest.raises(MerError, match="MER_CLUSTER: no scheduler answers at 'tcp://127.0.0.1:9'"):
        with parallel.pool(1, version):
            pass


# --- a folder for one run ----------------------------------------------------------------------

HOLD = """
import sys, time
from pathlib import Path
from mer.core.parallel import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_folder_is_held_by_one(tmp_path):
    folder = tmp_path / "new"
    with parallel.alone(folder):
        with pytest.raises(MerError, match="new: another process is at work here"):
            with parallel.alone(folder):
                pytest.fail("held twice")
    with pytest.raises(ZeroDivisionError), parallel.alone(folder):
        1 / 0
    with parallel.alone(folder):
        pass


def test_a_killed_run_lets_go(tmp_path):
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(MerError, match="another process"), parallel.alone(tmp_path):
            pytest.fail("held twice")
    finally:
        other.send_signal(signal.SIGKILL)
        other.wait()
        other.stdout.close()
    with parallel.alone(tmp_path):
        pass
