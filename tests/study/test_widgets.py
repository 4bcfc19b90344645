"""What a reader plays with, in a real browser: every widget of the notebooks.

Each cell is the notebook's own; what stands before it here makes up, in a moment, what the cells
above it take minutes for. All of them are in one notebook under JupyterLab.
"""

from pathlib import Path

import nbformat
import pytest
from support import browser

pytestmark = [browser.needs_chromium, pytest.mark.browser, pytest.mark.slow(90)]
NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
FIRST = """from types import SimpleNamespace
import numpy as np
import pandas as pd
from support import factories
from mer import Run
from mer.evaluation import calibration, metrics
from mer.experiments import (
    action_unit_mixer, apex_by_eye, flow_threshold, guessing, illumination, leakage, lights,
    made_up_studies, mixing, score_figures,
)
from mer.preprocessing import apex, contrast, flow
real, seed = Run("04_how_a_score_is_made", "synthetic", "smoke", 0, "run"), 0
run = SimpleNamespace(play=real.play, profile=real.profile, quiet=real.quiet)
wave = 128 + 90 * np.sin(np.arange(64) / 5)
onset = np.repeat(np.tile(wave, (64, 1))[..., None], 3, axis=2).astype(np.uint8)"""
# By cell: what has to be there before it.
BEFORE = {
    "02-22b": """from mer.datasets import Sequence
from mer.preprocessing.faces import Box
run.source = SimpleNamespace(frame=lambda s, number: np.full((40, 40, 3), 4 * number, np.uint8))
coded = [Sequence("s", "sub01", name, "joy", 10, 30, 50) for name in ("one", "two")]
curves = dict.fromkeys(apex.SPOTTERS, np.array([0, 1, 3, 2, 0.0]))
read = apex.Reading(np.arange(10, 51, 10), curves, "mouth", Box(0, 0, 40))
readings, answers = {one.key: read for one in coded}, dict.fromkeys(apex.SPOTTERS, [30, 30])
answers["midpoint"], apexes = [30, 30], {"truth": [30, 40]}
knows_truth, worst = True, coded[0]""",
    "03-12a": """moved = np.roll(onset, 1, axis=1)
fields = {"truth": np.dstack([np.ones((64, 64)), np.zeros((64, 64))]).astype(np.float32)}
knows_truth, M, onset_of_all = True, np.ones((64, 64), bool), onset
apex_module, apex = apex, moved""",
    "04-34": """names = [f"person {i}" for i in range(12)]
times = np.random.default_rng(0).multinomial(12, np.full(12, 1 / 12), size=1000)
drawn, uar = list(times[:, 0] / 12), factories.record(0.5, 0.2, 0.8, "uar")""",
    "07-23a": """motion, apex, learned = (
    calibration.tempered(factories.table(factories.TRUTH, name), 3)
    for name in ("flow", "apex", "learned")
)
inner, share = {"apex": apex, "flow": motion}, pd.Series([0.5])
heat = {kind: pd.Series([1.0]) for kind in inner}""",
    "08-09a": "shown = onset",
    "10-a6d876": """some = factories.table(factories.TRUTH, "ensemble")
other = factories.table(factories.TRUTH[::-1], "ensemble")
by_epoch = pd.concat([other.assign(epoch=1), some.assign(epoch=2)], ignore_index=True)
train = by_epoch.assign(split="train", name=by_epoch.name + " again")
tables = {"ensemble": {
    "grouped": by_epoch.assign(protocol="grouped-5"),
    "random": pd.concat([by_epoch, train]).assign(protocol="random-80-20"),
}}""",
    "11-07g": 'mixer = action_unit_mixer.Mixer(0, "sub02")',
    "07-40b": """examination = SimpleNamespace(of_run=lambda run: None)
guessing.crops = lambda run, exam, chosen: [(onset, moved)] * len(chosen)
run.source.classes = factories.CLASSES""",
}
FIGURE = ".jp-OutputArea img"


def cell(name):
    """A cell of the notebooks."""
    (path,) = NOTEBOOKS.glob(f"{name[:2]}_*.ipynb")
    return next(c for c in nbformat.read(path, as_version=4).cells if c.id == name)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """All widgets under JupyterLab, in a visitor's browser."""
    folder = tmp_path_factory.mktemp("widgets")
    codes = [FIRST, *(code for name, before in BEFORE.items() for code in (before, cell(name)))]
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(getattr(code, "source", code)) for code in codes]
    )
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(made, folder / "widgets.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("MER_BATCH", "MPLBACKEND"):  # a batch run has one, these tests the other
            patch.delenv(name, raising=False)
        with (
            browser.serving("lab", folder / "widgets.ipynb", folder / "log") as address,
            browser.browser("") as started,
            browser.visitor(started) as context,
        ):
            yield browser.opened(context, "lab", address, ("text=Pair 1 of 20",))


PLAYED = [name for name in BEFORE if name != "07-40b"]


def widget(page, name):
    """The controls and the figure that a cell shows."""
    return page.locator(".widget-interact").nth(PLAYED.index(name))


def drawn_again(page, name, before):
    """Wait until a cell shows one figure, and another one."""
    page.wait_for_function(
        "([number, figure, before]) => { const shown = document.querySelectorAll("
        "'.widget-interact')[number].querySelectorAll(figure);"
        " return shown.length === 1 && shown[0].src !== before; }",
        arg=[PLAYED.index(name), FIGURE, before],
        timeout=60_000,
    )


def test_every_widget_of_the_notebooks_is_here():
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    cells = [c for path in paths for c in nbformat.read(path, as_version=4).cells]
    live = {c.id for c in cells if "run.play(" in c.source or "guessing.game(" in c.source}
    assert live - {"04-41", "04-51"} == set(BEFORE)  # two more sliders of 04


@pytest.mark.parametrize("name", PLAYED)
def test_a_control_that_is_moved_draws_the_figure_again(page, name):
    shown = widget(page, name)
    before = shown.locator(FIGURE).get_attribute("src")
    assert before.startswith("data:image/png")
    if shown.locator("input[type=checkbox]").count():
        shown.locator("input[type=checkbox]").last.press("Space")
    else:
        shown.locator(".noUi-handle").first.press("ArrowRight")
    drawn_again(page, name, before)


def test_twenty_pairs_are_guessed_and_the_reader_is_told(page):
    happiness = page.get_by_role("button", name="happiness")
    for number in range(1, 21):
        page.get_by_text(f"Pair {number} of 20").wait_for()
        assert page.locator(f"img[alt^='Pair {number}:']").count() == 1
        happiness.press("Enter")
    page.get_by_text("reader: UAR 0.33").wait_for()
    page.get_by_text("flow is better than reader").wait_for()
    assert happiness.is_disabled()
