"""Reading files, tracking, spotting, recognising, reports: the demo without its page.

What a program of your own needs is here, and loaded when it is asked for:

- `analyse` reads a video from end to end, an `Analyser` takes frame after frame; both give a
  `Report` of `Event`s
- a `Recogniser` says what two faces of one person show; `Recogniser.load()` takes the weights
  that come with mer
- `SAMPLE` is a video to begin with
"""

import importlib

_HOME = {
    "Analyser": "analyser",
    "Event": "report",
    "Recogniser": "recogniser",
    "Report": "report",
    "SAMPLE": "reading",
    "State": "report",
    "Video": "reading",
    "analyse": "analyser",
}
__all__ = ["SAMPLE", "Analyser", "Event", "Recogniser", "Report", "State", "Video", "analyse"]


def __getattr__(name: str):
    if name in __all__:
        return getattr(importlib.import_module(f"mer.video.{_HOME[name]}"), name)
    raise AttributeError(f"module 'mer.video' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
