"""Train the demo's recogniser on synthetic people, and say how well it knows others.

Up to the strain, flows of things that happen at once add. So a rendered rest, blink or nod is
laid over an expression, at another strength and in another place of the box, and a few people
give more pairs than could be rendered.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import torch
from tqdm.auto import tqdm

from mer import __version__
from mer.core.errors import MerError
from mer.core.parallel import one_thread
from mer.evaluation import calibration, metrics, scores
from mer.learning import models
from mer.video import real_people, recogniser_strangers
from mer.video.classes import CLASSES, FACE, NEUTRAL, SIZE
from mer.video.recogniser import Recogniser, encode
from mer.video.recogniser_data import FIRST_SEED, Samples, samples

PEOPLE, STEPS, BATCH, SEEDS = 60, 1000, 96, (0, 1, 2)
MODEL = "pooled"  # a prediction beside the flow must stay cheap: a third of the compact one
_FIFTH = 5  # every fifth person is kept from training
_LR, _WEIGHT_DECAY = 2e-3, 0.02
_NEUTRAL_SHARE = 0.25  # of a batch; the emotions share the rest evenly
_STRENGTH = (0.5, 1.15)  # of an expression: its pair may miss the apex
_LAID_OVER, _FAINT = 0.7, 1.2  # share of pairs that a neutral is laid over, and its most
_GRAIN = 0.12  # pixels: the most that a picture's noise moves
# Some neutrals are noisier. Not all: what is free of noise would be an expression then.
_NOISY, _NOISE = 0.3, 0.5
_SHIFT, _ZOOM, _TURN = 2.0, 0.08, 4.0  # cells, share, degrees: where the box may be
_ROLL, _SWELL = 0.008, 0.008  # of the face between both frames, left by the alignment


def train(
    found: Samples, seeds=SEEDS, steps: int = STEPS, model: str = MODEL, quiet: bool = False
) -> Recogniser:
    """A recogniser trained on these samples, not yet calibrated; one network for each seed."""
    with tqdm(total=len(seeds) * steps, desc="training", disable=quiet) as bar, one_thread():
        networks = [_fit(found, seed, steps, model, bar.update) for seed in seeds]
    return Recogniser(tuple(networks), CLASSES, model)


def _fit(found: Samples, seed: int, steps: int, model: str, update) -> torch.nn.Module:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = models.build(model, len(CLASSES), 3, SIZE).train()
    optimiser = torch.optim.AdamW(network.parameters(), _LR, weight_decay=_WEIGHT_DECAY)
    course = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: 0.5 * (1 + math.cos(math.pi * step / steps))
    )
    for _ in range(steps):
        flows, labels = drawn(found, BATCH, rng)
        loss = torch.nn.functional.cross_entropy(network(encode(flows)), torch.from_numpy(labels))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        course.step()
        update()
    return network.eval()


def drawn(found: Samples, count: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """A batch: flows (count, 48, 48, 2) float32, varied, and the positions of their classes."""
    rows = {word: np.flatnonzero(found.words == word) for word in CLASSES}
    even = (1 - _NEUTRAL_SHARE) / (len(CLASSES) - 1)
    labels = rng.choice(len(CLASSES), count, p=[_NEUTRAL_SHARE, *[even] * (len(CLASSES) - 1)])
    flows = [
        _varied(found.flows, rows[CLASSES[label]], rows[NEUTRAL], label == 0, rng)
        for label in labels
    ]
    return np.stack(flows), labels


def _varied(
    flows: np.ndarray, own: np.ndarray, neutral: np.ndarray, at_rest: bool, rng
) -> np.ndarray:
    """One flow of a class with another neutral laid over it, moved, perhaps mirrored."""
    # What is no expression is none the other way about; an expression that ends is another.
    strength = rng.uniform(-_FAINT, _FAINT) if at_rest else rng.uniform(*_STRENGTH)
    field = strength * flows[rng.choice(own)]
    if rng.random() < _LAID_OVER:
        field = field + rng.uniform(-_FAINT, _FAINT) * flows[rng.choice(neutral)]
    field = _seen(field, _NOISE if at_rest and rng.random() < _NOISY else _GRAIN, rng)
    if rng.random() < 0.5:
        field = field[:, ::-1] * np.float32([-1, 1])
    return field


def _seen(field: np.ndarray, grain: float, rng) -> np.ndarray:
    """A flow in a box that lies elsewhere, less well aligned, and with a picture's noise."""
    return moved(field, rng) + _left_by_alignment(rng) + _grain(grain, rng)


def worn(found: Samples, times: int = 3, seed: int = 0) -> Samples:
    """Each sample `times` times, weaker or stronger, and seen through two boxes: harder to read
    than what the networks learned from."""
    rng = np.random.default_rng(seed)
    rows = np.tile(np.arange(len(found.words)), times)
    flows = [
        _seen(_seen(rng.uniform(*_STRENGTH) * found.flows[row], _GRAIN, rng), _GRAIN, rng)
        for row in rows
    ]
    return replace(found.part(rows), flows=np.float32(flows))


