"""Locks of hair: ribbons that lie on the head, fall on the forehead or hang beside the face."""

from __future__ import annotations

import numpy as np

from mer.people.body import atlas
from mer.people.body.features import BROW
from mer.people.body.hair import hairline, style
from mer.people.body.head import Head
from mer.people.geometry.mesh import SKIN, Worn
from mer.people.geometry.rays import RayScene
from mer.people.identity import Identity
from mer.people.rng import stream

_ABOVE_BROW = 5.0  # millimetres between brows and the tips of a fringe
_EAR = 92.0  # millimetres from the axis that clear the ears
_HANG_STEPS = np.array([0, 0.08, 0.16, 0.24, 0.32, 0.40, 0.52, 0.74, 1])  # close where it bends


def locks(head: Head, person: Identity, neutral: np.ndarray, seed: int) -> list[Worn]:
    """The locks of a person's style. `neutral` (V, 3) is the head with its hair lifted."""
    worn = style(person)
    skull = _Skull(head, neutral)
    rng = stream(seed, person.subject, "locks")
    groups = []
    if worn.hanging:
        groups += [_hanging(skull, person, worn, side, rng) for side in (-1, 1)]
    if worn.fringe:
        groups.append(_fringe(skull, person, worn, rng))
    if worn.tufts:
        groups.append(_tufts(skull, person, worn, rng))
    return [_ribbons(skull, *group, person, rng) for group in groups]


class _Skull:
    """The surface of a person's head as distance from the axis, looked up by rays."""

    def __init__(self, head: Head, neutral: np.ndarray):
        self.origin = np.mean([neutral[v].mean(0) for v in head.eye_vertices], 0)
        self._place = (neutral - self.origin) * [1000, -1000, 1000]
        skin = (head.kind == SKIN) & (head.corners < len(head.template)).all(1)
        self._scene = RayScene(self._place, head.triangles[skin])
        self._template = (head.template - head.eyes.mean(0)) * [1000, -1000, 1000]

    def radius(self, across, up) -> np.ndarray:
        """Millimetres from the axis; 0 where a ray meets nothing."""
        angle = np.ravel(across) / atlas.AXIS
        outward = np.stack([np.sin(angle), np.cos(angle), 0 * angle], 1)
        start = 400 * outward + np.stack([0 * angle, 0 * angle - atlas.AXIS, np.ravel(up)], 1)
        hits = self._scene.cast(start, -outward)
        return np.where(hits.triangle < 0, 0, 400 - hits.distance).reshape(np.shape(across))

    def points(self, across, up, radius) -> np.ndarray:
        """(..., 3) millimetres: right, forward, up."""
        angle = np.asarray(across) / atlas.AXIS
        return np.stack([radius * np.sin(angle), radius * np.cos(angle) - atlas.AXIS, up], -1)

    def now(self, right: float, up: float) -> np.ndarray:
        """Where a point on the front of the template lies on this person, in millimetres."""
        off = np.hypot(self._template[:, 0] - right, self._template[:, 2] - up)
        off[self._template[:, 1] < -40] = np.inf
        return self._place[off.argmin()]

    def metres(self, points) -> np.ndarray:
        return points / [1000, -1000, 1000] + self.origin


def _hanging(skull: _Skull, person: Identity, worn, side: int, rng):
    """From the parting over the temple, in front of the ear or over it, and straight down."""
    count = worn.hanging
    back = np.linspace(0, min(1, count / 24), count)[:, None] ** 1.2
    t = np.array([_HANG_STEPS if not worn.curl else np.linspace(0, 1, 12)])
    part = side * worn.part
    start = part + 5 + 30 * back
    end = 80 + 56 * back + rng.normal(0, 1.5, (count, 1))
    top = np.maximum(hairline(person, start) + 9 + 26 * back, 74)
    low = -worn.length + rng.normal(0, 5, (count, 1)) - 6 * back
    over = np.clip(t / 0.42, 0, 1)
    across = start + (end - start) * np.sin(over * np.pi / 2) ** 0.9
    up = np.where(t < 0.42, top - (top - 12) * over**2.2, 12 + (low - 12) * (t - 0.42) / 0.58)
    surface = skull.radius(side * across, np.maximum(up, -5))
    beside = np.maximum(
        skull.radius(side * end, np.full(end.shape, 8.0)),
        _EAR - 12 * np.clip((104 - end) / 24, 0, 1),
    )
    out = (3 + 4 * over) * person.hair_volume + rng.normal(0, 2.0, (count, 1)) * over
    radius = surface + (beside - surface) * over**3 + out
    turned = (t - 0.42).clip(0)
    radius = radius - 14 * turned * (1 - 0.5 * back)
    across = across + (-9 * (1 - back) * turned + rng.normal(0, 2, (count, 1)) * turned)
    if worn.curl:
        phase = rng.uniform(0, 6.28, (count, 1))
        radius = radius + 4.5 * np.sin(9 * np.pi * turned + phase)
        across = across + 4.5 * np.cos(9 * np.pi * turned + phase)
    width = (8.5 * (1 - 0.85 * t**5) + 0 * start) * rng.uniform(0.75, 1.2, (count, 1))
    return skull.points(side * across, up, radius), width, 1.5 * over + 0 * width


