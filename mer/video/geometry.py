"""What the landmarks of a face tell: how the head is turned, and what the face shows.

A rigid head is fitted to the points that no expression moves. What is measured of brows and lips
is measured on the face turned back, in widths of the eyes (outer corner to outer corner, about
90 mm on an adult), so that neither a turn nor the distance from the camera counts as expression.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer.video.face_mesh import Mesh
from mer.video.pictures import SIZE, square

# Points that stand still on the skull: corners of the eyes, bridge of the nose, temples. Their
# places on a head that looks into the camera, right, down and away, in widths of the eyes: the
# mean of rendered people, mirrored, so that both halves are alike.
_RIGID = {
    33: (-0.500, 0.000, 0.000), 133: (-0.191, 0.017, -0.059),
    362: (0.191, 0.017, -0.059), 263: (0.500, 0.000, 0.000),
    168: (0.000, -0.058, -0.241), 6: (0.000, 0.035, -0.289), 197: (0.000, 0.117, -0.345),
    195: (0.000, 0.193, -0.406), 5: (0.000, 0.273, -0.467), 4: (0.000, 0.373, -0.493),
    127: (-0.773, 0.046, 0.554), 356: (0.773, 0.046, 0.554),
    234: (-0.763, 0.206, 0.606), 454: (0.763, 0.206, 0.606),
}  # fmt: skip
_POINTS, _HEAD = list(_RIGID), np.array(list(_RIGID.values()))
_BOX, _BOX_SIDE = np.array([0.0, 0.28, -0.15]), 1.85  # the square of an aligned face: no hair
WIDTH = SIZE / _BOX_SIDE  # pixels of an aligned face that the eyes are wide
# Groups of points whose means are the shape of a face: those of its right half, of its left,
# and those in the middle. Brows (inner, middle, outer end), lids, wings of the nose, cheeks,
# lips, chin.
_SIDES = (
    ((107, 66, 55, 65), (336, 296, 285, 295)), ((105, 52), (334, 282)),
    ((70, 63, 46, 53), (300, 293, 276, 283)), ((159,), (386,)), ((145,), (374,)),
    ((129, 98), (358, 327)), ((50, 205), (280, 425)), ((61,), (291,)), ((40, 39), (270, 269)),
    ((91, 181), (321, 405)),
)  # fmt: skip
_MIDDLE = (0,), (13,), (14,), (17,), (152,)
# Upper and lower points of the shape that meet when the mouth or an eye is shut, whoever it is of.
GAPS = (21, 22), (3, 4), (13, 14)
_BELOW = tuple(number > 5 for number in range(len(_SIDES)))  # cheeks and lips
LOWER = np.array((*_BELOW, *_BELOW, *(True for _ in _MIDDLE)))  # of the shape, the lower half
PAIRS, SHAPE = len(_SIDES), 2 * len(_SIDES) + len(_MIDDLE)
_FLAT = 0.9, 1.3  # true degrees of yaw and pitch in one of the landmarks, of known rendered heads


@dataclass(frozen=True)
class Head:
    """How a head is held: `turn` (3, 3) from its own axes to the frame's (right, down, away),
    `size` in pixels a width of the eyes, and `place` (3,) of the middle of the eyes in pixels."""

    turn: np.ndarray
    size: float
    place: np.ndarray

    @property
    def angles(self) -> np.ndarray:
        """(3,) yaw, pitch and roll in degrees: to the picture's right, upwards, clockwise."""
        right, down = self.turn[:, 0], self.turn[:, 1]
        yaw = np.arctan2(-right[2], np.hypot(right[0], right[1]))
        pitch = np.arctan2(down[2], self.turn[2, 2])
        return np.degrees([_FLAT[0] * yaw, _FLAT[1] * pitch, np.arctan2(right[1], right[0])])

    @property
    def pose(self) -> np.ndarray:
        """(2, 3) of the aligned face: shifted, turned in the picture and scaled, no more."""
        roll = np.arctan2(self.turn[1, 0], self.turn[0, 0])
        centre = self.place + self.size * self.turn @ _BOX
        return square(centre[:2], self.size * _BOX_SIDE, roll)


def head(mesh: Mesh) -> Head:
    """The head that fits a face's rigid points best (Umeyama, 1991)."""
    points = mesh.points[_POINTS]
    middle, own = points.mean(axis=0), _HEAD.mean(axis=0)
    seen, known = points - middle, _HEAD - own
    left, sizes, right = np.linalg.svd(seen.T @ known)
    sign = np.array([1, 1, np.sign(np.linalg.det(left @ right))])
    turn = (left * sign) @ right
    size = float((sizes * sign).sum() / (known**2).sum())
    return Head(turn, size, middle - size * turn @ own)


def shape(mesh: Mesh, held: Head) -> np.ndarray:
    """(SHAPE, 2) where brows, lids, nose, cheeks, lips and chin are on the face turned back, right
    and down from the middle of the eyes, in widths of the eyes: `PAIRS` of the right half, as many
    of the left, and those in the middle."""
    own = ((mesh.points - held.place) @ held.turn / held.size)[:, :2]
    right, left = zip(*_SIDES, strict=True)
    return np.array([own[list(group)].mean(axis=0) for group in (*right, *left, *_MIDDLE)])
