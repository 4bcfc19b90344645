"""Decks show what their notebook has, need no network, and fit the screen."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat import v4 as new
from PIL import Image, PngImagePlugin
from support.browser import CHROMIUM, needs_chromium

from mer.core.errors import BadData
from mer.study.course import slides

CHECKOUT = Path(__file__).resolve().parents[3]
NOTEBOOKS = CHECKOUT / "notebooks"
NOTES = json.loads((NOTEBOOKS / "course/slides.json").read_text("utf-8"))
SAID = {"question": "ask", "by hand": {}, "figures": {}, "found": "read", "take home": "end"}


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """All decks, of the committed run."""
    out = tmp_path_factory.mktemp("slides")
    (out / "stale.html").write_text("")
    slides.build(NOTEBOOKS, CHECKOUT / "reports/reference", out)
    return out


def notebook(*cells):
    title = new.new_markdown_cell("# A title\n\n**Question**: why?\n\nwords")
    end = new.new_markdown_cell(
        "## Take home\n\n* one\n* [two](05_a.ipynb)\n\n## Exercises\n\n1. x"
    )
    return new.new_notebook(cells=[title, *cells, end])


def made(*cells, tasks=(), told="", picture=lambda name: f"<img alt='{name}'>", **said):
    tasks = new.new_notebook(cells=[new.new_markdown_cell(text) for text in tasks])
    return slides.deck(notebook(*cells), "05", SAID | said, picture, tasks, told)


def kinds(deck):
    return [cell.metadata.slideshow.slide_type for cell in deck.cells]


def test_every_notebook_has_notes_and_a_deck(decks):
    there = {path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")}
    assert set(NOTES) == there
    assert {path.stem for path in decks.glob("*.html")} == there  # and nothing stale


@pytest.mark.parametrize("name", NOTES)
def test_what_is_chosen_is_in_the_notebook_and_has_notes(name):
    said = NOTES[name]
    assert set(said) == set(SAID) and said["by hand"] and said["figures"]
    texts = [said[part] for part in ("question", "found", "take home")]
    texts += [*said["by hand"].values(), *said["figures"].values()]
    assert all(20 < len(text) < 400 for text in texts)
    path = NOTEBOOKS / f"{name}.ipynb"
    deck = slides.deck(
        nbformat.read(path, as_version=4), name[:2], said, lambda _: "<img>", new.new_notebook()
    )
    assert sum(kind == "notes" for kind in kinds(deck)) == len(texts) - 1  # nothing was told


def test_notes_type_no_score():
    """A number would be true of one run; 95.42 % was published, 0.05 and 254 are arithmetic."""
    typed = set(re.findall(r"(?<![\w.])\d+(?:\.\d+)? ?%|(?<![\w.])0\.\d+", json.dumps(NOTES)))
    assert typed == {"95.42 %", "70 %", "0.05"}


def test_a_deck_has_question_idea_figure_and_what_to_take_home():
    deck = made(
        new.new_markdown_cell("## By hand: it\n\nwords $a$\n\n$$b = 1$$\n\n* $b$: a symbol"),
        new.new_code_cell("b = 1", metadata={"tags": ["by-hand"]}),
        new.new_markdown_cell("## A figure"),
        new.new_code_cell('run.figure(draw("other"), "one")'),
        tasks=["# Exercises", "## 05.1 Do it\n\nwords"],
        told="It is so.",
        **{"by hand": {"By hand: it": "hand"}, "figures": {"one": "look"}},
    )
    assert kinds(deck) == ["slide", "notes", "slide", "notes", "subslide", "-", "slide", "notes",
                           "slide", "notes", "slide", "notes", "slide"]  # fmt: skip
    text = [cell.source for cell in deck.cells]
    assert text[0] == "# 05 A title\n\nWhy?"
    assert "words" not in text[2] and "<math" in text[2] and "a symbol" in text[2]
    assert text[5] == "b = 1"
    assert text[6] == "## A figure\n\n<img alt='one'>" and text[7] == "look"
    assert "It is so." in text[8] and text[10] == "## Take home\n\n* one\n* two"
    assert text[12] == "## Now you\n\n* 05.1 Do it"


def test_a_figure_may_be_named_by_the_source():
    code = 'for name in run.sources:\n    run.figure(figure, f"recall-{name}")'
    deck = made(new.new_code_cell(code), figures={"recall-synthetic": "look"})
    assert "alt='recall-synthetic'" in deck.cells[2].source


def test_a_figure_that_the_run_lacks_has_no_slide():
    cell = new.new_code_cell('run.figure(figure, "one")')
    assert len(made(cell, figures={"one": "look"}, picture=lambda name: "").cells) == 4


@pytest.mark.parametrize(
    "wrong", [{"figures": {"two": "x"}}, {"by hand": {"Two": "x"}}], ids=["figure", "hand"]
)
def test_what_is_chosen_and_not_there_is_an_error(wrong):
    cell = new.new_code_cell('run.figure(two, "one")')
    with pytest.raises(BadData, match="not in the notebook: [tT]wo"):
        made(cell, **wrong)


def test_an_error_names_the_file_and_the_notebook(tmp_path):
    for folder in ("notebooks/course", "run"):
        (tmp_path / folder).mkdir(parents=True)
    nbformat.write(notebook(), tmp_path / "notebooks/05_a.ipynb")
    (tmp_path / "run/metrics.json").write_text("[]")
    (tmp_path / "run/provenance.json").write_text("{}")
    wrong = {"05_a": {**SAID, "figures": {"lost": "x"}}}
    (tmp_path / "notebooks/course/slides.json").write_text(json.dumps(wrong))
    with pytest.raises(BadData, match=r"slides\.json: 05_a: not in the notebook: lost"):
        slides.build(tmp_path / "notebooks", tmp_path / "run", tmp_path / "out")


def test_figures_come_from_the_run_with_their_words(tmp_path):
    for folder in ("notebooks/course", "run/figures"):
        (tmp_path / folder).mkdir(parents=True)
    cell = new.new_code_cell('run.figure(a, "one")\nrun.figure(b, "two")')
    nbformat.write(notebook(cell), tmp_path / "notebooks/05_a.ipynb")
    info = PngImagePlugin.PngInfo()
    info.add_text("Description", 'Two "lines" < three')
    Image.new("RGB", (40, 30)).save(tmp_path / "run/figures/05_a-one.png", pnginfo=info)
    (tmp_path / "run/metrics.json").write_text("[]")
    (tmp_path / "run/provenance.json").write_text("{}")
    said = {"05_a": {**SAID, "figures": {"one": "look", "two": "again"}}}
    (tmp_path / "notebooks/course/slides.json").write_text(json.dumps(said))
    lacking = slides.build(tmp_path / "notebooks", tmp_path / "run", tmp_path / "out")
    assert lacking == {"05_a": ["two"]}
    page = (tmp_path / "out/05_a.html").read_text("utf-8")
    (picture,) = re.findall("<img.*?>", page)
    assert (tmp_path / "out" / re.search('src="(.+?)"', picture)[1]).exists()
    assert """alt='Two "lines" &lt; three'""" in picture
    assert '<aside class="notes">' in page and "look" in page and "again" not in page


def test_a_run_that_is_not_finished_is_an_error(tmp_path):
    with pytest.raises(BadData, match="no finished run"):
        slides.build(NOTEBOOKS, tmp_path, tmp_path / "out")


def test_formulas_are_drawn_without_a_script(decks):
    page = (decks / "06_flow_cnn.html").read_text("utf-8")
    assert "<math" in page and "$" not in re.sub(r"<style>.*?</style>", "", page, flags=re.S)


def test_nothing_is_fetched_and_links_hold(decks):
    for path in decks.glob("*.html"):
        for address in re.findall(r'(?:href|src)="([^"]+)"', path.read_text("utf-8")):
            if not address.startswith(("https://", "#")):
                assert (decks / address).exists(), f"{path.name}: {address}"
        page = path.read_text("utf-8")
        loaded = re.findall(r'<(?:script|link|img|iframe)\b[^>]*"(https?:[^"]*)"', page)
        assert loaded == []


def test_reveal_comes_with_its_licence(decks):
    licence = (decks / "static/reveal-LICENSE.md").read_text("utf-8")
    assert "MIT" in licence or "Permission is hereby granted, free of charge" in licence
    assert "Hakim El Hattab" in licence


OVERFLOW = """() => [...document.querySelectorAll('section > section')].map((slide, i) => {
  Reveal.slide(...Object.values(Reveal.getIndices(slide)));
  const frame = slide.getBoundingClientRect(), scale = Reveal.getScale(), out = [];
  for (const part of slide.querySelectorAll(':scope > :not(aside), pre, img, .formula')) {
    const box = part.getBoundingClientRect();
    const low = (box.bottom - frame.top) / scale, right = (box.right - frame.left) / scale;
    if (low > 721 || right > 1281) out.push(`${i} ${part.tagName} ${low | 0} ${right | 0}`);
    if (part.matches('pre, .formula') && part.scrollWidth > part.clientWidth + 1)
      out.push(`${i} ${part.tagName} is ${part.scrollWidth} wide`);
  }
  return out;
}).flat()"""


@pytest.mark.browser
@needs_chromium
@pytest.mark.slow
def test_everything_fits_and_s_opens_the_notes(decks):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": 1280, "height": 720}, offline=True)
        page, faults = context.new_page(), {}
        page.on("pageerror", lambda error: faults.setdefault("script", []).append(str(error)))
        for path in sorted(decks.glob("*.html")):
            page.goto(path.as_uri())
            page.wait_for_function("window.Reveal && Reveal.isReady()")
            faults[path.stem] = page.evaluate(OVERFLOW)
        page.goto((decks / "05_apex_cnn.html").as_uri())
        with context.expect_page() as opened:
            page.keyboard.press("s")
        opened.value.locator(".speaker-controls-notes .value", has_text="show of hands").wait_for()
        chromium.close()
    assert {name: out for name, out in faults.items() if out} == {}
