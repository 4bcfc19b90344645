"""The map of what needs what, drawn from the plan."""

import matplotlib

matplotlib.use("Agg")

import pytest
from matplotlib.colors import to_rgb

from mer.core.style import INK
from mer.study import reading_map
from mer.study.plan import NOTEBOOKS, Notebook

SMALL = (
    Notebook("00_alone", sources=("a", "b")),
    Notebook("01_first", sources=("a",)),
    Notebook("02_second", ("01_first",), sources=("a", "b")),
    Notebook("03_third", ("01_first", "02_second"), sources=("a",)),
)


def test_what_is_implied_is_not_said_again():
    assert reading_map.needed(SMALL)["03_third"] == {"02_second"}
    assert reading_map.needed(SMALL)["02_second"] == {"01_first"}


def test_a_notebook_stands_to_the_right_of_what_it_needs():
    at = reading_map.places()
    assert set(at) == {one.name for one in NOTEBOOKS} and len(set(at.values())) == len(at)
    for one in NOTEBOOKS:
        assert all(at[need][0] < at[one.name][0] for need in one.needs)
    assert reading_map.places(SMALL)["01_first"] == (0, 0)  # needed: above 00, which nobody needs


@pytest.mark.parametrize("source, dark", [("a", 4), ("b", 2)])
def test_what_does_not_apply_is_grey(source, dark):
    axis = reading_map.plot(source, SMALL).axes[0]
    boxes = [text for text in axis.texts if text.get_text()]
    assert len(boxes) == len(SMALL)
    assert sum(to_rgb(text.get_color()) == to_rgb(INK) for text in boxes) == dark
    assert len(axis.texts) - len(boxes) == 2  # arrows
