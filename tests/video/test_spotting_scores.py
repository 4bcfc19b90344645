"""Takes held against events, and the table of what was measured."""

import pytest
from support.takes import told

from mer.core.errors import BadData
from mer.core.files import write_json
from mer.video.earlier_rule import Change
from mer.video.spotting_scores import comparison, matches


def test_events_are_held_against_a_take_as_intervals():
    truth = [told("micro", 1.0, 2.0), told("macro", 4.0, 6.0)]
    found = [Change("x", 4.5, 6.0), Change("x", 1.0, 1.49)]
    assert matches(found, truth) == [(0, 1)]


def measured(f1, p95):
    score = {"value": f1, "low": f1, "high": f1}
    names = ("f1", "micro_recall", "emotion_accuracy", "false_in_5_minutes")
    return {
        "scores": {part: dict.fromkeys(names, score) for part in ("all", "at30", "at200", "still")},
        "tick_ms": [5.0, p95],
        "cpu_seconds_a_second": {"at30": 0.1},
        "counts": {"at30": [{}] * 6, "at200": [{}] * 4, "still": [{}]},
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
    assert table.iloc[0].tolist() == ["6, 4, 1"] * 2
    assert table.loc["a live frame, 95th percentile, ms"].tolist() == ["20", "90"]


def test_nothing_measured_is_no_table_and_something_else_is_an_error(tmp_path):
    assert comparison(tmp_path / "none.json") is None
    for number, text in enumerate(("{", "[1]", '{"analyser": {"scores": {}}}')):
        path = tmp_path / f"{number}.json"
        path.write_text(text)
        with pytest.raises(BadData, match="make demo-bars"):
            comparison(path)
