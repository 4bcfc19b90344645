"""Fetching what may be fetched: the published flows of MEGC2019, as a shallow git clone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from mer.core import paths
from mer.core.errors import MerError
from mer.datasets.megc2019 import REPOSITORY, Megc2019

SECONDS = 1200  # a clone that takes longer has stalled
_BY_HAND = (
    f"Clone {REPOSITORY} on a machine with network and copy it to data/megc2019, or let "
    "MER_MEGC2019 point to the copy."
)


def fetch_megc2019(
    url: str | Path = REPOSITORY, to: Path | str | None = None, seconds: float = SECONDS
) -> Path:
    """Clone the published flows from `url` (an address or a local path) to the folder `to`
    (None: where the source is looked for).

    The clone is made beside `to`, read once as the source that it should be, and only then
    moved there: an interrupted one leaves nothing that looks complete. A copy that is there
    already is left as it is. Raises `MerError` without git or network, when the clone takes more
    than `seconds`, and when it does not hold the flows.
    """
    to = Path(to) if to else paths.data() / "megc2019"
    if to.is_dir() and any(to.iterdir()):
        print(f"megc2019: {_usable(to)} sequences are in {to} already; nothing to fetch")
        return to
    if not shutil.which("git"):
        raise MerError(f"megc2019: git is not installed. Install it, or: {_BY_HAND}")
    print(f"megc2019: cloning {url} (some minutes on a slow line)", flush=True)
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{to.name}-", dir=to.parent) as folder:
            clone = Path(folder, "clone")
            _clone(str(url), clone, seconds)
            count = _usable(clone)
            os.replace(clone, to)
    except OSError as error:
        raise MerError(
            f"{to}: cannot be written ({error.strerror or error}). Make room, or let "
            "MER_MEGC2019 point to a copy elsewhere."
        ) from error
    print(f"megc2019: {count} sequences are now in {to}")
    return to


def _usable(folder: Path) -> int:
    """How many sequences can be used; none, or no such source: `MerError`."""
    try:
        source = Megc2019(folder)
        count = len({s.key for s in source.sequences()} - {p.key for p in source.problems})
    except MerError as error:
        raise MerError(f"{folder} does not hold the published flows: {error}") from error
    if not count:
        raise MerError(
            f"{folder} does not hold the published flows: no row of its table can be "
            f"used. {source.problems[0] if source.problems else _BY_HAND}"
        )
    return count


def _clone(url: str, to: Path, seconds: float) -> None:
    """`git clone`, that never asks, never hangs, and speaks only when it failed."""
    command = [
        "git",
        "-c",
        "http.lowSpeedLimit=1000",
        "-c",
        "http.lowSpeedTime=60",
        "clone",
        "--quiet",
        "--depth",
        "1",
        "--",
        url,
        str(to),
    ]
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    with tempfile.TemporaryFile() as log:
        # git works through children; a session of their own lets all of them be ended at once.
        git = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
        try:
            code = git.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise MerError(
                f"megc2019: {url} was not cloned within {seconds:.0f} s. Try again, or: {_BY_HAND}"
            ) from error
        finally:
            if git.poll() is None:
                os.killpg(git.pid, signal.SIGKILL)
                git.wait()
        log.seek(0)
        said = " ".join(log.read().decode(errors="replace").split())
    if code:
        raise MerError(
            f"megc2019: {url} cannot be cloned ({said or f'git ended with {code}'}). "
            f"Check the address and the network, or: {_BY_HAND}"
        )
