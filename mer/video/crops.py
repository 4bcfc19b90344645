"""Pieces of frames that show the face: what is kept of a video while an expression goes on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mer.preprocessing import flow
from mer.video.pictures import SIZE, bounds, resized, warped

READ = 224  # side in pixels of the faces that the recogniser gets
_AROUND = 1.12  # sides of an aligned face in what the recogniser gets: what `faces.locate` cuts
_KEPT_FACE, _KEPT_FLOW = 128, 64  # side in pixels of what an event keeps


@dataclass(frozen=True)
class Crop:
    """A piece of a frame with a face, and (2, 3) from pixels of what the recogniser gets to it."""

    time: float
    part: np.ndarray
    pose: np.ndarray

    def face(self) -> np.ndarray:
        """The aligned face, (READ, READ, 3) uint8 blue-green-red."""
        found = warped(self.part, self.pose, READ)
        return cv2.cvtColor(found, cv2.COLOR_GRAY2BGR) if found.ndim == 2 else found


def crop(frame: np.ndarray, pose: np.ndarray, time: float) -> Crop:
    """Cut the face out with a margin, and tell its pose in the piece."""
    view = resized(pose, READ, _AROUND)
    x, y, right, bottom = bounds(view, READ, frame.shape)
    return Crop(time, frame[y:bottom, x:right].copy(), view - [[0, 0, x], [0, 0, y]])


def thumbnail(face: np.ndarray) -> np.ndarray:
    """The face that an event keeps, (128, 128, 3) uint8."""
    return _resized(face, _KEPT_FACE)


def motion(onset_face: np.ndarray, apex_face: np.ndarray) -> np.ndarray:
    """The flow that an event keeps, with its strain: (64, 64, 3) in pixels of a face of 64."""
    pair = (_resized(face, SIZE) for face in (onset_face, apex_face))
    small = _resized(flow.onset_to_apex(*pair), _KEPT_FLOW)
    small[..., :2] *= _KEPT_FLOW / SIZE
    return small


def _resized(picture: np.ndarray, side: int) -> np.ndarray:
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
