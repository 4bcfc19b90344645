"""What every source of micro-expressions offers, whatever its files look like.

A `Source` lists `Sequence` records and reads their frames, flow or ground truth. It reports
what is wrong with its own table as `Problem` records; judging which sequences are kept is the
work of `mer.datasets.index`.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np

from mer.core import environment, paths
from mer.core.errors import BadData, SourceMissing, Unavailable


@dataclass(frozen=True)
class Sequence:
    """One coded micro-expression: a row of the coding table and the frames that belong to it.

    Parameters
    ----------
    source, subject, name, emotion
        Whose it is, and which; file names alone repeat across subjects.
    onset, apex, offset
        Frame numbers of the original recording; None where the source has none.
    action_units, fps
        As coded, and frames a second.
    template
        Path of a frame below the source's root, with `{}` for the frame number.
    numbers
        The frame numbers that are on disk, in order.
    row
        Row of the coding table as a spreadsheet counts it: the header is row 1.
    database
        Where it comes from, in a source of several databases.
    kept, reason
        The verdict of the clean index, and why it is left out.

    Examples
    --------
    >>> from mer.datasets import Sequence
    >>> Sequence("casme2", "sub01", "EP02_01f", "happiness", onset=46, apex=59, offset=86).key
    'sub01_EP02_01f'
    """

    source: str
    subject: str
    name: str
    emotion: str
    onset: int | None = None
    apex: int | None = None
    offset: int | None = None
    action_units: str = ""
    fps: float | None = None
    template: str = ""
    numbers: tuple[int, ...] = ()
    row: int | None = None
    database: str = ""
    kept: bool = True
    reason: str = ""

    @property
    def key(self) -> str:
        """Unique within a source: file names alone repeat across subjects."""
        return f"{self.subject}_{self.name}"


@dataclass(frozen=True)
class Problem:
    """Something wrong with the data: where, what, and what the user can do.

    `key` names the sequence that has to be dropped for it (None: nothing is dropped).
    """

    file: str
    row: int | None
    what: str
    remedy: str
    key: str | None = None

    def __str__(self) -> str:
        where = self.file if self.row is None else f"{self.file}, row {self.row}"
        return f"{where}: {self.what}. {self.remedy}"


@dataclass(frozen=True)
class Truth:
    """Ground truth that only rendered people have.

    `flow` is (H, W, 2) float32: the displacement in pixels, right and down, that carries each
    onset pixel to the frame that the coding table calls the apex, the pair that the study uses.
    `visible` is (H, W) bool: skin seen in both frames. `apex` is the frame where the movement
    really peaks: a coder misses it by a few frames, so it differs from the table's. Both frames
    are on disk. `intensities` is (N, A) float32: the strength of each of `actions` at each of
    `numbers`; an eye is shut from about 0.75 of its `eyeBlink`, which no emotion owns.
    """

    flow: np.ndarray
    visible: np.ndarray
    apex: int
    numbers: np.ndarray
    actions: tuple[str, ...]
    intensities: np.ndarray


@dataclass
class Source(ABC):
    """A folder of micro-expressions. Subclasses give `name`, `classes` and `sequences()`.

    What is wrong with its table is collected in `problems`, while `sequences()` reads it.

    Parameters
    ----------
    root : path
        The folder; one that is not there raises `SourceMissing` with the `remedy`.

    Examples
    --------
    >>> from mer.datasets import SOURCES
    >>> {name: source.classes for name, source in SOURCES.items()}["megc2019"]
    ('negative', 'positive', 'surprise')
    """

    root: Path
    problems: list[Problem] = field(default_factory=list, init=False)

    name = ""
    has_frames: ClassVar[bool] = True  # from onset to offset; without them there are flows only
    title = ""
    licence = ""
    remedy = ""
    classes: ClassVar[tuple[str, ...]] = ()
    table: ClassVar[Path | None] = None  # the coding table, where it is one file
    frame_step = 1  # every how many-th frame between the key frames is on disk

    def __post_init__(self):
        self.root = Path(self.root)
        if not self.root.is_dir():
            raise SourceMissing(f"{self.name}: no folder {self.root}. {self.remedy}")

    @abstractmethod
    def sequences(self) -> list[Sequence]:
        """Every row of the coding table, also those that cannot be used; fills `problems`."""

    def path(self, sequence: Sequence, number: int) -> Path:
        """Where frame `number` of `sequence` lies."""
        if not sequence.template:
            raise Unavailable(f"{self.name} publishes no frames of {sequence.key}")
        return self.root / sequence.template.format(number)

    def frame(self, sequence: Sequence, number: int) -> np.ndarray:
        """One frame, (H, W, 3) uint8 in OpenCV's blue-green-red order."""
        return read_image(self.path(sequence, number))

    def flow(self, sequence: Sequence) -> np.ndarray:
        """The published onset->apex flow, where a source has one."""
        raise Unavailable(f"{self.name} publishes no optical flow; notebook 03 computes it")

    def truth(self, sequence: Sequence) -> Truth:
        """Ground truth, where a source has it."""
        raise Unavailable(f"{self.name} has no ground truth; only synthetic people have")

    def files(self) -> Iterator[Path]:
        """The files that the source is made of."""
        return (path for path in self.root.rglob("*") if path.is_file())

    def fingerprint(self) -> str:
        """Changes when a file of the source is added, removed or changes its size."""
        files = sorted(self.files())
        lines = (f"{p.relative_to(self.root).as_posix()} {p.stat().st_size}" for p in files)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def read_image(path: Path) -> np.ndarray:
    """An image file as (H, W, 3) uint8, blue-green-red. Damaged or missing: `BadData`."""
    try:
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise BadData(f"{path}: cannot be read ({error.strerror}). Copy the file again.") from error
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if image is None:
        raise BadData(f"{path}: not a readable image ({data.size} bytes). Copy the file again.")
    return image


def source_root(name: str, profile: str = "quick", seed: int = 0) -> Path:
    """`MER_<NAME>` if it is set, otherwise the folder <name> of the data (`paths.data`).

    Synthetic people differ by profile and seed, so each set has a folder of its own:
    synthetic/<profile>-seed<seed>.
    """
    root = environment.source(name) or paths.data() / name
    apart = name == "synthetic" and not environment.source(name)
    return root / f"{profile}-seed{seed}" if apart else root
