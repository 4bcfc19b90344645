"""What a figure says to somebody who does not see it."""

import numpy as np
from matplotlib.figure import Figure

from mer.study.alt import described


def panels(count, **options):
    figure = Figure()
    return figure, np.atleast_1d(figure.subplots(1, count, **options))


def test_a_chart_tells_title_axes_and_legend():
    figure, (axes,) = panels(1)
    axes.plot([1, 2], label="flow")
    axes.plot([2, 1], label="apex")
    axes.set(title="Learning", xlabel="epoch", ylabel="loss")
    axes.legend()
    assert described(figure) == "Figure: Learning. loss by epoch: flow, apex."


def test_rows_of_words_are_told_and_numbers_are_not():
    figure, (axes,) = panels(1)
    axes.plot([0.1, 0.2], [0, 1], "o")
    axes.set_yticks([0, 1], ["plain", "CBAM"])
    axes.set_xlabel("UAR")
    assert described(figure) == "Figure. UAR: plain, CBAM."


def test_panels_are_told_one_by_one():
    figure, (left, right) = panels(2)
    figure.suptitle("Onset\nand apex")
    for axes, name in ((left, "onset"), (right, "apex")):
        axes.imshow(np.zeros((2, 2)))
        axes.set(title=name)
        axes.axis("off")
    assert described(figure) == "Figure of 2 panels: Onset and apex. onset. apex."


def test_words_below_pictures_are_told():
    figure, axes = panels(2)
    for one, name in zip(axes, ("onset", "apex: disgust")):
        one.imshow(np.zeros((2, 2)))
        one.axis("off")
        one.text(0, 0, name)
    assert described(figure) == "Figure of 2 panels. onset. apex: disgust."


def test_an_empty_panel_is_not_told():
    figure, (left, _) = panels(2)
    left.plot([1, 2])
    left.set_title("one")
    assert described(figure) == "Figure: one."


def test_a_sheet_of_many_pictures_stays_short():
    figure, axes = panels(40)
    for i, one in enumerate(axes):
        one.imshow(np.zeros((2, 2)))
        one.set_title(f"a rather long name of person {i}")
    text = described(figure)
    assert text.startswith("Figure of 40 panels. a rather long name of person 0. ")
    assert len(text) <= 400 and text.endswith("…")


def test_without_any_word_it_is_still_a_figure():
    assert described(Figure()) == "Figure."
