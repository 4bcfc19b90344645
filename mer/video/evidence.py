"""Two witnesses of one face: its skin, which sees what is small and quick, and its landmarks,
which see what is large and lasts.

An expression that both see is one expression. What only the skin sees counts if nothing else
explains it: a head that turns or comes near, a hand, a mouth that speaks. Skin that moves far
where landmarks see nothing is none of the face's.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np

from mer.evaluation.spotting import overlap
from mer.video.conditions import AWAY, COVERED, SPEAKING, Cover, Speech, turned_away
from mer.video.landmark_spotting import LandmarkSpotter
from mer.video.report import Spell
from mer.video.skin import beside_lids, chin, levelled, upper
from mer.video.spotting import Interval, IntervalSpotter, Moment
from mer.video.tracking import Look, Tracked

_LAG = 0.3  # seconds after which landmarks have seen what they will see
_ALIKE, _HEART = 0.7, 0.35  # intersection over union: of one expression; and of its heart
_HEARD = 1.5  # seconds after which a mouth that opened is known to have spoken
_SHUT = 0.6  # of how far the eyes are usually open: landmarks of a blinking face slip
_BRIEF = 1.0  # seconds that a condition may be gone, and last
_REMEMBERED = 12.0  # seconds of looks
_TURN = 6.0  # degrees of yaw or pitch within a movement of the skin that explain it …
_NEARER = 0.05  # … and so does this share of the face's size
_SETTLED = 1.0  # seconds after which the skin of a head that has moved is at rest again
_ARRIVED = 0.4  # seconds after which what comes before a face is there, or gone
_UPPER = 0.4  # of the face: brows and eyes
_WEAK = 1.25  # times what is an expression: a head that moves explains what landmarks see of less
_SYLLABLE = 0.7, 2.0  # seconds, and times what is an expression: more is no syllable
_FAR = 1.5  # pixels of a face of 128, about 2 mm: skin that moves further moves landmarks, too …
_CONFIRMED = 0.5  # … by this share of what is an expression of its own


class Spotter:
    """Push one `Tracked` face after the other; intervals come out when they are sure.

    `open` is (onset, time of the strongest moment so far) while an expression is going on, else
    None; `strength` is the motion of the skin from rest at the last moment, in pixels;
    `condition` is "", or what of `CONDITIONS` keeps the face from being read, and `spells` are the
    times in which one did.
    """

    def __init__(self):
        self._skin = IntervalSpotter(beside_lids())
        self._marks = LandmarkSpotter()
        self._cover, self._speech = Cover(), Speech()
        self.spells: list[Spell] = []
        self.forget()

    def forget(self) -> None:
        """Another face, or a gap in time: nothing before counts."""
        for part in (self._skin, self._marks, self._cover, self._speech):
            part.forget()
        self.condition = ""
        self._moved = -np.inf  # when something came before the face, or went
        self._hidden = np.zeros(2, bool)  # the upper and the lower half of the face
        self._chin = self._chin_at = 0.0  # how far it went before this reference, and by now
        self._small: list[Interval] = []  # seen by the skin, not told yet
        self._large: list[Interval] = []  # seen by landmarks, of the last seconds
        # … not told yet, whether by the mouth alone, and whether too large or long for a syllable
        self._agreed: list[tuple[Interval, bool, bool]] = []
        self._weak: Interval | None = None  # seen by landmarks, but faintly, while the skin moves
        self._looks: deque[np.ndarray] = deque()  # time, yaw, pitch, size, lids, amount, condition

    @property
    def open(self) -> tuple[float, float] | None:
        """Onset and strongest moment of what goes on."""
        return None if self.condition else self._marks.open or self._skin.open

    @property
    def strength(self) -> float:
        """Pixels of a face of 128."""
        return self._skin.strength

    @property
    def since(self) -> float | None:
        """The onset of the earliest expression that is not told yet."""
        onsets = [one.onset for one in (*self._small, *(one for one, *_ in self._agreed))]
        onsets += [one.open[0] for one in (self._marks, self._skin) if one.open]
        return min(onsets, default=None)

    @property
    def calm(self) -> bool:
        """Whether the face is at rest, no movement has begun, and the eyes do not blink."""
        quiet = self._skin.calm and not self._marks.open and not self.condition
        return quiet and (not self._looks or self._looks[-1][0] - self._moved > _ARRIVED)

    @property
    def busy(self) -> bool:
        """Whether something moves."""
        return not self._skin.calm or self._marks.open is not None

    def push(self, tracked: Tracked, time: float) -> list[Interval]:
        """The intervals that are sure with this moment."""
        if tracked.fresh:
            self._skin.forget()
            self._chin = self._chin_at
        self._chin_at = self._chin + _drop(tracked.cells)
        if not self._hidden[1]:
            self._speech.feel(time, self._chin_at)
        self._now = self._moment(tracked, time)
        small = self._skin.push(self._now)
        if small:
            self._small.append(small)
        large = self._look(tracked.look, time) if tracked.look else None
        if not self._looks:  # there are no landmarks to wait for
            found, self._small = self._small, []
            return found
        if large and (large.peak > _WEAK or not _moves(self._during(large.onset, time))):
            weak = large.peak < _WEAK and self._skin.open and self._skin.open[0] < large.onset
            self._weak = large if weak else None
            if not weak:
                self._agree(large)
        if self._weak and not self._skin.open:
            self._settle(small)
        return self._told(time)

    def _moment(self, tracked: Tracked, time: float) -> Moment:
        cells, bare = tracked.cells, self._skin.bare
        if not bare.all() and bare.any():
            cells = levelled(cells, bare)
        return Moment(time, cells, tracked.place, tracked.eyes)

    def close(self) -> list[Interval]:
        """What is sure when no more comes."""
        return self._told(np.inf) if self._looks else []

    def rebase(self) -> None:
        """From now on motion is told from the face that was pushed last."""
        self._skin.rebase(self._now)
        self._chin = self._chin_at

    # -- landmarks ----------------------------------------------------------------------------

    def _look(self, look: Look, time: float) -> Interval | None:
        usual = np.median([row[4] for row in self._looks] or [look.lids])
        ways = self._marks.ways(look.measured, look.head.angles)
        showing = np.array([ways[0], ways[1:].max()]) > _CONFIRMED
        hidden = self._cover.push(look, time, showing, self._skin.calm and not showing.any())
        hidden |= not look.whole
        away = turned_away(look.head.angles)
        speaks = self._speech.push(time, look.measured[1])
        self.condition = AWAY if away else COVERED if hidden.any() else SPEAKING if speaks else ""
        self._spell(time)
        large = None
        if (hidden != self._hidden).any():
            large = self._hide(hidden, time)
        elif look.lids > _SHUT * usual:
            ways *= ~(hidden[[0, 1, 1, 1, 1]] | away)
            large = self._marks.push(time, look.measured, look.head.angles, ways)
        yaw, pitch, _ = look.head.angles
        blind = self.condition in (AWAY, SPEAKING) or hidden.all() or time - self._moved < _ARRIVED
        row = time, yaw, pitch, np.log(look.head.size), look.lids, self._marks.amount, blind
        self._looks.append(np.array(row))
        while self._looks[0][0] < time - _REMEMBERED:
            self._looks.popleft()
        return large

    def _hide(self, hidden: np.ndarray, time: float) -> Interval | None:
        """Something comes before the face, or goes: skin and landmarks of what can be seen begin
        anew."""
        ended = None
        if hidden.any() != self._hidden.any():
            ended = self._marks.cover(time, bool(hidden.any()))
        self._hidden, self._moved = hidden, time
        self._skin.forget()
        self._skin.bare = ~np.where(upper(_UPPER), *hidden)
        return ended

    def _spell(self, time: float) -> None:
        """Note down how long the condition lasts; what comes again soon has lasted."""
        if not self.condition:
            return
        last = self.spells[-1] if self.spells else None
        if last and last.state == self.condition and time - last.offset < _BRIEF:
            self.spells[-1] = last._replace(offset=time)
            return
        onset = self._speech.since if self.condition == SPEAKING else time
        self.spells.append(Spell(self.condition, max(onset, last.offset if last else 0.0), time))

    def _agree(self, large: Interval) -> None:
        """What landmarks saw, with the skin's sharper times where it saw the same. The skin's rest
        is what it is now: a large movement leaves it nowhere."""
        alike = [one for one in self._small if _same(one, large)]
        self._small = [one for one in self._small if not _meet(one, large)]
        self._large = [one for one in self._large if one.offset > large.onset - _REMEMBERED]
        self._large.append(large)
        told = replace(alike[0], seen=True) if len(alike) == 1 else large
        sure = large.peak > _SYLLABLE[1] or _lasts(large)
        self._agreed.append((told, self._marks.mouth, sure))
        if self._skin.open:
            self._skin.forget()

    def _settle(self, small: Interval | None) -> None:
        """What landmarks saw but faintly lasts as long as the skin has it, if that is believed."""
        weak, self._weak = self._weak, None
        if small and _meet(small, weak) and self._believed(small):
            self._small.remove(small)
            self._large.append(small)
            self._agreed.append((replace(small, seen=True), self._marks.mouth, _lasts(small)))
        else:
            self._agree(weak)

    def _told(self, time: float) -> list[Interval]:
        """What is sure by now: what may turn out to be speech has to wait."""
        patience = _HEARD if self._speech.stirs else 0.0
        due = [one for one in self._agreed if one[0].offset < time - patience * one[1]]
        self._agreed = [one for one in self._agreed if one not in due]
        found = [one for one, mouth, sure in due if not (mouth and self._spoke(one, sure))]
        if not self._marks.open:
            late = [one for one in self._small if one.offset < time - max(_LAG, patience)]
            self._small = [one for one in self._small if one not in late]
            found += [one for one in late if self._believed(one)]
        return sorted(found, key=lambda one: one.onset)

    def _spoke(self, one: Interval, sure: bool) -> bool:
        """Whether it belongs to speech. Of what is not sure, it is enough that the chin goes up and
        down around it."""
        murmurs = not sure and self._speech.murmurs(one.onset, one.offset)
        return murmurs or self._speech.covers(one.onset, one.offset)

    def _believed(self, small: Interval) -> bool:
        """Whether nothing but an expression explains what only the skin saw."""
        rows = self._during(small.onset - _SETTLED, small.offset + _LAG)
        met = any(
            small.onset < large.offset + _LAG and small.offset > large.onset
            for large in self._large
        )
        at_apex = rows[np.abs(rows[:, 0] - small.apex).argmin(), 5]
        slipped = small.peak > _FAR and at_apex < _CONFIRMED
        blind = rows[rows[:, 0] > small.onset - _LAG, 6].any()
        spoke = self._spoke(small, at_apex > _CONFIRMED and _lasts(small))
        return not (met or slipped or blind or spoke or _moves(rows))

    def _during(self, onset: float, offset: float) -> np.ndarray:
        """The looks (N, 7) between two times; at least the last one."""
        rows = np.array(self._looks)
        between = rows[(rows[:, 0] > onset) & (rows[:, 0] < offset)]
        return between if len(between) else rows[-1:]


def _moves(rows: np.ndarray) -> bool:
    """Whether the head turns in these looks, or comes near: sooner than it sways."""
    soon = np.abs(np.subtract.outer(rows[:, 0], rows[:, 0])) <= _SETTLED
    yaw, pitch, size = (np.abs(np.subtract.outer(one, one))[soon].max() for one in rows[:, 1:4].T)
    return bool(max(yaw, pitch) > _TURN or size > _NEARER)


def _drop(cells: np.ndarray) -> float:
    """How far the chin has moved down from the rest of the face, in pixels."""
    return float(cells[chin(), 1].mean() - cells[~chin(), 1].mean())


def _lasts(one: Interval) -> bool:
    return one.offset - one.onset > _SYLLABLE[0]


def _same(small: Interval, large: Interval) -> bool:
    """Whether both are one expression: they agree, or what the skin saw is the heart of it."""
    share = overlap((small.onset, small.offset), (large.onset, large.offset))
    inside = large.onset <= small.onset <= large.apex <= small.offset <= large.offset
    return share > (_HEART if inside else _ALIKE)


def _meet(one: Interval, other: Interval) -> bool:
    return one.onset < other.offset and one.offset > other.onset
