"""Which of several faces is followed: the largest that lives.

A face on a poster is as good a face as any to a detector. But it does not move, and it does not
change; whoever sits before a camera does both.
"""

from __future__ import annotations

import cv2
import numpy as np

from mer.video.pictures import SIZE, grey, middle, resized, scale, warped

_SWITCH = 1.3  # another face takes over if it is so many times as large
_APART = 0.4  # faces' sides between two places that are not one face's
_SMALL = 32  # pixels of the side of a face that is compared with itself
_STILL = 0.01, 2.5  # sides of a face, and grey levels on average, by which a picture may change


class Company:
    """Sees all faces now and then, and says which one to follow.

    `several` is whether the last look found more than one face of some size, `ever` whether any
    look did.
    """

    def __init__(self):
        self.several = self.ever = False
        self._seen: list[tuple[np.ndarray, np.ndarray, bool]] = []  # pose, picture, has it moved

    @property
    def unsure(self) -> bool:
        """Whether one of several faces has not moved yet: it may be a picture."""
        return self.several and not all(moved for _, _, moved in self._seen)

    def choose(
        self, frame: np.ndarray, poses: list[np.ndarray], followed: np.ndarray | None
    ) -> np.ndarray | None:
        """The pose to follow from now on; None to stay with `followed`.

        poses      of all faces in the frame, largest first
        followed   the pose of the face that is followed, None where none is
        """
        self.several = len(poses) > 1 and scale(poses[1]) > scale(poses[0]) / 2
        self.ever |= self.several
        self._seen = [self._met(frame, pose) for pose in poses]
        living = [pose for pose, _, moved in self._seen if moved] or poses
        if not living:
            return None
        best = living[0]
        if followed is None:
            return best
        own = next((one for one in self._seen if same(one[0], followed)), None)
        if own is None:  # the detector does not see it: it is turned, or gone
            return None
        asleep = not own[2] and any(moved for _, _, moved in self._seen)
        larger = scale(best) > _SWITCH * scale(own[0])
        return best if asleep or larger else None

    def _met(self, frame: np.ndarray, pose: np.ndarray) -> tuple[np.ndarray, np.ndarray, bool]:
        """A face, and whether it has moved since it was first seen."""
        before = next((one for one in self._seen if same(one[0], pose)), None)
        if before is None:
            return pose, _picture(frame, pose), False
        old, picture, moved = before
        if not moved:
            way = np.linalg.norm(middle(pose) - middle(old)) / (SIZE * scale(old))
            change = cv2.absdiff(_picture(frame, old), picture).mean()
            moved = bool(way > 5 * _STILL[0] or change > _STILL[1])
        return (pose if moved else old), picture, moved


def same(pose: np.ndarray, other: np.ndarray) -> bool:
    """Whether two poses show the same face: about as large, and in about the same place."""
    apart = np.linalg.norm(middle(pose) - middle(other)) / SIZE
    return apart < _APART * max(scale(pose), scale(other)) and (
        1 / 1.6 < scale(pose) / scale(other) < 1.6
    )


def _picture(frame: np.ndarray, pose: np.ndarray) -> np.ndarray:
    return grey(warped(frame, resized(pose, _SMALL), _SMALL))
