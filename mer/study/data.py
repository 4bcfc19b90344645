"""The data of a run, made ready before its notebooks start.

Synthetic people are built, the published flows are fetched, and the kernels are told where
everything lies.
"""

from __future__ import annotations

import os
from pathlib import Path

from mer.core import environment, paths
from mer.core.errors import MerError, SourceMissing
from mer.datasets import SOURCES, Source, open_source, source_root
from mer.study.profiles import profile as find_profile


class Data:
    """The sources of one run: made ready when first asked for, opened once."""

    def __init__(self, profile: str, seed: int):
        self.profile = find_profile(profile)
        self.seed = seed
        self._fingerprints = {}

    def root(self, name: str) -> Path:
        """Where source `name` lies for this run."""
        return source_root(name, self.profile.name, self.seed)

    def _open(self, name: str) -> Source:
        return open_source(name, self.root(name), self.profile.name, self.seed)

    def prepare(self, name: str) -> None:
        """Build or fetch source `name` where that is possible.

        Raises `SourceMissing` with a remedy where it is not there and cannot be had.
        """
        if name == "synthetic":
            self._build_people()
        try:
            self._open(name)
        except SourceMissing as missing:
            if name != "megc2019" or environment.source(name):
                raise
            self._fetch_flows(missing)

    def fingerprint(self, name: str) -> str:
        """Changes when the files of source `name` change."""
        if name not in self._fingerprints:
            self._fingerprints[name] = self._open(name).fingerprint()
        return self._fingerprints[name]

    def environment(self, start: Path) -> dict[str, str]:
        """The MER_… variables for a kernel that works in `start`.

        Paths are relative to `start`, so that executed notebooks show nothing of the machine.
        """
        places = {environment.source_variable(name): self.root(name) for name in SOURCES}
        places[environment.DATA] = paths.data()
        return {variable: os.path.relpath(place, start) for variable, place in places.items()}

    def _build_people(self) -> None:
        from mer import people

        root, selection = self.root("synthetic"), self.profile.people
        if not people.is_built(root, selection, self.seed):
            people.build(root, selection, self.seed, progress=True)

    def _fetch_flows(self, missing: SourceMissing) -> None:
        from mer.datasets.fetch import fetch_megc2019

        try:
            fetch_megc2019()
            self._open("megc2019")
        except MerError as error:
            raise SourceMissing(f"{missing} Fetching it failed: {error}") from error
