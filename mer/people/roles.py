"""Roles: which other people show what, in casts as large and as like CASME II as is asked for.

One set of 26 people answers a question once. Here come as many more as the answer needs: the
strangers of an examination, crowds to learn from, and whole casts with CASME II's own counts.
Only the frames that are asked for are rendered, and nothing is kept on disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from mer.core.errors import MerError
from mer.people.behaviour.coding import Part, Selection, check_emotions, draw, parts
from mer.people.behaviour.performance import Performance, perform
from mer.people.body.figure import Figure, Sitter, sitter
from mer.people.casme2_statistics import ACTION_UNITS, COUNTS, STUDIED
from mer.people.rendering.frames import as_jpeg, render_frame
from mer.people.rng import stream

# Where the seeds of each use begin: nobody appears in two of them, nor in a cast or a take.
BEGINS = {"examination": 2_000_000, "training": 3_000_000, "casts": 4_000_000}
_APART = 1000  # from the seeds of one run to those of the next: 26,000 people
BONDS = ("none", "casme2", "strong")
_KEY_FRAMES = 10_000  # a thinning so coarse that only the key frames remain


@dataclass(frozen=True)
class Role:
    """A person, `subject` of the cast of `seed`, and the sequences that they show."""

    seed: int
    subject: str
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """Unique over all casts."""
        return f"{self.seed}-{self.subject}"

    def sitter(self) -> Sitter:
        """The person, to be painted where the frames are rendered."""
        return sitter(self.seed, self.subject)


def crowd(
    use: str, people: int, pairs_each: int, seed: int = 0, emotions: tuple[str, ...] = STUDIED
) -> list[Role]:
    """People who show each emotion equally often, in the Action Units that were coded for it.

    Parameters
    ----------
    use : str
        What they are for, of `BEGINS`: nobody is there for two uses. Others raise `MerError`.
    people, pairs_each : int
        How many, and sequences of each. A larger crowd begins with the same people.
    seed : int
        That of the run, below 1000.
    emotions : tuple of str
        They take turns.

    Returns
    -------
    list of Role

    Examples
    --------
    >>> from mer.people import roles
    >>> (one,) = roles.crowd("examination", 1, 10)
    >>> one.name, [part.emotion for part in one.parts[:3]]
    ('2000000-sub01', ['disgust', 'happiness', 'repression'])
    """
    check_emotions(emotions)
    names = list(COUNTS)
    found = []
    for index in range(people):
        of_cast, subject = _begin(use, seed) + index // len(names), names[index % len(names)]
        shown = tuple(
            _drawn(of_cast, subject, f"pair{k:03d}", emotions[k % len(emotions)])
            for k in range(pairs_each)
        )
        found.append(Role(of_cast, subject, shown))
    return found


def cast(number: int, seed: int = 0, bond: str = "casme2") -> list[Role]:
    """The 26 people of another cast, with CASME II's counts of sequences and of emotions.

    Parameters
    ----------
    number : int
        Which cast: others have other people.
    seed : int
        That of the run.
    bond : {"none", "casme2", "strong"}
        How far a person tells the emotion. "casme2": who shows what as in its table. "none": the
        same emotions, dealt to the sequences at random. "strong": dealt so that almost everybody
        shows one only. The people and how many sequences each has are the same for all three.

    Returns
    -------
    list of Role
        Those who show one of the five studied emotions.
    """
    if bond not in BONDS:
        raise MerError(f"unknown bond {bond!r}; choose one of {', '.join(BONDS)}")
    of_cast = _begin("casts", seed) + number
    rows = parts(Selection(), of_cast)
    if bond != "casme2":
        dealt = _dealt([part.emotion for part in rows], bond, rows, of_cast)
        rows = [
            _drawn(of_cast, part.subject, part.name, emotion)
            for part, emotion in zip(rows, dealt, strict=True)
        ]
    return [
        Role(of_cast, subject, tuple(shown))
        for subject, shown in groupby(rows, key=lambda part: part.subject)
    ]


def frames(
    role: Role, person: Sitter, shifts: tuple[int, ...] = (), midpoint: bool = False
) -> Iterator[tuple[Part, dict[int, np.ndarray]]]:
    """Each sequence of a role with the JPEG bytes (uint8) of its frames, by their numbers.

    Onset and apex are there; with `midpoint` also the frame in the middle of the sequence and
    the true apex; and those `shifts` away from the apex, as far as the sequence goes.
    """
    figure = person.figure()
    for part in role.parts:
        wanted = {part.onset, part.apex}
        if midpoint:
            wanted |= {(part.onset + part.offset) // 2, part.true_apex}
        wanted |= {int(np.clip(part.apex + by, part.onset, part.offset)) for by in shifts}
        yield part, _rendered(figure, part, role.seed, sorted(wanted))


def _rendered(figure: Figure, part: Part, seed: int, numbers: list[int]) -> dict:
    show = perform(figure, _Thinned.of(part, numbers), seed, _KEY_FRAMES)
    at = show.numbers.tolist()
    return {n: _frame(figure, part, seed, show, at.index(n)) for n in numbers}


def _frame(figure: Figure, part: Part, seed: int, show: Performance, index: int) -> np.ndarray:
    return as_jpeg(render_frame(figure, part, seed, show, index))


@dataclass(frozen=True)
class _Thinned(Part):
    """A part of which some frames are wanted beside the key frames."""

    wanted: tuple[int, ...] = ()

    @classmethod
    def of(cls, part: Part, wanted: list[int]) -> _Thinned:
        return cls(**vars(part), wanted=tuple(wanted))

    def numbers(self, step: int) -> np.ndarray:
        return np.union1d(super().numbers(step), self.wanted)


def _begin(use: str, seed: int) -> int:
    if use not in BEGINS:
        raise MerError(f"unknown use {use!r} of other people; choose one of {', '.join(BEGINS)}")
    if not 0 <= seed < _APART:
        raise MerError(f"seed {seed}: other people are there for seeds 0 to {_APART - 1}")
    return BEGINS[use] + _APART * seed


def _drawn(seed: int, subject: str, name: str, emotion: str) -> Part:
    """A sequence of an emotion, its Action Units drawn as often as they were coded."""
    coded = ACTION_UNITS[emotion]
    often = np.array(list(coded.values()), float)
    rng = stream(seed, subject, name, emotion, "role")
    units = list(coded)[rng.choice(len(coded), p=often / often.sum())]
    return draw(seed, subject, name, emotion, units)


def _dealt(emotions: list[str], bond: str, rows: list[Part], seed: int) -> list[str]:
    """The emotions of a table, dealt anew to its rows: at random, or person by person."""
    rng = stream(seed, "bond", bond)
    if bond == "none":
        return [str(one) for one in rng.permutation(emotions)]
    people = list(dict.fromkeys(part.subject for part in rows))
    rank = {subject: place for place, subject in enumerate(rng.permutation(people))}
    order = sorted(range(len(rows)), key=lambda row: rank[rows[row].subject])
    found = [""] * len(rows)
    for row, emotion in zip(order, sorted(emotions), strict=True):
        found[row] = emotion
    return found
