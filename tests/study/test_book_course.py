"""The course in the book: its pages, and links to what is there and to nothing else."""

import os
import re
from pathlib import Path

import pytest
from support.study_pages import entry, made_book

from mer.core import paths
from mer.evaluation.records import Record
from mer.study.book.course_pages import Course
from mer.study.book.overview import write_book

README = """# The course

| session | notebooks | question |
|---|---|---|
| 1 | [00](../00_first.ipynb), [01](../01_second.ipynb) | Why? |
| 2 | [02](../02_third.ipynb) | How? |

[guide](guide.md) [plan](syllabus.md#later) [words](glossary.csv) [card](../../mer/card.md)
[lost](lost.md) [한국어](README.ko.md) [far](https://example.org) [solved](../solutions)
"""


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "REPOSITORY", tmp_path)
    course = tmp_path / "notebooks/course"
    for folder in (course, tmp_path / "notebooks/exercises", tmp_path / "mer"):
        folder.mkdir(parents=True)
    (course / "README.md").write_text(README, "utf-8")
    (course / "README.ko.md").write_text("# 강의\n\n[first](README.md)", "utf-8")
    (course / "syllabus.md").write_text("# Syllabus\n\n## Later\n", "utf-8")
    (course / "guide.md").write_text("# Guide\n", "utf-8")
    (tmp_path / "mer/card.md").write_text("# Card\n", "utf-8")
    for name in ("00_first", "01_second"):
        (tmp_path / f"notebooks/exercises/{name}.ipynb").write_text("{}")
    return tmp_path


RUNNERS = ("../metrics.json", "../provenance.json")  # the runner writes them


def pages(folder):
    return {path.name: path.read_text("utf-8") for path in folder.glob("*.html")}


def dead(folder):
    """Addresses of a book's pages that lead nowhere."""
    return sorted(
        {
            f"{name}: {address}"
            for name, page in pages(folder).items()
            for address in re.findall(r'href="([^"#?]+)', page)
            if not re.match(r"\w+:", address)
            and address not in RUNNERS
            and not os.path.exists(os.path.normpath(folder / address))
        }
    )


def test_the_course_is_a_part_of_the_navigation(checkout):
    index, _ = made_book(checkout / "reports/run")
    html = checkout / "reports/run/html"
    assert ">Course<" in index and 'href="course.html"' in index and 'href="syllabus.html"' in index
    assert "guide.html" not in pages(html) and "course.ko.html" in pages(html)
    assert dead(html) == []


def test_links_lead_where_something_is(checkout):
    made_book(checkout / "reports/run")
    course = pages(checkout / "reports/run/html")["course.html"]
    for address in ("00_first.html", "syllabus.html#later", "../../../mer/card.md",
                    "course.ko.html", "https://example.org",
                    "../../../notebooks/exercises/00_first.ipynb"):  # fmt: skip
        assert f'href="{address}"' in course, address
    for address in ("02_third", "glossary", "lost"):
        assert f'href="{address}' not in course, address
    assert "slides" not in course and "quiz" not in course


def test_outside_the_checkout_nothing_tells_of_this_machine(checkout, tmp_path_factory):
    run = tmp_path_factory.mktemp("elsewhere") / "run"
    made_book(run)
    course = pages(run / "html")["course.html"]
    assert "../" not in course and 'href="syllabus.html#later"' in course
    assert dead(run / "html") == []


def test_a_packed_course_has_slides_and_sheets(checkout, tmp_path_factory):
    run, out = checkout / "reports/run", tmp_path_factory.mktemp("course")
    made_book(run)
    for name in ("slides/00_first.html", "sheets/session_1.html"):
        (out / name).parent.mkdir()
        (out / name).write_text("")
    record = {
        "parameters": {"source": "casme2", "profile": "quick", "seed": 1},
        "commit": None, "dirty": None, "written": "2030-02-03T04:05:06+00:00", "seconds": 1.0,
        "python": "3", "packages": {},
        "machine": {"processor": "p", "cores": 2, "accelerator": None},
        "notebooks": [entry("00_first"), entry("01_second")],
    }  # fmt: skip
    before = pages(run / "html")
    course = Course(
        checkout / "notebooks/course",
        {"Slides": "../slides/{name}.html"},
        "../sheets/session_{number}.html",
    )
    told = {"source": "casme2", "protocol": "loso", "n": 7, "seeds": 1}
    found = [Record(notebook="00_first", model="m", metric="uar", value=0.5, **told)]
    assert write_book(run, record, found, html=out / "book", course=course) == ""
    made = pages(out / "book")
    assert made["course.html"].count("../slides/00_first.html") == 1
    assert made["course.html"].count("../sheets/session_1.html") == 1
    assert "session_2.html" not in made["course.html"]
    assert (
        "../slides/00_first.html" in made["00_first.html"]
        and "../metrics" not in made["index.html"]
    )
    assert dead(out / "book") == []
    assert pages(run / "html") == before


def test_without_texts_there_is_no_part(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "REPOSITORY", None)
    index, _ = made_book(tmp_path)
    assert ">Course<" not in index and "course.html" not in index


def test_the_texts_of_this_repository_have_no_dead_end(tmp_path):
    made_book(tmp_path)
    assert {"course.html", "syllabus.html", "glossary.html", "ethics.html"} <= set(
        pages(tmp_path / "html")
    )
    assert dead(tmp_path / "html") == []
    assert Path(tmp_path / "html/course.html").read_text("utf-8").count("Session by session") >= 1
