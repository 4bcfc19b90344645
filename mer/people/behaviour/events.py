"""One thing that happens in a take."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mer.people.behaviour.dynamics import ease


@dataclass(frozen=True)
class Event:
    """One thing that happens: onset, apex and offset in seconds from the start of a take.

    `kind` is one of `schedule.KINDS`; only micro- and macro-expressions have an emotion and
    Action Units. What is held (a macro-expression, a turned head, a hand at the chin) rises until
    `held` [0] and falls from `held` [1] on. `what` says in words what comes to pass, `towards` in
    numbers how far: its unit is that of the kind (`conditions`).
    """

    kind: str
    onset: float
    apex: float
    offset: float
    emotion: str = ""
    action_units: str = ""
    held: tuple[float, float] = ()
    what: str = ""
    towards: tuple[float, ...] = ()

    def moved(self, by: float) -> Event:
        """The same `by` seconds later."""
        moments = (self.onset, self.apex, self.offset, *self.held)
        onset, apex, offset, *held = (float(moment + by) for moment in moments)
        return replace(self, onset=onset, apex=apex, offset=offset, held=tuple(held))

    def course(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How far it has risen, and how far it has fallen again, both (N,) from 0 to 1."""
        top, falls = self.held
        up = ease((times - self.onset) / (top - self.onset))
        return up, ease((times - falls) / (self.offset - falls))

    def overlaps(self, onset: float, offset: float) -> bool:
        """Whether it goes on at some time between both."""
        return self.onset < offset and self.offset > onset
