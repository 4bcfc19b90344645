"""Frames of a performance, as the camera records them."""

from __future__ import annotations

import cv2
import numpy as np

from mer.people.behaviour.coding import Part
from mer.people.behaviour.performance import Performance, pose
from mer.people.body.figure import Figure
from mer.people.rendering.radiance import expose, radiance
from mer.people.rng import stream

_QUALITY = 92  # of the JPEG frames


def render_frame(
    figure: Figure, part: Part, seed: int, show: Performance, index: int, light: float = 1.0
) -> np.ndarray:
    """One frame as the camera records it, (340, 280, 3) uint8, blue-green-red."""
    image = radiance(figure, pose(figure, show, index), show.gaze[index])
    level = stream(seed, part.subject, part.name, "noise").uniform(1.0, 2.0)
    rng = stream(seed, part.subject, part.name, "noise", int(show.numbers[index]))
    return expose(image, light, level * rng.standard_normal(image.shape, np.float32))


def as_jpeg(frame: np.ndarray) -> np.ndarray:
    """The bytes of a frame's JPEG file, uint8."""
    return cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
