"""MEGC2019: published optical flows of real micro-expressions.

The composite database of the challenge (See et al., "MEGC 2019 - The Second Facial
Micro-Expressions Grand Challenge", FG 2019) joins CASME II, SMIC and SAMM in three classes: 442
sequences of 68 subjects. The repository of HTNet (Wang et al., arXiv 2307.14637) publishes the
onset->apex flow of each as a 28x28 colour image, and the aligned face at the apex.

Two layouts are read: a clone of that repository, and a table with the folder of flow images
beside it.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mer.core.errors import BadData, SourceMissing, Unavailable
from mer.datasets.base import Problem, Sequence, Source, read_image

REPOSITORY = "https://github.com/wangzhifengharrison/HTNet"
TABLE = "combined_3_class2_for_optical_flow.csv"
COLUMNS = ("dataset", "sub", "filename_o", "label")
FLOWS = "STSNet_whole_norm_u_v_os"
FACES = "combined_datasets_whole"
SIZE = 28  # side of a flow image in pixels

_FOLDERS = ("datasets", "")  # where the image folders lie: in a clone, and in the flat layout
_PNG_END = b"IEND\xaeB`\x82"
_SMIC_NUMBER = re.compile(r"^(s\d+_s)(\d_)")
_LISTED = 10  # so many names of a long list are spelt out


@dataclass
class Megc2019(Source):
    """The published flows below `root`; any subset of the three databases will do.

    A subject is called <database>_<subject>, because the databases number theirs alike. There
    are no frames but the apex face, and no frame numbers at all.
    """

    _flows: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    _faces: dict[str, str] = field(default_factory=dict, init=False, repr=False)

    name = "megc2019"
    title = "MEGC2019: onset-apex flows of CASME II, SMIC and SAMM"
    licence = (
        "Published on GitHub by the authors of HTNet without a licence of its own; the "
        "recordings belong to the databases' owners. Nothing of it is shipped here."
    )
    remedy = (
        f"Get it with `mer fetch megc2019` (a clone of {REPOSITORY}), or let "
        "MER_MEGC2019 point to a copy."
    )
    has_frames = False
    classes = ("negative", "positive", "surprise")  # in the order of the labels 0, 1, 2

    def __post_init__(self):
        super().__post_init__()
        self.table = self.root / TABLE
        if not self.table.is_file():
            raise SourceMissing(f"{self.name}: no table {TABLE} in {self.root}. {self.remedy}")
        self._flows = self._images(FLOWS, ".png")
        self._faces = self._images(FACES, ".jpg")
        if not self._flows:
            raise SourceMissing(
                f"{self.name}: no flow images (datasets/{FLOWS}/*.png or "
                f"{FLOWS}/*.png) in {self.root}. {self.remedy}"
            )

    def sequences(self) -> list[Sequence]:
        """Every row of the table; `problems` tells which of them cannot be used."""
        self.problems.clear()
        rows = {}  # first row of each key
        found = []
        for number, cells in self._rows():
            sequence = self._sequence(number, cells)
            found.append(sequence)
            fault = self._fault(sequence, rows.setdefault(sequence.key, number))
            if fault:
                self.problems.append(Problem(TABLE, number, *fault, key=sequence.key))
        self._note_unlisted(found)
        return found

    def flow(self, sequence: Sequence) -> np.ndarray:
        """The published flow: (28, 28, 3) float32 in [0, 1], channels u, v, optical strain.

        u points right, v down. Each channel of each image was scaled from its own minimum and
        maximum to 0..1 before it was stored, as in the pipeline of STSTNet (Liong et al.,
        "Shallow Triple Stream Three-dimensional CNN for Micro-expression Recognition", FG 2019):
        amplitudes are lost, and no fixed value stands for zero motion.

        Raises `BadData` when the image is missing, cut off or of another size.
        """
        relative = self._flows.get(_stem(sequence))
        if relative is None:
            raise BadData(f"{self.name}: no flow image of {sequence.key}. {self.remedy}")
        path = self.root / relative
        image = read_image(path)
        if _PNG_END not in path.read_bytes()[-64:]:
            raise BadData(f"{path}: cut off before the end of the image. Copy the file again.")
        if image.shape != (SIZE, SIZE, 3):
            raise BadData(
                f"{path}: {image.shape[1]}x{image.shape[0]} pixels, not {SIZE}x{SIZE}. "
                "Copy the file again."
            )
        return np.float32(image[:, :, ::-1]) / np.float32(255)  # stored as red, green, blue

    def apex_face(self, sequence: Sequence) -> np.ndarray:
        """The aligned face at the apex, (H, W, 3) uint8 blue-green-red (published at 224x224).

        Raises `Unavailable` where this copy has none.
        """
        if not sequence.template:
            raise Unavailable(
                f"{self.name}: this copy has no apex face of {sequence.key}; a "
                f"clone of {REPOSITORY} has them in datasets/{FACES}"
            )
        return read_image(self.root / sequence.template)

    def path(self, sequence: Sequence, number: int) -> Path:
        """Always `Unavailable`: the one published frame, the apex, bears no frame number."""
        raise Unavailable(
            f"{self.name} publishes no numbered frames, only the apex face "
            f"(apex_face) and the flow of {sequence.key}"
        )

    def files(self) -> Iterator[Path]:
        """The table and the images in use; a clone holds many thousand other files."""
        yield self.table
        yield from (self.root / name for name in (*self._flows.values(), *self._faces.values()))

    def _images(self, folder: str, suffix: str) -> dict[str, str]:
        """Images by the plain form of their name, as paths relative to the root."""
        for parent in _FOLDERS:
            relative = Path(parent, folder)
            if (self.root / relative).is_dir():
                names = sorted(os.listdir(self.root / relative))
                return {
                    _plain(name[: -len(suffix)]): (relative / name).as_posix()
                    for name in names
                    if name.lower().endswith(suffix)
                }
        return {}

    def _rows(self) -> Iterator[tuple[int, dict]]:
        """The rows of the table with their numbers; the header is row 1."""
        try:
            with open(self.table, encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, restval="")
                lost = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
                if lost:
                    raise BadData(
                        f"{self.table}, row 1: no column {', '.join(lost)}; columns found: "
                        f"{', '.join(reader.fieldnames or ['none'])}. {self.remedy}"
                    )
                for cells in reader:
                    yield reader.line_num, {name: cells[name].strip() for name in COLUMNS}
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise BadData(f"{self.table}: cannot be read ({error}). {self.remedy}") from error

    def _sequence(self, row: int, cells: dict) -> Sequence:
        database = cells["dataset"].lower()
        label = cells["label"]
        known = {str(index): word for index, word in enumerate(self.classes)}
        face = self._faces.get(_plain(f"{cells['sub']}_{cells['filename_o']}"), "")
        return Sequence(
            source=self.name,
            database=database,
            subject=f"{database}_{cells['sub']}",
            name=cells["filename_o"],
            emotion=known.get(label, label),
            template=face,
            row=row,
        )

    def _fault(self, sequence: Sequence, first_row: int) -> tuple[str, str] | None:
        """What is wrong with a sequence, and what to do about it."""
        if sequence.emotion not in self.classes:
            return (
                f"unknown label {sequence.emotion!r}: 0 is negative, 1 positive, 2 surprise",
                "Correct the row.",
            )
        if first_row != sequence.row:
            return (
                f"duplicate row: {sequence.key} stands in row {first_row} already",
                "Keep the row that is right.",
            )
        if _stem(sequence) not in self._flows:
            return (
                f"flow image missing: no {_stem(sequence)}.png in {FLOWS}",
                "Copy the folder again.",
            )
        try:
            self.flow(sequence)
        except BadData as error:
            return f"flow image damaged: {error}", "The sequence is left out."
        return None

    def _note_unlisted(self, found: list[Sequence]) -> None:
        listed = {_stem(sequence) for sequence in found}
        extra = [name for name in self._flows if name not in listed]
        if extra:
            shown = ", ".join(extra[:_LISTED]) + (", ..." if len(extra) > _LISTED else "")
            self.problems.append(
                Problem(
                    TABLE,
                    None,
                    f"{len(extra)} flow images are in no row: {shown}",
                    "They are left out; add rows if they should take part.",
                )
            )


def _stem(sequence: Sequence) -> str:
    """Name of a sequence's images, without suffix: <subject>_<sequence>."""
    return _plain(f"{sequence.subject.removeprefix(f'{sequence.database}_')}_{sequence.name}")


def _plain(stem: str) -> str:
    """One spelling of an image's name.

    The flow images have a blank before the suffix, and SMIC's first nine subjects are s01_s1 in
    the table's and the faces' names, s01_s01 in the flows'.
    """
    return _SMIC_NUMBER.sub(r"\g<1>0\g<2>", "".join(stem.split()))
