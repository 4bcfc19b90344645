"""Skin, brows, lips and hair of a person, painted once on the texture atlas of the head.

The paint sticks to the surface and moves with it. Skin has detail at every scale from pores to
patches: without it optical flow would have nothing to follow.
"""

from __future__ import annotations

import cv2
import numpy as np

from mer.people.head import NECK, SKIN, Head
from mer.people.identity import Identity
from mer.people.rays import Scene
from mer.people.seeds import stream


def surface(head: Head) -> np.ndarray:
    """(h, w, 3) float32: where each texel lies on the template, in millimetres from the middle
    of the eyes: right (the person's left), forward, up. NaN where no skin is.
    """
    flat = np.c_[head.texels, np.zeros(len(head.texels))]
    height, width = head.atlas
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    origins = np.stack([x.ravel(), y.ravel(), np.full(x.size, -10.0)], 1)
    skin = np.isin(head.kind, (SKIN, NECK))
    hits = Scene(flat, head.corners[skin]).cast(origins, np.tile([0.0, 0.0, 1.0], (x.size, 1)))
    place = (head.template - head.eyes.mean(0)) * [1000, -1000, 1000]
    found = hits.interpolate(head.triangles[skin], place).astype(np.float32)
    found[hits.triangle < 0] = np.nan
    return found.reshape(height, width, 3)


def paint(head: Head, place: np.ndarray, person: Identity, seed: int) -> np.ndarray:
    """The atlas of a person, (h, w, 3) float32 sRGB from 0 to 1. `place` is `surface(head)`."""
    rng = stream(seed, person.subject, "texture")
    lashes = _lashes(head, place)
    place = np.nan_to_num(place, nan=-500.0)
    right, _, up = np.moveaxis(place, -1, 0)
    grain = _Grain(rng, head.atlas)
    colour = _skin(person, grain, right, up)
    colour = _blend(colour, _lip_colour(person), 0.75 * _lips(head, grain))
    if person.beard:
        colour = _blend(colour, person.hair, person.beard * _beard(place, head, grain))
    colour = _blend(colour, person.hair * 0.9, 0.8 * _brows(person, right, up, grain))
    colour = _blend(colour, person.hair * 0.4, lashes)
    strands = person.hair * (1 + 0.45 * grain.strands())[..., None]
    return np.clip(_blend(colour, strands, hair_cover(place, person) * (1 - head.masks["ears"])),
                   0.01, 1).astype(np.float32)


def hair_cover(place: np.ndarray, person: Identity) -> np.ndarray:
    """Where hair grows, 0 to 1, for points (..., 3) in millimetres as `surface` gives them."""
    right, forward, up = np.moveaxis(place, -1, 0)
    female = person.phenotypes["gender"] > 0.5
    brow = 66 + person.hairline - 0.0042 * right**2
    temple = -72 + 0.5 * np.clip(up, 0, 70) + person.hairline / 2
    lowest = -110 if female else -18
    crown = _step(up - brow, 6)
    side = _step(temple - forward, 5) * _step(up - lowest, 8)
    return np.maximum(crown, side)


def _lashes(head: Head, place) -> np.ndarray:
    """A dark rim along the lids, strong above the eye and faint below: 0 to 1."""
    bare = np.isnan(place[..., 0]).astype(np.uint8)
    distance = cv2.distanceTransform(1 - bare, cv2.DIST_L2, 3)
    centres = (head.eyes - head.eyes.mean(0))[:, [0, 2]] * 1000
    rim = np.zeros(bare.shape, np.float32)
    for right, up in centres:
        x, z = place[..., 0] - right, place[..., 2] - up
        near = np.hypot(x, z) < 24
        strength = np.where(z > -1.5 - 0.004 * x**2, 0.85, 0.25)
        rim = np.maximum(rim, near * strength * _step(2.0 - distance, 0.8))
    return rim


