"""A z-buffer: which triangle of a mesh each pixel shows, compiled by numba.

Frames need a hit at every pixel centre, over and over for a mesh that has moved a little. That
is what filling triangles does best: no search tree has to be built for every frame, as for rays.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from mer.people.geometry.rays import Hits

CENTRE = ((0.0, 0.0),)


def rasterise(
    xy: np.ndarray,
    depth: np.ndarray,
    triangles: np.ndarray,
    size: tuple[int, int],
    samples=CENTRE,
    wanted: np.ndarray | None = None,
) -> list[Hits]:
    """The nearest triangle at the pixels of an image, row by row: one `Hits` for each sample.

    `xy` (V, 2) and `depth` (V,) are the projected vertices: pixels and metres along the axis.
    `size` is (width, height); `samples` are offsets from the pixel centres, under half a pixel;
    `wanted` (height * width,) bool picks pixels, None means all. Only triangles whose corners
    run anticlockwise, which is how the outside of a surface is seen, are drawn. Weights are
    those of the surface, that is, corrected for perspective.
    """
    width, height = size
    wanted = np.ones(width * height, bool) if wanted is None else wanted
    slot = np.where(wanted, np.cumsum(wanted) - 1, -1).astype(np.int32).reshape(height, width)
    count = int(wanted.sum())
    found = np.full((len(samples), count), -1, np.int32)
    weights = np.zeros((len(samples), count, 3), np.float32)
    closeness = np.zeros((len(samples), count), np.float32)
    _fill(
        np.ascontiguousarray(xy, np.float32),
        (1 / depth).astype(np.float32),
        triangles,
        np.asarray(samples, np.float32),
        slot,
        found,
        weights,
        closeness,
    )
    with np.errstate(divide="ignore"):
        distance = 1 / closeness
    return [Hits(*sample) for sample in zip(found, weights, distance, strict=True)]


@njit(cache=True, error_model="numpy")
def _fill(xy, near, triangles, samples, slot, found, weights, closeness):
    height, width = slot.shape
    reach = np.float32(0.0) if len(samples) == 1 else np.float32(0.5)
    for t in range(len(triangles)):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, bx, by, cx, cy = xy[a, 0], xy[a, 1], xy[b, 0], xy[b, 1], xy[c, 0], xy[c, 1]
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if area >= 0:
            continue
        left = max(0, int(np.ceil(min(ax, bx, cx) - reach)))
        right = min(width - 1, int(np.floor(max(ax, bx, cx) + reach)))
        top = max(0, int(np.ceil(min(ay, by, cy) - reach)))
        bottom = min(height - 1, int(np.floor(max(ay, by, cy) + reach)))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                i = slot[row, column]
                if i < 0:
                    continue
                for s in range(len(samples)):
                    x, y = column + samples[s, 0], row + samples[s, 1]
                    # Areas opposite to two corners; like the whole, they are negative inside.
                    wa = (bx - x) * (cy - y) - (cx - x) * (by - y)
                    wb = (cx - x) * (ay - y) - (ax - x) * (cy - y)
                    if wa > 0 or wb > 0:
                        continue
                    wa, wb = wa / area, wb / area
                    wc = 1 - wa - wb
                    if wc < 0:
                        continue
                    wa, wb, wc = wa * near[a], wb * near[b], wc * near[c]
                    total = wa + wb + wc
                    if total > closeness[s, i]:
                        closeness[s, i] = total
                        found[s, i] = t
                        weights[s, i, 0] = wa / total
                        weights[s, i, 1] = wb / total
                        weights[s, i, 2] = wc / total


@njit(cache=True, error_model="numpy")
def blend(triangles, triangle, weights, values):
    """Values (V, C) of vertices, interpolated in the N hit triangles, (N, C)."""
    count, channels = len(triangle), values.shape[1]
    out = np.empty((count, channels), values.dtype)
    for i in range(count):
        t = triangle[i]
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        wa, wb, wc = weights[i, 0], weights[i, 1], weights[i, 2]
        for k in range(channels):
            out[i, k] = wa * values[a, k] + wb * values[b, k] + wc * values[c, k]
    return out


@njit(cache=True, error_model="numpy")
def add_up(triangles, vertices, total):
    """Add to `total` (V, 3) of each corner its triangle's normal, as long as twice its area."""
    for t in range(len(triangles)):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux, uy, uz = (
            vertices[b, 0] - vertices[a, 0],
            vertices[b, 1] - vertices[a, 1],
            vertices[b, 2] - vertices[a, 2],
        )
        vx, vy, vz = (
            vertices[c, 0] - vertices[a, 0],
            vertices[c, 1] - vertices[a, 1],
            vertices[c, 2] - vertices[a, 2],
        )
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for corner in (a, b, c):
            total[corner, 0] += nx
            total[corner, 1] += ny
            total[corner, 2] += nz