def moved(field: np.ndarray, rng) -> np.ndarray:
    """The same motion in a box that lies elsewhere; what moves turns and grows with it."""
    middle = (SIZE - 1) / 2
    place = cv2.getRotationMatrix2D(
        (middle, middle), rng.normal(0, _TURN), np.exp(rng.normal(0, _ZOOM))
    )
    turn = np.float32(place[:, :2])
    place[:, 2] += rng.normal(0, _SHIFT, 2)
    return cv2.warpAffine(field, place, (SIZE, SIZE), borderMode=cv2.BORDER_REPLICATE) @ turn.T


def _left_by_alignment(rng) -> np.ndarray:
    """A small turn and growth of the whole face, (48, 48, 2) in pixels of a face of 224."""
    roll, swell = rng.normal(0, _ROLL), rng.normal(0, _SWELL)
    y, x = (np.mgrid[:SIZE, :SIZE] - (SIZE - 1) / 2) * FACE / SIZE
    return np.dstack([swell * x - roll * y, roll * x + swell * y]).astype(np.float32)


def _grain(most: float, rng) -> np.ndarray:
    """What flow makes of a picture's noise, (48, 48, 2) in pixels, up to `most` in the mean."""
    field = rng.standard_normal((SIZE, SIZE, 2), np.float32)
    field = cv2.GaussianBlur(field, (0, 0), rng.uniform(1, 4))
    return field * np.float32(rng.uniform(0, most) / field.std())


def make(
    folder: Path | str, people: int = PEOPLE, quiet: bool = False
) -> tuple[Recogniser, Samples]:
    """Render samples into `folder` and train on four people of five.

    Returns the recogniser, its card filled in, and the samples of the others, whom nothing has
    seen: the temperature is fitted on people of another film (`recogniser_strangers`).
    """
    if people < _FIFTH:
        raise MerError(
            f"{people} people for the recogniser: ask for {_FIFTH} or more, every "
            f"{_FIFTH}th is kept for validation."
        )
    known, strangers = split(samples(folder, people, quiet=quiet))
    others = recogniser_strangers.strangers(folder, quiet=quiet)
    recogniser = calibrated(train(known, quiet=quiet), worn(others))
    accuracy = metrics.evaluate(scored(recogniser, strangers))[0]
    card = {
        "trained on": f"{len(known.words)} pairs of {len(set(known.people))} synthetic "
        f"people, casts from seed {FIRST_SEED}; no real face",
        "accuracy on strangers": f"{accuracy.text('.3f')}, n = {accuracy.n}",
        "strangers": f"{len(set(strangers.people))} synthetic people of the same kind",
        "calibrated on": f"{len(others.words)} micro-expressions of {len(set(others.people))} "
        "other synthetic people, worn",
        "real faces": real_people.score(recogniser),
        "mer": __version__,
    }
    return replace(recogniser, card=card), strangers


def split(found: Samples) -> tuple[Samples, Samples]:
    """Those of the people who are trained on, and those of every fifth person."""
    people, of = np.unique(found.people, return_inverse=True)
    kept = np.isin(of, np.arange(len(people))[_FIFTH - 1 :: _FIFTH])
    return found.part(np.flatnonzero(~kept)), found.part(np.flatnonzero(kept))


def calibrated(recogniser: Recogniser, found: Samples) -> Recogniser:
    """The recogniser with the temperature that fits these samples, of people it was not trained
    on."""
    plain = replace(recogniser, temperature=1.0)
    return replace(recogniser, temperature=calibration.temperature(scored(plain, found)))


def scored(recogniser: Recogniser, found: Samples, protocol: str = "strangers") -> pd.DataFrame:
    """The score table of samples (`mer.evaluation.scores`), one row a pair, with its `kind`."""
    probabilities = pd.DataFrame(
        recogniser.predict_proba_of_flows(found.flows),
        columns=[f"p_{word}" for word in recogniser.classes],
    )
    head = pd.DataFrame(
        {
            "source": "synthetic",
            "database": "takes",
            "subject": found.people,
            "name": [f"{index:05d}" for index in range(len(found.words))],
            "emotion": found.words,
            "kind": found.kinds,
            "model": "recogniser",
            "protocol": protocol,
            "fold": "all",
            "seed": 0,
            "split": "test",
        }
    )
    return pd.concat([head, probabilities], axis=1)


def account(recogniser: Recogniser, found: Samples) -> str:
    """How the recogniser fares with samples, as text: metrics with intervals over people, the share
    that is right of each kind, and who is taken for whom (rows: the truth)."""
    table = scored(recogniser, found)
    lines = [f"{len(table)} pairs of {table.subject.nunique()} people"]
    lines += [record.phrase() for record in metrics.evaluate(table)]
    for kind, right in scores.right(table).groupby(table.kind):
        lines.append(f"{kind}: {right.mean():.3f} of {len(right)}")
    return "\n".join([*lines, "", metrics.confusion(table).astype(int).to_string()])
