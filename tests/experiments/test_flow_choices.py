"""The inputs that a network reads emotions from: each algorithm, each choice, one at a time."""

import cv2
import numpy as np
import pytest
import torch

from mer.core.errors import MerError
from mer.datasets.base import Sequence
from mer.experiments import earlier_study, flow_accuracy, flow_choices
from mer.learning import cross_validation
from mer.learning.inputs import apex_inputs, flow_inputs, mirror

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


@pytest.fixture
def cast(crops, data):
    return flow_choices.Cast(crops, data.sequences, data.classes, quiet=True)


def test_every_algorithm_sees_the_same_sequences(cast, data):
    found = flow_choices.algorithms(cast, data, ("farneback", "dis"))
    assert list(found) == ["dis-fine", "farneback", "dis", "plain difference"]
    assert found["dis-fine"] is data
    assert all(one.sequences == data.sequences for one in found.values())
    assert [tuple(one.x.shape[1:]) for one in found.values()] == [(3, 16, 16)] * 3 + [(1, 16, 16)]


def test_an_unknown_algorithm_is_refused(cast, data):
    with pytest.raises(MerError, match="unknown flow method 'dys'"):
        flow_choices.algorithms(cast, data, ("dys",))


def test_the_choices_change_one_thing_each(cast, data):
    found = flow_choices.choices(cast, data)
    assert list(found) == [flow_accuracy.EARLIER, *flow_choices.CHOICES]
    plain, picture, cut, wide, unsigned = found.values()
    assert plain.kind == "flow"
    assert picture.kind == "apex" and float(picture.x.abs().max()) <= 1
    assert not torch.equal(cut.x, plain.x) and not torch.equal(wide.x, plain.x)
    assert torch.equal(unsigned.x, plain.x)
    one = plain.x[:1]
    assert torch.equal(mirror(one, unsigned.kind)[:, 0], -mirror(one, "flow")[:, 0])


def test_the_picture_is_that_of_the_earlier_implementation(cast, crops, data):
    drawn = [earlier_study.flow_picture(*crop) for crop in crops]
    known = apex_inputs(drawn, data.sequences, data.classes, data.size)
    torch.testing.assert_close(flow_choices.choices(cast, data)[flow_choices.CHOICES[0]].x, known.x)


def test_the_first_choice_is_not_trained_again(cast, data):
    """Its name, recipe and inputs equal those of the first ablation, so `parts` has it."""
    name = flow_accuracy.EARLIER
    first = flow_choices.algorithms(cast, data, (name,))
    again = flow_choices.choices(cast, data)
    (one, two) = (
        flow_choices.one_each({name: found[name]}, None, 3)[0] for found in (first, again)
    )
    assert one.recipe == two.recipe and one.recipe.epochs == 3
    assert cross_validation.training_key(one.recipe, one.data) == cross_validation.training_key(
        two.recipe, two.data
    )


def test_settings_are_examined_where_there_are_strangers(data):
    (alone,) = flow_choices.one_each({"flow": data}, None, 3)
    assert alone.folds is None and len(alone.data) == len(data)
    (examined,) = flow_choices.one_each({"flow": data}, {"flow": data}, 3)
    assert len(examined.data) == 2 * len(data) and len(examined.folds) == 1


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
