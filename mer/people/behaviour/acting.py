"""A scheduled take on one face: every action, the head, eyes, breath and light in each frame.

Like a sequence of the crops, but on a clock of seconds, so that a camera may see it at any frame
rate. Each quantity has a random stream of its own, which no emotion enters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mer.people.behaviour import conditions
from mer.people.behaviour.coding import Part
from mer.people.behaviour.dynamics import FPS, SHUT, closed, ease, flicker, gaze_path
from mer.people.behaviour.events import Event
from mer.people.behaviour.head_pose import beats, turns
from mer.people.behaviour.performance import BLINK, Performance, perform, pose, rotation, skin_shift
from mer.people.behaviour.personal_style import personal_fields
from mer.people.behaviour.schedule import EXPRESSIONS, Schedule
from mer.people.behaviour.speech import speech
from mer.people.body.figure import Figure
from mer.people.geometry.camera import Camera
from mer.people.rng import stream

SIZE = (640, 480)
_PLACE = (180.0, 92.0)  # pixel of the scene where the crop has its first
_MACRO_PEAK = (6.0, 14.0)  # pixels
_FULL = 1.25  # no muscle goes beyond this strength
_ONE_SIDED = 0.25  # how much of a micro-expression's asymmetry a macro-expression has
_FADE = 0.35  # seconds in which the last of a micro-expression goes after its offset
_RADIUS = 0.25  # metres from the pivot to the farthest point of a head, with its hair
# The neck in the picture, in pixels: below the row of the chin the motion of the head fades over
# some rows, over fewer beside the neck, which is so wide, half of it, and ends there.
_CHIN, _NECK_FADE, _SHOULDER_FADE = _PLACE[1] + 301, 65.0, 20.0
_NECK_HALF, _NECK_ENDS = 80.0, 135.0
_NOISE = (1.0, 2.0)  # grey levels, deviation of the sensor's noise

# Slow wandering of the head: rotations in radians (nodding, tilting, turning) and shifts in
# metres (sideways, forward, up), and the quicker sway upon it.
_DRIFT = np.array([0.016, 0.010, 0.020, 2.0e-3, 2.0e-3, 1.2e-3])
_SWAY = np.array([1.2e-3, 0.8e-3, 1.2e-3, 2e-4, 2e-4, 2e-4])
_BREATH = np.array([1e-3, 0, 0, 0, 0, 5e-4])
CHEST = np.array([0.0, -6e-4, 8e-4])
_NOD, _TURN = (0.025, 0.06), 0.3  # radians of a nod; share of nods that are turns to the side


@dataclass(frozen=True)
class Acting:
    """A take that is ready to be rendered, N frames of it.

    `show` has the actions, with fields and intensities, and the eyes; `peaks` the largest
    displacement of skin in pixels that each event brings (0: no expression). `motion` (N, 6) is
    the rotation of the head in radians and its shift in metres, `breath` (N,) how far the chest
    is raised, -1 to 1; `attached` (V,) how far each vertex moves with the head, `breathing` (V,)
    with the chest. `light` (N,) is the brightness about 1, `noise` the deviation of the sensor's
    noise in grey levels. Nothing ever moves outside the columns `columns` [0] to [1] - 1.
    """

    figure: Figure
    show: Performance
    peaks: tuple[float, ...]
    motion: np.ndarray
    breath: np.ndarray
    attached: np.ndarray
    breathing: np.ndarray
    light: np.ndarray
    noise: float
    camera: Camera
    columns: tuple[int, int]

    @property
    def shifts(self) -> np.ndarray:
        """(N, 3) how far the head is from its place, in metres."""
        return self.motion[:, 3:]

    @property
    def brightness(self) -> np.ndarray:
        """(N,) of the picture, about 1."""
        return self.light

    def vertices(self, index: int) -> np.ndarray:
        """(V, 3) the figure in frame `index`: the face acts, the head turns on a body at rest."""
        place = pose(self.figure, self.show, index)
        pivot = self.figure.pivot
        turn, shift = self.motion[index, :3], self.motion[index, 3:]
        head = (place - pivot) @ rotation(turn).T + pivot + shift
        body = place + self.breathing[:, None] * (self.breath[index] * CHEST)
        return body + self.attached[:, None] * (head - body)


def act(figure: Figure, take: Schedule, fps: float, seed: int) -> Acting:
    """Perform `take` on a dressed `figure` before a camera of `fps` frames a second."""
    times = np.arange(round(take.seconds * fps)) / fps
    key = (seed, take.subject, take.bare_stem)
    gaze = gaze_path(*key, times * FPS, (0, take.seconds * FPS))
    breath, motion = _head(key, times, take.events)
    if take.conditions:
        motion[:, :3] += turns(key, take.events, times) + beats(key, take.events, times)
    show, peaks = _face(figure, take, key, times, gaze)
    camera = _scene(figure.camera)
    attached = _attached(figure, camera)
    columns = _moving_columns(figure, camera, motion, attached)
    return Acting(
        figure=figure,
        show=show,
        peaks=peaks,
        motion=motion,
        breath=breath,
        attached=attached,
        breathing=_breathing(figure, camera, columns),
        light=flicker(*key, times * FPS),
        noise=float(stream(*key, "noise").uniform(*_NOISE)),
        camera=camera,
        columns=columns,
    )


def _scene(crop: Camera) -> Camera:
    """The camera of the whole scene, of which the crop's picture is a part."""
    right, down = crop.centre
    return Camera(crop.position, crop.focal, (right + _PLACE[0], down + _PLACE[1]), SIZE)


