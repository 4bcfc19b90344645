"""What counts as spotted, and the table of what was measured."""

import pytest
from measure.earlier_demo import Change
from support.takes import told

from mer.core.errors import BadData
from mer.core.files import write_json
from mer.video.spotting_scores import comparison, matches, overlap


def test_overlap_is_the_shared_part_of_both():
    assert overlap((0, 1), (0, 1)) == 1 and overlap((0, 1), (2, 3)) == 0
    assert overlap((0, 2), (1, 3)) == pytest.approx(1 / 3)
    assert overlap((0, 1), (0, 2)) == 0.5 == overlap((0, 2), (0, 1))


def test_half_is_enough_and_less_is_not():
    truth = [told("micro", 1.0, 2.0)]
    assert matches([Change("x", 1.0, 1.5)], truth) == [(0, 0)]
    assert matches([Change("x", 1.0, 1.49)], truth) == []


def test_nothing_is_counted_twice_and_the_best_overlap_wins():
    truth = [told("micro", 1.0, 2.0)]
    found = [Change("x", 1.0, 1.6), Change("x", 0.95, 2.0)]
    assert matches(found, truth) == [(1, 0)]
    one = [Change("x", 0.0, 2.0)]
    assert len(matches(one, [told("micro", 0.0, 1.0), told("micro", 1.0, 2.0)])) == 1


def measured(f1, p95):
    score = {"value": f1, "low": f1, "high": f1}
    names = ("f1", "micro_recall", "emotion_accuracy", "false_in_5_minutes")
    return {
        "scores": {part: dict.fromkeys(names, score) for part in ("all", "at30", "at200", "still")},
        "tick_ms": [5.0, p95],
        "cpu_seconds_a_second": {"at30": 0.1},
    }


def test_what_was_measured_can_be_shown_side_by_side(tmp_path):
    path, results = (
        tmp_path / "bars.json",
        {"analyser": measured(0.9, 20), "earlier rule": measured(0.5, 90)},
    )
    write_json(path, {"seed": 0, "bars": {}, "long": None, **results})
    table = comparison(path)
    assert list(table) == ["analyser", "earlier rule"]
    assert table.loc["spotting F1, 30 frames a second"].tolist() == [
        "0.90 [0.90, 0.90]",
        "0.50 [0.50, 0.50]",
    ]
    assert table.loc["a live frame, 95th percentile, ms"].tolist() == ["20", "90"]


def test_nothing_measured_is_no_table_and_something_else_is_an_error(tmp_path):
    assert comparison(tmp_path / "none.json") is None
    for number, text in enumerate(("{", "[1]", '{"analyser": {"scores": {}}}')):
        path = tmp_path / f"{number}.json"
        path.write_text(text)
        with pytest.raises(BadData, match="make demo-bars"):
            comparison(path)
