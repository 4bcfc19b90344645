"""A person put together: the shaped head, painted, with hair and glasses, before a camera."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mer.people.body.glasses import glasses
from mer.people.body.hair import lift
from mer.people.body.head import Head, Sculptor, sculptor
from mer.people.body.locks import locks
from mer.people.body.skin import paint, surface
from mer.people.geometry.camera import CROP, Camera
from mer.people.geometry.mesh import TURNED_AWAY, WORN, Mesh, Worn, facing, normals, openness
from mer.people.identity import Identity, identity

_DISTANCE = 1.3  # metres from camera to eyes
_EYE_ROW = 132.0
_EYES_TO_MOUTH = 109.0  # pixels
_PIVOT = np.array([0.0, 0.09, -0.10])  # the joint of skull and neck, from the eyes, in metres


@dataclass(frozen=True, eq=False)  # hashed as one thing: what is found out about it is kept
class Figure:
    """A person ready to be rendered.

    `neutral` (V, 3) are the vertices at rest: those of the head, then those of what it wears;
    `mesh` is what can come into view, `albedo` the painted atlas in linear light, `openness`
    (V,) how much of the sky each vertex of it sees (1: all).
    """

    head: Head
    person: Identity
    neutral: np.ndarray
    mesh: Mesh
    albedo: np.ndarray
    openness: np.ndarray
    camera: Camera

    @property
    def pivot(self) -> np.ndarray:
        """(3,) the point in metres about which the head turns."""
        return self.neutral[np.concatenate(self.head.eye_vertices)].mean(0) + _PIVOT


@dataclass(frozen=True)
class Sitter:
    """A person before they are painted and wear anything: cheap to hand to a worker.

    `place` is `skin.surface(head)`; `shape` (V, 3) are the vertices in metres that the model
    gives for `person`, who is of the cast of `seed`.
    """

    head: Head
    place: np.ndarray
    person: Identity
    shape: np.ndarray
    seed: int

    def figure(self, away: float = TURNED_AWAY) -> Figure:
        """The person painted, with hair and glasses; `away` is that of `mesh.facing`."""
        head, person, seed = self.head, self.person, self.seed
        raised = lift(head, person, seed)[:, None] * normals(self.shape, head.triangles)
        lifted = self.shape + raised
        worn = [*locks(head, person, lifted, seed), *glasses(head, person, self.shape, seed)]
        mesh, vertices = join(head, worn)
        neutral = np.concatenate([lifted, vertices])
        front = facing(mesh, neutral, away)
        return Figure(
            head=head,
            person=person,
            neutral=neutral,
            mesh=front,
            albedo=(paint(head, self.place, person, seed) ** 2.2).astype(np.float32),
            openness=openness(neutral, mesh.triangles, front.triangles),
            camera=frame_person(head, lifted, person),
        )


def sitter(seed: int, subject: str) -> Sitter:
    """The person called `subject` in the cast of `seed`.

    The model of the human is loaded once per process. Call this before work is shared out:
    workers get arrays, and the model's cache on disk is never made by two processes at a time.
    """
    model, place = _model()
    person = identity(seed, subject)
    shape = model.shape(person.phenotypes, person.changes)
    return Sitter(model.head, place, person, shape, seed)


@lru_cache(maxsize=1)
def _model() -> tuple[Sculptor, np.ndarray]:
    model = sculptor()
    return model, surface(model.head)


def join(head: Head, worn: list[Worn]) -> tuple[Mesh, np.ndarray]:
    """All triangles of a head and of what it wears; with the worn vertices (W, 3)."""
    first = len(head.template)
    triangles, colour = [head.triangles], [np.zeros((first, 3))]
    for thing in worn:
        triangles.append(thing.triangles + first)
        colour.append(thing.colour)
        first += len(thing.vertices)
    triangles = np.concatenate(triangles).astype(np.int32)
    count = len(triangles) - len(head.triangles)
    mesh = Mesh(
        triangles=triangles,
        corners=np.concatenate([head.corners, np.zeros((count, 3), int)]).astype(np.int32),
        texels=head.texels.astype(np.float32),
        kind=np.concatenate([head.kind, np.full(count, WORN)]),
        colour=np.concatenate(colour).astype(np.float32),
    )
    return mesh, np.concatenate([np.zeros((0, 3)), *(thing.vertices for thing in worn)])


def landmarks(head: Head, neutral: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The middles of both eyes (2, 3) and of the mouth (3,) of a person at rest, in metres."""
    lips = head.eyes.mean(0) + [0, -0.02, -0.072]
    mouth = neutral[np.linalg.norm(head.template - lips, axis=1).argmin()]
    return np.array([neutral[ball].mean(0) for ball in head.eye_vertices]), mouth


def frame_person(head: Head, neutral: np.ndarray, person: Identity) -> Camera:
    """A camera that crops a face as CASME II does: eyes level at a fixed row, chin in view."""
    balls, mouth = landmarks(head, neutral)
    eyes = balls.mean(0)
    zoom, right, down = person.framing
    focal = zoom * _EYES_TO_MOUTH / (eyes[2] - mouth[2]) * _DISTANCE
    centre = ((CROP[0] - 1) / 2 + right, _EYE_ROW + down)
    return Camera(eyes - [0, _DISTANCE, 0], focal, centre)
