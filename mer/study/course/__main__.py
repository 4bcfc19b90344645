"""`python -m mer.study.course` packs the course; with `exercises` it makes those only."""

import argparse
import sys
from pathlib import Path

from mer.core.paths import checkout
from mer.study.course import bundle, guide, student


def main(arguments: list[str] | None = None) -> None:
    """What `make course` and `make exercises` call."""
    parser = argparse.ArgumentParser(prog="python -m mer.study.course", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("bundles", "exercises"), default="bundles")
    parser.add_argument("--out", type=Path, help="default: reports/course")
    options = parser.parse_args(arguments)
    notebooks = checkout() / "notebooks"
    written = student.write_all(notebooks)
    print(f"{len(written)} notebooks of exercises: {notebooks / 'exercises'}")
    if options.what == "bundles":
        reports = checkout() / "reports"
        page = bundle.build(notebooks, options.out or reports / "course", guide.runs(reports))
        print(f"The course: {page}")


if __name__ == "__main__":
    sys.exit(main())
