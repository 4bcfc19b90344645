"""Notebook 12's baselines, pre-training and ensemble: who saw whom, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from support.factories import difference, record, write_megc2019

from mer.datasets import open_source
from mer.datasets.base import Sequence
from mer.evaluation import ensemble, metrics, protocols
from mer.experiments import real_flows, synthetic_to_real
from mer.experiments.synthetic_pictures import Pictures
from mer.learning import cross_validation, discriminant, inputs, pretraining, training
from mer.learning.training import Recipe

CLASSES = ("negative", "positive", "surprise")
TINY = Recipe("pooled", "tiny", 2, lr=2e-3)


def flows(n, people, seed, source, databases):
    """Pictures whose vertical motion at the mouth tells the class."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 3
    pictures = rng.normal(0.5, 0.3, (n, 28, 28, 3)).astype(np.float32)
    pictures[:, 18:22, 6:22, 1] += 0.2 * (labels - 1)[:, None, None]
    named = [
        Sequence(
            source,
            f"{databases[i % people % len(databases)]}_s{i % people}",
            f"E{i}",
            CLASSES[k],
            database=databases[i % people % len(databases)],
        )
        for i, k in enumerate(labels)
    ]
    return inputs.evened(inputs.published_flow_inputs(list(pictures), named, CLASSES))


@pytest.fixture(scope="module")
def real():
    return flows(60, 10, 0, "made-up", ("casme2", "smic"))


@pytest.fixture(scope="module")
def drawn():
    images = flows(45, 5, 1, "synthetic", ("",)).x.numpy().transpose(0, 2, 3, 1) * 20 + 128
    made = Pictures(
        images.clip(0, 255).astype(np.uint8),
        np.arange(45) % 3,
        np.array([f"p{i % 5}" for i in range(45)]),
    )
    return synthetic_to_real.synthetic_inputs(made, CLASSES)


@pytest.fixture(scope="module")
def folds(real):
    return protocols.grouped_folds(real.labels, real.subjects, 5)


@pytest.fixture(scope="module")
def starts(drawn, tmp_path_factory):
    return pretraining.pretrain(TINY, drawn, [0, 1], tmp_path_factory.mktemp("parts"))


def probabilities(table):
    return table[[f"p_{name}" for name in CLASSES]].to_numpy()


def test_majority_names_the_training_subjects_largest_class(real, folds):
    unequal = replace(
        real,
        labels=np.where(real.labels == 2, 1, real.labels),
        sequences=tuple(
            replace(s, emotion="positive") if s.emotion == "surprise" else s for s in real.sequences
        ),
    )
    table = real_flows.majority(unequal, folds)
    assert (table.p_positive == 1).all() and len(table) == 60
    assert metrics.by_seed(table).accuracy[0] == pytest.approx(2 / 3)


def test_synthetic_only_scores_do_not_depend_on_other_real_people(drawn, starts, real):
    whole = synthetic_to_real.score_pretrained(TINY, starts, drawn, real)
    assert len(whole) == 120 and set(whole.protocol) == {"synthetic-to-real"}
    some = replace(real, x=real.x[:7], labels=real.labels[:7], sequences=real.sequences[:7])
    part = synthetic_to_real.score_pretrained(TINY, starts, drawn, some)
    assert np.allclose(
        probabilities(part[part.seed == 1]), probabilities(whole[whole.seed == 1])[:7], atol=1e-5
    )


def test_training_goes_on_from_the_start(real, starts, tmp_path):
    still = replace(TINY, lr=0.0)
    train, rows = np.arange(40), np.arange(40, 60)
    kept = training.fit(still, real, train, 5, start=starts[0].weights).network.state_dict()
    assert all(torch.equal(kept[name], values) for name, values in starts[0].weights.items())
    fold = protocols.Fold("loso", "0", train, rows)
    fresh = cross_validation.cross_validate(TINY, real, [fold], [0, 1], tmp_path, True)
    begun = cross_validation.cross_validate(
        TINY,
        real,
        [fold],
        [0, 1],
        tmp_path,
        True,
        start={seed: one.weights for seed, one in starts.items()},
    )
    assert len(list(tmp_path.glob("*.csv"))) == 4
    assert not np.allclose(probabilities(fresh), probabilities(begun))


