"""Moved apexes: the frames, the flows, one training for many tests, and the figure."""

import numpy as np
import pytest
import torch
from support.casme2_release import make_release

from mer.core.errors import BadData
from mer.datasets import index
from mer.datasets.casme2 import Casme2
from mer.evaluation import protocols
from mer.experiments import ablation, apex_shift
from mer.learning import inputs
from mer.learning.training import Recipe
from mer.preprocessing import apex, flow, pairs


def test_moved_apexes_stay_between_onset_and_offset():
    numbers = [10, 16, 22, 28, 31]
    assert [apex.moved(numbers, 22, by) for by in (-24, -6, 0, 5, 24)] == [16, 16, 22, 28, 31]


def test_even_frames_and_the_offset():
    numbers = (4, 10, 13, 16, 20, 22, 25, 40)
    assert apex.even(numbers, 10, 25, 6).tolist() == [10, 16, 22, 25]
    assert apex.even(numbers, 10, 25, 1).tolist() == [10, 13, 16, 20, 22, 25]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("release")
    make_release(root, traps=())
    source = Casme2(root)
    sequences = [
        s for s in index.kept(index.build_index(source).sequences) if s.emotion in source.classes
    ][:3]
    folder = tmp_path_factory.mktemp("pairs")
    return source, sequences, pairs.build(source, sequences, folder), folder


def test_the_flow_to_the_annotated_apex_is_that_of_the_pair(made):
    source, sequences, built, folder = made
    frames = {"annotated": [p.apex for p in built], "early": [p.onset + 1 for p in built]}
    data = apex_shift.inputs_of(source, sequences, built, frames, 28, quiet=True)
    kept = [
        flow.onset_to_apex(*pairs.crops(folder, pair))
        for pair in built
    ]
    known = inputs.flow_inputs(kept, sequences, source.classes, 28)
    torch.testing.assert_close(data["annotated"].x, known.x)
    assert not torch.equal(data["early"].x, known.x)
    assert data["early"].sequences == known.sequences


def test_one_training_scores_every_way(motions, tmp_path):
    """The way that repeats the trained inputs has their scores, and no seed sees a test person."""
    folds = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    noise = inputs.replace(motions, x=torch.zeros_like(motions.x))
    data = apex_shift.stacked(motions, {"same": motions, "nothing": noise})
    every = apex_shift.folds_of(folds, len(motions.labels), 2)
    assert not any(protocols.shared_subjects(fold, data.subjects) for fold in every)
    recipe = Recipe("compact", "plain", epochs=2)
    scored = ablation.run([ablation.Setting(recipe, data, every)], folds, [0, 1], tmp_path, True)
    ways = apex_shift.by_way(scored["plain"])
    alone = ablation.run([ablation.Setting(recipe, motions)], folds, [0, 1], tmp_path, True)[
        "plain"
    ]
    probabilities = [c for c in alone if c.startswith("p_")]
    assert list(ways) == ["plain", "same", "nothing"]
    for way in ("plain", "same"):
        assert ways[way].name.tolist() == alone.name.tolist()
        np.testing.assert_allclose(ways[way][probabilities], alone[probabilities], atol=1e-6)
    one_network = ways["nothing"].groupby(["fold", "seed"])[probabilities]
    assert (one_network.std() < 1e-6).all(axis=None), "equal pictures, equal scores"
    found = ablation.records(ways, 50)
    figure = apex_shift.plot_cost(found, {"nothing": -7.0}, 0.3)
    left, right = figure.axes
    assert [t.get_text() for t in right.get_yticklabels()] == ["same"]
    assert list(left.lines[0].get_xdata()) == [-7.0, 0.0]


def test_ways_of_different_length_are_refused(motions, tmp_path):
    folds = protocols.grouped_folds(motions.labels, motions.subjects, 2)
    data = apex_shift.stacked(motions, {"same": motions})
    few = [
        inputs.replace(fold, test=np.r_[fold.test, fold.test[:2] + len(motions.labels)])
        for fold in folds
    ]
    scored = ablation.run(
        [ablation.Setting(Recipe("compact", "plain", epochs=1), data, few)],
        folds,
        [0],
        tmp_path,
        True,
    )
    with pytest.raises(BadData, match="folds_of"):
        apex_shift.by_way(scored["plain"])
