"""Writing files so that a killed run never leaves half of one behind."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path

from mer.core.errors import MerError


@contextmanager
def atomic(path: Path | str):
    """Yield a temporary path beside `path`; on success it takes the place of `path` at once.

    The temporary file keeps the suffix (writers choose a format by it) and is removed on any
    error, so whoever finds `path` finds a whole file.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        yield draft
        os.replace(draft, path)
    except OSError as error:
        raise MerError(
            f"{path}: cannot be written ({error.strerror or error}). "
            "Make room on the disk or choose another --run-dir."
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: Path | str, text: str) -> None:
    """Write a text file atomically."""
    with atomic(path) as draft:
        draft.write_text(text, encoding="utf-8")


def write_json(path: Path | str, content) -> None:
    """Write JSON atomically, indented, so that two runs can be compared line by line."""
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
