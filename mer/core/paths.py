"""Where things lie: the package, the checkout that it was cloned in, and the data.

Installed from a wheel there is no checkout. What works there too asks for `data()` and
`package_file`; what needs notebooks or the reference asks for `checkout()`, which says so.
"""

from __future__ import annotations

from pathlib import Path

from mer.core import environment
from mer.core.errors import MerError

PACKAGE = Path(__file__).resolve().parents[1]


def find_repository(package: Path) -> Path | None:
    """The checkout around `package`: it has the notebooks, and what builds the package."""
    above = package.parent
    whole = (above / "pyproject.toml").is_file() and (above / "notebooks").is_dir()
    return above if whole else None


REPOSITORY = find_repository(PACKAGE)


def checkout() -> Path:
    """The checkout; `MerError` where the package was installed without one."""
    if REPOSITORY is None:
        raise MerError(
            f"{PACKAGE}: installed without the notebooks. Clone the repository that mer comes from "
            "(`git clone <its address> mer && cd mer`), and run `make study` there."
        )
    return REPOSITORY


def data() -> Path:
    """The folder of all data: MER_DATA, or data/ of the checkout, or one of the user's own."""
    chosen = environment.data()
    if chosen:
        return chosen
    if REPOSITORY:
        return REPOSITORY / "data"
    from platformdirs import user_data_path

    return user_data_path("mer", appauthor=False)


def package_file(name: str) -> Path:
    """A file that comes with the package, by its path below it ("video/models/x.safetensors").

    `MerError` where it is missing.
    """
    path = PACKAGE / name
    if not path.is_file():
        raise MerError(
            f"{path} is missing from the installed package: install it again, or "
            "restore the file from the repository."
        )
    return path
