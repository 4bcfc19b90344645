"""A record says the same in every table and sentence, and is the same after JSON."""

import json
from dataclasses import FrozenInstanceError, asdict, replace

import pytest

from mer.core.errors import BadData
from mer.evaluation.records import (
    FIELDS,
    Record,
    interval_text,
    joint_level,
    label,
    tabulate,
    to_frame,
)

UAR = Record(
    model="flow",
    protocol="loso",
    metric="uar",
    n=255,
    seeds=3,
    value=0.7149,
    low=0.6351,
    high=0.8051,
)
GAIN = Record(
    model="flow - apex",
    protocol="loso",
    metric="uar_difference",
    n=255,
    seeds=3,
    value=0.0412,
    low=-0.0099,
    high=0.1049,
)
TOLD = replace(GAIN, low=0.0101)
SECONDS = Record(model="flow", protocol="loso", metric="seconds", n=26, seeds=3, value=71.6)


def test_keys_and_types_survive_json():
    keys = (
        "notebook",
        "source",
        "model",
        "protocol",
        "metric",
        "n",
        "seeds",
        "value",
        "low",
        "high",
    )
    assert keys == FIELDS and tuple(asdict(UAR)) == keys
    for record in (UAR, replace(SECONDS, value=72, source="megc2019")):
        again = Record(**json.loads(json.dumps(asdict(record))))
        assert again == record and type(again.value) is type(record.value)


def test_a_record_is_fixed_and_knows_its_fields():
    with pytest.raises(FrozenInstanceError):
        UAR.value = 1.0
    with pytest.raises(TypeError, match="colour"):
        Record(**asdict(UAR), colour="red")
    with pytest.raises(TypeError, match="metric"):
        Record(model="flow", protocol="loso", n=3, value=1.0)


def test_text_of_a_value_and_of_a_difference():
    assert UAR.text() == "0.71 [0.64, 0.81]"
    assert UAR.text(".3f") == "0.715 [0.635, 0.805]" and UAR.text(".0%") == "71% [64%, 81%]"
    assert GAIN.text() == "+0.04 [-0.01, +0.10]"
    assert GAIN.phrase() == "UAR +0.041 [-0.010, +0.105]"
    assert SECONDS.text(".0f") == "72"


@pytest.mark.parametrize("value", [None, float("nan")])
def test_text_of_what_could_not_be_measured(value):
    assert replace(UAR, value=value).text() == interval_text(value) == "–"


@pytest.mark.parametrize(
    "low, high, sign",
    [
        (0.01, 0.2, 1),
        (-0.2, -0.01, -1),
        (-0.1, 0.1, 0),
        (0.0, 0.1, 0),
        (-0.1, 0.0, 0),
        (None, None, 0),
        (float("nan"), float("nan"), 0),
    ],
)
def test_only_an_interval_on_one_side_excludes_zero(low, high, sign):
    record = replace(GAIN, low=low, high=high)
    assert record.sign == sign and record.excludes_zero is (sign != 0)


def test_contains_and_reach():
    assert UAR.contains(0.7) and not UAR.contains(0.9) and UAR.contains(0.9, tolerance=0.1)
    assert not SECONDS.contains(71.6)
    assert UAR.reach == pytest.approx(max(UAR.high - UAR.value, UAR.value - UAR.low))
    assert SECONDS.reach is None


@pytest.mark.parametrize(
    "value, low, high, reach", [(0.17, -0.01, 0.27, 0.18), (-0.03, -0.19, 0.02, 0.16)]
)
def test_no_difference_beyond_the_reach_is_left_untold(value, low, high, reach):
    record = replace(GAIN, value=value, low=low, high=high)
    assert record.reach == pytest.approx(reach) and record.reach >= abs(value)
    more = reach + 0.001
    by = (more if value > 0 else -more) - value
    assert replace(record, value=value + by, low=low + by, high=high + by).excludes_zero


