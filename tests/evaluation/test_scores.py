"""The score table keeps its contract on disk and in ensembles."""

import numpy as np
import pandas as pd
import pytest
from support.factories import score_table

from mer.core.errors import BadData
from mer.evaluation import scores

TRUTH, SUBJECTS = np.array([0, 1, 2, 1]), ["01", "01", "02", "02"]


def test_round_trip_keeps_text_as_text(tmp_path):
    table = score_table(TRUTH, TRUTH, SUBJECTS)
    scores.write(table, tmp_path / "scores/a.csv")
    back = scores.read(tmp_path / "scores/a.csv")
    assert list(back.subject) == SUBJECTS and list(back.fold) == ["0"] * 4
    pd.testing.assert_frame_equal(back, table, check_dtype=False)


def test_probabilities_that_do_not_sum_to_one_are_refused(tmp_path):
    table = score_table(TRUTH, TRUTH, SUBJECTS)
    table.loc[2, "p_disgust"] = 0.5
    with pytest.raises(BadData, match=r"row 4: probabilities of 02/EP02 sum to 1\.4"):
        scores.write(table, tmp_path / "a.csv")
    assert not (tmp_path / "a.csv").exists()


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda t: t.drop(columns="fold"), "columns missing: fold"),
        (lambda t: t.assign(split="validation"), "split must be train or test"),
        (lambda t: t.filter(regex="^[^p]|^protocol"), "columns missing"),
    ],
)
def test_damaged_tables_are_refused(damage, message):
    with pytest.raises(BadData, match=message):
        scores.check(damage(score_table(TRUTH, TRUTH, SUBJECTS)))


def test_a_cut_off_file_is_refused_with_its_name(tmp_path):
    path = tmp_path / "cut.csv"
    scores.write(score_table(TRUTH, TRUTH, SUBJECTS), path)
    path.write_text(path.read_text()[:-9])
    with pytest.raises(BadData, match="cut.csv"):
        scores.read(path)


def test_average_is_the_weighted_mean_and_ignores_row_order():
    a = score_table(TRUTH, TRUTH, SUBJECTS, model="apex")
    b = score_table(TRUTH, (TRUTH + 1) % 3, SUBJECTS, model="flow").iloc[::-1]
    both = scores.average([a, b], "ensemble", [3, 1]).set_index("name")
    assert both.loc["EP00", "p_disgust"] == pytest.approx(0.75 * 0.8 + 0.25 * 0.1)
    assert set(both.model) == {"ensemble"}


def test_average_refuses_tables_of_different_sequences():
    a = score_table(TRUTH, TRUTH, SUBJECTS)
    with pytest.raises(BadData, match="do not score the same"):
        scores.average([a, a.iloc[1:]], "ensemble")


def test_average_seeds_joins_the_seeds_of_each_sequence():
    table = pd.concat([score_table(TRUTH, TRUTH, SUBJECTS, seed=s) for s in (0, 1)])
    table.loc[table.seed == 1, ["p_disgust", "p_happiness", "p_surprise"]] = [0.2, 0.3, 0.5]
    joined = scores.average_seeds(table, "both")
    assert len(joined) == 4
    assert joined.loc[joined["name"] == "EP00", "p_disgust"].item() == pytest.approx(0.5)


def test_the_largest_probability_is_the_answer_and_of_equals_the_first():
    table = score_table(TRUTH, (0, 1, 1, 2), SUBJECTS).iloc[::-1]
    table.loc[0, ["p_disgust", "p_happiness", "p_surprise"]] = [0.2, 0.4, 0.4]
    assert scores.predicted(table).to_dict() == {
        3: "surprise",
        2: "happiness",
        1: "happiness",
        0: "happiness",
    }
    assert scores.right(table).to_dict() == {3: False, 2: False, 1: True, 0: False}


def test_values_of_a_sequence_are_averaged_over_seeds():
    both = pd.concat([score_table(TRUTH, TRUTH, SUBJECTS, seed=seed) for seed in (0, 1)])
    shares = scores.by_sequence([1, 1, 0, 0] + [1, 0, 1, 0], both)
    assert shares.index.names == ["subject", "name"]
    assert shares.to_dict() == {
        ("01", "EP00"): 1.0,
        ("01", "EP01"): 0.5,
        ("02", "EP02"): 0.5,
        ("02", "EP03"): 0.0,
    }


def test_select_gives_one_split():
    table = pd.concat([score_table(TRUTH, TRUTH, SUBJECTS, split=s) for s in ("train", "test")])
    assert len(scores.select(table, protocol="loso")) == 4
    assert len(scores.select(table, split="train", protocol="other")) == 0
