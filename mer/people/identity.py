"""Who a synthetic person is: shape, colours, style, and a personal way of moving the face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer.core.errors import MerError
from mer.people.casme2_statistics import COUNTS
from mer.people.rng import stream

# Skin from light to dark, sRGB; people are spread evenly over the scale.
_SKIN = np.array([
    [236, 201, 180], [229, 188, 161], [217, 171, 140], [198, 149, 115],
    [171, 121, 89], [139, 94, 67], [108, 71, 51], [82, 54, 40],
]) / 255.0  # fmt: skip
# Hair from black to fair, with a reddish row beside it, sRGB.
_HAIR = np.array([
    [26, 22, 21], [40, 31, 27], [62, 45, 35], [92, 67, 48], [130, 98, 66], [172, 138, 94],
]) / 255.0  # fmt: skip
_AUBURN = np.array([132, 70, 40]) / 255.0
_GREY = np.array([148, 144, 140]) / 255.0
# Eyes from dark brown to blue, sRGB.
_IRIS = np.array([
    [62, 40, 26], [88, 58, 34], [112, 90, 52], [98, 118, 94], [100, 130, 154],
]) / 255.0  # fmt: skip

# Local changes of the model that tell faces apart, with the largest strength of each.
_CHANGES = {
    "l-cheek-bones-incr": 0.6, "l-cheek-volume-incr": 0.7, "l-cheek-inner-incr": 0.5,
    "l-cheek-trans-up": 0.4, "chin-height-incr": 0.4, "chin-prominent-incr": 0.6,
    "chin-width-incr": 0.8, "chin-bones-incr": 0.6, "chin-jaw-drop-incr": 0.4,
    "chin-cleft-incr": 0.5, "eyebrows-angle-up": 0.6, "eyebrows-trans-up": 0.4,
    "eyebrows-trans-forward": 0.5, "l-eye-corner1-up": 0.4, "l-eye-corner2-up": 0.55,
    "l-eye-height2-incr": 0.4, "l-eye-eyefold-up": 0.5, "l-eye-trans-out": 0.35,
    "l-eye-bag-incr": 0.5, "l-eye-scale-incr": 0.3, "forehead-temple-incr": 0.6,
    "forehead-trans-forward": 0.4, "forehead-nubian-incr": 0.4, "forehead-scale-vert-incr": 0.3,
    "head-fat-incr": 0.6, "head-scale-horiz-incr": 0.45, "head-scale-vert-incr": 0.3,
    "mouth-scale-horiz-incr": 0.5, "mouth-lowerlip-volume-incr": 0.6,
    "mouth-upperlip-volume-incr": 0.6, "mouth-cupidsbow-incr": 0.6, "mouth-trans-up": 0.2,
    "mouth-philtrum-volume-incr": 0.4, "mouth-laugh-lines-out": 0.4,
    "nose-scale-horiz-incr": 0.5, "nose-scale-vert-incr": 0.5, "nose-scale-depth-incr": 0.4,
    "nose-hump-incr": 0.45, "nose-point-up": 0.35, "nose-point-width-incr": 0.5,
    "nose-width1-incr": 0.4, "nose-width2-incr": 0.5, "nose-nostrils-width-incr": 0.5,
    "nose-flaring-incr": 0.4, "nose-curve-convex": 0.5, "nose-volume-incr": 0.4,
    "nose-greek-incr": 0.3, "nose-trans-up": 0.3, "l-ear-scale-incr": 0.4,
    "l-ear-lobe-incr": 0.5, "neck-scale-horiz-incr": 0.3,
}  # fmt: skip

WOMEN_HAIR = ("long", "fringe", "bob", "tied", "curly", "afro", "parted", "crop")
MEN_HAIR = ("short", "parted", "fringe", "swept", "curly", "buzz", "receding", "bald")
BEARDS = ("none", "stubble", "none", "short", "none", "stubble", "goatee", "none", "moustache")
FRAMES = ("round", "square", "oval", "browline", "thin")
_GLASSES = 5  # people of a cast who wear them
_OLDEST, _YOUNGEST = 40, 18


@dataclass(frozen=True)
class Identity:
    """A person. Colours are sRGB, 0 to 1; lengths of hair and brows in millimetres.

    `age` in years, `tone` the place on the scale of skins from 0, light, to 1. `hairstyle` is
    one of WOMEN_HAIR or MEN_HAIR, `beard` of BEARDS, `glasses` of FRAMES or "none"; `make_up`,
    `redness` and `freckles` are strengths from 0 to 1.
    """

    subject: str
    phenotypes: dict[str, float]
    changes: dict[str, float]
    female: bool
    age: float
    tone: float
    skin: np.ndarray
    hair: np.ndarray
    iris: np.ndarray
    lips: np.ndarray
    redness: float
    freckles: float
    hairstyle: str
    hairline: float
    hair_volume: float
    brow_height: float
    brow_thickness: float
    brow_arch: float
    beard: str
    glasses: str
    make_up: float
    top: np.ndarray
    strength: float
    asymmetry: float
    framing: tuple[float, float, float]


def identity(seed: int, subject: str) -> Identity:
    """The person called `subject`: always the same one for the same seed.

    Tones, sexes, ages and styles are dealt over all 26 people rather than drawn one by one, so
    that every cast covers the whole human range. An unknown subject is a `MerError`.
    """
    people = list(COUNTS)
    if subject not in people:
        raise MerError(f"no synthetic person is called {subject!r}; there are sub01 to sub26")
    place = people.index(subject)
    dealt = {
        what: _spread(seed, what)[place] for what in ("tone", "sex", "age", "glasses", "make-up")
    }
    tone = (dealt["tone"] + stream(seed, subject, "tone").random()) / len(people)
    years = (dealt["age"] + stream(seed, subject, "age").random()) / len(people)
    female = bool(dealt["sex"] % 2)
    rng = stream(seed, subject, "identity")
    looks = stream(seed, subject, "looks")
    dark = float(np.clip(tone * rng.uniform(0.9, 1.2), 0, 1))
    skin = _scale(_SKIN, tone) * rng.uniform([0.98, 0.975, 0.96], [1.02, 1.015, 1.03])
    style = _deal(seed, "style", place, WOMEN_HAIR if female else MEN_HAIR)
    if style == "afro" and tone < 0.45:
        style = "long"
    beard = "none" if female else _deal(seed, "beard", place, BEARDS)
    if style == "bald" and beard == "short":  # with glasses, too little face for a detector
        beard = "stubble"
    return Identity(
        subject=subject,
        phenotypes=_phenotypes(rng, tone, years, female),
        changes=_changes(rng, female),
        female=female,
        age=_YOUNGEST + years * (_OLDEST - _YOUNGEST),
        tone=float(tone),
        skin=skin,
        hair=_hair_colour(looks, dark, years),
        iris=_scale(_IRIS, rng.random() * max(0.0, 1 - 2.2 * dark)),
        lips=_lip_colour(looks, skin, tone, female and dealt["make-up"] % 3 == 0),
        redness=rng.uniform(0.3, 1.0) * (1 - 0.5 * dark),
        freckles=max(0.0, rng.random() ** 2 * (1 - 1.6 * dark)),
        hairstyle=style,
        hairline=rng.uniform(-3, 6) + 2 * female,
        hair_volume=rng.uniform(0.8, 1.25),
        brow_height=rng.uniform(-1.0, 1.5),
        brow_thickness=rng.uniform(1.5, 2.4) if female else rng.uniform(2.3, 3.5),
        brow_arch=rng.uniform(0.5, 1.3) + 0.4 * female,
        beard=beard,
        glasses=FRAMES[dealt["glasses"]] if dealt["glasses"] < _GLASSES else "none",
        make_up=float(looks.uniform(0.4, 1.0)) if female and dealt["make-up"] % 3 == 0 else 0.0,
        top=_scale(_CLOTH, looks.random()) * looks.uniform(0.8, 1.1),
        strength=rng.uniform(0.7, 1.3),
        asymmetry=rng.uniform(-0.2, 0.2),
        framing=tuple(rng.uniform([0.91, -4, -4], [0.99, 4, 4])),
    )


# Clothes: white, denim, navy, charcoal, wine, olive, sand, sRGB.
_CLOTH = np.array([
    [214, 212, 206], [94, 116, 142], [44, 54, 78], [58, 58, 62], [112, 52, 58], [92, 98, 72],
    [178, 160, 136],
]) / 255.0  # fmt: skip


def _spread(seed: int, what: str) -> np.ndarray:
    return stream(seed, "cast", what).permutation(len(COUNTS))


def _deal(seed: int, what: str, place: int, choices: tuple[str, ...]) -> str:
    """Choices dealt round among the people of one sex, in random order."""
    sexes, order = _spread(seed, "sex") % 2, _spread(seed, what)
    rank = int((order[sexes == sexes[place]] < order[place]).sum())
    return choices[rank % len(choices)]


def _scale(colours: np.ndarray, position: float) -> np.ndarray:
    grid = np.linspace(0, 1, len(colours))
    return np.array([np.interp(position, grid, channel) for channel in colours.T])


def _hair_colour(rng, dark: float, years: float) -> np.ndarray:
    """Black to fair among light skins, now and then auburn, with a touch of grey towards 40."""
    colour = _scale(_HAIR, rng.random() * max(0.0, 1 - 1.7 * dark))
    if rng.random() < 0.25 - 0.5 * dark:
        colour = colour + 0.7 * (_AUBURN - colour)
    grey = 0.28 * rng.random() * max(0.0, years - 0.75) / 0.25
    return colour + grey * (_GREY - colour)


def _lip_colour(rng, skin: np.ndarray, tone: float, painted: bool) -> np.ndarray:
    """Redder than the skin, browner for dark skins; lipstick for some."""
    natural = skin * rng.uniform([0.86, 0.64, 0.64], [0.92, 0.74, 0.74]) + [0.02, 0, 0.015]
    if not painted:
        return natural
    stick = rng.uniform([0.52, 0.16, 0.20], [0.74, 0.32, 0.34]) * (1.0 - 0.25 * tone)
    return natural + rng.uniform(0.25, 0.55) * (stick - natural)


def _phenotypes(rng, tone: float, years: float, female: bool) -> dict[str, float]:
    african = float(np.clip((tone - 0.45) * 2 + rng.normal(0, 0.15), 0, 1))
    asian = (1 - african) * float(rng.beta(0.6, 0.6))
    return {
        "gender": rng.uniform(0.78, 1.0) if female else rng.uniform(0.0, 0.22),
        "age": 0.61 + 0.19 * years,
        "muscle": rng.uniform(0.35, 0.65),
        "weight": rng.uniform(0.25, 0.8),
        "african": african,
        "asian": asian,
        "caucasian": max(1 - african - asian, 1e-3),
    }


# Where the middle of a change is not the model's: ears a little smaller, women's chins narrower.
_MIDDLE = {
    "l-ear-scale-incr": -0.35,
    "head-scale-horiz-incr": -0.1,
    "nose-point-up": 0.1,
    "l-eye-height2-incr": -0.15,
}
_MIDDLE_WOMEN = {
    "chin-width-incr": -0.3,
    "chin-jaw-drop-incr": -0.15,
    "l-eye-scale-incr": 0.12,
    "neck-scale-horiz-incr": -0.3,
    "chin-bones-incr": -0.2,
}


def _changes(rng, female: bool) -> dict[str, float]:
    """Random local changes; paired ones act on both sides, nearly alike."""
    changes = {}
    middle = {**_MIDDLE, **(_MIDDLE_WOMEN if female else {})}
    for name, most in _CHANGES.items():
        value = middle.get(name, 0.0) + most * rng.uniform(-1, 1)
        changes[name] = value
        if name.startswith("l-"):
            changes["r-" + name[2:]] = value + most * rng.normal(0, 0.06)
    return changes
