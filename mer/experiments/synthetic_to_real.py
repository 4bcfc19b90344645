"""From synthetic people to real ones: pictures in MEGC2019's form, and a network that is trained
on them alone and scored on the published flows.

How the pictures are taken (crop, camera, flow, resizing) was fitted to statistics of the real
pictures that hold no label: where motion lies, how much is at rest, power spectrum, correlation
of neighbouring pixels.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import torch
from joblib import Parallel, delayed
from tqdm.auto import tqdm

from mer.core.errors import BadData
from mer.core.files import atomic
from mer.core.parallel import one_thread, share, workers
from mer.datasets.base import Sequence
from mer.datasets.megc2019 import SIZE, Megc2019
from mer.evaluation.protocols import Fold
from mer.learning import cross_validation, models, training
from mer.learning.inputs import Inputs, concat, evened, mirror, normalise, published_flow_inputs
from mer.learning.training import Recipe
from mer.people import crowd
from mer.people.rng import stream
from mer.preprocessing import flow
from mer.preprocessing.tvl1 import tv_l1

# The classes of MEGC2019, in its order, and the study's emotions in each.
EMOTIONS = {"negative": ("disgust", "repression", "sadness"), "positive": ("happiness",),
            "surprise": ("surprise",)}  # fmt: skip
PEOPLE, PAIRS, TAKES = 52, 24, 2
PROTOCOL = "synthetic-to-real"
RECIPE = Recipe(
    "compact",
    "synthetic people only",
    30,
    lr=1e-3,
    weight_decay=0.01,
    optimiser="adamw",
    schedule="cosine",
)

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
    folder = Path(folder)
    files = {
        index: folder / f"{_fingerprint(pairs, takes, seed)}-{index:04d}.npz"
        for index in range(people)
    }
    missing = [index for index, file in files.items() if not file.exists()]
    if missing:
        _render(files, missing, people, pairs, takes, seed, quiet)
    found = [_load(file) for file in files.values()]
    return Pictures(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _render(files, missing, people, pairs, takes, seed, quiet) -> None:
    cast = crowd.cast_of(people, seed)
    jobs = (delayed(_take_person)(files[index], cast[index], pairs, takes) for index in missing)
    with tqdm(total=len(missing), desc="pairs", unit="person", disable=quiet) as bar:
        for _ in share(jobs, len(missing), ordered=False):
            bar.update()


def _take_person(file: Path, person, pairs: int, takes: int) -> None:
    """Render one person's pairs, and keep their pictures; runs in a worker."""
    groups = tuple(EMOTIONS.values())
    images, labels, subjects = [], [], []
    with one_thread():
        for shot in crowd.shots(person, groups, pairs):
            rng = stream(person.seed, shot.subject, shot.name, "camera")
            images += [take(shot, rng) for _ in range(takes)]
            labels += [next(i for i, group in enumerate(groups) if shot.emotion in group)] * takes
            subjects += [shot.subject] * takes
    with atomic(file) as draft:
        np.savez_compressed(
            draft, images=np.stack(images), labels=np.array(labels), subjects=np.array(subjects)
        )


def take(shot: crowd.Shot, rng: np.random.Generator) -> np.ndarray:
    """One recording of a pair in MEGC2019's form, (28, 28, 3) uint8: crop, camera, flow."""
    frames = _through_camera(_crop(shot, rng), rng)
    return published_form(tv_l1(*frames))


