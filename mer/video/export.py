"""What `mer analyse` does: read a video, print what was found, keep it if asked to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from mer.core.errors import MerError
from mer.core.files import atomic, write_json
from mer.video.analyser import analyse
from mer.video.report import Report


def run(path: Path | str, recogniser, out: Path | str | None = None, quiet: bool = False) -> Report:
    """Read the video at `path` and print its log; the notes come first.

    recogniser   as `mer.video.analyser.analyse` wants it
    out          folder for log.csv, report.json, timeline.png and annotated.mkv; None keeps nothing

    A file that cannot be read is a `MerError`, and so is, before any reading, a folder that cannot
    be written into. Nothing is written before the video has been read to its end.
    """
    if out is not None:
        _made(Path(out))
    report = analyse(path, recogniser, _bar("reading", quiet))
    print(text(report))
    if out is not None:
        from mer.video.annotate import annotate

        written = [
            *export(report, out),
            annotate(path, report, Path(out) / "annotated.mkv", _bar("drawing", quiet)),
        ]
        print("Written: " + ", ".join(str(file) for file in written))
    return report


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
    """The report in words: notes, figures, and the log."""
    figures = (
        f"{report.duration:.1f} s, {report.frames} frames, {report.fps:.1f} a second. "
        f"Expressions: {report.changes}, of them micro-expressions: {report.micro} "
        f"({report.share:.0%})."
    )
    lines = [*report.notes, figures]
    if report.events:
        lines.append(report.log().to_string(index=False))
    return "\n".join(lines)


def export(report: Report, folder: Path | str) -> list[Path]:
    """Write log.csv, report.json and timeline.png into `folder`; returns their paths."""
    import matplotlib.pyplot as plt

    from mer.video.figures import timeline

    folder = Path(folder)
    table, numbers, picture = (folder / name for name in ("log.csv", "report.json", "timeline.png"))
    with atomic(table) as draft:
        # The mark at the start tells spreadsheets that this is UTF-8, for the emoji's sake.
        report.log().to_csv(draft, index=False, encoding="utf-8-sig")
    write_json(numbers, report.summary())
    figure = timeline(report)
    with atomic(picture) as draft:
        figure.savefig(draft)
    plt.close(figure)
    return [table, numbers, picture]


def _bar(what: str, quiet: bool) -> Callable:
    from tqdm.auto import tqdm

    return partial(tqdm, desc=what, unit="frame", disable=quiet)
