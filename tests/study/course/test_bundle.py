"""The bundles hold what they should, their links hold, and nothing asks for the network."""

import csv
import re
import zipfile
from pathlib import Path

import pytest

from mer.study.course import __main__ as command
from mer.study.course import bundle

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
TEXTS = sorted((NOTEBOOKS / "course").glob("*.md"))


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    out = tmp_path_factory.mktemp("course")
    (out / "student").mkdir()
    (out / "student" / "stale.html").write_text("")
    (out / "mine.txt").write_text("")
    assert bundle.build(NOTEBOOKS, out) == out / "index.html"
    return out


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_student_gets_exercises_and_no_answers(packed):
    found = names(packed / "student")
    assert {"course/README.html", "course/ethics.html", "course/glossary.html"} <= found
    exercises = sorted((NOTEBOOKS / "exercises").rglob("*.ipynb"))
    assert {path.relative_to(NOTEBOOKS).as_posix() for path in exercises} <= found
    assert not [
        name for name in found if "solution" in name or "guide" in name or "answers" in name
    ]
    whole = "".join(path.read_text("utf-8") for path in (packed / "student").rglob("*.ipynb"))
    assert "BEGIN SOLUTION" not in whole
    assert "stale.html" not in found and (packed / "mine.txt").is_file()


def test_an_instructor_gets_everything(packed):
    found = names(packed / "instructor")
    assert names(packed / "student") < found
    assert {"course/guide.html", "answers/before_and_after.html"} <= found
    assert {f"solutions/{p.name}" for p in (NOTEBOOKS / "solutions").glob("*.ipynb")} <= found


def test_each_bundle_is_one_file_too(packed):
    for name in ("student", "instructor"):
        with zipfile.ZipFile(packed / f"{name}.zip") as archive:
            kept = {entry for entry in archive.namelist() if not entry.endswith("/")}
        assert kept == names(packed / name)


def test_sheets_have_no_answers(packed):
    sheets = sorted((packed / "sheets").glob("*.html"))
    quizzes = {path.stem for path in (NOTEBOOKS / "course" / "quizzes").glob("*.json")}
    assert {path.stem for path in sheets} >= quizzes
    assert [path.name for path in sheets if "☒" in path.read_text("utf-8")] == []


def links(path):
    return re.findall(r'(?:href|src)="([^"]+)"', path.read_text("utf-8"))


def test_links_hold_and_nothing_is_fetched(packed):
    pages = sorted(packed.rglob("*.html"))
    assert len(pages) > 40
    for path in pages:
        for address in links(path):
            if address.startswith(("https://", "#")):
                continue  # a reference that a reader may follow
            assert (path.parent / address).exists(), f"{path.name}: {address}"
        assert not re.search(
            r'<(script|link|img|iframe)\b|src="http|@import', path.read_text("utf-8")
        )


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_links_of_the_texts_hold_in_the_repository(path):
    for address in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if not address.startswith(("https://", "#")):
            assert (path.parent / address).exists(), address


def test_a_link_to_what_is_not_packed_becomes_text(tmp_path):
    text = tmp_path / "a.md"
    text.write_text("[here](a.md) [there](../b.md) [far](https://example.org)")
    body = bundle._linked(bundle._markdown(text.read_text()), text, [text])
    assert 'href="a.html"' in body and "there" in body and "b.md" not in body
    assert 'href="https://example.org"' in body


def test_the_glossary_is_whole():
    with (NOTEBOOKS / "course" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == bundle.GLOSSARY
    assert len(rows) >= 60
    assert len({row["term"] for row in rows}) == len({row["korean"] for row in rows}) == len(rows)
    there = {path.name[:2] for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")}
    for row in rows:
        assert all(text.strip() for text in row.values()), row
        assert row["notebook"] in there
        assert re.search("[가-힣]", row["korean"] + row["meaning_ko"]), row
        assert not re.search("[가-힣]", row["term"] + row["meaning"]), row


def test_the_ethics_lesson_rests_on_its_sources():
    text = (NOTEBOOKS / "course" / "ethics.md").read_text("utf-8")
    for source in ("Barrett", "10.1177/1529100619832930", "5(1)(f)", "2024/1689", "recital 44"):
        assert source in text
    called = 8 + 0.2 * 990  # the case's numbers
    assert f"{0.2 * 990:.0f} of {called:.0f}" in text


def test_figures_that_the_guide_shows_are_drawn():
    text = (NOTEBOOKS / "course" / "guide.md").read_text("utf-8")
    shown = {
        name
        for line in re.findall(r"^\*\*Show\*\*: (.*)$", text, re.MULTILINE)
        for name in re.findall(r"(?<!\*)\*([a-z][a-z-]*)\*", line)
    }
    sources = "".join(path.read_text("utf-8") for path in NOTEBOOKS.glob("*.ipynb"))
    assert len(shown) > 15
    assert [name for name in sorted(shown) if f'\\"{name}\\"' not in sources] == []


@pytest.mark.parametrize("name, session", [("syllabus", "Session"), ("syllabus.ko", "수업")])
def test_sessions_take_ninety_minutes(name, session):
    text = (NOTEBOOKS / "course" / f"{name}.md").read_text("utf-8")
    sessions = text.split(f"\n## {session} ")[1:]
    assert len(sessions) == 6
    for plan in sessions:
        spans = [tuple(map(int, span)) for span in re.findall(r"^\| (\d+)–(\d+) \|", plan, re.M)]
        assert spans[0][0] == 0 and spans[-1][1] == 90
        assert [end for _, end in spans[:-1]] == [begin for begin, _ in spans[1:]]


def test_the_command_packs(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bundle, "build", lambda notebooks, out, runs: out / "index.html")
    monkeypatch.setattr(command.student, "write_all", lambda notebooks: ["one"])
    command.main(["--out", str(tmp_path)])
    assert str(tmp_path / "index.html") in capsys.readouterr().out
    command.main(["exercises"])
    assert "index.html" not in capsys.readouterr().out


def test_both_languages_plan_the_same_minutes_and_exercises():
    texts = [
        (NOTEBOOKS / "course" / f"syllabus{suffix}.md").read_text("utf-8") for suffix in ("", ".ko")
    ]
    for pattern in (r"^\| (\d+)–(\d+) \|", r"(?<![\d.])(\d\d\.\d)(?!\d)"):
        english, korean = (sorted(re.findall(pattern, text, re.M)) for text in texts)
        assert english == korean != []
