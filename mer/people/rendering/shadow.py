"""The soft shadow of spheres on a surface, which stands for that of what they fill."""

from __future__ import annotations

import numpy as np
from numba import njit

from mer.people.rendering.shading import KEY

_DARK = 0.6  # how much of the light the middle of a shadow lacks
_SOFT, _LEAST = 0.25, 0.006  # a shadow's blur: metres a metre from what casts it, and at least
_MOST = 0.8  # share of the light of the room that is missing at most
_REACH = 0.25  # metres beyond which nothing is dimmed


def shadow(points: np.ndarray, outward: np.ndarray, spheres: np.ndarray) -> np.ndarray:
    """(V,) the share of light left on a surface of `points` and normals `outward` (V, 3) beside
    `spheres` (S, 4), centres and radii in metres.

    The light of the room is missing towards them (the exact ambient occlusion of a sphere, as
    Quilez derives it), and the key light behind them, with an edge that blurs with distance.
    """
    low, high = spheres[:, :3].min(0) - _REACH, spheres[:, :3].max(0) + _REACH
    near = ((points > low) & (points < high)).all(1)
    found = np.ones(len(points), np.float32)
    found[near] = _dim(points[near], outward[near], spheres, KEY)
    return found


@njit(cache=True, error_model="numpy")
def _dim(points, outward, spheres, key):
    found = np.empty(len(points), np.float32)
    for i in range(len(points)):
        hidden, most = 0.0, 0.0
        for s in range(len(spheres)):
            radius = spheres[s, 3]
            x, y, z = (
                spheres[s, 0] - points[i, 0],
                spheres[s, 1] - points[i, 1],
                spheres[s, 2] - points[i, 2],
            )
            square = x * x + y * y + z * z
            distance = np.sqrt(square)
            facing = x * outward[i, 0] + y * outward[i, 1] + z * outward[i, 2]
            if facing > 0:
                hidden += facing / distance * min(radius * radius / square, 1.0)
            along = x * key[0] + y * key[1] + z * key[2]
            if along > radius:
                edge = _SOFT * along + _LEAST
                beside = np.sqrt(max(square - along * along, 0.0))
                inside = min(max((radius + edge - beside) / (2 * edge), 0.0), 1.0)
                most = max(most, inside * inside * (3 - 2 * inside))
        found[i] = (1 - min(hidden, _MOST)) * (1 - _DARK * most)
    return found
