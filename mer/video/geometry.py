"""What the landmarks of a face tell: how the head is turned, and what the face shows.

A rigid head is fitted to the points that no expression moves. What is measured of brows and lips
is measured on the face turned back, in widths of the eyes (outer corner to outer corner, about
90 mm on an adult), so that neither a turn nor the distance from the camera counts as expression.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer.video.face_mesh import Mesh
from mer.video.pictures import square

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
_BROWS = [
    *(70, 63, 105, 66, 107, 46, 53, 52, 65, 55),
    *(300, 293, 334, 296, 336, 276, 283, 282, 295, 285),
]
_LIPS, _CORNERS = (13, 14), (61, 291)  # middle of the upper and lower lip inside; right, left
_LIDS = (159, 145), (386, 374)  # upper and lower lid, right and left
_FLAT = 0.9, 1.3  # true degrees of yaw and pitch in one of the landmarks, of known rendered heads
MEASURES = ("brows", "lips", "width", "corners")  # what `measured` gives, in this order


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


def measured(mesh: Mesh, held: Head) -> np.ndarray:
    """(4,) of a face turned back, in widths of the eyes: how high the brows stand above the eyes,
    how far the lips are open, how wide the mouth is, how high its corners stand."""
    own = (mesh.points - held.place) @ held.turn / held.size
    upper, lower = own[list(_LIPS)]
    right, left = own[list(_CORNERS)]
    return np.array(
        [
            -own[_BROWS, 1].mean(),
            np.linalg.norm(upper - lower),
            np.linalg.norm((right - left)[:2]),
            -(right[1] + left[1]) / 2,
        ]
    )


def lids(mesh: Mesh, held: Head) -> float:
    """How far the eyes are open, the mean of both, in widths of the eyes."""
    apart = (np.linalg.norm(np.subtract(*mesh.points[list(pair)])) for pair in _LIDS)
    return float(sum(apart)) / (2 * held.size)
