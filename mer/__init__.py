"""mer: a reproducible notebook study of facial micro-expression recognition.

Importing it costs next to nothing and changes nothing: `mer.Run`, `mer.show`, `mer.plots` and the
rooms are loaded when somebody asks for them.
"""

import importlib
from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("mer-study")
except PackageNotFoundError:  # run from a checkout that nobody has installed
    __version__ = "not installed"

__all__ = ["Run", "core", "course", "datasets", "evaluation", "experiments", "learning", "people",
           "plots", "preprocessing", "show", "study", "video"]  # fmt: skip


def __getattr__(name: str):
    if name == "Run":
        return importlib.import_module("mer.study.run").Run
    if name == "show":
        return importlib.import_module("mer.core.listing").show
    if name == "plots":
        return importlib.import_module("mer.experiments.plots")
    if name in __all__:
        return importlib.import_module(f"mer.{name}")
    raise AttributeError(f"module 'mer' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
