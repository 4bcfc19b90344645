"""The demo's panels as HTML: what a session found, in the visitor's language.

Pure functions of a report, so the page, a batch run and the tests draw the same. Pictures are
data addresses inside the HTML; nothing is fetched from anywhere.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import cv2
import numpy as np

from mer.plots import EMOTIONS, PALE
from mer.preprocessing import flow
from mer.video.page.translations import note, say
from mer.video.report import MICRO, NEUTRAL, Event, Report, State, emoji

STYLE = f"<style>{Path(__file__).with_name('page.css').read_text(encoding='utf-8')}</style>"
LATEST = 100  # rows of the log that the page shows
_MOMENTS = 8  # events whose faces the page shows
_THUMB = 112  # side in pixels of a face or a flow on the page
_QUIET = "#9aa0a6"


def colour(emotion: str) -> str:
    """The colour of an emotion, the same as in the study's figures."""
    return _QUIET if emotion == NEUTRAL else EMOTIONS.get(emotion, PALE)


def now(state: State | None, events: Sequence[Event], language: str) -> str:
    """What the face shows at this moment, and how sure the network is; when nothing is being
    read, the same of the latest event."""
    if state is None and not events:
        return _card(say(language, "now"), _hint(say(language, "waiting")), "mer-now")
    if state is None:
        last = events[-1]
        return _card(
            say(language, "latest"), _guess(last.emotion, last.probabilities, language), "mer-now"
        )
    if state.face is None:
        body = _face_line("🔍", say(language, "no_face"))
    else:
        body = _guess(state.emotion, state.probabilities, language)
    return _card(say(language, "now"), body + _hint(note(language, state.note)), "mer-now")


def _guess(emotion: str, probabilities: Mapping[str, float], language: str) -> str:
    rows = sorted(probabilities.items(), key=lambda row: (row[0] != NEUTRAL, row[0]))
    bars = "".join(
        _bar(f"{emoji(word)} {say(language, word)}", chance, f"{100 * chance:.0f}%", colour(word))
        for word, chance in rows
    )
    line = _face_line(emoji(emotion), say(language, emotion))
    return f'{line}<div class="mer-bars">{bars}</div>'


def _face_line(icon: str, word: str) -> str:
    return (
        f'<div class="mer-face"><span class="mer-emoji">{icon}</span>'
        f'<span class="mer-word">{escape(word)}</span></div>'
    )


def _bar(label: str, share: float, value: str, shade: str) -> str:
    return (
        f'<span>{escape(label)}</span><span class="mer-bar"><i style="width:'
        f'{100 * min(share, 1):.1f}%;background:{shade}"></i></span><b>{escape(value)}</b>'
    )


def motion(events: Sequence[Event], language: str) -> str:
    """The flow of the latest event."""
    body = _hint(say(language, "nothing"))
    if events:
        event = events[-1]
        body = f'<div class="mer-pair">{_face(event)}{_motion(event)}</div>' + _hint(
            say(language, "motion_hint")
        )
    return _card(say(language, "motion"), body, "mer-motion")


def statistics(report: Report, language: str) -> str:
    """The running figures, and the time of each emotion."""
    figures = {
        "watched": say(language, "seconds", seconds=report.duration),
        "changes": str(report.changes),
        "micro": str(report.micro),
        "share": f"{100 * report.share:.0f}%" if report.changes else "–",
    }
    tiles = "".join(
        f'<div><b class="mer-{key}">{value}</b><span>{say(language, key)}</span></div>'
        for key, value in figures.items()
    )
    spent = {word: seconds for word, seconds in report.seconds_by_emotion().items() if seconds > 0}
    whole = max(sum(spent.values()), 1e-9)
    bars = "".join(
        _bar(
            f"{emoji(word)} {say(language, word)}",
            seconds / whole,
            say(language, "seconds", seconds=seconds),
            colour(word),
        )
        for word, seconds in spent.items()
    )
    body = f'<div class="mer-tiles">{tiles}</div>'
    if bars:
        body += f'<h4>{say(language, "by_emotion")}</h4><div class="mer-bars">{bars}</div>'
    body += "".join(_hint(note(language, text)) for text in report.notes)
    return _card(say(language, "statistics"), body, "mer-statistics")


def log(report: Report, language: str) -> str:
    """The log, latest first."""
    table = report.log().iloc[::-1]
    if table.empty:
        return _card(say(language, "log"), _hint(say(language, "nothing")), "mer-log")
    heads = "".join(
        f"<th>{say(language, key)}</th>" for key in ("start", "emotion", "duration", "confidence")
    )
    rows = "".join(_row(row, language) for row in table.head(LATEST).itertuples())
    more = say(language, "shortened", shown=LATEST, all=len(table)) if len(table) > LATEST else ""
    body = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" + _hint(more)
    return _card(say(language, "log"), body, "mer-log")


