"""What is installed, which sources are found, and what to do about what is missing.

Nothing but the standard library is imported at the top: the doctor must be able to speak when
packages are missing.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path

import mer
from mer.core import environment, paths
from mer.core.errors import MerError
from mer.core.torchvision_guard import torchvision_importable

PYTHON = (3, 11)
DISK = 2e9  # bytes that a quick run and its synthetic people need, with room to spare
INSTALL = "`make study` installs what it needs, or `python -m pip install -e .` here"


def doctor() -> tuple[str, bool]:
    """The report, ready to print, and whether the study on synthetic people can run.

    It can when Python is new enough and every pinned package is there at its pinned version.
    Everything else (sources, disk, processor) is told, with the remedy, but does not fail.
    """
    if sys.version_info < PYTHON:
        return f"mer needs Python 3.11 or newer; this is {platform.python_version()}.\n", False
    packages, healthy = _packages()
    parts = [
        f"mer {mer.__version__}",
        _table(("package", "pinned", "found", "verdict"), packages),
        _table(("machine", "found", "verdict"), [*_machine(), *_accelerator()]),
        _table(("source", "where", "found", "verdict or what to do"), _sources()),
        "The study can run on synthetic people."
        if healthy
        else f"The study cannot run yet; {INSTALL}.",
    ]
    return "\n\n".join(parts) + "\n", healthy


def pins() -> dict[str, str]:
    """Pinned version of every package that the study needs, from pyproject.toml."""
    import tomllib  # not there before Python 3.11, which the doctor has to say itself

    path = paths.checkout() / "pyproject.toml"
    try:
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise MerError(
            f"{path}: cannot be read ({error}). mer works from a checkout: clone the "
            "repository and install it with `python -m pip install -e .`"
        ) from error
    return dict(line.split("==") for line in project["dependencies"])


def _packages() -> tuple[list[tuple], bool]:
    rows = [("python", ">= 3.11", platform.python_version(), "ok")]
    for name, pinned in pins().items():
        version = _version(name)
        # torch calls its builds 2.13.0+cpu and the like: the same version.
        fits = version is not None and version.partition("+")[0] == pinned
        verdict = "ok" if fits else "another version" if version else "missing"
        rows.append((name, pinned, version or "-", verdict))
    return rows, all(row[-1] == "ok" for row in rows)


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _machine() -> list[tuple]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    free = shutil.disk_usage(paths.PACKAGE).free
    return [
        ("processor", f"{platform.machine()}, {cores} cores", "ok"),
        ("memory", _memory(), "ok"),
        (
            "free disk",
            f"{free / 1e9:.1f} GB",
            "ok" if free >= DISK else f"make room: a run needs up to {DISK / 1e9:.0f} GB",
        ),
    ]


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.1f} GB"
    except (AttributeError, ValueError, OSError):  # not on this system
        return "unknown"


def _accelerator() -> list[tuple]:
    try:
        import torch

        with torchvision_importable():
            from torchvision import extension
            from torchvision.models import optical_flow  # noqa: F401
    except Exception as error:  # whatever is wrong with the installation is to be told
        return [("torchvision", f"{type(error).__name__}: {error}", "cannot be used")]
    operators = (
        "with its compiled operators"
        if extension._has_ops()
        else "without its compiled operators (built for another torch)"
    )
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "none"
    return [
        ("torchvision", operators, "ok: only RAFT needs it, without operators"),
        ("GPU", gpu, "ok" if gpu != "none" else "ok: quick runs need none"),
    ]


def _sources() -> list[tuple]:
    try:
        from mer.datasets import SOURCES, source_root
    except ImportError as error:
        return [("all", "-", "not looked for", str(error))]
    return [row for name in SOURCES for row in _source_rows(name, source_root(name))]


def _source_rows(name: str, root: Path) -> list[tuple]:
    """One row a copy: several sets of synthetic people can stand side by side."""
    copies = [root]
    if name == "synthetic" and not environment.source(name) and root.parent.is_dir():
        copies = sorted(
            path
            for path in root.parent.iterdir()
            if path.is_dir() and not path.name.startswith("takes-")
        ) or [root]
    return [(name, _short(copy), *_source(name, copy)) for copy in copies]


def _source(name: str, root: Path) -> tuple[str, str]:
    from mer.datasets import SOURCES

    if not root.is_dir():
        return "missing", SOURCES[name].remedy
    try:
        source = SOURCES[name](root)
        count = len(source.sequences())
    except (MerError, ImportError) as error:
        return "not usable", str(error)
    dropped = len({problem.key for problem in source.problems} - {None})
    return (
        f"{count} sequences",
        f"{dropped} of them cannot be used: see notebook 01" if dropped else "ok",
    )


def _short(path: Path) -> str:
    above = paths.PACKAGE.parent
    return str(path.relative_to(above)) if path.is_relative_to(above) else str(path)


def _table(head: tuple, rows: list[tuple]) -> str:
    """Columns as wide as their longest cell; the last one runs free."""
    lines = [tuple(map(str, row)) for row in (head, *rows)]
    widths = [max(map(len, column)) for column in list(zip(*lines, strict=True))[:-1]]
    texts = [
        "  ".join([*(c.ljust(w) for c, w in zip(line, widths)), line[-1]]).rstrip()
        for line in lines
    ]
    return "\n".join([texts[0], "-" * len(texts[0]), *texts[1:]])
