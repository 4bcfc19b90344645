"""Two runs' metrics against each other."""

import json
from dataclasses import asdict

import pytest
from support import factories

from mer.core.errors import MerError
from mer.study.compare import compare, read_metrics, table


def record(*values, **other):
    return asdict(factories.record(*values, **{"notebook": "05", "source": "s", **other}))


def lines(tmp_path, a, b, **options):
    for name, records in (("a.json", a), ("b.json", b)):
        (tmp_path / name).write_text(json.dumps(records))
    return compare(read_metrics(tmp_path / "a.json"), read_metrics(tmp_path / "b.json"), **options)


def differences(*arguments, **options):
    return [line.difference for line in lines(*arguments, **options) if line.difference]


def test_values_within_each_others_intervals_agree(tmp_path):
    assert differences(tmp_path, [record()], [record(0.55, 0.45, 0.65)]) == []


@pytest.mark.parametrize(
    "other, words",
    [
        (record(0.7, 0.4, 0.8), "B outside A's interval"),
        (record(0.59, 0.55, 0.7), "A outside B's interval"),
        (record(n=11), "n: 10 and 11"),
        (record(0.5, None, None), ""),
        (record(0.55, None, None), "values differ"),
        (record(None), "values differ"),
    ],
)
def test_what_differs(tmp_path, other, words):
    assert differences(tmp_path, [record()], [other]) == ([words] if words else [])


@pytest.mark.parametrize("step, agree", [(1e-10, True), (1e-6, False)])
def test_without_interval_values_are_equal(tmp_path, step, agree):
    a, b = record(0.5, None, None), record(0.5 + step, None, None)
    assert (differences(tmp_path, [a], [b]) == []) is agree


def test_undefined_values_agree(tmp_path):
    nan = float("nan")
    assert differences(tmp_path, [record(nan, None, None)], [record(nan, None, None)]) == []
    assert differences(tmp_path, [record(nan, None, None)], [record(0.5, None, None)]) != []


def test_record_on_one_side_only(tmp_path):
    assert differences(tmp_path, [record(), record(model="a")], [record(), record(model="b")]) == [
        "only in A",
        "only in B",
    ]


@pytest.mark.parametrize("metric", ["seconds", "ms_per_step"])
def test_times_are_left_out_unless_asked_for(tmp_path, metric):
    a = [record(), record(1.0, None, None, metric=metric)]
    b = [record(), record(9.0, None, None, metric=metric)]
    assert differences(tmp_path, a, b) == []
    assert differences(tmp_path, a, b, seconds=True) == ["values differ"]
    assert differences(tmp_path, a, b[:1]) == []


@pytest.mark.parametrize(
    "other, words",
    [
        (record(), ""),
        (record(0.5 + 1e-12), "value not equal"),
        (record(high=0.61), "high not equal"),
        (record(seeds=2), "seeds not equal"),
    ],
)
def test_exact(tmp_path, other, words):
    assert differences(tmp_path, [record()], [other], exact=True) == ([words] if words else [])


def test_order_of_the_records_does_not_matter(tmp_path):
    a = [record(), record(model="other")]
    assert differences(tmp_path, a, a[::-1], exact=True) == []


@pytest.mark.parametrize(
    "content, words",
    [
        ("{", "not JSON"),
        ("{}", "not a list"),
        ('[{"notebook": "05"}]', "record 1: no .*value"),
        ("[3]", "record 1: no"),
        (json.dumps([record(), record()]), "record 2: a second"),
    ],
)
def test_damaged_metrics(tmp_path, content, words):
    (tmp_path / "metrics.json").write_text(content)
    with pytest.raises(MerError, match=words):
        read_metrics(tmp_path)


def test_missing_metrics(tmp_path):
    with pytest.raises(MerError, match="metrics.json: cannot be read"):
        read_metrics(tmp_path)


@pytest.mark.parametrize("records", [[], [record(metric="seconds")]])
def test_nothing_to_compare(tmp_path, records):
    with pytest.raises(MerError, match="nothing to compare"):
        lines(tmp_path, records, records)


def test_table_names_every_record_and_the_verdict(tmp_path):
    text = table(lines(tmp_path, [record(), record(model="x")], [record(0.9)]))
    assert "0.5 [0.4, 0.6] (n=10)" in text and "only in A" in text
    assert text.endswith("2 of 2 records differ")
    assert table(lines(tmp_path, [record()], [record()])).endswith("all 1 records agree")
