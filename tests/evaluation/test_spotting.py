"""The spotting protocol, on cases that were counted by hand."""

import numpy as np
import pandas as pd
import pytest

from mer.core.errors import BadData
from mer.evaluation.spotting import evaluate, matches, overlap


def table(*rows, columns="subject video onset offset kind emotion"):
    return pd.DataFrame(rows, columns=columns.split()[: len(rows[0])])


def values(records, part="all"):
    return {r.metric: r.value for r in records if r.protocol == f"MEGC spotting, {part}"}


def test_overlap_is_the_shared_part_of_both():
    assert overlap((0, 1), (0, 1)) == 1 and overlap((0, 1), (2, 3)) == 0
    assert overlap((0, 2), (1, 3)) == pytest.approx(1 / 3)
    assert overlap((0, 1), (0, 2)) == 0.5 == overlap((0, 2), (0, 1))


def test_half_is_enough_and_less_is_not():
    assert matches([(1.0, 1.5)], [(1.0, 2.0)]) == [(0, 0)]
    assert matches([(1.0, 1.49)], [(1.0, 2.0)]) == []
    # 34 of 68 frames, 200 a second, as seconds: no half is lost to rounding
    assert all(
        matches([(n / 200, (n + 34) / 200)], [(n / 200, (n + 68) / 200)]) for n in range(500)
    )


def test_nothing_is_counted_twice_and_the_best_overlap_wins():
    assert matches([(1.0, 1.6), (0.95, 2.0)], [(1.0, 2.0)]) == [(1, 0)]
    assert len(matches([(0.0, 2.0)], [(0.0, 1.0), (1.0, 2.0)])) == 1


# Subject 1: a micro hit, a macro hit, a false micro. Subject 2: a micro found as macro.
# Subject 3: nothing was found.
TRUTH = table(
    ("1", "a", 1.0, 1.4, "micro", "happiness"),
    ("1", "a", 3.0, 5.0, "macro", "disgust"),
    ("2", "b", 1.0, 1.4, "micro", "surprise"),
    ("3", "c", 1.0, 1.4, "micro", "disgust"),
)
FOUND = table(
    ("1", "a", 1.0, 1.3, "micro", "happiness"),
    ("1", "a", 3.5, 5.0, "macro", "happiness"),
    ("1", "a", 7.0, 7.3, "micro", "surprise"),
    ("2", "b", 1.0, 1.6, "macro", "surprise"),
)


def test_counts_are_pooled_and_a_person_without_an_interval_counts():
    records = evaluate(TRUTH, FOUND)
    micro, macro, both = (values(records, part) for part in ("micro", "macro", "all"))
    # micro: 1 hit of 3 true and 2 found; macro: 1 hit of 1 true and 2 found
    assert (micro["precision"], micro["recall"]) == (1 / 2, 1 / 3)
    assert micro["f1"] == pytest.approx(2 / 5) and macro["f1"] == pytest.approx(2 / 3)
    assert both["f1"] == pytest.approx(2 * 2 / 8) and both["recall"] == 2 / 4
    assert values(records, "any kind")["f1"] == pytest.approx(2 * 3 / 8)
    assert {r.n for r in records if "all" in r.protocol} == {4}
    without = evaluate(TRUTH[TRUTH.subject != "3"], FOUND)
    assert values(without)["recall"] == 2 / 3, "leaving that person out would be kinder"


def test_analysis_and_the_product_of_both():
    both = values(evaluate(TRUTH, FOUND))
    # hits: happiness as happiness, disgust as happiness; emotions: disgust, happiness, surprise
    precision, recall = (0 + 1 / 2 + 0) / 3, (0 + 1 + 0) / 3
    analysis = 2 * precision * recall / (precision + recall)
    assert both["analysis_f1"] == pytest.approx(analysis)
    assert both["analysis_uf1"] == pytest.approx((2 * 1 / (1 + 2)) / 3)
    assert both["strs"] == pytest.approx(0.5 * analysis)
    micro = values(evaluate(TRUTH, FOUND), "micro")
    assert micro["analysis_f1"] == pytest.approx(1 / 3), "emotions that were not spotted count"


def test_kinds_come_from_the_length_where_nobody_names_them():
    named, unnamed = evaluate(TRUTH, FOUND), evaluate(TRUTH, FOUND.drop(columns="kind"))
    assert named == unnamed  # 0.3 and 0.3 s are micro, 1.5 and 0.6 s are not
    parts = {r.protocol for r in evaluate(TRUTH.drop(columns="kind"), FOUND)}
    assert parts == {"MEGC spotting, all"}


def test_negative_and_positive_are_understood():
    coarse = TRUTH.assign(emotion=["positive", "negative", "surprise", "negative"])
    both = values(evaluate(coarse, FOUND))
    # happiness is positive: right once, wrong once
    assert both["analysis_uf1"] == pytest.approx((2 / 3) / 3)


def test_without_emotions_there_is_no_analysis():
    for truth, found in (
        (TRUTH.drop(columns="emotion"), FOUND),
        (TRUTH, FOUND.drop(columns="emotion")),
        (TRUTH, FOUND.assign(emotion="")),
    ):
        assert set(values(evaluate(truth, found))) == {"f1", "precision", "recall"}


def test_nothing_found_is_zero_and_has_an_interval():
    records = evaluate(TRUTH, FOUND[:0])
    assert {r.value for r in records} == {0.0}
    assert all(r.has_interval for r in records if "macro" not in r.protocol)
    assert not any(r.has_interval for r in records if "macro" in r.protocol), "one person has none"


def test_intervals_resample_people():
    many = pd.concat([TRUTH.assign(subject=str(n)) for n in range(30)])
    (record,) = (
        r
        for r in evaluate(many, many[many.subject.astype(int) < 15])
        if r.metric == "recall" and "all" in r.protocol
    )
    assert record.value == 0.5 and 0.25 < record.low < 0.45 and 0.55 < record.high < 0.75


def test_a_false_interval_in_a_video_without_an_expression_counts():
    found = pd.concat([FOUND, table(("9", "still", 0.0, 0.3, "micro", "fear"))])
    assert values(evaluate(TRUTH, found))["precision"] == pytest.approx(2 / 5)


def test_tables_that_do_not_belong_together_are_an_error():
    with pytest.raises(BadData, match="such as s1/a, and 1/a"):
        evaluate(TRUTH, FOUND.assign(subject="s" + FOUND.subject))
    with pytest.raises(BadData, match="no row"):
        evaluate(TRUTH[:0], FOUND)
    assert np.isfinite([r.value for r in evaluate(TRUTH, FOUND)]).all()
