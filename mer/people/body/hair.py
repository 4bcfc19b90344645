"""Hair: where it grows, how it is combed, and how far it lifts the surface of the head.

The scalp is painted with strands and lifted along its normals; fringes and long hair are locks
of their own (`mer.people.body.locks`).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mer.people.body import atlas
from mer.people.body.head import Head
from mer.people.body.painting import Painting, blend, step, tinted
from mer.people.geometry.mesh import SKIN
from mer.people.identity import Identity
from mer.people.rng import stream

# The hairline unrolled: arc around the head and height above the eyes, in millimetres.
_LINE = np.array([[0, 66], [20, 66], [40, 62], [55, 55], [68, 43], [77, 30], [84, 16], [91, 4],
                  [98, -6], [114, -8], [126, -60], [160, -80]]).T  # fmt: skip
_SIDEBURN, _LOWEST = -20.0, -34.0  # where hair ends before and behind the ears


@dataclass(frozen=True)
class Style:
    """How hair is worn.

    `top` and `side` are the lift in millimetres, `rough` its variation and `curl` the size of
    its bumps (0: straight). `combed` is "up", "aside" or "apart"; `part` the arc of the parting
    in millimetres. `recede` lifts the corners of the hairline. `length` is how far below the
    eyes hair hangs beside the face in `hanging` locks on each side, `fringe` the locks that
    fall on the forehead, `tufts` those that stand up.
    `cover` is how densely the scalp is covered.
    """

    top: float
    side: float
    combed: str = "up"
    part: float = 0.0
    rough: float = 0.12
    curl: float = 0.0
    recede: float = 0.0
    length: float = 0.0
    hanging: int = 0
    fringe: int = 0
    tufts: int = 0
    cover: float = 1.0


STYLES = {
    "long": Style(9, 8, "apart", 0, length=175, hanging=32),
    "fringe": Style(9, 8, "apart", 0, length=140, hanging=32, fringe=44),
    "bob": Style(10, 10, "aside", -28, length=105, hanging=32),
    "tied": Style(5, 3, "up", rough=0.05, length=62, hanging=3),
    "curly": Style(20, 17, "up", rough=0.3, curl=13, length=95, hanging=32),
    "afro": Style(36, 34, "up", rough=0.16, curl=8),
    "parted": Style(8, 6, "aside", 30),
    "crop": Style(11, 7, "up", fringe=40, tufts=20),
    "short": Style(9, 5, "up", tufts=34),
    "swept": Style(15, 6, "up", recede=3, rough=0.2, tufts=20),
    "buzz": Style(1.5, 1.2, "up", recede=3, cover=0.72),
    "receding": Style(4, 4, "up", recede=17, rough=0.1, tufts=14, cover=0.9),
    "bald": Style(0.2, 0.2, "up", recede=60, cover=0.22),
}
_MALE = {"curly": Style(16, 7, "up", rough=0.32, curl=10), "parted": Style(10, 5, "aside", 34),
         "fringe": Style(11, 5, "up", fringe=42)}  # fmt: skip


def style(person: Identity) -> Style:
    """The style of a person's hair."""
    men = {} if person.female else _MALE
    return men.get(person.hairstyle, STYLES[person.hairstyle])


def hairline(person: Identity, across):
    """Height of the hairline above the eyes at an arc around the head, both in millimetres."""
    worn = style(person)
    side = np.abs(np.asarray(across, float))
    corner = worn.recede * (np.exp(-(((side - 42) / 20) ** 2)) + 0.35)
    return np.interp(side, *_LINE) + person.hairline * (side < 60) + corner


def _inside(person: Identity, across, up):
    """Millimetres by which points lie behind the hairline, and above where hair ends."""
    slope = (hairline(person, across + 1.5) - hairline(person, across - 1.5)) / 3
    front = (up - hairline(person, across)) / np.sqrt(1 + np.minimum(slope, 2.5) ** 2)
    behind = _LOWEST - (36 if person.hairstyle == "afro" else 0)
    lowest = np.where(np.abs(across) > 108, behind, _SIDEBURN + 5 * person.female)
    return front, up - lowest


