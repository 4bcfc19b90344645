"""What emotion a network reads from a flow, by the algorithm and by how its result is prepared.

How near a flow is to the true motion is another question: `mer.experiments.flow_accuracy`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from joblib import delayed
from tqdm.auto import tqdm

from mer.core.parallel import share
from mer.datasets.base import Sequence
from mer.evaluation.records import Record
from mer.experiments import earlier_study, examination, strangers
from mer.experiments.ablation import Setting
from mer.experiments.examination import Examination
from mer.experiments.flow_accuracy import EARLIER
from mer.learning import inputs
from mer.learning.inputs import Inputs
from mer.learning.training import Recipe
from mer.preprocessing import flow
from mer.preprocessing.flow_methods import DEFAULT

CHOICES = (  # of the earlier implementation
    "8-bit HSV picture",
    "under 1 pixel is 0",
    "stretched, each its own",
    "mirrored without sign",
)


@dataclass(frozen=True)
class Cast:
    """The pairs of a run, asked as the strangers are (`Examination.each`); nothing is kept.

    crops    onset and apex of each pair, (H, W, 3) uint8
    """

    crops: list[tuple[np.ndarray, np.ndarray]]
    sequences: list[Sequence]
    classes: tuple[str, ...]
    quiet: bool = False

    def each(self, make: Callable, **parameters) -> np.ndarray:
        """What `make(onset, apex, **parameters)` gives of every pair, (N, ...), on all cores."""
        jobs = (delayed(make)(*crop, **parameters) for crop in self.crops)
        done = share(jobs, len(self.crops))
        return np.stack(
            list(tqdm(done, make.__name__, len(self.crops), disable=self.quiet, leave=False))
        )


def algorithms(
    asked: Cast | Examination, data: Inputs, methods: tuple[str, ...]
) -> dict[str, Inputs]:
    """The same people as several algorithms see them, by name, and as the plain difference of the
    two pictures.

    asked     whose pairs
    data      their inputs by the default algorithm, which comes first
    methods   the others
    """
    size, named = data.size, (data.sequences, data.classes)
    found = {DEFAULT: data}
    for method in methods:
        fields = asked.each(strangers.study_flow, size=size, method=method)
        found[method] = inputs.flow_inputs(list(fields), *named, size)
    changes = asked.each(strangers.difference, size=size)
    found["plain difference"] = strangers.difference_inputs(changes, *named)
    return found


def choices(asked: Cast | Examination, data: Inputs) -> dict[str, Inputs]:
    """The same people with the earlier implementation's choices, one by one on its algorithm.

    The first is Farneback's flow as this study feeds flows: signed, in pixels, as real numbers.
    The picture is the one choice that brings two others with it: it is stretched to its own
    range, and in a mirror it keeps its colours.

    asked     whose pairs
    data      their inputs by the default algorithm, for size, sequences and classes
    """
    made = asked.each(prepared, size=data.size).swapaxes(0, 1)
    named = data.sequences, data.classes, data.size
    plain, cut, wide = (inputs.flow_inputs(list(fields), *named) for fields in made[:3])
    picture = inputs.apex_inputs(list(made[3].astype(np.uint8)), *named)
    changed = picture, cut, wide, replace(plain, kind="unsigned")
    return {EARLIER: plain, **dict(zip(CHOICES, changed, strict=True))}


def prepared(onset: np.ndarray, apex: np.ndarray, size: int) -> np.ndarray:
    """Farneback's flow with strain as the study prepares it, without motion under 1 pixel,
    stretched, and as the earlier implementation's picture: (4, size, size, 3) float32."""
    field = flow.compute(onset, apex, EARLIER)
    own = flow.without_head_motion(field)
    small = [
        cv2.resize(flow.with_strain(one), (size, size), interpolation=cv2.INTER_AREA)
        for one in (own, floored(own), stretched(own))
    ]
    picture = inputs.resized(earlier_study.drawn(field), size).permute(1, 2, 0).numpy()
    return np.stack([*small, picture.astype(np.float32)])


def floored(field: np.ndarray, least: float = 1.0) -> np.ndarray:
    """Motion smaller than `least` pixels taken for none."""
    return field * (np.linalg.norm(field, axis=-1, keepdims=True) >= least)


def stretched(field: np.ndarray) -> np.ndarray:
    """Motion scaled so that its size goes from 0 to 1 in every field; directions stay."""
    size = np.linalg.norm(field, axis=-1, keepdims=True)
    wide = max(float(np.ptp(size)), 1e-9)
    return (field * ((size - size.min()) / wide / np.maximum(size, 1e-9))).astype(np.float32)


def one_each(
    cast: dict[str, Inputs], examined: dict[str, Inputs] | None, epochs: int
) -> list[Setting]:
    """One recipe on each of these inputs: settings of an ablation.

    cast, examined    by the same names; None: nobody is examined, the cast is dealt into folds
    """
    return [
        examination.setting(
            Recipe("simple-cnn", name, epochs, half=True), one, examined and examined[name]
        )
        for name, one in cast.items()
    ]


def of_wrong_mirror(found: list[Record]) -> str:
    """What a mirror that forgets the sign does to the score beside one that turns it, in words.

    found   what `ablation.records` gives of `choices`
    """
    change = next(r for r in found if (r.models[0], r.metric) == (CHOICES[-1], "uar_difference"))
    numbers = f"{change.phrase()} beside the true mirror"
    if change.sign > 0:
        return (
            f"The mirror without sign helps, {numbers}: here it saves more than it loses. How that "
            "can be is said below."
        )
    if change.sign < 0:
        return f"The mirror without sign costs score, {numbers}: here it loses more than it saves."
    return (
        f"Whether the mirror without sign helps or harms is not told, {numbers}: these people do "
        "not show what the sign of u is worth."
    )
