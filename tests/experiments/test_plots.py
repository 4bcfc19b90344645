"""Every figure draws what it is given (the pictures themselves are looked at in the report)."""

from dataclasses import replace

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from support.factories import record, score_table

from mer import plots


@pytest.fixture(autouse=True)
def closed():
    plots.style()
    yield
    plt.close("all")


def test_a_sheet_has_one_panel_a_picture_and_hides_the_rest():
    figure = plots.faces([np.zeros((34, 28, 3), np.uint8)] * 4, list("abcd"), columns=3)
    assert [bool(axis.images) for axis in figure.axes] == [True] * 4 + [False] * 2


def test_forest_draws_one_dot_and_one_interval_a_record():
    records = [record(v, v - 0.1, v + 0.1, "uar", m) for m, v in (("apex", 0.3), ("flow", 0.7))]
    axis = plots.forest([*records, replace(records[0], metric="uf1")], "uar", 0.2).axes[0]
    assert axis.get_xlabel() == "UAR (95 % interval)" and len(axis.lines) == 2 * 2 + 1
    dots = [line.get_xdata()[0] for line in axis.lines if line.get_marker() == "o"]
    assert dots == [0.3, 0.7]
    assert [t.get_text() for t in axis.get_yticklabels()] == ["apex, loso", "flow, loso"]


def test_confusions_are_annotated_with_counts():
    from mer.evaluation import metrics

    matrix = metrics.confusion(score_table(np.array([0, 0, 1]), np.array([0, 1, 1]), list("aab")))
    texts = [t.get_text() for t in plots.confusions({"m": matrix}).axes[0].texts]
    assert texts[:2] == ["1", "1"] and len(texts) == 9


def test_flow_row_has_a_key_for_its_colours():
    field = np.dstack([np.full((20, 20), 2.0), np.zeros((20, 20))]).astype(np.float32)
    figure = plots.flow_row(*[np.zeros((20, 20, 3), np.uint8)] * 2, {"truth": field})
    assert figure.axes[-1].get_title() == "radius = 2.0 px"
    assert {t.get_text() for t in figure.axes[-1].texts} == {"up", "down", "left", "right"}
    figure = plots.flow_row(None, None, {"published": field}, unit="of the range")
    assert figure.axes[-1].get_title() == "radius = 2.0 of the range"


def test_strain_has_one_scale_for_all():
    fields = {name: np.full((9, 9, 3), value) for name, value in (("joy", 0.1), ("rest", 0.0))}
    *pictures, scale = plots.strain_row(fields).axes
    assert [axis.images[0].get_clim() for axis in pictures] == [(0, pytest.approx(0.1))] * 2
    assert "pixels a pixel" in scale.get_ylabel()


def test_counts_and_dots_take_any_class():
    counts = pd.DataFrame({"disgust": [3, 0], "sadness": [1, 2]}, index=["sub01", "sub02"])
    assert plots.class_counts(counts).axes[1].get_xticklabels()[1].get_text() == "sadness"
    lasting = pd.DataFrame({"emotion": ["disgust", "sadness"], "milliseconds": [300, 400]})
    axis = plots.by_emotion(lasting, "milliseconds", "ms", "title", 500, "limit").axes[0]
    assert [text.get_text() for text in axis.texts] == ["limit"]
    assert [text.get_text() for text in axis.get_yticklabels()] == ["disgust", "sadness"]


def test_a_motion_sheet_has_a_magnified_row_where_asked():
    face, motion = np.zeros((34, 28, 3), np.uint8), np.ones((34, 28, 2), np.float32)
    columns = [("disgust", face, face, motion)] * 2
    assert len(plots.motion_sheet(columns).axes) == 6 + 1  # and the key to the colours
    figure = plots.motion_sheet(columns, factor=5, title="disgust")
    assert len(figure.axes) == 8 + 1
    assert "motion × 5" in [axis.get_ylabel() for axis in figure.axes]


def test_a_performance_names_the_actions_that_matter_and_the_marked_frames():
    intensities = np.array([[0, 0], [1, 0.1], [0.2, 0]])
    axis = plots.performance([1, 2, 3], ("up", "down"), intensities, {"apex": 2}).axes[0]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["up"]
    assert axis.texts[0].get_text() == "apex"
