"""The Makefile trusts no half-made environment, and git keeps data and environments out."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

# A Python that writes down what it is told, makes environments of itself, and can be told to
# fail (FAIL names the program) or to be too old (OLD). Tools are copies of it that say their name.
FAKE = """#!/bin/sh
name=$(basename "$0")
case "$*" in
  "-c "*sys*) test -z "$OLD"; exit ;;
  "-c "*) exit 0 ;;
  --version) echo "Python 3.9.1"; exit 0 ;;
esac
case "$name" in *python) echo "$*" ;; *) echo "$name $*" ;; esac >> "$LOG"
case "$*" in
  "-m venv"*) rm -rf .venv; mkdir -p .venv/bin
              for tool in python jupyter lint-imports mer nbstripout ruff uv; do
                cp "$0" ".venv/bin/$tool"
              done ;;
  *pip\\ install*) test "$FAIL" != pip || exit 1 ;;
esac
test "$name" != "$FAIL"
"""
INSTALL = [
    "-m venv --clear .venv",
    "-m pip install --constraint requirements.lock --editable .[study,cluster,test]",
    "-m pip install --no-deps --requirement landmarks.txt",
]
PYTEST = "-m pytest -n auto --dist loadfile --no-loadscope-reorder"


@pytest.fixture
def make(tmp_path):
    """Run make in a copy of the checkout's top with the fake Python; gives what it was told."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "landmarks.txt"):
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
    study = "mer study --source synthetic --profile quick --seed 0 --resume"
    assert make("study") == [*INSTALL, study]
    assert make("study") == [study]
    assert make("study", "SOURCE=casme2", "PROFILE=full", "SEED=3") == [
        "mer study --source casme2 --profile full --seed 3 --resume"
    ]


def test_make_test_and_lab_make_the_environment_too(make):
    assert make("test", "ARGS=-k flow") == [*INSTALL, f"{PYTEST} -k flow"]
    shutil.rmtree(make.folder / ".venv")
    page = "/lab/tree/notebooks/course/start.ipynb"
    assert make("lab") == [*INSTALL, f"jupyter lab --LabApp.default_url={page}"]
    assert make("app") == ["mer app"]
    assert make("course", "ARGS=--run a") == ["-m mer.study.course --run a"]
    assert make("exercises") == ["-m mer.study.course exercises"]


def test_make_check_looks_at_style_outputs_layers_and_quick_tests(make):
    (make.folder / "notebooks").mkdir()
    (make.folder / "notebooks/00.ipynb").write_text("{}")
    make("venv")
    assert make("check") == [
        "ruff check .",
        "ruff format --check .",
        "nbstripout --keep-id --verify notebooks/00.ipynb",
        "lint-imports ",
        f"{PYTEST} -m not slow and not browser",
    ]


@pytest.mark.parametrize("tool", ["ruff", "nbstripout", "lint-imports"])
def test_make_check_stops_at_the_first_that_complains(make, tool):
    make("venv")
    assert make("check", FAIL=tool)[-1].startswith(tool)
    assert make.done.returncode != 0


def test_make_lock_leaves_out_what_a_build_of_torch_brings(make):
    lock = make.folder / "requirements.lock"
    make("venv")
    before = lock.read_text()
    lock.write_text(before + "cuda-toolkit==13.0\nnvidia-nvtx==13.0.85\ntriton==3.7.1\n")
    make("venv")
    (asked,) = make("lock", "ARGS=--upgrade")
    assert asked.startswith("uv pip compile pyproject.toml --all-extras --universal ")
    assert asked.endswith(" --output-file requirements.lock --upgrade")
    assert lock.read_text() == before


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock", "landmarks.txt"])
def test_other_dependencies_install_again(make, name):
    make("test")
    path = make.folder / name
    path.write_text(path.read_text() + "\n# another\n")
    assert make("test")[:-1] == INSTALL
    os.utime(path)  # as after a checkout: newer, but the same
    assert make("test") == [PYTEST]


def test_an_interrupted_installation_is_begun_anew(make):
    assert make("test", FAIL="pip") == INSTALL[:2]
    assert make.done.returncode != 0
    assert make("test") == [*INSTALL, PYTEST]


def test_a_broken_environment_is_made_anew(make):
    make("test")
    (make.folder / ".venv/bin/python").unlink()
    assert make("test")[:-1] == INSTALL


def test_an_old_python_is_refused(make):
    assert make("test", OLD="yes") == []
    assert make.done.returncode != 0
    assert "needs Python 3.11 or newer" in make.done.stderr
    assert "Python 3.9.1" in make.done.stderr


def test_no_python_at_all(make):
    assert make("test", "PYTHON=") == []
    assert "Install Python 3.11" in make.done.stderr


def test_help_is_the_default_and_names_every_target(make):
    assert make() == []
    text = (CHECKOUT / "Makefile").read_text()
    targets = set(re.search(r"^\.PHONY: (.+)", text, re.M)[1].split()) - {"help", "venv", "install"}
    assert {target for target in targets if f"make {target} " in make.done.stdout} == targets


def test_clean_keeps_data(make):
    make("test")
    for name in ("data", "mer", "tests", "notebooks"):
        (make.folder / name / "__pycache__").mkdir(parents=True)
    make("clean")
    assert not (make.folder / ".venv").exists()
    assert not (make.folder / "mer/__pycache__").exists()
    assert (make.folder / "data/__pycache__").exists()


@pytest.mark.parametrize(
    "path, ignored",
    [
        ("data/synthetic/quick-seed0/a.jpg", True),
        ("data/megc2019/x.csv", True),
        ("data/README.md", False),
        ("mer/video/weights/recogniser.safetensors", False),
        ("mer/video/sample/a.webm", False),
        ("mer/people/build.py", False),
        ("requirements.lock", False),
        ("reports/synthetic-quick-seed0/metrics.json", True),
        ("reports/course/student.zip", True),
        ("notebooks/exercises/00_start_here.ipynb", False),
        ("reports/reference/index.html", False),
        ("reports/README.md", False),
        (".venv/bin/python", True),
        (".import_linter_cache/x", True),
        ("mer_study.egg-info/PKG-INFO", True),
        ("notebooks/.ipynb_checkpoints/a.ipynb", True),
    ],
)
def test_git_keeps_data_and_environments_out(tmp_path, path, ignored):
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    shutil.copy(CHECKOUT / ".gitignore", tmp_path)
    done = subprocess.run(["git", "check-ignore", "--quiet", path], cwd=tmp_path)
    assert (done.returncode == 0) == ignored


def test_the_interpreter_in_use_is_new_enough():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert sys.version_info >= tuple(map(int, re.findall(r"\d+", project["requires-python"])))
