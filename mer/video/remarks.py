"""What an analysis says in words: what helps where a face is not read, and what was odd."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mer.video.timestamps import Clock
from mer.video.tracking import Tracker

_LYING = "A face lies on its side. Hold head or camera upright."
FEW = 150  # pixels of a face's side below which the recogniser was never tested


@dataclass
class Tally:
    """Seconds without a face, frames with one, those of them where it is small, and seconds in
    which the picture had to be turned by so many degrees for its face to stand."""

    faceless: float = 0.0
    faces: int = 0
    tiny: int = 0
    turns: Counter[int] = field(default_factory=Counter)


def remedy(tracker: Tracker) -> str:
    """What helps where no face is found."""
    if tracker.dark:
        return "The picture is black. Uncover the camera, or make light."
    if tracker.lying:
        return _LYING
    return (
        "No face is found. Look into the camera, upright, with light on your face, "
        "and near enough to fill a quarter of the picture."
    )


def hint(tracker: Tracker, side: int) -> str:
    """What to know of a face whose square has so many pixels a side, "" if nothing."""
    if tracker.lying:
        return _LYING
    if tracker.several:
        return "Several faces: the largest is followed."
    return "The face is small. Come nearer." if side < FEW else ""


def notes(tracker: Tracker, clock: Clock, tally: Tally) -> tuple[str, ...]:
    """What was odd in all that was seen."""
    said = [sentence] if (sentence := _found(clock, tally)) else []
    if tally.tiny > tally.faces / 2:
        said.append(
            f"The face is mostly smaller than {FEW} pixels; what moves little cannot be seen there."
        )
    if tracker.ever_several:
        said.append("Several faces were seen; the largest was followed.")
    if clock.gaps:
        said.append(f"{clock.gaps} times no frame came for over a second.")
    if clock.stale:
        said.append(
            f"{clock.stale} frames came with the time of an earlier one, and were left out."
        )
    return tuple(said)


def _found(clock: Clock, tally: Tally) -> str:
    """How the face was found, "" if it was there all the time."""
    if clock.frames == 0:
        return "No frame came."
    for turn, seconds in tally.turns.items():
        if turn and seconds > clock.time / 2:
            return (
                f"Faces lie on their side. Turn the video by {turn} degrees clockwise, "
                "and give it again."
            )
    if not tally.faces:
        return (
            "No face was found in any frame. It must look into the camera, upright, "
            "and fill a quarter of the picture's shorter side."
        )
    return f"No face was found for {tally.faceless:.1f} s." if tally.faceless > 0.5 else ""
