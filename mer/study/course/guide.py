"""What the guide leaves open, filled when it is packed: plans, expected outputs and answers.

A line of its own, `<!-- expected: 05_apex_cnn 06_flow_cnn -->`, gives way to what runs found, read
from their records; `scores: 10_protocols_and_leakage ensemble` to a table of those records;
`printed: 10_protocols_and_leakage A heading` to what the code below that heading prints; `plan: 3`
to a session of the syllabus; `answers: 05_apex_cnn session_3` to solutions and explained answers;
`lacking: smoke quick` to the commands for runs that are not there. So no number, and no answer,
stands in two places.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
import numpy as np

from mer.core.errors import BadData
from mer.core.paths import checkout
from mer.evaluation.records import MISSING, label
from mer.study import findings, results, results_ko
from mer.study.course import lesson, quizzes, student

PROFILES = ("smoke", "quick")
_METRICS = ("accuracy", "uar")
_MARK = re.compile(r"^<!-- (\w+): (.+?) -->$", re.MULTILINE)
_WORDS = {
    "en": {"notebook": "notebook", "minutes": "minutes", "session": "Session", "answer": "Answer",
           "model": "model", "protocol": "protocol",
           "none": "not run here: `make study PROFILE={profile}`, then `make course`"},
    "ko": {"notebook": "노트북", "minutes": "분", "session": "수업", "answer": "답",
           "model": "모델", "protocol": "평가 절차",
           "none": "실행 결과 없음: `make study PROFILE={profile}` 다음에 `make course`"},
}  # fmt: skip
_SAID = {"en": results, "ko": results_ko}


def runs(reports: Path) -> dict[str, Path]:
    """The finished run of each profile: one of this checkout, else for quick the reference."""
    found = {}
    for profile in PROFILES:
        mine = reports / f"synthetic-{profile}-seed0"
        if (mine / "metrics.json").is_file():
            found[profile] = mine
        elif profile == "quick" and (reports / "reference" / "metrics.json").is_file():
            found[profile] = reports / "reference"
    return found


@dataclass(frozen=True)
class Guide:
    """What marks are filled from.

    notebooks   the repository's folder of that name
    runs        by profile, the folder of a finished run
    """

    notebooks: Path
    runs: dict[str, Path]

    def filled(self, text: str, language: str = "en") -> str:
        """The text with all marks filled; an unknown one raises `BadData`."""
        fill: dict[str, Callable] = {
            "plan": self.plan,
            "expected": self.expected,
            "scores": self.scores,
            "printed": self.printed,
            "lacking": self.lacking,
            "answers": self.answers,
            "audit": self.audit,
        }

        def made(mark):
            kind, names = mark[1], mark[2].split()
            if kind not in fill:
                raise BadData(f"guide: unknown mark {mark[0]!r}; choose one of {', '.join(fill)}")
            return fill[kind](names, language)

        return _MARK.sub(made, text)

    def plan(self, names: list[str], language: str) -> str:
        """Aims, minutes and homework of a session, from the syllabus."""
        path = self.notebooks / "course" / f"syllabus{_suffix(language)}.md"
        begins = f"## {_WORDS[language]['session']} {names[0]}:"
        for section in re.split(r"^(?=## )", path.read_text("utf-8"), flags=re.MULTILINE):
            if section.startswith(begins):
                return section.split("\n", 1)[1].strip()
        raise BadData(f"{path}: no heading {begins!r}")

    def expected(self, names: list[str], language: str) -> str:
        """A row a notebook: what a run of each profile that there is said, and its minutes."""
        say = _WORDS[language]
        there = [profile for profile in PROFILES if profile in self.runs]
        heads = [say["notebook"]]
        for profile in there:
            heads += [f"`{profile}`", say["minutes"]]
        rows = []
        for name in names:
            row = [name]
            for profile in there:
                answers, minutes = self._found[language][profile]
                row += [answers.get(name, MISSING), minutes.get(name, MISSING)]
            rows.append(row)
        return _table(heads, rows) if there else self.lacking(["quick"], language)

    def lacking(self, names: list[str], language: str) -> str:
        """Of the profiles named, those without a run, each with the commands that mend it."""
        none = _WORDS[language]["none"]
        return "\n\n".join(
            f"`{profile}`: {none.format(profile=profile)}"
            for profile in names
            if profile not in self.runs
        )

    def scores(self, names: list[str], language: str) -> str:
        """Accuracy and UAR in the quick run of a notebook's models or protocols that hold one of
        the words after its name."""
        if "quick" not in self.runs:
            return self.lacking(["quick"], language)
        notebook, *words = names
        rows: dict[tuple[str, str], dict[str, str]] = {}
        for record in findings.load(self.runs["quick"])[0]:
            who = record.model, record.protocol
            asked = record.notebook == notebook and any(word in " ".join(who) for word in words)
            if asked and record.metric in _METRICS:
                rows.setdefault(who, {})[record.metric] = record.text(".2f")
        say = _WORDS[language]
        heads = [say["model"], say["protocol"], *map(label, _METRICS)]
        return _table(
            heads, ([*who, *(row.get(m, MISSING) for m in _METRICS)] for who, row in rows.items())
        )

    def printed(self, names: list[str], language: str) -> str:
        """What the code below a heading of a notebook prints, with nothing but the notebook's
        imports run before it; a heading that is not there raises `BadData`."""
        path = self.notebooks / f"{names[0]}.ipynb"
        heading, space, below = f"## {' '.join(names[1:])}", {}, None
        with redirect_stdout(io.StringIO()) as said:
            for cell in nbformat.read(path, as_version=4).cells:
                heads = re.findall(r"^##? .*$", cell.source, re.MULTILINE)
                if cell.cell_type == "markdown" and heads:
                    if below:
                        break
                    below = heads[-1] == heading
                elif cell.cell_type == "code":
                    tree = ast.parse(cell.source)
                    if not below:
                        kept = (ast.Import, ast.ImportFrom)
                        tree.body = [step for step in tree.body if isinstance(step, kept)]
                    exec(compile(tree, f"{path.stem} {cell.id}", "exec"), space)
        if not below:
            raise BadData(f"{path}: no heading {heading!r}")
        return f"```text\n{said.getvalue().strip()}\n```"

    @cached_property
    def _found(self) -> dict[str, dict[str, tuple[dict, dict]]]:
        """By language and profile: answers and minutes by notebook."""
        found: dict = {language: {} for language in _SAID}
        for profile, run in self.runs.items():
            records, provenance = findings.load(run)
            minutes = findings.minutes(provenance)
            for language, said in _SAID.items():
                answers = results.answers(checkout(), minutes, records, said.ROWS, language)
                found[language][profile] = answers, minutes
        return found

    def audit(self, names: list[str], language: str) -> str:
        """What the audit says of the quick run, where its scores were kept."""
        return self._audited or _WORDS[language]["none"].format(profile="quick")

    @cached_property
    def _audited(self) -> str | None:
        notebook = self.notebooks / "course" / f"{lesson.AUDIT}.ipynb"
        return lesson.results(notebook, self.runs["quick"]) if "quick" in self.runs else None

    def answers(self, names: list[str], language: str) -> str:
        """Solutions of the exercises, and right answers of the quizzes, with what explains them."""
        parts = []
        for name in names:
            solved = self.notebooks / "solutions" / f"{name}.ipynb"
            if solved.is_file():
                parts += list(_solutions(solved, language))
            quiz = quizzes.read(self.notebooks / "course" / "quizzes" / f"{name}.json")
            parts.append(f"*{quizzes.WORDS[language]['quiz']}: {name.replace('_', ' ')}*")
            parts.append(quizzes.explained(quiz, language))
        return "\n\n".join(parts)


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (heads, *rows)]
    return "\n".join([lines[0], "|---" * len(heads) + "|", *lines[1:]])


def _solutions(path: Path, language: str):
    """Title, solution, answer and why of each exercise of a notebook, as Markdown. The notebook
    is run for the answers, without a kernel."""
    import matplotlib.pyplot as plt

    space: dict = {}
    for cell in nbformat.read(path, as_version=4).cells:
        text = cell.metadata.get("ko", cell.source) if language == "ko" else cell.source
        tags = cell.metadata.get("tags", ())
        if cell.cell_type == "code":
            with redirect_stdout(io.StringIO()):
                exec(compile(cell.source, f"{path.stem} {cell.id}", "exec"), space)
        if set(student.KINDS) & set(tags):
            yield f"*{text.splitlines()[0].lstrip('# ')}*"
        elif student.BEGIN in cell.source:
            yield f"```python\n{_bare(cell.source)}\n```"
        elif "answer" in space and cell.source.endswith(", answer)"):
            yield f"{_WORDS[language]['answer']}: `{_plain(space['answer'])}`"
        elif "solution" in tags:
            yield text
    plt.close("all")


def _plain(answer) -> str:
    """An answer as a reader writes it."""
    if isinstance(answer, (set, list, tuple)):
        return ", ".join(sorted(map(str, answer)))
    return f"{float(answer):.3g}" if isinstance(answer, (float, np.floating)) else str(answer)


def _bare(source: str) -> str:
    """A solution without the marks around it."""
    lines = source.splitlines()
    return "\n".join(x for x in lines if student.BEGIN not in x and student.END not in x)


def _suffix(language: str) -> str:
    return "" if language == "en" else f".{language}"
