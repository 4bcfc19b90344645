"""From frames to expressions, one frame at a time: the analyser of files and of live video.

What has to be decided at once is decided by the signal: whether the skin moves, and against
which frame. What it means is read from two faces, at rest before the onset and at the strongest
moment, so that a still face is never asked about, and never has an emotion.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from mer.core.errors import MerError
from mer.video import face_mesh, remarks
from mer.video.classes import NEUTRAL
from mer.video.crops import READ, Crop, crop, motion, thumbnail
from mer.video.pictures import SIZE, shrunk
from mer.video.reading import Video
from mer.video.report import TRACE, Event, Report, Spell, State
from mer.video.spotter import Spotter
from mer.video.spotting import Interval
from mer.video.timestamps import GAP, Clock
from mer.video.tracking import Tracked, Tracker

_LONGEST = 960  # pixels of a frame's longer side; larger ones are made smaller first
_SMALLEST = 64  # pixels of a frame's shorter side
_FASTEST = 1 / 75  # seconds: frames that follow sooner are counted, not looked at
_KEPT = 1 / 35  # seconds between two crops that are kept
_BEFORE = 0.8  # seconds of crops from before an onset
_EVERY = 0.35  # seconds between two readings of an expression that goes on
_ANCHOR = 1.0  # seconds between two references
_TRACED = 0.05  # seconds between two rows of the trace
_SPELL = 0.3  # seconds: what keeps a face from being read for less is not told


class Analyser:
    """Reads expressions from frames and their timestamps; one for each video or visitor.

    `events` holds what has ended so far, `states` when the face could not be read. Memory does
    not grow with the length of a video, but for small crops of each event and 480 bytes a second
    of its trace.

    Parameters
    ----------
    recogniser : Recogniser
        Or anything with `classes`, "neutral" first, and `predict_proba(onset_face, apex_face)`.
    fps : float, optional
        The frame rate to report where fewer than two frames come.
    live : bool
        Read an expression while it goes on, for its states; events are the same without.
    spotter : Spotter, optional
        Another than that which comes with mer.

    Examples
    --------
    >>> from mer.video import Analyser, Recogniser
    >>> analyser = Analyser(Recogniser.load())
    >>> analyser.push(np.zeros((240, 320), np.uint8), timestamp=0.0).emotion
    'neutral'
    """

    def __init__(
        self,
        recogniser,
        fps: float | None = None,
        live: bool = True,
        spotter: Spotter | None = None,
    ):
        self.events: list[Event] = []
        self._recogniser = recogniser
        self._fps = fps
        self._live = live
        self._tracker = Tracker(face_mesh.load())
        self._spotter = spotter or Spotter()
        self._crops: deque[Crop] = deque()
        self._probabilities = None  # what was last read of the expression that goes on
        self._read_at = -np.inf
        self._anchored = -np.inf
        self._waiting: list[Interval] = []  # ended, not read yet
        self._state: State | None = None
        self._clock = Clock()
        self._tally = remarks.Tally()
        self._trace = array("f")

    @property
    def states(self) -> list[Spell]:
        """When the face could not be read as usual, so far, and why."""
        return [one for one in self._spotter.spells if one.offset - one.onset > _SPELL]

    def push(self, frame: np.ndarray, timestamp: float) -> State:
        """One frame, (H, W, 3) blue-green-red or (H, W), uint8, shown at `timestamp` seconds.

        A frame that is not newer than the last one changes nothing. What is no picture is a
        `MerError`.
        """
        _check(frame, timestamp)
        step = self._clock.tick(timestamp)
        time = self._clock.time
        if step is None or (self._state and time - self._state.time < _FASTEST):
            return self._state
        if step > GAP:
            self._forget()
            self._tracker.lose()
        small, factor = shrunk(frame, _LONGEST)
        tracked = self._tracker.follow(small, time, self._spotter.busy)
        if tracked is None:
            self._state = self._without_face(time, step)
        else:
            self._state = self._with_face(small, tracked, time, factor)
        self._tally.turns[self._tracker.lying] += step
        self._note_down(self._state)
        return self._state

    def close(self) -> Report:
        """The report of all frames that were pushed."""
        self._waiting += self._spotter.close()
        self._read_waiting()
        clock = self._clock
        fps = clock.rate()
        return Report(
            tuple(sorted(self.events, key=lambda event: event.onset)),
            clock.time,
            clock.frames,
            float(self._fps or fps) if np.isnan(fps) else fps,
            remarks.notes(self._tracker, clock, self._tally),
            np.array(self._trace, np.float32).reshape(-1, len(TRACE)),
            tuple(self.states),
        )

    # -- one frame ----------------------------------------------------------------------------

    def _with_face(self, small: np.ndarray, tracked: Tracked, time: float, factor: float) -> State:
        if tracked.other:
            self._forget()
        if tracked.fresh:
            self._anchored = time
        self._tally.faces += 1
        self._waiting += self._spotter.push(tracked, time)
        self._keep(small, tracked, time)
        if self._tracker.looked != time:  # one costly thing in a tick
            self._read_waiting()
            self._read_open(time)
        if not self._spotter.open:
            self._probabilities = None
        if self._spotter.calm:
            self._anchor(small, tracked, time)
        probabilities, box = self._probabilities or self._neutral(), tracked.box.grown(1 / factor)
        self._tally.tiny += box.side < remarks.FEW
        return State(
            time,
            box,
            max(probabilities, key=probabilities.get),
            probabilities,
            self._spotter.strength * READ / SIZE,
            remarks.hint(self._tracker, box.side),
            tracked.eyes,
            self._spotter.condition,
        )

    def _without_face(self, time: float, step: float) -> State:
        self._tally.faceless += step
        self._forget()
        return State(time, None, NEUTRAL, self._neutral(), note=remarks.remedy(self._tracker))

    def _neutral(self) -> dict[str, float]:
        """Certain by the rule that a still face shows nothing; the recogniser is not asked."""
        return {word: float(word == NEUTRAL) for word in self._recogniser.classes}

    def _keep(self, small: np.ndarray, tracked: Tracked, time: float) -> None:
        if not self._crops or time - self._crops[-1].time >= _KEPT:
            self._crops.append(crop(small, tracked.pose, time))
        onsets = [one.onset for one in self._waiting]
        oldest = min([*onsets, self._spotter.since or time, time]) - _BEFORE
        while self._crops[0].time < oldest:
            self._crops.popleft()

    def _anchor(self, small: np.ndarray, tracked: Tracked, time: float) -> None:
        """Take a new face at rest as reference now and then: the flow stays short, and what the
        head's turning uncovers does not add up."""
        if time - self._anchored >= _ANCHOR and not tracked.fresh:
            self._tracker.anchor(small)
            self._spotter.rebase()
            self._anchored = time

    # -- reading ------------------------------------------------------------------------------

    def _read_open(self, time: float) -> None:
        if self._live and self._spotter.open and time - self._read_at >= _EVERY:
            onset, apex = (self._nearest(moment) for moment in self._spotter.open)
            self._probabilities = self._recogniser.predict_proba(onset.face(), apex.face())
            self._read_at = time

    def _read_waiting(self) -> None:
        """Read the intervals that have ended. The recogniser's neutral is no event, unless
        landmarks saw one: then it is the likeliest emotion."""
        waiting, self._waiting = self._waiting, []
        for interval in waiting:
            if self._crops:
                self._read(interval)

    def _read(self, interval: Interval) -> None:
        faces = [self._nearest(time).face() for time in (interval.onset, interval.apex)]
        probabilities = self._recogniser.predict_proba(*faces)
        likely = sorted(probabilities, key=probabilities.get, reverse=True)
        if likely[0] == NEUTRAL and not interval.seen:
            return
        emotion = next(word for word in likely if word != NEUTRAL)
        self.events.append(
            Event(
                emotion,
                interval.onset,
                interval.apex,
                interval.offset,
                float(probabilities[emotion]),
                dict(probabilities),
                thumbnail(faces[1]),
                motion(*faces),
            )
        )

    def _nearest(self, time: float) -> Crop:
        return min(self._crops, key=lambda one: abs(one.time - time))

    # -- the report ---------------------------------------------------------------------------

    def _forget(self) -> None:
        """Another face, none, or a gap in time: what was before has ended."""
        self._waiting += self._spotter.close()
        self._read_waiting()
        self._spotter.forget()
        self._crops.clear()
        self._probabilities = None

    def _note_down(self, state: State) -> None:
        if self._trace and state.time - self._trace[-len(TRACE)] < _TRACED:
            return
        box = state.face
        seen = (state.strength, box.x, box.y, box.side, state.eyes) if box else (np.nan,) * 5
        self._trace.extend((state.time, *seen))


