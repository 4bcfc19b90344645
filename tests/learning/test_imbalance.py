"""Each way of balancing does what its paper says, with the counts of the training part only."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from support.factories import RECIPE

from mer.core.errors import MerError
from mer.learning import imbalance, training

LABELS = np.array([0] * 6 + [1] * 3 + [3])  # class 2 has no training sequence
CPU = torch.device("cpu")


@pytest.fixture
def batch():
    draw = torch.Generator().manual_seed(0)
    return torch.randn(10, 4, generator=draw), torch.from_numpy(LABELS)


def test_class_weights_make_the_present_classes_count_the_same():
    weights = imbalance.class_weights(LABELS, 4)
    counts = np.bincount(LABELS, minlength=4)
    assert (weights * counts)[[0, 1, 3]] == pytest.approx([10 / 3] * 3) and weights[2] == 0


def test_plain_is_cross_entropy_and_weights_weigh_it(batch):
    logits, target = batch
    plain = imbalance.loss("plain", LABELS, 4, CPU)(logits, target)
    assert plain == F.cross_entropy(logits, target)
    each = F.cross_entropy(logits, target, reduction="none")
    weighed = imbalance.loss("weights", LABELS, 4, CPU)(logits, target)
    means = [each[target == label].mean() for label in (0, 1, 3)]
    assert weighed.item() == pytest.approx(np.mean([mean.item() for mean in means]))


def test_focal_is_cross_entropy_less_what_is_known(batch):
    logits, target = batch
    known = torch.softmax(logits, 1)[torch.arange(10), target]
    expected = ((1 - known) ** 2 * -known.log()).mean()
    assert imbalance.loss("focal", LABELS, 4, CPU)(logits, target).item() == pytest.approx(
        expected.item()
    )


def test_adjusted_logits_carry_the_shares_and_leave_absent_classes_alone(batch):
    logits, target = batch
    shares = imbalance.log_shares(LABELS, 4)
    assert shares == pytest.approx([np.log(0.6), np.log(0.3), 0, np.log(0.1)])
    found = imbalance.loss("adjusted", LABELS, 4, CPU)(logits, target)
    assert found.item() == pytest.approx(
        F.cross_entropy(logits + torch.from_numpy(shares).float(), target).item()
    )


def test_sampling_shows_every_class_alike_and_the_others_every_sequence_once():
    draw = torch.Generator().manual_seed(0)
    for way in set(imbalance.METHODS) - {"sampling"}:
        assert sorted(imbalance.order(way, LABELS, draw).tolist()) == list(range(10))
    shown = np.concatenate([LABELS[imbalance.order("sampling", LABELS, draw)] for _ in range(600)])
    shares = np.bincount(shown, minlength=4) / len(shown)
    assert shares == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3], abs=0.03)


def test_unknown_way_names_the_known_ones():
    with pytest.raises(MerError, match="'loud'.*plain, weights"):
        imbalance.loss("loud", LABELS, 4, CPU)


def rare_task(motions):
    """Two classes that overlap, one of them five times as frequent."""
    train = np.r_[np.arange(0, 40, 2), np.arange(1, 9, 2)]
    noise = torch.from_numpy(np.random.default_rng(5).normal(0, 1, motions.x.shape)).float()
    return replace(motions, x=0.2 * motions.x + 0.1 * noise), train


@pytest.mark.parametrize("way", ["weights", "sampling", "adjusted"])
def test_balanced_training_gives_the_rare_class_more_than_plain(motions, way):
    data, train = rare_task(motions)
    unseen = np.setdiff1d(np.arange(40), train)  # all of the rare class
    rare = [
        training.fit_and_score(replace(RECIPE, balance=name), data, train, unseen, 0)[0][
            :, 1
        ].mean()
        for name in ("plain", way)
    ]
    assert rare[1] > rare[0] + 0.1


def test_every_way_trains_when_a_class_is_absent(motions):
    wide = replace(motions, classes=(*motions.classes, "surprise"))
    for way in imbalance.METHODS:
        probabilities, _ = training.fit_and_score(
            replace(RECIPE, epochs=1, balance=way), wide, np.arange(30), np.arange(30, 40), 0
        )
        assert np.isfinite(probabilities).all()
