"""Find a face and cut it out, the same way in every frame of a sequence.

The face is looked for once, in the onset frame, and the same square is cut from every other
frame: a detector that moves its box by a pixel between two frames would draw a flow of its own
that is as large as a micro-expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from mer.core.errors import MerError
from mer.core.opencv import one_opencv_thread

# Shares of a face box: rows from, to. It is cut by the same rule on every face.
_EYES = (0.285, 0.42)
_REGIONS = {"brows": (0.0, _EYES[0]), "cheeks": (_EYES[1], 0.63), "mouth": (0.63, 0.95)}


@dataclass(frozen=True)
class Box:
    """A square in a frame, in pixels; `found` is False when no detector stands behind it."""

    x: int
    y: int
    side: int
    found: bool = True

    def grown(self, factor: float) -> Box:
        """The same square in a picture that is `factor` times as large."""
        return Box(*(round(v * factor) for v in (self.x, self.y, self.side)), self.found)


@cache
def _detector() -> cv2.CascadeClassifier:
    """OpenCV's frontal-face cascade (Viola and Jones, CVPR 2001), which its wheel ships."""
    path = Path(cv2.data.haarcascades) / "haarcascade_frontalface_default.xml"
    detector = cv2.CascadeClassifier(str(path))
    if detector.empty():
        raise MerError(
            f"{path}: OpenCV's face cascade is missing. Install opencv-python 4.14, "
            "whose wheel holds it (version 5 does not)."
        )
    return detector


def find(frame: np.ndarray) -> list[Box]:
    """Faces in a frame (H, W, 3) or (H, W) uint8, largest first."""
    grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) if frame.ndim == 3 else frame
    smallest = max(min(grey.shape) // 4, 24)
    with one_opencv_thread():
        hits = _detector().detectMultiScale(grey, 1.1, 5, minSize=(smallest, smallest))
    boxes = [Box(int(x), int(y), int(min(w, h))) for x, y, w, h in hits]
    return sorted(boxes, key=lambda box: -box.side)


def locate(frame: np.ndarray) -> Box:
    """The square to cut from every frame of a sequence, found in its onset frame.

    Frames that are face crops already (CASME II's Cropped release: 280 x 340) defeat the detector
    now and then; the largest centred square is taken instead, and marked as not found.

    Parameters
    ----------
    frame : (H, W, 3) or (H, W) uint8

    Returns
    -------
    Box
        In pixels of the frame.

    Notes
    -----
    Viola and Jones, "Rapid object detection using a boosted cascade", CVPR 2001.

    Examples
    --------
    >>> from mer.preprocessing import faces
    >>> faces.locate(np.zeros((340, 280, 3), np.uint8))
    Box(x=0, y=30, side=280, found=False)
    """
    height, width = frame.shape[:2]
    boxes = find(frame)
    if not boxes:
        side = min(height, width)
        return Box((width - side) // 2, (height - side) // 2, side, found=False)
    return widen(boxes[0], height, width)


def widen(box: Box, height: int, width: int, margin: float = 0.04, lower: float = 0.06) -> Box:
    """Grow and lower a Haar box, which cuts off the chin, and keep it inside the frame.

    No more than that: what lies beside the cheeks is background, and flow there is noise.
    """
    side = min(round(box.side * (1 + 2 * margin)), height, width)
    x = np.clip(box.x - (side - box.side) // 2, 0, width - side)
    y = np.clip(box.y - (side - box.side) // 2 + round(lower * box.side), 0, height - side)
    return Box(int(x), int(y), side)


def cut(frame: np.ndarray, box: Box, size: int = 224) -> np.ndarray:
    """The boxed face.

    Parameters
    ----------
    frame : (H, W, 3) or (H, W) uint8
    box : Box
        That of `locate`.
    size : int
        Side of the result in pixels.

    Returns
    -------
    (size, size, 3) or (size, size) uint8

    Examples
    --------
    >>> from mer.preprocessing import faces
    >>> frame = np.zeros((340, 280, 3), np.uint8)
    >>> faces.cut(frame, faces.locate(frame), size=112).shape
    (112, 112, 3)
    """
    part = frame[box.y : box.y + box.side, box.x : box.x + box.side]
    shrink = box.side >= size
    return cv2.resize(
        part, (size, size), interpolation=cv2.INTER_AREA if shrink else cv2.INTER_CUBIC
    )


def cut_flow(flow: np.ndarray, box: Box, size: int = 224) -> np.ndarray:
    """A flow in frame pixels (H, W, 2) -> the same motion in pixels of the boxed face."""
    return cut(flow, box, size) * np.float32(size / box.side)


@cache
def regions(side: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Masks (side, side) of the skin without the eyes, and of each region, by fixed shares."""
    y, x = (np.mgrid[:side, :side] + 0.5) / side
    face = ((x - 0.5) / 0.46) ** 2 + ((y - 0.5) / 0.5) ** 2 < 1
    eyes = (y > _EYES[0]) & (y < _EYES[1]) & (abs(x - 0.5) < 0.38)
    return face & ~eyes, {
        name: face & (y >= top) & (y < bottom) for name, (top, bottom) in _REGIONS.items()
    }
