"""Pictures of synthetic people in MEGC2019's form, of as many people as a question needs.

How they are taken (crop, camera, flow, resizing) was fitted to statistics of the real pictures
that hold no label: where motion lies, how much is at rest, power spectrum, correlation of
neighbouring pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from joblib import delayed

from mer.core import cache
from mer.datasets.base import Sequence
from mer.datasets.megc2019 import SIZE
from mer.people import crowd
from mer.people.body.figure import Sitter
from mer.people.rng import stream
from mer.preprocessing import flow
from mer.preprocessing.tvl1 import tv_l1

# The classes of MEGC2019, in its order, and the study's emotions in each.
EMOTIONS = {"negative": ("disgust", "repression", "sadness"), "positive": ("happiness",),
            "surprise": ("surprise",)}  # fmt: skip
PEOPLE, PAIRS, TAKES = 52, 24, 2

_CELL = 4  # pixels of the face crop that make one of the picture
_SIDE = SIZE * _CELL
# Where the published crops have the eyes: rows from the top, columns between them, and rows from
# there to the mouth, in pixels of the picture; and how much that varies.
_EYE_ROW, _EYES_APART, _EYES_TO_MOUTH = 7.5, 15.4, 12.9
_SHIFT, _ZOOM = 0.8, 0.06
# What a camera adds between the face and the picture, each drawn anew for every take: blur in
# pixels, noise in grey levels, unsteady light as a share, quality of a JPEG file.
_BLUR, _NOISE, _LIGHT, _QUALITY = (0.3, 1.5), (0.0, 1.0), 0.012, (40, 90)


@dataclass(frozen=True)
class Pictures:
    """`images` (N, 28, 28, 3) uint8 as MEGC2019 stores flows (u, v, strain), each scaled from
    its least to its greatest value; `labels` (N,) positions in `EMOTIONS`; `subjects` (N,)."""

    images: np.ndarray
    labels: np.ndarray
    subjects: np.ndarray

    def as_flows(
        self, classes: tuple[str, ...], source: str = "synthetic", prefix: str = ""
    ) -> tuple[list[np.ndarray], list[Sequence]]:
        """The pictures in [0, 1], as published flows are read, and the sequence of each."""
        sequences = [
            Sequence(source, f"{prefix}{subject}", str(index), emotion=classes[label])
            for index, (label, subject) in enumerate(zip(self.labels, self.subjects))
        ]
        return [np.float32(image) / np.float32(255) for image in self.images], sequences


def pictures(
    folder: Path,
    people: int = PEOPLE,
    pairs: int = PAIRS,
    takes: int = TAKES,
    seed: int = 0,
    quiet: bool = False,
) -> Pictures:
    """Render `pairs` onset/apex pairs of each of `people`, and take `takes` pictures of each.

    All cores work; each person's pictures are kept in `folder`, and those found there are not
    made again. The same seed gives the same pictures.
    """
    name = cache.key(__name__, cache.RENDERING, pairs=pairs, takes=takes, seed=seed)
    made = cache.kept(
        cache.numbered(folder, name, people),
        lambda missing: _jobs(missing, pairs, takes, seed),
        "pictures",
        quiet=quiet,
    )
    return Pictures(**{part: np.concatenate([one[part] for one in made]) for part in made[0]})


def _jobs(missing: list[int], pairs: int, takes: int, seed: int) -> Iterator:
    cast = crowd.cast_of(max(missing) + 1, seed)
    return (delayed(_film)(cast[index], pairs, takes) for index in missing)


def _film(person: Sitter, pairs: int, takes: int) -> dict[str, np.ndarray]:
    """The pictures of one person's pairs; runs in a worker."""
    groups = tuple(EMOTIONS.values())
    images, labels, subjects = [], [], []
    for shot in crowd.shots(person, groups, pairs):
        rng = stream(person.seed, shot.subject, shot.name, "camera")
        images += [take(shot, rng) for _ in range(takes)]
        labels += [next(i for i, group in enumerate(groups) if shot.emotion in group)] * takes
        subjects += [shot.subject] * takes
    return dict(images=np.stack(images), labels=np.array(labels), subjects=np.array(subjects))


def take(shot: crowd.Shot, rng: np.random.Generator) -> np.ndarray:
    """One recording of a pair in MEGC2019's form, (28, 28, 3) uint8: crop, camera, flow."""
    frames = through_camera(crop(shot, rng), rng)
    return published_form(tv_l1(*frames))


def published_form(field: np.ndarray) -> np.ndarray:
    """A flow of a face crop, (H, W, 2), as MEGC2019 stores it: u, v and strain, averaged to
    28 x 28 and each scaled from its least to its greatest value, uint8."""
    whole = np.dstack([field, flow.strain(field)])
    small = cv2.resize(whole, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    low, high = small.min((0, 1)), small.max((0, 1))
    return (255 * (small - low) / np.maximum(high - low, 1e-9)).round().astype(np.uint8)


def crop(shot: crowd.Shot, rng) -> list[np.ndarray]:
    """Both frames cut alike, about as the published crops are, (112, 112) float32."""
    middle = shot.eyes.mean(0)
    across = np.abs(shot.eyes[0] - shot.eyes[1]).max() / _EYES_APART
    down = (shot.mouth[1] - middle[1]) / _EYES_TO_MOUTH
    cell = np.array([across, down]) * np.exp(rng.normal(0, _ZOOM) + rng.normal(0, _ZOOM / 2, 2))
    corner = middle + (rng.normal(0, _SHIFT, 2) - [SIZE / 2, _EYE_ROW]) * cell
    step = cell / _CELL
    to_frame = np.array(
        [[step[0], 0, corner[0] + step[0] / 2 - 0.5], [0, step[1], corner[1] + step[1] / 2 - 0.5]]
    )
    return [
        cv2.warpAffine(
            frame.astype(np.float32),
            to_frame,
            (_SIDE, _SIDE),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        for frame in (shot.onset, shot.apex)
    ]


def through_camera(crops: list[np.ndarray], rng) -> list[np.ndarray]:
    """What another camera, lamp and encoder would have made of two crops, uint8."""
    blur, noise = rng.uniform(*_BLUR), rng.uniform(*_NOISE)
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(*_QUALITY))]
    patches = cv2.resize(
        rng.standard_normal((4, 4)).astype(np.float32),
        (_SIDE, _SIDE),
        interpolation=cv2.INTER_CUBIC,
    )
    lamps = (1, 1 + _LIGHT * abs(rng.normal()) * patches)
    taken = []
    for crop, lamp in zip(crops, lamps, strict=True):
        grey = lamp * cv2.GaussianBlur(crop, (0, 0), blur)
        grey = np.clip(grey + noise * rng.standard_normal(grey.shape), 0, 255).round()
        code = cv2.imencode(".jpg", grey.astype(np.uint8), quality)[1]
        taken.append(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE))
    return taken
