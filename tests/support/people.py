"""Casts of synthetic people, and their shapes, for the tests of their looks."""

import numpy as np

from mer.people.body.head import sculptor
from mer.people.casme2_statistics import COUNTS
from mer.people.identity import identity

SEEDS = (0, 1, 2)


def cast(seed):
    return [identity(seed, subject) for subject in COUNTS]


def shape_of(person):
    return sculptor().shape(person.phenotypes, person.changes)


def millimetres(head, neutral, points):
    """Points in metres -> millimetres from the middle of the eyes: right, forward, up."""
    middle = np.mean([neutral[v].mean(0) for v in head.eye_vertices], 0)
    return (points - middle) * [1000, -1000, 1000]


def first(test):
    """The first person for whom `test` holds, with the seed."""
    return next((seed, person) for seed in SEEDS for person in cast(seed) if test(person))
