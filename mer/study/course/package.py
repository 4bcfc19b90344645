"""What a bundle needs to be used far from the repository: the package as a wheel, and the versions
that belong to it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mer.core.errors import MerError
from mer.core.files import write_text

_BUILD = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"
_SOURCES = ("mer", "pyproject.toml", "README.md", "LICENSE")
LOCK, NEEDS = "requirements.lock", "requirements.txt"


def add_package(checkout: Path, folder: Path) -> Path:
    """Put the wheel of `checkout`, its versions and requirements.txt, which names both, into
    `folder`.

    Returns
    -------
    Path
        The wheel.

    Raises
    ------
    MerError
        If it could not be built: setuptools is missing, or the package does not build.
    """
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for part in _SOURCES:
            source = checkout / part
            if source.is_dir():
                shutil.copytree(
                    source, copy / part, ignore=shutil.ignore_patterns("__pycache__", ".*")
                )
            else:
                shutil.copyfile(source, copy / part)
        done = subprocess.run(
            [sys.executable, "-c", _BUILD], cwd=copy, capture_output=True, text=True
        )
        made = next((copy / "dist").glob("*.whl"), None)
        if done.returncode or made is None:
            raise MerError(
                "the package for the students could not be built: "
                f"{done.stderr.strip().splitlines()[-1:] or 'no wheel'}. `make course` installs "
                "what it takes (setuptools)."
            )
        wheel = folder / made.name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, wheel)
    shutil.copyfile(checkout / LOCK, folder / LOCK)
    write_text(folder / NEEDS, f"--constraint {LOCK}\n./{wheel.name}[study]\n")
    return wheel
