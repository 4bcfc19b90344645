"""One sequence on one face: which actions, how strong, and the head in every frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from mer.people.behaviour.coding import SHORTEST, Part
from mer.people.behaviour.dynamics import activation, blinks, closed, gaze_path, head_motion
from mer.people.behaviour.personal_style import company, personal_fields
from mer.people.body.action_units import ACTIONS, facial_actions, shown_units, side_of
from mer.people.body.figure import Figure
from mer.people.geometry.mesh import EYE, SKIN, normals
from mer.people.identity import Identity
from mer.people.rng import stream

# Peak displacement of the skin in pixels: log-normal, the same for every emotion.
_MEDIAN, _SPREAD, _LEAST, _MOST = 2.2, 0.28, 0.8, 4.5
_LAG = 0.08  # deviation of a muscle's lag behind the leading one, as a share of the rise
_LID = 4e-4  # metres that the lid is thick: it slides over the eyeball, never through it
BLINK = ("eyeBlinkLeft", "eyeBlinkRight")
_BLINK_ROWS = [ACTIONS.index(action) for action in BLINK]


@dataclass(frozen=True)
class Lid:
    """Skin (K,) that slides over an eyeball: vertices, the ball's centre, least distances."""

    vertices: np.ndarray
    centre: np.ndarray
    least: np.ndarray


@dataclass(frozen=True)
class Performance:
    """What a face does in a sequence.

    `intensities` (N, A) of `actions` at frame `numbers`, blinks among them; `fields` (A, V, 3)
    the displacements in metres of each action at full strength, as this person does it; rigid
    `turns` and `shifts` (N, 3); `gaze` (N, 2) in radians, right and up; `lids` the skin about
    each eye; `leader` the strongest of the actions that were coded; `peak` the largest
    displacement of skin at the true apex in pixels, by the coded actions and their companions.
    """

    numbers: np.ndarray
    actions: tuple[str, ...]
    intensities: np.ndarray
    fields: np.ndarray
    turns: np.ndarray
    shifts: np.ndarray
    gaze: np.ndarray
    lids: tuple[Lid, ...]
    leader: str
    peak: float


def perform(figure: Figure, part: Part, seed: int, step: int) -> Performance:
    """Choose the strengths of a sequence and run them over its frames."""
    numbers = part.numbers(step)
    key = (seed, part.subject, part.name)
    shares = facial_actions(shown_units(*key, part.action_units))
    strengths = _with_company(shares, *key)
    actions = tuple(sorted(strengths))
    fields = personal_fields(figure.head, seed, part.subject, actions)
    skin = front_skin(figure)
    weights = _weights(figure, skin, strengths, actions, fields, stream(*key, "weights"))
    peak = peak_displacement(figure.person, stream(*key, "strength"))
    leader = max(shares, key=lambda action: strengths[action])
    curves = _curves(part, numbers, actions, leader, key)
    there = _curves(part, np.array([part.true_apex]), actions, leader, key)[0]
    weights *= peak / skin_shift(figure, fields, weights * there, skin).max()
    turns, shifts = head_motion(*key, numbers, part.onset)
    span, keys = (part.onset, part.offset), (part.onset, part.apex, part.true_apex)
    gaze = gaze_path(*key, numbers, span)
    lids = closed(blinks(*key, numbers, span, keys), gaze)
    return Performance(
        numbers=numbers,
        actions=(*actions, *BLINK),
        intensities=np.c_[curves * weights, lids, lids],
        fields=np.concatenate([fields, figure.head.displacements[_BLINK_ROWS]]),
        turns=turns,
        shifts=shifts,
        gaze=gaze,
        lids=_lids(figure),
        leader=leader,
        peak=peak,
    )


def _with_company(shares: dict[str, float], seed, subject, name) -> dict[str, float]:
    """The coded actions, and what faintly moves along with them on this face this time."""
    strengths = dict(shares)
    for action, share in shares.items():
        rng = stream(seed, subject, name, "company", action)
        for other, relative in company(seed, subject, action).items():
            strength = share * relative * rng.uniform(0.5, 1.5)
            strengths[other] = max(strengths.get(other, 0.0), strength)
    return strengths


