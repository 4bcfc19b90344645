"""A figure to play with, in a real browser: `Run.play` under JupyterLab."""

import pytest
from support import browser

pytestmark = [browser.needs_chromium, pytest.mark.browser, pytest.mark.slow(60)]
CODE = """import matplotlib.pyplot as plt
from mer import Run

def draw(clicks=6):
    figure, axis = plt.subplots(figsize=(2, 2))
    axis.set_title(f"{clicks} clicks")
    return figure

Run("04_how_a_score_is_made", "synthetic", "smoke", 0, "run").play(draw, "x", clicks=(1, 9))"""
FIGURE = ".jp-OutputArea img"


def test_a_key_on_the_slider_draws_the_figure_again(tmp_path, monkeypatch):
    for name in ("MER_BATCH", "MPLBACKEND"):  # a batch run has one, these tests the other
        monkeypatch.delenv(name, raising=False)
    path = browser.notebook(tmp_path / "play.ipynb", CODE)
    with browser.serving("lab", path, tmp_path / "log") as address:
        with browser.browser("") as started, browser.visitor(started) as context:
            page = browser.opened(context, "lab", address, (".widget-slider", FIGURE))
            assert page.locator(".widget-readout").inner_text() == "6"
            before = page.locator(FIGURE).get_attribute("src")
            page.locator(".widget-slider .noUi-handle").press("ArrowRight")
            page.wait_for_function(
                "([figure, before]) => { const now = document.querySelectorAll(figure);"
                " return now.length === 1 && now[0].src !== before; }",
                arg=[FIGURE, before],
            )
            assert page.locator(".widget-readout").inner_text() == "7"
    assert not (tmp_path / "run").exists()  # only a batch run keeps figures