def lift(head: Head, person: Identity, seed: int) -> np.ndarray:
    """(V,) metres by which hair lifts the surface of the head along its normals."""
    right, forward, up = ((head.template - head.eyes.mean(0)) * [1000, -1000, 1000]).T
    across = atlas.AXIS * np.arctan2(right, forward + atlas.AXIS)
    worn = style(person)
    high = np.clip((up - 20) / 50, 0, 1)
    thick = worn.side + (worn.top - worn.side) * high * high * (3 - 2 * high)
    front, above = _inside(person, across, up)
    # The rise starts where the paint of the hair is dense: it stretches what is painted there.
    rise, end = (front - 4) / (6 + 0.5 * worn.top), above / (26 + 0.9 * worn.side)
    inside = np.clip(np.minimum(rise, end), 0, 1)
    bumps = _bumps(np.stack([right, forward, up], 1), worn.curl or 24, seed, person.subject)
    grown = inside * (2 - inside) * thick * (1 + worn.rough * bumps)
    return person.hair_volume * grown * _scalp(head) / 1000


def _scalp(head: Head) -> np.ndarray:
    """(V,) 1 for the vertices of the head's skin that are not ear."""
    skin = np.zeros(len(head.template))
    own = head.kind == SKIN
    skin[head.triangles[own]] = 1
    skin[head.triangles[own & (head.corners >= len(head.template)).any(1)]] = 0
    return skin


def _bumps(points, size: float, seed: int, subject: str) -> np.ndarray:
    """A random field in space with features of `size` millimetres: a sum of waves."""
    rng = stream(seed, subject, "hair bumps")
    ways = rng.standard_normal((14, 3))
    ways *= rng.uniform(0.7, 1.3, (14, 1)) / np.linalg.norm(ways, axis=1, keepdims=True)
    phases = rng.uniform(0, 2 * np.pi, 14)
    return np.cos(np.pi / size * points @ ways.T + phases).sum(1) / np.sqrt(7)


def paint_scalp(colour, person: Identity, painting: Painting) -> np.ndarray:
    """Strands over the scalp, with an irregular edge where the first of them stand singly."""
    worn = style(person)
    across, up = painting.across, painting.up
    strands = _strands(worn, painting)
    ragged = 1.3 * painting.noise(24) + (0.6 if worn.curl else 1.5) * strands
    front, above = _inside(person, across, up)
    cover = step(np.minimum(front, above / 2) + ragged, 3.2) * worn.cover * ~painting.ear
    if worn.cover < 0.8:  # the skin shows between short hairs
        cover = cover * np.clip(0.9 + 0.3 * painting.noise(2.2), 0, 1)
    depth = 1 + 0.34 * strands + 0.08 * painting.noise(60)
    shade = tinted(person.hair, np.clip(depth, 0.25, 2.2))
    return blend(colour, shade, np.clip(cover, 0, 1))


def _strands(worn: Style, painting: Painting) -> np.ndarray:
    """Unit noise that is drawn out along the hair, by looking it up in combed coordinates."""
    if worn.curl:
        return 0.5 * painting.noise(5) + 0.7 * painting.noise(2.6)
    across, up = painting.across, painting.up
    if worn.combed == "up":
        thin, long = across * (1 + 0.004 * (up - 60)), up
    else:
        away = np.abs(across - worn.part)
        fall = 0.9 if worn.combed == "apart" else 0.5
        thin, long = up * 1.1 + fall * away + 0.002 * away**2, away - 0.5 * up
    grain = 0.75 * painting.noise(2.4, 60) + 0.5 * painting.noise(8, 110)
    height, width = painting.shape
    x = np.mod(thin * 2.6 + 2000, width - 1).astype(np.float32)
    y = np.mod(long * 2.0 + 2000, height - 1).astype(np.float32)
    return cv2.remap(grain, x, y, cv2.INTER_LINEAR)
