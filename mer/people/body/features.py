"""Brows, lashes, lips, beard and the lines that age draws: each paints over the skin."""

from __future__ import annotations

import cv2
import numpy as np

from mer.people.body.head import Head
from mer.people.body.painting import Painting, blend, bump, darken, step, tinted
from mer.people.identity import Identity

BROW = 19.0  # millimetres above the eyes
_BROW_HAIRS = 300


def brow_line(person: Identity, t):
    """Middle of the brow, `t` from 0 at the nose to 1 outside: right and up in millimetres."""
    up = BROW - 0.5 + person.brow_height + person.brow_arch * (7.5 * t - 8.5 * t**2)
    return 11.5 + 42 * t, up


def brows(colour, person: Identity, painting: Painting) -> np.ndarray:
    """Many small hairs: upright near the nose, lying outwards further on, fading at the end."""
    dye = person.hair * 0.8 + 0.04 * person.skin
    fullness = person.brow_thickness / 3.2
    for side in (-1, 1):
        rng = painting.rng
        t = rng.beta(1.1, 1.25, _BROW_HAIRS)
        v = rng.uniform(-1, 1, _BROW_HAIRS)
        right, up = brow_line(person, t)
        up = up + v * person.brow_thickness * _brow_profile(t)
        lean = np.interp(t, [0, 0.15, 0.45, 1], [1.25, 0.8, 0.35, -0.3]) - 0.35 * v
        lean += rng.normal(0, 0.12, _BROW_HAIRS)
        length = np.interp(t, [0, 0.3, 1], [4.0, 6.0, 4.5]) * rng.uniform(0.7, 1.1, _BROW_HAIRS)
        along = np.linspace(-0.5, 0.5, 4)[:, None] * length
        bend = lean - 0.25 * along / length
        x, y = right + along * np.cos(bend), up + along * np.sin(bend)
        hairs = painting.strokes(side * x.T, y.T, rng.uniform(0.35, 0.95, _BROW_HAIRS))
        colour = blend(colour, dye, 0.26 * fullness * _brow_shadow(person, painting, side))
        colour = blend(colour, dye * 0.9, 0.95 * hairs)
    return colour


def _brow_profile(t):
    return np.interp(t, [0, 0.15, 0.5, 0.8, 1], [0.7, 0.95, 0.85, 0.5, 0.15])


def _brow_shadow(person: Identity, painting: Painting, side: int) -> np.ndarray:
    t = (side * painting.right - 11.5) / 42
    _, middle = brow_line(person, t)
    half = person.brow_thickness * _brow_profile(np.clip(t, 0, 1)) + 0.2
    return step(t - 0.06, 0.14) * step(1 - t, 0.12) * step(half - np.abs(painting.up - middle), 1.1)


def lashes(colour, person: Identity, painting: Painting) -> np.ndarray:
    """A dark rim along the lids: strong above the eye, more so outside, and faint below."""
    distance = cv2.distanceTransform(1 - painting.bare.astype(np.uint8), cv2.DIST_L2, 3)
    x, up = np.abs(painting.right) - 31.3, painting.up
    near = (np.hypot(x, up) < 24) & ~painting.bare
    above = up > -1.0 - 0.006 * x**2
    wide = np.where(above, 2.3 + 1.1 * person.make_up + 0.03 * x, 1.5)
    deep = np.where(above, 0.78 + 0.17 * person.female, 0.22 + 0.25 * person.make_up)
    rim = near * deep * step(wide - distance, 1.2)
    wet = near * ~above * 0.35 * step(1.2 - distance, 1.0)
    colour = blend(colour, np.clip(person.skin * [1.0, 0.75, 0.72], 0, 1), wet)
    return blend(colour, np.minimum(person.hair * 0.35, 0.12), rim)


def eyelids(colour, person: Identity, painting: Painting) -> np.ndarray:
    """Lids a little darker than the skin about them; eye shadow for those who wear it."""
    x = np.abs(painting.right) - 32
    lid = np.exp(-(((painting.up - 7 + 0.008 * x**2) / 4.0) ** 2) - (x / 17) ** 4)
    colour = darken(colour, [0.86, 0.80, 0.80], 0.7 * lid)
    shadow = person.skin * [0.62, 0.50, 0.52]
    return blend(colour, shadow, 0.45 * person.make_up * lid)


def lips(colour, head: Head, person: Identity, painting: Painting) -> np.ndarray:
    """Soft borders, fine upright creases, a darker upper lip and the line where lips meet."""
    mask = cv2.GaussianBlur(head.masks["lips"], (0, 0), 2.6)
    mask = np.clip(1.15 * mask, 0, 1)
    upper = step(painting.up + 72.5, 2.5)
    light = 1 + 0.07 * painting.noise(2.6, 22) - 0.13 * upper
    light = light + 0.10 * bump(painting.right / 2.4, painting.up + 79, 4)
    paint = tinted(person.lips, light)
    colour = blend(colour, paint, (0.55 + 0.15 * person.female + 0.2 * person.make_up) * mask)
    meet = np.exp(-(((painting.up + 72.0) / 0.9) ** 2)) * step(25 - np.abs(painting.right), 3)
    corner = bump(np.abs(painting.right) - 25.5, painting.up + 72.3, 1.8)
    below = bump(painting.right / 1.8, painting.up + 90, 4)
    nostril = bump(np.abs(painting.right) - 7.5, (painting.up + 50) * 1.5, 2.3)
    dark = np.clip(0.55 * meet + 0.35 * corner + 0.14 * below + 0.5 * nostril, 0, 0.7)
    return darken(colour, [0.45, 0.32, 0.32], dark)


