"""The pages of a run: the first, which opens with what was found, and all numbers."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from mer.core import paths
from mer.core.files import write_text
from mer.datasets import SOURCES
from mer.evaluation.records import MISSING, Record, label
from mer.study.book.builder import Book, template
from mer.study.book.course_pages import Course
from mer.study.book.notebooks import alt_text
from mer.study.results import answers

_DECIMALS = {"accuracy": 3, "uf1": 3, "uar": 3, "mae_frames": 2, "epe_px": 3, "epe_moving_px": 3}
_SHARES = ("accuracy", "uf1", "uar")  # lie in [0, 1]: drawn as bars
_STATUS = {
    "done": "done",
    "skipped": "skipped",
    "not applicable": "not for this source",
    "failed": "failed",
    "not run": "not run yet",
}
_FEW_ROWS = 4  # so many results are shown without a click
_PACKAGES = ("numpy", "opencv-python", "torch")  # named at the foot of the first page
_OPENING = ("*optical_flow-motions.png", "*first-look.png", "*.png")  # the first of these


def write_book(
    folder: Path,
    record: dict,
    metrics: list[Record],
    html: Path | None = None,
    course: Course | None = None,
) -> str:
    """Write the pages of the run directory `folder`: html/, and index.html that leads there.

    `record` is the content of provenance.json, `metrics` are the records of metrics.json; the
    executed notebooks are taken from notebooks/, the opening picture from figures/. With `html`
    the pages go to that folder instead, and the run keeps its own. `course` is what they tell and
    link of the course: by default, what the checkout has. Returns what is wrong with the pages, if
    anything is.
    """
    pages = html or folder / "html"
    course = course or Course.of_checkout(paths.REPOSITORY, pages)
    entries = _notebooks(record["notebooks"], metrics, course, pages)
    done = [entry for entry in entries if entry["status"] == "done"]
    names = [entry["name"] for entry in done]
    lessons = course.pages(pages, names)
    with Book(pages, names, course.checkout) as book:
        for entry in done:
            links = " · ".join(f"[{said}]({address})" for said, address in entry["course"])
            book.add_notebook(folder / f"notebooks/{entry['name']}.ipynb", links)
        run, installed = record["parameters"], record["packages"]
        told = {
            "run": run,
            "source": SOURCES[run["source"]].title,
            "facts": _facts(record),
            "notebooks": entries,
            "done": done,
            "lessons": list(lessons),
            "beside": html is None,
            "opening": _opening(folder, book),
            "machine": _machine(record["machine"]),
            "python": record["python"],
            "packages": ", ".join(
                f"{name} {installed[name]}" for name in _PACKAGES if name in installed
            ),
        }
        for page in ("index", "numbers"):
            book.add_text(page, template(f"{page}.md").render(told))
        for page, text in lessons.items():
            book.add_text(page, text)
        faults = book.finish()
    if html is None:
        write_text(folder / "index.html", template("door.html").render())
    return faults


def _facts(record: dict) -> dict:
    commit = (record["commit"] or "unknown")[:10] + (" with changes" if record["dirty"] else "")
    return {
        **record["parameters"],
        "time": _minutes(record["seconds"]),
        "date": _day(record["written"]),
        "commit": commit,
    }


def _notebooks(
    entries: list[dict], metrics: list[Record], course: Course, pages: Path
) -> list[dict]:
    """What the pages tell of each notebook: question and answer, how it went, its results."""
    known = set()
    done = [entry["name"] for entry in entries if entry["status"] == "done"]
    found = answers(paths.REPOSITORY, done, metrics)
    return [
        {
            **entry,
            "title": re.sub(r"^\d+\W*", "", entry["title"]) or entry["name"],
            "answer": _sentence(found.get(entry["name"], "")),
            "course": list(course.of_notebook(entry["name"], pages)),
            "told": _minutes(entry["seconds"])
            if entry["status"] == "done"
            else _STATUS[entry["status"]],
            "results": _results(entry["name"], metrics, known),
        }
        for entry in entries
    ]


def _sentence(answer: str) -> str:
    """An answer as HTML: a capital, a full stop, and code where it has backticks."""
    from markupsafe import Markup, escape

    text = f"{answer[:1].upper()}{answer[1:]}." if answer else ""
    return Markup(re.sub(r"`([^`]*)`", r"<code>\1</code>", str(escape(text))))


def _opening(folder: Path, book: Book) -> str:
    """The picture that the first page opens with."""
    for pattern in _OPENING:
        for path in sorted((folder / "figures").glob(pattern)):
            return book.pictures.element(path.read_bytes(), path.stem, alt_text(path))
    return ""


def _results(name: str, metrics: list[Record], known: set) -> dict | None:
    """The headline numbers of notebook `name`, without times and without what is already
    `known` from the notebooks before it."""
    mine = [m for m in metrics if m.notebook == name and m.metric != "seconds"]
    fresh = [m for m in mine if _fact(m) not in known]
    known.update(map(_fact, fresh))
    if not fresh:
        return None
    tables = _tables(fresh)
    count = sum(map(len, tables.values()))
    return {
        "tables": tables,
        "count": count,
        "few": count <= _FEW_ROWS,
        "sources": ", ".join(dict.fromkeys(m.source for m in fresh)),
        "repeated": len(fresh) < len(mine),
    }


def _fact(m: Record) -> tuple:
    """What makes two records say the same."""
    return m.source, m.model, m.protocol, m.metric, m.n, m.value


def _tables(records: list[Record]) -> dict[tuple, list[dict]]:
    """One row a (model, protocol, n), one column a metric; a table for each set of metrics."""
    several = len({m.source for m in records}) > 1
    rows: dict[tuple, dict] = {}
    for m in records:
        key = (m.model, m.protocol, m.source if several else None, m.n)
        rows.setdefault(key, {})[m.metric] = m
    tables: dict[tuple, list[dict]] = {}
    for (model, *words, n), cells in rows.items():
        row = {
            "model": model or MISSING,
            "details": " · ".join([*(str(word) for word in words if word), f"n = {n}"]),
            "cells": [_cell(m) for m in cells.values()],
        }
        tables.setdefault(tuple(map(label, cells)), []).append(row)
    return tables


def _cell(m: Record) -> dict:
    """The number, its interval, and both as a bar where the metric is a share."""
    value, low, high = m.value, m.low, m.high
    decimals = _DECIMALS.get(m.metric, 3)
    cell = {"label": label(m.metric), "value": MISSING, "interval": "", "bar": None}
    if value is None or value != value:  # undefined
        return cell
    if not m.has_interval:
        whole = m.metric not in _DECIMALS and value == round(value)
        return {**cell, "value": f"{value:.{0 if whole else decimals}f}"}
    cell["value"] = f"{value:.{decimals}f}"
    cell["interval"] = f"[{low:.{decimals}f}, {high:.{decimals}f}]"
    if m.metric in _SHARES:
        ends = {"left": low, "width": high - low, "at": value}
        cell["bar"] = {name: f"{100 * end:.1f}%" for name, end in ends.items()}
    return cell


def _machine(m: dict) -> str:
    gpu = f", {m['accelerator']}" if m["accelerator"] else ""
    return f"{m['processor']}, {m['cores']} cores{gpu}"


def _minutes(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} min"


def _day(stamp: str) -> str:
    return datetime.fromisoformat(stamp).strftime("%d %B %Y, %H:%M UTC").lstrip("0")
