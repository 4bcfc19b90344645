"""Packages that load what they hand on when it is asked for (PEP 562).

Inside mer names are taken from the modules that define them: through such a package
`mer.core.dependencies` could not follow them.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Collection


def face(
    package: str, names: Collection[str], **homes: str
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package.

    Parameters
    ----------
    package : str
        Its full name.
    names : collection of str
        Its `__all__`.
    **homes : str
        The module, below the package, that defines a name. A name without one is a module.
    """

    def load(name: str) -> object:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home = importlib.import_module(f"{package}.{homes.get(name, name)}")
        return getattr(home, name) if name in homes else home

    return load, lambda: sorted({*vars(sys.modules[package]), *names})
