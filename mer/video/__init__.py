"""Reading files, tracking, spotting, recognising, reports: the demo without its page.

What a program of your own needs is here, and loaded when it is asked for:

- `analyse` reads a video from end to end, an `Analyser` takes frame after frame; both give a
  `Report` of `Event`s
- a `Recogniser` says what two faces of one person show; `Recogniser.load()` takes the weights
  that come with mer
- `SAMPLE` is a video to begin with
"""

from typing import TYPE_CHECKING

from mer.core.lazy import face

if TYPE_CHECKING:
    from mer.video.analyser import Analyser, analyse
    from mer.video.reading import SAMPLE, Video
    from mer.video.recogniser import Recogniser
    from mer.video.report import Event, Report, State

__all__ = ["SAMPLE", "Analyser", "Event", "Recogniser", "Report", "State", "Video", "analyse"]
__getattr__, __dir__ = face(
    __name__,
    __all__,
    SAMPLE="reading",
    Analyser="analyser",
    Event="report",
    Recogniser="recogniser",
    Report="report",
    State="report",
    Video="reading",
    analyse="analyser",
)
