"""What a webcam and its driver do to pictures: compression, frames that are late or come twice."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from mer.people.behaviour.schedule import Event


def arrived(events: Iterable[Event], frames: int, fps: float) -> np.ndarray:
    """(N,) which frame each place of the video shows. While frames are dropped, a recorder that
    keeps its rate fills with the last one that came."""
    shown = np.arange(frames)
    for event in events:
        first, last = round(event.onset * fps), min(round(event.offset * fps), frames - 1)
        if event.kind == "dropped" and first > 0:
            shown[first:last] = shown[first - 1]
    return shown


def compressed(frame: np.ndarray, quality: int) -> np.ndarray:
    """A frame after the JPEG that most webcams send, colour at half the resolution."""
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality,
                cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420]  # fmt: skip
    return cv2.imdecode(cv2.imencode(".jpg", frame, settings)[1], cv2.IMREAD_COLOR)
