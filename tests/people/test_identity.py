"""Who the people are: varied, evenly spread, and the same for the same seed."""

import numpy as np
import pytest
from support.people import SEEDS, cast

from mer.core.errors import MerError
from mer.people.identity import BEARDS, FRAMES, MEN_HAIR, WOMEN_HAIR, identity


@pytest.mark.parametrize("seed", SEEDS)
def test_skin_tones_are_spread_evenly_from_light_to_dark(seed):
    people = sorted(cast(seed), key=lambda person: person.tone)
    assert [int(26 * person.tone) for person in people] == list(range(26))
    brightness = np.array([person.skin.mean() for person in people])
    assert brightness[0] > 0.75 and brightness[-1] < 0.25
    assert all((p.skin[0] > p.skin[1]) and (p.skin[1] > p.skin[2]) for p in people)


@pytest.mark.parametrize("seed", SEEDS)
def test_styles_of_hair_beards_and_glasses_vary(seed):
    people = cast(seed)
    women = [person for person in people if person.female]
    men = [person for person in people if not person.female]
    assert len(women) == len(men) == 13
    assert {person.hairstyle for person in men} == set(MEN_HAIR)
    assert {person.hairstyle for person in women} >= set(WOMEN_HAIR) - {"afro"}
    assert {person.beard for person in women} == {"none"}
    assert len({person.beard for person in men}) >= len(set(BEARDS)) - 1
    wearers = [person.glasses for person in people if person.glasses != "none"]
    assert sorted(wearers) == sorted(FRAMES)
    ages = sorted(person.age for person in people)
    assert 18 <= ages[0] < 20 and 38 < ages[-1] <= 40


def test_another_seed_gives_the_same_subject_another_look():
    one, again, other = identity(0, "sub05"), identity(0, "sub05"), identity(1, "sub05")
    assert one.changes == again.changes and np.array_equal(one.hair, again.hair)
    assert one.changes != other.changes and not np.array_equal(one.skin, other.skin)


def test_unknown_person_is_an_error():
    with pytest.raises(MerError, match="sub27.*sub01 to sub26"):
        identity(0, "sub27")


def test_people_differ_and_stay_themselves():
    one, same, other = identity(3, "sub01"), identity(3, "sub01"), identity(3, "sub02")
    assert one.changes == same.changes and np.array_equal(one.skin, same.skin)
    assert one.changes != other.changes
    assert identity(4, "sub01").changes != one.changes


def test_cast_covers_the_range_of_skin_tones_and_both_sexes():
    people = cast(0)
    brightness = sorted(person.skin.mean() for person in people)
    assert brightness[0] < 0.25 and brightness[-1] > 0.75
    assert sum(person.phenotypes["gender"] > 0.5 for person in people) == 13