def _fringe(skull: _Skull, person: Identity, worn, rng):
    """From above the hairline down the forehead; the tips end above the brows."""
    count = worn.fringe
    spread = 62 if person.female else 48
    root = np.linspace(-spread, spread, count)[:, None] + rng.normal(0, 1.5, (count, 1))
    t = np.linspace(0, 1, 7)[None]
    lean = 5 * np.sin(root / rng.uniform(14, 30) + rng.uniform(0, 6))
    lean = lean + rng.normal(4 if person.female else 13, 1.5, (count, 1))
    across = root + lean * t**1.5
    highest = max(
        skull.now(side * x, BROW + 5 + person.brow_height)[2]
        for side in (-1, 1)
        for x in (20, 30, 40)
    )
    longest = highest + _ABOVE_BROW + (0 if worn.hanging else 8)
    uneven = 2.2 if person.female else 5.0
    tip = longest + np.abs(rng.normal(0, uneven, (count, 1))) + 0.0012 * root**2
    top = hairline(person, root) + (16 if person.female else 24)
    up = top + (tip - top) * t**1.15
    out = person.hair_volume * (1 + 5 * np.sin(np.pi * np.clip(t * 0.9, 0, 1)) + 1.0 * t)
    radius = skull.radius(across, up) + out
    width = (8.0 - 5.0 * t**3 + 0 * root) * rng.uniform(0.7, 1.2, (count, 1))
    return skull.points(across, up, radius), width, 0 * width


def _tufts(skull: _Skull, person: Identity, worn, rng):
    """Short locks that stand up along the hairline and on the sides."""
    count = worn.tufts
    root = np.linspace(-84, 84, count)[:, None] + rng.normal(0, 2, (count, 1))
    t = np.linspace(0, 1, 4)[None]
    up = hairline(person, root) + 3 + rng.uniform(0, 6, (count, 1)) + 17 * t
    across = root * (1 - 0.05 * t) + rng.normal(0, 3, (count, 1)) * t
    out = person.hair_volume * (0.5 + 0.35 * worn.top * np.sin(2.2 * t)) * (0.6 + 0.4 * t)
    radius = skull.radius(across, up) + out
    width = (5.5 - 3.5 * t**2 + 0 * root) * rng.uniform(0.6, 1.2, (count, 1))
    return skull.points(across, up, radius), width, 0 * width


def _ribbons(skull: _Skull, paths, widths, forward, person: Identity, rng) -> Worn:
    """Bands of three columns about paths (N, K, 3) with widths (N, K), arched outwards and
    turned to the front by `forward` (N, K)."""
    count, steps = widths.shape
    along = np.gradient(paths, axis=1)
    outward = paths * [1, 1, 0.25] + [0, atlas.AXIS, 0]
    outward /= np.linalg.norm(outward, axis=2, keepdims=True)
    outward = outward + np.asarray(forward)[..., None] * [0, 1, 0]
    aside = np.cross(along, outward)
    aside /= np.maximum(np.linalg.norm(aside, axis=2, keepdims=True), 1e-9)
    outward = np.cross(aside, along)
    outward /= np.maximum(np.linalg.norm(outward, axis=2, keepdims=True), 1e-9)
    half = 0.5 * widths[..., None]
    high = 0.35 * half * outward
    columns = np.stack([paths - half * aside - high, paths + high, paths + half * aside - high], 2)
    first = 3 * (np.arange(count)[:, None] * steps + np.arange(steps - 1)).ravel()
    quads = np.concatenate(
        [np.stack([first + c, first + c + 1, first + c + 4, first + c + 3], 1) for c in (0, 1)]
    )
    triangles = quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)
    return Worn(
        skull.metres(columns.reshape(-1, 3)),
        _outwards(columns, triangles),
        _tints(person, count, steps, rng),
    )


def _outwards(columns, triangles) -> np.ndarray:
    """The triangles, turned where they face the axis."""
    points = columns.reshape(-1, 3)
    a, b, c = (points[triangles[:, k]] for k in range(3))
    inward = (np.cross(b - a, c - a) * (a * [1, 1, 0.25] + [0, atlas.AXIS, 0])).sum(1) > 0
    turned = triangles.copy()
    turned[inward] = turned[inward][:, ::-1]
    return turned


def _tints(person: Identity, count: int, steps: int, rng) -> np.ndarray:
    """Colour of (count * steps * 3) vertices: each lock its own, edges darker, in linear light."""
    light = rng.uniform(0.7, 1.25, (count, 1, 1)) * rng.uniform(0.88, 1.12, (count, steps, 3))
    light = light * np.array([0.72, 1.15, 0.72]) * np.linspace(0.85, 1.12, steps)[:, None]
    return (person.hair * light[..., None]).reshape(-1, 3).clip(0.01, 1) ** 2.2
