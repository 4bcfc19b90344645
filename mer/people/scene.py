"""A person in front of the camera: from identity and plan to frames and truth on disk."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from mer.people import truth
from mer.people.head import SKIN, Head
from mer.people.identity import Identity
from mer.people.motion import true_flow
from mer.people.perform import perform, pose
from mer.people.plan import Part
from mer.people.render import (
    HEIGHT,
    WIDTH,
    Figure,
    expose,
    frame_person,
    normals,
    openness,
    radiance,
)
from mer.people.seeds import stream
from mer.people.texture import hair_cover, paint
from mer.people.timeline import flicker

_QUALITY = 92  # of the JPEG frames
_TURNED_AWAY = 0.35  # backward part of a normal from which a surface is never seen


def figure(head: Head, place: np.ndarray, person: Identity, shape: np.ndarray, seed: int):
    """The `Figure` of a person, painted and with hair. `place` is `texture.surface(head)`,
    `shape` (V, 3) the vertices that the model gives for `person`."""
    neutral = shape + _hair(head, person)[:, None] * normals(shape, head.triangles)
    outward = normals(neutral, head.triangles)
    return Figure(
        head=head,
        person=person,
        neutral=neutral,
        albedo=(paint(head, place, person, seed) ** 2.2).astype(np.float32),
        openness=openness(neutral, head.triangles),
        front=outward[head.triangles, 1].min(1) < _TURNED_AWAY,
        camera=frame_person(head, neutral, person),
    )


def _hair(head: Head, person: Identity) -> np.ndarray:
    """(V,) metres by which hair lifts the surface."""
    place = (head.template - head.eyes.mean(0)) * [1000, -1000, 1000]
    skin = np.zeros(len(place), bool)
    skin[head.triangles[head.kind == SKIN]] = True
    return skin * hair_cover(place, person) * person.hair_volume / 1000


def write_sequence(actor: Figure, part: Part, seed: int, step: int, folder: Path, file: Path):
    """Render all frames of `part` into `folder`; save its ground truth as `file`."""
    show = perform(actor, part, seed, step)
    light = flicker(seed, part.subject, part.name, show.numbers)
    for index, number in enumerate(show.numbers):
        frame = render_frame(actor, part, seed, show, index, light[index])
        code = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
        (folder / f"reg_img{number}.jpg").write_bytes(code)
    at = {int(number): pose(actor, show, i) for i, number in enumerate(show.numbers)
          if number in (part.onset, part.apex)}
    flow, visible = true_flow(actor, at[part.onset], at[part.apex])
    truth.save(file, flow=flow, visible=visible, apex=part.apex, numbers=show.numbers,
               actions=show.actions, intensities=show.intensities)


def render_frame(actor: Figure, part: Part, seed: int, show, index: int, light: float = 1.0):
    """One frame as the camera records it, (HEIGHT, WIDTH, 3) uint8, blue-green-red."""
    image = radiance(actor, pose(actor, show, index), show.gaze)
    level = stream(seed, part.subject, part.name, "noise").uniform(1.0, 2.0)
    rng = stream(seed, part.subject, part.name, "noise", int(show.numbers[index]))
    return expose(image, light, level * rng.standard_normal((HEIGHT, WIDTH, 3), np.float32))
