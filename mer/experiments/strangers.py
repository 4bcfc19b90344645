"""Rendered people beyond the cast: how they are filmed, and what a network is shown of them.

`film` keeps the frames of one person, for the examination (`mer.experiments.examination`), whose
questions need pictures. `learners` keeps inputs only: crowds to learn from and whole casts.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from joblib import delayed

from mer.core import cache
from mer.datasets.base import Sequence
from mer.datasets.strangers import pack
from mer.learning import inputs
from mer.learning.inputs import Inputs
from mer.people import roles
from mer.people.body.figure import Sitter
from mer.people.roles import Role
from mer.preprocessing import faces, flow
from mer.preprocessing.pairs import SIZE

KINDS = ("apex", "flow", "difference")  # what `learners` gives
# JPEG files and noisy numbers are not worth compressing.
PACKED = cache.Format(lambda file, arrays: np.savez(file, **arrays), cache.ARRAYS.load)


def film(role: Role, person: Sitter, shifts: tuple[int, ...]) -> dict:
    """The frames of one person's sequences, as `mer.datasets.strangers` reads them, with the
    squares of the faces; runs in a worker."""
    shown = list(roles.frames(role, person, shifts, midpoint=True))
    boxes = [faces.locate(_decoded(frames[part.onset])) for part, frames in shown]
    return pack(shown, boxes=np.array([(b.x, b.y, b.side, b.found) for b in boxes]))


def study_flow(
    onset: np.ndarray, apex: np.ndarray, size: int, method: str = flow.DEFAULT
) -> np.ndarray:
    """Flow and strain of two crops as notebook 03 makes them, averaged to (size, size, 3)."""
    field = flow.onset_to_apex(onset, apex, method)
    return cv2.resize(field, (size, size), interpolation=cv2.INTER_AREA)


def difference(onset: np.ndarray, apex: np.ndarray, size: int) -> np.ndarray:
    """Apex minus onset in grey levels, averaged to (size, size) float32."""
    grey = [cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).astype(np.float32) for crop in (onset, apex)]
    return cv2.resize(grey[1] - grey[0], (size, size), interpolation=cv2.INTER_AREA)


def learners(
    folder: Path, cast: list[Role], size: int, classes: tuple[str, ...], quiet: bool = False
) -> dict[str, Inputs]:
    """What a network is shown of these people, by kind of input.

    Parameters
    ----------
    folder : Path
        Each person's inputs are kept here, and those found there are not made again.
    cast : list of Role
    size : int
        Side of the inputs in pixels.
    classes : tuple of str
    quiet : bool
        Whether no bar shows how far it is.

    Returns
    -------
    dict
        "apex", "flow" and "difference" (apex minus onset, one channel): `Inputs` of the same
        sequences in the same order, made as those of the study are.
    """
    made = cache.kept(
        [
            Path(folder) / f"{cache.key(__name__, cache.RENDERING, role=r, size=size)}.npz"
            for r in cast
        ],
        lambda missing: (delayed(_seen)(cast[i], cast[i].sitter(), size) for i in missing),
        "people",
        quiet=quiet,
        form=PACKED,
    )
    named = [
        Sequence("synthetic", role.name, part.name, part.emotion)
        for role in cast
        for part in role.parts
    ]
    apexes, flows, changes = (np.concatenate([one[kind] for one in made]) for kind in KINDS)
    return {
        "apex": inputs.apex_inputs(list(apexes), named, classes, size),
        "flow": inputs.flow_inputs(list(flows), named, classes, size),
        "difference": difference_inputs(changes, named, classes),
    }


def difference_inputs(changes: np.ndarray, named: list[Sequence], classes) -> Inputs:
    """Plain differences (N, size, size) float32 as inputs of one channel."""
    labels = np.array([list(classes).index(one.emotion) for one in named], np.int64)
    x = torch.from_numpy(changes[:, None].astype(np.float32))
    return Inputs(x, labels, tuple(named), tuple(classes), "unsigned")


def _seen(role: Role, person: Sitter, size: int) -> dict:
    """The inputs of one person's sequences; runs in a worker."""
    rows = []
    for part, frames in roles.frames(role, person):
        pictures = [_decoded(frames[number]) for number in (part.onset, part.apex)]
        box = faces.locate(pictures[0])
        crops = [faces.cut(picture, box, SIZE) for picture in pictures]
        small = inputs.resized(crops[1], size).permute(1, 2, 0).numpy()
        rows.append((small, study_flow(*crops, size), difference(*crops, size)))
    return dict(zip(KINDS, map(np.stack, zip(*rows)), strict=True))


def _decoded(file: np.ndarray) -> np.ndarray:
    return cv2.imdecode(file, cv2.IMREAD_COLOR)