def _weights(figure: Figure, skin, strengths, actions, fields, rng) -> np.ndarray:
    """Relative strengths: every action made equally visible, then varied, then sided."""
    weights = []
    for index, action in enumerate(actions):
        reach = skin_shift(figure, fields[index : index + 1], np.ones(1), skin).max()
        side = 1 if side_of(action) == "Left" else -1
        personal = 1 + side * figure.person.asymmetry
        weights.append(strengths[action] * personal * rng.uniform(0.7, 1.3) / reach)
    return np.array(weights)


def peak_displacement(person: Identity, rng: np.random.Generator) -> float:
    """The largest displacement of skin in a sequence of this person, in pixels: it is drawn
    without knowing the emotion."""
    drawn = person.strength * _MEDIAN * np.exp(_SPREAD * rng.standard_normal())
    return float(np.clip(drawn, _LEAST, _MOST))


def _curves(part: Part, numbers, actions, leader: str, key) -> np.ndarray:
    """(N, A) activations. Muscles lag behind the leader, or hurry ahead, by a few frames; the
    leader, on both sides of the face, peaks at the true apex."""
    curves = []
    for action in actions:
        muscle = action.removesuffix(side_of(action))
        apex = part.true_apex
        if muscle != leader.removesuffix(side_of(leader)):
            habit = stream(key[0], key[1], "lag", muscle).normal()
            lag = _LAG * (habit + stream(*key, "lag", muscle).normal()) * (apex - part.onset)
            apex = np.clip(apex + lag, part.onset + SHORTEST / 2, part.offset - SHORTEST / 2)
        curves.append(
            activation(numbers, part.onset, apex, part.offset, stream(*key, "curve", muscle))
        )
    return np.stack(curves, 1)


@lru_cache(maxsize=1)  # the sequences of a person come one after the other
def _lids(figure: Figure) -> tuple[Lid, ...]:
    head, rest = figure.head, figure.neutral
    skin = np.unique(head.triangles[head.kind != EYE])
    found = []
    for ball in head.eye_vertices:
        centre = (rest[ball].min(0) + rest[ball].max(0)) / 2
        radius = np.linalg.norm(rest[ball] - centre, axis=1).mean()
        distance = np.linalg.norm(rest[skin] - centre, axis=1)
        near = distance < 1.6 * radius
        least = np.minimum(distance[near], radius + _LID)
        found.append(Lid(skin[near], centre, least))
    return tuple(found)


def skin_shift(
    figure: Figure, fields: np.ndarray, weights: np.ndarray, skin: np.ndarray | None = None
) -> np.ndarray:
    """How far vertices move in the image, in pixels, when the displacements `fields` (A, V, 3)
    act with `weights` (A,): those of `skin`, by default all skin that faces the camera."""
    skin = front_skin(figure) if skin is None else skin
    start = figure.neutral[skin]
    moved = np.einsum("a,avc->vc", weights, fields[:, skin])
    return np.linalg.norm(
        figure.camera.project(start + moved) - figure.camera.project(start), axis=1
    )


@lru_cache(maxsize=1)
def front_skin(figure: Figure) -> np.ndarray:
    """The vertices of skin that face the camera."""
    head = figure.head
    skin = np.unique(head.triangles[head.kind == SKIN])
    return skin[normals(figure.neutral, head.triangles)[skin, 1] < -0.3]


def pose(figure: Figure, show: Performance, index: int) -> np.ndarray:
    """(V, 3) vertices of frame `index`: rest, plus facial actions, then moved as a whole with
    what the person wears."""
    place = figure.neutral.copy()
    place[: len(figure.head.template)] += np.einsum(
        "a,avc->vc", show.intensities[index], show.fields
    )
    for lid in show.lids:
        ray = place[lid.vertices] - lid.centre
        distance = np.linalg.norm(ray, axis=1)
        place[lid.vertices] = lid.centre + ray * np.maximum(lid.least / distance, 1)[:, None]
    pivot = figure.pivot
    return (place - pivot) @ rotation(show.turns[index]).T + pivot + show.shifts[index]


def rotation(vector: np.ndarray) -> np.ndarray:
    """Rotation matrix of a rotation vector (Rodrigues' formula)."""
    return cv2.Rodrigues(np.asarray(vector, float))[0]
