"""How a micro-expression runs over time, and what else a face does meanwhile.

Everything but `activation` is a distractor: it has a random stream of its own, is the same for
every emotion, and is nearly at rest in the onset frame. Frame numbers count at 200 per second;
they need not be whole, so a camera of another rate asks for the moments that it sees.
"""

from __future__ import annotations

import numpy as np

from mer.people.rng import stream

FPS = 200
SHUT = (0.75, 0.9)  # strength of the model's blink at which the eye is shut
_PAUSE = 120  # mean frames between two movements of the lids
_WHOLE = 0.2  # share of them that are whole blinks
_LIDS_DOWN = 1.2  # how far the upper lid closes for each radian that the eye looks down
_LID_RANGE = (-0.12, 0.3)  # of that
_AROUND = 120  # frames before the onset and after the offset in which distractors may begin


def activation(numbers: np.ndarray, onset: int, apex: int, offset: int, rng) -> np.ndarray:
    """Activation of a facial muscle at frame `numbers`: 0 at the onset, 1 at the apex.

    It rises fast, with zero velocity at both ends, and falls more slowly to a small residual
    at the offset. `rng` draws how sharply it rises and how much remains.
    """
    sharpness = rng.uniform(1.1, 1.7)
    residual = rng.uniform(0.05, 0.3)
    rise = np.clip((numbers - onset) / (apex - onset), 0, 1)
    fall = np.clip((numbers - apex) / (offset - apex), 0, 1)
    up = ease(rise) ** sharpness
    down = 1 - (1 - residual) * ease(fall**0.85)
    return np.where(numbers <= apex, up, down)


def ease(t: np.ndarray) -> np.ndarray:
    """The minimum-jerk path from 0 to 1 (Flash and Hogan, 1985), at rest before and after."""
    t = np.clip(t, 0, 1)
    return t**3 * (10 - 15 * t + 6 * t**2)


def head_motion(seed: int, subject: str, name: str, numbers: np.ndarray, onset: int):
    """Small rigid motion against the onset frame: (N, 3) rotations in radians about the axes
    right, forward and up, and (N, 3) shifts in metres. Slow sway, and the nod and bob of
    breathing at 0.2 to 0.3 Hz; together about a pixel by the apex.
    """
    rng = stream(seed, subject, name, "head")
    frequency = rng.uniform(0.3, 2.5, (6, 3))
    phase = rng.uniform(0, 2 * np.pi, (6, 3))
    size = np.array([1.5e-3, 1.0e-3, 1.5e-3, 2.5e-4, 2.5e-4, 2.5e-4]) * rng.uniform(0.4, 1.0)
    path = _sway(numbers, onset, frequency, phase, size) + _breathing(
        stream(seed, subject, name, "breath"), numbers, onset
    )
    return path[:, :3], path[:, 3:]


def _sway(numbers, onset, frequency, phase, size) -> np.ndarray:
    def wave(n):
        angle = 2 * np.pi * frequency * np.asarray(n)[..., None, None] / FPS + phase
        return np.sin(angle).mean(-1) * size

    return wave(numbers) - wave(onset)


def _breathing(rng, numbers, onset) -> np.ndarray:
    rate, phase = 2 * np.pi * rng.uniform(0.2, 0.3) / FPS, rng.uniform(0, 2 * np.pi)
    wave = np.sin(rate * np.asarray(numbers) + phase) - np.sin(rate * onset + phase)
    nod_and_bob = np.array([1e-3, 0, 0, 0, 0, 6e-4]) * rng.uniform(0.3, 1.0)
    return wave[:, None] * nod_and_bob


def gaze_path(seed: int, subject: str, name: str, numbers: np.ndarray, span) -> np.ndarray:
    """Where the eyes look, (N, 2) radians right and up: fixations joined by saccades.

    About one saccade a second, mostly sideways and of two degrees or so (people watch a film on
    a screen), each over in 25 to 60 ms; between them the eye drifts. `span` is the (first, last)
    frame of the scene.
    """
    rng = stream(seed, subject, name, "gaze")
    numbers = np.asarray(numbers, float)
    path = np.tile(rng.normal(0, [0.03, 0.025]), (len(numbers), 1))
    at = span[0] - _AROUND
    while (at := at + rng.exponential(FPS)) < span[1] + _AROUND:
        target = rng.normal(0, [0.035, 0.025])
        done = ease((numbers - at) / rng.uniform(5, 12))[:, None]
        path = path * (1 - done) + target * done
    angle = 2 * np.pi * rng.uniform(0.5, 4, (2, 2)) * numbers[:, None, None] / FPS
    return path + 0.003 * np.sin(angle + rng.uniform(0, 6.28, (2, 2))).mean(-1)


def blinks(seed: int, subject: str, name: str, numbers: np.ndarray, span, keys) -> np.ndarray:
    """Strength of the model's blink at each frame, (N,): 0 is open, shut from about 0.75.

    People blink some 15 times a minute, for 150 to 300 ms, closing twice as fast as opening;
    four times as often the lids only twitch. A blink that would half close an eye in one of the
    frames `keys` is not shown: whoever cuts a recording chooses its onset and apex frames with
    the eyes open. `span` is the (first, last) frame of the scene.
    """
    rng = stream(seed, subject, name, "blink")
    numbers, closed = np.asarray(numbers, float), np.zeros(len(numbers))
    at = span[0] - _AROUND
    while (at := at + rng.exponential(_PAUSE)) < span[1] + _AROUND:
        whole = rng.random() < _WHOLE
        length, depth = rng.uniform(30, 60), rng.uniform(*(SHUT if whole else (0.05, 0.35)))
        if _lid(np.asarray(keys, float), at, length, depth).max() <= 0.4:
            closed = np.maximum(closed, _lid(numbers, at, length, depth))
        at += length
    return closed


def _lid(numbers, at, length, depth) -> np.ndarray:
    t = (numbers - at) / length
    return depth * ease(t / 0.3) * (1 - ease((t - 0.4) / 0.6))


def closed(blink: np.ndarray, gaze: np.ndarray) -> np.ndarray:
    """How far the lids are closed, (N,): they blink, and the upper lid follows the eye down."""
    follow = np.clip(-_LIDS_DOWN * gaze[:, 1], *_LID_RANGE)
    return follow + blink * (1 - follow)


def flicker(seed: int, subject: str, name: str, numbers: np.ndarray) -> np.ndarray:
    """Brightness of each frame around 1: mains light seen at 200 frames per second."""
    rng = stream(seed, subject, name, "light")
    wave = np.sin(2 * np.pi * rng.uniform(0.5, 20) * numbers / FPS + rng.uniform(0, 6.28))
    return 1 + rng.uniform(0.002, 0.008) * wave
