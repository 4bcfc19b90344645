"""A crowd: onset/apex pairs of people who are not in the cast, as many as are asked for.

A cast has 26 people and the counts of one database. A network that is to know strangers needs
more faces than that, and of each expression as many. Other people come with other seeds; of
each pair only the two frames are rendered, and nothing is kept on disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import cv2
import numpy as np

from mer.people.behaviour.coding import Part, check_emotions, draw
from mer.people.behaviour.performance import perform
from mer.people.body.figure import Figure, Sitter, landmarks, sitter
from mer.people.casme2_statistics import ACTION_UNITS, COUNTS
from mer.people.rendering.frames import as_jpeg, render_frame
from mer.people.rng import stream

_APART = 1000  # the seeds of a crowd begin here: no person of it is in a cast of a small seed
_KEY_FRAMES = 10_000  # a thinning so coarse that only the key frames remain


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


def members(count: int, seed: int) -> list[tuple[int, str]]:
    """Who is in a crowd of `count`: the seed that makes each, and the subject; none of them is
    in the cast of `seed`."""
    names = list(COUNTS)
    return [
        (_APART * (seed + 1) + index // len(names), names[index % len(names)])
        for index in range(count)
    ]


def cast_of(people: int, seed: int) -> list[Sitter]:
    """A crowd, each of whom `shots` can render: here, or in a worker.

    Parameters
    ----------
    people : int
        How many. A larger crowd of the same seed begins with the same people.
    seed : int
        None of them is in the cast that `build` makes of this seed.

    Returns
    -------
    list of Sitter
        Not painted yet, so cheap to hand on. The model of the human is loaded here, which takes
        seconds, once per process.
    """
    return [sitter(*member) for member in members(people, seed)]


def shots(person: Sitter, emotions: tuple[tuple[str, ...], ...], count: int) -> Iterator[Shot]:
    """Onset/apex pairs of one person.

    Parameters
    ----------
    person : Sitter
        One of `cast_of`.
    emotions : tuple of tuples of str
        Groups that take turns, so that each is shown equally often; within a group emotions,
        and of each the Action Units, are drawn by their frequency in CASME II.
    count : int
        How many pairs.

    Yields
    ------
    Shot
        Two grey frames (340, 280) uint8, and where eyes and mouth lie, in pixels.

    Raises
    ------
    MerError
        If people do not show one of the emotions.

    Notes
    -----
    The frequencies are those of the coding table: Yan et al., "CASME II", PLoS ONE 9(1), 2014.

    Examples
    --------
    >>> from mer.people import cast_of, shots
    >>> (one,) = cast_of(1, seed=0)  # doctest: +SKIP
    >>> [shot.emotion for shot in shots(one, (("happiness",), ("surprise",)), 2)]  # doctest: +SKIP
    ['happiness', 'surprise']
    """
    check_emotions(chain(*emotions))
    figure = person.figure()
    eyes, mouth = _landmarks(figure)
    for index in range(count):
        part = _part(person, f"pair{index:03d}", emotions[index % len(emotions)])
        show = perform(figure, part, person.seed, _KEY_FRAMES)
        at = show.numbers.tolist()
        frames = [
            _grey(render_frame(figure, part, person.seed, show, at.index(number)))
            for number in (part.onset, part.apex)
        ]
        yield Shot(f"{person.seed}-{part.subject}", part.name, part.emotion, *frames, eyes, mouth)


def _part(person: Sitter, name: str, group: tuple[str, ...]) -> Part:
    rng = stream(person.seed, person.person.subject, name, "crowd")
    totals = np.array([sum(ACTION_UNITS[emotion].values()) for emotion in group], float)
    emotion = group[rng.choice(len(group), p=totals / totals.sum())]
    coded = ACTION_UNITS[emotion]
    often = np.array(list(coded.values()), float)
    units = list(coded)[rng.choice(len(coded), p=often / often.sum())]
    return draw(person.seed, person.person.subject, name, emotion, units)


def _landmarks(figure: Figure) -> tuple[np.ndarray, np.ndarray]:
    eyes, mouth = landmarks(figure.head, figure.neutral)
    places = figure.camera.project(np.array([*eyes, mouth]))
    return places[:2], places[2]


def _grey(frame: np.ndarray) -> np.ndarray:
    """What is left of a frame in a JPEG file, grey."""
    return cv2.cvtColor(cv2.imdecode(as_jpeg(frame), cv2.IMREAD_COLOR), cv2.COLOR_BGR2GRAY)
