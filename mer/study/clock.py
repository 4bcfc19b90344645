"""How long a notebook takes, all its attempts together: seconds, and CPU seconds.

Trainings that an interrupted attempt finished are not done again, so the last attempt alone would
say too little of what the notebook costs. Seconds depend on what else the machine has to do; CPU
seconds hardly do.
"""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

from mer.core.files import write_json

_EVERY = 1.0  # seconds between two notes: a killed run, and a process that ends, lose no more
_COUNTED = ("seconds", "cpu_seconds")


class Clock:
    """Counts seconds while it is entered, and notes them in a file for the next attempt.

    path          the note; without one, or with another fingerprint's, counting begins at zero
    fingerprint   of what is executed: a changed notebook is another one
    every         seconds between two notes
    """

    def __init__(self, path: Path, fingerprint: str, every: float = _EVERY):
        self.path, self.fingerprint, self.every = Path(path), fingerprint, every
        self._before, self._begun = self._noted(), None
        self._processes = _Processes()
        self._over = threading.Event()

    @property
    def seconds(self) -> float:
        """Of all attempts."""
        running = time.monotonic() - self._begun if self._begun is not None else 0.0
        return self._before["seconds"] + running

    @property
    def cpu_seconds(self) -> float:
        """The same, of all processes that were started meanwhile."""
        return self._before["cpu_seconds"] + self._processes.spent

    def __enter__(self) -> Clock:
        self._begun = time.monotonic()
        self._processes.begin()
        self._thread = threading.Thread(target=self._keep_noting, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()
        self._processes.look()
        self._before = self._counted()
        self._begun, self._processes = None, _Processes()
        self._note()

    def forget(self) -> None:
        """Remove the note: the notebook is finished."""
        self.path.unlink(missing_ok=True)

    def _keep_noting(self) -> None:
        while not self._over.wait(self.every):
            self._processes.look()
            self._note()

    def _counted(self) -> dict[str, float]:
        return {"seconds": self.seconds, "cpu_seconds": self.cpu_seconds}

    def _note(self) -> None:
        write_json(self.path, {"fingerprint": self.fingerprint, **self._counted()})

    def _noted(self) -> dict[str, float]:
        try:
            note = json.loads(self.path.read_text(encoding="utf-8"))
            if note["fingerprint"] == self.fingerprint:
                return {name: float(note[name]) for name in _COUNTED}
        except (OSError, ValueError, KeyError, TypeError):
            pass  # a note is no result: begin anew
        return dict.fromkeys(_COUNTED, 0.0)


class _Processes:
    """CPU seconds of all processes below this one since `begin`, also of those that have ended:
    looked at now and then, since nobody waits for the workers of a kernel that is gone."""

    def __init__(self):
        self._begun = 0.0
        self._seen: dict[tuple[int, float], float] = {}

    @property
    def spent(self) -> float:
        return sum(self._seen.values()) - self._begun

    def begin(self) -> None:
        self.look()
        self._begun = sum(self._seen.values())

    def look(self) -> None:
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):  # it has just ended
                times = process.cpu_times()
                self._seen[process.pid, process.create_time()] = times.user + times.system
