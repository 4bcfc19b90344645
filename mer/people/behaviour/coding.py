"""Who shows what, and when: the coding table, drawn before anything is rendered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from mer.core.errors import MerError
from mer.people.casme2_statistics import (
    ACTION_UNITS,
    APEX_TO_OFFSET,
    COUNTS,
    EMOTIONS,
    LEVELS,
    ONSET_TO_APEX,
    STUDIED,
)
from mer.people.rng import stream

# The table has intervals of zero frames (apex coded on the onset or offset frame): mistakes of
# coding that a rendered movement, which needs some frames to rise and fall, does not repeat.
SHORTEST = 4
# A coder sees the apex to within a few frames of 5 ms: Laplace, in frames.
_CODER = 2.0
_KINSHIP = 0.75  # of the two intervals of a sequence: their normal scores correlate by +- this


@dataclass(frozen=True)
class Part:
    """One sequence to render: a row of the coding table, frame numbers at 200 per second.

    `apex` is the coder's, as in the table; the movement peaks at `true_apex`.
    """

    subject: str
    name: str
    emotion: str
    action_units: str
    onset: int
    apex: int
    offset: int
    true_apex: int

    def numbers(self, step: int) -> np.ndarray:
        """The frames to render: onset, both apexes, offset, every `step`-th from the onset."""
        every = np.arange(self.onset, self.offset + 1, step)
        return np.union1d(every, [self.onset, self.apex, self.true_apex, self.offset])


@dataclass(frozen=True)
class Selection:
    """Which sequences of the full table are rendered, and which of their frames.

    Attributes
    ----------
    subjects : tuple of str, optional
        Who takes part, from sub01 to sub26; None means everybody.
    per_class : int, optional
        At most so many sequences of each person and emotion; None means all.
    emotions : tuple of str
        Those that are shown, of `casme2_statistics.EMOTIONS`; by default the five studied ones.
    frame_step : int
        Every how many-th frame is rendered between the key frames.
    name : str
        What messages and people.json call this selection: the profile of a study.
    """

    subjects: tuple[str, ...] | None = None
    per_class: int | None = None
    emotions: tuple[str, ...] = STUDIED
    frame_step: int = 1
    name: str = "own"


def parts(selection: Selection, seed: int) -> list[Part]:
    """The rows of a selection, in the order of the table.

    All 255 rows are drawn first and then chosen from, so a sequence is the same in every
    selection that has it. A subject or an emotion that is not there is a `MerError`.
    """
    _check(selection)
    chosen, taken = [], {}
    for part in _everything(seed):
        if selection.subjects and part.subject not in selection.subjects:
            continue
        count = taken[part.subject, part.emotion] = taken.get((part.subject, part.emotion), 0) + 1
        few = selection.per_class is None or count <= selection.per_class
        if part.emotion in selection.emotions and few:
            chosen.append(part)
    return chosen


def _check(selection: Selection) -> None:
    strangers = set(selection.subjects or ()) - set(COUNTS)
    if strangers:
        raise MerError(
            f"profile {selection.name}: no synthetic person is called "
            f"{', '.join(sorted(strangers))}; there are sub01 to sub26"
        )
    check_emotions(selection.emotions)


def check_emotions(emotions: Iterable[str]) -> None:
    """`MerError` if one of them is none that synthetic people show."""
    unknown = set(emotions) - set(EMOTIONS)
    if unknown:
        raise MerError(
            f"synthetic people do not show {', '.join(sorted(unknown))}; "
            f"choose of {', '.join(EMOTIONS)}"
        )


def _everything(seed: int) -> list[Part]:
    units = {emotion: _deal(seed, emotion) for emotion in EMOTIONS}
    rows = []
    for subject, counts in COUNTS.items():
        emotions = np.repeat(EMOTIONS, counts)
        stream(seed, subject, "order").shuffle(emotions)
        names = _names(seed, subject, len(emotions))
        rows += [
            draw(seed, subject, name, str(emotion), units[emotion].pop())
            for name, emotion in zip(names, emotions, strict=True)
        ]
    return rows


def _deal(seed: int, emotion: str) -> list[str]:
    """Every coded string of an emotion, as often as it was coded, shuffled over the people."""
    strings = [units for units, n in ACTION_UNITS[emotion].items() for _ in range(n)]
    stream(seed, emotion, "units").shuffle(strings)
    return strings


def _names(seed: int, subject: str, count: int) -> list[str]:
    """File names as in CASME II: EP<film>_<take>, unique within a person."""
    films = stream(seed, subject, "names").choice(19 * 9, count, replace=False)
    return [f"EP{film // 9 + 1:02d}_{film % 9 + 1:02d}" for film in sorted(films)]


def draw(seed: int, subject: str, name: str, emotion: str, units: str) -> Part:
    """A sequence of these Action Units, its frame numbers drawn for the emotion."""
    rng = stream(seed, subject, name, "interval")
    onset = int(rng.integers(10, 260))
    rise, fall = intervals(rng, emotion)
    apex = onset + rise
    error = round(stream(seed, subject, name, "coder").laplace(0, _CODER))
    true_apex = int(np.clip(apex - error, onset + SHORTEST, apex + fall - SHORTEST))
    return Part(subject, name, emotion, units, onset, apex, apex + fall, true_apex)


def intervals(rng: np.random.Generator, emotion: str) -> tuple[int, int]:
    """Frames from onset to apex and from apex to offset.

    In the table the two are uncorrelated, and yet the apex is nearer to the middle than
    independent intervals would put it: in some sequences they go together, in others one is
    long where the other is short. So are they drawn, from the emotion's own distributions.
    """
    kinship = _KINSHIP * rng.choice((-1, 1))
    first, other = rng.standard_normal(2)
    second = kinship * first + np.sqrt(1 - kinship**2) * other
    tables = ONSET_TO_APEX[emotion], APEX_TO_OFFSET[emotion]
    return tuple(
        _interval(ndtr(normal), quantiles)
        for normal, quantiles in zip((first, second), tables, strict=True)
    )


def _interval(level: float, quantiles: tuple[float, ...]) -> int:
    """Frames at a level of the piecewise linear distribution with these quantiles."""
    return max(SHORTEST, round(float(np.interp(level, LEVELS, quantiles))))
