"""What mer needs: from pyproject.toml in a checkout, from its metadata where it is installed."""

from importlib import metadata

import pytest

from mer.core import paths
from mer.core.errors import MerError
from mer.study import provenance
from mer.study.requirements import Requirement, requirements

METADATA = [
    "numpy<3,>=2.4",
    'anny[warp] (>=0.6) ; python_version < "4" and extra == "people"',
    "mer-study[demo,people]; extra == 'study'",
]


def test_an_installed_package_says_what_it_needs(monkeypatch):
    monkeypatch.setattr(paths, "REPOSITORY", None)
    monkeypatch.setattr(metadata, "requires", lambda name: METADATA)
    assert requirements() == [
        Requirement("numpy", "<3,>=2.4"),
        Requirement("anny", ">=0.6", "people"),
    ]


def test_a_checkout_says_so_in_its_own_file(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "REPOSITORY", tmp_path)
    with pytest.raises(MerError, match="pyproject.toml: cannot be read.*Restore it"):
        requirements()
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["numpy>=2"]\noptional-dependencies = {people = ["anny==1"]}'
    )
    assert requirements() == [Requirement("numpy", ">=2"), Requirement("anny", "==1", "people")]


def test_a_package_that_was_only_copied(monkeypatch):
    def nothing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(paths, "REPOSITORY", None)
    monkeypatch.setattr(metadata, "requires", nothing)
    with pytest.raises(MerError, match="python -m pip install mer-study"):
        requirements()


@pytest.mark.parametrize(
    "version, wanted, verdict",
    [
        ("2.13.0+cpu", "==2.13.0", "ok"),  # as torch calls its builds
        ("2.13.0", ">=2.13,<3", "ok"),
        ("3.0.0rc1", ">=2", "ok"),
        ("3.0", ">=2.13,<3", "another version"),
        (None, "", "missing"),
    ],
)
def test_verdicts(monkeypatch, version, wanted, verdict):
    monkeypatch.setattr("mer.study.requirements.installed", lambda name: version)
    assert Requirement("torch", wanted).verdict() == verdict


def test_provenance_has_the_version_of_every_package_of_the_study():
    found = provenance.packages()
    assert len(found) > 10 and found["numpy"] == metadata.version("numpy")
    assert "pytest" not in found and all(found.values())
