"""What `mer spot` does: spot expressions in long videos, and score them by the field's protocol.

Tables go in and out (`mer.evaluation.interval_tables`); what is scored is always read back from
the table that was written, so that anybody can score it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import joblib
import pandas as pd

from mer.core import environment, parallel
from mer.core.errors import BadData, MerError
from mer.core.files import write_json
from mer.evaluation import interval_tables, spotting
from mer.evaluation.records import Record, tabulate
from mer.video.analyser import Analyser
from mer.video.earlier_rule import EarlierRule
from mer.video.recordings import Recording, recordings
from mer.video.regional_flow import RegionalFlow

SPOTTERS: dict[str, Callable] = {
    "mer": lambda recogniser: Analyser(recogniser, live=False),
    "regional-flow": lambda recogniser: RegionalFlow(),
    "earlier-rule": EarlierRule,
}
_COLUMNS = (*interval_tables.COLUMNS, "kind", "emotion")
_FOUND, _SCORES = "predictions.csv", "scores.json"
_CASME2_FPS = 200.0
_LISTED = 10


def run(
    paths: list[Path],
    truth: Path | None,
    recogniser,
    spotter: str = "mer",
    fps: float | None = None,
    first_frame: int = 1,
    out: Path | None = None,
    quiet: bool = False,
) -> list[Record]:
    """Spot in the videos at `paths`, or read the one table of predictions that is there instead;
    with a table of the truth, print and return the scores.

    spotter       one of `SPOTTERS`
    fps           the tables count frames, so many a second; folders of pictures need it
    first_frame   the number of a video's first frame
    out           folder for predictions.csv and scores.json; None keeps nothing

    What cannot be read, and a video of the truth that is not there, is a `MerError`.
    """
    paths, truth, fps = _with_casme2(paths, truth, fps)
    known = None if truth is None else interval_tables.read(truth, fps, first_frame)
    with TemporaryDirectory() as scratch:
        if [path.suffix.lower() for path in paths] == [".csv"]:
            table, spotter = paths[0], paths[0].name
        else:
            table = (out or Path(scratch)) / _FOUND
            chosen = recordings(paths)
            chosen = chosen if known is None else named_as(chosen, known, truth)
            make = partial(SPOTTERS[spotter], recogniser)
            found = spot(chosen, make, fps, first_frame, quiet)
            interval_tables.write(found, table, fps, first_frame)
        found = interval_tables.read(table, fps, first_frame)
    if known is None:
        print(found.to_string(index=False) if len(found) else "Nothing was found.")
        return []
    records = spotting.evaluate(known, found, spotter)
    print(text(records, known, found))
    if out is not None:
        write_json(out / _SCORES, [asdict(record) for record in records])
        print(f"Written: {out}")
    return records


def spot(
    chosen: Iterable[Recording],
    make: Callable,
    fps: float | None = None,
    first_frame: int = 1,
    quiet: bool = False,
) -> pd.DataFrame:
    """What a spotter finds in each recording, with times in seconds; all cores work.

    `make()` gives a spotter: `push(frame, seconds)` for each frame, `close()`, then `events`.
    """
    from tqdm.auto import tqdm

    chosen = list(chosen)
    jobs = (joblib.delayed(_events)(recording, make, fps, first_frame) for recording in chosen)
    done = tqdm(
        parallel.share(jobs, len(chosen)), "spotting", len(chosen), unit="video", disable=quiet
    )
    rows = [row for rows in done for row in rows]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _events(
    recording: Recording, make: Callable, fps: float | None, first_frame: int
) -> list[tuple]:
    spotter = make()
    with recording.frames(fps) as frames:
        for frame, seconds in frames:
            spotter.push(frame, seconds)
    spotter.close()
    before = recording.begins(fps, first_frame)
    return [
        (
            recording.subject,
            recording.video,
            before + float(event.onset),
            before + float(event.offset),
            interval_tables.KINDS[not event.micro],
            event.emotion,
        )
        for event in spotter.events
    ]


def named_as(chosen: list[Recording], truth: pd.DataFrame, table: Path | str) -> list[Recording]:
    """The recordings by the names of subjects and videos that the table has.

    A video is found by its name; where several subjects have one of that name, the folder around
    it tells, by name or number ("sub01", "s1" or "1"). Recordings without a row stay: whatever is
    found there is false. A video of the table that is not there is `BadData`.
    """
    rows = list(truth[["subject", "video"]].drop_duplicates().itertuples(index=False, name=None))
    named = []
    for one in chosen:
        alike = [subject for subject, video in rows if video == one.video]
        if len(alike) > 1:
            alike = [subject for subject in alike if _same(subject, one.subject)]
        named.append(replace(one, subject=alike[0]) if len(alike) == 1 else one)
    there = {(one.subject, one.video) for one in named}
    missing = ["/".join(row) for row in rows if row not in there]
    if missing:
        more = f" and {len(missing) - _LISTED} more" if len(missing) > _LISTED else ""
        raise BadData(
            f"{table}: no recording of {', '.join(missing[:_LISTED])}{more}. Name files or folders "
            "like the videos of the table, in a folder for each subject; or take those rows out."
        )
    return named


def text(records: list[Record], truth: pd.DataFrame, found: pd.DataFrame) -> str:
    """The scores as a table, one row a part, and what they are of."""
    parts = [replace(record, model=record.protocol.split(", ")[1]) for record in records]
    videos = truth[["subject", "video"]].drop_duplicates()
    head = (
        f"{records[0].model}: found {len(found)}, true {len(truth)}, videos {len(videos)}, people "
        f"{truth.subject.nunique()}. A hit shares half of what both cover; square brackets: 95 % "
        "intervals over people."
    )
    return f"{head}\n{tabulate(parts).to_string()}"


def _same(one: str, other: str) -> bool:
    numbers = [re.findall(r"\d+", name) for name in (one, other)]
    return one == other or (all(numbers) and int(numbers[0][0]) == int(numbers[1][0]))


def _with_casme2(
    paths: list[Path], truth: Path | None, fps: float | None
) -> tuple[list[Path], Path | None, float | None]:
    """Without a path, CASME II's whole recordings and its coding table."""
    if truth is not None and truth.suffix.lower() == ".xlsx":
        fps = fps or _CASME2_FPS
    if paths:
        return paths, truth, fps
    folder = environment.casme2_raw()
    if folder is None:
        raise MerError(
            f"no videos: name files or folders, or let {environment.CASME2_RAW} name the folder "
            "of CASME II's whole recordings (CASME2-RAW)."
        )
    return [folder], truth or _coding_table(folder), fps or _CASME2_FPS


def _coding_table(folder: Path) -> Path:
    """The coding table of CASME II, in the folder of its recordings or above."""
    places = [folder, *folder.resolve().parents[:2]]
    for place in places:
        tables = sorted(place.glob("*.xlsx"), key=lambda file: "20140508" not in file.name)
        if chosen := [file for file in tables if "coding" in file.name.lower()]:
            return chosen[0]
    raise BadData(
        f"{folder}: no coding table (CASME2-coding-20140508.xlsx) there, nor in the two folders "
        "above. Name it with --truth."
    )
