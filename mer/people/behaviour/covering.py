"""Hands, phones and mugs that come before a face, stay there and go away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.spatial import cKDTree

from mer.people.behaviour.events import Event
from mer.people.behaviour.performance import front_skin
from mer.people.body.figure import Figure, landmarks
from mer.people.body.hand import Held
from mer.people.body.seated import Seated
from mer.people.rng import stream

# The point of a thing that comes to the face, in metres from the wrist: right, back, up.
_ANCHOR = {"hand": (0, 0, 0.13), "fist": (0, 0, 0.065), "phone": (0, 0, 0.13),
           "mug": (0, 0.05, 0.125)}  # fmt: skip
_FINGERTIPS = (0, 0, 0.165)  # of a hand that only comes to the chin
_LEAN, _ROUND = (0.25, 0.75), (-0.3, 0.3)  # radians: of the forearm, and about it
_SIDEWAYS = 0.95  # radians about the forearm by which a hand comes round to the side of a mug
_AWAY = np.array([0.06, -0.05, -0.62])  # metres from its place to out of the picture, one side
_GAP = 0.003  # metres between what touches and the skin
_WAVER = 0.0015  # metres


@dataclass(frozen=True)
class Cover:
    """One thing that comes: `vertices` of the figure, which are `points` (K, 3) with the thing in
    place on a head at rest and `spheres` (S, 4) for its shadow; `away` (N, 3) is how far it is
    from there in each frame, `near` (N,) whether it can be seen."""

    vertices: slice
    points: np.ndarray
    spheres: np.ndarray
    away: np.ndarray
    near: np.ndarray


def brought(events: Sequence[Event]) -> tuple[tuple[str, str], ...]:
    """The things (thing, side) that a take needs, each once."""
    return tuple(dict.fromkeys(_thing(event) for event in events if event.kind == "cover"))


def covers(key, seated: Seated, events: Sequence[Event], times: np.ndarray) -> tuple[Cover, ...]:
    """All covers of a take on a figure that has what `brought` names."""
    wanted, found = brought(events), []
    for number, event in enumerate(event for event in events if event.kind == "cover"):
        index, rng = wanted.index(_thing(event)), stream(*key, "cover", number)
        thing, side = wanted[index]
        points, spheres = _in_place(seated.figure, seated.held[index], thing, side, event, rng)
        up, down = event.course(times)
        there = (up * (1 - down))[:, None]
        angle = 2 * np.pi * rng.uniform(0.2, 1.2, 3) * times[:, None] + rng.uniform(0, 6.28, 3)
        out = _AWAY * [_way(side), 1, 1]
        path = (1 - there) * out + _WAVER * np.sin(angle)
        found.append(Cover(seated.things[index], points, spheres, path, there[:, 0] > 0))
    return tuple(found)


def _thing(event: Event) -> tuple[str, str]:
    return event.what.split()[0], "R" if event.towards[0] < 0.5 else "L"


def _way(side: str) -> int:
    """1 where a hand comes from the picture's right, -1 from its left."""
    return 1 if side == "L" else -1


def _in_place(figure: Figure, held: Held, thing: str, side: str, event: Event, rng):
    """Vertices and spheres of a thing that just touches its part of the face at rest."""
    way = _way(side)
    about = rng.uniform(*_ROUND) + (way * _SIDEWAYS if thing == "mug" else 0.0)
    lean = _turned([0, 1, 0], -way * rng.uniform(*_LEAN)) if thing != "mug" else np.eye(3)
    turn = lean @ _turned([0, 0, 1], about)
    points = held.surface.vertices @ turn.T
    spheres = np.c_[held.spheres[:, :3] @ turn.T, held.spheres[:, 3]]
    part = event.what.rsplit(" ", 1)[-1]
    goal = _part(figure, part, way) + rng.normal(0, 0.006, 3)
    anchor = _FINGERTIPS if (thing, part) == ("hand", "chin") else _ANCHOR[thing]
    place = goal - turn @ np.array(anchor)
    skin = figure.neutral[front_skin(figure)]
    away, nearest = cKDTree(skin[:, [0, 2]]).query((points + place)[:, [0, 2]])
    before = away < 0.008
    gap = (skin[nearest, 1] - (points + place)[:, 1])[before].min() if before.any() else 0.0
    place = place + [0.0, gap - _GAP, 0.0]
    return points + place, spheres + [*place, 0.0]


def _turned(axis, angle: float) -> np.ndarray:
    return cv2.Rodrigues(np.array(axis, float) * angle)[0]


def _part(figure: Figure, part: str, way: int) -> np.ndarray:
    """(3,) a part of the face at rest, in metres; where there are two, the one on the hand's
    side."""
    balls, mouth = landmarks(figure.head, figure.neutral[: len(figure.head.template)])
    eyes = balls.mean(0)
    eye = balls[np.argmax(way * balls[:, 0])]
    return {
        "chin": mouth - [0, 0, 0.045],
        "mouth": mouth,
        "cheek": (eye + mouth) / 2 + [way * 0.018, 0, 0],
        "eye": eye,
        "forehead": eyes + [way * 0.02, 0, 0.045],
    }[part]
