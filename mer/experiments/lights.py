"""Faces in another light: how a lamp that is dim, or on one side, changes a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer.experiments import strangers
from mer.learning.inputs import resized
from mer.preprocessing import contrast

GAMMA = 2.2  # what a camera writes is about the 2.2nd root of the light that it saw


@dataclass(frozen=True)
class Light:
    """How much less light falls on a face: photographic stops (halvings) at its two edges.

    Between the edges it changes smoothly, as round a face that is lit from one side.
    """

    name: str
    left: float
    right: float

    def __call__(self, face: np.ndarray) -> np.ndarray:
        """The picture (H, W, 3) uint8 in this light, rounded to 8 bits as a camera does.

        Noise is dimmed along with the face; a camera's own would not be.
        """
        across = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, face.shape[1]))
        stops = self.left + (self.right - self.left) * across
        gain = 2 ** (-stops / GAMMA)
        return np.clip(np.rint(face * gain[None, :, None]), 0, 255).astype(np.uint8)


RECORDED = Light("as recorded", 0, 0)
DARK, SIDE = Light("dark", 3, 3), Light("side-lit", 4, 0)
ALL = (RECORDED, DARK, SIDE)


def lit_face(onset: np.ndarray, apex: np.ndarray, change: str, light: str, size: int) -> np.ndarray:
    """The apex crop (H, W, 3) uint8 in a light of `ALL`, in a contrast of
    `mer.preprocessing.contrast.ALL`, scaled to `size` as apex inputs are."""
    return resized(_seen(apex, change, light), size).permute(1, 2, 0).numpy()


def lit_flow(onset: np.ndarray, apex: np.ndarray, change: str, light: str, size: int) -> np.ndarray:
    """The study's flow (size, size, 3) of two crops that are in the same light and contrast."""
    return strangers.study_flow(*(_seen(one, change, light) for one in (onset, apex)), size)


def _seen(face: np.ndarray, change: str, light: str) -> np.ndarray:
    """Light first, then contrast, as it would be in a camera."""
    return _named(contrast.ALL, change)(_named(ALL, light)(face))


def _named(known: tuple, name: str):
    return next(one for one in known if one.name == name)
