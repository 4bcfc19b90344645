"""Fetching the published flows, from a local repository and from places that have none."""

import os
import stat
import subprocess

import pytest

from mer.core.errors import MerError
from mer.datasets.fetch import fetch_megc2019
from mer.datasets.megc2019 import TABLE, Megc2019


def commit(folder):
    identity = ("-c", "user.name=tester", "-c", "user.email=tester@example.org")
    for arguments in (
        ("init", "--quiet"),
        ("add", "."),
        (*identity, "commit", "--quiet", "--no-gpg-sign", "-m", "flows"),
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True, timeout=60)


@pytest.fixture
def repository(megc2019_root):
    commit(megc2019_root)
    return megc2019_root


@pytest.fixture
def target(tmp_path):
    return tmp_path / "data" / "megc2019"


def test_a_local_repository_is_cloned(repository, target, capsys):
    assert fetch_megc2019(repository, target) == target
    assert len(Megc2019(target).sequences()) == 12
    assert "12 sequences" in capsys.readouterr().out
    assert os.listdir(target.parent) == ["megc2019"]


def test_the_flows_go_to_the_folder_of_all_data(repository, target, monkeypatch):
    monkeypatch.setenv("MER_DATA", str(target.parent))
    assert fetch_megc2019(repository) == target


def test_what_is_there_is_left_alone(repository, target, capsys):
    fetch_megc2019(repository, target)
    before = target.stat().st_mtime_ns, sorted(os.listdir(target))
    fetch_megc2019("nowhere at all", target)
    assert "already" in capsys.readouterr().out
    assert (target.stat().st_mtime_ns, sorted(os.listdir(target))) == before


def test_an_empty_folder_is_filled(repository, target):
    target.mkdir(parents=True)
    assert len(Megc2019(fetch_megc2019(repository, target)).sequences()) == 12


def test_a_folder_of_something_else_is_not_overwritten(repository, target):
    target.mkdir(parents=True)
    (target / "letter.txt").write_text("mine")
    with pytest.raises(MerError, match="does not hold the published flows"):
        fetch_megc2019(repository, target)
    assert os.listdir(target) == ["letter.txt"]


def test_a_place_that_cannot_be_cloned(tmp_path, target):
    with pytest.raises(MerError, match="cannot be cloned .*MER_MEGC2019"):
        fetch_megc2019(tmp_path / "no-repository", target)
    assert os.listdir(target.parent) == []


def test_a_repository_without_the_flows(repository, target):
    (repository / TABLE).unlink()
    commit(repository)
    with pytest.raises(MerError, match=f"no table {TABLE}"):
        fetch_megc2019(repository, target)
    assert os.listdir(target.parent) == []


def test_without_git(repository, target, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MerError, match="git is not installed"):
        fetch_megc2019(repository, target)


def test_a_stalled_clone_is_given_up(target, monkeypatch, tmp_path):
    fake = tmp_path / "git"
    fake.write_text('#!/bin/sh\nfor last; do :; done\nmkdir "$last"\nsleep 60\n')
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(MerError, match="not cloned within 1 s"):
        fetch_megc2019("https://example.org/flows", target, seconds=1)
    assert os.listdir(target.parent) == []
