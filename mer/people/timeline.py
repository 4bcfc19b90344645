"""How a micro-expression runs over time, and how a head moves meanwhile."""

from __future__ import annotations

import numpy as np

from mer.people.seeds import stream

FPS = 200


def activation(numbers: np.ndarray, onset: int, apex: int, offset: int, rng) -> np.ndarray:
    """Activation of a facial muscle at frame `numbers`: 0 at the onset, 1 at the apex.

    It rises fast, with zero velocity at both ends, and falls more slowly to a small residual
    at the offset. `rng` draws how sharply it rises and how much remains.
    """
    sharpness = rng.uniform(1.1, 1.7)
    residual = rng.uniform(0.05, 0.3)
    rise = np.clip((numbers - onset) / (apex - onset), 0, 1)
    fall = np.clip((numbers - apex) / (offset - apex), 0, 1)
    up = _ease(rise) ** sharpness
    down = 1 - (1 - residual) * _ease(fall**0.85)
    return np.where(numbers <= apex, up, down)


def _ease(t: np.ndarray) -> np.ndarray:
    """The minimum-jerk path from 0 to 1 (Flash and Hogan, 1985)."""
    return t**3 * (10 - 15 * t + 6 * t**2)


def head_motion(seed: int, subject: str, name: str, numbers: np.ndarray, onset: int):
    """Small rigid motion against the onset frame: (N, 3) rotations in radians about the axes
    right, forward and up, and (N, 3) shifts in metres. Slow sway, under about a pixel.
    """
    rng = stream(seed, subject, name, "head")
    frequency = rng.uniform(0.3, 2.5, (6, 3))
    phase = rng.uniform(0, 2 * np.pi, (6, 3))
    size = np.array([1.5e-3, 1.0e-3, 1.5e-3, 2.5e-4, 2.5e-4, 2.5e-4]) * rng.uniform(0.4, 1.0)
    return _sway(numbers, onset, frequency, phase, size)


def _sway(numbers, onset, frequency, phase, size):
    def wave(n):
        angle = 2 * np.pi * frequency * np.asarray(n)[..., None, None] / FPS + phase
        return np.sin(angle).mean(-1) * size

    path = wave(numbers) - wave(onset)
    return path[:, :3], path[:, 3:]


def flicker(seed: int, subject: str, name: str, numbers: np.ndarray) -> np.ndarray:
    """Brightness of each frame around 1: mains light seen at 200 frames per second."""
    rng = stream(seed, subject, name, "light")
    wave = np.sin(2 * np.pi * rng.uniform(0.5, 20) * numbers / FPS + rng.uniform(0, 6.28))
    return 1 + rng.uniform(0.002, 0.008) * wave
