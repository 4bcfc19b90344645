"""What really happened in a sequence: dense flow, visibility, intensities."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mer.errors import BadData
from mer.files import atomic
from mer.people.head import NECK, SKIN
from mer.people.rays import Scene
from mer.people.render import HEIGHT, WIDTH, Figure, look, pixels

_HIDDEN = 1e-3  # metres that a point may lie behind what the camera sees and still be seen


def true_flow(figure: Figure, onset: np.ndarray, apex: np.ndarray):
    """The motion of each onset pixel towards the apex, from the geometry alone.

    `onset` and `apex` are the (V, 3) vertices of both frames. Returns the flow (H, W, 2) in
    pixels, right and down, and the mask (H, W) of skin that both frames show.
    """
    head, camera, here = figure.head, figure.camera, pixels()
    hits = look(Scene(onset, head.triangles), camera, here)
    met = hits.triangle >= 0
    moved = hits.at(met).interpolate(head.triangles, apex)
    there = camera.project(moved)
    flow = np.zeros((len(here), 2), np.float32)
    flow[met] = there - here[met]
    visible = np.zeros(len(here), bool)
    visible[met] = np.isin(head.kind[hits.triangle[met]], (SKIN, NECK)) & _seen(
        Scene(apex, head.triangles), camera, moved, there
    )
    return flow.reshape(HEIGHT, WIDTH, 2), visible.reshape(HEIGHT, WIDTH)


def _seen(scene, camera, points, places) -> np.ndarray:
    inside = ((places > -0.5) & (places < np.array([WIDTH, HEIGHT]) - 0.5)).all(1)
    nearest = look(scene, camera, places).distance
    return inside & (points[:, 1] - camera.position[1] < nearest + _HIDDEN)


def save(path: Path, *, flow, visible, apex: int, numbers, actions, intensities) -> None:
    """Write a truth file atomically; flow as float16, good to 0.002 pixels at 4 pixels."""
    with atomic(path) as draft:
        np.savez_compressed(
            draft,
            flow=flow.astype(np.float16),
            visible=visible,
            apex=np.int32(apex),
            numbers=numbers.astype(np.int32),
            actions=np.array(actions),
            intensities=intensities.astype(np.float32),
        )


def load(path: Path) -> dict:
    """Read a truth file: the arguments of `save`. A missing or damaged one is `BadData`."""
    try:
        with np.load(path, allow_pickle=False) as found:
            return {
                "flow": found["flow"].astype(np.float32),
                "visible": found["visible"],
                "apex": int(found["apex"]),
                "numbers": found["numbers"],
                "actions": tuple(found["actions"].tolist()),
                "intensities": found["intensities"],
            }
    except Exception as error:  # zipfile, zlib, OS and key errors alike mean a damaged file
        raise BadData(f"{path}: no readable ground truth ({error}). Delete this file and run "
                      "`python -m mer people` again with the same profile.") from error
