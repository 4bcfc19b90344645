"""What `mer analyse` does: read videos, print what was found, keep it if asked to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile

import pandas as pd

from mer.core.errors import MerError
from mer.core.files import atomic, write_json
from mer.video.analyser import analyse
from mer.video.recordings import videos
from mer.video.report import Report


def run(
    paths: Sequence[Path | str], recogniser, out: Path | str | None = None, quiet: bool = False
) -> pd.DataFrame:
    """Read the videos at `paths`, or in the folders there, print and return what was found.

    recogniser   as `mer.video.analyser.analyse` wants it
    out          folder for log.csv, the table of all, and for each video report.json,
                 timeline.png and annotated.mkv: of several, in a folder of its own. None keeps
                 nothing

    A folder that cannot be written into is a `MerError` before any reading. A video that cannot
    be read is one, too: of several, after the others were read. Nothing is written before a
    video has been read to its end.
    """
    if out is not None:
        _made(Path(out))
    chosen = videos(paths)
    if len(chosen) == 1:
        return _one(chosen[0], recogniser, out and Path(out), quiet)
    tables, faults = {}, []
    for path, name in zip(chosen, _names(chosen)):
        print(f"\n{path}")
        try:
            tables[name] = _one(path, recogniser, out and Path(out) / name, quiet)
        except MerError as error:
            print(f"mer: {error}")
            faults.append(str(error))
    table = _together(tables)
    print(f"\nAll that were read: {len(tables)} videos, {len(table)} expressions.")
    if len(table):
        print(table.to_string(index=False))
    if out is not None and tables:
        _write_log(table, Path(out) / "log.csv")
        print(f"Written: {Path(out) / 'log.csv'}")
    if faults:
        raise MerError("\n".join([f"{len(faults)} of {len(chosen)} not read:", *faults]))
    return table


def _together(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One table of several logs, with the name of the video in front."""
    filled = [table.assign(video=name) for name, table in tables.items() if len(table)]
    table = pd.concat(filled) if filled else Report((), 0.0, 0, 0.0).log().assign(video=[])
    return table[["video", *table.columns.drop("video")]]


def _one(path: Path, recogniser, out: Path | None, quiet: bool) -> pd.DataFrame:
    """Read one video, print what was found and keep it; returns its log."""
    report = analyse(path, recogniser, _bar("reading", quiet))
    print(text(report))
    if out is not None:
        from mer.video.annotate import annotate

        written = [
            *export(report, out),
            annotate(path, report, out / "annotated.mkv", _bar("drawing", quiet)),
        ]
        print("Written: " + ", ".join(str(file) for file in written))
    return report.log()


def _names(paths: Sequence[Path]) -> list[str]:
    """A name for each file: its own, with a number where that is taken."""
    names: list[str] = []
    for path in paths:
        tries = (f"{path.stem}-{number}" if number > 1 else path.stem for number in count(1))
        names.append(next(name for name in tries if name not in names))
    return names


def _made(folder: Path) -> None:
    """Make the folder of the results, or say what is in the way, before hours are spent."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise MerError(
            f"--out {folder}: no folder that can be written into "
            f"({error.strerror}). Choose another."
        ) from error


def text(report: Report) -> str:
    """The report in words: notes, figures, other states, and the log."""
    figures = (
        f"{report.duration:.1f} s, {report.frames} frames, {report.fps:.1f} a second. "
        f"Expressions: {report.changes}, of them micro-expressions: {report.micro} "
        f"({report.share:.0%})."
    )
    spells = [f"{s.state}: {s.onset:.1f} to {s.offset:.1f} s" for s in report.states]
    lines = [*report.notes, figures, *spells]
    if report.events:
        lines.append(report.log().to_string(index=False))
    return "\n".join(lines)


def export(report: Report, folder: Path | str) -> list[Path]:
    """Write log.csv, report.json and timeline.png into `folder`; returns their paths."""
    import matplotlib.pyplot as plt

    from mer.video.figures import timeline

    folder = Path(folder)
    table, numbers, picture = (folder / name for name in ("log.csv", "report.json", "timeline.png"))
    _write_log(report.log(), table)
    write_json(numbers, report.summary())
    figure = timeline(report)
    with atomic(picture) as draft:
        figure.savefig(draft)
    plt.close(figure)
    return [table, numbers, picture]


def _write_log(table: pd.DataFrame, path: Path) -> None:
    with atomic(path) as draft:
        # The mark at the start tells spreadsheets that this is UTF-8, for the emoji's sake.
        table.to_csv(draft, index=False, encoding="utf-8-sig")


def _bar(what: str, quiet: bool) -> Callable:
    from tqdm.auto import tqdm

    return partial(tqdm, desc=what, unit="frame", disable=quiet)
