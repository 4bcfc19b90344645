"""Moved apexes: the frames, the flows, and the figure."""

import numpy as np
import pytest
import torch
from support.casme2_release import make_release
from support.factories import TRUTH, table

from mer.datasets import index
from mer.datasets.casme2 import Casme2
from mer.experiments import ablation, apex_shift
from mer.learning import inputs
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
    kept = [flow.onset_to_apex(*pairs.crops(folder, pair)) for pair in built]
    known = inputs.flow_inputs(kept, sequences, source.classes, 28)
    torch.testing.assert_close(data["annotated"].x, known.x)
    assert not torch.equal(data["early"].x, known.x)
    assert data["early"].sequences == known.sequences


def test_the_figure_sets_moved_tests_apart_from_other_studies():
    guesses = {"plain": TRUTH, "same": TRUTH, "nothing": np.zeros_like(TRUTH)}
    found = ablation.records({name: table(guess, name) for name, guess in guesses.items()}, 50)
    left, right = apex_shift.plot_cost(found, {"nothing": -7.0}, 0.3).axes
    assert [t.get_text() for t in right.get_yticklabels()] == ["same"]
    assert list(left.lines[0].get_xdata()) == [-7.0, 0.0]
