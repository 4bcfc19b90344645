"""The clean index: which sequences the study uses, and why it leaves out the others.

`build_index` holds a source's rows against its files, rule by rule; the first rule that speaks
gives the reason. Rows of a class that is not studied leave quietly, as planned; everything else
that is wrong is a `Problem`, and all problems are reported together.
"""

from __future__ import annotations

import csv
import io
import itertools
import warnings
from collections import Counter
from dataclasses import dataclass, fields, replace
from pathlib import Path

import pandas as pd

from mer.core.errors import BadData, DataWarning
from mer.core.files import atomic
from mer.datasets.base import Problem, Sequence, Source

__all__ = [
    "Index",
    "Sequence",
    "build_index",
    "counts",
    "kept",
    "load_index",
    "save_index",
    "summary",
]

_TAIL = 64  # a JPEG's end marker stands within its last bytes, also where a writer padded it
_JPEG_END = b"\xff\xd9"


@dataclass
class Index:
    """All rows of a source, each kept or dropped for a `reason`, and what was wrong."""

    sequences: list[Sequence]
    problems: list[Problem]

    @property
    def report(self) -> str:
        """Counts first, then one line a problem."""
        unusable = len({(p.key, p.row) for p in self.problems if p.key is not None})
        notes = sum(problem.key is None for problem in self.problems)
        head = (
            f"{unusable} of {len(self.sequences)} sequences cannot be used, "
            f"{notes} note{'' if notes == 1 else 's'}"
        )
        return "\n".join([head, *map(str, self.problems)])


def build_index(source: Source) -> Index:
    """Judge every sequence of a `Source` by the rules of this module: an `Index`.

    Warns once (`DataWarning`) with the whole report if anything is wrong with the data; raises
    `BadData` with the same text if no sequence is left.
    """
    sequences = source.sequences()
    problems = list(source.problems)
    faults = {(problem.key, problem.row): problem for problem in reversed(problems) if problem.key}
    judged = []
    for sequence in sequences:
        fault = faults.get((sequence.key, sequence.row)) or faults.get((sequence.key, None))
        sequence, problem = _judge(source, sequence, fault)
        judged.append(sequence)
        if problem and problem is not fault:
            problems.append(problem)
    index = Index(judged, problems)
    if not kept(judged):
        raise BadData(f"{index.report}\nNothing is left of {source.root}. {_tally(index)}")
    if problems:
        warnings.warn(index.report, DataWarning, stacklevel=2)
    return index


def kept(sequences: list[Sequence]) -> list[Sequence]:
    """The sequences that the study uses.

    Examples
    --------
    >>> from mer.datasets import Sequence, index
    >>> good = Sequence("casme2", "sub01", "EP02_01f", "happiness")
    >>> bad = Sequence("casme2", "sub02", "EP01_11", "others", kept=False, reason="not studied")
    >>> [one.key for one in index.kept([good, bad])]
    ['sub01_EP02_01f']
    """
    return [sequence for sequence in sequences if sequence.kept]


def summary(index: Index) -> pd.DataFrame:
    """How many sequences are kept, and how many are dropped for each reason."""
    reasons = Counter(sequence.reason for sequence in index.sequences if not sequence.kept)
    rows = [("kept", len(kept(index.sequences))), *reasons.most_common()]
    return pd.DataFrame(rows, columns=["reason", "sequences"])


def counts(sequences: list[Sequence]) -> pd.DataFrame:
    """Number of sequences by subject (rows) and emotion (columns)."""
    return pd.crosstab(
        pd.Series([s.subject for s in sequences], name="subject", dtype=str),
        pd.Series([s.emotion for s in sequences], name="emotion", dtype=str),
    )


# -- the rules --------------------------------------------------------------------------------
# A rule looks at one sequence and returns what is wrong and what to do about it, or None. The
# part of "what" before its colon is the reason under which the index counts the drop.


def key_frame_missing(source: Source, s: Sequence):
    """The table does not say where the movement begins, peaks or ends."""
    for role in ("apex", "onset", "offset"):
        if getattr(s, role) is None:
            return f"{role} missing: the table gives no number", "Give it if you know it."
    return None


def apex_outside(source: Source, s: Sequence):
    """The apex lies before the onset or after the offset."""
    if not s.onset <= s.apex <= s.offset:
        return (
            f"apex outside onset–offset: {s.apex} is not within {s.onset}–{s.offset}",
            "Correct the row.",
        )
    return None


def file_missing(source: Source, s: Sequence):
    """A key frame has no file."""
    lost = [
        f"{role} {getattr(s, role)}"
        for role in ("onset", "apex", "offset")
        if getattr(s, role) not in s.numbers
    ]
    if lost:
        files = f"{len(s.numbers)} frame{'' if len(s.numbers) == 1 else 's'}"
        have = f"{files} ({_pack(s.numbers)})" if s.numbers else "no frames"
        return (
            f"frame without a file: {', '.join(lost)}; {_folder(s)} holds {have}",
            "Copy this folder again, or correct the row.",
        )
    return None


def one_frame(source: Source, s: Sequence):
    """A single frame shows no movement."""
    if s.onset == s.offset:
        return (f"sequence of one frame: onset and offset are both {s.onset}", "Correct the row.")
    return None


def damaged_file(source: Source, s: Sequence):
    """A frame from onset to offset is empty, cut off or no picture; key frames are decoded."""
    for number in s.numbers:
        if s.onset <= number <= s.offset and (fault := _file_fault(source.path(s, number))):
            return (f"damaged frame: {s.template.format(number)} {fault}", "Copy the file again.")
    for number in (s.onset, s.apex, s.offset):
        try:
            source.frame(s, number)
        except BadData:
            return (
                f"damaged frame: {s.template.format(number)} is no readable image",
                "Copy the file again.",
            )
    return None


