"""The coding table of CASME II: its rows, and what its cells mean.

Copies differ in case and blanks of the headers, and spreadsheets make numbers of what was text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from mer.core.errors import BadData

FRAME_COLUMNS = ("OnsetFrame", "ApexFrame", "OffsetFrame")
COLUMNS = ("Subject", "Filename", *FRAME_COLUMNS, "Action Units", "Estimated Emotion")


def rows(table: Path) -> Iterator[tuple[int, dict]]:
    """Row number as a spreadsheet counts it, and the cells by the names of `COLUMNS`."""
    found = _cells(table)
    header = [_plain(cell) for cell in (found[0] if found else ())]
    missing = [column for column in COLUMNS if _plain(column) not in header]
    if missing:
        names = ", ".join(str(cell) for cell in (found[0] if found else ()) if cell is not None)
        raise BadData(
            f"{table}: no column {', '.join(missing)}. Columns found: "
            f"{names or 'none'}. The names must stand in row 1; take the table "
            "as it was released."
        )
    place = {column: header.index(_plain(column)) for column in COLUMNS}
    for row, cells in enumerate(found[1:], start=2):
        values = {column: cells[place[column]] for column in COLUMNS}
        if any(text(value) for value in values.values()):  # a table may end in blank rows
            yield row, values


def _cells(table: Path) -> list[tuple]:
    """All cells of the first sheet."""
    try:
        book = openpyxl.load_workbook(table, data_only=True)
    except (BadZipFile, InvalidFileException, OSError, KeyError, ValueError) as error:
        raise BadData(
            f"{table}: cannot be read as a spreadsheet ({error}). Copy the table again."
        ) from error
    return list(book.worksheets[0].iter_rows(values_only=True))


def _plain(header) -> str:
    """A column's name without blanks, case and signs, which differ between copies."""
    return "".join(sign for sign in str(header).lower() if sign.isalnum())


def text(cell) -> str:
    """A cell as text; a number that a spreadsheet made of '12' becomes '12' again."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def number(cell) -> int | None:
    """A cell as frame number, None where it is none ('/', 46.5, empty)."""
    digits = text(cell)
    return int(digits) if digits.isascii() and digits.isdigit() else None


def subject(cell) -> str:
    """'sub01' from 1, '01' or 'sub01'; any other text stays as it is."""
    match = re.fullmatch(r"(?:sub)?(\d+)", text(cell), re.IGNORECASE)
    return f"sub{int(match[1]):02d}" if match else text(cell)
