"""Each row of the README's table says what was measured of which model, under which protocol.

`CLAIMS` says by hand, and so twice, which record stands behind which words of a row. The rest
spoils copies: a wrong digit, sign, model or protocol, in the README or in the records, is refused
in every row.
"""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from mer.core.errors import BadData
from mer.study import findings, readme
from mer.study.profiles import profile
from mer.study.results import ROWS

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text()
RECORDS, PROVENANCE = findings.load(CHECKOUT / readme.RUNS["quick"])
RAN = {entry["name"] for entry in PROVENANCE["notebooks"]}
ANSWERED = [name for name, (_, answer) in ROWS.items() if answer and name in RAN]
FORMS = (".0f", ".1f", ".2f", ".3f", ".0%")
NUMBER = re.compile(r"[+-]?\d[\d.]*%? \[[^\]]+\]")
STRANGERS, LEFT_OUT, HELD_OUT = "examination", "loso", "people held out"
FOLDS = f"grouped-{profile('quick').folds}"
CLAHE = "apex CLAHE 2, 8 x 8 - apex none"

# By row: the words before a number, and metric, model and protocol of the record that gives it.
CLAIMS = {
    "02": [
        ("finds the true apex to", "mae_frames", "strongest region", "truth"),
        ("the midpoint rule to", "mae_frames", "midpoint", "truth"),
        (
            "a study with the midpoint for the apex",
            "uar_difference",
            "midpoint, training and test - annotated apex",
            STRANGERS,
        ),
    ],
    "03": [
        ("moves: DIS-fine", "epe_moving_px", "dis-fine", "truth"),
        ("px, Farneback", "epe_moving_px", "farneback", "truth"),
        ("no motion", "epe_moving_px", "still", "truth"),
        (
            "under a moved head",
            "uar_difference",
            "translation, head moved - translation, as filmed",
            STRANGERS,
        ),
    ],
    "04": [
        ("the largest class has accuracy", "accuracy", "largest class", LEFT_OUT),
        ("], UAR", "uar", "largest class", LEFT_OUT),
        ("a linear model of the flow", "accuracy", "whole flow", LEFT_OUT),
        ("over people hold it in", "coverage", "people drawn", "made-up studies"),
        ("over sequences in", "coverage", "sequences drawn", "made-up studies"),
        ("at least one is told in", "wrong_find", "20 equals, at 95 %", "made-up studies"),
        ("at the joint level in", "wrong_find", "20 equals, joint level", "made-up studies"),
    ],
    "05": [
        ("has UAR", "uar", "apex", STRANGERS),
        ("the latter with", "uar", "earlier recipe", STRANGERS),
    ],
    "06": [
        ("UAR on strangers", "uar", "flow", STRANGERS),
        ("vertical motion alone", "uar", "v alone", STRANGERS),
        ("horizontal", "uar", "u alone", STRANGERS),
        ("strain", "uar", "strain alone", STRANGERS),
    ],
    "07": [
        ("half and half", "uar_difference", "ensemble - flow", STRANGERS),
        ("with learned weights", "uar_difference", "learned - flow", STRANGERS),
    ],
    "08": [
        ("CLAHE on the apex frame", "gap_difference", CLAHE, STRANGERS),
        ("plain: kept", "kept_difference", "flow equalised - flow none", f"{STRANGERS}, dark"),
    ],
    "09": [
        ("trained network looks with AUC", "auc", "plain: HiResCAM", FOLDS),
        ("untrained", "auc", "untrained plain: HiResCAM", FOLDS),
    ],
    "10": [
        ("with them accuracy", "accuracy", "ensemble", "random-80-20, training data included"),
        ("on people held out", "accuracy", "ensemble", FOLDS),
        ("or not: apex frame", "uar_difference", f"apex, random split - apex, {HELD_OUT}",
         "bond strong"),
        ("; flow", "uar_difference", f"flow, random split - flow, {HELD_OUT}", "bond strong"),
        ("named from the apex frame,", "person_named", "flow", "closed set of 100"),
    ],
    "11": [
        ("real flows with UF1", "uf1", "synthetic people only", "synthetic-to-real"),
        ("nothing shows, UAR", "uar", "onset frame", LEFT_OUT),
    ],
    "12": [
        ("CPU seconds: UF1", "uf1", "linear", LEFT_OUT),
        ("], UAR", "uar", "linear", LEFT_OUT),
        ("the network from scratch", "uf1_difference", "linear - compact, from scratch", LEFT_OUT),
        ("synthetic people only", "uf1_difference", "linear - synthetic people only", LEFT_OUT),
        ("on a short schedule", "uf1_difference", "linear - ststnet", LEFT_OUT),
    ],
    "14": [("class on strangers:", "recall_sadness", "plain", STRANGERS)],
    "16": [
        ("one subject out errs by", "uar_bias", "all recipes", LEFT_OUT),
        ("on average and by", "uar_spread", "all recipes", LEFT_OUT),
        ("the random split by", "uar_bias", "all recipes", "random"),
        ("comes out first in", "right_order", "better of two", LEFT_OUT),
        ("the difference errs by", "uar_deviation", "difference of two", LEFT_OUT),
        ("to tell them takes", "people_needed", "a difference of 0.05", LEFT_OUT),
    ],
}  # fmt: skip
EVERY_CLAIM = [(name, *claim) for name in ANSWERED for claim in CLAIMS.get(name[:2], ())]


