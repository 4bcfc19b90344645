"""The linear discriminant: what it computes, what it may not see, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from mer.core.errors import BadData
from mer.datasets.base import Sequence
from mer.evaluation import protocols
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
