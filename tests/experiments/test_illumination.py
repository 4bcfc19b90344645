"""Another light: only test faces get it, normalisation never sees it, scores are told apart."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from support.factories import score_table

from mer.core.errors import BadData
from mer.evaluation import protocols
from mer.experiments import ablation, illumination
from mer.learning import inputs
from mer.learning.training import Recipe
from mer.preprocessing import contrast

LIGHTS = [light.name for light in illumination.ALL]
PLAIN = Recipe("compact", "plain", epochs=2)


def in_lights(data, *factors):
    return illumination.joined(
        {name: replace(data, x=data.x * factor) for name, factor in zip(LIGHTS, factors)}
    )


def test_a_stop_halves_the_light():
    grey = np.full((4, 10, 3), 200, np.uint8)
    one = illumination.Light("one stop", 1, 1)(grey)
    assert (one == round(200 * 0.5 ** (1 / 2.2))).all()
    assert (illumination.RECORDED(grey) == grey).all()


def test_light_from_one_side_falls_smoothly():
    row = illumination.SIDE(np.full((4, 60, 3), 200, np.uint8))[0, :, 0].astype(int)
    assert row[-1] == 200 and row[0] == round(200 * 2 ** (-4 / 2.2))
    assert (np.diff(row) >= 0).all() and np.diff(row).max() < 8


def test_joined_inputs_hold_every_sequence_in_every_light(motions):
    data = in_lights(motions, 1, 2, 3)
    assert len(data.x) == len(data.sequences) == len(data.labels) == 120
    assert data.sequences[:40] == motions.sequences
    assert data.sequences[40].name == f"{motions.sequences[0].name}@dark"
    assert len({one.key for one in data.sequences}) == 120
    assert list(data.subjects[80:]) == list(motions.subjects)


def test_only_test_positions_are_in_another_light(motions):
    plain = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    data = in_lights(motions, 1, 2, 3)
    for before, fold in zip(plain, illumination.in_all(plain, 40, 3)):
        assert (fold.train == before.train).all() and fold.train.max() < 40
        assert sorted(fold.test % 40) == sorted(np.tile(before.test, 3))
        assert not protocols.shared_subjects(fold, data.subjects)


def test_normalisation_never_sees_another_light(motions):
    fold, _ = illumination.in_all(
        protocols.grouped_folds(motions.labels, motions.subjects, 2), 40, 2
    )
    mild, harsh = (
        inputs.normalise(in_lights(motions, 1, factor), fold.train) for factor in (2, 900)
    )
    assert torch.equal(mild.x[:40], harsh.x[:40])


def test_one_training_scores_all_lights_and_the_first_is_the_usual_score(motions, tmp_path):
    plain = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    usual = ablation.run(
        [ablation.Setting(PLAIN, motions)], plain, [0], tmp_path, True, with_train=True
    )
    folds = illumination.in_all(plain, 40, 3)
    tables = ablation.run(
        [ablation.Setting(PLAIN, in_lights(motions, 1, 1, -1))],
        folds,
        [0],
        tmp_path,
        True,
        with_train=True,
    )
    parts = illumination.split(tables["plain"], LIGHTS)
    order = ["fold", "split", "subject", "name"]
    recorded, expected = (
        t.sort_values(order).reset_index(drop=True).drop(columns="seconds")
        for t in (parts["as recorded"], usual["plain"])
    )
    pd.testing.assert_frame_equal(recorded, expected)
    assert set(parts["dark"].split) == {"test"} and len(parts["dark"]) == 40
    found = {r["metric"]: r["value"] for r in illumination.records({"plain": parts}, "dark", 50)}
    assert found["kept"] == 1
    found = {
        r["metric"]: r["value"] for r in illumination.records({"plain": parts}, "side-lit", 50)
    }
    assert found["kept"] < 0.6  # motion turned round is answered otherwise


def parts_of(model, *guesses):
    truth, subjects = np.arange(30) % 3, [f"s{i % 10}" for i in range(30)]
    return {
        light: score_table(truth, guess, subjects, model=model).assign(seconds=1.0)
        for light, guess in zip(LIGHTS, guesses)
    }


def test_answers_kept_are_counted_right_or_wrong():
    wrong = (np.arange(30) + 1) % 3
    half = np.where(np.arange(30) < 15, wrong, 0)
    steady, shaky = parts_of("steady", wrong, wrong), parts_of("shaky", wrong, half)
    found = illumination.records({"shaky": shaky, "steady": steady}, "dark", 200)
    kept = {r["model"]: r for r in found if r["metric"].startswith("kept")}
    share = (half == wrong).mean()
    assert kept["steady"]["value"] == 1 and kept["shaky"]["value"] == pytest.approx(share)
    assert kept["steady - shaky"]["value"] == pytest.approx(1 - share)
    assert kept["steady"]["protocol"] == "loso, dark"
    assert "steady (+" in ablation.sentence(found, "kept")


def test_both_panels_show_every_light():
    parts = parts_of("plain", *[np.arange(30) % 3] * 3)
    found = {"as recorded": ablation.records({"plain": parts["as recorded"]}, 50)}
    found |= {light: illumination.records({"plain": parts}, light, 50) for light in LIGHTS[1:]}
    left, right = illumination.plot_lights(found, 1 / 3, "Light").axes
    dots = [
        sum(line.get_marker() == "o" and len(line.get_xdata()) == 1 for line in axis.lines)
        for axis in (left, right)
    ]
    assert dots == [3, 2]
    assert [text.get_text() for text in left.get_yticklabels()] == ["plain"]


def test_pictures_stand_above_their_histograms():
    face = np.random.default_rng(0).integers(60, 120, (64, 64, 3), np.uint8)
    pictures = {one.name: one(face) for one in contrast.ALL[:3]}
    axes = illumination.plot_histograms(pictures, "What each does").axes
    assert [axis.get_title() for axis in axes[:3]] == list(pictures)
    assert all(axis.collections for axis in axes[3:])
    rows = {"as recorded": [face], "dark": [illumination.DARK(face)]}
    axes = illumination.plot_pictures(rows, ["none"]).axes
    assert [axis.get_ylabel() for axis in axes] == list(rows)


def test_parts_of_other_sequences_are_refused(motions):
    fewer = replace(motions, sequences=motions.sequences[::-1])
    with pytest.raises(BadData, match="other sequences"):
        illumination.joined({"as recorded": motions, "dark": fewer})


def test_names_that_hold_the_mark_are_refused(motions):
    marked = replace(
        motions, sequences=(replace(motions.sequences[0], name="E@1"), *motions.sequences[1:])
    )
    with pytest.raises(BadData, match="E@1"):
        illumination.joined({"as recorded": marked, "dark": marked})


def test_a_light_that_was_not_scored_is_named():
    table = score_table(np.zeros(4, int), np.zeros(4, int), list("abcd"))
    with pytest.raises(BadData, match="dark, side-lit"):
        illumination.split(table, LIGHTS)
