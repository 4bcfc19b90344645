"""What a face does, told from the last seconds of it: expressions, and what keeps them from being
read.

A network judges the last seconds again and again, as more of what comes after them is seen; what it
says of a moment that lies `_SURE` behind is final. Without landmarks the skin's own spotter is all
there is.
"""

from __future__ import annotations

import numpy as np

from mer.video.conditions import AWAY, COVERED, SPEAKING
from mer.video.report import Spell
from mer.video.signals import Signals, hidden, places
from mer.video.skin import beside_lids
from mer.video.spotting import STRONGEST, Interval, IntervalSpotter, Moment
from mer.video.spotting_network import Judge
from mer.video.tracking import Tracked

_EVERY = 0.24  # seconds between two judgements
_SURE = 0.8  # seconds after which what is said of a moment does not change any more
_RISE, _EDGE = 0.85, 0.5  # how likely an expression is, at least once, and from onset to offset
# Seconds by which a network that grows sure and unsure slowly is early at an onset, and late at an
# offset, in the takes that it learned from.
_EARLY, _LATE = 0.02, 0.04
_GAP = 0.2  # seconds: expressions that are nearer are one
_SHORTEST = 0.1  # seconds: what is shorter is no expression
_REMEMBERED = 20.0  # seconds of judgements
_HELD = 0.8  # of the largest way from the onset: the apex is the middle of what reaches it
_SAID = 0.5  # how likely a condition is that is told
_TINY = 1e-6  # seconds
_BRIEF = 1.0  # seconds that a condition may be gone, and last


