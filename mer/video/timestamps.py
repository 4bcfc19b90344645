"""When frames came: times kept in order, gaps and stand-stills counted, absurd ones mended."""

from __future__ import annotations

from collections import deque

import numpy as np

RATES = (1.0, 1000.0)  # frames a second that are believed
USUAL = 30.0
GAP = 1.0  # seconds without a frame: what was before is another story
_RECENT = 3000  # steps that the measured frame rate is the median of
_LEAP = 10.0  # seconds: a longer way from one frame of a file to the next is a mistake in it


class Clock:
    """Counts the frames of a stream and turns their timestamps into seconds since the first.

    `gaps` counts the times that no frame came for over `GAP` seconds, `stale` the frames whose
    time was not after that of the frame before.
    """

    def __init__(self):
        self.frames = self.gaps = self.stale = 0
        self.time = 0.0
        self._first: float | None = None
        self._steps: deque[float] = deque(maxlen=_RECENT)

    def tick(self, timestamp: float) -> float | None:
        """Seconds since the frame before (0 for the first), None for a stale one."""
        self.frames += 1
        if self._first is None:
            self._first = timestamp
            return 0.0
        step = timestamp - self._first - self.time
        if step <= 0:
            self.stale += 1
            return None
        self.time += step
        self._steps.append(step)
        self.gaps += step > GAP
        return step

    def rate(self) -> float:
        """Median frames a second of the last minutes, NaN before the second frame.

        Many files round their times to milliseconds: 33, 33, 34. Three steps together are right.
        """
        if not self._steps:
            return float("nan")
        together = min(len(self._steps), 3)
        steps = np.convolve(self._steps, np.full(together, 1 / together), "valid")
        return float(1 / np.median(steps))


class FileClock:
    """Seconds since the first frame of a file, mended where its timestamps stand or leap.

    rate   what the head of the file says, used where its timestamps make no sense; where that
           makes none either, it is 30 frames a second
    """

    def __init__(self, rate: float):
        believed = np.isfinite(rate) and RATES[0] <= rate <= RATES[1]
        self.step = 1 / rate if believed else 1 / USUAL
        self.mended = 0
        self._time = self._said = None

    def time(self, said: float) -> float:
        """The time of the next frame, whose timestamp is `said`."""
        if self._time is None:
            self._time, self._said = 0.0, said if np.isfinite(said) else 0.0
            return 0.0
        step = said - self._said
        if not 1e-4 < step < _LEAP:  # stands still, runs back, leaps, or is no number
            step = self.step
            self.mended += 1
        self._said = said if np.isfinite(said) else self._said + step
        self._time += step
        return self._time
