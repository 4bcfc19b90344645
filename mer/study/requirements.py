"""What mer needs, and which of it is installed.

Only the standard library is imported at the top: the doctor has to speak when packages are
missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata

from mer.core import paths
from mer.core.errors import MerError

DISTRIBUTION = "mer-study"
# What the extras are for; those that are only for who works on mer are left out.
EXTRAS = {
    "": "reading a video (`mer analyse`)",
    "people": "rendering synthetic people",
    "demo": "the page (`mer app`)",
    "study": "the notebooks and their report (`mer study`)",
    "cluster": "training on a cluster (`mer study --cluster`)",
}
_LINE = re.compile(r"\s*([\w.-]+)\s*(?:\[([^]]*)\])?\s*\(?([^;)]*)\)?\s*(?:;(.*))?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w-]+)['\"]")


@dataclass(frozen=True)
class Requirement:
    """A package that mer needs: always, or (`extra`) for one use of it. `wanted` says which
    versions, as in ">=2.4,<3"."""

    name: str
    wanted: str
    extra: str = ""

    def verdict(self) -> str:
        """ "ok", or what is wrong with what is installed."""
        found = installed(self.name)
        if found is None:
            return "missing"
        try:
            from packaging.specifiers import SpecifierSet
        except ImportError:
            return "not judged: packaging is missing"
        fits = SpecifierSet(self.wanted).contains(found, prereleases=True)
        return "ok" if fits else "another version"


def requirements() -> list[Requirement]:
    """All that mer needs, as pyproject.toml of the checkout says, or the installed package."""
    found = (_parsed(line) for line in _lines())
    return [need for need in found if need.name != DISTRIBUTION]


def installed(name: str) -> str | None:
    """The version of a package that is installed; None: it is not."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _lines() -> list[str]:
    """Each requirement in one line, `name>=1,<2; extra == "x"`."""
    if paths.REPOSITORY is None:
        try:
            return metadata.requires(DISTRIBUTION) or []
        except metadata.PackageNotFoundError:
            raise MerError(
                f"{paths.PACKAGE}: not installed, but copied? Install it with "
                f"`python -m pip install {DISTRIBUTION}`."
            ) from None
    import tomllib  # not there before Python 3.11, which the doctor has to say itself

    path = paths.REPOSITORY / "pyproject.toml"
    try:
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise MerError(
            f"{path}: cannot be read ({error}). Restore it from the repository."
        ) from error
    extras = project.get("optional-dependencies", {})
    return [
        *project["dependencies"],
        *(f'{line}; extra == "{name}"' for name, lines in extras.items() for line in lines),
    ]


def _parsed(line: str) -> Requirement:
    name, _, wanted, marker = _LINE.fullmatch(line).groups()
    extra = _EXTRA.search(marker or "")
    return Requirement(name, wanted.strip(), extra[1] if extra else "")
