"""Write what the committed runs found into the READMEs, and their minutes into the notebooks.

    python -m mer.study.readme        (`make readme`)

reports/reference holds the quick run, reports/full the full one, where it was run. The table, and
what is said of the demo, stand in README.md, and in Korean in README.ko.md, between two comments
each; everything else of those files is left alone.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from mer.core import paths
from mer.core.errors import BadData
from mer.core.files import write_text
from mer.study import demo, findings, results, results_ko
from mer.study.book.notebooks import title_and_question
from mer.study.execution import read_notebook
from mer.study.results import DEMO, ROWS

LANGUAGES = {"README.md": results, "README.ko.md": results_ko}
_HEADS = {
    "README.md": "notebook | question | "
    "result of the reference run (`quick`, seed {seed}) | minutes",
    "README.ko.md": "노트북 | 물음 | 참고 실행의 결과(`quick`, 시드 {seed}) | 분",
}
RUNS = {"quick": "reports/reference", "full": "reports/full"}
_MINUTES = re.compile(r"\*\*Minutes\*\*.*?(?=\. \*\*To read\*\*|\\n|\")")  # as JSON has it


def table(checkout: Path, readme: str = "README.md") -> str:
    """The table of a README, from the quick run that is committed."""
    said = LANGUAGES[readme]
    run = checkout / RUNS["quick"]
    records, provenance = findings.load(run)
    minutes = findings.minutes(provenance)
    ran = {entry["name"] for entry in provenance["notebooks"]}
    seed = provenance["parameters"]["seed"]
    lines = [f"| {_HEADS[readme].format(seed=seed)} |", "|---|---|---|---|"]
    for name, (question, answer) in said.ROWS.items():
        path = checkout / "notebooks" / f"{name}.ipynb"
        title, _ = title_and_question(read_notebook(path))
        found = answer(findings.Found(name, records)) if answer and name in ran else "–"
        if name == DEMO:
            found = demo.row(_read(checkout / demo.BARS), said.LANGUAGE)
        called = f"{name[:2]} {title.lower()}" if not title.startswith(name[:2]) else title.lower()
        link = f"[{called}](notebooks/{name}.ipynb)"
        lines.append(f"| {link} | {question} | {found} | {minutes.get(name, '–')} |")
    return "\n".join(lines)


def with_table(readme: str, made: str) -> str:
    """The README with another table; without the two comments `BadData`."""
    return with_passage(readme, "results", f"\n{made}\n")


def with_demo(readme: str, checkout: Path, language: str = "en") -> str:
    """The README with what the files of the demo's bars say."""
    for name, (bars, made) in demo.PASSAGES.items():
        readme = with_passage(readme, name, made(_read(checkout / bars), language))
    return readme


def with_passage(readme: str, name: str, made: str) -> str:
    """The README with another passage between the two comments of that name."""
    begin, end = f"<!-- {name}: written by `make readme` -->", f"<!-- end of {name} -->"
    before, begins, rest = readme.partition(begin)
    _, ends, after = rest.partition(end)
    if not (begins and ends):
        raise BadData(f"README: the comments {begin} and {end} are missing. Restore them.")
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
    for name, said in LANGUAGES.items():
        readme = checkout / name
        written = with_table(readme.read_text(encoding="utf-8"), table(checkout, name))
        write_text(readme, with_demo(written, checkout, said.LANGUAGE))
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
    return _MINUTES.sub(lambda _: line, notebook, count=1)


if __name__ == "__main__":
    main()
