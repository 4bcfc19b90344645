"""Tools to paint on the atlas: noise, soft shapes, dots and fine strokes."""

from __future__ import annotations

import cv2
import numpy as np
from numba import njit

from mer.people.body import atlas

_SHIFT = 4  # bits of a pixel in OpenCV's fixed-point drawing


class Painting:
    """An atlas, where its texels lie, and a random stream to paint with.

    `right`, `forward`, `up` (h, w) are millimetres from the middle of the eyes on the template;
    `across` is the arc around the head in millimetres. Where no skin is they are far away.
    """

    def __init__(self, place: np.ndarray, rng: np.random.Generator):
        self.rng = rng
        self.shape = place.shape[:2]
        self.bare = np.isnan(place[..., 0])
        self.right, self.forward, self.up = np.moveaxis(np.nan_to_num(place, nan=-500.0), -1, 0)
        self.across = atlas.AXIS * np.arctan2(self.right, self.forward + atlas.AXIS)
        self.ear = np.zeros(self.shape, bool)
        self.ear[atlas.ROLL :] = True

    def noise(self, across: float, down: float | None = None) -> np.ndarray:
        """A smooth field with zero mean and unit deviation; sizes of features in texels."""
        height, width = self.shape
        size = (int(width / across) + 3, int(height / (down or across)) + 3)
        coarse = self.rng.standard_normal(size[::-1], np.float32)
        field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        return (field - field.mean()) / field.std()

    def eye_bump(self, up: float, width: float, flat: float) -> np.ndarray:
        """A soft spot at both eyes, `up` millimetres above their centres, `flat` times as high
        as wide."""
        return bump(np.abs(self.right) - 32, (self.up - up) / flat, width)

    def dots(self, count: int, radius: tuple[float, float], where=None) -> np.ndarray:
        """Round spots with radii in millimetres, 0 to 1; denser where `where` (h, w) is high."""
        field = np.zeros(self.shape, np.float32)
        height, width = self.shape
        x, y = self.rng.uniform(0, width, count), self.rng.uniform(0, height, count)
        size = self.rng.uniform(*radius, count) * atlas.DENSITY
        depth, chance = self.rng.uniform(0.3, 1, count), self.rng.random(count)
        for k in range(count):
            if where is None or chance[k] < where[int(y[k]), int(x[k])]:
                cv2.circle(
                    field,
                    _fixed(x[k], y[k]),
                    int(size[k] * 2**_SHIFT),
                    depth[k],
                    -1,
                    cv2.LINE_AA,
                    _SHIFT,
                )
        return cv2.GaussianBlur(field, (0, 0), 1.0)

    def texel(self, right, up) -> np.ndarray:
        """(..., 2) texels of points on the front of the face, in millimetres."""
        right, up = np.broadcast_arrays(np.asarray(right, float), np.asarray(up, float))
        forward = np.full(right.shape, 15.0)
        for _ in range(4):
            x, y = np.moveaxis(atlas.texel(right, forward, up).round().astype(int), -1, 0)
            y, x = (np.clip(k, 0, size - 1) for k, size in zip((y, x), self.shape, strict=True))
            found = self.forward[y, x]
            forward = np.where(found > -400, found, forward)
        return atlas.texel(right, forward, up)

    def strokes(self, right, up, strength, thickness: int = 1) -> np.ndarray:
        """Fine lines through points (N, K) in millimetres with `strength` (N,), 0 to 1."""
        drawn = np.zeros(self.shape, np.uint8)
        lines = (self.texel(right, up) * 2**_SHIFT).round().astype(np.int32)
        for line, value in zip(lines, (255 * np.asarray(strength)).astype(int), strict=True):
            cv2.polylines(drawn, [line], False, int(value), thickness, cv2.LINE_AA, _SHIFT)
        return drawn.astype(np.float32) / 255


def step(distance, width):
    """0 to 1, soft over `width` on both sides of zero."""
    t = distance / (2 * width)
    t += 0.5
    np.clip(t, 0, 1, out=t)
    slope = 3 - 2 * t
    t *= t
    t *= slope
    return t


def bump(x, y, radius):
    """A Gaussian spot, 1 in the middle."""
    return np.exp(-(x**2 + y**2) / (2 * radius**2))


def blend(below, above, cover):
    """`above`, (h, w, 3) or a colour, laid over `below` (h, w, 3) with `cover` (h, w), 0 to 1."""
    above = np.broadcast_to(np.asarray(above, np.float32), below.shape)
    return _laid(below, above, np.asarray(cover, np.float32))


def darken(colour, tone, cover):
    """`colour` (h, w, 3) times `tone` (3,) where `cover` (h, w) is 1, itself where that is 0."""
    return _darkened(colour, np.asarray(tone, np.float32), np.asarray(cover, np.float32))


# Compiled, because numpy is slow where the last axis is as short as three.


@njit(cache=True, error_model="numpy")
def tinted(colour, light):
    """(h, w, 3) float32: `colour` (3,) float64 in `light` (h, w)."""
    found = np.empty((*light.shape, 3), np.float32)
    for y in range(light.shape[0]):
        for x in range(light.shape[1]):
            for c in range(3):
                found[y, x, c] = colour[c] * light[y, x]
    return found


@njit(cache=True, error_model="numpy")
def _laid(below, above, cover):
    found = np.empty_like(below)
    for y in range(below.shape[0]):
        for x in range(below.shape[1]):
            for c in range(3):
                found[y, x, c] = below[y, x, c] + (above[y, x, c] - below[y, x, c]) * cover[y, x]
    return found


@njit(cache=True, error_model="numpy")
def _darkened(colour, tone, cover):
    found = np.empty_like(colour)
    for y in range(colour.shape[0]):
        for x in range(colour.shape[1]):
            for c in range(3):
                value = colour[y, x, c]
                found[y, x, c] = value + (value * tone[c] - value) * cover[y, x]
    return found


def _fixed(x: float, y: float) -> tuple[int, int]:
    return int(x * 2**_SHIFT), int(y * 2**_SHIFT)
