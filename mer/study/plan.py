"""What a run has to do: which notebooks it wants, and which of them are finished as they stand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mer.core import paths
from mer.core.errors import MerError
from mer.datasets import SOURCES
from mer.study.data import Data
from mer.study.execution import source_hash
from mer.study.run_folder import RunFolder

ALL = tuple(SOURCES)
FRAMES = tuple(name for name, source in SOURCES.items() if source.has_frames)


@dataclass(frozen=True)
class Notebook:
    """A notebook of the study.

    needs      notebooks whose artefacts it reads, on sources that they apply to
    sources    sources that it can be run on
    always     the one source it is about, whatever the run's source is
    data       whether it reads the source at all
    reads      files of the repository that it reads besides; they may be missing
    """

    name: str
    needs: tuple[str, ...] = ()
    sources: tuple[str, ...] = FRAMES
    always: str = ""
    data: bool = True
    reads: tuple[str, ...] = ()


NOTEBOOKS = (
    Notebook("00_start_here", sources=ALL),
    Notebook("01_data_cleanup"),
    Notebook("02_apex_extraction", ("01_data_cleanup",)),
    Notebook("03_optical_flow", ("02_apex_extraction",)),
    Notebook("04_how_a_score_is_made", ("03_optical_flow",), sources=ALL),
    Notebook("05_apex_cnn", ("02_apex_extraction",)),
    Notebook("06_flow_cnn", ("03_optical_flow",)),
    Notebook("07_ensemble", ("03_optical_flow", "05_apex_cnn", "06_flow_cnn")),
    Notebook("08_ablation_contrast", ("02_apex_extraction",)),
    Notebook("09_ablation_attention", ("03_optical_flow",)),
    Notebook("10_protocols_and_leakage", ("02_apex_extraction",)),
    Notebook("11_synthetic_people", ("07_ensemble",), sources=("synthetic",)),
    Notebook("12_real_benchmark", always="megc2019"),
    Notebook("13_video_demo", sources=ALL, data=False, reads=("reports/demo_bars.json",)),
    Notebook("14_rare_classes", ("03_optical_flow",), sources=ALL),
    Notebook("15_augmentation_and_size", ("03_optical_flow",)),
    Notebook("16_small_samples", sources=("synthetic",)),
)


class Plan:
    """The notebooks of one run, by name and in order.

    identity    source, profile and seed
    only        the notebooks asked for, "06" or "06_flow_cnn" (none: all that apply)
    notebooks   the table of all, and the `folder` where they lie
    data        gives the fingerprint of a source, `code` that of the package
    """

    def __init__(
        self,
        identity: dict,
        only: Iterable[str],
        notebooks: Iterable[Notebook],
        folder: Path,
        data: Data,
        code: Callable[[], str],
    ):
        self.identity = identity
        self.source = identity["source"]
        self.table = {notebook.name: notebook for notebook in notebooks}
        self.folder = folder
        self.data = data
        self.code = code
        self.chosen = [self._find(word) for word in only]
        self.wanted = self._wanted()

    def _find(self, word: str) -> str:
        for name in self.table:
            if word in (name, name.split("_")[0]):
                return name
        raise MerError(f"unknown notebook {word!r}; choose from {', '.join(self.table)}")

    def _wanted(self) -> list[str]:
        """All that apply, or the chosen and what they need."""
        for name in self.chosen:
            if not self.applies(name):
                raise MerError(f"{name} is {self.why_not(name)}; choose another --source")
        if not self.chosen:
            return [name for name in self.table if self.applies(name)]
        reached = set(self.chosen)
        for name in reversed(self.table):  # whoever needs stands after what it needs
            if name in reached:
                reached.update(need for need in self.table[name].needs if self.applies(need))
        return [name for name in self.table if name in reached]

    def path(self, name: str) -> Path:
        """The notebook's file."""
        return self.folder / f"{name}.ipynb"

    def applies(self, name: str) -> bool:
        """Whether notebook `name` can be run on this run's source."""
        notebook = self.table[name]
        return bool(notebook.always) or self.source in notebook.sources

    def why_not(self, name: str) -> str:
        """Why notebook `name` does not apply."""
        if self.source in FRAMES:
            return f"not applicable: it asks about {', '.join(self.table[name].sources)} people"
        return f"not applicable: {self.source} publishes flows, no frames"

    def source_of(self, name: str) -> str:
        """The source that notebook `name` is run on."""
        return self.table[name].always or self.source

    def readers(self) -> dict[str, list[str]]:
        """The sources that the wanted notebooks read, and which do."""
        found: dict[str, list[str]] = {}
        for name in self.wanted:
            if self.table[name].data:
                found.setdefault(self.source_of(name), []).append(name)
        return found

    def followers(self, name: str) -> list[str]:
        """Notebook `name` and all that was made from what it left."""
        lost = {name}
        for notebook in self.table.values():
            if lost & set(notebook.needs):
                lost.add(notebook.name)
        return [name for name in self.table if name in lost]

    def fingerprint(self, name: str) -> str:
        """Hash of everything that makes the result of notebook `name`, but the machine."""
        notebook, source = self.table[name], self.source_of(name)
        parts = [
            source_hash(self.path(name)),
            self.code(),
            {**self.identity, "source": source},
            self.data.fingerprint(source) if notebook.data else None,
            {file: _digest(self.folder.parent / file) for file in notebook.reads},
            [self.fingerprint(need) for need in notebook.needs],
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def to_do(self, names: list[str], run_folder: RunFolder, resume: bool) -> list[str]:
        """Those of `names` that are not finished as they stand now, or follow one that is not.

        Without `resume` the chosen ones are done afresh.
        """
        todo = []
        for name in names:
            afresh = name in self.chosen and not resume
            follows = set(self.table[name].needs) & set(todo)
            if afresh or follows or not self._finished(name, run_folder):
                todo.append(name)
        return todo

    def _finished(self, name: str, run_folder: RunFolder) -> bool:
        return run_folder.intact(name) and run_folder.state(name)[
            "fingerprint"
        ] == self.fingerprint(name)


def package_hash(root: Path = paths.PACKAGE) -> str:
    """Hash of every file of the package: modules, templates, weights, sample."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _digest(path: Path) -> str | None:
    """Hash of a file; None where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