def line(text, name):
    """The row of a notebook in a README."""
    (found,) = re.findall(rf"^\| \[{name[:2]} .*$", text, re.MULTILINE)
    return found


def own(name):
    return [r for r in RECORDS if r.notebook == name]


def answer(name, records):
    """What a row says of these records; nothing where they do not do."""
    try:
        return ROWS[name][1](findings.Found(name, records))
    except BadData:
        return None


def with_other(name, record, **changes):
    """What the row says when one record is another one."""
    other = replace(record, **changes)
    return answer(name, [other if r is record else r for r in own(name)])


def shown(name):
    """The records whose number stands in the row, and is another one where their value is."""
    now = answer(name, own(name))
    return [
        r
        for r in own(name)
        if any(r.text(form) in now for form in FORMS)
        and with_other(name, r, value=(r.value or 0) + 1) != now
    ]


def says(row, words, record):
    """Whether the first number after these words of a row is that of the record."""
    _, found, after = row.partition(words)
    number = NUMBER.search(after)
    return bool(found and number) and number.group() in {record.text(form) for form in FORMS}


def behind(name, metric, model, protocol):
    (found,) = (
        r for r in own(name) if (r.metric, r.model, r.protocol) == (metric, model, protocol)
    )
    return found


@pytest.mark.parametrize("name, words, metric, model, protocol", EVERY_CLAIM)
def test_the_words_before_a_number_are_those_of_its_model(name, words, metric, model, protocol):
    row, record = line(README, name), behind(name, metric, model, protocol)
    assert says(row, words, record)
    before, _, after = row.partition(words)
    number = NUMBER.search(after).group()
    form = next(form for form in FORMS if record.text(form) == number)
    turned = replace(record, value=-record.value, low=-record.high, high=-record.low)
    wrong = {other.text(form) for other in (*own(name), turned) if other.has_interval} - {number}
    for other in wrong:  # the number of every other model, metric and protocol, in its place
        assert not says(f"{before}{words}{after.replace(number, other, 1)}", words, record)
    assert turned.text(form) in wrong and len(wrong) > 1


@pytest.mark.parametrize("name", ANSWERED)
def test_no_number_of_a_row_is_typed(name):
    measured = {r.text(form) for r in shown(name) for form in FORMS}
    numbers = NUMBER.findall(line(README, name).split(" | ")[2])
    assert numbers or name == "01_data_cleanup"
    assert set(numbers) <= measured


@pytest.mark.parametrize("name", ANSWERED)
@pytest.mark.parametrize("wrong", ["digit of the value", "low end", "high end", "sign"])
def test_a_wrong_number_is_refused(name, wrong):
    now = answer(name, own(name))
    for r in shown(name):
        if wrong == "digit of the value":
            spoiled = with_other(name, r, value=r.value + 0.01 * max(1, round(abs(r.value))))
            spoiled = spoiled if spoiled != now else with_other(name, r, value=r.value + 1)
        elif wrong == "sign" and r.has_interval:
            spoiled = with_other(name, r, value=-r.value, low=-r.high, high=-r.low)
        elif wrong == "sign":
            spoiled = with_other(name, r, value=-r.value)
        elif not r.has_interval:
            continue
        elif wrong == "low end":
            spoiled = with_other(name, r, low=r.low - 1)
        else:
            spoiled = with_other(name, r, high=r.high + 1)
        assert spoiled != now, r


@pytest.mark.parametrize("name", ANSWERED)
@pytest.mark.parametrize("wrong", ["model", "protocol", "metric", "notebook"])
def test_a_record_of_something_else_is_refused(name, wrong):
    now, some = answer(name, own(name)), shown(name)
    assert some
    for r in some:
        assert with_other(name, r, **{wrong: f"another {wrong}"}) != now, r


@pytest.mark.parametrize("name", ROWS)
def test_a_spoiled_readme_is_not_what_make_readme_writes(name):
    made, row = readme.table(CHECKOUT), line(README, name)
    said = row.split(" | ")[2]
    for found in re.finditer(r"\d", said):
        digit = str((int(found.group()) + 1) % 10)
        wrong = row.replace(said, f"{said[: found.start()]}{digit}{said[found.end() :]}")
        spoiled = README.replace(row, wrong)
        assert spoiled != README and readme.with_table(spoiled, made) != spoiled


def test_the_row_of_the_demo_is_made_of_its_file(tmp_path):
    bars = json.loads((CHECKOUT / "reports/demo_bars.json").read_text())
    before = readme.demo.row(bars)
    assert before in line(README, "13_video_demo")
    for way in ("analyser", "earlier rule"):
        for score in ("f1", "emotion_accuracy"):
            for end in ("value", "low", "high"):
                spoiled = json.loads(json.dumps(bars))
                spoiled[way]["scores"]["all"][score][end] += 0.011
                assert readme.demo.row(spoiled) != before
    (spoiled := json.loads(json.dumps(bars)))["analyser"] = bars["earlier rule"]
    assert readme.demo.row(spoiled) != before
