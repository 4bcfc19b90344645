"""Errors of spotters, what they save, and their figures."""

from dataclasses import replace

import numpy as np
import pytest

from mer.core.errors import BadData
from mer.experiments import apex_errors
from mer.preprocessing.apex import SPOTTERS, Reading
from mer.preprocessing.faces import Box

PEOPLE = np.repeat([f"s{i}" for i in range(10)], 3)
APEXES = np.arange(30) + 50
ANSWERS = {
    "midpoint": APEXES + 10 * np.tile([1, -1, 1], 10),
    "good": APEXES + 2,
    "bad": APEXES - 12,
}


def found(kind="truth"):
    return apex_errors.records(ANSWERS, APEXES, PEOPLE, kind, 200)


def pick(metric, model):
    return next(r for r in found() if (r.metric, r.model) == (metric, model))


def test_errors_hits_and_savings_are_counted():
    assert pick("mae_frames", "good").value == 2
    assert pick("hit_rate", "good").value == 1
    assert pick("hit_rate", "bad").value == 0
    assert pick("mae_difference", "good - midpoint").value == -8
    saved = pick("mae_saved", "good - midpoint")
    assert saved.value == pytest.approx(0.8) and saved.low <= 0.8 <= saved.high
    assert pick("mae_saved", "bad - midpoint").sign < 0


@pytest.mark.filterwarnings("error")
def test_people_whose_midpoint_is_right_can_save_nothing():
    """Some resamples hold only them: these say nothing about a share, and break nothing."""
    answers = {"midpoint": APEXES + (PEOPLE == "s0"), "good": APEXES}
    records = apex_errors.records(answers, APEXES, PEOPLE, "truth", 200)
    saved = next(r for r in records if r.metric == "mae_saved")
    assert (saved.value, saved.low, saved.high) == (1, 1, 1)


def test_the_sentence_names_the_nearest():
    words = apex_errors.sentence(found(), "truth")
    assert (
        "'good': 2.0 [2.0, 2.0] frames off" in words and "80%" in words and "not told" not in words
    )


def flipped(record):
    """The same difference the other way round."""
    if not record.is_difference and record.metric != "mae_saved":
        return record
    return replace(record, value=-record.value, low=-record.high, high=-record.low)


def test_the_sentence_turns_with_the_sign():
    some = [r for r in found() if not r.model.startswith("bad")]
    wide = [replace(r, low=-1.0, high=1.0) if r.metric == "mae_saved" else r for r in some]
    said = [apex_errors.sentence(one, "truth") for one in (some, list(map(flipped, some)), wide)]
    for text, word in zip(said, ("] less than", "] more than", "not told")):
        assert [word in other for other in said].count(True) == 1 and word in text


def test_a_baseline_that_is_always_right_leaves_nothing_to_save():
    answers = {"midpoint": APEXES, "good": APEXES + 1}
    some = apex_errors.records(answers, APEXES, PEOPLE, "truth", 100)
    assert "there is nothing to save." in apex_errors.sentence(some, "truth")


def test_a_spotter_has_one_colour_in_all_figures():
    few, more = apex_errors.colours(SPOTTERS), apex_errors.colours(["midpoint", *SPOTTERS, "new"])
    assert all(few[name] == more[name] for name in SPOTTERS)
    assert len(set(more.values())) == len(more) == len(SPOTTERS) + 2


def test_the_summary_has_a_row_a_spotter_and_a_block_a_kind_of_apex():
    wide = apex_errors.summary(found() + found("annotation"))
    assert list(wide.index) == list(ANSWERS)
    assert set(wide.columns.get_level_values(0)) == {"truth", "annotation"}
    assert wide.loc["good", ("truth", "within 4 frames")].startswith("100%")


def test_answers_without_the_baseline_are_refused():
    with pytest.raises(BadData, match="midpoint"):
        apex_errors.records({"good": APEXES}, APEXES, PEOPLE, "truth")


def test_the_figures_show_every_spotter_and_mark():
    figure = apex_errors.plot_errors(found() + found("annotation"), ANSWERS, APEXES, "truth")
    left, right = figure.axes
    assert [t.get_text() for t in left.get_yticklabels()] == list(ANSWERS)
    assert len(right.lines) == len(ANSWERS)
    one = Reading(np.arange(5), dict.fromkeys(SPOTTERS, np.arange(5.0)), "mouth", Box(0, 0, 9))
    figure = apex_errors.plot_readings({"a": one, "b": one}, {"a": {"apex": 3}, "b": {"apex": 2}})
    assert len(figure.axes) == 2
    assert len(figure.axes[0].lines) == len(SPOTTERS) + 1
