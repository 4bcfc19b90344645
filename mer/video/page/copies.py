"""The annotated copy of a video on its way to the browser: in pieces, in a file that does not
stay."""

from __future__ import annotations

import tempfile
from pathlib import Path

PIECE = 4 * 2**20  # bytes, below every server's limit for a message


class Copy:
    """A copy called after `name`, to be drawn at `path`; it lies in a temporary file until
    `close`."""

    def __init__(self, name: str):
        self.name = f"{Path(name).stem}-annotated.mkv"
        self._folder = tempfile.TemporaryDirectory(prefix="mer-")
        self.path = Path(self._folder.name) / "copy.mkv"

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size

    def piece(self, start: int) -> bytes:
        """What follows byte `start`, `PIECE` at most."""
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(PIECE)

    def close(self) -> None:
        """Delete the file."""
        self._folder.cleanup()
