"""Every English text has a Korean counterpart of the same build."""

import re
from pathlib import Path

import nbformat
import pytest

from mer.study.course import student

CHECKOUT = Path(__file__).resolve().parents[3]
COURSE = CHECKOUT / "notebooks" / "course"
TEXTS = [CHECKOUT / "README.md", *sorted(p for p in COURSE.glob("*.md") if ".ko" not in p.name)]
# What programs write; what a class costs is written into the English guide alone.
RESULTS = re.compile(r"<!-- ([\w ]+): written by .*?<!-- end of \1 -->", re.DOTALL)


def korean(path):
    return path.with_suffix(f".ko{path.suffix}")


def build(text):
    """What two texts of the same build have in common, whatever the language."""
    plain = re.sub(r"```.*?```", "", RESULTS.sub("", text), flags=re.DOTALL)
    return {
        "headings": re.findall(r"^#+(?= )", plain, re.MULTILINE),
        "list items": len(re.findall(r"^ *(?:\*|\d+\.) ", plain, re.MULTILINE)),
        "rows": [len(re.findall(r"\|", row)) for row in re.findall(r"^\|.*$", plain, re.MULTILINE)],
        "paragraphs": len(re.findall(r"\n\n", plain)),
        "code": re.findall(r"```.*?```", text, re.DOTALL),
        "marks": re.findall(r"<!--.*?-->", plain),
        "exercises": sorted(re.findall(r"(?<![\d.])(?:0\d|1[0-6])\.\d(?!\d)", plain)),
        "links": sorted(map(place, re.findall(r"\]\(([^)\s]+)\)", plain))),
        "commands": sorted(set(re.findall(r"`([^`가-힣]+)`", plain)) - {"measure.classroom"}),
    }


def place(link):
    """Where a link leads, in whatever language; a heading has another name in each."""
    plain = re.sub(r"#.*", "", link).removesuffix("/ko")
    return re.sub(r"\.ko(?=\.\w+$)", "", plain)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_both_languages_have_the_same_build(path):
    english, other = (build(p.read_text("utf-8")) for p in (path, korean(path)))
    # each links to the other at the top
    english["links"] = [link for link in english["links"] if link != path.name]
    other["links"] = [link for link in other["links"] if link != path.name]
    for part in english:
        assert english[part] == other[part], part


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_number_is_in_korean_only(path):
    """What was measured stands in the English text as well, or does not stand at all."""
    english, other = (
        set(re.findall(r"\d+(?:\.\d+)?", RESULTS.sub("", p.read_text("utf-8"))))
        for p in (path, korean(path))
    )
    assert other - english - SAID_IN_WORDS == set()


SAID_IN_WORDS = {"0", "1", "2", "3", "4", "5", "6", "8", "10", "15", "30", "40"}  # "five", "half"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_a_korean_text_is_korean_and_links_to_korean_ones(path):
    text = re.sub(r"```.*?```", "", korean(path).read_text("utf-8"), flags=re.DOTALL)
    said = re.sub(r"`[^`]*`|\(https?:[^)]*\)|!?\[[^\]]*\]\([^)]*\)", "", RESULTS.sub("", text))
    # Markdown does not close an emphasis between a bracket or a quotation mark and a letter
    assert re.findall(r"[)\].,\"?!]\*{1,2}[가-힣]", text) == []
    assert len(re.findall("[가-힣]", said)) > len(re.findall("[A-Za-z]", said)) / 2
    for link in re.findall(r"\]\(([^)#\s]+)\)", RESULTS.sub("", text)):
        if not link.startswith("http"):
            target = path.parent / link
            assert target.exists(), link
            translated = target.with_suffix(f".ko{target.suffix}")
            assert not translated.exists() or link == path.name, f"{link} is there in Korean"


def test_a_lesson_is_there_in_both_languages():
    lessons = student.lessons(CHECKOUT / "notebooks")
    assert [path.name for path in lessons] == ["who_is_misread.ipynb"]
    for path in lessons:
        notebook = nbformat.read(path, as_version=4)
        made = student.student(notebook, language="ko")
        assert student.text(made) == korean(path).read_text("utf-8"), "run `make exercises`"
        for english, other in zip(notebook.cells, made.cells, strict=True):
            if english.cell_type == "code":
                assert english.source == other.source
            else:
                assert re.search("[가-힣]", other.source)
                assert not re.search("[가-힣]", english.source)
