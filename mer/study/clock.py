"""How long a notebook takes, all its attempts together.

Trainings that an interrupted attempt finished are not done again, so the last attempt alone would
say too little of what the notebook costs.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

from mer.core.files import write_json

_EVERY = 5.0  # seconds between two notes: a killed run loses no more


class Clock:
    """Counts seconds while it is entered, and notes them in a file for the next attempt.

    path          the note; without one, or with another fingerprint's, counting begins at zero
    fingerprint   of what is executed: a changed notebook is another one
    every         seconds between two notes
    """

    def __init__(self, path: Path, fingerprint: str, every: float = _EVERY):
        self.path, self.fingerprint, self.every = Path(path), fingerprint, every
        self._before, self._begun = self._noted(), None
        self._over = threading.Event()

    @property
    def seconds(self) -> float:
        """Of all attempts."""
        running = time.monotonic() - self._begun if self._begun is not None else 0.0
        return self._before + running

    def __enter__(self) -> Clock:
        self._begun = time.monotonic()
        self._thread = threading.Thread(target=self._keep_noting, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()
        self._before, self._begun = self.seconds, None
        self._note()

    def forget(self) -> None:
        """Remove the note: the notebook is finished."""
        self.path.unlink(missing_ok=True)

    def _keep_noting(self) -> None:
        while not self._over.wait(self.every):
            self._note()

    def _note(self) -> None:
        write_json(self.path, {"fingerprint": self.fingerprint, "seconds": self.seconds})

    def _noted(self) -> float:
        try:
            note = json.loads(self.path.read_text(encoding="utf-8"))
            return float(note["seconds"]) if note["fingerprint"] == self.fingerprint else 0.0
        except (OSError, ValueError, KeyError, TypeError):  # a note is no result: begin anew
            return 0.0
