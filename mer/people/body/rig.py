"""The bones of the parametric human: a body at rest, and joints that bend.

Linear blend skinning, one joint after the other, from the fingertips inwards: so every joint
still lies where the body at rest has it when its turn comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from mer.people.body.head import human, rest
from mer.people.identity import Identity


@dataclass(frozen=True)
class Rig:
    """`shares` (V, J) how far each vertex moves with each bone, `parents` (J,) the bone that each
    bone hangs on (-1: none), `names` of bones, and the `quads` (Q, 4) of the whole body."""

    shares: np.ndarray
    parents: tuple[int, ...]
    names: tuple[str, ...]
    quads: np.ndarray

    def beyond(self, bone: str) -> np.ndarray:
        """(V,) the share of each vertex in a bone and all that hang on it."""
        first = self.names.index(bone)
        found = {first}
        for index, parent in enumerate(self.parents):
            if parent in found:
                found.add(index)
        return self.shares[:, sorted(found)].sum(1)


@lru_cache(maxsize=1)
def rig() -> Rig:
    """The bones that all people share."""
    model = human()
    return Rig(
        shares=model.dense_vertex_bone_weights.double().numpy(),
        parents=tuple(int(parent) for parent in model.bone_parents),
        names=tuple(model.bone_labels),
        quads=np.asarray(model.faces),
    )


@dataclass
class Body:
    """One person's whole body in metres: `points` (V, 3), `joints` (J, 3) where bones begin."""

    points: np.ndarray
    joints: np.ndarray

    def joint(self, bone: str) -> np.ndarray:
        """(3,) where a bone begins."""
        return self.joints[rig().names.index(bone)]

    def bend(self, bone: str, axis: np.ndarray, angle: float) -> None:
        """Turn what hangs on a joint about `axis` (3,) by `angle` radians."""
        turn = cv2.Rodrigues(np.asarray(axis, float) / np.linalg.norm(axis) * angle)[0]
        joint, share = self.joint(bone), rig().beyond(bone)[:, None]
        self.points = self.points + share * ((self.points - joint) @ turn.T + joint - self.points)


def body(person: Identity) -> Body:
    """The body of a person at rest, the arms half raised."""
    found = rest(human(), person.phenotypes, person.changes)
    return Body(found["rest_vertices"], found["rest_bone_heads"])
