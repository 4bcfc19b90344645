"""When a head shows too little of its face."""

import numpy as np

from mer.video.conditions import turned_away


def test_a_profile_is_turned_away_and_a_half_profile_is_not():
    angles = np.array([[40.0, 0, 0], [0, -35.0, 0], [25.0, 20.0, 40.0]])
    assert turned_away(angles).tolist() == [True, True, False]
    assert turned_away(angles[0])