def _row(row, language: str) -> str:
    quick = f" <em>{say(language, 'micro_mark')}</em>" if row.duration < MICRO else ""
    return (
        f'<tr data-emotion="{escape(row.emotion)}" data-start="{row.start:.3f}">'
        f"<td>{say(language, 'seconds', seconds=row.start)}</td>"
        f'<td><i style="background:{colour(row.emotion)}"></i>{row.emoji} '
        f"{escape(say(language, row.emotion))}</td>"
        f"<td>{row.duration:.2f}{quick}</td><td>{100 * row.confidence:.0f}%</td></tr>"
    )


def moments(report: Report, language: str) -> str:
    """When each emotion was shown, and the faces of the latest events."""
    events = report.events
    if not events:
        return ""
    whole = max(report.duration, max(event.end for event in events), 1e-9)
    marks = "".join(
        f'<i title="{escape(say(language, event.emotion))}, {event.start:.1f}–{event.end:.1f} s" '
        f'style="left:{100 * event.start / whole:.2f}%;background:{colour(event.emotion)};'
        f'width:{max(100 * event.duration / whole, 0.6):.2f}%"></i>'
        for event in events[-500:]
    )
    faces = "".join(
        f"<figure>{_face(event)}<figcaption>{emoji(event.emotion)} "
        f"{escape(say(language, event.emotion))}<br><small>"
        f"{say(language, 'seconds', seconds=event.apex)}</small></figcaption></figure>"
        for event in events[-_MOMENTS:]
    )
    body = (
        f'<div class="mer-strip">{marks}</div><div class="mer-axis"><span>0</span>'
        f"<span>{say(language, 'seconds', seconds=whole)}</span></div>"
        f'<div class="mer-faces">{faces}</div>'
    )
    return _card(say(language, "moments"), body, "mer-moments")


def downloads(report: Report, language: str) -> str:
    """Links that hold the whole log. The mark at the start tells spreadsheets that it is UTF-8."""
    if not report.events:
        return ""
    files = {
        "csv": ("text/csv", "\ufeff" + report.log().to_csv(index=False)),
        "json": ("application/json", json.dumps(report.summary(), ensure_ascii=False, indent=1)),
    }
    return (
        '<div class="mer-downloads">'
        + "".join(
            f'<a download="micro-expressions.{ending}" href="{_address(kind, text.encode())}">'
            f"⬇ {say(language, ending)}</a>"
            for ending, (kind, text) in files.items()
        )
        + (f"{_hint(say(language, 'copy'))}</div>")
    )


def message(text: str, kind: str, share: float | None = None) -> str:
    """The line that says what is going on; `kind` is "calm", "busy" or "bad"."""
    bar = "" if share is None else f'<i style="width:{100 * share:.0f}%"></i>'
    return (
        f'<div class="mer-message mer-{kind}" role="status" aria-live="polite">{bar}'
        f"<span>{escape(text)}</span></div>"
    )


def title(language: str) -> str:
    return f"<h1>{say(language, 'title')}</h1><p>{say(language, 'intro')}</p>"


def know(language: str) -> str:
    """Privacy, honesty and law."""
    text = "".join(f"<p>{say(language, key)}</p>" for key in ("privacy", "honesty", "law"))
    return _card(say(language, "know"), f"<div>{text}</div>", "mer-know")


def page(report: Report, language: str) -> str:
    """All that was found, without controls: what a batch run keeps."""
    parts = (
        statistics(report, language),
        moments(report, language),
        log(report, language),
        know(language),
    )
    return f'{STYLE}<div class="mer-demo mer-still">{"".join(parts)}</div>'


def _card(heading: str, body: str, name: str) -> str:
    return f'<section class="mer-card {name}"><h3>{heading}</h3>{body}</section>'


def _hint(text: str) -> str:
    return f'<p class="mer-hint">{escape(text)}</p>' if text else ""


def _face(event: Event) -> str:
    return _picture(event.frame, say("en", event.emotion))


def _motion(event: Event) -> str:
    return _picture(flow.colours(event.flow[..., :2])[..., ::-1], "motion")


def _picture(image: np.ndarray, name: str) -> str:
    """A picture (H, W, 3) blue-green-red as an element that needs no file."""
    small = cv2.resize(image, (_THUMB, _THUMB), interpolation=cv2.INTER_AREA)
    _, code = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return f'<img src="{_address("image/jpeg", code.tobytes())}" alt="{escape(name)}">'


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
