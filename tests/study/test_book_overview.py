"""The book of a run: the page that a reader starts from, and all numbers."""

import json
import re

from PIL import Image
from support.study_pages import NAMES, entry, made_book

from mer.core import paths
from mer.evaluation.records import Record
from mer.study.results import ROWS, answers

TOLD = {"source": "casme2", "protocol": "loso", "n": 7, "seeds": 1}


def uar(notebook, model, value):
    return Record(notebook=notebook, model=model, value=value, metric="uar", **TOLD)


def test_numbers_have_intervals_and_are_escaped(tmp_path):
    row = {"notebook": "00_first", "model": "<m>", **TOLD}
    index, numbers = made_book(
        tmp_path,
        [
            Record(**row, metric="uf1", value=0.5, low=0.25, high=0.75),
            Record(**row, metric="uar", value=float("nan")),
            Record(**row, metric="kept", value=309.0),
            Record(**row, metric="seconds", value=12.0),
        ],
        entry("00_first", title="A & B"),
    )
    assert "[0.250, 0.750]" in numbers and "left:25.0%;width:50.0%" in numbers
    assert '<td data-label="UAR">–</td>' in numbers and ">309</td>" in numbers
    assert "&lt;m&gt;" in numbers and "12.0" not in numbers
    assert "A &amp; B" in index and "A &amp; B" in numbers
    assert "3 February 2030" in index and "10.0 min" in index


def test_a_number_is_shown_once(tmp_path):
    _, numbers = made_book(
        tmp_path,
        [
            uar("00_first", "apex", 0.25),
            uar("01_second", "apex", 0.25),
            uar("01_second", "both", 0.75),
        ],
    )
    assert numbers.count(">0.250<") == 1 and numbers.count(">0.750<") == 1
    assert numbers.count("1 result on casme2") == 2


def test_many_numbers_are_folded(tmp_path):
    many = [uar("01_second", f"model {i}", 0.5) for i in range(9)]
    _, numbers = made_book(tmp_path, [uar("00_first", "apex", 0.25), *many])
    assert '<details class="results" open><summary>1 result on casme2' in numbers
    assert '<details class="results"><summary>9 results on casme2' in numbers


def test_the_first_page_opens_with_a_picture_and_what_was_found(tmp_path, monkeypatch):
    monkeypatch.setitem(
        ROWS,
        "00_first",
        ("?", lambda found: f"a & b: {found('uar', 'apex', 'loso')}, see `make app`"),
    )
    (tmp_path / "figures").mkdir()
    Image.new("RGB", (40, 30)).save(tmp_path / "figures/01_second-first-look.png")
    index, _ = made_book(tmp_path, [uar("00_first", "apex", 0.25)])
    assert "A &amp; b: 0.25, see <code>make app</code>." in index
    picture = re.search(r'<img class="\w+" src="(images/[^"]+)" alt="([^"]+)"', index)
    assert (tmp_path / "html" / picture[1]).exists() and picture[2] == "Second first look"
    order = [index.index(part) for part in (picture[0], "A &amp; b", 'class="facts"')]
    assert order == sorted(order)


def test_what_the_run_cannot_tell_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setitem(ROWS, "00_first", ("?", lambda found: found("uar", "lost", "loso")))
    index, _ = made_book(tmp_path)
    assert 'class="answer"' not in index


def test_the_reference_run_tells_an_answer_for_each_row():
    records = [
        Record(**row)
        for row in json.loads((paths.checkout() / "reports/reference/metrics.json").read_text())
    ]
    named = {record.notebook for record in records}
    found = answers(paths.checkout(), ROWS, records)
    unanswered = {name for name in named if ROWS[name][1] and name not in found}
    assert not unanswered and len(found) >= 14


def test_a_notebook_that_is_not_done_has_no_page_but_its_reason(tmp_path):
    index, _ = made_book(
        tmp_path, [], entry("00_first"), entry("01_second", "failed", reason="too bad")
    )
    assert 'href="00_first.html"' in index and 'href="01_second.html"' not in index
    assert "too bad" in index and not (tmp_path / "html/01_second.html").exists()


def test_a_smoke_run_says_that_its_numbers_mean_nothing(tmp_path):
    assert "numbers mean nothing" in made_book(tmp_path, profile="smoke")[0]
    assert "numbers mean nothing" not in made_book(tmp_path)[0]


def test_exercises_and_slides_are_linked_where_they_are(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "REPOSITORY", tmp_path)
    (tmp_path / "notebooks/exercises").mkdir(parents=True)
    (tmp_path / "notebooks/exercises/01_second.ipynb").write_text("{}")
    index, _ = made_book(tmp_path / "reports/run")
    pages = [(tmp_path / f"reports/run/html/{name}.html").read_text() for name in NAMES]
    link = 'href="../../../notebooks/exercises/01_second.ipynb"'
    assert index.count("exercises/") == 1 and link in index and link in pages[1]
    assert "Exercises" not in pages[0] and "Slides" not in index


def test_a_run_outside_the_checkout_links_to_nothing_in_it(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "REPOSITORY", tmp_path / "checkout")
    (tmp_path / "checkout/notebooks/exercises").mkdir(parents=True)
    (tmp_path / "checkout/notebooks/exercises/01_second.ipynb").write_text("{}")
    index, _ = made_book(tmp_path / "run")
    assert "exercises/" not in index


def test_a_killed_run_leaves_no_half_of_a_book(tmp_path):
    (tmp_path / ".book/source").mkdir(parents=True)
    (tmp_path / ".book/source/rest.md").write_text("# from before")
    (tmp_path / "html").mkdir()
    (tmp_path / "html/09_gone.html").write_text("an old page")
    made_book(tmp_path)
    assert not (tmp_path / ".book").exists() and not (tmp_path / "html/09_gone.html").exists()
    assert not (tmp_path / "html/rest.html").exists()
