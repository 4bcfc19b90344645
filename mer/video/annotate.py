"""A copy of a video with what was read from it drawn in: face, emotion, micro-expressions, other
states, and a bar of time."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from matplotlib.colors import to_rgb

from mer.core import style
from mer.core.errors import MerError
from mer.core.files import atomic
from mer.video.classes import NEUTRAL
from mer.video.pictures import shrunk
from mer.video.reading import Video
from mer.video.report import TRACE, Report, told

_LONGEST = 1280  # pixels of the copy's longer side
_BAR = 10  # pixels: height of the bar of time
_GREY = (150, 150, 150)
_CODEC = "VP80"
_FASTEST = 60.0  # frames a second of the copy at most


def annotate(path: Path | str, report: Report, out: Path | str, progress=iter) -> Path:
    """Write the video at `path` with `report` drawn in to `out`, VP8 in Matroska (.mkv).

    Frames of a faster recording are left out, so that it plays at its own speed. A file that
    cannot be written is a `MerError`. Returns `out`.
    """
    out = Path(out).with_suffix(".mkv")
    fps = min(report.fps, _FASTEST) if np.isfinite(report.fps) else _FASTEST
    out.parent.mkdir(parents=True, exist_ok=True)
    with Video(path) as video, atomic(out) as draft:
        writer, due = None, 0.0
        try:
            for frame, time in progress(video):
                if time + 0.5 / fps < due:
                    continue
                picture = _drawn(shrunk(_colour(frame), _LONGEST), report, time)
                writer = writer or _writer(draft, fps, picture)
                while due <= time + 0.5 / fps:  # a slow stretch repeats its frames
                    writer.write(picture)
                    due += 1 / fps
        finally:
            if writer:
                writer.release()
        if not draft.is_file():
            raise MerError(f"{out}: no frame could be written. Check the rights on the folder.")
    return out


def _writer(path: Path, fps: float, picture: np.ndarray) -> cv2.VideoWriter:
    height, width = picture.shape[:2]
    code = cv2.VideoWriter_fourcc(*_CODEC)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, fps, (width, height))
    if not writer.isOpened():
        raise MerError(
            f"{path}: this OpenCV cannot write VP8 video there. Check the rights on "
            "the folder, and that opencv-python was installed as a wheel."
        )
    return writer


def _colour(frame: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR) if frame.ndim == 2 else frame


def _drawn(small: tuple[np.ndarray, float], report: Report, time: float) -> np.ndarray:
    """The frame with the face's square, the emotion or another state, and the bar; sides are made
    even, as VP8 wants them."""
    picture, factor = small
    height, width = (side - side % 2 for side in picture.shape[:2])
    picture = np.ascontiguousarray(picture[:height, :width])
    event = _at(report.events, time)
    spell = None if event else _at(report.states, time)
    colour = _ink(event.emotion if event else NEUTRAL)
    _square(picture, report.trace, time, factor, colour)
    if event:
        _write(picture, f"{event.emotion} {told(event.confidence):.0%}", 34, colour)
    else:
        _write(picture, spell.state if spell else NEUTRAL, 34, colour)
    if event and event.micro:
        _write(picture, "micro-expression", 66, colour)
    _bar(picture, report, time)
    return picture


def _at(spans: tuple, time: float):
    """The first of the spans that covers this moment."""
    return next((one for one in spans if one.onset <= time <= one.offset), None)


def _write(picture: np.ndarray, words: str, y: int, colour: tuple[int, int, int]) -> None:
    for ink, width in (((0, 0, 0), 5), (colour, 2)):
        cv2.putText(picture, words, (12, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, ink, width)


def _square(picture, trace, time: float, factor: float, colour) -> None:
    if not len(trace):
        return
    row = trace[np.abs(trace[:, 0] - time).argmin()]
    x, y, side = (row[TRACE.index(name)] for name in ("x", "y", "side"))
    if np.isfinite(side):
        corners = np.round(np.array([[x, y], [x + side, y + side]]) * factor).astype(int)
        cv2.rectangle(picture, corners[0].tolist(), corners[1].tolist(), colour, 2)


def _bar(picture: np.ndarray, report: Report, time: float) -> None:
    """Time from left to right: events in their colours, a white edge on top of those that are
    micro, other states grey, and where the frame stands."""
    height, width = picture.shape[:2]
    scale = (width - 1) / max(report.duration, 1e-3)
    picture[height - _BAR :] //= 3
    for spans, ink in (
        (report.states, lambda _: _GREY),
        (report.events, lambda e: _ink(e.emotion)),
    ):
        for one in spans:
            left, right = round(one.onset * scale), round(one.offset * scale)
            picture[height - _BAR :, left : max(right, left + 2)] = ink(one)
    for event in report.events:
        if event.micro:
            left, right = round(event.onset * scale), round(event.offset * scale)
            picture[height - _BAR - 3 : height - _BAR, left : max(right, left + 3)] = 255
    now = min(round(time * scale), width - 2)
    picture[height - _BAR - 4 :, now : now + 2] = 255


def _ink(emotion: str) -> tuple[int, int, int]:
    """Colour of an emotion, blue-green-red; neutral is white."""
    name = "#ffffff" if emotion == NEUTRAL else style.colour_of(emotion)
    return tuple(round(255 * share) for share in reversed(to_rgb(name)))
