"""Dense true motion between two poses of a head, from the geometry alone."""

from __future__ import annotations

import numpy as np

from mer.people.head import NECK, SKIN
from mer.people.render import HEIGHT, WIDTH, Figure, look, pixels

_HIDDEN = 1e-3  # metres that a point may lie behind what the camera sees and still be seen


def true_flow(figure: Figure, onset: np.ndarray, apex: np.ndarray):
    """The motion of each onset pixel towards the apex, from the geometry alone.

    `onset` and `apex` are the (V, 3) vertices of both frames. Returns the flow (H, W, 2) in
    pixels, right and down, and the mask (H, W) of skin that both frames show.
    """
    head, camera, here = figure.head, figure.camera, pixels()
    hits = look(figure.scene(onset), camera, here)
    met = hits.triangle >= 0
    moved = hits.at(met).interpolate(head.triangles, apex)
    there = camera.project(moved)
    flow = np.zeros((len(here), 2), np.float32)
    flow[met] = there - here[met]
    visible = np.zeros(len(here), bool)
    visible[met] = np.isin(head.kind[hits.triangle[met]], (SKIN, NECK)) & _seen(
        figure.scene(apex), camera, moved, there
    )
    return flow.reshape(HEIGHT, WIDTH, 2), visible.reshape(HEIGHT, WIDTH)


def _seen(scene, camera, points, places) -> np.ndarray:
    inside = ((places > -0.5) & (places < np.array([WIDTH, HEIGHT]) - 0.5)).all(1)
    nearest = look(scene, camera, places).distance
    return inside & (points[:, 1] - camera.position[1] < nearest + _HIDDEN)
