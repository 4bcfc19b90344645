"""A crowd: onset/apex pairs of people who are not in the cast, as many as are asked for.

A cast has 26 people and the counts of one database. A network that is to know strangers needs
more faces than that, and of each expression as many. Other people come with other seeds; of
each pair only the two frames are rendered, and nothing is kept on disk.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mer.people.behaviour.coding import Part, draw
from mer.people.behaviour.performance import perform
from mer.people.casme2_statistics import ACTION_UNITS, COUNTS
from mer.people.geometry.camera import landmarks
from mer.people.identity import Identity, identity
from mer.people.rendering.frames import as_jpeg, figure, render_frame
from mer.people.rng import stream

_APART = 1000  # the seeds of a crowd begin here: no person of it is in a cast of a small seed
_KEY_FRAMES = 10_000  # a thinning so coarse that only the key frames remain


@dataclass(frozen=True)
class Person:
    """Who is to be rendered: the seed that made them, and their shape (V, 3) in metres."""

    seed: int
    who: Identity
    shape: np.ndarray


@dataclass(frozen=True)
class Shot:
    """One pair: `emotion`, the grey frames `onset` and `apex` (340, 280) uint8, and where the
    middle of each eye (2, 2) and of the mouth (2,) lie at rest, in pixels right and down."""

    subject: str
    name: str
    emotion: str
    onset: np.ndarray
    apex: np.ndarray
    eyes: np.ndarray
    mouth: np.ndarray


def people(sculptor, count: int, seed: int) -> list[Person]:
    """`count` people, none of them in the cast of `seed`."""
    found = []
    for index in range(count):
        other = _APART * (seed + 1) + index // len(COUNTS)
        who = identity(other, list(COUNTS)[index % len(COUNTS)])
        found.append(Person(other, who, sculptor.shape(who.phenotypes, who.changes)))
    return found


def shots(head, place, person: Person, emotions: tuple[tuple[str, ...], ...], count: int):
    """Yield `count` `Shot`s of a person. `emotions` are groups that take turns, so that each is
    shown equally often; within a group emotions, and of each the Action Units, are drawn by
    their frequency in CASME II. `head` and `place` are as for `scene.figure`."""
    actor = figure(head, place, person.who, person.shape, person.seed)
    eyes, mouth = _landmarks(actor)
    for index in range(count):
        part = _part(person, f"pair{index:03d}", emotions[index % len(emotions)])
        show = perform(actor, part, person.seed, _KEY_FRAMES)
        frames = [
            _grey(render_frame(actor, part, person.seed, show, show.numbers.tolist().index(n)))
            for n in (part.onset, part.apex)
        ]
        yield Shot(f"{person.seed}-{part.subject}", part.name, part.emotion, *frames, eyes, mouth)


def _part(person: Person, name: str, group: tuple[str, ...]) -> Part:
    rng = stream(person.seed, person.who.subject, name, "crowd")
    totals = np.array([sum(ACTION_UNITS[emotion].values()) for emotion in group], float)
    emotion = group[rng.choice(len(group), p=totals / totals.sum())]
    coded = ACTION_UNITS[emotion]
    often = np.array(list(coded.values()), float)
    units = list(coded)[rng.choice(len(coded), p=often / often.sum())]
    return draw(person.seed, person.who.subject, name, emotion, units)


def _landmarks(actor) -> tuple[np.ndarray, np.ndarray]:
    eyes, mouth = landmarks(actor.head, actor.neutral)
    places = actor.camera.project(np.array([*eyes, mouth]))
    return places[:2], places[2]


def _grey(frame: np.ndarray) -> np.ndarray:
    """What is left of a frame in a JPEG file, grey."""
    return cv2.cvtColor(cv2.imdecode(as_jpeg(frame), cv2.IMREAD_COLOR), cv2.COLOR_BGR2GRAY)
