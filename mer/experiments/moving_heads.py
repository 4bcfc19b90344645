"""Heads that turn and come near between onset and apex, and what takes their motion out again.

A shift of the whole face strains nothing. A head that turns, or comes near the camera, moves its
near parts further than its far ones, and that is stretch and shear. Here strangers are rendered
once more, their expression as it was and the head moved besides; what the skin alone does is
known from the geometry.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pandas as pd
from joblib import delayed

from mer.core import cache as artefacts
from mer.experiments.examination import Examination
from mer.experiments.strangers import PACKED
from mer.learning import inputs
from mer.learning.inputs import Inputs
from mer.people import roles
from mer.people.behaviour.performance import Performance, perform, pose
from mer.people.body.figure import Figure, Sitter
from mer.people.rendering.frames import as_jpeg, render_frame
from mer.people.rendering.true_flow import true_flow
from mer.people.rng import stream
from mer.people.roles import Role
from mer.preprocessing import faces, flow, head_motion
from mer.preprocessing.pairs import SIZE

WAYS = ("translation", "none", "affine", "rigid")  # the study's own first
CONDITIONS = ("as filmed", "head moved")
# Rotations in radians about the axes right, forward and up, and shifts in metres, forward being
# away from the camera: a degree or two, a centimetre. Of each kind one, and nothing.
MOTIONS = {
    "as filmed": (0, 0, 0, 0, 0, 0),
    "sideways": (0, 0, 0, 0.004, 0, 0),
    "nod": (0.03, 0, 0, 0, 0, 0),
    "tilt": (0, 0.03, 0, 0, 0, 0),
    "turn": (0, 0, 0.03, 0, 0, 0),
    "nearer": (0, 0, 0, 0, -0.015, 0),
}
_SPREAD = (0.02, 0.01, 0.02, 0.002, 0.008, 0.002)  # deviations, where heads move at random
_FACE = 128  # side in pixels of the faces whose scale `head_motion.fit` has
_KEY_FRAMES = 10_000  # a thinning so coarse that only the key frames remain


def without(field: np.ndarray, way: str) -> np.ndarray:
    """A flow (SIZE, SIZE, 2) less what the head does, by one of `WAYS`.

    "translation" takes out the median, as the study does; "affine" the motion of a flat face, and
    "rigid" that of a face with an average depth, fitted to the skin so that what moves on its own
    counts little.
    """
    if way == "none":
        return field
    if way == "translation":
        return flow.without_head_motion(field)
    count = head_motion.AFFINE if way == "affine" else None
    side = (head_motion.CELLS,) * 2
    cells = cv2.resize(field, side, interpolation=cv2.INTER_AREA).reshape(-1, 2)
    unit = SIZE / _FACE
    found = unit * head_motion.fit(cells / unit, _skin(), count)
    whole = head_motion.shapes(SIZE)[:, :count] @ found
    return field - whole.reshape(field.shape).astype(np.float32)


def by_way(onset: np.ndarray, apex: np.ndarray, size: int) -> np.ndarray:
    """Flow and strain of two crops after each of `WAYS`, averaged: (4, size, size, 3) float32."""
    field = flow.compute(onset, apex)
    return np.stack([_small(flow.with_strain(without(field, way)), size) for way in WAYS])


def as_inputs(made: np.ndarray, data: Inputs) -> dict[str, Inputs]:
    """What `by_way` gives of pairs, (N, 4, S, S, 3), as inputs by way.

    data    inputs of the same pairs, for their sequences and classes
    """
    return {
        way: inputs.flow_inputs(list(made[:, i]), data.sequences, data.classes, made.shape[2])
        for i, way in enumerate(WAYS)
    }


def moved(
    exam: Examination, people: int, pairs_each: int, size: int, seed: int, quiet: bool = False
) -> tuple[dict[str, dict[str, Inputs]], pd.DataFrame]:
    """The first `people` strangers with their heads moved, and as they were filmed.

    Parameters
    ----------
    exam : Examination
    people, pairs_each : int
        Of its people so many; their sequences, all of them.
    size : int
        Side of the inputs in pixels.
    seed : int
        That of the run.
    quiet : bool

    Returns
    -------
    dict
        By way and condition (`CONDITIONS`), the same sequences as `Inputs`.
    DataFrame
        A row for each person, motion (`MOTIONS`) and way: `error`, end-point error in pixels
        against what the skin does without the head; `strain` that is left over, mean over skin;
        `head`, the strain of the head's own motion, and `skin`, that of the expression, in truth.
    """
    cast = roles.crowd("examination", people, pairs_each, seed, exam.source.classes)
    named = artefacts.key(__name__, artefacts.RENDERING, pairs=pairs_each, size=size, seed=seed)
    boxes = [pair.box for pair in exam.pairs]
    files = artefacts.numbered(exam.source.root / "moving-heads", named, people)
    made = artefacts.kept(
        files,
        lambda missing: (
            delayed(_film)(
                cast[i], cast[i].sitter(), boxes[i * pairs_each : (i + 1) * pairs_each], size
            )
            for i in missing
        ),
        "moving heads",
        quiet=quiet,
        form=PACKED,
    )
    count = people * pairs_each
    data = exam.inputs("flow", size).take(np.arange(count))
    found = {
        condition: as_inputs(np.concatenate([one[key] for one in made]), data)
        for condition, key in zip(CONDITIONS, ("still", "moved"))
    }
    judged = [_judged(role.name, one["judged"]) for role, one in zip(cast, made)]
    return {
        way: {condition: found[condition][way] for condition in CONDITIONS} for way in WAYS
    }, pd.concat(judged, ignore_index=True)


def _judged(subject: str, values: np.ndarray) -> pd.DataFrame:
    rows = [(motion, way) for motion in MOTIONS for way in WAYS]
    table = pd.DataFrame(rows, columns=["motion", "way"]).assign(subject=subject)
    table[["error", "strain", "head", "skin"]] = values.reshape(len(rows), 4)
    return table


def _film(role: Role, person: Sitter, boxes: list[faces.Box], size: int) -> dict:
    """One person's pairs with the head moved and not, by every way, and one pair of theirs with
    each motion, judged; runs in a worker."""
    figure = person.figure()
    still, pushed = [], []
    chosen = int(role.subject[-2:]) % len(role.parts)
    for row, (part, box) in enumerate(zip(role.parts, boxes, strict=True)):
        show = perform(figure, part, role.seed, _KEY_FRAMES)
        take = _Take(figure, part, role.seed, show, box)
        rng = stream(role.seed, role.subject, part.name, "moved head")
        still.append(by_way(take.onset, take.apex(), size))
        pushed.append(by_way(take.onset, take.apex(rng.normal(0, _SPREAD)), size))
        if row == chosen:
            judged = np.array([take.judge(motion) for motion in MOTIONS.values()])
    return dict(still=np.stack(still), moved=np.stack(pushed), judged=judged)


class _Take:
    """One sequence on one figure, of which onset and apex are rendered with any head motion."""

    def __init__(self, figure: Figure, part, seed: int, show: Performance, box: faces.Box):
        self.figure, self.part, self.seed, self.show, self.box = figure, part, seed, show, box
        numbers = show.numbers.tolist()
        self.first, self.peak = numbers.index(part.onset), numbers.index(part.apex)
        self.onset = self._crop(show, self.first)

    def apex(self, motion=MOTIONS["as filmed"]) -> np.ndarray:
        """The crop of the apex, the head moved by this besides what it did."""
        return self._crop(self._with(motion), self.peak)

    def judge(self, motion) -> list[list[float]]:
        """By way: error, strain left over, strain of the head's motion and of the expression."""
        rest, onset = self._held(), pose(self.figure, self.show, self.first)
        own, seen = self._truth(onset, pose(self.figure, rest, self.peak))
        head, _ = self._truth(onset, pose(self.figure, self._with(motion), self.first))
        skin = _inner(seen & faces.regions(SIZE)[0])
        expression, turned = (_strain(one)[skin].mean() for one in (own, head))
        field = flow.compute(self.onset, self.apex(motion))
        rows = []
        for way in WAYS:
            left = without(field, way)
            error = flow.endpoint_error(left, own, skin)
            rows.append([error, _strain(left - own)[skin].mean(), turned, expression])
        return rows

    def _with(self, motion) -> Performance:
        show = self.show
        return replace(show, turns=show.turns + motion[:3], shifts=show.shifts + motion[3:])

    def _held(self) -> Performance:
        """The same sequence on a head that stays where it was at the onset."""
        show, n = self.show, len(self.show.numbers)
        turns, shifts = (np.tile(one[self.first], (n, 1)) for one in (show.turns, show.shifts))
        return replace(show, turns=turns, shifts=shifts)

    def _crop(self, show: Performance, index: int) -> np.ndarray:
        frame = as_jpeg(render_frame(self.figure, self.part, self.seed, show, index))
        return faces.cut(cv2.imdecode(frame, cv2.IMREAD_COLOR), self.box, SIZE)

    def _truth(self, onset: np.ndarray, apex: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """True flow of the crop, (SIZE, SIZE, 2), and where skin is seen."""
        field, seen = true_flow(self.figure, onset, apex)
        return faces.cut_flow(field, self.box), faces.cut(seen.astype(np.uint8), self.box) > 0


def _strain(field: np.ndarray) -> np.ndarray:
    return flow.with_strain(np.ascontiguousarray(field, np.float32))[..., 2]


def _small(field: np.ndarray, size: int) -> np.ndarray:
    return cv2.resize(field, (size, size), interpolation=cv2.INTER_AREA)


@cache
def _skin() -> np.ndarray:
    """(CELLS * CELLS,) 1 for cells of skin away from the outline, where the background shows."""
    inner = _inner(faces.regions(SIZE)[0], 25).astype(np.float32)
    cells = cv2.resize(inner, (head_motion.CELLS,) * 2, interpolation=cv2.INTER_AREA)
    return (cells > 0.5).astype(float).ravel()


def _inner(mask: np.ndarray, pixels: int = 13) -> np.ndarray:
    """A mask without its rim, where a smoothed motion mixes with what lies beyond."""
    return cv2.erode(mask.astype(np.uint8), np.ones((pixels, pixels), np.uint8)) > 0
