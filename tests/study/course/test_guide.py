"""The guide is filled from the syllabus, the runs' records and the solutions."""

import json
import re
from pathlib import Path

import pytest

from mer.core.errors import BadData
from mer.evaluation.records import Record
from mer.study.course import guide, lesson, quizzes

CHECKOUT = Path(__file__).resolve().parents[3]
NOTEBOOKS = CHECKOUT / "notebooks"
LABELS = {
    "": ("Show", "Ask", "Goes wrong", "Expected", "If time is short", "Answers"),
    ".ko": ("보여 줄 것", "물을 것", "어긋나기 쉬운 것", "기대할 결과", "시간이 모자라면", "답"),
}


def sessions(suffix):
    text = (NOTEBOOKS / "course" / f"guide{suffix}.md").read_text("utf-8")
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    return [
        part
        for title, part in zip(parts[1::2], parts[2::2])
        if re.match(r"(Session|수업) \d", title)
    ]


@pytest.mark.parametrize("suffix", LABELS)
def test_every_session_is_whole(suffix):
    found = sessions(suffix)
    assert len(found) == 6
    for number, text in enumerate(found, 1):
        assert [label for label in LABELS[suffix] if f"**{label}**" not in text] == []
        marks = re.findall(r"^<!-- (\w+): (.+) -->$", text, re.MULTILINE)
        kinds = dict(marks)
        assert kinds["plan"] == str(number)
        assert f"session_{number}" in kinds["answers"].split()
        told = {name for kind, names in marks if kind == "expected" for name in names.split()}
        solved = {name for name in kinds["answers"].split() if not name.startswith("session")}
        assert told >= solved if number < 6 else told == solved


def test_all_notebooks_and_quizzes_are_answered_somewhere():
    text = (NOTEBOOKS / "course" / "guide.md").read_text("utf-8")
    named = " ".join(re.findall(r"<!-- answers: (.+) -->", text)).split()
    assert sorted(named) == sorted(p.stem for p in (NOTEBOOKS / "course/quizzes").glob("*.json"))


def test_a_plan_has_aims_minutes_and_homework():
    filler = guide.Guide(NOTEBOOKS, {})
    for number in range(1, 7):
        plan = filler.plan([str(number)], "en")
        assert plan.startswith("Aims: ") and "\nHomework: " in plan and "| 0–" in plan
        assert "## " not in plan
        korean = filler.plan([str(number)], "ko")
        assert korean.startswith("목표: ") and "\n숙제: " in korean
    with pytest.raises(BadData, match="no heading '## Session 7:'"):
        filler.plan(["7"], "en")


def run_folder(path, value):
    """A finished run of one notebook, whose flow has the UAR `value`."""
    path.mkdir(parents=True)
    records = [
        Record(notebook="06_flow_cnn", source="synthetic", model=model, protocol="examination",
               metric="uar", n=10, value=value, low=value - 0.1, high=value + 0.1)
        for model in ("flow", "u alone", "v alone", "strain alone")
    ]  # fmt: skip
    (path / "metrics.json").write_text(json.dumps([vars(r) for r in records]))
    ran = {"notebooks": [{"name": "06_flow_cnn", "seconds": 150}]}
    (path / "provenance.json").write_text(json.dumps(ran))
    return path


def test_expected_outputs_come_from_the_runs(tmp_path):
    reports = {p: run_folder(tmp_path / p, v) for p, v in (("smoke", 0.25), ("quick", 0.75))}
    text = "before\n\n<!-- expected: 06_flow_cnn 05_apex_cnn -->\n\nafter"
    for language in ("en", "ko"):
        filled = guide.Guide(NOTEBOOKS, reports).filled(text, language)
        row, lacking = filled.splitlines()[4:6]
        assert "0.250 [0.150, 0.350]" in row and "0.750 [0.650, 0.850]" in row
        assert row.count("| 2 |") == 2  # minutes
        assert lacking.count("–") == 4  # nothing of it was run


