"""Everybody moves in their own way, and always in the same."""

import numpy as np

from mer.people.behaviour.personal_style import company, personal_fields
from mer.people.body.action_units import ACTIONS


def test_people_move_the_same_action_in_their_own_way(head):
    plain = head.displacements[ACTIONS.index("mouthSmileLeft")]
    one, two = (personal_fields(head, 3, who, ("mouthSmileLeft",))[0] for who in ("a", "b"))
    assert np.array_equal(one, personal_fields(head, 3, "a", ("mouthSmileLeft",))[0])
    still = np.abs(plain).max(1) < 1e-7
    for field in (one, two):
        assert np.all(field[still] == plain[still])
        alike = (field * plain).sum() / np.linalg.norm(field) / np.linalg.norm(plain)
        assert 0.6 < alike < 0.999
    assert np.linalg.norm(one - two) > 0.15 * np.linalg.norm(plain)


def test_a_smooth_field_tears_nothing(head):
    own = personal_fields(head, 3, "a", ("mouthSmileLeft",))[0]
    a, b = head.triangles[:, 0], head.triangles[:, 1]
    edge = np.linalg.norm(head.template[a] - head.template[b], axis=1)
    plain = head.displacements[ACTIONS.index("mouthSmileLeft")]
    stretch = [np.linalg.norm(f[a] - f[b], axis=1)[edge > 1e-4] for f in (own, plain)]
    assert stretch[0].max() < 2.5 * stretch[1].max()


def test_company_is_faint_and_a_habit():
    shares = [company(3, f"p{k}", "mouthSmileLeft") for k in range(40)]
    assert company(3, "p0", "mouthSmileLeft") == shares[0]
    strengths = [value for found in shares for value in found.values()]
    assert 0 < len(strengths) < 3 * 40
    assert max(strengths) <= 0.5 and np.mean(strengths) < 0.3
