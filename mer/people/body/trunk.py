"""Chest and arms in the same shirt, for a camera that sees more of a person than the face."""

from __future__ import annotations

import numpy as np

from mer.people.body.clothes import lift
from mer.people.body.rig import body, rig
from mer.people.geometry.mesh import Worn, normals
from mer.people.geometry.subdivide import subdivide
from mer.people.identity import Identity

# Metres below the eyes: where the trunk begins before the chest and beside the neck, and ends.
_TOP, _BESIDE, _DOWN = 0.175, 0.135, 0.75
_NECK = 0.055  # metres from the middle to beside the neck
_HANG = 0.62  # radians by which the half raised arms are lowered
_LOOSE = 100.0  # millimetres below the collar: cloth hangs as loose as it does anywhere


def trunk(person: Identity, seed: int) -> Worn:
    """The trunk of a person of the cast of `seed`, arms hanging, in the shirt that they wear."""
    whole = body(person)
    for side, way in (("L", 1), ("R", -1)):
        whole.bend(f"upperarm01.{side}", [0, 1, 0], way * _HANG)
    aside, _, up = (whole.points - whole.joint("eye.L") * [0, 1, 1]).T
    depth, top = -up, np.where(np.abs(aside) > _NECK, _BESIDE, _TOP)
    quads = rig().quads
    own = ((depth > top) & (depth < _DOWN) & (rig().beyond("wrist.L") < 0.5)
           & (rig().beyond("wrist.R") < 0.5))[quads].all(1)  # fmt: skip
    used, local = np.unique(quads[own], return_inverse=True)
    matrix, fine = subdivide(local.reshape(-1, 4), len(used))
    points, triangles = matrix @ whole.points[used], fine[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)
    values = np.c_[points, normals(points, triangles), np.full(len(points), _LOOSE)]
    cloth = lift(values, person.subject, seed)
    return Worn(cloth, triangles, np.tile(person.top**2.2, (len(cloth), 1)))
