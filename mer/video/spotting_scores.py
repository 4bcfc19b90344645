"""How well expressions were spotted in takes whose truth is known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from mer.core.errors import BadData
from mer.evaluation import spotting
from mer.evaluation.records import interval_text


def matches(events: Sequence, truth: Sequence) -> list[tuple[int, int]]:
    """Hits of a take, as places (in events, in truth), by the rule of `mer.evaluation.spotting`.

    events   have `onset` and `offset` in seconds
    truth    have `seconds`, the first and last of which are onset and offset
    """
    return spotting.matches(
        [(e.onset, e.offset) for e in events], [(t.seconds[0], t.seconds[-1]) for t in truth]
    )


_TOLD = {  # in the words of a table: part of the takes and figure
    "spotting F1": ("all", "f1"),
    "spotting F1, 30 frames a second": ("at30", "f1"),
    "spotting F1, 200 frames a second": ("at200", "f1"),
    "micro-expressions that were spotted": ("all", "micro_recall"),
    "right emotion, of those spotted": ("all", "emotion_accuracy"),
    "false events in 5 minutes of still faces": ("still", "false_in_5_minutes"),
}


def comparison(path: Path | str) -> pd.DataFrame | None:
    """The figures that `make demo-bars` left in `path`: one row each, in words, with its interval;
    one column for each way of analysing. None if nothing was measured; a file that is something
    else is `BadData`."""
    path = Path(path)
    if not path.is_file():
        return None
    try:
        ways = {
            name: part
            for name, part in json.loads(path.read_text(encoding="utf-8")).items()
            if isinstance(part, dict) and "scores" in part
        }
        return pd.DataFrame({name: _told(part) for name, part in ways.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadData(
            f"{path}: not what `make demo-bars` writes ({error!r}). Run it again."
        ) from error


def _told(part: dict) -> dict[str, str]:
    rows = {}
    if "counts" in part:
        rows["videos: 30 frames a second, 200, still faces"] = ", ".join(
            str(len(part["counts"][where])) for where in ("at30", "at200", "still")
        )
    rows |= {
        name: interval_text(**part["scores"][where][what]) for name, (where, what) in _TOLD.items()
    }
    rows["seconds of CPU for a second of video"] = f"{part['cpu_seconds_a_second']['at30']:.2f}"
    rows["a live frame, 95th percentile, ms"] = f"{part['tick_ms'][1]:.0f}"
    return rows