def test_rows_of_a_network_that_saw_nobody_are_dealt_into_folds(real, drawn, starts, folds):
    table = synthetic_to_real.score_pretrained(TINY, starts, drawn, real)
    dealt = synthetic_to_real.in_folds(table, folds, real)
    assert len(dealt) == len(table) and set(dealt.protocol) == {"grouped-5"}
    for fold in folds:
        subjects = set(dealt[dealt.fold == fold.name].subject)
        assert subjects == set(real.subjects[fold.test])
    inner = ensemble.inner_folds(folds, real.labels, real.subjects, 2)
    assert len(synthetic_to_real.in_folds(table, inner, real)) == 4 * len(table)


def test_test_subjects_have_no_say_in_the_ensembles_shares(real, drawn, starts, folds):
    table = synthetic_to_real.score_pretrained(TINY, starts, drawn, real)
    blend, shares, seconds = real_flows.joined(
        discriminant.run(real, folds), table, real, folds, "both"
    )
    assert len(blend) == 120 and set(blend.model) == {"both"} and seconds > 0
    assert shares.between(0, 1).all() and len(shares) == len(folds)
    assert np.allclose(probabilities(blend).sum(1), 1)
    test = folds[0].test
    spoiled = replace(real, x=real.x.clone())
    spoiled.x[test] = -real.x[test]
    again = real_flows.joined(
        discriminant.run(spoiled, folds),
        synthetic_to_real.score_pretrained(TINY, starts, drawn, spoiled),
        spoiled,
        folds,
        "both",
    )[1]
    assert again[folds[0].name] == shares[folds[0].name]


def test_crossing_databases_never_trains_on_a_test_subject(real, drawn, monkeypatch):
    seen = []
    run = discriminant.run
    monkeypatch.setattr(
        discriminant, "run", lambda data, folds: seen.append((data, folds)) or run(data, folds)
    )
    table = real_flows.crossed(real, drawn)
    assert set(table.protocol) == {
        f"{a} to {b}" for a in ("casme2", "smic", "synthetic") for b in ("casme2", "smic")
    }
    assert not any(
        protocols.shared_subjects(fold, data.subjects) for data, folds in seen for fold in folds
    )
    assert all(len(part) == 30 for _, part in table.groupby("protocol"))


def test_mixed_in_people_train_and_are_not_tested(real, drawn, folds):
    table = real_flows.mixed(real, drawn, folds)
    assert len(table) == 60 and set(table.source) == {"made-up"}
    assert not np.allclose(probabilities(table), probabilities(discriminant.run(real, folds)))
    few = real_flows.some(drawn, 6)
    assert len(few) == 6
    assert [few.sequences[i] for i in (0, -1)] == [drawn.sequences[i] for i in (0, -1)]
    assert len(real_flows.some(drawn, 10**6)) == len(drawn)


def test_uf1_is_given_pooled_and_by_database(real, folds):
    table = discriminant.run(real, folds)
    found = real_flows.uf1(table)
    assert set(found) == {"pooled", "casme2", "smic"}
    assert found["smic"] == metrics.by_seed(table[table.database == "smic"]).uf1[0]
    records = real_flows.by_database(table, 20)
    assert {r.protocol for r in records} == {"grouped-5, casme2", "grouped-5, smic"}


def test_cost_is_scaled_by_epochs_and_folds(real, folds, tmp_path):
    record = real_flows.paper_cost(2, real, folds, tmp_path, True)
    rows = cross_validation.cross_validate(
        replace(real_flows.PAPER, epochs=2), real, [folds[0], folds[-1]], [0], tmp_path, True
    )
    spent = rows.drop_duplicates("fold").seconds.sum()
    assert record.value == pytest.approx(
        spent
        / sum(len(folds[i].train) for i in (0, -1))
        * sum(len(fold.train) for fold in folds)
        * 400
    )
    assert record.n == 5 and "800 epochs" in record.model


def test_published_faces_are_taken_whole_or_not_at_all(tmp_path, capsys):
    whole = open_source("megc2019", write_megc2019(tmp_path / "whole"))
    sequences = list(whole.sequences())
    assert [face.shape for face in real_flows.published_faces(whole, sequences)] == [
        (224, 224, 3)
    ] * 12
    bare = open_source("megc2019", write_megc2019(tmp_path / "bare", flat=True))
    assert real_flows.published_faces(bare, list(bare.sequences())) == []
    assert "Left out: megc2019: this copy has no apex face" in capsys.readouterr().out