class _Grain:
    """Random fields on the atlas, each with zero mean and unit deviation."""

    def __init__(self, rng, shape: tuple[int, int]):
        self._rng, self._shape = rng, shape

    def smooth(self, across: float, along: float | None = None) -> np.ndarray:
        """Noise with features of about `across` texels (`along`: in the other direction)."""
        height, width = self._shape
        size = (int(width / (along or across)) + 3, int(height / across) + 3)
        coarse = self._rng.standard_normal(size[::-1]).astype(np.float32)
        field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        return (field - field.mean()) / field.std()

    def strands(self) -> np.ndarray:
        return 0.7 * self.smooth(2.3, 45) + 0.3 * self.smooth(9, 70)

    def spots(self, count: int, radius: tuple[float, float]) -> np.ndarray:
        """Round dark spots (moles, freckles), 0 to 1."""
        field = np.zeros(self._shape, np.float32)
        height, width = self._shape
        for _ in range(count):
            x, y = self._rng.uniform(0, width), self._rng.uniform(0, height)
            size, depth = self._rng.uniform(*radius), self._rng.uniform(0.3, 1)
            cv2.circle(field, (int(x * 8), int(y * 8)), int(size * 8), depth, -1, cv2.LINE_AA, 3)
        return cv2.GaussianBlur(field, (0, 0), 0.6)


def _skin(person: Identity, grain: _Grain, right, up) -> np.ndarray:
    pores = 0.028 * grain.smooth(2.3) + 0.018 * grain.smooth(4.5) + 0.010 * grain.smooth(10)
    patches = 0.016 * grain.smooth(30) + 0.025 * grain.smooth(100)
    light = 1 + pores + patches
    light -= 0.25 * grain.spots(60, (0.9, 2.1))
    light -= 0.22 * person.freckles * grain.spots(3500, (0.6, 1.5))
    blood = _bump(np.abs(right) - 38, up + 38, 20) + 0.8 * _bump(right, up + 36, 12)
    blood = person.redness * (0.06 * blood + 0.007 * grain.smooth(19))
    tint = np.stack([0.3 * blood, -0.7 * blood, -0.7 * blood], -1)
    return person.skin.astype(np.float32) * (light[..., None] + tint).astype(np.float32)


def _lips(head: Head, grain: _Grain) -> np.ndarray:
    soft = cv2.GaussianBlur(head.masks["lips"], (0, 0), 2.2)
    return np.clip(soft * (1 + 0.12 * grain.smooth(15, 3)), 0, 1)


def _lip_colour(person: Identity) -> np.ndarray:
    red = np.array([0.86, 0.66, 0.68]) if person.phenotypes["gender"] > 0.5 else [0.88, 0.75, 0.75]
    return person.skin * red


def _brows(person: Identity, right, up, grain: _Grain) -> np.ndarray:
    """Arcs above both eyes, thick near the nose and thin outside, made of slanted hairs."""
    along = (np.abs(right) - 13) / 40
    inside = _step(along, 0.10) * _step(1 - along, 0.12)
    t = np.clip(along, 0, 1)
    middle = 19 + person.brow_height + person.brow_arch * (8 * t - 8.5 * t**2)
    thick = person.brow_thickness * (1.05 - 0.75 * t**1.5)
    hairs = 0.75 + 0.22 * grain.smooth(3, 2) + 0.1 * grain.smooth(7)
    return np.clip(inside * _step(thick - np.abs(up - middle), 1.5) * hairs, 0, 1)


def _beard(place, head: Head, grain: _Grain) -> np.ndarray:
    right, forward, up = np.moveaxis(place, -1, 0)
    jaw = _step(-58 + 0.012 * right**2 * (np.abs(right) > 25) - up, 6) * _step(up + 130, 8)
    lip = _bump(right / 1.6, (up + 60) * 1.6, 11)
    bare = cv2.GaussianBlur(head.masks["lips"], (0, 0), 3.8)
    hairs = np.clip(0.55 + 0.35 * grain.smooth(2) + 0.15 * grain.smooth(9), 0, 1)
    return 0.6 * np.clip(np.maximum(jaw, lip) * (1 - bare), 0, 1) * hairs


def _step(distance, width):
    """0 to 1, soft over `width` on both sides of zero."""
    t = np.clip(distance / (2 * width) + 0.5, 0, 1)
    return t * t * (3 - 2 * t)


def _bump(x, y, radius):
    return np.exp(-(x**2 + y**2) / (2 * radius**2))


def _blend(below, above, cover):
    return below + (np.asarray(above, np.float32) - below) * cover[..., None].astype(np.float32)
