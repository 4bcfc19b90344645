"""Onset, apex and offset of expressions, found while the frames come in.

The skin of a face at rest drifts slowly, as the head sways. An expression leaves that rest
faster than it drifts, and comes back to it: what goes and does not return within seconds is a
new rest. All limits are in seconds and in pixels of a face of 128, never in frames.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np

STRONGEST = 8  # cells whose mean motion is the strength of an expression

_RISE = 0.12  # pixels: motion from rest that begins an expression
_HEAD = 0.08  # of the head's way off its course: motion of the skin that it may explain
_JITTER = 0.1  # seconds within which three frames are close enough to outvote one
_SURE = 0.03  # seconds above `_RISE` before it counts
_SHAPED = 0.8  # seconds from the onset within which an expression takes its shape
_FALL = 0.2  # of that shape: when less is left, it has ended …
_SHARE = 0.5  # … and so it has with less than this, if the face stands still
_STILL = 0.1  # seconds over which a face that stands still is told …
_CREEP = 0.13  # … by moving less than this many pixels
_SLOW = 0.4  # seconds in which rest follows the face
_SOON = 0.15  # the same just after an expression or a new face
_SETTLE = 0.5  # seconds that "just after" lasts
_LONGEST = 5.5  # seconds: what lasts longer is a new rest …
_WEAK = 0.45, 1.2  # … and so is what lasts longer than 1.2 s and is weaker than 0.45 pixels
_OVERTAKES = 1.2  # of a weak movement's peak: what grows larger after its shape is a new one
_STEP = 0.15  # seconds: the rest before that is taken from so long ago
_SHORTEST = 0.08  # seconds: what is shorter is no expression
_EDGE = 0.12  # of the peak: where onset and offset are put
_BEFORE = 1.0  # seconds that are remembered from before an onset
_QUIET = 0.06  # pixels: noise of a cell at rest that is usual
_LEARNED = 4.0  # seconds in which the noise of a cell is learned
_BLINK = 2.5  # grey levels: eyes that change by more drag the skin beside them along


@dataclass(frozen=True)
class Moment:
    """What one frame adds.

    time    seconds
    cells   (K, 2) motion of the skin since a reference, the head's taken out, in pixels
    place   (2,) where the head is, in pixels
    eyes    how much the eyes differ from those of the reference, in grey levels
    """

    time: float
    cells: np.ndarray
    place: np.ndarray
    eyes: float


@dataclass(frozen=True)
class Interval:
    """Onset, apex and offset of one movement in seconds, and its `peak` in pixels. `seen` is
    whether landmarks were there to see it."""

    onset: float
    apex: float
    offset: float
    peak: float
    seen: bool = False


def strength(motion: np.ndarray, trust: np.ndarray | float = 1.0) -> float:
    """Mean size of the `STRONGEST` vectors of (K, 2), each counted by its `trust` (K,)."""
    size = np.sqrt((motion**2).sum(axis=-1)) * trust
    return float(np.partition(size, -STRONGEST)[-STRONGEST:].mean())


class IntervalSpotter:
    """Push one `Moment` after the other; intervals come out when they have ended.

    beside   (K,) bool, the cells beside the eyes

    `open` is (onset, time of the strongest moment so far) while an expression is going on, else
    None; `strength` is the motion from rest at the last moment, in pixels.
    """

    def __init__(self, beside: np.ndarray):
        self.beside = beside
        self.forget()

    def forget(self) -> None:
        """Another face, or a gap in time: nothing before counts."""
        self.open: tuple[float, float] | None = None
        self.strength = 0.0
        self._past: deque[Moment] = deque()
        self._rest = None  # (K, 2) where the skin of the face at rest is
        self._eyes = 0.0  # the same of the eyes
        self._course = _Course()
        self._noise = np.full(len(self.beside), _QUIET)
        self._settled = -np.inf  # when the last expression ended, or this face came
        self._above = None  # since when the motion has been above `_RISE`
        self._shape = None  # (K, 2) the motion at its height
        self._peak = self._most = 0.0

    @property
    def calm(self) -> bool:
        """Whether the face is at rest, no movement has begun, and the eyes do not blink."""
        eyes = abs(self._past[-1].eyes - self._eyes) if self._past else 0.0
        return self.open is None and self._above is None and eyes < _BLINK

    def push(self, moment: Moment) -> Interval | None:
        """The interval that has ended with this moment, if one has."""
        self._remember(moment)
        self._course.follow(moment)
        now = self._smoothed()
        if self._rest is None:
            self._rest, self._eyes, self._settled = now, moment.eyes, moment.time
        trust = self._trust(moment.eyes)
        self.strength = strength(now - self._rest, trust)
        return self._moving(now, trust) if self.open else self._resting(now)

    def rebase(self, moment: Moment) -> None:
        """From now on motion is told from the face of this moment, the last that was pushed."""
        if self._rest is None:
            return
        self._past = deque(replace(m, cells=m.cells - moment.cells) for m in self._past)
        self._rest = self._rest - moment.cells
        self._eyes = 0.0

    def _remember(self, moment: Moment) -> None:
        self._past.append(moment)
        oldest = (self.open[0] if self.open else moment.time) - _BEFORE
        while self._past[0].time < oldest:
            self._past.popleft()

    def _last(self, seconds: float) -> list[Moment]:
        """The moments of the last `seconds`, the newest first; at least that one."""
        since = self._past[-1].time - seconds
        recent = takewhile(lambda m: m.time >= since, reversed(self._past))
        return list(recent)

    def _smoothed(self) -> np.ndarray:
        """Median of the last three moments: a video's key frames differ from those before."""
        near = [m.cells for m in self._last(_JITTER)][:3]
        return np.sort(near, axis=0)[1] if len(near) == 3 else near[0]

    def _trust(self, eyes: float) -> np.ndarray:
        """How much each cell counts, (K,) from 0 to 1: less if it is noisy, or beside eyes that
        blink."""
        steady = min(_BLINK / max(abs(eyes - self._eyes), 1e-6), 1.0)
        return np.where(self.beside, steady, 1.0) * _QUIET / np.maximum(self._noise, _QUIET)

    def _resting(self, now: np.ndarray) -> None:
        """Let rest follow the face, or begin an expression. One that has just ended was called
        so before the skin was all the way back: what was left of it begins no other."""
        moment = self._past[-1]
        fading = max(1 - (moment.time - self._settled) / _SETTLE, 0.0) * _FALL * self._peak
        if self.strength > _RISE + fading + _HEAD * self._course.off(moment.place):
            self._above = moment.time if self._above is None else self._above
            if moment.time - self._above >= _SURE - 1e-6:
                self.open = self._above, moment.time
                self._shape, self._peak, self._most = now - self._rest, self.strength, 1.0
            return
        self._above = None
        pace = _SOON if moment.time - self._settled < _SETTLE else _SLOW
        step = moment.time - self._past[-2].time if len(self._past) > 1 else 0.0
        off = ((now - self._rest) ** 2).sum(axis=1)
        learn, follow = 1 - np.exp(-step / _LEARNED), 1 - np.exp(-step / pace)
        self._noise = np.sqrt(self._noise**2 + learn * (off - self._noise**2))
        self._rest = self._rest + follow * (now - self._rest)
        self._eyes += follow * (moment.eyes - self._eyes)

    def _moving(self, now: np.ndarray, trust: np.ndarray) -> Interval | None:
        """Wait for the offset. How much of an expression is left is told by its own shape: what the
        head's turning adds meanwhile looks different."""
        moment, (onset, _) = self._past[-1], self.open
        if self._is_overtaken(moment.time - onset):
            before = self._last(_STEP)[-1]
            self._rest, self._eyes = before.cells, before.eyes
            self.open = self._above = None
            return None
        if self.strength > self._peak and moment.time - onset <= _SHAPED:
            self._shape, self._peak, self._most = now - self._rest, self.strength, 0.0
        weight = self._shape * trust[:, None]
        left = float(((now - self._rest) * weight).sum() / max((self._shape * weight).sum(), 1e-9))
        if left > self._most:
            self._most, self.open = left, (onset, moment.time)
        over = left < _FALL or (left < _SHARE and self._is_still(trust))
        longest = _LONGEST if self._peak > _WEAK[0] else _WEAK[1]
        lasting = moment.time - onset > longest
        if not over and not lasting:
            return None
        found = None if lasting else self._measured(trust)
        self.open = self._above = None
        self._rest, self._eyes, self._settled = now, moment.eyes, moment.time
        return found

    def _is_overtaken(self, age: float) -> bool:
        """Whether an expression begins while what a nod has left behind still counts as one."""
        return (
            age > _SHAPED
            and self._peak < _WEAK[0]
            and self.strength > _OVERTAKES * max(self._peak, _RISE)
        )

    def _is_still(self, trust: np.ndarray) -> bool:
        recent = self._last(_STILL)
        return strength(recent[0].cells - recent[-1].cells, trust) < _CREEP

    def _measured(self, trust: np.ndarray) -> Interval | None:
        """Onset, apex and offset by how much of the shape is there at each moment.

        Rest is taken to go straight from what it was before to what it is after; comparing with
        a shape averages all cells, which a threshold on their size does not.
        """
        times = np.array([m.time for m in self._past])
        cells = np.array([m.cells for m in self._past])
        first = np.searchsorted(times, self.open[0])
        share = np.clip((times - times[first]) / max(times[-1] - times[first], 1e-6), 0, 1)
        own = cells - self._rest - share[:, None, None] * (cells[-1] - self._rest)
        amount = (own * self._shape * trust[:, None]).sum(axis=(1, 2))
        top = first + int(np.argmax(amount[first:]))
        level = _EDGE * amount[top]
        onset = _crossing(times[top::-1], amount[top::-1], level)
        offset = _crossing(times[top:], amount[top:], level)
        peak = strength(own[top], trust)
        if offset - onset < _SHORTEST or peak < _RISE:
            return None
        return Interval(float(onset), float(times[top]), float(offset), peak)


class _Course:
    """Where a head that sways at a steady pace would be: smoothed twice, and the lag of that
    taken out (Brown, 1956). A nod leaves its course."""

    def __init__(self):
        self._time = self._once = self._twice = None

    def follow(self, moment: Moment) -> None:
        if self._time is None:
            self._once = self._twice = moment.place
        else:
            share = 1 - np.exp(-(moment.time - self._time) / _SLOW)
            self._once = self._once + share * (moment.place - self._once)
            self._twice = self._twice + share * (self._once - self._twice)
        self._time = moment.time

    def off(self, place: np.ndarray) -> float:
        """Pixels between `place` and the course."""
        return float(np.linalg.norm(place - (2 * self._once - self._twice)))


def _crossing(times: np.ndarray, amount: np.ndarray, level: float) -> float:
    """When `amount`, which begins above `level`, first falls below it; the last time, if never."""
    below = np.flatnonzero(amount < level)
    if not len(below) or below[0] == 0:
        return times[-1] if not len(below) else times[0]
    k = below[0]
    share = (amount[k - 1] - level) / max(amount[k - 1] - amount[k], 1e-9)
    return times[k - 1] + share * (times[k] - times[k - 1])
