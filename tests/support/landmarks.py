"""A face made of landmarks: a head that turns, brows and lips that move by so much."""

import numpy as np

from mer.video import face_mesh, geometry

_BROWS = [
    *(70, 63, 105, 66, 107, 46, 53, 52, 65, 55),
    *(300, 293, 334, 296, 336, 276, 283, 282, 295, 285),
]
_LIPS, _CORNERS = [13, 14], [61, 291]
_LIDS = (159, 145), (386, 374)
needs_landmarks = "landmarks are not installed: pip install --no-deps -r landmarks.txt"


def mesh(brows=0.2, lips=0.015, width=0.57, corners=-0.745, turn=(0, 0, 0), size=60.0, lids=0.09):
    """A `Mesh` whose measures are these, in widths of the eyes; `turn` in radians about the axes
    that point right, down and away, `size` in pixels a width of the eyes."""
    own = np.zeros((face_mesh.POINTS, 3))
    own[geometry._POINTS] = geometry._HEAD
    own[_BROWS, 1] = -brows
    own[_LIPS] = [[0, 0.7, -0.4], [0, 0.7 + lips, -0.4]]
    own[_CORNERS] = [[-width / 2, -corners, -0.3], [width / 2, -corners, -0.3]]
    for upper, lower in _LIDS:
        own[upper, 1], own[lower, 1] = -lids / 2, lids / 2
    return face_mesh.Mesh(own @ rotation(turn).T * size + [200, 150, 0], 1.0)


def rotation(turn):
    """(3, 3) of the turns about the three axes, one after the other."""
    found = np.eye(3)
    for axis, angle in enumerate(turn):
        cos, sin, one = np.cos(angle), np.sin(angle), np.eye(3)
        a, b = [k for k in range(3) if k != axis]
        one[a, a] = one[b, b] = cos
        one[a, b], one[b, a] = -sin, sin
        found = one @ found
    return found
