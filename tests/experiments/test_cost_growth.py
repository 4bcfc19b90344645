"""How cost grows: what is measured, and the slope that is read from it."""

import matplotlib.pyplot as plt
import pytest
from support.factories import record

from mer.core.errors import MerError
from mer.experiments import cost_growth


def seconds(power=1.0, grows="people", amounts=(1, 2, 4)):
    return [
        record(0.1 * k**power, None, None, "seconds", f"{step}, {k}", protocol=grows)
        for step in cost_growth.STEPS
        for k in amounts
    ]


def test_only_one_thing_grows_at_a_time():
    pieces = cost_growth.grid((1, 2, 4))
    for grows, works in pieces.items():
        for name in ("people", "sequences", "side"):
            values = [getattr(work, name) for work in works]
            assert len(set(values)) == (3 if name == grows else 1)
            assert values == sorted(values)


def test_one_amount_does_not_grow():
    with pytest.raises(MerError, match="two amounts or more"):
        cost_growth.grid((1,))


@pytest.mark.parametrize("power, times", [(0, 1), (1, 2), (2, 4)])
def test_what_twice_as_much_costs_is_the_slope_of_the_line(power, times):
    assert cost_growth.doubled(seconds(power), "people", "flow") == pytest.approx(times)


def test_the_sentences_name_what_grows_and_leave_out_what_was_not_measured():
    pixels = [r for r in seconds(2, "side", (56, 112)) if not r.model.startswith("rendering")]
    first, second, last = cost_growth.sentences(seconds() + pixels).split("\n")
    assert first == (
        "Twice the people: rendering 2.0 times, flow 2.0 times, training 2.0 times, "
        "examination 2.0 times as long."
    )
    assert second.startswith("Twice the side: flow 4.0 times")
    assert "rendering 50 ms" in last  # two pairs of one person took 0.1 s


def test_the_figure_shows_each_step_where_it_was_measured():
    found = seconds() + seconds(0.5, "sequences")
    found += [r for r in seconds(2, "side", (56, 112)) if not r.model.startswith("rendering")]
    figure = cost_growth.plot(found)
    assert [len(axis.lines) for axis in figure.axes] == [4, 4, 4]
    assert [len(axis.lines[0].get_xdata()) for axis in figure.axes] == [3, 3, 0]
    plt.close(figure)


@pytest.mark.slow(20)
def test_every_step_is_done_and_timed():
    found = cost_growth.timings((1, 2))
    assert {(r.protocol, r.model.split(", ")[0]) for r in found} == {
        (grows, step)
        for grows in ("people", "sequences", "side")
        for step in cost_growth.STEPS
        if (grows, step) != ("side", "rendering")
    }
    assert all(r.metric == "seconds" and r.value > 0 for r in found)
    people = cost_growth.line(found, "people", "rendering")
    assert list(people) == [1, 2] and people[2] > people[1]
