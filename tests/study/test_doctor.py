"""The doctor speaks in a sound environment and in one where everything is missing."""

import subprocess
import sys

import pytest
from support.casme2_release import make_release
from support.factories import write_megc2019

from mer.core import paths
from mer.study import doctor as doctors
from mer.study.doctor import doctor
from mer.study.requirements import EXTRAS, Requirement, requirements

USED = [need.name for need in requirements() if need.extra in EXTRAS]


def row(report, name):
    return next(line for line in report.splitlines() if line.startswith(f"{name} "))


def needs(monkeypatch, *found):
    monkeypatch.setattr(doctors, "requirements", lambda: list(found))


def test_a_sound_environment():
    report, healthy = doctor()
    assert healthy and "can run on synthetic people" in report
    for name in USED:
        assert row(report, name).endswith("  ok")
    assert row(report, EXTRAS[""]).endswith("  ok")
    assert "its compiled operators" in report and "only RAFT needs it" in report


@pytest.mark.parametrize(
    "name, verdict", [("no-such-package", "missing"), ("pytest", "another version")]
)
def test_a_package_missing_or_at_another_version(monkeypatch, name, verdict):
    needs(monkeypatch, Requirement("numpy", ">=9.9"), Requirement(name, "==0.0.1"))
    report, healthy = doctor()
    assert not healthy and row(report, name).endswith(verdict)
    assert row(report, "numpy").endswith("another version")
    assert f"numpy, {name}: `make study`" in row(report, EXTRAS[""])
    assert "pip install -e ." in row(report, EXTRAS[""])


def test_what_an_extra_lacks_is_told_by_its_use(monkeypatch):
    lost = Requirement("no-such-package", ">=1", "people")
    needs(monkeypatch, Requirement("numpy", ">=1"), lost, Requirement("numpy", ">=1", "study"))
    report, healthy = doctor()
    assert not healthy and row(report, EXTRAS[""]).endswith("  ok")
    assert "no-such-package: " in row(report, EXTRAS["people"])
    assert "no-such-package: " in row(report, EXTRAS["study"])  # which renders people


def test_what_every_use_needs_is_listed_once(monkeypatch):
    lost = Requirement("no-such-package", ">=1")
    needs(monkeypatch, lost, Requirement("numpy", ">=99", "people"))
    report, _ = doctor()
    assert "no-such-package: " in row(report, EXTRAS[""])
    assert "the above, numpy: " in row(report, EXTRAS["people"])
    assert "no-such-package" not in row(report, EXTRAS["people"])


def test_the_study_needs_no_cluster_and_no_tests(monkeypatch):
    needs(
        monkeypatch, Requirement("nothing", ">=1", "cluster"), Requirement("untested", "", "test")
    )
    report, healthy = doctor()
    assert healthy and "nothing: " in row(report, EXTRAS["cluster"])
    assert "tester" not in report


def test_without_a_checkout(monkeypatch, tmp_path):
    """As from a wheel, far from the repository."""
    monkeypatch.setattr(paths, "REPOSITORY", None)
    monkeypatch.setenv("MER_DATA", str(tmp_path / "of/mine"))
    monkeypatch.delenv("MER_MEGC2019", raising=False)
    needs(monkeypatch, Requirement("numpy", ">=1"), Requirement("no-such-package", "", "study"))
    report, healthy = doctor()
    assert not healthy and row(report, EXTRAS[""]).endswith("  ok")
    assert "python -m pip install 'mer-study[study]'" in row(report, EXTRAS["study"])
    assert "Clone the repository" in row(report, "notebooks")
    assert str(tmp_path / "of/mine/megc2019") in row(report, "megc2019")


def test_sources_found_missing_and_damaged(tmp_path, monkeypatch):
    copy = write_megc2019(tmp_path / "copy")
    next((copy / "datasets").glob("*/006_006_1_2 .png")).unlink()
    monkeypatch.setenv("MER_MEGC2019", str(copy))
    monkeypatch.setenv("MER_CASME2", str(tmp_path / "nowhere"))
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("MER_SYNTHETIC", str(tmp_path / "empty"))
    report, _ = doctor()
    assert "12 sequences  1 of them cannot be used" in row(report, "megc2019")
    assert "missing" in row(report, "casme2") and "licence" in row(report, "casme2")
    assert "not usable" in row(report, "synthetic")


def test_a_bare_interpreter_is_told_everything():
    """Without site-packages there is no third-party package at all."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from mer.study.doctor import doctor\nreport, healthy = doctor()\n"
        "print(report, healthy)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(paths.REPOSITORY)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("False")
    for name in USED:
        assert row(done.stdout, name).endswith("missing")
    assert "not looked for" in row(done.stdout, "all")


def test_an_old_python_is_told_so(monkeypatch):
    monkeypatch.setattr(doctors.sys, "version_info", (3, 10, 4))
    report, healthy = doctor()
    assert not healthy and "needs Python 3.11" in report


def test_sets_of_people_stand_side_by_side(tmp_path, monkeypatch):
    monkeypatch.delenv("MER_SYNTHETIC", raising=False)
    monkeypatch.setenv("MER_DATA", str(tmp_path))
    for name in ("quick-seed0", "smoke-seed1"):
        make_release(tmp_path / "synthetic" / name, traps=())
    report, _ = doctor()
    lines = [line for line in report.splitlines() if line.startswith("synthetic ")]
    assert [line.split()[2:] for line in lines] == [["24", "sequences", "ok"]] * 2
