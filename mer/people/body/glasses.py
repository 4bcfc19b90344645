"""Glasses: thin frames of tubes around the eyes, a bridge, and temples to the ears.

There is no surface in place of the lenses: what lies behind them is seen as it is.
"""

from __future__ import annotations

import numpy as np

from mer.people.body.head import Head
from mer.people.geometry.mesh import SKIN, Worn
from mer.people.identity import Identity
from mer.people.rng import stream

_ROUND, _SIDES = 40, 6  # points around a rim and around a tube
_BEFORE_EYES = 24.0  # millimetres of the lenses before the middle of the eyes, at the least
# Width and height of a rim in millimetres, its squareness, and the radius of its tube.
_RIMS = {
    "round": (46, 42, 2.0, 1.0), "square": (50, 36, 3.4, 1.1), "oval": (50, 34, 2.4, 1.0),
    "browline": (50, 38, 2.9, 1.2), "thin": (49, 35, 3.0, 0.7),
}  # fmt: skip
_COLOURS = np.array([[22, 20, 20], [62, 38, 26], [120, 96, 60], [136, 136, 140], [40, 30, 58]])


def glasses(head: Head, person: Identity, neutral: np.ndarray, seed: int) -> list[Worn]:
    """The glasses that a person wears, as a list of one or none. `neutral` (V, 3) is the head."""
    if person.glasses == "none":
        return []
    wide, high, square, thick = _RIMS[person.glasses]
    rng = stream(seed, person.subject, "glasses")
    eyes = np.array([neutral[v].mean(0) for v in head.eye_vertices])  # left first
    middle = eyes.mean(0)
    apart = max(0.5 * np.ptp(eyes[:, 0]) * 1000, wide / 2 + 8)
    front = _front(head, neutral, middle, apart, wide, high)
    tubes = []
    for side in (1, -1):
        rim = _rim(side, apart, wide, high, square, front)
        heavy = 1.0 + 0.8 * (person.glasses == "browline") * (rim[:, 2] > 4)
        tubes.append(_tube(rim, thick * heavy, closed=True))
        tubes.append(_tube(_temple(head, neutral, middle, side, apart + wide / 2, front), thick))
    tubes.append(_tube(_bridge(apart - wide / 2, front), thick))
    colour = _COLOURS[rng.integers(len(_COLOURS))] / 255
    return [_join(tubes, middle, colour**2.2)]


def _front(head, neutral, middle, apart, wide, high) -> float:
    """How far before the eyes the frame has to sit to clear brows, cheeks and lashes."""
    place = (neutral - middle) * [1000, -1000, 1000]
    skin = place[np.unique(head.triangles[head.kind == SKIN])]
    beside = np.abs(skin[:, 0])
    reach = (np.abs(beside - apart) < wide / 2 + 1) & (np.abs(skin[:, 2] + 3.5) < high / 2 + 1)
    bow = 0.004 * (beside[reach] - apart) ** 2
    return max(_BEFORE_EYES, float((skin[reach, 1] + bow)[beside[reach] > 18].max()) + 1.5)


def _rim(side, apart, wide, high, square, front) -> np.ndarray:
    """(N, 3) a superellipse, flatter above, bent a little around the face."""
    turn = np.linspace(0, 2 * np.pi, _ROUND, endpoint=False)
    x = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** (2 / square) * wide / 2
    z = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** (2 / square) * high / 2
    z = np.where(z < 0, z * 1.04, z) - 3.5
    x = x * (1 + 0.05 * z / high)
    return np.stack([side * (apart + x), front - 0.0035 * (apart + x - 15) ** 2 * 0.7, z], 1)


def _bridge(gap: float, front: float) -> np.ndarray:
    x = np.linspace(-gap, gap, 9)
    return np.stack([x, np.full(9, front + 1.0), 2.5 + 2.2 * (1 - (x / gap) ** 2)], 1)


def _temple(head, neutral, middle, side, outside, front) -> np.ndarray:
    """From the outer rim back to where the ear joins the head."""
    place = (neutral - middle) * [1000, -1000, 1000]
    skin = place[np.unique(head.triangles[head.kind == SKIN])]
    level = skin[(np.abs(skin[:, 2] - 5) < 6) & (skin[:, 1] > -60) & (skin[:, 1] < -30)]
    width = np.abs(level[:, 0]).max() + 1.5
    t = np.linspace(0, 1, 8)
    start = front - 0.00245 * (outside - 15) ** 2
    across = outside + 1.5 + (max(width, outside) - outside - 1.5) * np.minimum(1.6 * t, 1) ** 0.6
    return np.stack([side * across, start - (start + 78) * t, 6 - 1.0 * t], 1)


def _tube(path: np.ndarray, radius, closed: bool = False):
    """Vertices and triangles of a tube of `radius` (a number or one for each point)."""
    if closed:
        along = np.roll(path, -1, 0) - np.roll(path, 1, 0)
    else:
        along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    helper = np.where(np.abs(along[:, 1:2]) > 0.8, [[0.0, 0, 1]], [[0.0, 1, 0]])
    first = np.cross(along, helper)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(along, first)
    turn = np.linspace(0, 2 * np.pi, _SIDES, endpoint=False)[None, :, None]
    radius = np.broadcast_to(radius, len(path))[:, None, None]
    around = np.cos(turn) * first[:, None] + np.sin(turn) * second[:, None]
    points = path[:, None] + radius * around
    count = len(path)
    i = np.arange(count if closed else count - 1)[:, None]
    j = np.arange(_SIDES)[None]
    i2, j2 = (i + 1) % count, (j + 1) % _SIDES
    quads = np.stack(
        np.broadcast_arrays(i * _SIDES + j, i * _SIDES + j2, i2 * _SIDES + j2, i2 * _SIDES + j), -1
    ).reshape(-1, 4)
    return points.reshape(-1, 3), quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)


def _join(tubes, middle, colour) -> Worn:
    vertices, triangles, first = [], [], 0
    for points, faces in tubes:
        vertices.append(points)
        triangles.append(faces + first)
        first += len(points)
    points = np.concatenate(vertices)
    return Worn(
        points / [1000, -1000, 1000] + middle,
        np.concatenate(triangles),
        np.tile(colour, (len(points), 1)),
    )
