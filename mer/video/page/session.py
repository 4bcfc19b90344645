"""One visitor of the demo: what is being watched, and what was found. No widgets here.

A session holds an `Analyser` while the camera runs and a `Report` afterwards. Each visitor has a
kernel, and each kernel a session, so nobody sees what others do.
"""

from __future__ import annotations

import operator
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from mer.core.errors import BadData, MerError
from mer.video.analyser import Analyser, analyse
from mer.video.annotate import annotate
from mer.video.report import Report, State

_RECENT = 60  # frames that the live frame rate is measured over


@dataclass(frozen=True)
class Engine:
    """What reads faces: `live()` gives an `Analyser`; `file(path, progress=...)` a `Report`;
    `worth` is how well it read real people, "" where nobody has measured that."""

    live: Callable
    file: Callable
    worth: str = ""


def engine(recogniser) -> Engine:
    """The study's own analyser, with this `Recogniser` behind it."""
    return Engine(
        lambda: Analyser(recogniser),
        lambda path, progress=iter: analyse(path, recogniser, progress=progress),
        measured(getattr(recogniser, "card", {})),
    )


def measured(card: Mapping[str, str]) -> str:
    """The figures that a recogniser's card has of real people: scores and how many were read."""
    said = card.get("real faces", "")
    return said.partition(" of ")[0] if said.startswith("UF1") else ""


class Stopped(Exception):
    """Somebody pressed Stop while a file was read or drawn."""


@dataclass
class Camera:
    """What the camera gives: its picture's size in pixels, frames read and missed, and the time
    of the latest ones in seconds."""

    width: int = 0
    height: int = 0
    read: int = 0
    missed: int = 0
    presented: int = 0
    first: float | None = None
    times: deque = field(default_factory=lambda: deque(maxlen=_RECENT))

    @property
    def rate(self) -> float:
        """Frames a second that reach Python, pauses included (0: too few to say)."""
        if len(self.times) < 2:
            return 0.0
        return (len(self.times) - 1) / (self.times[-1] - self.times[0])

    def count(self, time: float, presented: int) -> bool:
        """Note a frame; False if it is an old one that came again."""
        if self.times and time <= self.times[-1]:
            return False
        if self.presented:
            self.missed += max(presented - self.presented - 1, 0)
        self.first = time if self.first is None else self.first
        self.presented = presented
        self.read += 1
        self.times.append(time)
        return True

    @property
    def seconds(self) -> float:
        """Time from the first frame to the latest."""
        return self.times[-1] - self.first if self.times else 0.0


class Session:
    """What one visitor watches.

    state     of the latest camera frame, or None
    report    what was found so far: of the running camera, of the last one, or of the last file
    camera    the running camera's figures, or None
    """

    def __init__(self, reads: Engine):
        self._reads = reads
        self._turn = 0  # whoever began to read in an earlier turn has to stop
        self.clear()

    def clear(self) -> None:
        """Forget everything; a file that is being read is given up."""
        self._turn += 1
        self._analyser = self.camera = self.state = None
        self._finished: Report | None = None

    @property
    def report(self) -> Report:
        if self._finished is not None:
            return self._finished
        if self._analyser is None:
            return Report((), 0.0, 0, 0.0)
        camera, analyser = self.camera, self._analyser
        return Report(
            tuple(analyser.events),
            camera.seconds,
            camera.read,
            camera.rate,
            states=tuple(analyser.states),
        )

    # -- camera ------------------------------------------------------------------------------

    def start(self, width: int, height: int) -> None:
        """The camera runs, with pictures of this size."""
        self.clear()
        self.camera = Camera(width, height)
        self._analyser = self._reads.live()

    def frame(self, jpeg: bytes, time: float, presented: int) -> State | None:
        """Read one frame of the running camera, taken at `time` seconds, the `presented`-th that
        the camera gave. One that came before is passed over; a damaged one counts as missed."""
        if self._analyser is None:
            return None
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        if picture is not None and self.camera.count(time, presented):
            self.state = self._analyser.push(picture, time - self.camera.first)
        return self.state

    def stop(self) -> None:
        """End the camera, or give up the file that is being read. What was found stays."""
        self._turn += 1
        if self._analyser is not None:
            self._finished = self._analyser.close()
        self._analyser = self.state = None

    # -- files -------------------------------------------------------------------------------

    def watch(self, path: Path | str, name: str = "", tell=lambda frames, whole: None) -> None:
        """Read a video file to its end. `tell(n, whole)` is called as the n-th frame of so many
        begins (0: nobody knows).

        Bad input is `MerError`, its text with `name` instead of the path; `Stopped` if `stop`
        was called meanwhile.
        """
        self.clear()
        turn = self._turn
        try:
            report = self._reads.file(path, progress=self._telling(tell))
        except MerError as error:
            raise BadData(str(error).replace(str(path), name or str(path))) from error
        if self._turn != turn:
            raise Stopped
        self._finished = report

    def draw(self, path: Path | str, out: Path, tell=lambda frames, whole: None) -> None:
        """Write a copy of the video at `path`, the last that was read, with the report drawn in.
        `tell` and `Stopped` as for `watch`."""
        annotate(path, self.report, out, self._telling(tell))

    def _telling(self, tell: Callable) -> Callable:
        """A wrapper of frames that counts them, and ends with `Stopped` when the turn does."""
        turn = self._turn

        def progress(frames):
            whole = operator.length_hint(frames)
            for number, frame in enumerate(frames, 1):
                if self._turn != turn:
                    raise Stopped
                tell(number, whole)
                yield frame

        return progress
