"""Where the numbers of a run come from: code, packages, machine, parameters and time."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from mer.core import paths
from mer.study.requirements import EXTRAS, installed, requirements


def now() -> str:
    """The time in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def code() -> dict:
    """The commit, and whether the code differs from it (reports do not count as code).

    Both are None outside a git checkout of this repository.
    """
    top = _git("rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != paths.REPOSITORY:
        return {"commit": None, "dirty": None}
    changes = _git("status", "--porcelain", "--", ".", ":!reports")
    return {"commit": _git("rev-parse", "HEAD"), "dirty": bool(changes)}


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(paths.PACKAGE.parent), *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def packages() -> dict[str, str | None]:
    """Installed version of each package that the study needs (None: not installed)."""
    return {need.name: installed(need.name) for need in requirements() if need.extra in EXTRAS}


def machine() -> dict:
    """Processor, usable cores, threads of the linear algebra, accelerator, system."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    gpu = torch.cuda.get_device_name(0) if torch.cuda.is_available() else None
    return {
        "processor": _processor(),
        "cores": cores,
        "threads": torch.get_num_threads(),
        "accelerator": gpu,
        "system": f"{platform.system()} {platform.machine()}",
    }


def _processor() -> str:
    """The processor's name: Linux keeps it in /proc/cpuinfo only."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    return found.group(1).strip() if found else platform.processor() or platform.machine()


def provenance(parameters: dict, started: str, notebooks: list[dict], origin: dict) -> dict:
    """The content of provenance.json.

    `parameters` are source, profile and seed; `notebooks` one record each: name, status (done,
    skipped, not applicable, failed, not run), reason, seconds, cpu_seconds, finished; `origin`
    what `code()` gave when the run began.
    """
    return {
        "parameters": parameters,
        **origin,
        "started": started,
        "written": now(),
        "seconds": round(sum(entry["seconds"] or 0 for entry in notebooks), 1),
        "python": platform.python_version(),
        "packages": packages(),
        "machine": machine(),
        "notebooks": notebooks,
    }
