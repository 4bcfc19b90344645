"""The set-up: one set of pins, and a Makefile that trusts no half-made environment."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import mer

CHECKOUT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
EXTRAS = [line for extra in PROJECT["optional-dependencies"].values() for line in extra]
PIN = re.compile(r"([A-Za-z0-9_.-]+)==([0-9][0-9A-Za-z.]*)")


def test_every_dependency_is_pinned_exactly():
    lines = [*PROJECT["dependencies"], *EXTRAS]
    assert [line for line in lines if not PIN.fullmatch(line)] == []


def test_conda_and_pip_install_the_same_versions():
    environment = yaml.safe_load((CHECKOUT / "environment.yml").read_text())
    assert environment["name"] == "mer" and environment["channels"] == ["conda-forge"]
    *conda, pip = environment["dependencies"]
    assert pip["pip"][-1] == "-e ."
    assert conda[:2] == ["python=3.11", "pip"]
    there = [line.replace("=", "==") for line in conda[2:]] + pip["pip"][:-1]
    assert len(there) == len(set(there))
    assert set(there) == {*PROJECT["dependencies"], *EXTRAS}


def test_the_version_has_one_truth():
    assert mer.__version__ == PROJECT["version"]
    citation = yaml.safe_load((CHECKOUT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"] and citation["license"] == "MIT"


def test_every_package_folder_is_installed():
    setuptools = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["setuptools"]
    folders = {
        path.parent.relative_to(CHECKOUT).as_posix().replace("/", ".")
        for path in (CHECKOUT / "mer").rglob("__init__.py")
    }
    assert set(setuptools["packages"]) == folders


@pytest.mark.parametrize(
    "path, ignored",
    [
        ("data/synthetic/quick-seed0/a.jpg", True),
        ("data/megc2019/x.csv", True),
        ("data/README.md", False),
        ("data/models/apex.safetensors", False),
        ("data/sample/a.mp4", False),
        ("reports/synthetic-quick-seed0/metrics.json", True),
        ("reports/reference/index.html", False),
        ("reports/README.md", False),
        (".venv/bin/python", True),
        ("mer.egg-info/PKG-INFO", True),
        ("mer/people/build.py", False),
        ("notebooks/.ipynb_checkpoints/a.ipynb", True),
    ],
)
def test_git_keeps_data_and_environments_out(tmp_path, path, ignored):
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    shutil.copy(CHECKOUT / ".gitignore", tmp_path)
    done = subprocess.run(["git", "check-ignore", "--quiet", path], cwd=tmp_path)
    assert (done.returncode == 0) == ignored


# A Python that writes down what it is told, makes environments of itself, and can be told to
# fail (FAIL) or to be too old (OLD).
FAKE = """#!/bin/sh
case "$*" in
  "-c "*sys*) test -z "$OLD"; exit ;;
  "-c "*) exit 0 ;;
  --version) echo "Python 3.9.1"; exit 0 ;;
esac
echo "$*" >> "$LOG"
case "$*" in
  "-m venv"*) rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python;
              cp "$0" .venv/bin/jupyter ;;
  *pip*) test -z "$FAIL" ;;
esac
"""
INSTALL = ["-m venv --clear .venv", "-m pip install --editable .[test,cluster]"]


@pytest.fixture
def make(tmp_path):
    """Run make in a copy of the checkout's top with the fake Python; gives what it was told."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(CHECKOUT / name, tmp_path)
    python = tmp_path / "fake-python"
    python.write_text(FAKE)
    python.chmod(0o755)
    log = tmp_path / "log"

    def run(*arguments, **variables):
        log.write_text("")
        # Nothing of an outer make: it hands its variables on to everything it starts.
        environment = {"PATH": os.environ["PATH"], "LOG": str(log), **variables}
        run.done = subprocess.run(
            ["make", f"PYTHON={python}", *arguments],
            cwd=tmp_path,
            text=True,
            capture_output=True,
            env=environment,
            timeout=60,
        )
        return log.read_text().splitlines()

    run.folder = tmp_path
    return run


def test_make_study_installs_once(make):
    study = "-m mer study --source synthetic --profile quick --seed 0 --resume"
    assert make("study") == [*INSTALL, study]
    assert make("study") == [study]
    assert make("study", "SOURCE=casme2", "PROFILE=full", "SEED=3") == [
        "-m mer study --source casme2 --profile full --seed 3 --resume"
    ]


def test_make_test_and_lab_make_the_environment_too(make):
    assert make("test", "ARGS=-k guard") == [*INSTALL, "-m pytest -k guard"]
    shutil.rmtree(make.folder / ".venv")
    assert make("lab") == [*INSTALL, "lab notebooks"]
    assert make("app") == ["-m mer app"]


def test_changed_pins_install_again(make):
    make("test")
    pins = make.folder / "pyproject.toml"
    pins.write_text(pins.read_text().replace("numpy==", "numpy==1"))
    assert make("test")[:2] == INSTALL
    os.utime(pins)  # as after a checkout: newer, but the same
    assert make("test") == ["-m pytest"]


def test_an_interrupted_installation_is_begun_anew(make):
    assert make("test", FAIL="yes") == INSTALL
    assert make.done.returncode != 0
    assert make("test") == [*INSTALL, "-m pytest"]


def test_a_broken_environment_is_made_anew(make):
    make("test")
    (make.folder / ".venv/bin/python").unlink()
    assert make("test")[:2] == INSTALL


def test_an_old_python_is_refused(make):
    assert make("test", OLD="yes") == []
    assert make.done.returncode != 0
    assert "needs Python 3.11 or newer" in make.done.stderr
    assert "Python 3.9.1" in make.done.stderr


def test_no_python_at_all(make):
    assert make("test", "PYTHON=") == []
    assert "Install Python 3.11" in make.done.stderr


def test_help_is_the_default_and_clean_keeps_data(make):
    assert make() == [] and "make study" in make.done.stdout
    make("test")
    for name in ("data", "mer", "tests", "notebooks"):
        (make.folder / name / "__pycache__").mkdir(parents=True)
    make("clean")
    assert not (make.folder / ".venv").exists()
    assert not (make.folder / "mer/__pycache__").exists()
    assert (make.folder / "data/__pycache__").exists()


def test_the_interpreter_in_use_is_new_enough():
    assert sys.version_info >= tuple(map(int, re.findall(r"\d+", PROJECT["requires-python"])))
