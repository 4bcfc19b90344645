"""Extra people: synthetic ones who join the training subjects, never the tested ones.

They come from the crowd (`mer.people.crowd`), so none of them is in a cast; each shows every
emotion equally often, in the mixes of Action Units that coders saw. Their onset/apex pairs take
the same way as the study's own: find the face, cut it, flow, less the head's motion, strain.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from joblib import delayed

from mer.core import cache
from mer.datasets.base import Sequence
from mer.experiments.synthetic_pictures import Pictures
from mer.learning import inputs
from mer.learning.inputs import Inputs
from mer.people import crowd
from mer.people.body.figure import Sitter
from mer.preprocessing import faces, flow, pairs

_SOURCE, _PREFIX = "extra people", "extra-"  # how they are named beside the tested ones


def flows(
    folder: Path,
    classes: tuple[str, ...],
    people: int,
    pairs_each: int,
    size: int,
    seed: int = 0,
    quiet: bool = False,
) -> Inputs:
    """The flow inputs of `people` who show each of `classes` `pairs_each` times, at `size`.

    Each person's flows are kept in `folder`, and those found there are not made again.
    """
    asked = dict(classes=tuple(classes), pairs_each=pairs_each, size=size, seed=seed)
    made = cache.kept(
        cache.numbered(folder, cache.key(__name__, cache.RENDERING, **asked), people),
        lambda missing: _jobs(missing, classes, pairs_each, size, seed),
        "extra people",
        quiet=quiet,
    )
    named = [
        Sequence(_SOURCE, f"{_PREFIX}{subject}", str(number), emotion=str(emotion))
        for one in made
        for number, (emotion, subject) in enumerate(zip(one["emotions"], one["subjects"]))
    ]
    fields = [field for one in made for field in one["flows"]]
    return inputs.flow_inputs(fields, named, classes, size)


def published(made: Pictures, classes: tuple[str, ...], step: int = 1) -> Inputs:
    """Every `step`-th picture in MEGC2019's form as inputs of extra people.

    made   `mer.experiments.synthetic_pictures.pictures`, where the takes of a pair stand together
    """
    images, named = made.as_flows(classes, _SOURCE, _PREFIX)
    return inputs.published_flow_inputs(images[::step], named[::step], classes)


def _jobs(
    missing: list[int], classes: tuple[str, ...], pairs_each: int, size: int, seed: int
) -> Iterator:
    cast = crowd.cast_of(max(missing) + 1, seed)
    return (delayed(_film)(cast[index], classes, pairs_each, size) for index in missing)


def _film(person: Sitter, classes: tuple[str, ...], pairs_each: int, size: int) -> dict:
    """The flows of one person's pairs; runs in a worker."""
    groups = tuple((emotion,) for emotion in classes)
    shots = list(crowd.shots(person, groups, pairs_each * len(classes)))
    fields = [
        cv2.resize(study_flow(shot), (size, size), interpolation=cv2.INTER_AREA) for shot in shots
    ]
    return dict(
        flows=np.stack(fields),
        emotions=[shot.emotion for shot in shots],
        subjects=[shot.subject for shot in shots],
    )


def study_flow(shot: crowd.Shot) -> np.ndarray:
    """Flow and strain of a pair as notebooks 02 and 03 make them, (224, 224, 3) float32."""
    frames = [cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR) for frame in (shot.onset, shot.apex)]
    box = faces.locate(frames[0])
    crops = [faces.cut(frame, box, pairs.SIZE) for frame in frames]
    return flow.onset_to_apex(*crops)
