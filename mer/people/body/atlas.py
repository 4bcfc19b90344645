"""Texture coordinates for a head that is seen from the front: its skin unrolled on a cylinder.

The model's own atlas gives most of its area to the back of the head and has the face lying on
its side. Here the face stands upright, and every part that a camera in front can see gets the
same resolution. Ears, which a cylinder would fold onto the temples, have islands of their own.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from mer.people.geometry.rays import RayScene

DENSITY = 3.0  # texels in a millimetre
AXIS = 95.0  # millimetres from the eyes back to the axis, and radius where DENSITY holds
TOP, BOTTOM = 125.0, -170.0  # millimetres above the eyes that the atlas spans
_HALF = np.radians(100)  # angle that it spans to either side
_EAR = 60.0  # millimetres of an ear's island, forward, from _EAR_BACK
_EAR_BACK, _EAR_TOP = -110.0, 25.0
_EAR_HEIGHT = 85.0
_EAR_DENSITY = 1.5

_WIDTH = int(2 * _HALF * AXIS * DENSITY)
ROLL = int((TOP - BOTTOM) * DENSITY)  # rows before those of the ears
ATLAS = (ROLL + int(_EAR_HEIGHT * _EAR_DENSITY), _WIDTH)  # height, width in texels


def unroll(head, skin: np.ndarray):
    """The same head with texture coordinates as above. `skin` (T,) are the painted triangles."""
    place = (head.template - head.eyes.mean(0)) * [1000, -1000, 1000]
    ear = skin & _is_ear(head)
    islands = np.unique(head.triangles[ear])
    moved = np.zeros(len(place), int)
    moved[islands] = len(place) + np.arange(len(islands))
    corners = head.triangles.copy()
    corners[ear] = moved[head.triangles[ear]]
    texels = np.concatenate([texel(*place.T), _ear_texel(place[islands])])
    changed = replace(head, texels=texels, corners=corners, atlas=ATLAS)
    lips = _carry(head, changed, skin)
    return replace(changed, masks={"lips": lips})


def texel(right, forward, up) -> np.ndarray:
    """(N, 2) texels of points in millimetres from the middle of the eyes."""
    angle = np.clip(np.arctan2(right, forward + AXIS), -_HALF, _HALF)
    row = np.clip(TOP - up, 0, TOP - BOTTOM - 2)
    return np.stack([(angle + _HALF) * AXIS * DENSITY, row * DENSITY], -1) - 0.5


def depth(place: np.ndarray) -> np.ndarray:
    """How far points (N, 3) lie inside: of two on one texel, the outer one owns the paint."""
    return -np.hypot(place[:, 0], place[:, 1] + AXIS)


def unbroken(texels: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """(T,) triangles that do not reach around the back, where the cylinder is cut open: drawn on
    the atlas, those would lie across the whole face."""
    across = texels[corners, 0]
    return across.max(1) - across.min(1) < _WIDTH / 2


def _ear_texel(place: np.ndarray) -> np.ndarray:
    right, forward, up = place.T
    left = _WIDTH / 2 * (right > 0)
    along = np.clip(forward - _EAR_BACK, 0, _EAR)
    down = np.clip(_EAR_TOP - up, 1, _EAR_HEIGHT - 1)
    return np.stack([left + along * _EAR_DENSITY, ROLL + down * _EAR_DENSITY], -1)


def _is_ear(head) -> np.ndarray:
    """(T,) triangles that the model's own painting calls ear."""
    x, y = np.moveaxis(head.texels[head.corners].mean(1).round().astype(int), -1, 0)
    height, width = head.atlas
    return head.masks["ears"][np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)] > 0.5


def _carry(before, after, skin: np.ndarray) -> np.ndarray:
    """The painting of the lips, carried from the old atlas to the new one."""
    place = (after.template - after.eyes.mean(0)) * [1000, -1000, 1000]
    z = np.zeros(len(after.texels))
    z[: len(place)] = depth(place)
    skin = skin & unbroken(after.texels, after.corners)
    hits = RayScene(np.c_[after.texels, z], after.corners[skin]).cast(*rays(after.atlas))
    x, y = hits.interpolate(before.corners[skin], before.texels).T.astype(np.float32)
    height, width = after.atlas
    mask = cv2.remap(
        before.masks["lips"], x.reshape(height, width), y.reshape(height, width), cv2.INTER_LINEAR
    )
    mask[(hits.triangle < 0).reshape(height, width)] = 0
    return mask


def rays(atlas: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Origins and directions of one ray through each texel, row by row."""
    height, width = atlas
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    origins = np.stack([x.ravel(), y.ravel(), np.full(x.size, -1000.0)], 1)
    return origins, np.tile([0.0, 0.0, 1.0], (x.size, 1))
