"""The demo's panels as HTML: what a session found, in the visitor's language.

Pure functions of a report, so the page, a batch run and the tests draw the same; what they look
like is in `templates/` and `page.css`. Pictures are data addresses inside the HTML; nothing is
fetched from anywhere.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mer.core import style
from mer.preprocessing import flow
from mer.video.classes import NEUTRAL
from mer.video.page.translations import note, say
from mer.video.report import MICRO, Event, Report, State, told

_HERE = Path(__file__).parent
STYLE = f"<style>{(_HERE / 'page.css').read_text(encoding='utf-8')}</style>"
LATEST = 100  # rows of the log that the page shows
_MARKS = 500  # latest events that have a mark on the strip of time …
_MOMENTS = 8  # … and those whose faces the page shows
_THUMB = 112  # side in pixels of a face or a flow on the page
_QUIET = "#9aa0a6"
_STATES = {"speaking": "💬", "turned away": "👤", "covered": "✋"}


def colour(word: str) -> str:
    """The colour of an emotion, the same as in the study's figures; neutral and other states
    are grey."""
    return style.UNSURE if word in _STATES else style.colour_of(word, _QUIET)


def icon(word: str) -> str:
    """The emoji of an emotion or another state."""
    return _STATES.get(word) or style.emoji(word)


def now(state: State | None, events: Sequence[Event], language: str) -> str:
    """What the face shows at this moment, and how sure the network is; when nothing is being
    read, the same of the latest event."""
    shown = state or (events[-1] if events else None)
    probabilities = shown.probabilities if shown else {}
    resting = bool(state) and max(probabilities.values(), default=0.0) == 1
    rows = sorted(probabilities.items(), key=lambda row: (row[0] != NEUTRAL, row[0]))
    return _html(
        "now",
        language,
        state=state,
        shown=shown,
        probabilities=[
            (emotion, share, "–" if resting else _percent(told(share))) for emotion, share in rows
        ],
        resting=resting,
    )


def motion(events: Sequence[Event], language: str) -> str:
    """The flow of the latest event."""
    return _html("motion", language, event=events[-1] if events else None)


def statistics(report: Report, language: str) -> str:
    """The running figures, and the time of each emotion."""
    figures = {
        "watched": say(language, "seconds", seconds=report.duration),
        "changes": report.changes,
        "micro": report.micro,
        "share": _percent(report.share) if report.changes else "–",
    }
    spent = {**report.seconds_by_emotion(), **report.seconds_by_state()}
    spent = {word: seconds for word, seconds in spent.items() if seconds > 0}
    whole = max(sum(spent.values()), 1e-9)
    rows = [
        (emotion, seconds / whole, say(language, "seconds", seconds=seconds))
        for emotion, seconds in spent.items()
    ]
    return _html("statistics", language, figures=figures, spent=rows, notes=report.notes)


def log(report: Report, language: str) -> str:
    """The log, latest first."""
    table = report.log().iloc[::-1]
    return _html("log", language, rows=list(table.head(LATEST).itertuples()), all=len(table))


def moments(report: Report, language: str) -> str:
    """When each emotion was shown, when the face was in another state, and the faces of the
    latest events."""
    events, states = report.events, report.states
    if not events and not states:
        return ""
    whole = max(report.duration, *(one.offset for one in (*events, *states)), 1e-9)
    return _html(
        "moments",
        language,
        whole=whole,
        marked=events[-_MARKS:],
        spells=states[-_MARKS:],
        shown=events[-_MOMENTS:],
    )


def downloads(report: Report, language: str) -> str:
    """Links that hold the whole log. The mark at the start tells spreadsheets that it is UTF-8."""
    if not report.events:
        return ""
    table = "\ufeff" + report.log().to_csv(index=False)
    summary = json.dumps(report.summary(), ensure_ascii=False, indent=1)
    files = {
        "csv": _address("text/csv", table.encode()),
        "json": _address("application/json", summary.encode()),
    }
    return _html("downloads", language, files=files)


def message(text: str, kind: str, share: float | None = None) -> str:
    """The line that says what is going on; `kind` is "calm", "busy" or "bad"."""
    return _html("message", "en", text=text, kind=kind, share=share)


def title(language: str) -> str:
    """What the page is."""
    return _html("title", language)


def know(language: str, worth: str = "") -> str:
    """Privacy, honesty and law; `worth` are figures of how well real people were read."""
    return _html("know", language, worth=worth)


def page(report: Report, language: str, worth: str = "") -> str:
    """All that was found, without controls: what a batch run keeps."""
    panels = [draw(report, language) for draw in (statistics, moments, log)]
    return _html("page", language, style=STYLE, panels=[*panels, know(language, worth)])


def _html(panel: str, language: str, **facts) -> str:
    """The template of a panel, filled in; what comes from outside is escaped."""
    template = _TEMPLATES.get_template(f"{panel}.html")
    turned = {"say": partial(say, language), "note": partial(note, language)}
    return template.render(panel=panel, **turned, **facts)


def _percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f}%"


def _coloured(field: np.ndarray) -> np.ndarray:
    """A flow (H, W, 2 or more) as a picture (H, W, 3) blue-green-red."""
    return flow.colours(field[..., :2])[..., ::-1]


def _picture(image: np.ndarray) -> str:
    """A picture (H, W, 3) blue-green-red as an address that needs no file."""
    small = cv2.resize(image, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA)
    _, code = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return _address("image/jpeg", code.tobytes())


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals.update(
    MICRO=MICRO,
    colour=colour,
    coloured=_coloured,
    emoji=icon,
    percent=_percent,
    told=told,
    picture=_picture,
)
