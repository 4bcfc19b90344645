"""Which videos a path means: a file, a folder of files, or one of pictures, a frame each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mer.core.errors import BadData
from mer.video.reading import Video

VIDEOS = frozenset((".avi", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".webm", ".wmv"))
PICTURES = frozenset((".bmp", ".jpeg", ".jpg", ".png"))


@dataclass(frozen=True)
class Recording:
    """A video of a subject: a file, or a folder of numbered pictures, at `path`."""

    subject: str
    video: str
    path: Path

    def frames(self, fps: float | None) -> Video | Pictures:
        """Frames and their seconds; `fps` is that of pictures, which know none."""
        if not self.path.is_dir():
            return Video(self.path)
        if not fps:
            raise BadData(
                f"{self.path}: pictures do not say how many there are a second. Name it with --fps."
            )
        return Pictures(self.path, fps)

    def begins(self, fps: float | None, first_frame: int) -> float:
        """Seconds of the recording before what is there: pictures may begin with number 46."""
        if not self.path.is_dir():
            return 0.0
        return (Pictures(self.path, fps).first - first_frame) / fps


class Pictures:
    """A folder of numbered pictures, read like a `mer.video.Video`: (frame, seconds).

    Numbers that are missing are gaps in time. `first` is the first number.
    """

    def __init__(self, folder: Path, fps: float):
        numbered = [(_number(path), path) for path in _pictures(folder)]
        self._files = sorted(one for one in numbered if one[0] is not None)
        self.first = self._files[0][0]
        self._fps = fps

    def __enter__(self) -> Pictures:
        return self

    def __exit__(self, *unused) -> None:
        pass

    def __len__(self) -> int:
        return len(self._files)

    def __iter__(self) -> Iterator[tuple[np.ndarray, float]]:
        for number, path in self._files:
            picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
            if picture is None:
                raise BadData(f"{path}: not a picture that can be read. Copy it again.")
            yield picture, (number - self.first) / self._fps


def videos(paths: Iterable[Path | str]) -> list[Path]:
    """The video files that the paths are or hold, folders in folders included, in order."""
    found = []
    for path in map(Path, paths):
        if not path.is_dir():
            found.append(path)  # whatever is wrong with it, its reading says
            continue
        inside = sorted(file for file in path.rglob("*") if _is_video(file))
        if not inside:
            raise BadData(
                f"{path}: no video in this folder or below ({', '.join(sorted(VIDEOS))}). "
                "Name another."
            )
        found += inside
    return list(dict.fromkeys(found))


def recordings(paths: Iterable[Path | str]) -> list[Recording]:
    """The videos and the folders of pictures that the paths are or hold.

    A recording is called like its file or folder, and its subject like the folder around it.
    """
    found = []
    for path in map(Path, paths):
        inside = [path, *sorted(path.rglob("*"))] if path.is_dir() else [path]
        found += [
            Recording(one.resolve().parent.name, one.stem if one.is_file() else one.name, one)
            for one in inside
            if (one.is_dir() and _is_numbered(one))
            or (one == path and not one.is_dir())
            or _is_video(one)
        ]
    if not found:
        raise BadData(
            f"{', '.join(map(str, paths))}: neither a video nor a folder of numbered pictures "
            "there. Name the folder that holds the recordings."
        )
    return list(dict.fromkeys(found))


def _is_video(path: Path) -> bool:
    return path.suffix.lower() in VIDEOS and path.is_file() and not path.name.startswith(".")


def _pictures(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix.lower() in PICTURES]


def _is_numbered(folder: Path) -> bool:
    return sum(_number(path) is not None for path in _pictures(folder)) > 1


def _number(path: Path) -> int | None:
    """The last number in a name: 46 of img46.jpg, 7 of 006_1_00007.jpg."""
    digits = re.findall(r"\d+", path.stem)
    return int(digits[-1]) if digits else None
