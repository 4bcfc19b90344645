"""CASME II: reader of a licensed copy, in any of its folder layouts and table versions.

The database: Yan et al., "CASME II: An Improved Spontaneous Micro-Expression Database and the
Baseline Evaluation", PLoS ONE 9(1), 2014. A release is a coding table (xlsx, one row a
sequence) and folders of frames, <subject>/<sequence>/reg_img<N>.jpg for face crops or img<N>.jpg
for whole pictures, where N is the frame number of the original recording.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mer.core.errors import MerError, SourceMissing
from mer.datasets import coding_table
from mer.datasets.base import Problem, Sequence, Source
from mer.datasets.coding_table import FRAME_COLUMNS
from mer.people.casme2_statistics import EMOTIONS, STUDIED

LAYOUTS = ("cropped", "raw_selected", "raw")  # in the order of preference

# No leading zeros: a frame is found again by writing its number into the template.
_FRAME = re.compile(r"(reg_img|img)(0|[1-9]\d*)\.jpg")
_SUBJECT = re.compile(r"sub\d+")
_DEPTH = 3  # the subjects' folders lie at most this many folders below the root
_LISTED = 10  # so many names of a long list are spelt out


@dataclass
class Casme2(Source):
    """A licensed copy of CASME II below `root`.

    `layout` picks one of `LAYOUTS` where a copy holds several; without it the first one in that
    order is read. `table` is the coding table in use, `folder` the one that holds the subjects.
    """

    layout: str | None = None

    name = "casme2"
    title = "CASME II: spontaneous micro-expressions at 200 frames a second"
    licence = (
        "Academic licence of the Chinese Academy of Sciences, signed by each institution. "
        "It does not allow passing on: neither frames nor coding table are shipped here."
    )
    remedy = (
        "Apply for the licence at http://casme.psych.ac.cn/casme/e2, put the release "
        "(frames and coding table) there, or let MER_CASME2 name its folder."
    )
    classes = STUDIED
    emotions = EMOTIONS  # everything the table may say
    fps = 200.0
    every_frame = True  # a whole copy has a file for each frame from onset to offset

    def __post_init__(self):
        super().__post_init__()
        self._notes: list[Problem] = []
        self.table = self._find_table()
        self.folder, self._prefix = self._find_folder()

    def sequences(self) -> list[Sequence]:
        """Every row of the table, frames on disk attached; `problems` says what is wrong.

        Raises `BadData` where the table cannot be read or lacks a column.
        """
        self.problems = list(self._notes)
        on_disk = self._scan()
        found, first_row = [], {}
        for row, cells in coding_table.rows(self.table):
            sequence = self._sequence(row, cells, on_disk)
            found.append(sequence)
            earlier = first_row.setdefault(sequence.key, row)
            if earlier != row:
                self._problem(
                    sequence,
                    f"duplicate row: {sequence.subject}/{sequence.name} "
                    f"stands in row {earlier} already",
                    "Keep the row that is right.",
                )
            self._note_gap(sequence)
        self._note_unlisted(on_disk, found)
        return found

    # -- the coding table ---------------------------------------------------------------------

    def _find_table(self) -> Path:
        """The xlsx with 'coding' in its name, at the root or one level below.

        Of two versions the one of 2014 is read: the study's classes follow its labels.
        """
        files = (*self.root.glob("*.xlsx"), *self.root.glob("*/*.xlsx"))
        tables = [
            file
            for file in files
            if "coding" in file.name.lower() and not file.name.startswith(("~$", "."))
        ]
        if not tables:
            raise SourceMissing(
                f"{self.name}: no coding table (CASME2-coding-20140508.xlsx) in "
                f"{self.root} or one folder below. {self.remedy}"
            )
        tables.sort(key=lambda file: ("20140508" not in file.name, len(file.parts), file.name))
        if len(tables) > 1:
            others = ", ".join(self._relative(file) for file in tables[1:])
            self._notes.append(
                Problem(
                    self._relative(tables[0]),
                    None,
                    f"several coding tables: {others} is not read",
                    "The versions differ in labels; remove this one to read another.",
                )
            )
        return tables[0]

    def _sequence(self, row: int, cells: dict, on_disk: dict) -> Sequence:
        """One row as a record; whatever is wrong with its cells goes to `problems`."""
        subject, name = coding_table.subject(cells["Subject"]), coding_table.text(cells["Filename"])
        base = self.folder.relative_to(self.root) / subject / name
        onset, apex, offset = (coding_table.number(cells[column]) for column in FRAME_COLUMNS)
        sequence = Sequence(
            self.name,
            subject,
            name,
            coding_table.text(cells["Estimated Emotion"]).lower(),
            onset,
            apex,
            offset,
            coding_table.text(cells["Action Units"]),
            self.fps,
            f"{base.as_posix()}/{self._prefix}{{}}.jpg",
            on_disk.get((subject, name), ()),
            row,
        )
        self._check_cells(sequence, cells)
        return sequence

    def _check_cells(self, sequence: Sequence, cells: dict) -> None:
        for column in ("Subject", "Filename"):
            if not coding_table.text(cells[column]):
                self._problem(sequence, f"{column} is empty", "Fill in the cell.")
        if sequence.emotion not in self.emotions:
            self._problem(
                sequence,
                f"unknown emotion: {sequence.emotion!r}",
                f"Known are {', '.join(self.emotions)}.",
            )
        for column in FRAME_COLUMNS:
            if coding_table.number(cells[column]) is None:
                self._problem(
                    sequence,
                    f"{column} is no frame number: {coding_table.text(cells[column])!r}",
                    "The sequence is left out; give the number if you know it.",
                )

    # -- the frames ---------------------------------------------------------------------------

    def _find_folder(self) -> tuple[Path, str]:
        """The folder of the subjects' folders in the wanted layout, and how its frames begin."""
        if self.layout not in (None, *LAYOUTS):
            raise MerError(f"unknown layout {self.layout!r}; choose one of {', '.join(LAYOUTS)}")
        found: dict[str, list[tuple[Path, str]]] = {}
        for folder in _holders_of_subjects(self.root, _DEPTH):
            if prefix := _prefix(folder):
                layout = self._layout_of(folder, prefix)
                found.setdefault(layout, []).append((folder, prefix))
        chosen = self.layout or next((layout for layout in LAYOUTS if layout in found), None)
        if chosen not in found:
            raise SourceMissing(
                f"{self.name}: no {chosen or 'frames'} below {self.root} "
                f"(layouts found: {', '.join(found) or 'none'}). Looked for "
                f"<subject>/<sequence>/reg_img<N>.jpg or img<N>.jpg. {self.remedy}"
            )
        self.layout = chosen
        first, *others = found[chosen]
        for folder, _ in others:
            self._notes.append(
                Problem(
                    self._relative(folder),
                    None,
                    f"not read: {self._relative(first[0])} holds the same layout",
                    "Keep one of the two.",
                )
            )
        return first

    def _layout_of(self, folder: Path, prefix: str) -> str:
        if prefix == "reg_img":
            return "cropped"
        return "raw_selected" if "selected" in self._relative(folder).lower() else "raw"

    def _scan(self) -> dict[tuple[str, str], tuple[int, ...]]:
        """Frame numbers on disk, in order, by (subject, sequence); other files are ignored."""
        found = {}
        for subject in _folders(self.folder):
            if _SUBJECT.fullmatch(subject.name):
                for sequence in _folders(subject.path):
                    names = (_FRAME.fullmatch(name) for name in os.listdir(sequence.path))
                    numbers = sorted(int(m[2]) for m in names if m and m[1] == self._prefix)
                    found[subject.name, sequence.name] = tuple(numbers)
        return found

    # -- what is wrong ------------------------------------------------------------------------

    def _problem(self, sequence: Sequence, what: str, remedy: str) -> None:
        self.problems.append(
            Problem(self._relative(self.table), sequence.row, what, remedy, sequence.key)
        )

    def _note_gap(self, s: Sequence) -> None:
        """Say which frames lack a file; the three key frames and the end are the index's."""
        if (
            not self.every_frame
            or s.emotion not in self.classes
            or not s.numbers
            or None in (s.onset, s.apex, s.offset)
        ):
            return
        wanted = set(range(s.onset + 1, min(s.offset, s.numbers[-1]))) - {s.apex}
        if missing := sorted(wanted.difference(s.numbers)):
            self.problems.append(
                Problem(
                    self._relative(self.table),
                    s.row,
                    f"gap: {s.template.rpartition('/')[0]} lacks {len(missing)} of the frames "
                    f"between onset and offset, the first is {missing[0]}",
                    "The sequence stays; copy its folder again to complete it.",
                )
            )

    def _note_unlisted(self, on_disk: dict, listed: list[Sequence]) -> None:
        rows = {(sequence.subject, sequence.name) for sequence in listed}
        extra = sorted(
            "/".join(key) for key, numbers in on_disk.items() if numbers and key not in rows
        )
        if extra:
            more = f" and {len(extra) - _LISTED} more" if len(extra) > _LISTED else ""
            self.problems.append(
                Problem(
                    self._relative(self.folder),
                    None,
                    f"no row in the table: {', '.join(extra[:_LISTED])}{more}",
                    "Frames without a row are not read.",
                )
            )

    def _relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def _holders_of_subjects(folder: Path, depth: int) -> Iterator[Path]:
    """`folder` and the folders below it that hold a subject's folder (sub01, sub02, …)."""
    below = sorted(entry.name for entry in _folders(folder))
    if any(_SUBJECT.fullmatch(name) for name in below):
        yield folder
    if depth:
        for name in below:
            if not _SUBJECT.fullmatch(name):
                yield from _holders_of_subjects(folder / name, depth - 1)


def _prefix(folder: Path) -> str | None:
    """How the frames below `folder` begin: reg_img or img; None where there are none."""
    for subject in _folders(folder):
        if _SUBJECT.fullmatch(subject.name):
            for sequence in _folders(subject.path):
                for name in os.listdir(sequence.path):
                    if frame := _FRAME.fullmatch(name):
                        return frame[1]
    return None


def _folders(path: Path | str) -> list[os.DirEntry]:
    with os.scandir(path) as entries:
        return [entry for entry in entries if entry.is_dir()]
