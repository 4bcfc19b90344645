"""How the synthetic people act: timing, small personal movements, no leak of the class."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from mer.core.errors import MerError
from mer.people.behaviour import dynamics
from mer.people.behaviour.coding import SHORTEST, Selection, parts
from mer.people.behaviour.dynamics import activation
from mer.people.behaviour.performance import BLINK, peak_displacement, perform, pose, skin_shift
from mer.people.behaviour.personal_style import company, personal_fields
from mer.people.body.action_units import ACTIONS, companions, facial_actions
from mer.people.casme2_statistics import ACTION_UNITS, COUNTS, EMOTIONS
from mer.people.identity import identity
from mer.people.rng import stream
from mer.study.profiles import PROFILES

SPAN = (50, 120)
MOMENTS = np.arange(50, 121)


@pytest.fixture(scope="module")
def part():
    return next(part for part in parts(PROFILES["full"].people, 3) if part.subject == "sub15")


# -- the coding table --------------------------------------------------------------------------


def test_full_table_has_the_counts_of_casme2():
    rows = parts(PROFILES["full"].people, 0)
    assert len(rows) == 255
    assert Counter(row.emotion for row in rows) == {
        "others": 99, "disgust": 63, "happiness": 32, "repression": 27, "surprise": 25,
        "sadness": 7, "fear": 2}  # fmt: skip
    counts = Counter((row.subject, row.emotion) for row in rows)
    for subject, expected in COUNTS.items():
        assert tuple(counts[subject, emotion] for emotion in EMOTIONS) == expected


def test_action_units_occur_as_often_as_they_were_coded():
    rows = parts(PROFILES["full"].people, 0)
    for emotion, coded in ACTION_UNITS.items():
        assert Counter(row.action_units for row in rows if row.emotion == emotion) == coded


def test_rows_of_quick_have_the_five_studied_emotions_and_are_the_rows_of_full():
    quick = parts(PROFILES["quick"].people, 0)
    assert len(quick) == 154
    assert {row.emotion for row in quick} == set(EMOTIONS[:5])
    assert set(quick) <= set(parts(PROFILES["full"].people, 0))


def test_smoke_has_few_sequences_of_every_emotion():
    smoke = PROFILES["smoke"].people
    counts = Counter((row.subject, row.emotion) for row in parts(smoke, 0))
    assert {subject for subject, _ in counts} == set(smoke.subjects)
    assert {emotion for _, emotion in counts} == set(EMOTIONS[:5])
    assert max(counts.values()) <= smoke.per_class


def test_names_are_unique_within_a_person_and_frames_in_order():
    rows = parts(PROFILES["full"].people, 0)
    assert len({(row.subject, row.name) for row in rows}) == 255
    assert all(row.onset < row.apex < row.offset for row in rows)


def test_thinning_keeps_the_key_frames():
    for row in parts(PROFILES["quick"].people, 0)[:40]:
        numbers = row.numbers(6)
        keys = {row.onset, row.apex, row.true_apex, row.offset}
        assert keys <= set(numbers.tolist())
        assert np.all(np.diff(numbers) > 0) and np.diff(numbers).max() <= 6
        assert len(row.numbers(1)) == row.offset - row.onset + 1


@pytest.mark.parametrize(
    "wrong, told",
    [
        ({"subjects": ("sub99",)}, "sub99.*sub01 to sub26"),
        ({"emotions": ("joy", "fear")}, "do not show joy; choose of disgust"),
    ],
)
def test_unknown_subjects_and_emotions_are_errors(wrong, told):
    with pytest.raises(MerError, match=told):
        parts(Selection(**wrong), 0)


def test_a_selection_shows_the_emotions_that_it_names():
    rows = parts(Selection(emotions=("fear", "sadness")), 0)
    assert Counter(row.emotion for row in rows) == {"sadness": 7, "fear": 2}
    assert parts(Selection(), 0) == parts(PROFILES["quick"].people, 0)


def everything():
    return [part for seed in range(12) for part in parts(PROFILES["full"].people, seed)]


def test_midpoint_misses_the_apex_by_as_much_as_on_casme2():
    # CASME II: mean error of the midpoint 8.28 frames, median 5.5, 48 % within 5 frames.
    off = np.abs([(part.onset + part.offset) // 2 - part.apex for part in everything()])
    assert 7.6 < off.mean() < 9.0
    assert 5 <= np.median(off) <= 7
    assert 0.43 < (off <= 5).mean() < 0.53


def test_intervals_of_a_sequence_are_uncorrelated_and_follow_their_own_quantiles():
    rows = [part for part in everything() if part.emotion == "disgust"]
    rise = np.array([part.apex - part.onset for part in rows])
    fall = np.array([part.offset - part.apex for part in rows])
    assert abs(np.corrcoef(rise, fall)[0, 1]) < 0.12
    assert np.quantile(rise, [0.25, 0.5, 0.75]) == pytest.approx([23, 30.5, 43], abs=2.5)
    assert np.quantile(fall, [0.25, 0.5, 0.75]) == pytest.approx([22, 29.5, 44.75], abs=2.5)


def test_coder_misses_the_true_apex_by_a_few_frames():
    rows = everything()
    error = np.array([part.apex - part.true_apex for part in rows])
    assert all(p.onset + SHORTEST <= p.true_apex <= p.offset - SHORTEST for p in rows)
    assert 1.5 < np.abs(error).mean() < 2.3 and abs(error.mean()) < 0.3
    assert 0.1 < (error == 0).mean() < 0.35


def test_both_apexes_are_on_disk_however_the_frames_are_thinned():
    for part in everything()[:60]:
        for step in (1, 6, 60):
            assert {part.onset, part.apex, part.true_apex, part.offset} <= set(part.numbers(step))


# -- actions and time -------------------------------------------------------------------------


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


def test_activation_rests_at_the_onset_peaks_at_the_apex_and_falls_more_slowly():
    numbers = np.arange(10, 61)
    curve = activation(numbers, 10, 30, 60, np.random.default_rng(0))
    assert curve[0] == 0 and curve[1] < 0.01
    assert numbers[curve.argmax()] == 30 and curve.max() == 1
    assert np.all(np.diff(curve[:21]) > 0) and np.all(np.diff(curve[20:]) < 0)
    assert 0.04 < curve[-1] < 0.31


# -- distractors ------------------------------------------------------------------------------


@pytest.mark.parametrize("move", [
    lambda name, n: dynamics.gaze_path(3, "sub01", name, n, SPAN),
    lambda name, n: dynamics.blinks(3, "sub01", name, n, SPAN, (50, 80)),
    lambda name, n: np.hstack(dynamics.head_motion(3, "sub01", name, n, 50)),
    lambda name, n: dynamics.flicker(3, "sub01", name, n),
])  # fmt: skip
def test_distractors_are_the_same_on_thinned_frames_and_differ_between_sequences(move):
    whole = move("EP01_01", MOMENTS)
    assert np.allclose(move("EP01_01", MOMENTS[::7]), whole[::7])
    assert any(not np.allclose(move(f"EP02_{k:02d}", MOMENTS), whole) for k in range(20))


def test_blinks_close_the_eyes_briefly_and_leave_the_key_frames_open():
    numbers, keys = np.arange(0, 2000), (300, 700)
    shown = [dynamics.blinks(3, "sub01", f"t{k}", numbers, (0, 2000), keys) for k in range(30)]
    closed = np.array(shown)
    assert closed.min() == 0 and 0.7 < closed.max() <= 1
    assert closed[:, keys].max() <= 0.5
    lengths = [
        np.diff(np.flatnonzero(np.diff(np.r_[0, one > 0, 0]))).reshape(-1)[::2] for one in closed
    ]
    assert np.median(np.concatenate(lengths)) * 5 == pytest.approx(225, abs=60)  # milliseconds
    whole = sum((np.diff(np.r_[0, one > 0.5]) > 0).sum() for one in closed)
    assert 0.1 < whole / (len(closed) * 10) < 0.5  # a second: 6 to 30 a minute


def test_gaze_jumps_and_rests():
    path = dynamics.gaze_path(3, "sub01", "t", np.arange(0, 4000), (0, 4000))
    speed = np.linalg.norm(np.diff(path, axis=0), axis=1) * dynamics.FPS  # radians a second
    assert np.median(speed) < 0.1 and speed.max() > 0.7
    assert np.abs(path).max() < np.radians(20)


def test_head_starts_at_the_onset_pose_and_moves_little():
    for k in range(20):
        turns, shifts = dynamics.head_motion(3, "sub01", f"t{k}", MOMENTS, 50)
        assert np.all(turns[0] == 0) and np.all(shifts[0] == 0)
        assert 0 < np.abs(shifts).max() < 2e-3 and np.abs(turns).max() < 0.01


# -- the personal way to move -----------------------------------------------------------------


def test_companions_are_actions_of_the_same_side():
    for action in ACTIONS:
        side = "Left" if action.endswith("Left") else "Right"
        assert all(name in ACTIONS and name.endswith(side) for name in companions(action))
    assert companions("mouthSmileLeft")
    assert not companions("eyeBlinkLeft")


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


# -- a performance ----------------------------------------------------------------------------


def coded(show, part):
    wanted = facial_actions(part.action_units)
    return [show.actions.index(action) for action in wanted]


@pytest.mark.parametrize("units", ["4+7", "12", "17", "1", "L10"])
def test_displacement_is_that_of_a_micro_expression_whatever_the_action(actor, part, units):
    show = perform(actor, replace(part, action_units=units), 3, 60)
    at_apex = show.intensities[show.numbers.tolist().index(part.true_apex)]
    moved = skin_shift(actor, show.fields[:-2], at_apex[:-2])
    assert 0.8 <= moved.max() <= 4.5
    assert moved.max() == pytest.approx(show.peak, rel=1e-3)


def test_leader_peaks_at_the_true_apex_and_all_rest_at_the_onset(actor, part):
    for units in ("4+7+9", "6+12", "15+17"):
        show = perform(actor, replace(part, action_units=units), 3, 1)
        curve = show.intensities[:, show.actions.index(show.leader)]
        assert show.numbers[curve.argmax()] == part.true_apex
        assert show.leader in facial_actions(units)
        assert np.all(show.intensities[0, :-2] == 0)
        assert np.all(show.intensities[:, :-2] >= 0)


def test_coded_actions_are_stronger_than_their_company(actor, part):
    part = replace(part, action_units="12")
    show = perform(actor, part, 3, 60)
    own = coded(show, part)
    others = [i for i in range(len(show.actions) - 2) if i not in own]
    reach = np.array(
        [
            skin_shift(actor, show.fields[i : i + 1], np.ones(1)).max()
            for i in range(len(show.actions) - 2)
        ]
    )
    seen = show.intensities[:, :-2].max(0) * reach
    assert others and seen[others].max() < 0.6 * seen[own].max()


def test_distractors_ignore_the_emotion(actor, part):
    one = perform(actor, part, 3, 60)
    other = perform(actor, replace(part, emotion="sadness", action_units="1"), 3, 60)
    assert one.peak == other.peak
    for name in ("turns", "shifts", "gaze"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert np.array_equal(one.intensities[:, -2:], other.intensities[:, -2:])
    assert one.actions[-2:] == other.actions[-2:] == BLINK


def test_lids_slide_over_the_eyeball(actor, part):
    show = perform(actor, part, 3, 60)
    still = replace(show, turns=0 * show.turns, shifts=0 * show.shifts)
    for closed in (0.3, 0.6, 0.9):
        strengths = np.zeros_like(show.intensities)
        strengths[:, -2:] = closed
        place = pose(actor, replace(still, intensities=strengths), 0)
        for lid in show.lids:
            distance = np.linalg.norm(place[lid.vertices] - lid.centre, axis=1)
            assert np.all(distance > lid.least - 1e-6)


def test_emotions_are_equally_strong():
    person = identity(3, "sub15")
    rows = [part for part in everything() if part.emotion in EMOTIONS[:5]]
    drawn = {}
    for row in rows:
        peak = peak_displacement(person, stream(0, row.subject, row.name, "strength"))
        drawn.setdefault(row.emotion, []).append(peak)
    medians = [np.median(values) for name, values in drawn.items() if name != "sadness"]
    assert max(medians) / min(medians) < 1.15
