"""The same folds on a cluster of two workers: equal rows, and refusals before any training."""

import os
from dataclasses import replace

import pandas as pd
import pytest
from support.factories import RECIPE

from mer import __main__ as cli
from mer.core import cluster
from mer.core.errors import MerError
from mer.evaluation import protocols
from mer.learning import cross_validation

SHORT = replace(RECIPE, epochs=2)


@pytest.fixture(scope="module")
def two_workers():
    """The address of a local scheduler with two workers, each a process with one thread."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as here:
        yield here.scheduler_address


def test_a_cluster_gives_the_rows_that_this_machine_gives(
    motions, two_workers, tmp_path, monkeypatch
):
    folds = protocols.leave_one_subject_out(motions.subjects)
    run = dict(inputs=motions, folds=folds, seeds=[0, 1], quiet=True, every_epoch=True)
    here = cross_validation.cross_validate(SHORT, parts=tmp_path / "here", **run)
    monkeypatch.setenv(cluster.VARIABLE, two_workers)
    there = cross_validation.cross_validate(SHORT, parts=tmp_path / "there", **run)
    same = [column for column in here.columns if column != "seconds"]
    pd.testing.assert_frame_equal(here[same], there[same], check_exact=True)
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == sorted(
        path.name for path in (tmp_path / "there").iterdir()
    )


def test_both_workers_take_part(two_workers, monkeypatch):
    monkeypatch.setenv(cluster.VARIABLE, two_workers)
    with cluster.pool(40, [], cross_validation.version) as pool:
        done = set(pool(cross_validation.joblib.delayed(_slowly)() for _ in range(40)))
    assert len(done) == 2 and os.getpid() not in done


def _slowly():
    import time

    time.sleep(0.05)
    return os.getpid()


def test_without_an_address_no_cluster_is_asked(monkeypatch):
    monkeypatch.delenv(cluster.VARIABLE, raising=False)
    monkeypatch.setattr(cluster, "connect", lambda address: pytest.fail("asked"))
    with cluster.pool(3, [], cross_validation.version) as pool:
        assert sorted(pool(cross_validation.joblib.delayed(abs)(i) for i in (-1, 0, 2))) == [
            0,
            1,
            2,
        ]


def test_a_worker_with_other_code_or_more_threads_is_refused(two_workers, monkeypatch):
    monkeypatch.setenv(cluster.VARIABLE, two_workers)
    with pytest.raises(MerError, match="other code"), cluster.pool(1, None, os.getpid):
        pass
    with cluster.connect(two_workers) as client:
        monkeypatch.setattr(client, "nthreads", lambda: {"tcp://w:1": 4})
        with pytest.raises(MerError, match="tcp://w:1 has 4 threads.*--nthreads 1"):
            cluster._check(client, two_workers, cross_validation.version)
        monkeypatch.setattr(client, "nthreads", dict)
        with pytest.raises(MerError, match="no workers"):
            cluster._check(client, two_workers, cross_validation.version)


def test_the_command_line_asks_the_scheduler_before_anything_is_run(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    nobody = "tcp://127.0.0.1:9"
    code = cli.main(["study", "--run-dir", str(tmp_path / "run"), "--cluster", nobody])
    assert code == 1 and f"no scheduler answers at {nobody!r}" in capsys.readouterr().err
    assert not (tmp_path / "run").exists() and cluster.VARIABLE not in os.environ


def test_the_command_line_hands_the_address_to_the_kernels(two_workers, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setenv(cluster.VARIABLE, "")
    monkeypatch.setattr(
        "mer.study.runner.Study.run", lambda study: seen.append(os.environ[cluster.VARIABLE])
    )
    assert cli.main(["study", "--run-dir", str(tmp_path), "--cluster", two_workers]) == 0
    assert seen == [two_workers]
