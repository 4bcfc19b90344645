"""index.html: the page that a reader of a run starts from."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from pathlib import Path

from mer.core.files import write_text

_SOURCES = {
    "synthetic": "rendered people with known ground truth (and on real flows, where found)",
    "casme2": "CASME II, filmed people, 200 frames a second",
    "megc2019": "published optical flows of real micro-expressions",
}
_METRICS = {  # label, decimals, lies in [0, 1]
    "accuracy": ("accuracy", 3, True),
    "uf1": ("UF1", 3, True),
    "uar": ("UAR", 3, True),
    "mae_frames": ("mean error, frames", 2, False),
    "epe_px": ("end-point error, px", 3, False),
    "epe_moving_px": ("where skin moves, px", 3, False),
}
_STATUS = {
    "done": "done",
    "skipped": "skipped",
    "not applicable": "not for this source",
    "failed": "failed",
    "not run": "not run yet",
}
_FEW_ROWS = 4  # so many results are shown without a click

_STYLE = """
:root { color-scheme: light dark; --paper: #fbfcfb; --card: #fff; --ink: #1d2623; --soft: #5c6a65;
  --line: #dde4e1; --accent: #17695a; --band: #8cc9ba; --warn: #9a4b12; }
@media (prefers-color-scheme: dark) { :root { --paper: #121716; --card: #1a2120; --ink: #e4ebe8;
  --soft: #9aa9a4; --line: #2c3735; --accent: #6fcab5; --band: #33796a; --warn: #f0a468; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.1rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 2.8rem 0 .8rem; }
a { color: var(--accent); }
.soft { color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 1.6rem; margin: 1rem 0 0; padding: 0; }
.facts div { display: flex; gap: .45em; } .facts dt { color: var(--soft); }
.facts dd { margin: 0; }
.note { border-left: 3px solid var(--warn); padding: .1rem .9rem; margin: 1.2rem 0; }
.wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; } .wide + .wide { margin-top: .6rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .55rem 1rem; text-align: left; vertical-align: top; white-space: nowrap; }
th { font-weight: 600; font-size: .85rem; color: var(--soft); }
tbody tr { border-top: 1px solid var(--line); }
td.who { white-space: normal; width: 99%; min-width: 11rem; }
.ci { display: block; font-size: .8rem; color: var(--soft); }
.bar { display: block; position: relative; width: 7rem; height: 4px; margin-top: .35rem;
  border-radius: 2px; background: var(--line); }
.bar i { position: absolute; top: 0; height: 4px; border-radius: 2px; background: var(--band); }
.bar b { position: absolute; top: -2px; width: 3px; height: 8px; margin-left: -1px;
  border-radius: 1px; background: var(--accent); }
.notebooks { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
.notebooks li { display: grid; grid-template-columns: 2.4rem 1fr auto; gap: 0 .8rem;
  padding: .8rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; }
.notebooks .no { color: var(--soft); font-variant-numeric: tabular-nums; }
.notebooks .status { text-align: right; font-size: .85rem; color: var(--soft); }
.notebooks p { margin: .15rem 0 0; grid-column: 2 / -1; overflow-wrap: anywhere; }
.notebooks .failed .status, .notebooks .skipped .status { color: var(--warn); }
.notebooks .why { font-size: .88rem; color: var(--soft); white-space: pre-line; }
details { grid-column: 2 / -1; min-width: 0; margin-top: .45rem; }
summary { cursor: pointer; font-size: .88rem; color: var(--accent); }
details .wide { margin-top: .5rem; background: none; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr));
  gap: 1rem; }
figure { margin: 0; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; overflow: hidden; }
figure img { display: block; width: 100%; height: 13rem; object-fit: contain;
  background: #fff; }
figcaption { padding: .5rem .8rem; font-size: .85rem; color: var(--soft); }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line);
  font-size: .88rem; color: var(--soft); }
