"""The coding table: what is shown, how often and when, as on CASME II."""

from collections import Counter

import numpy as np
import pytest

from mer.core.errors import MerError
from mer.people.behaviour.coding import SHORTEST, Selection, parts
from mer.people.casme2_statistics import ACTION_UNITS, COUNTS, EMOTIONS
from mer.study.profiles import PROFILES


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
