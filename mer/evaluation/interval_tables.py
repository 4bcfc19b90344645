"""Tables of expressions in long videos: one row each, with onset and offset, true or found.

A CSV file with the columns `COLUMNS` and, where they are known, `kind` ("micro" or "macro") and
`emotion`: the form that the public programs of the spotting challenges read, too. Onset and
offset are seconds, or frame numbers, the last frame included. CASME II's coding table (.xlsx)
is read as it is released, and recorded takes by their cards.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.core.files import atomic
from mer.datasets import coding_table
from mer.datasets.takes import read_takes

COLUMNS = ("subject", "video", "onset", "offset")
KINDS = ("micro", "macro")
MICRO = 0.5  # seconds: an expression that is over sooner is a micro-expression
_CASME2 = 200.0  # frames a second, which its coding table counts
_LISTED = 10  # so many faulty rows are told of
_COARSE = {  # five and more emotions in the words of MEGC2019, where a table has only those
    **dict.fromkeys(("disgust", "repression", "sadness", "fear"), "negative"),
    "happiness": "positive",
}


def read(path: Path | str, fps: float | None = None, first_frame: int = 1) -> pd.DataFrame:
    """A table of expressions, with times in seconds from the first frame on.

    Parameters
    ----------
    path : path
        A CSV file, CASME II's coding table, or a folder of recorded takes.
    fps : float, optional
        The table counts frames, so many a second; without it, it counts seconds.
    first_frame : int
        The number of a video's first frame.

    Returns
    -------
    DataFrame
        `COLUMNS` and, where the file has them, `kind` and `emotion`; texts in lower case, but for
        the names of subjects and videos. A frame is a stretch of time: the offset is its end.

    Raises
    ------
    BadData
        That names the rows in question.

    Examples
    --------
    >>> from mer.evaluation import interval_tables
    >>> _ = open("truth.csv", "w").write("subject,video,onset,offset\\n1,smile,1,100\\n")
    >>> interval_tables.read("truth.csv", fps=200)
      subject  video  onset  offset
    0       1  smile    0.0     0.5
    """
    path = Path(path)
    if path.is_dir():
        return _of_takes(path)
    if path.suffix.lower() == ".xlsx":
        table, fps, first_frame = _of_coding_table(path), fps or _CASME2, 1
    else:
        table = _of_csv(path)
    _check(path, table)
    table[["onset", "offset"]] = table[["onset", "offset"]].astype(float)
    return in_seconds(table, fps, first_frame) if fps else table


def write(table: pd.DataFrame, path: Path | str, fps: float | None, first_frame: int = 1) -> None:
    """Write a table, with times in seconds or, with `fps`, as numbers of frames."""
    told = in_frames(table, fps, first_frame) if fps else table.round({"onset": 3, "offset": 3})
    with atomic(path) as draft:
        told.to_csv(draft, index=False)


def in_seconds(table: pd.DataFrame, fps: float, first_frame: int) -> pd.DataFrame:
    """Frame numbers turned into seconds; a frame lasts until the next one."""
    onset = (table.onset - first_frame) / fps
    return table.assign(onset=onset, offset=(table.offset - first_frame + 1) / fps)


def in_frames(table: pd.DataFrame, fps: float, first_frame: int) -> pd.DataFrame:
    """Moments in seconds turned into the numbers of the nearest frames."""
    return table.assign(
        **{
            name: (table[name] * fps).round().astype(int) + first_frame
            for name in ("onset", "offset")
        }
    )


def with_kinds(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a column `kind`, by length where it has none."""
    if "kind" in table:
        return table
    return table.assign(kind=np.where(table.offset - table.onset < MICRO, *KINDS))


def in_words_of(found: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """What was found with negative and positive for emotions, where the truth says no more."""
    said = set(truth.get("emotion", ()))
    if "emotion" not in found or not said & {"negative", "positive"}:
        return found
    return found.assign(emotion=found.emotion.map(lambda word: _COARSE.get(word, word)))


def _of_csv(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise BadData(
            f"{path}: cannot be read as a table ({error}). Give a CSV file with the columns "
            f"{', '.join(COLUMNS)}."
        ) from error
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise BadData(
            f"{path}: no column {', '.join(missing)}; found: {', '.join(table)}. "
            "The names stand in row 1, parted by commas."
        )
    table = table.apply(lambda column: column.str.strip())
    for name in ("kind", "emotion"):
        if name in table:
            table[name] = table[name].str.lower()
    if "kind" in table:  # also "Micro-expression"
        table["kind"] = table["kind"].str.replace(r"[ -]?expressions?$", "", regex=True)
    return table[[name for name in (*COLUMNS, "kind", "emotion") if name in table]]


def _of_takes(folder: Path) -> pd.DataFrame:
    rows = [
        (take.person, take.name, event.seconds[0], event.seconds[2], event.kind, event.emotion)
        for take in read_takes(folder)
        for event in take.of_kind(*KINDS)
    ]
    return pd.DataFrame(rows, columns=[*COLUMNS, "kind", "emotion"])


def _of_coding_table(path: Path) -> pd.DataFrame:
    rows = [
        (
            coding_table.subject(cells["Subject"]),
            *(coding_table.text(cells[name]) for name in ("Filename", "OnsetFrame", "OffsetFrame")),
            coding_table.text(cells["Estimated Emotion"]).lower(),
        )
        for _, cells in coding_table.rows(path)
    ]
    return pd.DataFrame(rows, columns=[*COLUMNS, "emotion"], dtype=str)


def _check(path: Path, table: pd.DataFrame) -> None:
    """Tell all faulty rows at once, numbered as a spreadsheet numbers them."""
    faults = []
    for row, cells in enumerate(table.itertuples(index=False), start=2):
        faults += [f"row {row}: {what}" for what in _faults(cells)]
    if faults:
        more = f" … and {len(faults) - _LISTED} more" if len(faults) > _LISTED else ""
        raise BadData(f"{path}: {'; '.join(faults[:_LISTED])}{more}. Mend these rows.")


def _faults(cells) -> list[str]:
    found = [f"{name} is empty" for name in ("subject", "video") if not getattr(cells, name)]
    odd = [
        name
        for name in ("onset", "offset")
        if not re.fullmatch(r"-?\d+(\.\d*)?", getattr(cells, name))
    ]
    found += [f"{name} {getattr(cells, name)!r} is no number" for name in odd]
    if not odd and float(cells.onset) > float(cells.offset):
        found.append(f"onset {cells.onset} is after offset {cells.offset}")
    if getattr(cells, "kind", "micro") not in KINDS:
        found.append(f"kind {cells.kind!r} is neither micro nor macro")
    return found
