"""One sequence on one face: which actions, how strong, and the head in every frame."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mer.people.actions import ACTIONS, facial_actions, shown_units
from mer.people.head import SKIN
from mer.people.identity import Identity
from mer.people.plan import Part
from mer.people.render import Figure, normals
from mer.people.seeds import stream
from mer.people.timeline import activation, head_motion

# Peak displacement of the skin in pixels: log-normal, the same for every emotion.
_MEDIAN, _SPREAD, _LEAST, _MOST = 2.2, 0.28, 0.8, 4.5
_PIVOT = np.array([0.0, 0.09, -0.10])  # the joint of skull and neck, from the eyes, in metres


@dataclass(frozen=True)
class Performance:
    """`intensities` (N, A) of `actions` at frame `numbers`; rigid `turns` and `shifts` (N, 3);
    `gaze` (2,) in radians; `peak` is the largest displacement of skin at the apex in pixels."""

    numbers: np.ndarray
    actions: tuple[str, ...]
    intensities: np.ndarray
    turns: np.ndarray
    shifts: np.ndarray
    gaze: np.ndarray
    peak: float


def perform(figure: Figure, part: Part, seed: int, step: int) -> Performance:
    """Choose the strengths of a sequence and run them over its frames."""
    numbers = part.numbers(step)
    key = (seed, part.subject, part.name)
    shares = facial_actions(shown_units(*key, part.action_units))
    actions = tuple(sorted(shares))
    weights = _weights(figure, shares, actions, stream(*key, "weights"))
    peak = _peak(figure.person, stream(*key, "strength"))
    weights *= peak / skin_shift(figure, actions, weights).max()
    rng = stream(*key, "curve")
    curves = [activation(numbers, part.onset, part.apex, part.offset, rng) for _ in actions]
    turns, shifts = head_motion(*key, numbers, part.onset)
    gaze = stream(*key, "gaze").normal(0, 0.02, 2)
    return Performance(numbers, actions, np.stack(curves, 1) * weights, turns, shifts, gaze, peak)


def _peak(person: Identity, rng) -> float:
    drawn = person.strength * _MEDIAN * np.exp(_SPREAD * rng.standard_normal())
    return float(np.clip(drawn, _LEAST, _MOST))


def _weights(figure: Figure, shares, actions, rng) -> np.ndarray:
    """Relative strengths: every action made equally visible, then varied, then sided."""
    weights = []
    for action in actions:
        reach = skin_shift(figure, (action,), np.ones(1)).max()
        side = 1 if action.endswith("Left") else -1
        personal = 1 + side * figure.person.asymmetry
        weights.append(shares[action] * personal * rng.uniform(0.8, 1.2) / reach)
    return np.array(weights)


def skin_shift(figure: Figure, actions, weights) -> np.ndarray:
    """How far each vertex of skin that faces the camera moves in the image."""
    head = figure.head
    index = [ACTIONS.index(action) for action in actions]
    moved = np.einsum("a,avc->vc", weights, head.displacements[index])
    skin = np.unique(head.triangles[head.kind == SKIN])
    front = skin[normals(figure.neutral, head.triangles)[skin, 1] < -0.3]
    start = figure.neutral[front]
    return np.linalg.norm(figure.camera.project(start + moved[front])
                          - figure.camera.project(start), axis=1)


def pose(figure: Figure, show: Performance, index: int) -> np.ndarray:
    """(V, 3) vertices of frame `index`: rest, plus facial actions, then moved as a whole."""
    head = figure.head
    chosen = [ACTIONS.index(action) for action in show.actions]
    moved = np.einsum("a,avc->vc", show.intensities[index], head.displacements[chosen])
    pivot = figure.neutral[np.concatenate(head.eye_vertices)].mean(0) + _PIVOT
    turned = (figure.neutral + moved - pivot) @ _rotation(show.turns[index]).T
    return turned + pivot + show.shifts[index]


def _rotation(vector: np.ndarray) -> np.ndarray:
    """Rotation matrix of a rotation vector (Rodrigues' formula)."""
    return cv2.Rodrigues(np.asarray(vector, float))[0]
