"""Apex spotters that nobody trained: one curve each over the frames of a sequence.

A spotter's curve is high where the face is far from its onset; its answer is the frame of the
peak (`mer.preprocessing.apex.spot`). Four of them need no truth:

    frame difference    grey levels that change, whatever changes them
    flow magnitude      how far the skin has moved since the onset, on average
    strongest region    the same in brows, cheeks or mouth, where the most moves
    optical strain      how much the skin is stretched (Shreve et al., FG 2011; Liong et al.,
                        ACPR 2015, spot the apex by it)

The eyes belong to no region: a blink moves more skin than a micro-expression does. What the head
does as a whole is taken out of each flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from joblib import delayed
from tqdm.auto import tqdm

from mer.core.parallel import one_thread, share
from mer.datasets.base import Sequence, Source
from mer.preprocessing import apex, faces, flow

SIZE = 112  # side in pixels of the faces that are read
SPOTTERS = ("frame difference", "flow magnitude", "strongest region", "optical strain")
DEFAULT = "strongest region"

# Shares of the face box: rows from, to. It is cut by the same rule on every face.
_EYES = (0.285, 0.42)
_REGIONS = {"brows": (0.0, _EYES[0]), "cheeks": (_EYES[1], 0.63), "mouth": (0.63, 0.95)}


@dataclass(frozen=True)
class Reading:
    """What the spotters see in a sequence: `curves` (N,) by spotter at frame `numbers` (N,), in
    the square `box` of each frame; `region` is the one that the strongest region stands for."""

    numbers: np.ndarray
    curves: Mapping[str, np.ndarray]
    region: str
    box: faces.Box

    def answer(self, spotter: str = DEFAULT) -> int:
        """The frame where this spotter puts the apex."""
        return apex.spot(self.numbers, self.curves[spotter])

    @property
    def length(self) -> int:
        """Frames from onset to offset."""
        return int(self.numbers[-1] - self.numbers[0])


def read(source: Source, sequence: Sequence) -> Reading:
    """Cut the face out of every frame from onset to offset, and draw the spotters' curves.

    Only evenly spaced frames are read, and the offset. A thinned synthetic sequence has its key
    frames on disk besides, the true apex among them: an odd frame number would give it away.
    """
    numbers = apex.even(sequence.numbers, sequence.onset, sequence.offset, source.frame_step)
    box = faces.locate(source.frame(sequence, sequence.onset))
    crops = (faces.cut(source.frame(sequence, number), box, SIZE) for number in numbers)
    grey = np.stack([cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY) for crop in crops])
    return Reading(numbers, *curves(grey), box)


def read_all(source: Source, sequences: list[Sequence], quiet: bool = False) -> dict[str, Reading]:
    """The readings of all sequences by their keys, on all cores."""
    jobs = (delayed(_read)(source, sequence) for sequence in sequences)
    done = tqdm(share(jobs, len(sequences)), "spotting", len(sequences), disable=quiet)
    return dict(zip([sequence.key for sequence in sequences], done, strict=True))


def _read(source: Source, sequence: Sequence) -> Reading:
    with one_thread():
        return read(source, sequence)


def curves(grey: np.ndarray) -> tuple[dict[str, np.ndarray], str]:
    """The curve of each spotter over faces (N, S, S) uint8, the first at the onset and the last
    at the offset; and the name of the strongest region. Motion is in pixels of these faces."""
    skin, parts = regions(grey.shape[-1])
    motion, stretch, by_part = [], [], {name: [] for name in parts}
    for face in grey:
        field = flow.with_strain(flow.without_head_motion(flow.compute(grey[0], face)))
        size = np.linalg.norm(field[..., :2], axis=-1)
        motion.append(size[skin].mean())
        stretch.append(field[..., 2][skin].mean())
        for name, part in parts.items():
            by_part[name].append(size[part].mean())
    strongest = max(by_part, key=lambda name: max(by_part[name]))
    found = (apex.difference_curve(grey), motion, by_part[strongest], stretch)
    drawn = {name: np.asarray(curve) for name, curve in zip(SPOTTERS, found, strict=True)}
    return drawn, strongest


@cache
def regions(side: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Masks (side, side) of the skin without the eyes, and of each region, by fixed shares."""
    y, x = (np.mgrid[:side, :side] + 0.5) / side
    face = ((x - 0.5) / 0.46) ** 2 + ((y - 0.5) / 0.5) ** 2 < 1
    eyes = (y > _EYES[0]) & (y < _EYES[1]) & (abs(x - 0.5) < 0.38)
    return face & ~eyes, {
        name: face & (y >= top) & (y < bottom) for name, (top, bottom) in _REGIONS.items()
    }
