"""Skin, brows, lips and hair of a person, painted once on the texture atlas of the head.

The paint sticks to the surface and moves with it. Skin has detail at every scale from pores to
patches: without it optical flow would have nothing to follow. Its colour varies as real skin's
does, along the directions of its two dyes, so that fine contrast does not look like a rash.
"""

from __future__ import annotations

import cv2
import numpy as np

from mer.people.body import atlas, features, hair
from mer.people.body.head import Head
from mer.people.body.painting import Painting, blend, bump, step
from mer.people.geometry.mesh import NECK, SKIN
from mer.people.geometry.rays import RayScene
from mer.people.identity import Identity
from mer.people.rng import stream

# How much more of each dye darkens red, green and blue.
_MELANIN, _BLOOD = np.array([0.75, 1.0, 1.15]), np.array([0.12, 1.0, 0.85])
# Deviation of the logarithm of the colour, and size in texels, of the texture of skin.
_TEXTURE = ((0.034, 3.0), (0.024, 4.5), (0.012, 9.0), (0.006, 40.0), (0.012, 160.0))


def surface(head: Head) -> np.ndarray:
    """(h, w, 3) float32: where each texel lies on the template, in millimetres from the middle
    of the eyes: right (the person's left), forward, up. NaN where no skin is.
    """
    place = (head.template - head.eyes.mean(0)) * [1000, -1000, 1000]
    deep = np.zeros(len(head.texels))
    deep[: len(place)] = atlas.depth(place)
    skin = np.isin(head.kind, (SKIN, NECK)) & atlas.unbroken(head.texels, head.corners)
    scene = RayScene(np.c_[head.texels, deep], head.corners[skin])
    hits = scene.cast(*atlas.rays(head.atlas))
    found = hits.interpolate(head.triangles[skin], place).astype(np.float32)
    found[hits.triangle < 0] = np.nan
    return found.reshape(*head.atlas, 3)


def paint(head: Head, place: np.ndarray, person: Identity, seed: int) -> np.ndarray:
    """The atlas of a person, (h, w, 3) float32 sRGB from 0 to 1. `place` is `surface(head)`."""
    painting = Painting(place, stream(seed, person.subject, "texture"))
    colour = _skin(person, painting)
    colour = features.lips(colour, head, person, painting)
    colour = features.age_lines(colour, person, painting)
    colour = features.eyelids(colour, person, painting)
    colour = features.beard(colour, head, person, painting)
    colour = features.brows(colour, person, painting)
    colour = features.lashes(colour, person, painting)
    colour = hair.paint_scalp(colour, person, painting)
    colour = _clothes(colour, person, painting)
    return np.clip(cv2.GaussianBlur(colour, (0, 0), 0.6), 0.01, 1)


def _skin(person: Identity, painting: Painting) -> np.ndarray:
    right, forward, up = painting.right, painting.forward, painting.up
    # Sensor noise weighs more on dark skin, whose sheen and relief make up for it in nature.
    strength = 0.48 + 0.9 * person.tone
    melanin = sum(strength * size * painting.noise(scale) for size, scale in _TEXTURE)
    melanin += 0.30 * person.freckles * painting.dots(2600, (0.5, 1.3), _nose_and_cheeks(painting))
    melanin += 0.5 * painting.dots(14, (0.4, 1.0))  # moles
    melanin += 0.05 * painting.eye_bump(-13, 10, 0.45) + 0.04 * painting.eye_bump(6, 13, 0.6)
    melanin += 0.05 * step(-118 - up, 12)  # below the chin
    blood = 0.10 * bump(np.abs(right) - 38, up + 34, 15) + 0.09 * bump(right, up + 42, 10)
    blood += 0.05 * bump(right, up + 104, 14) + 0.05 * painting.eye_bump(-12, 9, 0.5)
    blood += 0.06 * step(-forward - 62, 8) * step(8 - up, 6) * step(up + 60, 6)  # ears
    blood += 0.03 * painting.noise(70)
    blood = (
        person.redness * blood + 0.012 * painting.noise(4) + 0.03 * painting.dots(40, (0.8, 1.6))
    )
    blush = 0.09 * person.make_up * bump((np.abs(right) - 46) / 1.4, up + 30, 11)
    blood = blood + blush
    colour = np.empty((*painting.shape, 3), np.float32)
    for channel in range(3):
        darkness = melanin * _MELANIN[channel] + blood * _BLOOD[channel]
        colour[..., channel] = person.skin[channel] * np.exp(-darkness)
    return colour


def _nose_and_cheeks(painting: Painting) -> np.ndarray:
    return bump(painting.right / 2.2, painting.up + 28, 19) + 0.12


def _clothes(colour, person: Identity, painting: Painting) -> np.ndarray:
    """The neck ends in a round collar."""
    right, forward, up = painting.right, painting.forward, painting.up
    line = -147 + 0.004 * right**2 - 0.12 * (forward + 50)
    cloth = person.top * (1 + 0.05 * painting.noise(2.5) + 0.04 * painting.noise(40))[..., None]
    seam = 1 - 0.3 * np.exp(-(((up - line + 5) / 1.2) ** 2))
    below = np.arange(painting.shape[0]) > (atlas.TOP + 120) * atlas.DENSITY
    cover = step(line - up, 0.8) * (below[:, None] & ~painting.ear)
    return blend(colour, cloth * seam[..., None], cover)
