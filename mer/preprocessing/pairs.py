"""The onset/apex pair of a sequence: two aligned face crops, and who said where the apex is.

On disk: pairs/<key>_onset.png, pairs/<key>_apex.png, and one row a pair in pairs/pairs.csv.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd

from mer.core.errors import BadData
from mer.core.files import atomic
from mer.datasets.base import Sequence, Source, read_image
from mer.datasets.index import kept, load_index
from mer.preprocessing import apex, faces

SIZE = 224


@dataclass(frozen=True)
class Pair:
    """A sequence's two key frames, all numbers in frames of the original recording.

    Parameters
    ----------
    subject, name, emotion
        Those of the sequence.
    onset, apex
        The two frames.
    apex_by
        Who says where the apex is: "annotation" or "spotter".
    spotted, midpoint
        The two other opinions about the apex.
    x, y, side
        The square that was cut from both frames.
    face_found
        Whether the face detector stands behind it.
    """

    subject: str
    name: str
    emotion: str
    onset: int
    apex: int
    apex_by: str
    spotted: int
    midpoint: int
    x: int
    y: int
    side: int
    face_found: bool

    @property
    def key(self) -> str:
        return f"{self.subject}_{self.name}"

    @property
    def box(self) -> faces.Box:
        return faces.Box(self.x, self.y, self.side, self.face_found)


def make(
    source: Source, sequence: Sequence, reading: apex.Reading | None = None
) -> tuple[Pair, np.ndarray, np.ndarray]:
    """The pair of a sequence and its two crops.

    Parameters
    ----------
    source : Source
    sequence : Sequence
        Its annotated apex is taken; where there is none, the spotted one.
    reading : Reading, optional
        The sequence's, if it was read before.

    Returns
    -------
    Pair
    onset, apex : (SIZE, SIZE, 3) uint8
        Blue-green-red; both cut by one square.
    """
    reading = reading or apex.read(source, sequence)
    box, spotted = reading.box, reading.answer()
    annotated = sequence.apex is not None
    chosen = sequence.apex if annotated else apex.nearest(reading.numbers, spotted)
    crops = [
        faces.cut(source.frame(sequence, number), box, SIZE) for number in (sequence.onset, chosen)
    ]
    pair = Pair(
        sequence.subject,
        sequence.name,
        sequence.emotion,
        sequence.onset,
        chosen,
        "annotation" if annotated else "spotter",
        spotted,
        apex.midpoint(sequence.onset, sequence.offset),
        box.x,
        box.y,
        box.side,
        box.found,
    )
    return pair, crops[0], crops[1]


def build(
    source: Source,
    sequences: list[Sequence],
    folder: Path,
    progress=iter,
    readings: Mapping[str, apex.Reading] | None = None,
) -> list[Pair]:
    """Make and keep the pair of every sequence; the list is written last, when all are there.

    Parameters
    ----------
    source : Source
    sequences : list of Sequence
    folder : Path
        Gets <key>_onset.png and <key>_apex.png for each, and pairs.csv.
    progress : callable
        Wraps the sequences, as `tqdm` does.
    readings : mapping, optional
        By key, the spotters' readings, if they were made before.

    Returns
    -------
    list of Pair
    """
    readings = readings or {}
    pairs = []
    for sequence in progress(sequences):
        pair, *crops = make(source, sequence, readings.get(sequence.key))
        for kind, crop in zip(("onset", "apex"), crops):
            with atomic(folder / f"{pair.key}_{kind}.png") as draft:
                cv2.imwrite(str(draft), crop)
        pairs.append(pair)
    with atomic(folder / "pairs.csv") as draft:
        pd.DataFrame(map(asdict, pairs)).to_csv(draft, index=False)
    return pairs


def load(folder: Path | str) -> list[Pair]:
    """The pairs listed in a folder; a damaged list raises `BadData`.

    Examples
    --------
    >>> from mer.preprocessing import pairs
    >>> pairs.load("nowhere")
    Traceback (most recent call last):
        ...
    mer.core.errors.BadData: nowhere/pairs.csv: not a list of pairs ... Run notebook 02 again.
    """
    path = Path(folder) / "pairs.csv"
    try:
        table = pd.read_csv(path, dtype={"subject": str, "name": str})
        return [Pair(**row) for row in table.to_dict("records")]
    except (OSError, ValueError, TypeError) as error:
        raise BadData(f"{path}: not a list of pairs ({error}). Run notebook 02 again.") from error


def of_run(run) -> tuple[list[Sequence], list[Pair]]:
    """The sequences of a run (`mer.Run`, of which `needs` is used) and their pairs, in the order
    of the pairs. A pair that the index does not hold raises `BadData`."""
    sequences = {one.key: one for one in kept(load_index(run.needs("index.csv")))}
    made = load(run.needs("pairs"))
    lost = [pair.key for pair in made if pair.key not in sequences]
    if lost:
        raise BadData(
            f"{run.needs('pairs') / 'pairs.csv'}: {lost[0]} is not in the index any more. "
            "Run notebook 02 again."
        )
    return [sequences[pair.key] for pair in made], made


def crops(folder: Path, pair: Pair | Sequence) -> tuple[np.ndarray, np.ndarray]:
    """Onset and apex crop of a pair or its sequence, (SIZE, SIZE, 3) uint8 blue-green-red."""
    return tuple(read_image(Path(folder) / f"{pair.key}_{kind}.png") for kind in ("onset", "apex"))
