"""The frames of an acted take as its camera records them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np

from mer.people.behaviour.acting import Acting
from mer.people.behaviour.life import Life
from mer.people.geometry.camera import Camera
from mer.people.geometry.mesh import normals
from mer.people.rendering.radiance import background, expose, radiance
from mer.people.rendering.shading import Lamp
from mer.people.rendering.shadow import shadow
from mer.people.rng import stream

_BANK = 1 << 22  # normal deviates that the noise of all frames is taken from
_SLACK = 2  # columns beside a figure that its outline may reach into


def frames(acting: Acting, name: str, numbers: Sequence[int]) -> np.ndarray:
    """The frames of these numbers as the camera records them, (n, 480, 640, 3) uint8."""
    if isinstance(acting, Life):
        return np.stack([_webcam(acting, name, number) for number in numbers])
    first = numbers[0]
    still = radiance(
        acting.figure, acting.vertices(first), acting.show.gaze[first], camera=acting.camera
    )
    return np.stack([_frame(acting, name, number, still) for number in numbers])


def _frame(acting: Acting, name: str, index: int, still: np.ndarray) -> np.ndarray:
    """One frame; outside the moving columns it is `still`, another frame without its noise."""
    image = still.copy()
    left, right = acting.columns
    image[:, left:right] = radiance(
        acting.figure,
        acting.vertices(index),
        acting.show.gaze[index],
        camera=_window(acting.camera, acting.columns),
    )
    return expose(image, float(acting.light[index]), _noise(acting, name, index))


def _webcam(acting: Life, name: str, place: int) -> np.ndarray:
    """The frame at a place of the video: the last one that arrived."""
    index = int(acting.shown[place])
    vertices, (width, height) = acting.vertices(index), acting.camera.size
    across = acting.camera.project(vertices)[:, 0]
    left, right = np.clip([across.min() - _SLACK, across.max() + _SLACK + 1], 0, width).astype(int)
    wall = background(height, np.arange(height))[:, None]
    image = np.repeat(wall, width, 1)
    image[:, left:right] = radiance(
        replace(acting.figure, openness=_openness(acting, index, vertices)),
        vertices,
        acting.show.gaze[index],
        camera=_window(acting.camera, (left, right)),
        lamp=Lamp(acting.lighting.side, acting.lighting.lamp[index]),
    )
    gains = acting.lighting.gains[index] * np.float32(acting.light[index])
    frame = expose(image, gains, _noise(acting, name, index))
    return _compressed(frame, acting.quality) if acting.quality else frame


def _openness(acting: Life, index: int, vertices: np.ndarray) -> np.ndarray:
    """(V,) that of the figure, less the shadow of hands and things on the rest of it."""
    spheres, figure = acting.spheres(index), acting.figure
    if not len(spheres):
        return figure.openness
    dim = shadow(vertices, normals(vertices, figure.mesh.triangles), spheres)
    for cover in acting.covers:
        dim[cover.vertices] = 1
    return figure.openness * dim


def _compressed(frame: np.ndarray, quality: int) -> np.ndarray:
    """A frame after the JPEG that most webcams send, colour at half the resolution."""
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality,
                cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420]  # fmt: skip
    return cv2.imdecode(cv2.imencode(".jpg", frame, settings)[1], cv2.IMREAD_COLOR)


def _window(camera: Camera, columns: tuple[int, int]) -> Camera:
    """The part of the camera's picture from one column to another."""
    left, right = columns
    return replace(
        camera,
        centre=(camera.centre[0] - left, camera.centre[1]),
        size=(right - left, camera.size[1]),
    )


def _noise(acting: Acting, name: str, index: int) -> np.ndarray:
    """(480, 640, 3) grey levels of the sensor's noise."""
    width, height = acting.camera.size
    count = height * width * 3
    first = stream(0, name, "noise", index).integers(_BANK - count)
    return acting.noise * _bank()[first : first + count].reshape(height, width, 3)


@lru_cache(maxsize=1)
def _bank() -> np.ndarray:
    return stream(0, "takes", "noise").standard_normal(_BANK, np.float32)
