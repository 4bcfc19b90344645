"""Where sequences come from: casme2, megc2019 and synthetic, behind one interface."""

from pathlib import Path

from mer.core.errors import MerError
from mer.datasets.base import Problem, Sequence, Source, Truth, source_root
from mer.datasets.casme2 import Casme2
from mer.datasets.megc2019 import Megc2019
from mer.datasets.synthetic import Synthetic
from mer.datasets.takes import Take, read_takes, takes_root

SOURCES = {cls.name: cls for cls in (Synthetic, Casme2, Megc2019)}  # the only list of them

__all__ = [
    "SOURCES",
    "Problem",
    "Sequence",
    "Source",
    "Take",
    "Truth",
    "open_source",
    "read_takes",
    "source_root",
    "takes_root",
]


def open_source(
    name: str, root: Path | str | None = None, profile: str = "quick", seed: int = 0
) -> Source:
    """The source called `name`, at `root`, or where `source_root` says.

    Only synthetic people differ by `profile` and `seed`.
    """
    if name not in SOURCES:
        raise MerError(f"unknown source {name!r}; choose one of {', '.join(SOURCES)}")
    root = Path(root) if root else source_root(name, profile, seed)
    if name == Synthetic.name:
        return Synthetic(root, profile=profile, seed=seed)
    return SOURCES[name](root)
