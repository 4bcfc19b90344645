"""Write what the committed runs found into the README, and their minutes into the notebooks.

    python -m mer.study.readme        (`make readme`)

reports/reference holds the quick run, reports/full the full one, where it was run. The table, and
what is said of the demo, stand in README.md between two comments each; everything else of that
file is left alone.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from mer.core import paths
from mer.core.errors import BadData
from mer.core.files import write_text
from mer.study import demo, findings
from mer.study.book.notebooks import title_and_question
from mer.study.execution import read_notebook
from mer.study.results import DEMO, ROWS

RUNS = {"quick": "reports/reference", "full": "reports/full"}
_MINUTES = re.compile(r"\*\*Minutes\*\*[^\n\"]*")


def table(checkout: Path) -> str:
    """The table of the README, from the quick run that is committed."""
    run = checkout / RUNS["quick"]
    records, provenance = findings.load(run)
    minutes = findings.minutes(provenance)
    ran = {entry["name"] for entry in provenance["notebooks"]}
    lines = [
        (
            f"| notebook | question | result of the reference run (`quick`, seed "
            f"{provenance['parameters']['seed']}) | minutes |"
        ),
        "|---|---|---|---|",
    ]
    for name, (question, answer) in ROWS.items():
        path = checkout / "notebooks" / f"{name}.ipynb"
        title, _ = title_and_question(read_notebook(path))
        said = answer(findings.Found(name, records)) if answer and name in ran else "–"
        if name == DEMO:
            said = demo.row(_read(checkout / demo.BARS))
        called = f"{name[:2]} {title.lower()}" if not title.startswith(name[:2]) else title.lower()
        link = f"[{called}](notebooks/{name}.ipynb)"
        lines.append(f"| {link} | {question} | {said} | {minutes.get(name, '–')} |")
    return "\n".join(lines)


def with_table(readme: str, made: str) -> str:
    """The README with another table; without the two comments `BadData`."""
    return with_passage(readme, "results", f"\n{made}\n")


def with_demo(readme: str, checkout: Path) -> str:
    """The README with what the files of the demo's bars say."""
    for name, (bars, made) in demo.PASSAGES.items():
        readme = with_passage(readme, name, made(_read(checkout / bars)))
    return readme


def with_passage(readme: str, name: str, made: str) -> str:
    """The README with another passage between the two comments of that name."""
    begin, end = f"<!-- {name}: written by `make readme` -->", f"<!-- end of {name} -->"
    before, begins, rest = readme.partition(begin)
    _, ends, after = rest.partition(end)
    if not (begins and ends):
        raise BadData(f"README.md: the comments {begin} and {end} are missing. Restore them.")
    return f"{before}{begin}{made}{end}{after}"


def _read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def minutes_line(name: str, measured: dict[str, dict[str, str]]) -> str:
    """The line of a notebook's first cell that says how long it takes, by profile."""
    known = {profile: of[name] for profile, of in measured.items() if name in of}
    said = " · ".join(f"{profile} {minutes}" for profile, minutes in known.items())
    return f"**Minutes**, measured on two cores: smoke < 1 · {said or 'others not measured'}"


def main() -> None:
    """Write both, in this checkout."""
    checkout = paths.checkout()
    readme = checkout / "README.md"
    written = with_table(readme.read_text(encoding="utf-8"), table(checkout))
    write_text(readme, with_demo(written, checkout))
    measured = {
        profile: findings.minutes(findings.load(checkout / place)[1])
        for profile, place in RUNS.items()
        if (checkout / place).is_dir()
    }
    for name in ROWS:
        path = checkout / "notebooks" / f"{name}.ipynb"
        write_text(
            path, with_minutes(path.read_text(encoding="utf-8"), minutes_line(name, measured))
        )


def with_minutes(notebook: str, line: str) -> str:
    """A notebook's JSON with another line about its minutes."""
    return _MINUTES.sub(lambda _: f"{line}\\n", notebook, count=1)


if __name__ == "__main__":
    main()
