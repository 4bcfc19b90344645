"""Action Units -> facial actions of the parametric head (their names are ARKit's).

The Facial Action Coding System (Ekman, Friesen and Hager, 2002) numbers visible movements;
`L12` is its unilateral form on the person's left side.
"""

from __future__ import annotations

import re

from mer.core.errors import MerError
from mer.people.rng import stream

# Unit -> its actions and their share. A name ending in "*" has a Left and a Right form.
_UNITS: dict[str, dict[str, float]] = {
    "1": {"browInnerUp": 1.0},  # inner brow raiser
    "2": {"browOuterUp*": 1.0},  # outer brow raiser
    "4": {"browDown*": 1.0},  # brow lowerer
    "5": {"eyeWide*": 1.0},  # upper lid raiser
    "6": {"cheekSquint*": 1.0},  # cheek raiser
    "7": {"eyeSquint*": 1.0},  # lid tightener
    "9": {"noseSneer*": 1.0},  # nose wrinkler
    "10": {"mouthUpperUp*": 1.0},  # upper lip raiser
    "12": {"mouthSmile*": 1.0},  # lip corner puller
    "14": {"mouthDimple*": 1.0},  # dimpler
    "15": {"mouthFrown*": 1.0},  # lip corner depressor
    "16": {"mouthLowerDown*": 1.0},  # lower lip depressor
    "17": {"mouthShrugLower": 1.0, "mouthShrugUpper": 0.3},  # chin raiser
    "18": {"mouthPucker": 1.0},  # lip pucker
    "20": {"mouthStretch*": 1.0},  # lip stretcher
    "24": {"mouthPress*": 1.0},  # lip pressor
    "25": {"mouthLowerDown*": 1.0, "mouthUpperUp*": 0.5},  # lips part
    "26": {"jawOpen": 1.0},  # jaw drop
    "38": {"nostrilDilate": 1.0},  # nostril dilator, a local change of the model's nose
    "45": {"eyeBlink*": 1.0},  # blink: no emotion's, a distractor
}

# What tends to move faintly along: muscles that lie side by side or share an attachment.
_COMPANIONS: dict[str, tuple[str, ...]] = {
    "browInnerUp": ("browOuterUp", "browDown"),
    "browOuterUp": ("browInnerUp", "eyeWide"),
    "browDown": ("eyeSquint", "noseSneer", "browInnerUp"),
    "eyeWide": ("browOuterUp",),
    "cheekSquint": ("eyeSquint", "mouthSmile", "mouthUpperUp"),
    "eyeSquint": ("cheekSquint", "browDown"),
    "noseSneer": ("mouthUpperUp", "browDown", "cheekSquint"),
    "mouthUpperUp": ("noseSneer", "cheekSquint"),
    "mouthSmile": ("mouthDimple", "cheekSquint", "mouthStretch"),
    "mouthDimple": ("mouthSmile", "mouthPress", "mouthStretch"),
    "mouthFrown": ("mouthShrugLower", "mouthStretch", "mouthDimple"),
    "mouthLowerDown": ("mouthStretch", "mouthShrugLower"),
    "mouthShrugLower": ("mouthPress", "mouthFrown", "mouthShrugUpper"),
    "mouthShrugUpper": ("mouthPress", "mouthShrugLower"),
    "mouthPress": ("mouthDimple", "mouthShrugLower"),
    "mouthPucker": ("mouthPress",),
    "mouthStretch": ("mouthDimple", "mouthFrown"),
    "jawOpen": ("mouthLowerDown",),
    "nostrilDilate": ("noseSneer",),
}

# "?" means that the coders saw a movement that they could not name: here a faint mixture.
_UNNAMED = ("4", "14", "17", "7")

SIDED = tuple(n[:-1] for shares in _UNITS.values() for n in shares if n.endswith("*"))
CENTRAL = tuple(n for shares in _UNITS.values() for n in shares if not n.endswith("*"))

# Every action with its side: the columns of the displacement table of a head.
ACTIONS = tuple(dict.fromkeys(n + side for n in SIDED + CENTRAL for side in ("Left", "Right")))


def facial_actions(action_units: str) -> dict[str, float]:
    """The sided actions of a coded string ('4+R10') and their relative strengths.

    A central action such as `browInnerUp` is split in a left and a right half, so that `L1`
    moves one side only. An unknown unit is a `MerError`.
    """
    strengths: dict[str, float] = {}
    for code in action_units.split("+"):
        match = re.fullmatch(r"([LR]?)(\d+)", code.strip())
        if not match or match[2] not in _UNITS:
            raise MerError(
                f"Action Unit {code!r} of {action_units!r} has no facial action; "
                f"known are {', '.join(_UNITS)}, each also as L and R"
            )
        sides = {"": ("Left", "Right"), "L": ("Left",), "R": ("Right",)}[match[1]]
        for name, share in _UNITS[match[2]].items():
            for side in sides:
                action = name.rstrip("*") + side
                strengths[action] = max(strengths.get(action, 0.0), share)
    return strengths


def side_of(action: str) -> str:
    """ "Left" or "Right" (the person's own)."""
    return "Left" if action.endswith("Left") else "Right"


def companions(action: str) -> tuple[str, ...]:
    """The actions, on the same side of the face, that tend to move faintly with `action`."""
    side = side_of(action)
    return tuple(name + side for name in _COMPANIONS.get(action.removesuffix(side), ()))


def shown_units(seed: int, subject: str, name: str, action_units: str) -> str:
    """What is really shown: `action_units`, or for '?' two units drawn at random."""
    if action_units != "?":
        return action_units
    return "+".join(stream(seed, subject, name, "unnamed").choice(_UNNAMED, 2, replace=False))
