"""The bundles hold what they should, their links hold, and nothing asks for the network."""

import csv
import re
import zipfile
from pathlib import Path

import nbformat
import pytest

from mer.core.errors import MerError
from mer.study.book import terms
from mer.study.course import __main__ as command
from mer.study.course import bundle, package

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
TEXTS = sorted((NOTEBOOKS / "course").glob("*.md"))


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    out = tmp_path_factory.mktemp("course")
    (out / "student").mkdir()
    (out / "student" / "stale.html").write_text("")
    (out / "mine.txt").write_text("")
    (out / "slides").mkdir()
    (out / "slides/05_apex_cnn.html").write_text("<p>a deck</p>")
    bundle.build(NOTEBOOKS, out)
    (out / "index.html").write_text(bundle.index(out), "utf-8")
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
    assert {"course/guide.html", "answers/before_and_after.html", "slides/05_apex_cnn.html",
            "sheets/before_and_after.html", "solutions/nbgrader_config.py"} <= found  # fmt: skip
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


@pytest.mark.parametrize("name", ["student", "instructor"])
def test_links_of_packed_notebooks_hold(packed, name):
    notebooks, far = sorted((packed / name).rglob("*.ipynb")), 0
    for path in notebooks:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                for address in re.findall(r"\]\(([^)\s]+)\)", cell.source):
                    far += address.startswith("https://")
                    if not re.match(r"\w+:|#", address):
                        where = path.parent / address.partition("#")[0]
                        assert where.exists(), f"{path.name}: {address}"
    assert len(notebooks) > 50 and far > 20


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
    assert tuple(rows[0]) == terms.COLUMNS
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


@pytest.fixture
def command_of(tmp_path, monkeypatch):
    """The command in a checkout with two finished runs; gives what was built, and of which run."""
    monkeypatch.setattr(command, "checkout", lambda: tmp_path)
    monkeypatch.setattr(command.student, "write_all", lambda notebooks: ["one"])
    done = []
    monkeypatch.setattr(
        command.bundle, "build", lambda notebooks, out, runs: done.append("bundles")
    )
    monkeypatch.setattr(
        command.slides, "build", lambda notebooks, run, out: done.append(run.name) or {"05": ["a"]}
    )
    monkeypatch.setattr(command, "write_book", lambda run, *a, **k: done.append("book") or "")
    monkeypatch.setattr(command, "load", lambda run: ([], {}))
    for run in command.RUNS:
        (tmp_path / run).mkdir(parents=True)
        (tmp_path / run / "metrics.json").write_text("[]")
    (tmp_path / command.RUNS[0] / "notebooks").mkdir()
    (tmp_path / command.RUNS[0] / "notebooks/05_a.ipynb").write_text("{}")

    def run(*arguments):
        done.clear()
        command.main(list(arguments))
        return list(done)

    return run


def test_the_command_packs_with_the_quick_run_or_the_reference(command_of, tmp_path, capsys):
    assert command_of() == ["synthetic-quick-seed0", "bundles", "book"]
    said = capsys.readouterr().out
    assert str(tmp_path / "reports/course/index.html") in said and "no figure a" in said
    (tmp_path / command.RUNS[0] / "metrics.json").unlink()
    assert command_of() == ["reference", "bundles"]
    assert "has no executed notebooks" in capsys.readouterr().out
    assert command_of("--run", str(tmp_path / command.RUNS[0])) == [
        "synthetic-quick-seed0", "bundles", "book"]  # fmt: skip
    assert command_of("exercises") == []
    (tmp_path / command.RUNS[1] / "metrics.json").unlink()
    assert command_of() == ["bundles"]


def test_the_first_page_has_what_is_there(packed, tmp_path):
    assert "slides/05_apex_cnn.html" in bundle.index(packed)
    assert "book/index.html" not in bundle.index(packed)
    assert "href" not in bundle.index(tmp_path)


def test_a_bundle_brings_the_package(packed):
    for name in ("student", "instructor"):
        (wheel,) = (packed / name).glob("mer_study-*.whl")
        needs = (packed / name / package.NEEDS).read_text("utf-8").splitlines()
        assert needs == [f"--constraint {package.LOCK}", f"./{wheel.name}[study]"]
        assert (packed / name / package.LOCK).read_text("utf-8") == (
            NOTEBOOKS.parent / package.LOCK
        ).read_text("utf-8")
        with zipfile.ZipFile(wheel) as archive:
            held = set(archive.namelist())
        assert {"mer/study/course/checking.py", "mer/study/course/checks/notebook_05.py"} <= held
        assert not [entry for entry in held if "__pycache__" in entry or "/tests/" in entry]


def test_a_package_that_cannot_be_built_is_an_error(tmp_path):
    (tmp_path / "mer").mkdir()
    for name in ("README.md", "LICENSE"):
        (tmp_path / name).write_text("")
    (tmp_path / "pyproject.toml").write_text("[project\n")
    with pytest.raises(MerError, match="could not be built: "):
        package.add_package(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_both_languages_plan_the_same_minutes_and_exercises():
    texts = [
        (NOTEBOOKS / "course" / f"syllabus{suffix}.md").read_text("utf-8") for suffix in ("", ".ko")
    ]
    for pattern in (r"^\| (\d+)–(\d+) \|", r"(?<![\d.])(\d\d\.\d)(?!\d)"):
        english, korean = (sorted(re.findall(pattern, text, re.M)) for text in texts)
        assert english == korean != []
