"""The folder of a run: whose it is, who works in it, and which notebooks in it can be trusted.

run.json says which run the folder belongs to, `.lock` which process works in it, and
state/<notebook>.json that a notebook is finished: it is written last, and names the fingerprint
of what made it and the files that it left.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import time
from contextlib import contextmanager
from pathlib import Path

from mer.core.errors import MerError
from mer.core.files import write_json

try:
    import fcntl
except ImportError:  # not on Windows: two runs in one folder are not noticed there
    fcntl = None

# Written by the runner itself, not by a notebook; and what several notebooks share under
# fingerprints of its own: finished trainings in parts, rendered people in strangers and people.
_OWN = {
    "notebooks",
    "html",
    "state",
    ".book",
    ".kernel",
    ".lock",
    "run.json",
    "metrics.json",
    "provenance.json",
    "index.html",
    "parts",
    "people",
    "strangers",
}
_ORPHAN_SECONDS = 15  # the kernel of a killed run notices within a second or two
_TIGHT, _COMFORTABLE = 200e6, 1e9  # bytes of free disk


class RunFolder:
    """One run directory. `identity` is what it belongs to: source, profile and seed."""

    def __init__(self, path: Path | str, identity: dict):
        self.path = Path(path).resolve()
        self.identity = identity

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    # --- whose folder it is ------------------------------------------------------------------

    def check(self) -> None:
        """Raise `MerError` where another run, or something else altogether, lives here."""
        if self.path.exists() and not self.path.is_dir():
            raise MerError(f"{self.path} is a file; choose another --run-dir")
        if not (self / "run.json").exists():
            if self.path.exists() and {p.name for p in self.path.iterdir()} - {".lock"}:
                raise MerError(
                    f"{self.path} is not empty and holds no run (no run.json): "
                    "choose another --run-dir or empty it"
                )
            return
        found = _read_json(self / "run.json", "Choose another --run-dir.")
        if found != self.identity:
            raise MerError(
                f"{self.path} belongs to another run ({_words(found)}; asked for: "
                f"{_words(self.identity)}): choose another --run-dir"
            )

    def check_space(self) -> str | None:
        """An error where the disk is all but full, a line of warning where it is tight."""
        existing = next(p for p in (self.path, *self.path.parents) if p.exists())
        free = shutil.disk_usage(existing).free
        if free < _TIGHT:
            raise MerError(
                f"{self.path}: {free / 1e6:.0f} MB are free on this disk and a run "
                "needs about 1 GB: make room or choose another --run-dir"
            )
        if free < _COMFORTABLE:
            return f"note: {free / 1e6:.0f} MB are free on this disk; a run needs about 1 GB"
        return None

    def claim(self) -> None:
        """Make the folder this run's own."""
        if not (self / "run.json").exists():
            write_json(self / "run.json", self.identity)

    @contextmanager
    def lock(self):
        """Keep others out; yields the open file that kernels inherit.

        The operating system gives the lock back when the last process that holds the file is
        gone, so a stale lock cannot stay behind, and the kernel of a killed run keeps others
        out until it has died too and no longer writes.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            file = open(self / ".lock", "a+", encoding="ascii")
        except OSError as error:
            raise MerError(
                f"{self.path}: cannot be written ({error.strerror}). Choose another --run-dir."
            ) from error
        with file:
            if fcntl:
                self._acquire(file)
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield file

    def _acquire(self, file) -> None:
        patience = time.monotonic() + _ORPHAN_SECONDS
        while True:
            try:
                return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
            file.seek(0)
            owner = file.read().strip()
            if _alive(owner) or time.monotonic() > patience:
                raise MerError(
                    f"{self.path} is in use by process {owner or 'unknown'}: wait for "
                    "it, stop it, or choose another --run-dir"
                )
            time.sleep(0.2)

    # --- which notebooks are finished --------------------------------------------------------

    def state(self, name: str) -> dict | None:
        """What was recorded when notebook `name` was finished; None if it is not finished."""
        path = self / f"state/{name}.json"
        return _read_json(path) if path.exists() else None

    def finished(self) -> list[str]:
        """Names of the finished notebooks."""
        return sorted(path.stem for path in (self / "state").glob("*.json"))

    def intact(self, name: str) -> bool:
        """Whether every file that finished notebook `name` left is still there, unharmed."""
        state = self.state(name)
        if state is None or not all((self / file).exists() for file in state["artefacts"]):
            return False
        return all(_digest(self / file) == digest for file, digest in state["outputs"].items())

    def artefacts(self) -> dict[str, tuple[int, int]]:
        """Size and time of every file that notebooks left, for telling who wrote which."""
        found = {}
        for entry in self.path.iterdir():
            if entry.name not in _OWN:
                for path in [entry] if entry.is_file() else entry.rglob("*"):
                    if path.is_file() and not path.name.startswith("."):  # a draft of `atomic`
                        status = path.stat()
                        name = path.relative_to(self.path).as_posix()
                        found[name] = (status.st_size, status.st_mtime_ns)
        return found

    def finish(self, name: str, fingerprint: str, before: dict, **record) -> None:
        """Record, last of all, that notebook `name` is finished.

        `before` is what `artefacts()` gave when it began; `record` is kept as it is.
        """
        now = self.artefacts()
        written = sorted(file for file, stamp in now.items() if before.get(file) != stamp)
        outputs = [f"notebooks/{name}.ipynb", f"metrics/{name}.json"]
        write_json(
            self / f"state/{name}.json",
            {
                "notebook": name,
                "fingerprint": fingerprint,
                **record,
                "artefacts": written,
                "outputs": {
                    file: _digest(self / file) for file in outputs if (self / file).exists()
                },
            },
        )

    def forget(self, name: str) -> None:
        """Take the trust from notebook `name`, then remove what it left."""
        state = self.state(name)
        if state is None:
            return
        (self / f"state/{name}.json").unlink()
        for file in {*state["artefacts"], *state["outputs"], f"notebooks/{name}.ipynb"}:
            (self / file).unlink(missing_ok=True)

    def metrics(self, names) -> list[dict]:
        """The records of the finished ones among `names`, in that order."""
        finished = set(self.finished())
        paths = [self / f"metrics/{name}.json" for name in names if name in finished]
        return [record for path in paths if path.exists() for record in _read_json(path)]


def _read_json(path: Path, remedy: str = "Remove it and run with --resume."):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MerError(f"{path}: cannot be read ({error}). {remedy}") from error


def _digest(path: Path) -> list | None:
    """Size and SHA-256 of a file; None where there is none."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    return [len(content), hashlib.sha256(content).hexdigest()]


def _alive(pid: str) -> bool:
    """Whether a process has this number (one that is another user's counts)."""
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _words(identity) -> str:
    return ", ".join(f"{key} {value}" for key, value in identity.items())
