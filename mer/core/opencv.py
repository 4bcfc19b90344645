"""OpenCV's threads, where a result could depend on their number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import cv2


@contextmanager
def one_opencv_thread() -> Iterator[None]:
    """Let OpenCV compute on one thread in here; what was set before is set again at the end.

    Its dense inverse search deals stripes of the picture to the threads, and its face cascade
    lists what they find as they come: on one thread neither can depend on the machine. Most of
    OpenCV works on each pixel by itself and needs no such care. The change costs some
    10 microseconds.
    """
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
