"""Dense true motion between two poses of a head, from the geometry alone."""

from __future__ import annotations

import numpy as np

from mer.people.body.figure import Figure
from mer.people.geometry.camera import Camera
from mer.people.geometry.mesh import NECK, SKIN
from mer.people.geometry.rays import Hits, RayScene

_HIDDEN = 1e-3  # metres that a point may lie behind what the camera sees and still be seen


def true_flow(figure: Figure, onset: np.ndarray, apex: np.ndarray):
    """The motion of each onset pixel towards the apex, from the geometry alone.

    `onset` and `apex` are the (V, 3) vertices of both frames. Returns the flow (H, W, 2) in
    pixels, right and down, and the mask (H, W) of skin that both frames show.
    """
    mesh, camera = figure.mesh, figure.camera
    here = camera.pixels()
    hits = look(RayScene(onset, mesh.triangles), camera, here)
    met = np.flatnonzero(hits.triangle >= 0)
    moved = hits.at(met).interpolate(mesh.triangles, apex)
    there = camera.project(moved)
    flow = np.zeros((len(here), 2), np.float32)
    flow[met] = there - here[met]
    visible = np.zeros(len(here), bool)
    visible[met] = np.isin(mesh.kind[hits.triangle[met]], (SKIN, NECK)) & _seen(
        RayScene(apex, mesh.triangles), camera, moved, there
    )
    width, height = camera.size
    return flow.reshape(height, width, 2), visible.reshape(height, width)


def look(scene: RayScene, camera: Camera, pixels: np.ndarray) -> Hits:
    """What the camera sees at (N, 2) pixels, by rays: these need not be pixel centres."""
    directions = camera.directions(pixels)
    return scene.cast(np.broadcast_to(camera.position, directions.shape), directions)


def _seen(scene, camera, points, places) -> np.ndarray:
    inside = ((places > -0.5) & (places < np.array(camera.size) - 0.5)).all(1)
    nearest = look(scene, camera, places).distance
    return inside & (camera.depth(points) < nearest + _HIDDEN)
