"""What else moved: humps of a trace that are no expression, and what made them."""

from __future__ import annotations

import numpy as np

from mer.video.report import TRACE, Report, Spell

_RISE = 0.25  # pixels of a face of 224: what stays below is no hump
_GAP = 0.4  # seconds: humps that are nearer are one
_HEAD = 0.015  # of the face's side: a head that goes, or grows, by more has moved
_LIDS = 4.0  # grey levels: eyes that change by more are shut
_BLINK = 0.8  # seconds that the hump of a blink lasts at most
_BESIDE = 0.3  # seconds on both sides in which its cause may lie


def humps(report: Report) -> list[Spell]:
    """The humps outside of events and states, each called "blink", "nod" or "head" (a movement
    that is no nod); one whose cause is not seen is left out."""
    rows = report.trace[np.isfinite(report.trace[:, TRACE.index("strength")])]
    time, strength = (rows[:, TRACE.index(name)] for name in ("time", "strength"))
    high = np.flatnonzero(strength > _RISE)
    taken = [(one.onset, one.offset) for one in (*report.events, *report.states)]
    found = []
    for run in np.split(high, np.flatnonzero(np.diff(time[high]) > _GAP) + 1) if len(high) else ():
        onset, offset = float(time[run[0]]), float(time[run[-1]])
        if any(onset < end and offset > begin for begin, end in taken):
            continue
        around = rows[(time >= onset - _BESIDE) & (time <= offset + _BESIDE)]
        if name := _cause(around, offset - onset):
            found.append(Spell(name, onset, offset))
    return found


def _cause(rows: np.ndarray, seconds: float) -> str | None:
    x, y, side, eyes = (rows[:, TRACE.index(name)] for name in ("x", "y", "side", "eyes"))
    sideways, down, nearer = (
        np.ptp(way) / np.median(side) for way in (x + side / 2, y + side / 2, side)
    )
    if max(sideways, down, nearer) > _HEAD:
        return "nod" if max(down, nearer) > sideways else "head"
    if seconds < _BLINK and np.ptp(eyes) > _LIDS:
        return "blink"
    return None
