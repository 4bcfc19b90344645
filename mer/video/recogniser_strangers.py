"""Who settles how sure the recogniser is: people whom it never saw, in another kind of film.

The samples' own strangers act in the same takes as those who were learned from, and half of what
they show is easy: rest, blinks, full-blown expressions. A temperature that fits them is too sure
of the micro-expressions of anybody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from joblib import delayed

from mer.core import cache
from mer.people import roles
from mer.people.body.figure import Sitter
from mer.people.rng import stream
from mer.people.roles import Role
from mer.preprocessing import flow
from mer.video.classes import SIZE
from mer.video.recogniser_data import Samples, aligned_faces, recorded

PEOPLE, PAIRS = 10, 10  # of each person, the five emotions in turn


def strangers(folder: Path | str, people: int = PEOPLE, quiet: bool = False) -> Samples:
    """Micro-expressions, from onset to apex, of `people` who are in no take.

    Each person's flows are kept in `folder`, and those found there are not made again.
    """
    crowd = roles.crowd("examination", people, PAIRS)
    made = cache.kept(
        cache.numbered(folder, cache.key(__name__, cache.RENDERING, pairs=PAIRS), people),
        lambda missing: _jobs(crowd, missing),
        "strangers",
        quiet=quiet,
    )
    flows, words, of = (np.concatenate([one[part] for one in made]) for part in _KEPT)
    return Samples(flows.astype(np.float32), words, np.repeat("micro", len(words)), of)


_KEPT = ("flows", "words", "people")


def _jobs(crowd: list[Role], missing: list[int]) -> Iterator:
    """Made one by one, as workers ask for them."""
    return (delayed(_film)(crowd[index], crowd[index].sitter()) for index in missing)


def _film(role: Role, person: Sitter) -> dict:
    """Render one person's pairs and compute their flows; runs in a worker."""
    rng, flows, words = stream(role.seed, role.subject, "camera"), [], []
    for part, frames in roles.frames(role, person):
        pair = [cv2.imdecode(frames[at], cv2.IMREAD_COLOR) for at in (part.onset, part.apex)]
        aligned = aligned_faces(*recorded(np.stack(pair), rng))
        if aligned is not None:
            flows.append(flow.averaged(*aligned, SIZE))
            words.append(part.emotion)
    return {"flows": np.float16(flows), "words": words, "people": [role.name] * len(words)}
