"""Where things lie: in a checkout, in an installed package, where the user says."""

from pathlib import Path

import pytest

from mer.core import environment, paths
from mer.core.errors import MerError


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch):
    for name in (environment.DATA, environment.CLUSTER, environment.BATCH, "MER_CASME2"):
        monkeypatch.delenv(name, raising=False)


def test_a_checkout_knows_itself(tmp_path):
    assert paths.checkout() == paths.REPOSITORY == paths.PACKAGE.parent
    assert paths.data() == paths.REPOSITORY / "data"
    # an installed package, though somebody's project lies above it
    (tmp_path / "pyproject.toml").touch()
    assert paths.find_repository(tmp_path / "mer") is None


def test_an_installed_package_has_data_of_the_user_and_no_notebooks(monkeypatch):
    monkeypatch.setattr(paths, "REPOSITORY", None)
    assert paths.data().is_relative_to(Path.home()) and paths.data().name == "mer"
    with pytest.raises(MerError, match="without the notebooks. Clone the repository"):
        paths.checkout()


def test_the_user_says_where_data_lies(monkeypatch, tmp_path):
    monkeypatch.setenv("MER_DATA", str(tmp_path))
    assert paths.data() == tmp_path
    monkeypatch.setenv("MER_DATA", "~/faces")
    assert paths.data() == Path.home() / "faces"


def test_files_of_the_package():
    assert paths.package_file("core/paths.py") == Path(paths.__file__)
    with pytest.raises(MerError, match="core/none.txt is missing.*install it again"):
        paths.package_file("core/none.txt")


def test_variables_are_read_when_asked(monkeypatch):
    assert environment.source("casme2") is environment.cluster() is environment.data() is None
    assert not environment.batch()
    monkeypatch.setenv("MER_CASME2", "here")
    monkeypatch.setenv("MER_CLUSTER", "tcp://here:8786")
    monkeypatch.setenv("MER_BATCH", "1")
    assert environment.source("casme2") == Path("here")
    assert environment.cluster() == "tcp://here:8786" and environment.batch()
    monkeypatch.setenv("MER_CASME2", "")  # set to nothing is not set
    monkeypatch.setenv("MER_CLUSTER", "")
    assert environment.source("casme2") is environment.cluster() is None
