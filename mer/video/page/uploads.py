"""A visitor's video on its way to the analyser: in pieces, in a file that does not stay.

Jupyter's servers drop a connection, without a word, over a message of more than 10 MiB. So a
video comes in pieces below that, and how large it may be is this module's to say.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from mer.core.errors import BadData

UPLOAD_LIMIT = 500 * 2**20  # bytes
_MEMORY = Path("/dev/shm")  # a file system in memory, where the system has one


class Upload:
    """A video that arrives in pieces; it lies in a temporary file until `close`."""

    def __init__(self, name: str, size: int):
        self.name, self.size, self.got = Path(name).name or "video", int(size), 0
        if self.size > UPLOAD_LIMIT:
            raise BadData(
                f"{self.name}: {megabytes(self.size)} MB, where "
                f"{megabytes(UPLOAD_LIMIT)} are taken. Cut it."
            )
        self._folder = tempfile.TemporaryDirectory(prefix="mer-", dir=_scratch(self.size))
        self.path = Path(self._folder.name) / ("video" + Path(self.name).suffix[:8])
        self._file = self.path.open("wb")

    @property
    def whole(self) -> bool:
        return self.got >= self.size

    def add(self, start: int, piece: bytes) -> None:
        """Append the piece that begins at byte `start`; one that came before is passed over."""
        if start == self.got and len(piece) <= self.size - self.got:
            self.got += self._file.write(piece)
        if self.whole:
            self._file.close()

    def close(self) -> None:
        """Delete the file."""
        self._file.close()
        self._folder.cleanup()


def _scratch(size: int) -> Path | None:
    """Where a file of this size can lie: in memory where there is room, else on disk (None)."""
    try:
        return _MEMORY if shutil.disk_usage(_MEMORY).free > 2 * size else None
    except OSError:
        return None


def megabytes(size: int) -> int:
    """Bytes as the page tells them."""
    return max(round(size / 2**20), 1)
