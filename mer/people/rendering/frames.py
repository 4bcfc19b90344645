"""A person in front of the camera: from identity and plan to frames and truth on disk."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from mer.people import truth
from mer.people.behaviour.coding import Part
from mer.people.behaviour.dynamics import flicker
from mer.people.behaviour.performance import perform, pose
from mer.people.body.glasses import glasses
from mer.people.body.hair import lift
from mer.people.body.head import Head
from mer.people.body.locks import locks
from mer.people.body.skin import paint
from mer.people.geometry.camera import frame_person
from mer.people.geometry.mesh import facing, join, normals, openness
from mer.people.identity import Identity
from mer.people.rendering.radiance import Figure, expose, radiance
from mer.people.rendering.true_flow import true_flow
from mer.people.rng import stream

_QUALITY = 92  # of the JPEG frames


def figure(head: Head, place: np.ndarray, person: Identity, shape: np.ndarray, seed: int):
    """The `Figure` of a person, painted, with hair and glasses. `place` is `texture.surface(head)`,
    `shape` (V, 3) the vertices that the model gives for `person`."""
    lifted = shape + lift(head, person, seed)[:, None] * normals(shape, head.triangles)
    mesh, worn = join(
        head, [*locks(head, person, lifted, seed), *glasses(head, person, shape, seed)]
    )
    neutral = np.concatenate([lifted, worn])
    return Figure(
        head=head,
        person=person,
        neutral=neutral,
        mesh=facing(mesh, neutral),
        albedo=(paint(head, place, person, seed) ** 2.2).astype(np.float32),
        openness=openness(neutral, mesh.triangles),
        camera=frame_person(head, lifted, person),
    )


def write_sequence(actor: Figure, part: Part, seed: int, step: int, folder: Path, file: Path):
    """Render all frames of `part` into `folder`; save its ground truth as `file`."""
    show = perform(actor, part, seed, step)
    light = flicker(seed, part.subject, part.name, show.numbers)
    for index, number in enumerate(show.numbers):
        frame = render_frame(actor, part, seed, show, index, float(light[index]))
        (folder / f"reg_img{number}.jpg").write_bytes(as_jpeg(frame))
    at = {
        int(number): pose(actor, show, i)
        for i, number in enumerate(show.numbers)
        if number in (part.onset, part.apex)
    }
    flow, visible = true_flow(actor, at[part.onset], at[part.apex])
    truth.save(
        file,
        flow=flow,
        visible=visible,
        apex=part.true_apex,
        numbers=show.numbers,
        actions=show.actions,
        intensities=show.intensities,
    )


def as_jpeg(frame: np.ndarray) -> np.ndarray:
    """The bytes of a frame's JPEG file, uint8."""
    return cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]


def render_frame(actor: Figure, part: Part, seed: int, show, index: int, light: float = 1.0):
    """One frame as the camera records it, (340, 280, 3) uint8, blue-green-red."""
    image = radiance(actor, pose(actor, show, index), show.gaze[index])
    level = stream(seed, part.subject, part.name, "noise").uniform(1.0, 2.0)
    rng = stream(seed, part.subject, part.name, "noise", int(show.numbers[index]))
    return expose(image, light, level * rng.standard_normal(image.shape, np.float32))
