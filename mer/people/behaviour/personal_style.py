"""The personal way of a face to move: no two people show the same Action Unit alike.

An action of the parametric head is one fixed displacement of the skin. On real faces insertion,
strength and direction of a muscle vary, so each person scales and tilts it by smooth fields of
their own, and moves some muscles faintly along with others.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mer.people.body.action_units import ACTIONS, companions, side_of
from mer.people.body.head import Head
from mer.people.rng import stream

_WAVES = 6
_LENGTHS = 0.05, 0.16  # metres, wavelengths of the fields over the face
_SCALE, _TILT = 0.35, 0.2  # deviations of the log of the scale, and of the angle in radians
_COMPANY, _FAINT = 0.2, 0.5  # mean and largest strength of a companion against its leader
_COMES = 0.7  # share of people in whom a given companion comes along


def personal_fields(head: Head, seed: int, subject: str, actions) -> np.ndarray:
    """The (A, V, 3) displacements in metres of `actions` at full strength, as `subject` does
    them. Left and right are alike but not the same."""
    return np.stack([_field(head, seed, subject, action) for action in actions])


@lru_cache(maxsize=64)  # a person shows the same actions in one sequence after the other
def _field(head: Head, seed: int, subject: str, action: str) -> np.ndarray:
    shift = head.displacements[ACTIONS.index(action)].copy()
    moved = np.abs(shift).max(1) > 1e-7
    shift[moved] = _personal(
        head.template[moved] - head.eyes.mean(0), shift[moved], seed, subject, action
    )
    return shift


def _personal(place, shift, seed: int, subject: str, action: str) -> np.ndarray:
    side = side_of(action)
    both, own = (
        stream(seed, subject, "style", name) for name in (action.removesuffix(side), action)
    )
    common, lone = _smooth(place, both, 2), _smooth(place, own, 2)
    scale, tilt = 0.85 * common + 0.5 * lone
    angle = _TILT * tilt * (1 if side == "Left" else -1)
    right, back, up = (shift * np.exp(_SCALE * scale)[:, None]).T
    return np.stack(
        [
            np.cos(angle) * right - np.sin(angle) * up,
            back,
            np.sin(angle) * right + np.cos(angle) * up,
        ],
        1,
    )


def _smooth(place: np.ndarray, rng, count: int) -> np.ndarray:
    """(count, V) random fields of unit variance, mirror images left and right."""
    length = np.exp(rng.uniform(*np.log(_LENGTHS), (count, _WAVES, 1)))
    across = rng.standard_normal((count, _WAVES, 2))
    wave = 2 * np.pi / length * across / np.linalg.norm(across, axis=-1, keepdims=True)
    phase = rng.uniform(0, 2 * np.pi, (count, _WAVES, 1))
    angle = wave[..., 1:] * place[:, 2] + phase
    return (np.cos(wave[..., :1] * place[:, 0]) * np.cos(angle)).sum(1) * 2 / np.sqrt(_WAVES)


def company(seed: int, subject: str, action: str) -> dict[str, float]:
    """Which actions move along when `subject` shows `action`, and how strongly against it."""
    rng = stream(seed, subject, "company", action)
    found = {}
    for name in companions(action):
        comes, strength = rng.random() < _COMES, rng.exponential(_COMPANY)
        if comes:
            found[name] = float(min(strength, _FAINT))
    return found