class Spotter:
    """Push one `Tracked` face after the other; intervals come out when they are sure.

    `open` is (onset, time of the strongest moment so far) while an expression is going on, else
    None; `strength` is the motion of the skin from rest at the last moment, in pixels;
    `condition` is "", or what of `CONDITIONS` keeps the face from being read, and `spells` are the
    times in which one did.

    judge   the networks (None: those that come with mer, from the first landmarks on)
    """

    def __init__(self, judge: Judge | None = None):
        self._judge = judge
        self._skin = IntervalSpotter(beside_lids())
        self._signals = Signals()
        self.spells: list[Spell] = []
        self.forget()

    def forget(self) -> None:
        """Another face, or a gap in time: nothing before counts."""
        self._skin.forget()
        self._signals.forget()
        self.condition = ""
        # When it was judged last, until when that is final, and until when expressions are told.
        self._judged = self._final = self._told = -np.inf
        self._times, self._likely = np.zeros(0), np.zeros(0)  # how likely an expression is, when
        self._open: tuple[float, float] | None = None
        self._undecided: float | None = None  # the onset of what may be an expression

    @property
    def open(self) -> tuple[float, float] | None:
        """Onset and strongest moment of what goes on."""
        return self._open if self._signals.looks else self._skin.open

    @property
    def strength(self) -> float:
        """Pixels of a face of 128."""
        return self._skin.strength

    @property
    def since(self) -> float | None:
        """The earliest onset that may still be told."""
        if not self._signals.looks:
            return self._skin.open and self._skin.open[0]
        first = max(self._final, self._signals.frames[0][0])
        return first if self._undecided is None else min(first, self._undecided)

    @property
    def calm(self) -> bool:
        """Whether the skin is at rest, no movement has begun, and the eyes do not blink."""
        return self._skin.calm

    @property
    def busy(self) -> bool:
        """Whether something moves."""
        return not self._skin.calm

    def push(self, tracked: Tracked, time: float) -> list[Interval]:
        """The intervals that are sure with this moment."""
        if tracked.fresh:
            self._skin.forget()
        self._now = Moment(time, tracked.cells, tracked.place, tracked.eyes)
        small = self._skin.push(self._now)
        if not tracked.look and not self._signals.looks:
            return [small] if small else []
        self._signals.push(tracked, time, self._skin)
        if time - self._judged < _EVERY:
            return []
        self._judged = time
        return self._weigh(time - _SURE)

    def close(self) -> list[Interval]:
        """What is sure when no more comes: what goes on is not told."""
        return self._weigh(np.inf) if self._signals.looks else []

    def rebase(self) -> None:
        """From now on motion is told from the face that was pushed last."""
        self._skin.rebase(self._now)
        self._signals.rebase()

    # -- judging ------------------------------------------------------------------------------

    def _weigh(self, sure: float) -> list[Interval]:
        """Judge what was seen lately; what lies before `sure` is final."""
        grid, seen = self._signals.window()
        new = grid > self._final + _TINY
        if not new.any():
            return []
        self._judge = self._judge or Judge.load()
        likely = self._judge.judge(seen)
        away, cut = hidden(seen)
        likely[away | cut, 0] = 0.0
        final = new & (grid <= sure)
        words = np.select(
            [away, cut | (likely[:, 2] > _SAID), likely[:, 1] > _SAID],
            [AWAY, COVERED, SPEAKING],
            "",
        )
        self.condition = str(words[-1])
        for time, word in zip(grid[final], words[final], strict=True):
            self._spell(float(time), str(word))
        old = (self._times <= self._final + _TINY) & (self._times > grid[-1] - _REMEMBERED)
        self._times = np.concatenate([self._times[old], grid[new]])
        self._likely = np.concatenate([self._likely[old], likely[new, 0]])
        if final.any():
            self._final = float(grid[final][-1])
        return self._found(grid, places(seen), closing=sure == np.inf)

    def _found(self, grid: np.ndarray, where: np.ndarray, closing: bool) -> list[Interval]:
        """The expressions that have ended; what goes on is `open`."""
        found, self._open, self._undecided = [], None, None
        above = np.flatnonzero(self._likely > _EDGE)
        apart = np.flatnonzero(np.diff(self._times[above]) > _GAP) + 1
        for run in np.split(above, apart) if len(above) else ():
            onset, offset = self._edge(run[0], -1), self._edge(run[-1], 1)
            if onset < self._told:
                continue
            goes_on = run[-1] == len(self._times) - 1
            ended = self._times[run[-1]] < self._final - _GAP or (closing and not goes_on)
            sure = self._likely[run].max() > _RISE and offset - onset >= _SHORTEST
            during = (grid >= onset) & (grid <= offset)
            if not ended:
                self._undecided = onset
            if not sure or not during.any():
                continue
            apex, peak = _apex(grid[during], where[during])
            if ended:
                self._told = offset
                found.append(Interval(onset, apex, offset, peak, seen=True))
            elif goes_on and not closing:
                self._open = onset, apex
        return found

    def _edge(self, index: int, way: int) -> float:
        """When it crosses `_EDGE` beside the moment `index`, which is above it, set right."""
        beside = index + way
        if not 0 <= beside < len(self._times):
            return float(self._times[index])
        times, likely = self._times[[beside, index]], self._likely[[beside, index]]
        return float(np.interp(_EDGE, likely, times)) + (_EARLY if way < 0 else -_LATE)

    def _spell(self, time: float, word: str) -> None:
        """Note down how long a condition lasts; what comes again soon has lasted."""
        last = self.spells[-1] if self.spells else None
        if last and last.state == word and time - last.offset < _BRIEF:
            self.spells[-1] = last._replace(offset=time)
        elif word:
            self.spells.append(Spell(word, time, time))


def _apex(times: np.ndarray, where: np.ndarray) -> tuple[float, float]:
    """When a face has gone furthest from where it was first, and how far in pixels, of places
    (T, P, 2). A mouth that opens shoots over: it is the middle of what is nearly as far."""
    ways = np.linalg.norm(where - where[0], axis=-1)
    amount = np.sort(ways, axis=1)[:, -STRONGEST:].mean(axis=1)
    near = np.flatnonzero(amount >= _HELD * amount.max())
    return float(times[near[len(near) // 2]]), float(amount.max())
