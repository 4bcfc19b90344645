"""The book in Chromium: on a phone, in the dark, by the keyboard, and without a network."""

import base64
import io

import pytest
from nbformat import v4 as new
from PIL import Image
from support.browser import CHROMIUM, needs_chromium
from support.study_pages import made_book

pytestmark = [pytest.mark.browser, needs_chromium]

# The least ratio of text to what is behind it, over all words that are seen (WCAG 2, 1.4.3).
CONTRAST = """() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const over = (top, below) => { const a = top[3] ?? 1;
    return top.slice(0, 3).map((c, i) => a * c + (1 - a) * below[i]); };
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if ((colour[3] ?? 1) > 0) layers.push(colour);
      if ((colour[3] ?? 1) === 1) break;
    }
    return layers.reduceRight((below, top) => over(top, below), [255, 255, 255]);
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let worst = [99, ""];
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility({ opacityProperty: true })) continue;
    if (element.closest("script, style, svg, noscript")) continue;
    const ground = behind(element), style = getComputedStyle(element);
    const [a, b] = [light(over(channels(style.color), ground)), light(ground)];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst[0]) worst = [ratio, `${node.data.trim().slice(0, 40)}: ${style.color} `
      + `on ${ground} in ${element.className || element.tagName}`];
  }
  return worst;
}"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The folder of a book whose one notebook has all that could be too wide or too pale."""
    out = io.BytesIO()
    Image.new("RGB", (1600, 300), "white").save(out, "PNG")
    picture = {"image/png": base64.b64encode(out.getvalue()).decode()}
    row = "".join(f"<td>a long word {i}</td>" for i in range(20))
    outputs = [
        new.new_output("stream", text="a_word_without_any_space_" * 20),
        new.new_output("display_data", picture, metadata={"image/png": {"alt": "A strip"}}),
        new.new_output("display_data", {"text/html": f"<table><tr>{row}</tr></table>"}),
    ]
    code = "# why\n" + 'text = f"a {long:.2f} line" + ' + " + ".join(["function(1)"] * 30)
    cells = [
        new.new_code_cell("seed = 7", metadata={"tags": ["injected-parameters"]}),
        new.new_markdown_cell(r"## A formula" + "\n\n" + r"$$\frac{a}{b} = " + "x + " * 60 + "1$$"),
        new.new_code_cell(code, outputs=outputs),
    ]
    folder = tmp_path_factory.mktemp("run")
    made_book(folder, cells=cells)
    return folder / "html"


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(book, chromium):
    """Opens a page of the book; whatever it asks the network for is an error at the end."""
    asked, contexts = [], []

    def open_page(name, width=1280, dark=False):
        scheme = "dark" if dark else "light"
        contexts.append(
            chromium.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True
            )
        )
        page = contexts[-1].new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: asked.append(str(error)))
        page.goto((book / f"{name}.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not [what for what in asked if not what.startswith(("file:", "data:"))]


@pytest.mark.parametrize("name", ["index", "numbers", "00_first", "search"])
def test_nothing_is_wider_than_a_phone(opened, name):
    page = opened(name, width=390)
    if page.locator(".code-switch").count():
        page.locator(".code-switch").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["index", "numbers", "00_first"])
def test_words_stand_out_from_what_is_behind_them(opened, name, dark):
    page = opened(name, dark=dark)
    if page.locator(".code-switch").count():
        page.locator(".code-switch").click()
        page.wait_for_timeout(500)  # what unfolds fades in
    ratio, where = page.evaluate(CONTRAST)
    assert ratio >= 4.5, where


def test_code_is_folded_and_shown_by_the_keyboard(opened):
    page = opened("00_first")
    code = page.locator("article .highlight", has_text="function")
    assert not code.is_visible()
    assert page.locator("article .highlight", has_text="seed = 7").is_visible()
    reach(page, ".code-switch")
    page.keyboard.press("Enter")
    assert code.is_visible()
    assert page.locator(".code-switch").text_content() == "Show only results"
    page.keyboard.press("Enter")
    assert not code.is_visible()


@pytest.mark.parametrize("drawer", ["__navigation", "__toc"])
def test_the_drawers_of_a_phone_open_by_the_keyboard(opened, drawer):
    page = opened("00_first", width=390)
    reach(page, f"#{drawer}")
    page.keyboard.press("Space")
    assert page.locator(f"#{drawer}").is_checked()


def test_a_drawn_figure_is_turned_over_in_the_dark_only(opened):
    look = "getComputedStyle(document.querySelector('article img.drawn')).filter"
    assert "invert" in opened("00_first", dark=True).evaluate(look)
    assert opened("00_first").evaluate(look) == "none"


def test_the_page_has_its_contents_and_draws_its_formula(opened):
    page = opened("00_first", width=1440)
    assert page.locator(".toc-tree a", has_text="A formula").is_visible()
    assert page.locator("math mfrac").is_visible()


def reach(page, selector):
    """Press Tab until `selector` has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    pytest.fail(f"{selector} cannot be reached by the keyboard")
