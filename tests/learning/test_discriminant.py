"""The linear discriminant: what it computes, what it may not see, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from mer.core.errors import BadData
from mer.datasets.base import Sequence
from mer.evaluation import protocols, scores
from mer.learning import discriminant, inputs

CLASSES = ("negative", "positive", "surprise")


@pytest.fixture(scope="module")
def motions():
    """Sixty flows of ten people: a patch at the mouth whose vertical motion tells the class."""
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 3
    pictures = rng.normal(0.5, 0.05, (60, 28, 28, 3)).astype(np.float32)
    pictures[:, 18:22, 6:22, 1] += 0.3 * (labels - 1)[:, None, None]
    named = [
        Sequence("made-up", f"s{i % 10}", f"E{i}", CLASSES[k], database="made-up")
        for i, k in enumerate(labels)
    ]
    return inputs.published_flow_inputs(list(pictures), named, CLASSES)


def test_it_is_fishers_discriminant_with_a_ridge():
    rng = np.random.default_rng(1)
    labels = np.repeat([0, 1, 2], 200)
    x = rng.normal(size=(600, 5)) + rng.normal(size=(3, 5))[labels]
    ours = discriminant.fit(x, labels, 3, ridge=1e-9).probabilities(x)
    theirs = LinearDiscriminantAnalysis(solver="lsqr", priors=[1 / 3] * 3).fit(x, labels)
    assert np.allclose(ours, theirs.predict_proba(x), atol=1e-3)


def test_a_large_ridge_gives_the_nearest_mean():
    rng = np.random.default_rng(2)
    labels = np.arange(90) % 3
    x = rng.normal(size=(90, 4)) * [1, 10, 1, 1] + 2 * np.eye(3, 4)[labels]
    means = np.stack([x[labels == k].mean(0) for k in range(3)])
    nearest = np.linalg.norm(x[:, None] - means, axis=-1).argmin(1)
    assert (
        discriminant.fit(x, labels, 3, ridge=1e9).probabilities(x * 1e6).argmax(1)
        == np.argmax(x * 1e6 @ (means - means.mean(0)).T, 1)
    ).all()
    fitted = discriminant.fit(x, labels, 3, ridge=1e6)
    assert ((x @ fitted.slope + fitted.offset).argmax(1) == nearest).all()


def test_class_shares_do_not_matter():
    x = np.array([[-1.0], [-3.0], [1.0], [3.0]])
    few = discriminant.fit(x, np.array([0, 0, 1, 1]), 2)
    many = discriminant.fit(np.repeat(x, [9, 9, 1, 1], axis=0), np.repeat([0, 1], [18, 2]), 2)
    assert few.probabilities(np.zeros((1, 1)))[0] == pytest.approx([0.5, 0.5])
    assert many.probabilities(np.zeros((1, 1)))[0] == pytest.approx([0.5, 0.5])


def test_a_class_without_training_sequences_gets_no_chance():
    x = np.random.default_rng(3).normal(size=(20, 6))
    probabilities = discriminant.fit(x, np.repeat([0, 2], 10), 3).probabilities(x)
    assert (probabilities[:, 1] == 0).all() and np.allclose(probabilities.sum(1), 1)


def test_one_class_alone_is_an_error():
    with pytest.raises(BadData, match="fewer than two classes"):
        discriminant.fit(np.zeros((4, 3)), np.zeros(4, int), 3)


def test_it_reads_strangers_and_repeats_itself(motions):
    folds = protocols.leave_one_subject_out(motions.subjects)
    table = discriminant.run(motions, folds)
    probabilities = table[[f"p_{name}" for name in CLASSES]].to_numpy()
    assert np.mean([CLASSES[k] for k in probabilities.argmax(1)] == table.emotion) > 0.9
    assert len(table) == 60 and (table.seconds >= 0).all() and set(table.split) == {"test"}
    again = discriminant.run(motions, folds)
    assert again.drop(columns="seconds").equals(table.drop(columns="seconds"))


def test_test_sequences_have_no_say(motions):
    fold = protocols.leave_one_subject_out(motions.subjects)[0]
    other = protocols.Fold("x", "x", fold.train, fold.train[:5])
    spoiled = replace(motions, x=motions.x.clone(), labels=motions.labels.copy())
    spoiled.x[fold.test] *= 1000
    spoiled.labels[fold.test] = 0
    columns = [f"p_{name}" for name in CLASSES]
    a, b = (discriminant.run(data, [other])[columns] for data in (motions, spoiled))
    assert a.equals(b)


def test_a_mirrored_test_face_gets_the_same_score(motions):
    fold = protocols.leave_one_subject_out(motions.subjects)[0]
    turned = replace(motions, x=motions.x.clone())
    turned.x[fold.test] = inputs.mirror(motions.x[fold.test], "flow")
    columns = [f"p_{name}" for name in CLASSES]
    a, b = (discriminant.run(data, [fold])[columns].to_numpy() for data in (motions, turned))
    assert np.allclose(a, b)


def test_shuffled_labels_give_chance(motions):
    noise = torch.from_numpy(np.random.default_rng(4).normal(size=(60, 3, 28, 28))).float()
    table = discriminant.run(
        replace(motions, x=noise), protocols.leave_one_subject_out(motions.subjects)
    )
    guess = table[[f"p_{name}" for name in CLASSES]].to_numpy().argmax(1)
    assert 0.1 < np.mean([CLASSES[k] for k in guess] == table.emotion) < 0.6


def test_a_face_and_its_mirror_image_are_one_row_where_both_would_teach_the_same(motions):
    train, test = np.arange(40), np.arange(40, 60)
    views = [
        discriminant.plain(x).flatten(1).double().numpy()
        for x in (motions.x, inputs.mirror(motions.x, "flow"))
    ]
    x = discriminant.features(motions)
    labels = motions.labels[train]
    middles = np.stack([x[train][labels == k].mean(0) for k in range(3)])
    once, twice = x[train] - middles[labels], np.concatenate([v[train] for v in views])
    twice = twice - np.tile(middles[labels], (2, 1))
    scale = (once**2).mean() / (twice**2).mean()
    both = discriminant.fit(np.concatenate([v[train] for v in views]), np.tile(labels, 2), 3, scale)
    expected = np.mean([both.probabilities(v[test]) for v in views], 0)
    found = discriminant.fit(x[train], labels, 3, ridge=1.0).probabilities(x[test])
    assert np.allclose(found, expected, atol=1e-6)


def test_directions_tell_ways_of_moving_that_cancel_out():
    x = torch.zeros(3, 3, 28, 28)
    x[0, 0], x[1, 1, :14], x[1, 1, 14:] = 2.0, 1.0, -1.0
    x[2, 2] = -3.0
    found = discriminant.directions(x)
    assert found.shape == (3, 10, 13, 13)
    half = 2**0.5
    expected = [2, half, 0, 0, 0, 0, 0, half, 0, 0]
    assert torch.allclose(found[0, :, 0, 0], torch.tensor(expected), atol=1e-6)
    right, down, up = 0, 2, 6
    assert found[1, down, 0, 0] == found[1, up, -1, 0] == 1 and found[1, down, -1, 0] == 0
    assert found[1, right].max() < 1e-6
    assert found[2, :8].max() == 0 and (found[2, 8] == 0).all() and (found[2, 9] == 3).all()


def test_a_sum_that_is_zero_is_read_from_directions_and_not_from_the_flow():
    """Up or down against rest: no linear model of signed motion can say that."""
    rng = np.random.default_rng(5)
    labels = np.arange(80) % 2
    x = 0.1 * rng.normal(size=(80, 3, 28, 28))
    x[:, 1, 18:22, 6:22] += (labels * np.tile([1, 1, -1, -1], 20))[:, None, None]
    named = [Sequence("made-up", f"s{i % 8}", f"E{i}", CLASSES[k]) for i, k in enumerate(labels)]
    data = inputs.Inputs(torch.from_numpy(x).float(), labels, tuple(named), CLASSES[:2], "flow")
    folds = protocols.grouped_folds(labels, np.repeat(np.arange(8), 10), 4)
    right = {
        of.__name__: scores.right(discriminant.run(data, folds, of=of)).mean()
        for of in (discriminant.plain, discriminant.directions)
    }
    assert right["directions"] > 0.95 > 0.8 > right["plain"]
