"""The data of a run: where it lies, and how it is had."""

import os

import pytest

from mer.core.errors import MerError, SourceMissing
from mer.study.data import Data


def test_people_of_two_profiles_live_apart(monkeypatch, tmp_path):
    monkeypatch.delenv("MER_SYNTHETIC", raising=False)
    monkeypatch.setenv("MER_DATA", str(tmp_path))
    assert Data("quick", 2).root("synthetic") == tmp_path / "synthetic/quick-seed2"
    assert Data("smoke", 2).root("synthetic") == tmp_path / "synthetic/smoke-seed2"
    assert Data("smoke", 2).root("casme2") == tmp_path / "casme2"
    monkeypatch.setenv("MER_SYNTHETIC", str(tmp_path / "mine"))
    assert Data("quick", 2).root("synthetic") == tmp_path / "mine"
    with pytest.raises(MerError, match="unknown profile"):
        Data("huge", 0)


def test_kernels_find_the_data_from_their_own_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MER_MEGC2019", "flows")
    monkeypatch.setenv("MER_DATA", "all")
    start = tmp_path / "repository/notebooks"
    environment = Data("smoke", 0).environment(start)
    assert environment["MER_MEGC2019"] == os.path.join("..", "..", "flows")
    assert environment["MER_DATA"] == os.path.join("..", "..", "all")
    assert set(environment) == {"MER_DATA", "MER_SYNTHETIC", "MER_CASME2", "MER_MEGC2019"}


def test_missing_flows_are_fetched(monkeypatch, tmp_path):
    calls = []

    def opened(name, *unused):
        if not calls:
            raise SourceMissing("megc2019: not there.")

    monkeypatch.delenv("MER_MEGC2019", raising=False)
    monkeypatch.setattr("mer.study.data.open_source", opened)
    monkeypatch.setattr("mer.datasets.fetch.fetch_megc2019", lambda: calls.append(1))
    Data("smoke", 0).prepare("megc2019")
    assert calls == [1]


def test_flows_that_cannot_be_fetched(monkeypatch):
    def opened(name, *unused):
        raise SourceMissing("megc2019: not there.")

    def offline():
        raise MerError("no network")

    monkeypatch.delenv("MER_MEGC2019", raising=False)
    monkeypatch.setattr("mer.study.data.open_source", opened)
    monkeypatch.setattr("mer.datasets.fetch.fetch_megc2019", offline)
    with pytest.raises(SourceMissing, match="not there.*no network"):
        Data("smoke", 0).prepare("megc2019")


def test_named_flows_that_are_missing_are_not_fetched_elsewhere(monkeypatch, tmp_path):
    monkeypatch.setenv("MER_MEGC2019", str(tmp_path / "nowhere"))
    monkeypatch.setattr("mer.datasets.fetch.fetch_megc2019", lambda: pytest.fail("fetched"))
    with pytest.raises(SourceMissing, match="nowhere"):
        Data("smoke", 0).prepare("megc2019")
