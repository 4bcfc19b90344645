"""Published results beside ours: what is comparable, and who chose the epoch how."""

import numpy as np
import pytest

from mer.experiments import published_results

TWO = {"pooled": 0.77, "smic": 0.66, "casme2": 0.87}
THREE = {"pooled": 0.75, "smic": 0.7, "casme2": 0.9, "samm": 0.6}


def test_every_published_row_says_who_chose_and_where_that_was_read():
    table = published_results.beside({})
    assert set(table[published_results.CHOSEN]) == {"yes", "no", "unknown"}
    assert table["read in"].str.len().gt(0).all() and table["all"].between(0.5, 1).all()


def test_our_rows_are_filled_only_where_they_are_comparable():
    table = published_results.beside({"two": (TWO, False), "three": (THREE, True)})
    two, three = table.iloc[-2], table.iloc[-1]
    assert two.method == "this study: two" and two[published_results.CHOSEN] == "no"
    assert np.isnan(two["all"]) and two.casme2 == 0.87 and np.isnan(two.samm)
    assert three["all"] == 0.75 and three[published_results.CHOSEN] == "yes"


@pytest.mark.parametrize("chosen, uf1", [("no", 0.753), ("yes", 0.898)])
def test_the_best_published_row_is_not_ours(chosen, uf1):
    ours = {"ours": (dict.fromkeys(THREE, 0.99), chosen == "yes")}
    assert published_results.best(published_results.beside(ours), chosen)["all"] == uf1


def test_the_picture_marks_honest_rows_and_ours():
    table = published_results.beside({"three": (THREE, False), "leaking": (THREE, True)})
    axes = published_results.plot(table).axes
    assert [axis.get_title() for axis in axes] == ["all", *published_results.DATABASES]
    assert [text.get_text() for text in axes[0].get_yticklabels()] == list(table.method)
    for axis in axes:
        dots = [line for line in axis.lines if len(line.get_xdata())]
        assert [line.get_ydata()[0] for line in dots] == list(range(len(table)))
        honest, leaking = dots[-2:]
        assert leaking.get_markerfacecolor() == "white" != honest.get_markerfacecolor()
