"""The learned spotter learns what is systematic, from other people only, and refuses the rest."""

import numpy as np
import pytest

from mer.core.errors import BadData
from mer.evaluation import protocols
from mer.evaluation.protocols import Fold
from mer.experiments import learned_spotter
from mer.preprocessing.apex import SPOTTERS, Reading
from mer.preprocessing.faces import Box

RNG = np.random.default_rng(3)
PEOPLE = np.repeat([f"s{i}" for i in range(8)], 5)


def reading(peak, length, start=100):
    """Curves that peak a tenth of the length too late."""
    numbers = start + np.linspace(0, length, 12).round().astype(int)
    curve = np.exp(-(((numbers - start - peak - 0.1 * length) / (0.3 * length)) ** 2))
    curve -= curve[0]
    return Reading(numbers, dict.fromkeys(SPOTTERS, curve), "mouth", Box(0, 0, 10))


@pytest.fixture(scope="module")
def late():
    length = RNG.integers(40, 100, len(PEOPLE))
    peak = (RNG.uniform(0.3, 0.7, len(PEOPLE)) * length).astype(int)
    return [reading(p, n) for p, n in zip(peak, length)], 100 + peak


def test_a_systematic_delay_is_unlearned(late):
    readings, apexes = late
    folds = protocols.grouped_folds(np.zeros(len(PEOPLE)), PEOPLE, 4)
    found = learned_spotter.answers(readings, apexes, PEOPLE, folds)
    before = np.mean([abs(r.answer() - a) for r, a in zip(readings, apexes)])
    assert before > 4
    assert np.abs(found - apexes).mean() < before / 2


def test_the_tested_persons_apexes_do_not_matter(late):
    readings, apexes = late
    folds = protocols.leave_one_subject_out(PEOPLE)
    other = np.where(PEOPLE == "s2", apexes + 15, apexes)
    one, two = (learned_spotter.answers(readings, a, PEOPLE, folds) for a in (apexes, other))
    assert np.array_equal(one[PEOPLE == "s2"], two[PEOPLE == "s2"])
    assert not np.array_equal(one, two), "the others learn from s2"


def test_answers_stay_in_the_sequence(late):
    readings, _ = late
    folds = protocols.grouped_folds(np.zeros(len(PEOPLE)), PEOPLE, 2)
    far = np.array([r.numbers[-1] + 500 for r in readings])
    found = learned_spotter.answers(readings, far, PEOPLE, folds)
    assert all(r.numbers[0] <= f <= r.numbers[-1] for r, f in zip(readings, found))


def test_a_sequence_without_motion_has_finite_features():
    still = Reading(np.array([5, 9]), dict.fromkeys(SPOTTERS, np.zeros(2)), "mouth", Box(0, 0, 9))
    assert np.isfinite(learned_spotter.features(still)).all()


def test_leaking_and_incomplete_folds_are_refused(late):
    readings, apexes = late
    every = np.arange(len(PEOPLE))
    leak = [
        Fold("random", "0", every[every % 2 == 0], every[every % 2 == 1]),
        Fold("random", "1", every[every % 2 == 1], every[every % 2 == 0]),
    ]
    with pytest.raises(BadData, match="learn and be spotted"):
        learned_spotter.answers(readings, apexes, PEOPLE, leak)
    folds = protocols.leave_one_subject_out(PEOPLE)
    with pytest.raises(BadData, match="35 of 40"):
        learned_spotter.answers(readings, apexes, PEOPLE, folds[1:])


def test_one_person_teaches_nothing(late):
    readings, apexes = late
    both = np.repeat(["a", "b"], 20)
    with pytest.raises(BadData, match="more people"):
        learned_spotter.answers(readings, apexes, both, protocols.leave_one_subject_out(both))
