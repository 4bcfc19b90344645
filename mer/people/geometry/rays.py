"""Rays against a triangle mesh, by Embree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Hits:
    """What N rays met: the triangle (-1: nothing), the (N, 3) barycentric weights, distance."""

    triangle: np.ndarray
    weights: np.ndarray
    distance: np.ndarray

    def interpolate(self, triangles: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Values of vertices (V, C), interpolated at each hit, (N, C)."""
        corners = values[triangles[self.triangle]]
        return np.einsum("nk,nkc->nc", self.weights, corners)

    def at(self, which: np.ndarray) -> Hits:
        """The hits of the rays of these numbers."""
        return Hits(*(one.take(which, 0) for one in (self.triangle, self.weights, self.distance)))


class RayScene:
    """A mesh that rays can be cast at."""

    def __init__(self, vertices: np.ndarray, triangles: np.ndarray):
        from embreex.mesh_construction import TriangleMesh
        from embreex.rtcore_scene import EmbreeScene

        self._scene = EmbreeScene()
        self._mesh = TriangleMesh(
            self._scene, np.ascontiguousarray(vertices, np.float32),
            np.ascontiguousarray(triangles, np.int32),
        )  # fmt: skip

    def cast(self, origins: np.ndarray, directions: np.ndarray) -> Hits:
        """The nearest hits of N rays; origins and directions are (N, 3)."""
        found = self._scene.run(
            np.ascontiguousarray(origins, np.float32),
            np.ascontiguousarray(directions, np.float32), output=True,
        )  # fmt: skip
        u, v = found["u"].astype(np.float64), found["v"].astype(np.float64)
        weights = np.stack([1 - u - v, u, v], 1)
        return Hits(found["primID"].astype(np.int64), weights, found["tfar"].astype(np.float64))
