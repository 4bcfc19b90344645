"""An ablation: every setting on the same folds, held against the first, and in one sentence."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.factories import TRUTH, difference, table

from mer.core.errors import MerError
from mer.evaluation import protocols
from mer.experiments import ablation
from mer.learning.training import Recipe

PLAIN = Recipe("compact", "plain", epochs=2)


def trained(right, model):
    """All training rows right, and test rows as `right` says."""
    guess = np.where(right, TRUTH, (TRUTH + 1) % 3)
    return pd.concat([table(TRUTH, model, "train"), table(guess, model)], ignore_index=True)


def test_every_setting_meets_the_same_folds_and_is_not_trained_twice(
    motions, tmp_path, monkeypatch
):
    folds = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    halved = replace(motions, x=motions.x / 2)
    settings = [
        ablation.Setting(PLAIN, motions),
        ablation.Setting(replace(PLAIN, label="halved"), halved),
    ]
    tables = ablation.run(settings, folds, [0], tmp_path, quiet=True)
    assert list(tables) == ["plain", "halved"]
    assert all(len(one) == len(motions.labels) for one in tables.values())
    assert len(list(tmp_path.glob("*.csv"))) == 4
    monkeypatch.setattr("mer.core.parallel.pool", None)  # any training would now fail
    again = ablation.run(settings, folds, [0], tmp_path, quiet=True)
    pd.testing.assert_frame_equal(again["halved"], tables["halved"])


def test_a_setting_may_have_folds_of_its_own(motions, tmp_path):
    folds = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    tables = ablation.run([ablation.Setting(PLAIN, motions, folds[:1])], folds, [0], tmp_path, True)
    assert set(tables["plain"].fold) == {"0"}


def test_two_settings_of_one_name_are_refused(motions, tmp_path):
    with pytest.raises(MerError, match="same name.*plain"):
        ablation.run([ablation.Setting(PLAIN, motions)] * 2, [], [0], tmp_path)


def test_the_sentence_names_what_can_be_told_apart():
    bad = np.where(np.arange(40) % 2, TRUTH, (TRUTH + 1) % 3)
    tables = {
        name: table(guess, name) for name, guess in (("all", TRUTH), ("same", TRUTH), ("half", bad))
    }
    found = ablation.records(tables, 300)
    words = ablation.sentence(found)
    assert words.startswith("Different from all: half (UAR -0.500 [")
    assert "the other one cannot be told" in words
    same = ablation.records({name: tables[name] for name in ("all", "same")}, 300)
    nothing = ablation.sentence(same)
    assert "No setting can be told from all" in nothing
    assert nothing.endswith("what could have been told is not known.")
    with pytest.raises(MerError, match="at least two"):
        ablation.sentence(ablation.records({"all": tables["all"]}, 300))


def test_more_comparisons_make_every_interval_wider():
    some = np.where(np.arange(40) % 3, TRUTH, (TRUTH + 1) % 3)
    tables = {name: table(guess, name) for name, guess in (("all", TRUTH), ("some", some))}
    widths = [
        next(r for r in ablation.records(tables, 999, n) if r.metric == "uar_difference").reach
        for n in (None, 1, 20)
    ]
    assert widths[0] == widths[1] < widths[2]
    fitted = {name: pd.concat([table(TRUTH, name, "train"), t]) for name, t in tables.items()}
    narrow, wide = (ablation.gaps(fitted, 999, n)[-1].reach for n in (1, 20))
    assert narrow < wide


def test_what_has_no_interval_is_not_told():
    nan = float("nan")
    found = [difference(0.3, nan, nan, model="half - all")]
    assert "No setting can be told from all" in ablation.sentence(found)


def test_the_table_has_a_row_a_setting_in_order_and_its_cost():
    tables = {name: table(TRUTH, name) for name in ("one", "two")}
    shown = ablation.summary(ablation.records(tables, 100))
    assert list(shown.index) == ["one", "two"]
    assert shown.loc["one", "UAR minus the first's"] == "–"
    assert shown.loc["two", "UAR minus the first's"].startswith("+0.00")
    assert shown.loc["two", "CPU s a seed"] == "2"


def test_the_gap_is_training_accuracy_minus_test_accuracy():
    half = trained(np.arange(40) % 2 == 0, "half")
    found = ablation.gap(half, 200)
    assert found.value == pytest.approx(0.5) and found.n == 40
    none = trained(np.ones(40, bool), "none")
    assert ablation.gap(none, 200).value == pytest.approx(0)
    more = ablation.gap_difference(half, none, 200)
    assert more.value == pytest.approx(0.5) and more.model == "half - none"


def test_gaps_of_an_ablation_are_held_against_the_first_as_widely_as_its_scores():
    draw = np.random.default_rng(1)
    tables = {
        name: trained(draw.random(40) < share, name)
        for name, share in (("all", 0.9), ("less", 0.5), ("same", 0.85))
    }
    found = ablation.gaps(tables, 500)
    assert [r.model for r in found] == ["all", "less", "same", "less - all", "same - all"]
    alone = ablation.gap_difference(tables["less"], tables["all"], 500)
    assert found[3].value == alone.value
    assert found[3].reach > alone.reach
    assert ablation.sentence(found, "gap").startswith("Different from all: less (gap +0.")
    shown = ablation.summary(found)
    assert list(shown.index) == ["all", "less", "same"]
    assert list(shown.columns) == ["gap", "gap minus the first's"]


def test_both_figures_show_every_setting():
    tables = {name: table(TRUTH, name) for name in ("one", "two")}
    figure = ablation.plot_effects(ablation.records(tables, 100), chance=1 / 3, title="Which?")
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == ["one", "two"] and "minus that of one" in figure.axes[1].get_xlabel()
    watched = {name: trained(np.ones(40, bool), name).assign(epoch=1) for name in tables}
    assert [axis.get_title() for axis in ablation.plot_curves(watched).axes] == ["one", "two"]


@pytest.mark.parametrize(
    "protocol, who", [("examination, dark", "strangers"), ("grouped-3", "held-out people")]
)
def test_the_axis_says_who_was_tested(protocol, who):
    tables = {name: table(TRUTH, name).assign(protocol=protocol) for name in ("one", "two")}
    figure = ablation.plot_effects(ablation.records(tables, 100))
    assert figure.axes[0].get_xlabel() == f"UAR, {who}"


def test_a_notebook_with_more_comparisons_has_wider_intervals():
    rng = np.random.default_rng(0)
    guess = np.where(rng.random(len(TRUTH)) < 0.7, TRUTH, 0)
    tables = {"first": table(TRUTH, "first"), "second": table(guess, "second")}
    few, many = (
        next(r for r in ablation.records(tables, 2000, n) if r.metric == "uar_difference").reach
        for n in (None, 20)
    )
    assert many > 1.2 * few
