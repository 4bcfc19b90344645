"""Another light: how it falls on a face, and which answers change with it."""

from dataclasses import replace

import numpy as np
import pytest
from support.factories import score_table

from mer.evaluation import protocols
from mer.experiments import ablation, illumination, lights
from mer.learning import conditions
from mer.learning.training import Recipe
from mer.preprocessing import contrast

LIGHTS = [light.name for light in lights.ALL]
PLAIN = Recipe("compact", "plain", epochs=2)


def test_the_cast_trains_in_the_first_light_and_strangers_are_tested_in_all(motions, tmp_path):
    seen = {name: replace(motions, x=motions.x * by) for name, by in zip(LIGHTS, (1, 1, -1))}
    folds = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    others = tuple(replace(one, subject=f"other {one.subject}") for one in motions.sequences)
    strangers = {name: replace(data, sequences=others) for name, data in seen.items()}
    setting = illumination.setting(PLAIN, seen, strangers, folds)
    (fold,) = setting.folds
    assert len(fold.train) == 40 and len(fold.test) == 3 * 40
    tables = ablation.run([setting], [], [0], tmp_path, True, with_train=True)
    parts = conditions.unstack(tables["plain"], LIGHTS)
    tested = parts["side-lit"]
    assert set(tested.subject) == {one.subject for one in others} and len(tested) == 40
    without = illumination.setting(PLAIN, seen, None, folds)
    assert [len(fold.test) for fold in without.folds] == [3 * len(fold.test) for fold in folds]
    assert len(without.data) == 3 * 40


def test_answers_of_one_training_are_compared_between_lights(motions, tmp_path):
    folds = conditions.folds_for(
        protocols.grouped_folds(motions.labels, motions.subjects, 2), 40, 3
    )
    seen = {name: replace(motions, x=motions.x * by) for name, by in zip(LIGHTS, (1, 1, -1))}
    setting = ablation.Setting(PLAIN, conditions.stack(seen))
    tables = ablation.run([setting], folds, [0], tmp_path, True, with_train=True)
    parts = conditions.unstack(tables["plain"], LIGHTS)
    found = {r.metric: r.value for r in illumination.records({"plain": parts}, "dark", 50)}
    assert found["kept"] == 1
    found = {r.metric: r.value for r in illumination.records({"plain": parts}, "side-lit", 50)}
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
    kept = {r.model: r for r in found if r.metric.startswith("kept")}
    share = (half == wrong).mean()
    assert kept["steady"].value == 1 and kept["shaky"].value == pytest.approx(share)
    assert kept["steady - shaky"].value == pytest.approx(1 - share)
    assert kept["steady"].protocol == "loso, dark"
    assert "steady (kept +" in ablation.sentence(found, "kept")


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
    rows = {"as recorded": [face], "dark": [lights.DARK(face)]}
    axes = illumination.plot_pictures(rows, ["none"]).axes
    assert [axis.get_ylabel() for axis in axes] == list(rows)
