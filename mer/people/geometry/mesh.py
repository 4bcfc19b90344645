"""The surface of a figure: the head, and what it wears."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer.people.geometry.raster import add_up
from mer.people.geometry.rays import RayScene

# Kinds of surface that are shaded differently; WORN is no part of the head (glasses, hair).
SKIN, EYE, SOCKET, MOUTH, NECK, WORN = range(6)
TURNED_AWAY = 0.35  # backward part of a normal from which a surface is never seen


@dataclass(frozen=True)
class Worn:
    """Rigid geometry that moves with the head: glasses, hair.

    `vertices` (V, 3) in metres, in the place where they sit on the person at rest, `triangles`
    (T, 3), `colour` (V, 3) in linear light, 0 to 1.
    """

    vertices: np.ndarray
    triangles: np.ndarray
    colour: np.ndarray


@dataclass(frozen=True)
class Mesh:
    """Triangles that may come into view, of V vertices: those of the head, then those worn.

    `triangles`, `corners` (T, 3) index vertices and `texels` (U, 2) of the atlas, `kind` (T,)
    names the surface. `colour` (V, 3) is the paint of worn things, which have no texels.
    """

    triangles: np.ndarray
    corners: np.ndarray
    texels: np.ndarray
    kind: np.ndarray
    colour: np.ndarray


def facing(mesh: Mesh, vertices: np.ndarray, away: float = TURNED_AWAY) -> Mesh:
    """The part of a mesh that a camera in front can see, or nearly so; `away` is the backward
    part of a normal from which a surface is never seen (a head that turns needs more)."""
    outward = normals(vertices, mesh.triangles)
    front = outward[mesh.triangles, 1].min(1) < away
    return Mesh(
        mesh.triangles[front], mesh.corners[front], mesh.texels, mesh.kind[front], mesh.colour
    )


def normals(vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals, the area-weighted mean of the adjoining triangles."""
    total = np.zeros((len(vertices), 3))
    add_up(np.ascontiguousarray(triangles, np.int32), np.ascontiguousarray(vertices, float), total)
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def openness(
    vertices: np.ndarray, triangles: np.ndarray, wanted: np.ndarray | None = None, rays: int = 32
) -> np.ndarray:
    """(V,) ambient occlusion: the share of directions about the normal that meet nothing near.

    It is 1, and costs nothing, where no triangle of `wanted` (W, 3) has a corner; None: all.
    """
    used = np.unique(triangles if wanted is None else wanted)
    outward = normals(vertices, triangles)[used]
    scene = RayScene(vertices, triangles)
    start = vertices[used] + 5e-4 * outward
    free = np.zeros(len(used))
    for direction in _sphere(rays):
        towards = outward + 0.98 * direction
        towards /= np.linalg.norm(towards, axis=1, keepdims=True)
        hits = scene.cast(start, towards)
        free += np.where(hits.triangle < 0, 1.0, np.clip(hits.distance / 0.08, 0, 1))
    found = np.ones(len(vertices))
    found[used] = free / rays
    return found


def _sphere(count: int) -> np.ndarray:
    """Evenly spread unit vectors (a Fibonacci lattice)."""
    k = np.arange(count) + 0.5
    height, turn = 1 - 2 * k / count, np.pi * (1 + 5**0.5) * k
    flat = np.sqrt(1 - height**2)
    return np.stack([flat * np.cos(turn), flat * np.sin(turn), height], 1)
