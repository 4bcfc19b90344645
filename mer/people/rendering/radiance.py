"""From a figure in a given shape to the picture that a camera takes of it."""

from __future__ import annotations

import cv2
import numpy as np

from mer.people.body.figure import Figure
from mer.people.geometry.camera import Camera
from mer.people.geometry.mesh import WORN, normals
from mer.people.geometry.raster import CENTRE, rasterise
from mer.people.geometry.rays import Hits
from mer.people.rendering.shading import Lamp, albedo, shade

_BACKGROUND = np.array([0.33, 0.36, 0.36])
# Metres between neighbours that count as an outline: on the head, and on locks and glasses.
_EDGE_DEPTH, _WORN_EDGE = 0.004, 0.001
_SAMPLES = ((-0.375, -0.125), (0.125, -0.375), (0.375, 0.125), (-0.125, 0.375))


def radiance(
    figure: Figure,
    vertices: np.ndarray,
    gaze: np.ndarray,
    lit: bool = True,
    camera: Camera | None = None,
    lamp: Lamp | None = None,
) -> np.ndarray:
    """The picture in linear light, (height, width, 3) float32, outlines smoothed.

    `vertices` (V, 3) is the figure in its present shape and place, `gaze` (2,) turns the eyes
    to the right and up, in radians. Without `lit` only the paint is drawn, no light on it.
    `camera` replaces the figure's own, `lamp` shines besides the light of the room.
    """
    camera = camera or figure.camera
    width, height = camera.size
    xy, depth = camera.project(vertices), camera.depth(vertices)
    outward = normals(vertices, figure.mesh.triangles) if lit else None

    def colours(hits, rows):
        image = background(height, rows)
        met = np.flatnonzero(hits.triangle >= 0)
        seen = hits.at(met)
        if lit:
            image[met] = shade(figure, outward, seen, gaze, lamp)
        else:
            image[met] = albedo(figure, seen, gaze)[0]
        return image

    def seen_at(samples, wanted=None):
        return rasterise(xy, depth, figure.mesh.triangles, camera.size, samples, wanted)

    (hits,), rows = seen_at(CENTRE), np.repeat(np.arange(height), width)
    image = colours(hits, rows)
    edge = _outlines(figure.mesh.kind, hits, (height, width))
    image[edge] = np.mean([colours(finer, rows[edge]) for finer in seen_at(_SAMPLES, edge)], 0)
    return image.reshape(height, width, 3)


def background(height: int, rows: np.ndarray) -> np.ndarray:
    """A plain grey wall, a little darker below: (N, 3) for N pixels in these rows."""
    wall = _BACKGROUND * (1.05 - 0.15 * np.arange(height)[:, None] / height)
    return wall.astype(np.float32).take(rows, 0)


def _outlines(kind: np.ndarray, hits: Hits, shape: tuple[int, int]) -> np.ndarray:
    """(N,) where surfaces of different kinds or depths meet: their pixels show both."""
    seen = np.where(hits.triangle < 0, -1, kind[hits.triangle]).reshape(shape)
    depth = np.minimum(hits.distance, 9.0).reshape(shape)
    least = np.where(seen == WORN, _WORN_EDGE, _EDGE_DEPTH)
    edge = np.zeros(shape, bool)
    for a, b in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        jump = (seen[a] != seen[b]) | (np.abs(depth[a] - depth[b]) > least[a])
        edge[a] |= jump
        edge[b] |= jump
    return edge.ravel()


def expose(
    light: np.ndarray, brightness: np.ndarray | float = 1.0, noise: np.ndarray | float = 0.0
) -> np.ndarray:
    """What the camera records of linear `light`: (H, W, 3) uint8, blue-green-red.

    `noise` (H, W, 3) is in grey levels; `brightness` is near 1, of each channel or of all.
    """
    blurred = cv2.GaussianBlur(light, (0, 0), 0.45)
    levels = 255 * np.clip(brightness * blurred, 0, 1) ** (1 / 2.2) + noise
    return np.clip(levels, 0, 255).round().astype(np.uint8)[..., ::-1]
