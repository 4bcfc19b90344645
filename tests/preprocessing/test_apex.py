"""Spotters see a planted movement, not the eyes and not the head; the odd frames stay unseen.

The difference curve finds a planted peak, between frames too, and never the ends.
"""

import cv2
import numpy as np
import pytest
from support.casme2_release import make_release

from mer.datasets import index
from mer.datasets.casme2 import Casme2
from mer.people import Selection, storage
from mer.preprocessing import apex, faces

COUNT, PEAK = 13, 8


def face(mouth=0.0, lids=0.0, shift=0.0):
    """A textured face (112, 112); `mouth` and `lids` move skin by pixels, `shift` all of it."""
    noise = np.random.default_rng(0).uniform(0, 255, (112, 112)).astype(np.float32)
    texture = cv2.GaussianBlur(noise, (0, 0), 2)
    texture = cv2.normalize(texture, None, 30, 220, cv2.NORM_MINMAX)
    y, x = np.mgrid[:112, :112].astype(np.float32)

    def bump(row, size):
        return size * np.exp(-((x - 56) ** 2 + (y - row) ** 2) / 200)

    move = bump(88, mouth) + bump(39, lids)
    return cv2.remap(
        texture, x + shift, y + move, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    ).astype(np.uint8)


def rise(number, peak):
    return float(np.interp(number, [0, peak, COUNT - 1], [0, 1, 0.1]))


def film(**moves):
    return np.stack([face(**{name: move(n) for name, move in moves.items()}) for n in range(COUNT)])


def peaks(frames):
    found, region = apex.curves(frames)
    return {name: apex.spot(range(COUNT), curve) for name, curve in found.items()}, region


def test_every_spotter_finds_a_smile():
    found, region = peaks(film(mouth=lambda n: 3 * rise(n, PEAK)))
    assert region == "mouth" and set(found) == set(apex.SPOTTERS)
    assert all(abs(frame - PEAK) <= 1 for frame in found.values()), found


def test_a_blink_does_not_move_the_apex():
    found, region = peaks(film(mouth=lambda n: 2 * rise(n, PEAK), lids=lambda n: 4 * rise(n, 3)))
    assert region == "mouth"
    assert abs(found["strongest region"] - PEAK) <= 1
    assert abs(found["flow magnitude"] - PEAK) <= 2


def test_a_head_that_moves_does_not_fool_the_flow():
    found, _ = peaks(film(mouth=lambda n: 3 * rise(n, PEAK), shift=lambda n: 3 * rise(n, 3)))
    assert abs(found["frame difference"] - PEAK) >= 3, "the head must matter, or nothing is shown"
    assert abs(found["strongest region"] - PEAK) <= 1


def test_the_regions_leave_the_eyes_out():
    skin, parts = faces.regions(100)
    assert set(parts) == {"brows", "cheeks", "mouth"}
    assert not skin[35, 30] and not any(part[35].any() for part in parts.values())
    assert sum(parts.values()).max() == 1, "regions overlap"


def test_the_stamp_of_the_people_says_how_they_are_thinned(tmp_path):
    assert storage.frame_step(tmp_path) == Casme2.frame_step == 1
    storage.write_stamp(tmp_path, Selection(frame_step=6), 0, complete=True)
    assert storage.frame_step(tmp_path) == 6


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    root = tmp_path_factory.mktemp("release")
    make_release(root, traps=())
    source = Casme2(root)
    return source, index.kept(index.build_index(source).sequences)


def test_a_sequence_is_read_from_onset_to_offset(release):
    source, sequences = release
    readings = apex.read_all(source, sequences[:3], quiet=True)
    assert list(readings) == [s.key for s in sequences[:3]]
    for sequence in sequences[:3]:
        reading = readings[sequence.key]
        assert (reading.numbers[0], reading.numbers[-1]) == (sequence.onset, sequence.offset)
        assert reading.length == sequence.offset - sequence.onset
        assert sequence.onset <= reading.answer() <= sequence.offset
        assert all(len(curve) == len(reading.numbers) for curve in reading.curves.values())


def test_frames_between_the_even_ones_are_not_read(release, monkeypatch):
    source, sequences = release
    monkeypatch.setattr(Casme2, "frame_step", 4)
    one = max(sequences, key=lambda s: s.offset - s.onset)
    numbers = apex.read(source, one).numbers
    inside = set(range(one.onset, one.offset + 1, 4)) | {one.offset}
    assert set(numbers) == inside, "the annotated apex would stand out"


def sequence(peak, numbers, drift=0.0, seed=0):
    """A bright spot that swells until `peak` and shrinks again, with noise and drifting light."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:60, :60]
    frames = []
    for number in numbers:
        rise = np.interp(number, [numbers[0], peak, numbers[-1]], [0, 1, 0])
        spot = 60 * rise * np.exp(-((x - 30) ** 2 + (y - 40) ** 2) / 60)
        light = drift * (number - numbers[0])
        frames.append(100 + spot + light + rng.normal(0, 2, (60, 60)))
    return np.clip(frames, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("peak", [12, 25, 44])
def test_the_peak_is_found(peak):
    numbers = list(range(61))
    found = apex.spot(numbers, apex.difference_curve(sequence(peak, numbers)))
    assert abs(found - peak) <= 2


def test_the_peak_is_refined_between_thinned_frames():
    numbers = list(range(100, 161, 6))
    curve = [-((n - 127.0) ** 2) for n in numbers]
    assert apex.spot(numbers, np.array(curve)) == 127


@pytest.mark.parametrize("drift", [0.25, -0.25])
def test_changing_light_does_not_pull_the_apex_away(drift):
    numbers = list(range(61))
    frames = sequence(20, numbers, drift=drift)
    change = abs(float(frames[-1].mean()) - float(frames[0].mean()))
    assert change > 10, "the light changes more than the expression"
    assert abs(apex.spot(numbers, apex.difference_curve(frames)) - 20) <= 3


def test_flicker_is_no_expression():
    numbers = list(range(61))
    frames = sequence(30, numbers).astype(float)
    gain = 1 + 0.05 * np.random.default_rng(1).standard_normal(61)
    flicker = np.clip(frames * gain[:, None, None], 0, 255).astype(np.uint8)
    assert abs(apex.spot(numbers, apex.difference_curve(flicker)) - 30) <= 3


def test_two_frames_give_the_midpoint():
    assert apex.spot([10, 31], np.zeros(2)) == 20 == apex.midpoint(10, 31)


def test_nearest_frame_on_disk():
    assert apex.nearest([10, 16, 22, 25], 20) == 22
