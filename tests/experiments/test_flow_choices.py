"""The inputs that a network reads emotions from: each algorithm, each choice, one at a time."""

import cv2
import numpy as np
import pytest
import torch

from mer.datasets.base import Sequence
from mer.experiments import flow_accuracy, flow_choices
from mer.learning import cross_validation
from mer.learning.inputs import flow_inputs, mirror

SIDE = 64


def texture(seed=0):
    noise = np.random.default_rng(seed).integers(0, 255, (SIDE, SIDE), np.uint8)
    return np.repeat(cv2.GaussianBlur(noise, (0, 0), 3)[..., None], 3, axis=2)


@pytest.fixture
def crops():
    return [(texture(i), np.roll(texture(i), 1 + i, axis=1)) for i in range(3)]


@pytest.fixture
def data():
    named = [Sequence("made-up", f"s{i}", "E1", "surprise") for i in range(3)]
    return flow_inputs(
        [np.zeros((SIDE, SIDE, 3), np.float32)] * 3, named, ("disgust", "surprise"), 16
    )


def test_every_algorithm_is_one_setting_on_the_same_sequences(crops, data):
    settings = flow_choices.algorithms(crops, data, 3)
    assert [one.name for one in settings] == [*flow_choices.READ, "plain difference"]
    assert settings[0].data is data
    assert all(one.data.sequences == data.sequences and one.recipe.epochs == 3 for one in settings)
    assert [tuple(one.data.x.shape[1:]) for one in settings] == [(3, 16, 16)] * 4 + [(1, 16, 16)]


def test_the_difference_has_a_sign_that_a_mirror_leaves_alone(data):
    dark, bright = np.full((SIDE, SIDE, 3), 10, np.uint8), np.full((SIDE, SIDE, 3), 14, np.uint8)
    made = flow_choices.difference_inputs([(bright, dark)] * 3, data)
    assert torch.all(made.x == -4) and torch.equal(mirror(made.x, made.kind), made.x)


def test_the_choices_change_one_thing_each(crops, data):
    plain, picture, cut, wide, unsigned = flow_choices.choices(crops, data, 3)
    assert plain.name == flow_accuracy.EARLIER and plain.data.kind == "flow"
    assert picture.data.kind == "apex" and float(picture.data.x.abs().max()) <= 1
    assert not torch.equal(cut.data.x, plain.data.x)
    assert not torch.equal(wide.data.x, plain.data.x)
    assert torch.equal(unsigned.data.x, plain.data.x)
    one = plain.data.x[:1]
    assert torch.equal(mirror(one, unsigned.data.kind)[:, 0], -mirror(one, "flow")[:, 0])


def test_the_first_choice_is_not_trained_again(crops, data):
    """Its name, recipe and inputs equal those of the first ablation, so `parts` has it."""
    of_first = next(
        one for one in flow_choices.algorithms(crops, data, 3) if one.name == flow_accuracy.EARLIER
    )
    again = flow_choices.choices(crops, data, 3)[0]
    assert again.recipe == of_first.recipe and torch.equal(again.data.x, of_first.data.x)
    assert cross_validation.training_key(again.recipe, again.data) == cross_validation.training_key(
        of_first.recipe, of_first.data
    )


def test_the_threshold_forgets_small_motion_only():
    field = np.array([[[0.6, 0.6], [0.6, 0.9]]], np.float32)
    kept = flow_choices.floored(field)
    assert np.all(kept[0, 0] == 0) and np.array_equal(kept[0, 1], field[0, 1])


def test_stretching_gives_every_field_the_same_range_and_keeps_directions():
    field = np.random.default_rng(0).normal(size=(8, 8, 2)).astype(np.float32)
    weak, strong = flow_choices.stretched(field), flow_choices.stretched(5 * field)
    assert np.allclose(weak, strong, atol=1e-5) and weak.dtype == np.float32
    size = np.linalg.norm(weak, axis=-1)
    assert size.max() == pytest.approx(1, abs=1e-5) and size.min() == pytest.approx(0, abs=1e-5)
    apart = np.arctan2(weak[..., 1], weak[..., 0]) - np.arctan2(field[..., 1], field[..., 0])
    assert np.abs(apart[size > 1e-3]).max() < 1e-4
    assert np.all(flow_choices.stretched(np.zeros((4, 4, 2), np.float32)) == 0)
