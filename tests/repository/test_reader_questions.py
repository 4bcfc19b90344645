"""The questions for a fresh reader: two a notebook, and their answers are where they say."""

import json
import re
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
QUESTIONS = tomllib.loads((CHECKOUT / "tests/readers/questions.toml").read_text())["question"]
NOTEBOOKS = {
    path.stem: json.loads(path.read_text())
    for path in sorted((CHECKOUT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
}


def section(notebook: dict, heading: str) -> str:
    """Text and code from a heading to the next one that is as high; nothing if it is not there."""
    inside, depth = [], 0
    for cell in notebook["cells"]:
        for line in "".join(cell["source"]).splitlines():
            hashes, _, title = line.partition(" ")
            if cell["cell_type"] == "markdown" and re.fullmatch("#+", hashes):
                if depth and len(hashes) <= depth:
                    depth = 0
                if title.strip() == heading:
                    depth = len(hashes)
            if depth:
                inside.append(line)
    return "\n".join(inside)


def test_every_notebook_has_two():
    assert [q["notebook"] for q in QUESTIONS] == [name for name in NOTEBOOKS for _ in range(2)]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: f"{q['notebook'][:2]} {q['place']}")
def test_its_answer_stands_where_it_says(question):
    there = section(NOTEBOOKS[question["notebook"]], question["place"])
    assert there, f"no heading {question['place']!r}"
    assert question["words"] in there


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: f"{q['notebook'][:2]} {q['place']}")
def test_it_is_a_question_and_keeps_its_answer_to_itself(question):
    assert set(question) == {"notebook", "asks", "expects", "place", "words"}
    assert "?" in question["asks"]
    assert question["words"] not in question["asks"]


def test_a_section_ends_at_the_next_heading_as_high():
    cells = [
        {"cell_type": "markdown", "source": ["# A\n", "## B\n", "of B"]},
        {"cell_type": "code", "source": ["# C\n", "code of B"]},
        {"cell_type": "markdown", "source": ["### D\n", "of D\n", "## C\n", "of C"]},
    ]
    assert section({"cells": cells}, "B").splitlines() == [
        "## B", "of B", "# C", "code of B", "### D", "of D",
    ]  # fmt: skip
    assert section({"cells": cells}, "C").splitlines() == ["## C", "of C"]
    assert section({"cells": cells}, "E") == ""