def _face(figure: Figure, take: Schedule, key, times, gaze) -> tuple[Performance, tuple]:
    """All actions of a take in one performance, the head at rest; and the peak of each event."""
    rest = perform(figure, Part(take.subject, take.stem, "", "4", 0, 20, 40, 20), key[0], 20)
    lids = closed(_blinks(stream(*key, "lids"), take.events, times), gaze)
    curves, fields, peaks = {}, {}, []
    numbers = np.cumsum([event.kind not in conditions.KINDS for event in take.events]) - 1
    for number, event in zip(numbers, take.events, strict=True):
        if event.kind not in EXPRESSIONS:
            peaks.append(0.0)
            continue
        show, course, peak = _expression(figure, take, event, number, key, times)
        peaks.append(peak)
        for index, action in enumerate(show.actions[: -len(BLINK)]):
            curves[action] = np.maximum(curves.get(action, 0.0), course[:, index])
            fields[action] = show.fields[index]
    for action, course in speech(key, take.events, times).items():
        curves[action] = np.maximum(curves.get(action, 0.0), course)
        if action not in fields:
            (fields[action],) = personal_fields(figure.head, key[0], take.subject, (action,))
    still = np.zeros((len(times), 3))
    return Performance(
        numbers=np.arange(len(times)),
        actions=(*curves, *BLINK),
        intensities=np.stack([*curves.values(), lids, lids], 1).astype(np.float32),
        fields=np.stack([*fields.values(), *rest.fields[-len(BLINK) :]]),
        turns=still,
        shifts=still,
        gaze=gaze,
        lids=rest.lids,
        leader="",
        peak=max(peaks, default=0.0),
    ), tuple(peaks)


def _expression(figure: Figure, take: Schedule, event: Event, number: int, key, times):
    """A sequence of the crops, in its place in the take: the performance, its actions' course
    (N, A) and the peak displacement in pixels."""
    moments = [round(FPS * (moment - event.onset)) for moment in (event.apex, event.offset)]
    name = f"{take.bare_stem}-{number}"
    part = Part(take.subject, name, event.emotion, event.action_units, 0, *moments, moments[0])
    show = perform(figure, part, key[0], 1)
    strengths = show.intensities[:, : -len(BLINK)]
    if event.kind == "micro":
        return show, _micro(part, strengths, FPS * (times - event.onset)), show.peak
    rng = stream(*key[:2], name, "macro")
    top, peak = _full_blown(figure, show, strengths[part.apex], rng.uniform(*_MACRO_PEAK))
    return show, _macro(event, times, rng)[:, None] * top, peak


def _full_blown(figure: Figure, show: Performance, strengths: np.ndarray, wanted: float):
    """Strengths (A,) like these but for a peak of `wanted` pixels, or what the muscles can do;
    and that peak. Both sides of the face take part more evenly than in a micro-expression."""
    place = {action: index for index, action in enumerate(show.actions)}
    other = [
        place.get(action[:-4] + "Right" if action.endswith("Left") else action[:-5] + "Left", index)
        for index, action in enumerate(show.actions[: len(strengths)])
    ]
    even = (1 + _ONE_SIDED) / 2 * strengths + (1 - _ONE_SIDED) / 2 * strengths[other]
    factor = wanted / show.peak
    for _ in range(4):
        top = np.minimum(even * factor, _FULL)
        peak = float(skin_shift(figure, show.fields[: len(top)], top).max())
        factor *= wanted / peak
    return top, peak