def no_motion(source: Source, s: Sequence):
    """Between onset and apex nothing can have moved."""
    if s.apex == s.onset:
        return (
            f"apex is the onset: both are frame {s.onset}, there is no motion to see",
            "The sequence is left out; correct the row if you know the apex.",
        )
    return None


RULES = (key_frame_missing, apex_outside, file_missing, one_frame, damaged_file, no_motion)


def _judge(source: Source, sequence: Sequence, fault: Problem | None):
    """The sequence with its verdict, and the problem to report with it, if there is one."""
    if fault:
        return _drop(sequence, fault.what), fault
    if sequence.emotion not in source.classes:
        return _drop(sequence, f"class {sequence.emotion!r} is not studied"), None
    if sequence.onset is sequence.offset is None:
        return sequence, None  # a source without intervals: nothing to hold against files
    mended, note = _shorten(source, sequence)
    for rule in RULES:
        if found := rule(source, mended):
            what, remedy = found
            problem = Problem(_table(source), sequence.row, what, remedy, sequence.key)
            return _drop(sequence, what), problem
    return mended, note


def _shorten(source: Source, s: Sequence):
    """An offset past the last frame on disk moves there, if the apex still has its file.

    CASME II's own crops of sub16/EP01_08 end before the table does; published lists of the
    database use the last frame too.
    """
    if s.offset is None or s.apex not in s.numbers or s.offset <= s.numbers[-1]:
        return s, None
    last = s.numbers[-1]
    note = Problem(
        _table(source),
        s.row,
        f"offset past the end: the table says {s.offset}, the last frame in {_folder(s)} is {last}",
        f"{last} is taken as the offset.",
    )
    return replace(s, offset=last), note


def _drop(sequence: Sequence, what: str) -> Sequence:
    return replace(sequence, kept=False, reason=what.partition(":")[0])


def _table(source: Source) -> str:
    """The coding table as problems name it."""
    return source.table.relative_to(source.root).as_posix() if source.table else source.root.name


def _folder(s: Sequence) -> str:
    return s.template.rpartition("/")[0]


def _file_fault(path: Path) -> str | None:
    """What is wrong with a JPEG at first sight: its size and its end."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            tail = file.read()
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if not size:
        return "has zero bytes"
    return None if _JPEG_END in tail else f"is truncated ({size} bytes, no JPEG end)"


def _tally(index: Index) -> str:
    reasons = ", ".join(
        f"{row.reason} ({row.sequences})" for row in summary(index)[1:].itertuples()
    )
    return f"Reasons: {reasons}." if reasons else "The coding table has no rows."


# -- the file ---------------------------------------------------------------------------------

_NUMBERS = {"onset": int, "apex": int, "offset": int, "row": int, "fps": float}
_COLUMNS = [field.name for field in fields(Sequence)]


def save_index(index: Index | list[Sequence], path: Path | str) -> None:
    """Write index.csv, one row a sequence, atomically; `numbers` as ranges ("46-66 68")."""
    sequences = index.sequences if isinstance(index, Index) else index
    with atomic(path) as draft, open(draft, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        for sequence in sequences:
            writer.writerow({**vars(sequence), "numbers": _pack(sequence.numbers)})


def load_index(path: Path | str) -> list[Sequence]:
    """Read index.csv back as equal records; a missing or damaged file is `BadData`, with its row.

    Examples
    --------
    >>> from mer.datasets import Sequence, index
    >>> made = [Sequence("casme2", "sub01", "EP02_01f", "happiness", numbers=(46, 47, 48))]
    >>> index.save_index(made, "index.csv")
    >>> index.load_index("index.csv") == made
    True
    """
    again = "Run notebook 01_data_cleanup again."
    try:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadData(f"{path}: cannot be read ({error}). {again}") from error
    if not rows or rows[0] != _COLUMNS:
        raise BadData(f"{path}, row 1: not the header of an index. {again}")
    if len(rows) == 1 or not text.endswith("\n"):
        what = "the index is empty" if len(rows) == 1 else "the end is missing"
        raise BadData(f"{path}, row {len(rows)}: {what}. {again}")
    sequences = []
    for number, cells in enumerate(rows[1:], start=2):
        try:
            sequences.append(_record(dict(zip(_COLUMNS, cells, strict=True))))
        except ValueError as error:
            raise BadData(f"{path}, row {number}: damaged ({error}). {again}") from error
    return sequences


def _record(cells: dict) -> Sequence:
    """One row of index.csv; `ValueError` where a cell is not what it should be."""
    values = dict(cells)
    for name, kind in _NUMBERS.items():
        values[name] = kind(cells[name]) if cells[name] else None
    values["numbers"] = _unpack(cells["numbers"])
    if cells["kept"] not in ("True", "False"):
        raise ValueError(f"kept is {cells['kept']!r}")
    values["kept"] = cells["kept"] == "True"
    if values["kept"] == bool(cells["reason"]):
        raise ValueError("a dropped row needs a reason, a kept one has none")
    return Sequence(**values)


def _pack(numbers: tuple[int, ...]) -> str:
    """Frame numbers as ranges: 46, 47, 48, 68 -> '46-48 68'."""
    runs = []
    for _, run in itertools.groupby(enumerate(numbers), lambda item: item[1] - item[0]):
        run = [number for _, number in run]
        runs.append(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]))
    return " ".join(runs)


def _unpack(text: str) -> tuple[int, ...]:
    """The inverse of `_pack`."""
    numbers: list[int] = []
    for run in text.split():
        first, _, last = run.partition("-")
        if int(last or first) < int(first):
            raise ValueError(f"frames {run}")
        numbers.extend(range(int(first), int(last or first) + 1))
    return tuple(numbers)