@media (max-width: 34rem) { main { padding: 1.4rem .8rem 3rem; } thead { display: none; }
  tbody tr { display: flex; flex-wrap: wrap; padding: .35rem 0; } td { padding: .2rem .5rem; }
  td.who { width: 100%; } .ci { font-size: .75rem; }
  td[data-label]::before { content: attr(data-label); display: block; font-size: .75rem;
    color: var(--soft); } .bar { width: 4.8rem; }
  .notebooks li { grid-template-columns: 1.5rem 1fr; gap: 0 .5rem; padding: .7rem; }
  .notebooks .status { grid-column: 2; text-align: left; }
  details { grid-column: 1 / -1; }
  .figures { grid-template-columns: 1fr 1fr; gap: .6rem; } figure img { height: 8rem; } }
"""


def write_index(folder: Path, record: dict, metrics: list[dict]) -> None:
    """Write index.html into the run directory `folder`.

    `record` is the content of provenance.json, `metrics` that of metrics.json; figures are
    taken from figures/. The page needs nothing from outside its folder.
    """
    parts = [_head(record), _notebooks(record, metrics), _figures(folder), _foot(record)]
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(_title(record))}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )
    write_text(folder / "index.html", page)


def _title(record: dict) -> str:
    p = record["parameters"]
    return f"Micro-expression study: {p['source']}, {p['profile']}, seed {p['seed']}"


def _head(record: dict) -> str:
    p = record["parameters"]
    commit = (record["commit"] or "unknown")[:10] + (" with changes" if record["dirty"] else "")
    facts = {
        "source": p["source"],
        "profile": p["profile"],
        "seed": p["seed"],
        "time": _minutes(record["seconds"]),
        "date": _day(record["written"]),
        "commit": commit,
    }
    listed = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(str(value))}</dd></div>"
        for name, value in facts.items()
    )
    note = ""
    if p["profile"] == "smoke":
        note = (
            '<p class="note">The smoke profile only shows that every cell runs: '
            "its numbers mean nothing.</p>\n"
        )
    return (
        "<h1>A study of facial micro-expressions</h1>\n"
        f'<p class="soft">One run on {escape(_SOURCES.get(p["source"], p["source"]))}. '
        "Each notebook asks a question; its results stand below it.</p>\n"
        f'<dl class="facts">{listed}</dl>\n{note}'
    )


def _tables(records: list[dict]) -> tuple[str, int]:
    """One row a (model, protocol, n), one column a metric; a table for each set of metrics. And
    the number of rows."""
    several = len({m["source"] for m in records}) > 1
    rows: dict[tuple, dict] = {}
    for m in records:
        key = (m["model"], m["protocol"], *([m["source"]] if several else []), m["n"])
        rows.setdefault(key, {})[m["metric"]] = m
    tables: dict[tuple, list[str]] = {}
    for key, cells in rows.items():
        row = f"<tr>{_who(*key)}{''.join(_cell(m) for m in cells.values())}</tr>\n"
        tables.setdefault(tuple(cells), []).append(row)
    return "".join(
        '<div class="wide"><table><thead><tr><th>model</th>'
        f"{''.join(f'<th>{escape(_label(column))}</th>' for column in columns)}</tr></thead>\n"
        f"<tbody>{''.join(body)}</tbody></table></div>\n"
        for columns, body in tables.items()
    ), len(rows)


def _who(model, *details) -> str:
    """The cell that says which model, under which protocol, on how many sequences."""
    *words, n = details
    text = " · ".join([*(str(word) for word in words if word), f"n = {n}"])
    return f'<td class="who">{escape(str(model or "–"))}<span class="ci">{escape(text)}</span></td>'


def _cell(m: dict) -> str:
    return f'<td data-label="{escape(_label(m["metric"]))}">{_value(m)}</td>'


def _label(metric: str) -> str:
    return _METRICS[metric][0] if metric in _METRICS else metric.replace("_", " ")


def _value(m: dict) -> str:
    """The number, its interval, and both as a bar where the metric is a share."""
    value, low, high = m["value"], m["low"], m["high"]
    if value is None or value != value:  # undefined
        return "–"
    _, decimals, share = _METRICS.get(m["metric"], ("", 3, False))
    if low is None or high is None:
        whole = m["metric"] not in _METRICS and value == round(value)
        return f"{value:.{0 if whole else decimals}f}"
    text = f'{value:.{decimals}f}<span class="ci">[{low:.{decimals}f}, {high:.{decimals}f}]</span>'
    if share:
        text += (
            f'<span class="bar"><i style="left:{100 * low:.1f}%;'
            f'width:{100 * (high - low):.1f}%"></i><b style="left:{100 * value:.1f}%"></b>'
            "</span>"
        )
    return text


def _notebooks(record: dict, metrics: list[dict]) -> str:
    """A card a notebook: what it asks, how it went and, folded if they are many, its results."""
    known, items = set(), []
    for entry in record["notebooks"]:
        status = _STATUS[entry["status"]]
        if entry["status"] == "done":
            status = _minutes(entry["seconds"])
        question = f"<p>{escape(entry['question'])}</p>" if entry["question"] else ""
        why = f'<p class="why">{escape(entry["reason"])}</p>' if entry["reason"] else ""
        items.append(
            f'<li class="{entry["status"].replace(" ", "-")}">'
            f'<span class="no">{escape(entry["name"][:2])}</span>'
            f'<strong>{_link(entry)}</strong><span class="status">{status}</span>'
            f"{question}{why}{_results(entry['name'], metrics, known)}</li>\n"
        )
    return (
        "<h2>Notebooks and results</h2>\n"
        '<p class="soft">Each value with the interval that its notebook gives for it; '
        "n is the number of sequences.</p>\n"
        f'<ol class="notebooks">\n{"".join(items)}</ol>\n'
    )


def _results(name: str, metrics: list[dict], known: set) -> str:
    """The headline numbers of notebook `name`, without times and without what is already
    `known` from the notebooks before it."""
    mine = [m for m in metrics if m["notebook"] == name and m["metric"] != "seconds"]
    fresh = [m for m in mine if _fact(m) not in known]
    known.update(map(_fact, fresh))
    if not fresh:
        return ""
    tables, rows = _tables(fresh)
    sources = escape(", ".join(dict.fromkeys(m["source"] for m in fresh)))
    again = (
        '<p class="why">Rows that stand under an earlier notebook are left out.</p>'
        if len(fresh) < len(mine)
        else ""
    )
    return (
        f"<details{' open' * (rows <= _FEW_ROWS)}><summary>{rows} "
        f"result{'s' * (rows > 1)} on {sources}</summary>{again}\n{tables}</details>"
    )


def _fact(m: dict) -> tuple:
    """What makes two records say the same."""
    return tuple(m[key] for key in ("source", "model", "protocol", "metric", "n", "value"))


def _link(entry: dict) -> str:
    """The notebook's title without its number, leading to its page where there is one."""
    title = escape(re.sub(r"^\d+\W*", "", entry["title"]) or entry["name"])
    if entry["status"] != "done":
        return title
    return f'<a href="html/{escape(entry["name"])}.html">{title}</a>'


