"""Retakes of a cast: portraits of everybody, and key frames without light and noise, by which
the true flow is judged."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from joblib import delayed

from mer.core.parallel import one_thread, share
from mer.people.behaviour.coding import Part, parts
from mer.people.behaviour.performance import perform, pose
from mer.people.casme2_statistics import COUNTS
from mer.people.cast import truth_file
from mer.people.identity import identity
from mer.people.rendering.frames import figure
from mer.people.rendering.radiance import expose, radiance
from mer.people.truth import load
from mer.study.profiles import Profile


def portraits(seed: int, progress=iter) -> dict[str, np.ndarray]:
    """Everybody of a cast at rest, (340, 280, 3) uint8 blue-green-red, by subject; also those
    who show none of the emotions that a profile keeps."""
    subjects = list(COUNTS)
    jobs = (delayed(_portrait)(*job, seed) for job in _sitters(subjects, seed))
    faces = share(jobs, len(subjects))
    return dict(zip(subjects, progress(faces), strict=True))


def _portrait(head, place, person, shape, seed: int) -> np.ndarray:
    with one_thread():
        actor = figure(head, place, person, shape, seed)
        return np.ascontiguousarray(expose(radiance(actor, actor.neutral, np.zeros(2))))


def _sitters(subjects, seed: int):
    """What `scene.figure` needs of each subject."""
    from mer.people.body import head
    from mer.people.body.skin import surface

    sculptor = head.sculptor()
    place = surface(sculptor.head)
    for subject in subjects:
        person = identity(seed, subject)
        yield sculptor.head, place, person, sculptor.shape(person.phenotypes, person.changes)


def motion_fit(root: Path, profile: Profile, seed: int, progress=iter) -> pd.DataFrame:
    """How well the true flow on disk carries each onset to its apex, without the flow's help.

    Both frames are drawn anew with nothing but the paint on the skin: no shading, which changes
    as skin turns, no noise. The apex, fetched back along the flow of the truth file, is compared
    with the onset where the truth calls the skin visible. One row a sequence: `subject`, `name`
    and the peak signal-to-noise ratios in decibels `warped` and, without warping, `still`.
    """
    people: dict[str, list[Part]] = {}
    for part in parts(profile, seed):
        people.setdefault(part.subject, []).append(part)
    jobs = (
        delayed(_fit)(*job, seed, people[job[2].subject], Path(root))
        for job in _sitters(people, seed)
    )
    rows = share(jobs, len(people))
    return pd.DataFrame([row for some in progress(rows) for row in some])


def _fit(head, place, person, shape, seed: int, own: list[Part], root: Path) -> list[dict]:
    with one_thread():
        actor = figure(head, place, person, shape, seed)
        return [
            {"subject": part.subject, "name": part.name, **_compare(actor, part, seed, root)}
            for part in own
        ]


def _compare(actor, part: Part, seed: int, root: Path) -> dict:
    truth = load(truth_file(root, part.subject, part.name))
    onset, apex = paint_only(actor, part, seed)
    y, x = np.indices(onset.shape[:2], np.float32)
    carried = cv2.remap(
        apex,
        x + truth["flow"][..., 0],
        y + truth["flow"][..., 1],
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    seen = truth["visible"]
    return {
        "warped": cv2.PSNR(carried[seen], onset[seen], 255),
        "still": cv2.PSNR(apex[seen], onset[seen], 255),
    }


def paint_only(actor, part: Part, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Onset and apex frame of a part with the paint alone, (H, W, 3) uint8 as float32."""
    show = perform(actor, part, seed, step=part.offset)
    at = show.numbers.tolist()
    return tuple(
        expose(
            radiance(
                actor, pose(actor, show, at.index(number)), show.gaze[at.index(number)], lit=False
            )
        ).astype(np.float32)
        for number in (part.onset, part.apex)
    )
