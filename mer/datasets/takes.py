"""Long takes of synthetic people: videos with several expressions, and what is true of them.

`mer takes` records them (`mer.people.takes`). They are no `Source`: a take is one
video with many events, made for spotting and for the demo, not one coded sequence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mer.core import paths
from mer.core.errors import BadData, SourceMissing
from mer.people.behaviour.schedule import KINDS

_REMEDY = "Delete this take's three files and run `mer takes` again."


@dataclass(frozen=True)
class TakeEvent:
    """An event of a schedule as a recorded take shows it. `kind` is one of `KINDS`.

    `onset`, `apex` and `offset` are frame numbers from 0: the last frame at rest, the one
    nearest to the peak, the first one at rest again. `seconds` are the same three moments
    without rounding. Only micro- and macro-expressions have an `emotion`, `action_units` and
    `peak_pixels`, the largest displacement of skin in the picture. `what` says of the events of
    conditions how far or which way, such as "yaw +18, pitch +0 degrees" or "mug at the mouth".
    """

    kind: str
    emotion: str
    action_units: str
    onset: int
    apex: int
    offset: int
    seconds: tuple[float, float, float]
    peak_pixels: float
    what: str = ""


@dataclass(frozen=True)
class Motion:
    """What moved in a take, frame by frame.

    `intensities` (N, A) of the facial `actions`; `turns` (N, 3) the rotation of the head in
    radians (nod, tilt, turn) and `shifts` (N, 3) in metres (right, back, up); `gaze` (N, 2) in
    radians, right and up; `light` (N,) the brightness about 1.
    """

    actions: tuple[str, ...]
    intensities: np.ndarray
    turns: np.ndarray
    shifts: np.ndarray
    gaze: np.ndarray
    light: np.ndarray


@dataclass(frozen=True)
class Take:
    """One recorded take: a video of `frames` frames of `size` (width, height) at `fps` a second.

    `person` of the cast drawn from `seed`; `still` takes show no expression. `events` stand in
    the order of their onsets; `conditions` are those that were on.
    """

    name: str
    video: Path
    person: str
    seed: int
    fps: float
    frames: int
    size: tuple[int, int]
    still: bool
    events: tuple[TakeEvent, ...]
    conditions: tuple[str, ...] = ()

    def of_kind(self, *kinds: str) -> tuple[TakeEvent, ...]:
        """The events of these kinds."""
        return tuple(event for event in self.events if event.kind in kinds)

    def motion(self) -> Motion:
        """The true motion in every frame. A damaged or missing file is `BadData`."""
        path = self.video.with_suffix(".npz")
        try:
            with np.load(path, allow_pickle=False) as found:
                motion = Motion(
                    tuple(found["actions"].tolist()),
                    *(found[name] for name in list(Motion.__annotations__)[1:]),
                )
        except Exception as error:  # zipfile, zlib, OS and key errors alike mean a damaged file
            raise BadData(f"{path}: no readable motion ({error}). {_REMEDY}") from error
        if len(motion.intensities) != self.frames:
            raise BadData(
                f"{path}: {len(motion.intensities)} frames, where {self.name}.json has "
                f"{self.frames}. {_REMEDY}"
            )
        return motion


def takes_root(seed: int) -> Path:
    """Where the takes of a seed are recorded if nothing else is said."""
    return paths.data() / "synthetic" / f"takes-seed{seed}"


def read_takes(root: Path | str) -> list[Take]:
    """All takes in a folder, by name.

    Parameters
    ----------
    root : path
        Where `mer takes` (`mer.people.record`) left them; see `takes_root`.

    Returns
    -------
    list of Take

    Raises
    ------
    SourceMissing
        If there is no folder, or no take in it.
    BadData
        If a card is damaged, or a video is missing or not as long as its card says.

    Examples
    --------
    >>> from mer.datasets import read_takes
    >>> read_takes("nowhere")
    Traceback (most recent call last):
        ...
    mer.core.errors.SourceMissing: takes: none in nowhere. Record some with `mer takes`.
    """
    root = Path(root)
    cards = sorted(root.glob("*.json"))
    if not cards:
        raise SourceMissing(f"takes: none in {root}. Record some with `mer takes`.")
    return [_take(path) for path in cards]


def _take(path: Path) -> Take:
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        take = Take(
            name=card["name"],
            video=path.with_suffix(".webm"),
            person=card["person"],
            seed=int(card["seed"]),
            fps=float(card["fps"]),
            frames=int(card["frames"]),
            size=tuple(card["size"]),
            still=bool(card["still"]),
            events=tuple(_event(row, card["frames"]) for row in card["events"]),
            conditions=tuple(card.get("conditions", ())),
        )
        sizes = dict(card["bytes"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else error
        raise BadData(f"{path}: not the card of a take ({what}). {_REMEDY}") from error
    for ending, size in sizes.items():
        file = path.with_suffix(f".{ending}")
        if not file.is_file():
            raise BadData(f"{file}: missing, though {path.name} is there. {_REMEDY}")
        if file.stat().st_size != size:
            raise BadData(
                f"{file}: {file.stat().st_size} bytes, where {path.name} says {size}. {_REMEDY}"
            )
    return take


def _event(row: dict, frames: int) -> TakeEvent:
    event = TakeEvent(**{**row, "seconds": tuple(row["seconds"])})
    if event.kind not in KINDS:
        raise ValueError(f"unknown kind of event {event.kind!r}")
    if not 0 <= event.onset <= event.apex <= event.offset < frames:
        raise ValueError(f"event {event.onset}-{event.apex}-{event.offset} of {frames} frames")
    return event
