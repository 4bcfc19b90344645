"""Optical flow by total variation and an absolute difference (TV-L1), for two small pictures.

Zach, Pock and Bischof, "A Duality Based Approach for Realtime TV-L1 Optical Flow", DAGM 2007;
steps and names follow Sanchez, Meinhardt-Llopis and Facciolo, "TV-L1 Optical Flow Estimation",
IPOL 3, 2013. The published flows of MEGC2019 come from a method of this family: its motion is
patchy, with sharp borders, unlike that of the study's other methods. scikit-image has one too
(`mer.preprocessing.flow_methods` has both), which takes five times as long on pictures of this
size.
"""

from __future__ import annotations

import cv2
import numpy as np
from numba import njit

_DATA = 0.15  # weight of the pictures' difference against the smoothness of the motion
_COUPLING = 0.3  # tightness between the motion and its smooth copy
_STEP = 0.25  # of the dual variables
_SCALES, _SMALLEST = 4, 16  # octaves at most, and the least side of a picture in pixels
_WARPS, _ROUNDS, _PASSES = 3, 2, 15
_MEDIAN = 5  # pixels
_GRADIENT = np.array([[-0.5, 0, 0.5]], np.float32)


def tv_l1(onset: np.ndarray, apex: np.ndarray) -> np.ndarray:
    """Flow between two (H, W) uint8 pictures, (H, W, 2) float32 in pixels, right and down."""
    pyramid = [(onset.astype(np.float32), apex.astype(np.float32))]
    while len(pyramid) < _SCALES and min(pyramid[-1][0].shape) // 2 >= _SMALLEST:
        pyramid.append(tuple(_half(picture) for picture in pyramid[-1]))
    u = v = np.zeros(pyramid[-1][0].shape, np.float32)
    for first, second in reversed(pyramid):
        height, width = first.shape
        across, down = width / u.shape[1], height / u.shape[0]
        u = cv2.resize(u, (width, height)) * np.float32(across)
        v = cv2.resize(v, (width, height)) * np.float32(down)
        u, v = _refine(first, second, u, v)
    return np.dstack([u, v])


def _half(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape
    soft = cv2.GaussianBlur(picture, (0, 0), 0.6 * np.sqrt(3))
    return cv2.resize(soft, (round(width / 2), round(height / 2)))


def _refine(first, second, u, v):
    """The motion at one scale, from a first guess."""
    x, y = np.meshgrid(*(np.arange(side, dtype=np.float32) for side in first.shape[::-1]))
    slopes = [
        cv2.filter2D(second, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        for kernel in (_GRADIENT, _GRADIENT.T)
    ]
    dual = np.zeros((4, *first.shape), np.float32)
    for _ in range(_WARPS):
        warped, along, down = (
            cv2.remap(image, x + u, y + v, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            for image in (second, *slopes)
        )
        rest = warped - along * u - down * v - first
        for _ in range(_ROUNDS):
            u, v = cv2.medianBlur(u, _MEDIAN), cv2.medianBlur(v, _MEDIAN)
            _descend(u, v, along, down, rest, dual)
    return u, v


@njit(cache=True)
def _descend(u, v, along, down, rest, dual):
    """Alternate between the motion that fits the pictures and the smooth one, in place."""
    height, width = u.shape
    reach, rate = _DATA * _COUPLING, _STEP / _COUPLING
    for _ in range(_PASSES):
        for y in range(height):
            for x in range(width):
                a, b = along[y, x], down[y, x]
                error = rest[y, x] + a * u[y, x] + b * v[y, x]
                steep = a * a + b * b
                if error < -reach * steep:
                    move = reach
                elif error > reach * steep:
                    move = -reach
                else:
                    move = -error / max(steep, 1e-9)
                du, dv = dual[0, y, x] + dual[1, y, x], dual[2, y, x] + dual[3, y, x]
                if x > 0:
                    du -= dual[0, y, x - 1]
                    dv -= dual[2, y, x - 1]
                if y > 0:
                    du -= dual[1, y - 1, x]
                    dv -= dual[3, y - 1, x]
                u[y, x] += move * a + _COUPLING * du
                v[y, x] += move * b + _COUPLING * dv
        for y in range(height):
            for x in range(width):
                ux = u[y, x + 1] - u[y, x] if x < width - 1 else 0.0
                uy = u[y + 1, x] - u[y, x] if y < height - 1 else 0.0
                vx = v[y, x + 1] - v[y, x] if x < width - 1 else 0.0
                vy = v[y + 1, x] - v[y, x] if y < height - 1 else 0.0
                length = 1 + rate * np.sqrt(ux * ux + uy * uy)
                dual[0, y, x] = (dual[0, y, x] + rate * ux) / length
                dual[1, y, x] = (dual[1, y, x] + rate * uy) / length
                length = 1 + rate * np.sqrt(vx * vx + vy * vy)
                dual[2, y, x] = (dual[2, y, x] + rate * vx) / length
                dual[3, y, x] = (dual[3, y, x] + rate * vy) / length
