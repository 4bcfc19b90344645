"""Extra people: synthetic ones who join the training subjects, never the tested ones.

They come from the crowd (`mer.people.crowd`), so none of them is in a cast; each shows every
emotion equally often, in the mixes of Action Units that coders saw. Their onset/apex pairs take
the same way as the study's own: find the face, cut it, flow, less the head's motion, strain.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from mer.core.errors import BadData
from mer.core.files import atomic
from mer.core.parallel import one_thread, workers
from mer.datasets.base import Sequence
from mer.experiments.synthetic_to_real import Pictures
from mer.learning import inputs
from mer.learning.inputs import Inputs
from mer.people import crowd
from mer.preprocessing import faces, flow, pairs

_HERE = Path(__file__).resolve().parents[1]


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
    base = _fingerprint(classes, pairs_each, size, seed)
    files = [Path(folder) / f"{base}-{index:04d}.npz" for index in range(people)]
    missing = [index for index, file in enumerate(files) if not file.exists()]
    if missing:
        _render(
            [files[index] for index in missing], missing, classes, pairs_each, size, seed, quiet
        )
    fields, named = [], []
    for file in files:
        made, emotions, subjects = _load(file)
        named += [
            _sequence(subject, number, emotion)
            for number, (emotion, subject) in enumerate(zip(emotions, subjects))
        ]
        fields += list(made)
    return inputs.flow_inputs(fields, named, classes, size)


def published(made: Pictures, classes: tuple[str, ...], step: int = 1) -> Inputs:
    """Every `step`-th picture in MEGC2019's form as inputs of extra people.

    made   `mer.experiments.synthetic_to_real.pictures`, where the takes of a pair stand together
    """
    named = [
        _sequence(subject, number, classes[label])
        for number, (label, subject) in enumerate(zip(made.labels, made.subjects))
    ]
    images = [np.float32(image) / np.float32(255) for image in made.images]
    return inputs.published_flow_inputs(images[::step], named[::step], classes)


def _sequence(subject: str, number: int, emotion: str) -> Sequence:
    return Sequence(
        source="extra people", subject=f"extra-{subject}", name=str(number), emotion=str(emotion)
    )


def _render(files, indices, classes, pairs_each, size, seed, quiet) -> None:
    cast = crowd.cast_of(max(indices) + 1, seed)
    jobs = (
        delayed(_film)(file, cast[index], classes, pairs_each, size)
        for file, index in zip(files, indices)
    )
    pool = Parallel(n_jobs=workers(len(files)), return_as="generator_unordered")
    for _ in tqdm(pool(jobs), "extra people", len(files), unit="person", disable=quiet):
        pass


def _film(file: Path, person, classes, pairs_each: int, size: int) -> None:
    """Render one person's pairs and keep their flows; runs in a worker."""
    groups = tuple((emotion,) for emotion in classes)
    with one_thread():
        shots = list(crowd.shots(person, groups, pairs_each * len(classes)))
        fields = [
            cv2.resize(study_flow(shot), (size, size), interpolation=cv2.INTER_AREA)
            for shot in shots
        ]
    with atomic(file) as draft:
        np.savez_compressed(
            draft,
            flows=np.stack(fields),
            emotions=[s.emotion for s in shots],
            subjects=[s.subject for s in shots],
        )


def study_flow(shot: crowd.Shot) -> np.ndarray:
    """Flow and strain of a pair as notebooks 02 and 03 make them, (224, 224, 3) float32."""
    frames = [cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR) for frame in (shot.onset, shot.apex)]
    box = faces.locate(frames[0])
    crops = [faces.cut(frame, box, pairs.SIZE) for frame in frames]
    return flow.onset_to_apex(*crops)


def _load(file: Path) -> tuple[np.ndarray, ...]:
    try:
        with np.load(file, allow_pickle=False) as kept:
            return tuple(kept[name] for name in ("flows", "emotions", "subjects"))
    except Exception as error:  # zipfile, zlib, OS and key errors alike mean a damaged file
        raise BadData(
            f"{file}: no readable flows ({error}). Delete this file and ask for them again."
        ) from error


def _fingerprint(*asked) -> str:
    """Changes with what is asked for and with the code that makes it."""
    digest = hashlib.sha256(repr(asked).encode())
    for path in sorted(_HERE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
