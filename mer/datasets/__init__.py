"""Where sequences come from: casme2, megc2019 and synthetic, behind one interface."""

from pathlib import Path

from mer.core.errors import MerError
from mer.datasets import index
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
    "index",
    "open_source",
    "read_takes",
    "source_root",
    "takes_root",
]


def open_source(
    name: str, root: Path | str | None = None, profile: str = "quick", seed: int = 0
) -> Source:
    """Open a source of micro-expressions.

    Parameters
    ----------
    name : {"synthetic", "casme2", "megc2019"}
        One of `SOURCES`.
    root : path, optional
        Its folder; by default what `source_root` says.
    profile, seed
        Which synthetic people, where there is no `root`. Other sources do not differ by them.

    Returns
    -------
    Source

    Raises
    ------
    MerError
        If there is no source of that name.
    SourceMissing
        If its folder is not there, with what to do about it.

    Examples
    --------
    >>> from mer.datasets import open_source
    >>> open_source("casme2", root="nowhere")
    Traceback (most recent call last):
        ...
    mer.core.errors.SourceMissing: casme2: no folder nowhere. ...
    """
    if name not in SOURCES:
        raise MerError(f"unknown source {name!r}; choose one of {', '.join(SOURCES)}")
    root = Path(root) if root else source_root(name, profile, seed)
    if name == Synthetic.name:
        return Synthetic(root, profile=profile, seed=seed)
    return SOURCES[name](root)
