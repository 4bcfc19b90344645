"""A crowd: people of no cast, and onset/apex pairs of them."""

import numpy as np
import pytest

from mer.core.errors import MerError
from mer.people import cast_of, shots
from mer.people.casme2_statistics import COUNTS
from mer.people.crowd import members


def test_a_crowd_is_no_part_of_a_cast():
    people = members(60, seed=0)
    assert len(set(people)) == 60
    assert {subject for _, subject in people} == set(COUNTS)
    assert min(seed for seed, _ in people) > 99
    assert not {seed for seed, _ in people} & {seed for seed, _ in members(60, seed=1)}
    assert members(30, seed=0) == people[:30]


@pytest.mark.slow
def test_groups_of_emotions_take_turns_in_the_pairs_of_a_person():
    (person,) = cast_of(1, seed=2)
    groups = (("happiness",), ("disgust", "sadness"))
    first, second, third = shots(person, groups, 3)
    assert [first.emotion, third.emotion] == ["happiness", "happiness"]
    assert second.emotion in groups[1]
    assert {shot.subject for shot in (first, second, third)} == {"3000-sub01"}
    for shot in (first, second, third):
        assert shot.onset.shape == shot.apex.shape == (340, 280) and shot.apex.dtype == np.uint8
        assert 0 < np.abs(shot.apex.astype(int) - shot.onset).mean() < 8
        assert shot.eyes[0, 0] > shot.eyes[1, 0]  # the person's left eye is on the right
        assert (shot.mouth[1] > shot.eyes[:, 1]).all()


def test_an_emotion_that_nobody_shows_is_an_error():
    (person,) = cast_of(1, seed=2)
    with pytest.raises(MerError, match="do not show joy; choose of"):
        next(shots(person, (("joy",),), 1))