def _figures(folder: Path) -> str:
    figures = sorted(
        path for path in (folder / "figures").glob("*.*") if path.suffix in (".png", ".gif")
    )
    if not figures:
        return ""
    items = []
    for path in figures:
        number, _, name = path.stem.partition("-")
        caption = escape(f"{number[:2]} · {name.replace('-', ' ').replace('_', ' ')}")
        source = escape(f"figures/{path.name}")
        items.append(
            f'<figure><a href="{source}"><img src="{source}" loading="lazy" '
            f'alt="{caption}"></a><figcaption>{caption}</figcaption></figure>\n'
        )
    return f'<h2>Figures</h2>\n<div class="figures">\n{"".join(items)}</div>\n'


def _foot(record: dict) -> str:
    m = record["machine"]
    packages = ", ".join(
        f"{name} {number}"
        for name, number in record["packages"].items()
        if name in ("torch", "numpy", "opencv-python")
    )
    gpu = f", {m['accelerator']}" if m["accelerator"] else ""
    return (
        '<footer><p>All numbers: <a href="metrics.json">metrics.json</a>. Versions, machine '
        'and times: <a href="provenance.json">provenance.json</a>. Executed notebooks: '
        "the folder <code>notebooks</code> of the run (a committed reference has the pages "
        "only).</p>"
        f"<p>{escape(m['processor'])}, {m['cores']} cores{escape(gpu)}; Python "
        f"{escape(record['python'])}, {escape(packages)}.</p></footer>\n"
    )


def _minutes(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} min"


def _day(stamp: str) -> str:
    return datetime.fromisoformat(stamp).strftime("%d %B %Y, %H:%M UTC").lstrip("0")
