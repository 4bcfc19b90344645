"""How flows are judged, and what stands on the front."""

from types import SimpleNamespace

import cv2
import numpy as np
import pandas as pd
import pytest

from mer.experiments import flow_accuracy
from mer.preprocessing import faces

SIDE = 64


def texture(seed=0):
    noise = np.random.default_rng(seed).integers(0, 255, (SIDE, SIDE), np.uint8)
    return np.repeat(cv2.GaussianBlur(noise, (0, 0), 3)[..., None], 3, axis=2)


def table(values):
    """Judged pairs: by method, its milliseconds and its error, the same in every region."""
    regions = ("all", "moving", *flow_accuracy.SIZES)
    return pd.DataFrame(
        [
            {
                "method": method,
                "subject": f"s{pair % 3}",
                "pair": str(pair),
                "region": region,
                "share": 0.2,
                "milliseconds": ms,
                "error": error + 0.01 * pair,
            }
            for method, (ms, error) in values.items()
            for pair in range(6)
            for region in regions
        ]
    )


FOUR = {"still": (0, 1.0), "quick": (1, 0.5), "slow": (9, 0.6), "good": (5, 0.2)}


def test_the_sample_has_one_pair_of_each_person_and_not_always_the_first():
    made = [SimpleNamespace(subject=who, name=name) for who in "abc" for name in "1234"]
    assert [(p.subject, p.name) for p in flow_accuracy.sample(made)] == [
        ("a", "1"),
        ("b", "2"),
        ("c", "3"),
    ]
    assert len(flow_accuracy.sample(made[:1])) == 1


def test_judging_knows_the_true_motion(tmp_path):
    """The left half of the face moves by 2 pixels and half of that is hidden; the rest is at
    rest."""
    motion = np.zeros((224, 224, 2), np.float32)
    motion[:, :112, 0] = 2
    visible = np.ones((224, 224), bool)
    visible[:, :56] = False
    pair = SimpleNamespace(key="a_1", subject="a", box=faces.Box(0, 0, 224))
    source = SimpleNamespace(truth=lambda _: SimpleNamespace(flow=motion, visible=visible))
    for kind in ("onset", "apex"):
        cv2.imwrite(str(tmp_path / f"a_1_{kind}.png"), cv2.resize(texture(), (224, 224)))
    judged = flow_accuracy.judge(source, {"a_1": None}, [pair], tmp_path, ["still", "dis"])
    rows = judged[judged.method == "still"].set_index("region")
    assert rows.error["moving"] == pytest.approx(2)
    assert rows.share["moving"] == pytest.approx(1 / 3)
    assert rows.error["all"] == pytest.approx(2 / 3)
    assert rows.error["2 and more"] == pytest.approx(2) and np.isnan(rows.error["0.5 to 1"])
    assert rows.share[list(flow_accuracy.SIZES)].sum() == pytest.approx(1)
    assert (judged[judged.method == "dis"].milliseconds > 0).all()


def test_on_the_front_is_what_nothing_faster_beats():
    found = flow_accuracy.summary(table(FOUR))
    assert list(found.index) == ["still", "quick", "good", "slow"]
    assert list(found.index[found["front, moving"]]) == ["quick", "good"]
    assert found["front, all"].dtype == bool


def test_the_sentence_says_who_is_better_or_that_nobody_is():
    judged = table(FOUR)
    assert "-0.300 px [-0.300, -0.300] beside quick; nothing measured" in flow_accuracy.standing(
        judged, "good", "quick", 100
    )
    assert "quick, good is faster and no worse" in flow_accuracy.standing(
        judged, "slow", "quick", 100
    )


def test_records_hold_both_errors_and_the_seconds():
    found = flow_accuracy.records(table(FOUR), 100)
    by = {(r["model"], r["metric"]): r for r in found}
    assert by["good", "epe_px"]["value"] == pytest.approx(0.225)
    assert by["good", "epe_moving_px"]["low"] <= 0.225 <= by["good", "epe_moving_px"]["high"]
    assert by["good", "seconds"] == {
        "model": "good",
        "protocol": "truth",
        "metric": "seconds",
        "n": 6,
        "value": 0.005,
    }


def test_the_figure_names_every_method_and_draws_the_lines_asked_for():
    left, right = flow_accuracy.plot_pareto(table(FOUR), "good", ["still", "good"]).axes
    assert {"quick", "slow", "good", "nothing moved"} == {t.get_text() for t in left.texts}
    assert [t.get_text() for t in right.get_legend().get_texts()] == ["nothing moved", "good"]
    assert "20%" in right.get_xticklabels()[0].get_text()
