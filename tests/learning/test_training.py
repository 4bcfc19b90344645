"""Training learns what can be learned, repeats itself, and sees training positions only."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from support.factories import RECIPE

from mer.datasets import Sequence
from mer.learning import Inputs, Recipe, training

CLASSES = ("negative", "positive")


def test_it_learns_a_motion_and_reads_it_on_unseen_sequences(motions):
    train, test = np.arange(30), np.arange(30, 40)
    probabilities, fitted = training.fit_and_score(RECIPE, motions, train, test, seed=0)
    assert (probabilities.argmax(1) == motions.labels[test]).all()
    assert np.allclose(probabilities.sum(1), 1)
    assert fitted.loss[-1] < fitted.loss[0] and len(fitted.accuracy) == RECIPE.epochs


def test_same_seed_same_scores_other_seed_other_scores(motions):
    rows = np.arange(30, 40)
    a, b, c = (
        training.fit_and_score(RECIPE, motions, np.arange(30), rows, s)[0] for s in (0, 0, 1)
    )
    assert (a == b).all() and not (a == c).all()


def test_no_step_reads_memory_that_nobody_wrote(motions):
    """`repeatable` does not overwrite fresh memory; if a step read it, NaN would spread."""
    found = []
    for fill in (True, False):
        with training.repeatable():
            torch.utils.deterministic.fill_uninitialized_memory = fill
            scored, _ = training.fit_and_score(RECIPE, motions, np.arange(30), np.arange(40), 0)
            found.append(scored)
    assert (found[0] == found[1]).all()


def state():
    return (
        torch.get_num_threads(),
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
        torch.utils.deterministic.fill_uninitialized_memory,
    )


def test_repeatable_leaves_nothing_behind():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        before = state()
        with pytest.raises(ZeroDivisionError), training.repeatable():
            assert state() == (1, True, True, False)
            with training.repeatable():
                pass
            assert state() == (1, True, True, False), "the outer one still holds"
            1 / 0
        assert state() == before and before[:2] == (2, False)
    finally:
        torch.set_num_threads(threads)


def test_test_sequences_cannot_influence_training(motions):
    spoiled = replace(motions, x=motions.x.clone(), labels=motions.labels.copy())
    spoiled.x[30:] *= 1000
    spoiled.labels[30:] = 0
    networks = [
        training.fit_and_score(RECIPE, data, np.arange(30), np.arange(30), 0)[0]
        for data in (motions, spoiled)
    ]
    assert (networks[0] == networks[1]).all()


def test_shuffled_labels_give_chance(motions):
    rng = np.random.default_rng(1)
    pictures = torch.from_numpy(rng.normal(size=(40, 3, 28, 28)).astype(np.float32))
    noise = replace(motions, x=pictures, labels=rng.permutation(motions.labels))
    right = [
        (
            training.fit_and_score(RECIPE, noise, np.delete(np.arange(40), test), test, 0)[
                0
            ].argmax(1)
            == noise.labels[test]
        ).mean()
        for test in np.arange(40).reshape(4, 10)
    ]
    assert 0.25 < np.mean(right) < 0.75


def alike(people=10, each=6, size=16):
    """Faces that differ a lot from pixel to pixel, little from person to person, and least from
    emotion to emotion."""
    rng = np.random.default_rng(0)
    face, labels = rng.normal(0, 0.5, (3, size, size)), np.arange(people * each) % 5
    own = rng.normal(0, 0.02, (people, 1, 3, size, size))
    shown = 0.02 * rng.normal(size=(people * each, 3, size, size))
    pictures = (face + own).repeat(each, 1).reshape(-1, 3, size, size) + shown
    named = tuple(
        Sequence("made up", f"sub{i // each}", str(i), "ABCDE"[label])
        for i, label in enumerate(labels)
    )
    x = torch.from_numpy(pictures.astype(np.float32))
    return Inputs(x, labels.astype(np.int64), named, tuple("ABCDE"), "apex")


def test_the_apex_recipe_fits_faces_that_the_earlier_one_does_not():
    faces = alike()
    rows = np.arange(len(faces))
    right = {}
    for recipe in (training.fitted_apex(15), Recipe("simple-cnn", "earlier", 15)):
        answers = training.fit_and_score(recipe, faces, rows, rows, 0)[0].argmax(1)
        right[recipe.label] = (answers == faces.labels).mean()
    assert right["apex"] >= 0.95 and right["earlier"] < 0.5


def test_standardised_pixels_know_the_training_people_only():
    faces, train = alike(), np.arange(30)
    spoiled = replace(faces, x=faces.x.clone())
    spoiled.x[30:] *= 1000
    recipe = training.fitted_apex(1)
    seen, other = (training.prepared(recipe, data, train).x[train] for data in (faces, spoiled))
    assert torch.equal(seen, other)
    assert seen.mean(0).abs().max() < 1e-4 and 0.2 < seen.std(0).mean() < 1
    plain = training.prepared(replace(recipe, standardise=False), faces, train)
    assert torch.equal(plain.x, faces.x)


def test_a_pixel_that_is_the_same_in_everybody_stays_small():
    faces = alike()
    faces.x[:, :, 0, 0] = 0.3
    faces.x[-1, :, 0, 0] = 0.31
    shown = training.prepared(training.fitted_apex(1), faces, np.arange(30)).x
    assert shown[-1, :, 0, 0].abs().max() < 1
