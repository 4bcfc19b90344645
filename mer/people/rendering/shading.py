"""Paint and light: the colour of each point that a camera sees."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from mer.people.geometry.mesh import EYE, MOUTH, SOCKET, WORN
from mer.people.geometry.raster import blend
from mer.people.geometry.rays import Hits

KEY, _FILL = np.array([-0.50, -0.75, 0.55]), np.array([0.75, -0.60, 0.10])
KEY, _FILL = (d / np.linalg.norm(d) for d in (KEY, _FILL))
_KEY_LIGHT = np.array([0.74, 0.70, 0.655], np.float32)
_FILL_LIGHT = np.array([0.155, 0.17, 0.19], np.float32)
_AMBIENT = np.array([0.35, 0.36, 0.375], np.float32)
_HALF_WAY = (KEY + [0, -1, 0]) / np.linalg.norm(KEY + [0, -1, 0])  # of key light and camera
_TO_KEY, _TO_FILL, _HALF_WAY = (d.astype(np.float32) for d in (KEY, _FILL, _HALF_WAY))
_FOLDS = (0.8, 1.15, 1.3)  # powers of openness by channel: light in folds is reddened by the skin
_IRIS, _PUPIL = 0.43, 0.17  # radii on the eyeball in radians


@dataclass(frozen=True)
class Lamp:
    """One more light: the `direction` (3,) it comes from, of length 1, and its linear `colour`."""

    direction: np.ndarray
    colour: np.ndarray


def shade(
    figure, normal: np.ndarray, hits: Hits, gaze: np.ndarray, lamp: Lamp | None = None
) -> np.ndarray:
    """(N, 3) linear colour of N hits: paint times light, plus a soft sheen.

    `normal` (V, 3) are the figure's normals in its present shape, `gaze` (2,) turns the eyes to
    the right and up, in radians.
    """
    values = np.c_[normal, figure.openness].astype(np.float32)
    normal, clear = _facing(blend(figure.mesh.triangles, hits.triangle, hits.weights, values))
    paint, wet = albedo(figure, hits, gaze)
    key, fill = (np.maximum(normal @ d, 0) for d in (_TO_KEY, _TO_FILL))
    sheen = np.clip(normal @ _HALF_WAY, 0, 1)
    worn = figure.mesh.kind[hits.triangle] == WORN
    gloss = np.where(worn, np.float32(0.012), np.float32(0.04)) * sheen**14 * clear
    gloss[wet] = 0.9 * sheen[wet] ** 400
    reach = 0.35 + 0.65 * clear
    if lamp is not None:
        side = np.maximum(normal @ lamp.direction.astype(np.float32), 0)
    # One channel after the other: numpy is slow where the last axis is as short as three.
    for channel, fold in enumerate(_FOLDS):
        light = _AMBIENT[channel] * clear**fold
        light += (_KEY_LIGHT[channel] * key + _FILL_LIGHT[channel] * fill) * reach
        if lamp is not None:
            light += side * np.float32(lamp.colour[channel]) * reach
        paint[:, channel] = paint[:, channel] * light + gloss
    return paint


@njit(cache=True, error_model="numpy")
def _facing(values):
    """Unit normals (N, 3) and openness (N,), from both together (N, 4)."""
    normal, clear = np.empty((len(values), 3), values.dtype), np.empty(len(values), values.dtype)
    for i in range(len(values)):
        x, y, z, clear[i] = values[i, 0], values[i, 1], values[i, 2], values[i, 3]
        length = np.sqrt(x * x + y * y + z * z)
        normal[i, 0], normal[i, 1], normal[i, 2] = x / length, y / length, z / length
    return normal, clear


def albedo(figure, hits: Hits, gaze) -> tuple[np.ndarray, np.ndarray]:
    """Paint at each hit, (N, 3) in linear light, and the numbers of the wet hits: the eyes."""
    mesh = figure.mesh
    kind = mesh.kind[hits.triangle]
    place = blend(mesh.corners, hits.triangle, hits.weights, mesh.texels)
    colour = _sample(figure.albedo, place)
    skin = figure.person.skin**2.2
    colour[kind == SOCKET] = skin * [0.62, 0.45, 0.42]
    colour[kind == MOUTH] = [0.10, 0.03, 0.03]
    worn, eye = np.flatnonzero(kind == WORN), np.flatnonzero(kind == EYE)
    if len(worn):
        some = hits.at(worn)
        colour[worn] = blend(mesh.triangles, some.triangle, some.weights, mesh.colour)
    if len(eye):
        colour[eye] = _eye(figure, hits.at(eye), gaze)
    return colour, eye


def _sample(atlas: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Bilinear look-up at (N, 2) texels."""
    width = 256
    rows = -(-len(place) // width)
    padded = np.zeros((rows * width, 2), np.float32)
    padded[: len(place)] = place
    found = cv2.remap(
        atlas, padded.reshape(rows, width, 2), None, cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return found.reshape(-1, 3)[: len(place)]


def _eye(figure, hits: Hits, gaze) -> np.ndarray:
    """Sclera, iris and pupil, by the angle from the line of sight at rest."""
    rest = hits.interpolate(figure.mesh.triangles, figure.neutral)
    centres = np.array([figure.neutral[v].mean(0) for v in figure.head.eye_vertices])
    ray = rest - centres[np.where(rest[:, 0] > centres.mean(0)[0], 0, 1)]
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    right, up = ray[:, 0] - gaze[0], ray[:, 2] - gaze[1]
    angle, turn = np.hypot(right, up), np.arctan2(up, right)
    iris = figure.person.iris**2.2
    fibres = 1 + 0.22 * np.sin(17 * turn + 3 * np.sin(5 * turn)) * (angle / _IRIS)
    inside = iris * (fibres * (0.75 + 0.9 * np.clip(1 - angle / _IRIS, 0, 1)))[:, None]
    ring = _soft(angle, 0.80 * _IRIS, _IRIS)
    inside = inside * (1 - 0.75 * ring)[:, None]
    inside = inside * _soft(angle, _PUPIL - 0.02, _PUPIL + 0.02)[:, None] + 0.004
    white = np.array([0.54, 0.50, 0.47]) * (1 - 0.5 * np.clip(angle - 0.45, 0, 1))[:, None]
    white = white + np.array([0.08, -0.05, -0.05]) * np.clip(angle - 0.55, 0, 1)[:, None]
    cover = _soft(angle, _IRIS - 0.03, _IRIS + 0.03)[:, None]
    lid = 1 - 0.5 * _soft(ray[:, 2], 0.06, 0.42)
    return (inside * (1 - cover) + white * cover) * lid[:, None]


def _soft(value, low, high):
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)
