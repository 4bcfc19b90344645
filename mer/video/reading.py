"""Read a video file frame by frame with true timestamps.

Times come from the file's own timestamps, so a variable frame rate is no trouble; where a file
has none, or absurd ones, the frame rate in its head is used, and that failing 30 a second, and
the report says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from mer.core.errors import BadData
from mer.video.timestamps import FileClock

SAMPLE = Path(__file__).with_name("sample") / "acted01-6s-30fps.webm"  # to try things on


class Video:
    """A video file as an iterable of frames, (H, W, 3) uint8 blue-green-red, and their seconds.

    Rotation that the file asks for is done. Deeper or grey pixels come as 8-bit colour. A file
    that is none, is cut off before its first frame or holds a single picture is `BadData`.
    `len` is what the file says of its frames, and 0 if it says nothing sensible; `notes` is
    filled while the frames are read.
    """

    def __init__(self, path: Path | str):
        self.path = Path(path)
        self.notes: list[str] = []
        if self.path.is_dir():
            raise BadData(f"{path}: is a folder. Give the path of a video in it.")
        if not self.path.is_file():
            raise BadData(f"{path}: no such file. Give the path of a video.")
        if not self.path.stat().st_size:
            raise BadData(f"{path}: the file is empty. Copy or record it again.")
        self._capture = _opened(self.path)
        self.rate = self._capture.get(cv2.CAP_PROP_FPS)
        turned = round(self._capture.get(cv2.CAP_PROP_ORIENTATION_META)) % 360
        if turned:
            self.notes.append(f"The file asks to be turned by {turned} degrees; that was done.")

    def __enter__(self) -> Video:
        return self

    def __exit__(self, *unused) -> None:
        self._capture.release()

    def __len__(self) -> int:
        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        return round(count) if 0 < count < 1e8 else 0

    def __iter__(self) -> Iterator[tuple[np.ndarray, float]]:
        clock, count = FileClock(self.rate), 0
        while True:
            good, frame = self._capture.read()
            if not good:
                break
            count += 1
            yield frame, clock.time(self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000)
        self._judge(count, clock)

    def _judge(self, count: int, clock: FileClock) -> None:
        if count == 0:
            raise BadData(
                f"{self.path}: no frame could be read; the file is cut off, or in a "
                "format that this OpenCV cannot decode. Convert it to MP4 (H.264) or "
                "WebM, or record it again."
            )
        if count == 1:
            raise BadData(
                f"{self.path}: one picture is no video; an expression is a change. Give a video."
            )
        if clock.mended:
            self.notes.append(
                f"{clock.mended} of the file's timestamps make no sense; those "
                f"frames are taken to be {1 / clock.step:g} a second. Times may be "
                "wrong."
            )
        if count < 0.95 * len(self) - 2:
            self.notes.append(
                f"The file promises {len(self)} frames and ends after {count}: it "
                "was cut off. What is there was analysed."
            )


def _opened(path: Path) -> cv2.VideoCapture:
    before = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(0)  # OpenCV would print a traceback of its own for a text file
    try:
        capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    finally:
        cv2.utils.logging.setLogLevel(before)
    if not capture.isOpened():
        raise BadData(
            f"{path}: not a video that can be opened; it may be another kind of file, "
            "or cut off while it was copied. Convert it to MP4 (H.264) or WebM, or "
            "record it again."
        )
    return capture
