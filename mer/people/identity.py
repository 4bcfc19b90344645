"""Who a synthetic person is: shape, colours, and a personal way of moving the face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer.people.seeds import stream
from mer.people.statistics import COUNTS

# Skin from light to dark, sRGB; people are spread evenly over the scale.
_SKIN = np.array([
    [238, 206, 188], [228, 188, 164], [212, 168, 138], [190, 143, 110],
    [162, 115, 83], [128, 86, 60], [96, 63, 46], [70, 46, 36],
]) / 255.0  # fmt: skip
# Hair from black to fair, sRGB.
_HAIR = np.array([
    [24, 20, 19], [36, 27, 23], [58, 41, 31], [88, 62, 43], [124, 92, 62], [166, 133, 92],
]) / 255.0  # fmt: skip
# Eyes from dark brown to blue, sRGB.
_IRIS = np.array([
    [58, 36, 22], [84, 54, 30], [104, 84, 44], [88, 108, 84], [92, 122, 146],
]) / 255.0  # fmt: skip

# Local changes of the model that tell faces apart, with the largest strength of each.
_CHANGES = {
    "l-cheek-bones-incr": 0.5, "l-cheek-volume-incr": 0.6, "l-cheek-inner-incr": 0.5,
    "chin-height-incr": 0.5, "chin-prominent-incr": 0.5, "chin-width-incr": 0.6,
    "chin-bones-incr": 0.5, "chin-jaw-drop-incr": 0.4, "chin-cleft-incr": 0.4,
    "eyebrows-angle-up": 0.5, "eyebrows-trans-up": 0.4, "eyebrows-trans-forward": 0.4,
    "l-eye-corner1-up": 0.4, "l-eye-corner2-up": 0.5, "l-eye-height2-incr": 0.35,
    "l-eye-eyefold-up": 0.4, "l-eye-trans-out": 0.35, "l-eye-bag-incr": 0.5,
    "forehead-temple-incr": 0.5, "forehead-trans-forward": 0.4, "forehead-nubian-incr": 0.4,
    "head-fat-incr": 0.5, "head-scale-horiz-incr": 0.4, "head-scale-vert-incr": 0.3,
    "mouth-scale-horiz-incr": 0.5, "mouth-lowerlip-volume-incr": 0.6,
    "mouth-upperlip-volume-incr": 0.6, "mouth-cupidsbow-incr": 0.5, "mouth-angles-up": 0.15,
    "mouth-trans-up": 0.3, "mouth-philtrum-volume-incr": 0.4,
    "nose-scale-horiz-incr": 0.5, "nose-scale-vert-incr": 0.4, "nose-scale-depth-incr": 0.4,
    "nose-hump-incr": 0.6, "nose-point-up": 0.5, "nose-point-width-incr": 0.5,
    "nose-width1-incr": 0.4, "nose-width2-incr": 0.5, "nose-nostrils-width-incr": 0.5,
    "nose-flaring-incr": 0.4, "nose-curve-convex": 0.5, "nose-volume-incr": 0.4,
}  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """A person. Colours are sRGB, 0 to 1; lengths of hair and brows in millimetres."""

    subject: str
    phenotypes: dict[str, float]
    changes: dict[str, float]
    skin: np.ndarray
    hair: np.ndarray
    iris: np.ndarray
    redness: float
    freckles: float
    hairline: float
    hair_volume: float
    brow_height: float
    brow_thickness: float
    brow_arch: float
    beard: float
    strength: float
    asymmetry: float
    framing: tuple[float, float, float]


def identity(seed: int, subject: str) -> Identity:
    """The person called `subject`: always the same one for the same seed.

    Skin tones and sexes are spread over all 26 people rather than drawn one by one, so that
    every cast covers the whole human range.
    """
    people = list(COUNTS)
    place = people.index(subject)
    tone = (_spread(seed, "tone")[place] + stream(seed, subject, "tone").random()) / len(people)
    female = _spread(seed, "sex")[place] % 2
    rng = stream(seed, subject, "identity")
    dark = float(np.clip(tone * rng.uniform(0.9, 1.2), 0, 1))
    return Identity(
        subject=subject,
        phenotypes=_phenotypes(rng, tone, female),
        changes=_changes(rng),
        skin=_scale(_SKIN, tone) * rng.uniform([0.98, 0.97, 0.95], [1.02, 1.02, 1.03]),
        hair=_scale(_HAIR, rng.random() * max(0.0, 1 - 1.7 * dark)),
        iris=_scale(_IRIS, rng.random() * max(0.0, 1 - 2.2 * dark)),
        redness=rng.uniform(0.3, 1.0),
        freckles=rng.random() ** 2 * (1 - dark),
        hairline=rng.uniform(-6, 8) + 2 * female,
        hair_volume=rng.uniform(4, 10) + 4 * female,
        brow_height=rng.uniform(-1.5, 1.5),
        brow_thickness=rng.uniform(1.9, 2.6) if female else rng.uniform(2.6, 3.8),
        brow_arch=rng.uniform(0.5, 1.4) + 0.4 * female,
        beard=0.0 if female else float(np.clip(rng.uniform(-0.3, 0.8), 0, 1)),
        strength=rng.uniform(0.7, 1.3),
        asymmetry=rng.uniform(-0.2, 0.2),
        framing=tuple(rng.uniform([0.96, -4, -4], [1.03, 4, 4])),
    )


def _spread(seed: int, what: str) -> np.ndarray:
    return stream(seed, "cast", what).permutation(len(COUNTS))


def _scale(colours: np.ndarray, position: float) -> np.ndarray:
    grid = np.linspace(0, 1, len(colours))
    return np.array([np.interp(position, grid, channel) for channel in colours.T])


def _phenotypes(rng, tone: float, female: int) -> dict[str, float]:
    african = float(np.clip((tone - 0.45) * 2 + rng.normal(0, 0.15), 0, 1))
    asian = (1 - african) * float(rng.beta(0.6, 0.6))
    return {
        "gender": rng.uniform(0.75, 1.0) if female else rng.uniform(0.0, 0.25),
        "age": rng.uniform(0.62, 0.8),
        "muscle": rng.uniform(0.35, 0.65),
        "weight": rng.uniform(0.3, 0.75),
        "african": african,
        "asian": asian,
        "caucasian": max(1 - african - asian, 1e-3),
    }


def _changes(rng) -> dict[str, float]:
    """Random local changes; paired ones act on both sides, nearly alike."""
    changes = {}
    for name, most in _CHANGES.items():
        value = most * rng.uniform(-1, 1)
        changes[name] = value
        if name.startswith("l-"):
            changes["r-" + name[2:]] = value + most * rng.normal(0, 0.06)
    return changes
