"""The rule of the earlier implementation's demo, written anew, to be held against the analyser.

Its demo (AI-AYJ, June 2025) looks for the face in every frame, asks for an emotion in every tenth
one, calls those ten frames 0.4 seconds whatever the frame rate, and counts a change whenever the
answer differs from the last. There is no neutral: a still face, too, has one of five emotions.

What is compared is the rule, so it gets every advantage that is not part of it: the recogniser of
the analyser, asked for the flow of ten frames with its neutral left out, instead of a network
whose classes the demo confuses; the true times of its frames; and one detection a frame instead
of two. Its cost is therefore a lower bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer.preprocessing import faces
from mer.video.classes import NEUTRAL

STEP = 10  # frames from one answer to the next


@dataclass
class Change:
    """One run of equal answers, `onset` to `offset` in true seconds.

    `answers` counts them: the rule takes the run to have lasted 0.4 seconds for each.
    """

    emotion: str
    onset: float
    offset: float
    answers: int = 1

    @property
    def micro(self) -> bool:
        """Whether the rule calls it a micro-expression: no longer than 0.4 of its seconds."""
        return self.answers == 1


class EarlierRule:
    """The earlier demo's rule, fed like `mer.video.analyser.Analyser`.

    recogniser   has `predict_proba(onset_face, apex_face)`; its neutral is not counted

    `events` holds all changes so far, the one that goes on included.
    """

    def __init__(self, recogniser):
        self.events: list[Change] = []
        self._recogniser = recogniser
        self._count = 0
        self._before: np.ndarray | None = None  # the face ten frames ago

    def push(self, frame: np.ndarray, timestamp: float) -> None:
        """One frame, (H, W, 3) uint8 blue-green-red, shown at `timestamp` seconds."""
        boxes = faces.find(frame)
        due = self._count % STEP == 0
        self._count += 1
        if not boxes or not due:
            return
        face = faces.cut(frame, boxes[0])
        if self._before is not None:
            self._answer(self._emotion(self._before, face), timestamp)
        self._before = face

    def close(self) -> list[Change]:
        """All changes."""
        return self.events

    def _emotion(self, onset: np.ndarray, apex: np.ndarray) -> str:
        probabilities = self._recogniser.predict_proba(onset, apex)
        return max((word for word in probabilities if word != NEUTRAL), key=probabilities.get)

    def _answer(self, emotion: str, now: float) -> None:
        """The answer stands for the frames since the last one."""
        last = self.events[-1] if self.events else None
        if last and last.emotion == emotion:
            last.offset, last.answers = now, last.answers + 1
        else:
            self.events.append(Change(emotion, last.offset if last else 0.0, now))