def test_test_subjects_have_no_say_in_the_choice_of_a_candidate(real, folds):
    candidates = ((discriminant.plain, 2.5), (discriminant.directions, 2.5))
    table, values, seconds = real_flows.chosen_inside(real, folds, "chosen", candidates)
    assert list(values.columns) == ["plain, ridge 2.5", "directions, ridge 2.5"] and seconds > 0
    assert len(table) == 60 and set(table.model) == {"chosen"}
    spoiled = replace(real, x=real.x.clone())
    spoiled.x[folds[0].test] = -real.x[folds[0].test]
    again = real_flows.chosen_inside(spoiled, folds[:1], "chosen", candidates)[1]
    assert again.loc[folds[0].name].equals(values.loc[folds[0].name])


def test_a_fold_takes_what_its_own_inner_folds_prefer(real, folds):
    """A description that is blind to the motion loses to one that sees it, in every fold."""

    def blind(x):
        return torch.zeros_like(x[:, :, :2, :2]) + 1

    table, values, _ = real_flows.chosen_inside(
        real, folds, "chosen", ((blind, 1.0), (discriminant.plain, 2.5))
    )
    assert (values.idxmax(axis=1) == "plain, ridge 2.5").all()
    alone = discriminant.run(real, folds, ridge=2.5)
    assert np.allclose(probabilities(table), probabilities(alone))


def test_all_pairs_are_compared_once(real, folds):
    tables = [discriminant.run(real, folds, name) for name in ("a", "b")]
    tables.append(real_flows.majority(real, folds, "c"))
    found = real_flows.compared(tables, 20)
    assert [r.model for r in found if r.measure == "uf1"] == ["a - b", "a - c", "b - c"]
    assert [r.value for r in found if r.model == "a - b"] == [0, 0, 0]
    strict = real_flows.compared(tables[1:], 200, 0.99)
    assert strict == metrics.paired_difference(*tables[1:], 200, 0.99)


@pytest.mark.parametrize(
    "low, high, said",
    [
        (0.01, 0.09, "linear is better than net (UF1 +0.050 [+0.010, +0.090])."),
        (-0.09, -0.01, "linear is worse than net"),
        (-0.01, 0.11, "linear is not told from net"),
    ],
)
def test_a_model_against_others_is_said_by_its_intervals(low, high, said):
    gains = [
        difference(0.05, low, high, "uf1", "linear - net"),
        difference(0.5, 0.4, 0.6, "uf1", "linear - nobody asked"),
    ]
    assert said in real_flows.against(gains, ["net"])
    assert "nobody" not in real_flows.against(gains, ["net"])


def test_those_that_are_told_and_those_that_are_not_stand_apart():
    gains = [
        difference(0.05, low, 0.1, "uf1", f"linear - {name}")
        for name, low in (("a", 0), ("b", 0.01))
    ]
    said = real_flows.against(gains, ["a", "b"])
    assert said.index("better than b") < said.index("; not told from a")


@pytest.mark.parametrize(
    "other, said", [(0.5, "linear on x is better than linear on y"), (0.78, "cannot be told apart")]
)
def test_databases_of_different_people_are_compared_by_both_intervals(other, said):
    found = [
        record(0.8, 0.76, 0.83, "uf1", "linear", protocol="loso, x"),
        record(other, other - 0.03, other + 0.04, "uf1", "linear", protocol="loso, y"),
        record(0.1, 0.0, 0.2, "uf1", "another", protocol="loso, y"),
    ]
    (apart,) = real_flows.databases_apart(found, "linear")
    assert said in apart.verdict() and apart.protocol == "loso"
    assert (apart.value - apart.low, apart.high - apart.value) == pytest.approx(
        (4e-2 * 2**0.5, 0.0424), abs=1e-3
    )


def test_signed_flows_have_the_key_beside_them(real):
    figure = real_flows.signed_row(real, [0, 1])
    assert len(figure.axes) == 3 and figure.axes[-1].get_title() == "key"
    assert figure.axes[1].get_title().endswith(real.sequences[1].emotion)
