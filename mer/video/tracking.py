"""Follow one face through a video: found now and then, tracked in between, always aligned.

A detector is no tracker: it costs more than all the rest, and its box jumps by a pixel or two,
as far as a micro-expression reaches. So the face is detected once, a face at rest is kept as
reference, and the flow from it to each new frame gives two things at once: the motion of the
head, by which the next face is aligned, and that of the skin, which is what is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from mer.core.opencv import one_opencv_thread
from mer.preprocessing import faces, head_motion

SIZE = 128  # side in pixels of the faces that are tracked
_LONGEST = 640  # pixels of a frame's longer side when faces are looked for
_CHECK = 2.0  # seconds between two looks for the face that is tracked, and for others
_RETRY = 0.2  # seconds between two looks for a face that is lost
_ALIKE = 0.6  # least correlation with the reference, once its motion is taken out
_FURTHEST = 2.5  # pixels: median motion of cells, the head's taken out, that no face shows
_SWITCH = 1.3  # a second face takes over if it is so many times as large
_MARGIN = 4  # pixels around a face's piece of the frame
_CORNERS = np.array([[0, 0], [SIZE, 0], [0, SIZE], [SIZE, SIZE]])


@dataclass(frozen=True)
class Tracked:
    """The face in one frame.

    pose    (2, 3) from pixels of the aligned face (SIZE x SIZE) to those of the frame
    cells   (K, 2) motion of the skin since the reference, the head's taken out: of the K cells
            that show skin, each averaged with those beside it
    eyes    how much the eyes differ from the reference, in grey levels
    place   (2,) where the middle of the face is, in pixels of an aligned face
    fresh   the reference is new: `cells` are zero and mean nothing
    """

    pose: np.ndarray
    cells: np.ndarray
    eyes: float
    place: np.ndarray
    fresh: bool = False

    @property
    def box(self) -> faces.Box:
        """The square around the face in the frame."""
        corners = _apply(self.pose, _CORNERS)
        side = SIZE * _scale(self.pose)
        x, y = corners.mean(axis=0) - side / 2
        return faces.Box(round(float(x)), round(float(y)), round(side))


class Tracker:
    """Follows the largest face. `several` says whether more than one was seen."""

    def __init__(self):
        self.several = False
        self._pose = None
        self._anchor = None  # the reference face, (SIZE, SIZE) uint8
        self.looked = -np.inf
        self._flow = _flow_method()

    def follow(self, frame: np.ndarray, time: float) -> Tracked | None:
        """The face in this frame, (H, W) or (H, W, 3) uint8, at `time` in seconds."""
        wait = _RETRY if self._pose is None else _CHECK
        if not 0 <= time - self.looked < wait:
            self.looked = time
            self._look(frame)
        if self._pose is None:
            return None
        if self._anchor is None:
            self._anchor = aligned(grey(frame), self._pose)
            still = np.zeros((len(_neighbours()), 2))
            return Tracked(self._pose, still, 0.0, _place(self._pose), fresh=True)
        found = self._track(frame)
        if found is None:
            self.lose()
        return found

    def lose(self) -> None:
        """Forget the face, and look for one at the next frame."""
        self._pose = self._anchor = None
        self.looked = -np.inf

    def anchor(self, frame: np.ndarray) -> None:
        """Take the face in this frame, the last one, as the new reference."""
        self._anchor = aligned(grey(frame), self._pose)

    def _look(self, frame: np.ndarray) -> None:
        small, factor = shrunk(frame, _LONGEST)
        boxes = faces.find(small)
        self.several_now = len(boxes) > 1 and boxes[1].side > boxes[0].side / 2
        self.several |= self.several_now
        if not boxes:
            return
        box = faces.widen(boxes[0], *small.shape[:2])
        pose = np.array([[box.side / SIZE, 0, box.x], [0, box.side / SIZE, box.y]]) / factor
        if self._pose is None or not _same(pose, self._pose):
            self._pose, self._anchor = pose, None

    def _track(self, frame: np.ndarray) -> Tracked | None:
        face = aligned(grey(frame), self._pose)
        with one_opencv_thread():
            flow = self._flow.calc(self._anchor, face, None)
        cells = cv2.resize(flow, (head_motion.CELLS,) * 2, interpolation=cv2.INTER_AREA).reshape(
            -1, 2
        )
        found = head_motion.fit(cells, skin())
        own = (cells - head_motion.shapes() @ found)[skin() > 0]
        self._pose = _joined(self._pose, found)
        lost = (
            np.median(np.abs(own)) > _FURTHEST
            or not _inside(self._pose, frame.shape)
            or _correlation(face, self._anchor) < _ALIKE
        )
        if lost:
            return None
        eyes = float(cv2.absdiff(face, self._anchor)[_lids()].mean())
        return Tracked(self._pose, _neighbours() @ own, eyes, _place(self._pose))


def shrunk(frame: np.ndarray, longest: int) -> tuple[np.ndarray, float]:
    """A frame whose longer side has at most `longest` pixels, and the factor it was made
    smaller by (1: as it was)."""
    factor = min(longest / max(frame.shape[:2]), 1.0)
    if factor == 1:
        return frame, 1.0
    return cv2.resize(frame, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), factor


def aligned(frame: np.ndarray, pose: np.ndarray, size: int = SIZE) -> np.ndarray:
    """The face at `pose`, upright and of one size: (size, size) or (size, size, 3) uint8."""
    x, y, right, bottom = bounds(pose, frame.shape)
    part = frame[y:bottom, x:right]
    step = _scale(pose) * SIZE / size
    if step > 1.2:  # fewer pixels than there are: average them, or noise and edges turn to grain
        part = cv2.GaussianBlur(part, (0, 0), 0.35 * step)
    place = pose * [[SIZE / size, SIZE / size, 1]] - [[0, 0, x], [0, 0, y]]
    return cv2.warpAffine(
        part,
        place,
        (size, size),
        borderMode=cv2.BORDER_REPLICATE,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
    )


def bounds(pose: np.ndarray, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the piece of a frame of `shape` that holds the face."""
    corners = _apply(pose, _CORNERS)
    low = np.clip(np.floor(corners.min(axis=0)).astype(int) - _MARGIN, 0, None)
    high = np.ceil(corners.max(axis=0)).astype(int) + _MARGIN
    return int(low[0]), int(low[1]), min(int(high[0]), shape[1]), min(int(high[1]), shape[0])


