"""Moved apexes: the frames, the flows, and the figure."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from support.casme2_release import make_release
from support.factories import TRUTH, difference, table

from mer.datasets import index
from mer.datasets.base import Sequence
from mer.datasets.casme2 import Casme2
from mer.experiments import ablation, apex_shift
from mer.learning import conditions, inputs
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


class Strangers:
    """Two strangers of whom few frames were rendered."""

    def __init__(self):
        rows = (("a", 10, 24, 60, (10, 12, 24, 35, 36)), ("b", 10, 30, 50, (10, 18, 29, 30, 42)))
        self.sequences = [
            Sequence("synthetic", who, "1", "joy", onset, apex, offset, numbers=numbers)
            for who, onset, apex, offset, numbers in rows
        ]
        self.pairs = [SimpleNamespace(apex=24, midpoint=35), SimpleNamespace(apex=30, midpoint=30)]
        self.source = SimpleNamespace(true_apex=lambda one: one.apex - 1)


def test_a_strangers_apex_is_moved_among_the_frames_that_were_rendered():
    frames = apex_shift.frames_of(Strangers(), (-12, 12))
    assert frames == {
        "annotated apex": [24, 30],
        "test moved by -12": [12, 18],
        "test moved by +12": [36, 42],
        "midpoint": [35, 30],
        "true apex": [23, 29],
    }
    assert apex_shift.distance(frames, "midpoint") == 5.5
    early = apex_shift.frames_of(Strangers(), (-24,))["test moved by -24"]
    assert early == [12, 18]  # never the onset, which would show no motion


def test_each_test_of_one_training_has_a_name_and_those_of_others_follow():
    first = table(TRUTH, "annotated apex")
    names = ("", *(conditions.MARK + one for one in ("test moved by -12", "midpoint")))
    stacked = [first.assign(name=first["name"] + mark) for mark in names]
    scored = {"annotated apex": pd.concat(stacked), "midpoint, training and test": first}
    known = dict.fromkeys(("annotated apex", "test moved by -12", "midpoint", "true apex"))
    found = apex_shift.apart(scored, known)
    assert list(found) == [
        "annotated apex",
        "test moved by -12",
        "midpoint, test only",
        "midpoint, training and test",
    ]
    assert all(len(rows) == len(TRUTH) for rows in found.values())
    assert set(found["midpoint, test only"].model) == {"midpoint, test only"}


def studied(guess):
    """Records of a study on the midpoint that answers `guess`."""
    both = apex_shift.both("midpoint")
    scored = {"annotated apex": table(TRUTH, "annotated apex"), both: table(guess, both)}
    return apex_shift.records(scored, 200)


def test_the_practical_answer_follows_from_the_interval():
    poor = apex_shift.practical(studied(np.zeros_like(TRUTH)))
    assert poor.startswith("a study on the midpoint pays for it, UAR -0.667")
    one_wrong = TRUTH.copy()
    one_wrong[0] = 1
    unsure = apex_shift.practical(studied(one_wrong))
    assert "cannot be told" in unsure and "loses at most about 0.0" in unsure
    better = difference(0.1, 0.05, 0.2, "uar", "midpoint, training and test - annotated apex")
    assert "is better than" in apex_shift.practical([better])


def test_only_what_was_trained_has_seconds():
    tables = {
        name: table(TRUTH, name)
        for name in ("annotated apex", "test moved by +6", "midpoint, training and test")
    }
    spent = [r.model for r in apex_shift.records(tables, 50) if r.metric == "seconds"]
    assert spent == ["annotated apex", "midpoint, training and test"]


def test_the_figure_sets_moved_tests_apart_from_other_studies():
    names = {"annotated apex": TRUTH, "same": TRUTH, "test moved by -12": np.zeros_like(TRUTH)}
    found = ablation.records({name: table(guess, name) for name, guess in names.items()}, 50)
    frames = {"annotated apex": [20, 30], "test moved by -12": [10, 26], "midpoint": [24, 29]}
    left, right = apex_shift.plot_cost(found, frames, 0.3).axes
    assert [t.get_text() for t in right.get_yticklabels()] == ["same"]
    assert list(left.lines[0].get_xdata()) == [-7.0, 0.0]
