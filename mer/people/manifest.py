"""Checksums of a finished set of people, in the format of `sha256sum`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mer.core.errors import BadData
from mer.core.files import write_text

NAME = "manifest.sha256"


def write(root: Path, paths: list[Path]) -> None:
    """Write the checksums of `paths`, which lie below `root`; same files, same bytes."""
    lines = (f"{_digest(path)}  {path.relative_to(root).as_posix()}\n" for path in sorted(paths))
    write_text(root / NAME, "".join(lines))


def damaged(root: Path) -> list[Path]:
    """The files below `root` that are missing or no longer what was built; none without a
    manifest. One that is no list of checksums is `BadData`."""
    try:
        lines = (root / NAME).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise BadData(
            f"{root / NAME}: cannot be read ({error}). Delete it; the next "
            "`python -m mer people` writes it anew."
        ) from error
    wrong = []
    for row, line in enumerate(lines, 1):
        digest, gap, name = line.partition("  ")
        if not gap or len(digest) != 64:
            raise BadData(
                f"{root / NAME}, line {row}: not a checksum. Delete the file; the "
                "next `python -m mer people` writes it anew."
            )
        path = root / name
        if not path.is_file() or _digest(path) != digest:
            wrong.append(path)
    return wrong


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
