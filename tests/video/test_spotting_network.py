"""The spotter's weights: kept, loaded, refused."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from mer.core.errors import BadData, SourceMissing
from mer.video import signals
from mer.video.signals import VALUES, encode
from mer.video.spotting_network import NAME, TOLD, Judge, Network


@pytest.fixture
def judge():
    torch.manual_seed(0)
    channels = encode(torch.zeros(1, 2, VALUES)).shape[1]
    return Judge((Network(channels).eval(), Network(channels).eval()), {"trained on": "nothing"})


def test_each_moment_is_judged(judge):
    for length in (1, 30, 250):
        found = judge.judge(np.random.default_rng(0).normal(size=(length, VALUES)).astype("f4"))
        assert found.shape == (length, len(TOLD)) and (found > 0).all() and (found < 1).all()


def test_what_comes_after_counts_and_what_is_far_away_does_not(judge):
    seen = np.zeros((300, VALUES), np.float32)
    later = seen.copy()
    later[160, signals.PARTS["told"]] = 5
    changed = np.abs(judge.judge(later) - judge.judge(seen)).max(axis=1)
    assert changed[150] > 0 and changed[:90].max() == 0


def test_weights_are_the_same_after_loading(judge, tmp_path):
    judge.save(tmp_path)
    kept = Judge.load(tmp_path)
    seen = np.random.default_rng(0).normal(size=(50, VALUES)).astype("f4")
    assert (kept.judge(seen) == judge.judge(seen)).all() and kept.card == judge.card


def test_weights_come_with_mer_and_say_where_they_are_from():
    kept = Judge.load()
    assert "synthetic people" in kept.card["trained on"]
    assert "real people" in kept.card["trained on"], "two clips: it is said"


def test_no_weights_is_said(tmp_path):
    with pytest.raises(SourceMissing, match="spotter.safetensors.*mer spotter"):
        Judge.load(tmp_path)


def test_damaged_weights_are_said(judge, tmp_path):
    path = judge.save(tmp_path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(BadData, match="not readable.*mer spotter"):
        Judge.load(tmp_path)


@pytest.mark.parametrize(
    "about, words",
    [
        ({}, "another program"),
        ({"form": "mer spotter 1", "told": "[]"}, "another program"),
        ({"form": "mer spotter 1", "told": json.dumps(TOLD)}, "do not fit"),
        (
            {"form": "mer spotter 1", "told": json.dumps(TOLD), "networks": "1", "card": "{}"},
            "do not fit",
        ),
    ],
)
def test_other_weights_are_said(about, words, tmp_path):
    save_file({"0.leave.bias": torch.zeros(3)}, tmp_path / NAME, about)
    with pytest.raises(BadData, match=words):
        Judge.load(tmp_path)
