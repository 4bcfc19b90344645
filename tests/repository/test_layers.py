"""The rooms of mer import downwards and in no circle: pyproject.toml says which, this runs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"


def lint(folder):
    """Exit code and text of import-linter on the package in `folder`."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "NO_COLOR": "1", "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, text=True, capture_output=True, env=environment
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def house(tmp_path):
    """A copy of the package that may be spoilt."""
    shutil.copytree(
        CHECKOUT / "mer",
        tmp_path / "mer",
        ignore=lambda _, names: [n for n in names if "." in n and not n.endswith(".py")],
    )
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    return tmp_path


def spoil(house, file, line):
    path = house / "mer" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + f"\n{line}\n")


def test_the_layers_hold():
    code, said = lint(CHECKOUT)
    assert code == 0, said


def test_few_rooms():
    top = {path.name for path in (CHECKOUT / "mer").iterdir()} - {"__pycache__", "py.typed"}
    assert len(top) <= 12, sorted(top)


@pytest.mark.parametrize(
    "file, line, told",
    [
        ("core/files.py", "import mer.learning.training", "mer.core is not allowed to import"),
        ("people/cast.py", "import mer.datasets.base", "mer.people is not allowed to import"),
        ("evaluation/metrics.py", "import mer.learning.models", "mer.evaluation is not allowed"),
        ("evaluation/metrics.py", "import mer.preprocessing.flow", "mer.evaluation is not allowed"),
        ("learning/training.py", "import mer.experiments.ablation", "mer.learning is not allowed"),
        ("video/report.py", "import mer.experiments.ablation", "mer.video is not allowed"),
        ("experiments/ablation.py", "import mer.study.run", "mer.experiments is not allowed"),
        ("study/run.py", "import mer.video.report", "mer.study is not allowed to import"),
        ("attic/__init__.py", "", "attic"),
    ],
    ids=lambda value: value if value.endswith(".py") else "",
)
def test_an_import_upwards_is_caught(house, file, line, told):
    spoil(house, file, line)
    code, said = lint(house)
    assert code != 0
    assert told in said, said


def test_an_import_inside_a_function_is_caught_too(house):
    spoil(house, "core/files.py", "def late():\n    from mer.video import report\n")
    code, said = lint(house)
    assert code != 0
    assert "mer.core is not allowed to import" in said


def test_a_circle_inside_a_room_is_caught(house):
    spoil(house, "core/paths.py", "import mer.core.files")
    spoil(house, "core/files.py", "import mer.core.paths")
    code, said = lint(house)
    assert code != 0
    assert "circle BROKEN" in said, said