def grey(picture: np.ndarray) -> np.ndarray:
    """(H, W) of a picture (H, W) or (H, W, 3)."""
    return picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)


@cache
def skin() -> np.ndarray:
    """(CELLS * CELLS,) 1 for cells of skin, 0 for the eyes and for what is no face.

    Narrower than the box: cells on the outline of a head show what comes out behind it.
    """
    y, x = (np.mgrid[:SIZE, :SIZE] + 0.5) / SIZE
    wide = np.where(y < 0.5, 0.31, 0.31 - 0.1 * (y - 0.5))
    face = (((x - 0.5) / wide) ** 2 < 1) & (y > 0.06) & (y < 0.93)
    corners = (abs(x - 0.5) > 0.22) & (y < 0.14)
    shown = (face & ~corners & ~_lids()).astype(np.float32)
    share = cv2.resize(shown, (head_motion.CELLS,) * 2, interpolation=cv2.INTER_AREA)
    return (share > 0.6).astype(float).ravel()


@cache
def _neighbours() -> np.ndarray:
    """(K, K) what each cell of skin takes from itself and from the cells around it: a bell curve
    with a deviation of 0.8 cells. Noise differs from cell to cell, expressions do not."""
    places = np.argwhere(skin().reshape(head_motion.CELLS, head_motion.CELLS) > 0)
    apart = ((places[:, None] - places) ** 2).sum(axis=-1)
    share = np.where(apart <= 4, np.exp(-apart / (2 * 0.8**2)), 0.0)
    return share / share.sum(axis=1, keepdims=True)


@cache
def beside_lids() -> np.ndarray:
    """(K,) bool, of the K cells of skin those that a blink drags along."""
    row = (np.arange(head_motion.CELLS) + 0.5) / head_motion.CELLS
    beside = np.repeat((row > 0.2) & (row < 0.5), head_motion.CELLS)
    return beside[skin() > 0]


@cache
def _lids() -> np.ndarray:
    """Mask (SIZE, SIZE) of both eyes, where lids and pupils move; not of the nose's bridge."""
    y, x = (np.mgrid[:SIZE, :SIZE] + 0.5) / SIZE
    eyes = ~faces.regions(SIZE)[0] & (y > 0.25) & (y < 0.45)
    return eyes & (abs(x - 0.5) > 0.09) & (abs(x - 0.5) < 0.38)


def _flow_method() -> cv2.DISOpticalFlow:
    """Dense inverse search on the finest scale, without the smoothing by variation that costs
    most: averaging over cells does that."""
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    search.setPatchStride(6)
    search.setGradientDescentIterations(6)
    search.setVariationalRefinementIterations(0)
    return search


def _joined(pose: np.ndarray, found: np.ndarray) -> np.ndarray:
    """The pose of a face that has moved by the rigid flow `found` (4, 2) since it was cut: of
    that flow the shift, the growth and the turn in the picture, no shear."""
    half = SIZE / 2
    (u, v), (u_x, v_x), (u_y, v_y), _ = found
    grow, turn = (u_x + v_y) / 2 / half, (v_x - u_y) / 2 / half
    linear = np.array([[1 + grow, -turn], [turn, 1 + grow]])
    shift = np.array([u, v]) + half - linear @ [half, half]
    return np.column_stack([pose[:, :2] @ linear, pose[:, :2] @ shift + pose[:, 2]])


def _apply(pose: np.ndarray, points: np.ndarray) -> np.ndarray:
    return points @ pose[:, :2].T + pose[:, 2]


def _place(pose: np.ndarray) -> np.ndarray:
    return _apply(pose, np.array([SIZE / 2, SIZE / 2])) / _scale(pose)


def _scale(pose: np.ndarray) -> float:
    return float(np.sqrt(abs(np.linalg.det(pose[:, :2]))))


def _same(pose: np.ndarray, other: np.ndarray) -> bool:
    """Whether two poses show the same face: nearly as large, and in nearly the same place."""
    middle = np.array([[SIZE / 2, SIZE / 2]])
    apart = np.linalg.norm(_apply(pose, middle) - _apply(other, middle)) / SIZE
    ratio = _scale(pose) / _scale(other)
    return 1 / _SWITCH < ratio < _SWITCH and apart < 0.25 * _scale(other)


def _inside(pose: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Whether the middle of the face is in the frame, and the face of a sensible size."""
    x, y = _apply(pose, np.array([[SIZE / 2, SIZE / 2]]))[0]
    return 0 < x < shape[1] and 0 < y < shape[0] and 0.15 < _scale(pose) < max(shape[:2]) / SIZE


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    small = (cv2.resize(picture, (32, 32), interpolation=cv2.INTER_AREA) for picture in (a, b))
    return float(cv2.matchTemplate(*small, cv2.TM_CCOEFF_NORMED)[0, 0])
