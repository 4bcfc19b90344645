"""Action Units and the facial actions that show them."""

import pytest

from mer.core.errors import MerError
from mer.people.body.action_units import ACTIONS, companions, facial_actions
from mer.people.casme2_statistics import ACTION_UNITS


def test_every_coded_unit_has_facial_actions():
    for strings in ACTION_UNITS.values():
        for units in strings:
            if units != "?":
                assert set(facial_actions(units)) <= set(ACTIONS)


def test_sided_units_move_one_side():
    assert facial_actions("L12") == {"mouthSmileLeft": 1.0}
    assert facial_actions("R2") == {"browOuterUpRight": 1.0}
    assert facial_actions("L1") == {"browInnerUpLeft": 1.0}
    assert set(facial_actions("12")) == {"mouthSmileLeft", "mouthSmileRight"}


@pytest.mark.parametrize("units", ["99", "M12", "", "4+", "twelve"])
def test_unknown_unit_is_an_error(units):
    with pytest.raises(MerError, match="Action Unit"):
        facial_actions(units)


def test_companions_are_actions_of_the_same_side():
    for action in ACTIONS:
        side = "Left" if action.endswith("Left") else "Right"
        assert all(name in ACTIONS and name.endswith(side) for name in companions(action))
    assert companions("mouthSmileLeft")
    assert not companions("eyeBlinkLeft")