def age_lines(colour, person: Identity, painting: Painting) -> np.ndarray:
    """Folds from nose to mouth and below the eyes, forehead lines and crow's feet, with age."""
    years = (person.age - 18) / 22
    t = np.linspace(0, 1, 9)
    sides = np.array([[-1.0], [1.0]])
    fold = (sides * (18 + 13 * t**0.8), -46 - 22 * t + 0 * sides)
    bag = (sides * (20 + 22 * t), -11.5 - 7 * np.sin(np.pi * (0.15 + 0.75 * t)) + 0 * sides)
    wide = np.concatenate([
        cv2.GaussianBlur(painting.strokes(*line, [1, 1], 4), (0, 0), blur)[None] * deep
        for line, blur, deep in ((fold, 5, 0.20 + 0.20 * years), (bag, 4, 0.16 + 0.16 * years))
    ]).sum(0)  # fmt: skip
    count = int(round(3 * years + painting.rng.uniform(-0.4, 0.4)))
    fine = np.zeros(painting.shape, np.float32)
    if count > 0:
        x = np.linspace(-1, 1, 12) * painting.rng.uniform(24, 38, (count, 1))
        wave = painting.rng.normal(0, 0.6, (count, 12)).cumsum(1) * 0.4
        y = 37 + 9 * np.arange(count)[:, None] + wave - 0.002 * x**2
        fine = painting.strokes(x, y, np.full(count, 0.7), 2)
        spread = np.array([0.35, 0.0, -0.35])[None, :, None] * np.ones((2, 1, 1))
        x = sides[:, :, None] * (46 + 9 * t) * np.ones((1, 3, 1))
        y = -1 + 12 * spread * (0.3 + 0.7 * t)
        fine = np.maximum(
            fine, painting.strokes(x.reshape(6, -1), y.reshape(6, -1), np.full(6, 0.8), 2)
        )
    fine = cv2.GaussianBlur(fine, (0, 0), 1.5) * (0.06 + 0.22 * years)
    dark = np.clip(wide + fine, 0, 0.6)
    return darken(colour, [0.72, 0.60, 0.58], dark)


_COVER = {"stubble": 0.40, "short": 0.74, "moustache": 0.78, "goatee": 0.78}


def beard(colour, head: Head, person: Identity, painting: Painting) -> np.ndarray:
    """Beards grow downwards and outwards, thin out at their borders, and leave the lips free."""
    if person.female:
        return colour
    everywhere = np.clip(np.maximum(_jaw(painting), _moustache(painting)), 0, 1)
    if person.age > 20:  # shaved skin keeps a bluish shade
        colour = blend(colour, person.skin * [0.78, 0.80, 0.84], 0.28 * everywhere)
    if person.beard == "none":
        return colour
    region = {
        "stubble": everywhere,
        "short": everywhere,
        "moustache": _moustache(painting),
        "goatee": np.maximum(_moustache(painting) * 0.9, _goatee(painting)),
    }[person.beard]
    free = 1 - np.clip(1.5 * cv2.GaussianBlur(head.masks["lips"], (0, 0), 3), 0, 1)
    region = np.clip(region, 0, 1) * free
    long = 4 if person.beard == "stubble" else 14
    hairs = 0.6 * painting.noise(1.8, long) + 0.35 * painting.noise(3.5, 2 * long)
    cover = _COVER[person.beard]
    density = step(region - 0.5 + 0.24 * hairs, 0.40) * step(region - 0.15, 0.15)
    grain = 0.85 + 0.22 * painting.noise(2.2, long) + 0.1 * painting.noise(30)
    shade = person.hair * grain[..., None]
    if person.beard == "stubble":
        shade = 0.75 * shade + 0.25 * person.skin * 0.6
        density = region * np.clip(0.55 + 0.45 * hairs, 0, 1)
    return blend(colour, shade, cover * density)


def _jaw(painting: Painting) -> np.ndarray:
    back = np.clip(-painting.forward - 5, 0, 46)
    cheek = -66 + 0.62 * back + 10 * bump(painting.right, 0, 16)
    border = 2.5 * painting.noise(6)
    return (
        step(cheek - painting.up + border, 9) * _throat(painting) * step(painting.forward + 52, 8)
    )


def _throat(painting: Painting) -> np.ndarray:
    """1 on the face, fading out below the jaw towards the neck."""
    return step(painting.forward + 30 + 1.5 * (painting.up + 104), 9) * step(painting.up + 124, 6)


def _moustache(painting: Painting) -> np.ndarray:
    x = np.abs(painting.right)
    upper, lower = -53.0 - 0.008 * x**2, -66.5 - 0.007 * x**2
    inside = step(upper - painting.up, 2) * step(painting.up - lower, 3)
    return inside * step(30 - x, 4) * (1 - 0.5 * bump(x, 0, 2.5))


def _goatee(painting: Painting) -> np.ndarray:
    x = np.abs(painting.right)
    chin = step(27 - x + 0.25 * (painting.up + 100), 4) * step(-88 - painting.up, 3)
    link = step(5 - np.abs(x - 28), 2.5) * step(-66 - painting.up, 3) * step(painting.up + 100, 6)
    return np.maximum(chin, link) * _throat(painting)
