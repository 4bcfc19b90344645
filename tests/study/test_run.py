"""Parameters are checked, artefacts are written whole or not at all, profiles are a table."""

import errno
import json
import os
import sys
import warnings
from dataclasses import replace

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pytest

from mer.core import environment, files
from mer.core.errors import MerError
from mer.core.opencv import one_opencv_thread
from mer.evaluation.records import Record
from mer.study.profiles import PROFILES, profile
from mer.study.run import Run


def test_unknown_names_list_the_known_ones(tmp_path):
    with pytest.raises(MerError, match="unknown source 'casme3'; choose one of synthetic"):
        Run("06_flow_cnn", "casme3", "quick", 0, tmp_path)
    with pytest.raises(MerError, match="unknown profile 'huge'; choose one of smoke, quick, full"):
        Run("06_flow_cnn", "synthetic", "huge", 0, tmp_path)


def test_building_a_run_changes_nothing_around_it(tmp_path):
    """Neither OpenCV's threads nor what Python warns of."""
    filters = list(warnings.filters)
    with one_opencv_thread():  # puts back what this test sets
        cv2.setNumThreads(2)
        Run("06_flow_cnn", "synthetic", "smoke", 0, tmp_path)
        assert cv2.getNumThreads() == 2
    assert warnings.filters == filters


def test_a_missing_artefact_names_the_notebook_that_writes_it(tmp_path):
    run = Run("06_flow_cnn", "synthetic", "smoke", 0, tmp_path)
    with pytest.raises(MerError, match="run notebook 03_optical_flow first"):
        run.needs("flow")


def test_records_are_completed(tmp_path):
    run = Run("06_flow_cnn", "synthetic", "smoke", 0, tmp_path)
    record = Record(model="flow", protocol="loso", metric="uf1", n=3, value=1)
    run.save_metrics([record, replace(record, source="megc2019")])
    own, others = json.loads((tmp_path / "metrics/06_flow_cnn.json").read_text())
    assert own == {
        "notebook": "06_flow_cnn",
        "source": "synthetic",
        "model": "flow",
        "protocol": "loso",
        "metric": "uf1",
        "n": 3,
        "seeds": None,
        "value": 1,
        "low": None,
        "high": None,
    }
    assert others == {**own, "source": "megc2019"}


def test_an_interrupted_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.json"
    files.write_json(path, [1])
    with pytest.raises(KeyboardInterrupt), files.atomic(path) as draft:
        draft.write_text("half of")
        raise KeyboardInterrupt
    assert json.loads(path.read_text()) == [1]
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_clear_error(tmp_path):
    full = pytest.raises(MerError, match="a.csv: cannot be written.*Make room on the disk")
    with full, files.atomic(tmp_path / "a.csv") as draft:
        draft.write_text("half of")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert not list(tmp_path.iterdir())


def test_profiles_grow():
    smoke, quick, full, paper = (profile(name) for name in PROFILES)
    assert smoke.size < quick.size < full.size == 96 < paper.size == 224
    assert smoke.strangers < quick.strangers == 100 < full.strangers
    assert full.seeds == 5 and full.small_casts >= 20 and max(full.curve_people) == 768
    assert paper.folds is None and paper.frame_step == 1 and paper.ststnet_epochs == 800


def test_a_clip_is_kept_and_shown(tmp_path):
    from PIL import Image

    run = Run("00_start_here", "synthetic", "smoke", 0, tmp_path)
    frames = [np.full((20, 30, 3), level, np.uint8) for level in (0, 120, 250)]
    shown = run.clip(frames, "grey", 50)
    kept = Image.open(tmp_path / "figures/00_start_here-grey.gif")
    assert kept.n_frames == 3 and kept.size == (30, 20) and kept.info["loop"] == 0
    assert shown.data.startswith('<img src="data:image/gif;base64,')
    assert 'alt="Clip of 3 pictures: grey"' in shown.data
    assert 'alt="&quot;a&quot;"' in run.clip(frames, "grey", 50, alt='"a"').data


@pytest.mark.parametrize("given, told", [(None, "Figure: Learning."), ("A curve", "A curve")])
def test_a_figure_is_kept_and_shown_once_with_its_text(tmp_path, monkeypatch, given, told):
    from PIL import Image

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *what, **how: shown.append((what, how)))
    figure, axes = plt.subplots()
    axes.set_title("Learning")
    run = Run("00_start_here", "synthetic", "smoke", 0, tmp_path)
    assert run.figure(figure, "curve", given) is None
    assert shown == [((figure,), {"metadata": {"image/png": {"alt": told}}})]
    assert not plt.fignum_exists(figure.number)
    with Image.open(tmp_path / "figures/00_start_here-curve.png") as kept:
        assert kept.info["Description"] == told


@pytest.fixture
def drawn():
    """A function that draws, and what it was asked to draw."""
    asked = []

    def draw(people=3):
        asked.append(people)
        return plt.subplots()[0]

    yield draw, asked
    plt.close("all")


def test_in_a_batch_run_a_figure_to_play_with_stands_still(tmp_path, monkeypatch, drawn):
    monkeypatch.setenv(environment.BATCH, "1")
    monkeypatch.setitem(sys.modules, "ipywidgets", None)  # an import of it would raise
    draw, asked = drawn
    run = Run("04_how_a_score_is_made", "synthetic", "smoke", 0, tmp_path)
    assert run.play(draw, "width", people=(1, 9)) is None
    assert asked == [3] and plt.get_fignums() == []
    assert (tmp_path / "figures/04_how_a_score_is_made-width.png").stat().st_size


def test_a_slider_draws_again(tmp_path, monkeypatch, drawn):
    ipywidgets = pytest.importorskip("ipywidgets")
    monkeypatch.delenv(environment.BATCH, raising=False)
    made = []
    monkeypatch.setattr(
        ipywidgets, "interact", lambda *a, **k: made.append(ipywidgets.interactive(*a, **k))
    )
    draw, asked = drawn
    run = Run("04_how_a_score_is_made", "synthetic", "smoke", 0, tmp_path)
    assert run.play(draw, "width", people=(1, 9)) is None
    (slider,) = [one for one in made[0].children if hasattr(one, "max")]
    assert (slider.value, slider.min, slider.max) == (3, 1, 9)
    slider.value = 5
    assert asked[-1] == 5
    assert plt.get_fignums() == []  # shown once, and no figure left over
    assert not (tmp_path / "figures").exists()
