import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from mer.core.style import SURE, UNSURE
from mer.evaluation import metrics, protocols, scores
from mer.experiments import score_figures


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_each_fold_marks_the_sequences_of_its_person():
    subjects = np.array(["ben", "ann", "ben", "cleo"])
    figure = score_figures.folds(protocols.leave_one_subject_out(subjects), subjects)
    bars = [(round(b.get_y() + b.get_height() / 2), b.get_x()) for b in figure.axes[0].patches]
    assert sorted(bars) == [(0, 0), (1, 1), (1, 2), (2, 3)]  # in order of person: ann ben ben cleo


@pytest.mark.parametrize("clicks, band", [(3, False), (60, True)])
def test_a_draw_shows_who_is_in_it_and_what_came_out(clicks, band):
    times = metrics.bootstrap_weights(3, 100)
    values = np.linspace(0, 1, 100)
    record = metrics.evaluate(scores.example())[2]
    figure = score_figures.resample(["ann", "ben", "cleo"], times, values, clicks, record)
    left, right = figure.axes
    assert [bar.get_height() for bar in left.patches] == times[clicks - 1].tolist()
    lines = [line.get_xdata()[0] for line in right.lines]
    assert lines == [record.value, values[clicks - 1]]
    named = [text.get_text() for text in figure.legends[0].get_texts()]
    assert ("the middle 95 %" in named) is band


def test_an_interval_without_the_truth_is_red():
    edges = {"people drawn": np.array([[0.1, 0.6, 0.2], [0.9, 0.9, 0.4]])}
    figure = score_figures.coverage(0.5, edges | {"sequences drawn": edges["people drawn"]})
    (lines,) = figure.axes[0].collections
    assert [to_hex(colour) for colour in lines.get_colors()] == [UNSURE, SURE, SURE]
    assert "the truth is in 33% of 3" in figure.axes[0].get_title()


def test_the_width_is_that_of_the_resamples():
    samples = np.linspace(0.4, 0.6, 1000)
    figure = score_figures.width(24, samples, [6, 24], [0.4, 0.19])
    assert figure.axes[0].get_title() == "24 people: [0.41, 0.59]"
    assert figure.axes[1].lines[-1].get_ydata()[0] == pytest.approx(0.19)


@pytest.mark.parametrize("wrong, colour", [([0, 1, 2, 3, 4], SURE), ([], UNSURE)])
def test_a_difference_that_is_told_has_its_own_colour(wrong, colour):
    one, two = scores.example("a"), scores.example("b", wrong=wrong)
    difference = metrics.paired_difference(one, two)[0]
    scored = [metrics.evaluate(table)[0] for table in (one, two)]
    figure = score_figures.pair(*scored, difference)
    top, below = figure.axes
    assert [text.get_text() for text in top.get_yticklabels()] == ["a", "b"]
    assert below.lines[0].get_color() == colour


def test_the_asked_number_of_comparisons_is_marked():
    alone, joint = np.linspace(0.05, 0.6, 20), np.full(20, 0.04)
    figure = score_figures.comparisons(10, alone, joint)
    marks = [
        line.get_xydata()[0].tolist() for line in figure.axes[0].lines if len(line.get_xdata()) == 1
    ]
    assert marks == [[10, alone[9]], [10, 0.04]]
    assert figure.axes[0].get_title() == "10 comparisons"


def test_seeds_stand_above_what_is_drawn_again():
    record = metrics.evaluate(scores.example(wrong=[1]))[2]
    figure = score_figures.seeds(np.array([0.7, 0.8]), {"both drawn": record})
    axis = figure.axes[0]
    assert [text.get_text() for text in axis.get_yticklabels()] == ["each seed alone", "both drawn"]
    assert axis.lines[0].get_xdata().tolist() == [0.7, 0.8]
