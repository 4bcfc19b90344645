"""Pieces of pictures: smaller, grey, cut out along a turned square."""

from __future__ import annotations

import cv2
import numpy as np

SIZE = 128  # side in pixels of an aligned face: a face's pose (2, 3) leads from there to the frame
_MARGIN = 4  # pixels around a piece of a frame


def shrunk(frame: np.ndarray, longest: int) -> tuple[np.ndarray, float]:
    """A frame whose longer side has at most `longest` pixels, and the factor it was made
    smaller by (1: as it was)."""
    factor = min(longest / max(frame.shape[:2]), 1.0)
    if factor == 1:
        return frame, 1.0
    return cv2.resize(frame, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), factor


def grey(picture: np.ndarray) -> np.ndarray:
    """(H, W) of a picture (H, W) or (H, W, 3)."""
    return picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


def apply(pose: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points (N, 2) moved by `pose` (2, 3)."""
    return points @ pose[:, :2].T + pose[:, 2]


def scale(pose: np.ndarray) -> float:
    """How much `pose` (2, 3) enlarges."""
    (a, b), (c, d) = pose[:, :2]
    return abs(a * d - b * c) ** 0.5


def middle(pose: np.ndarray) -> np.ndarray:
    """(2,) where the middle of an aligned face is in the frame."""
    return pose @ [SIZE / 2, SIZE / 2, 1]


def square(centre: np.ndarray, side: float, roll: float = 0.0) -> np.ndarray:
    """The pose of a face in a square around `centre` of `side` pixels, turned by `roll` radians,
    clockwise in the picture."""
    grow = side / SIZE
    cos, sin = np.cos(roll) * grow, np.sin(roll) * grow
    linear = np.array([[cos, -sin], [sin, cos]])
    return np.column_stack([linear, centre - linear @ np.full(2, SIZE / 2)])


def resized(pose: np.ndarray, size: int, margin: float = 1.0) -> np.ndarray:
    """The pose of the same face drawn with `size` pixels, and `margin` times as wide a view."""
    step = margin * SIZE / size
    shift = pose[:, 2] + pose[:, :2] @ np.full(2, (1 - margin) * SIZE / 2)
    return np.column_stack([pose[:, :2] * step, shift])


def bounds(pose: np.ndarray, size: int, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the piece of a frame of `shape` that holds the square of
    `size` pixels at `pose`; at least one pixel."""
    corners = apply(pose, np.array([[0, 0], [size, 0], [0, size], [size, size]]))
    low = np.floor(corners.min(axis=0)).astype(int) - _MARGIN
    high = np.ceil(corners.max(axis=0)).astype(int) + _MARGIN
    height, width = shape[:2]
    x, y = min(max(int(low[0]), 0), width - 1), min(max(int(low[1]), 0), height - 1)
    return x, y, max(min(int(high[0]), width), x + 1), max(min(int(high[1]), height), y + 1)


def warped(
    frame: np.ndarray, pose: np.ndarray, size: int, border: int = cv2.BORDER_REPLICATE
) -> np.ndarray:
    """The square of a frame to which `pose` (2, 3) leads from (size, size) pixels, upright."""
    x, y, right, bottom = bounds(pose, size, frame.shape)
    return _warped(frame[y:bottom, x:right], pose - [[0, 0, x], [0, 0, y]], size, border)


def aligned(frame: np.ndarray, pose: np.ndarray) -> np.ndarray:
    """The face at `pose` (2, 3) in a frame, (SIZE, SIZE) uint8 grey."""
    x, y, right, bottom = bounds(pose, SIZE, frame.shape)
    part = grey(frame[y:bottom, x:right])  # the face alone: most of a frame is something else
    return _warped(part, pose - [[0, 0, x], [0, 0, y]], SIZE, cv2.BORDER_REPLICATE)


def _warped(part: np.ndarray, pose: np.ndarray, size: int, border: int) -> np.ndarray:
    step = scale(pose)
    if step > 1.2:  # fewer pixels than there are: average them, or noise and edges turn to grain
        part = cv2.GaussianBlur(part, (0, 0), 0.35 * step)
    return cv2.warpAffine(
        part, pose, (size, size), borderMode=border, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
