"""`python -m mer.study.course` packs the course; with `exercises` it makes those only.

Slides and the book show the run of `--run`: by default the quick run of this checkout, or else the
committed reference, of which there are slides only, since it has no executed notebooks.
"""

import argparse
import shutil
import sys
from pathlib import Path

from mer.core.files import write_text
from mer.core.paths import checkout
from mer.study.book.course_pages import Course
from mer.study.book.overview import write_book
from mer.study.course import bundle, slides, student
from mer.study.findings import load

RUNS = ("reports/synthetic-quick-seed0", "reports/reference")


def main(arguments: list[str] | None = None) -> None:
    """What `make course` and `make exercises` call."""
    parser = argparse.ArgumentParser(prog="python -m mer.study.course", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("bundles", "exercises"), default="bundles")
    parser.add_argument("--out", type=Path, help="default: reports/course")
    parser.add_argument("--run", type=Path, help="a finished run; default: the quick one")
    options = parser.parse_args(arguments)
    notebooks = checkout() / "notebooks"
    written = student.write_all(notebooks)
    print(f"{len(written)} notebooks of exercises: {notebooks / 'exercises'}")
    if options.what == "bundles":
        out = options.out or checkout() / "reports/course"
        run = options.run or _newest(checkout())
        if run:
            for name, figures in slides.build(notebooks, run, out / "slides").items():
                if figures:
                    print(f"slides of {name}: this run has no figure {', '.join(figures)}")
        bundle.build(notebooks, out)
        print(f"The book: {book(notebooks, run, out) if run else 'none, there is no run'}")
        first = out / "index.html"
        write_text(first, bundle.index(out))
        print(f"The course: {first}")


def _newest(repository: Path) -> Path | None:
    """The first of `RUNS` that is finished."""
    return next((repository / run for run in RUNS if (repository / run / "metrics.json").exists()),
                None)  # fmt: skip


def book(notebooks: Path, run: Path, out: Path) -> str:
    """The pages of a run with all that the course has beside them, in out/book; where the run has
    no executed notebooks, they are left out. Returns where they are, or why not."""
    pages = out / "book"
    if not any((run / "notebooks").glob("*.ipynb")):
        shutil.rmtree(pages, ignore_errors=True)
        return f"none, {run} has no executed notebooks (`make study`)"
    records, provenance = load(run)
    beside = {"Exercises": "../student/exercises/{name}.ipynb", "Slides": "../slides/{name}.html"}
    course = Course(notebooks / "course", beside, "../sheets/session_{number}.html")
    faults = write_book(run, provenance, records, html=pages, course=course)
    return f"{pages}{f', with faults: {faults}' if faults else ''}"


if __name__ == "__main__":
    sys.exit(main())
