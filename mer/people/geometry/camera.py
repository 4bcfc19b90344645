"""A pinhole camera, and how it frames a face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer.people.body.head import Head
from mer.people.identity import Identity

CROP = (280, 340)  # width and height of CASME II's face crops in pixels
_DISTANCE = 1.3  # metres from camera to eyes
_EYE_ROW = 132.0
_EYES_TO_MOUTH = 109.0  # pixels


@dataclass(frozen=True)
class Camera:
    """A pinhole that looks along +back. Pixel (0, 0) has its centre at (0, 0).

    `position` in metres, `focal` in pixels, `centre` (right, down) of the image axis and `size`
    (width, height) in pixels.
    """

    position: np.ndarray
    focal: float
    centre: tuple[float, float]
    size: tuple[int, int] = CROP

    def project(self, points: np.ndarray) -> np.ndarray:
        """(N, 3) points in metres -> (N, 2) pixels, right and down."""
        x, depth, z = (points - self.position).T
        return np.stack(
            [self.centre[0] + self.focal * x / depth, self.centre[1] - self.focal * z / depth], 1
        )

    def depth(self, points: np.ndarray) -> np.ndarray:
        """(N,) metres along the axis."""
        return points[:, 1] - self.position[1]

    def directions(self, pixels: np.ndarray) -> np.ndarray:
        """(N, 3) directions through (N, 2) pixels; the component along the axis is 1."""
        x = (pixels[:, 0] - self.centre[0]) / self.focal
        z = (self.centre[1] - pixels[:, 1]) / self.focal
        return np.stack([x, np.ones_like(x), z], 1)

    def pixels(self) -> np.ndarray:
        """(width * height, 2) the centres of all pixels, row by row, right and down."""
        width, height = self.size
        x, y = np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float))
        return np.stack([x.ravel(), y.ravel()], 1)


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
