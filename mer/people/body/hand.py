"""A hand with its forearm, and what it holds: things that come between a face and the camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import ConvexHull

from mer.people.body.rig import body, rig
from mer.people.geometry.mesh import Worn
from mer.people.geometry.subdivide import subdivide
from mer.people.identity import Identity

# How far fingers and thumb bend in radians: at the knuckles, and at the two joints beyond.
_CURLED = {
    "hand": (0.15, 0.2, 0.15), "fist": (1.1, 1.3, 0.8), "phone": (0.5, 0.5, 0.3),
    "mug": (0.8, 0.8, 0.5),
}  # fmt: skip
_SPHERES = 6  # on a phone or a mug, for their shadow
_PHONE = np.array([0.072, 0.009, 0.150])  # metres: width, depth, height
_MUG = 0.039, 0.095  # metres: radius, height
_DARK, _GLAZE = np.array([0.018, 0.019, 0.022]), np.array([0.42, 0.12, 0.10])


@dataclass(frozen=True)
class Held:
    """Something that can be held before a face, in its own place: the wrist at the origin, the
    fingers up, the palm backwards, to the face.

    `surface` is its geometry; `spheres` (S, 4) centres and radii in metres that cast its shadow.
    """

    surface: Worn
    spheres: np.ndarray


def held(person: Identity, thing: str, side: str) -> Held:
    """The hand of a person's `side`, "L" or "R": a hand, a fist, a phone or a mug."""
    arm, spheres = _arm(person, thing, side)
    if thing == "phone":
        return _with(arm, spheres, *_phone())
    if thing == "mug":
        return _with(arm, spheres, *_mug())
    return Held(arm, spheres)


def _arm(person: Identity, thing: str, side: str) -> tuple[Worn, np.ndarray]:
    """Forearm and hand, fingers bent, in the place of a `Held`."""
    whole = body(person)
    wrist, middle = whole.joint(f"wrist.{side}"), whole.joint(f"finger3-1.{side}")
    lateral = whole.joint(f"finger5-1.{side}") - whole.joint(f"finger2-1.{side}")
    up = (middle - wrist) / np.linalg.norm(middle - wrist)
    lateral = lateral - up * (lateral @ up)
    lateral /= np.linalg.norm(lateral)
    # The palm's own side of the hand: left and right hands are mirror images.
    palm = np.cross(lateral, up) * (1 if side == "L" else -1)
    _curl(whole, side, np.cross(up, palm), up, _CURLED[thing])
    frame = np.stack([np.cross(palm, up), palm, up])
    place = (whole.points - wrist) @ frame.T
    own = rig().beyond(f"lowerarm01.{side}")[rig().quads].min(1) > 0.5
    used, local = np.unique(rig().quads[own], return_inverse=True)
    matrix, fine = subdivide(local.reshape(-1, 4), len(used))
    points = matrix @ place[used]
    triangles = fine[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)
    colour = np.tile(person.skin**2.2, (len(points), 1))
    return Worn(points, triangles, colour), _spheres(place, side)


def _curl(whole, side: str, across: np.ndarray, up: np.ndarray, bends) -> None:
    """Bend the fingers towards the palm, and the thumb in front of it; the tips first."""
    for finger in (2, 3, 4, 5):
        for joint, angle in zip((3, 2, 1), reversed(bends), strict=True):
            whole.bend(f"finger{finger}-{joint}.{side}", across, angle)
    towards = -up if side == "R" else up
    for joint, angle in zip((3, 2), reversed(bends[1:]), strict=True):
        whole.bend(f"finger1-{joint}.{side}", towards, 0.5 * angle)


def _spheres(place: np.ndarray, side: str) -> np.ndarray:
    """Two spheres (S, 4) for each bone of an arm from the elbow on, as thick as the flesh."""
    found = []
    for index, name in enumerate(rig().names):
        if not name.endswith(side) or not name.startswith(("lowerarm", "wrist", "meta", "finger")):
            continue
        share = rig().shares[:, index]
        own = place[share > 0.5]
        if len(own) < 4:
            continue
        spread, axes = np.linalg.eigh(np.cov(own.T))
        radius, reach = np.sqrt(spread[:2].sum()), 0.8 * np.sqrt(spread[2]) * axes[:, 2]
        found += [[*(own.mean(0) + way * reach), radius] for way in (-1, 1)]
    return np.array(found)


def _phone() -> tuple[Worn, np.ndarray]:
    """A dark slab in the palm."""
    corners = np.array(np.meshgrid([-0.5, 0.5], [-0.5, 0.5], [-0.5, 0.5])).reshape(3, -1).T
    points = corners * _PHONE + [0.0, 0.035, 0.11]
    return _convex(points, _DARK), _line(points.mean(0), [0, 0, 0.055], 0.03)


def _mug() -> tuple[Worn, np.ndarray]:
    """A glazed cylinder, round which the fingers lie."""
    radius, height = _MUG
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    ring = radius * np.stack([np.cos(angle), np.sin(angle), 0 * angle], 1)
    points = np.concatenate([ring + [0, 0, z] for z in (0, height)]) + [0, 0.052, 0.045]
    return _convex(points, _GLAZE), _line(points.mean(0), [0, 0, 0.04], radius)


def _convex(points: np.ndarray, colour: np.ndarray) -> Worn:
    """The convex hull of points, seen from outside; faces keep their own corners: sharp edges."""
    triangles = points[ConvexHull(points).simplices]
    outward = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    inside = (outward * (triangles.mean(1) - points.mean(0))).sum(1) < 0
    triangles[inside] = triangles[inside][:, ::-1]
    index = np.arange(3 * len(triangles)).reshape(-1, 3)
    return Worn(triangles.reshape(-1, 3), index, np.tile(colour, (index.size, 1)))


def _line(middle: np.ndarray, reach, radius: float) -> np.ndarray:
    steps = np.linspace(-1, 1, _SPHERES)[:, None]
    return np.c_[middle + steps * np.array(reach), np.full(_SPHERES, radius)]


def _with(arm: Worn, spheres: np.ndarray, thing: Worn, more: np.ndarray) -> Held:
    surface = Worn(
        np.concatenate([arm.vertices, thing.vertices]),
        np.concatenate([arm.triangles, thing.triangles + len(arm.vertices)]),
        np.concatenate([arm.colour, thing.colour]),
    )
    return Held(surface, np.concatenate([spheres, more]))
