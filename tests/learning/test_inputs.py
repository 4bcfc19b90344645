"""Tensors, normalisation by training subjects only, and augmentation against torchvision."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from mer.core.errors import BadData
from mer.core.torchvision_guard import torchvision_importable
from mer.datasets.base import Sequence
from mer.learning import inputs

with torchvision_importable():
    from torchvision.transforms import v2

CLASSES = ("disgust", "happiness")


def sequences(n):
    return [Sequence("made-up", f"sub{i % 3:02d}", f"EP{i:02d}", CLASSES[i % 2]) for i in range(n)]


def test_apex_inputs_are_rgb_between_minus_one_and_one():
    blue = np.zeros((40, 40, 3), np.uint8)
    blue[..., 0] = 255
    data = inputs.apex_inputs([blue, 0 * blue], sequences(2), CLASSES, 16)
    assert data.x.shape == (2, 3, 16, 16)
    assert data.x[0, :, 0, 0].tolist() == [-1, -1, 1]
    assert list(data.labels) == [0, 1] and data.kind == "apex"


@pytest.mark.parametrize("size", [16, 48, 224])
def test_apex_inputs_equal_torchvisions_transforms(size):
    rng = np.random.default_rng(size)
    faces = [rng.integers(0, 256, (h, w, 3), dtype=np.uint8) for h, w in ((224, 224), (90, 61))]
    convert = v2.Compose(
        [
            v2.ToImage(),
            v2.Resize((size, size), antialias=True),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([0.5] * 3, [0.5] * 3),
        ]
    )
    theirs = torch.stack([convert(np.ascontiguousarray(face[..., ::-1])) for face in faces])
    assert torch.equal(inputs.apex_inputs(faces, sequences(2), CLASSES, size).x, theirs)


def test_parts_are_taken_in_the_asked_order_and_joined_again(motions):
    rows = np.array([5, 0, 39])
    some = motions.take(rows)
    assert len(motions) == 40 and len(some) == 3
    assert torch.equal(some.x, motions.x[rows]) and (some.labels == motions.labels[rows]).all()
    assert [s.key for s in some.sequences] == [motions.sequences[i].key for i in rows]
    mask = motions.labels == 1
    ones, rest = motions.take(mask), motions.take(~mask)
    assert set(ones.labels) == {1} and len(ones) + len(rest) == 40
    whole = inputs.concat(ones, rest, some)
    assert torch.equal(whole.x, torch.cat([ones.x, rest.x, some.x])) and len(whole) == 43
    assert whole.sequences == (*ones.sequences, *rest.sequences, *some.sequences)
    assert whole.labels.tolist() == [*ones.labels, *rest.labels, *some.labels]
    assert torch.equal(inputs.concat(some).x, some.x)


@pytest.mark.parametrize(
    "change",
    [{"kind": "apex"}, {"classes": ("positive", "negative")}, {"x": torch.zeros(40, 3, 9, 9)}],
)
def test_inputs_of_another_form_cannot_be_joined(motions, change):
    with pytest.raises(BadData, match="cannot join flow inputs of 3 x 28 x 28 in classes"):
        inputs.concat(motions, replace(motions, **change))


def test_flow_inputs_keep_units():
    flow = np.dstack([np.full((32, 32), 1.5), np.full((32, 32), -2), np.zeros((32, 32))])
    data = inputs.flow_inputs([flow.astype(np.float32)], sequences(1), CLASSES, 8)
    assert data.x[0, :, 3, 3].tolist() == [1.5, -2, 0]


def test_published_flows_are_centred_on_their_rest():
    picture = np.full((28, 28, 3), 0.6, np.float32)
    picture[:4, :4] = 1.0
    data = inputs.published_flow_inputs([picture], sequences(1), CLASSES)
    assert data.x[0, 0, 20, 20] == 0 and data.x[0, 0, 0, 0] == pytest.approx(0.4)


def test_evened_flows_are_equally_strong_without_outliers():
    rng = np.random.default_rng(0)
    flows = [rng.normal(size=(28, 28, 3)).astype(np.float32) * size for size in (1, 50)]
    flows[0][5, 5] = 1000
    data = inputs.evened(inputs.flow_inputs(flows, sequences(2), CLASSES, 28), blur=0.01)
    assert data.x[0].abs().max() <= 3 and data.x[0, 0, 5, 5] == 3
    assert data.x[1].pow(2).mean((1, 2)).tolist() == pytest.approx([1] * 3, abs=0.05)


def test_evening_looks_at_one_picture_and_turns_with_it():
    flows = list(np.random.default_rng(1).normal(size=(3, 28, 28, 3)).astype(np.float32))
    data = inputs.flow_inputs(flows, sequences(3), CLASSES, 28)
    alone = inputs.evened(inputs.flow_inputs(flows[:1], sequences(1), CLASSES, 28))
    assert torch.equal(inputs.evened(data).x[:1], alone.x)
    turned = inputs.evened(replace(data, x=inputs.mirror(data.x, "flow")))
    assert torch.allclose(turned.x, inputs.mirror(inputs.evened(data).x, "flow"), atol=1e-5)
    assert inputs.evened(replace(data, x=0 * data.x)).x.abs().max() == 0


def test_normalisation_never_looks_at_test_sequences():
    flows = [np.full((8, 8, 3), value, np.float32) for value in (1, 2, 3, 50)]
    data = inputs.flow_inputs(flows, sequences(4), CLASSES, 8)
    train = np.array([0, 1, 2])
    before = inputs.normalise(data, train).x[train]
    flows[3] *= 100
    after = inputs.normalise(inputs.flow_inputs(flows, sequences(4), CLASSES, 8), train).x[train]
    assert torch.equal(before, after)
    assert before.pow(2).mean().item() == pytest.approx(1, abs=1e-5)


def test_zero_motion_stays_zero():
    data = inputs.flow_inputs([np.zeros((8, 8, 3), np.float32)] * 2, sequences(2), CLASSES, 8)
    assert inputs.normalise(data, np.array([0])).x.abs().max() == 0


def test_flipped_apex_equals_torchvision():
    x = torch.rand(4, 3, 16, 16)
    ours = inputs.augment(x, "apex", torch.Generator().manual_seed(0), flip=1.0, translate=0)
    assert torch.equal(ours, v2.functional.horizontal_flip(x))


def test_flipped_flow_negates_its_horizontal_part_only():
    x = torch.rand(4, 3, 16, 16)
    ours = inputs.augment(x, "flow", torch.Generator().manual_seed(0), flip=1.0, translate=0)
    mirrored = v2.functional.horizontal_flip(x)
    assert torch.equal(ours[:, 0], -mirrored[:, 0])
    assert torch.equal(ours[:, 1:], mirrored[:, 1:])


@pytest.mark.parametrize("right, down", [(3, 0), (0, -2), (-1, 4)])
def test_moving_equals_torchvisions_affine(right, down):
    x = torch.rand(1, 3, 28, 28)
    ours = inputs.move(x, torch.tensor([[right, down]], dtype=torch.float32))
    theirs = v2.functional.affine(x, angle=0, translate=[right, down], scale=1, shear=[0, 0])
    assert torch.equal(ours, theirs)


def test_augmentation_has_the_asked_rates_and_reach():
    x = torch.zeros(2000, 3, 50, 50)
    x[:, :, 25, 10] = 1
    moved = inputs.augment(x, "apex", torch.Generator().manual_seed(1))
    column = moved[:, 0].sum(1).argmax(1)
    flipped = (column > 25).float().mean().item()
    assert flipped == pytest.approx(0.3, abs=0.04)
    assert set((column[column < 25] - 10).tolist()) == {-1, 0, 1}


def test_augmentation_repeats_with_its_seed():
    x = torch.rand(8, 3, 28, 28)
    a, b = (inputs.augment(x, "flow", torch.Generator().manual_seed(5)) for _ in range(2))
    c = inputs.augment(x, "flow", torch.Generator().manual_seed(6))
    assert torch.equal(a, b) and not torch.equal(a, c)
