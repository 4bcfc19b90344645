"""A take under conditions: the same acting by a person whom a webcam sees, chest and arms, and
what turns, comes near, covers, lights and drops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from mer.people.behaviour.acting import CHEST, Acting, act
from mer.people.behaviour.covering import Cover, covers
from mer.people.behaviour.dynamics import ease
from mer.people.behaviour.events import Event
from mer.people.behaviour.head_pose import stands
from mer.people.behaviour.lighting import Lighting, lighting
from mer.people.behaviour.performance import pose, rotation
from mer.people.behaviour.schedule import Schedule
from mer.people.body.seated import Seated
from mer.people.rng import stream

# Metres below the eyes between which the neck takes less and less part in the motion of the head,
# and the same of the shoulders and of hair, which hangs.
_NECK, _SHOULDERS, _HAIR = (0.085, 0.20), (0.095, 0.15), (0.09, 0.26)
_NECK_HALF, _NECK_ENDS = 0.05, 0.085  # metres from the middle: neck, and shoulder
_QUALITY = (35, 80)  # of the JPEG that a webcam sends
_DIM_NOISE = (1.0, 2.0)  # its noise against that of a good camera


@dataclass(frozen=True)
class Life(Acting):
    """A take under conditions that is ready to be rendered.

    `stands` (N, 3) is where the body is, in metres from its usual place; `shown` (N,) the frame
    that each place of the video has; `quality` that of the webcam's JPEG (0: no webcam).
    """

    stands: np.ndarray
    lighting: Lighting
    covers: tuple[Cover, ...]
    shown: np.ndarray
    quality: int

    @property
    def shifts(self) -> np.ndarray:
        """(N, 3) how far the head is from its usual place, in metres."""
        return self.motion[:, 3:] + self.stands

    @property
    def brightness(self) -> np.ndarray:
        """(N,) of what the room's own light shows, about 1."""
        return self.light * self.lighting.gains.mean(1)

    def vertices(self, index: int) -> np.ndarray:
        """(V, 3) the figure in frame `index`: the head turns on its neck, hands move with it, and
        all stand where the body does."""
        place = pose(self.figure, self.show, index)
        place = place + self.breathing[:, None] * (self.breath[index] * CHEST)
        near = [cover for cover in self.covers if cover.near[index]]
        for cover in self.covers:  # what is not there is far below the picture
            place[cover.vertices] = [0.0, 0.0, -9.0]
        for cover in near:
            place[cover.vertices] = cover.points + cover.away[index]
        turn, shift = self.motion[index, :3], self.motion[index, 3:]
        pivot = self.figure.pivot
        turned = _partly(place - pivot, turn, self.attached) + pivot
        return turned + self.attached[:, None] * shift + self.stands[index]

    def spheres(self, index: int) -> np.ndarray:
        """(S, 4) centres and radii of what fills the hands and things that are there in a frame:
        they move with the head."""
        pivot, turn, shift = self.figure.pivot, self.motion[index, :3], self.motion[index, 3:]
        found = [np.zeros((0, 4))]
        for cover in self.covers:
            if cover.near[index]:
                centres = cover.spheres[:, :3] + cover.away[index] - pivot
                moved = centres @ rotation(turn).T + pivot + shift + self.stands[index]
                found.append(np.c_[moved, cover.spheres[:, 3]])
        return np.concatenate(found)


def live(seated: Seated, take: Schedule, fps: float, seed: int) -> Life:
    """Perform `take` under its conditions before a webcam of `fps` frames a second."""
    acting = act(seated.figure, take, fps, seed)
    frames = len(acting.light)
    times, key = np.arange(frames) / fps, (seed, take.subject, take.bare_stem)
    camera, rng = acting.camera, stream(*key, "webcam")
    webcam = "webcam" in take.conditions
    quality, noise = int(rng.uniform(*_QUALITY)), rng.uniform(*_DIM_NOISE)
    known = {field.name: getattr(acting, field.name) for field in fields(acting)}
    known["noise"] *= noise if webcam else 1.0
    place = np.zeros((frames, 3))
    if "approach" in take.conditions:
        place = stands(key, take.events, times, _distance(seated))
    return Life(
        **known | {"attached": _attached(seated), "columns": (0, camera.size[0])},
        stands=place,
        lighting=lighting(key, take.events, times),
        covers=covers(key, seated, take.events, times),
        shown=_arrived(take.events, frames, fps),
        quality=quality if webcam else 0,
    )


def _arrived(events: Sequence[Event], frames: int, fps: float) -> np.ndarray:
    """(N,) which frame each place of the video shows. While frames are dropped, a recorder that
    keeps its rate fills with the last one that came."""
    shown = np.arange(frames)
    for event in events:
        first, last = round(event.onset * fps), min(round(event.offset * fps), frames - 1)
        if event.kind == "dropped" and first > 0:
            shown[first:last] = shown[first - 1]
    return shown


def _distance(seated: Seated) -> float:
    """Metres from the camera to the eyes at rest."""
    figure = seated.figure
    eyes = figure.neutral[np.concatenate(figure.head.eye_vertices)].mean(0)
    return float(figure.camera.depth(eyes[None])[0])


def _attached(seated: Seated) -> np.ndarray:
    """(V,) 1 on the head and what comes to it, 0 on the body, between them on the neck."""
    figure = seated.figure
    eyes = figure.neutral[np.concatenate(figure.head.eye_vertices)].mean(0)
    aside, _, up = (figure.neutral - eyes).T
    neck = ease((_NECK_ENDS - np.abs(aside)) / (_NECK_ENDS - _NECK_HALF))
    low, high = (neck * a + (1 - neck) * b for a, b in zip(_NECK, _SHOULDERS, strict=True))
    found = ease((high + up) / (high - low))
    found[seated.hair] = ease((_HAIR[1] + up[seated.hair]) / (_HAIR[1] - _HAIR[0]))
    found[seated.trunk] = 0
    for thing in seated.things:
        found[thing] = 1
    return found


def _partly(points: np.ndarray, turn: np.ndarray, share: np.ndarray) -> np.ndarray:
    """(V, 3) points turned by their `share` (V,) of a rotation vector (Rodrigues' formula)."""
    angle = np.linalg.norm(turn)
    if angle == 0:
        return points
    axis, part = turn / angle, (share * angle)[:, None]
    along = (points @ axis)[:, None] * axis
    return (
        along
        + np.cos(part) * (points - along)
        + np.sin(part) * np.cross(np.broadcast_to(axis, points.shape), points)
    )
