"""The audit finds a group that is misread, tells nothing where none is, and says what is open."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from mer.core.errors import BadData, MerError
from mer.evaluation import metrics, scores
from mer.evaluation.records import Record
from mer.experiments import audit, made_up_studies

CLASSES = ["disgust", "happiness", "surprise"]
NAMES = [f"{2_000_000 + i // 26}-sub{i % 26 + 1:02d}" for i in range(104)]
ASKED = [" - ".join(pair) for pair in audit.QUESTIONS]


@pytest.fixture(scope="module")
def who():
    return audit.people(NAMES)


@pytest.fixture(scope="module")
def table():
    """Everybody reads as easily as their own ease has it, whatever they look like; two seeds."""
    each = 4
    right = made_up_studies.hits(1, len(NAMES), each * 3, readers=2, spread=0.15, seed=3)[0]
    truth = np.tile(CLASSES, len(NAMES) * each)
    wrong = np.tile(np.roll(CLASSES, 1), len(NAMES) * each)
    people = np.repeat(NAMES, each * 3)
    return pd.concat(
        made_up_studies.table("flow", people, truth, np.where(hit.ravel(), truth, wrong), CLASSES,
                              seed)
        for seed, hit in enumerate(right)
    )  # fmt: skip


def differences(found, metric="uar"):
    return {r.model: r for r in found if r.metric == f"{metric}_difference"}


def test_people_are_those_who_were_rendered(who):
    groups = audit.groups(who)
    assert list(groups) == [name for pair in audit.QUESTIONS for name in pair]
    assert who.female.sum() == 52 and groups["glasses"].sum() == 20  # as casts are dealt
    assert who.age.between(18, 40).all() and who.tone.between(0, 1).all()
    for one, two in audit.QUESTIONS:
        assert not (groups[one] & groups[two]).any()
    assert not who.female[groups["beard"] | groups["no beard"]].any()


def test_nobody_is_misread(table, who):
    found = audit.records(table, who)
    assert list(differences(found)) == ASKED
    assert not any(r.excludes_zero for r in differences(found).values())
    said = audit.sentence(found)
    assert said.startswith("In none of 5 questions is a group told to be misread more often.")
    assert "Misread more often" not in said


@pytest.mark.parametrize("one, two", audit.QUESTIONS)
@pytest.mark.parametrize("first", [True, False])
def test_a_group_that_is_misread_is_found(table, who, one, two, first):
    worse, better = (one, two) if first else (two, one)
    spoilt = audit.misread(table, who.index[audit.groups(who)[worse]], 0.6)
    record = differences(audit.records(spoilt, who))[f"{one} - {two}"]
    assert record.sign == (-1 if first else 1)
    said = audit.sentence(audit.records(spoilt, who))
    assert f"{worse} than {better} (UAR {record.text('.3f')})" in said
    assert "Misread more often" in said


def test_values_are_those_of_the_groups_alone(table, who):
    found = audit.records(table, who, bootstrap=50)
    women = who.index[who.female]
    uar = metrics.evaluate(table[table.subject.isin(women)], 10)[2]
    mine = next(r for r in found if (r.model, r.metric) == ("women", "uar"))
    assert mine.value == pytest.approx(uar.value) and mine.n == uar.n and mine.seeds == 2
    of = {r.model: r.value for r in found if r.metric == "recall_surprise"}
    gap = differences(found, "recall_surprise")["women - men"]
    assert gap.value == pytest.approx(of["women"] - of["men"])
    assert gap.protocol == "made up, flow" and gap.n == uar.n * 2


def test_more_questions_need_wider_intervals(table, who):
    one, five = (differences(audit.records(table, who, comparisons=n)) for n in (1, 5))
    assert all(five[name].reach > 1.1 * one[name].reach for name in ASKED)
    recall = differences(audit.records(table, who, comparisons=1), "recall_surprise")
    assert recall.keys() == one.keys()


def test_labels_dealt_at_random_are_seldom_told(table, who):
    """All five questions together err in few of forty deals; with 95 % each, in more."""
    told = {1: 0, 5: 0}
    for deal in range(40):
        order = np.random.default_rng(deal).permutation(len(who))
        dealt = who.iloc[order].set_axis(who.index)
        for asked in told:
            found = audit.records(table, dealt, 500, asked)
            told[asked] += any(r.excludes_zero for r in differences(found).values())
    assert told[5] <= 5 and told[1] > told[5]


def test_too_few_people_are_not_asked_about(table, who):
    some = who.index[~who.glasses]
    few = table[table.subject.isin([*some, *who.index[who.glasses][: audit.LEAST - 1]])]
    found = audit.records(few, who, 50)
    assert list(differences(found)) == [name for name in ASKED if "glasses" not in name]
    assert audit.sentence(found).endswith("Too few people to ask: glasses and no glasses.")
    nobody = audit.records(few[few.subject.isin(some[:4])], who, 50)
    assert nobody == [] and "each group needs 5 people" in audit.sentence(nobody)
    with pytest.raises(MerError, match="nothing to draw"):
        audit.plot(nobody)


def made(pair, low, high):
    return Record(model=" - ".join(pair), protocol="p", metric="uar_difference", n=9,
                  value=(low + high) / 2, low=low, high=high)  # fmt: skip


def test_not_told_is_ruled_out_or_still_open():
    edges = [(-0.2, -0.1), (-0.02, 0.04), (-0.12, 0.03), (0.01, 0.05), (-0.04, 0.06)]
    said = audit.sentence([made(p, *e) for p, e in zip(audit.QUESTIONS, edges, strict=True)])
    assert said == (
        "Misread more often: dark skin than light skin (UAR -0.150 [-0.200, -0.100]); no glasses "
        "than glasses (UAR +0.030 [+0.010, +0.050]). A difference of 0.05 is ruled out for women "
        "and men. Neither told nor ruled out: 29 and older and below 29, beard and no beard; of "
        "the first it may be as large as 0.12."
    )


def test_misread_changes_these_people_only(table, who):
    some = who.index[:10]
    spoilt = audit.misread(table, some, 0.5)
    changed = (scores.predicted(spoilt) != scores.predicted(table)).to_numpy()
    assert set(table.subject[changed]) <= set(some)
    assert scores.right(table).to_numpy()[changed].all()
    of = (table.subject.isin(some) & scores.right(table)).sum()
    assert 0.4 < changed.sum() / of < 0.6
    scores.check(spoilt)


def test_the_figure_has_a_row_for_each_group(table, who):
    figure = audit.plot(audit.records(table, who, 50))
    left, right = figure.axes
    assert [label.get_text() for label in left.get_yticklabels()] == list(audit.groups(who))
    assert "minus" in right.get_xlabel()
    plt.close(figure)


@pytest.mark.parametrize("name", ["sub02", "ann", "2000000-sub99", "x-sub01"])
def test_who_is_no_stranger_is_named(name):
    with pytest.raises(BadData, match=f"'{name}' is no stranger.*protocol 'examination'"):
        audit.people([name])


def test_a_run_without_strangers_is_named():
    with pytest.raises(BadData, match="no strangers.*on synthetic people"):
        audit.people([])


def test_bad_tables_are_refused(table, who):
    with pytest.raises(BadData, match="nothing is known of 2000000-sub01 .1 people.*people"):
        audit.records(table, who.drop("2000000-sub01"))
    with pytest.raises(BadData, match="training and test rows together"):
        audit.records(pd.concat([table, table.assign(split="train")]), who)
    with pytest.raises(BadData, match="nobody of the group 'dark skin' shows surprise"):
        audit.records(table[table.emotion != "surprise"], who)
    with pytest.raises(BadData, match="no rows"):
        audit.records(table[:0], who)
    two = pd.concat([table, table.assign(model="apex")])
    with pytest.raises(BadData, match="2 values of 'model'"):
        audit.records(two, who)
