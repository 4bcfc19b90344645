"""Roles: crowds and casts of other people, and the frames of them that are asked for."""

from collections import Counter

import cv2
import numpy as np
import pytest

from mer.core.errors import MerError
from mer.people import crowd, roles
from mer.people.casme2_statistics import COUNTS, STUDIED


def purity(cast) -> float:
    """The share of sequences that show their person's most frequent emotion."""
    counts = [Counter(part.emotion for part in role.parts) for role in cast]
    return sum(max(one.values()) for one in counts) / sum(map(Counter.total, counts))


def test_a_crowd_shows_every_emotion_equally_often_and_begins_with_the_same_people():
    found = roles.crowd("examination", 30, 10)
    assert len({role.name for role in found}) == 30
    for role in found:
        assert Counter(part.emotion for part in role.parts) == dict.fromkeys(STUDIED, 2)
    assert roles.crowd("examination", 5, 10) == found[:5]


def test_nobody_is_there_for_two_uses_nor_in_two_runs():
    seeds = [
        {role.seed for role in roles.crowd(use, 200, 1, seed)}
        for use in ("examination", "training")
        for seed in (0, 1)
    ]
    seeds += [{role.seed for n in range(40) for role in roles.cast(n, seed)} for seed in (0, 1)]
    seeds.append({seed for seed, _ in crowd.members(300, 0)})
    assert len(set.union(*seeds)) == sum(map(len, seeds))


def test_a_cast_has_the_counts_of_casme2_under_every_bond():
    casts = {bond: roles.cast(3, bond=bond) for bond in roles.BONDS}
    for cast in casts.values():
        assert {role.subject: len(role.parts) for role in cast} == {
            subject: sum(row[:5]) for subject, row in COUNTS.items() if sum(row[:5])
        }
        assert Counter(part.emotion for role in cast for part in role.parts) == {
            emotion: sum(row[i] for row in COUNTS.values()) for i, emotion in enumerate(STUDIED)
        }
    assert purity(casts["none"]) < 0.55 < purity(casts["casme2"]) < 0.65
    assert purity(casts["strong"]) > 0.85
    assert roles.cast(4) != casts["casme2"] == roles.cast(3)


@pytest.mark.parametrize(
    "asked, said",
    [
        (lambda: roles.cast(0, bond="weak"), "unknown bond 'weak'; choose one of none"),
        (lambda: roles.crowd("fun", 1, 1), "unknown use 'fun'"),
        (lambda: roles.crowd("training", 1, 1, seed=1000), "seeds 0 to 999"),
        (lambda: roles.crowd("training", 1, 1, emotions=("joy",)), "do not show joy"),
    ],
)
def test_what_does_not_exist_is_an_error_that_says_what_does(asked, said):
    with pytest.raises(MerError, match=said):
        asked()


@pytest.mark.slow
def test_frames_are_those_asked_for_and_equal_however_many_are():
    (role,) = roles.crowd("examination", 1, 1)
    person = role.sitter()
    ((part, few),) = roles.frames(role, person)
    ((_, many),) = roles.frames(role, person, shifts=(-500, 6), midpoint=True)
    assert sorted(few) == [part.onset, part.apex]
    middle = (part.onset + part.offset) // 2
    assert set(many) == {part.onset, part.apex, part.true_apex, middle, part.apex + 6}
    for number, file in few.items():
        np.testing.assert_array_equal(file, many[number])
    assert cv2.imdecode(few[part.onset], cv2.IMREAD_COLOR).shape == (340, 280, 3)
