"""A spotter as the field builds it without training, to be held against the analyser.

The optical flow over a fixed span of time, averaged in the regions of brows and mouth, with the
nose's taken out as the motion of the head; smoothed over the span; and peaks above a percentile
of the whole video. One span is half a usual micro-expression, the other half a macro-expression,
and a peak stands for twice its span. The spans are those of SOFTNet (Liong, See and Wong, ICIP
2021), whose network is left out; the percentile was chosen on three takes of people on whom
nothing is scored. No emotion is named.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.signal import find_peaks

from mer.core.opencv import one_opencv_thread
from mer.evaluation.spotting import overlap
from mer.preprocessing import faces
from mer.preprocessing.flow_methods import farneback
from mer.video.pictures import grey, shrunk

_RATE = 30  # frames a second that are looked at
_SPANS = {"micro": 6, "macro": 18}  # of those frames: half an expression
_PERCENTILE = 80  # of the motion of a video: the threshold of a peak
_LOOK = 1.0  # seconds between two looks for the face
_LONGEST = 640  # pixels of a frame's longer side
_SIDE = 128  # pixels of the face
# Shares of the face box: left, right, top, bottom.
_NOSE = (0.42, 0.58, 0.42, 0.60)
_REGIONS = ((0.16, 0.46, 0.14, 0.28), (0.54, 0.84, 0.14, 0.28), (0.25, 0.75, 0.66, 0.90))


@dataclass(frozen=True)
class Movement:
    """A peak of motion, `onset` to `offset` in seconds; `emotion` is not known."""

    onset: float
    offset: float
    micro: bool
    height: float  # in thresholds
    emotion: str = ""


class RegionalFlow:
    """The spotter, fed like `mer.video.analyser.Analyser`; `close` gives its `events`, since
    thresholds need the whole video."""

    def __init__(self):
        self.events: list[Movement] = []
        self._frames: deque[np.ndarray] = deque(maxlen=max(_SPANS.values()) + 1)
        self._scores: dict[str, list[float]] = {kind: [] for kind in _SPANS}
        self._box: faces.Box | None = None
        self._looked = -np.inf

    def push(self, frame: np.ndarray, timestamp: float) -> None:
        """One frame, (H, W, 3) blue-green-red or (H, W), uint8, shown at `timestamp` seconds."""
        due = round(timestamp * _RATE) + 1 - len(self._scores["micro"])
        if due <= 0:
            return
        small = grey(shrunk(frame, _LONGEST)[0])
        if timestamp - self._looked >= _LOOK:
            found = faces.find(small)
            self._box = faces.widen(found[0], *small.shape) if found else None
            self._looked = timestamp
        for _ in range(due):  # a slow stretch repeats its frames
            self._frames.append(small)
            for kind, span in _SPANS.items():
                self._scores[kind].append(self._motion(span))

    def close(self) -> list[Movement]:
        """All movements, in order. Of two that overlap the longer one stays, since the slopes of
        a macro-expression look like micro-expressions; of equals the higher one."""
        candidates = [one for kind in _SPANS for one in _peaks(self._scores[kind], kind)]
        kept: list[Movement] = []
        for one in sorted(candidates, key=lambda one: (one.micro, -one.height)):
            if not any(overlap((one.onset, one.offset), (k.onset, k.offset)) for k in kept):
                kept.append(one)
        self.events = sorted(kept, key=lambda one: one.onset)
        return self.events

    def _motion(self, span: int) -> float:
        """How far brows and mouth have moved in the last `span` frames against the nose, in
        pixels of a face of 128."""
        if self._box is None or len(self._frames) <= span:
            return 0.0
        pair = (faces.cut(self._frames[-1 - back], self._box, _SIDE) for back in (span, 0))
        with one_opencv_thread():
            flow = farneback(*pair)
        nose = _mean(flow, _NOSE)
        return sum(float(np.linalg.norm(_mean(flow, part) - nose)) for part in _REGIONS)


def _mean(flow: np.ndarray, part: tuple[float, float, float, float]) -> np.ndarray:
    left, right, top, bottom = (round(share * _SIDE) for share in part)
    return cv2.mean(flow[top:bottom, left:right])[:2] * np.ones(2)


def _peaks(scores: list[float], kind: str) -> list[Movement]:
    span = _SPANS[kind]
    if len(scores) <= 2 * span:
        return []
    smooth = np.convolve(scores, np.full(2 * span + 1, 1 / (2 * span + 1)), "same")
    threshold = max(np.percentile(smooth, _PERCENTILE), 1e-6)
    found, _ = find_peaks(smooth, height=threshold, distance=span)
    middles = found - span / 2  # a flow is of the time between its two frames
    return [
        Movement(
            float(max(middle - span, 0) / _RATE),
            float(middle + span) / _RATE,
            kind == "micro",
            float(smooth[place] / threshold),
        )
        for place, middle in zip(found, middles)
    ]
