"""What `make demo-bars` counts, and which bars hold."""

from dataclasses import replace

import numpy as np
import pytest
from measure import bars_demo
from measure.spotting_counts import Count, count, scores
from support.demo_film import StubRecogniser, write_video
from support.takes import take, told

from mer.core.files import write_json
from mer.video.analyser import Analyser
from mer.video.earlier_rule import Change
from mer.video.regional_flow import Movement
from mer.video.spotting_scores import comparison


def test_expressions_count_and_blinks_and_nods_do_not():
    film = take(
        told("micro", 1, 1.4),
        told("macro", 5, 7, "sadness"),
        told("blink", 9, 9.2, ""),
        told("nod", 12, 13, ""),
    )
    found = [Change("happiness", 1, 1.4), Change("disgust", 5, 7), Change("surprise", 9, 9.2)]
    assert count(film, found) == Count("acted01", 2, 3, 2, 1, 30.0, 1, 1)


def test_the_scores_pool_all_takes_and_have_intervals():
    rows = [Count("a", 4, 4, 4, 3, 30.0, 2, 2), Count("b", 4, 2, 1, 0, 30.0, 2, 0)]
    found = scores(rows)
    assert found["f1"]["value"] == pytest.approx(2 * 5 / 14)
    assert found["precision"]["value"] == pytest.approx(5 / 6)
    assert found["recall"]["value"] == pytest.approx(5 / 8)
    assert found["micro_recall"]["value"] == 0.5
    assert found["emotion_accuracy"]["value"] == pytest.approx(3 / 5)
    assert found["false_in_5_minutes"]["value"] == 5.0
    assert found["f1"]["low"] == pytest.approx(1 / 3) and found["f1"]["high"] == 1.0


def test_a_still_face_has_no_f1_and_its_false_events_are_counted():
    found = scores([count(take(seconds=150), [Change("x", 1, 2)])] * 2)
    assert found["false_in_5_minutes"]["value"] == 2.0
    assert found["recall"]["value"] is None and found["emotion_accuracy"]["low"] is None


def test_a_spotter_that_names_no_emotion_has_no_accuracy():
    found = count(take(told("micro", 1, 1.4)), [Movement(1, 1.4, True, 2.0)])
    assert found.hits == 1 and found.right is None
    assert scores([found] * 2)["emotion_accuracy"]["value"] is None


# -- the bars ---------------------------------------------------------------------------------


def result(f1, p95):
    rows = [Count("a", 10, 10, round(10 * f1), round(10 * f1), 30.0, 5, 5)]
    told = {name: scores(rows) for name in ("all", "at30", "at200")}
    still = scores([Count("s", 0, 0, 0, 0, 300.0)])
    return {
        "scores": {**told, "still": still},
        "tick_ms": [5.0, p95],
        "cpu_seconds_a_second": {"at30": 0.1, "at200": 0.3, "still": 0.1},
    }


def test_bars_hold_or_do_not():
    held = {name: row[2] for name, row in bars_demo.judge(result(0.9, 20.0)).items()}
    assert all(held.values()) and "megabytes" not in held
    missed = bars_demo.judge(result(0.7, 41.0), {"megabytes": 701})
    assert [name for name, row in missed.items() if not row[2]] == [
        "f1",
        "tick_ms_p95",
        "megabytes",
    ]


def test_memory_grows_by_what_is_kept_and_not_by_what_is_loaded_first():
    assert bars_demo.growth([100, 300, 310, 315, 318, 320, 322, 324, 326]) == pytest.approx(2)
    assert bars_demo.growth([100, 300]) == 0


@pytest.mark.slow(10)
def test_a_looped_take_is_watched_for_as_long_as_asked(tmp_path):
    pictures = (np.full((64, 64, 3), 90, np.uint8) for _ in range(25))
    film = replace(take(seconds=5), video=write_video(tmp_path / "film.avi", pictures, 5, "MJPG"))
    found = bars_demo.long(lambda: Analyser(StubRecogniser()), film, hours=4 / 60)
    assert found["frames"] == 4 * 60 * 5 and found["first_minute_is_equal"]
    assert found["megabytes"] > 50 and found["events"] == 0


def test_the_table_has_a_column_for_each_way():
    lines = bars_demo.table({"analyser": result(0.9, 20), "earlier rule": result(0.5, 90)})
    first = lines.splitlines()[0]
    assert "analyser" in first and "earlier rule" in first
    assert "0.900 [0.900, 0.900]" in lines and "5.0 / 90" in lines


def test_notebook_13_shows_what_was_kept(tmp_path):
    write_json(tmp_path / "bars.json", {"seed": 0, "analyser": result(0.9, 20)})
    shown = comparison(tmp_path / "bars.json")["analyser"]
    assert shown["spotting F1"] == "0.90 [0.90, 0.90]" and "false events in 5 minutes" in "".join(
        shown.index
    )
