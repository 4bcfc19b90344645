"""What was read from a video: states, events and the report of them all.

Times are seconds from the first frame on. Nothing here keeps a whole frame: an event holds a
small crop of the face at its apex, and a small flow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from mer.core.style import emoji
from mer.evaluation.interval_tables import MICRO
from mer.preprocessing import faces
from mer.video.classes import NEUTRAL

SUREST = 0.99  # no larger confidence is told: no calibration here has people enough to bear one
_LOG = ("emoji", "emotion", "onset", "duration", "confidence")
TRACE = ("time", "strength", "x", "y", "side", "eyes")


def told(probability: float) -> float:
    """A probability as it is written anywhere: at most `SUREST`."""
    return min(float(probability), SUREST)


class Spell(NamedTuple):
    """A time in which the face could not be read as usual, and why; seconds."""

    state: str  # "speaking", "turned away", "covered"
    onset: float
    offset: float


@dataclass(frozen=True)
class State:
    """What is seen at one moment.

    time            seconds
    face            the square around the face in the frame that was pushed, None without a face
    emotion         "neutral", or the emotion of the expression that is going on
    probabilities   of each class that the recogniser knows; they sum to 1
    strength        how far the skin has moved from rest, in pixels of a face of 224 pixels
    note            "", or a sentence for the person who watches
    eyes            how much they differ from the reference's, in grey levels
    condition       "", or why the face cannot be read: "speaking", "turned away" or "covered"
    """

    time: float
    face: faces.Box | None
    emotion: str
    probabilities: Mapping[str, float]
    strength: float = 0.0
    note: str = ""
    eyes: float = 0.0
    condition: str = ""


@dataclass(frozen=True)
class Event:
    """One expression: `onset`, `apex` and `offset` in seconds.

    `frame` (S, S, 3) uint8 blue-green-red is the face at the apex, `flow` (S, S, 3) float32 the
    motion from the onset to there in pixels of a face of that size, with its strain. A face is
    nearly still at both ends, so an event lasts as long as its motion can be told from rest.
    """

    emotion: str
    onset: float
    apex: float
    offset: float
    confidence: float
    probabilities: Mapping[str, float] = field(repr=False)
    frame: np.ndarray = field(repr=False, compare=False)
    flow: np.ndarray = field(repr=False, compare=False)

    @property
    def duration(self) -> float:
        """Seconds from onset to offset."""
        return self.offset - self.onset

    @property
    def micro(self) -> bool:
        """Whether it is a micro-expression: over in less than half a second."""
        return self.duration < MICRO


@dataclass(frozen=True)
class Report:
    """What a video or a live session showed.

    Parameters
    ----------
    events : tuple of Event
    duration : float
        Seconds from the first to the last frame.
    frames : int
        How many were pushed.
    fps : float
        Median frame rate that was measured, NaN with fewer than two frames.
    notes : tuple of str
        Sentences about what went wrong or should be known.
    trace : (N, 6) float32
        A few rows a second: columns `TRACE`, NaN without a face.
    states : tuple of Spell
        When the face spoke, was turned away or covered; no expression is read then.

    Examples
    --------
    >>> from mer.video import Event, Report
    >>> smile = Event("happiness", 1.0, 1.2, 1.4, 0.9, {}, frame=None, flow=None)
    >>> report = Report((smile,), duration=10.0, frames=300, fps=30.0)
    >>> report.micro, {word: round(s, 1) for word, s in report.seconds_by_emotion().items()}
    (1, {'neutral': 9.6, 'happiness': 0.4})
    """

    events: tuple[Event, ...]
    duration: float
    frames: int
    fps: float
    notes: tuple[str, ...] = ()
    trace: np.ndarray = field(
        default_factory=lambda: np.empty((0, len(TRACE)), np.float32), repr=False, compare=False
    )
    states: tuple[Spell, ...] = ()

    @property
    def changes(self) -> int:
        """How often the face left neutral: once for each event."""
        return len(self.events)

    @property
    def micro(self) -> int:
        """How many events are micro-expressions."""
        return sum(event.micro for event in self.events)

    @property
    def share(self) -> float:
        """Micro-expressions among all changes, 0 to 1 (0 without a change)."""
        return self.micro / self.changes if self.changes else 0.0

    def seconds_by_emotion(self) -> dict[str, float]:
        """Seconds of each emotion that was shown, and neutral for the rest but other states."""
        shown: dict[str, float] = {}
        for event in self.events:
            shown[event.emotion] = shown.get(event.emotion, 0.0) + event.duration
        unread = sum(self.seconds_by_state().values())
        rest = max(self.duration - sum(shown.values()) - unread, 0.0)
        return {NEUTRAL: rest, **dict(sorted(shown.items()))}

    def seconds_by_state(self) -> dict[str, float]:
        """Seconds in which the face spoke, was turned away or covered."""
        spent: dict[str, float] = {}
        for spell in self.states:
            spent[spell.state] = spent.get(spell.state, 0.0) + spell.offset - spell.onset
        return dict(sorted(spent.items()))

    def log(self) -> pd.DataFrame:
        """One row an event: emoji, emotion, onset and duration in seconds, confidence (told)."""
        rows = [
            (
                emoji(e.emotion),
                e.emotion,
                round(e.onset, 3),
                round(e.duration, 3),
                round(told(e.confidence), 3),
            )
            for e in self.events
        ]
        return pd.DataFrame(rows, columns=_LOG)

    def summary(self) -> dict:
        """All figures and events as plain numbers and words, ready for JSON."""
        return {
            "duration": round(self.duration, 3), "frames": self.frames,
            "fps": None if np.isnan(self.fps) else round(self.fps, 3),
            "changes": self.changes, "micro_expressions": self.micro,
            "share": round(self.share, 4), "notes": list(self.notes),
            "seconds": {k: round(v, 3) for k, v in self.seconds_by_emotion().items()},
            "states": [
                {"state": s.state, "onset": round(s.onset, 3), "offset": round(s.offset, 3)}
                for s in self.states
            ],
            "events": [_row(event) for event in self.events],
        }  # fmt: skip


def _row(event: Event) -> dict:
    times = {name: round(getattr(event, name), 3) for name in ("onset", "apex", "offset")}
    return {
        "emotion": event.emotion,
        **times,
        "duration": round(event.duration, 3),
        "micro": event.micro,
        "confidence": round(told(event.confidence), 4),
        "probabilities": {word: round(told(p), 4) for word, p in event.probabilities.items()},
    }
