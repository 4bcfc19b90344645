"""Check a cast: portraits of everybody, and key frames without light and noise, by which
the true flow is judged."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from joblib import delayed

from mer.core.parallel import share
from mer.people.behaviour.coding import Part, Selection, parts
from mer.people.behaviour.performance import perform, pose
from mer.people.body.figure import Figure, Sitter, sitter
from mer.people.casme2_statistics import COUNTS
from mer.people.rendering.radiance import expose, radiance
from mer.people.storage import load_truth, truth_file


def portraits(seed: int, progress=iter) -> dict[str, np.ndarray]:
    """Everybody of a cast at rest, (340, 280, 3) uint8 blue-green-red, by subject; also those
    who show none of the emotions that a selection keeps."""
    subjects = list(COUNTS)
    jobs = (delayed(_portrait)(sitter(seed, subject)) for subject in subjects)
    faces = share(jobs, len(subjects))
    return dict(zip(subjects, progress(faces), strict=True))


def _portrait(person: Sitter) -> np.ndarray:
    figure = person.figure()
    return np.ascontiguousarray(expose(radiance(figure, figure.neutral, np.zeros(2))))


def motion_fit(root: Path, selection: Selection, seed: int, progress=iter) -> pd.DataFrame:
    """How well the true flow on disk carries each onset to its apex, without the flow's help.

    Both frames are drawn anew with nothing but the paint on the skin: no shading, which changes
    as skin turns, no noise. The apex, fetched back along the flow of the truth file, is compared
    with the onset where the truth calls the skin visible. One row a sequence: `subject`, `name`
    and the peak signal-to-noise ratios in decibels `warped` and, without warping, `still`.
    """
    people: dict[str, list[Part]] = {}
    for part in parts(selection, seed):
        people.setdefault(part.subject, []).append(part)
    jobs = (
        delayed(_fit)(sitter(seed, subject), own, Path(root)) for subject, own in people.items()
    )
    rows = share(jobs, len(people))
    return pd.DataFrame([row for some in progress(rows) for row in some])


def _fit(person: Sitter, own: list[Part], root: Path) -> list[dict]:
    figure = person.figure()
    return [
        {"subject": part.subject, "name": part.name, **_compare(figure, part, person.seed, root)}
        for part in own
    ]


def _compare(figure: Figure, part: Part, seed: int, root: Path) -> dict:
    truth = load_truth(truth_file(root, part.subject, part.name))
    onset, apex = paint_only(figure, part, seed)
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


def paint_only(figure: Figure, part: Part, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Onset and apex frame of a part with the paint alone, (H, W, 3) uint8 as float32."""
    show = perform(figure, part, seed, step=part.offset)
    frames = []
    for number in (part.onset, part.apex):
        at = show.numbers.tolist().index(number)
        image = radiance(figure, pose(figure, show, at), show.gaze[at], lit=False)
        frames.append(expose(image).astype(np.float32))
    return tuple(frames)
