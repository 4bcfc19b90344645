"""What keeps a face from being read: it is turned away, something covers it, or it speaks."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

from mer.video.tracking import Look

AWAY, COVERED, SPEAKING = CONDITIONS = ("turned away", "covered", "speaking")

_AWAY = 35.0, 30.0  # degrees of yaw and pitch from looking into the camera
_BLOCKS = 5  # an aligned face is compared in so many blocks a side …
_SEEN = slice(1, 4)  # … of which those in the middle show nothing but face
_UPPER = 2  # rows of blocks: brows and eyes; nose, mouth and chin are the others
_SMALL = 16  # pixels of a block's side
_UNLIKE, _LIKE = 0.35, 0.5  # correlation with what a block showed: covered below, bare above
_PLAIN = 4.0  # grey levels: a block with less contrast cannot be compared
_POSE = 8.0  # degrees between heads whose faces can be compared …
_SIZE = 0.2  # … and how far the logarithms of their sizes may differ
_RENEWED = 1.0  # seconds between two pictures of the face with nothing before it
_ACCEPTED = 20.0  # seconds: what has covered a face so long is part of it
_WINDOW = 2.0  # seconds in which speech is told …
_TURNS = 8  # … by so many changes between opening and closing the lips …
_STEP = 0.012, 0.3  # … by a millimetre each, and this share of how far they open at all
_LINGER = 1.0  # seconds that a pause in speech lasts
_AGAIN = 5.0  # seconds after speech in which half as many changes are speech again


def turned_away(angles: np.ndarray) -> bool:
    """Whether a head at these angles (3,) shows too little of the face."""
    return bool(abs(angles[0]) > _AWAY[0] or abs(angles[1]) > _AWAY[1])


class Cover:
    """Tells which parts of a face something hides: they look nothing like they did, and no
    landmark says that they have moved."""

    def __init__(self):
        self.forget()

    def forget(self) -> None:
        """Another face."""
        self._bare: np.ndarray | None = None  # (blocks, pixels) with nothing before the face
        self._angles, self._size = np.zeros(3), 1.0
        self._hidden = np.zeros(2, bool)
        self._taken = -np.inf
        self._since: float | None = None

    def push(self, look: Look, time: float, showing: np.ndarray, calm: bool) -> np.ndarray:
        """(2,) bool: whether the upper half of the face is hidden, and the lower.

        showing   (2,) bool, whether landmarks tell that the half has changed
        calm      the face is at rest
        """
        now = _blocks(look.face)
        if self._bare is None:
            self._take(now, look, time)
        near = self._comparable(look)
        least = np.where(self._hidden, _LIKE, _UNLIKE)
        hidden = self._hidden = near & ~showing & (_likeness(now, self._bare) < least)
        if not hidden.any():
            self._since = None
        elif self._since is None:
            self._since = time
        settled = self._since is not None and time - self._since > _ACCEPTED
        if settled or (calm and not hidden.any() and time - self._taken > _RENEWED):
            self._take(now, look, time)
        return hidden

    def _comparable(self, look: Look) -> bool:
        turned = np.abs(look.head.angles - self._angles)[:2].max()
        return bool(turned < _POSE and abs(np.log(look.head.size / self._size)) < _SIZE)

    def _take(self, now: np.ndarray, look: Look, time: float) -> None:
        self._bare, self._taken, self._since = now, time, None
        self._angles, self._size = look.head.angles, look.head.size


class Speech:
    """Tells speech from expression by its rhythm: lips that open and close three times a second,
    for two seconds, speak."""

    def __init__(self):
        self.forget()

    def forget(self) -> None:
        """Another face."""
        self._lips: deque[tuple[float, float]] = deque()
        self._turns: deque[float] = deque()  # when the lips changed their direction
        self._extreme = self._direction = 0.0
        self._until = -np.inf
        self.since = np.inf  # when the speech began that goes on, or was the last

    def push(self, time: float, lips: float) -> bool:
        """Whether the face speaks, its lips being open by `lips` widths of the eyes."""
        self._lips.append((time, lips))
        while self._lips[0][0] < time - _WINDOW:
            self._lips.popleft()
        step = max(_STEP[0], _STEP[1] * max(width for _, width in self._lips))
        way = lips - self._extreme
        if self._direction * way >= 0 and self._direction:
            self._extreme = lips
        elif abs(way) > step:
            self._turns.append(time)
            self._direction, self._extreme = np.sign(way), lips
        while self._turns and self._turns[0] < time - _WINDOW:
            self._turns.popleft()
        again = time - self._until < _AGAIN
        if len(self._turns) >= (_TURNS // 2 if again else _TURNS):
            if time > self._until:
                self.since = self._turns[0]
            self._until = time + _LINGER
        return time <= self._until

    @property
    def stirs(self) -> bool:
        """Whether it may be speech that has begun."""
        return len(self._turns) > 1

    def covers(self, onset: float, offset: float) -> bool:
        """Whether most of this interval was spoken."""
        spoken = min(offset, self._until) - max(onset, self.since)
        return bool(spoken > (offset - onset) / 2)


def _blocks(face: np.ndarray) -> np.ndarray:
    """(25, pixels) of the blocks of a face (SIZE, SIZE), row by row, each less its mean."""
    side = _BLOCKS * _SMALL
    small = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    parts = small.reshape(_BLOCKS, _SMALL, _BLOCKS, _SMALL).transpose(0, 2, 1, 3)
    parts = parts.reshape(_BLOCKS**2, -1)
    return parts - parts.mean(axis=1, keepdims=True)


def _likeness(now: np.ndarray, bare: np.ndarray) -> np.ndarray:
    """(2,) the least correlation of a block in the upper and in the lower half of two faces."""
    spread = np.sqrt((now**2).mean(axis=1)), np.sqrt((bare**2).mean(axis=1))
    alike = (now * bare).mean(axis=1) / np.maximum(spread[0] * spread[1], 1e-6)
    alike[spread[1] < _PLAIN] = 1
    middle = alike.reshape(_BLOCKS, _BLOCKS)[:, _SEEN]
    return np.array([middle[:_UPPER].min(), middle[_UPPER:].min()])
