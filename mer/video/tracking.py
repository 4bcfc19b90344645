"""Follow one face through a video: found now and then, tracked in between, always aligned.

A detector is no tracker: it costs more than all the rest, and its box jumps by a pixel or two,
as far as a micro-expression reaches. So a face at rest is kept as reference, and the flow from it
to each new frame gives two things at once: the motion of the head, by which the next face is
aligned, and that of the skin, which is what is looked for.

A flow that is followed from frame to frame slips when a head turns far or comes near. Landmarks,
looked at some times a second, tell how the head is held whatever came before: where they do not
agree with the flow, they are right, and a new reference is taken. Without the landmarks' networks
(`face_mesh`) OpenCV's cascade finds the face, and nothing but the flow holds it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from mer.preprocessing import faces
from mer.video import face_mesh, geometry, skin
from mer.video.company import Company, same
from mer.video.pictures import SIZE, aligned, apply, middle, scale, shrunk, square

_LONGEST = 640  # pixels of a frame's longer side when faces are looked for
_CHECK = 2.0  # seconds between two looks for other faces …
_WARY = 0.4  # … and where the face that is followed may be a picture on the wall
_RETRY = 0.2  # seconds between two looks for a face that is lost
_LOOK = 0.2  # seconds between two looks at the landmarks of a face at rest …
_SOON = 0.08  # … and of one that moves
_SURE = 0.5  # least score of landmarks
_SLIPPED = 0.07  # sides of a face between where flow and landmarks have it
_TURNED = 6.0  # degrees of yaw or pitch: a reference that differs by more is of no use
_ALIKE = 0.6  # least correlation with the reference, once its motion is taken out
_FURTHEST = 2.5  # pixels: median motion of cells, the head's taken out, that no face shows
_VAIN = 5  # looks in vain after which faces are looked for that lie on their side
_QUARTERS = {90: cv2.ROTATE_90_CLOCKWISE, 270: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180}
_DARK = 12  # grey levels: a picture that is darker on average shows nothing


@dataclass(frozen=True)
class Look:
    """What landmarks tell of a face: how the `head` is held, the `shape` (geometry.SHAPE, 2) of the
    face turned back, the aligned `face` (SIZE, SIZE) uint8, and whether it is `whole` or reaches
    out of the picture."""

    head: geometry.Head
    shape: np.ndarray
    face: np.ndarray
    whole: bool = True


@dataclass(frozen=True)
class Tracked:
    """The face in one frame.

    pose    (2, 3) from pixels of the aligned face (SIZE x SIZE) to those of the frame
    cells   (K, 2) motion of the skin since the reference, the head's taken out: of the K cells
            that show skin, each averaged with those beside it
    eyes    how much the eyes differ from the reference, in grey levels
    place   (2,) where the middle of the face is, in pixels of an aligned face
    look    what the landmarks tell; None in frames in which they were not looked at
    fresh   the reference is new: `cells` are zero and mean nothing
    other   it is not the face of the frame before
    """

    pose: np.ndarray
    cells: np.ndarray
    eyes: float
    place: np.ndarray
    look: Look | None = None
    fresh: bool = False
    other: bool = False

    @property
    def box(self) -> faces.Box:
        """The square around the face in the frame."""
        side = SIZE * scale(self.pose)
        x, y = middle(self.pose) - side / 2
        return faces.Box(round(float(x)), round(float(y)), round(side))


class Tracker:
    """Follows one face: the largest, unless it is a picture on the wall.

    mesh   the networks of `face_mesh.load()`, None to do without

    `several` says whether more than one face is in the picture, `ever_several` whether there was
    in any; `looked` is when all faces were last looked for; `dark` whether the frame shows
    nothing; `lying` is by how many degrees clockwise (0, 90, 180 or 270) the picture has to be
    turned for the face that was seen last to stand.
    """

    def __init__(self, mesh: face_mesh.FaceMesh | None = None):
        self.looked = -np.inf
        self.dark = False
        self.lying = 0
        self._in_vain = 0  # looks for a face, one after the other, that found none
        self._mesh = mesh
        self._company = Company()
        self._flow = skin.SkinFlow()
        self.lose()

    @property
    def several(self) -> bool:
        return self._company.several

    @property
    def ever_several(self) -> bool:
        return self._company.ever

    def lose(self) -> None:
        """Forget the face, and look for one at the next frame."""
        self._pose = self._reference = None  # the reference is a face (SIZE, SIZE) uint8 …
        self._held: np.ndarray | None = None  # … of a head held at these angles
        self._looked_at = self.looked = -np.inf

    def anchor(self, frame: np.ndarray) -> None:
        """Take the face in this frame, the last one, as the new reference."""
        self._reference = aligned(frame, self._pose)
        self._held = None

    def follow(self, frame: np.ndarray, time: float, busy: bool = False) -> Tracked | None:
        """The face in this frame, (H, W) or (H, W, 3) uint8, at `time` in seconds.

        busy   something is going on in the face: its landmarks are looked at more often
        """
        self.dark = frame[::16, ::16].mean() < _DARK
        if self.dark:
            self.lose()
            return None
        other = self._find(frame, time)
        if self._pose is None:
            return None
        moved = None if other else self._track(frame)
        if self._mesh is None:
            return self._blindly(frame, moved, other)
        wait = 0.0 if moved is None else _SOON if busy else _LOOK
        if 0 <= time - self._looked_at < wait:
            return moved
        self._looked_at = time
        look = self._look(frame, rounds=2 if other else 1)
        if look is None:
            self.lose()
            return None
        other |= not same(look.head.pose, self._pose)
        if moved is None or not self._agrees(look.head):
            self._pose, self._held = look.head.pose, look.head.angles
            return self._begun(frame, other, look)
        return replace(moved, look=look)

    def _blindly(self, frame: np.ndarray, moved: Tracked | None, other: bool) -> Tracked | None:
        """What there is without landmarks."""
        if moved is None and not other:
            self.lose()
        return self._begun(frame, other) if other else moved

    def _find(self, frame: np.ndarray, time: float) -> bool:
        """Look for faces if it is time to; whether there is one to follow that was not before."""
        wait = _RETRY if self._pose is None else _WARY if self._company.unsure else _CHECK
        if 0 <= time - self.looked < wait:
            return False
        self.looked = time
        small, factor = shrunk(frame, _LONGEST)
        found = self._faces(small)
        self._in_vain = 0 if found else self._in_vain + 1
        if self._in_vain % _VAIN == _VAIN - 1:
            self._lie(small)
        own = None if self._pose is None else self._pose * factor
        chosen = self._company.choose(small, found, own)
        if chosen is None:
            return False
        self._pose = chosen / factor
        return True

    def _faces(self, picture: np.ndarray) -> list[np.ndarray]:
        """What the detector finds; a face that is small in its picture the cascade may find."""
        return (self._mesh and self._mesh.find(picture)) or _cascade(picture)

    def _lie(self, picture: np.ndarray) -> None:
        """Look whether faces lie on their side."""
        self.lying = 0
        for degrees, turn in _QUARTERS.items():
            upright = cv2.rotate(picture, turn)
            found = self._faces(upright)
            if found and (self._mesh is None or self._stands(upright, found[0])):
                self.lying = degrees
                return

    def _stands(self, picture: np.ndarray, pose: np.ndarray) -> bool:
        """Whether there is a face at `pose`, upright: half a face looks like many things."""
        seen = self._mesh.read(picture, pose)
        return seen.score > _SURE and not _quarter(geometry.head(seen))

    def _look(self, frame: np.ndarray, rounds: int) -> Look | None:
        """The landmarks of the face at the pose, None if there is none. A pose that a detector
        gave is rough: what is seen from there shows where to look once more."""
        pose = self._pose
        for _ in range(rounds):
            seen = self._mesh.read(frame, pose)
            head = geometry.head(seen)
            pose = head.pose
        if seen.score < _SURE or not _sensible(pose, frame.shape):
            return None
        self.lying = _quarter(head)
        face = aligned(frame, pose)
        return Look(head, geometry.shape(seen, head), face, _whole(pose, frame.shape))

    def _agrees(self, head: geometry.Head) -> bool:
        """Whether flow and landmarks have the face in one place, held as in the reference."""
        if self._held is None:
            self._held = head.angles
        corners = np.array([[0, 0], [SIZE, 0], [0, SIZE], [SIZE, SIZE]])
        apart = np.linalg.norm(apply(head.pose, corners) - apply(self._pose, corners), axis=1)
        turned = np.abs(head.angles - self._held)[:2].max()
        return apart.max() < _SLIPPED * SIZE * scale(head.pose) and turned < _TURNED

    def _begun(self, frame: np.ndarray, other: bool, look: Look | None = None) -> Tracked:
        """The face in this frame becomes the reference."""
        self._reference = aligned(frame, self._pose)
        still = np.zeros((len(skin.beside_lids()), 2))
        return Tracked(self._pose, still, 0.0, _place(self._pose), look, fresh=True, other=other)

    def _track(self, frame: np.ndarray) -> Tracked | None:
        """The face that was in the frame before, by the flow; None if that cannot be believed."""
        face = aligned(frame, self._pose)
        rigid, cells = self._flow.between(self._reference, face)
        pose = skin.moved(self._pose, rigid)
        if (
            np.median(np.abs(cells)) > _FURTHEST
            or not _sensible(pose, frame.shape)
            or _correlation(face, self._reference) < _ALIKE
        ):
            return None
        self._pose = pose
        eyes = skin.change_of_lids(self._reference, face)
        return Tracked(pose, skin.smoothed(cells), eyes, _place(pose))


def _cascade(frame: np.ndarray) -> list[np.ndarray]:
    """The poses of the faces that OpenCV's cascade finds, the largest first."""
    boxes = (faces.widen(box, *frame.shape[:2]) for box in faces.find(frame))
    return [square(np.array([b.x, b.y]) + b.side / 2, b.side) for b in boxes]


def _quarter(head: geometry.Head) -> int:
    """By how many degrees clockwise, in quarter turns, a picture has to be turned for this head
    to stand."""
    return round(-head.angles[2] / 90) % 4 * 90


def _place(pose: np.ndarray) -> np.ndarray:
    return middle(pose) / scale(pose)


def _sensible(pose: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether the middle of the face is in the frame, and the face of a sensible size."""
    x, y = middle(pose)
    return 0 < x < shape[1] and 0 < y < shape[0] and 0.15 < scale(pose) < max(shape[:2]) / SIZE


def _whole(pose: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether brows, eyes, nose and mouth are in the frame."""
    inner = apply(pose, np.array([[x, y] for x in (0.25, 0.75) for y in (0.15, 0.85)]) * SIZE)
    return bool((inner > 0).all() and (inner < [shape[1], shape[0]]).all())


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    small = (cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA) for picture in (a, b))
    return float(cv2.matchTemplate(*small, cv2.TM_CCOEFF_NORMED)[0, 0])