def _micro(part: Part, strengths: np.ndarray, clock: np.ndarray) -> np.ndarray:
    """The course of a sequence on a clock that counts its frames; what is left at the offset
    fades soon after."""
    course = np.stack(
        [np.interp(clock, np.arange(len(strengths)), one, left=0.0) for one in strengths.T], 1
    )
    return course * (1 - ease((clock - part.offset) / (_FADE * FPS)))[:, None]


def _macro(event: Event, times: np.ndarray, rng) -> np.ndarray:
    """(N,) up to 1, held there with a slow waver, and down again."""
    up, down = event.course(times)
    waver = np.cos(2 * np.pi * rng.uniform(0.3, 1.0) * (times - event.apex))
    return up * (1 - down) * (1 - 0.04 * (1 - waver))


def _blinks(rng, events, times) -> np.ndarray:
    """Strength of the model's blink, (N,), as `dynamics.blinks` has it for a sequence."""
    blink = np.zeros(len(times))
    for event in events:
        if event.kind == "blink":
            closing, length = event.apex - event.onset, event.offset - event.onset
            shut = ease((times - event.onset) / (0.85 * closing))
            opened = ease((times - event.apex - 0.15 * closing) / (0.58 * length))
            blink = np.maximum(blink, rng.uniform(*SHUT) * shut * (1 - opened))
    return blink


def _head(key, times: np.ndarray, events) -> tuple[np.ndarray, np.ndarray]:
    """How far the chest is raised (N,), and the motion of the head (N, 6)."""
    rng = stream(*key, "head")
    slow, quick = rng.uniform(0.02, 0.16, (6, 4)), rng.uniform(0.3, 1.5, (6, 4))
    motion = _DRIFT * rng.uniform(0.6, 1.2) * _waves(rng, slow, times)
    motion = motion + _SWAY * rng.uniform(0.5, 1.2) * _waves(rng, quick, times)
    breath = np.sin(2 * np.pi * rng.uniform(0.2, 0.3) * times + rng.uniform(0, 2 * np.pi))
    motion = motion + breath[:, None] * _BREATH
    rng = stream(*key, "nods")
    for event in events:
        if event.kind == "nod":
            down = ease((times - event.onset) / (event.apex - event.onset))
            back = ease((times - event.apex) / (event.offset - event.apex))
            axis = 2 if rng.random() < _TURN else 0
            motion[:, axis] += rng.uniform(*_NOD) * rng.choice((-1, 1, 1)) * down * (1 - back)
    return breath, motion


def _waves(rng, frequency: np.ndarray, times: np.ndarray) -> np.ndarray:
    """(N, 6) of unit deviation, smooth, from sums of waves of these frequencies (6, K) in Hz."""
    phase = rng.uniform(0, 2 * np.pi, frequency.shape)
    wave = np.sin(2 * np.pi * frequency * times[:, None, None] + phase)
    return wave.sum(-1) / np.sqrt(frequency.shape[1] / 2)


def _attached(figure: Figure, camera: Camera) -> np.ndarray:
    """(V,) 1 on the head and what it wears, 0 on the shoulders, between them on the neck."""
    right, down = camera.project(figure.neutral).T
    neck = ease((_NECK_ENDS - np.abs(right - camera.centre[0])) / (_NECK_ENDS - _NECK_HALF))
    span = _SHOULDER_FADE + (_NECK_FADE - _SHOULDER_FADE) * neck
    return ease((_CHIN + span - down) / span)


def _moving_columns(figure: Figure, camera: Camera, motion, attached) -> tuple[int, int]:
    """The columns of the picture that the head can reach in a take."""
    points = figure.neutral[attached > 0]
    across = camera.project(points)[:, 0]
    reach = np.abs(motion[:, 3]) + _RADIUS * np.abs(motion[:, 1:3]).sum(1)
    most = reach.max() * camera.focal / camera.depth(points).min() + 3
    return max(0, int(across.min() - most)), min(SIZE[0], int(across.max() + most) + 2)


def _breathing(figure: Figure, camera: Camera, columns: tuple[int, int]) -> np.ndarray:
    """(V,) 1 in the middle of the chest, 0 from the edges of the moving columns on."""
    middle, half = np.mean(columns), np.ptp(columns) / 2 - 3
    away = np.abs(camera.project(figure.neutral)[:, 0] - middle)
    return ease((half - away) / (0.6 * half))
