"""What the tests share: a quiet plotting backend, their order, and fixtures."""

import os
from collections import Counter

import numpy as np
import pytest
from support.factories import write_megc2019

from mer.core import environment
from mer.datasets.base import Sequence
from mer.learning import inputs

os.environ.setdefault("MPLBACKEND", "Agg")


def pytest_collection_modifyitems(items):
    """Files that take longest first: workers that take file after file end together."""
    seconds = Counter()
    for item in items:
        if mark := item.get_closest_marker("slow"):
            seconds[item.path] += mark.args[0] if mark.args else 5
    items.sort(key=lambda item: -seconds[item.path])


@pytest.fixture
def megc2019_root(tmp_path):
    """A made-up clone of the published flows: 12 sequences of 6 subjects, three databases."""
    return write_megc2019(tmp_path / "megc2019")


@pytest.fixture(scope="module")
def motions():
    """Forty flows: mouth corners that rise (positive) or sink (negative), with noise."""
    classes = ("negative", "positive")
    rng = np.random.default_rng(0)
    labels = np.arange(40) % 2
    pictures = rng.normal(0.5, 0.05, (40, 28, 28, 3)).astype(np.float32)
    pictures[:, 18:22, 6:22, 1] += 0.3 * (1 - 2 * labels)[:, None, None]
    named = [
        Sequence("made-up", f"s{i % 8}", f"E{i}", classes[label]) for i, label in enumerate(labels)
    ]
    return inputs.published_flow_inputs(list(pictures), named, classes)


@pytest.fixture(scope="module")
def scheduler():
    """The address of a local scheduler with two workers, each a process with one thread."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as here:
        yield here.scheduler_address


@pytest.fixture
def two_workers(scheduler, monkeypatch):
    """Jobs are done by the two workers of a local scheduler, whose address this is."""
    monkeypatch.setenv(environment.CLUSTER, scheduler)
    return scheduler
