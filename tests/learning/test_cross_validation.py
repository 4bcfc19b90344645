"""Recipe x folds x seeds: a whole score table, resumed from parts, the same in parallel."""

import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.factories import RECIPE

from mer.core import environment
from mer.core.errors import BadData, MerError
from mer.evaluation import metrics, protocols, scores
from mer.learning import cross_validation

SHORT = replace(RECIPE, epochs=2)


@pytest.fixture
def folds(motions):
    return protocols.leave_one_subject_out(motions.subjects)[:3]


def test_every_fold_and_seed_is_scored(motions, folds, tmp_path):
    table = cross_validation.cross_validate(SHORT, motions, folds, [0, 1], tmp_path, quiet=True)
    scores.check(table)
    assert len(table) == 2 * sum(len(fold.test) for fold in folds)
    assert set(table.split) == {"test"} and set(table.seed) == {0, 1}
    assert cross_validation.seconds(table).value > 0


def test_finished_parts_are_not_trained_again(motions, folds, tmp_path):
    first = cross_validation.cross_validate(SHORT, motions, folds, [0], tmp_path, quiet=True)
    parts = sorted(tmp_path.glob("*.csv"))
    assert len(parts) == 3
    parts[0].unlink()
    stamps = {path: os.stat(path).st_mtime_ns for path in parts[1:]}
    again = cross_validation.cross_validate(SHORT, motions, folds, [0], tmp_path, quiet=True)
    assert stamps == {path: os.stat(path).st_mtime_ns for path in parts[1:]}
    same = [column for column in first.columns if column != "seconds"]
    pd.testing.assert_frame_equal(first[same], again[same])


def test_another_recipe_or_other_data_do_not_reuse_parts(motions, folds, tmp_path):
    cross_validation.cross_validate(SHORT, motions, folds, [0], tmp_path, quiet=True)
    cross_validation.cross_validate(
        replace(SHORT, lr=1e-4), motions, folds, [0], tmp_path, quiet=True
    )
    cross_validation.cross_validate(
        SHORT, replace(motions, x=motions.x * 2), folds, [0], tmp_path, quiet=True
    )
    assert len(list(tmp_path.glob("*.csv"))) == 9


def test_training_rows_are_marked_and_refused_by_metrics(motions, folds, tmp_path):
    table = cross_validation.cross_validate(
        SHORT, motions, folds[:1], [0], tmp_path, quiet=True, with_train=True
    )
    counts = table.split.value_counts()
    assert counts["train"] == len(folds[0].train) and counts["test"] == len(folds[0].test)
    with pytest.raises(Exception, match="together"):
        metrics.evaluate(table)


def test_every_row_names_its_own_sequence(motions, folds, tmp_path):
    table = cross_validation.cross_validate(SHORT, motions, folds, [0], tmp_path, quiet=True)
    truth = {(s.subject, s.name): s.emotion for s in motions.sequences}
    assert all(truth[row.subject, row["name"]] == row.emotion for _, row in table.iterrows())
    assert np.all(table.groupby("fold").subject.nunique() == 1)


def test_one_training_under_two_names_is_done_once(motions, folds, tmp_path):
    first = cross_validation.cross_validate(RECIPE, motions, folds, [0], tmp_path, quiet=True)
    parts = sorted(tmp_path.iterdir())
    again = cross_validation.cross_validate(
        replace(RECIPE, label="another"), motions, folds, [0], tmp_path, True
    )
    assert sorted(tmp_path.iterdir()) == parts and set(again.model) == {"another"}
    pd.testing.assert_frame_equal(again.drop(columns="model"), first.drop(columns="model"))


def test_several_recipes_give_what_each_gives_alone(motions, folds, tmp_path):
    other = replace(RECIPE, label="other", flip=0.0)
    both = cross_validation.cross_validate_all(
        [(RECIPE, motions, folds), (other, motions, folds[:1])], [0], tmp_path / "both", quiet=True
    )
    alone = cross_validation.cross_validate(
        other, motions, folds[:1], [0], tmp_path / "alone", quiet=True
    )
    pd.testing.assert_frame_equal(both[1].drop(columns="seconds"), alone.drop(columns="seconds"))
    assert set(both[0].fold) == {fold.name for fold in folds}
    assert set(both[0].model) == {RECIPE.label}


@pytest.mark.slow
def test_a_cluster_gives_the_rows_that_this_machine_gives(
    motions, two_workers, tmp_path, monkeypatch
):
    folds = protocols.leave_one_subject_out(motions.subjects)
    run = dict(inputs=motions, folds=folds, seeds=[0, 1], quiet=True, every_epoch=True)
    there = cross_validation.cross_validate(SHORT, parts=tmp_path / "there", **run)
    monkeypatch.delenv(environment.CLUSTER)
    here = cross_validation.cross_validate(SHORT, parts=tmp_path / "here", **run)
    same = [column for column in here.columns if column != "seconds"]
    pd.testing.assert_frame_equal(here[same], there[same], check_exact=True)
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == sorted(
        path.name for path in (tmp_path / "there").iterdir()
    )


@pytest.mark.slow
def test_a_worker_of_another_version_is_refused(motions, folds, two_workers, tmp_path, monkeypatch):
    monkeypatch.setattr(cross_validation, "has_bfloat16", lambda: "somewhere else")
    with pytest.raises(MerError, match="other code or another torch"):
        cross_validation.cross_validate(SHORT, motions, folds, [0], tmp_path, quiet=True)
    assert not list(tmp_path.iterdir())


def test_the_weights_to_begin_with_and_the_processor_name_a_part(motions, folds, monkeypatch):
    base = cross_validation.training_key(SHORT, motions)
    start = {"bias": motions.x[0, 0, 0]}
    other = {"bias": motions.x[0, 0, 1]}
    keys = {cross_validation.job_key(base, folds[0], 0, one) for one in (None, start, other)}
    assert len(keys | {cross_validation.job_key(base, folds[0], 1)}) == 4
    monkeypatch.setattr(cross_validation, "has_bfloat16", lambda: "another answer")
    assert cross_validation.training_key(SHORT, motions) != base


def test_a_damaged_part_is_named(motions, folds, tmp_path):
    cross_validation.cross_validate(SHORT, motions, folds, [0], tmp_path, quiet=True)
    part = sorted(tmp_path.iterdir())[0]
    part.write_bytes(b"")
    with pytest.raises(BadData, match=f"{part.name}: no readable folds.*Delete"):
        cross_validation.cross_validate(SHORT, motions, folds, [0], tmp_path, quiet=True)