def published_form(field: np.ndarray) -> np.ndarray:
    """A flow of a face crop, (H, W, 2), as MEGC2019 stores it: u, v and strain, averaged to
    28 x 28 and each scaled from its least to its greatest value, uint8."""
    whole = np.dstack([field, flow.strain(field)])
    small = cv2.resize(whole, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    low, high = small.min((0, 1)), small.max((0, 1))
    return (255 * (small - low) / np.maximum(high - low, 1e-9)).round().astype(np.uint8)


def _crop(shot: crowd.Shot, rng) -> list[np.ndarray]:
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


def _through_camera(crops: list[np.ndarray], rng) -> list[np.ndarray]:
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


def score(
    made: Pictures,
    source: Megc2019,
    sequences: list[Sequence],
    seeds: list[int],
    parts: Path,
    recipe: Recipe = RECIPE,
    quiet: bool = False,
) -> pd.DataFrame:
    """Train on the pictures alone, score the real `sequences`: one row a sequence and seed.

    The score table has the protocol "synthetic-to-real"; finished trainings are kept in `parts`,
    as `cross_validation.cross_validate` does.
    """
    strangers = [
        Sequence(
            source="synthetic", subject=subject, name=str(index), emotion=source.classes[label]
        )
        for index, (label, subject) in enumerate(zip(made.labels, made.subjects))
    ]
    images = [np.float32(image) / np.float32(255) for image in made.images]
    images += [source.flow(sequence) for sequence in sequences]
    data = published_flow_inputs(images, [*strangers, *sequences], source.classes)
    whole = np.arange(len(data.labels))
    fold = Fold(PROTOCOL, "all", whole[: len(strangers)], whole[len(strangers) :])
    return cross_validation.cross_validate(recipe, data, [fold], seeds, parts, quiet)


def _load(file: Path) -> tuple[np.ndarray, ...]:
    try:
        with np.load(file, allow_pickle=False) as kept:
            return tuple(kept[name] for name in ("images", "labels", "subjects"))
    except Exception as error:  # zipfile, zlib, OS and key errors alike mean a damaged file
        raise BadData(
            f"{file}: no readable pictures ({error}). Delete this file and ask for them again."
        ) from error


def _fingerprint(pairs: int, takes: int, seed: int) -> str:
    """Changes with what is asked for and with the code that makes it."""
    digest = hashlib.sha256(repr((pairs, takes, seed)).encode())
    here = Path(__file__).resolve().parents[1]
    for path in sorted(here.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@dataclass(frozen=True)
class Start:
    """A trained network's weights (a state_dict), and the CPU seconds that it took."""

    weights: dict
    seconds: float


def synthetic_inputs(made: Pictures, classes: tuple[str, ...]) -> Inputs:
    """Pictures of synthetic people in the form that notebook 10 gives the real ones."""
    shown = [
        Sequence(source="synthetic", subject=subject, name=str(index), emotion=classes[label])
        for index, (label, subject) in enumerate(zip(made.labels, made.subjects))
    ]
    images = [np.float32(image) / np.float32(255) for image in made.images]
    return evened(published_flow_inputs(images, shown, classes))


def pretrain(recipe: Recipe, drawn: Inputs, seeds: list[int], parts: Path) -> dict[int, Start]:
    """One network for each seed, trained on all of `drawn`; `parts` keeps the finished ones."""
    base = cross_validation.fingerprint(recipe, drawn)[:16]
    files = {seed: Path(parts) / f"start-{base}-{seed}.pt" for seed in seeds}
    missing = [seed for seed in seeds if not files[seed].exists()]
    Parallel(n_jobs=1 if torch.cuda.is_available() else workers(len(missing)))(
        delayed(_pretrain)(recipe, drawn, seed, files[seed]) for seed in missing
    )
    return {seed: Start(**torch.load(file, weights_only=True)) for seed, file in files.items()}


def _pretrain(recipe: Recipe, drawn: Inputs, seed: int, file: Path) -> None:
    with one_thread(), training.repeatable():
        whole, begin = np.arange(len(drawn)), time.process_time()
        network = training.fit(recipe, normalise(drawn, whole), whole, seed).network.cpu()
        seconds = time.process_time() - begin
    with atomic(file) as draft:
        torch.save({"weights": network.state_dict(), "seconds": seconds}, draft)


def score_pretrained(
    recipe: Recipe, starts: dict[int, Start], drawn: Inputs, real: Inputs
) -> pd.DataFrame:
    """Score table of real flows, by networks that never saw one; `seconds` is their training's.

    Real flows are scaled as the synthetic ones were in training. A score is the mean over a
    sequence and its mirror image.
    """
    x = normalise(concat(drawn, real), np.arange(len(drawn))).x[len(drawn) :]
    fold = Fold(PROTOCOL, "all", np.arange(0), np.arange(len(real)))
    tables = []
    for seed, start in starts.items():
        network = models.build(recipe.model, len(real.classes), x.shape[1], real.size)
        network.load_state_dict(start.weights)
        network = network.to(training.device()).eval()
        probabilities = np.mean(
            [training.predict(network, view) for view in (x, mirror(x, real.kind))], 0
        )
        table = cross_validation.score_rows(
            real, fold.test, probabilities, recipe.label, fold, seed, "test"
        )
        tables.append(table.assign(seconds=round(start.seconds, 3)))
    return pd.concat(tables, ignore_index=True)


def in_folds(table: pd.DataFrame, folds: list[Fold], inputs: Inputs) -> pd.DataFrame:
    """The rows of a table that no real person shaped, as rows of these folds' test parts.

    A network that saw nobody is the same network in every fold; so dealt, its rows can be
    averaged with those of networks that differ from fold to fold. A sequence that is tested in
    several folds (inner folds) gets a row in each.
    """
    place = {(s.subject, s.name): i for i, s in enumerate(inputs.sequences)}
    key = np.array([place[pair] for pair in zip(table.subject, table["name"])])
    dealt = []
    for fold in folds:
        dealt.append(table[np.isin(key, fold.test)].assign(protocol=fold.protocol, fold=fold.name))
    return pd.concat(dealt, ignore_index=True)
