"""Heads that turn and tilt, and people who come near or lean back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mer.people.behaviour.conditions import FACE
from mer.people.behaviour.events import Event
from mer.people.rng import stream

# Nobody returns to just where they were: deviations of the rest that a movement ends in.
_NEW_REST = 0.03  # radians
_NEW_SIZE = 0.06  # of the logarithm of the face's size
_ASIDE = 0.03  # metres to the side, where a movement to or fro ends
_FIRST_SIZES = (130.0, 230.0)  # pixels of the face where the take begins
_BEATS, _BEAT = (1.2, 2.4), 0.012  # in speech: nods a second, and their deviation in radians


def turns(key, events: Sequence[Event], times: np.ndarray) -> np.ndarray:
    """(N, 3) the rotation of the head in radians (nod, tilt, turn) that its turns and tilts add."""
    path = np.zeros((len(times), 3))
    rng = stream(*key, "turns")
    for kind, axes in (("turn", (0, 2)), ("tilt", (1,))):
        some = [event for event in events if event.kind == kind]
        ends = [np.zeros(3) for _ in some]
        for end, event in zip(ends, some, strict=True):
            end[list(axes)] = event.towards
        path += _between(some, times, np.zeros(3), ends, lambda: rng.normal(0, _NEW_REST, 3) / 2)
    return path


def beats(key, events: Sequence[Event], times: np.ndarray) -> np.ndarray:
    """(N, 3) the small movements of the head that go with speech."""
    rng = stream(*key, "beats")
    path = np.zeros((len(times), 3))
    for event in events:
        if event.kind == "speech":
            rate, phase = rng.uniform(*_BEATS, (3, 2)), rng.uniform(0, 2 * np.pi, (3, 2))
            wave = np.sin(2 * np.pi * rate * times[:, None, None] + phase).sum(-1)
            fade = np.clip(np.minimum(times - event.onset, event.offset - times) / 0.3, 0, 1)
            path += _BEAT * rng.uniform(0.5, 1.0, 3) * wave * fade[:, None]
    return path


def stands(key, events: Sequence[Event], times: np.ndarray, distance: float) -> np.ndarray:
    """(N, 3) where the body of somebody who comes near and goes away is, in metres right, back and
    up from the usual place, which is `distance` metres before the camera."""
    some = [event for event in events if event.kind == "approach"]
    rng = stream(*key, "stands")
    first = np.log(rng.uniform(*_FIRST_SIZES) / FACE)
    ends = [np.array([np.log(event.towards[0] / FACE), rng.normal(0, _ASIDE)]) for event in some]
    begin = np.array([first, 0.0])

    def rest():
        return np.array([first + rng.normal(0, _NEW_SIZE), rng.normal(0, _ASIDE)])

    size, aside = _between(some, times, begin, ends, rest).T
    near = np.exp(size)
    return np.stack([aside / near, distance / near - distance, 0 * near], 1)


def _between(events, times, rest, ends, new_rest) -> np.ndarray:
    """(N, K) a path that begins at `rest` and goes to the end of each event, and from there to a
    new rest."""
    path = np.tile(rest, (len(times), 1))
    for event, end in zip(events, ends, strict=True):
        up, down = event.course(times)
        after = new_rest()
        path += up[:, None] * (end - rest) + down[:, None] * (after - end)
        rest = after
    return path
