"""Light that changes, and a camera that gets used to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from mer.people.behaviour.conditions import SETTLE
from mer.people.behaviour.dynamics import ease
from mer.people.behaviour.events import Event
from mer.people.rng import stream

_CLOUD = 0.55  # share of the light that the thickest cloud takes
_BLUER = np.array([-0.03, 0.0, 0.06])  # what is left of it in red, green and blue
_LAMP = 0.6 * np.array([1.0, 0.80, 0.58])  # linear colour of the strongest lamp
_GLOW = 0.35  # what a lamp adds to the mean of the picture
_STEP = 0.30  # largest change of the exposure that a camera makes for no reason, in its logarithm
_CAST = np.array([0.14, 0.0, -0.14])  # and of its white balance
_GRIP = (0.5, 0.9)  # how much of a change of light the exposure takes back
_LAG = (0.25, 0.9)  # seconds in which it does most of it
_BALANCE = 0.7, 1.5  # the same of the white balance


@dataclass(frozen=True)
class Lighting:
    """`gains` (N, 3) by which red, green and blue differ from the light of the room as the camera
    shows it, `lamp` (N, 3) the linear colour of a lamp, black while it is off, that shines from
    `side` (3,)."""

    gains: np.ndarray
    lamp: np.ndarray
    side: np.ndarray


def lighting(key, events: Sequence[Event], times: np.ndarray) -> Lighting:
    """The light of a take; without events of the kind `light` nothing ever changes."""
    rng = stream(*key, "lighting")
    grip, lag = rng.uniform(*_GRIP), rng.uniform(*_LAG)
    way = np.array([rng.choice((-1, 1)) * 0.85, -0.45, rng.uniform(-0.1, 0.4)])
    scene, drift, lamp = np.zeros((len(times), 3)), np.zeros((len(times), 3)), 0 * times
    for event in events:
        if event.kind != "light":
            continue
        (strength,), course = event.towards, _course(event, times)
        if event.what == "cloud":
            scene += np.log1p(course[:, None] * abs(strength) * (_BLUER - _CLOUD))
        elif event.what == "lamp":
            lamp = np.maximum(lamp, course * abs(strength))
        else:
            change = _STEP * np.ones(3) if event.what == "exposure" else _CAST
            drift += course[:, None] * strength * change
    seen = scene + np.log1p(_GLOW * lamp)[:, None]
    level = seen.mean(1, keepdims=True)
    cast = seen - level
    step = times[1] - times[0] if len(times) > 1 else 1.0
    answer = grip * _follow(level, lag, step) + _BALANCE[0] * _follow(cast, _BALANCE[1], step)
    gains = np.exp(scene + drift - answer)
    return Lighting(gains.astype(np.float32), lamp[:, None] * _LAMP, way / np.linalg.norm(way))


def _course(event: Event, times: np.ndarray) -> np.ndarray:
    """(N,) how far the cause is there: gone some time before the offset, till when the camera
    settles."""
    top, falls = event.held
    up = ease((times - event.onset) / (top - event.onset))
    return up * (1 - ease((times - falls) / (event.offset - SETTLE - falls)))


def _follow(signal: np.ndarray, lag: float, step: float) -> np.ndarray:
    """A signal (N, K) as a servo of the first order follows it, settled at the start."""
    share = 1 - np.exp(-step / lag)
    return lfilter([share], [1, share - 1], signal, axis=0, zi=(1 - share) * signal[:1])[0]
