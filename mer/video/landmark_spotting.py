"""Expressions that are large enough for landmarks: brows, lips, the width and corners of the mouth.

Landmarks are blind to micro-expressions and blunt in time, but a turn of the head does not move
them, and they know where rest is: what a face shows is told from how it usually is, as long as
nothing is shown. `spotting` sees what is small and quick; this sees what is large, and lasts.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from mer.video.spotting import Interval

# How far from rest a measure of `geometry.MEASURES` has to be, in widths of the eyes (0.01 is
# about a millimetre): about twice what landmarks stray by on a face that shows nothing.
_FAR = np.array([0.022, 0.04, 0.05, 0.028])
_TURN = 25.0  # degrees of a turn from the head's usual pose that double it
_OVER = 0.25  # of the peak: with less than that left, an expression has ended …
_LEAST, _MOST = 0.5, 0.9  # … but not above or below these shares of `_FAR`
_EDGE, _FAINT = 0.3, 0.75  # of the peak: where onset and offset are put; but not below `_FAINT`
_SHORTEST = 0.3  # seconds: what is shorter landmarks cannot tell from a blink or a slip
_LONGEST = 10.0  # seconds: what is held longer is how the face is now
_HELD = 0.8  # of the peak, by which what is held counts as the apex
_RISE = 1.0  # seconds in which a slow onset rises
_PAUSE = 0.25  # seconds: what comes back sooner has not ended
_USUAL = 6.0  # seconds of a face that shows nothing, whose median is rest
_DRAGGED = 0.5  # seconds before something is seen to cover a face in which it drags landmarks
_AGAPE = 0.06  # widths of the eyes between the lips of a face that is hardly at rest


class LandmarkSpotter:
    """Push the measures of one look after the other; intervals come out when they have ended.

    `open` is (onset, time of the largest way from rest so far) while an expression is going on;
    `amount` the way from rest at the last look, 1 where an expression begins; `mouth` is whether
    the last expression was the mouth's alone.
    """

    def __init__(self):
        self.forget()

    def forget(self) -> None:
        """Another face."""
        self.open: tuple[float, float] | None = None
        self.amount, self._ways = 0.0, np.zeros(len(_FAR) + 1)
        self.mouth = False
        self._looks: deque[tuple[float, np.ndarray]] = deque()  # of a face that shows nothing
        self._bare: deque[tuple[float, np.ndarray]] | None = None  # … before it was covered
        self._amounts: deque[tuple[float, float]] = deque()  # of looks back to the last at rest
        self._peak = 0.0
        self._below: float | None = None  # since when what goes on has been nearly gone
        self._held: list[np.ndarray] = []

    def ways(self, measures: np.ndarray, angles: np.ndarray) -> np.ndarray:
        """(5,) how far each measure (4,) from `geometry.measured` is from rest, 1 where an
        expression begins, on a head held at `angles` (3,) in degrees; and how far both signs of a
        smile are together: a wider mouth, and higher corners."""
        now = np.concatenate([measures, angles])
        off = now - self._rest() if self._looks else np.zeros(7)
        ease = 1 + np.linalg.norm(off[4:6]) / _TURN
        ways = off[:4] / (_FAR * ease)
        return np.abs([*ways, max(ways[2] + ways[3], 0.0) / np.sqrt(2)])

    def push(
        self, time: float, measures: np.ndarray, angles: np.ndarray, ways: np.ndarray
    ) -> Interval | None:
        """The interval that has ended with this look, if one has.

        ways   (5,) what `ways` gives for these measures and angles, 0 for those of parts that
               cannot be seen
        """
        now = np.concatenate([measures, angles])
        self._ways, self.amount = ways, float(ways.max())
        self._amounts.append((time, self.amount))
        return self._moving(time, now) if self.open else self._resting(time, now)

    def cover(self, time: float, covered: bool) -> Interval | None:
        """Something covers the face from now on, or no longer. It drags landmarks along: those of
        a covered face have a rest of their own. What goes on ends, and is told if it was there
        before."""
        found = None
        if self.open and time - self.open[0] > _DRAGGED:
            self._below = time
            found = self._ended()
        self.open = None
        self._amounts.clear()
        self._looks, self._bare = (deque(), self._looks) if covered else (self._bare, None)
        return found

    def _rest(self) -> np.ndarray:
        return np.median([look for _, look in self._looks], axis=0)

    def _resting(self, time: float, now: np.ndarray) -> None:
        if self.amount > 1:
            young = time - self._looks[0][0] < _USUAL - _PAUSE
            lips = self._rest()[1]
            if young and lips > _AGAPE and now[1] < lips / 2:  # it was met in an expression
                self._looks.clear()
            else:
                self.open, self._peak = (time, time), self.amount
                self._below, self._held = None, [now]
                self.mouth = self._ways[0] < 1
                return
        self._looks.append((time, now))
        while self._looks[0][0] < time - _USUAL:
            self._looks.popleft()
        while self._amounts[0][0] < time - _RISE:
            self._amounts.popleft()

    def _moving(self, time: float, now: np.ndarray) -> Interval | None:
        onset, _ = self.open
        self._held.append(now)
        self.mouth &= self._ways[0] < 1
        if self.amount > self._peak:
            self._peak, self.open = self.amount, (onset, time)
        if time - onset > _LONGEST:
            self._looks = deque([(time, np.median(self._held[len(self._held) // 2 :], axis=0))])
            self.open = None
            return None
        if self.amount > 1:
            self._below = None
        elif self._below is None and self.amount < np.clip(_OVER * self._peak, _LEAST, _MOST):
            self._below = time
        if self._below is None or time - self._below < _PAUSE:
            return None
        return self._ended()

    def _ended(self) -> Interval | None:
        apex, (onset, offset) = self._apex(), self._edges()
        self.open = None
        self._amounts = deque(one for one in self._amounts if one[0] >= self._below)
        if offset - onset < _SHORTEST:
            return None
        return Interval(onset, apex, offset, self._peak, seen=True)

    def _apex(self) -> float:
        """When it was held: the middle of the looks near its peak. A mouth that opens first shoots
        over."""
        onset, _ = self.open
        level = _HELD * self._peak
        near = [time for time, amount in self._amounts if time >= onset and amount >= level]
        return near[len(near) // 2]

    def _edges(self) -> tuple[float, float]:
        """When the amount rose above the edge's level, and when it fell below it."""
        times, amounts = np.array(self._amounts).T
        level = max(_EDGE * self._peak, _FAINT)
        above = amounts > level
        first = int(np.argmax(above & (times >= self.open[0])))
        while first > 0 and above[first - 1]:
            first -= 1
        last = int(np.flatnonzero(above)[-1])
        edges = (max(first - 1, 0), first), (min(last + 1, len(times) - 1), last)
        return tuple(
            float(np.interp(level, amounts[[low, high]], times[[low, high]])) for low, high in edges
        )
