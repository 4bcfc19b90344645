"""The glossary in the book: a page, and a link from where a term is first used."""

import re

import pytest
from nbformat import v4 as new
from support.study_pages import made_book

from mer.core import paths
from mer.core.errors import BadData
from mer.study.book import terms

HEAD = ",".join(terms.COLUMNS)
ROWS = (
    ("apex", "정점", "the frame in which it is strongest", "가장 강한 프레임", "00"),
    ("apex spotting", "정점 찾기", "finding `that` frame", "그 프레임을 찾는 일", "07"),
    ("Action Unit (AU)", "액션 유닛(AU)", "a movement of a muscle", "근육의 움직임", "00"),
    ("told", "말할 수 있다", "leaves out zero", "0이 없다", "00"),
)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """The folder of a checkout's texts, with a small glossary."""
    monkeypatch.setattr(paths, "REPOSITORY", tmp_path)
    folder = tmp_path / "notebooks/course"
    folder.mkdir(parents=True)
    table(folder / terms.FILE, *ROWS)
    return folder


def table(path, *rows, head=HEAD):
    path.write_text("\n".join([head, *(",".join(row) for row in rows)]), encoding="utf-8")


def page_of(course, *texts):
    """The first notebook's page, whose cells are these texts."""
    run = course.parents[1] / "reports/run"
    made_book(run, cells=[new.new_markdown_cell(text) for text in texts])
    return (run / "html/00_first.html").read_text("utf-8")


def links(page):
    return re.findall(r'<a class="term[^>]*href="glossary\.html#([^"]+)"[^>]*>(.*?)</a>', page)


def test_the_first_use_is_a_link_and_the_second_is_not(course):
    page = page_of(course, "An apex, and the **apex** again; two Action Units.", "The apex.")
    assert [said for _, said in links(page)] == ["apex", "Action Units"]
    glossary = (course.parents[1] / "reports/run/html/glossary.html").read_text("utf-8")
    for anchor, _ in links(page):
        assert f'id="{anchor}"' in glossary


def test_the_longest_term_is_meant(course):
    assert [said for _, said in links(page_of(course, "Apex spotting finds the apex."))] == [
        "Apex spotting",
        "apex",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "## The apex",
        "`apex` and\n\n```\nan apex\n```",
        "$apex$ and\n\n$$apex$$",
        "[the apex](https://example.org)",
        "apexes-like, periapex",
        "the aus, Aus",
        "It was told.",
    ],
    ids=["heading", "code", "formula", "link", "part", "small", "everyday"],
)
def test_what_is_no_text_or_no_term_is_left_alone(course, text):
    assert links(page_of(course, text)) == []


def test_an_output_is_left_alone(course):
    run = course.parents[1] / "reports/run"
    said = new.new_output("stream", text="the apex")
    made_book(run, cells=[new.new_code_cell("print('the apex')", outputs=[said])])
    assert links((run / "html/00_first.html").read_text("utf-8")) == []


def test_abbreviations_are_found(course):
    assert [said for _, said in links(page_of(course, "AU 12, and AUs"))] == ["AU"]


def test_the_page_has_both_languages_and_the_way_to_a_notebook_that_is_there(course):
    page_of(course, "words")
    glossary = (course.parents[1] / "reports/run/html/glossary.html").read_text("utf-8")
    assert "근육의 움직임" in glossary and 'href="00_first.html"' in glossary
    assert "notebook 07" in glossary and 'href="07' not in glossary
    assert "<code" in glossary.split("apex spotting", 1)[1]
    assert links(glossary) == []


def test_without_a_glossary_there_are_no_links(course):
    (course / terms.FILE).unlink()
    assert links(page_of(course, "the apex")) == []


@pytest.mark.parametrize(
    "head, rows",
    [
        ("term,korean", [("apex", "정점")]),
        (HEAD, [("apex", "", "m", "뜻", "00")]),
        (HEAD, [("apex", "정점", "m", "뜻")]),
    ],
    ids=["columns", "empty", "short"],
)
def test_a_broken_table_is_named(tmp_path, head, rows):
    table(tmp_path / terms.FILE, *rows, head=head)
    with pytest.raises(BadData, match=r"glossary\.csv: line 2"):
        terms.read(tmp_path / terms.FILE)