def test_which_two_models_a_difference_compares():
    assert GAIN.is_difference and GAIN.models == ("flow", "apex") and GAIN.measure == "uar"
    assert not UAR.is_difference and UAR.models == ("flow",) and UAR.measure == "uar"


def test_a_verdict_tells_or_says_what_it_could_have_told():
    assert TOLD.verdict() == ("UAR: flow is better than apex, difference +0.041 [+0.010, +0.105]")
    assert GAIN.verdict() == (
        "UAR: flow and apex cannot be told apart here, +0.041 "
        "[-0.010, +0.105]; about 0.064 could have been told"
    )


def test_a_verdict_knows_where_less_is_better():
    worse = replace(TOLD, metric="log_loss_difference")
    assert worse.verdict() == (
        "log loss: apex is better than flow, difference -0.041 [-0.105, -0.010]"
    )
    better = replace(GAIN, value=-0.15, low=-0.2, high=-0.1)
    assert better.verdict() == ("UAR: apex is better than flow, difference +0.150 [+0.100, +0.200]")
    faster = replace(TOLD, metric="log_loss_difference", value=-0.15, low=-0.2, high=-0.1)
    assert faster.verdict() == (
        "log loss: flow is better than apex, difference -0.150 [-0.200, -0.100]"
    )


@pytest.mark.parametrize("record", [UAR, replace(GAIN, model="flow")])
def test_a_verdict_needs_two_models(record):
    with pytest.raises(BadData, match="compares no two models"):
        record.verdict()


@pytest.mark.parametrize(
    "metric, name",
    [
        ("uar", "UAR"),
        ("uar_difference", "UAR difference"),
        ("accuracy", "accuracy"),
        ("recall_sadness", "recall of sadness"),
        ("ms_per_step", "ms per step"),
    ],
)
def test_label(metric, name):
    assert label(metric) == name


def test_joint_level_is_bonferronis():
    assert joint_level(0) == joint_level(1) == 0.95
    assert joint_level(5) == pytest.approx(0.99)


def test_frame_leaves_out_what_the_run_has_not_filled_in():
    assert list(to_frame([UAR, GAIN])) == list(FIELDS[2:])
    assert list(to_frame([UAR, replace(GAIN, source="megc2019")])) == list(FIELDS[1:])
    assert to_frame([UAR]).low.tolist() == [0.6351]
    assert to_frame([SECONDS]).round(1).low.isna().all()
    assert list(to_frame([])) == list(FIELDS[2:])


def test_table_has_a_row_a_model_and_dashes_where_nothing_is():
    apex = replace(UAR, model="apex", value=0.5)
    table = tabulate([apex, UAR, SECONDS, GAIN], forms={"seconds": ".0f"})
    assert list(table.index) == ["apex", "flow"]
    assert list(table.columns) == ["UAR", "seconds", "UAR minus the first's"]
    assert table.loc["flow"].tolist() == ["0.71 [0.64, 0.81]", "72", "+0.04 [-0.01, +0.10]"]
    assert table.loc["apex"].tolist() == ["0.50 [0.64, 0.81]", "–", "–"]


def test_table_of_chosen_columns_in_their_order():
    titles = {"seconds": "CPU s", "gap": "gap", "uar": "recall"}
    table = tabulate([UAR, GAIN, SECONDS], titles, ".1f")
    assert list(table.columns) == ["CPU s", "recall"]
    assert tabulate([GAIN], titles).empty


def test_table_by_protocol():
    other = replace(UAR, protocol="random", value=0.9)
    with pytest.raises(BadData, match="second uar of 'flow', protocol 'random'"):
        tabulate([UAR, other])
    table = tabulate([UAR, other, SECONDS], by_protocol=True)
    assert list(table.columns) == [("loso", "UAR"), ("loso", "seconds"), ("random", "UAR")]
    assert table.loc["flow", ("random", "UAR")].startswith("0.90")