def test_a_run_that_is_not_there_is_named_once(tmp_path):
    text = "<!-- lacking: smoke quick -->\n\n<!-- expected: 06_flow_cnn 05_apex_cnn -->"
    none = guide.Guide(NOTEBOOKS, {}).filled(text)
    assert "`make study PROFILE=smoke`" in none and "`make study PROFILE=quick`" in none
    quick = {"quick": run_folder(tmp_path / "quick", 0.75)}
    for language in ("en", "ko"):
        filled = guide.Guide(NOTEBOOKS, quick).filled(text, language)
        assert filled.count("PROFILE=smoke") == 1 and "PROFILE=quick" not in filled
        table = filled[filled.index("|") :]
        assert "0.750 [0.650, 0.850]" in table and "smoke" not in table
    whole = quick | {"smoke": run_folder(tmp_path / "smoke", 0.25)}
    assert guide.Guide(NOTEBOOKS, whole).filled("<!-- lacking: smoke quick -->") == ""


def test_scores_are_those_of_the_quick_run(tmp_path):
    mark = "<!-- scores: 06_flow_cnn alone -->"
    filled = guide.Guide(NOTEBOOKS, {"quick": run_folder(tmp_path / "quick", 0.75)}).filled(mark)
    rows = filled.splitlines()
    assert rows[0] == "| model | protocol | accuracy | UAR |" and len(rows) == 2 + 3
    assert rows[2] == "| u alone | examination | – | 0.75 [0.65, 0.85] |"
    assert "PROFILE=quick" in guide.Guide(NOTEBOOKS, {}).filled(mark)


def test_what_a_notebook_prints_is_run_anew():
    heading = "The reported accuracy, in whole numbers"
    filler = guide.Guide(NOTEBOOKS, {})
    said = filler.filled(f"<!-- printed: 10_protocols_and_leakage {heading} -->")
    for line in ("125 of 131 = 95.42 %", "146 of 153 = 95.42 %", "122 to train, 31 to test"):
        assert line in said
    assert "24 of 31 test sequences right" in said and said.startswith("```text\n")
    with pytest.raises(BadData, match="no heading '## Nothing of it'"):
        filler.filled("<!-- printed: 10_protocols_and_leakage Nothing of it -->")


def test_runs_of_the_checkout_come_before_the_reference(tmp_path):
    assert guide.runs(tmp_path) == {}
    reference = run_folder(tmp_path / "reference", 0.5)
    assert guide.runs(tmp_path) == {"quick": reference}
    mine = run_folder(tmp_path / "synthetic-quick-seed0", 0.5)
    smoke = run_folder(tmp_path / "synthetic-smoke-seed0", 0.5)
    assert guide.runs(tmp_path) == {"smoke": smoke, "quick": mine}


@pytest.mark.parametrize("language, said", [("en", "Answer"), ("ko", "답")])
def test_answers_are_solutions_and_keys(language, said):
    made = guide.Guide(NOTEBOOKS, {}).answers(["02_apex_extraction", "session_2"], language)
    assert f"{said}: `flow magnitude, learned, strongest region`" in made
    assert "```python\n" in made and "SOLUTION" not in made
    quiz = quizzes.read(NOTEBOOKS / "course/quizzes/session_2.json")
    for question in quiz:
        (right,) = [answer for answer in question["answers"] if answer["correct"]]
        assert f"{right['answer'][language]}. {right['feedback'][language]}" in made


def test_what_the_audit_says_is_that_of_the_run(monkeypatch, tmp_path):
    filler = guide.Guide(NOTEBOOKS, {})
    assert "make study PROFILE=quick" in filler.filled("<!-- audit: flow -->")
    asked = []
    monkeypatch.setattr(lesson, "results", lambda *given: asked.append(given) or "told")
    filler = guide.Guide(NOTEBOOKS, {"quick": tmp_path})
    assert filler.filled("<!-- audit: flow -->\n\n<!-- audit: flow -->") == "told\n\ntold"
    assert asked == [(NOTEBOOKS / "course/who_is_misread.ipynb", tmp_path)]  # once


def test_an_unknown_mark_is_named():
    with pytest.raises(BadData, match="unknown mark '<!-- expcted: 01 -->'; choose one of plan"):
        guide.Guide(NOTEBOOKS, {}).filled("<!-- expcted: 01 -->")