def analyse(path: Path | str, recogniser, progress: Callable = iter) -> Report:
    """Read the video at `path` with a `Recogniser`, from its first frame to its last.

    `progress` wraps the frames, as `tqdm` does; they have a length where the file says so.
    What cannot be read is `BadData`, with the remedy; what is odd is in the report's notes.

    Examples
    --------
    >>> from mer.video import SAMPLE, Recogniser, analyse
    >>> report = analyse(SAMPLE, Recogniser.load())
    >>> [(event.emotion, round(event.onset, 1), event.micro) for event in report.events]
    [('surprise', 1.6, False), ('repression', 4.9, True)]
    """
    with Video(path) as video:
        analyser = Analyser(recogniser, live=False)
        for frame, time in progress(video):
            analyser.push(frame, time)
        report = analyser.close()
        return replace(report, notes=(*report.notes, *video.notes))


def _check(frame, timestamp) -> None:
    shape = getattr(frame, "shape", ())
    if getattr(frame, "dtype", None) != np.uint8 or not (
        len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)
    ):
        raise MerError(
            f"a frame of shape {shape} and type {getattr(frame, 'dtype', '?')}: give "
            "(height, width, 3) blue-green-red or (height, width) grey, 8 bits."
        )
    if min(shape[:2]) < _SMALLEST:
        raise MerError(
            f"a frame of {shape[1]} x {shape[0]} pixels: give at least {_SMALLEST} on each side."
        )
    if not np.isfinite(timestamp):
        raise MerError(f"a frame at {timestamp} seconds: give a timestamp that is a number.")
