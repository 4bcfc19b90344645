"""Small data for the exercises, made up in a moment: nobody has to wait for a run.

Nothing here looks like a face. Each function keeps one property of the study's data, the one that
its exercise is about.
"""

from __future__ import annotations

import cv2
import numpy as np
import pandas as pd

from mer.evaluation import scores
from mer.preprocessing import flow

EMOTIONS = ("disgust", "happiness", "surprise")


def table(seed: int = 0, people: int = 12) -> pd.DataFrame:
    """Who showed what: people with habits, and with one to nine sequences each.

    Returns
    -------
    DataFrame
        One row a sequence: subject, emotion.

    Examples
    --------
    >>> from mer.study.course import made_up
    >>> list(made_up.table().columns)
    ['subject', 'emotion']
    """
    draw = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        habit = draw.integers(len(EMOTIONS))
        for _ in range(draw.integers(1, 10)):
            shown = habit if draw.random() < 0.6 else draw.integers(len(EMOTIONS))
            rows.append((f"sub{person + 1:02d}", EMOTIONS[shown]))
    return pd.DataFrame(rows, columns=["subject", "emotion"])


def texture(seed: int = 0, size: int = 64) -> np.ndarray:
    """(size, size) uint8: soft blobs, in which a flow finds its way as well as on skin."""
    noise = np.random.default_rng(seed).normal(size=(size, size))
    soft = cv2.GaussianBlur(noise, (0, 0), 1.5)
    return np.clip(128 + 40 * soft / soft.std(), 0, 255).astype(np.uint8)


def bump(size: int = 64, pixels: float = 2.0) -> np.ndarray:
    """(size, size, 2) float32: to the left and up at the lower left, at rest elsewhere."""
    y, x = np.indices((size, size)) / size
    weight = np.exp(-(((x - 0.3) / 0.15) ** 2) - ((y - 0.7) / 0.15) ** 2)
    return (pixels * weight[..., None] * np.array([-0.8, -0.6])).astype(np.float32)


def pair(seed: int = 0, pixels: float = 2.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Onset, apex (64, 64) uint8 and the true flow (64, 64, 2) between them.

    Examples
    --------
    >>> from mer.study.course import made_up
    >>> onset, apex, truth = made_up.pair()
    >>> onset.shape, truth.shape
    ((64, 64), (64, 64, 2))
    """
    onset, truth = texture(seed), bump(pixels=pixels)
    return onset, flow.magnify(onset, truth, 1.0), truth


def clip(seed: int = 0, apex: int = 7, flash: int = 15, frames: int = 21) -> np.ndarray:
    """(frames, 64, 64) uint8: a motion that is strongest at `apex`, and a lamp that flares up at
    the frame `flash`.

    Examples
    --------
    >>> from mer.study.course import made_up
    >>> made_up.clip().shape
    (21, 64, 64)
    """
    skin, motion = texture(seed), bump(pixels=1.5)
    strength = np.interp(np.arange(frames), [0, apex, frames - 1], [0, 1, 0])
    shown = np.stack([flow.magnify(skin, motion, float(part)) for part in strength]).astype(float)
    shown[flash] *= 1.15
    return np.clip(shown, 0, 255).astype(np.uint8)


def answers(model: str, skill: float, seed: int = 0, people: int = 12) -> pd.DataFrame:
    """A score table of `table(0, people)`: right with the share `skill`.

    How hard a sequence is does not depend on `seed`, so that models err on much the same ones.

    Examples
    --------
    >>> from mer.study.course import made_up
    >>> len(made_up.answers("flow", 0.7)) == len(made_up.table())
    True
    """
    shown = table(0, people)
    hard = np.random.default_rng(99).random(len(shown))
    draw = np.random.default_rng(seed)
    right = hard + draw.normal(0, 0.1, len(shown)) < skill
    truth = shown.emotion.map(EMOTIONS.index).to_numpy()
    said = np.where(right, truth, (truth + draw.integers(1, len(EMOTIONS), len(shown))) % 3)
    sure = np.full((len(shown), len(EMOTIONS)), 0.15)
    sure[np.arange(len(shown)), said] = 0.7
    number = shown.groupby("subject").cumcount().astype(str)
    fixed = {"source": "made up", "database": "", "model": model, "protocol": "loso", "seed": 0}
    keys = {**fixed, "name": number, "fold": shown.subject, "split": "test"}
    columns = dict(zip([f"p_{emotion}" for emotion in EMOTIONS], sure.T))
    return shown.assign(**keys)[scores.KEYS].assign(**columns)


def portraits(seed: int = 0, people: int = 12, each: int = 8):
    """Pictures that show who it is and nothing else, of people who have a habit.

    Returns
    -------
    x : (N, 16) array
        A pattern of the person, with noise.
    emotions, subjects : (N,) arrays of str

    Examples
    --------
    >>> from mer.study.course import made_up
    >>> x, emotions, subjects = made_up.portraits()
    >>> x.shape, len(set(subjects))
    ((96, 16), 12)
    """
    draw = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), each)
    looks = draw.normal(size=(people, 16))
    habit = draw.integers(len(EMOTIONS), size=people)
    shown = np.where(
        draw.random(len(person)) < 0.8, habit[person], draw.integers(3, size=len(person))
    )
    x = looks[person] + draw.normal(0, 0.3, (len(person), 16))
    return x, np.array(EMOTIONS)[shown], np.array([f"sub{p + 1:02d}" for p in person])
