"""The coding table of a cast, in the columns of CASME II's own (version 20140508)."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from mer.core.files import atomic
from mer.people.behaviour.coding import Part

NAME = "CASME2-coding-20140508.xlsx"
_HEADER = ("Subject", "Filename", None, "OnsetFrame", "ApexFrame", "OffsetFrame", None,
           "Action Units", "Estimated Emotion")  # fmt: skip
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def write_table(path: Path, parts: list[Part]) -> None:
    """Write the coding table atomically, one row a sequence; same rows, same bytes."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(_HEADER)
    for part in parts:
        # Like the original: subjects are text without "sub", plain units are numbers.
        units = int(part.action_units) if part.action_units.isdigit() else part.action_units
        sheet.append((part.subject.removeprefix("sub"), part.name, None, part.onset, part.apex,
                      part.offset, None, units, part.emotion))  # fmt: skip
    whole = io.BytesIO()
    book.save(whole)
    with atomic(path) as draft:
        draft.write_bytes(_timeless(whole))


def _timeless(book: io.BytesIO) -> bytes:
    """The same spreadsheet without the moment of writing."""
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2014-05-08T00:00:00Z",
                             old.read(name))  # fmt: skip
            new.writestr(zipfile.ZipInfo(name, _NO_TIME), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
