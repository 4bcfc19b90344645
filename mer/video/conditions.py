"""What keeps a face from being read: it is turned away, something covers it, or it speaks."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

from mer.video.tracking import Look

AWAY, COVERED, SPEAKING = CONDITIONS = ("turned away", "covered", "speaking")

_AWAY = 35.0, 30.0  # degrees of yaw and pitch from looking into the camera
_BLOCKS = 5  # an aligned face is compared in so many blocks a side, of which …
# … those in the middle show nothing but face: forehead, bridge of the nose, cheeks, mouth and
# chin. An expression changes the soft ones (2) at most, and leaves the firm ones (1) alike.
_FACE = np.array(
    [[0, 0, 2, 0, 0], [0, 0, 1, 0, 0], [0, 1, 1, 1, 0], [0, 1, 2, 1, 0], [0, 2, 2, 2, 0]]
)
_UPPER = 2  # rows of blocks: brows and eyes
_SMALL = 16  # pixels of a block's side
_UNLIKE, _LIKE = 0.35, 0.5  # correlation with what a block showed: covered below, bare above
_PLAIN = 4.0  # grey levels: a block with less contrast cannot be compared
_POSE = 8.0  # degrees between heads whose faces can be compared …
_SIZE = 0.2  # … and how far the logarithms of their sizes may differ …
_DRAG = 1.75  # … and so many times as far once something covers a face: it drags the pose along
_STEADY = 0.3, 2.0, 0.02  # seconds in which a head turns and grows by no more is a steady one's
_RENEWED = 1.0  # seconds between two pictures of the face with nothing before it
_ACCEPTED = 20.0  # seconds: what has covered a face so long is part of it
_WINDOW = 2.0  # seconds in which speech is told …
_TURNS = 8  # … by so many changes between opening and closing the lips …
_LIPS, _CHIN = 0.012, 0.25  # … by a millimetre each; in pixels of a face of 128 of its skin …
_SHARE = 0.3, 0.2  # … and by these shares of how far they went
_LINGER = 1.0  # seconds that a pause in speech lasts
_AGAIN = 5.0  # seconds after speech in which half as many changes are speech again
_MURMUR, _AROUND = 5, 1.25  # changes of the chin, within seconds of what the skin shows
_REMEMBERED = 12.0  # seconds of changes


def turned_away(angles: np.ndarray) -> bool:
    """Whether a head at these angles (3,) shows too little of the face."""
    return bool(abs(angles[0]) > _AWAY[0] or abs(angles[1]) > _AWAY[1])


class Cover:
    """Tells which parts of a face something hides: they look nothing like they did, where no
    expression reaches, or while no landmark says that they have moved."""

    def __init__(self):
        self.forget()

    def forget(self) -> None:
        """Another face."""
        self._bare: np.ndarray | None = None  # (blocks, pixels) with nothing before the face
        self._angles, self._size = np.zeros(3), 1.0
        self._hidden = np.zeros(2, bool)
        self._taken = -np.inf
        self._since: float | None = None
        self._held: deque[np.ndarray] = deque()  # time, yaw, pitch, size of the last looks

    def push(self, look: Look, time: float, showing: np.ndarray, calm: bool) -> np.ndarray:
        """(2,) bool: whether the upper half of the face is hidden, and the lower.

        showing   (2,) bool, whether landmarks tell that the half has changed
        calm      the face is at rest
        """
        now = _blocks(look.face)
        if self._bare is None:
            self._take(now, look, time)
        firm, soft = _likeness(now, self._bare)
        before = self._hidden
        covered = firm < np.where(before, _LIKE, _UNLIKE)
        near = np.where(before, self._comparable(look, _DRAG), self._comparable(look))
        hidden = self._hidden = near & (covered | ((soft < _UNLIKE) & (before | ~showing)))
        if not hidden.any():
            self._since = None
        elif self._since is None:
            self._since = time
        settled = self._since is not None and time - self._since > _ACCEPTED
        calm &= self._is_steady(look, time)
        if settled or (calm and not hidden.any() and time - self._taken > _RENEWED):
            self._take(now, look, time)
        return hidden

    def _is_steady(self, look: Look, time: float) -> bool:
        """Whether the head is held: a face that turns shows nothing to compare others with."""
        self._held.append(np.array([time, *look.head.angles[:2], np.log(look.head.size)]))
        while self._held[0][0] < time - _STEADY[0]:
            self._held.popleft()
        return bool((np.ptp(self._held, axis=0)[1:] < [_STEADY[1], _STEADY[1], _STEADY[2]]).all())

    def _comparable(self, look: Look, times: float = 1.0) -> bool:
        turned = np.abs(look.head.angles - self._angles)[:2].max() < times * _POSE
        return bool(turned and abs(np.log(look.head.size / self._size)) < times * _SIZE)

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
        self._lips, self._chin = Turns(_LIPS, _SHARE[0], lowest=0.0), Turns(_CHIN, _SHARE[1])
        self._until = -np.inf
        self.since = np.inf  # when the speech began that goes on, or was the last

    def push(self, time: float, lips: float) -> bool:
        """Whether the face speaks, its lips being open by `lips` widths of the eyes."""
        self._lips.push(time, lips)
        recent = self._lips.between(time - _WINDOW, time)
        again = time - self._until < _AGAIN
        if len(recent) >= (_TURNS // 2 if again else _TURNS):
            if time > self._until:
                self.since = recent[0]
            self._until = time + _LINGER
        return time <= self._until

    def feel(self, time: float, chin: float) -> None:
        """How far the skin of the chin has moved down, in pixels: seen in every frame, and more
        of it than of the lips."""
        self._chin.push(time, chin)

    def murmurs(self, onset: float, offset: float) -> bool:
        """Whether the chin went up and down around this interval, as in speech."""
        return len(self._chin.between(onset - _AROUND, offset + _AROUND)) >= _MURMUR

    @property
    def stirs(self) -> bool:
        """Whether it may be speech that has begun."""
        return max(len(one.recent) for one in (self._lips, self._chin)) > 1

    def covers(self, onset: float, offset: float) -> bool:
        """Whether most of this interval was spoken."""
        spoken = min(offset, self._until) - max(onset, self.since)
        return bool(spoken > (offset - onset) / 2)


class Turns:
    """When a value changed its direction: by more than `least`, and than a `share` of how far it
    is at most from its lowest; `lowest` is None where it has none but what was seen."""

    def __init__(self, least: float, share: float, lowest: float | None = None):
        self._least, self._share, self._lowest = least, share, lowest
        self._values: deque[tuple[float, float]] = deque()
        self._times: deque[float] = deque()
        self._extreme = self._direction = 0.0

    def push(self, time: float, value: float) -> None:
        """The value now."""
        self._values.append((time, value))
        while self._values[0][0] < time - _WINDOW:
            self._values.popleft()
        values = [one for _, one in self._values]
        span = max(values) - (min(values) if self._lowest is None else self._lowest)
        way = value - self._extreme
        if self._direction * way >= 0 and self._direction:
            self._extreme = value
        elif abs(way) > max(self._least, self._share * span):
            self._times.append(time)
            self._direction, self._extreme = np.sign(way), value
        while self._times and self._times[0] < time - _REMEMBERED:
            self._times.popleft()

    @property
    def recent(self) -> list[float]:
        """Changes of the last two seconds."""
        return self.between(self._values[-1][0] - _WINDOW, np.inf) if self._values else []

    def between(self, onset: float, offset: float) -> list[float]:
        """Changes from an onset to an offset."""
        return [time for time in self._times if onset <= time <= offset]


def _blocks(face: np.ndarray) -> np.ndarray:
    """(25, pixels) of the blocks of a face (SIZE, SIZE), row by row, each less its mean."""
    side = _BLOCKS * _SMALL
    small = cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    parts = small.reshape(_BLOCKS, _SMALL, _BLOCKS, _SMALL).transpose(0, 2, 1, 3)
    parts = parts.reshape(_BLOCKS**2, -1)
    return parts - parts.mean(axis=1, keepdims=True)


def _likeness(now: np.ndarray, bare: np.ndarray) -> np.ndarray:
    """(2, 2) the least correlation of two faces, of firm and of soft blocks, in the upper and in
    the lower half."""
    spread = np.sqrt((now**2).mean(axis=1)), np.sqrt((bare**2).mean(axis=1))
    alike = (now * bare).mean(axis=1) / np.maximum(spread[0] * spread[1], 1e-6)
    alike[spread[1] < _PLAIN] = 1
    alike = alike.reshape(_BLOCKS, _BLOCKS)
    kinds = [np.where(kind == _FACE, alike, 1.0) for kind in (1, 2)]
    return np.array([[one[:_UPPER].min(), one[_UPPER:].min()] for one in kinds])
